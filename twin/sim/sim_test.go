package sim

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestQuantileMatchesASort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Float64Range(-100, 100), 1, 70).Draw(t, "values")
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		s := slices.Sorted(slices.Values(v))
		h := p * float64(len(s)-1)
		k := int(h)
		want := s[k]
		if k+1 < len(s) {
			want += (h - float64(k)) * (s[k+1] - s[k])
		}
		if got := Quantile(slices.Clone(v), p); math.Abs(got-want) > 1e-12*(1+math.Abs(want)) {
			t.Fatalf("quantile %v of %v = %v, want %v", p, v, got, want)
		}
		c := slices.Clone(v)
		if got := Select(c, k); got != s[k] {
			t.Fatalf("value %d of %v = %v, want %v", k, v, got, s[k])
		}
		slices.Sort(c)
		if !slices.Equal(c, s) {
			t.Fatal("Select changed the values")
		}
	})
}

func TestQuantileOfOpenEnds(t *testing.T) {
	inf := math.Inf(1)
	if m, lo, hi := Spread([]float64{1, inf, 2, inf, 3, inf, 4, inf, inf, inf, inf}); m != inf || lo != 2 || hi != inf {
		t.Errorf("spread = %v %v %v, want +Inf 2 +Inf", m, lo, hi)
	}
	if !math.IsNaN(Quantile(nil, .5)) {
		t.Error("a quantile of nothing is a number")
	}
}

// wiener is a drifting Brownian motion that fails when it first reaches a level.
type wiener struct {
	noise           Noise
	x, failed       []float64
	mu, sigma, goal float64
	dt              float64
}

func (w *wiener) Members() int             { return len(w.x) }
func (w *wiener) Output(int) []float64     { return w.x }
func (w *wiener) FailureSec(int) []float64 { return w.failed }
func (w *wiener) EnergyJ(int) []float64    { return w.x }
func (w *wiener) Step(k int) {
	for i, x := range w.x {
		next := x + w.mu*w.dt + w.sigma*math.Sqrt(w.dt)*w.noise.NormFloat64()
		// Between the steps a bridge may have crossed: probability exp(−2(a−x)(a−y)/σ²dt).
		crossed := next >= w.goal || w.noise.Float64() < math.Exp(-2*(w.goal-x)*(w.goal-next)/(w.sigma*w.sigma*w.dt))
		if crossed && math.IsInf(w.failed[i], 1) {
			w.failed[i] = (float64(k) + .5) * w.dt
		}
		w.x[i] = next
	}
}

// The first passage of a Wiener process with drift is inverse Gaussian (Schrödinger 1915): for level 10, drift 0.5 and
// diffusion 0.8 the 10, 50 and 90 % quantiles are 12.0431, 18.8075 and 29.4834 s, the distribution at 20 s is .569272.
func TestFirstPassageIsInverseGaussian(t *testing.T) {
	const n = 4000
	w := &wiener{noise: NewNoise(1, 1), x: make([]float64, n), failed: make([]float64, n), mu: .5, sigma: .8, goal: 10, dt: .1}
	for i := range w.failed {
		w.failed[i] = math.Inf(1)
	}
	b := NewBands(Grid{Start: time.Unix(0, 0), Step: 100 * time.Millisecond, N: 900}, make([]Channel, 1))
	if err := Run(context.Background(), w, b); err != nil {
		t.Fatal(err)
	}
	before := 0
	for _, s := range w.failed {
		if s <= 20 {
			before++
		}
	}
	if p := float64(before) / n; math.Abs(p-.569272) > 3*math.Sqrt(.57*.43/n) {
		t.Errorf("P(T ≤ 20) = %.4f, want .569272", p)
	}
	median, low, high := Spread(slices.Clone(w.failed))
	for _, c := range []struct{ got, want, se float64 }{{low, 12.0431, .10}, {median, 18.8075, .14}, {high, 29.4834, .33}} {
		if math.Abs(c.got-c.want) > 3*c.se {
			t.Errorf("quantile %.3f, want %.4f", c.got, c.want)
		}
	}
	// The process itself is normal with mean μt and variance σ²t.
	m, lo, hi, ok := b.At(0, time.Unix(50, 0))
	if !ok || math.Abs(m-25) > .3 || math.Abs((hi-lo)/2-1.2816*.8*math.Sqrt(50)) > .4 {
		t.Errorf("band at 50 s: %.2f (%.2f … %.2f) %v", m, lo, hi, ok)
	}
}

// ramp counts: its members are k, k+1, k+2 … at time k.
type ramp struct{ v []float64 }

func (r *ramp) Members() int             { return len(r.v) }
func (r *ramp) Output(int) []float64     { return r.v }
func (r *ramp) FailureSec(int) []float64 { return r.v }
func (r *ramp) EnergyJ(int) []float64    { return r.v }
func (r *ramp) Step(int) {
	for i := range r.v {
		r.v[i]++
	}
}

func ramped(t *testing.T, reading Reading) *Bands {
	t.Helper()
	m := &ramp{make([]float64, 11)}
	for i := range m.v {
		m.v[i] = float64(i)
	}
	b := NewBands(Grid{Start: time.Unix(1000, 0), Step: 10 * time.Second, N: 20}, []Channel{{Reading: reading}})
	if err := Run(context.Background(), m, b); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBandsAreReadBetweenTheSteps(t *testing.T) {
	b := ramped(t, Smooth)
	for _, c := range []struct{ sec, median float64 }{{1000, 5}, {1005, 5.5}, {1010, 6}, {1200, 25}, {1199, 24.9}} {
		m, lo, hi, ok := b.At(0, time.Unix(0, int64(c.sec*1e9)))
		if !ok || math.Abs(m-c.median) > 1e-5 || math.Abs(lo-m+4) > 1e-5 || math.Abs(hi-m-4) > 1e-5 {
			t.Errorf("at %.0f s: %v (%v … %v) %v, want %v ± 4", c.sec, m, lo, hi, ok, c.median)
		}
	}
	for _, sec := range []int64{999, 1201} {
		if _, _, _, ok := b.At(0, time.Unix(sec, 0)); ok {
			t.Errorf("a value at %d s, outside the grid", sec)
		}
	}
	if m, _, _, _ := ramped(t, Held).At(0, time.Unix(1009, 0)); m != 5 {
		t.Errorf("a held value became %v between the steps", m)
	}
}

func TestColumnsKeepTheOutermostEnds(t *testing.T) {
	b := ramped(t, Smooth)
	got := b.Columns(0, time.Unix(1000, 0), time.Unix(1200, 0), 4, nil)
	want := []BandColumn{{7, 1, 13}, {12, 6, 18}, {17, 11, 23}, {22, 16, 28}}
	for i := range want {
		if math.Abs(got[i].Median-want[i].Median) > 1e-5 || got[i].Low != want[i].Low || got[i].High != want[i].High {
			t.Errorf("column %d = %+v, want %+v", i, got[i], want[i])
		}
	}
	got = b.Columns(0, time.Unix(990, 0), time.Unix(1010, 0), 4, got[:0]) // 5 s each: finer than the steps
	if !math.IsNaN(got[0].Median) || !math.IsNaN(got[1].Low) || got[2].Median != 5 || got[3].Median != 5.75 {
		t.Errorf("fine columns = %+v", got)
	}
	if got = b.Columns(0, time.Unix(5, 0), time.Unix(5, 0), 4, nil); len(got) != 0 {
		t.Error("columns of an empty span")
	}
}

func TestRunStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	err := Run(ctx, &ramp{make([]float64, 3)}, NewBands(Grid{Step: time.Second, N: 5}, make([]Channel, 1)))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestNoiseStreamsAreTheirOwn(t *testing.T) {
	a, b, c := NewNoise(1, 1), NewNoise(1, 1), NewNoise(1, 2)
	var same, cross float64
	const n = 5000
	for range n {
		x, y, z := a.NormFloat64(), b.NormFloat64(), c.NormFloat64()
		if x != y {
			t.Fatal("one stream, two sequences")
		}
		same += x * x
		cross += x * z
	}
	if r := cross / same; math.Abs(r) > 4/math.Sqrt(n) {
		t.Errorf("streams are correlated: %.3f", r)
	}
}

func BenchmarkSpread64(b *testing.B) {
	src, v := make([]float64, 64), make([]float64, 64)
	n := NewNoise(1, 1)
	for i := range src {
		src[i] = n.NormFloat64()
	}
	for b.Loop() {
		copy(v, src)
		Spread(v)
	}
}

func BenchmarkAt(b *testing.B) {
	bands := NewBands(Grid{Start: time.Unix(0, 0), Step: 10 * time.Minute, N: 2016}, make([]Channel, 78))
	at := time.Unix(600000, 0)
	for b.Loop() {
		bands.At(40, at)
	}
}

func BenchmarkColumns1000(b *testing.B) {
	bands := NewBands(Grid{Start: time.Unix(0, 0), Step: 10 * time.Minute, N: 2016}, make([]Channel, 78))
	var dst []BandColumn
	for b.Loop() {
		dst = bands.Columns(40, bands.Grid.Start, bands.Grid.End(), 1000, dst[:0])
	}
}

// Each end of the interval is the quantile by itself, whatever the number of values, and with values that are the same.
func TestSpreadIsThreeQuantiles(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := 1; n < 200; n++ {
		v := make([]float64, n)
		for i := range v {
			v[i] = math.Floor(r.Float64() * float64(n))
			if r.IntN(10) == 0 {
				v[i] = math.Inf(1)
			}
		}
		w := [3]float64{}
		for i, p := range []float64{.5, .1, .9} {
			w[i] = Quantile(slices.Clone(v), p)
		}
		median, low, high := Spread(slices.Clone(v))
		if got := [3]float64{median, low, high}; got != w {
			t.Fatalf("%v: %v, want %v", v, got, w)
		}
	}
}
