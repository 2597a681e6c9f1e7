package process

import "math"

// vec is a vector of three, for the inner loops.
type vec struct{ x, y, z float32 }

func vecAt(v []float32, i uint32) vec {
	s := v[3*int(i) : 3*int(i)+3 : 3*int(i)+3]
	return vec{s[0], s[1], s[2]}
}

func (a vec) add(b vec) vec            { return vec{a.x + b.x, a.y + b.y, a.z + b.z} }
func (a vec) sub(b vec) vec            { return vec{a.x - b.x, a.y - b.y, a.z - b.z} }
func (a vec) mul(f float32) vec        { return vec{a.x * f, a.y * f, a.z * f} }
func (a vec) dot(b vec) float32        { return a.x*b.x + a.y*b.y + a.z*b.z }
func (a vec) cross(b vec) vec          { return vec{a.y*b.z - a.z*b.y, a.z*b.x - a.x*b.z, a.x*b.y - a.y*b.x} }
func (a vec) length() float32          { return sqrt(a.dot(a)) }
func (a vec) zero() bool               { return a == vec{} }
func sqrt(f float32) float32           { return float32(math.Sqrt(float64(f))) }
func store(to []float32, i int, v vec) { to[3*i], to[3*i+1], to[3*i+2] = v.x, v.y, v.z }

// unit returns the vector at length 1, or zero if it has no length or none that can be computed with.
func (a vec) unit() vec {
	l := math.Sqrt(float64(a.x)*float64(a.x) + float64(a.y)*float64(a.y) + float64(a.z)*float64(a.z))
	if !(l > 0) || math.IsInf(l, 0) {
		return vec{}
	}
	return vec{float32(float64(a.x) / l), float32(float64(a.y) / l), float32(float64(a.z) / l)}
}

// angle returns the angle between two unit vectors within 7e-5 rad (M. Abramowitz and I. Stegun, Handbook of mathematical
// functions, 4.4.45).
func angle(a, b vec) float32 {
	c := a.dot(b)
	x := min(c, 1)
	if c < 0 {
		x = min(-c, 1)
	}
	v := sqrt(1-x) * (1.5707288 + x*(-0.2121144+x*(0.0742610-0.0187293*x)))
	if c < 0 {
		v = math.Pi - v
	}
	return v
}
