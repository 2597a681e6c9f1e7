package viewport

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// Tool is what the primary button does in the view, beside selecting and orbiting.
type Tool uint8

// The tools.
const (
	ToolNone Tool = iota
	ToolMeasurePoint
	ToolMeasureDistance
	ToolMeasureAngle
	ToolMeasureEdge // length of a straight edge, radius of a round one
	ToolBoxSelect
	ToolSection     // drag the handles of the section
	ToolSectionFace // the next click cuts along a face
	ToolFly         // look around, W A S D Q E to move
)

// measures is the kind of measure that a tool takes.
var measureKinds = map[Tool]scene.MeasureKind{ToolMeasurePoint: scene.PointAt, ToolMeasureDistance: scene.Distance, ToolMeasureAngle: scene.Angle, ToolMeasureEdge: scene.EdgeLength}

// measuring reports whether the tool takes measures.
func (t Tool) measuring() bool { _, ok := measureKinds[t]; return ok }

// tooling is the tool in the user's hand and what it has done.
type tooling struct {
	tool    Tool
	taking  measured // under way
	done    []measured
	snap    scene.Snap // below the pointer, while measuring
	snapped bool
	unit    LengthUnit
	noScale bool // nothing stands to scale

	banding  bool // a rectangle is being drawn, from → to
	from, to fyne.Position
	add      bool // to the selection

	handle  int // plane of the section in the hand, or -1
	section *scene.Section
	looking bool // the fly tool turns the head
}

// Tool returns the tool in the user's hand.
func (v *Viewport) Tool() Tool { return v.tools.tool }

// SetTool puts a tool into the user's hand; ToolNone takes it away. What was half measured is forgotten.
func (v *Viewport) SetTool(t Tool) {
	if t == v.tools.tool {
		return
	}
	v.tools.tool, v.tools.taking, v.tools.snapped = t, measured{}, false
	v.tools.banding, v.tools.handle, v.tools.looking = false, -1, false
	v.input.keys = nil
	v.input.asked = true
	v.dirty = true
	v.overlay.tooled()
	if v.OnTool != nil {
		v.OnTool(t)
	}
}

// toolPress lets the tool have a press of a button, and reports whether it took it.
func (v *Viewport) toolPress(b desktop.MouseButton, mod fyne.KeyModifier, at fyne.Position) (taken bool) {
	defer func() {
		if taken {
			v.input.last = at // where DragEnd ends
		}
	}()
	t := &v.tools
	if b != desktop.MouseButtonPrimary || mod&fyne.KeyModifierShift != 0 {
		return false
	}
	switch t.tool {
	case ToolBoxSelect:
		t.banding, t.from, t.to, t.add = true, at, at, mod&fyne.KeyModifierControl != 0
		return true
	case ToolSection:
		if t.handle = v.overlay.handleAt(at); t.handle >= 0 {
			t.section = v.section
			return true
		}
	case ToolFly:
		t.looking, t.from = true, at
		return true
	}
	return false
}

// busy reports whether a button is held for the tool.
func (t *tooling) busy() bool { return t.banding || t.looking || t.handle >= 0 }

// toolDrag lets the tool have a move with the button held.
func (v *Viewport) toolDrag(at fyne.Position) bool {
	t := &v.tools
	switch {
	case t.banding:
		t.to = at
		v.overlay.showBand()
	case t.handle >= 0:
		v.dragPlane(at)
	case t.looking:
		h := float64(max(v.Size().Height, 1))
		v.orbit.Look(-float64(at.X-t.from.X)/h*lookRad, float64(at.Y-t.from.Y)/h*lookRad)
		t.from = at
		v.input.moved, v.input.acted = true, v.clock()
		v.moved()
	default:
		return false
	}
	v.input.last = at
	return true
}

// lookRad is how far the head turns for a drag across the height of the view.
const lookRad = 1.2

// toolRelease ends what toolPress began.
func (v *Viewport) toolRelease(at fyne.Position) bool {
	t := &v.tools
	switch {
	case t.banding:
		t.banding, t.to = false, at
		v.overlay.showBand()
		v.takeBand()
	case t.handle >= 0:
		before := t.section
		t.handle, t.section = -1, nil
		v.overlay.tooled()
		if v.OnSection != nil && before != v.section {
			v.OnSection(before, v.section)
		}
	case t.looking:
		t.looking = false
		v.input.held = 0
	default:
		return false
	}
	return true
}

// toolClick lets the tool have a click on the scene.
func (v *Viewport) toolClick(at fyne.Position) bool {
	switch {
	case v.tools.tool.measuring():
		v.measureAt(at)
	case v.tools.tool == ToolSectionFace:
		if hit, ok := v.pick(at); ok {
			v.cut(&scene.Section{Planes: []scene.Plane{scene.PlaneThrough(hit.Point, hit.Normal.Mul(-1))}})
			v.SetTool(ToolSection)
		}
	default:
		return false
	}
	return true
}

// toolKey lets the tool have a key: Escape takes back half a measure, then ends the tool; Delete takes back the last one.
func (v *Viewport) toolKey(name fyne.KeyName) bool {
	t := &v.tools
	switch {
	case t.tool == ToolNone:
		return false
	case name == fyne.KeyEscape && len(t.taking.points) > 0:
		t.taking = measured{}
		v.measuresChanged(false)
	case name == fyne.KeyEscape:
		v.SetTool(ToolNone)
	case (name == fyne.KeyDelete || name == fyne.KeyBackspace) && t.tool.measuring() && len(t.done) > 0:
		t.done = t.done[:len(t.done)-1]
		v.measuresChanged(true)
	case t.tool == ToolFly:
		_, walks := walkKeys[name]
		return walks
	default:
		return false
	}
	return true
}

// takeBand selects what the rectangle takes: from left to right what lies in it, from right to left what it touches.
func (v *Viewport) takeBand() {
	t := &v.tools
	if distance(t.from, t.to) < clickSlop || v.OnBoxSelect == nil {
		return
	}
	s := v.Size()
	clip := func(p fyne.Position) [2]float64 {
		return [2]float64{2*float64(p.X)/float64(max(s.Width, 1)) - 1, 1 - 2*float64(p.Y)/float64(max(s.Height, 1))}
	}
	v.OnBoxSelect(v.picker.PickBox(v.orbit.Camera(), v.aspect(), clip(t.from), clip(t.to), t.to.X > t.from.X, scene.PickOptions{Skip: v.skip}), t.add)
}

// hints say what to do next with a tool.
func (v *Viewport) hint() string {
	t := &v.tools
	next := func(words ...string) string { return words[min(len(t.taking.points), len(words)-1)] }
	switch t.tool {
	case ToolMeasurePoint:
		return "Click a point to read where it is · Esc ends"
	case ToolMeasureDistance:
		return next("Click the first point · Esc ends", "Click the second point · Esc takes the first back")
	case ToolMeasureAngle:
		return next("Click a point on the first leg · Esc ends", "Click the corner · Esc begins anew", "Click a point on the second leg · Esc begins anew")
	case ToolMeasureEdge:
		return "Click an edge for its length, a round one for its radius · Esc ends"
	case ToolBoxSelect:
		return "Drag right for what lies inside, left for what is touched · Ctrl adds · Esc ends"
	case ToolSection:
		if v.section.Active() {
			return "Drag the handles to move the cut · Esc ends, the cut stays"
		}
		return "There is no cut yet: C cuts the plant open · Esc ends"
	case ToolSectionFace:
		return "Click the face to cut along · Esc ends"
	case ToolFly:
		return "Drag to look · W A S D to move, Q E down and up, Shift faster · Esc ends"
	}
	return ""
}

// Gesture is a way to use the mouse in the view, for the help.
type Gesture struct{ Hand, Does string }

// Gestures lists what the mouse does in the view.
func Gestures() []Gesture {
	return []Gesture{
		{"Click", "Select; again: what lies behind"},
		{"Ctrl+click", "Add to the selection, or take out"},
		{"Double-click", "Frame a part; beside it, everything"},
		{"Drag", "Orbit about what is there"},
		{"Shift or middle drag", "Move the view"},
		{"Wheel", "Zoom to the pointer"},
		{"Ctrl+middle drag", "Zoom"},
		{"Right drag", "Move; with W A S D Q E: walk"},
		{"Click on the cube", "See that side; drag it to turn"},
	}
}

// tooled shows what the tool in the hand needs.
func (o *overlay) tooled() {
	text := o.v.hint()
	if text != o.hintText {
		o.hintText = text
		o.layoutHUD()
		o.hintBox.refresh()
	}
	o.showBand()
	o.showSnap()
	o.placeHandles()
	o.placeLabels()
}

func (o *overlay) drawHint(p *theme.Pen, w, h float32, _ fyne.Position) {
	p.RoundRect(0, 0, w, h, theme.Radius, veil())
	p.RoundBorder(0, 0, w, h, theme.Radius, 1, theme.WithAlpha(theme.Color(theme.Accent), .7))
	p.TextCenter(w/2, h/2+4, o.hintText, theme.FontSmall, theme.Color(theme.Text))
}
