package gltf

import (
	"encoding/json"
	"math"

	"github.com/orrery-twin/orrery/scene"
	"github.com/qmuntal/gltf"
)

// readMaterials adds the materials of the file. Factors outside 0 … 1 are brought inside.
func (r *reader) readMaterials() {
	r.materials = make([]scene.MaterialID, len(r.doc.Materials))
	for i, src := range r.doc.Materials {
		if src == nil {
			continue // material 0, the neutral grey
		}
		r.materials[i] = r.scene.AddMaterial(r.surface(src))
	}
}

// material gives the scene material of a primitive.
func (r *reader) material(index *int) scene.MaterialID {
	if index == nil {
		return 0
	}
	if *index < 0 || *index >= len(r.materials) {
		r.warn("a surface names a material that is not there")
		return 0
	}
	return r.materials[*index]
}

func (r *reader) surface(src *gltf.Material) scene.Material {
	m := scene.Material{Name: src.Name, BaseColor: [4]float32{1, 1, 1, 1}, Metallic: 1, Roughness: 1, DoubleSided: src.DoubleSided}
	textures := src.NormalTexture != nil || src.OcclusionTexture != nil || src.EmissiveTexture != nil
	if p := src.PBRMetallicRoughness; p != nil {
		for k, v := range p.BaseColorFactorOrDefault() {
			m.BaseColor[k] = share(v)
		}
		m.Metallic, m.Roughness = share(p.MetallicFactorOrDefault()), share(p.RoughnessFactorOrDefault())
		textures = textures || p.BaseColorTexture != nil || p.MetallicRoughnessTexture != nil
		if p.MetallicRoughnessTexture != nil { // its factors only scale a picture that is not read
			m.Metallic, m.Roughness = 0, 0.7
		}
	}
	if raw, ok := src.Extensions["KHR_materials_pbrSpecularGlossiness"].(json.RawMessage); ok {
		r.glossy(raw, &m)
	}
	if textures {
		r.warn("textures are not shown: surfaces have their plain colour")
	}
	for k, v := range src.EmissiveFactor {
		if src.EmissiveTexture == nil {
			m.Emissive[k] = share(v)
		}
	}
	m.Blend = src.AlphaMode == gltf.AlphaBlend
	if !m.Blend {
		m.BaseColor[3] = 1
	}
	return m
}

// glossy reads the older extension for specular-glossiness materials: a diffuse colour and a glossiness.
func (r *reader) glossy(raw json.RawMessage, m *scene.Material) {
	ext := struct {
		DiffuseFactor    []float64
		GlossinessFactor *float64
	}{}
	if json.Unmarshal(raw, &ext) != nil {
		r.warn("a specular-glossiness material could not be read")
		return
	}
	m.Metallic, m.Roughness = 0, 0
	if ext.GlossinessFactor != nil {
		m.Roughness = 1 - share(*ext.GlossinessFactor)
	}
	for k := range min(len(ext.DiffuseFactor), 4) {
		m.BaseColor[k] = share(ext.DiffuseFactor[k])
	}
}

func share(v float64) float32 {
	if math.IsNaN(v) {
		return 0
	}
	return float32(min(max(v, 0), 1))
}
