package chain

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Limits of a course.
const (
	maxMembers = 4096
	maxSteps   = 100_000
)

// Build implements sim.Builder: positions, states and cargo of ships, yards and queues of ports, and storms, for all signals that the
// definition names. It begins with what was recorded at the fork; where nothing was, the chain is run in.
func (s *Study) Build(ctx context.Context, q sim.Request) (*sim.Job, error) {
	if q.Fork.IsZero() || q.Fork.After(q.Now) {
		q.Fork = q.Now
	}
	span := q.Now.Add(q.Horizon).Sub(q.Fork)
	if q.Step <= 0 || q.Horizon <= 0 || span/q.Step >= maxSteps {
		return nil, fmt.Errorf("chain: %v in steps of %v: give at most %d steps", span, q.Step, maxSteps)
	}
	if q.Members > maxMembers {
		return nil, fmt.Errorf("chain: %d members: give at most %d", q.Members, maxMembers)
	}
	p, err := s.planned(q.Values)
	if err != nil {
		return nil, err
	}
	begin, err := s.recorded(ctx, q.Fork)
	if err != nil {
		return nil, err
	}
	if err := s.teach(ctx, begin, q.Fork); err != nil {
		return nil, err
	}
	c := &course{ctx: ctx, stepSec: q.Step.Seconds()}
	if err := c.people(p, q.Seed, max(q.Members, 1), begin); err != nil {
		return nil, err
	}
	c.outputs(s.live)
	c.sampleAll()
	job := &sim.Job{Model: c, Grid: sim.Grid{Start: q.Fork, Step: q.Step, N: int((span + q.Step - 1) / q.Step)}, Channels: c.channels}
	job.Rests = fmt.Sprintf("ships, ports and cargo by public data and plan, from the positions, yards and storms at %s", q.Fork.UTC().Format("2006-01-02 15:04 UTC"))
	if begin == nil {
		job.Rests = "ships, ports and cargo by public data and plan, run in: no position was recorded"
	}
	return job, nil
}

// Knows implements sim.Knower.
func (s *Study) Knows(parameter string) bool {
	parameter = strings.ReplaceAll(parameter, "/", ".")
	return slices.ContainsFunc(s.knobs, func(k knob) bool { return k.ID == parameter && k.name == nil })
}

// planned is the plan with fields set to values, SI.
func (s *Study) planned(values map[string]float64) (*plan, error) {
	if len(values) == 0 {
		return s.base, nil
	}
	m, err := s.base.m.with(s.knobs, nil)
	if err != nil {
		return nil, err
	}
	for _, name := range sorted(values) {
		i := slices.IndexFunc(s.knobs, func(k knob) bool { return k.ID == strings.ReplaceAll(name, "/", ".") && k.name == nil })
		if i < 0 {
			return nil, fmt.Errorf("chain: there is no parameter %q: name a field that is a number", clip(name))
		}
		if err := s.knobs[i].put(m, values[name]); err != nil {
			return nil, fmt.Errorf("chain: %s: %w", clip(name), err)
		}
	}
	p, err := compile(m)
	if err != nil {
		return nil, err
	}
	p.warm = s.base
	return p, nil
}

// recorded is what was recorded of a moment; nil where nothing was.
func (s *Study) recorded(ctx context.Context, at time.Time) (*start, error) {
	s.mu.Lock()
	past := s.past
	s.mu.Unlock()
	if past == nil {
		return nil, nil
	}
	snap := &twin.Snapshot{}
	if err := past.LatestAt(ctx, at, snap); err != nil {
		return nil, fmt.Errorf("chain: what was measured at %s: %w", at.Format(time.DateTime), err)
	}
	return s.live.read(snap), nil
}

// course is a chain as a sim.Model: each member is a replication that goes on. Where one cannot, Err says why, and its values stay.
type course struct {
	ctx      context.Context
	worlds   []*world
	faults   []error
	stepSec  float64
	channels []sim.Channel
	reads    []func(w *world) float64
	values   [][]float64 // by channel and member
	zeros    []float64
}

// people makes the members ready, several at a time.
func (c *course) people(p *plan, seed uint64, members int, s *start) error {
	c.worlds, c.faults, c.zeros = make([]*world, members), make([]error, members), make([]float64, members)
	c.each(func(i int) { c.worlds[i], c.faults[i] = ready(c.ctx, p, seed, i, s) })
	return c.Err()
}

// each does something for all members, several at a time.
func (c *course) each(do func(i int)) {
	var wg sync.WaitGroup
	workers := min(runtime.GOMAXPROCS(0), len(c.worlds))
	for first := range workers {
		wg.Go(func() {
			for i := first; i < len(c.worlds); i += workers {
				do(i)
			}
		})
	}
	wg.Wait()
}

// Members implements sim.Model.
func (c *course) Members() int { return len(c.worlds) }

// Step implements sim.Model.
func (c *course) Step(k int) {
	c.each(func(i int) {
		if w := c.worlds[i]; c.faults[i] == nil {
			c.faults[i] = w.run(c.ctx, w.zero+float64(k+1)*c.stepSec)
		}
		c.sample(i)
	})
}

func (c *course) sampleAll() {
	c.values = make([][]float64, len(c.reads))
	for i := range c.values {
		c.values[i] = make([]float64, len(c.worlds))
	}
	for i := range c.worlds {
		c.sample(i)
	}
}

func (c *course) sample(i int) {
	for j, read := range c.reads {
		if v := read(c.worlds[i]); !math.IsNaN(v) {
			c.values[j][i] = v
		}
	}
}

// Output implements sim.Model.
func (c *course) Output(channel int) []float64 { return c.values[channel] }

// FailureSec implements sim.Model; nothing of a chain fails for good.
func (c *course) FailureSec(int) []float64 { return c.zeros }

// EnergyJ implements sim.Model; a chain delivers no energy.
func (c *course) EnergyJ(int) []float64 { return c.zeros }

// Err implements sim.Failer.
func (c *course) Err() error {
	for i, err := range c.faults {
		if err != nil {
			return fmt.Errorf("chain: replication %d cannot go on: %w", i+1, err)
		}
	}
	return nil
}

func (c *course) add(sig twin.SignalID, reading sim.Reading, read func(w *world) float64) {
	if sig != twin.NoSignal {
		c.channels = append(c.channels, sim.Channel{Signal: sig, Reading: reading})
		c.reads = append(c.reads, read)
	}
}

// outputs lists all signals that a chain foretells. Positions hold from step to step: between them a ship may pass the date line.
func (c *course) outputs(b *binding) {
	for i := range b.ports {
		c.port(i, &b.ports[i])
	}
	for i := range b.ships {
		c.ship(i, &b.ships[i])
	}
	for i := range b.storms { // what is not seen is not foretold
		if slices.ContainsFunc(c.worlds[0].sky.storms, func(x cyclone) bool { return x.index == i }) {
			c.storm(i, &b.storms[i])
		}
	}
}

func (c *course) port(i int, s *portSignals) {
	c.add(s.stock, sim.Held, func(w *world) float64 { return float64(w.ports[i].stock + w.ports[i].base) })
	c.add(s.yard, sim.Held, func(w *world) float64 {
		if room := w.yardTEU(i); room > 0 {
			return float64(w.ports[i].stock+w.ports[i].base) / room
		}
		return math.NaN()
	})
	c.add(s.state, sim.Held, func(w *world) float64 { return s.states[w.portState(i)] })
	c.add(s.berths, sim.Held, func(w *world) float64 { return float64(w.shipsAt(i, handling)) })
	c.add(s.queue, sim.Held, func(w *world) float64 { return float64(w.shipsAt(i, waiting)) })
	c.add(s.craneRate, sim.Held, func(w *world) float64 {
		if w.ports[i].cranes == 0 || w.portState(i) != 0 {
			return 0
		}
		return w.ports[i].rate * 3600
	})
	c.add(s.moved, sim.Held, func(w *world) float64 { return float64(w.ports[i].moved) })
}

// portState is 0 open, 1 where cranes rest, 2 closed.
func (w *world) portState(port int) int {
	now := w.k.Now()
	switch {
	case w.sky.closed[port].at(now) != nil:
		return 2
	case w.sky.held[port].at(now) != nil:
		return 1
	}
	return 0
}

func (w *world) shipsAt(port, state int) (n int) {
	for i := range w.ships {
		if w.ships[i].port == port && w.ships[i].state == state {
			n++
		}
	}
	return n
}

func (c *course) ship(i int, s *shipSignals) {
	where := func(w *world) (Position, float64) {
		v, now := &w.ships[i], w.k.Now()
		if v.seen.time != now || len(v.path) != v.seen.pieces { // latitude, longitude and heading ask for the same
			p, course, _ := v.where(now)
			v.seen = sight{now, len(v.path), p, course}
		}
		return v.seen.at, v.seen.course
	}
	c.add(s.latitude, sim.Held, func(w *world) float64 { p, _ := where(w); return p.Lat })
	c.add(s.longitude, sim.Held, func(w *world) float64 { p, _ := where(w); return p.Lon })
	c.add(s.heading, sim.Held, func(w *world) float64 { _, course := where(w); return course })
	c.add(s.speed, sim.Held, func(w *world) float64 { return w.ships[i].speedAt(w.k.Now()) })
	c.add(s.order, sim.Held, func(w *world) float64 { return w.ships[i].order })
	c.add(s.state, sim.Held, func(w *world) float64 { return s.states[w.ships[i].state] })
	c.add(s.cargo, sim.Held, func(w *world) float64 { return float64(w.ships[i].aboard + w.ships[i].foreign) })
	c.add(s.eta, sim.Smooth, func(w *world) float64 {
		if v := &w.ships[i]; v.state == sailing {
			return math.Max(0, v.arrival()-w.k.Now())
		}
		return 0
	})
}

// sight is where a ship is at a time.
type sight struct {
	time   float64
	pieces int
	at     Position
	course float64
}

func (c *course) storm(i int, s *stormSignals) {
	of := func(w *world, read func(x *cyclone, t float64) float64) float64 {
		now := w.k.Now()
		for j := range w.sky.storms {
			if x := &w.sky.storms[j]; x.index == i {
				return read(x, now)
			}
		}
		return math.NaN()
	}
	left := func(x *cyclone, t float64) float64 { return math.Exp(-(t - x.since) / x.fade) }
	c.add(s.latitude, sim.Held, func(w *world) float64 {
		return of(w, func(x *cyclone, t float64) float64 { return x.centre(t).Lat })
	})
	c.add(s.longitude, sim.Held, func(w *world) float64 {
		return of(w, func(x *cyclone, t float64) float64 { return x.centre(t).Lon })
	})
	c.add(s.wind, sim.Smooth, func(w *world) float64 {
		return of(w, func(x *cyclone, t float64) float64 { return x.wind * left(x, t) })
	})
	c.add(s.radius, sim.Smooth, func(w *world) float64 {
		return of(w, func(x *cyclone, t float64) float64 { return x.radius * left(x, t) / 1000 * s.perKM })
	})
}
