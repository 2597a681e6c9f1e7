package render

import "image/color"

// Look is a way to draw the scene.
type Look uint8

// The looks.
const (
	Operate  Look = iota // flat clay with quiet edges: only what is abnormal has colour
	Engineer             // materials with edges; x-ray on request
	Review               // materials lit by sun and sky, tone mapped
)

// String names the look as the command line spells it.
func (l Look) String() string { return [...]string{"operate", "engineer", "review"}[min(l, Review)] }

// ParseLook returns the look with this name.
func ParseLook(name string) (Look, bool) {
	for l := Operate; l <= Review; l++ {
		if l.String() == name {
			return l, true
		}
	}
	return Operate, false
}

// Palette holds the colours of the 3D view, in sRGB. It is a plain value.
type Palette struct {
	Dark      bool
	Sky       color.NRGBA // at the top
	Horizon   color.NRGBA // where sky and ground meet; distant things fade into it
	Ground    color.NRGBA // terrain and sea near by
	Clay      color.NRGBA // equipment in the Operate look
	ClayEdge  color.NRGBA // its edges
	Accent    color.NRGBA // selection and hover
	Stale     color.NRGBA // the hatch of stale and the dots of bad data
	Predicted color.NRGBA
	Ghost     color.NRGBA    // default colour of ghosts
	Alarm     [4]color.NRGBA // by priority, 1 at index 0
}

func hex(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 255}
}

func mix(a, b color.NRGBA, t float64) color.NRGBA {
	f := func(x, y uint8) uint8 { return uint8(float64(x)*(1-t) + float64(y)*t + 0.5) }
	return color.NRGBA{R: f(a.R, b.R), G: f(a.G, b.G), B: f(a.B, b.B), A: 255}
}

var alarmColours = [4]color.NRGBA{hex(0xD3122F), hex(0xE87511), hex(0xD9B300), hex(0xA04CC0)}

// Day returns the palette of the light theme. The values are those of the design tokens.
func Day() Palette {
	return Palette{
		Sky: hex(0xCBD0D6), Horizon: mix(hex(0xCBD0D6), hex(0xB9BFC6), 0.4), Ground: hex(0xB9BFC6),
		Clay: hex(0xAEB5BD), ClayEdge: hex(0x7C858F), Accent: hex(0x2B66A8), Stale: hex(0x878F98),
		Predicted: hex(0x8B6BE0), Ghost: hex(0x8B6BE0), Alarm: alarmColours,
	}
}

// Night returns the palette of the dark theme. The values are those of the design tokens.
func Night() Palette {
	return Palette{
		Dark: true,
		Sky:  hex(0x20252B), Horizon: mix(hex(0x20252B), hex(0x191D22), 0.4), Ground: hex(0x191D22),
		Clay: hex(0x78818B), ClayEdge: hex(0xA5ADB6), Accent: hex(0x62A6EA), Stale: hex(0x666E78),
		Predicted: hex(0x8B6BE0), Ghost: hex(0x8B6BE0), Alarm: alarmColours,
	}
}
