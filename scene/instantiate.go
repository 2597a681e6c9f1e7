package scene

import "slices"

// Instantiate adds a copy of all nodes of model below parent, under one new node with this name and placement, and
// returns that node. Meshes are shared, also between instances; materials are added once per model.
func (s *Scene) Instantiate(model *Scene, parent NodeID, name string, place Transform) NodeID {
	meshes, found := s.shared(model)
	if !found {
		meshes = s.adopt(model)
	}
	s.reserve(len(model.nodes) + 1)
	root := s.AddNode(parent, Node{Name: name, Local: place})
	ids := make([]NodeID, len(model.nodes))
	ids[Root] = root
	if l := model.nodes[Root].Local; l != (Transform{}.Normalized()) {
		ids[Root] = s.AddNode(root, Node{Name: "model", Local: l})
	}
	for i := range model.nodes[1:] {
		n := model.nodes[i+1]
		if n.Parent == NoNode { // removed
			ids[i+1] = NoNode
			continue
		}
		n.Mesh = meshes[n.Mesh]
		ids[i+1] = s.AddNode(ids[n.Parent], n)
	}
	s.adoptSkins(model, ids)
	s.adoptShapes(model, ids, meshes)
	s.adoptClips(model, ids, meshes)
	return root
}

// reserve makes room for n more nodes at once: growing as they come would copy all of them many times.
func (s *Scene) reserve(n int) {
	n = max(n, len(s.nodes)/4) // many small models must not copy everything each time
	s.nodes, s.worlds, s.styles, s.roles = slices.Grow(s.nodes, n), slices.Grow(s.worlds, n), slices.Grow(s.styles, n), slices.Grow(s.roles, n)
	s.worldGen, s.styleGen, s.shapeGen = slices.Grow(s.worldGen, n), slices.Grow(s.styleGen, n), slices.Grow(s.shapeGen, n)
	s.isMoved, s.isStyled = slices.Grow(s.isMoved, n), slices.Grow(s.isStyled, n)
	s.moved, s.styled = slices.Grow(s.moved, n), slices.Grow(s.styled, n)
}

// adoptClips adds the animations of a model, moving the copies of its nodes.
func (s *Scene) adoptClips(model *Scene, ids []NodeID, meshes []MeshID) {
	base := MaterialID(0)
	for id, m := range model.meshes {
		if m != nil && len(m.Indices) > 0 {
			base = s.meshes[meshes[id]].Parts[0].Material
			if len(m.Parts) > 0 {
				base -= m.Parts[0].Material
			}
			break
		}
	}
	for _, c := range model.document.Clips {
		c.Root = ids[c.Root]
		c.Channels = slices.Clone(c.Channels)
		for i := range c.Channels {
			ch := &c.Channels[i]
			if ch.Target < MoveBaseColor {
				ch.Node = ids[ch.Node]
			} else {
				ch.Material += base
			}
		}
		s.document.Clips = append(s.document.Clips, c)
	}
}

// adoptShapes tells which meshes the copies of deformed nodes had first, so that they can be deformed anew.
func (s *Scene) adoptShapes(model *Scene, ids []NodeID, meshes []MeshID) {
	for id, rest := range model.rest {
		if ids[id] == NoNode {
			continue
		}
		if s.rest == nil {
			s.rest, s.posed = map[NodeID]MeshID{}, map[NodeID][]float64{}
		}
		s.rest[ids[id]] = meshes[rest]
		delete(s.posed, ids[id])
	}
}

// adoptSkins gives the copies of skinned nodes skins that name the copies of their joints.
func (s *Scene) adoptSkins(model *Scene, ids []NodeID) {
	base := SkinID(len(s.skins)) - 1
	for _, k := range model.skins[1:] {
		k.Joints = slices.Clone(k.Joints)
		for i, j := range k.Joints {
			k.Joints[i] = ids[j]
		}
		s.AddSkin(k)
	}
	for i := range model.nodes {
		if model.nodes[i].Skin != NoSkin {
			s.nodes[ids[i]].Skin = model.nodes[i].Skin + base
		}
	}
}

// shared finds the meshes of a model that was instantiated here before.
func (s *Scene) shared(model *Scene) ([]MeshID, bool) {
	if len(model.meshes) == 1 {
		return []MeshID{NoMesh}, true
	}
	byTree := make(map[*lazyTree]MeshID, len(s.meshes))
	for id, m := range s.meshes {
		if m != nil {
			byTree[m.tree] = MeshID(id)
		}
	}
	out := make([]MeshID, len(model.meshes))
	for id, m := range model.meshes {
		if m == nil {
			continue
		}
		if out[id] = byTree[m.tree]; out[id] == NoMesh {
			return nil, false
		}
	}
	return out, true
}

// adopt adds the materials and meshes of a model; the vertex data stay shared.
func (s *Scene) adopt(model *Scene) []MeshID {
	base, pictures := MaterialID(len(s.materials)), TextureID(len(s.textures))-1
	s.textures = append(s.textures, model.textures[1:]...)
	for _, m := range model.materials {
		m = m.clone()
		for _, t := range m.maps() {
			if t.Texture != NoTexture {
				t.Texture += pictures
			}
		}
		s.AddMaterial(m)
	}
	out := make([]MeshID, len(model.meshes))
	for id, m := range model.meshes {
		if m == nil {
			continue
		}
		c := *m
		c.Parts = rebased(m.Parts, len(m.Indices), base)
		c.LineParts = rebased(m.LineParts, len(m.Lines), base)
		c.PointParts = rebased(m.PointParts, len(m.Points), base)
		c.LODs = slices.Clone(m.LODs)
		for i, l := range c.LODs {
			c.LODs[i].Parts = rebased(l.Parts, len(l.Indices), base)
		}
		out[id] = s.MustAddMesh(&c)
	}
	return out
}

// rebased returns parts with other materials; no parts at all are one part with material 0.
func rebased(parts []Part, count int, base MaterialID) []Part {
	if len(parts) == 0 && count > 0 {
		parts = []Part{{Count: count}}
	}
	parts = slices.Clone(parts)
	for i := range parts {
		parts[i].Material += base
	}
	return parts
}
