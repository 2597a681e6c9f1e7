package ode

import (
	"errors"
	"fmt"
	"math"
)

// System is M·y' = f(t, y) with N states.
type System struct {
	N     int
	Names []string // of the states, for errors; may be empty

	// Rate fills dy with f(t, y). It must not keep the slices.
	Rate func(t float64, y, dy []float64)
	// Jacobian fills j, N×N by rows, with ∂f_i/∂y_k; nil: by differences.
	Jacobian func(t float64, y, j []float64)
	// Steady says that f does not depend on t itself.
	Steady bool
	// Mass is M, N×N by rows; nil: the identity. A row of zeros is an algebraic equation.
	Mass []float64

	Events []Event
}

// Direction is which crossings of zero an event sees.
type Direction int8

// The directions.
const (
	Both    Direction = 0
	Rising  Direction = 1  // from below zero to above
	Falling Direction = -1 // from above zero to below
)

// Event is something that happens when a function of time and state passes zero.
type Event struct {
	Name      string
	Value     func(t float64, y []float64) float64
	Direction Direction
	Apply     func(t float64, y []float64) // changes the state; may be nil
	Terminal  bool                         // the integration ends here
}

// Method is how a step is made.
type Method uint8

// The methods.
const (
	Auto          Method = iota // start with DormandPrince, change to Rodas4 where the system is stiff, and back
	DormandPrince               // explicit, order 5(4)
	Rodas4                      // linearly implicit, order 4(3), L-stable
)

// String names the method.
func (m Method) String() string { return [...]string{"auto", "Dormand–Prince 5(4)", "Rodas4"}[m%3] }

// Options configure a Solver. The zero value is useful.
type Options struct {
	Method    Method
	RelTol    float64   // of each state; 1e-6
	AbsTol    float64   // of each state, in its unit; 1e-9
	AbsTols   []float64 // instead of AbsTol, one for each state
	FirstStep float64   // s; 0: chosen
	MaxStep   float64   // s; 0: no limit
	MaxSteps  int       // tried by one Advance or Series; 1,000,000
	MaxEvents int       // that happen in one Advance or Series; 100,000
	Dwell     float64   // s: a row of events nearer to one another than this chatters; 1e-9 of the time
	OnEvent   func(t float64, event int, y []float64)
	// OnStep hears of each step that was made. It may look, not change; false ends Advance or Series there.
	OnStep func(t float64, y []float64) bool
}

const leastRelTol = 1e-13

// settle fills in what was left out and checks the rest.
func (o *Options) settle(sys *System) error {
	fallback := func(v *float64, x float64) {
		if *v == 0 {
			*v = x
		}
	}
	fallback(&o.RelTol, 1e-6)
	fallback(&o.AbsTol, 1e-9)
	fallback(&o.MaxStep, math.Inf(1))
	if o.MaxSteps == 0 {
		o.MaxSteps = 1_000_000
	}
	if o.MaxEvents == 0 {
		o.MaxEvents = 100_000
	}
	if !(o.RelTol >= leastRelTol && o.RelTol < 1) {
		return fmt.Errorf("ode: relative tolerance %g: give %g … 1", o.RelTol, leastRelTol)
	}
	if len(o.AbsTols) == 0 {
		o.AbsTols = make([]float64, sys.N)
		for i := range o.AbsTols {
			o.AbsTols[i] = o.AbsTol
		}
	}
	if len(o.AbsTols) != sys.N {
		return fmt.Errorf("ode: %d absolute tolerances for %d states: give one for each", len(o.AbsTols), sys.N)
	}
	for _, a := range o.AbsTols {
		if !(a >= 0) || math.IsInf(a, 0) {
			return fmt.Errorf("ode: absolute tolerance %g: give a number that is not negative", a)
		}
	}
	if !(o.MaxStep > 0) || !(o.FirstStep >= 0) || math.IsInf(o.FirstStep, 0) || o.MaxSteps < 0 || o.MaxEvents < 0 || !(o.Dwell >= 0) {
		return errors.New("ode: a negative limit of steps or events: leave it out or give one above zero")
	}
	if o.Method > Rodas4 {
		return fmt.Errorf("ode: method %d is not known", o.Method)
	}
	return nil
}

// check finds systems that cannot be integrated.
func (s *System) check(o *Options) error {
	switch {
	case s.N <= 0 || s.N > maxStates:
		return fmt.Errorf("ode: %d states: give 1 … %d", s.N, maxStates)
	case s.Rate == nil:
		return errors.New("ode: a system without rates: set System.Rate")
	case s.Mass != nil && len(s.Mass) != s.N*s.N:
		return fmt.Errorf("ode: a mass matrix with %d numbers: give %d×%d by rows", len(s.Mass), s.N, s.N)
	case s.Mass != nil && o.Method == DormandPrince:
		return errors.New("ode: Dormand–Prince takes no mass matrix: use Rodas4")
	case len(s.Names) != 0 && len(s.Names) != s.N:
		return fmt.Errorf("ode: %d names for %d states: give one for each", len(s.Names), s.N)
	}
	for _, m := range s.Mass {
		if math.IsNaN(m) || math.IsInf(m, 0) {
			return errors.New("ode: a mass matrix with a value that is no number")
		}
	}
	for i, e := range s.Events {
		if e.Value == nil {
			return fmt.Errorf("ode: event %d without a value: set Event.Value", i)
		}
	}
	return nil
}

// maxStates keeps the Jacobian below 128 MiB.
const maxStates = 4096

func (s *System) name(i int) string {
	if i < 0 || i >= len(s.Names) || s.Names[i] == "" {
		return fmt.Sprintf("state %d", i)
	}
	return s.Names[i]
}
