package ode

import "math"

// Problem is a test problem with a published end value.
type Problem struct {
	Name    string
	System  System
	Start   []float64
	End     float64
	Want    []float64 // of the first states at End
	Methods []Method  // that suit it
	AbsTol  float64   // by the relative one
	Size    float64   // of a value, if more than AbsTol
}

// Problems lists ROBER, OREGO, VDPOL, HIRES, the Brusselator and Arenstorf's orbit, by which solvers are judged. The end
// values are those of the test set of the University of Geneva (Hairer and Wanner) and of Bari (Mazzia and
// Magherini, Test Set for Initial Value Problem Solvers 2.4); the one of Arenstorf's orbit is its start, of which
// only the place is compared: near to the moon a small error of the time is a large one of the speed.
func Problems() []Problem {
	stiff := []Method{Rodas4, Auto}
	all := []Method{DormandPrince, Rodas4, Auto}
	return []Problem{
		{"ROBER", System{N: 3, Steady: true, Rate: rober}, []float64{1, 0, 0}, 1e11,
			[]float64{.2083340149701255e-7, .8333360770334713e-13, .9999999791665050}, stiff, 1e-9, 0},
		{"OREGO", System{N: 3, Steady: true, Rate: orego}, []float64{1, 2, 3}, 360,
			[]float64{.1000814870318523e1, .1228178521549917e4, .1320554942846706e3}, stiff, 1e-2, 0},
		{"VDPOL", System{N: 2, Steady: true, Rate: vdpol}, []float64{2, 0}, 2,
			[]float64{.1706167732170483e1, -.8928097010247975}, stiff, 1e-2, 0},
		{"VDPOL 11", System{N: 2, Steady: true, Rate: vdpol}, []float64{2, 0}, 11,
			[]float64{-.1590150544829062e1, .1040279389212485e1}, stiff, 1e-2, 0},
		{"HIRES", System{N: 8, Steady: true, Rate: hires}, []float64{1, 0, 0, 0, 0, 0, 0, .0057}, 321.8122,
			[]float64{.7371312573325668e-3, .1442485726316185e-3, .5888729740967575e-4, .1175651343283149e-2, .2386356198831331e-2, .6238968252742796e-2, .2849998395185769e-2, .2850001604814231e-2}, stiff, 1e-4, 0},
		{"Brusselator", System{N: 2, Steady: true, Rate: brusselator}, []float64{1.5, 3}, 20,
			[]float64{.4986370712683478, 4.596780349452011}, all, 1, 0},
		{"Arenstorf", System{N: 4, Steady: true, Rate: arenstorf}, []float64{.994, 0, 0, -2.00158510637908252240537862224}, 17.0652165601579625588917206249,
			[]float64{.994, 0}, []Method{DormandPrince, Auto}, .1, 1},
	}
}

func rober(_ float64, y, d []float64) {
	a, b, c := .04*y[0], 1e4*y[1]*y[2], 3e7*y[1]*y[1]
	d[0], d[1], d[2] = b-a, a-b-c, c
}

func orego(_ float64, y, d []float64) {
	d[0] = 77.27 * (y[1] + y[0]*(1-8.375e-6*y[0]-y[1]))
	d[1] = (y[2] - (1+y[0])*y[1]) / 77.27
	d[2] = .161 * (y[0] - y[2])
}

func vdpol(_ float64, y, d []float64) {
	d[0], d[1] = y[1], ((1-y[0]*y[0])*y[1]-y[0])/1e-6
}

func hires(_ float64, y, d []float64) {
	d[0] = -1.71*y[0] + .43*y[1] + 8.32*y[2] + .0007
	d[1] = 1.71*y[0] - 8.75*y[1]
	d[2] = -10.03*y[2] + .43*y[3] + .035*y[4]
	d[3] = 8.32*y[1] + 1.71*y[2] - 1.12*y[3]
	d[4] = -1.745*y[4] + .43*y[5] + .43*y[6]
	d[5] = -280*y[5]*y[7] + .69*y[3] + 1.71*y[4] - .43*y[5] + .69*y[6]
	d[6] = 280*y[5]*y[7] - 1.81*y[6]
	d[7] = -d[6]
}

func brusselator(_ float64, y, d []float64) {
	d[0] = 1 + y[0]*y[0]*y[1] - 4*y[0]
	d[1] = 3*y[0] - y[0]*y[0]*y[1]
}

func arenstorf(_ float64, y, d []float64) {
	const mu = .012277471
	const nu = 1 - mu
	a, b := math.Pow((y[0]+mu)*(y[0]+mu)+y[1]*y[1], 1.5), math.Pow((y[0]-nu)*(y[0]-nu)+y[1]*y[1], 1.5)
	d[0], d[1] = y[2], y[3]
	d[2] = y[0] + 2*y[3] - nu*(y[0]+mu)/a - mu*(y[0]-nu)/b
	d[3] = y[1] - 2*y[2] - nu*y[1]/a - mu*y[1]/b
}

// mixedError is the largest error relative to the size of each value and the ratio of the tolerances, as the Bari test
// set counts digits.
func mixedError(got, want []float64, abs float64) float64 {
	worst := 0.
	for i := range want {
		worst = math.Max(worst, math.Abs(got[i]-want[i])/(math.Abs(want[i])+abs))
	}
	return worst
}

// Error integrates the problem with a method and a relative tolerance, and returns the largest error at its end relative to
// the size of each value.
func (p *Problem) Error(m Method, relTol float64) (float64, error) {
	s, err := New(p.System, Options{Method: m, RelTol: relTol, AbsTol: relTol * p.AbsTol})
	if err != nil {
		return 0, err
	}
	if err := s.Start(0, p.Start); err != nil {
		return 0, err
	}
	if err := s.Advance(p.End); err != nil {
		return 0, err
	}
	return mixedError(s.State(), p.Want, math.Max(p.AbsTol, p.Size)), nil
}

// ObservedOrder is the power of the step by which the error of a method falls: from 320 to 640 steps of cos t up to t = 10.
func ObservedOrder(m Method) (float64, error) {
	var e [2]float64
	for i, steps := range []float64{320, 640} {
		s, err := New(System{N: 2, Steady: true, Rate: circle}, Options{Method: m, RelTol: .9, AbsTol: 1e6, FirstStep: 10 / steps, MaxStep: 10 / steps})
		if err != nil {
			return 0, err
		}
		if err := s.Start(0, []float64{1, 0}); err != nil {
			return 0, err
		}
		if err := s.Advance(10); err != nil {
			return 0, err
		}
		e[i] = math.Hypot(s.State()[0]-math.Cos(10), s.State()[1]+math.Sin(10))
	}
	return math.Log2(e[0] / e[1]), nil
}

func circle(_ float64, y, d []float64) { d[0], d[1] = y[1], -y[0] }
