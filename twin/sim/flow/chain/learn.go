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
	learnBack = 4 * 24 * time.Hour
	learnStep = 2 * time.Hour
)

// learnt is what a record says of each port; zero where it says nothing.
type learnt struct {
	at      time.Time
	perMove []float64 // TEU that a move of a crane is worth
}

// learn reads a record of some days: containers over the quay of a port against the moves of its cranes in the same time. What is read stays
// for an hour.
func (s *Study) learn(ctx context.Context, now time.Time) (learnt, error) {
	s.mu.Lock()
	past, known := s.past, s.known
	s.mu.Unlock()
	if past == nil {
		return learnt{}, nil
	}
	if known.perMove != nil && now.Sub(known.at).Abs() < time.Hour {
		return known, nil
	}
	moved, moves := make([]float64, len(s.live.ports)), make([]float64, len(s.live.ports))
	var before []portReading
	for t := now.Add(-learnBack); !t.After(now); t = t.Add(learnStep) {
		snap := &twin.Snapshot{}
		if err := past.LatestAt(ctx, t, snap); err != nil {
			return learnt{}, fmt.Errorf("chain: what was measured at %s: %w", t.Format(time.DateTime), err)
		}
		after := s.quays(snap)
		for i := range after {
			if before == nil {
				break
			}
			a, b := before[i], after[i]
			if teu := b.moved - a.moved; teu > 0 && a.moves > 0 && b.moves > 0 { // at work at both ends
				moved[i] += teu
				moves[i] += (a.moves + b.moves) / 2 * learnStep.Hours()
			}
		}
		before = after
	}
	known = learnt{at: now, perMove: make([]float64, len(moved))}
	for i := range moved {
		if moves[i] > 0 {
			known.perMove[i] = math.Min(2, math.Max(.5, moved[i]/moves[i]))
		}
	}
	s.mu.Lock()
	s.known = known
	s.mu.Unlock()
	return known, nil
}

// portReading is a counter of containers, and moves an hour of all cranes.
type portReading struct{ moved, moves float64 }

// quays reads what the cranes of all ports do.
func (s *Study) quays(snap *twin.Snapshot) []portReading {
	out := make([]portReading, len(s.live.ports))
	for i, p := range s.live.ports {
		m := &s.base.m.Ports[i]
		cranes := math.Min(value(snap, p.cranes), firstOf(float64(m.CranesPerShip), 4)*value(snap, p.berths))
		out[i] = portReading{value(snap, p.moved), cranes * value(snap, p.craneRate)}
		if math.IsNaN(out[i].moves) || math.IsNaN(out[i].moved) {
			out[i] = portReading{}
		}
	}
	return out
}

// value is that of a signal, SI; NaN where it cannot be relied on.
func value(snap *twin.Snapshot, id twin.SignalID) float64 {
	v := snap.At(id)
	if id == twin.NoSignal || !v.Quality.Usable() || math.IsInf(v.Value, 0) {
		return math.NaN()
	}
	return v.Value
}
