package mesh

import (
	"fmt"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// mfPainter turns surfaces into materials.
type mfPainter struct {
	builder  *mfBuilder
	gallery  *gallery
	textures map[mfTextureKey]scene.TextureID
	made     map[string]*scene.Image
}

type mfTextureKey struct {
	image   *scene.Image
	tile    [2]string
	nearest bool
}

// addMaterials adds the materials of the surfaces that meshes have, by their numbers from 1.
func (b *mfBuilder) addMaterials(all []*mfGeometry) ([]scene.MaterialID, error) {
	out := make([]scene.MaterialID, len(b.palette.surfaces)+1)
	used := make([]bool, len(out))
	for _, g := range all {
		for _, m := range []*scene.Mesh{g.solid, g.bars} {
			if m != nil {
				for _, p := range slices.Concat(m.Parts, m.LineParts) {
					used[p.Material] = true
				}
			}
		}
	}
	p := &mfPainter{builder: b, textures: map[mfTextureKey]scene.TextureID{}, made: map[string]*scene.Image{}}
	p.gallery = newGallery(b.job, b.pack.read)
	var pictures []string
	for i := range b.palette.surfaces {
		if s := &b.palette.surfaces[i]; used[i+1] {
			pictures = append(pictures, s.pictures()...)
		}
	}
	slices.Sort(pictures)
	if err := p.gallery.decode(slices.Compact(pictures)); err != nil {
		return nil, err
	}
	for i := range b.palette.surfaces {
		if used[i+1] {
			out[i+1] = b.scene.AddMaterial(p.material(&b.palette.surfaces[i]))
			if err := b.job.Err(); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// pictures lists the parts that a surface has its pictures from.
func (s *mfSurface) pictures() []string {
	var out []string
	for _, l := range s.textures {
		out = append(out, l.texture.path)
	}
	if r := s.reflection; r != nil {
		for _, id := range []uint32{r.metallicMap, r.roughnessMap} {
			if t := s.model.textures[id]; t != nil {
				out = append(out, t.path)
			}
		}
	}
	return out
}

func (p *mfPainter) material(s *mfSurface) scene.Material {
	m := scene.Material{Name: s.name, Roughness: 0.7, Blend: s.blend}
	m.BaseColor = [4]float32{linear(s.base[0]), linear(s.base[1]), linear(s.base[2]), float32(s.base[3]) / 255}
	if img, tile := p.layers(s); img != nil {
		m.BaseColor = [4]float32{1, 1, 1, 1}
		m.BaseColorMap = p.texture(img, tile)
		if hasAlpha(img) {
			m.Mask = mostlyBinary(img)
			m.Blend, m.Cutoff = !m.Mask, 0.5
		}
	}
	if s.reflection != nil {
		p.reflect(&m, s)
	}
	return m
}

// reflect sets what display properties say.
func (p *mfPainter) reflect(m *scene.Material, s *mfSurface) {
	r := s.reflection
	if r.metallic >= 0 {
		m.Metallic = float32(clamp01(r.metallic))
	}
	if r.roughness >= 0 {
		m.Roughness = float32(clamp01(r.roughness))
	}
	if r.hasTextureMaps {
		rough, tile := p.picture(s.model, r.roughnessMap)
		metal, other := p.picture(s.model, r.metallicMap)
		if rough == nil {
			tile = other
		}
		if rough != nil || metal != nil {
			key := fmt.Sprintf("packed %p %p", rough, metal)
			m.MetallicRoughnessMap = p.texture(p.once(key, func() *scene.Image { return packed(rough, metal) }), tile)
		}
	}
	if r.translucent {
		l := scene.PlainLayers()
		l.Transmission = 1
		if r.ior > 1 && r.ior < 5 {
			l.IOR = float32(r.ior)
		}
		if len(r.attenuation) == 3 { // light falls to exp(-a·d) on its way (Beer and Lambert); said for a centimetre
			l.AttenuationDistanceM = 0.01
			for i, a := range r.attenuation {
				l.AttenuationColor[i] = float32(math.Exp(-max(a, 0) * 0.01))
			}
		}
		m.Layers = &l
	}
}

func (p *mfPainter) picture(m *mfModel, id uint32) (*scene.Image, *mfTexture) {
	t := m.textures[id]
	if t == nil {
		return nil, nil
	}
	return p.gallery.picture(t.path), t
}

func (p *mfPainter) once(key string, make func() *scene.Image) *scene.Image {
	img, ok := p.made[key]
	if !ok {
		img = make()
		p.made[key] = img
	}
	return img
}

// layers returns the picture of a surface, with those that lie over each other laid together, and how it is tiled.
func (p *mfPainter) layers(s *mfSurface) (*scene.Image, *mfTexture) {
	var layers []mfLayer
	var images []*scene.Image
	width, height := 0, 0
	for _, l := range s.textures {
		if img := p.gallery.picture(l.texture.path); img != nil {
			layers, images = append(layers, l), append(images, img)
			width, height = max(width, img.Width), max(height, img.Height)
		}
	}
	if len(images) == 0 {
		return nil, nil
	}
	tile := layers[len(layers)-1].texture
	if len(images) == 1 && (!s.under || !layers[0].multiply && !hasAlpha(images[0])) {
		return images[0], tile
	}
	key := fmt.Sprintf("layers %v %v", s.base, s.under)
	for i, l := range layers {
		key += fmt.Sprintf(" %p %v", images[i], l.multiply)
	}
	return p.once(key, func() *scene.Image {
		return made(images[len(images)-1].Name, width, height, func(x, y int, to []uint8) {
			c := [4]uint8{}
			if s.under {
				c = s.base
			}
			for i, l := range layers {
				over := [4]uint8(sampler{images[i], width, height}.at(x, y))
				switch {
				case i == 0 && !s.under:
					c = over
				case l.multiply:
					c = times(c, over)
				default:
					c = covered(c, over)
				}
			}
			copy(to, c[:])
		})
	}), tile
}

func (p *mfPainter) texture(img *scene.Image, t *mfTexture) scene.Map {
	if img == nil || t == nil {
		return scene.Map{}
	}
	key := mfTextureKey{img, t.tile, t.nearest}
	id, ok := p.textures[key]
	if !ok {
		var err error
		id, err = p.builder.scene.AddTexture(scene.Texture{Name: img.Name, Image: img, WrapU: wrap(t.tile[0]), WrapV: wrap(t.tile[1]), Nearest: t.nearest})
		if err != nil {
			return scene.Map{}
		}
		p.textures[key] = id
	}
	return scene.Map{Texture: id}
}

func wrap(tile string) scene.Wrap {
	switch tile {
	case "mirror":
		return scene.Mirror
	case "clamp", "none":
		return scene.Clamp
	}
	return scene.Repeat
}
