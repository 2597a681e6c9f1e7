package mesh

import (
	"math"
	"sync/atomic"
)

// polygonWork is the number of point-in-triangle tests that all polygons of a file may cost together: some seconds. Real
// files need a small part of it.
const polygonWork = 1 << 30

// cutter cuts polygons into triangles. One is used by one goroutine at a time; all of a file share their allowance.
type cutter struct {
	positions []float32
	allowance *atomic.Int64 // point-in-triangle tests that remain
	failed    int           // polygons that were cut from one corner, because the allowance was used up or they cross themselves

	x, y []float64 // corners of the polygon in its plane
	ring []int32   // corners that are not cut off yet
	out  []int32
}

// cut returns three corners per triangle, as places in polygon, which lists vertices. The slice is good until the next
// call. Concave polygons are cut by taking off ears (G. H. Meisters, "Polygons have ears", 1975).
func (c *cutter) cut(polygon []int32) []int32 {
	c.out = c.out[:0]
	n := len(polygon)
	if n < 3 {
		return nil
	}
	if n == 3 {
		c.out = append(c.out, 0, 1, 2)
		return c.out
	}
	if !c.flatten(polygon) {
		return c.fan(n)
	}
	if n == 4 {
		return c.quad()
	}
	if c.convex() {
		return c.fan(n)
	}
	c.ears(n)
	return c.out
}

func (c *cutter) fan(n int) []int32 {
	for i := int32(1); i < int32(n)-1; i++ {
		c.out = append(c.out, 0, i, i+1)
	}
	return c.out
}

// flatten lays the polygon into its plane, counter-clockwise: along the normal of M. E. Newell, which is the mean of the
// normals at all corners. It fails for polygons without area.
func (c *cutter) flatten(polygon []int32) bool {
	at := func(i int) (x, y, z float64) {
		p := c.positions[3*int(polygon[i]):]
		return float64(p[0]), float64(p[1]), float64(p[2])
	}
	var nx, ny, nz float64
	ox, oy, oz := at(0)
	px, py, pz := at(len(polygon) - 1)
	px, py, pz = px-ox, py-oy, pz-oz
	for i := range polygon {
		qx, qy, qz := at(i)
		qx, qy, qz = qx-ox, qy-oy, qz-oz
		nx += (py - qy) * (pz + qz)
		ny += (pz - qz) * (px + qx)
		nz += (px - qx) * (py + qy)
		px, py, pz = qx, qy, qz
	}
	length := math.Sqrt(nx*nx + ny*ny + nz*nz)
	if !(length > 0) || !finite(length) {
		return false
	}
	nx, ny, nz = nx/length, ny/length, nz/length
	ux, uy, uz := across(nx, ny, nz)
	vx, vy, vz := ny*uz-nz*uy, nz*ux-nx*uz, nx*uy-ny*ux
	c.x, c.y = c.x[:0], c.y[:0]
	for i := range polygon {
		x, y, z := at(i)
		x, y, z = x-ox, y-oy, z-oz
		c.x, c.y = append(c.x, x*ux+y*uy+z*uz), append(c.y, x*vx+y*vy+z*vz)
	}
	return true
}

// across returns a unit vector at right angles to one.
func across(x, y, z float64) (ux, uy, uz float64) {
	if math.Abs(x) < 0.6 {
		l := math.Hypot(y, z)
		return 0, z / l, -y / l
	}
	l := math.Hypot(x, y)
	return -y / l, x / l, 0
}

// turn is twice the area of a triangle of corners, positive if it is counter-clockwise.
func (c *cutter) turn(i, j, k int32) float64 {
	return (c.x[j]-c.x[i])*(c.y[k]-c.y[i]) - (c.x[k]-c.x[i])*(c.y[j]-c.y[i])
}

func (c *cutter) convex() bool {
	n := int32(len(c.x))
	turns := 0
	for i := range n {
		j, k := (i+1)%n, (i+2)%n
		if c.turn(i, j, k) < 0 {
			return false
		}
		if (c.y[i] < c.y[j]) != (c.y[j] < c.y[k]) {
			turns++
		}
	}
	return turns <= 2 // a polygon that winds around twice goes up and down more often
}

// quad cuts along the shorter diagonal of those that lie inside.
func (c *cutter) quad() []int32 {
	inside02 := c.turn(0, 1, 2) > 0 && c.turn(0, 2, 3) > 0
	inside13 := c.turn(1, 2, 3) > 0 && c.turn(1, 3, 0) > 0
	shorter13 := math.Hypot(c.x[1]-c.x[3], c.y[1]-c.y[3]) < 0.999*math.Hypot(c.x[0]-c.x[2], c.y[0]-c.y[2])
	if inside13 && (!inside02 || shorter13) {
		c.out = append(c.out, 0, 1, 3, 1, 2, 3)
	} else {
		c.out = append(c.out, 0, 1, 2, 0, 2, 3)
	}
	return c.out
}

// ears takes off corners whose triangle holds no other corner until a triangle remains.
func (c *cutter) ears(n int) {
	c.ring = c.ring[:0]
	for i := range int32(n) {
		c.ring = append(c.ring, i)
	}
	misses := 0
	for at := 0; len(c.ring) > 3; {
		r := len(c.ring)
		if at >= r {
			at = 0
		}
		i, j, k := c.ring[(at+r-1)%r], c.ring[at], c.ring[(at+1)%r]
		if misses >= r || c.allowance.Load() < 0 { // what crosses itself has no more ears
			c.failed++
			for m := 1; m+1 < r; m++ {
				c.out = append(c.out, c.ring[0], c.ring[m], c.ring[m+1])
			}
			return
		}
		if !c.ear(i, j, k) {
			misses++
			at++
			continue
		}
		c.out = append(c.out, i, j, k)
		c.ring = append(c.ring[:at], c.ring[at+1:]...)
		misses = 0
		at++ // leaves a neighbour out, which makes better triangles
	}
	c.out = append(c.out, c.ring...)
}

// ear reports whether the triangle of three neighbours can be taken off.
func (c *cutter) ear(i, j, k int32) bool {
	area := c.turn(i, j, k)
	if area < 0 {
		return false
	}
	if area == 0 {
		return true // a corner on a straight line, or a spike
	}
	c.allowance.Add(-int64(len(c.ring)))
	minX, maxX := min(c.x[i], c.x[j], c.x[k]), max(c.x[i], c.x[j], c.x[k])
	minY, maxY := min(c.y[i], c.y[j], c.y[k]), max(c.y[i], c.y[j], c.y[k])
	for _, m := range c.ring {
		x, y := c.x[m], c.y[m]
		if x < minX || x > maxX || y < minY || y > maxY || m == i || m == j || m == k {
			continue
		}
		if x == c.x[i] && y == c.y[i] || x == c.x[j] && y == c.y[j] || x == c.x[k] && y == c.y[k] {
			continue // a bridge to a hole passes its corners twice
		}
		if c.turn(i, j, m) >= 0 && c.turn(j, k, m) >= 0 && c.turn(k, i, m) >= 0 {
			return false
		}
	}
	return true
}
