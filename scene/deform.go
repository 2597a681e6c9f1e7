package scene

import (
	"slices"

	"github.com/go-gl/mathgl/mgl64"
)

// Deform gives each node with a skin or with morph weights a mesh of its own in the shape that its joints and weights
// ask for now (glTF 2.0, sections 3.7.2.2 and 3.7.3). It computes on the processor and raises Topology when something
// changed: it is made for models in their rest pose and for looking at animations, not for thousands of moving figures.
func (s *Scene) Deform() {
	s.Update()
	for id := range s.nodes {
		n := &s.nodes[id]
		rest, known := s.rest[NodeID(id)]
		if !known {
			rest = n.Mesh
		}
		base := s.meshes[rest]
		if base == nil || !(len(base.Joints) > 0 && n.Skin != NoSkin || len(base.Morphs) > 0) {
			continue
		}
		weights := n.Weights
		skin := n.Skin != NoSkin && len(base.Joints) > 0
		key := s.poseOf(NodeID(id), skin, weights)
		if !known && !skin && !slices.ContainsFunc(weights, func(w float32) bool { return w != 0 }) {
			continue // the mesh is right as it is
		}
		if known && slices.Equal(s.posed[NodeID(id)], key) {
			continue
		}
		s.setShape(NodeID(id), rest, s.deformed(NodeID(id), base, skin, weights), known)
		s.posed[NodeID(id)] = key
	}
}

// setShape shows a deformed mesh on the node.
func (s *Scene) setShape(id NodeID, rest MeshID, m *Mesh, again bool) {
	m.finish()
	s.touchTopology()
	if again {
		s.meshes = slices.Clone(s.meshes) // readers keep theirs
		s.meshes[s.nodes[id].Mesh] = m
		return
	}
	if s.rest == nil {
		s.rest, s.posed = map[NodeID]MeshID{}, map[NodeID][]float64{}
	}
	s.rest[id] = rest
	s.meshes = append(s.meshes, m)
	s.nodes[id].Mesh = MeshID(len(s.meshes) - 1)
}

// poseOf sums up what the shape of a node depends on.
func (s *Scene) poseOf(id NodeID, skin bool, weights []float32) []float64 {
	var key []float64
	for _, w := range weights {
		key = append(key, float64(w))
	}
	if skin {
		key = append(key, s.worlds[id][:]...)
		for _, j := range s.skins[s.nodes[id].Skin].Joints {
			key = append(key, s.worlds[j][:]...)
		}
	}
	return key
}

// deformed returns a copy of the mesh with other positions, normals and tangents; the rest is shared.
func (s *Scene) deformed(id NodeID, base *Mesh, skin bool, weights []float32) *Mesh {
	m := *base
	m.tree = nil
	m.Joints, m.Weights, m.Morphs = nil, nil, nil
	m.Positions, m.Normals, m.Tangents = slices.Clone(base.Positions), slices.Clone(base.Normals), slices.Clone(base.Tangents)
	for i, t := range base.Morphs {
		if i < len(weights) && weights[i] != 0 {
			blend(m.Positions, t.Positions, 3, weights[i])
			blend(m.Normals, t.Normals, 3, weights[i])
			blend(m.Tangents, t.Tangents, 4, weights[i])
		}
	}
	if skin {
		s.bend(&m, base, id)
	}
	for i := 0; i+2 < len(m.Normals); i += 3 {
		setUnit(m.Normals[i : i+3])
	}
	for i := 0; i+3 < len(m.Tangents); i += 4 {
		setUnit(m.Tangents[i : i+3])
	}
	return &m
}

// blend adds differences of three to every vertex of dst, which has stride values.
func blend(dst, diff []float32, stride int, weight float32) {
	if len(diff)/3 != len(dst)/stride {
		return
	}
	for i := range len(diff) / 3 {
		for k := range 3 {
			dst[i*stride+k] += weight * diff[3*i+k]
		}
	}
}

// bend moves the vertices of m with the joints of the node's skin; where the node itself stands does not count.
func (s *Scene) bend(m, base *Mesh, id NodeID) {
	skin := &s.skins[s.nodes[id].Skin]
	nodeFromWorld := s.worlds[id].Inv()
	joints := make([]mgl64.Mat4, len(skin.Joints))
	for i, j := range skin.Joints {
		joints[i] = nodeFromWorld.Mul4(s.worlds[j])
		if i < len(skin.InverseBind) {
			var bind mgl64.Mat4
			for k, v := range skin.InverseBind[i] {
				bind[k] = float64(v)
			}
			joints[i] = joints[i].Mul4(bind)
		}
	}
	for v := range m.Vertices() {
		var move mgl64.Mat4
		sum := 0.0
		for k := range 4 {
			j, w := int(base.Joints[4*v+k]), float64(base.Weights[4*v+k])
			if w != 0 && j < len(joints) {
				move = move.Add(joints[j].Mul(w))
				sum += w
			}
		}
		if sum == 0 {
			continue
		}
		move = move.Mul(1 / sum)
		transform(m.Positions[3*v:3*v+3], &move, 1)
		if len(m.Normals) > 0 {
			cofactors := move.Mat3().Det()
			turn := move
			if cofactors != 0 {
				turn = move.Mat3().Inv().Transpose().Mat4()
			}
			transform(m.Normals[3*v:3*v+3], &turn, 0)
		}
		if len(m.Tangents) > 0 {
			transform(m.Tangents[4*v:4*v+3], &move, 0)
		}
	}
}

func transform(v []float32, m *mgl64.Mat4, w float64) {
	p := m.Mul4x1(mgl64.Vec4{float64(v[0]), float64(v[1]), float64(v[2]), w})
	v[0], v[1], v[2] = float32(p[0]), float32(p[1]), float32(p[2])
}

func setUnit(v []float32) {
	n := mgl64.Vec3{float64(v[0]), float64(v[1]), float64(v[2])}
	l := n.Len()
	if l < 1e-30 {
		n, l = mgl64.Vec3{0, 1, 0}, 1
	}
	v[0], v[1], v[2] = float32(n[0]/l), float32(n[1]/l), float32(n[2]/l)
}

// undeform forgets the shape of a node that is about to show another mesh or none.
func (s *Scene) undeform(id NodeID, freed *garbage) {
	if rest, ok := s.rest[id]; ok {
		freed.meshes[rest] = true
		delete(s.rest, id)
		delete(s.posed, id)
	}
}

// RestMesh returns the mesh of a node as it was before Deform gave it another shape.
func (s *Scene) RestMesh(id NodeID) MeshID {
	if rest, ok := s.rest[id]; ok {
		return rest
	}
	return s.nodes[id].Mesh
}
