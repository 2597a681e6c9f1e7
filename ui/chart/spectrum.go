package chart

import (
	"math"
	"math/bits"
	"math/cmplx"
	"slices"
)

// MaxSpectrum bounds how many samples a spectrum is computed of; it is a power of two.
const MaxSpectrum = 1 << 16

// Spectrum returns the amplitudes of a signal by frequency: amplitude[k], in SI, belongs to k·step hertz. The samples
// are brought onto an even grid by linear interpolation, at most MaxSpectrum of them; the mean is taken out; a Hann
// window keeps a strong line from covering its neighbours. A sine that falls on a line comes out with its amplitude.
// It is nil when there are fewer than eight samples.
func Spectrum(p Points) (amplitude []float64, step float64) {
	p = p.solid()
	if len(p.At) < 8 || p.At[len(p.At)-1] <= p.At[0] {
		return nil, 0
	}
	n := min(1<<bits.Len(uint(len(p.At)-1)), MaxSpectrum)
	even, dt := p.even(n)
	mean := 0.0
	for _, v := range even {
		mean += v / float64(n)
	}
	x := make([]complex128, n)
	gain := 0.0
	for i, v := range even {
		w := .5 - .5*math.Cos(2*math.Pi*float64(i)/float64(n))
		gain += w
		x[i] = complex((v-mean)*w, 0)
	}
	transform(x)
	amplitude = make([]float64, n/2)
	for k := 1; k < len(amplitude); k++ {
		amplitude[k] = 2 * cmplx.Abs(x[k]) / gain
	}
	return amplitude, 1 / (dt * float64(n))
}

// solid leaves out the gaps and all but the first of samples with one time.
func (p Points) solid() Points {
	out := Points{At: make([]int64, 0, len(p.At)), Value: make([]float64, 0, len(p.At))}
	for i, v := range p.Value {
		if !math.IsNaN(v) && !math.IsInf(v, 0) && (len(out.At) == 0 || p.At[i] > out.At[len(out.At)-1]) {
			out.At, out.Value = append(out.At, p.At[i]), append(out.Value, v)
		}
	}
	return out
}

// even returns n values at equal distances of dt seconds over the whole of solid points.
func (p Points) even(n int) (values []float64, dt float64) {
	span := float64(p.At[len(p.At)-1] - p.At[0])
	dt = span / float64(n-1)
	values = make([]float64, n)
	k := 0
	for i := range values {
		at := dt * float64(i)
		for k+2 < len(p.At) && float64(p.At[k+1]-p.At[0]) <= at {
			k++
		}
		a, b := float64(p.At[k]-p.At[0]), float64(p.At[k+1]-p.At[0])
		u := min(max((at-a)/(b-a), 0), 1)
		values[i] = p.Value[k] + (p.Value[k+1]-p.Value[k])*u
	}
	return values, dt / 1e9
}

// transform is the discrete Fourier transform in place, by Cooley and Tukey, radix 2; len(x) is a power of two.
func transform(x []complex128) {
	n := len(x)
	shift := 64 - bits.TrailingZeros(uint(n))
	for i := range x {
		if j := int(bits.Reverse64(uint64(i)) >> shift); j > i {
			x[i], x[j] = x[j], x[i]
		}
	}
	turns := make([]complex128, n/2)
	for k := range turns {
		s, c := math.Sincos(-2 * math.Pi * float64(k) / float64(n))
		turns[k] = complex(c, s)
	}
	for size := 2; size <= n; size *= 2 {
		half, stride := size/2, n/size
		for from := 0; from < n; from += size {
			for k := range half {
				a, b := x[from+k], x[from+k+half]*turns[k*stride]
				x[from+k], x[from+k+half] = a+b, a-b
			}
		}
	}
}

// Bins is a histogram: Count[i] samples lie in Low + i·Width ≤ value < Low + (i+1)·Width, the last bin with its end.
type Bins struct {
	Low, Width float64 // SI
	Count      []int
}

// MaxBins bounds the bins of a histogram.
const MaxBins = 100

// Histogram counts the samples by value. The width of the bins is by Freedman and Diaconis (1981), 2·IQR·n^(−1/3),
// within 1…MaxBins bins.
func Histogram(p Points) Bins {
	vs := make([]float64, 0, len(p.Value))
	for _, v := range p.Value {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			vs = append(vs, v)
		}
	}
	if len(vs) == 0 {
		return Bins{}
	}
	slices.Sort(vs)
	low, high := vs[0], vs[len(vs)-1]
	if high <= low {
		return Bins{Low: low - .5, Width: 1, Count: []int{len(vs)}}
	}
	n := float64(MaxBins)
	if iqr := vs[len(vs)*3/4] - vs[len(vs)/4]; iqr > 0 {
		n = math.Ceil((high - low) / (2 * iqr / math.Cbrt(float64(len(vs)))))
	}
	count := make([]int, int(min(max(n, 1), MaxBins)))
	b := Bins{Low: low, Width: (high - low) / float64(len(count)), Count: count}
	for _, v := range vs {
		count[min(int((v-low)/b.Width), len(count)-1)]++
	}
	return b
}
