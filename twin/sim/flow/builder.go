package flow

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

const (
	maxSteps   = 1_000_000 // of a future
	maxMembers = 10_000
)

// Build implements sim.Builder: the signals of the definition as they may go on from the fork, each member with its own chance.
// The line begins as it was recorded at the fork; q.Values are fields by id, SI.
func (s *Study) Build(ctx context.Context, q sim.Request) (*sim.Job, error) {
	if q.Fork.IsZero() || q.Fork.After(q.Now) {
		q.Fork = q.Now
	}
	span := q.Now.Add(q.Horizon).Sub(q.Fork)
	if q.Step <= 0 || q.Horizon <= 0 || span/q.Step >= maxSteps {
		return nil, fmt.Errorf("flow: %v in steps of %v: give at most %d steps", span, q.Step, maxSteps)
	}
	if q.Members > maxMembers {
		return nil, fmt.Errorf("flow: %d members: give at most %d", q.Members, maxMembers)
	}
	snap, err := s.recorded(ctx, q.Fork)
	if err != nil {
		return nil, err
	}
	b := s.begin(snap)
	m, err := s.changedBy(b.model, q.Values)
	if err != nil {
		return nil, err
	}
	if b.start != nil {
		if b.start, err = b.start.within(m); err != nil {
			return nil, err
		}
	}
	e, err := newEnsemble(ctx, m, q.Step.Seconds(), Options{Replications: max(q.Members, 1), Seed: q.Seed, Start: b.start})
	if err != nil {
		return nil, err
	}
	job := &sim.Job{Model: e, Grid: sim.Grid{Start: q.Fork, Step: q.Step, N: int((span + q.Step - 1) / q.Step)}, Rests: "the line in packs and stops, it " + b.text()}
	for i := range s.live {
		l := &s.live[i]
		e.add(s.channel(l, m, snap))
		job.Channels = append(job.Channels, sim.Channel{Signal: l.signal, Reading: l.reading()})
	}
	return job, nil
}

// Knows implements sim.Knower.
func (s *Study) Knows(parameter string) bool {
	parameter = strings.ReplaceAll(parameter, "/", ".")
	return slices.ContainsFunc(s.params, func(p Parameter) bool { return p.ID == parameter })
}

// recorded is what was recorded of a moment; nil where nothing is recorded.
func (s *Study) recorded(ctx context.Context, at time.Time) (*twin.Snapshot, error) {
	s.mu.Lock()
	past := s.past
	s.mu.Unlock()
	if past == nil {
		return nil, nil
	}
	snap := &twin.Snapshot{}
	if err := past.LatestAt(ctx, at, snap); err != nil {
		return nil, fmt.Errorf("flow: what was measured at %s: %w", at.Format(time.DateTime), err)
	}
	return snap, nil
}

// changedBy is a model with fields set to values, SI.
func (s *Study) changedBy(m *Model, values map[string]float64) (*Model, error) {
	var changes []sim.Change
	for _, id := range sorted(values) {
		if !s.Knows(id) {
			return nil, fmt.Errorf("flow: there is no field %q: name one of the line", clip(id))
		}
		changes = append(changes, sim.Change{Field: strings.ReplaceAll(id, "/", "."), Value: number(values[id])})
	}
	if len(changes) == 0 {
		return m, nil
	}
	return m.With(changes...)
}

// reading says how members are combined: a state is one of those that are there, everything else lies between.
func (m *meaning) reading() sim.Reading {
	if m.Of == ofState || m.Of == ofSpeed || m.size() > 1 {
		return sim.Held
	}
	return sim.Smooth
}

// channel foretells a signal; first is its value before the first step, NaN: what the plant says. Counters go on from where
// they are.
func (s *Study) channel(l *meaning, m *Model, snap *twin.Snapshot) (c channel, first float64) {
	each, i := s.def.each(), l.element
	now, measured := usable(snap, l.signal)
	first = math.NaN()
	c.factor = each
	switch l.Of {
	case ofState:
		codes := l.codes
		c.factor = 1
		c.read = func(p *plant) float64 { return float64(max(codes[p.nodes[i].(*station).state(0)], 0)) }
	case ofSpeed:
		c.base, c.factor = m.Elements[i].speed()/s.def.Elements[i].speed(), 0
		c.read = func(*plant) float64 { return 0 }
	case ofLevel:
		c.read = func(p *plant) float64 { return float64(p.nodes[i].base().level.value) }
	case ofFill:
		c.factor = 1 / float64(m.Elements[i].room())
		c.read = func(p *plant) float64 { return float64(p.nodes[i].base().level.value) }
	case ofPassed, ofPace:
		c.read = func(p *plant) float64 { return float64(p.nodes[i].base().left - p.nodes[i].base().rejected) }
	case ofMade, ofRate:
		c.read = madeIn
	case ofWIP:
		c.read = func(p *plant) float64 { return float64(p.wip.value) }
	}
	switch l.Of {
	case ofPassed, ofMade:
		c.factor /= l.size()
		c.whole = l.size() > 1
		if measured {
			c.base = now
		}
	case ofPace, ofRate:
		c.factor *= l.per()
		c.perSec = true
	}
	if measured && l.Of != ofSpeed {
		first = now
	}
	return c, first
}

// madeIn is how many parts a plant has made.
func madeIn(p *plant) float64 {
	n := 0
	for _, x := range p.nodes {
		if d, ok := x.(*drain); ok && !d.Scrap {
			n += d.entered
		}
	}
	return float64(n)
}

var (
	_ sim.Builder = (*Study)(nil)
	_ sim.Knower  = (*Study)(nil)
)
