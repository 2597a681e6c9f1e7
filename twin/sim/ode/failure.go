package ode

import (
	"fmt"
	"math"
)

// Cause is why a solver could not go on.
type Cause uint8

// The causes.
const (
	StepCollapse  Cause = iota // the step that the tolerance asks for is too small to be made
	NotFinite                  // a rate is no number
	NoConvergence              // the algebraic equations could not be solved
	Singular                   // a linear system has no solution
	TooManySteps               // Options.MaxSteps
	TooManyEvents              // Options.MaxEvents
	Chatter                    // events follow one another without end
	Backwards                  // asked to go back in time
)

// Failure is why a solver could not go on. The state of the solver is that of the last good step.
type Failure struct {
	Cause Cause
	Time  float64
	Step  float64 // that was tried, s
	State string  // name of the worst state, or of the event; empty if none
	Event int     // index of the event, -1 if none
}

// Error is one line with the cause, the time and what to do.
func (f *Failure) Error() string {
	at := fmt.Sprintf("at t = %.9g s", f.Time)
	switch f.Cause {
	case StepCollapse:
		return fmt.Sprintf("ode: step size collapsed to %.3g s %s: %s changes without bound or jumps: look for a pole, make the jump an event, or loosen the tolerance", f.Step, at, f.State)
	case NotFinite:
		return fmt.Sprintf("ode: the rate of %s is no number %s: look for a division by zero, a root or logarithm of a negative number", f.State, at)
	case NoConvergence:
		return fmt.Sprintf("ode: no convergence %s: the algebraic equations have no solution near the start values, %s moves most: give better start values or check the equations", at, f.State)
	case Singular:
		return fmt.Sprintf("ode: singular matrix %s: an algebraic equation does not determine its unknown: check that each unknown occurs in an equation", at)
	case TooManySteps:
		return fmt.Sprintf("ode: too many steps %s, the last of %.3g s: shorten the run, loosen the tolerance or use Rodas4", at, f.Step)
	case TooManyEvents:
		return fmt.Sprintf("ode: too many events %s, the last was %q: check what it changes, or raise the limit", at, f.State)
	case Chatter:
		return fmt.Sprintf("ode: event %q chatters %s: it happens again and again without time passing: give its condition a hysteresis, or let it end the run", f.State, at)
	}
	return fmt.Sprintf("ode: cannot go back in time %s: start again at an earlier one", at)
}

func (s *Solver) fail(c Cause, state int) *Failure {
	f := &Failure{Cause: c, Time: s.t, Step: s.h, Event: -1}
	if state >= 0 {
		f.State = s.sys.name(state)
	}
	return f
}

func (s *Solver) failEvent(c Cause, event int) *Failure {
	return &Failure{Cause: c, Time: s.t, Step: s.h, Event: event, State: s.eventName(event)}
}

func (s *Solver) eventName(i int) string {
	if name := s.sys.Events[i].Name; name != "" {
		return name
	}
	return fmt.Sprintf("event %d", i)
}

// unfinite returns the index of the first value that is no finite number, or -1.
func unfinite(v []float64) int {
	for i, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return i
		}
	}
	return -1
}
