//go:build cgo && (linux || darwin)

package main

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/twin/sim/ode"
)

// exchange is our side of Model Exchange: the solver between events, the event iteration at them. Between two calls of
// its methods the FMU is in Continuous-Time Mode at in.t.
type exchange struct {
	in     *instance
	solver *ode.Solver // nil without continuous states
	x      []float64
	z      []float64 // event indicators, at the time and state below
	zTime  float64
	zState []float64
	next   float64 // time of the next time event, +Inf if there is none
	wanted bool    // the FMU asked for Event Mode after a step
	failed error   // of a call within the solver
	lastAt float64 // time of the last event
	close  int     // events in a row with hardly any time between them

	// The inputs of the step: from u at t0 to uTo at t1.
	t0, t1 float64
	u, uTo []float64
	ramps  bool // some differ
}

const (
	defaultTolerance = 1e-6
	iterations       = 1000 // of one event that are too many
	chatter          = 200  // events in a row with hardly any time between them that are too many
)

func newExchange(in *instance, tolerance float64) (*exchange, error) {
	e := &exchange{in: in, next: math.Inf(1), lastAt: math.Inf(-1), x: make([]float64, in.s.open.States), z: make([]float64, in.s.open.Indicators),
		zState: make([]float64, in.s.open.States), zTime: math.NaN()}
	if in.s.open.Version == 3 {
		nx, nz, err := in.h.counts()
		if err != nil {
			return nil, err
		}
		if nx != len(e.x) || nz != len(e.z) {
			return nil, fmt.Errorf("the FMU has %d continuous states and %d event indicators, its description %d and %d", nx, nz, len(e.x), len(e.z))
		}
	}
	if err := e.iterate(); err != nil {
		return nil, err
	}
	if err := in.h.states(e.x); err != nil {
		return nil, err
	}
	if len(e.x) == 0 {
		return e, nil
	}
	return e, e.makeSolver(tolerance)
}

// makeSolver sets the absolute tolerances to a hundredth of the relative one at the nominal values, as FMI 2.0.4 section
// 3.1.2 advises.
func (e *exchange) makeSolver(tolerance float64) error {
	if tolerance <= 0 {
		tolerance = defaultTolerance
	}
	nominal := make([]float64, len(e.x))
	if err := e.in.h.nominals(nominal); err != nil {
		return err
	}
	for i, v := range nominal {
		if !(math.Abs(v) > 0) || math.IsInf(v, 0) {
			v = 1
		}
		nominal[i] = .01 * tolerance * math.Abs(v)
	}
	sys := ode.System{N: len(e.x), Names: e.in.s.open.StateNames, Rate: e.rate}
	for i := range e.z {
		sys.Events = append(sys.Events, ode.Event{Name: fmt.Sprintf("event indicator %d", i+1), Terminal: true,
			Value: func(t float64, x []float64) float64 { return e.indicator(i, t, x) }})
	}
	opts := ode.Options{RelTol: tolerance, AbsTols: nominal}
	if e.in.s.open.Completed {
		opts.OnStep = e.completed
	}
	var err error
	if e.solver, err = ode.New(sys, opts); err != nil {
		return err
	}
	return e.restart()
}

// restart begins to integrate anew from the states in e.x at in.t. The solver looks around for its first step, so the FMU
// has to be brought back.
func (e *exchange) restart() error {
	if e.solver == nil {
		return nil
	}
	if err := e.said(e.solver.Start(e.in.t, e.x)); err != nil {
		return err
	}
	return e.put(e.in.t, e.x)
}

// said prefers what the FMU said to what the solver made of it.
func (e *exchange) said(err error) error {
	if e.failed != nil {
		err, e.failed = e.failed, nil
	}
	return err
}

// put brings the FMU to a time and state, with the inputs of that time.
func (e *exchange) put(t float64, x []float64) error {
	if err := e.in.h.setTime(t); err != nil {
		return err
	}
	if err := e.in.h.setStates(x); err != nil {
		return err
	}
	if !e.ramps {
		return nil
	}
	part := math.Min(math.Max((t-e.t0)/(e.t1-e.t0), 0), 1)
	for i := range e.in.inputs {
		g := &e.in.inputs[i]
		if !g.ramp {
			continue
		}
		for j, at := range g.at {
			g.values[j] = e.u[at] + part*(e.uTo[at]-e.u[at])
		}
		if err := e.in.apply(g); err != nil {
			return err
		}
	}
	return nil
}

// rate is the right-hand side for the solver. Where the FMU cannot compute it the rates are no numbers, and the solver
// tries a smaller step.
func (e *exchange) rate(t float64, x, dx []float64) {
	discarded := false
	err := e.failed
	if err == nil {
		err = e.put(t, x)
	}
	if err == nil {
		discarded, err = e.in.h.rates(dx)
	}
	if err != nil {
		for i := range dx {
			dx[i] = math.NaN()
		}
		if !discarded {
			e.failed = err
		}
	}
}

// indicator is an event function for the solver. The standard's events are changes between above zero and not above.
func (e *exchange) indicator(i int, t float64, x []float64) float64 {
	if t != e.zTime || !slices.Equal(x, e.zState) {
		e.zTime = t
		copy(e.zState, x)
		err := e.failed
		if err == nil {
			err = e.put(t, x)
		}
		if err == nil {
			err = e.in.h.indicators(e.z)
		}
		if err != nil && e.failed == nil {
			e.failed = err
		}
	}
	if e.z[i] == 0 {
		return -math.SmallestNonzeroFloat64
	}
	return e.z[i]
}

// completed tells the FMU of a step of the solver.
func (e *exchange) completed(t float64, x []float64) bool {
	if err := e.put(t, x); err != nil {
		e.failed = err
		return false
	}
	enter, over, err := e.in.h.completed()
	if err != nil {
		e.failed = err
		return false
	}
	e.wanted = e.wanted || enter
	e.in.over = e.in.over || over
	return !enter && !over
}

// iterate is the event iteration, from Event Mode to Continuous-Time Mode.
func (e *exchange) iterate() error {
	changed := false
	for n := 0; ; n++ {
		if n >= iterations {
			return fmt.Errorf("the event at %g s does not settle: %d iterations", e.in.t, n)
		}
		h, err := e.in.h.update()
		if err != nil {
			return err
		}
		if h.terminate {
			e.in.over = true
			return nil
		}
		changed = changed || h.statesChanged
		if h.again {
			continue
		}
		if e.next = h.next; math.IsNaN(e.next) {
			return errors.New("UpdateDiscreteStates: the time of the next event is no number")
		}
		break
	}
	if err := e.in.h.plain("EnterContinuousTimeMode"); err != nil {
		return err
	}
	e.zTime = math.NaN() // event indicators may be others now
	if changed {
		return e.in.h.states(e.x)
	}
	return nil
}

// event lets the FMU handle an event at in.t; before is called in Event Mode and may be nil.
func (e *exchange) event(before func() error) error {
	if err := e.in.h.plain("EnterEventMode"); err != nil {
		return err
	}
	if before != nil {
		if err := before(); err != nil {
			return err
		}
	}
	if err := e.iterate(); err != nil || e.in.over {
		return err
	}
	if e.next <= e.in.t {
		e.next = e.in.t // it is due at once
	}
	return e.restart()
}

// between changes something at in.t.
func (e *exchange) between(change func() error) error {
	e.ramps = false
	if err := e.put(e.in.t, e.x); err != nil {
		return err
	}
	return e.event(change)
}

// resume goes on from a state that was restored.
func (e *exchange) resume(next float64) error {
	e.next, e.zTime, e.ramps, e.lastAt, e.close = next, math.NaN(), false, math.Inf(-1), 0
	if err := e.in.h.states(e.x); err != nil {
		return err
	}
	return e.restart()
}

// step goes from t to a later time.
func (e *exchange) step(t, to float64, u, uTo []float64) error {
	e.t0, e.t1, e.u, e.uTo = t, to, u, uTo
	if err := e.takeInputs(); err != nil || e.in.over {
		return err
	}
	for e.in.t < to && !e.in.over {
		due := false
		if e.next > e.in.t {
			var err error
			if due, err = e.glide(math.Min(to, e.next)); err != nil {
				return err
			}
		}
		due = due || e.next <= e.in.t
		if err := e.put(e.in.t, e.x); err != nil {
			return err
		}
		if !due || e.in.over {
			continue
		}
		if err := e.count(); err != nil {
			return err
		}
		if err := e.event(nil); err != nil {
			return err
		}
	}
	return nil
}

// takeInputs sets the inputs at the start of a step: those that jump in an event, ramps on the way.
func (e *exchange) takeInputs() error {
	e.ramps = false
	jump := false
	for i := range e.in.inputs {
		g := &e.in.inputs[i]
		jump = g.pick(e.u) || jump
		for _, at := range g.at {
			e.ramps = e.ramps || g.ramp && e.u[at] != e.uTo[at]
		}
	}
	if jump {
		return e.event(func() error {
			for i := range e.in.inputs {
				g := &e.in.inputs[i]
				if g.pick(e.u) {
					if err := e.in.apply(g); err != nil {
						return err
					}
				}
			}
			return nil
		})
	}
	if e.ramps {
		return e.restart() // the slope of the inputs has changed
	}
	return nil
}

// glide integrates up to a time or to the event before it, and reports whether there is one.
func (e *exchange) glide(to float64) (event bool, err error) {
	e.wanted = false
	if e.solver == nil {
		return e.jump(to)
	}
	if err := e.said(e.solver.Advance(to)); err != nil {
		return false, err
	}
	e.in.t = e.solver.Time()
	copy(e.x, e.solver.State())
	_, happened := e.solver.Ended()
	return happened || e.wanted, nil
}

// jump is glide where nothing is continuous.
func (e *exchange) jump(to float64) (event bool, err error) {
	before := make([]bool, len(e.z))
	for i := range e.z {
		before[i] = e.indicator(i, e.in.t, e.x) > 0
	}
	e.in.t = to
	for i := range e.z {
		event = event || before[i] != (e.indicator(i, to, e.x) > 0)
	}
	if err := e.said(nil); err != nil || !e.in.s.open.Completed {
		return event, err
	}
	e.completed(to, e.x)
	return event || e.wanted, e.said(nil)
}

// count sees to it that events do not follow one another without end.
func (e *exchange) count() error {
	if e.in.t-e.lastAt > 1e-9*math.Max(1, math.Abs(e.in.t)) {
		e.close = 0
	}
	e.lastAt = e.in.t
	if e.close++; e.close > chatter {
		return fmt.Errorf("events follow one another without end at %g s", e.in.t)
	}
	return nil
}
