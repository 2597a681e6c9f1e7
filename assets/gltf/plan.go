package gltf

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/scene"
)

// shape is a mesh on its way from the file to the scene.
type shape struct {
	name  string
	parts []part
	sets  []*vertexSet
	left  int         // sets not yet read
	twin  int         // an earlier mesh with the same geometry, or -1
	mesh  *scene.Mesh // when all sets are read; nil if there is nothing to show
}

// part is a primitive of a mesh, or of a coarser version of it.
type part struct {
	src   *primitive
	level int // 0 is the mesh itself
	kind  shapeKind
	set   int // of the shape's sets, or -1 when it is not shown
	run   int // of the set's lists
	edges bool
}

// vertexSet is a set of vertices and the primitives of one mesh that are drawn from it.
type vertexSet struct {
	shape   int
	parts   []int       // of the shape
	flat    bool        // the only primitive has no normals: its triangles share no vertices
	feature *featureSet // that marks the vertices, or nil
	work    int64       // indices and vertices, as the file says

	lists [][]uint32  // per part: single points, lines or triangles
	data  *scene.Mesh // the vertices alone
}

// plan finds out which meshes are shown and what is to be read for them, without reading it.
func (r *reader) plan() {
	r.shapes = make([]shape, len(r.doc.Meshes))
	for i := range r.shapes {
		r.shapes[i].name, r.shapes[i].twin = r.doc.Meshes[i].Name, -1
	}
	known := map[string]int{}
	planned := make([]bool, len(r.shapes))
	for _, e := range r.order {
		m := r.doc.Nodes[e.node].Mesh
		if m == nil || *m < 0 || *m >= len(planned) || planned[*m] || r.coarser[e.node] {
			continue
		}
		planned[*m] = true
		s := &r.shapes[*m]
		key := r.planMesh(*m)
		if first, ok := known[key]; ok && len(s.sets) > 0 {
			s.twin, s.sets = first, nil
			continue
		}
		known[key] = *m
		s.left = len(s.sets)
	}
}

// planMesh sorts the primitives of a mesh by their vertices. The key that it returns is equal for equal geometry.
func (r *reader) planMesh(index int) string {
	s := &r.shapes[index]
	sets := map[string]int{}
	var keys strings.Builder
	add := func(p *primitive, level int) {
		out := part{src: p, level: level, kind: kindOf(p.mode()), set: -1}
		defer func() { s.parts = append(s.parts, out) }()
		at, ok := p.Attributes["POSITION"]
		if out.kind == noShape || !ok {
			r.job.Warn("a part of mesh %q has no positions or an unknown mode and is not shown", s.name)
			keys.WriteString("none|")
			return
		}
		out.edges = out.kind == lineShape && isMarked(p.Extras, "edges")
		_, lit := p.Attributes["NORMAL"]
		flat := out.kind == triangleShape && !lit
		feature := r.chooseFeature(p)
		key := vertexKey(p, feature)
		if flat {
			key += fmt.Sprint(" flat ", len(s.parts))
		}
		k, ok := sets[key]
		if !ok {
			k = len(s.sets)
			sets[key] = k
			s.sets = append(s.sets, &vertexSet{shape: index, flat: flat, feature: feature, work: r.countOf(at)})
		}
		set := s.sets[k]
		out.set, out.run = k, len(set.parts)
		set.parts = append(set.parts, len(s.parts))
		if p.Indices != nil {
			set.work += r.countOf(*p.Indices)
		}
		fmt.Fprint(&keys, key, " ", p.mode(), " ", or(p.Indices, -1), out.edges, level, "|")
	}
	src := &r.doc.Meshes[index]
	for i := range src.Primitives {
		add(&src.Primitives[i], 0)
	}
	for level, m := range r.levels[index].meshes {
		for i := range r.doc.Meshes[m].Primitives {
			add(&r.doc.Meshes[m].Primitives[i], level+1)
		}
	}
	return keys.String()
}

// vertexKey is equal for primitives that share all vertex data.
func vertexKey(p *primitive, feature *featureSet) string {
	var b strings.Builder
	for _, set := range append([]map[string]int{p.Attributes}, p.Targets...) {
		for _, name := range slices.Sorted(maps.Keys(set)) {
			fmt.Fprint(&b, name, set[name], " ")
		}
		b.WriteByte(';')
	}
	if d := p.Extensions.Draco; d != nil {
		fmt.Fprint(&b, "draco", d.BufferView)
		for _, name := range slices.Sorted(maps.Keys(d.Attributes)) {
			fmt.Fprint(&b, name, d.Attributes[name], " ")
		}
	}
	if feature != nil {
		fmt.Fprint(&b, "feature", or(feature.Attribute, -1), or(feature.NullFeatureID, -1), or(feature.PropertyTable, -1))
	}
	return b.String()
}

// countOf is the count that an accessor says, or 0.
func (r *reader) countOf(accessor int) int64 {
	if accessor < 0 || accessor >= len(r.doc.Accessors) {
		return 0
	}
	return int64(max(r.doc.Accessors[accessor].Count, 0))
}
