package traffic

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Limits of a forecast: steps of its grid, and members × links × steps of the cells.
const (
	maxForecastSteps = 1_000_000
	maxForecastWork  = 2e11
)

// Knows implements sim.Knower.
func (s *Study) Knows(parameter string) bool { _, ok := s.byID[parameter]; return ok }

// Build implements sim.Builder: flow, speed, occupancy and access of streets, and queue and wait at junctions, by the cell transmission
// model. It begins with what was measured at the fork (Remember); the demand follows its course over the day, and is as uncertain as
// counts of one day against another are. What counts and model differ by at the fork stays in proportion.
func (s *Study) Build(ctx context.Context, q sim.Request) (*sim.Job, error) {
	if q.Fork.IsZero() || q.Fork.After(q.Now) {
		q.Fork = q.Now
	}
	span := q.Now.Add(q.Horizon).Sub(q.Fork)
	if q.Step <= 0 || q.Horizon <= 0 || span/q.Step >= maxForecastSteps {
		return nil, fmt.Errorf("traffic: forecast: %v in steps of %v: give at most %d steps", span, q.Step, maxForecastSteps)
	}
	q.Members = max(q.Members, 1)
	if work := float64(q.Members) * float64(len(s.d.net.Links)) * span.Seconds(); !s.affordable() || work > maxForecastWork {
		return nil, fmt.Errorf("traffic: forecast: %d links and %d trips over %v: take a part of the network, or a shorter horizon", len(s.d.net.Links), len(s.d.demand.Trips), span)
	}
	set, err := s.ofFields(q.Values)
	if err != nil {
		return nil, err
	}
	f := &forecast{s: s, set: set, grid: sim.Grid{Start: q.Fork, Step: q.Step, N: int((span + q.Step - 1) / q.Step)}, zeros: make([]float64, q.Members)}
	if err := f.begin(ctx, q); err != nil {
		return nil, err
	}
	job := &sim.Job{Model: f, Grid: f.grid, Rests: f.state.says() + " at the beginning and the course of the day"}
	for _, o := range f.out {
		job.Channels = append(job.Channels, o.channel)
	}
	return job, nil
}

// forecast is the roads of a twin as a sim.Model. Members have the same roads and routes, and demands of their own.
type forecast struct {
	s        *Study
	set      settings
	grid     sim.Grid
	state    state
	inquiry  inquiry
	hours    []*hourOfRoads // from the fork on
	offset   float64        // s from the beginning of the first hour to the fork
	cells    []member
	out      []output
	flowBy   []float64 // correction by street
	speedBy  []float64
	zeros    []float64
	stepSec  float64
	cellStep float64
}

// hourOfRoads is what holds for an hour of the forecast.
type hourOfRoads struct {
	routing *routing
	closed  []bool
	middle  float64 // course of the demand at its middle
}

// member is one of the ensemble.
type member struct {
	m        *CellModel
	noise    sim.Noise
	day      float64 // logarithm of the demand of the day against the usual
	hour     float64 // … and of the last hour
	before   []float64
	vehicles []float64 // mean on each link over the last step
	hourNow  int
}

// output is a signal and how it is read from a member.
type output struct {
	channel sim.Channel
	values  []float64 // by member
	of      func(x *member) float64
}

// Spread of the demand: of one day against another, and within it with a memory of an hour. Counts of urban roads vary by 5 to 10 %
// from one workday to the next (Traffic Monitoring Guide, FHWA).
const (
	daySpread  = .07
	hourSpread = .07
	hourMemory = hourSec
)

func (f *forecast) begin(ctx context.Context, q sim.Request) error {
	s := f.s
	f.state = s.b.read(s.d, s.measured(ctx, q.Fork))
	fitted, err := s.fitTo(ctx, f.state, q.Fork)
	if err != nil {
		return err
	}
	net, err := s.present(f.state)
	if err != nil {
		return err
	}
	f.inquiry = inquiry{s: s, set: f.set, state: f.state, fitted: fitted, net: net, horizon: hourSec}
	first, err := f.route(ctx, q.Members)
	if err != nil {
		return err
	}
	f.stepSec = f.grid.Step.Seconds()
	f.correct(fitted)
	if err := f.populate(first, q); err != nil {
		return err
	}
	f.outputs(first.c)
	for i := range f.out {
		f.out[i].values = make([]float64, q.Members)
	}
	return nil
}

// measured is what the history holds of a moment; nil where it holds nothing.
func (s *Study) measured(ctx context.Context, at time.Time) *twin.Snapshot {
	s.mu.Lock()
	past := s.past
	s.mu.Unlock()
	if past == nil {
		return nil
	}
	snap := &twin.Snapshot{}
	if err := past.LatestAt(ctx, at, snap); err != nil {
		return nil
	}
	return snap
}

// route finds the routes of all hours of the grid; hours of the same kind of day share theirs. It returns those of the first hour.
func (f *forecast) route(ctx context.Context, members int) (variant, error) {
	in, zone := &f.inquiry, f.s.d.course.zone
	fork := f.grid.Start.In(zone)
	hour := time.Date(fork.Year(), fork.Month(), fork.Day(), fork.Hour(), 0, 0, 0, zone)
	f.offset = fork.Sub(hour).Seconds()
	type key struct {
		hour           int
		weekend, today bool
	}
	var first variant
	known := map[key]*hourOfRoads{}
	for t := hour; t.Before(f.grid.End()); t = t.Add(time.Hour) {
		today := t.Day() == fork.Day() && t.Sub(hour) < 24*time.Hour && len(f.state.closed) > 0
		k := key{t.Hour(), t.Weekday() == time.Saturday || t.Weekday() == time.Sunday, today}
		if known[k] == nil {
			in.at, in.isNow = t, today // streets that are closed now stay so until midnight
			x, err := in.equilibrium(ctx, f.set, float64(t.Hour()), AssignOptions{Gap: 1e-3, Most: 60})
			if err != nil {
				return first, err
			}
			if first.c == nil {
				first = x
			}
			known[k] = &hourOfRoads{newRouting(x.c.Network, newGraph(x.c.Network).leaving, x.a), x.c.ClosedAt(hourSec / 2), max(f.s.d.course.at(t.Add(30*time.Minute)), 1e-3)}
		}
		f.hours = append(f.hours, known[k])
	}
	if first.c == nil {
		return first, errors.New("traffic: forecast: no hour lies in it: give a horizon above zero")
	}
	f.cellStep = first.c.Network.cellStep()
	return first, nil
}

// correct finds by how much counts and model differ, by street.
func (f *forecast) correct(fitted *fitted) {
	f.flowBy, f.speedBy = make([]float64, len(f.s.d.streets)), make([]float64, len(f.s.d.streets))
	for i := range f.flowBy {
		f.flowBy[i], f.speedBy[i] = 1, 1
	}
	byLink := map[int]tally{}
	for _, c := range f.state.counts {
		byLink[c.links[0]] = c
	}
	in := f.inquiry
	in.at, in.isNow = f.grid.Start, true
	in.hour = hourOf(f.grid.Start.In(f.s.d.course.zone))
	x, err := in.settle(context.Background(), nil)
	if err != nil {
		return
	}
	for i, street := range f.s.d.streets {
		c, ok := byLink[street.links[0]]
		if !ok {
			continue
		}
		flow, free := 0., 0.
		for _, l := range street.links {
			flow += x.a.Flow[l]
			k := &x.c.Network.Links[l]
			t, _, _ := k.bpr(x.a.Flow[l])
			free += k.Length / t / float64(len(street.links))
		}
		if flow > 10/hourSec && c.flow > 0 {
			f.flowBy[i] = min(max(c.flow/flow, 1/3.), 3)
		}
		if c.speed > 0 && free > 0 {
			f.speedBy[i] = min(max(c.speed/free, .5), 1.5)
		}
	}
}

// populate makes the members, filled as the first hour is.
func (f *forecast) populate(first variant, q sim.Request) error {
	for i := range q.Members {
		m, err := NewCellModel(first.c.Network, first.a, f.cellStep)
		if err != nil {
			return err
		}
		for l, flow := range first.a.Flow {
			m.Fill(l, flow*first.c.Network.Links[l].FreeTime)
		}
		k := len(first.c.Network.Links)
		x := member{m: m, noise: sim.NewNoise(q.Seed, uint64(i)), before: make([]float64, k), vehicles: make([]float64, k), hourNow: -1}
		x.day, x.hour = daySpread*x.noise.NormFloat64()/2, 0 // the counts of now are known
		f.cells = append(f.cells, x)
	}
	return nil
}

// Members implements sim.Model.
func (f *forecast) Members() int { return len(f.cells) }

// Step implements sim.Model: all members, several at a time.
func (f *forecast) Step(k int) {
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), len(f.cells))
	for w := range workers {
		wg.Go(func() {
			for i := w; i < len(f.cells); i += workers {
				f.advance(&f.cells[i], k)
				for j := range f.out {
					f.out[j].values[i] = f.out[j].of(&f.cells[i])
				}
			}
		})
	}
	wg.Wait()
}

// advance brings a member to the end of step k.
func (f *forecast) advance(x *member, k int) {
	m := x.m
	copy(x.before, m.Passed)
	clear(x.vehicles)
	until, n := float64(k+1)*f.stepSec, 0.
	for m.Time < until-1e-9 {
		if h := min(int((m.Time+f.offset)/hourSec), len(f.hours)-1); h != x.hourNow {
			f.turn(x, h)
		}
		at := f.grid.Start.Add(time.Duration(m.Time * float64(time.Second)))
		factor := f.s.d.course.at(at) / f.hours[x.hourNow].middle * math.Exp(x.day+x.hour)
		// A minute of cell steps: the course of the day hardly changes in it.
		end := min(until, m.Time+60)
		for m.Time < end-1e-9 {
			m.Step(factor)
		}
		for l := range x.vehicles {
			x.vehicles[l] += m.On(l)
		}
		n++
	}
	for l := range x.vehicles {
		x.vehicles[l] /= max(n, 1)
	}
}

// turn begins an hour: its routes and closures, and the chance of the hour.
func (f *forecast) turn(x *member, h int) {
	x.hourNow = h
	x.m.route(f.hours[h].routing)
	for l, shut := range f.hours[h].closed {
		x.m.Limit(l, 1)
		if shut {
			x.m.Limit(l, 0)
		}
	}
	keep := math.Exp(-hourSec / hourMemory)
	x.hour = keep*x.hour + math.Sqrt(1-keep*keep)*hourSpread*x.noise.NormFloat64()
	if t := f.grid.Start.Add(time.Duration((float64(h)*hourSec - f.offset) * float64(time.Second))).In(f.s.d.course.zone); h > 0 && t.Hour() == 0 {
		x.day = daySpread * x.noise.NormFloat64()
	}
}

// Output implements sim.Model.
func (f *forecast) Output(channel int) []float64 { return f.out[channel].values }

// FailureSec implements sim.Model; roads have no units that fail.
func (f *forecast) FailureSec(int) []float64 { return f.zeros }

// EnergyJ implements sim.Model.
func (f *forecast) EnergyJ(int) []float64 { return f.zeros }

// outputs lists the signals of the tree that the model foretells.
func (f *forecast) outputs(c *Case) {
	n := c.Network
	add := func(id twin.SignalID, reading sim.Reading, of func(*member) float64) {
		if id != twin.NoSignal {
			f.out = append(f.out, output{channel: sim.Channel{Signal: id, Reading: reading}, of: of})
		}
	}
	for i, street := range f.s.d.streets {
		v := view{n, street.links, f.stepSec, f.flowBy[i], f.speedBy[i]}
		b := f.s.b.streets[i]
		unit := hourSec
		if b.flow != twin.NoSignal && f.s.b.tree.Signal(b.flow).Unit.Dimension == "flow" {
			unit = 1
		}
		add(b.flow, sim.Smooth, func(x *member) float64 { return v.flow(x) * unit })
		add(b.speed, sim.Smooth, v.speed)
		add(b.occupancy, sim.Smooth, v.occupancy)
		if open, closed, ok := f.s.b.accessStates(b.access); ok {
			add(b.access, sim.Held, func(x *member) float64 {
				if f.hours[max(x.hourNow, 0)].closed[street.links[0]] {
					return closed
				}
				return open
			})
		}
	}
	leaves := newGraph(n).arriving
	for i, x := range f.s.d.lit {
		sig := &n.Signals[x.signal]
		v := queueView{n, leaves[sig.Node], f.stepSec, sig}
		add(f.s.b.junctions[i].queue, sim.Smooth, v.queue)
		add(f.s.b.junctions[i].wait, sim.Smooth, v.wait)
	}
}

// accessStates are the states of a signal that say open and closed; open is the first that is not closed.
func (b *bound) accessStates(id twin.SignalID) (open, closed float64, ok bool) {
	if id == twin.NoSignal {
		return 0, 0, false
	}
	states := b.tree.Signal(id).States
	i := slices.Index(states, b.closed)
	if i < 0 || len(states) < 2 {
		return 0, 0, false
	}
	if i == 0 {
		open = 1
	}
	return open, float64(i), true
}

// view reads a street of a member.
type view struct {
	n               *Network
	links           []int
	sec             float64
	byFlow, bySpeed float64
}

// flow is that of both ways, vehicles/s.
func (v *view) flow(x *member) float64 {
	sum := 0.
	for _, l := range v.links {
		sum += x.m.Passed[l] - x.before[l]
	}
	return sum / v.sec * v.byFlow
}

// speed is the mean in space, m/s; that of a free road where nobody drives.
func (v *view) speed(x *member) float64 {
	driven, there, free := 0., 0., 0.
	for _, l := range v.links {
		k := &v.n.Links[l]
		driven += (x.m.Passed[l] - x.before[l]) / v.sec * k.Length
		there += x.vehicles[l]
		free += k.Speed() / float64(len(v.links))
	}
	if there < .05 || driven == 0 && there < 1 {
		return free * v.bySpeed
	}
	return min(free, driven/there) * v.bySpeed
}

// loop is the length over which a vehicle is seen by a loop detector, m: its own and that of the loop.
const loop = 6.5

// occupancy is the part of the time in which a loop is covered.
func (v *view) occupancy(x *member) float64 {
	lanes := 0.
	for _, l := range v.links {
		lanes += float64(max(1, v.n.Links[l].Lanes))
	}
	return min(v.flow(x)/lanes/max(v.speed(x), .5)*loop, 1)
}

// queueView reads a junction of a member.
type queueView struct {
	n    *Network
	in   []int32
	sec  float64
	sign *Signal
}

// queue is how many wait: those beyond who drives freely, and those whom the red holds on average.
func (v *queueView) queue(x *member) float64 {
	sum := 0.
	for _, l := range v.in {
		flow := (x.m.Passed[l] - x.before[l]) / v.sec
		sum += max(0, x.vehicles[l]-flow*v.n.Links[l].FreeTime) + flow*v.sign.Wait(int(l))
	}
	return sum
}

// wait is the mean over who passes, s.
func (v *queueView) wait(x *member) float64 {
	flow, mean := 0., 0.
	for _, l := range v.in {
		flow += (x.m.Passed[l] - x.before[l]) / v.sec
		mean += v.sign.Wait(int(l)) / float64(len(v.in))
	}
	if flow < 1e-3 {
		return mean
	}
	return min(v.queue(x)/flow, 3600)
}

var _ interface {
	sim.Builder
	sim.Knower
} = (*Study)(nil)
