package gltf

import (
	"math"

	"github.com/orrery-twin/orrery/scene"
)

// addLights adds the lights and cameras of nodes to the document.
func (r *reader) addLights(nodes []scene.NodeID) {
	d := r.scene.Document()
	for _, e := range r.order {
		n := &r.doc.Nodes[e.node]
		if l, ok := r.light(n); ok {
			l.Node = nodes[e.node]
			d.Lights = append(d.Lights, l)
		}
		if c, ok := r.camera(n); ok {
			c.Node = nodes[e.node]
			d.Cameras = append(d.Cameras, c)
		}
	}
}

func (r *reader) light(n *node) (scene.Light, bool) {
	ref, list := n.Extensions.Light, r.doc.Extensions.Lights
	if ref == nil || list == nil || ref.Light < 0 || ref.Light >= len(list.Lights) {
		return scene.Light{}, false
	}
	src := &list.Lights[ref.Light]
	out := scene.Light{Name: src.Name, Color: [3]float32{1, 1, 1}, Intensity: number(max(or(src.Intensity, 1), 0)), RangeM: number(max(src.Range, 0))}
	shares(out.Color[:], src.Color)
	switch src.Type {
	case "directional":
		out.Kind, out.RangeM = scene.SunLight, 0
	case "point":
		out.Kind = scene.PointLight
	case "spot":
		out.Kind = scene.SpotLight
		out.OuterRad = math.Pi / 4
		if src.Spot != nil {
			out.OuterRad = number(min(max(or(src.Spot.OuterConeAngle, math.Pi/4), 0), math.Pi/2))
			out.InnerRad = min(number(max(src.Spot.InnerConeAngle, 0)), out.OuterRad)
		}
	default:
		r.job.Warn("a light of type %q is left out", src.Type)
		return scene.Light{}, false
	}
	return out, true
}

func (r *reader) camera(n *node) (scene.ModelCamera, bool) {
	if n.Camera == nil || *n.Camera < 0 || *n.Camera >= len(r.doc.Cameras) {
		return scene.ModelCamera{}, false
	}
	src := &r.doc.Cameras[*n.Camera]
	out := scene.ModelCamera{Name: src.Name}
	switch {
	case src.Perspective != nil:
		out.FovYRad = src.Perspective.Yfov
	case src.Orthographic != nil:
		out.HalfHeightM = math.Abs(src.Orthographic.Ymag)
	}
	if !(out.FovYRad > 0 && out.FovYRad < math.Pi) && !(out.HalfHeightM > 0) {
		r.job.Warn("camera %d has no sensible view and is left out", *n.Camera)
		return scene.ModelCamera{}, false
	}
	return out, true
}

// addVariants adds the sets of materials that the model may be shown in (KHR_materials_variants).
func (r *reader) addVariants(meshes []scene.MeshID) {
	list := r.doc.Extensions.Variants
	if list == nil {
		return
	}
	out := make([]scene.Variant, len(list.Variants))
	for i, v := range list.Variants {
		out[i] = scene.Variant{Name: v.Name, Materials: map[scene.PartRef]scene.MaterialID{}}
	}
	for i := range r.doc.Meshes {
		if meshes[i] == scene.NoMesh {
			continue
		}
		parts := r.shapes[i].parts
		at := 0
		for k := range parts {
			if parts[k].kind != triangleShape || parts[k].level > 0 || !r.isShown(i, k) {
				continue
			}
			if x := parts[k].src.Extensions.Variants; x != nil {
				for _, mapping := range x.Mappings {
					for _, v := range mapping.Variants {
						if v >= 0 && v < len(out) {
							out[v].Materials[scene.PartRef{Mesh: meshes[i], Part: at}] = r.materialID(mapping.Material)
						}
					}
				}
			}
			at++
		}
	}
	r.scene.Document().Variants = out
}

// isShown reports whether a primitive of a mesh became a part of it.
func (r *reader) isShown(mesh, primitive int) bool {
	if t := r.shapes[mesh].twin; t >= 0 {
		mesh = t
	}
	return r.shapes[mesh].parts[primitive].set >= 0
}
