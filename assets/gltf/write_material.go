package gltf

import (
	"github.com/orrery-twin/orrery/scene"
)

// addMaterials adds all materials; the grey that every scene has only where it is shown.
func (d *writer) addMaterials() {
	all := d.scene.Materials()
	d.materials = make([]*int, len(all))
	shown := d.shown()
	for i := range all {
		if i == 0 && !shown {
			continue
		}
		d.materials[i] = ref(len(d.doc.Materials))
		d.doc.Materials = append(d.doc.Materials, d.material(scene.MaterialID(i), &all[i]))
	}
}

// shown reports whether a surface shows material 0.
func (d *writer) shown() bool {
	for _, m := range d.scene.Meshes() {
		if m == nil {
			continue
		}
		for _, run := range [...]struct {
			n     int
			parts []scene.Part
		}{{len(m.Indices), m.Parts}, {len(m.Lines), m.LineParts}, {len(m.Points), m.PointParts}, {len(m.Edges), nil}} {
			if run.n > 0 && len(run.parts) == 0 {
				return true
			}
			for _, p := range run.parts {
				if p.Material == 0 {
					return true
				}
			}
		}
	}
	for _, v := range d.scene.Document().Variants {
		for _, id := range v.Materials {
			if id == 0 {
				return true
			}
		}
	}
	return false
}

func (d *writer) material(id scene.MaterialID, m *scene.Material) material {
	info := func(slot scene.MapSlot, t scene.Map) *textureInfo { return d.info(t, d.moved[mapKey{id, slot}]) }
	out := material{Name: m.Name, DoubleSided: m.DoubleSided, Surface: &surface{BaseColorFactor: numbers(m.BaseColor[:]),
		MetallicFactor: ref(short(m.Metallic)), RoughnessFactor: ref(short(m.Roughness)),
		BaseColorTexture: info(scene.BaseColorSlot, m.BaseColorMap), MetallicRoughnessTexture: info(scene.MetallicRoughnessSlot, m.MetallicRoughnessMap)}}
	if t := info(scene.NormalSlot, m.NormalMap); t != nil {
		t.Scale, out.NormalTexture = ref(short(m.NormalScale)), t
	}
	if t := info(scene.OcclusionSlot, m.OcclusionMap); t != nil {
		t.Strength, out.OcclusionTexture = ref(short(m.OcclusionStrength)), t
	}
	out.EmissiveTexture = info(scene.EmissiveSlot, m.EmissiveMap)
	switch {
	case m.Blend:
		out.AlphaMode = "BLEND"
	case m.Mask:
		out.AlphaMode, out.AlphaCutoff = "MASK", ref(short(m.Cutoff))
	}
	if m.Unlit {
		d.use("KHR_materials_unlit")
		out.Extensions.Unlit = &struct{}{}
	}
	d.emissive(len(d.doc.Materials), id, m, &out)
	if m.Layers != nil {
		d.layers(m.Layers, &out.Extensions)
	}
	return out
}

// emissive splits an emissive colour that is brighter than 1, or that a clip makes so, into a colour and a strength.
func (d *writer) emissive(at int, id scene.MaterialID, m *scene.Material, out *material) {
	strength := max(1, m.Emissive[0], m.Emissive[1], m.Emissive[2])
	for _, clip := range d.scene.Document().Clips {
		for _, c := range clip.Channels {
			if c.Target == scene.MoveEmissive && c.Material == id {
				for _, v := range c.Values {
					strength = max(strength, v)
				}
			}
		}
	}
	d.strength[at] = strength
	if m.Emissive != [3]float32{} {
		out.EmissiveFactor = make([]float64, 3)
		for k, v := range m.Emissive {
			out.EmissiveFactor[k] = min(short(v/strength), 1)
		}
	}
	if strength > 1 {
		d.use("KHR_materials_emissive_strength")
		out.Extensions.Emissive = &emissiveStrength{EmissiveStrength: ref(short(strength))}
	}
}

// info is a texture on a surface, or nil. With moved, its transform is written even if it changes nothing.
func (d *writer) info(t scene.Map, moved bool) *textureInfo {
	if t.Texture == scene.NoTexture || int(t.Texture) >= len(d.textures) || d.textures[t.Texture] < 0 {
		return nil
	}
	out := &textureInfo{Index: d.textures[t.Texture]}
	if t.Second {
		out.TexCoord = 1
	}
	scale := t.Scale
	if scale == ([2]float32{}) {
		scale = [2]float32{1, 1}
	}
	if moved || t.Offset != ([2]float32{}) || scale != [2]float32{1, 1} || t.RotationRad != 0 {
		d.use("KHR_texture_transform")
		out.Extensions.Transform = &textureTransform{Offset: numbers(t.Offset[:]), Scale: numbers(scale[:]), Rotation: short(t.RotationRad)}
	}
	return out
}

// layers writes the extensions that differ from a plain surface.
func (d *writer) layers(l *scene.Layers, e *materialExtensions) {
	plain := scene.PlainLayers()
	info := func(t scene.Map) *textureInfo { return d.info(t, false) }
	if l.IOR != plain.IOR {
		d.use("KHR_materials_ior")
		e.IOR = &refraction{IOR: ref(short(l.IOR))}
	}
	if x := (&specular{Factor: ref(short(l.Specular)), Color: numbers(l.SpecularColor[:]), Texture: info(l.SpecularMap), ColorTexture: info(l.SpecularColors)}); l.Specular != plain.Specular || l.SpecularColor != plain.SpecularColor || x.Texture != nil || x.ColorTexture != nil {
		d.use("KHR_materials_specular")
		e.Specular = x
	}
	if l.Dispersion != 0 {
		d.use("KHR_materials_dispersion")
		e.Dispersion = &dispersion{Dispersion: short(l.Dispersion)}
	}
	if l.Clearcoat != 0 {
		d.use("KHR_materials_clearcoat")
		e.Clearcoat = &clearcoat{Factor: short(l.Clearcoat), Roughness: short(l.ClearcoatRoughness), Texture: info(l.ClearcoatMap),
			RoughnessTexture: info(l.ClearcoatRoughnessMap), NormalTexture: info(l.ClearcoatNormalMap)}
	}
	if l.Transmission != 0 {
		d.use("KHR_materials_transmission")
		e.Transmission = &transmission{Factor: short(l.Transmission), Texture: info(l.TransmissionMap)}
	}
	if l.ThicknessM != 0 || l.AttenuationDistanceM != 0 || l.Dispersion != 0 {
		d.use("KHR_materials_volume")
		e.Volume = &volume{Thickness: short(l.ThicknessM), ThicknessTexture: info(l.ThicknessMap), AttenuationDistance: short(l.AttenuationDistanceM), AttenuationColor: numbers(l.AttenuationColor[:])}
	}
	if l.SheenColor != plain.SheenColor || l.SheenColorMap.Texture != scene.NoTexture {
		d.use("KHR_materials_sheen")
		e.Sheen = &sheen{Color: numbers(l.SheenColor[:]), Roughness: short(l.SheenRoughness), ColorTexture: info(l.SheenColorMap), RoughnessTexture: info(l.SheenRoughnessMap)}
	}
	if l.Iridescence != 0 {
		d.use("KHR_materials_iridescence")
		e.Iridescence = &iridescence{Factor: short(l.Iridescence), IOR: ref(short(l.IridescenceIOR)), ThicknessMinimum: ref(short(l.FilmMinNM)),
			ThicknessMaximum: ref(short(l.FilmMaxNM)), Texture: info(l.IridescenceMap), ThicknessTexture: info(l.IridescenceFilmMap)}
	}
	if l.Anisotropy != 0 {
		d.use("KHR_materials_anisotropy")
		e.Anisotropy = &anisotropy{Strength: short(l.Anisotropy), Rotation: short(l.AnisotropyRotationRad), Texture: info(l.AnisotropyMap)}
	}
}

func numbers(v []float32) []float64 {
	out := make([]float64, len(v))
	for k, x := range v {
		out[k] = short(x)
	}
	return out
}
