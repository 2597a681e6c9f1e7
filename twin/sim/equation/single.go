package equation

import (
	"fmt"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/twin/sim/ode"
)

// single is one member by itself, as the solvers of package ode see it: for systems that are stiff, that hold algebraic
// equations, or in which something happens.
type single struct {
	*Program
	one, many *machine // many: a lane for each state and one more, for the Jacobian
	solver    *ode.Solver
	rest      []float64 // the new values of states
	columns   []float64
	tol       tolerances
}

// tolerances of the states.
type tolerances struct {
	relative float64
	absolute []float64
}

// smallShare of the size of a state is what its absolute tolerance is relative to.
const smallShare = 1e-3

// tolerances gives each state an absolute one by its size: that of its range, else of its start, else one.
func (p *Program) tolerances(relative float64) tolerances {
	t := tolerances{relative: relative}
	for _, v := range p.System.States {
		size := math.Abs(v.Value)
		if reach := math.Max(math.Abs(v.Min), math.Abs(v.Max)); !math.IsInf(reach, 0) {
			size = reach
		}
		if size == 0 {
			size = 1
		}
		t.absolute = append(t.absolute, relative*smallShare*size)
	}
	return t
}

func (p *Program) single(tol tolerances, method ode.Method, happened func(t float64, event int)) (*single, error) {
	n := len(p.System.States)
	s := &single{Program: p, one: p.machine(1), many: p.machine(n + 1), columns: make([]float64, n*(n+1)), tol: tol}
	sys := ode.System{N: n, Rate: s.rate, Jacobian: s.jacobian, Steady: p.steady, Mass: p.mass}
	for _, v := range p.System.States {
		sys.Names = append(sys.Names, v.Name)
	}
	for i := range p.System.Events {
		sys.Events = append(sys.Events, s.event(i))
	}
	if p.mass != nil && method == ode.DormandPrince {
		method = ode.Auto
	}
	opts := ode.Options{Method: method, RelTol: tol.relative, AbsTols: slices.Clone(tol.absolute)}
	if happened != nil {
		opts.OnEvent = func(t float64, event int, _ []float64) { happened(t, event) }
	}
	var err error
	if s.solver, err = ode.New(sys, opts); err != nil {
		return nil, fmt.Errorf("equation: %w", err)
	}
	return s, nil
}

func (s *single) rate(t float64, y, dy []float64) {
	s.one.setState(t, y)
	s.one.run(s.rates.code, 1)
	s.one.take(&s.rates, dy, 1)
}

// jacobian moves each state in a lane of its own, so that all differences are one run of the program.
func (s *single) jacobian(t float64, y, j []float64) {
	n := len(y)
	w := n + 1
	for i, v := range y {
		row := s.columns[i*w : (i+1)*w]
		for k := range row {
			row[k] = v
		}
		row[i] = v + s.increment(i, v)
	}
	s.many.setState(t, s.columns)
	s.many.run(s.rates.code, w)
	for i, r := range s.rates.roots {
		f := s.many.row(r)
		for k := range n {
			j[i*n+k] = (f[k] - f[n]) / (s.columns[k*w+k] - y[k])
		}
	}
}

// increment of a state for a difference: relative, but no less than what the tolerance takes for nothing.
func (s *single) increment(i int, v float64) float64 {
	const root = 1.5e-8 // √ε
	d := root * max(v, -v, s.tol.absolute[i]/s.tol.relative)
	if v < 0 {
		return -d
	}
	return d
}

func (s *single) event(i int) ode.Event {
	h := &s.System.Events[i]
	e := ode.Event{Name: h.Name, Direction: ode.Rising, Terminal: h.Stop, Value: func(t float64, y []float64) float64 {
		s.one.setState(t, y)
		s.one.run(s.events[i].code, 1)
		return s.one.row(s.events[i].roots[0])[0]
	}}
	if len(h.Set) > 0 {
		s.rest = make([]float64, max(len(s.rest), len(h.Set)))
		e.Apply = func(t float64, y []float64) {
			s.one.setState(t, y)
			s.one.run(s.sets[i].code, 1)
			s.one.take(&s.sets[i], s.rest, 1)
			for k, a := range h.Set {
				y[a.State] = s.rest[k]
			}
		}
	}
	return e
}

// adopt takes over the parameters and inputs of a lane.
func (s *single) adopt(m *machine, lane int) {
	s.one.copyLane(m, lane)
	s.many.copyLane(m, lane)
}
