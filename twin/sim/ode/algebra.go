package ode

import (
	"errors"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// algebra solves the algebraic equations of a system for its unknowns at one time, by Newton's method.
type algebra struct {
	rows, cols []int  // equations without a rate, unknowns whose rate stands nowhere
	of         []bool // by state: it is an unknown
	j          []float64
	pivot      []int
	step, kept []float64
	residual   []float64
}

func newAlgebra(sys *System) (*algebra, error) {
	if sys.Mass == nil {
		return nil, nil
	}
	n := sys.N
	a := &algebra{of: make([]bool, n), residual: make([]float64, n)}
	for i := range n {
		row, col := true, true
		for k := range n {
			row = row && sys.Mass[i*n+k] == 0
			col = col && sys.Mass[k*n+i] == 0
		}
		if row {
			a.rows = append(a.rows, i)
		}
		if a.of[i] = col; col {
			a.cols = append(a.cols, i)
		}
	}
	if len(a.rows) != len(a.cols) {
		return nil, errors.New("ode: a singular mass matrix: give as many rows as columns of zeros, one for each algebraic equation and its unknown")
	}
	m := len(a.rows)
	if m == 0 {
		return nil, nil
	}
	a.j, a.pivot, a.step, a.kept = make([]float64, m*m), make([]int, m), make([]float64, m), make([]float64, m)
	return a, nil
}

const newtonSteps = 60

// solve changes the unknowns in s.y until the equations hold as far as the tolerance can tell. A step that makes them
// worse is halved. It spoils s.slope, s.next and s.scratch.
func (a *algebra) solve(s *Solver) error {
	m := len(a.rows)
	matrix := blas64.General{Rows: m, Cols: m, Stride: m, Data: a.j}
	s.rate(s.t, s.y, s.slope)
	for range newtonSteps {
		if i := unfinite(s.slope); i >= 0 {
			return s.fail(NotFinite, i)
		}
		a.derive(s)
		for i, row := range a.rows {
			a.step[i] = -s.slope[row]
		}
		if !lapack64.Getrf(matrix, a.pivot) {
			return s.fail(Singular, -1)
		}
		lapack64.Getrs(blas.NoTrans, matrix, blas64.General{Rows: m, Cols: 1, Stride: 1, Data: a.step}, a.pivot)
		if a.move(s) {
			return nil
		}
	}
	worst, most := a.cols[0], 0.
	for i, col := range a.cols {
		if d := math.Abs(a.step[i]) / (s.opts.AbsTols[col] + s.opts.RelTol*math.Abs(s.y[col])); d > most {
			worst, most = col, d
		}
	}
	return s.fail(NoConvergence, worst)
}

// derive fills j with the rates of the equations by the unknowns.
func (a *algebra) derive(s *Solver) {
	m := len(a.rows)
	for k, col := range a.cols {
		d := s.differ(col, s.scratch)
		for i, row := range a.rows {
			a.j[i*m+k] = (s.scratch[row] - s.slope[row]) / d
		}
	}
}

// move goes along the step as far as the residual shrinks in proportion (Armijo's rule, so that it does not swing to and fro) and reports whether the step was within the tolerance.
func (a *algebra) move(s *Solver) (small bool) {
	before := a.size(s.slope)
	small = true
	for i, col := range a.cols {
		a.kept[i] = s.y[col]
		small = small && math.Abs(a.step[i]) <= .01*(s.opts.AbsTols[col]+s.opts.RelTol*math.Abs(s.y[col]))
	}
	for part := 1.; ; part /= 2 {
		for i, col := range a.cols {
			s.y[col] = a.kept[i] + part*a.step[i]
		}
		s.rate(s.t, s.y, s.slope)
		if after := a.size(s.slope); after < before*(1-part/2)*(1-part/2) || small && after <= before || before == 0 {
			return small || before == 0
		}
		if part < 1e-6 { // no better place: keep the old one
			for i, col := range a.cols {
				s.y[col] = a.kept[i]
			}
			s.rate(s.t, s.y, s.slope)
			return small
		}
	}
}

func (a *algebra) size(f []float64) float64 {
	sum := 0.
	for _, row := range a.rows {
		sum += f[row] * f[row]
	}
	return sum
}
