package gltf

import (
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
