package ui

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui/theme"
)

// axisNeed says what an effect does with an axis.
type axisNeed uint8

const (
	noAxis axisNeed = iota
	axisNeeded
	axisFree // without one the effect has a direction of its own: see effect.whole
)

// effect is a property that a binding changes, as people see it.
type effect struct {
	property project.Property
	text     string // in the menu: "Turn at a rate"
	verb     string // in a list: "turns"
	group    string
	unit     twin.Unit // in which x is worded
	fits     string    // dimension of a value that needs no gain; empty: none asks for one
	axis     axisNeed
	whole    string // what no axis means
	number   bool   // takes gain, offset and range
	colours  bool   // takes a ramp or states
	moves    bool   // glides from value to value
}

// The units in which effects are worded. Those of the SI brochure are in package twin; these are for people.
var (
	percent  = twin.Unit{Symbol: "%", Dimension: "number", Scale: 0.01}
	times    = twin.Unit{Symbol: "×", Dimension: "number", Scale: 1}
	degree   = twin.Unit{Symbol: "°", Dimension: "angle", Scale: math.Pi / 180}
	degreeBy = twin.Unit{Symbol: "°/s", Dimension: "angular speed", Scale: math.Pi / 180}
	metre    = twin.Unit{Symbol: "m", Dimension: "length", Scale: 1}
	metreBy  = twin.Unit{Symbol: "m/s", Dimension: "speed", Scale: 1}
	perSec   = twin.Unit{Symbol: "×/s", Dimension: "number", Scale: 1}
)

// effects lists what a binding can do, in the order of the menu.
var effects = []effect{
	{project.RotateRate, "Turn at a rate", "turns", "Motion", degreeBy, "angular speed", axisNeeded, "", true, false, false},
	{project.RotateAngle, "Turn to an angle", "stands at", "Motion", degree, "angle", axisNeeded, "", true, false, true},
	{project.Translate, "Move", "moves", "Motion", metre, "length", axisNeeded, "", true, false, true},
	{project.Scale, "Scale", "scales", "Motion", times, "number", axisFree, "All", true, false, true},
	{project.ColorRamp, "Colour", "colour", "Look", twin.Unit{}, "", noAxis, "", false, true, false},
	{project.Glow, "Glow", "glows", "Look", twin.Unit{}, "", noAxis, "", false, true, false},
	{project.Gradient, "Colour gradient", "gradient", "Look", twin.Unit{}, "", axisFree, "Long", false, true, false},
	{project.Opacity, "Opacity", "opacity", "Look", percent, "number", noAxis, "", true, false, false},
	{project.Visible, "Show or hide", "", "Look", twin.Unit{}, "", noAxis, "", true, false, false},
	{project.Level, "Fill level", "filled", "Look", percent, "number", axisFree, "Up", true, false, true},
	{project.TextureOffset, "Shift texture", "texture at", "Surface", times, "number", axisNeeded, "", true, false, true},
	{project.TextureRate, "Run texture", "texture runs", "Surface", perSec, "", axisNeeded, "", true, false, false},
	{project.ClipPosition, "Animation position", "animation at", "Surface", percent, "number", noAxis, "", true, false, true},
	{project.ClipRate, "Animation speed", "animation", "Surface", times, "number", noAxis, "", true, false, false},
	{project.Label, "Value label", "label", "Signs", twin.Unit{}, "", noAxis, "", false, false, false},
	{project.Badge, "Badge", "badge", "Signs", twin.Unit{}, "", noAxis, "", true, true, false},
	{project.Arrow, "Arrow", "arrow", "Signs", metre, "length", noAxis, "", true, false, true},
	{project.Flow, "Flow marks", "flows", "Signs", metreBy, "speed", noAxis, "", true, false, false},
	{project.Trail, "Trail", "trail", "Signs", twin.Unit{}, "", noAxis, "", false, true, false},
}

// effectOf returns what is known of a property; one that is not known is a plain number.
func effectOf(p project.Property) *effect {
	for i := range effects {
		if effects[i].property == p {
			return &effects[i]
		}
	}
	return &effect{property: p, text: strings.ReplaceAll(string(p), "_", " "), verb: string(p), number: true}
}

// mapped returns x, which a value (SI) becomes by the range, the gain and the offset of a binding.
func mapped(b *project.Binding, si float64) float64 {
	lo, hi := b.Range[0], b.Range[1]
	if lo < hi {
		si = math.Max(lo, math.Min(hi, si))
		if b.Property == project.Level {
			return (si - lo) / (hi - lo)
		}
	}
	return si*b.Gain + b.Offset
}

// outcome is what a value does to a part.
type outcome struct {
	text   string
	colour color.NRGBA // A 0: none
}

// happens words what a binding makes of a value. The quality must be usable: what is not known has no effect to word.
func happens(b *project.Binding, s *twin.Signal, si float64) outcome {
	e := effectOf(b.Property)
	if math.IsNaN(si) || math.IsInf(si, 0) {
		return outcome{text: "–"}
	}
	if e.colours && (len(b.Ramp) > 0 || len(b.States) > 0) {
		c := colourAt(b, si)
		if c.A == 0 {
			return outcome{text: "own colour"}
		}
		return outcome{colour: c}
	}
	switch b.Property {
	case project.Visible:
		if mapped(b, si) >= 0.5 {
			return outcome{text: "shown"}
		}
		return outcome{text: "hidden"}
	case project.Badge:
		if mapped(b, si) >= 0.5 {
			return outcome{text: "badge"}
		}
		return outcome{text: "no badge"}
	case project.Label:
		return outcome{text: join(b.Text, wordsOf(s, b.Unit, si))}
	case project.Trail:
		return outcome{text: "trail"}
	}
	x := mapped(b, si)
	if e.property == project.Opacity || e.property == project.Level || e.property == project.ClipPosition {
		x = math.Max(0, math.Min(1, x))
	}
	return outcome{text: figures(e.unit.FromSI(x)) + " " + e.unit.Symbol}
}

// wordsOf words a value in the unit of its signal, or in the unit of an expression.
func wordsOf(s *twin.Signal, u twin.Unit, si float64) string {
	if s != nil {
		return quantity(s, twin.Value{Value: si, Quality: twin.Good})
	}
	return strings.TrimSpace(figures(u.FromSI(si)) + " " + u.Symbol)
}

// colourAt is the colour that a binding gives for a value, in the theme in force; A 0 for none.
func colourAt(b *project.Binding, si float64) color.NRGBA {
	if len(b.States) > 0 {
		for _, s := range b.States {
			if math.Round(si) == s.At {
				return colourOf(s.Color)
			}
		}
		return color.NRGBA{}
	}
	stops := b.Ramp
	k := 0
	for k < len(stops) && stops[k].At <= si {
		k++
	}
	switch {
	case k == 0:
		return colourOf(stops[0].Color)
	case k == len(stops) || b.Step:
		return colourOf(stops[k-1].Color)
	}
	p, q := stops[k-1], stops[k]
	a, c := colourOf(p.Color), colourOf(q.Color)
	out := theme.Mix(a, c, float32((si-p.At)/(q.At-p.At)))
	if a.A == 0 && c.A == 0 {
		out.A = 0
	}
	return out
}

// figures words a number with four significant digits at most, without an exponent where people can read it.
func figures(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	a := math.Abs(v)
	var text string
	switch {
	case a == 0:
		return "0"
	case a >= 1e7 || a < 1e-4:
		text = strconv.FormatFloat(v, 'g', 3, 64)
	default:
		digits := max(0, 3-int(math.Floor(math.Log10(a))))
		text = strconv.FormatFloat(v, 'f', min(digits, 7), 64)
		if strings.ContainsRune(text, '.') {
			text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
		}
	}
	if text == "-0" {
		return "0"
	}
	return strings.Replace(text, "-", "−", 1)
}

// gainWords says what gain and offset make of a value, in the units of both ends: "1 rpm → 6 °/s".
func gainWords(e *effect, u twin.Unit, gain, offset float64) string {
	if !e.number {
		return ""
	}
	from := func(v float64) string { return strings.TrimSpace(figures(v) + " " + u.Symbol) }
	to := func(x float64) string { return strings.TrimSpace(figures(x) + " " + e.unit.Symbol) }
	at := func(v float64) float64 { return e.unit.FromSI(u.SI(v)*gain + offset) }
	if e.property == project.Visible || e.property == project.Badge {
		return thresholdWords(e, u, gain, offset)
	}
	zero, step := at(0), at(1)-at(0)
	if gain == 0 {
		return "always " + to(zero)
	}
	if math.Abs(zero) < 1e-9*(1+math.Abs(step)) {
		return from(1) + " → " + to(step)
	}
	sign := "+"
	if step < 0 {
		sign = ""
	}
	return from(0) + " → " + to(zero) + ", each " + strings.TrimSpace("1 "+u.Symbol) + " " + sign + to(step)
}

// thresholdWords says from which value on x is half or more.
func thresholdWords(e *effect, u twin.Unit, gain, offset float64) string {
	what := "shown"
	if e.property == project.Badge {
		what = "a badge"
	}
	if gain == 0 {
		if offset >= 0.5 {
			return "always " + what
		}
		return "never " + what
	}
	v := strings.TrimSpace(figures(u.FromSI((0.5-offset)/gain)) + " " + u.Symbol)
	if gain > 0 {
		return what + " from " + v + " on"
	}
	return what + " up to " + v
}

// axisWords names an axis: "Z", "−Y", "0.7, 0, 0.7".
func axisWords(axis []float64) string {
	if len(axis) != 3 {
		return ""
	}
	for i, name := range []string{"X", "Y", "Z"} {
		j, k := (i+1)%3, (i+2)%3
		if axis[j] == 0 && axis[k] == 0 && axis[i] != 0 {
			if axis[i] < 0 {
				return "−" + name
			}
			return name
		}
	}
	parts := make([]string, 3)
	for i, v := range axis {
		parts[i] = figures(v)
	}
	return strings.Join(parts, ", ")
}

// bindingTitle words a binding in a few words: "Turn at a rate about Z".
func bindingTitle(b *project.Binding) string {
	e := effectOf(b.Property)
	text := e.text
	if e.axis != noAxis && b.Axis != [3]float64{} {
		joint := " along "
		if b.Property == project.RotateRate || b.Property == project.RotateAngle {
			joint = " about "
		}
		text += joint + axisWords(b.Axis[:])
	}
	return text
}

// appliesTo words how many assets share a binding: "for all 6 turbines", "for this farm only".
func appliesTo(kind string, assets int) string {
	if assets == 1 {
		return "of the only " + kind
	}
	return fmt.Sprintf("for all %s", count(assets, kind))
}
