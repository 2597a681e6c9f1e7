package gltf

import (
	"math"

	"github.com/orrery-twin/orrery/scene"
)

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
		if n.Skin == scene.NoSkin || m == nil || len(m.Joints) == 0 || !d.whole(n.Skin) {
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

// whole reports whether a skin has joints, all of them in the file.
func (d *writer) whole(id scene.SkinID) bool {
	joints := d.scene.Skins()[id].Joints
	for _, j := range joints {
		if _, ok := d.nodes[j]; !ok {
			return false
		}
	}
	return len(joints) > 0
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
