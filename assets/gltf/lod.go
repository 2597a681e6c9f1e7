package gltf

import (
	"math"
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// lodHeight is the height of a view, in pixels, in which a coarser version strays by one pixel at the coverage that the
// file names for it. MSFT_lod gives coverages alone; a scene wants distances.
const lodHeight = 1000

// levels are the coarser versions of a mesh.
type levels struct {
	meshes   []int
	coverage []float64 // of the height of the view, below which each is shown
}

// planLODs finds the coarser versions of meshes (MSFT_lod), and the nodes that carry them, which are not shown.
func (r *reader) planLODs() {
	r.coarser = make([]bool, len(r.doc.Nodes))
	r.levels = map[int]levels{}
	for _, e := range r.order {
		n := &r.doc.Nodes[e.node]
		if n.Extensions.LOD == nil || len(n.Extensions.LOD.IDs) == 0 {
			continue
		}
		fits := n.Mesh != nil && *n.Mesh >= 0 && *n.Mesh < len(r.doc.Meshes)
		var l levels
		for _, id := range n.Extensions.LOD.IDs {
			if id < 0 || id >= len(r.doc.Nodes) || id == e.node {
				fits = false
				continue
			}
			r.coarser[id] = true
			if fits = fits && r.fitsLevel(e.node, id); fits {
				l.meshes = append(l.meshes, *r.doc.Nodes[id].Mesh)
			}
		}
		if !fits {
			r.job.Warn("of node %q only the finest version is shown", r.nodeName(e.node))
			continue
		}
		var extras struct {
			Coverage []float64 `json:"MSFT_screencoverage"`
		}
		unmarshal(n.Extras, &extras)
		for k := range l.meshes {
			c := math.Ldexp(1, -k-1)
			if k < len(extras.Coverage) && extras.Coverage[k] > 0 {
				c = extras.Coverage[k]
			}
			l.coverage = append(l.coverage, c)
		}
		if _, ok := r.levels[*n.Mesh]; !ok {
			r.levels[*n.Mesh] = l
		}
	}
}

// fitsLevel reports whether the mesh of one node can be a coarser version of that of another: triangles with the same
// materials, at the same place, without anything below them.
func (r *reader) fitsLevel(fine, coarse int) bool {
	a, b := &r.doc.Nodes[fine], &r.doc.Nodes[coarse]
	if b.Mesh == nil || *b.Mesh < 0 || *b.Mesh >= len(r.doc.Meshes) || len(b.Children) > 0 ||
		!r.place(fine).Matrix().ApproxEqualThreshold(r.place(coarse).Matrix(), 1e-6) {
		return false
	}
	materials := func(m *mesh, only bool) (out []int, ok bool) {
		for i := range m.Primitives {
			p := &m.Primitives[i]
			if kindOf(p.mode()) == triangleShape {
				out = append(out, or(p.Material, -1))
			} else if only {
				return nil, false
			}
		}
		return out, len(out) > 0
	}
	x, _ := materials(&r.doc.Meshes[*a.Mesh], false)
	y, ok := materials(&r.doc.Meshes[*b.Mesh], true)
	return ok && slices.Equal(x, y)
}

// finishLODs drops versions that are no coarser than the one before, and says how far the others stray.
func (r *reader) finishLODs(m *scene.Mesh, index int) {
	l := r.levels[index]
	size := diagonal(m.Positions)
	kept := m.LODs[:0]
	before := len(m.Indices)
	for k, level := range m.LODs {
		if len(level.Indices) >= before || len(level.Indices) == 0 || len(level.Parts) != len(m.Parts) {
			continue
		}
		before = len(level.Indices)
		level.ErrorM = float32(size / (lodHeight * l.coverage[k]))
		kept = append(kept, level)
	}
	m.LODs = kept
}

// diagonal is the size of the box around positions.
func diagonal(p []float32) float64 {
	lo, hi := [3]float32{}, [3]float32{}
	for i, v := range p {
		if k := i % 3; i < 3 {
			lo[k], hi[k] = v, v
		} else {
			lo[k], hi[k] = min(lo[k], v), max(hi[k], v)
		}
	}
	return math.Sqrt(sq(hi[0]-lo[0]) + sq(hi[1]-lo[1]) + sq(hi[2]-lo[2]))
}

func sq(v float32) float64 { return float64(v) * float64(v) }
