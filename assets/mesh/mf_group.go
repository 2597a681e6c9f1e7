package mesh

import (
	"strings"
)

// mfGroup is a list of properties that corners of triangles have: materials, colours, places in a texture, or mixtures.
type mfGroup struct {
	kind    mfKind
	bases   []mfBase     // of mfBases
	colors  [][4]uint8   // of mfColors, sRGB and alpha
	uvs     [][2]float32 // of mfTextures, v downwards
	mixes   [][]float64  // of mfComposites: shares of the materials that of names
	multis  [][]uint32   // of mfMultis: indices into the groups that of names
	of      []uint32     // the texture, the materials by their index, or the groups
	group   uint32       // of mfComposites: the group of its materials
	methods []string     // of mfMultis: how each group but the first is laid over those before
	display uint32       // display properties, 0 for none

	looks []mfLook // filled in when it is first used
}

type mfKind uint8

const (
	mfBases mfKind = iota
	mfColors
	mfTextures
	mfComposites
	mfMultis
)

// mfBase is a material with the colour that it is shown in.
type mfBase struct {
	name    string
	color   [4]uint8
	display uint32
}

// mfTexture is a picture in the package.
type mfTexture struct {
	path    string
	tile    [2]string
	nearest bool
}

// mfDisplay says how surfaces reflect light, by the index of the property.
type mfDisplay struct {
	kind    string
	entries []mfReflection
}

// mfReflection is an entry of display properties; what it does not say is negative.
type mfReflection struct {
	metallic, roughness         float64
	ior                         float64
	attenuation                 []float64 // 1/m for red, green and blue
	metallicMap, roughnessMap   uint32    // textures, 0 for none
	translucent, hasTextureMaps bool
}

// group begins a group.
func (m *mfModel) newGroup(x *markup, kind mfKind) (*mfGroup, error) {
	id, err := m.newID(x)
	if err != nil {
		return nil, err
	}
	g := &mfGroup{kind: kind}
	if g.display, _, err = x.number("displaypropertiesid"); err != nil {
		return nil, err
	}
	m.groups[id] = g
	return g, nil
}

func (m *mfModel) baseGroup(x *markup) error {
	g, err := m.newGroup(x, mfBases)
	if err != nil {
		return err
	}
	return x.children(func(name string) error {
		if name != "base" {
			return nil
		}
		b := mfBase{name: x.str("name")}
		if b.color, err = color3(x, "displaycolor"); err == nil {
			b.display, _, err = x.number("displaypropertiesid")
		}
		g.bases = append(g.bases, b)
		return err
	})
}

func (m *mfModel) colorGroup(x *markup) error {
	g, err := m.newGroup(x, mfColors)
	if err != nil {
		return err
	}
	return x.children(func(name string) error {
		if name != "color" {
			return nil
		}
		c, err := color3(x, "color")
		g.colors = append(g.colors, c)
		return err
	})
}

// color3 reads #RRGGBB or #RRGGBBAA.
func color3(x *markup, name string) (c [4]uint8, err error) {
	v := x.str(name)
	digits := strings.TrimPrefix(v, "#")
	bad := len(digits) == len(v) || len(digits) != 6 && len(digits) != 8
	c[3] = 255
	for i := 0; i+1 < len(digits) && i < 8 && !bad; i += 2 {
		high, low := strings.IndexByte(hexDigits, digits[i]|0x20), strings.IndexByte(hexDigits, digits[i+1]|0x20)
		bad = high < 0 || low < 0
		c[i/2] = uint8(high<<4 | low)
	}
	if bad {
		return c, x.fail("%s is %.40q, not a colour as #RRGGBB", name, v)
	}
	return c, nil
}

const hexDigits = "0123456789abcdef"

func (m *mfModel) textureGroup(x *markup) error {
	g, err := m.newGroup(x, mfTextures)
	if err != nil {
		return err
	}
	id, err := x.need("texid")
	if err != nil {
		return err
	}
	g.of = []uint32{id}
	return x.children(func(name string) error {
		if name != "tex2coord" {
			return nil
		}
		u, _, errU := x.real("u")
		v, _, errV := x.real("v")
		if errU != nil {
			return errU
		}
		g.uvs = append(g.uvs, [2]float32{float32(u), float32(1 - v)})
		return errV
	})
}

// ids reads a list of numbers of resources or indices.
func ids(x *markup, name string) ([]uint32, error) {
	b, _ := x.attr(name)
	v, ok := reals(b, 1000)
	out := make([]uint32, len(v))
	for i, f := range v {
		ok = ok && f >= 0 && f < 1<<31 && f == float64(uint32(f))
		out[i] = uint32(f)
	}
	if !ok {
		return nil, x.fail("%s is %.80q, not a list of numbers", name, plainText(b))
	}
	return out, nil
}

func (m *mfModel) compositeGroup(x *markup) error {
	g, err := m.newGroup(x, mfComposites)
	if err != nil {
		return err
	}
	if g.group, err = x.need("matid"); err != nil {
		return err
	}
	if g.of, err = ids(x, "matindices"); err != nil {
		return err
	}
	return x.children(func(name string) error {
		if name != "composite" {
			return nil
		}
		b, _ := x.attr("values")
		v, ok := reals(b, 1000)
		if !ok {
			return x.fail("values are %.80q, not a list of numbers", plainText(b))
		}
		g.mixes = append(g.mixes, v)
		return nil
	})
}

func (m *mfModel) multiGroup(x *markup) error {
	g, err := m.newGroup(x, mfMultis)
	if err != nil {
		return err
	}
	if g.of, err = ids(x, "pids"); err != nil {
		return err
	}
	g.methods = strings.Fields(x.str("blendmethods"))
	return x.children(func(name string) error {
		if name != "multi" {
			return nil
		}
		indices, err := ids(x, "pindices")
		g.multis = append(g.multis, indices)
		return err
	})
}

func (m *mfModel) texture(x *markup) error {
	id, err := m.newID(x)
	if err == nil {
		m.textures[id] = &mfTexture{path: partKey("/", x.str("path")), tile: [2]string{x.str("tilestyleu"), x.str("tilestylev")}, nearest: x.str("filter") == "nearest"}
	}
	return err
}

// display reads display properties. The kinds that name textures have one entry, which is their own element.
func (m *mfModel) display(x *markup, kind string) error {
	id, err := m.newID(x)
	if err != nil {
		return err
	}
	d := &mfDisplay{kind: kind}
	m.displays[id] = d
	if strings.Contains(kind, "texture") {
		r := mfReflection{hasTextureMaps: true, metallic: 1, roughness: 1}
		r.metallicMap, _, _ = x.number("metallictextureid")
		r.roughnessMap, _, _ = x.number("roughnesstextureid")
		if v, ok, err := x.real("metallicfactor"); ok && err == nil {
			r.metallic = v
		}
		if v, ok, err := x.real("roughnessfactor"); ok && err == nil {
			r.roughness = v
		}
		if kind == "pbspeculartexturedisplayproperties" {
			r = mfReflection{metallic: -1, roughness: -1}
		}
		d.entries = []mfReflection{r}
		return nil
	}
	return x.children(func(name string) error {
		r := mfReflection{metallic: -1, roughness: -1}
		if v, ok, err := x.real("metallicness"); ok && err == nil {
			r.metallic = v
		}
		if v, ok, err := x.real("roughness"); ok && err == nil {
			r.roughness = v
		}
		if v, ok, err := x.real("glossiness"); ok && err == nil {
			r.roughness = 1 - v
		}
		if name == "translucent" {
			r.translucent = true
			b, _ := x.attr("attenuation")
			r.attenuation, _ = reals(b, 3)
			b, _ = x.attr("refractiveindex")
			if v, ok := reals(b, 3); ok && len(v) == 3 {
				r.ior = (v[0] + v[1] + v[2]) / 3
			}
		}
		d.entries = append(d.entries, r)
		return nil
	})
}
