package gltf

import (
	"math"
	"slices"

	"github.com/orrery-twin/orrery/assets/process"
	"github.com/orrery-twin/orrery/scene"
)

// meshOf is the mesh of a node as the file shall have it.
func (d *writer) meshOf(id scene.NodeID) (scene.MeshID, *scene.Mesh) {
	m := d.scene.RestMesh(id)
	return m, d.scene.Mesh(m)
}

// addMeshes adds all meshes that nodes show.
func (d *writer) addMeshes() {
	all := d.scene.Meshes()
	d.meshes, d.coarser = make([]*int, len(all)), make([][]int, len(all))
	used := make([]bool, len(all))
	for i := range d.scene.Len() {
		id, _ := d.meshOf(scene.NodeID(i))
		used[id] = true
	}
	for i, m := range all {
		if m == nil || !used[i] || len(m.Indices)+len(m.Lines)+len(m.Points)+len(m.Edges) == 0 {
			continue
		}
		if d.lacksTangents(m) {
			m = process.Tangents(m)
		}
		out := mesh{Name: m.Name}
		attributes, targets := d.vertices(m), d.morphs(m)
		features := d.features(m, attributes)
		add := func(indices []uint32, parts []scene.Part, mode int, of func(part int) primitive) {
			if len(parts) == 0 && len(indices) > 0 {
				parts = []scene.Part{{Count: len(indices)}}
			}
			for k, p := range parts {
				if p.Count == 0 {
					continue
				}
				x := of(k)
				x.Attributes, x.Targets, x.Extensions.Features = attributes, targets, features
				x.Indices, x.Material = ref(d.indices(indices[p.First:p.First+p.Count], m.Vertices())), d.materials[p.Material]
				if mode != modeTriangles {
					x.Mode = ref(mode)
				}
				out.Primitives = append(out.Primitives, x)
			}
		}
		plain := func(int) primitive { return primitive{} }
		add(m.Indices, m.Parts, modeTriangles, func(part int) primitive {
			return primitive{Extensions: primitiveExtensions{Variants: d.variants(scene.MeshID(i), part)}}
		})
		add(m.Lines, m.LineParts, modeLines, plain)
		add(m.Points, m.PointParts, modePoints, plain)
		add(m.Edges, nil, modeLines, func(int) primitive { return primitive{Extras: []byte(`{"edges":true}`)} })
		out.Extras = meshExtras(m)
		d.meshes[i] = d.addMesh(out)
		for _, l := range m.LODs {
			out := mesh{Name: m.Name, Extras: nil}
			for k, p := range l.Parts {
				list := l.Indices[p.First : p.First+p.Count]
				if k < len(m.Parts) && m.Parts[k].Count == 0 {
					continue
				}
				if len(list) == 0 { // nothing is left of this part
					list = []uint32{0, 0, 0}
				}
				out.Primitives = append(out.Primitives, primitive{Attributes: attributes, Targets: targets, Material: d.materials[p.Material],
					Indices: ref(d.indices(list, m.Vertices())), Extensions: primitiveExtensions{Features: features}})
			}
			d.coarser[i] = append(d.coarser[i], *d.addMesh(out))
		}
	}
}

func (d *writer) addMesh(m mesh) *int {
	d.doc.Meshes = append(d.doc.Meshes, m)
	return ref(len(d.doc.Meshes) - 1)
}

func meshExtras(m *scene.Mesh) []byte {
	var e extrasWriter
	if m.Edges != nil && len(m.Edges) == 0 {
		e.add("edges", false)
	}
	named := slices.ContainsFunc(m.Morphs, func(t scene.Morph) bool { return t.Name != "" })
	if named {
		names := make([]string, len(m.Morphs))
		for i, t := range m.Morphs {
			names[i] = t.Name
		}
		e.add("targetNames", names)
	}
	return e.text()
}

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

// lacksTangents reports whether a surface has a normal texture on its coat alone: then a file must have tangents.
func (d *writer) lacksTangents(m *scene.Mesh) bool {
	if len(m.Tangents) > 0 || len(m.UVs) == 0 || len(m.LODs) > 0 {
		return false
	}
	return slices.ContainsFunc(m.Parts, func(p scene.Part) bool {
		x := &d.scene.Materials()[p.Material]
		return x.NormalMap.Texture == scene.NoTexture && x.Layers != nil && x.Layers.ClearcoatNormalMap.Texture != scene.NoTexture
	})
}

// textured reports whether a surface of the mesh has a picture.
func (d *writer) textured(m *scene.Mesh) bool {
	for _, run := range [][]scene.Part{m.Parts, m.LineParts, m.PointParts} {
		for _, p := range run {
			if at := d.materials[p.Material]; at != nil && slices.ContainsFunc(d.doc.Materials[*at].textures(), func(t *textureInfo) bool { return t != nil }) {
				return true
			}
		}
	}
	return false
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

// variants are the materials that a part has in the variants of the model.
func (d *writer) variants(mesh scene.MeshID, part int) *variantMap {
	var out variantMap
	for i, v := range d.scene.Document().Variants {
		id, ok := v.Materials[scene.PartRef{Mesh: mesh, Part: part}]
		if !ok || int(id) >= len(d.materials) || d.materials[id] == nil {
			continue
		}
		material := *d.materials[id]
		k := slices.IndexFunc(out.Mappings, func(m variantMapping) bool { return m.Material == material })
		if k < 0 {
			k = len(out.Mappings)
			out.Mappings = append(out.Mappings, variantMapping{Material: material})
		}
		out.Mappings[k].Variants = append(out.Mappings[k].Variants, i)
	}
	if len(out.Mappings) == 0 {
		return nil
	}
	d.use("KHR_materials_variants")
	return &out
}

// short is v with the digits that a float32 has.
func short(v float32) float64 {
	f := float64(v)
	if f == 0 || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return decimal(f)
}
