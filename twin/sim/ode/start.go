package ode

import (
	"math"
	"slices"
)

// firstStep guesses a step from the state, its rate and how that changes (Hairer, Nørsett and Wanner, section II.4). It
// needs s.slope and spoils s.next and s.scratch.
func (s *Solver) firstStep() float64 {
	return math.Max(s.guessStep(), 64*least(s.t))
}

func (s *Solver) guessStep() float64 {
	size := func(v []float64) float64 {
		sum := 0.
		for i, x := range v {
			if s.algebra != nil && s.algebra.of[i] {
				continue
			}
			if x != 0 {
				x /= s.opts.AbsTols[i] + s.opts.RelTol*math.Abs(s.y[i])
				sum += x * x
			}
		}
		return math.Sqrt(sum / float64(len(v)))
	}
	d0, d1 := size(s.y), size(s.slope)
	h := 1e-6
	if d0 > 1e-5 && d1 > 1e-5 {
		h = .01 * d0 / d1
	}
	h = math.Min(h, s.opts.MaxStep)
	if s.algebra != nil {
		return h
	}
	for i := range s.next {
		s.next[i] = s.y[i] + h*s.slope[i]
	}
	s.rate(s.t+h, s.next, s.scratch)
	for i := range s.scratch {
		s.scratch[i] = (s.scratch[i] - s.slope[i]) / h
	}
	d2 := size(s.scratch)
	if math.IsNaN(d2) || math.IsInf(d2, 0) {
		return h * 1e-3
	}
	order := 5.
	if s.implicit {
		order = 4
	}
	h1 := math.Max(1e-6, h*1e-3)
	if m := math.Max(d1, d2); m > 1e-15 {
		h1 = math.Pow(.01/m, 1/order)
	}
	return math.Min(math.Min(100*h, h1), s.opts.MaxStep)
}

// root is √ε, the relative increment of a difference.
var root = math.Sqrt(0x1p-52)

// jacobian fills j with ∂f/∂y at the present state, for which s.slope is known.
func (s *Solver) jacobian(j []float64) {
	s.stats.Jacobians++
	if s.sys.Jacobian != nil {
		s.sys.Jacobian(s.t, s.y, j)
		return
	}
	n := s.sys.N
	for k := range n {
		d := s.differ(k, s.scratch)
		for i, f := range s.scratch {
			j[i*n+k] = (f - s.slope[i]) / d
		}
	}
}

// increment is how far state k is moved for a difference: away from zero, so that a square root stays one.
func (s *Solver) increment(k int) float64 {
	d := root * math.Max(math.Abs(s.y[k]), s.opts.AbsTols[k]/s.opts.RelTol)
	if d == 0 {
		d = root
	}
	if s.y[k] < 0 {
		return -d
	}
	return d
}

// differ fills into with the rates at the present state but for state k, which is moved by d. An increment that changes no
// rate, as one that is lost beside larger terms, is made larger.
func (s *Solver) differ(k int, into []float64) (d float64) {
	kept := s.y[k]
	step := s.increment(k)
	for range 4 {
		s.y[k] = kept + step
		d = s.y[k] - kept
		s.rate(s.t, s.y, into)
		s.y[k] = kept
		if !slices.Equal(into, s.slope) || step == 0 {
			return d
		}
		step *= 1e3
	}
	return d
}

// timeRate fills d with ∂f/∂t at the present state.
func (s *Solver) timeRate(d []float64) {
	if s.sys.Steady {
		clear(d)
		return
	}
	dt := math.Sqrt(0x1p-52 * math.Max(1e-5, math.Abs(s.t)))
	dt = s.t + dt - s.t
	s.rate(s.t+dt, s.y, d)
	for i := range d {
		d[i] = (d[i] - s.slope[i]) / dt
	}
}
