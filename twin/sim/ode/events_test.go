package ode

import (
	"errors"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

const gravity = 9.81

// ball falls and bounces with a restitution.
func ball(restitution float64) System {
	return System{N: 2, Names: []string{"height", "speed"}, Steady: true,
		Rate: func(_ float64, y, d []float64) { d[0], d[1] = y[1], -gravity },
		Events: []Event{{Name: "bounce", Direction: Falling, Value: func(_ float64, y []float64) float64 { return y[0] },
			Apply: func(_ float64, y []float64) { y[0], y[1] = 0, -restitution*y[1] }}}}
}

// The k-th bounce of a ball dropped from h is at √(2h/g)·(1 + 2(e + e² + … + e^k)).
func TestBouncesAreWhereTheyShouldBe(t *testing.T) {
	const e, rtol = .8, 1e-8
	for _, m := range []Method{DormandPrince, Rodas4, Auto} {
		var at []float64
		solve(t, ball(e), Options{Method: m, RelTol: rtol, AbsTol: 1e-10, OnEvent: func(t float64, _ int, _ []float64) { at = append(at, t) }}, []float64{1, 0}, 3.5)
		want, gap := math.Sqrt(2/gravity), 2*math.Sqrt(2/gravity)
		n := 0
		for ; want <= 3.5; n++ {
			if n < len(at) && math.Abs(at[n]-want) > 10*rtol*want {
				t.Errorf("%v: bounce %d at %.12g, want %.12g", m, n, at[n], want)
			}
			gap *= e
			want += gap
		}
		if len(at) != n {
			t.Errorf("%v: %d bounces, want %d", m, len(at), n)
		}
	}
}

func TestABallThatComesToRestChatters(t *testing.T) {
	s, err := New(ball(.5), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(0, []float64{1, 0}); err != nil {
		t.Fatal(err)
	}
	err = s.Advance(10)
	var f *Failure
	rest := math.Sqrt(2/gravity) * 3
	if !errors.As(err, &f) || f.Cause != Chatter || f.State != "bounce" || math.Abs(f.Time-rest) > 1e-6 || !strings.Contains(err.Error(), "hysteresis") {
		t.Errorf("error %v, want chatter at %g", err, rest)
	}
}

// A switch without hysteresis slides along its threshold.
func TestASwitchWithoutHysteresisChatters(t *testing.T) {
	heat := 1.
	value := func(_ float64, y []float64) float64 { return y[0] - 1 }
	sys := System{N: 1, Rate: func(_ float64, y, d []float64) { d[0] = 2*heat - y[0] }, Events: []Event{
		{Name: "off", Direction: Rising, Value: value, Apply: func(float64, []float64) { heat = 0 }},
		{Name: "on", Direction: Falling, Value: value, Apply: func(float64, []float64) { heat = 1 }},
	}}
	s, _ := New(sys, Options{})
	if err := s.Start(0, []float64{0}); err != nil {
		t.Fatal(err)
	}
	var f *Failure
	if err := s.Advance(10); !errors.As(err, &f) || f.Cause != Chatter || math.Abs(f.Time-math.Ln2) > 1e-5 {
		t.Errorf("error %v, want chatter at %g", err, math.Ln2)
	}
	// With hysteresis it cycles: from .9 to 1.1 and back, by logarithms.
	heat = 1
	sys.Events[0].Value = func(_ float64, y []float64) float64 { return y[0] - 1.1 }
	sys.Events[1].Value = func(_ float64, y []float64) float64 { return y[0] - .9 }
	n := 0
	solve(t, sys, Options{RelTol: 1e-9, AbsTol: 1e-12, OnEvent: func(at float64, i int, _ []float64) {
		period := math.Log(1.1/.9) * 2
		want := -math.Log(.9/2) + period*float64(n/2) + float64(n%2)*period/2
		if i != n%2 || math.Abs(at-want) > 1e-7 {
			t.Errorf("switch %d: event %d at %.9g, want %.9g", n, i, at, want)
		}
		n++
	}}, []float64{0}, 10)
	if n < 40 {
		t.Errorf("%d switches", n)
	}
}

func TestATerminalEventEndsTheRun(t *testing.T) {
	sys := oscillator()
	fired := []int{}
	sys.Events = []Event{
		{Name: "quarter", Value: func(_ float64, y []float64) float64 { return y[0] }, Terminal: true},
		{Name: "never", Value: func(t float64, y []float64) float64 { return t + 1 }},
		{Name: "at the same time", Value: func(_ float64, y []float64) float64 { return 3 * y[0] }},
		{Name: "rising only", Value: func(_ float64, y []float64) float64 { return y[0] }, Direction: Rising},
	}
	s, _ := New(sys, Options{RelTol: 1e-10, AbsTol: 1e-12, OnEvent: func(_ float64, i int, _ []float64) { fired = append(fired, i) }})
	_ = s.Start(0, []float64{1, 0})
	var times []float64
	for i := range 100 {
		times = append(times, float64(i)/10)
	}
	last := 0.
	if err := s.Series(times, func(_ int, at float64, _ []float64) { last = at }); err != nil {
		t.Fatal(err)
	}
	if i, ok := s.Ended(); !ok || i != 0 || math.Abs(s.Time()-math.Pi/2) > 1e-9 || last != 1.5 {
		t.Errorf("ended %v by %d at %.12g, last seen %g", ok, i, s.Time(), last)
	}
	if len(fired) != 2 || fired[0] != 0 || fired[1] != 2 {
		t.Errorf("events %v, want 0 and 2", fired)
	}
	if err := s.Advance(9); err != nil || s.Time() > 2 {
		t.Errorf("went on after the end: %v, t = %g", err, s.Time())
	}
}

// An event that lets another happen at once, and one that lets itself happen for ever.
func TestEventsThatCauseEvents(t *testing.T) {
	mode := 0.
	sys := System{N: 1, Rate: func(_ float64, y, d []float64) { d[0] = 1 }, Events: []Event{
		{Name: "full", Value: func(_ float64, y []float64) float64 { return y[0] - 1 }, Direction: Rising, Apply: func(float64, []float64) { mode = 1 }},
		{Name: "mode", Value: func(float64, []float64) float64 { return mode - .5 }, Direction: Rising, Apply: func(_ float64, y []float64) { y[0] = 0; mode = 0 }},
	}}
	n := [2]int{}
	solve(t, sys, Options{OnEvent: func(_ float64, i int, _ []float64) { n[i]++ }}, []float64{0}, 4.5)
	if n != [2]int{4, 4} {
		t.Errorf("events %v, want 4 of each", n)
	}
	flip := 1.
	sys.Events = []Event{{Name: "flip", Value: func(t float64, _ []float64) float64 { return (t - 1) * flip }, Apply: func(float64, []float64) { flip = -flip }}}
	s, _ := New(sys, Options{})
	_ = s.Start(0, []float64{0})
	var f *Failure
	if err := s.Advance(2); !errors.As(err, &f) || f.Cause != Chatter || f.Event != 0 {
		t.Errorf("error %v, want chatter", err)
	}
}

// Two crossings within one step, of which only the ends would see none.
func TestTwoCrossingsInOneStepAreSeen(t *testing.T) {
	sys := System{N: 1, Rate: func(t float64, _, d []float64) { d[0] = 1 }, Events: []Event{
		{Value: func(t float64, _ []float64) float64 { return .3*.3 - (t-5)*(t-5) }},
	}}
	var at []float64
	solve(t, sys, Options{Method: DormandPrince, FirstStep: 1, MaxStep: 1, OnEvent: func(t float64, _ int, _ []float64) { at = append(at, t) }}, []float64{0}, 10)
	if len(at) != 2 || math.Abs(at[0]-4.7) > 1e-12 || math.Abs(at[1]-5.3) > 1e-12 {
		t.Errorf("crossings at %v, want 4.7 and 5.3", at)
	}
}

func TestBracketFindsRoots(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.Float64Range(-100, 100).Draw(t, "root")
		a := r - rapid.Float64Range(1e-9, 50).Draw(t, "before")
		b := r + rapid.Float64Range(1e-9, 50).Draw(t, "behind")
		p := float64(rapid.SampledFrom([]int{1, 3, 9}).Draw(t, "power"))
		calls := 0
		got := bracket(a, b, func(x float64) float64 {
			calls++
			return math.Copysign(math.Pow(math.Abs(x-r), p), x-r)
		})
		if tol := 1e-14 * math.Max(math.Abs(a), math.Abs(b)); got < r-tol || got > r+4*tol || calls > 70 {
			t.Fatalf("root %.17g found at %.17g in %d calls", r, got, calls)
		}
	})
}

// FuzzStart feeds numbers that an experiment may hold: whatever they are, an answer or a Failure comes back.
func FuzzStart(f *testing.F) {
	f.Add(1., 0., 1e-6, 1e-9, .5)
	f.Add(math.Inf(1), math.NaN(), 1e-6, 0., -1.)
	f.Add(1e300, -1e300, .5, 1e-300, 1e300)
	f.Fuzz(func(t *testing.T, a, b, rtol, atol, e float64) {
		for _, m := range []Method{DormandPrince, Rodas4, Auto} {
			s, err := New(ball(e), Options{Method: m, RelTol: rtol, AbsTol: atol, MaxSteps: 2000, MaxEvents: 200})
			if err != nil {
				return
			}
			if err := s.Start(0, []float64{a, b}); err == nil {
				err = s.Advance(5)
				if i := unfinite(s.State()); err == nil && i >= 0 {
					t.Errorf("%v: state %v without an error", m, s.State())
				}
			}
		}
	})
}
