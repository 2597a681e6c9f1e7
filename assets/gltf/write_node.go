package gltf

import (
	"math"
	"slices"

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

// addSkins adds the skins that nodes use.
func (d *writer) addSkins() {
	at := map[scene.SkinID]int{}
	for i := range d.scene.Len() {
		id := scene.NodeID(i)
		k, ok := d.nodes[id]
		if !ok {
			continue
		}
		n := d.scene.Node(id)
		_, m := d.meshOf(id)
		if n.Skin == scene.NoSkin || m == nil || len(m.Joints) == 0 || len(d.scene.Skins()[n.Skin].Joints) == 0 {
			continue
		}
		if _, ok := at[n.Skin]; !ok {
			at[n.Skin] = len(d.doc.Skins)
			d.doc.Skins = append(d.doc.Skins, d.skin(&d.scene.Skins()[n.Skin]))
		}
		d.doc.Nodes[k].Skin = ref(at[n.Skin])
		if l := d.doc.Nodes[k].Extensions.LOD; l != nil {
			for _, c := range l.IDs {
				d.doc.Nodes[c].Skin = ref(at[n.Skin])
			}
		}
	}
}

func (d *writer) skin(k *scene.Skin) skin {
	out := skin{Name: k.Name}
	for _, j := range k.Joints {
		out.Joints = append(out.Joints, d.nodes[j])
	}
	if len(k.InverseBind) < len(k.Joints) {
		return out
	}
	view := d.view(64*len(k.Joints), 4, bufferView{}, func(w *sink) {
		for i := range k.Joints {
			w.floats(k.InverseBind[i][:], 16, fixNumber)
		}
	})
	out.InverseBindMatrices = ref(d.add(accessor{BufferView: &view, ComponentType: typeFloat, Type: "MAT4", Count: len(k.Joints)}))
	return out
}

// addLights adds lights and cameras, on their nodes or, where those carry one already, on nodes below them.
func (d *writer) addLights() {
	doc := d.scene.Document()
	for _, l := range doc.Lights {
		out := light{Name: l.Name, Intensity: ref(short(l.Intensity)), Range: short(l.RangeM), Color: []float64{short(l.Color[0]), short(l.Color[1]), short(l.Color[2])}}
		switch l.Kind {
		case scene.SunLight:
			out.Type, out.Range = "directional", 0
		case scene.PointLight:
			out.Type = "point"
		case scene.SpotLight:
			out.Type = "spot"
			outer := min(max(short(l.OuterRad), 1e-4), math.Pi/2)
			out.Spot = &spot{InnerConeAngle: min(max(short(l.InnerRad), 0), outer*0.999999), OuterConeAngle: &outer}
		}
		if d.doc.Extensions.Lights == nil {
			d.use("KHR_lights_punctual")
			d.doc.Extensions.Lights = &lightList{}
		}
		at := d.carrier(l.Node, l.Name, func(n *node) bool { return n.Extensions.Light == nil })
		d.doc.Nodes[at].Extensions.Light = &lightRef{Light: len(d.doc.Extensions.Lights.Lights)}
		d.doc.Extensions.Lights.Lights = append(d.doc.Extensions.Lights.Lights, out)
	}
	for _, c := range doc.Cameras {
		out := camera{Name: c.Name}
		if c.FovYRad > 0 {
			out.Type, out.Perspective = "perspective", &perspective{Yfov: c.FovYRad, Znear: 0.01}
		} else {
			out.Type, out.Orthographic = "orthographic", &orthographic{Xmag: c.HalfHeightM, Ymag: c.HalfHeightM, Zfar: 1e6, Znear: 0}
		}
		at := d.carrier(c.Node, c.Name, func(n *node) bool { return n.Camera == nil })
		d.doc.Nodes[at].Camera = ref(len(d.doc.Cameras))
		d.doc.Cameras = append(d.doc.Cameras, out)
	}
}

// carrier finds the node in the file, or adds one below it when it is taken.
func (d *writer) carrier(id scene.NodeID, name string, free func(*node) bool) int {
	at, ok := d.nodes[id]
	if ok && free(&d.doc.Nodes[at]) {
		return at
	}
	d.doc.Nodes = append(d.doc.Nodes, node{Name: name})
	k := len(d.doc.Nodes) - 1
	if ok {
		d.doc.Nodes[at].Children = append(d.doc.Nodes[at].Children, k)
	} else {
		d.doc.Scenes[0].Nodes = append(d.doc.Scenes[0].Nodes, k)
	}
	return k
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

func sortStrings(v []string) { slices.Sort(v) }
