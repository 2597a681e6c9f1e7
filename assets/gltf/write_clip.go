package gltf

import (
	"strconv"

	"github.com/orrery-twin/orrery/scene"
)

// mapKey names a map of a material.
type mapKey struct {
	material scene.MaterialID
	slot     scene.MapSlot
}

// findMoved notes the maps whose transform clips move: only a transform that is there can be moved.
func (d *writer) findMoved() {
	for _, clip := range d.scene.Document().Clips {
		for _, c := range clip.Channels {
			if c.Target == scene.MoveMapOffset || c.Target == scene.MoveMapScale || c.Target == scene.MoveMapRotation {
				d.moved[mapKey{c.Material, c.Slot}] = true
			}
		}
	}
}

// addClips adds the animations: those of nodes as the core has them, others by KHR_animation_pointer.
func (d *writer) addClips() {
	for _, clip := range d.scene.Document().Clips {
		out := animation{Name: clip.Name}
		for i := range clip.Channels {
			c := &clip.Channels[i]
			target, ok := d.target(c)
			if !ok || len(c.TimesSec) == 0 || len(c.Values) == 0 {
				continue
			}
			s := animationSampler{Input: d.floats(c.TimesSec, 1, 0, true, nil), Output: d.keys(c)}
			switch c.Interpolation {
			case scene.Step:
				s.Interpolation = "STEP"
			case scene.CubicSpline:
				s.Interpolation = "CUBICSPLINE"
			}
			out.Channels = append(out.Channels, animationChannel{Sampler: len(out.Samplers), Target: target})
			out.Samplers = append(out.Samplers, s)
		}
		if len(out.Channels) > 0 {
			d.doc.Animations = append(d.doc.Animations, out)
		}
	}
}

// keys adds the values of a channel.
func (d *writer) keys(c *scene.Channel) int {
	width := map[scene.Target]int{scene.MoveTranslation: 3, scene.MoveRotation: 4, scene.MoveScale: 3, scene.MoveBaseColor: 4,
		scene.MoveEmissive: 3, scene.MoveMapOffset: 2, scene.MoveMapScale: 2}[c.Target]
	switch c.Target {
	case scene.MoveRotation:
		if c.Interpolation != scene.CubicSpline { // its tangents are no directions
			return d.floats(c.Values, 4, 0, false, fixRotation)
		}
	case scene.MoveVisible:
		view := d.view(len(c.Values), 4, bufferView{}, func(w *sink) {
			for _, v := range c.Values {
				b := byte(0)
				if v != 0 {
					b = 1
				}
				w.u8(b)
			}
		})
		return d.add(accessor{BufferView: &view, ComponentType: typeUbyte, Type: "SCALAR", Count: len(c.Values)})
	case scene.MoveEmissive:
		if by := d.strength[*d.materials[c.Material]]; by > 1 {
			values := make([]float32, len(c.Values))
			for i, v := range c.Values {
				values[i] = v / by
			}
			return d.floats(values, 3, 0, false, fixNumber)
		}
	}
	return d.floats(c.Values, max(width, 1), 0, false, fixNumber)
}

// target names in the file what a channel moves; false if it is not there.
func (d *writer) target(c *scene.Channel) (animationTarget, bool) {
	if c.Target < scene.MoveBaseColor {
		at, ok := d.nodes[c.Node]
		paths := map[scene.Target]string{scene.MoveTranslation: "translation", scene.MoveRotation: "rotation", scene.MoveScale: "scale", scene.MoveWeights: "weights"}
		if path, plain := paths[c.Target]; plain {
			return animationTarget{Node: &at, Path: path}, ok
		}
		if ok && d.doc.Nodes[at].Extensions.Visibility == nil {
			d.use("KHR_node_visibility")
			d.doc.Nodes[at].Extensions.Visibility = &visibility{Visible: ref(true)}
		}
		return d.pointTo("nodes", at, "extensions/KHR_node_visibility/visible"), ok
	}
	if c.Material < 0 || int(c.Material) >= len(d.materials) || d.materials[c.Material] == nil {
		return animationTarget{}, false
	}
	at := *d.materials[c.Material]
	for path, move := range materialPaths {
		if move.target == c.Target && (c.Target != scene.MoveEmissive || move.width == 3) {
			d.carry(at, c.Target)
			return d.pointTo("materials", at, path), true
		}
	}
	for name, move := range slotMoves {
		if move.target != c.Target {
			continue
		}
		for path, slot := range slotPaths {
			if slot == c.Slot && d.hasMap(at, slot) {
				return d.pointTo("materials", at, path+"/extensions/KHR_texture_transform/"+name), true
			}
		}
	}
	return animationTarget{}, false
}

func (d *writer) pointTo(kind string, at int, path string) animationTarget {
	d.use("KHR_animation_pointer")
	var out animationTarget
	out.Path = "pointer"
	out.Extensions.Pointer = &struct {
		Pointer string `json:"pointer"`
	}{"/" + kind + "/" + strconv.Itoa(at) + "/" + path}
	return out
}

// carry adds to a material what a pointer names: it must be there to be moved.
func (d *writer) carry(at int, t scene.Target) {
	m := &d.doc.Materials[at]
	switch {
	case t == scene.MoveTransmission && m.Extensions.Transmission == nil:
		d.use("KHR_materials_transmission")
		m.Extensions.Transmission = &transmission{}
	case t == scene.MoveIOR && m.Extensions.IOR == nil:
		d.use("KHR_materials_ior")
		m.Extensions.IOR = &refraction{IOR: ref(1.5)}
	case t == scene.MoveEmissive && m.EmissiveFactor == nil:
		m.EmissiveFactor = []float64{0, 0, 0}
	case t == scene.MoveCutoff && m.AlphaCutoff == nil && m.AlphaMode == "MASK":
		m.AlphaCutoff = ref(0.5)
	}
}

func (d *writer) hasMap(at int, slot scene.MapSlot) bool {
	m := &d.doc.Materials[at]
	return [...]*textureInfo{m.Surface.BaseColorTexture, m.Surface.MetallicRoughnessTexture, m.NormalTexture, m.OcclusionTexture, m.EmissiveTexture}[slot] != nil
}
