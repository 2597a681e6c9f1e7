package ode

// dense is the interpolant of the last step.
type dense struct {
	t, h  float64
	stiff bool // Rodas4: four terms; else Dormand–Prince: five
	c     [5][]float64
}

// at fills y with the state at time t.
func (r *dense) at(t float64, y []float64) {
	x := (t - r.t) / r.h
	z := 1 - x
	if r.stiff {
		for i := range y {
			y[i] = r.c[0][i]*z + x*(r.c[1][i]+z*(r.c[2][i]+x*r.c[3][i]))
		}
		return
	}
	for i := range y {
		y[i] = r.c[0][i] + x*(r.c[1][i]+z*(r.c[2][i]+x*(r.c[3][i]+z*r.c[4][i])))
	}
}
