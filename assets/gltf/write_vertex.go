package gltf

import (
	"github.com/orrery-twin/orrery/scene"
)

// vertices adds the attributes of a mesh.
func (d *writer) vertices(m *scene.Mesh) map[string]int {
	out := map[string]int{"POSITION": d.floats(m.Positions, 3, targetVertices, true, nil)}
	set := func(name string, values []float32, width int, fix func([]float32)) {
		if len(values) > 0 {
			out[name] = d.floats(values, width, targetVertices, false, fix)
		}
	}
	set("NORMAL", m.Normals, 3, fixNormal)
	set("TANGENT", m.Tangents, 4, fixTangent)
	set("TEXCOORD_0", m.UVs, 2, fixNumber)
	set("TEXCOORD_1", m.UVs2, 2, fixNumber)
	if len(m.UVs) == 0 && (len(m.UVs2) > 0 || d.textured(m)) { // a set may be missing in a scene, not in a file
		out["TEXCOORD_0"] = d.add(accessor{ComponentType: typeFloat, Type: "VEC2", Count: m.Vertices()})
	}
	if len(m.Colors) > 0 {
		out["COLOR_0"] = d.colors(m.Colors)
	}
	if len(m.Joints) > 0 {
		out["JOINTS_0"], out["WEIGHTS_0"] = d.influences(m)
	}
	return out
}

// colors adds vertex colours, linear in 16 bits: that tells all sRGB values apart.
func (d *writer) colors(values []uint8) int {
	return accessorOf(d, values, "colors", func() int {
		view := d.view(2*len(values), 4, bufferView{Target: targetVertices, ByteStride: 8}, func(w *sink) {
			for i, v := range values {
				if i%4 == 3 {
					w.u16(uint16(v) * 257)
				} else {
					w.u16(linearOf()[v])
				}
			}
		})
		return d.add(accessor{BufferView: &view, ComponentType: typeUshort, Normalized: true, Type: "VEC4", Count: len(values) / 4})
	})
}

// influences adds the joints and weights of the vertices: each joint once, and joint 0 where there is no weight.
func (d *writer) influences(m *scene.Mesh) (joints, weights int) {
	clean := func(i int) ([4]uint16, [4]float32) {
		j, w := [4]uint16(m.Joints[4*i:]), [4]float32(m.Weights[4*i:])
		for a := range 4 {
			for b := range a {
				if w[a] > 0 && j[a] == j[b] {
					w[b], w[a] = w[b]+w[a], 0
				}
			}
		}
		fixNumber(w[:])
		normalize(w[:])
		for k := range w {
			if w[k] == 0 {
				j[k] = 0
			}
		}
		return j, w
	}
	n := m.Vertices()
	joints = accessorOf(d, m.Joints, "joints", func() int {
		view := d.view(8*n, 4, bufferView{Target: targetVertices, ByteStride: 8}, func(w *sink) {
			for i := range n {
				j, _ := clean(i)
				for _, v := range j {
					w.u16(v)
				}
			}
		})
		return d.add(accessor{BufferView: &view, ComponentType: typeUshort, Type: "VEC4", Count: n})
	})
	weights = accessorOf(d, m.Weights, "weights", func() int {
		view := d.view(16*n, 4, bufferView{Target: targetVertices}, func(w *sink) {
			for i := range n {
				_, v := clean(i)
				w.floats(v[:], 4, nil)
			}
		})
		return d.add(accessor{BufferView: &view, ComponentType: typeFloat, Type: "VEC4", Count: n})
	})
	return joints, weights
}

// morphs adds the targets of a mesh. One without positions moves nothing.
func (d *writer) morphs(m *scene.Mesh) []map[string]int {
	var out []map[string]int
	for _, t := range m.Morphs {
		target := map[string]int{}
		if len(t.Positions) > 0 {
			target["POSITION"] = d.floats(t.Positions, 3, targetVertices, true, nil)
		} else {
			none := []float64{0, 0, 0}
			target["POSITION"] = d.add(accessor{ComponentType: typeFloat, Type: "VEC3", Count: m.Vertices(), Min: none, Max: none})
		}
		if len(t.Normals) > 0 {
			target["NORMAL"] = d.floats(t.Normals, 3, targetVertices, false, fixNumber)
		}
		if len(t.Tangents) > 0 {
			target["TANGENT"] = d.floats(t.Tangents, 3, targetVertices, false, fixNumber)
		}
		out = append(out, target)
	}
	return out
}

// features adds the feature of each vertex (EXT_mesh_features), as the floats that attributes of one number may be; they
// count exactly up to 2^24.
func (d *writer) features(m *scene.Mesh, attributes map[string]int) *featureSets {
	if len(m.Features) == 0 {
		return nil
	}
	highest, count := uint32(0), map[uint32]bool{}
	for _, f := range m.Features {
		if f != scene.NoFeature {
			highest = max(highest, f)
			count[f] = true
		}
	}
	none := highest + 1
	if highest >= 1<<24-1 || len(count) == 0 {
		return nil
	}
	attributes["_FEATURE_ID_0"] = accessorOf(d, m.Features, "features", func() int {
		view := d.view(4*len(m.Features), 4, bufferView{Target: targetVertices}, func(w *sink) {
			for _, f := range m.Features {
				w.f32(float32(min(f, none)))
			}
		})
		return d.add(accessor{BufferView: &view, ComponentType: typeFloat, Type: "SCALAR", Count: len(m.Features)})
	})
	d.use("EXT_mesh_features")
	set := featureSet{FeatureCount: len(count), NullFeatureID: ref(int(none)), Attribute: ref(0)}
	if m.Table != nil && m.Table.Rows > 0 {
		set.PropertyTable = ref(d.table(m.Table))
	}
	return &featureSets{Sets: []featureSet{set}}
}
