package flow

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Estimate is what replications say of a number.
type Estimate struct {
	Mean float64
	SD   float64 // of one replication
	N    int
}

// estimate takes the mean and the spread of values.
func estimate(values []float64) Estimate {
	e := Estimate{N: len(values)}
	for _, v := range values {
		e.Mean += v / float64(e.N)
	}
	for _, v := range values {
		e.SD += (v - e.Mean) * (v - e.Mean)
	}
	if e.N > 1 {
		e.SD = math.Sqrt(e.SD / float64(e.N-1))
	}
	return e
}

// Half is half the width of the interval that holds the mean with a confidence such as 0.95 (Student's t); infinite for fewer
// than two replications.
func (e Estimate) Half(confidence float64) float64 {
	if e.N < 2 {
		return math.Inf(1)
	}
	t := distuv.StudentsT{Sigma: 1, Nu: float64(e.N - 1)}.Quantile((1 + confidence) / 2)
	return t * e.SD / math.Sqrt(float64(e.N))
}

// Holds reports whether a value lies in the interval.
func (e Estimate) Holds(value, confidence float64) bool {
	return math.Abs(value-e.Mean) <= e.Half(confidence)
}

// scaled is the estimate of f times the number.
func (e Estimate) scaled(f float64) Estimate {
	return Estimate{Mean: e.Mean * f, SD: e.SD * math.Abs(f), N: e.N}
}

// Gain is a paired difference: both runs of a pair saw the same chance.
type Gain struct {
	Absolute Estimate
	Relative Estimate // to the mean of the base; 0.03 is 3 %
}

// gain pairs values of two runs.
func gain(base, changed []float64) Gain {
	d := make([]float64, len(base))
	for i := range d {
		d[i] = changed[i] - base[i]
	}
	g := Gain{Absolute: estimate(d)}
	if m := estimate(base).Mean; m != 0 {
		g.Relative = g.Absolute.scaled(1 / m)
	}
	return g
}

// Distinguishable reports whether the 95 % interval of the difference leaves zero out.
func (g Gain) Distinguishable() bool {
	if g.Absolute.N < 2 {
		return false
	}
	return g.Absolute.Mean != 0 && !g.Absolute.Holds(0, .95)
}

// String is "+3.35 % ± 0.12", at 95 %, or that it cannot be told from zero.
func (g Gain) String() string {
	r := g.Relative
	s := fmt.Sprintf("%+.2f %% ± %.2f", 100*r.Mean, 100*r.Half(.95))
	if r.N < 2 {
		s = fmt.Sprintf("%+.2f %% in one run", 100*r.Mean)
	}
	if !g.Distinguishable() {
		s += " (not distinguishable)"
	}
	return s
}
