package draco

import (
	"math"
	"math/bits"
)

// octahedron maps unit vectors to a square: the sphere is pressed onto an octahedron, which is unfolded.
type octahedron struct {
	most   int32 // coordinates are 0 … most
	center int32
}

// newOctahedron has 2^size - 1 steps a side.
func newOctahedron(size uint) octahedron {
	most := int32(1<<size) - 2
	return octahedron{most: most, center: most / 2}
}

// octahedronOf is that of a greatest quantised value.
func octahedronOf(quantized int32) (octahedron, bool) {
	if quantized < 1 || quantized%2 == 0 {
		return octahedron{}, false
	}
	size := uint(bits.Len32(uint32(quantized)))
	return newOctahedron(size), size >= 2 && size <= 30
}

// vector is the unit vector at a point of the square.
func (o octahedron) vector(s, t int32) [3]float32 {
	scale := 2 / float32(o.most)
	y, z := float32(s)*scale-1, float32(t)*scale-1
	x := 1 - abs(y) - abs(z)
	back := max(-x, 0)
	if y < 0 {
		y += back
	} else {
		y -= back
	}
	if z < 0 {
		z += back
	} else {
		z -= back
	}
	l := x*x + y*y + z*z
	if !(l >= 1e-6) {
		return [3]float32{}
	}
	d := 1 / float32(math.Sqrt(float64(l)))
	return [3]float32{x * d, y * d, z * d}
}

func abs(v float32) float32 { return float32(math.Abs(float64(v))) }

func absInt[T int32 | int64](v T) T {
	if v < 0 {
		return -v
	}
	return v
}

// shrink brings a vector of whole numbers to the length of the octahedron, in the sum of its components.
func (o octahedron) shrink(v *[3]int32) {
	sum := absInt(int64(v[0])) + absInt(int64(v[1])) + absInt(int64(v[2]))
	if sum == 0 {
		v[0] = o.center
		return
	}
	v[0] = int32(int64(v[0]) * int64(o.center) / sum)
	v[1] = int32(int64(v[1]) * int64(o.center) / sum)
	rest := o.center - absInt(v[0]) - absInt(v[1])
	if v[2] < 0 {
		rest = -rest
	}
	v[2] = rest
}

// point is where such a vector lies on the square.
func (o octahedron) point(v [3]int32) (s, t int32) {
	if v[0] >= 0 {
		return o.fold(v[1]+o.center, v[2]+o.center)
	}
	s, t = absInt(v[2]), absInt(v[1])
	if v[1] >= 0 {
		s = o.most - s
	}
	if v[2] >= 0 {
		t = o.most - t
	}
	return o.fold(s, t)
}

// fold chooses one of the points at the rim of the square that stand for the same vector.
func (o octahedron) fold(s, t int32) (int32, int32) {
	m, c := o.most, o.center
	switch {
	case s == 0 && t == 0, s == 0 && t == m, s == m && t == 0:
		return m, m
	case s == 0 && t > c, s == m && t < c:
		t = 2*c - t
	case t == m && s < c, t == 0 && s > c:
		s = 2*c - s
	}
	return s, t
}

// inDiamond reports whether a point, counted from the centre, lies in the upper half of the octahedron.
func (o octahedron) inDiamond(s, t int32) bool {
	return absInt(int64(s))+absInt(int64(t)) <= int64(o.center)
}

// invert mirrors a point, counted from the centre, between the halves.
func (o octahedron) invert(s, t int32) (int32, int32) {
	signS, signT := int32(1), int32(1)
	switch {
	case s >= 0 && t >= 0:
	case s <= 0 && t <= 0:
		signS, signT = -1, -1
	default:
		if s <= 0 {
			signS = -1
		}
		if t <= 0 {
			signT = -1
		}
	}
	cs, ct := signS*o.center, signT*o.center
	us, ut := 2*s-cs, 2*t-ct
	if signS*signT >= 0 {
		us, ut = -ut, -us
	} else {
		us, ut = ut, us
	}
	return (us + cs) / 2, (ut + ct) / 2
}

// wrap brings a coordinate, counted from the centre, back into the square.
func (o octahedron) wrap(v int32) int32 {
	if v > o.center {
		return v - (o.most + 1)
	}
	if v < -o.center {
		return v + (o.most + 1)
	}
	return v
}
