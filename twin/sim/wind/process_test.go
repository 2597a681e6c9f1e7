package wind

import (
	"math"
	"testing"

	"github.com/orrery-twin/orrery/twin/sim"
)

func simple() (*Process, Draw) {
	d := Draw{SlowTauSec: 36 * 3600, SlowSD: .5, FastTauSec: 2 * 3600, FastSD: .25}
	p := &Process{Prior: WindPrior(NREL5MW), Draws: []Draw{d}}
	return p, d
}

// Far ahead the belief forgets the record: mean and variance are those of the stationary process (Ornstein–Uhlenbeck:
// variance σ², autocorrelation exp(−t/τ)).
func TestPathIsStationary(t *testing.T) {
	p, d := simple()
	var b Belief
	b.Mean[0] = 3 // known mean, no daily cycle, present state known to be 0
	const n, lag = 40000, 24
	path := make([]float64, n)
	p.Path(0, &b, 0, 1800, sim.NewNoise(1, 1), path)
	var m, v, c float64
	for _, x := range path {
		m += x / n
	}
	for k := range n - lag {
		v += (path[k] - m) * (path[k] - m) / (n - lag)
		c += (path[k] - m) * (path[k+lag] - m) / (n - lag)
	}
	wantV := d.SlowSD*d.SlowSD + d.FastSD*d.FastSD
	wantC := d.SlowSD*d.SlowSD*math.Exp(-lag*1800/d.SlowTauSec) + d.FastSD*d.FastSD*math.Exp(-lag*1800/d.FastTauSec)
	if math.Abs(m-3) > .06 || math.Abs(v/wantV-1) > .12 || math.Abs(c/wantC-1) > .2 {
		t.Errorf("mean %.3f, variance %.4f (want %.4f), covariance after 12 h %.4f (want %.4f)", m, v, wantV, c, wantC)
	}
}

// The filter is exact for its own model: its standardised innovations at the end are normal. Over many records the state
// sampled from the belief must lie about the truth as wide as the belief says.
func TestFilterKnowsWhatItDoesNotKnow(t *testing.T) {
	p, d := simple()
	inside, n := 0, 400
	for i := range n {
		noise := sim.NewNoise(2, uint64(i))
		b := p.Prior.start(d)
		path := make([]float64, 300)
		p.Path(0, &b, 1.7e9, 1800, noise, path)
		truth := path[299]
		record := append([]float64(nil), path[:200]...) // 50 h before the truth
		for k := range record {
			record[k] += p.Prior.NuggetSD * noise.NormFloat64()
		}
		record[50] = math.NaN()
		end := 1.7e9 + 200*1800.
		s, _ := p.Prior.Filter(d, record, end, 1800)
		s.forward(d, 99.5*1800)
		at := 1.7e9 + 299.5*1800
		sin, cos := math.Sincos(2 * math.Pi * math.Mod(at, daySec) / daySec)
		h := [5]float64{1, cos, sin, 1, 1}
		var mean, v float64
		for a := range 5 {
			mean += h[a] * s.Mean[a]
			for c := range 5 {
				v += h[a] * h[c] * s.Cov[a][c]
			}
		}
		if math.Abs(truth-mean) < 1.2816*math.Sqrt(v) {
			inside++
		}
	}
	share := float64(inside) / float64(n)
	if math.Abs(share-.8) > 3*math.Sqrt(.16/float64(n)) {
		t.Errorf("%.3f of the truths lie in the 80 %% interval 50 h ahead", share)
	}
}

// A week sees only a few weather systems: the posterior must hold the truth without pretending to know it.
func TestFitProcessHoldsTheTruth(t *testing.T) {
	p, d := simple()
	held := 0
	const n = 12
	for i := range n {
		b := p.Prior.start(d)
		path := make([]float64, 336)
		p.Path(0, &b, 1.7e9, 1800, sim.NewNoise(3, uint64(i)), path)
		fit := FitProcess(p.Prior, path, 1.7e9+336*1800, 1800, 128, sim.NewNoise(4, uint64(i)))
		var tau []float64
		for _, x := range fit.Draws {
			tau = append(tau, x.SlowSD)
		}
		_, lo, hi := sim.Spread(tau)
		if lo <= d.SlowSD && d.SlowSD <= hi {
			held++
		}
		if hi/lo < 1.15 {
			t.Errorf("record %d: a week pins the slow deviation to %.3f … %.3f", i, lo, hi)
		}
	}
	if held < 7 {
		t.Errorf("only %d of %d 80 %% intervals hold the true slow deviation", held, n)
	}
}

func TestCoarseSkyIsTheMeanOfTheFine(t *testing.T) {
	c, wb, ab := climate(4)
	fine := NewSky(c, wb, ab, 1.7e9, 300, 600, 8, 9)
	rough := NewSky(c, wb, ab, 1.7e9, 100, 1800, 8, 9)
	for k := range 100 {
		for m := range 8 {
			want := (fine.Wind(3 * k)[m] + fine.Wind(3*k + 1)[m] + fine.Wind(3*k + 2)[m]) / 3
			if math.Abs(float64(rough.Wind(k)[m]-want)) > 1e-4 {
				t.Fatalf("step %d member %d: %v, want %v", k, m, rough.Wind(k)[m], want)
			}
		}
	}
	few := NewSky(c, wb, ab, 1.7e9, 300, 600, 4, 9)
	for m := range 4 {
		if few.Wind(299)[m] != fine.Wind(299)[m] {
			t.Errorf("member %d has other weather when there are fewer members", m)
		}
	}
}

func BenchmarkFitProcess(b *testing.B) {
	p, d := simple()
	s := p.Prior.start(d)
	path := make([]float64, 336)
	p.Path(0, &s, 1.7e9, 1800, sim.NewNoise(3, 0), path)
	for b.Loop() {
		FitProcess(p.Prior, path, 1.7e9, 1800, 256, sim.NewNoise(4, 0))
	}
}

func BenchmarkSky(b *testing.B) {
	c, wb, ab := climate(64)
	for b.Loop() {
		NewSky(c, wb, ab, 1.7e9, 2016, 600, 64, 9)
	}
}
