package process

import (
	"math"
	"math/bits"
	"sync"

	"github.com/orrery-twin/orrery/scene"
)

// thinGain is how many of the triangles may be left for a thinned mesh to be worth its while.
const thinGain = 0.7

// Thin makes a coarser version of a mesh in a fraction of the time of Simplify: of the vertices in one cell of a grid, sizeM
// metres wide, whose normals point into the same octant, only the first is left (J. Rossignac and P. Borrel, "Multi-resolution
// 3D approximations for rendering complex scenes", 1993). How far it strays is measured along the normals of those that are
// left. Vertices on the rims of open surfaces all stay. It reports false where too few triangles would go.
func Thin(m *scene.Mesh, sizeM float64) (scene.LOD, bool) {
	if !(sizeM > 0) || math.IsInf(sizeM, 0) || len(m.Normals) != len(m.Positions) || m.Bounds.Diagonal()/sizeM > 1<<19 {
		return scene.LOD{}, false
	}
	stay, stray := cellsOf(m, float32(1/sizeM))
	parts := m.Parts
	if len(parts) == 0 {
		parts = []scene.Part{{Count: len(m.Indices)}}
	}
	out := scene.LOD{ErrorM: stray}
	for _, p := range parts {
		first, middle := len(out.Indices), p.First+p.Count/6*3
		var back []uint32
		var group sync.WaitGroup
		group.Go(func() { back = left(m, stay, m.Indices[middle:p.First+p.Count], nil) })
		out.Indices = left(m, stay, m.Indices[p.First:middle], out.Indices)
		group.Wait()
		out.Indices = append(out.Indices, back...)
		out.Parts = append(out.Parts, scene.Part{First: first, Count: len(out.Indices) - first, Material: p.Material})
	}
	return out, float64(len(out.Indices)) <= thinGain*float64(len(m.Indices))
}

// left appends the triangles that are left of some.
func left(m *scene.Mesh, stay, indices, to []uint32) []uint32 {
	for t := 0; t+2 < len(indices); t += 3 {
		a, b, c := stay[indices[t]], stay[indices[t+1]], stay[indices[t+2]]
		if a != b && b != c && c != a {
			if turned(m, a, b, c) {
				b, c = c, b
			}
			to = append(to, a, b, c)
		}
	}
	return to
}

// turned reports whether a triangle shows its back where the surface shows its front: the first of its corners tells.
func turned(m *scene.Mesh, a, b, c uint32) bool {
	p, q, r := m.Positions[3*a:3*a+3], m.Positions[3*b:3*b+3], m.Positions[3*c:3*c+3]
	ux, uy, uz := q[0]-p[0], q[1]-p[1], q[2]-p[2]
	vx, vy, vz := r[0]-p[0], r[1]-p[1], r[2]-p[2]
	n := m.Normals[3*a : 3*a+3]
	return (uy*vz-uz*vy)*n[0]+(uz*vx-ux*vz)*n[1]+(ux*vy-uy*vx)*n[2] < 0
}

// rims returns a number for each vertex that is zero where triangles surround it: each neighbour is then once the corner after
// it and once the corner before it.
func rims(m *scene.Mesh) []uint32 {
	out := make([]uint32, m.Vertices())
	for t := 0; t+2 < len(m.Indices); t += 3 {
		a, b, c := m.Indices[t], m.Indices[t+1], m.Indices[t+2]
		out[a] += b - c
		out[b] += c - a
		out[c] += a - b
	}
	return out
}

// cellsOf returns for each vertex the one that stands for it, and how far any strays at most from the plane of that.
func cellsOf(m *scene.Mesh, perMetre float32) (stay []uint32, stray float32) {
	n := m.Vertices()
	width := bits.Len(uint(2 * n))
	keys, table := make([]uint64, n), make([]uint32, 1<<width) // a hash table of vertices + 1, half full at most
	stay = make([]uint32, n)
	var rim []uint32
	var group sync.WaitGroup
	group.Go(func() { rim = rims(m) })
	low := [3]float32{float32(m.Bounds.Min[0]), float32(m.Bounds.Min[1]), float32(m.Bounds.Min[2])}
	for i := range stay {
		p, normal := m.Positions[3*i:3*i+3], m.Normals[3*i:3*i+3]
		key := uint64(1)
		for k := range 3 {
			key = key<<20 | uint64((p[k]-low[k])*perMetre)&(1<<20-1)
		}
		for k := range 3 {
			key <<= 1
			if normal[k] < 0 {
				key |= 1
			}
		}
		keys[i] = key
		at := key * 0x9e3779b97f4a7c15 >> (64 - width)
		for table[at] != 0 && keys[table[at]-1] != key {
			at = (at + 1) & (1<<width - 1)
		}
		if table[at] == 0 {
			table[at] = uint32(i) + 1
		}
		stay[i] = table[at] - 1
	}
	group.Wait()
	for i, s := range stay {
		switch {
		case s == uint32(i):
		case rim[i] != 0:
			stay[i] = uint32(i)
		default:
			p, q, along := m.Positions[3*i:3*i+3], m.Positions[3*s:3*s+3], m.Normals[3*s:3*s+3]
			d := (p[0]-q[0])*along[0] + (p[1]-q[1])*along[1] + (p[2]-q[2])*along[2]
			stray = max(stray, d, -d)
		}
	}
	return stay, stray
}

// Alone returns a mesh of only the triangles of a level of detail of m and the vertices that they use.
func Alone(m *scene.Mesh, l scene.LOD) *scene.Mesh {
	number := make([]uint32, m.Vertices()) // new ones + 1
	var from []uint32
	indices := make([]uint32, len(l.Indices))
	for i, v := range l.Indices {
		if number[v] == 0 {
			from = append(from, v)
			number[v] = uint32(len(from))
		}
		indices[i] = number[v] - 1
	}
	out := gathered(m, from)
	out.Indices, out.Parts, out.LODs = indices, l.Parts, nil
	out.Lines, out.LineParts, out.Points, out.PointParts, out.Edges = nil, nil, nil, nil, nil
	return out
}
