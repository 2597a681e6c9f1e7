package bind

import (
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
)

// Property is what a Binding changes.
type Property uint8

// The properties. x is signal·Gain + Offset, or what Curve makes of the signal.
const (
	RotateRate  Property = iota // turn on about Axis at x rad/s
	RotateAngle                 // stand turned about Axis by x rad
	Translate                   // stand moved along Axis by x metres
	Scale                       // be scaled by x along Axis; with a zero Axis in all directions
	Visible                     // be seen while x ≥ 0.5
	Opacity                     // x, 0 … 1
	Colour                      // by Ramp over the signal itself
)

var propertyNames = [...]string{"rotate_rate", "rotate_angle", "translate", "scale", "visible", "opacity", "color"}

// String names the property as the twin file spells it.
func (p Property) String() string {
	if int(p) < len(propertyNames) {
		return propertyNames[p]
	}
	return fmt.Sprintf("property %d", p)
}

// Binding lets a signal change a node.
type Binding struct {
	Signal       twin.SignalID
	Node         scene.NodeID
	Property     Property
	Axis         mgl64.Vec3 // in the frame of the node at rest; its length does not count
	Gain, Offset float64    // per SI unit of the signal, and SI
	Curve        []Point    // rising in At; takes the place of Gain and Offset
	Ramp         []Stop     // rising in At
	Step         bool       // Curve and Ramp jump at each point, for thresholds and ranges, instead of being mixed
}

// Point is a point of a curve of numbers. Outside the ends the end numbers hold.
type Point struct {
	At float64 // SI value of the signal
	X  float64
}

// Stop is a point of a colour ramp. Outside the ends the end colours hold.
type Stop struct {
	At     float64     // SI value of the signal
	Colour color.NRGBA // A 0 leaves the surface's own colour
}

// Check reports what is wrong with bindings for a scene and a tree of this many signals: one error that joins one per
// faulty binding, or nil.
func Check(s *scene.Scene, signals int, bindings []Binding) error {
	var errs []error
	for i := range bindings {
		if err := bindings[i].check(s, signals); err != nil {
			errs = append(errs, fmt.Errorf("bind: binding %d: %w", i+1, err))
		}
	}
	return errors.Join(errs...)
}

func (b *Binding) check(s *scene.Scene, signals int) error {
	if b.Node < 0 || int(b.Node) >= s.Len() {
		return fmt.Errorf("there is no node %d in the scene", b.Node)
	}
	what := fmt.Sprintf("%s of %q", b.Property, s.Node(b.Node).Path)
	if b.Signal < 0 || int(b.Signal) >= signals {
		return fmt.Errorf("%s: there is no signal %d", what, b.Signal)
	}
	if !b.finite() {
		return fmt.Errorf("%s: its numbers must be finite", what)
	}
	switch b.Property {
	case RotateRate, RotateAngle, Translate:
		if b.Axis.Len() == 0 {
			return fmt.Errorf("%s: it needs an axis", what)
		}
	case Scale, Visible, Opacity:
	case Colour:
		if len(b.Ramp) == 0 {
			return fmt.Errorf("%s: it needs a ramp of colours", what)
		}
	default:
		return fmt.Errorf("%s: no such property", what)
	}
	if !slices.IsSortedFunc(b.Curve, func(a, b Point) int { return rising(a.At, b.At) }) ||
		!slices.IsSortedFunc(b.Ramp, func(a, b Stop) int { return rising(a.At, b.At) }) {
		return fmt.Errorf("%s: the values of its points must rise", what)
	}
	return nil
}

// rising is a comparison for IsSortedFunc by which equal values are out of order too.
func rising(a, b float64) int {
	if a <= b {
		return -1
	}
	return 1
}

func (b *Binding) finite() bool {
	ok := func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
	for _, p := range b.Curve {
		if !ok(p.At) || !ok(p.X) {
			return false
		}
	}
	for _, p := range b.Ramp {
		if !ok(p.At) {
			return false
		}
	}
	return ok(b.Gain) && ok(b.Offset) && ok(b.Axis[0]) && ok(b.Axis[1]) && ok(b.Axis[2])
}

// number maps a value.
func (b *Binding) number(v float64) float64 {
	c := b.Curve
	if len(c) == 0 {
		return v*b.Gain + b.Offset
	}
	k := 0
	for k < len(c) && c[k].At <= v {
		k++
	}
	switch {
	case k == 0:
		return c[0].X
	case k == len(c) || b.Step:
		return c[k-1].X
	}
	p, q := c[k-1], c[k]
	return p.X + (q.X-p.X)*(v-p.At)/(q.At-p.At)
}

// colour maps a value.
func (b *Binding) colour(v float64) color.NRGBA {
	r := b.Ramp
	k := 0
	for k < len(r) && r[k].At <= v {
		k++
	}
	switch {
	case k == 0:
		return r[0].Colour
	case k == len(r) || b.Step:
		return r[k-1].Colour
	}
	p, q := r[k-1], r[k]
	return Mix(p.Colour, q.Colour, (v-p.At)/(q.At-p.At))
}

// Mix returns the colour a part t of the way from a to b in sRGB, weighted by opacity: from no tint to a tint, the tint
// fades in with its own hue.
func Mix(a, b color.NRGBA, t float64) color.NRGBA {
	wa, wb := float64(a.A)*(1-t), float64(b.A)*t
	w := wa + wb
	if w <= 0 {
		return color.NRGBA{}
	}
	f := func(x, y uint8) uint8 { return uint8((float64(x)*wa+float64(y)*wb)/w + 0.5) }
	return color.NRGBA{R: f(a.R, b.R), G: f(a.G, b.G), B: f(a.B, b.B), A: uint8(w + 0.5)}
}
