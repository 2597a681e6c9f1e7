package ode

import (
	"fmt"
	"math"
)

// Stats counts the work of a Solver since New.
type Stats struct {
	Rates, Steps, Rejected, Jacobians, Factorizations, Events, Switches int
}

// Solver is a system on its way through time. It belongs to one goroutine.
type Solver struct {
	sys  System
	opts Options

	t, h           float64 // now, and the step to try next
	y, slope, next []float64
	scratch        []float64
	started        bool
	ended          int // index of the terminal event that ended it, -1
	implicit       bool
	explicit       *dormandPrince
	stiff          *rodas
	dense          dense
	algebra        *algebra // nil without algebraic equations
	watch          *watch   // nil without events
	stats          Stats
}

// New makes a Solver and all its memory. The error says what of the system or of the options cannot be.
func New(sys System, opts Options) (*Solver, error) {
	if err := opts.settle(&sys); err != nil {
		return nil, err
	}
	if err := sys.check(&opts); err != nil {
		return nil, err
	}
	n := sys.N
	s := &Solver{sys: sys, opts: opts, ended: -1, y: make([]float64, n), slope: make([]float64, n), next: make([]float64, n), scratch: make([]float64, n)}
	for i := range s.dense.c {
		s.dense.c[i] = make([]float64, n)
	}
	if opts.Method != Rodas4 && sys.Mass == nil {
		s.explicit = newDormandPrince(n)
	}
	if opts.Method != DormandPrince {
		s.stiff = newRodas(n)
	}
	var err error
	if s.algebra, err = newAlgebra(&sys); err != nil {
		return nil, err
	}
	if len(sys.Events) > 0 {
		s.watch = newWatch(n, len(sys.Events))
	}
	return s, nil
}

// Start begins at time t with state y, which is copied. Unknowns of algebraic equations are solved for, from y as a guess.
func (s *Solver) Start(t float64, y []float64) error {
	if len(y) != s.sys.N {
		return fmt.Errorf("ode: a start with %d values for %d states: give one for each", len(y), s.sys.N)
	}
	s.t, s.ended, s.started = t, -1, true
	s.implicit = s.explicit == nil
	copy(s.y, y)
	s.dense.t, s.dense.h = t, 0
	if math.IsNaN(t) || math.IsInf(t, 0) {
		return s.fail(NotFinite, -1)
	}
	if i := unfinite(y); i >= 0 {
		return s.fail(NotFinite, i)
	}
	if err := s.restart(); err != nil {
		return err
	}
	if s.watch != nil {
		s.watch.begin(s)
	}
	return nil
}

// Time is where the solver stands.
func (s *Solver) Time() float64 { return s.t }

// State is the state at Time. It is the solver's own: read only, valid until the next step.
func (s *Solver) State() []float64 { return s.y }

// Ended returns the terminal event that ended the run; ok is false when none did.
func (s *Solver) Ended() (event int, ok bool) { return s.ended, s.ended >= 0 }

// Stats returns the work done so far.
func (s *Solver) Stats() Stats { return s.stats }

// Method is the method of the next step.
func (s *Solver) Method() Method {
	if s.implicit {
		return Rodas4
	}
	return DormandPrince
}

// Interpolate fills y with the state at a time within the last step, to the order of the interpolant.
func (s *Solver) Interpolate(t float64, y []float64) {
	if s.dense.h == 0 || t >= s.t {
		copy(y, s.y)
		return
	}
	s.dense.at(math.Max(t, s.dense.t), y)
}

// NextStep is the step that would be tried next.
func (s *Solver) NextStep() float64 { return s.h }

// Suggest sets the method and the step to try next, after Start: those with which a run ended that this one goes on from.
// A method that the options rule out is not taken.
func (s *Solver) Suggest(m Method, step float64) {
	if step > 0 && !math.IsInf(step, 0) {
		s.h = math.Max(step, 64*least(s.t))
	}
	if m == Rodas4 && s.stiff != nil && !s.implicit {
		s.implicit = true
		s.stiff.restart()
	}
}

// Advance goes to a time, exactly, or to the terminal event before it, or to where Options.OnStep asks to stop.
func (s *Solver) Advance(to float64) error { return s.run(to, nil) }

// Series goes to the last of the times, which rise, and calls visit for each of them with the state there, which is the
// solver's own. It ends early with a terminal event.
func (s *Solver) Series(times []float64, visit func(k int, t float64, y []float64)) error {
	if len(times) == 0 {
		return nil
	}
	k := 0
	show := func() {
		for ; k < len(times) && times[k] <= s.t; k++ {
			s.Interpolate(times[k], s.scratch)
			visit(k, times[k], s.scratch)
		}
	}
	show()
	return s.run(times[len(times)-1], show)
}

func (s *Solver) run(to float64, after func()) error {
	if !s.started || math.IsNaN(to) || to < s.t {
		return s.fail(Backwards, -1)
	}
	tries, events := 0, s.stats.Events
	for s.t < to && s.ended < 0 {
		if tries >= s.opts.MaxSteps {
			return s.fail(TooManySteps, -1)
		}
		n, err := s.step(to, s.opts.MaxSteps-tries)
		tries += n
		if err != nil {
			return err
		}
		if after != nil {
			after()
		}
		if s.opts.OnStep != nil && !s.opts.OnStep(s.t, s.y) {
			return nil
		}
		if s.stats.Events-events > s.opts.MaxEvents {
			return s.failEvent(TooManyEvents, s.watch.last)
		}
	}
	return nil
}

// step makes one accepted step, at most up to a time, and says how many it tried.
func (s *Solver) step(to float64, most int) (tries int, err error) {
	rejected := false
	for tries < most {
		tries++
		h, clipped := math.Min(s.h, s.opts.MaxStep), false
		if left := to - s.t; h*1.01 >= left {
			h, clipped = left, true
		}
		if h < least(s.t) && !clipped {
			return tries, s.collapse()
		}
		e := s.try(h)
		if !(e <= 1) { // NaN as well
			s.stats.Rejected++
			s.reject(h, e)
			rejected = true
			continue
		}
		grown := s.control(h, e)
		if rejected {
			grown = math.Min(grown, h)
		}
		if !clipped || grown < s.h || h == s.h {
			s.h = grown
		}
		return tries, s.take(h, to, clipped)
	}
	return tries, nil
}

// try makes a step into s.next; the error is not finite when the step left the domain of the system.
func (s *Solver) try(h float64) float64 {
	if s.implicit {
		return s.stiff.try(s, h)
	}
	return s.explicit.try(s, h)
}

func (s *Solver) control(h, e float64) float64 {
	if s.implicit {
		return s.stiff.control(h, e)
	}
	return s.explicit.control(h, e)
}

func (s *Solver) reject(h, e float64) {
	if math.IsNaN(e) || math.IsInf(e, 0) {
		s.h = h / 10
		return
	}
	s.h = s.control(h, e)
}

// collapse says why no step can be made, unless the other method may.
func (s *Solver) collapse() error {
	if !s.implicit && s.stiff != nil {
		s.swap()
		return nil
	}
	if i := unfinite(s.next); i >= 0 {
		return s.fail(NotFinite, i)
	}
	if s.implicit && !s.stiff.factor(s, s.h) {
		return s.fail(Singular, -1)
	}
	worst, most := 0, 0.
	for i := range s.y {
		if d := math.Abs(s.next[i]-s.y[i]) / s.scale(i); d > most {
			worst, most = i, d
		}
	}
	return s.fail(StepCollapse, worst)
}

// take makes the step that was tried the last one.
func (s *Solver) take(h, to float64, clipped bool) error {
	if i := unfinite(s.next); i >= 0 {
		return s.fail(NotFinite, i)
	}
	before := s.t
	change := false
	if s.implicit {
		change = s.stiff.accept(s, h) && s.explicit != nil
	} else {
		change = s.explicit.accept(s, h) && s.stiff != nil
	}
	s.stats.Steps++
	s.t += h
	if clipped {
		s.t = to
	}
	s.y, s.next = s.next, s.y
	if s.watch != nil {
		if happened, err := s.watch.look(s, before); happened || err != nil {
			return err
		}
	}
	if s.implicit {
		s.rate(s.t, s.y, s.slope)
		if i := unfinite(s.slope); i >= 0 {
			return s.fail(NotFinite, i)
		}
	}
	if change {
		s.swap()
	}
	return nil
}

// swap changes the method.
func (s *Solver) swap() {
	s.implicit = !s.implicit
	s.stats.Switches++
	s.stiff.restart()
	s.explicit.restart()
	s.h = s.firstStep()
}

// restart begins anew at the present state, as after a jump.
func (s *Solver) restart() error {
	if s.algebra != nil {
		if err := s.algebra.solve(s); err != nil {
			return err
		}
	}
	s.rate(s.t, s.y, s.slope)
	if i := unfinite(s.slope); i >= 0 {
		return s.fail(NotFinite, i)
	}
	if s.explicit != nil {
		s.explicit.restart()
	}
	if s.stiff != nil {
		s.stiff.restart()
	}
	if s.h = s.opts.FirstStep; s.h == 0 {
		s.h = s.firstStep()
	}
	return nil
}

func (s *Solver) rate(t float64, y, dy []float64) {
	s.stats.Rates++
	s.sys.Rate(t, y, dy)
}

// scale is what an error of state i is measured by.
func (s *Solver) scale(i int) float64 {
	return s.opts.AbsTols[i] + s.opts.RelTol*math.Max(math.Abs(s.y[i]), math.Abs(s.next[i]))
}

// norm is the root mean square of an error relative to the tolerance.
func (s *Solver) norm(e []float64) float64 {
	sum := 0.
	for i, x := range e {
		if x == 0 {
			continue // also where the tolerance is 0 and the state never left it
		}
		x /= s.scale(i)
		sum += x * x
	}
	return math.Sqrt(sum / float64(len(e)))
}

// least is the least step that is worth trying at a time.
func least(t float64) float64 { return math.Max(16*0x1p-52*math.Abs(t), 1e-300) }
