package ode

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Coefficients of RODAS (Hairer and Wanner, Solving Ordinary Differential Equations II, 2nd edition, section IV.7, method 1
// of their code), in the form that needs no product with the Jacobian.
const (
	rGamma = .25
	rC2    = .386
	rC3    = .21
	rC4    = .63
)

var (
	rA = [5][4]float64{
		1: {1.544},
		2: {.9466785280815826, .2557011698983284},
		3: {3.314825187068521, 2.896124015972201, .9986419139977817},
		4: {1.221224509226641, 6.019134481288629, 12.53708332932087, -.6878860361058950},
	}
	rC = [6][5]float64{
		1: {-5.6688},
		2: {-2.430093356833875, -.2063599157091915},
		3: {-.1073529058151375, -9.594562251023355, -20.47028614809616},
		4: {7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160},
		5: {8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054},
	}
	rT     = [6]float64{0, rC2, rC3, rC4, 1, 1}                          // times of the stages
	rD     = [6]float64{.25, -.1043, .1035, -.0362000000000000230, 0, 0} // weights of ∂f/∂t
	rDense = [2][5]float64{                                              // of the interpolant
		{10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662},
		{-.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872},
	}
)

// rodas makes linearly implicit steps.
type rodas struct {
	n          int
	jac, w     []float64 // N×N by rows
	pivot      []int
	u          [6][]float64
	stage, dft []float64 // the argument of a stage, ∂f/∂t
	sum        []float64 // M·Σ c u
	fresh      bool      // jac and dft belong to the state of the solver
	spread     float64   // an upper bound of the largest eigenvalue of jac
	lastStep   float64   // of the last accepted step, 0: none
	lastErr    float64
	calm       int // steps that an explicit method would have made as well
}

func newRodas(n int) *rodas {
	m := make([]float64, 9*n)
	row := func(i int) []float64 { return m[i*n : (i+1)*n : (i+1)*n] }
	r := &rodas{n: n, jac: make([]float64, n*n), w: make([]float64, n*n), pivot: make([]int, n), stage: row(6), dft: row(7), sum: row(8)}
	for i := range r.u {
		r.u[i] = row(i)
	}
	return r
}

func (r *rodas) restart() { r.fresh, r.lastStep, r.calm = false, 0, 0 }

// try makes a step of h from the state of the solver into s.next and returns the error relative to the tolerance; it is
// +Inf when the step cannot be made.
func (r *rodas) try(s *Solver, h float64) float64 {
	if !r.fresh {
		s.jacobian(r.jac)
		s.timeRate(r.dft)
		r.spread = eigenvalueBound(r.jac, r.n)
		r.fresh = true
	}
	if unfinite(r.jac) >= 0 || !r.factor(s, h) {
		return math.Inf(1)
	}
	for k := range r.u {
		u := r.u[k]
		if k == 0 {
			copy(u, s.slope)
		} else {
			r.argue(s, k)
			s.rate(s.t+rT[k]*h, r.stage, u)
			r.combine(s, k)
			for i := range u {
				u[i] += r.sum[i] / h
			}
		}
		if d := h * rD[k]; d != 0 {
			for i := range u {
				u[i] += d * r.dft[i]
			}
		}
		lapack64.Getrs(blas.NoTrans, r.matrix(), blas64.General{Rows: r.n, Cols: 1, Stride: 1, Data: u}, r.pivot)
	}
	for i := range s.next {
		s.next[i] = r.stage[i] + r.u[5][i]
	}
	return s.norm(r.u[5])
}

// argue sets the argument of stage k: for the last it is that of the one before plus its increment.
func (r *rodas) argue(s *Solver, k int) {
	if k == 5 {
		for i := range r.stage {
			r.stage[i] += r.u[4][i]
		}
		return
	}
	for i := range r.stage {
		x := s.y[i]
		for j := range k {
			x += rA[k][j] * r.u[j][i]
		}
		r.stage[i] = x
	}
}

// combine sets sum to M·Σ c u of the stages before k.
func (r *rodas) combine(s *Solver, k int) {
	for i := range r.sum {
		x := 0.
		for j := range k {
			x += rC[k][j] * r.u[j][i]
		}
		r.sum[i] = x
	}
	if s.sys.Mass == nil {
		return
	}
	for i := range r.n { // the next u is free to hold the product
		x := 0.
		for j, m := range s.sys.Mass[i*r.n : (i+1)*r.n] {
			x += m * r.sum[j]
		}
		s.scratch[i] = x
	}
	copy(r.sum, s.scratch)
}

func (r *rodas) matrix() blas64.General {
	return blas64.General{Rows: r.n, Cols: r.n, Stride: r.n, Data: r.w}
}

// factor decomposes M/(γh) − J.
func (r *rodas) factor(s *Solver, h float64) bool {
	x := 1 / (rGamma * h)
	for i, j := range r.jac {
		r.w[i] = -j
	}
	if s.sys.Mass == nil {
		for i := range r.n {
			r.w[i*r.n+i] += x
		}
	} else {
		for i, m := range s.sys.Mass {
			r.w[i] += x * m
		}
	}
	s.stats.Factorizations++
	return lapack64.Getrf(r.matrix(), r.pivot)
}

// Limits of the predictive controller, as in Hairer's code.
const (
	rSafe   = .9
	rShrink = .2
	rGrow   = 6.
)

// control returns the step to make after one of h with this error (Gustafsson, ACM TOMS 20 (1994) 496).
func (r *rodas) control(h, err float64) float64 {
	fac := math.Max(1/rGrow, math.Min(1/rShrink, math.Pow(err, .25)/rSafe))
	if err > 1 {
		return h / fac
	}
	if r.lastStep > 0 {
		ahead := r.lastStep / h * math.Pow(err*err/r.lastErr, .25) / rSafe
		fac = math.Max(fac, math.Max(1/rGrow, math.Min(1/rShrink, ahead)))
	}
	r.lastStep, r.lastErr = h, math.Max(err, .01)
	return h / fac
}

// accept keeps the interpolant of the step and reports whether the system has looked smooth for a while.
func (r *rodas) accept(s *Solver, h float64) (smooth bool) {
	d := &s.dense
	copy(d.c[0], s.y)
	copy(d.c[1], s.next)
	for i := range s.y {
		var p, q float64
		for k := range 5 {
			p += rDense[0][k] * r.u[k][i]
			q += rDense[1][k] * r.u[k][i]
		}
		d.c[2][i], d.c[3][i] = p, q
	}
	d.t, d.h, d.stiff = s.t, h, true
	if r.calm++; h*r.spread > 1 {
		r.calm = 0
	}
	r.fresh = false
	return r.calm >= 20
}

// eigenvalueBound is the smaller of the largest sums of a row and of a column (Gershgorin).
func eigenvalueBound(j []float64, n int) float64 {
	var rows, cols float64
	for i := range n {
		var row, col float64
		for k := range n {
			row += math.Abs(j[i*n+k])
			col += math.Abs(j[k*n+i])
		}
		rows, cols = math.Max(rows, row), math.Max(cols, col)
	}
	return math.Min(rows, cols)
}
