package ui

import (
	"image/color"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui/theme"
)

// palettes are the colours that the editor offers: those of the theme, in the order of how much they call.
func tokenNames() []string {
	return []string{"clay", "accent", "predicted", "low", "medium", "high", "critical"}
}

// tokenWords says what a colour of the theme stands for.
var tokenWords = map[string]string{
	"clay": "Own colour of the part", "accent": "Accent", "predicted": "Predicted",
	"low": "Low priority", "medium": "Medium priority", "high": "High priority", "critical": "Critical",
}

// fixedColours are a few that do not follow the theme, for ramps of temperature and the like: cold to hot, after the
// colour-blind safe scheme of Okabe and Ito (2008).
var fixedColours = []string{"#0072B2", "#56B4E9", "#009E73", "#F0E442", "#E69F00", "#D55E00", "#CC79A7"}

// colourNamed reads a colour as the twin file writes it.
func colourNamed(text string) (project.Color, bool) {
	if n, ok := tokens[text]; ok {
		c := theme.Of(theme.Day, n)
		return project.Color{Token: text, R: c.R, G: c.G, B: c.B}, true
	}
	if len(text) == 7 && text[0] == '#' {
		if v, err := strconv.ParseUint(text[1:], 16, 24); err == nil {
			return project.Color{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v)}, true
		}
	}
	return project.Color{}, false
}

// swatchOf is a colour as it looks on the clay of the scene.
func swatchOf(text string) color.NRGBA {
	c, ok := colourNamed(text)
	if !ok {
		return theme.Color(theme.Field)
	}
	out := colourOf(c)
	if out.A == 0 {
		return theme.Color(theme.Clay)
	}
	return out
}

// colourWords names a colour for people.
func colourWords(text string) string {
	if w, ok := tokenWords[text]; ok {
		return w
	}
	return strings.ToUpper(text)
}

// rampOf returns the colours of the draft by value, SI: what the ramp preview and the legend draw.
func (d *draft) rampOf(t *twin.Tree) []project.Stop {
	u := d.unit(t)
	var out []project.Stop
	for _, s := range d.text.Ramp {
		c, ok := colourNamed(s.Color)
		if ok && (len(out) == 0 || u.SI(s.At) > out[len(out)-1].At) {
			out = append(out, project.Stop{At: u.SI(s.At), Color: c})
		}
	}
	return out
}
