package g3ngl

import (
	"math"
	"unsafe"

	"github.com/go-gl/gl/v3.3-core/gl"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// Layout of the material buffer, in texels of four floats: three per material, and behind those a record for each that has
// more to say.
const (
	materialTexels = 3
	recordTexels   = 8 // before the maps, see appendRecord
	mapTexels      = 2
)

// Flags of a material, as the shaders know them.
const (
	materialMask = 1 << iota
	materialTranslucent
	materialUnlit
	materialSingleSided
)

// opaqueAlpha stands for a surface whose alpha does not count, not even that of its map.
const opaqueAlpha = 2

// materialBuffer holds what the shaders know of materials.
type materialBuffer struct {
	buffer, texture uint32
	means           map[*scene.Image][4]float32
}

func (b *materialBuffer) init() {
	gl.GenBuffers(1, &b.buffer)
	gl.GenTextures(1, &b.texture)
}

// update sends all materials of a layout.
func (b *materialBuffer) update(l *render.Layout, t *textures) {
	data := b.pack(l, t)
	gl.BindBuffer(gl.TEXTURE_BUFFER, b.buffer)
	gl.BufferData(gl.TEXTURE_BUFFER, len(data)*4, unsafe.Pointer(unsafe.SliceData(data)), gl.STATIC_DRAW)
	gl.BindTexture(gl.TEXTURE_BUFFER, b.texture)
	gl.TexBuffer(gl.TEXTURE_BUFFER, gl.RGBA32F, b.buffer)
}

func (b *materialBuffer) delete() {
	gl.DeleteBuffers(1, &b.buffer)
	gl.DeleteTextures(1, &b.texture)
}

// pack writes the texels of all materials.
func (b *materialBuffer) pack(l *render.Layout, t *textures) []float32 {
	known := b.means
	b.means = map[*scene.Image][4]float32{}
	mean := func(m scene.Map, colour bool) [4]float32 {
		key, ok := keyOf(m, l.Textures, colour)
		if !ok {
			return [4]float32{1, 1, 1, 1}
		}
		v, seen := known[key.image]
		if !seen {
			v = meanOf(key.image)
		}
		b.means[key.image] = v
		if colour {
			for k := range 3 {
				v[k] = toLinear[uint8(v[k]*255+0.5)]
			}
		}
		return v
	}
	data := make([]float32, 0, 4*materialTexels*len(l.Materials))
	var records []float32
	for i := range l.Materials {
		m := &l.Materials[i]
		record := 0
		if m.Layers != nil || sampledMaps(m) != ([mapCount]scene.Map{}) {
			record = len(l.Materials)*materialTexels + len(records)/4
			records = appendRecord(records, m, l.Textures, t, mean)
		}
		colour, flags := surfaceOf(m, l.Translucent[i], mean)
		data = append(data, colour[0], colour[1], colour[2], colour[3], m.Metallic, m.Roughness, float32(flags), m.Cutoff,
			m.Emissive[0], m.Emissive[1], m.Emissive[2], float32(record))
	}
	return append(data, records...)
}

// means returns the mean of the pixels of a map, of all images that have no place in the shaders.
type means func(m scene.Map, colour bool) [4]float32

// surfaceOf returns the base colour with the alpha that counts, and the flags.
func surfaceOf(m *scene.Material, translucent bool, mean means) (colour [4]float32, flags int) {
	colour = m.BaseColor
	if !m.Blend && !m.Mask {
		colour[3] = 1
	}
	if m.Mask && !m.Blend {
		flags |= materialMask
	}
	if translucent {
		flags |= materialTranslucent
	}
	if m.Unlit {
		flags |= materialUnlit
	}
	if !m.DoubleSided {
		flags |= materialSingleSided
	}
	if l := m.Layers; l != nil && l.Transmission > 0 {
		colour = transmissive(colour, l, mean)
	}
	return colour, flags
}

// transmissive tints a colour by what the body behind the surface swallows (KHR_materials_volume: Beer's law), and gives
// it an alpha instead of refraction: clear glass keeps a little, dark glass more.
func transmissive(colour [4]float32, l *scene.Layers, mean means) [4]float32 {
	t := min(max(l.Transmission, 0), 1)
	if thick := l.ThicknessM * mean(l.ThicknessMap, false)[1]; thick > 0 && l.AttenuationDistanceM > 0 {
		for k := range 3 {
			passed := math.Pow(float64(max(l.AttenuationColor[k], 0)), float64(thick/l.AttenuationDistanceM))
			colour[k] *= 1 - t + t*float32(passed)
		}
	}
	clear := 0.2126*colour[0] + 0.7152*colour[1] + 0.0722*colour[2]
	colour[3] *= 1 - t*(0.35+0.5*min(clear, 1))
	return colour
}

// appendRecord appends what only some materials have: the texels of layers and two per map. Maps that are not sampled count
// by their mean.
func appendRecord(out []float32, m *scene.Material, all []scene.Texture, t *textures, mean means) []float32 {
	plain := scene.PlainLayers()
	l := m.Layers
	if l == nil {
		l = &plain
	}
	every, sampled := maps(m), sampledMaps(m)
	rest := func(i, channel int) float32 {
		if sampled[i] == every[i] {
			return 1
		}
		return mean(every[i], mapColours[i])[channel]
	}
	ior := max(l.IOR, 1)
	if l.IOR == 0 { // KHR_materials_ior: as if it were infinite
		ior = 1e6
	}
	f0 := (ior - 1) / (ior + 1)
	f0 *= f0
	swallowed := absorption(l)
	own := m.BaseColor[3]
	if !m.Blend && !m.Mask {
		own = opaqueAlpha
	}
	sin, cos := math.Sincos(float64(l.AnisotropyRotationRad))
	out = append(out,
		m.NormalScale, m.OcclusionStrength, l.Specular*rest(mapSpecular, 3), l.Clearcoat*rest(mapClearcoat, 0),
		f0*l.SpecularColor[0]*rest(mapSpecularColour, 0), f0*l.SpecularColor[1]*rest(mapSpecularColour, 1),
		f0*l.SpecularColor[2]*rest(mapSpecularColour, 2), l.ClearcoatRoughness*rest(mapClearcoatRoughness, 1),
		l.SheenColor[0]*rest(mapSheen, 0), l.SheenColor[1]*rest(mapSheen, 1), l.SheenColor[2]*rest(mapSheen, 2),
		l.SheenRoughness*rest(mapSheenRoughness, 3),
		l.Transmission*rest(mapTransmission, 0), l.ThicknessM*rest(mapThickness, 1), min(ior, 10), l.Dispersion,
		swallowed[0], swallowed[1], swallowed[2], 0,
		l.Iridescence*rest(mapIridescence, 0), max(l.IridescenceIOR, 1), l.FilmMinNM, l.FilmMinNM+(l.FilmMaxNM-l.FilmMinNM)*rest(mapFilm, 1),
		l.Anisotropy*rest(mapAnisotropy, 2), float32(cos), float32(sin), 0,
		m.BaseColor[0], m.BaseColor[1], m.BaseColor[2], own)
	for i, mp := range sampled {
		out = appendMap(out, mp, all, t, mapColours[i])
	}
	return out
}

// absorption is how much light a body swallows per metre (KHR_materials_volume: Beer's law).
func absorption(l *scene.Layers) (out [3]float32) {
	if l.AttenuationDistanceM <= 0 {
		return out
	}
	for k := range out {
		out[k] = -float32(math.Log(float64(min(max(l.AttenuationColor[k], 1e-5), 1)))) / l.AttenuationDistanceM
	}
	return out
}

// appendMap appends how a map is sampled: two rows of the matrix of KHR_texture_transform (scale first, then rotation
// counter-clockwise as v points down, then offset), the layer of the image, and the ways to wrap and smooth.
func appendMap(out []float32, m scene.Map, all []scene.Texture, t *textures, colour bool) []float32 {
	layer := t.layerOf(m, all, colour)
	how := 0
	if m.Texture > scene.NoTexture && int(m.Texture) < len(all) {
		tex := &all[m.Texture]
		how = int(tex.WrapU) | int(tex.WrapV)<<2
		if tex.Nearest {
			how |= 16
		}
	}
	if m.Second {
		how |= 32
	}
	sin, cos := math.Sincos(float64(m.RotationRad))
	s, c := float32(sin), float32(cos)
	return append(out, c*m.Scale[0], s*m.Scale[1], m.Offset[0], layer, -s*m.Scale[0], c*m.Scale[1], m.Offset[1], float32(how))
}

// meanOf returns the mean of an image as it is stored, of some thousand pixels.
func meanOf(i *scene.Image) (out [4]float32) {
	stepX, stepY := max(1, i.Width/64), max(1, i.Height/64)
	n := float32(0)
	for y := stepY / 2; y < i.Height; y += stepY {
		for x := stepX / 2; x < i.Width; x += stepX {
			p := i.Pix[4*(y*i.Width+x):]
			for k := range out {
				out[k] += float32(p[k]) / 255
			}
			n++
		}
	}
	for k := range out {
		out[k] /= n
	}
	return out
}
