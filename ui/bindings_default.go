package ui

import (
	"math"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
)

// shape is what is known of a part that a binding is suggested for.
type shape struct {
	name string     // of node and asset, to guess what it is
	size [3]float64 // of its box, in its own frame, metres; zero: not known
}

// vessels are words in names of parts that hold something.
var vessels = []string{"tank", "silo", "vessel", "basin", "hopper", "reservoir", "drum", "buffer", "bunker", "boiler", "sump"}

// holds reports whether a part, by its name, can be filled.
func (s shape) holds() bool {
	name := strings.ToLower(s.name)
	return slices.ContainsFunc(vessels, func(w string) bool { return strings.Contains(name, w) })
}

// suggest returns what a signal most likely does to a part: by its unit, its kind, and what the part is.
func suggest(s *twin.Signal, part shape) project.BindingText {
	switch {
	case s.Kind == twin.Bool:
		return withProperty(project.BindingText{}, project.Visible, s, part)
	case s.Kind == twin.Enum:
		return withProperty(project.BindingText{}, project.ColorRamp, s, part)
	}
	property := project.Label
	switch s.Unit.Dimension {
	case "angular speed":
		property = project.RotateRate
	case "angle":
		property = project.RotateAngle
	case "length":
		property = project.Translate
		if part.holds() {
			property = project.Level
		}
	case "number":
		if s.Unit.Symbol == "%" {
			property = project.Opacity
			if name := strings.ToLower(s.Name + " " + s.Label); part.holds() || strings.Contains(name, "level") || strings.Contains(name, "fill") {
				property = project.Level
			}
		}
	case "speed":
		if s.Unit.Symbol != "mm/s" { // vibration
			property = project.Flow
		} else if _, _, ok := spread(s); ok {
			property = project.ColorRamp
		}
	default:
		if _, _, ok := spread(s); ok {
			property = project.ColorRamp
		}
	}
	return withProperty(project.BindingText{}, property, s, part)
}

// withProperty changes the property of a binding: what suits the new one stays, what it needs is filled in, so that the
// result does something sensible at once. s may be nil, as for an expression.
func withProperty(b project.BindingText, p project.Property, s *twin.Signal, part shape) project.BindingText {
	e, old := effectOf(p), effectOf(b.Property)
	b.Property = p
	if e.axis == noAxis || e.axis != axisFree && len(b.Axis) == 0 {
		b.Axis = nil
	}
	if e.axis == axisNeeded && b.Axis == nil {
		b.Axis = defaultAxis(p, part)
	}
	if !e.number || old.unit != e.unit {
		b.Gain, b.Offset = nil, nil
	}
	if !e.number {
		b.Range = nil
	}
	if !e.moves {
		b.Interpolate = ""
	}
	if !e.colours || p == project.Badge || p == project.Trail {
		b.Ramp, b.States, b.Step = nil, nil, false
	} else if len(b.Ramp) == 0 && len(b.States) == 0 {
		b.Ramp, b.States = defaultColours(s)
	}
	if p != project.Label && p != project.Badge {
		b.Text = ""
	}
	if p != project.ClipPosition && p != project.ClipRate {
		b.Clip = ""
	}
	switch {
	case p == project.Level && s != nil && b.Range == nil && s.Unit.Dimension != "number":
		if lo, hi, ok := spread(s); ok {
			b.Range = []float64{tidy(s.Unit.FromSI(lo)), tidy(s.Unit.FromSI(hi))}
		}
	case e.number && b.Gain == nil && s != nil:
		b.Gain, b.Offset = defaultGain(e, s)
	}
	if p == project.Arrow {
		if b.Zero == nil {
			b.Zero = []float64{0, 0, 1}
		}
		if b.Color == "" {
			b.Color = "accent"
		}
	}
	if p == project.Trail && b.Window == "" {
		b.Window = "30s"
	}
	return b
}

// spread is the range over which a signal moves: the normal one, else all that is plausible, SI.
func spread(s *twin.Signal) (lo, hi float64, ok bool) {
	if s.Normal[0] < s.Normal[1] {
		return s.Normal[0], s.Normal[1], true
	}
	return s.Min, s.Max, s.HasRange()
}

// whole is all that a signal can be, SI; what has no range is taken as 0 to 1.
func whole(s *twin.Signal) (lo, hi float64) {
	switch {
	case s.Kind == twin.Bool:
		return 0, 1
	case s.Kind == twin.Enum:
		return 0, float64(max(1, len(s.States)-1))
	case s.HasRange():
		return s.Min, s.Max
	case s.Normal[0] < s.Normal[1]:
		return s.Normal[0], s.Normal[1]
	}
	return 0, 1
}

// defaultColours leaves a part as it is in normal operation and colours what lies beyond; states get a colour each.
func defaultColours(s *twin.Signal) ([]project.StopText, []project.StateText) {
	switch {
	case s == nil:
		return []project.StopText{{At: 0, Color: "clay"}, {At: 1, Color: "high"}}, nil
	case s.Kind == twin.Enum:
		out := make([]project.StateText, len(s.States))
		for i, name := range s.States {
			out[i] = project.StateText{State: name, Color: stateColour(name)}
		}
		return nil, out
	case s.Kind == twin.Bool:
		return nil, []project.StateText{{State: "false", Color: "clay"}, {State: "true", Color: "accent"}}
	}
	lo, hi, ok := spread(s)
	if !ok {
		lo, hi = s.Unit.SI(0), s.Unit.SI(100)
	}
	at := func(si float64) float64 { return tidy(s.Unit.FromSI(si)) }
	out := []project.StopText{{At: at(lo), Color: "clay"}, {At: at(lo + (hi-lo)*.75), Color: "clay"}, {At: at(hi), Color: "high"}}
	if s.HasRange() && s.Max > hi+(hi-lo)*.05 {
		out = append(out, project.StopText{At: at(min(s.Max, hi+(hi-lo)*.25)), Color: "critical"})
	}
	return rising(out), nil
}

// rising leaves out stops that do not come after the one before.
func rising(stops []project.StopText) []project.StopText {
	var out []project.StopText
	for _, s := range stops {
		if len(out) == 0 || s.At > out[len(out)-1].At {
			out = append(out, s)
		}
	}
	return out
}

// stateColour guesses from its name whether a state is normal.
func stateColour(name string) string {
	n := strings.ToLower(name)
	has := func(words ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(n, w) })
	}
	switch {
	case has("trip", "fault", "fail", "error", "emergency"):
		return "critical"
	case has("alarm", "warn", "blocked", "jam"):
		return "high"
	case has("curtail", "limit", "degraded", "starved"):
		return "medium"
	case has("service", "maintenance", "manual", "setup", "test"):
		return "low"
	case has("run", "on", "open", "auto", "produc", "normal", "ok"):
		return "accent"
	}
	return "clay"
}

// defaultGain makes a value do something that can be seen when its unit does not fit: over its whole spread a part turns by
// a quarter, turns at 10 rpm, moves by a metre, or goes from nothing to all. It is nil when the unit fits.
func defaultGain(e *effect, s *twin.Signal) (gain, offset *float64) {
	if e.property == project.Visible || e.property == project.Badge {
		if s.Kind == twin.Bool {
			return nil, nil
		}
		lo, hi, ok := spread(s)
		if !ok || hi == lo {
			return nil, nil
		}
		g := 1 / (hi - lo) // half at the middle
		return number64(tidy(g)), number64(tidy(0.5 - (lo+hi)/2*tidy(g)))
	}
	if e.fits == "" || s.Unit.Dimension == e.fits {
		return nil, nil
	}
	lo, hi, ok := spread(s)
	if s.Kind != twin.Number {
		lo, hi = whole(s)
		ok = true
	}
	if !ok || hi <= lo {
		return number64(1), nil
	}
	full := 1.0
	switch e.property {
	case project.RotateRate:
		full = 2 * math.Pi / 6
	case project.RotateAngle:
		full = math.Pi / 2
	case project.Scale:
		g := tidy(1 / hi)
		return number64(g), nil
	}
	g := tidy(full / (hi - lo))
	if lo == 0 {
		return number64(g), nil
	}
	return number64(g), number64(tidy(-lo * g))
}

func number64(v float64) *float64 { return &v }

// tidy rounds to four significant digits, so that files are not full of 0.30000000000000004.
func tidy(v float64) float64 {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	p := math.Pow(10, 3-math.Floor(math.Log10(math.Abs(v))))
	if math.IsInf(p, 0) || p == 0 {
		return v
	}
	return math.Round(v*p) / p
}

// defaultAxis guesses the axis of a part: what turns is about as wide as high across its axis; what moves, moves up.
func defaultAxis(p project.Property, part shape) []float64 {
	switch p {
	case project.Translate:
		return []float64{0, 1, 0}
	case project.TextureOffset, project.TextureRate:
		return []float64{1, 0, 0}
	}
	best, odd := math.Inf(1), 2
	for i := range 3 {
		j, k := (i+1)%3, (i+2)%3
		a, b := part.size[j], part.size[k]
		if m := max(a, b); m > 0 && math.Abs(a-b)/m < best-1e-9 {
			best, odd = math.Abs(a-b)/m, i
		}
	}
	if best > .25 { // nothing round about it: shafts point along Z in most models of machines
		odd = 2
	}
	axis := []float64{0, 0, 0}
	axis[odd] = 1
	return axis
}
