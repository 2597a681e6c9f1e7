package wind

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// Vibration tells how the vibration of a gearbox follows speed, load and wear: its level at rated speed and load times a
// shape that is 1 there.
type Vibration struct {
	// Of the shape: Base + Speed·relSpeed² + Load·relLoad + Curve·relLoad²; they add up to 1.
	Base, Speed, Load, Curve float64
	FreshMS                  float64 // level of a fresh gearbox, m/s
	SD                       float64 // relative standard deviation of a 10-minute mean about the model
}

// Shape is the vibration relative to that at rated speed and load.
func (v *Vibration) Shape(relSpeed, relLoad float64) float64 {
	return max(.02, v.Base+v.Speed*relSpeed*relSpeed+v.Load*relLoad+v.Curve*relLoad*relLoad)
}

// Level is the course of the vibration of one gearbox, freed of speed and load.
type Level struct {
	First    int       // step at which it begins: what lies before belongs to another gearbox
	Steps    []float64 // by step: the vibration over the shape, m/s; NaN where it did not run
	Smooth   []float64 // by step: the same without noise, interpolated over gaps; NaN before First
	Measured int       // steps that are not NaN
	EndSD    float64   // relative standard deviation of the level at the end, for what the record does not tell of the shape
}

// knotSteps is how many steps lie between two knots of the smooth level: three hours of 10-minute means.
const knotSteps = 18

// FitVibration separates the vibration on a record into a shape that depends on speed and load and a level that changes
// smoothly with time: the logarithm of the level is a linear spline with a weak penalty on its bends, the shape is
// linearised about the last one (Gauss–Newton), and prior keeps what the record does not tell. It needs half a day of
// running; with less it keeps the prior.
func FitVibration(r *Record, s *Spec, prior Vibration) (Vibration, *Level) {
	const (
		rounds   = 5
		shapeSD  = .12  // how much the shapes of gearboxes of one kind differ
		curveSD  = .15  // and how far they are bent
		noise    = .005 // of a 10-minute mean, relative: first guess
		bend     = .01  // typical change of slope from knot to knot
		minLoad  = .03
		leastRun = 72
	)
	n := r.Len()
	l := &Level{Steps: make([]float64, n), Smooth: make([]float64, n)}
	for k := n - 1; k >= 0; k-- { // a standstill for repair ends what belongs together
		if r.Means[State][k] > Curtailed+.5 {
			l.First = k + 1
			break
		}
	}
	use := func(k int) (relSpeed, relLoad float64, ok bool) {
		relSpeed, relLoad, ok = r.loads(k, s)
		v := r.Means[VibrationLevel][k]
		return relSpeed, relLoad, ok && k >= l.First && relLoad > minLoad && r.Running(k, s) && v > 0
	}
	for k := range n {
		l.Steps[k], l.Smooth[k] = math.NaN(), math.NaN()
		if _, _, ok := use(k); ok {
			l.Measured++
		}
	}
	if l.Measured < leastRun {
		return prior, l
	}
	v := prior
	knots := (n-l.First)/knotSteps + 2
	size := knots + 3
	a, b := mat.NewSymDense(size, nil), mat.NewVecDense(size, nil)
	var chol mat.Cholesky
	x := mat.NewVecDense(size, nil)
	add := func(y, sd float64, at []int, c []float64) {
		w := 1 / (sd * sd)
		for i, p := range at {
			b.SetVec(p, b.AtVec(p)+w*c[i]*y)
			for j, q := range at {
				if q >= p {
					a.SetSym(p, q, a.At(p, q)+w*c[i]*c[j])
				}
			}
		}
	}
	for range rounds {
		a.Zero()
		b.Zero()
		for k := l.First; k < n; k++ {
			relSpeed, relLoad, ok := use(k)
			if !ok {
				continue
			}
			shape := v.Shape(relSpeed, relLoad)
			j, f := (k-l.First)/knotSteps, float64((k-l.First)%knotSteps)/knotSteps
			add(math.Log(r.Means[VibrationLevel][k]/shape), noise, []int{j, j + 1, knots, knots + 1, knots + 2},
				[]float64{1 - f, f, (relSpeed*relSpeed - 1) / shape, (relLoad - 1) / shape, (relLoad*relLoad - 1) / shape})
		}
		for j := 1; j < knots-1; j++ {
			add(0, bend, []int{j - 1, j, j + 1}, []float64{1, -2, 1})
		}
		for j := range knots {
			add(math.Log(prior.FreshMS), 10, []int{j}, []float64{1})
		}
		add(prior.Speed-v.Speed, shapeSD, []int{knots}, []float64{1})
		add(prior.Load-v.Load, shapeSD, []int{knots + 1}, []float64{1})
		add(prior.Curve-v.Curve, curveSD, []int{knots + 2}, []float64{1})
		if !chol.Factorize(a) || chol.SolveVecTo(x, b) != nil {
			return prior, l
		}
		v.Speed += x.AtVec(knots)
		v.Load += x.AtVec(knots + 1)
		v.Curve += x.AtVec(knots + 2)
		v.Base = 1 - v.Speed - v.Load - v.Curve
	}
	unit, variance := mat.NewVecDense(size, nil), mat.NewVecDense(size, nil)
	unit.SetVec(knots-2, 1)
	if chol.SolveVecTo(variance, unit) == nil {
		l.EndSD = math.Sqrt(max(variance.AtVec(knots-2), 0))
	}
	var sum float64
	for k := l.First; k < n; k++ {
		j, f := (k-l.First)/knotSteps, float64((k-l.First)%knotSteps)/knotSteps
		l.Smooth[k] = math.Exp((1-f)*x.AtVec(j) + f*x.AtVec(j+1))
		if relSpeed, relLoad, ok := use(k); ok {
			l.Steps[k] = r.Means[VibrationLevel][k] / v.Shape(relSpeed, relLoad)
			e := l.Steps[k]/l.Smooth[k] - 1
			sum += e * e
		}
	}
	v.SD = math.Sqrt(sum / float64(l.Measured))
	return v, l
}
