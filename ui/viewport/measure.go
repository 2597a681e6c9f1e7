package viewport

import (
	"fmt"
	"math"
	"strconv"

	"fyne.io/fyne/v2"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// snapDp is how near to an edge or a corner the pointer means it.
const snapDp = 10

// measured is a measure whose points go along with the nodes that they were taken on.
type measured struct {
	kind   scene.MeasureKind
	points []anchor
}

type anchor struct {
	node scene.NodeID
	at   mgl64.Vec3 // in the frame of the node
}

func (v *Viewport) anchor(node scene.NodeID, world mgl64.Vec3) anchor {
	if node <= scene.Root || !v.scene.Has(node) {
		return anchor{scene.Root, world}
	}
	return anchor{node, mgl64.TransformCoordinate(world, v.scene.World(node).Inv())}
}

// measure is where the measure stands now; ok is false when a node of it is gone.
func (v *Viewport) measure(m *measured) (out scene.Measure, ok bool) {
	out.Kind = m.kind
	for _, a := range m.points {
		if !v.scene.Has(a.node) {
			return out, false
		}
		out.Points = append(out.Points, mgl64.TransformCoordinate(a.at, v.scene.World(a.node)))
	}
	return out, true
}

// Measures returns what was measured, as it stands now.
func (v *Viewport) Measures() []scene.Measure {
	var out []scene.Measure
	for i := range v.tools.done {
		if m, ok := v.measure(&v.tools.done[i]); ok {
			out = append(out, m)
		}
	}
	return out
}

// SetMeasures replaces what was measured. The points stand in the world from now on.
func (v *Viewport) SetMeasures(all []scene.Measure) {
	v.tools.done = nil
	for _, m := range all {
		one := measured{kind: m.Kind}
		for _, p := range m.Points {
			one.points = append(one.points, anchor{scene.Root, p})
		}
		v.tools.done = append(v.tools.done, one)
	}
	v.measuresChanged(false)
}

func (v *Viewport) measuresChanged(tell bool) {
	v.dirty = true
	v.overlay.tooled()
	if tell && v.OnMeasure != nil {
		v.OnMeasure(v.Measures())
	}
}

// measureAt takes the point under the pointer.
func (v *Viewport) measureAt(at fyne.Position) {
	t := &v.tools
	snap, ok := v.snapAt(at)
	if !ok {
		return
	}
	if t.tool == ToolMeasureEdge {
		if snap.Kind != scene.SnapEdge && snap.Kind != scene.SnapVertex {
			return
		}
		one := measured{scene.EdgeLength, []anchor{v.anchor(snap.Node, snap.Edge[0]), v.anchor(snap.Node, snap.Edge[1])}}
		if snap.Round {
			one = measured{scene.Radius, []anchor{v.anchor(snap.Node, snap.Centre), v.anchor(snap.Node, snap.Point)}}
		}
		t.done = append(t.done, one)
		v.measuresChanged(true)
		return
	}
	t.taking.kind = measureKinds[t.tool]
	t.taking.points = append(t.taking.points, v.anchor(snap.Node, snap.Point))
	whole := len(t.taking.points) == t.taking.kind.Needs()
	if whole {
		t.done, t.taking = append(t.done, t.taking), measured{}
	}
	v.measuresChanged(whole)
}

// snapAt returns what the pointer means.
func (v *Viewport) snapAt(at fyne.Position) (scene.Snap, bool) {
	c := v.orbit.Camera()
	within := snapDp * 2 * math.Tan(c.Normalized().FovYRad/2) / float64(max(v.Size().Height, 1))
	return v.picker.SnapAt(v.ray(at), scene.PickOptions{Section: v.section, Skip: v.skip}, within)
}

// hoverSnap finds what the pointer would take.
func (v *Viewport) hoverSnap() {
	t := &v.tools
	was, had := t.snap, t.snapped
	t.snapped = false
	if v.input.over && !v.overlay.hit(v.input.at) {
		t.snap, t.snapped = v.snapAt(v.input.at)
	}
	if t.snap == was && t.snapped == had {
		return
	}
	v.overlay.showSnap()
	if len(t.taking.points) > 0 { // the line to the pointer
		v.dirty = true
		v.overlay.placeLabels()
	}
}

// shownMeasures are those that are done, and the one under way up to the pointer.
func (v *Viewport) shownMeasures() []scene.Measure {
	all := v.Measures()
	t := &v.tools
	if len(t.taking.points) == 0 {
		return all
	}
	if m, ok := v.measure(&t.taking); ok {
		if t.snapped {
			m.Points = append(m.Points, t.snap.Point)
		}
		all = append(all, m)
	}
	return all
}

// toolGlyphs are the lines of measures and cuts.
func (v *Viewport) toolGlyphs() []scene.Glyph {
	var out []scene.Glyph
	ink := theme.Color(theme.Accent)
	for _, m := range v.shownMeasures() {
		out = append(out, m.Glyphs(ink, 2)...)
	}
	if v.tools.tool == ToolSection || v.tools.tool == ToolSectionFace {
		for _, line := range v.planeOutlines() {
			out = append(out, scene.Glyph{Kind: scene.Segment, Points: line, WidthPx: 1.2, Colour: theme.WithAlpha(ink, .8)})
		}
	}
	return out
}

// LengthUnit is the unit in which lengths of the scene are told.
type LengthUnit uint8

// The units of lengths. AutoLength tells each length in the metric unit that suits it.
const (
	AutoLength LengthUnit = iota
	Millimetres
	Centimetres
	Metres
	Feet
	Inches
)

var lengthUnits = [...]struct {
	symbol string
	metres float64
}{{"", 1}, {"mm", 1e-3}, {"cm", 1e-2}, {"m", 1}, {"ft", 0.3048}, {"in", 0.0254}} // the foot and inch of 1959 are exact

// SetLengthUnit tells lengths in a unit.
func (v *Viewport) SetLengthUnit(u LengthUnit) {
	if u <= Inches && u != v.tools.unit {
		v.tools.unit = u
		v.overlay.placeLabels()
		v.overlay.placeScale()
	}
}

// SetScale shows the bar that says how long things are, or hides it where nothing stands to scale.
func (v *Viewport) SetScale(on bool) {
	if v.tools.noScale == on {
		v.tools.noScale = !on
		v.overlay.placeScale()
	}
}

// LengthUnit returns the unit in which lengths are told.
func (v *Viewport) LengthUnit() LengthUnit { return v.tools.unit }

// Text tells a length in metres with four digits, as many as a measure on a tessellated part is worth.
func (u LengthUnit) Text(metres float64) string {
	symbol, scale := u.choose(math.Abs(metres))
	return number(metres/scale) + " " + symbol
}

// texts tells the parts of a vector in metres, all in one unit.
func (u LengthUnit) texts(v mgl64.Vec3) (x, y, z, symbol string) {
	symbol, scale := u.choose(max(math.Abs(v[0]), math.Abs(v[1]), math.Abs(v[2])))
	return number(v[0] / scale), number(v[1] / scale), number(v[2] / scale), symbol
}

// choose returns the unit for lengths up to one in metres, and how long it is.
func (u LengthUnit) choose(most float64) (symbol string, metres float64) {
	switch {
	case u != AutoLength:
		return lengthUnits[u].symbol, lengthUnits[u].metres
	case most >= 1000:
		return "km", 1000
	case most >= 1 || most == 0:
		return "m", 1
	}
	return "mm", 1e-3
}

// number writes four significant digits, no exponent and no zeros at the end.
func number(x float64) string {
	decimals := 3
	if a := math.Abs(x); a >= 1 {
		decimals = max(0, 3-int(math.Floor(math.Log10(a))))
	}
	s := strconv.FormatFloat(x, 'f', decimals, 64)
	if decimals > 0 {
		for s[len(s)-1] == '0' {
			s = s[:len(s)-1]
		}
		if s[len(s)-1] == '.' {
			s = s[:len(s)-1]
		}
	}
	if s == "-0" {
		s = "0"
	}
	if s[0] == '-' {
		s = "−" + s[1:]
	}
	return s
}

// measureText tells a measure: what leads, and more.
func measureText(m scene.Measure, u LengthUnit) (text, more string) {
	if !m.Complete() {
		return "", ""
	}
	switch m.Kind {
	case scene.PointAt:
		x, y, z, unit := u.texts(m.Points[0])
		return fmt.Sprintf("x %s  y %s  z %s  %s", x, y, z, unit), ""
	case scene.Angle:
		return number(m.Value()*180/math.Pi) + "°", ""
	case scene.Radius:
		return "R " + u.Text(m.Value()), "⌀ " + u.Text(2*m.Value())
	case scene.Distance:
		x, y, z, unit := u.texts(m.Delta())
		return u.Text(m.Value()), fmt.Sprintf("Δ %s  %s  %s  %s", x, y, z, unit)
	}
	return u.Text(m.Value()), ""
}

// notes are the labels of measures and cuts.
func (o *overlay) notes() []Label {
	v := o.v
	var out []Label
	for _, m := range v.shownMeasures() {
		if text, more := measureText(m, v.tools.unit); text != "" {
			out = append(out, Label{Node: scene.NoNode, Name: text, Value: more, fixed: true, at: m.Anchor()})
		}
	}
	if v.tools.tool == ToolSection {
		for i, h := range o.handles {
			if h.on {
				out = append(out, Label{Node: scene.NoNode, Name: v.planeText(i), fixed: true, at: h.at})
			}
		}
	}
	return out
}

const snapSize = 22

// showSnap marks what the pointer would take: a square on a corner, a triangle on an edge, a ring on a round edge, a cross
// on a face.
func (o *overlay) showSnap() {
	t := &o.v.tools
	if !t.snapped || !t.tool.measuring() {
		o.snapMark.show(false)
		return
	}
	x, y, _, ok := o.camera.Project(t.snap.Point, float64(o.size.Width), float64(o.size.Height))
	o.snapMark.show(ok)
	if ok {
		o.snapMark.place(o.snap(float32(x)-snapSize/2, float32(y)-snapSize/2), fyne.NewSize(snapSize, snapSize))
		if shape := snapShape(t.snap); shape != o.snapShape {
			o.snapShape = shape
			o.snapMark.refresh()
		}
	}
}

// snapShape tells the marks apart.
func snapShape(s scene.Snap) int {
	if s.Kind == scene.SnapEdge && s.Round {
		return int(scene.SnapCentre)
	}
	return int(s.Kind)
}

func (o *overlay) drawSnap(p *theme.Pen, w, h float32, _ fyne.Position) {
	for _, ink := range []struct {
		back  bool
		thick float32
	}{{true, 4}, {false, 1.8}} {
		c := theme.Color(theme.Accent)
		if ink.back {
			c = theme.WithAlpha(theme.Color(theme.Panel), .9) // so that it stands out from any part
		}
		cx, cy := w/2, h/2
		switch scene.SnapKind(o.snapShape) {
		case scene.SnapVertex:
			p.Polyline([]theme.Point{{X: cx - 6, Y: cy - 6}, {X: cx + 6, Y: cy - 6}, {X: cx + 6, Y: cy + 6}, {X: cx - 6, Y: cy + 6}, {X: cx - 6, Y: cy - 6}}, ink.thick, c)
		case scene.SnapEdge:
			p.Polyline([]theme.Point{{X: cx, Y: cy - 7}, {X: cx + 7, Y: cy + 5}, {X: cx - 7, Y: cy + 5}, {X: cx, Y: cy - 7}}, ink.thick, c)
		case scene.SnapCentre:
			p.Ring(cx, cy, 7, ink.thick, c)
		default:
			p.Line(cx-6, cy, cx+6, cy, ink.thick, c)
			p.Line(cx, cy-6, cx, cy+6, ink.thick, c)
		}
	}
}
