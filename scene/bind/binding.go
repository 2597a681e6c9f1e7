package bind

import (
	"cmp"
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
)

// Property is what a Binding changes.
type Property uint8

// The properties. x is the value, within Range, times Gain plus Offset, or what Curve makes of the value.
const (
	RotateRate    Property = iota // turn on about Axis at x rad/s
	RotateAngle                   // stand turned about Axis by x rad
	Translate                     // stand moved along Axis by x metres
	Scale                         // be scaled by x along Axis; with a zero Axis in all directions
	Visible                       // be seen while x ≥ 0.5
	Opacity                       // x, 0 … 1
	Colour                        // by Ramp or Category over the value itself
	Emissive                      // glow by Ramp or Category over the value itself; A of a colour is the strength
	TextureOffset                 // shift the textures along Axis (u, v, 0) by x of their size
	TextureRate                   // let the textures run along Axis at x of their size per second
	ClipPosition                  // stand as animation Clip has it at x of its length, 0 … 1
	ClipRate                      // play animation Clip on and on at x times its own speed
	Label                         // show the value beside the part, as Text
	Badge                         // show a mark beside the part, coloured by Ramp or Category, else while x ≥ 0.5
	Level                         // be filled up to x of its box along Axis, 0 … 1; zero Axis is up
	Gradient                      // be coloured by Ramp over the value and those of More, evenly along Axis, the longest side when it is zero
	Arrow                         // carry an arrow of x metres, turned by More[0] rad about Axis, or x, y, z with two in More
	Flow                          // carry chevrons that move along Path at x m/s
	Trail                         // draw the way that the part came in the last Window
)

var propertyNames = [...]string{"rotate_rate", "rotate_angle", "translate", "scale", "visible", "opacity", "color", "glow", "texture_offset",
	"texture_rate", "clip", "clip_rate", "label", "badge", "level", "gradient", "arrow", "flow", "trail"}

// String names the property as the twin file spells it.
func (p Property) String() string {
	if int(p) < len(propertyNames) {
		return propertyNames[p]
	}
	return fmt.Sprintf("property %d", p)
}

// Interpolation says how a part gets from one value to the next.
type Interpolation uint8

// The interpolations.
const (
	Glide  Interpolation = iota // most of the way at once, the rest within a fraction of a second
	Linear                      // evenly, in the time that lies between two values, 2 s at most
	Jump                        // at once
)

// Policy says what a value does that is not good.
type Policy uint8

// The policies. Under all of them the part is marked by what is wrong with the value.
const (
	Mark Policy = iota // uncertain values count, bad ones leave a part where it was and take its colour away
	Hold               // only good values count: the part stays as the last good one left it
	Hide               // the part, or the sign that it carries, is not shown
)

// Binding lets a value change a node. The value is that of Signal or, when Expr is set, of an expression over Signals.
type Binding struct {
	Signal   twin.SignalID // NoSignal when Expr is set, and for a Trail without a value
	Expr     *expression.Program
	Signals  []twin.SignalID     // of Expr, by its Names
	More     []expression.Source // further values of a Gradient or an Arrow
	Node     scene.NodeID
	Property Property

	Axis         mgl64.Vec3 // in the frame of the node at rest; its length does not count
	Gain, Offset float64    // per SI unit of the value, and SI
	Range        [2]float64 // SI; the value is held within; equal ends mean none
	Curve        []Point    // rising in At; takes the place of Gain and Offset
	Ramp         []Stop     // rising in At
	Category     []Stop     // colours of whole numbers, rising in At; takes the place of Ramp; a number without one has no colour
	Step         bool       // Curve and Ramp jump at each point, for thresholds and ranges, instead of being mixed
	Interpolate  Interpolation
	Quality      Policy

	Clip    string        // name of an animation of the model that holds the node
	Path    []mgl64.Vec3  // of Flow, in the frame of the node; fewer than two: along the longest side of its box
	From    mgl64.Vec3    // of Arrow, where it starts, in the frame of the node
	Zero    mgl64.Vec3    // of Arrow, its direction at 0 rad; it turns from there about Axis
	Paint   color.NRGBA   // of Arrow, Flow, Trail and Badge without Ramp and Category
	WidthPx float64       // of Arrow, Flow and Trail; 0 is a width that suits
	Window  time.Duration // of Trail
	Text    string        // of Label and Badge: what stands before the value
}

// Source returns where the value comes from.
func (b *Binding) Source() expression.Source {
	if b.Expr != nil {
		return expression.Source{Signal: twin.NoSignal, Program: b.Expr, Inputs: b.Signals}
	}
	return expression.Of(b.Signal)
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
	for i, source := range append([]expression.Source{b.Source()}, b.More...) {
		if i == 0 && b.Property == Trail && !source.Given() {
			continue // a trail needs no value
		}
		if err := known(&source, signals); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	if !b.finite() {
		return fmt.Errorf("%s: its numbers must be finite", what)
	}
	if err := b.complete(s); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if !slices.IsSortedFunc(b.Curve, func(a, b Point) int { return rising(a.At, b.At) }) ||
		!slices.IsSortedFunc(b.Ramp, func(a, b Stop) int { return rising(a.At, b.At) }) ||
		!slices.IsSortedFunc(b.Category, func(a, b Stop) int { return rising(a.At, b.At) }) {
		return fmt.Errorf("%s: the values of its points must rise", what)
	}
	return nil
}

// known checks that a source reads signals that are there, one for each name of its expression.
func known(source *expression.Source, signals int) error {
	list := []twin.SignalID{source.Signal}
	if source.Program != nil {
		if list = source.Inputs; len(list) != len(source.Program.Names()) {
			return fmt.Errorf("its expression has %d names and %d signals", len(source.Program.Names()), len(list))
		}
	}
	for _, id := range list {
		if id < 0 || int(id) >= signals {
			return fmt.Errorf("there is no signal %d", id)
		}
	}
	return nil
}

// complete checks that a binding has what its property needs.
func (b *Binding) complete(s *scene.Scene) error {
	coloured := len(b.Ramp)+len(b.Category) > 0
	switch b.Property {
	case RotateRate, RotateAngle, Translate, TextureOffset, TextureRate:
		if b.Axis.Len() == 0 {
			return errors.New("it needs an axis")
		}
	case Colour, Emissive:
		if !coloured {
			return errors.New("it needs a ramp of colours")
		}
	case Gradient:
		if n := 1 + len(b.More); n < 2 || n > scene.MaxGradient {
			return fmt.Errorf("it has %d values, 2 to %d may be", n, scene.MaxGradient)
		}
		if len(b.Ramp) == 0 {
			return errors.New("it needs a ramp of colours")
		}
	case ClipPosition, ClipRate:
		if _, ok := clipOf(s, b.Node, b.Clip); !ok {
			return fmt.Errorf("its model has no animation %q", b.Clip)
		}
	case Arrow:
		switch len(b.More) {
		case 1:
			if b.Axis.Len() == 0 || b.Zero.Len() == 0 {
				return errors.New("it needs an axis and a direction at 0")
			}
		case 2:
		default:
			return errors.New("it needs a direction, or three components")
		}
	case Trail:
		if b.Window <= 0 {
			return errors.New("it needs a window of time")
		}
	default:
		if int(b.Property) >= len(propertyNames) {
			return errors.New("no such property")
		}
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
	for _, p := range append(slices.Clone(b.Ramp), b.Category...) {
		if !ok(p.At) {
			return false
		}
	}
	for _, p := range append(slices.Clone(b.Path), b.From, b.Zero, mgl64.Vec3{b.Range[0], b.Range[1], b.WidthPx}) {
		if !ok(p[0]) || !ok(p[1]) || !ok(p[2]) {
			return false
		}
	}
	return ok(b.Gain) && ok(b.Offset) && ok(b.Axis[0]) && ok(b.Axis[1]) && ok(b.Axis[2])
}

// number maps a value.
func (b *Binding) number(v float64) float64 {
	if b.Range[0] < b.Range[1] {
		v = min(max(v, b.Range[0]), b.Range[1])
	}
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

// paint returns the colour of a value: by the category, the ramp, or else the paint.
func (b *Binding) paint(v float64) color.NRGBA {
	switch {
	case len(b.Category) > 0:
		i, found := slices.BinarySearchFunc(b.Category, math.Round(v), func(s Stop, at float64) int { return cmp.Compare(s.At, at) })
		if !found {
			return color.NRGBA{}
		}
		return b.Category[i].Colour
	case len(b.Ramp) > 0:
		return b.colour(v)
	}
	return b.Paint
}

// colour maps a value by the ramp.
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
