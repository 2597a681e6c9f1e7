package scene

import "slices"

// Has reports whether a node with this id is in the scene: it was added and not removed.
func (s *Scene) Has(id NodeID) bool {
	return id == Root || id > Root && int(id) < len(s.nodes) && s.nodes[id].Parent != NoNode
}

// Remove takes a node and all below it out of the scene. Their ids are never used again, their paths are free, and what
// only they showed of meshes, materials and textures gives its memory back. It panics on the root; removing what is gone
// does nothing.
func (s *Scene) Remove(id NodeID) {
	if id == Root {
		panic("scene: the root cannot be removed")
	}
	if !s.Has(id) {
		return
	}
	up := &s.nodes[s.nodes[id].Parent]
	up.Children = slices.DeleteFunc(up.Children, func(c NodeID) bool { return c == id })
	var freed garbage
	s.drop(id, &freed)
	s.touchTopology()
	s.dropClips(func(root NodeID) bool { return !s.Has(root) })
	s.collect(&freed)
}

// dropClips takes the animations of models out that are gone.
func (s *Scene) dropClips(gone func(root NodeID) bool) {
	left := make([]Clip, 0, len(s.document.Clips))
	for _, c := range s.document.Clips {
		if !gone(c.Root) {
			left = append(left, c)
		}
	}
	s.document.Clips = left
}

// drop empties the nodes of a subtree that its parent has let go of.
func (s *Scene) drop(id NodeID, freed *garbage) {
	var all []NodeID
	s.Walk(id, func(n NodeID) bool { all = append(all, n); return true })
	for _, n := range all {
		freed.note(s, n)
		s.undeform(n, freed)
		s.forgetPath(s.nodes[n].Path)
		delete(s.hidden, n)
		delete(s.faults, n)
		s.SetStyle(n, Style{})
		s.nodes[n] = Node{Parent: NoNode, Local: Transform{}.Normalized()}
		s.roles[n] = Solid
	}
	s.dropGlyphs()
}

// Revision says what Replace did to the nodes of an instance.
type Revision struct {
	Kept, Added int
	Removed     []string // paths below the instance of the nodes that are gone
}

// Replace makes an instance of a model, as Instantiate returned it, show another version of that model. A node whose
// path is in both versions keeps its id and its asset, so that what refers to it stays valid, and takes everything else
// from the new version. The instance itself keeps its name, its place and its style.
func (s *Scene) Replace(instance NodeID, model *Scene) Revision {
	meshes, found := s.shared(model)
	if !found {
		meshes = s.adopt(model)
	}
	r := revision{scene: s, keep: make([]bool, len(s.nodes), len(s.nodes)+len(model.nodes))}
	var freed garbage
	var before []NodeID
	s.Walk(instance, func(n NodeID) bool {
		if n != instance {
			before = append(before, n)
			freed.note(s, n)
		}
		return true
	})
	r.keep[instance] = true
	top := instance
	if l := model.nodes[Root].Local; l != (Transform{}.Normalized()) {
		top = r.put(instance, Node{Name: "model", Local: l, Style: Style{Visible: true, Opacity: 1}})
	}
	ids := r.putAll(model, top, meshes)
	root := len(s.nodes[instance].Path) + 1
	for _, n := range before {
		if p := s.nodes[n].Parent; !r.keep[n] && p != NoNode && r.keep[p] {
			s.Walk(n, func(g NodeID) bool { r.Removed = append(r.Removed, s.nodes[g].Path[root:]); return true })
			s.drop(n, &freed)
		}
	}
	if top != instance {
		s.nodes[instance].Children = append(s.nodes[instance].Children[:0], top)
	}
	for i := range model.nodes {
		if ids[i] == NoNode {
			continue
		}
		children := s.nodes[ids[i]].Children[:0]
		for _, c := range model.nodes[i].Children {
			children = append(children, ids[c])
		}
		s.nodes[ids[i]].Children = children
	}
	s.adoptSkins(model, ids)
	s.adoptShapes(model, ids, meshes)
	s.dropClips(func(root NodeID) bool { return !s.Has(root) || s.Under(root, instance) })
	s.adoptClips(model, ids, meshes)
	s.touchTopology()
	s.SetRole(instance, s.nodes[instance].Role)
	s.collect(&freed)
	return r.Revision
}

// revision is a Replace under way.
type revision struct {
	Revision
	scene *Scene
	keep  []bool // by NodeID: it is in the new version
	path  []byte
}

// putAll brings the copies of all nodes of a model up to date, or adds them.
func (r *revision) putAll(model *Scene, top NodeID, meshes []MeshID) (ids []NodeID) {
	ids = make([]NodeID, len(model.nodes))
	ids[Root] = top
	for i := range model.nodes[1:] {
		n := model.nodes[i+1]
		if n.Parent == NoNode { // removed
			ids[i+1] = NoNode
			continue
		}
		n.Mesh, n.Skin = meshes[n.Mesh], NoSkin
		ids[i+1] = r.put(ids[n.Parent], n)
	}
	return ids
}

// put brings the child of this name up to date, or adds it.
func (r *revision) put(parent NodeID, n Node) NodeID {
	s := r.scene
	r.path = append(append(append(r.path[:0], s.nodes[parent].Path...), '/'), n.Name...)
	id, known := s.byPath[string(r.path)]
	if !known {
		id = s.AddNode(parent, n)
		r.keep = append(r.keep, true)
		r.Added++
		return id
	}
	old := &s.nodes[id]
	old.Mesh, old.Skin, old.Weights, old.Role, old.Properties = n.Mesh, n.Skin, n.Weights, n.Role, n.Properties
	s.SetLocal(id, n.Local)
	s.SetStyle(id, n.Style)
	r.keep[id] = true
	r.Kept++
	return id
}

// garbage is what nodes showed that no longer do: candidates to be freed.
type garbage struct {
	meshes map[MeshID]bool
	skins  map[SkinID]bool
}

// note adds what a node shows, and forgets the shape that it was deformed to.
func (g *garbage) note(s *Scene, id NodeID) {
	if g.meshes == nil {
		g.meshes, g.skins = map[MeshID]bool{}, map[SkinID]bool{}
	}
	n := &s.nodes[id]
	if rest, known := s.rest[id]; known {
		g.meshes[rest] = true
		delete(s.rest, id)
		delete(s.posed, id)
	}
	if n.Mesh != NoMesh {
		g.meshes[n.Mesh] = true
	}
	if n.Skin != NoSkin {
		g.skins[n.Skin] = true
	}
}

// collect frees the candidates that no node shows any more. Slices that readers may hold are replaced, never written to.
func (s *Scene) collect(g *garbage) {
	for i := range s.nodes {
		delete(g.meshes, s.nodes[i].Mesh)
		delete(g.skins, s.nodes[i].Skin)
	}
	for _, m := range s.rest {
		delete(g.meshes, m)
	}
	for k := range g.skins {
		s.skins[k] = Skin{}
	}
	if len(g.meshes) == 0 {
		return
	}
	materials := map[MaterialID]bool{}
	s.meshes = slices.Clone(s.meshes)
	for id := range g.meshes {
		s.meshes[id].eachMaterial(func(m MaterialID) { materials[m] = true })
		s.meshes[id] = nil
	}
	for _, m := range s.meshes {
		if m != nil {
			m.eachMaterial(func(m MaterialID) { delete(materials, m) })
		}
	}
	delete(materials, 0)
	if len(materials) == 0 {
		return
	}
	textures := map[TextureID]bool{}
	s.materials = slices.Clone(s.materials)
	for id := range materials {
		for _, t := range s.materials[id].maps() {
			textures[t.Texture] = true
		}
		s.materials[id] = s.materials[0]
	}
	for i := range s.materials {
		for _, t := range s.materials[i].maps() {
			delete(textures, t.Texture)
		}
	}
	delete(textures, NoTexture)
	if len(textures) > 0 {
		s.textures = slices.Clone(s.textures)
		for id := range textures {
			s.textures[id] = Texture{}
		}
	}
}

// eachMaterial calls f with the materials of all parts, some more than once.
func (m *Mesh) eachMaterial(f func(MaterialID)) {
	for _, run := range [][]Part{m.Parts, m.LineParts, m.PointParts} {
		for _, p := range run {
			f(p.Material)
		}
	}
}
