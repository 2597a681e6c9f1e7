package gltf

import (
	"github.com/orrery-twin/orrery/scene"
)

// addNodes adds the tree. The root is left out unless it carries something.
func (d *writer) addNodes() {
	s := d.scene
	root := s.Node(scene.Root)
	top := root.Children
	if root.Mesh != scene.NoMesh || root.Local != (scene.Transform{}).Normalized() || d.scattered() {
		top = []scene.NodeID{scene.Root}
	}
	for i := range s.Len() {
		id := scene.NodeID(i)
		if id == scene.Root && (len(top) == 0 || top[0] != scene.Root) || !s.Has(id) {
			continue
		}
		d.nodes[id] = len(d.doc.Nodes)
		d.doc.Nodes = append(d.doc.Nodes, d.node(id))
	}
	for i := range s.Len() {
		at, ok := d.nodes[scene.NodeID(i)]
		if !ok {
			continue
		}
		for _, c := range s.Node(scene.NodeID(i)).Children {
			d.doc.Nodes[at].Children = append(d.doc.Nodes[at].Children, d.nodes[c])
		}
		d.addLevels(at, scene.NodeID(i))
	}
	var list sceneList
	for _, id := range top {
		list.Nodes = append(list.Nodes, d.nodes[id])
	}
	d.doc.Scenes, d.doc.Scene = []sceneList{list}, ref(0)
}

// scattered reports whether a skin has joints below several top nodes, which must have a common one in the file.
func (d *writer) scattered() bool {
	for _, k := range d.scene.Skins() {
		first := scene.NoNode
		for _, j := range k.Joints {
			for d.scene.Node(j).Parent > scene.Root {
				j = d.scene.Node(j).Parent
			}
			if first == scene.NoNode {
				first = j
			}
			if j != first {
				return true
			}
		}
	}
	return false
}

func (d *writer) node(id scene.NodeID) node {
	n := d.scene.Node(id)
	mesh, m := d.meshOf(id)
	out := node{Name: n.Name, Mesh: d.meshes[mesh]}
	if out.Name == "" {
		out.Name = "root"
	}
	t := n.Local.Normalized()
	if v := [3]float64(t.Translation); v != [3]float64{} {
		out.Translation = &v
	}
	if v := [4]float64{t.Rotation.V[0], t.Rotation.V[1], t.Rotation.V[2], t.Rotation.W}; v != [4]float64{0, 0, 0, 1} {
		out.Rotation = &v
	}
	if v := [3]float64(t.Scale); v != [3]float64{1, 1, 1} {
		out.Scale = &v
	}
	if out.Mesh != nil && len(m.Morphs) > 0 && len(n.Weights) > 0 {
		out.Weights = make([]float64, len(m.Morphs))
		for i := range min(len(out.Weights), len(n.Weights)) {
			out.Weights[i] = short(n.Weights[i])
		}
	}
	if !n.Style.Visible {
		d.use("KHR_node_visibility")
		out.Extensions.Visibility = &visibility{Visible: ref(false)}
	}
	var e extrasWriter
	switch n.Role {
	case scene.Shell:
		e.add("role", "shell")
	case scene.Ground:
		e.add("role", "ground")
	}
	e.properties(n.Properties)
	if out.Mesh != nil && len(m.LODs) > 0 {
		e.add("MSFT_screencoverage", coverage(m))
	}
	out.Extras = e.text()
	return out
}

// coverage turns distances into the coverages of MSFT_lod, see lodHeight.
func coverage(m *scene.Mesh) []float64 {
	size := diagonal(m.Positions)
	out := make([]float64, len(m.LODs), len(m.LODs)+1)
	for i, l := range m.LODs {
		out[i] = 1
		if l.ErrorM > 0 {
			out[i] = size / (lodHeight * float64(l.ErrorM))
		}
		if i > 0 {
			out[i] = min(out[i], out[i-1])
		}
	}
	return append(out, 0)
}

// addLevels adds nodes for the coarser versions of a node's mesh (MSFT_lod). They stand in no tree.
func (d *writer) addLevels(at int, id scene.NodeID) {
	mesh, _ := d.meshOf(id)
	levels := d.coarser[mesh]
	if len(levels) == 0 {
		return
	}
	d.use("MSFT_lod")
	var ids []int
	for _, m := range levels {
		fine := d.doc.Nodes[at]
		ids = append(ids, len(d.doc.Nodes))
		d.doc.Nodes = append(d.doc.Nodes, node{Name: fine.Name, Mesh: ref(m), Translation: fine.Translation, Rotation: fine.Rotation, Scale: fine.Scale, Weights: fine.Weights})
	}
	d.doc.Nodes[at].Extensions.LOD = &lodList{IDs: ids}
}

// describe writes what the model says of itself, and the names of its variants.
func (d *writer) describe() {
	doc := d.scene.Document()
	d.doc.Asset.Copyright = doc.Copyright
	var e extrasWriter
	e.properties(doc.Properties)
	d.doc.Asset.Extras = e.text()
	if d.used["KHR_materials_variants"] {
		list := &variantList{}
		for _, v := range doc.Variants {
			list.Variants = append(list.Variants, struct {
				Name string `json:"name"`
			}{v.Name})
		}
		d.doc.Extensions.Variants = list
	}
}
