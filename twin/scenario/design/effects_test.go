package design

import (
	"fmt"
	"math"
	"testing"

	"github.com/orrery-twin/orrery/twin/sim"
)

func axes(t testing.TB, spreads ...string) []Axis {
	t.Helper()
	out := make([]Axis, len(spreads))
	for i, s := range spreads {
		a, err := NewAxis(sim.Field{ID: fmt.Sprintf("x%d", i+1), Value: .3, Min: math.NaN(), Max: math.NaN()}, s)
		if err != nil {
			t.Fatal(err)
		}
		out[i] = a
	}
	return out
}

func answers(p *Plan, f func(x []float64) float64) []float64 {
	y := make([]float64, len(p.Points))
	x := make([]float64, len(p.Axes))
	for k, point := range p.Points {
		for i, l := range point {
			x[i] = l.SI
		}
		y[k] = f(x)
	}
	return y
}

// ishigami is the function of T. Ishigami and T. Homma (1990) with a = 7, b = 0.1, on (−π, π)³.
func ishigami(x []float64) float64 {
	s := math.Sin(x[1])
	return math.Sin(x[0]) + 7*s*s + .1*math.Pow(x[2], 4)*math.Sin(x[0])
}

// In closed form: S = 0.3139, 0.4424, 0; ST = 0.5576, 0.4424, 0.2437.
func TestSobolIndicesOfIshigami(t *testing.T) {
	pi := fmt.Sprintf("%.15g..%.15g", -math.Pi, math.Pi)
	p, err := Saltelli(axes(t, pi, pi, pi), 1<<13, 42)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Points) != 5<<13 {
		t.Fatalf("%d points", len(p.Points))
	}
	want := [][2]float64{{.3139, .5576}, {.4424, .4424}, {0, .2437}}
	for i, e := range SobolIndices(p, answers(p, ishigami), 200, 1) {
		for j, got := range []Estimate{e.First, e.Total} {
			if math.Abs(got.Value-want[i][j]) > .005 {
				t.Errorf("x%d: %+v, want %.4f", i+1, got, want[i][j])
			}
			if !(got.Low < want[i][j] && want[i][j] < got.High) || got.High-got.Low > .08 {
				t.Errorf("x%d: interval %+v about %.4f", i+1, got, want[i][j])
			}
		}
	}
}

// g is the function of I. M. Sobol' (1993): Vi = 1/(3(1+ai)²), V = Π(1+Vi) − 1, Si = Vi/V, STi = Vi·Π(1+Vj≠i)/V.
func TestSobolIndicesOfTheGFunction(t *testing.T) {
	a := []float64{0, 1, 4.5, 9, 99, 99}
	g := func(x []float64) float64 {
		y := 1.
		for i := range x {
			y *= (math.Abs(4*x[i]-2) + a[i]) / (1 + a[i])
		}
		return y
	}
	v, all := make([]float64, len(a)), 1.
	for i := range a {
		v[i] = 1 / (3 * (1 + a[i]) * (1 + a[i]))
		all *= 1 + v[i]
	}
	p, err := Saltelli(axes(t, "0..1", "0..1", "0..1", "0..1", "0..1", "0..1"), 1<<13, 7)
	if err != nil {
		t.Fatal(err)
	}
	y := answers(p, g)
	y[17] = math.NaN() // a run that failed takes its row with it
	for i, e := range SobolIndices(p, y, 0, 0) {
		first, total := v[i]/(all-1), v[i]*all/(1+v[i])/(all-1)
		if math.Abs(e.First.Value-first) > .01 || math.Abs(e.Total.Value-total) > .01 {
			t.Errorf("x%d: %.4f %.4f, want %.4f %.4f", i+1, e.First.Value, e.Total.Value, first, total)
		}
	}
}

func TestAnAnswerThatNeverVariesHasNoIndices(t *testing.T) {
	p, err := Saltelli(axes(t, "0..1", "0..1"), 64, 7)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range SobolIndices(p, answers(p, func([]float64) float64 { return 1e9 }), 50, 1) {
		if !math.IsNaN(e.First.Value) || !math.IsNaN(e.Total.Low) {
			t.Errorf("%+v", e)
		}
	}
	if SobolIndices(p, answers(p, func([]float64) float64 { return math.NaN() }), 50, 1) != nil {
		t.Error("indices without an answer")
	}
}

// A linear model has the same effect everywhere; a product bends.
func TestElementaryEffects(t *testing.T) {
	p, err := Morris(axes(t, "0..1", "0..2", "0..1", "5"), 50, 4, 3)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Points) != 250 {
		t.Fatalf("%d points", len(p.Points))
	}
	e := ElementaryEffects(p, answers(p, func(x []float64) float64 { return 3*x[0] - 2*x[1] + 4*x[0]*x[2] }))
	if e[1].Count != 50 || math.Abs(e[1].Mu+4) > 1e-5 || math.Abs(e[1].MuStar.Value-4) > 1e-5 || e[1].Sigma > 1e-5 { // levels have seven digits
		t.Errorf("linear: %+v", e[1])
	}
	if e[0].MuStar.Value < 4.5 || e[0].MuStar.Value > 5.5 || e[0].Sigma < .5 || e[0].MuStar.Low >= e[0].MuStar.Value {
		t.Errorf("with another: %+v", e[0])
	}
	if e[3].MuStar.Value != 0 {
		t.Errorf("of no effect: %+v", e[3])
	}
}

// Ishigami's third field matters only with the first: its mean effect is nought, its spread is not.
func TestMorrisRanksIshigami(t *testing.T) {
	pi := fmt.Sprintf("%.15g..%.15g", -math.Pi, math.Pi)
	p, err := Morris(axes(t, pi, pi, pi), 400, 4, 3)
	if err != nil {
		t.Fatal(err)
	}
	e := ElementaryEffects(p, answers(p, ishigami))
	if e[2].Sigma < 2*math.Abs(e[2].Mu) || e[2].MuStar.Value < 3 {
		t.Errorf("x3: %+v", e[2])
	}
}

func TestSwingsAreSorted(t *testing.T) {
	p, err := Tornado(axes(t, "0..1", "0..10", "choices(1, 2)"))
	if err != nil {
		t.Fatal(err)
	}
	y := answers(p, func(x []float64) float64 { return x[0] + x[1]*x[1] - x[2] })
	s := Swings(p, y)
	if len(p.Points) != 7 || s[0].Axis != 1 || s[1].Axis != 2 || s[2].Axis != 0 {
		t.Fatalf("%+v", s)
	}
	if b := .3 + .09 - .3; math.Abs(s[0].Base-b) > 1e-12 || math.Abs(s[0].High-(.3+100-.3)) > 1e-9 || math.Abs(s[0].Width()-100) > 1e-9 {
		t.Errorf("%+v", s[0])
	}
	y[3] = math.NaN()
	if s := Swings(p, y); s[2].Axis != 1 {
		t.Errorf("a failed run is not last: %+v", s)
	}
}

func BenchmarkSobolIndices(b *testing.B) {
	p, err := Saltelli(axes(b, "0..1", "0..1", "0..1", "0..1", "0..1", "0..1"), 1<<10, 7)
	if err != nil {
		b.Fatal(err)
	}
	y := answers(p, func(x []float64) float64 { return x[0] + x[1]*x[2] })
	for b.Loop() {
		SobolIndices(p, y, 200, 1)
	}
}

func BenchmarkSaltelli(b *testing.B) {
	a := axes(b, "0..1", "0..1", "0..1", "0..1", "0..1", "0..1")
	for b.Loop() {
		if _, err := Saltelli(a, 1<<10, 7); err != nil {
			b.Fatal(err)
		}
	}
}
