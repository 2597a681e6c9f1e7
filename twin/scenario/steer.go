package scenario

import (
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

// course is where a run begins, with which values, and what changes on the way.
func (s *Scenario) course(now time.Time) (fork time.Time, values map[string]float64, later []Later) {
	fork, values, later = s.Fork, s.Values, slices.Clone(s.Later)
	slices.SortStableFunc(later, func(a, b Later) int { return a.From.Compare(b.From) })
	switch {
	case fork.IsZero():
		fork = now
	case fork.After(now) && len(values) == 0:
		fork = now
	case fork.After(now):
		later = slices.Insert(later, 0, Later{fork, values})
		fork, values = now, nil
	}
	return fork, values, later
}

// steer makes a model that changes on its way. A change holds from the step that begins at its moment or after it.
func steer(m sim.Model, grid sim.Grid, later []Later) (sim.Model, error) {
	later = slices.DeleteFunc(later, func(l Later) bool { return !l.From.Before(grid.End()) })
	if len(later) == 0 {
		return m, nil
	}
	a, ok := m.(sim.Adjuster)
	if !ok {
		return nil, errors.New("scenario: this model cannot change while it runs: fork at the present or before it")
	}
	return &steered{Model: m, adjuster: a, grid: grid, later: later}, nil
}

type steered struct {
	sim.Model
	adjuster sim.Adjuster
	grid     sim.Grid
	later    []Later
	err      error
}

// Step implements sim.Model.
func (s *steered) Step(k int) {
	for len(s.later) > 0 && s.err == nil && !s.grid.Time(k).Before(s.later[0].From) {
		s.err = s.adjuster.Adjust(maps.Clone(s.later[0].Values))
		s.later = s.later[1:]
	}
	if s.err == nil {
		s.Model.Step(k)
	}
}

// Err implements sim.Failer.
func (s *steered) Err() error {
	if f, ok := s.Model.(sim.Failer); ok && f.Err() != nil {
		return f.Err()
	}
	return s.err
}
