package viewport

import (
	"math"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// input is what the pointer is doing.
type input struct {
	held    desktop.MouseButton // pressed, 0 when none
	pan     bool
	from    fyne.Position // where it was pressed
	last    fyne.Position
	moved   bool      // farther than a click may
	clicked time.Time // the last click, for double clicks
	at      fyne.Position
	over    bool // the pointer is over the view
	asked   bool // hover is to be found anew
	onClose func()
}

// clickSlop is how far, in Dp, the pointer may move during a click; doubleClick is how soon the second one must come.
const (
	clickSlop   = 4
	doubleClick = 350 * time.Millisecond
)

var (
	_ desktop.Mouseable  = (*Viewport)(nil)
	_ desktop.Hoverable  = (*Viewport)(nil)
	_ desktop.Cursorable = (*Viewport)(nil)
	_ fyne.Scrollable    = (*Viewport)(nil)
	_ fyne.Draggable     = (*Viewport)(nil)
)

// Cursor implements desktop.Cursorable.
func (v *Viewport) Cursor() desktop.Cursor {
	if v.overlay.hit(v.input.at) || v.hovered > scene.Root {
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// MouseDown implements desktop.Mouseable.
func (v *Viewport) MouseDown(e *desktop.MouseEvent) {
	// Single keys go to the window while nothing has the focus, so a click into the view gives them free.
	if c := fyne.CurrentApp().Driver().CanvasForObject(v); c != nil {
		c.Unfocus()
	}
	if v.overlay.tap(e.Position) {
		return
	}
	in := &v.input
	in.held, in.from, in.last, in.moved = e.Button, e.Position, e.Position, false
	in.pan = e.Button != desktop.MouseButtonPrimary || e.Modifier&fyne.KeyModifierShift != 0
	v.orbit.Grab(v.pointAt(e.Position))
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
	v.orbit.Zoom(float64(e.Scrolled.DY)/25, v.pointAt(e.Position))
}

func (v *Viewport) drag(p fyne.Position) {
	in := &v.input
	if in.held == 0 {
		return
	}
	if !in.moved && math.Hypot(float64(p.X-in.from.X), float64(p.Y-in.from.Y)) < clickSlop {
		return
	}
	in.moved = true
	dx, dy, h := float64(p.X-in.last.X), float64(p.Y-in.last.Y), float64(max(v.Size().Height, 1))
	in.last = p
	if in.pan {
		v.orbit.Pan(dx, dy, h)
	} else {
		v.orbit.Turn(dx, dy, h)
	}
	v.dirty = true
	v.overlay.moved()
}

// release ends a drag, or makes a click of it.
func (v *Viewport) release(p fyne.Position) {
	in := &v.input
	held := in.held
	in.held = 0
	if held == 0 {
		return
	}
	if in.moved {
		v.dirty = true // one more frame at full quality
		return
	}
	if held != desktop.MouseButtonPrimary {
		return
	}
	now := v.clock()
	double := now.Sub(in.clicked) < doubleClick
	in.clicked = now
	if double {
		in.clicked = time.Time{}
	}
	node := scene.NoNode
	if hit, ok := v.pick(p); ok {
		node = hit.Node
	}
	if v.OnSelect != nil {
		v.OnSelect(node, double)
	}
}

// hover finds what lies under the pointer, at most once per frame and not while dragging.
func (v *Viewport) hover() {
	if !v.input.asked || v.input.held != 0 {
		return
	}
	v.input.asked = false
	node := scene.NoNode
	if v.input.over && !v.overlay.hit(v.input.at) {
		if hit, ok := v.pick(v.input.at); ok {
			if _, owner := v.scene.AssetOf(hit.Node); owner != scene.NoNode {
				node = owner
			}
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
