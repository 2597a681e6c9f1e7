package chart

import (
	"math"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Derivation is what is computed of a signal before it is drawn.
type Derivation uint8

// The derivations. The last four look at a window of time that ends at each sample.
const (
	AsMeasured Derivation = iota
	Derivative            // slope between neighbours, per minute
	Integral              // trapezoids from the left edge, times hours
	MovingAverage
	MovingRMS       // √ of the mean of squares
	MovingDeviation // sample standard deviation
)

// Derivations lists all of them, in the order in which a person looks for them.
func Derivations() []Derivation {
	return []Derivation{AsMeasured, Derivative, Integral, MovingAverage, MovingRMS, MovingDeviation}
}

// String names it for people.
func (d Derivation) String() string {
	return [...]string{"as measured", "derivative", "integral", "moving average", "RMS", "standard deviation"}[min(int(d), 5)]
}

// Windowed reports whether it looks at a window of time.
func (d Derivation) Windowed() bool { return d >= MovingAverage }

// Unit returns the unit of what is derived from a signal of this unit. Differences of a temperature have no zero.
func (d Derivation) Unit(u twin.Unit) twin.Unit {
	if u.Scale == 0 {
		u.Scale = 1
	}
	symbol := u.Symbol
	if symbol == "" {
		symbol = "1"
	}
	switch d {
	case Derivative:
		return twin.Unit{Symbol: symbol + "/min", Dimension: u.Dimension + " per time", Scale: u.Scale / 60}
	case Integral:
		if u.Symbol == "" {
			symbol = "h"
		} else {
			symbol += "·h"
		}
		return twin.Unit{Symbol: symbol, Dimension: u.Dimension + " times time", Scale: u.Scale * 3600}
	case MovingDeviation:
		u.Offset = 0
		if u.Dimension != "" {
			u.Dimension += " difference"
		}
	}
	return u
}

// Derive computes a derivation of a signal. window is the length of the moving ones, positive. zero is the SI value of
// the zero of the display unit (273.15 K for °C): what RMS and integral count from, as a reader of the axis expects;
// the RMS comes back on the scale of the signal, the integral without its zero. Over a gap longer than hold there is
// no slope and no area; zero hold knows no gaps but NaN.
func Derive(p Points, d Derivation, window, hold time.Duration, zero float64) Points {
	switch d {
	case Derivative:
		return slope(p, hold)
	case Integral:
		return area(p, hold, zero)
	case MovingAverage, MovingRMS, MovingDeviation:
		return moving(p, d, window, zero)
	}
	return p
}

// apart returns the seconds between samples i−1 and i, false over a gap.
func (p Points) apart(i int, hold time.Duration) (float64, bool) {
	dt := p.At[i] - p.At[i-1]
	ok := dt > 0 && (hold <= 0 || dt <= int64(hold)) && !math.IsNaN(p.Value[i]) && !math.IsNaN(p.Value[i-1])
	return float64(dt) / 1e9, ok
}

func slope(p Points, hold time.Duration) Points {
	out := Points{At: p.At, Value: make([]float64, len(p.At))}
	for i := range out.Value {
		out.Value[i] = math.NaN()
		if i == 0 {
			continue
		}
		if dt, ok := p.apart(i, hold); ok {
			out.Value[i] = finite((p.Value[i] - p.Value[i-1]) / dt)
		}
	}
	return out
}

func area(p Points, hold time.Duration, zero float64) Points {
	out := Points{At: p.At, Value: make([]float64, len(p.At))}
	total := 0.0
	for i := range out.Value {
		if math.IsNaN(p.Value[i]) {
			out.Value[i] = math.NaN()
			continue
		}
		if i > 0 {
			if dt, ok := p.apart(i, hold); ok {
				total += dt * ((p.Value[i]+p.Value[i-1])/2 - zero)
			}
		}
		out.Value[i] = finite(total)
	}
	return out
}

// moving slides a window over the samples. Its sums are of distances from a value nearby and are taken anew every few
// thousand samples, so that rounding does not pile up.
func moving(p Points, d Derivation, window time.Duration, zero float64) Points {
	const renew = 4096
	out := Points{At: p.At, Value: make([]float64, len(p.At))}
	begin, from := 0, 0 // of the window; of the sums
	var sums tally
	for i := range out.Value {
		for p.At[i]-p.At[begin] >= int64(window) && begin < i {
			sums.take(p.Value[begin], -1)
			begin++
		}
		if sums.n == 0 { // nothing but gaps in the window
			from, sums = i, tally{base: p.Value[i]}
		} else if i-from >= max(renew, i-begin) {
			from, sums = i, tally{base: p.Value[i]}
			for _, v := range p.Value[begin:i] {
				sums.take(v, 1)
			}
		}
		sums.take(p.Value[i], 1)
		out.Value[i] = math.NaN()
		if !math.IsNaN(p.Value[i]) {
			out.Value[i] = finite(sums.of(d, zero))
		}
	}
	return out
}

// tally sums distances from base and their squares.
type tally struct {
	base       float64
	n          int
	sum, power float64
}

func (t *tally) take(v float64, sign int) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return
	}
	if math.IsNaN(t.base) || math.IsInf(t.base, 0) {
		t.base = v
	}
	t.n += sign
	t.sum += float64(sign) * (v - t.base)
	t.power += float64(sign) * (v - t.base) * (v - t.base)
}

func (t *tally) of(d Derivation, zero float64) float64 {
	n := float64(t.n)
	if t.n <= 0 {
		return math.NaN()
	}
	mean := t.sum / n
	variance := max(t.power/n-mean*mean, 0)
	switch d {
	case MovingRMS:
		at := t.base + mean - zero
		return zero + math.Sqrt(variance+at*at)
	case MovingDeviation:
		if t.n < 2 {
			return math.NaN()
		}
		return math.Sqrt(variance * n / (n - 1))
	}
	return t.base + mean
}
