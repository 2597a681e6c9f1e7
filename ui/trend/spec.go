package trend

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/chart"
)

// View is how the lines of a trend are shown.
type View string

// The views.
const (
	OverTime  View = ""
	Histogram View = "histogram" // how often the first line had which value
	Spectrum  View = "spectrum"  // amplitude by frequency, of all lines in the unit of the first
	XY        View = "xy"        // the lines in the unit of the second over the first
)

// Views lists all of them.
func Views() []View { return []View{OverTime, XY, Histogram, Spectrum} }

// String names a view for people.
func (v View) String() string {
	switch v {
	case Histogram:
		return "Histogram"
	case Spectrum:
		return "Spectrum"
	case XY:
		return "Over each other"
	}
	return "Over time"
}

// Bounds of a Spec.
const (
	MaxLines   = 12
	MaxCompare = 4
)

// Line is one line of a trend.
type Line struct {
	Signal string     `json:"signal,omitempty"` // path; empty when Expr is set
	Expr   string     `json:"expr,omitempty"`   // over signals by their paths from the top: farm.T01.power / farm.T02.power
	Name   string     `json:"name,omitempty"`   // of an expression, for people
	Derive Derivation `json:"derive,omitempty"`
	Window Span       `json:"window,omitempty"` // of the moving derivations
	Hidden bool       `json:"hidden,omitempty"`
	Colour int        `json:"colour,omitempty"` // see chart.ColourOf; it stays when other lines go
}

// Plain reports whether the line is a signal as measured.
func (l *Line) Plain() bool { return l.Expr == "" && l.Derive == Derivation(chart.AsMeasured) }

// Derivation is a chart.Derivation that is kept by its name.
type Derivation chart.Derivation

// MarshalText implements encoding.TextMarshaler.
func (d Derivation) MarshalText() ([]byte, error) { return []byte(chart.Derivation(d).String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Derivation) UnmarshalText(text []byte) error {
	own, err := ParseDerivation(string(text))
	*d = Derivation(own)
	return err
}

// ParseDerivation returns the derivation with this name; hyphens count as spaces, and the first letters are enough.
func ParseDerivation(name string) (chart.Derivation, error) {
	want := strings.ToLower(strings.ReplaceAll(name, "-", " "))
	var names []string
	for _, d := range chart.Derivations() {
		if want != "" && strings.HasPrefix(strings.ToLower(d.String()), want) {
			return d, nil
		}
		names = append(names, strings.ReplaceAll(d.String(), " ", "-"))
	}
	return 0, fmt.Errorf("trend: there is no derivation %q; there are %s", name, strings.Join(names, ", "))
}

// Span is a length of time that is kept as text: "10m0s".
type Span time.Duration

// MarshalText implements encoding.TextMarshaler.
func (s Span) MarshalText() ([]byte, error) { return []byte(time.Duration(s).String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	*s = Span(d)
	return err
}

// Spec is what a trend shows.
type Spec struct {
	Lines     []Line `json:"lines"`
	View      View   `json:"view,omitempty"`
	Compare   []Span `json:"compare,omitempty"` // how long before
	NoLimits  bool   `json:"no_limits,omitempty"`
	NoEvents  bool   `json:"no_events,omitempty"`
	AllEvents bool   `json:"all_events,omitempty"` // of all assets, not only of those of the lines
}

// Parse reads a Spec as it was kept. What cannot be used is left out.
func Parse(data []byte) (Spec, error) {
	var s Spec
	if err := json.Unmarshal(data, &s); err != nil {
		return Spec{}, fmt.Errorf("trend: what was kept cannot be read: %w", err)
	}
	return s.clean(), nil
}

func (s Spec) clean() Spec {
	s.Lines = slices.DeleteFunc(slices.Clone(s.Lines), func(l Line) bool { return l.Signal == "" && l.Expr == "" })
	s.Lines = s.Lines[:min(len(s.Lines), MaxLines)]
	for i := range s.Lines {
		s.Lines[i].Window = min(max(s.Lines[i].Window, 0), Span(MaxWindow))
	}
	s.Compare = slices.DeleteFunc(slices.Clone(s.Compare), func(d Span) bool { return d <= 0 || d > Span(MaxOffset) })
	s.Compare = s.Compare[:min(len(s.Compare), MaxCompare)]
	if !slices.Contains(Views(), s.View) {
		s.View = OverTime
	}
	return s
}

// Bounds of what people may ask for.
const (
	MaxWindow = 31 * 24 * time.Hour
	MaxOffset = 20 * 365 * 24 * time.Hour
)

// Alone is the trend of one signal.
func Alone(path string) Spec { return Spec{Lines: []Line{{Signal: path}}} }

// Simple reports whether the trend is no more than one signal as measured, so that nothing is lost when another takes its
// place.
func (s *Spec) Simple() bool {
	return len(s.Lines) == 0 || len(s.Lines) == 1 && s.Lines[0].Plain() && s.View == OverTime && len(s.Compare) == 0
}

// Find returns the index of the line that shows a signal as measured, or −1.
func (s *Spec) Find(path string) int {
	return slices.IndexFunc(s.Lines, func(l Line) bool { return l.Plain() && l.Signal == path })
}

// With returns the Spec with one more line, in a colour that no other has; ok is false when there are MaxLines already.
func (s Spec) With(l Line) (out Spec, ok bool) {
	if len(s.Lines) >= MaxLines {
		return s, false
	}
	l.Colour = 0
	for slices.ContainsFunc(s.Lines, func(o Line) bool { return o.Colour == l.Colour }) {
		l.Colour++
	}
	s.Lines = append(slices.Clone(s.Lines), l)
	return s, true
}

// Without returns the Spec without a line.
func (s Spec) Without(i int) Spec {
	s.Lines = slices.Delete(slices.Clone(s.Lines), i, i+1)
	return s
}

// Signals returns the ids of the signals that are shown as measured, in the order of the lines.
func (s *Spec) Signals(tree *twin.Tree) (out []twin.SignalID) {
	for i := range s.Lines {
		if l := &s.Lines[i]; l.Plain() && tree != nil {
			if id, ok := tree.SignalByPath(l.Signal); ok {
				out = append(out, id)
			}
		}
	}
	return out
}

// Windows are the windows that are offered for the moving derivations.
func Windows() []time.Duration {
	return []time.Duration{10 * time.Second, time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}
}

// DefaultWindow is the window that suits a span: about a fiftieth of it.
func DefaultWindow(span time.Duration) time.Duration {
	out := Windows()[0]
	for _, w := range Windows() {
		if w <= span/50 {
			out = w
		}
	}
	return out
}
