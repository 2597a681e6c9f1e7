package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// division is how the room of the view in a window is divided among viewports.
type division string

const (
	oneView    division = "one"
	twoBeside  division = "columns" // two beside each other
	twoStacked division = "rows"    // two, one above the other
	fourViews  division = "four"
)

// views is how many viewports a division has.
func (d division) views() int {
	switch d {
	case twoBeside, twoStacked:
		return 2
	case fourViews:
		return 4
	}
	return 1
}

// divided is a division with where its gutters stand: the shares of the left and of the upper viewports. It is what the
// preferences keep.
type divided struct {
	Division division `json:"division"`
	Left     float32  `json:"left"`
	Upper    float32  `json:"upper"`
}

func (d divided) normalized() divided {
	share := func(s float32) float32 {
		if s < .15 || s > .85 || s != s {
			return .5
		}
		return s
	}
	d.Left, d.Upper = share(d.Left), share(d.Upper)
	if d.Division.views() == 1 {
		d.Division = oneView
	}
	return d
}

// viewArea is the part of a window in which the plant is seen: the tool bar and one viewport or several. It implements
// fyne.Layout.
type viewArea struct {
	x     *session
	stage ViewStage
	divided
	views    []*viewport.Viewport // by rows
	bar      *toolBar             // nil: none
	bare     bool                 // the bar is put away, as in wall mode
	rim      [4]*canvas.Rectangle // around the active viewport
	gLeft    *gutter
	gUpper   *gutter
	root     *fyne.Container
	onChange func()
}

// rimWidth is the width of the line around the active viewport; the others keep as much free, so that none changes its size
// when another becomes active.
const rimWidth = 1

func newViewArea(x *session, stage ViewStage, d divided, first *viewport.Viewport) *viewArea {
	a := &viewArea{x: x, stage: stage, divided: d.normalized(), views: []*viewport.Viewport{first}}
	x.handView(first)
	a.bar = newToolBar(x.s, func() { stage.Activate(a.active()) })
	for i := range a.rim {
		a.rim[i] = canvas.NewRectangle(theme.Color(theme.Accent))
	}
	a.gLeft = newGutter(desktop.HResizeCursor, func(dx, _ float32) { a.drag(dx, 0) })
	a.gUpper = newGutter(desktop.VResizeCursor, func(_, dy float32) { a.drag(0, dy) })
	a.root = container.New(a)
	a.fill()
	return a
}

// active is the viewport of this area that the user works in, or the first.
func (a *viewArea) active() *viewport.Viewport {
	if v := a.stage.Active(); slices.Contains(a.views, v) {
		return v
	}
	return a.views[0]
}

// divide shows as many viewports as a division has. The active one stays; new ones show what it shows, of four the others from
// above, from the front and from the right. It reports whether there were enough.
func (a *viewArea) divide(d division) bool {
	a.Division = d
	keep := a.active()
	if d.views() < len(a.views) {
		kept := a.views[:0:0]
		for _, v := range a.views {
			if len(kept) == d.views()-1 && !slices.Contains(kept, keep) && v != keep {
				continue
			}
			if len(kept) < d.views() {
				kept = append(kept, v)
			}
		}
		for _, v := range a.views {
			if !slices.Contains(kept, v) {
				a.stage.Drop(v)
			}
		}
		a.views = kept
	}
	a.stage.Activate(keep)
	ok := a.fill()
	a.update()
	return ok
}

// fill makes the viewports that the division lacks.
func (a *viewArea) fill() bool {
	sides := []scene.View{scene.Top, scene.Front, scene.Right}
	fresh := 0
	for len(a.views) < a.Division.views() {
		v := a.stage.Split()
		if v == nil {
			a.Division = oneView
			for _, extra := range a.views[1:] {
				a.stage.Drop(extra)
			}
			a.views = a.views[:1]
			a.place()
			return false
		}
		if a.Division == fourViews {
			v.SetOrtho(true)
			v.Standard(sides[fresh%len(sides)])
		}
		fresh++
		a.x.handView(v)
		a.views = append(a.views, v)
	}
	a.place()
	return true
}

// place puts the objects into the window.
func (a *viewArea) place() {
	objects := []fyne.CanvasObject{}
	for _, v := range a.views {
		objects = append(objects, v)
	}
	objects = append(objects, a.gLeft, a.gUpper)
	for _, r := range a.rim {
		objects = append(objects, r)
	}
	a.root.Objects = append(objects, a.bar.board, a.bar.tip)
	a.root.Refresh()
}

// update shows which viewport is active and what its tools are set to.
func (a *viewArea) update() {
	a.Layout(nil, a.root.Size())
	a.bar.update()
}

// setBare puts the tool bar away, or brings it back.
func (a *viewArea) setBare(on bool) {
	if on != a.bare {
		a.bare = on
		a.root.Refresh()
	}
}

// drag moves a gutter.
func (a *viewArea) drag(dx, dy float32) {
	room := a.room(a.root.Size())
	a.Left = max(.15, min(.85, a.Left+dx/max(1, room.Width)))
	a.Upper = max(.15, min(.85, a.Upper+dy/max(1, room.Height)))
	a.root.Refresh()
	if a.onChange != nil {
		a.onChange()
	}
}

// room is what the viewports have.
func (a *viewArea) room(s fyne.Size) fyne.Size {
	if a.bare {
		return s
	}
	return fyne.NewSize(max(1, s.Width-toolBarWidth), s.Height)
}

// MinSize implements fyne.Layout.
func (*viewArea) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, 120) }

// Layout implements fyne.Layout.
func (a *viewArea) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	const gap = theme.Splitter
	room := a.room(s)
	x0 := s.Width - room.Width
	put(a.bar.board, 0, 0, x0, s.Height, !a.bare)
	w, h := room.Width, room.Height
	w1, h1 := w, h
	beside, above := a.Division == twoBeside || a.Division == fourViews, a.Division == twoStacked || a.Division == fourViews
	if beside {
		w1 = (w - gap) * a.Left
	}
	if above {
		h1 = (h - gap) * a.Upper
	}
	put(a.gLeft, x0+w1, 0, gap, h, beside)
	put(a.gUpper, x0, h1, w, gap, above)
	for i, v := range a.views {
		x, y, vw, vh := x0, float32(0), w1, h1
		if beside && i%2 == 1 {
			x, vw = x0+w1+gap, w-w1-gap
		}
		if above && (i >= 2 || !beside && i == 1) {
			y, vh = h1+gap, h-h1-gap
		}
		alone := len(a.views) == 1
		if alone {
			put(v, x, y, vw, vh, true)
		} else {
			put(v, x+rimWidth, y+rimWidth, vw-2*rimWidth, vh-2*rimWidth, true)
		}
		if v == a.stage.Active() || alone {
			a.layoutRim(x, y, vw, vh, !alone)
		}
	}
	if !slices.Contains(a.views, a.stage.Active()) {
		a.layoutRim(0, 0, 0, 0, false)
	}
}

func (a *viewArea) layoutRim(x, y, w, h float32, shown bool) {
	const t = rimWidth
	for i, r := range []struct{ x, y, w, h float32 }{{x, y, w, t}, {x, y + h - t, w, t}, {x, y + t, t, h - 2*t}, {x + w - t, y + t, t, h - 2*t}} {
		a.rim[i].FillColor = theme.Color(theme.Accent)
		put(a.rim[i], r.x, r.y, r.w, r.h, shown)
	}
}
