package mesh

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// mfLook is what a corner looks like.
type mfLook struct {
	surface  int32    // index into the surfaces of the palette
	color    [4]uint8 // sRGB and alpha, which multiplies the surface
	uv       [2]float32
	textured bool
}

// mfSurface is what becomes a material.
type mfSurface struct {
	name       string
	base       [4]uint8 // sRGB and alpha; under textures, what they are laid over
	under      bool     // there is something under the textures
	textures   []mfLayer
	reflection *mfReflection
	model      *mfModel // that textures of the reflection belong to
	blend      bool
}

// mfLayer is a texture that is laid over others.
type mfLayer struct {
	texture  *mfTexture
	multiply bool // its colours multiply what is under it; otherwise they cover it as far as they are opaque
}

// palette gathers the surfaces of a package.
type palette struct {
	surfaces []mfSurface
	known    map[string]int32
	last     int32 // the surface that was asked for last
	warn     func(format string, args ...any)
	stop     func() error // asked now and then
}

// surface returns the number of a surface.
func (p *palette) surface(s mfSurface) int32 {
	if int(p.last) < len(p.surfaces) && s.equals(&p.surfaces[p.last]) {
		return p.last
	}
	key := fmt.Sprintf("%q %v %v %v %p %p", s.name, s.base, s.under, s.blend, s.reflection, s.model)
	for _, l := range s.textures {
		key += fmt.Sprintf(" %p %v", l.texture, l.multiply)
	}
	id, ok := p.known[key]
	if !ok {
		id = int32(len(p.surfaces))
		p.surfaces, p.known[key] = append(p.surfaces, s), id
	}
	p.last = id
	return id
}

func (s *mfSurface) equals(o *mfSurface) bool {
	return s.name == o.name && s.base == o.base && s.under == o.under && s.reflection == o.reflection && s.model == o.model &&
		s.blend == o.blend && slices.Equal(s.textures, o.textures)
}

var opaqueWhite = [4]uint8{255, 255, 255, 255}

// looks returns the looks of a group by index.
func (p *palette) looks(m *mfModel, id uint32) ([]mfLook, error) {
	g := m.groups[id]
	switch {
	case g == nil:
		return nil, fmt.Errorf("there is no group of properties %d", id)
	case g.looks != nil:
		return g.looks, nil
	}
	var out []mfLook
	var err error
	switch g.kind {
	case mfBases:
		for i, b := range g.bases {
			r := m.reflection(b.display, i)
			if r == nil {
				r = m.reflection(g.display, i)
			}
			s := p.surface(mfSurface{name: b.name, base: b.color, blend: b.color[3] < 255, reflection: r, model: m})
			out = append(out, mfLook{surface: s, color: opaqueWhite})
		}
	case mfColors:
		blend := false
		for _, c := range g.colors {
			blend = blend || c[3] < 255
		}
		for i, c := range g.colors {
			s := p.surface(mfSurface{name: "colours", base: opaqueWhite, blend: blend, reflection: m.reflection(g.display, i), model: m})
			out = append(out, mfLook{surface: s, color: c})
		}
	case mfTextures:
		t := m.textures[g.of[0]]
		if t == nil {
			return nil, fmt.Errorf("there is no texture %d", g.of[0])
		}
		s := p.surface(mfSurface{name: "texture", base: opaqueWhite, textures: []mfLayer{{texture: t}}, reflection: m.reflection(g.display, 0), model: m})
		for _, uv := range g.uvs {
			out = append(out, mfLook{surface: s, color: opaqueWhite, uv: uv, textured: true})
		}
	case mfComposites:
		out, err = p.composites(m, g)
	case mfMultis:
		out, err = p.multis(m, g)
	}
	if err != nil {
		return nil, err
	}
	if out == nil {
		out = []mfLook{}
	}
	g.looks = out
	return out, nil
}

// reflection returns an entry of display properties, or nil. A list of one entry holds for all.
func (m *mfModel) reflection(id uint32, index int) *mfReflection {
	d := m.displays[id]
	if d == nil || len(d.entries) == 0 {
		return nil
	}
	if len(d.entries) == 1 {
		index = 0
	}
	if index >= len(d.entries) {
		return nil
	}
	return &d.entries[index]
}

// composites mixes the colours of materials by their shares.
func (p *palette) composites(m *mfModel, g *mfGroup) ([]mfLook, error) {
	base := m.groups[g.group]
	if base == nil || base.kind != mfBases {
		return nil, fmt.Errorf("there are no base materials %d to mix", g.group)
	}
	s := p.surface(mfSurface{name: "mixture", base: opaqueWhite, reflection: m.reflection(g.display, 0), model: m})
	var out []mfLook
	for _, shares := range g.mixes {
		var sum [3]float64
		total := 0.0
		for i, share := range shares {
			if i >= len(g.of) || int(g.of[i]) >= len(base.bases) {
				return nil, errors.New("a mixture names materials that are not there")
			}
			share = max(share, 0)
			total += share
			for k := range sum {
				sum[k] += share * float64(base.bases[g.of[i]].color[k])
			}
		}
		look := mfLook{surface: s, color: opaqueWhite}
		for k := range sum {
			if total > 0 {
				look.color[k] = uint8(min(sum[k]/total+0.5, 255))
			}
		}
		out = append(out, look)
	}
	return out, nil
}

// multis lays properties over each other.
func (p *palette) multis(m *mfModel, g *mfGroup) ([]mfLook, error) {
	groups := make([][]mfLook, len(g.of))
	for i, id := range g.of {
		if inner := m.groups[id]; inner != nil && inner.kind == mfMultis {
			return nil, errors.New("layers must not contain layers")
		}
		var err error
		if groups[i], err = p.looks(m, id); err != nil {
			return nil, err
		}
	}
	out := make([]mfLook, 0, len(g.multis))
	for k, indices := range g.multis {
		if k&0xffff == 0 {
			if err := p.stop(); err != nil {
				return nil, err
			}
		}
		s := stack{palette: p, color: opaqueWhite, over: opaqueWhite, surface: mfSurface{name: "layers", base: opaqueWhite, model: m}}
		for i := range groups {
			index := uint32(0) // what is left out is the first
			if i < len(indices) {
				index = indices[i]
			}
			if int(index) >= len(groups[i]) {
				return nil, errors.New("layers name properties that are not there")
			}
			multiply := i > 0 && i-1 < len(g.methods) && strings.EqualFold(g.methods[i-1], "multiply")
			s.put(groups[i][index], i == 0, multiply)
		}
		out = append(out, s.look())
	}
	return out, nil
}

// stack is a pile of properties at one corner.
type stack struct {
	palette *palette
	surface mfSurface
	color   [4]uint8 // of what lies under the textures
	over    [4]uint8 // that multiplies the textures
	uv      [2]float32
}

// put lays a property on top. Its surface is one of the palette, of a group that is no mixture of layers itself.
func (s *stack) put(l mfLook, first, multiply bool) {
	from := &s.palette.surfaces[l.surface]
	if first && len(from.textures) == 0 {
		s.surface.name, s.surface.reflection, s.surface.model = from.name, from.reflection, from.model
	}
	if s.surface.reflection == nil {
		s.surface.reflection, s.surface.model = from.reflection, from.model
	}
	if len(from.textures) > 0 {
		if len(s.surface.textures) > 0 && l.uv != s.uv {
			s.palette.warn("textures that lie over each other at different places are not mixed; the uppermost is shown")
			s.surface.textures = nil
		}
		s.uv = l.uv
		s.surface.under = s.surface.under || !first
		s.surface.textures = append(s.surface.textures, mfLayer{from.textures[len(from.textures)-1].texture, multiply})
		return
	}
	c := l.color
	if c == opaqueWhite {
		c = from.base
	}
	switch {
	case first:
		s.color = c
	case multiply && len(s.surface.textures) > 0:
		s.over = times(s.over, c)
	case multiply:
		s.color = times(s.color, c)
	case len(s.surface.textures) > 0 && c[3] == 255:
		s.surface.textures, s.color, s.over = nil, c, opaqueWhite
	case len(s.surface.textures) > 0:
		s.palette.warn("transparent colours that lie over textures are left out")
	default:
		s.color = covered(s.color, c)
	}
}

// look returns the look of the whole.
func (s *stack) look() mfLook {
	if len(s.surface.textures) == 0 {
		s.surface.blend = s.color[3] < 255
		return mfLook{surface: s.palette.surface(s.surface), color: s.color}
	}
	s.surface.base = s.color
	return mfLook{surface: s.palette.surface(s.surface), color: s.over, uv: s.uv, textured: true}
}

func times(a, b [4]uint8) (c [4]uint8) {
	for i := range c {
		c[i] = uint8((int(a[i])*int(b[i]) + 127) / 255)
	}
	return c
}

// covered returns a with b laid over it as far as b is opaque.
func covered(a, b [4]uint8) (c [4]uint8) {
	alpha := int(b[3])
	for i := range 3 {
		c[i] = uint8((int(a[i])*(255-alpha) + int(b[i])*alpha + 127) / 255)
	}
	c[3] = uint8(alpha + (int(a[3])*(255-alpha)+127)/255)
	return c
}
