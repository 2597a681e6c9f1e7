package demo

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/scene"
)

type vec = mgl64.Vec3

// solid collects the triangles of one mesh. Each primitive is placed by a rigid matrix.
type solid struct{ shape *scene.Shape }

func newSolid(name string) solid { return solid{scene.NewShape(name)} }

// mesh closes the solid. Coordinates are rounded to half a millimetre, so that the file is the same on every machine.
func (s solid) mesh(m scene.MaterialID) *scene.Mesh {
	out := s.shape.Mesh(m)
	for i, v := range out.Positions {
		out.Positions[i] = float32(math.Round(float64(v)*2048) / 2048)
	}
	for i, v := range out.Normals {
		out.Normals[i] = float32(math.Round(float64(v)*1024) / 1024)
	}
	return out
}

// add places what build makes.
func (s solid) add(at mgl64.Mat4, build func(*scene.Shape)) {
	part := scene.NewShape("")
	build(part)
	m := part.Mesh(0)
	var first uint32
	for i := 0; i+2 < len(m.Positions); i += 3 {
		p := at.Mul4x1(mgl64.Vec4{float64(m.Positions[i]), float64(m.Positions[i+1]), float64(m.Positions[i+2]), 1})
		n := at.Mul4x1(mgl64.Vec4{float64(m.Normals[i]), float64(m.Normals[i+1]), float64(m.Normals[i+2]), 0})
		k := s.shape.Vertex(p.Vec3(), n.Vec3())
		if i == 0 {
			first = k
		}
	}
	for i := 0; i+2 < len(m.Indices); i += 3 {
		s.shape.Triangle(first+m.Indices[i], first+m.Indices[i+1], first+m.Indices[i+2])
	}
}

func (s solid) box(at mgl64.Mat4, lo, hi vec) {
	s.add(at, func(p *scene.Shape) { p.Box(lo, hi) })
}

// lathe turns a profile about the Y axis of at; see scene.Shape.Lathe.
func (s solid) lathe(at mgl64.Mat4, segments int, profile ...scene.Ring) {
	s.add(at, func(p *scene.Shape) { p.Lathe(vec{}, profile, segments) })
}

// disc is a closed cylinder along Y with chamfered rims.
func (s solid) disc(at mgl64.Mat4, segments int, radius, from, to, chamfer float64) {
	s.lathe(at, segments, scene.Ring{Radius: 0, Y: from}, scene.Ring{Radius: radius - chamfer, Y: from}, scene.Ring{Radius: radius, Y: from + chamfer},
		scene.Ring{Radius: radius, Y: to - chamfer}, scene.Ring{Radius: radius - chamfer, Y: to}, scene.Ring{Radius: 0, Y: to})
}

// tube is a closed cylinder between two points.
func (s solid) tube(at mgl64.Mat4, from, to vec, radius float64, segments int) {
	d := to.Sub(from)
	turn := mgl64.QuatBetweenVectors(vec{0, 1, 0}, d.Normalize()).Mat4()
	s.disc(at.Mul4(mgl64.Translate3D(from[0], from[1], from[2])).Mul4(turn), segments, radius, 0, d.Len(), radius*0.1)
}

// rod is a thin tube with sharp rims, for what is seen from afar.
func (s solid) rod(from, to vec, radius float64, segments int) {
	d := to.Sub(from)
	turn := mgl64.QuatBetweenVectors(vec{0, 1, 0}, d.Normalize()).Mat4()
	s.lathe(mgl64.Translate3D(from[0], from[1], from[2]).Mul4(turn), segments, scene.Ring{Radius: radius, Y: 0}, scene.Ring{Radius: radius, Y: d.Len()})
}

// bolts stands a circle of bolt heads on a plane at height y.
func (s solid) bolts(at mgl64.Mat4, count int, radius, y, size float64) {
	for k := range count {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(count))
		s.lathe(at.Mul4(mgl64.Translate3D(radius*cos, y, radius*sin)), 6,
			scene.Ring{Radius: size, Y: 0}, scene.Ring{Radius: size, Y: size}, scene.Ring{Radius: 0, Y: size})
	}
}

// rounded is a box whose edges have a radius, each turned in steps facets.
func (s solid) rounded(at mgl64.Mat4, lo, hi vec, radius float64, steps int) {
	inner := scene.Bounds{Min: lo.Add(vec{radius, radius, radius}), Max: hi.Sub(vec{radius, radius, radius})}
	angles := make([]float64, 0, 2*steps+2) // from one edge of a face to the other
	for k := 0; k <= steps; k++ {
		angles = append(angles, -math.Pi/4+math.Pi/4*float64(k)/float64(steps))
	}
	for k := 0; k <= steps; k++ {
		angles = append(angles, math.Pi/4*float64(k)/float64(steps))
	}
	n := len(angles)
	s.add(at, func(p *scene.Shape) {
		for face := range 6 {
			axis, sign := face/2, float64(1-2*(face%2))
			u, v := (axis+1)%3, (axis+2)%3
			ids := make([]uint32, 0, n*n)
			for i := range n {
				for j := range n {
					var dir, at vec
					dir[axis], dir[u], dir[v] = sign, sign*math.Tan(angles[i]), math.Tan(angles[j])
					dir = dir.Normalize()
					at[axis] = pick(sign > 0, inner.Max[axis], inner.Min[axis])
					at[u] = pick((i > steps) == (sign > 0), inner.Max[u], inner.Min[u])
					at[v] = pick(j > steps, inner.Max[v], inner.Min[v])
					ids = append(ids, p.Vertex(at.Add(dir.Mul(radius)), dir))
				}
			}
			for i := range n - 1 {
				for j := range n - 1 {
					a, b, c, d := ids[i*n+j], ids[(i+1)*n+j], ids[(i+1)*n+j+1], ids[i*n+j+1]
					p.Triangle(a, b, c)
					p.Triangle(a, c, d)
				}
			}
		}
	})
}

func pick(first bool, a, b float64) float64 {
	if first {
		return a
	}
	return b
}

// loft spans a smooth surface over rings of points. Outside is on the left of a ring seen along the rows:
// (next point − point) × (next row − row) points outwards. A closed ring joins its last point to its first.
func (s solid) loft(at mgl64.Mat4, rings [][]vec, closed bool) {
	rows, n := len(rings), len(rings[0])
	normals := make([]vec, rows*n)
	var tris [][3]int
	last := n - 1
	if closed {
		last = n
	}
	for r := range rows - 1 {
		for k := range last {
			a, b := r*n+k, r*n+(k+1)%n
			tris = append(tris, [3]int{a, b, b + n}, [3]int{a, b + n, a + n})
		}
	}
	point := func(i int) vec { return rings[i/n][i%n] }
	for _, t := range tris {
		a, b, c := point(t[0]), point(t[1]), point(t[2])
		face := b.Sub(a).Cross(c.Sub(a))
		for _, i := range t {
			normals[i] = normals[i].Add(face)
		}
	}
	s.add(at, func(p *scene.Shape) {
		for i, normal := range normals {
			if normal.Len() < 1e-12 {
				normal = vec{0, 1, 0}
			}
			p.Vertex(point(i), normal.Normalize())
		}
		for _, t := range tris {
			a, b, c := point(t[0]), point(t[1]), point(t[2])
			if b.Sub(a).Cross(c.Sub(a)).Len() > 1e-12 {
				p.Triangle(uint32(t[0]), uint32(t[1]), uint32(t[2]))
			}
		}
	})
}

// cap closes a convex ring with a flat fan; it faces the way in which the ring runs counter-clockwise.
func (s solid) cap(at mgl64.Mat4, ring []vec) {
	var middle vec
	for _, p := range ring {
		middle = middle.Add(p.Mul(1 / float64(len(ring))))
	}
	s.add(at, func(p *scene.Shape) {
		normal := ring[0].Sub(middle).Cross(ring[len(ring)/4].Sub(middle)).Normalize()
		m := p.Vertex(middle, normal)
		for _, q := range ring {
			p.Vertex(q, normal)
		}
		for k := range ring {
			p.Triangle(m, m+1+uint32(k), m+1+uint32((k+1)%len(ring)))
		}
	})
}

// alongZ lays the Y axis of a primitive along +Z, at a point.
func alongZ(x, y, z float64) mgl64.Mat4 {
	return mgl64.Translate3D(x, y, z).Mul4(mgl64.HomogRotate3DX(math.Pi / 2))
}

func around(y float64) mgl64.Mat4 { return mgl64.Translate3D(0, y, 0) }
