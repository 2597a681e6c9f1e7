package viewport

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// input is what the user does with the view.
type input struct {
	pointer
	at      fyne.Position
	over    bool // the pointer is over the view
	asked   bool // hover is to be found anew
	turning bool // the pressed button turns the gizmo
	keys    map[fyne.KeyName]bool
	focused bool
	onClose func()
	part    scene.NodeID // that is dragged out of the view
}

var (
	_ desktop.Mouseable  = (*Viewport)(nil)
	_ desktop.Hoverable  = (*Viewport)(nil)
	_ desktop.Cursorable = (*Viewport)(nil)
	_ desktop.Keyable    = (*Viewport)(nil)
	_ fyne.Focusable     = (*Viewport)(nil)
	_ fyne.Scrollable    = (*Viewport)(nil)
	_ fyne.Draggable     = (*Viewport)(nil)
)

// Cursor implements desktop.Cursorable.
func (v *Viewport) Cursor() desktop.Cursor {
	if t := v.tools.tool; (t.measuring() || t == ToolBoxSelect || t == ToolSectionFace) && !v.overlay.hit(v.input.at) {
		return desktop.CrosshairCursor
	}
	if v.input.held == 0 && (v.overlay.hit(v.input.at) || v.hovered > scene.Root) {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// MouseDown implements desktop.Mouseable.
func (v *Viewport) MouseDown(e *desktop.MouseEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(v); c != nil {
		c.Focus(v) // single keys come here: what is not of the view goes on to the window
	}
	v.input.at = e.Position
	on := v.overlay.press(e.Position)
	if on == pressTaken {
		return
	}
	if on == pressView && v.toolPress(e.Button, e.Modifier, e.Position) {
		return
	}
	v.input.press(e.Button, e.Modifier, e.Position, v.clock())
	v.input.turning = on == pressGizmo
	if v.input.turning {
		v.orbit.Grab(v.orbit.Camera().Target)
		return
	}
	if v.takes(e) {
		return
	}
	if v.input.mode == turned {
		v.orbit.Grab(v.pivotAt(e.Position))
	} else {
		v.orbit.Grab(v.pointAt(e.Position))
	}
}

// takes begins to drag a part out of the view: with Ctrl, where somebody wants it.
func (v *Viewport) takes(e *desktop.MouseEvent) bool {
	if v.OnCarry == nil || e.Button != desktop.MouseButtonPrimary || e.Modifier&fyne.KeyModifierControl == 0 {
		return false
	}
	hit, ok := v.pick(e.Position)
	if ok {
		v.input.mode, v.input.part = carried, hit.Node
	}
	return ok
}

// carry tells where the part is that is dragged out of the view.
func (v *Viewport) carry(p fyne.Position, done bool) {
	v.OnCarry(v.input.part, fyne.CurrentApp().Driver().AbsolutePositionForObject(v).Add(p), done)
}

// pivotAt returns what to orbit about: the part under the pointer, else the point in focus. The sea by the horizon would
// swing the plant out of sight.
func (v *Viewport) pivotAt(p fyne.Position) mgl64.Vec3 {
	if hit, ok := v.pick(p); ok {
		return hit.Point
	}
	return v.orbit.Camera().Target
}

// MouseUp implements desktop.Mouseable.
func (v *Viewport) MouseUp(e *desktop.MouseEvent) { v.release(e.Position) }

// Dragged implements fyne.Draggable. The button that is held was noted by MouseDown.
func (v *Viewport) Dragged(e *fyne.DragEvent) { v.drag(e.Position) }

// DragEnd implements fyne.Draggable.
func (v *Viewport) DragEnd() { v.release(v.input.last) }

// MouseIn implements desktop.Hoverable.
func (v *Viewport) MouseIn(e *desktop.MouseEvent) { v.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable. Fyne starts no drag with the secondary button, so it is followed here.
func (v *Viewport) MouseMoved(e *desktop.MouseEvent) {
	v.input.at, v.input.over, v.input.asked = e.Position, true, true
	if v.input.held == desktop.MouseButtonSecondary {
		if e.Button&desktop.MouseButtonSecondary == 0 {
			v.release(e.Position)
			return
		}
		v.drag(e.Position)
	}
	v.overlay.hover(e.Position)
}

// MouseOut implements desktop.Hoverable.
func (v *Viewport) MouseOut() {
	v.input.over, v.input.asked = false, true
	v.overlay.hover(fyne.NewPos(-1, -1))
}

// Scrolled implements fyne.Scrollable: the wheel zooms towards the pointer.
func (v *Viewport) Scrolled(e *fyne.ScrollEvent) {
	d := e.Scrolled.DY
	if d == 0 { // Shift turns the wheel's axis
		d = e.Scrolled.DX
	}
	v.moves++
	v.orbit.Zoom(float64(d)/25, v.pointAt(e.Position))
}

func (v *Viewport) drag(p fyne.Position) {
	if v.toolDrag(p) {
		return
	}
	do, dx, dy := v.input.drag(p, v.clock())
	h := float64(max(v.Size().Height, 1))
	switch {
	case do == nothingDone:
		return
	case do == carried:
		v.carry(p, false)
		return
	case v.input.turning:
		v.orbit.Turn(dx, dy, 3*gizmoSize) // the cube follows the hand
	case do == turned:
		v.orbit.Turn(dx, dy, h)
	case do == panned:
		v.orbit.Pan(dx, dy, h)
	case do == zoomed:
		v.orbit.ZoomNow(-dy/15, v.orbit.Camera().Target)
	}
	v.moved()
}

// release ends a drag, or makes a click of it.
func (v *Viewport) release(p fyne.Position) {
	if v.toolRelease(p) || v.input.held == 0 {
		return
	}
	if v.input.mode == carried && v.input.moved {
		v.carry(v.input.last, true)
	}
	do := v.input.release(p, v.clock())
	v.input.asked = true
	if v.input.turning {
		v.input.turning = false
		if do != nothingDone {
			v.moves++
			v.overlay.tapGizmo(p)
		}
		return
	}
	switch do {
	case clicked:
		if v.toolClick(p) {
			return
		}
		v.hit = v.clickAt(p)
		if v.OnSelect != nil {
			v.OnSelect(v.hit.Node, false)
		}
	case doubleClicked:
		if v.toolClick(p) {
			return
		}
		if v.hit = v.clickAt(p); v.OnSelect != nil {
			v.OnSelect(v.hit.Node, true)
		} else {
			v.frame(v.hit.Node == scene.NoNode)
		}
	}
}

// clickAt returns what a click picks. Further clicks at the same place go on to the owners behind.
func (v *Viewport) clickAt(p fyne.Position) scene.Hit {
	none := scene.Hit{Node: scene.NoNode}
	if v.input.again <= 1 {
		if hit, ok := v.pick(p); ok {
			return hit
		}
		return none
	}
	hits := v.picker.PickAll(v.ray(p), scene.PickOptions{Section: v.section, Skip: v.skip})
	var first []scene.Hit // of each owner
	seen := map[scene.NodeID]bool{}
	for _, h := range hits {
		if owner := v.owner(h.Node); !seen[owner] {
			seen[owner] = true
			first = append(first, h)
		}
	}
	if len(first) == 0 {
		return none
	}
	return first[(v.input.again-1)%len(first)]
}

// owner returns what a node is a part of, or NoNode.
func (v *Viewport) owner(node scene.NodeID) scene.NodeID {
	if v.Owner != nil {
		return v.Owner(node)
	}
	_, owner := v.scene.AssetOf(node)
	return owner
}

// hover finds what lies under the pointer, at most once per frame and not while dragging.
func (v *Viewport) hover() {
	if !v.input.asked || v.input.held != 0 || v.tools.busy() {
		return
	}
	v.input.asked = false
	if v.tools.tool.measuring() {
		v.hoverSnap()
	}
	node := scene.NoNode
	if v.input.over && !v.overlay.hit(v.input.at) {
		if hit, ok := v.pick(v.input.at); ok {
			node = v.owner(hit.Node)
		}
	}
	if node != v.hovered {
		v.hovered, v.dirty = node, true
	}
}

func (v *Viewport) ray(p fyne.Position) scene.Ray {
	s := v.Size()
	return v.orbit.Camera().RayAt(float64(p.X), float64(p.Y), float64(max(s.Width, 1)), float64(max(s.Height, 1)))
}

// pick returns what the pointer points at; shells that stand open are looked through.
func (v *Viewport) pick(p fyne.Position) (scene.Hit, bool) {
	return v.picker.Pick(v.ray(p), scene.PickOptions{Section: v.section, Skip: v.skip})
}

// pointAt returns the point in space under the pointer: on a part, on the ground, or on the plane through the target.
func (v *Viewport) pointAt(p fyne.Position) mgl64.Vec3 {
	ray := v.ray(p)
	camera := v.orbit.Camera()
	if hit, ok := v.picker.Pick(ray, scene.PickOptions{Section: v.section, Skip: v.skip, Grounds: true, Farthest: 20 * camera.Distance()}); ok {
		return hit.Point
	}
	_, _, forward := camera.Axes()
	if d := ray.Direction.Dot(forward); d > 1e-6 {
		return ray.At(camera.Target.Sub(ray.Origin).Dot(forward) / d)
	}
	return camera.Target
}

// FocusGained implements fyne.Focusable.
func (v *Viewport) FocusGained() {
	v.input.focused = true
	if v.OnFocus != nil {
		v.OnFocus()
	}
}

// FocusLost implements fyne.Focusable.
func (v *Viewport) FocusLost() { v.input.focused, v.input.keys = false, nil }

// KeyDown implements desktop.Keyable: with the secondary button held, W A S D Q E walk.
func (v *Viewport) KeyDown(e *fyne.KeyEvent) {
	if _, walks := walkKeys[e.Name]; walks && v.walks() {
		if v.input.keys == nil {
			v.input.keys = map[fyne.KeyName]bool{}
		}
		v.input.keys[e.Name] = true
	}
}

// KeyUp implements desktop.Keyable.
func (v *Viewport) KeyUp(e *fyne.KeyEvent) { delete(v.input.keys, e.Name) }

// walkKeys are directions: right, up, forward.
var walkKeys = map[fyne.KeyName]mgl64.Vec3{
	fyne.KeyW: {0, 0, 1}, fyne.KeyS: {0, 0, -1}, fyne.KeyD: {1, 0, 0}, fyne.KeyA: {-1, 0, 0}, fyne.KeyE: {0, 1, 0}, fyne.KeyQ: {0, -1, 0},
}

// walk moves the eye while keys are held: by half the distance to the target each second, with Shift four times as fast.
func (v *Viewport) walk(dt time.Duration) {
	if len(v.input.keys) == 0 {
		return
	}
	if !v.walks() {
		v.input.keys = nil
		return
	}
	step := 0.5 * v.orbit.Camera().Distance() * min(dt.Seconds(), 0.1)
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0 {
		step *= 4
	}
	var way mgl64.Vec3
	for k := range v.input.keys {
		way = way.Add(walkKeys[k])
	}
	if way.Len() == 0 {
		return
	}
	way = way.Normalize().Mul(step)
	v.orbit.Walk(way[0], way[1], way[2])
	v.input.moved, v.input.acted = true, v.clock()
	v.moved()
}

// walks reports whether the letters move the eye.
func (v *Viewport) walks() bool {
	return v.input.held == desktop.MouseButtonSecondary || v.tools.tool == ToolFly
}

// TypedKey implements fyne.Focusable: what is not of the view goes on to the window.
func (v *Viewport) TypedKey(e *fyne.KeyEvent) {
	if _, walks := walkKeys[e.Name]; walks && v.walks() || v.toolKey(e.Name) {
		return
	}
	if e.Name == fyne.Key5 {
		v.SetOrtho(!v.Ortho())
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(v); c != nil {
		if pass := c.OnTypedKey(); pass != nil {
			pass(e)
			return
		}
	}
	v.key(e.Name)
}

// key does what a key means in a window without commands of its own.
func (v *Viewport) key(name fyne.KeyName) {
	switch name {
	case fyne.Key1:
		v.Standard(scene.Front)
	case fyne.Key3:
		v.Standard(scene.Right)
	case fyne.Key7:
		v.Standard(scene.Top)
	case fyne.Key9:
		v.Standard(scene.Iso)
	case fyne.KeyF:
		d, ok := fyne.CurrentApp().Driver().(desktop.Driver)
		v.frame(ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0)
	case fyne.KeyHome:
		v.frame(true)
	case fyne.KeyEscape:
		if v.OnSelect != nil {
			v.OnSelect(scene.NoNode, false)
		}
	}
}

// TypedRune implements fyne.Focusable.
func (v *Viewport) TypedRune(r rune) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(v); c != nil {
		if pass := c.OnTypedRune(); pass != nil {
			pass(r)
		}
	}
}

// frame moves the camera to the selection or to everything.
func (v *Viewport) frame(all bool) {
	switch {
	case v.OnFrame != nil:
		v.OnFrame(all)
	case all || len(v.selected) == 0:
		v.FrameNode(scene.Root)
	default:
		v.FrameNode(v.selected[0])
	}
}

// look switches the look, as asked in the view.
func (v *Viewport) chooseLook(l render.Look) {
	if v.OnLook != nil {
		v.OnLook(l)
		return
	}
	v.SetLook(l)
}
