package process

import (
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// wedges tells apart what lies at one position. A wedge is a vertex as it is used by one part.
type wedges struct {
	m        *scene.Mesh
	vertex   []uint32 // by wedge
	position []uint32 // by wedge: the number of its position
	part     []int32  // by wedge; nil for a mesh of one part
	count    int      // of positions
	corners  []uint32 // the wedges of all triangles of all parts, part by part
	perPart  []int    // triangles of each part
}

// newWedges returns false for a mesh whose parts overlap.
func newWedges(m *scene.Mesh) (*wedges, bool) {
	unique, group := WeldPositions(m.Positions)
	w := &wedges{m: m, count: len(unique) / 3}
	if len(m.Parts) <= 1 {
		run := m.Indices
		if len(m.Parts) == 1 {
			run = run[m.Parts[0].First:][:m.Parts[0].Count]
		}
		w.corners, w.perPart = slices.Clone(run), []int{len(run) / 3}
		w.position = group
		return w, true
	}
	total := 0
	for _, p := range m.Parts {
		if total += p.Count; total > len(m.Indices) {
			return nil, false
		}
	}
	w.addParts(group, total)
	return w, true
}

// addParts gives vertices that several parts use a wedge for each of them.
func (w *wedges) addParts(group []uint32, total int) {
	m := w.m
	w.vertex = make([]uint32, len(group))
	w.part = make([]int32, len(group))
	for v := range w.vertex {
		w.vertex[v], w.part[v] = uint32(v), -1
	}
	w.position = slices.Clone(group)
	w.corners = make([]uint32, 0, total)
	latest := make([]uint32, len(group)) // by vertex: the wedge of the part at work
	for v := range latest {
		latest[v] = uint32(v)
	}
	for k, p := range m.Parts {
		for _, v := range m.Indices[p.First : p.First+p.Count] {
			id := latest[v]
			switch w.part[id] {
			case int32(k):
			case -1:
				w.part[id] = int32(k)
			default:
				id = uint32(len(w.vertex))
				w.vertex, w.position, w.part = append(w.vertex, v), append(w.position, group[v]), append(w.part, int32(k))
				latest[v] = id
			}
			w.corners = append(w.corners, id)
		}
		w.perPart = append(w.perPart, p.Count/3)
	}
}

func (w *wedges) vertexOf(wedge uint32) uint32 {
	if w.vertex == nil {
		return wedge
	}
	return w.vertex[wedge]
}

func (w *wedges) partOf(wedge uint32) int32 {
	if w.part == nil {
		return 0
	}
	return w.part[wedge]
}

// Normals that differ by less than 37° are no seam that must be kept: at the distance at which a coarser version is
// shown, it is shading alone that changes.
const softCos = 0.8

// hardSeam reports whether the surface visibly changes between two wedges of one position.
func (w *wedges) hardSeam(a, b uint32) bool {
	if a == b {
		return false
	}
	if w.partOf(a) != w.partOf(b) {
		return true
	}
	i, j, m := int(w.vertexOf(a)), int(w.vertexOf(b)), w.m
	if i == j {
		return false
	}
	if len(m.Normals) > 0 && vecAt(m.Normals, uint32(i)).dot(vecAt(m.Normals, uint32(j))) < softCos {
		return true
	}
	return len(m.UVs) > 0 && (m.UVs[2*i] != m.UVs[2*j] || m.UVs[2*i+1] != m.UVs[2*j+1]) ||
		len(m.UVs2) > 0 && (m.UVs2[2*i] != m.UVs2[2*j] || m.UVs2[2*i+1] != m.UVs2[2*j+1]) ||
		len(m.Tangents) > 0 && m.Tangents[4*i+3] != m.Tangents[4*j+3] ||
		w.otherColor(i, j) ||
		len(m.Joints) > 0 && !slices.Equal(m.Joints[4*i:4*i+4], m.Joints[4*j:4*j+4])
}

// otherColor reports whether the colours of two vertices differ by more than 5 % of a channel.
func (w *wedges) otherColor(i, j int) bool {
	c := w.m.Colors
	if len(c) == 0 {
		return false
	}
	for k := range 4 {
		if d := int(c[4*i+k]) - int(c[4*j+k]); d > 12 || d < -12 {
			return true
		}
	}
	return false
}

// replaces reports whether a wedge may take the place of one at a neighbouring position though no triangle joins them:
// so it is where faces are shaded flat, each with vertices of its own.
func (w *wedges) replaces(other, wedge uint32) (likeness float32, ok bool) {
	m := w.m
	if len(m.UVs) > 0 || len(m.UVs2) > 0 || len(m.Tangents) > 0 || len(m.Joints) > 0 || len(m.Normals) == 0 ||
		w.partOf(other) != w.partOf(wedge) {
		return 0, false
	}
	i, j := w.vertexOf(other), w.vertexOf(wedge)
	if len(m.Features) > 0 && m.Features[i] != m.Features[j] || w.otherColor(int(i), int(j)) {
		return 0, false
	}
	likeness = vecAt(m.Normals, i).dot(vecAt(m.Normals, j))
	return likeness, likeness >= softCos
}
