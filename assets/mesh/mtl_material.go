package mesh

import (
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/scene"
)

// material turns a material of an MTL file into one of metal and roughness. Its colours are those of a screen, sRGB, as
// files that are older than linear workflows have them. In a file with colours at its vertices they replace Kd.
func (p *painter) material(s *surface, vertexColors bool) scene.Material {
	m := scene.Material{Name: s.name, BaseColor: [4]float32{1, 1, 1, 1}, Roughness: 0.7}
	kd, textured := s.maps["Kd"]
	base := p.image(s, "Kd")
	if s.diffuse != nil && !vertexColors {
		c := *s.diffuse
		if c == ([3]float64{}) && base != nil {
			c = [3]float64{1, 1, 1} // programs that mean "the texture alone" by black
		}
		for i, v := range c {
			m.BaseColor[i] = float32(linearOf(clamp01(v)))
		}
	} else if !textured && !vertexColors {
		m.BaseColor = grey().BaseColor
	}
	p.opacity(&m, s, base, kd)
	p.gloss(&m, s)
	p.relief(&m, s)
	if s.glow != nil {
		for i, v := range s.glow {
			m.Emissive[i] = float32(linearOf(clamp01(v)) * max(1, v))
		}
	}
	if img := p.image(s, "Ke"); img != nil {
		m.EmissiveMap = p.texture(img, s.maps["Ke"])
		if m.Emissive == ([3]float32{}) {
			m.Emissive = [3]float32{1, 1, 1}
		}
	}
	p.layers(&m, s)
	return m
}

func clamp01(v float64) float64 { return min(max(v, 0), 1) }

func (p *painter) image(s *surface, kind string) *scene.Image {
	m, ok := s.maps[kind]
	if !ok {
		return nil
	}
	return p.gallery.picture(s.key(m))
}

// opacity sets the base colour's texture and how much shines through.
func (p *painter) opacity(m *scene.Material, s *surface, base *scene.Image, kd surfaceMap) {
	alpha := 1.0
	switch {
	case s.opaque != nil:
		alpha = clamp01(*s.opaque)
	case s.clear != nil:
		alpha = 1 - clamp01(*s.clear)
	}
	if alpha == 0 { // hidden parts mislead, and some programs take d and Tr for one another
		p.gallery.job.Warn("material %.100q is wholly transparent; it is shown opaque", s.name)
		alpha = 1
	}
	m.BaseColor[3] = float32(alpha)
	m.Blend = alpha < 1
	holes := p.image(s, "d")
	if holes == nil {
		m.BaseColorMap = p.texture(base, kd)
		return
	}
	d := s.maps["d"]
	if base == nil {
		kd = d
	}
	img := p.once(fmt.Sprintf("d %q %q %c", s.key(kd), s.key(d), d.side), func() *scene.Image { return withAlpha(base, holes, d.side) })
	m.BaseColorMap = p.texture(img, kd)
	if !m.Blend && mostlyBinary(img) {
		m.Mask, m.Cutoff = true, 0.5
	} else {
		m.Blend = true
	}
}

// gloss sets metal and roughness: those of the PBR extension, or what the exponent of Blinn and Phong comes to: a highlight
// of exponent Ns is as wide as one of roughness α = √(2 / (Ns + 2)), and the model wants √α (B. Walter et al., "Microfacet
// models for refraction", 2007).
func (p *painter) gloss(m *scene.Material, s *surface) {
	if s.shininess != nil {
		m.Roughness = float32(math.Pow(2/(max(*s.shininess, 0)+2), 0.25))
	}
	if s.illum != nil && *s.illum < 2 || s.specular != nil && *s.specular == ([3]float64{}) {
		m.Roughness = 1
	}
	if s.roughness != nil {
		m.Roughness = float32(clamp01(*s.roughness))
	}
	if s.metallic != nil {
		m.Metallic = float32(clamp01(*s.metallic))
	}
	if img := p.image(s, "ORM"); img != nil {
		m.Roughness, m.Metallic = 1, 1
		m.MetallicRoughnessMap, m.OcclusionMap = p.texture(img, s.maps["ORM"]), p.texture(img, s.maps["ORM"])
		m.OcclusionStrength = 1
		return
	}
	rough, metal := p.image(s, "Pr"), p.image(s, "Pm")
	if rough == nil && metal == nil {
		return
	}
	from := s.maps["Pr"]
	if rough == nil {
		from = s.maps["Pm"]
	}
	img := rough // a picture that holds both already has them in green and blue
	if rough != metal {
		key := fmt.Sprintf("PrPm %q %q", s.key(s.maps["Pr"]), s.key(s.maps["Pm"]))
		img = p.once(key, func() *scene.Image { return packed(rough, metal) })
	}
	if rough != nil {
		m.Roughness = 1
	}
	if metal != nil {
		m.Metallic = 1
	}
	m.MetallicRoughnessMap = p.texture(img, from)
}

// relief sets the normal map. What is called a bump map holds either heights or, as it is mostly bluish, normals.
func (p *painter) relief(m *scene.Material, s *surface) {
	kind := "norm"
	img := p.image(s, kind)
	if img == nil {
		kind = "bump"
		if img = p.image(s, kind); img == nil {
			return
		}
	}
	from := s.maps[kind]
	m.NormalScale = float32(from.bump)
	if kind == "bump" && !bluish(img) {
		img = p.once(fmt.Sprintf("bump %q", s.key(from)), func() *scene.Image { return normalsOf(img) })
	}
	m.NormalMap = p.texture(img, from)
}

// layers sets what the PBR extension has beyond metal and roughness, and the index of refraction of what is transparent.
func (p *painter) layers(m *scene.Material, s *surface) {
	l := scene.PlainLayers()
	plain := l
	if s.coat != nil {
		l.Clearcoat = float32(clamp01(*s.coat))
		if s.coatRoughness != nil {
			l.ClearcoatRoughness = float32(clamp01(*s.coatRoughness))
		}
	}
	if s.sheen != nil && *s.sheen > 0 {
		v := float32(clamp01(*s.sheen))
		l.SheenColor, l.SheenRoughness = [3]float32{v, v, v}, 0.5
	}
	if s.anisotropy != nil {
		l.Anisotropy = float32(clamp01(*s.anisotropy))
		if s.rotation != nil {
			l.AnisotropyRotationRad = float32(2 * math.Pi * *s.rotation)
		}
	}
	if s.ior != nil && *s.ior > 1 && *s.ior < 5 && m.Blend {
		l.IOR = float32(*s.ior)
	}
	if l != plain {
		m.Layers = &l
	}
}
