package gltf

import (
	"math"

	"github.com/orrery-twin/orrery/scene"
)

// effects reads the extensions of a material.
func (r *reader) effects(e *materialExtensions, m *scene.Material) {
	if color, picture := e.technique(); color != nil || picture != nil {
		shares(m.BaseColor[:3], color)
		m.BaseColorMap = r.textureMap(picture)
		m.Metallic, m.Roughness = 0, 0.7
	}
	if e.Glossy != nil {
		r.glossy(e.Glossy, m)
	}
	m.Unlit = e.Unlit != nil
	if e.Emissive != nil {
		for k := range m.Emissive {
			m.Emissive[k] *= number(max(or(e.Emissive.EmissiveStrength, 1), 0))
		}
	}
	l := scene.PlainLayers()
	layered := false
	for _, read := range []func(*materialExtensions, *scene.Layers) bool{r.refraction, r.clearcoat, r.transmission, r.sheen, r.film, r.direction} {
		layered = read(e, &l) || layered
	}
	if layered {
		m.Layers = &l
	}
}

// refraction reads how light enters the surface.
func (r *reader) refraction(e *materialExtensions, l *scene.Layers) bool {
	if e.IOR != nil {
		l.IOR = number(max(or(e.IOR.IOR, 1.5), 0))
	}
	if x := e.Specular; x != nil {
		l.Specular = share(or(x.Factor, 1))
		factors(l.SpecularColor[:], x.Color)
		l.SpecularMap, l.SpecularColors = r.textureMap(x.Texture), r.textureMap(x.ColorTexture)
	}
	if e.Dispersion != nil {
		l.Dispersion = number(max(e.Dispersion.Dispersion, 0))
	}
	return e.IOR != nil || e.Specular != nil || e.Dispersion != nil
}

func (r *reader) clearcoat(e *materialExtensions, l *scene.Layers) bool {
	x := e.Clearcoat
	if x == nil {
		return false
	}
	l.Clearcoat, l.ClearcoatRoughness = share(x.Factor), share(x.Roughness)
	l.ClearcoatMap, l.ClearcoatRoughnessMap, l.ClearcoatNormalMap = r.textureMap(x.Texture), r.textureMap(x.RoughnessTexture), r.textureMap(x.NormalTexture)
	return true
}

// transmission reads what lets light through, and the volume behind it.
func (r *reader) transmission(e *materialExtensions, l *scene.Layers) bool {
	if x := e.Transmission; x != nil {
		l.Transmission, l.TransmissionMap = share(x.Factor), r.textureMap(x.Texture)
	}
	if x := e.Volume; x != nil {
		l.ThicknessM, l.ThicknessMap = number(max(x.Thickness, 0)), r.textureMap(x.ThicknessTexture)
		l.AttenuationDistanceM = number(max(x.AttenuationDistance, 0))
		shares(l.AttenuationColor[:], x.AttenuationColor)
	}
	return e.Transmission != nil || e.Volume != nil
}

func (r *reader) sheen(e *materialExtensions, l *scene.Layers) bool {
	x := e.Sheen
	if x == nil {
		return false
	}
	shares(l.SheenColor[:], x.Color)
	l.SheenRoughness = share(x.Roughness)
	l.SheenColorMap, l.SheenRoughnessMap = r.textureMap(x.ColorTexture), r.textureMap(x.RoughnessTexture)
	return true
}

// film reads a thin film with colours of interference.
func (r *reader) film(e *materialExtensions, l *scene.Layers) bool {
	x := e.Iridescence
	if x == nil {
		return false
	}
	l.Iridescence, l.IridescenceIOR = share(x.Factor), number(max(or(x.IOR, 1.3), 1))
	l.FilmMinNM, l.FilmMaxNM = number(max(or(x.ThicknessMinimum, 100), 0)), number(max(or(x.ThicknessMaximum, 400), 0))
	l.IridescenceMap, l.IridescenceFilmMap = r.textureMap(x.Texture), r.textureMap(x.ThicknessTexture)
	return true
}

// direction reads brushed surfaces.
func (r *reader) direction(e *materialExtensions, l *scene.Layers) bool {
	x := e.Anisotropy
	if x == nil {
		return false
	}
	l.Anisotropy, l.AnisotropyRotationRad = share(x.Strength), number(math.Mod(x.Rotation, 2*math.Pi))
	l.AnisotropyMap = r.textureMap(x.Texture)
	return true
}

// factors copies factors that may be larger than 1.
func factors(to []float32, from []float64) {
	for k := range min(len(to), len(from)) {
		to[k] = number(max(from[k], 0))
	}
}
