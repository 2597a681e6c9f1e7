package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/theme"
)

// arrangement is how large the panels are and which are shown. It is what the layout commands change and undo.
type arrangement struct {
	Left   float32 `json:"left"`
	Right  float32 `json:"right"`
	Bottom float32 `json:"bottom"` // 0: by the height of the window

	HideLeft   bool `json:"hide_left"`
	HideRight  bool `json:"hide_right"`
	HideBottom bool `json:"hide_bottom"`

	Views   divided        `json:"views"`   // of the first window
	Windows []windowLayout `json:"windows"` // further ones
	Wall    bool           `json:"-"`       // nothing but the top bar and the view
}

// windowLayout is how large a further window is, in Dp, and how it is divided.
type windowLayout struct {
	Width  float32 `json:"width"`
	Height float32 `json:"height"`
	Views  divided `json:"views"`
}

// The sizes of the sketch.
func defaultArrangement() arrangement { return arrangement{Left: 272, Right: 352} }

const (
	minSide   = 170
	minBottom = 110
)

// dock lays the panels of the desk out: top bar; tree, view, inspector; trend; timeline; status bar. The gutters
// between them can be dragged.
type dock struct {
	arrangement
	top, left, view, right, bottom, strip, status fyne.CanvasObject

	back                   *canvas.Rectangle
	gLeft, gRight, gBottom *gutter
	container              *fyne.Container
	onChange               func()
	bare                   bool // no timeline and no pages: there is no twin

	card  fyne.CanvasObject // lies over the view, above the pages; it places itself
	place func()            // the card, after the layout has changed
}

func newDock(a arrangement) *dock {
	d := &dock{arrangement: a, back: canvas.NewRectangle(theme.Color(theme.Window))}
	d.gLeft = newGutter(desktop.HResizeCursor, func(dx, _ float32) { d.Left = d.left.Size().Width + dx; d.changed() })
	d.gRight = newGutter(desktop.HResizeCursor, func(dx, _ float32) { d.Right = d.right.Size().Width - dx; d.changed() })
	d.gBottom = newGutter(desktop.VResizeCursor, func(_, dy float32) { d.Bottom = d.bottom.Size().Height - dy; d.changed() })
	return d
}

// object returns the container; the panels must be set.
func (d *dock) object() fyne.CanvasObject {
	d.container = container.New(d, d.back, d.top, d.left, d.view, d.right, d.bottom, d.strip, d.status, d.gLeft, d.gRight, d.gBottom)
	if d.card != nil {
		d.container.Add(d.card)
	}
	return d.container
}

func (d *dock) changed() {
	d.container.Refresh()
	if d.onChange != nil {
		d.onChange()
	}
}

// MinSize implements fyne.Layout.
func (d *dock) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(640, 420) }

// Layout implements fyne.Layout.
func (d *dock) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	const gap, top, status = theme.Splitter, theme.TopBarHeight, theme.StatusHeight
	d.back.FillColor = theme.Color(theme.Window)
	put(d.back, 0, 0, s.Width, s.Height, true)
	wall := d.Wall
	left, right, bottom := !d.HideLeft && !wall, !d.HideRight && !wall, !d.HideBottom && !wall && !d.bare
	// A small window takes from the panels before it takes from the view.
	d.Left = max(minSide, d.Left)
	d.Right = max(minSide+60, d.Right)
	leftW, rightW := max(minSide, min(d.Left, s.Width*.26)), max(minSide+60, min(d.Right, s.Width*.33))
	bottomH := float32(0)
	strip := !wall && !d.bare
	y1 := s.Height - status - gap
	if strip {
		y1 -= d.strip.MinSize().Height + gap
	}
	if bottom {
		want := d.Bottom
		if want <= 0 {
			want = min(216, s.Height/5)
		}
		bottomH = max(minBottom, min(want, (y1-top-gap)*.46))
		y1 -= bottomH + gap
	}
	put(d.top, 0, 0, s.Width, top, true)
	x0, x1 := float32(0), s.Width
	y0 := float32(top + gap)
	if left {
		x0 = leftW + gap
	}
	if right {
		x1 = s.Width - rightW - gap
	}
	put(d.left, 0, y0, leftW, y1-y0, left)
	put(d.gLeft, leftW, y0, gap, y1-y0, left)
	put(d.view, x0, y0, x1-x0, y1-y0, true)
	put(d.gRight, x1, y0, gap, y1-y0, right)
	put(d.right, x1+gap, y0, rightW, y1-y0, right)
	y := y1
	put(d.gBottom, 0, y, s.Width, gap, bottom)
	put(d.bottom, 0, y+gap, s.Width, bottomH, bottom)
	if bottom {
		y += gap + bottomH
	}
	put(d.strip, 0, y+gap, s.Width, d.strip.MinSize().Height, strip)
	put(d.status, 0, s.Height-status, s.Width, status, true)
	if d.place != nil {
		d.place()
	}
}

func put(o fyne.CanvasObject, x, y, w, h float32, shown bool) {
	if !shown {
		if o.Visible() {
			o.Hide()
		}
		return
	}
	if !o.Visible() {
		o.Show()
	}
	if at := fyne.NewPos(x, y); o.Position() != at {
		o.Move(at)
	}
	if size := fyne.NewSize(w, h); o.Size() != size {
		o.Resize(size)
	}
}

// gutter is the space between two panels; dragging it moves the border.
type gutter struct {
	widget.BaseWidget
	cursor desktop.StandardCursor
	move   func(dx, dy float32)
	rect   *canvas.Rectangle
}

func newGutter(c desktop.StandardCursor, move func(dx, dy float32)) *gutter {
	g := &gutter{cursor: c, move: move, rect: canvas.NewRectangle(theme.Color(theme.Window))}
	g.ExtendBaseWidget(g)
	return g
}

// CreateRenderer implements fyne.Widget.
func (g *gutter) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(g.rect) }

// Cursor implements desktop.Cursorable.
func (g *gutter) Cursor() desktop.Cursor { return g.cursor }

// Dragged implements fyne.Draggable.
func (g *gutter) Dragged(e *fyne.DragEvent) { g.move(e.Dragged.DX, e.Dragged.DY) }

// DragEnd implements fyne.Draggable.
func (g *gutter) DragEnd() {}

// MouseIn implements desktop.Hoverable.
func (g *gutter) MouseIn(*desktop.MouseEvent) { g.paint(theme.Accent) }

// MouseMoved implements desktop.Hoverable.
func (g *gutter) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (g *gutter) MouseOut() { g.paint(theme.Window) }

func (g *gutter) paint(n theme.Name) {
	g.rect.FillColor = theme.Color(n)
	g.rect.Refresh()
}

var (
	_ desktop.Hoverable  = (*gutter)(nil)
	_ desktop.Cursorable = (*gutter)(nil)
	_ fyne.Draggable     = (*gutter)(nil)
)
