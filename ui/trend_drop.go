package ui

import (
	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/trend"
)

// under reports whether a place in the window lies on the trend.
func (p *trendPanel) under(at fyne.Position) bool {
	if !p.visible() {
		return false
	}
	from, size := fyne.CurrentApp().Driver().AbsolutePositionForObject(p.chart), p.chart.Size()
	return at.X >= from.X && at.Y >= from.Y && at.X < from.X+size.Width && at.Y < from.Y+size.Height
}

// dropText says what a signal that is dropped here would do.
func (p *trendPanel) dropText(id twin.SignalID) string {
	switch {
	case id == twin.NoSignal:
		return "Choose a signal for the trend"
	case p.spec.Find(p.x.Project.Tree.Signal(id).Path) >= 0:
		return "It is in the trend already"
	}
	return "Add it to the trend"
}

// drop plots a signal that was dragged here. Of an asset without a leading signal the user chooses one.
func (p *trendPanel) drop(id twin.SignalID, asset twin.AssetID, at fyne.Position) {
	t := p.x.Project.Tree
	if id != twin.NoSignal {
		if path := t.Signal(id).Path; p.spec.Find(path) < 0 {
			p.add(trend.Line{Signal: path})
		}
		return
	}
	var items []*fyne.MenuItem
	for _, a := range append([]twin.AssetID{asset}, t.Asset(asset).Children...) {
		for _, sig := range t.Asset(a).Signals {
			g := t.Signal(sig)
			label := g.Label
			if a != asset {
				label = t.Asset(a).Label + " " + lower(g.Label)
			}
			if len(items) < maxDropItems {
				items = append(items, fyne.NewMenuItem(label, func() { p.drop(sig, a, at) }))
			}
		}
	}
	if len(items) == 0 {
		p.x.s.Note(title(t, asset) + " has no signals to plot")
		return
	}
	p.x.popUp(at, items...)
}

// maxDropItems bounds the menu of signals.
const maxDropItems = 24

// carryAsset moves an asset with the pointer, from its row in the tree or from the view, to be dropped on the trend.
func (x *session) carryAsset(id twin.AssetID, at fyne.Position, done bool) {
	x.edits.drag.carryAsset(id, at, done)
}
