package mesh

import "strings"

// surface is a material of an MTL file. Pointers are nil for what it does not say.
type surface struct {
	name                 string
	folder               string // of the file, slash-separated, relative to the model
	diffuse, glow        *[3]float64
	specular             *[3]float64
	shininess            *float64 // Ns
	opaque, clear        *float64 // d, Tr
	illum                *float64
	ior                  *float64 // Ni
	roughness, metallic  *float64 // Pr, Pm
	coat, coatRoughness  *float64 // Pc, Pcr
	sheen                *float64 // Ps
	anisotropy, rotation *float64 // aniso, anisor
	maps                 map[string]surfaceMap
}

// surfaceMap is a texture of a material with its options.
type surfaceMap struct {
	file   string
	offset [2]float64
	scale  [2]float64
	clamp  bool
	bump   float64 // -bm
	base   float64 // -mm
	gain   float64
	side   byte // -imfchan: r, g, b, m (matte, alpha), l (luminance) or z; 0 for what is usual
}

// mapNames gives the spellings of the kinds of textures.
var mapNames = map[string]string{
	"map_kd": "Kd", "map_ka": "Ka", "map_ks": "Ks", "map_ke": "Ke", "map_ns": "Ns", "map_d": "d", "map_tr": "d", "map_opacity": "d",
	"map_bump": "bump", "bump": "bump", "norm": "norm", "map_kn": "norm", "map_pr": "Pr", "map_pm": "Pm", "map_ps": "Ps",
	"map_rma": "ORM", "map_orm": "ORM", "disp": "disp", "decal": "decal", "refl": "refl",
}

// parseMTL reads the materials of a file. What it does not understand it leaves out; each material stands for itself.
func parseMTL(data []byte, folder string) []*surface {
	var out []*surface
	var m *surface
	for text := asUTF8(data); len(text) > 0; {
		var l line
		l, text = cutStatement(text)
		word := strings.ToLower(string(l.word()))
		if word == "newmtl" {
			m = &surface{name: l.rest(), folder: folder, maps: map[string]surfaceMap{}}
			out = append(out, m)
		} else if m != nil && word != "" && word[0] != '#' {
			m.statement(word, l)
		}
	}
	return out
}

func (m *surface) statement(word string, l line) {
	numbers := map[string]**float64{"ns": &m.shininess, "tr": &m.clear, "illum": &m.illum, "ni": &m.ior, "pr": &m.roughness,
		"pm": &m.metallic, "pc": &m.coat, "pcr": &m.coatRoughness, "ps": &m.sheen, "aniso": &m.anisotropy, "anisor": &m.rotation}
	colors := map[string]**[3]float64{"kd": &m.diffuse, "ks": &m.specular, "ke": &m.glow}
	switch {
	case numbers[word] != nil:
		if v, ok := l.float(); ok && finite(v) {
			*numbers[word] = &v
		}
	case colors[word] != nil:
		if c, ok := l.color(); ok {
			*colors[word] = &c
		}
	case word == "d":
		rest := l
		if string(rest.word()) == "-halo" {
			l = rest
		}
		if v, ok := l.float(); ok && finite(v) {
			m.opaque = &v
		}
	case mapNames[word] != "":
		if t := l.texture(); t.file != "" {
			m.maps[mapNames[word]] = t
		}
	}
}

// color takes r g b, or a single value for all three. The spectral and the xyz forms of the format are not in use.
func (l *line) color() (c [3]float64, ok bool) {
	n := l.floats(c[:])
	if n == 1 {
		c[1], c[2] = c[0], c[0]
	}
	return c, (n == 1 || n == 3) && finite(c[0]) && finite(c[1]) && finite(c[2])
}

// texture takes options and the name of a file, which may have blanks.
func (l *line) texture() surfaceMap {
	t := surfaceMap{scale: [2]float64{1, 1}, bump: 1, gain: 1}
	for {
		rest := *l
		word := strings.ToLower(string(rest.word()))
		if len(word) < 2 || word[0] != '-' || !t.option(word, &rest) {
			break
		}
		*l = rest
	}
	t.file = strings.Trim(l.rest(), `"`)
	return t
}

// option takes the values of an option. Up to three numbers follow -o, -s and -t; those left out keep their defaults.
func (t *surfaceMap) option(word string, l *line) bool {
	var v [3]float64
	switch word {
	case "-o", "-s", "-t":
		n := l.floats(v[:])
		for i := range min(n, 2) {
			if !finite(v[i]) {
				continue
			}
			if word == "-o" {
				t.offset[i] = v[i]
			} else if word == "-s" {
				t.scale[i] = v[i]
			}
		}
	case "-bm":
		if b, ok := l.float(); ok && finite(b) {
			t.bump = b
		}
	case "-mm":
		if l.floats(v[:2]) == 2 && finite(v[0]) && finite(v[1]) {
			t.base, t.gain = v[0], v[1]
		}
	case "-clamp":
		t.clamp = strings.EqualFold(string(l.word()), "on")
	case "-imfchan":
		if w := l.word(); len(w) == 1 {
			t.side = w[0] | 0x20
		}
	case "-blendu", "-blendv", "-cc", "-texres", "-boost", "-type":
		l.word()
	default:
		return false
	}
	return true
}
