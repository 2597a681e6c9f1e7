package gltf

import (
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// assemble makes the mesh of a shape whose vertices are all read. The vertices of a single set are taken as they are;
// those of several are joined.
func (r *reader) assemble(s *shape, index int) {
	m := &scene.Mesh{}
	bases := make([]uint32, len(s.sets))
	switch {
	case len(s.sets) == 1:
		m = s.sets[0].data
	case len(s.sets) > 1:
		join(m, s.sets, bases)
	}
	m.Name = s.name
	for i := range s.parts {
		p := &s.parts[i]
		if p.set < 0 {
			continue
		}
		set := s.sets[p.set]
		list := set.lists[p.run]
		base := bases[p.set]
		material := r.materialOf(p.src)
		switch {
		case p.level > 0:
			for len(m.LODs) < p.level {
				m.LODs = append(m.LODs, scene.LOD{})
			}
			l := &m.LODs[p.level-1]
			l.Parts = append(l.Parts, scene.Part{First: len(l.Indices), Count: len(list), Material: material})
			l.Indices = extend(l.Indices, list, base)
		case p.edges:
			m.Edges = extend(m.Edges, list, base)
		case p.kind == triangleShape:
			m.Parts = append(m.Parts, scene.Part{First: len(m.Indices), Count: len(list), Material: material})
			m.Indices = extend(m.Indices, list, base)
		case p.kind == lineShape:
			m.LineParts = append(m.LineParts, scene.Part{First: len(m.Lines), Count: len(list), Material: material})
			m.Lines = extend(m.Lines, list, base)
		case p.kind == pointShape:
			m.PointParts = append(m.PointParts, scene.Part{First: len(m.Points), Count: len(list), Material: material})
			m.Points = extend(m.Points, list, base)
		}
		set.lists[p.run] = nil
	}
	if len(m.Indices)+len(m.Lines)+len(m.Points)+len(m.Edges) == 0 {
		return
	}
	r.describe(m, index)
	r.describeFeatures(m, s.sets)
	r.finishLODs(m, index)
	for _, set := range s.sets {
		set.data = nil
	}
	s.mesh = m
}

// describe adds what the file says of a mesh as a whole.
func (r *reader) describe(m *scene.Mesh, index int) {
	src := &r.doc.Meshes[index]
	var extras struct {
		TargetNames []string
		Edges       *bool
	}
	unmarshal(src.Extras, &extras)
	for i := range m.Morphs {
		if i < len(extras.TargetNames) {
			m.Morphs[i].Name = extras.TargetNames[i]
		}
	}
	if m.Edges == nil && extras.Edges != nil && !*extras.Edges {
		m.Edges = []uint32{}
	}
}

// extend appends indices that count from base; the first list is taken as it is.
func extend(to, list []uint32, base uint32) []uint32 {
	if len(to) == 0 && base == 0 {
		return list
	}
	to = slices.Grow(to, len(list))
	for _, k := range list {
		to = append(to, k+base)
	}
	return to
}

// join puts the vertices of several sets into one mesh, and says where each set begins. What only some sets have is
// filled up with values that change nothing; tangents are left out then, for they can be computed.
func join(m *scene.Mesh, sets []*vertexSet, bases []uint32) {
	total, morphs, tangents := 0, 0, true
	for i, s := range sets {
		bases[i] = uint32(total)
		total += s.data.Vertices()
		morphs = max(morphs, len(s.data.Morphs))
		tangents = tangents && (len(s.data.Tangents) > 0 || s.data.Vertices() == 0)
	}
	each := func(width int, get func(*scene.Mesh) []float32, fill ...float32) []float32 {
		return column(sets, total, width, get, fill)
	}
	m.Positions = each(3, func(m *scene.Mesh) []float32 { return m.Positions }, 0, 0, 0)
	m.Normals = each(3, func(m *scene.Mesh) []float32 { return m.Normals }, 0, 1, 0)
	if tangents {
		m.Tangents = each(4, func(m *scene.Mesh) []float32 { return m.Tangents }, 1, 0, 0, 1)
	}
	m.UVs = each(2, func(m *scene.Mesh) []float32 { return m.UVs }, 0, 0)
	m.UVs2 = each(2, func(m *scene.Mesh) []float32 { return m.UVs2 }, 0, 0)
	m.Colors = column(sets, total, 4, func(m *scene.Mesh) []uint8 { return m.Colors }, []uint8{255, 255, 255, 255})
	m.Features = column(sets, total, 1, func(m *scene.Mesh) []uint32 { return m.Features }, []uint32{scene.NoFeature})
	m.Joints = column(sets, total, 4, func(m *scene.Mesh) []uint16 { return m.Joints }, []uint16{0, 0, 0, 0})
	m.Weights = each(4, func(m *scene.Mesh) []float32 { return m.Weights }, 1, 0, 0, 0)
	for k := range morphs {
		get := func(pick func(*scene.Morph) []float32) []float32 {
			return each(3, func(m *scene.Mesh) []float32 {
				if k < len(m.Morphs) {
					return pick(&m.Morphs[k])
				}
				return nil
			}, 0, 0, 0)
		}
		m.Morphs = append(m.Morphs, scene.Morph{
			Positions: get(func(t *scene.Morph) []float32 { return t.Positions }),
			Normals:   get(func(t *scene.Morph) []float32 { return t.Normals }),
			Tangents:  get(func(t *scene.Morph) []float32 { return t.Tangents }),
		})
	}
}

// column joins one attribute of all sets; nil if none has it.
func column[T any](sets []*vertexSet, total, width int, get func(*scene.Mesh) []T, fill []T) []T {
	if !slices.ContainsFunc(sets, func(s *vertexSet) bool { return len(get(s.data)) > 0 }) {
		return nil
	}
	out := make([]T, 0, total*width)
	for _, s := range sets {
		if values := get(s.data); len(values) > 0 {
			out = append(out, values...)
			continue
		}
		for range s.data.Vertices() {
			out = append(out, fill...)
		}
	}
	return out
}

// twinOf makes a mesh that has the geometry of an earlier one and materials of its own.
func (r *reader) twinOf(index int) *scene.Mesh {
	s := &r.shapes[index]
	first := r.shapes[s.twin].mesh
	if first == nil {
		return nil
	}
	m := first.Fork()
	m.Name = s.name
	m.Parts, m.LineParts, m.PointParts = slices.Clone(m.Parts), slices.Clone(m.LineParts), slices.Clone(m.PointParts)
	var at [3]int
	for i, p := range s.parts {
		if r.shapes[s.twin].parts[i].set < 0 || p.edges || p.level > 0 {
			continue
		}
		k := p.kind - triangleShape
		[...][]scene.Part{m.Parts, m.LineParts, m.PointParts}[k][at[k]].Material = r.materialOf(p.src)
		at[k]++
	}
	m.LODs = slices.Clone(m.LODs)
	for i := range m.LODs {
		m.LODs[i].Parts = slices.Clone(m.LODs[i].Parts)
		for k := range m.LODs[i].Parts {
			m.LODs[i].Parts[k].Material = m.Parts[k].Material
		}
	}
	m.Morphs = slices.Clone(m.Morphs)
	r.describe(m, index)
	return m
}
