package scene

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// Bounds is an axis-aligned box. It is empty when Min exceeds Max; NoBounds is the empty one to start from.
type Bounds struct{ Min, Max mgl64.Vec3 }

// NoBounds returns the empty box.
func NoBounds() Bounds {
	inf := math.Inf(1)
	return Bounds{Min: mgl64.Vec3{inf, inf, inf}, Max: mgl64.Vec3{-inf, -inf, -inf}}
}

// Empty reports whether the box holds no point.
func (b Bounds) Empty() bool {
	return b.Min[0] > b.Max[0] || b.Min[1] > b.Max[1] || b.Min[2] > b.Max[2]
}

// Center returns the middle; of an empty box, the origin.
func (b Bounds) Center() mgl64.Vec3 {
	if b.Empty() {
		return mgl64.Vec3{}
	}
	return b.Min.Add(b.Max).Mul(0.5)
}

// Size returns the lengths of the sides in metres; of an empty box, zero.
func (b Bounds) Size() mgl64.Vec3 {
	if b.Empty() {
		return mgl64.Vec3{}
	}
	return b.Max.Sub(b.Min)
}

// Diagonal returns the length of the diagonal in metres.
func (b Bounds) Diagonal() float64 { return b.Size().Len() }

// Add returns the smallest box that holds b and the point p.
func (b Bounds) Add(p mgl64.Vec3) Bounds {
	for k := range p {
		b.Min[k], b.Max[k] = math.Min(b.Min[k], p[k]), math.Max(b.Max[k], p[k])
	}
	return b
}

// Union returns the smallest box that holds both.
func (b Bounds) Union(o Bounds) Bounds {
	for k := range b.Min {
		b.Min[k], b.Max[k] = math.Min(b.Min[k], o.Min[k]), math.Max(b.Max[k], o.Max[k])
	}
	return b
}

// boundsOf returns the box of positions x, y, z.
func boundsOf(positions []float32) Bounds {
	b := emptyBox()
	for i := 0; i+2 < len(positions); i += 3 {
		b.include(positions[i], positions[i+1], positions[i+2])
	}
	if b.lo[0] > b.hi[0] {
		return NoBounds()
	}
	out := Bounds{}
	for k := range 3 {
		out.Min[k], out.Max[k] = float64(b.lo[k]), float64(b.hi[k])
	}
	return out
}

// Transformed returns the box around the box seen through an affine matrix (J. Arvo, Graphics Gems, 1990).
func (b Bounds) Transformed(aFromB mgl64.Mat4) Bounds {
	if b.Empty() {
		return b
	}
	m := &aFromB
	out := Bounds{Min: mgl64.Vec3{m[12], m[13], m[14]}, Max: mgl64.Vec3{m[12], m[13], m[14]}}
	for row := 0; row < 3; row++ {
		for col := 0; col < 3; col++ {
			lo, hi := m[col*4+row]*b.Min[col], m[col*4+row]*b.Max[col]
			if lo > hi {
				lo, hi = hi, lo
			}
			out.Min[row] += lo
			out.Max[row] += hi
		}
	}
	return out
}

// Corners returns the eight corners.
func (b Bounds) Corners() [8]mgl64.Vec3 {
	var out [8]mgl64.Vec3
	for i := range out {
		for k := 0; k < 3; k++ {
			if i>>k&1 == 0 {
				out[i][k] = b.Min[k]
			} else {
				out[i][k] = b.Max[k]
			}
		}
	}
	return out
}

// Distance returns how far the point p is from the box; 0 inside.
func (b Bounds) Distance(p mgl64.Vec3) float64 {
	var sum float64
	for k := range p {
		d := math.Max(0, math.Max(b.Min[k]-p[k], p[k]-b.Max[k]))
		sum += d * d
	}
	return math.Sqrt(sum)
}
