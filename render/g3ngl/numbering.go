package g3ngl

import "github.com/orrery-twin/orrery/scene"

// numbering says which vertices a share of a mesh sends, in which order, and which of them a corner means. A vertex that
// parts of different materials use is sent once for each.
type numbering struct {
	count     int
	order     []uint32                  // vertex of the mesh by new number; nil for all in their own order
	materials []scene.MaterialID        // by new number; nil when they all have the one below
	material  scene.MaterialID          //
	placed    []uint32                  // new number + 1 by vertex of the mesh, for its first material
	second    map[vertexMaterial]uint32 // new numbers for the other ones
}

type vertexMaterial struct {
	vertex   uint32
	material scene.MaterialID
}

// stretch is indices of one material.
type stretch struct {
	indices  []uint32
	material scene.MaterialID
}

// level is the indices of a share in one degree of detail.
type level []stretch

func (l level) count() int {
	n := 0
	for i := range l {
		n += len(l[i].indices)
	}
	return n
}

// levelsOf returns the full detail of a share and then its coarser versions. One that does not fit the mesh ends them.
func levelsOf(m *scene.Mesh, s *share) []level {
	indices, parts := run(m, s.kind.primitive)
	out := []level{pick(indices, parts, s.parts)}
	if s.kind.primitive != triangles {
		return out
	}
	for _, l := range m.LODs {
		coarse := partsOf(l.Parts, len(l.Indices))
		if len(coarse) != len(parts) || len(out) == maxLevels {
			break
		}
		next := pick(l.Indices, coarse, s.parts)
		for i := range next { // the material decides about the kind
			next[i].material = parts[s.parts[i]].Material
		}
		out = append(out, next)
	}
	return out
}

func pick(indices []uint32, parts []scene.Part, which []int) level {
	out := make(level, len(which))
	for i, p := range which {
		part := parts[p]
		out[i] = stretch{indices[part.First : part.First+part.Count], part.Material}
	}
	return out
}

// number numbers the vertices that the levels use. A share that is the whole mesh in one material takes them as they are.
func number(m *scene.Mesh, s *share, levels []level) *numbering {
	n := &numbering{material: levels[0][0].material}
	mixed := false
	for _, st := range levels[0] {
		mixed = mixed || st.material != n.material
	}
	if _, parts := run(m, s.kind.primitive); !mixed && len(s.parts) == len(parts) && m.Vertices() <= 4*levels[0].count() {
		n.count = m.Vertices()
		return n
	}
	n.placed = make([]uint32, m.Vertices())
	if mixed {
		n.materials = []scene.MaterialID{}
	}
	for _, l := range levels {
		for _, st := range l {
			for _, v := range st.indices {
				n.place(v, st.material)
			}
		}
	}
	return n
}

// place gives a vertex a number, unless it has one for this material.
func (n *numbering) place(v uint32, m scene.MaterialID) {
	switch p := n.placed[v]; {
	case p == 0:
		n.add(v, m)
		n.placed[v] = uint32(n.count)
	case n.materials != nil && n.materials[p-1] != m:
		key := vertexMaterial{v, m}
		if _, known := n.second[key]; !known {
			if n.second == nil {
				n.second = map[vertexMaterial]uint32{}
			}
			n.second[key] = uint32(n.count)
			n.add(v, m)
		}
	}
}

func (n *numbering) add(v uint32, m scene.MaterialID) {
	n.order = append(n.order, v)
	if n.materials != nil {
		n.materials = append(n.materials, m)
	}
	n.count++
}

// vertex returns the vertex of the mesh with a new number, and its material.
func (n *numbering) vertex(i int) (uint32, scene.MaterialID) {
	v, m := uint32(i), n.material
	if n.order != nil {
		v = n.order[i]
	}
	if n.materials != nil {
		m = n.materials[i]
	}
	return v, m
}

// corner returns the new number of a vertex of the mesh in this material.
func (n *numbering) corner(v uint32, m scene.MaterialID) uint32 {
	if n.placed == nil {
		return v
	}
	p := n.placed[v] - 1
	if n.materials != nil && n.materials[p] != m {
		return n.second[vertexMaterial{v, m}]
	}
	return p
}
