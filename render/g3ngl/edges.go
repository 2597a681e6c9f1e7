package g3ngl

import (
	"cmp"
	"math"
	"math/bits"
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

const (
	maxEdgeTriangles = 60_000  // meshes with more get only the edges that the file marks: their shading shows the shape
	creaseCos        = 0.82    // edges that bend by more than 35° are sharp
	flatCos          = 0.99995 // edges that bend by less than 0.6° are never drawn
)

// edgeSet is the edges of a mesh as pairs of vertices: first the sharp ones and borders, then those of smooth surfaces, which
// the shader draws where one side faces the eye and the other does not.
type edgeSet struct {
	vertices []edgeEnd
	sharp    int // vertices
}

// markedEdges returns those that the file marks.
func markedEdges(m *scene.Mesh) (e edgeSet) {
	for _, v := range m.Edges {
		e.vertices = append(e.vertices, edgeEnd{position: [3]float32(m.Positions[3*v : 3*v+3]), sharp: 1})
	}
	e.sharp = len(e.vertices)
	return e
}

// edgesAmong finds the edges of a mesh whose vertices are welded. Sharp ones that the file marks stand in for those found by
// their angle.
func edgesAmong(m *scene.Mesh, welded []uint32) edgeSet {
	e := markedEdges(m)
	var smooth []edgeEnd
	eachEdge(m, welded, func(a, b uint32, first, second [3]float32, border bool) {
		sharp := uint32(1)
		if !border {
			switch dot := first[0]*second[0] + first[1]*second[1] + first[2]*second[2]; {
			case dot > flatCos:
				return
			case dot > creaseCos:
				sharp = 0
			}
		}
		if m.Edges != nil {
			if border {
				return
			}
			sharp = 0
		}
		v := edgeEnd{first: octNormal(first[0], first[1], first[2]), second: octNormal(second[0], second[1], second[2]), sharp: sharp}
		for _, p := range [2]uint32{a, b} {
			v.position = [3]float32(m.Positions[3*p : 3*p+3])
			if sharp == 1 {
				e.vertices = append(e.vertices, v)
			} else {
				smooth = append(smooth, v)
			}
		}
	})
	e.sharp = len(e.vertices)
	e.vertices = append(e.vertices, smooth...)
	return e
}

// eachEdge visits the edges of the triangles, in the order of their vertices, with the normals of the first and the last
// triangle at each. At a border there are not two.
func eachEdge(m *scene.Mesh, welded []uint32, visit func(a, b uint32, first, second [3]float32, border bool)) {
	sides, starts, normals := sidesOf(m, welded)
	for a := 0; a+1 < len(starts); a++ {
		here := sides[starts[a]:starts[a+1]]
		slices.SortFunc(here, func(x, y side) int { // a handful
			return cmp.Or(cmp.Compare(x.other, y.other), cmp.Compare(x.triangle, y.triangle))
		})
		for i := 0; i < len(here); {
			j := i + 1
			for j < len(here) && here[j].other == here[i].other {
				j++
			}
			visit(uint32(a), here[i].other, normals[here[i].triangle], normals[here[j-1].triangle], j != i+2)
			i = j
		}
	}
}

// side is one side of a triangle.
type side struct{ other, triangle uint32 }

// sidesOf returns the sides of all triangles but those without area, by their lower vertex: those of vertex v are from
// starts[v] to starts[v+1]. Vertices at the same place count as the first of them. With them come the unit normals.
func sidesOf(m *scene.Mesh, welded []uint32) (sides []side, starts []uint32, normals [][3]float32) {
	normals = make([][3]float32, m.Triangles())
	valid := make([]bool, len(normals))
	for t := range normals {
		normals[t], valid[t] = triangleNormal(m.Positions, m.Indices[3*t:3*t+3])
	}
	each := func(visit func(lower uint32, s side)) {
		for t, ok := range valid {
			if !ok {
				continue
			}
			for k := range 3 {
				a, b := welded[m.Indices[3*t+k]], welded[m.Indices[3*t+(k+1)%3]]
				if a != b {
					visit(min(a, b), side{max(a, b), uint32(t)})
				}
			}
		}
	}
	starts = make([]uint32, len(welded)+1)
	each(func(lower uint32, _ side) { starts[lower+1]++ })
	for v := range welded {
		starts[v+1] += starts[v]
	}
	sides = make([]side, starts[len(welded)])
	next := slices.Clone(starts)
	each(func(lower uint32, s side) {
		sides[next[lower]] = s
		next[lower]++
	})
	return sides, starts, normals
}

// weld returns for each vertex the first vertex at the same place, to a part in a million of the size of the mesh.
func weld(positions []float32, size float32) []uint32 {
	type cell [3]int32
	out := make([]uint32, len(positions)/3)
	width := bits.Len(uint(2 * len(out)))
	cells, table := make([]cell, len(out)), make([]uint32, 1<<width) // a hash table of vertices + 1, half full at most
	scale := float32(1 << 20)
	if size > 0 {
		scale /= size
	}
	for i := range out {
		var c cell
		for k := range c { // places lie anywhere, so cells are centred on zero: symmetric meshes meet there
			c[k] = int32(math.Round(float64(positions[3*i+k] * scale)))
		}
		cells[i] = c
		h := (uint64(uint32(c[0])) + uint64(uint32(c[1]))*0x9e3779b97f4a7c15 + uint64(uint32(c[2]))*0xbf58476d1ce4e5b9) * 0x94d049bb133111eb
		at := h >> (64 - width)
		for table[at] != 0 && cells[table[at]-1] != c {
			at = (at + 1) & (1<<width - 1)
		}
		if table[at] == 0 {
			table[at] = uint32(i) + 1
		}
		out[i] = table[at] - 1
	}
	return out
}

func triangleNormal(p []float32, i []uint32) ([3]float32, bool) {
	a, b, c := p[3*i[0]:3*i[0]+3], p[3*i[1]:3*i[1]+3], p[3*i[2]:3*i[2]+3]
	ux, uy, uz := b[0]-a[0], b[1]-a[1], b[2]-a[2]
	vx, vy, vz := c[0]-a[0], c[1]-a[1], c[2]-a[2]
	x, y, z := uy*vz-uz*vy, uz*vx-ux*vz, ux*vy-uy*vx
	l := float32(math.Sqrt(float64(x*x + y*y + z*z)))
	if !(l > 1e-30) {
		return [3]float32{}, false
	}
	return [3]float32{x / l, y / l, z / l}, true
}
