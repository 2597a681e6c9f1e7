package mesh

import (
	"math"
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// A corner without a normal gets a number below none in its place that says how it is shaded: smoothGroup less the number
// of its smoothing group. Flat corners are never shared.
const smoothGroup = -2

// span adds the elements of a run.
func (g *grouper) span(s *objSpan) error {
	part := g.part(g.builder.materials[s.material])
	g.smooth = max(s.smooth, 0)
	part.indices = slices.Grow(part.indices, s.to.corners-s.from.corners)
	p, from := s.piece, s.from.corners
	for face := s.from.faces; face < s.to.faces; face++ {
		if face&0xfff == 0 {
			if err := g.builder.job.Err(); err != nil {
				return err
			}
		}
		to := from + 3
		if p.ends != nil {
			to = int(p.ends[face])
		}
		polygon := p.faces.v[from:to]
		if g.file.broken && !g.sound(polygon) {
			g.builder.lost.Add(1)
			from = to
			continue
		}
		flat := int32(-1) // the first of the vertices of a flat face
		for _, k := range g.cut.cut(polygon) {
			part.indices = append(part.indices, g.corner(p, from, int(k), &flat))
		}
		from = to
	}
	g.builder.crossing.Add(int64(g.cut.failed))
	g.cut.failed = 0
	for i := s.from.lines; i+1 < s.to.lines; i += 2 {
		if !g.file.broken || g.sound(p.lines.v[i:i+2]) {
			g.lines = append(g.lines, g.vertex(p.lines.v[i], p.lines.uv(i), none), g.vertex(p.lines.v[i+1], p.lines.uv(i+1), none))
		}
	}
	for _, v := range p.points[s.from.points:s.to.points] {
		if !g.file.broken || g.sound([]int32{v}) {
			g.points = append(g.points, g.vertex(v, none, none))
		}
	}
	return nil
}

// part returns the triangles of a material.
func (g *grouper) part(material scene.MaterialID) *partIndices {
	i, ok := g.partOf[material]
	if !ok {
		i = len(g.parts)
		g.partOf[material] = i
		g.parts = append(g.parts, partIndices{material: material})
	}
	return &g.parts[i]
}

func (g *grouper) sound(polygon []int32) bool {
	for _, v := range polygon {
		p := g.file.positions[3*int(v) : 3*int(v)+3]
		if !finite32(p[0]) || !finite32(p[1]) || !finite32(p[2]) {
			return false
		}
	}
	return true
}

// corner returns the vertex of a corner of a face that begins at from.
func (g *grouper) corner(p *objPiece, from, k int, flat *int32) uint32 {
	v, t, n := p.faces.v[from+k], p.faces.uv(from+k), p.faces.normal(from+k)
	if n != none && g.file.blank && g.file.normals[3*int(n)] == 0 && g.file.normals[3*int(n)+1] == 0 && g.file.normals[3*int(n)+2] == 0 {
		n = none
	}
	if n == none {
		g.bare = true
		if g.stated {
			if g.smooth == 0 {
				return g.flatCorner(v, t, flat)
			}
			n = smoothGroup - g.smooth
		}
	}
	return g.vertex(v, t, n)
}

// flatCorner returns a vertex that only this face has. The faces of a polygon share theirs.
func (g *grouper) flatCorner(v, t int32, flat *int32) uint32 {
	if *flat < 0 {
		*flat = int32(len(g.v))
	}
	for i := int(*flat); i < len(g.v) && i < int(*flat)+longChain; i++ {
		if g.v[i] == v && g.t[i] == t {
			return uint32(i)
		}
	}
	return g.add(v, t, smoothGroup)
}

// fill writes the attributes of the vertices into the mesh.
func (g *grouper) fill(m *scene.Mesh) {
	f, count := g.file, len(g.v)
	m.Positions = make([]float32, 3*count)
	withUV, withNormal := false, g.stated
	for i, v := range g.v {
		copy(m.Positions[3*i:3*i+3], f.positions[3*int(v):])
		withUV = withUV || g.t[i] != none
		withNormal = withNormal || g.n[i] != none
	}
	if f.colors != nil {
		m.Colors = make([]uint8, 4*count)
		for i, v := range g.v {
			copy(m.Colors[4*i:4*i+4], f.colors[4*int(v):])
		}
	}
	if withUV {
		m.UVs = make([]float32, 2*count)
		for i, t := range g.t {
			if t != none {
				copy(m.UVs[2*i:2*i+2], f.uvs[2*int(t):])
			}
		}
	}
	if withNormal {
		m.Normals = make([]float32, 3*count)
		for i, n := range g.n {
			if n >= 0 {
				copy(m.Normals[3*i:3*i+3], f.normals[3*int(n):])
			}
		}
		if g.bare {
			g.shade(m)
		}
		upright(m.Normals)
	}
}

// shade computes normals for corners that have none: the mean of the faces of a smoothing group at a position, weighted
// by area, or that of the face.
func (g *grouper) shade(m *scene.Mesh) {
	// The vertices at one position that are of one smoothing group add up in one of them.
	sum := make(map[[2]int32]uint32)
	owner := func(i uint32) uint32 {
		if g.n[i] == smoothGroup {
			return i
		}
		key := [2]int32{g.v[i], g.n[i]}
		o, ok := sum[key]
		if !ok {
			o, sum[key] = i, i
		}
		return o
	}
	for t := 0; t+2 < len(m.Indices); t += 3 {
		tri := m.Indices[t : t+3]
		if g.n[tri[0]] > smoothGroup && g.n[tri[1]] > smoothGroup && g.n[tri[2]] > smoothGroup {
			continue
		}
		n := faceNormal(m.Positions, tri)
		for _, i := range tri {
			if g.n[i] <= smoothGroup {
				to := m.Normals[3*owner(i):][:3]
				to[0], to[1], to[2] = to[0]+n[0], to[1]+n[1], to[2]+n[2]
			}
		}
	}
	for i := range g.n {
		if g.n[i] <= smoothGroup {
			from := m.Normals[3*owner(uint32(i)):][:3]
			copy(m.Normals[3*i:3*i+3], from)
		}
	}
}

// faceNormal is the normal of a triangle, as long as twice its area.
func faceNormal(positions []float32, tri []uint32) [3]float32 {
	a, b, c := positions[3*tri[0]:][:3], positions[3*tri[1]:][:3], positions[3*tri[2]:][:3]
	ux, uy, uz := b[0]-a[0], b[1]-a[1], b[2]-a[2]
	vx, vy, vz := c[0]-a[0], c[1]-a[1], c[2]-a[2]
	return [3]float32{uy*vz - uz*vy, uz*vx - ux*vz, ux*vy - uy*vx}
}

// upright makes normals unit; those without length point up.
func upright(normals []float32) {
	for i := 0; i+2 < len(normals); i += 3 {
		n := normals[i : i+3 : i+3]
		l := math.Sqrt(float64(n[0])*float64(n[0]) + float64(n[1])*float64(n[1]) + float64(n[2])*float64(n[2]))
		if !(l > 0) || !finite(l) {
			n[0], n[1], n[2] = 0, 1, 0
			continue
		}
		n[0], n[1], n[2] = float32(float64(n[0])/l), float32(float64(n[1])/l), float32(float64(n[2])/l)
	}
}
