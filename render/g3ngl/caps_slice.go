package g3ngl

import (
	"math"
	"slices"
	"sort"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// clusterTriangles is how many neighbouring triangles of a mesh share a box. Files list triangles face by face, so that the
// boxes are small, and a plane meets few of them.
const clusterTriangles = 64

// solid is what cuts need to know of a mesh.
type solid struct {
	boxes  [][2][3]float32 // around runs of its triangles: lowest and highest corner
	closed bool            // it has an inside
}

func solidOf(m *scene.Mesh) *solid {
	s := &solid{boxes: make([][2][3]float32, 0, m.Triangles()/clusterTriangles+1), closed: isSolid(m)}
	for first := 0; first < len(m.Indices); first += 3 * clusterTriangles {
		run := m.Indices[first:min(first+3*clusterTriangles, len(m.Indices))]
		lo := [3]float32(m.Positions[3*run[0] : 3*run[0]+3])
		hi := lo
		for _, v := range run[1:] {
			p := m.Positions[3*v : 3*v+3]
			for k := range 3 {
				lo[k], hi[k] = min(lo[k], p[k]), max(hi[k], p[k])
			}
		}
		s.boxes = append(s.boxes, [2][3]float32{lo, hi})
	}
	return s
}

// How much of its surface a solid may lack: holes of bolts that nobody modelled.
const (
	openArea   = 0.01 // of all area, as seen from where most is open
	openVolume = 0.03 // of the volume, between the ways to measure it
)

// isSolid reports whether the triangles enclose volumes. By the theorem of Gauss the integrals of x·nx, y·ny and z·nz over a
// closed surface are all its volume, those of x·ny and so on are zero, and so is that of the normal. This holds however its
// vertices are shared, and an opening shows by its area and by the volume below it.
func isSolid(m *scene.Mesh) bool {
	var tensor [3][3]float64
	var sum mgl64.Vec3
	area, middle := 0.0, m.Bounds.Center()
	for i := 0; i+2 < len(m.Indices); i += 3 {
		a, b, c := pointOf(m, m.Indices[i]).Sub(middle), pointOf(m, m.Indices[i+1]).Sub(middle), pointOf(m, m.Indices[i+2]).Sub(middle)
		n := b.Sub(a).Cross(c.Sub(a)).Mul(0.5)
		sum, area = sum.Add(n), area+n.Len()
		for k, x := range a.Add(b).Add(c).Mul(1.0 / 3) {
			for l := range 3 {
				tensor[k][l] += x * n[l]
			}
		}
	}
	volume := (tensor[0][0] + tensor[1][1] + tensor[2][2]) / 3
	off := 0.0
	for k := range 3 {
		for l := range 3 {
			if k == l {
				off = max(off, abs64(tensor[k][l]-volume))
			} else {
				off = max(off, abs64(tensor[k][l]))
			}
		}
	}
	return area > 0 && sum.Len() <= openArea*area && off <= openVolume*abs64(volume)+1e-6*area*m.Bounds.Diagonal()
}

func pointOf(m *scene.Mesh, v uint32) mgl64.Vec3 {
	p := m.Positions[3*v : 3*v+3]
	return mgl64.Vec3{float64(p[0]), float64(p[1]), float64(p[2])}
}

// meets reports whether the plane passes through the box.
func meets(box *[2][3]float32, plane *mgl64.Vec4) bool {
	middle, reach := plane[3], 0.0
	for k := range 3 {
		lo, hi := float64(box[0][k]), float64(box[1][k])
		middle += plane[k] * (lo + hi) / 2
		reach += abs64(plane[k]) * (hi - lo) / 2
	}
	return abs64(middle) <= reach*(1+1e-9)+1e-12
}

func abs64(v float64) float64 {
	if v < 0 {
		return -v
	}
	return v
}

// segment is where a plane meets a triangle. Seen against the normal of the plane, the inside of the body is to its left.
type segment struct {
	a, b     mgl64.Vec3
	material uint32
	turned   bool // it runs against how it was cut
}

func (s segment) reversed() segment { return segment{s.b, s.a, s.material, !s.turned} }

// slice returns where the plane n·p + w = 0 meets the triangles of a mesh. Points on the plane count as above it, so that
// vertices and faces that lie in the plane make no doubles. The point on an edge does not depend on which of its triangles is asked.
func slice(m *scene.Mesh, s *solid, plane mgl64.Vec4) []segment {
	var out []segment
	normal := plane.Vec3()
	for c := range s.boxes {
		if !meets(&s.boxes[c], &plane) {
			continue
		}
		for i := 3 * clusterTriangles * c; i < min(3*clusterTriangles*(c+1), len(m.Indices)); i += 3 {
			p := [3]mgl64.Vec3{pointOf(m, m.Indices[i]), pointOf(m, m.Indices[i+1]), pointOf(m, m.Indices[i+2])}
			d := [3]float64{normal.Dot(p[0]) + plane[3], normal.Dot(p[1]) + plane[3], normal.Dot(p[2]) + plane[3]}
			if (d[0] >= 0) == (d[1] >= 0) && (d[1] >= 0) == (d[2] >= 0) {
				continue
			}
			cut := segment{material: materialAt(m, i)}
			for k := range 3 {
				switch n := (k + 1) % 3; {
				case d[k] >= 0 && d[n] < 0:
					cut.a = crossing(p[k], p[n], d[k], d[n])
				case d[k] < 0 && d[n] >= 0:
					cut.b = crossing(p[k], p[n], d[k], d[n])
				}
			}
			if cut.a != cut.b {
				out = append(out, cut)
			}
		}
	}
	return out
}

// crossing is the point between p and q where the distance from the plane is zero, the same for q and p.
func crossing(p, q mgl64.Vec3, dp, dq float64) mgl64.Vec3 {
	if before(q, p) {
		p, q, dp, dq = q, p, dq, dp
	}
	t := dp / (dp - dq)
	return p.Add(q.Sub(p).Mul(t))
}

// before orders points, so that an edge has one direction for both of its triangles.
func before(p, q mgl64.Vec3) bool {
	for k := range 3 {
		if p[k] != q[k] {
			return p[k] < q[k]
		}
	}
	return false
}

// materialAt is the material of the triangle at an index.
func materialAt(m *scene.Mesh, index int) uint32 {
	if len(m.Parts) == 1 {
		return uint32(m.Parts[0].Material)
	}
	n := sort.Search(len(m.Parts), func(k int) bool { return m.Parts[k].First+m.Parts[k].Count > index })
	if n < len(m.Parts) && m.Parts[n].First <= index {
		return uint32(m.Parts[n].Material)
	}
	for _, p := range m.Parts { // parts need not be in order
		if index >= p.First && index < p.First+p.Count {
			return uint32(p.Material)
		}
	}
	return 0
}

// loops joins segments end to end and returns those chains that come back to where they began. What stays open has no
// inside. size is that of the mesh in metres: points that differ by a millionth of it are one, and gaps of a thousandth are
// bridged.
func loops(segments []segment, size float64) [][]segment {
	segments = snapped(segments, 1e-6*size)
	j := newJoiner(segments)
	var closed, open [][]segment
	for i := range segments {
		if j.used[i] {
			continue
		}
		j.used[i] = true
		chain := j.follow([]segment{segments[i]}, 0)
		if !isClosed(chain) {
			turnRound(chain)
			chain = j.follow(chain, 1)
		}
		if isClosed(chain) {
			closed = append(closed, chain)
		} else {
			open = append(open, chain)
		}
	}
	closed = append(closed, bridged(open, 1e-3*size)...)
	for _, c := range closed { // most segments know which way is right
		turned := 0
		for _, s := range c {
			if s.turned {
				turned++
			}
		}
		if turned > len(c)/2 {
			turnRound(c)
		}
	}
	return closed
}

// snapped moves the ends of segments to a grid and leaves out those that vanish.
func snapped(segments []segment, grid float64) []segment {
	out := make([]segment, 0, len(segments))
	for _, s := range segments {
		for k := range 3 {
			s.a[k], s.b[k] = math.Round(s.a[k]/grid)*grid, math.Round(s.b[k]/grid)*grid
		}
		if s.a != s.b {
			out = append(out, s)
		}
	}
	return out
}

func isClosed(chain []segment) bool { return chain[0].a == chain[len(chain)-1].b }

// turnRound reverses a chain.
func turnRound(chain []segment) {
	slices.Reverse(chain)
	for i := range chain {
		chain[i] = chain[i].reversed()
	}
}

// joiner finds the segments that begin or end at a point.
type joiner struct {
	segments []segment
	ends     map[mgl64.Vec3][]int32 // 2·segment for its beginning, 2·segment + 1 for its end
	used     []bool
}

func newJoiner(segments []segment) *joiner {
	j := &joiner{segments, make(map[mgl64.Vec3][]int32, len(segments)), make([]bool, len(segments))}
	for i, s := range segments {
		j.ends[s.a] = append(j.ends[s.a], int32(2*i))
		j.ends[s.b] = append(j.ends[s.b], int32(2*i+1))
	}
	return j
}

// follow lengthens a chain at its end until it closes or nothing goes on. Of several segments it takes one that meets the
// chain with the end that is wanted: 0 for its beginning.
func (j *joiner) follow(chain []segment, want int32) []segment {
	for !isClosed(chain) {
		found := int32(-1)
		for _, e := range j.ends[chain[len(chain)-1].b] {
			if !j.used[e/2] && (found < 0 || e%2 == want) {
				found = e
			}
		}
		if found < 0 {
			break
		}
		j.used[found/2] = true
		s := j.segments[found/2]
		if found%2 == 1 {
			s = s.reversed()
		}
		chain = append(chain, s)
	}
	return chain
}

// maxBridges bounds what open chains are compared with each other.
const maxBridges = 2048

// bridged joins open chains whose ends are near each other and returns those that close.
func bridged(open [][]segment, tolerance float64) [][]segment {
	var out [][]segment
	if len(open) > maxBridges {
		return nil
	}
	first := func(c []segment) mgl64.Vec3 { return c[0].a }
	last := func(c []segment) mgl64.Vec3 { return c[len(c)-1].b }
	for len(open) > 0 {
		c := open[len(open)-1]
		open = open[:len(open)-1]
		gap, with, turned := last(c).Sub(first(c)).Len(), -1, false
		for i, o := range open {
			if d := last(c).Sub(first(o)).Len(); d < gap {
				gap, with, turned = d, i, false
			}
			if d := last(c).Sub(last(o)).Len(); d < gap {
				gap, with, turned = d, i, true
			}
		}
		if gap > tolerance {
			continue
		}
		bridge := segment{a: last(c), b: first(c), material: c[0].material}
		if with < 0 {
			out = append(out, append(c, bridge))
			continue
		}
		o := open[with]
		open = append(open[:with], open[with+1:]...)
		if turned {
			turnRound(o)
		}
		bridge.b = first(o)
		open = append(open, append(append(c, bridge), o...))
	}
	return out
}
