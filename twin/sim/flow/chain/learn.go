package chain

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// How far back and how often a record is read to learn from it.
const (
	learnBack = 10 * 24 * time.Hour
	learnStep = 3 * time.Hour
)

// learnt is what a record says of each port; zero where it says nothing.
type learnt struct {
	at    time.Time
	ports []habit
}

// habit is what a port does by its record.
type habit struct {
	perMove float64 // TEU that a move of a crane is worth
	landed  float64 // share of the cargo aboard that a call lands
	loaded  float64 // TEU that a call loads
}

// learn reads a record of some days: containers over the quay of a port against the moves of its cranes in the same time, and what
// calls land and load. What is read stays for an hour.
func (s *Study) learn(ctx context.Context, now time.Time) (learnt, error) {
	s.mu.Lock()
	past, known := s.past, s.known
	s.mu.Unlock()
	if past == nil {
		return learnt{}, nil
	}
	if known.ports != nil && now.Sub(known.at).Abs() < time.Hour {
		return known, nil
	}
	l := newLearner(s)
	snap := &twin.Snapshot{}
	for t := now.Add(-learnBack); !t.After(now); t = t.Add(learnStep) {
		snap.Reset(0)
		if err := past.LatestAt(ctx, t, snap); err != nil {
			return learnt{}, fmt.Errorf("chain: what was measured at %s: %w", t.Format(time.DateTime), err)
		}
		l.quays(snap)
		for i := range s.live.ships {
			l.ship(i, snap)
		}
	}
	known = learnt{at: now, ports: l.habits()}
	s.mu.Lock()
	s.known = known
	s.mu.Unlock()
	return known, nil
}

// learner adds up what a record shows.
type learner struct {
	s            *Study
	before       []portReading
	moved, moves []float64
	calls        []callReading // by ship: the call that goes on
	landed       [][]float64   // by port: share of each call
	loaded       [][]float64   // by port: TEU of each call
}

func newLearner(s *Study) *learner {
	n := len(s.live.ports)
	return &learner{s: s, moved: make([]float64, n), moves: make([]float64, n), calls: make([]callReading, len(s.live.ships)), landed: make([][]float64, n), loaded: make([][]float64, n)}
}

// callReading is a ship as it was seen last, and what it brought to the call that goes on.
type callReading struct {
	seen, inPort bool
	whole        bool // it was seen to come
	port         int
	cargo        float64 // TEU seen last
	brought      float64
	least        float64
}

// ship follows one ship from call to call.
func (l *learner) ship(i int, snap *twin.Snapshot) {
	sig, c := &l.s.live.ships[i], &l.calls[i]
	cargo, state := value(snap, sig.cargo), value(snap, sig.state)
	at := Position{value(snap, sig.latitude), value(snap, sig.longitude)}
	if math.IsNaN(cargo) || math.IsNaN(state) || math.IsNaN(at.Lat+at.Lon) {
		*c = callReading{}
		return
	}
	inPort := state != sig.states[sailing]
	switch {
	case inPort && !c.inPort:
		c.whole, c.brought, c.least, c.port = c.seen, c.cargo, cargo, l.s.base.portNear(i, at)
	case inPort:
		c.least = math.Min(c.least, cargo)
	case c.inPort && c.whole && c.brought > 0:
		c.least = math.Min(c.least, cargo)
		l.landed[c.port] = append(l.landed[c.port], math.Max(0, 1-c.least/c.brought))
		l.loaded[c.port] = append(l.loaded[c.port], cargo-c.least)
	}
	c.seen, c.inPort, c.cargo = true, inPort, cargo
}

// portNear is the port of the round of a ship that is nearest to a position.
func (p *plan) portNear(ship int, at Position) (port int) {
	best := math.Inf(1)
	for _, q := range p.services[p.ships[ship].service].calls {
		if d := Distance(at, p.sea.port(q)); d < best {
			best, port = d, q
		}
	}
	return port
}

// habits are the means of what was seen; ports that no ship was seen to call at have those of all.
func (l *learner) habits() []habit {
	out := make([]habit, len(l.moved))
	var landed, loaded []float64
	for i := range out {
		landed, loaded = append(landed, l.landed[i]...), append(loaded, l.loaded[i]...)
	}
	for i := range out {
		if l.moves[i] > 0 {
			out[i].perMove = math.Min(2, math.Max(.5, l.moved[i]/l.moves[i]))
		}
		if l.s.live.ports[i].stock == twin.NoSignal || len(landed) == 0 {
			continue
		}
		out[i].landed, out[i].loaded = mean(landed).Value, mean(loaded).Value
		if len(l.landed[i]) > 0 {
			out[i].landed, out[i].loaded = mean(l.landed[i]).Value, mean(l.loaded[i]).Value
		}
	}
	return out
}

// portReading is a counter of containers, and moves an hour of all cranes.
type portReading struct{ moved, moves float64 }

// quays adds what the cranes of all ports did since the last reading.
func (l *learner) quays(snap *twin.Snapshot) {
	after := make([]portReading, len(l.moved))
	for i, p := range l.s.live.ports {
		m := &l.s.base.m.Ports[i]
		cranes := math.Min(value(snap, p.cranes), firstOf(float64(m.CranesPerShip), 4)*value(snap, p.berths))
		after[i] = portReading{value(snap, p.moved), cranes * value(snap, p.craneRate)}
		if math.IsNaN(after[i].moves) || math.IsNaN(after[i].moved) {
			after[i] = portReading{}
		}
		if l.before == nil {
			continue
		}
		a, b := l.before[i], after[i]
		if teu := b.moved - a.moved; teu > 0 && a.moves > 0 && b.moves > 0 { // at work at both ends
			l.moved[i] += teu
			l.moves[i] += (a.moves + b.moves) / 2 * learnStep.Hours()
		}
	}
	l.before = after
}

// value is that of a signal, SI; NaN where it cannot be relied on.
func value(snap *twin.Snapshot, id twin.SignalID) float64 {
	v := snap.At(id)
	if id == twin.NoSignal || !v.Quality.Usable() || math.IsInf(v.Value, 0) {
		return math.NaN()
	}
	return v.Value
}
