package ui

import (
	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// signalDrag is a signal on its way from its row to a part in the view. Fyne has no drag between widgets: the row keeps
// the drag, a ghost follows the pointer over the desk, and the part below it is outlined.
type signalDrag struct {
	*board
	b      *bindings
	signal twin.SignalID
	text   string // what would happen
	good   bool
	part   BoundPart
}

func newSignalDrag(b *bindings) *signalDrag {
	g := &signalDrag{b: b, signal: twin.NoSignal}
	g.board = newBoard(nil, fyne.NewSize(80, 44), g.build)
	g.board.Hide()
	return g
}

// carry moves a signal with the pointer; done lets it fall. at is a place in the window.
func (g *signalDrag) carry(id twin.SignalID, at fyne.Position, done bool) {
	if ok, _ := g.b.may(); !ok {
		return
	}
	g.signal = id
	g.look(at)
	if done {
		g.drop()
		return
	}
	g.follow(at)
}

// look finds what lies below the pointer, and what the signal would do to it.
func (g *signalDrag) look(at fyne.Position) {
	t := g.b.x.Project.Tree
	part, ok := g.b.stage.PartAt(at)
	was := g.good
	g.good, g.text = false, "Drop it on a part"
	if ok {
		d, err := g.b.dropped(part, g.signal)
		if err != nil {
			g.text = sentence(err.Error())
		} else {
			where := title(t, part.Asset)
			if part.Node != "" {
				where += " · " + part.Node
			}
			g.good, g.text = true, lower(d.effect().text)+" of "+where
			g.text = sentence(g.text)
		}
	}
	switch {
	case g.good && (!was || part.Node != g.part.Node || part.Model != g.part.Model):
		g.part = part
		g.b.stage.MarkPart(&part)
	case !g.good && was:
		g.b.stage.MarkPart(nil)
	}
	g.part = part
}

// dropped is the binding that a signal makes when it falls on a part.
func (b *bindings) dropped(part BoundPart, id twin.SignalID) (*draft, error) {
	t := b.x.Project.Tree
	d := newDraft()
	d.home, d.part = part.Asset, part.shape(t)
	if err := d.setSignal(b.project, part.Asset, id); err != nil {
		return nil, err
	}
	keep := d.text
	d.text = suggest(t.Signal(id), d.part)
	d.text.Signal, d.text.Node = keep.Signal, part.Node
	return d, nil
}

// follow keeps the ghost beside the pointer, inside the window.
func (g *signalDrag) follow(at fyne.Position) {
	size := g.b.x.s.window.Canvas().Size()
	w := max(theme.Measure(g.b.x.Project.Tree.Signal(g.signal).Label, theme.FontBold, g.scale), theme.Measure(g.text, theme.FontSmall, g.scale)) + 28
	w = min(w, 380)
	x, y := min(at.X+14, size.Width-w-4), min(at.Y+12, size.Height-48)
	put(g.board, max(4, x), max(4, y), w, 44, true)
	g.board.update()
}

// drop makes the binding and opens its card, so that the guess can be changed at once.
func (g *signalDrag) drop() {
	id, part, good, text := g.signal, g.part, g.good, g.text
	g.end()
	if !good {
		g.b.x.s.Note("Nothing was bound: " + lower(text))
		return
	}
	d, err := g.b.dropped(part, id)
	if err != nil {
		g.b.x.s.Fail(err)
		return
	}
	g.b.x.selectAsset(part.Asset, false)
	g.b.x.s.tree.reveal(part.Asset)
	g.b.card.show(d, g.b.text, filePlace{})
	g.b.card.part, g.b.card.placed = part, true
	g.b.card.mark()
	g.b.card.changed("drop")
}

// end puts the ghost away.
func (g *signalDrag) end() {
	g.signal, g.good = twin.NoSignal, false
	g.board.Hide()
	g.b.stage.MarkPart(nil)
}

func (g *signalDrag) build(s *sheet) {
	if g.signal == twin.NoSignal {
		return
	}
	sig := g.b.x.Project.Tree.Signal(g.signal)
	name, text, good := sig.Label, g.text, g.good
	s.pin(cell{w: s.W, h: s.H, key: name + text, paint: func(pen *theme.Pen, c cell) {
		back := theme.Color(theme.Field)
		pen.Fill(c.x, c.y, c.w, c.h, back)
		pen.Border(c.x, c.y, c.w, c.h, 1, theme.Color(theme.Line))
		if good {
			pen.Fill(c.x, c.y, 3, c.h, theme.Color(theme.Accent))
		}
		pen.TextFit(c.x+12, c.y+18, c.w-20, name, theme.FontBold, theme.Color(theme.Text))
		pen.TextFit(c.x+12, c.y+34, c.w-20, text, theme.FontSmall, theme.Color(theme.Text2))
	}})
}

// carry lets a row of a signal be dragged onto a part; nil where nothing could be bound.
func (p *inspector) carry(id twin.SignalID) func(at fyne.Position, done bool) {
	if p.shell == nil || p.shell.desk == nil || p.shell.desk.edits == nil {
		return nil
	}
	b := p.shell.desk.edits
	if ok, _ := b.may(); !ok {
		return nil
	}
	return func(at fyne.Position, done bool) { b.drag.carry(id, at, done) }
}
