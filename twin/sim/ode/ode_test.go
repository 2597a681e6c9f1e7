package ode

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// solve integrates and fails the test on any error.
func solve(t testing.TB, sys System, opts Options, start []float64, end float64) *Solver {
	t.Helper()
	s, err := New(sys, opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(0, start); err != nil {
		t.Fatal(err)
	}
	if err := s.Advance(end); err != nil {
		t.Fatalf("%v (%+v)", err, s.Stats())
	}
	return s
}

func TestPublishedEndValues(t *testing.T) {
	for _, p := range Problems() {
		for _, m := range p.Methods {
			for _, tol := range []float64{1e-5, 1e-7, 1e-9} {
				if p.Name == "Arenstorf" && tol > 1e-7 {
					continue // the orbit magnifies errors ten thousandfold: what a loose tolerance leaves of it says little
				}
				opts := Options{Method: m, RelTol: tol, AbsTol: tol * p.AbsTol}
				s := solve(t, p.System, opts, p.Start, p.End)
				e := mixedError(s.State(), p.Want, max(p.AbsTol, p.Size))
				t.Logf("%-11s %-20v rtol %.0e: error %.1e = %5.1f rtol  %+v", p.Name, m, tol, e, e/tol, s.Stats())
				if e > 100*tol || s.Time() != p.End {
					t.Errorf("%s by %v with tolerance %g: error %.2g at %g, at most 100 times the tolerance is right", p.Name, m, tol, e, s.Time())
				}
			}
		}
	}
}

func TestRoberIsQuick(t *testing.T) {
	p := Problems()[0]
	best := time.Hour
	for range 5 {
		begin := time.Now()
		solve(t, p.System, Options{RelTol: 1e-6, AbsTol: 1e-15}, p.Start, p.End)
		best = min(best, time.Since(begin))
	}
	if best > 50*time.Millisecond {
		t.Errorf("ROBER took %v, want 50 ms", best)
	}
}

// order measures by how much an error falls when the step is halved, with the step held by the limits.
func order(t *testing.T, m Method, end float64, steps []int, err func(s *Solver) float64, sys System, start []float64) []float64 {
	var out []float64
	last := 0.
	for _, n := range steps {
		h := end / float64(n)
		s := solve(t, sys, Options{Method: m, RelTol: .9, AbsTol: 1e6, FirstStep: h, MaxStep: h}, start, end)
		if got := s.Stats().Steps; got != n {
			t.Fatalf("%d steps of %g, want %d", got, h, n)
		}
		e := err(s)
		if last > 0 {
			out = append(out, math.Log2(last/e))
		}
		last = e
	}
	return out
}

func oscillator() System {
	return System{N: 2, Steady: true, Rate: circle}
}

func TestObservedOrders(t *testing.T) {
	end := func(s *Solver) float64 {
		return math.Hypot(s.State()[0]-math.Cos(10), s.State()[1]+math.Sin(10))
	}
	y := make([]float64, 2)
	between := func(s *Solver) float64 { // the interpolant in the middle of the last step
		at := s.dense.t + .5*s.dense.h
		s.Interpolate(at, y)
		return math.Abs(y[0] - math.Cos(at))
	}
	start := []float64{1, 0}
	steps := []int{160, 320, 640}
	for _, c := range []struct {
		name    string
		m       Method
		err     func(*Solver) float64
		low, up float64
	}{
		{"Dormand–Prince", DormandPrince, end, 4.9, 5.1}, {"Dormand–Prince between steps", DormandPrince, between, 3.9, 6.1},
		{"Rodas4", Rodas4, end, 3.85, 4.15}, {"Rodas4 between steps", Rodas4, between, 2.9, 5.1},
	} {
		got := order(t, c.m, 10, steps, c.err, oscillator(), start)
		for _, p := range got {
			if p < c.low || p > c.up {
				t.Errorf("%s: observed orders %.2f, want %.2f … %.2f", c.name, got, c.low, c.up)
			}
		}
	}
	if p, err := ObservedOrder(DormandPrince); err != nil || p < 4.9 || p > 5.1 {
		t.Errorf("observed order %.3f, %v; want 4.9 … 5.1", p, err)
	}
	// A rate that depends on time needs ∂f/∂t: Prothero and Robinson's problem with a mild λ.
	driven := System{N: 1, Rate: func(t float64, y, d []float64) { d[0] = -5*(y[0]-math.Sin(t)) + math.Cos(t) }}
	got := order(t, Rodas4, 8, []int{80, 160, 320}, func(s *Solver) float64 { return math.Abs(s.State()[0] - math.Sin(8)) }, driven, []float64{0})
	for _, p := range got {
		if p < 3.7 || p > 4.4 {
			t.Errorf("Rodas4 with a driven rate: observed orders %.2f, want 4", got)
		}
	}
}

func TestDecayIsExact(t *testing.T) {
	for _, m := range []Method{DormandPrince, Rodas4, Auto} {
		s := solve(t, System{N: 1, Rate: func(_ float64, y, d []float64) { d[0] = -y[0] }}, Options{Method: m, RelTol: 1e-9, AbsTol: 1e-14}, []float64{1}, 10)
		if e := math.Abs(s.State()[0]/math.Exp(-10) - 1); e > 1e-7 {
			t.Errorf("%v: exp(-10) is off by %.2g", m, e)
		}
	}
}

// With L-stability an infinitely stiff part is gone after one step, whatever its size.
func TestRodasIsLStable(t *testing.T) {
	s := solve(t, System{N: 1, Steady: true, Rate: func(_ float64, y, d []float64) { d[0] = -1e9 * y[0] }},
		Options{Method: Rodas4, FirstStep: 1, RelTol: .5, AbsTol: 10}, []float64{1}, 1)
	if got := math.Abs(s.State()[0]); got > 1e-8 {
		t.Errorf("after one step of h·λ = -1e9 there is %g left", got)
	}
}

// Far from zero the first step is not lost in the digits of the time.
func TestAStartFarOff(t *testing.T) {
	s, err := New(System{N: 3, Steady: true, Rate: rober}, Options{RelTol: 1e-6, AbsTol: 1e-15})
	if err != nil {
		t.Fatal(err)
	}
	const at = 1e10
	y := []float64{1, 0, 0}
	for k := range 5 {
		if err = s.Start(at*float64(k), y); err == nil {
			err = s.Advance(at * float64(k+1))
		}
		if err != nil {
			t.Fatal(err)
		}
		copy(y, s.State())
	}
	once := solve(t, System{N: 3, Steady: true, Rate: rober}, Options{RelTol: 1e-6, AbsTol: 1e-15}, []float64{1, 0, 0}, 5*at)
	if e := mixedError(y, once.State(), 1e-9); e > 1e-5 {
		t.Errorf("in five pieces %v, in one %v", y, once.State())
	}
}

// A run in pieces that hand on method and step costs little more than one in a go.
func TestPiecesHandOnTheirStep(t *testing.T) {
	p := Problems()[4]
	opts := Options{RelTol: 1e-6, AbsTol: 1e-10}
	whole := solve(t, p.System, opts, p.Start, p.End)
	s, err := New(p.System, opts)
	if err != nil {
		t.Fatal(err)
	}
	y, m, h := append([]float64(nil), p.Start...), Auto, 0.
	for k := range 20 {
		if err := s.Start(p.End*float64(k)/20, y); err != nil {
			t.Fatal(err)
		}
		s.Suggest(m, h)
		if err := s.Advance(p.End * float64(k+1) / 20); err != nil {
			t.Fatal(err)
		}
		copy(y, s.State())
		m, h = s.Method(), s.NextStep()
	}
	if e := mixedError(y, p.Want, p.AbsTol); e > 1e-4 {
		t.Errorf("error %g", e)
	}
	if a, b := s.Stats().Rates, whole.Stats().Rates; a > 2*b {
		t.Errorf("%d rates in pieces, %d in a go", a, b)
	}
}

func TestStiffnessChangesTheMethodAndBack(t *testing.T) {
	// Stiff until t = 5, then smooth.
	sys := System{N: 2, Rate: func(t float64, y, d []float64) {
		lambda := 1e5
		if t > 5 {
			lambda = .1
		}
		d[0] = -lambda * (y[0] - math.Cos(t))
		d[1] = y[0] - y[1]
	}}
	s, err := New(sys, Options{RelTol: 1e-6})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(0, []float64{0, 0}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		to   float64
		want Method
	}{{4, Rodas4}, {200, DormandPrince}} {
		if err := s.Advance(c.to); err != nil {
			t.Fatal(err)
		}
		if s.Method() != c.want {
			t.Errorf("at %g by %v, want %v", c.to, s.Method(), c.want)
		}
	}
	if st := s.Stats(); st.Switches < 2 || st.Switches > 6 || st.Rates > 12000 {
		t.Errorf("stats %+v: two changes of the method are enough", st)
	}
	explicit, _ := New(sys, Options{Method: DormandPrince, RelTol: 1e-6})
	_ = explicit.Start(0, []float64{0, 0})
	if err := explicit.Advance(4); err != nil || explicit.Stats().Rates < 20*s.Stats().Rates {
		t.Errorf("the explicit method alone: %v, %+v; it should be much dearer", err, explicit.Stats())
	}
}

// A pendulum on a rod as an index-1 system would hide too much; this one has a closed form: y' = -y + z, 0 = z - sin t.
func TestAlgebraicEquations(t *testing.T) {
	sys := System{N: 2, Mass: []float64{1, 0, 0, 0}, Rate: func(t float64, y, d []float64) {
		d[0], d[1] = y[1]-y[0], y[1]-math.Sin(t)
	}}
	s := solve(t, sys, Options{RelTol: 1e-8, AbsTol: 1e-10}, []float64{0, 99}, 3)
	want := (math.Sin(3) - math.Cos(3) + math.Exp(-3)) / 2
	if math.Abs(s.State()[0]-want) > 1e-6 || math.Abs(s.State()[1]-math.Sin(3)) > 1e-6 {
		t.Errorf("state %v, want %v %v", s.State(), want, math.Sin(3))
	}
	// ROBER with its sum conserved by an algebraic equation (as in Hindmarsh's IDA).
	dae := System{N: 3, Mass: []float64{1, 0, 0, 0, 1, 0, 0, 0, 0}, Rate: func(t float64, y, d []float64) {
		rober(t, y, d)
		d[2] = y[0] + y[1] + y[2] - 1
	}}
	p := Problems()[0]
	s = solve(t, dae, Options{RelTol: 1e-6, AbsTols: []float64{1e-9, 1e-16, 1e-9}}, []float64{1, 0, .5}, p.End)
	if e := mixedError(s.State(), p.Want, p.AbsTol); e > 1e-4 {
		t.Errorf("ROBER with an algebraic equation: error %.2g", e)
	}
	// A full mass matrix: M y' = f with M = [[2 1] [1 3]] and f = M·(−y, −2y).
	full := System{N: 2, Mass: []float64{2, 1, 1, 3}, Rate: func(_ float64, y, d []float64) {
		a, b := -y[0], -2*y[1]
		d[0], d[1] = 2*a+b, a+3*b
	}}
	s = solve(t, full, Options{RelTol: 1e-8, AbsTol: 1e-12}, []float64{1, 1}, 2)
	if math.Abs(s.State()[0]-math.Exp(-2)) > 1e-7 || math.Abs(s.State()[1]-math.Exp(-4)) > 1e-7 {
		t.Errorf("full mass matrix: %v", s.State())
	}
}

func TestSeriesReadsBetweenTheSteps(t *testing.T) {
	for _, m := range []Method{DormandPrince, Rodas4} {
		s, err := New(oscillator(), Options{Method: m, RelTol: 1e-8, AbsTol: 1e-10})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Start(0, []float64{1, 0}); err != nil {
			t.Fatal(err)
		}
		var times []float64
		for i := range 1001 {
			times = append(times, float64(i)/50)
		}
		seen := 0
		if err := s.Series(times, func(k int, at float64, y []float64) {
			if k != seen || at != times[k] || math.Abs(y[0]-math.Cos(at)) > 3e-6 {
				t.Fatalf("%v: value %d at %g: %v, want %v", m, k, at, y[0], math.Cos(at))
			}
			seen++
		}); err != nil || seen != len(times) {
			t.Errorf("%v: %d of %d values, %v", m, seen, len(times), err)
		}
		if s.Stats().Steps > 900 {
			t.Errorf("%v: %d steps for 1,001 values: they should not bind the steps", m, s.Stats().Steps)
		}
	}
}

func TestFailuresSayWhereAndWhy(t *testing.T) {
	one := func(f func(t, y float64) float64) System {
		return System{N: 1, Names: []string{"oil temperature"}, Rate: func(t float64, y, d []float64) { d[0] = f(t, y[0]) }}
	}
	for _, c := range []struct {
		name  string
		sys   System
		opts  Options
		start []float64
		end   float64
		cause Cause
		at    float64
		words string
	}{
		{"a pole", one(func(_, y float64) float64 { return y * y }), Options{}, []float64{1}, 2, StepCollapse, 1, "oil temperature changes without bound"},
		{"a pole, stiff", one(func(_, y float64) float64 { return y * y }), Options{Method: Rodas4}, []float64{1}, 2, StepCollapse, 1, "step size collapsed"},
		{"a root of a negative number", one(func(_, y float64) float64 { return -math.Sqrt(y) }), Options{Method: DormandPrince}, []float64{-1}, 2, NotFinite, 0, "the rate of oil temperature is no number"},
		{"a division by zero", one(func(t, _ float64) float64 { return 1 / math.Max(0, 1-t) }), Options{}, []float64{0}, 2, NotFinite, 1, "division by zero"},
		{"a start that is no number", one(func(t, y float64) float64 { return y }), Options{}, []float64{math.NaN()}, 2, NotFinite, 0, "oil temperature"},
		{"too many steps", oscillator(), Options{MaxSteps: 50}, []float64{1, 0}, 1e6, TooManySteps, -1, "too many steps"},
		{"an algebraic equation without solution", System{N: 2, Names: []string{"level", "pressure"}, Mass: []float64{1, 0, 0, 0},
			Rate: func(_ float64, y, d []float64) { d[0], d[1] = 0, y[1]*y[1]+1 }}, Options{}, []float64{0, 3}, 1, NoConvergence, 0, "pressure"},
		{"an unknown in no equation", System{N: 2, Mass: []float64{1, 0, 0, 0}, Rate: func(_ float64, y, d []float64) { d[0], d[1] = 0, y[0]-1 }},
			Options{}, []float64{0, 3}, 1, Singular, 0, "does not determine its unknown"},
	} {
		s, err := New(c.sys, c.opts)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err = s.Start(0, c.start); err == nil {
			err = s.Advance(c.end)
		}
		var f *Failure
		if !errors.As(err, &f) || f.Cause != c.cause || !strings.Contains(f.Error(), c.words) || strings.Contains(f.Error(), "\n") {
			t.Errorf("%s: %v, want cause %d and %q", c.name, err, c.cause, c.words)
		} else if c.at >= 0 && math.Abs(f.Time-c.at) > 1e-3 {
			t.Errorf("%s: at %g, want %g", c.name, f.Time, c.at)
		}
	}
}

func TestSystemsThatCannotBe(t *testing.T) {
	fine := oscillator()
	for name, make := range map[string]func() (System, Options){
		"no states":     func() (System, Options) { s := fine; s.N = 0; return s, Options{} },
		"no rates":      func() (System, Options) { s := fine; s.Rate = nil; return s, Options{} },
		"mass":          func() (System, Options) { s := fine; s.Mass = []float64{1}; return s, Options{} },
		"mass with NaN": func() (System, Options) { s := fine; s.Mass = []float64{1, 0, 0, math.NaN()}; return s, Options{} },
		"singular mass": func() (System, Options) { s := fine; s.Mass = []float64{1, 1, 0, 0}; return s, Options{} },
		"explicit and mass": func() (System, Options) {
			s := fine
			s.Mass = []float64{1, 0, 0, 1}
			return s, Options{Method: DormandPrince}
		},
		"names":         func() (System, Options) { s := fine; s.Names = []string{"x"}; return s, Options{} },
		"event":         func() (System, Options) { s := fine; s.Events = []Event{{}}; return s, Options{} },
		"tolerance":     func() (System, Options) { return fine, Options{RelTol: 2} },
		"tolerance NaN": func() (System, Options) { return fine, Options{RelTol: math.NaN()} },
		"tolerances":    func() (System, Options) { return fine, Options{AbsTols: []float64{1}} },
		"negative":      func() (System, Options) { return fine, Options{AbsTol: -1} },
		"step":          func() (System, Options) { return fine, Options{MaxStep: -1} },
		"method":        func() (System, Options) { return fine, Options{Method: 9} },
	} {
		if _, err := New(make()); err == nil || !strings.HasPrefix(err.Error(), "ode: ") {
			t.Errorf("%s: error %v", name, err)
		}
	}
	s, _ := New(fine, Options{})
	if err := s.Advance(1); err == nil {
		t.Error("advanced without a start")
	}
	if err := s.Start(0, []float64{1}); err == nil {
		t.Error("started with one value of two")
	}
	if err := s.Start(5, []float64{1, 0}); err != nil {
		t.Error(err)
	}
	if err := s.Advance(4); err == nil {
		t.Error("went back in time")
	}
}

func TestStepsAllocateNothing(t *testing.T) {
	for _, m := range []Method{DormandPrince, Rodas4} {
		sys := oscillator()
		sys.Events = []Event{{Value: func(_ float64, y []float64) float64 { return y[0] }}}
		s := solve(t, sys, Options{Method: m}, []float64{1, 0}, 1)
		to := 1.
		if n := testing.AllocsPerRun(20, func() {
			to += 5
			if err := s.Advance(to); err != nil {
				t.Fatal(err)
			}
		}); n > 0 {
			t.Errorf("%v: %.0f allocations in 5 s of steps", m, n)
		}
	}
}

func TestTheSameBitsAgain(t *testing.T) {
	for _, p := range Problems() {
		run := func() string {
			s := solve(t, p.System, Options{RelTol: 1e-6, AbsTol: 1e-6 * p.AbsTol}, p.Start, p.End)
			return fmt.Sprint(s.State(), s.Stats())
		}
		if a, b := run(), run(); a != b {
			t.Errorf("%s: %s, then %s", p.Name, a, b)
		}
	}
}

// Newton's full step over a root function swings to and fro around its root.
func TestAlgebraicEquationsWithRoots(t *testing.T) {
	sys := System{N: 2, Mass: []float64{1, 0, 0, 0}, Rate: func(_ float64, y, d []float64) {
		x := 1 - y[1]/3e5
		d[0], d[1] = 0, y[0]-.02*x/math.Sqrt(math.Abs(x)+1e-3)
	}}
	s, err := New(sys, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, guess := range []float64{0, -1e6, 1e7, 2.9e5} {
		if err := s.Start(0, []float64{0, guess}); err != nil || math.Abs(s.State()[1]-3e5) > 1 {
			t.Errorf("from %g to %g, %v; want 3e5", guess, s.State()[1], err)
		}
	}
}

func TestAListenerEndsAnAdvance(t *testing.T) {
	steps := 0
	s, err := New(System{N: 1, Rate: func(_ float64, y, dy []float64) { dy[0] = -y[0] }}, Options{
		OnStep: func(t float64, y []float64) bool { steps++; return steps != 3 }})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(0, []float64{1}); err != nil {
		t.Fatal(err)
	}
	if err := s.Advance(10); err != nil || steps != 3 || s.Time() >= 10 {
		t.Fatalf("%d steps to %g: %v", steps, s.Time(), err)
	}
	if err := s.Advance(10); err != nil || s.Time() != 10 || math.Abs(s.State()[0]-math.Exp(-10)) > 1e-6 {
		t.Errorf("after %d steps at %g: %v: %v", steps, s.Time(), s.State(), err)
	}
}
