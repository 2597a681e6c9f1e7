package render

import (
	"slices"
	"sync/atomic"

	"github.com/orrery-twin/orrery/scene"
)

// Layout says which node each slot is. It is immutable and shared by all frames of one topology.
type Layout struct {
	Scene       uint64 // identity: slots of layouts with different ones are unrelated
	Version     uint64 // rises when nodes, meshes or materials change
	Nodes       []scene.NodeID
	Mesh        []scene.MeshID // by slot; NoMesh where the node has none any more
	Meshes      []*scene.Mesh  // by MeshID; nil for those that went away
	Materials   []scene.Material
	Translucent []bool          // by MaterialID: it lets light through, at least in places
	Textures    []scene.Texture // by TextureID
}

// Shape returns the mesh of a slot, or nil when it has none any more.
func (l *Layout) Shape(slot int) *scene.Mesh { return l.Meshes[l.Mesh[slot]] }

// layouts counts the identities of layouts.
var layouts atomic.Uint64

// relayout gives each node with a mesh a slot. A node keeps its slot, so that a renderer can keep what it has; the slots of
// nodes that lost their mesh stay empty, until they are more than half of all.
func (b *Builder) relayout(s *scene.Scene) {
	l := &Layout{Meshes: s.Meshes(), Materials: s.Materials(), Textures: s.Textures()}
	if b.layout != nil {
		l.Version = b.layout.Version
	}
	l.Version++
	if b.layout != nil && b.scene == s {
		b.keepSlots(l, s)
	} else {
		b.newSlots(l, s)
	}
	l.Translucent = translucent(l)
	b.layout, b.scene, b.topology = l, s, s.Topology()
	b.traits = make([]uint16, len(l.Nodes))
	for slot, id := range l.Nodes {
		b.traits[slot] = b.traitsOf(slot, id, s)
	}
	b.effects.special = make([]bool, len(l.Nodes))
	b.effects.stale = true
}

// newSlots numbers the nodes with a mesh from zero, under a new identity.
func (b *Builder) newSlots(l *Layout, s *scene.Scene) {
	l.Scene = layouts.Add(1)
	b.slotOf = b.slotOf[:0]
	b.addSlots(l, s)
}

// keepSlots takes the slots over and adds those of nodes that have got a mesh since.
func (b *Builder) keepSlots(l *Layout, s *scene.Scene) {
	l.Scene, l.Nodes = b.layout.Scene, slices.Clone(b.layout.Nodes)
	l.Mesh = make([]scene.MeshID, len(l.Nodes))
	empty := 0
	for slot, id := range l.Nodes {
		if l.Mesh[slot] = s.Node(id).Mesh; l.Mesh[slot] == scene.NoMesh {
			empty++
		}
	}
	if empty > len(l.Nodes)/2 {
		l.Nodes, l.Mesh = nil, nil
		b.newSlots(l, s)
		return
	}
	b.addSlots(l, s)
}

func (b *Builder) addSlots(l *Layout, s *scene.Scene) {
	for len(b.slotOf) < s.Len() {
		b.slotOf = append(b.slotOf, -1)
	}
	for id := scene.NodeID(0); int(id) < s.Len(); id++ {
		if mesh := s.Node(id).Mesh; b.slotOf[id] < 0 && mesh != scene.NoMesh {
			b.slotOf[id] = int32(len(l.Nodes))
			l.Nodes, l.Mesh = append(l.Nodes, id), append(l.Mesh, mesh)
		}
	}
}

// translucent says of each material whether it lets light through: by its alpha, the alpha of its texture or of vertex
// colours, or because it is transmissive.
func translucent(l *Layout) []bool {
	out := make([]bool, len(l.Materials))
	blend := false
	for i := range l.Materials {
		m := &l.Materials[i]
		out[i] = m.Translucent() || m.Layers != nil && m.Layers.Transmission > 0
		blend = blend || m.Blend
	}
	if !blend {
		return out
	}
	for _, m := range l.Meshes {
		if m == nil || len(m.Colors) == 0 {
			continue
		}
		for _, run := range [][]scene.Part{m.Parts, m.LineParts, m.PointParts} {
			for _, p := range run {
				out[p.Material] = out[p.Material] || l.Materials[p.Material].Blend
			}
		}
	}
	return out
}

// mixture reports whether the mesh of a slot has translucent materials, and opaque ones.
func (l *Layout) mixture(slot int) (blend, opaque bool) {
	m := l.Shape(slot)
	if m == nil || len(m.Parts) == 0 {
		return l.Translucent[0], !l.Translucent[0]
	}
	for _, p := range m.Parts {
		if l.Translucent[p.Material] {
			blend = true
		} else {
			opaque = true
		}
	}
	return blend, opaque
}
