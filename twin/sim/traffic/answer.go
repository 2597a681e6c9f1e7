package traffic

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

// variant is a plant of a question: the one that is, or the changed one.
type variant struct {
	c    *Case
	a    *Assignment
	lost float64 // vehicles/s without a route
}

// inquiry is a question being answered.
type inquiry struct {
	s       *Study
	q       sim.Question
	set     settings
	state   state
	fitted  *fitted
	net     *Network // with the greens of now
	at      time.Time
	hour    float64
	isNow   bool
	horizon float64
	day     *[2]dayCourse
	first   [2]dayCourse
	base    variant
	changed variant
	runs    [2][]*Result // by seed; nil where it is not done
}

// Answer implements sim.Study. First comes what is expected of both plants, by the equilibrium of routes and the cell
// transmission model, then pairs of microscopic runs with the same chance: 12 of them unless the question or the definition says
// otherwise; last the whole day. When the context ends before the first pair is done, the figures are the expected ones.
func (s *Study) Answer(ctx context.Context, q sim.Question) (*sim.Answer, error) {
	begin := time.Now()
	set, err := s.set(q.Changes)
	if err != nil {
		return nil, err
	}
	in := &inquiry{s: s, q: q, set: set, at: q.Now, horizon: s.d.horizon}
	if in.at.IsZero() {
		in.at = begin
	}
	if q.Horizon > 0 {
		in.horizon = min(max(q.Horizon.Seconds(), 60), 6*hourSec)
	}
	if in.q.Runs <= 0 {
		in.q.Runs = s.d.runs
	}
	if in.q.Seed == 0 {
		in.q.Seed = 1
	}
	in.q.Runs = min(in.q.Runs, 1000)
	in.state = s.b.read(s.d, q.Live)
	if err := in.prepare(ctx); err != nil {
		return nil, err
	}
	if err := in.expect(ctx); err != nil {
		return nil, err
	}
	stopped := in.simulate(ctx)
	if stopped == nil {
		stopped = in.wholeDay(ctx)
	}
	a := in.words()
	a.Elapsed, a.Computed, a.Partial = time.Since(begin), time.Now(), stopped != nil
	return a, stopped
}

// prepare fits the demand, picks the hour and finds the equilibrium of both sides.
func (in *inquiry) prepare(ctx context.Context) (err error) {
	s := in.s
	if in.fitted, err = s.fitTo(ctx, in.state, in.at); err != nil {
		return err
	}
	if in.net, err = s.present(in.state); err != nil {
		return err
	}
	if err := in.pickHour(ctx); err != nil {
		return err
	}
	if in.base, err = in.settle(ctx, nil); err != nil {
		return err
	}
	in.changed = in.base
	if in.changes() {
		in.changed, err = in.settle(ctx, in.set)
	}
	return err
}

// changes reports whether the question changes anything but the hour.
func (in *inquiry) changes() bool {
	for i := range in.set {
		if k := in.s.knobs[i].kind; k != knobHour && k != knobWeekend {
			return true
		}
	}
	return false
}

// present is the network with the greens that its signals have now.
func (s *Study) present(st state) (*Network, error) {
	var changes []Change
	for i, x := range s.d.lit {
		sig := s.d.net.Signals[x.signal].clone()
		if math.IsNaN(st.greens[i]) || len(sig.Phases) != 2 {
			continue
		}
		sig.split(sig.Cycle(), sig.Phases[0].Clear, st.greens[i])
		changes = append(changes, Change{Signal: &Retiming{Node: s.d.net.Nodes[sig.Node].Name, Greens: []float64{sig.Phases[0].Green, sig.Phases[1].Green}}})
	}
	c, err := Apply(s.d.net, &Demand{}, Scenario{"now", changes})
	if err != nil {
		return nil, err
	}
	return c.Network, nil
}

// demandFrom is the demand of a run from an hour of the day on: that of its middle, with its course around it.
func (in *inquiry) demandFrom(hour, horizon float64) *Demand {
	c := &in.s.d.course
	at := in.at.In(c.zone)
	midnight := time.Date(at.Year(), at.Month(), at.Day()+in.s.otherDay(in.set, at.Weekday()), 0, 0, 0, 0, c.zone)
	moment := func(sec float64) time.Time {
		return midnight.Add(time.Duration((hour*hourSec + sec) * float64(time.Second)))
	}
	middle := max(c.at(moment(horizon/2)), 1e-3)
	d := in.fitted.demand.Scaled(middle)
	for t := 0.; t < horizon; t += 300 {
		d.Profile = append(d.Profile, Span{t, c.at(moment(t)) / middle})
	}
	return d
}

// otherDay is how many days on from a weekday the question's kind of day comes.
func (s *Study) otherDay(set settings, today time.Weekday) int {
	v, asked := set[s.byID["demand.weekend"]]
	if !asked {
		return 0
	}
	for days := range 7 {
		if w := (today + time.Weekday(days)) % 7; (w == time.Saturday || w == time.Sunday) == (v == 1) {
			return days
		}
	}
	return 0
}

// settle makes a side of the question: its network, demand and equilibrium.
func (in *inquiry) settle(ctx context.Context, set settings) (variant, error) {
	return in.equilibrium(ctx, set, in.hour, AssignOptions{Gap: 1e-4})
}

// equilibrium makes a side for some hour of the day.
func (in *inquiry) equilibrium(ctx context.Context, set settings, hour float64, o AssignOptions) (variant, error) {
	scenario := in.s.scenario(set, hour)
	if in.isNow {
		scenario.Changes = append(scenario.Changes, in.closedNow(set)...)
	}
	c, err := Apply(in.net, in.demandFrom(hour, in.horizon), scenario)
	if err != nil {
		return variant{}, err
	}
	c.Demand = c.Demand.around(in.horizon)
	o.Closed = c.ClosedAt(0)
	served, lost := c.Network.served(c.Demand, o.Closed)
	a, err := Assign(ctx, c.Network, served, o)
	if a == nil || ctx.Err() != nil {
		return variant{}, cmp.Or(err, ctx.Err())
	}
	return variant{c, a, lost}, nil
}

// closedNow are the streets that are closed already, but those that a question opens.
func (in *inquiry) closedNow(set settings) []Change {
	var out []Change
	for _, i := range in.state.closed {
		if f, ok := in.s.byID[in.s.d.streets[i].id+".closed"]; ok {
			if v, asked := set[f]; asked && v == 0 {
				continue
			}
		}
		out = append(out, Change{Close: &Closure{Links: in.s.names(i), To: whole}})
	}
	return out
}

// counts are those that a run of a side begins with: live ones, or those of its equilibrium.
func (in *inquiry) counts(x *variant) []Count {
	if in.isNow && len(in.fitted.counts) > 0 {
		return perLink(in.state.counts, in.base.a, in.base.c.Network)
	}
	out := make([]Count, len(x.a.Flow))
	for l, f := range x.a.Flow {
		out[l] = Count{l, f, x.c.Network.Links[l].Length / max(x.a.Time[l], .1)}
	}
	return out
}

// simulate runs both sides with the same seeds, several at a time. It returns the error that broke it off.
func (in *inquiry) simulate(ctx context.Context) error {
	n := in.q.Runs
	both := in.changes()
	in.runs = [2][]*Result{make([]*Result, n), make([]*Result, n)}
	type done struct {
		seed  int
		pair  [2]*Result
		error error
	}
	jobs, results := make(chan int), make(chan done)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := min(runtime.GOMAXPROCS(0), n)
	for range workers {
		go func() {
			for i := range jobs {
				x := done{seed: i}
				x.pair[0], x.error = in.run(ctx, &in.base, i)
				if x.pair[1] = x.pair[0]; both && x.error == nil {
					x.pair[1], x.error = in.run(ctx, &in.changed, i)
				}
				results <- x
			}
		}()
	}
	go func() {
		for i := range n {
			jobs <- i
		}
		close(jobs)
	}()
	var broken error
	for k := range n {
		x := <-results
		if x.error != nil {
			if broken == nil {
				broken = x.error
			}
			cancel() // the others need not go on
			continue
		}
		in.runs[0][x.seed], in.runs[1][x.seed] = x.pair[0], x.pair[1]
		if in.q.Progress != nil {
			in.q.Progress(float64(k+1) / float64(n))
		}
	}
	return broken
}

func (in *inquiry) run(ctx context.Context, x *variant, i int) (*Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return x.c.run(ctx, x.a, in.q.Seed*1000003+uint64(i), RunOptions{Seconds: in.horizon, Every: min(300, in.horizon), Counts: in.counts(x), WarmUp: in.s.d.warmUp})
}

// pairs are the runs that are done on both sides.
func (in *inquiry) pairs() (base, changed []*Result) {
	for i := range in.runs[0] {
		if in.runs[0][i] != nil && in.runs[1][i] != nil {
			base, changed = append(base, in.runs[0][i]), append(changed, in.runs[1][i])
		}
	}
	return base, changed
}

// pickHour decides which hour of the day the question is about: the one that is asked for, the one that the change matters most in, or
// that of the moment.
func (in *inquiry) pickHour(ctx context.Context) error {
	s := in.s
	if in.hour = s.of(in.set, "demand.hour"); !math.IsNaN(in.hour) {
		return nil
	}
	if !s.d.worst || !s.affordable() {
		in.isNow, in.hour = true, hourOf(in.at.In(s.d.course.zone))
		return nil
	}
	base, err := in.baseHours(ctx)
	if err != nil {
		return err
	}
	changed := base
	if in.changes() {
		if changed, err = in.hours(ctx, in.set); err != nil {
			return err
		}
	}
	in.hour = float64(worst(base, changed))
	return nil
}

// hoursKey is what the vehicle-seconds of the base by hour depend on.
type hoursKey struct {
	fitted *fitted
	day    time.Time
	greens string
}

// baseHours are the hours of the plant as it is; the newest are kept.
func (in *inquiry) baseHours(ctx context.Context) ([24]float64, error) {
	at := in.at.In(in.s.d.course.zone)
	key := hoursKey{in.fitted, at.AddDate(0, 0, in.s.otherDay(in.set, at.Weekday())).Truncate(24 * time.Hour), fmt.Sprint(in.state.greens)}
	in.s.mu.Lock()
	kept, known := in.s.hours, in.s.hoursFor == key
	in.s.mu.Unlock()
	if known {
		return kept, nil
	}
	hours, err := in.hours(ctx, nil)
	if err == nil {
		in.s.mu.Lock()
		in.s.hours, in.s.hoursFor = hours, key
		in.s.mu.Unlock()
	}
	return hours, err
}

// hours are the vehicle-seconds on the road in each hour of a day, by equilibria.
func (in *inquiry) hours(ctx context.Context, set settings) (out [24]float64, err error) {
	for h := range out {
		x, err := in.equilibrium(ctx, set, float64(h), AssignOptions{Gap: 1e-3, Most: 60})
		if err != nil {
			return out, err
		}
		out[h] = x.a.Total * hourSec
	}
	return out, nil
}

// worst is the hour in which a change makes the greatest difference; without one the busiest.
func worst(base, changed [24]float64) int {
	best, most := 0, -1.
	for h := range base {
		if x := math.Abs(changed[h] - base[h]); x > most {
			best, most = h, x
		}
	}
	if most > 1e-6*base[best] {
		return best
	}
	for h := range base {
		if base[h] > base[best] {
			best = h
		}
	}
	return best
}

// affordable reports whether 48 equilibria of the network are a matter of moments.
func (s *Study) affordable() bool { return len(s.d.demand.Trips) <= 4000 && len(s.d.net.Links) <= 1000 }

var _ sim.Study = (*Study)(nil)
