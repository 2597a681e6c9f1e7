package wind

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// leastSquares minimises the sum of squares of the residuals that f fills in, from x on, by the method of Levenberg and
// Marquardt with Nielsen's damping (Madsen, Nielsen, Tingleff, Methods for Non-Linear Least Squares Problems, 2004, alg.
// 3.16) and a Jacobian by forward differences. scale is the size of a meaningful change of each parameter. It returns
// the best x and the sum of squares there.
func leastSquares(f func(x, residuals []float64), x, scale []float64, residuals, rounds int) ([]float64, float64) {
	n, m := len(x), residuals
	x = append([]float64(nil), x...)
	r, trial := make([]float64, m), make([]float64, m)
	next := make([]float64, n)
	jac := mat.NewDense(m, n, nil)
	a := mat.NewSymDense(n, nil)
	g, step := mat.NewVecDense(n, nil), mat.NewVecDense(n, nil)
	var chol mat.Cholesky
	f(x, r)
	cost := dot(r, r)
	lambda, nu := 1e-3, 2.0
	for range rounds {
		for j := range n {
			h := 1e-4 * scale[j]
			copy(next, x)
			next[j] += h
			f(next, trial)
			for i := range m {
				jac.Set(i, j, (trial[i]-r[i])/1e-4) // in units of scale
			}
		}
		for i := range n {
			ci := jac.ColView(i)
			for j := i; j < n; j++ {
				a.SetSym(i, j, mat.Dot(ci, jac.ColView(j)))
			}
			g.SetVec(i, mat.Dot(ci, mat.NewVecDense(m, r)))
		}
		better := false
		for range 8 {
			damped := mat.NewSymDense(n, nil)
			damped.CopySym(a)
			for i := range n {
				damped.SetSym(i, i, a.At(i, i)*(1+lambda)+1e-12)
			}
			if !chol.Factorize(damped) || chol.SolveVecTo(step, g) != nil {
				lambda *= nu
				nu *= 2
				continue
			}
			for j := range n {
				next[j] = x[j] - step.AtVec(j)*scale[j]
			}
			f(next, trial)
			c := dot(trial, trial)
			if c < cost && !math.IsNaN(c) {
				gain := (cost - c) / cost
				copy(x, next)
				copy(r, trial)
				cost, better = c, gain > 1e-7
				lambda, nu = max(lambda/3, 1e-9), 2
				break
			}
			lambda *= nu
			nu *= 2
		}
		if !better {
			break
		}
	}
	return x, cost
}

func dot(a, b []float64) (s float64) {
	for i := range a {
		s += a[i] * b[i]
	}
	return s
}
