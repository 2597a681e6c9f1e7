package process

import "math"

// vec64 is a point or direction of the simplifier, in its own units: the mesh fits into a cube of side 1.
type vec64 struct{ x, y, z float64 }

func (a vec64) sub(b vec64) vec64   { return vec64{a.x - b.x, a.y - b.y, a.z - b.z} }
func (a vec64) mul(f float64) vec64 { return vec64{a.x * f, a.y * f, a.z * f} }
func (a vec64) dot(b vec64) float64 { return a.x*b.x + a.y*b.y + a.z*b.z }
func (a vec64) length() float64     { return math.Sqrt(a.dot(a)) }
func (a vec64) cross(b vec64) vec64 {
	return vec64{a.y*b.z - a.z*b.y, a.z*b.x - a.x*b.z, a.x*b.y - a.y*b.x}
}

// quadric is the weighted sum of squared distances to planes as a function of the point: pᵀ·A·p + 2·b·p + c (M. Garland
// and P. Heckbert 1997, section 5), with the sum of the weights.
type quadric struct {
	xx, yy, zz, xy, xz, yz float64 // A
	bx, by, bz             float64
	c                      float64
	weight                 float64
}

// planeQuadric is the quadric of one plane through p with the unit normal n. Its own weight counts for the mean only if
// it is a face.
func planeQuadric(n, p vec64, weight float64) quadric {
	d := -n.dot(p)
	w := n.mul(weight)
	return quadric{
		xx: w.x * n.x, yy: w.y * n.y, zz: w.z * n.z, xy: w.x * n.y, xz: w.x * n.z, yz: w.y * n.z,
		bx: w.x * d, by: w.y * d, bz: w.z * d, c: weight * d * d,
	}
}

func (q *quadric) add(o *quadric) {
	q.xx += o.xx
	q.yy += o.yy
	q.zz += o.zz
	q.xy += o.xy
	q.xz += o.xz
	q.yz += o.yz
	q.bx += o.bx
	q.by += o.by
	q.bz += o.bz
	q.c += o.c
	q.weight += o.weight
}

// at returns the mean squared distance of p from the planes.
func (q *quadric) at(p vec64) float64 {
	if q.weight <= 0 {
		return 0
	}
	x := q.xx*p.x + 2*(q.xy*p.y+q.xz*p.z+q.bx)
	y := q.yy*p.y + 2*(q.yz*p.z+q.by)
	z := q.zz*p.z + 2*q.bz
	return max(x*p.x+y*p.y+z*p.z+q.c, 0) / q.weight
}
