package ui

import (
	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// signalDrag is a signal on its way from its row to a part in the view or to the trend, or an asset on its way to the
// trend. Fyne has no drag between widgets: the row keeps the drag, a ghost follows the pointer over the desk, and the part
// below it is outlined.
type signalDrag struct {
	*board
	b      *bindings
	signal twin.SignalID // NoSignal of an asset that has no leading one
	asset  twin.AssetID  // NoAsset of a signal alone
	plot   bool          // the pointer is on the trend
	text   string        // what would happen
	good   bool
	part   BoundPart
}

func newSignalDrag(b *bindings) *signalDrag {
	g := &signalDrag{b: b, signal: twin.NoSignal, asset: twin.NoAsset}
	g.board = newBoard(nil, fyne.NewSize(80, 44), g.build)
	g.board.Hide()
	return g
}

// carry moves a signal with the pointer; done lets it fall. at is a place in the window.
func (g *signalDrag) carry(id twin.SignalID, at fyne.Position, done bool) {
	g.signal, g.asset = id, twin.NoAsset
	g.move(at, done)
}

// carryAsset moves an asset, which stands for its leading signal.
func (g *signalDrag) carryAsset(id twin.AssetID, at fyne.Position, done bool) {
	g.signal, g.asset = g.b.x.s.view.headline[id], id
	g.move(at, done)
}

func (g *signalDrag) move(at fyne.Position, done bool) {
	g.look(at)
	if done {
		g.drop(at)
		return
	}
	g.follow(at)
}

// name is what is dragged, for people.
func (g *signalDrag) name() string {
	t := g.b.x.Project.Tree
	switch {
	case g.signal == twin.NoSignal:
		return title(t, g.asset)
	case g.asset != twin.NoAsset:
		return title(t, g.asset) + " " + lower(t.Signal(g.signal).Label)
	}
	return t.Signal(g.signal).Label
}

// look finds what lies below the pointer, and what the signal would do to it.
func (g *signalDrag) look(at fyne.Position) {
	t := g.b.x.Project.Tree
	was := g.good && !g.plot
	if g.plot = g.b.x.trends.under(at); g.plot {
		g.good, g.text = true, g.b.x.trends.dropText(g.signal)
		if was {
			g.b.stage.MarkPart(nil)
		}
		return
	}
	if may, _ := g.b.may(); !may || g.asset != twin.NoAsset {
		g.good, g.text = false, "Drop it on the trend"
		return
	}
	part, ok := g.b.stage.PartAt(at)
	g.good, g.text = false, "Drop it on a part or on the trend"
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
	w := max(theme.Measure(g.name(), theme.FontBold, g.scale), theme.Measure(g.text, theme.FontSmall, g.scale)) + 28
	w = min(w, 380)
	x, y := min(at.X+14, size.Width-w-4), min(at.Y+12, size.Height-48)
	put(g.board, max(4, x), max(4, y), w, 44, true)
	g.board.update()
}

// drop makes the binding and opens its card, so that the guess can be changed at once.
func (g *signalDrag) drop(at fyne.Position) {
	id, asset, part, plot, good, text := g.signal, g.asset, g.part, g.plot, g.good, g.text
	g.end()
	switch {
	case plot:
		g.b.x.trends.drop(id, asset, at)
		return
	case asset != twin.NoAsset:
		return // it was dropped elsewhere
	case !good:
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
	marked := g.good && !g.plot && g.asset == twin.NoAsset
	g.signal, g.asset, g.good, g.plot = twin.NoSignal, twin.NoAsset, false, false
	g.board.Hide()
	if marked {
		g.b.stage.MarkPart(nil)
	}
}

func (g *signalDrag) build(s *sheet) {
	if g.signal == twin.NoSignal && g.asset == twin.NoAsset {
		return
	}
	name, text, good := g.name(), g.text, g.good
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

// carry lets a row of a signal be dragged onto a part or the trend.
func (p *inspector) carry(id twin.SignalID) func(at fyne.Position, done bool) {
	if p.shell == nil || p.shell.desk == nil || p.shell.desk.edits == nil {
		return nil
	}
	b := p.shell.desk.edits
	return func(at fyne.Position, done bool) { b.drag.carry(id, at, done) }
}
