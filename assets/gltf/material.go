package gltf

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/scene"
)

// material0 is where the materials of the file begin in the scene, after the neutral grey that stands for none.
const material0 scene.MaterialID = 1

// materialOf gives the scene material of a primitive; it may be asked before the materials are there.
func (r *reader) materialOf(p *primitive) scene.MaterialID {
	if p.Material == nil {
		if _, ok := p.Attributes["COLOR_0"]; ok {
			r.needWhite.Store(true)
			return material0 + scene.MaterialID(len(r.doc.Materials))
		}
		return 0
	}
	return r.materialID(*p.Material)
}

func (r *reader) materialID(index int) scene.MaterialID {
	if index < 0 || index >= len(r.doc.Materials) {
		r.job.Warn("a surface names material %d, which is not there, and is shown grey", index)
		return 0
	}
	return material0 + scene.MaterialID(index)
}

// addMaterials adds all materials, and one for surfaces that only their vertices colour.
func (r *reader) addMaterials(s *scene.Scene) {
	for i := range r.doc.Materials {
		s.AddMaterial(r.material(&r.doc.Materials[i]))
	}
	if r.needWhite.Load() {
		s.AddMaterial(scene.Material{Name: "vertex colours", BaseColor: [4]float32{1, 1, 1, 1}, Roughness: 0.7})
	}
}

func (r *reader) material(src *material) scene.Material {
	m := scene.Material{Name: src.Name, BaseColor: [4]float32{1, 1, 1, 1}, Metallic: 1, Roughness: 1, DoubleSided: src.DoubleSided,
		NormalScale: 1, OcclusionStrength: 1}
	if p := src.Surface; p != nil {
		shares(m.BaseColor[:], p.BaseColorFactor)
		m.Metallic, m.Roughness = share(or(p.MetallicFactor, 1)), share(or(p.RoughnessFactor, 1))
		m.BaseColorMap, m.MetallicRoughnessMap = r.textureMap(p.BaseColorTexture), r.textureMap(p.MetallicRoughnessTexture)
		if p.MetallicRoughnessTexture != nil && m.MetallicRoughnessMap.Texture == scene.NoTexture {
			m.Metallic, m.Roughness = 0, 0.7 // its factors only scale a picture that is not there
		}
	}
	if t := src.NormalTexture; t != nil {
		m.NormalMap, m.NormalScale = r.textureMap(t), number(or(t.Scale, 1))
	}
	if t := src.OcclusionTexture; t != nil {
		m.OcclusionMap, m.OcclusionStrength = r.textureMap(t), share(or(t.Strength, 1))
	}
	m.EmissiveMap = r.textureMap(src.EmissiveTexture)
	if src.EmissiveTexture == nil || m.EmissiveMap.Texture != scene.NoTexture {
		shares(m.Emissive[:], src.EmissiveFactor)
	}
	switch src.AlphaMode {
	case "BLEND":
		m.Blend = true
	case "MASK":
		m.Mask, m.Cutoff = true, number(max(or(src.AlphaCutoff, 0.5), 0))
	default:
		m.BaseColor[3] = 1
	}
	r.effects(&src.Extensions, &m)
	return m
}

// textures lists all textures of a material; entries may be nil.
func (m *material) textures() []*textureInfo {
	out := []*textureInfo{m.NormalTexture, m.OcclusionTexture, m.EmissiveTexture}
	if p := m.Surface; p != nil {
		out = append(out, p.BaseColorTexture, p.MetallicRoughnessTexture)
	}
	e := &m.Extensions
	if x := e.Clearcoat; x != nil {
		out = append(out, x.Texture, x.RoughnessTexture, x.NormalTexture)
	}
	if x := e.Transmission; x != nil {
		out = append(out, x.Texture)
	}
	if x := e.Volume; x != nil {
		out = append(out, x.ThicknessTexture)
	}
	if x := e.Specular; x != nil {
		out = append(out, x.Texture, x.ColorTexture)
	}
	if x := e.Sheen; x != nil {
		out = append(out, x.ColorTexture, x.RoughnessTexture)
	}
	if x := e.Iridescence; x != nil {
		out = append(out, x.Texture, x.ThicknessTexture)
	}
	if x := e.Anisotropy; x != nil {
		out = append(out, x.Texture)
	}
	if x := e.Glossy; x != nil {
		out = append(out, x.DiffuseTexture, x.SpecularTexture)
	}
	if _, t := e.technique(); t != nil {
		out = append(out, t)
	}
	return out
}

// technique reads the diffuse colour or picture of materials in the style of glTF 1.0.
func (e *materialExtensions) technique() (color []float64, picture *textureInfo) {
	for _, t := range []*oldTechnique{e.Common, e.Technique, e.TechniqueName} {
		if t == nil {
			continue
		}
		for name, v := range t.Values {
			if !strings.Contains(strings.ToLower(name), "diffuse") {
				continue
			}
			var list []float64
			var info textureInfo
			if json.Unmarshal(v, &list) == nil && len(list) >= 3 {
				color = list
			} else if json.Unmarshal(v, &info) == nil && slices.Contains([]byte("{"), v[0]) {
				picture = &info
			}
		}
	}
	return color, picture
}

// share brings a factor inside 0 … 1.
func share(v float64) float32 { return float32(min(max(v, 0), 1)) }

// shares copies factors, each inside 0 … 1, as far as there are some.
func shares(to []float32, from []float64) {
	for k := range min(len(to), len(from)) {
		to[k] = share(from[k])
	}
}
