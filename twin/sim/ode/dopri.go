package ode

import "math"

// Coefficients of Dormand and Prince (1980), of their error estimate, and of the interpolant of Hairer, Nørsett and Wanner
// (Solving Ordinary Differential Equations I, 2nd edition, section II.6, there contd5).
const (
	a21 = 1. / 5
	a31 = 3. / 40
	a32 = 9. / 40
	a41 = 44. / 45
	a42 = -56. / 15
	a43 = 32. / 9
	a51 = 19372. / 6561
	a52 = -25360. / 2187
	a53 = 64448. / 6561
	a54 = -212. / 729
	a61 = 9017. / 3168
	a62 = -355. / 33
	a63 = 46732. / 5247
	a64 = 49. / 176
	a65 = -5103. / 18656
	b1  = 35. / 384
	b3  = 500. / 1113
	b4  = 125. / 192
	b5  = -2187. / 6784
	b6  = 11. / 84
	e1  = 71. / 57600
	e3  = -71. / 16695
	e4  = 71. / 1920
	e5  = -17253. / 339200
	e6  = 22. / 525
	e7  = -1. / 40
	c2  = 1. / 5
	c3  = 3. / 10
	c4  = 4. / 5
	c5  = 8. / 9
	d1  = -12715105075. / 11282082432
	d3  = 87487479700. / 32700410799
	d4  = -10690763975. / 1880347072
	d5  = 701980252875. / 199316789632
	d6  = -1453857185. / 822651844
	d7  = 69997945. / 29380423
)

// dormandPrince makes explicit steps.
type dormandPrince struct {
	k2, k3, k4, k5, k6, k7 []float64
	stage, six             []float64 // the argument of a stage, and that of the sixth
	last                   float64   // error of the last accepted step
	stiff, smooth          int       // steps that looked stiff, and since then not
}

func newDormandPrince(n int) *dormandPrince {
	m := make([]float64, 8*n)
	row := func(i int) []float64 { return m[i*n : (i+1)*n : (i+1)*n] }
	return &dormandPrince{row(0), row(1), row(2), row(3), row(4), row(5), row(6), row(7), 0, 0, 0}
}

func (d *dormandPrince) restart() { d.last, d.stiff, d.smooth = 1e-4, 0, 0 }

// try makes a step of h from the state of the solver into s.next, with s.slope as its first stage, and returns the error
// relative to the tolerance.
func (d *dormandPrince) try(s *Solver, h float64) float64 {
	t, y, k1, g := s.t, s.y, s.slope, d.stage
	for i := range y {
		g[i] = y[i] + h*a21*k1[i]
	}
	s.rate(t+c2*h, g, d.k2)
	for i := range y {
		g[i] = y[i] + h*(a31*k1[i]+a32*d.k2[i])
	}
	s.rate(t+c3*h, g, d.k3)
	for i := range y {
		g[i] = y[i] + h*(a41*k1[i]+a42*d.k2[i]+a43*d.k3[i])
	}
	s.rate(t+c4*h, g, d.k4)
	for i := range y {
		g[i] = y[i] + h*(a51*k1[i]+a52*d.k2[i]+a53*d.k3[i]+a54*d.k4[i])
	}
	s.rate(t+c5*h, g, d.k5)
	for i := range y {
		d.six[i] = y[i] + h*(a61*k1[i]+a62*d.k2[i]+a63*d.k3[i]+a64*d.k4[i]+a65*d.k5[i])
	}
	s.rate(t+h, d.six, d.k6)
	for i := range y {
		s.next[i] = y[i] + h*(b1*k1[i]+b3*d.k3[i]+b4*d.k4[i]+b5*d.k5[i]+b6*d.k6[i])
	}
	s.rate(t+h, s.next, d.k7)
	for i := range y {
		g[i] = h * (e1*k1[i] + e3*d.k3[i] + e4*d.k4[i] + e5*d.k5[i] + e6*d.k6[i] + e7*d.k7[i])
	}
	return s.norm(g)
}

// The controller of Hairer's dopri5: order, weight of the step before, and how far a step may shrink and grow.
const (
	dpBeta   = .04
	dpAlpha  = .2 - .75*dpBeta
	dpSafe   = .9
	dpShrink = .2
	dpGrow   = 10.
)

// control returns the step to make after one of h with this error.
func (d *dormandPrince) control(h, err float64) float64 {
	pow := math.Pow(err, dpAlpha)
	if err > 1 {
		return h / math.Min(1/dpShrink, pow/dpSafe)
	}
	h /= math.Max(1/dpGrow, math.Min(1/dpShrink, pow/math.Pow(d.last, dpBeta)/dpSafe))
	d.last = math.Max(err, 1e-4)
	return h
}

// accept keeps the interpolant of the step and reports whether the system has looked stiff for a while: whether the step
// stands at the edge of the stability region, which reaches to 3.3 along the negative axis.
func (d *dormandPrince) accept(s *Solver, h float64) (stiff bool) {
	r := &s.dense
	for i := range s.y {
		diff := s.next[i] - s.y[i]
		bend := h*s.slope[i] - diff
		r.c[0][i], r.c[1][i], r.c[2][i] = s.y[i], diff, bend
		r.c[3][i] = diff - h*d.k7[i] - bend
		r.c[4][i] = h * (d1*s.slope[i] + d3*d.k3[i] + d4*d.k4[i] + d5*d.k5[i] + d6*d.k6[i] + d7*d.k7[i])
	}
	r.t, r.h, r.stiff = s.t, h, false
	var num, den float64
	for i := range s.y {
		a, b := d.k7[i]-d.k6[i], s.next[i]-d.six[i]
		num, den = num+a*a, den+b*b
	}
	if den > 0 && h*math.Sqrt(num/den) > 3.25 {
		d.smooth = 0
		d.stiff++
	} else if d.smooth++; d.smooth == 6 {
		d.stiff = 0
	}
	copy(s.slope, d.k7)
	return d.stiff >= 15
}
