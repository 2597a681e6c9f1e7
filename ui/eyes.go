package ui

import (
	"image/color"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// sight is whether the user sees something.
type sight uint8

const (
	unseen  sight = iota // there is nothing of it in the scene
	seen                 // it is shown
	hid                  // the user hides it
	covered              // the user hides something that it is in
)

// sight tells whether an item is shown.
func (x *session) sight(i item) sight {
	nodes := x.nodes(choice{item: i})
	if len(nodes) == 0 {
		return unseen
	}
	s := x.models.scene
	out := hid
	for _, id := range nodes {
		switch {
		case s.Hidden(id):
		case hiddenAbove(s, id):
			out = min(out, covered)
		default:
			return seen
		}
	}
	return out
}

func hiddenAbove(s *scene.Scene, id scene.NodeID) bool {
	for up := s.Node(id).Parent; up != scene.NoNode; up = s.Node(up).Parent {
		if s.Hidden(up) {
			return true
		}
	}
	return false
}

// eyeRoom is what a row keeps free at its right for the eye.
const eyeRoom = theme.Margin + 18

// rowEye is the eye at the right of a row of the tree: it shows that the row is hidden, and, while the pointer is on the
// row, that it can be.
type rowEye struct {
	item  item
	name  string
	sight sight
	near  bool    // the pointer is on it
	shown bool    // it is drawn
	inset float32 // from the right edge of the panel
}

func (p *treePanel) eye(i item, row string) rowEye {
	e := rowEye{item: i, name: "eye:" + row}
	if p.sight == nil {
		return e
	}
	e.sight = p.sight(i)
	e.near = p.board.hot == e.name
	e.shown = e.sight != unseen && (e.near || p.board.hot == row || e.sight != seen)
	return e
}

// left is the eye further to the left, where something else stands at the end of the row.
func (e rowEye) left(by float32) rowEye { e.inset = by; return e }

// ink is the colour of the text of the row.
func (e rowEye) ink(c color.NRGBA) color.NRGBA {
	if e.sight == hid || e.sight == covered {
		return theme.Color(theme.Text3)
	}
	return c
}

func (e rowEye) draw(pen *theme.Pen, c cell, mid float32) {
	if !e.shown {
		return
	}
	icon, ink := theme.IconEye, theme.Color(theme.Text3)
	if e.sight != seen {
		icon = theme.IconEyeOff
	}
	if e.near && e.sight != covered {
		ink = theme.Color(theme.Text)
	}
	pen.Icon(icon, c.x+c.w-theme.Margin-2, mid, 12, ink)
}

// addEye lets the eye of a row be clicked.
func (p *treePanel) addEye(s *sheet, y float32, e rowEye) {
	if e.sight == unseen {
		return
	}
	hint := "Hide it (H)"
	switch e.sight {
	case hid:
		hint = "Show it again"
	case covered:
		hint = "Hidden with what it is in"
	}
	c := cell{x: s.W - e.inset - eyeRoom + 4, y: y, w: eyeRoom - 4, h: theme.RowHeight, name: e.name, hint: hint, hand: e.sight != covered}
	c.tap = func(fyne.Position, bool) {
		if p.onEye != nil && e.sight != covered {
			p.onEye(e.item)
		}
	}
	s.add(c)
}
