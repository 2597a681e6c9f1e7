package ui

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/trend"
)

// popUp opens a menu at a place in the window.
func (x *session) popUp(at fyne.Position, items ...*fyne.MenuItem) {
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), x.s.front().Canvas(), at)
}

func checked(text string, on bool, run func()) *fyne.MenuItem {
	m := fyne.NewMenuItem(text, run)
	m.Checked = on
	return m
}

func submenu(text string, items ...*fyne.MenuItem) *fyne.MenuItem {
	m := fyne.NewMenuItem(text, nil)
	m.ChildMenu = fyne.NewMenu("", items...)
	return m
}

func (p *trendPanel) lineMenu(i int, at fyne.Position) { p.x.popUp(at, p.menuOf(i).Items...) }

// menuOf is the menu of a line: what may be computed of it, and what may be done with it.
func (p *trendPanel) menuOf(i int) *fyne.Menu {
	l := p.spec.Lines[i]
	replace := func(n trend.Line) {
		n.Colour = l.Colour
		p.changeLine(i, "Derive a line", func(o *trend.Line) { *o = n })
	}
	items := []*fyne.MenuItem{
		submenu("Show as", p.derivations(l, replace, true)...),
		submenu("Add beside it", p.derivations(l, p.add, false)...),
		fyne.NewMenuItem("Histogram", func() { p.first(i, trend.Histogram) }),
		fyne.NewMenuItem("Frequencies", func() { p.first(i, trend.Spectrum) }),
		fyne.NewMenuItem("Others over this one", func() { p.first(i, trend.XY) }),
		fyne.NewMenuItemSeparator(),
	}
	hide := "Hide"
	if l.Hidden {
		hide = "Show"
	}
	items = append(items, fyne.NewMenuItem(hide, func() { p.changeLine(i, hide+" a line", func(o *trend.Line) { o.Hidden = !o.Hidden }) }))
	if len(p.spec.Lines) > 1 {
		items = append(items, fyne.NewMenuItem("Plot alone", func() {
			s := p.spec
			s.Lines = []trend.Line{l}
			s.Lines[0].Hidden = false
			p.change("Plot alone", s)
		}))
	}
	if l.Expr != "" {
		items = append(items, fyne.NewMenuItem("Edit expression…", func() { p.editExpression(i) }), fyne.NewMenuItem("Copy expression", func() { p.x.s.app.Clipboard().SetContent(l.Expr) }))
	} else {
		if a := p.asset(i); a != twin.NoAsset {
			items = append(items, fyne.NewMenuItem("Go to "+title(p.x.Project.Tree, a), func() { p.x.selectAsset(a, true); p.x.s.tree.reveal(a) }))
		}
		items = append(items, fyne.NewMenuItem("Copy path", func() { p.x.s.app.Clipboard().SetContent(l.Signal) }))
	}
	items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem("Remove", func() { p.remove(i) }))
	return fyne.NewMenu("", items...)
}

// derivations offers what may be computed of a line; use gets what was chosen.
func (p *trendPanel) derivations(l trend.Line, use func(trend.Line), mark bool) []*fyne.MenuItem {
	var out []*fyne.MenuItem
	width := p.x.axis.to.Sub(p.x.axis.from)
	for _, d := range chart.Derivations() {
		name := strings.ToUpper(d.String()[:1]) + d.String()[1:]
		on := mark && chart.Derivation(l.Derive) == d
		n := l
		n.Hidden, n.Derive, n.Window = false, trend.Derivation(d), 0
		if !d.Windowed() {
			if !mark && d == chart.AsMeasured && l.Plain() {
				continue // it is there already
			}
			out = append(out, checked(name, on, func() { use(n) }))
			continue
		}
		var windows []*fyne.MenuItem
		offered := trend.Windows()
		if best := trend.DefaultWindow(width); slices.Contains(offered, best) {
			offered = append([]time.Duration{best}, slices.DeleteFunc(offered, func(w time.Duration) bool { return w == best })...)
		}
		for _, w := range offered {
			n.Window = trend.Span(w)
			own := n
			windows = append(windows, checked("over "+chart.SpanText(w), on && l.Window == own.Window, func() { use(own) }))
		}
		out = append(out, submenu(name, windows...))
	}
	return out
}

func (p *trendPanel) changeLine(i int, text string, change func(*trend.Line)) {
	if i >= len(p.spec.Lines) {
		return
	}
	s := p.spec
	s.Lines = slices.Clone(s.Lines)
	change(&s.Lines[i])
	p.change(text, s)
}

// first puts a line before all others and shows a view of it.
func (p *trendPanel) first(i int, v trend.View) {
	s := p.spec
	s.Lines = slices.Clone(s.Lines)
	l := s.Lines[i]
	l.Hidden = false
	s.Lines = slices.Insert(slices.Delete(s.Lines, i, i+1), 0, l)
	s.View = v
	p.change("Show "+strings.ToLower(v.String()), s)
	if v == trend.XY && len(s.Lines) < 2 {
		p.x.s.Note("Add a second signal: it is drawn over this one")
	}
}

func (p *trendPanel) setView(v trend.View) {
	s := p.spec
	s.View = v
	p.change("Show "+strings.ToLower(v.String()), s)
}

func (p *trendPanel) viewMenu(at fyne.Position) {
	var items []*fyne.MenuItem
	for _, v := range trend.Views() {
		items = append(items, checked(v.String(), p.spec.View == v, func() { p.setView(v) }))
	}
	p.x.popUp(at, items...)
}

// periods are the earlier periods that are offered.
var periods = []struct {
	id, text string
	before   time.Duration
}{{"hour", "Hour before", time.Hour}, {"day", "Day before", 24 * time.Hour}, {"week", "Week before", 7 * 24 * time.Hour}}

// compare draws an earlier period beneath, or takes it away.
func (p *trendPanel) compare(before time.Duration) {
	s := p.spec
	s.Compare = slices.Clone(s.Compare)
	if i := slices.Index(s.Compare, trend.Span(before)); i >= 0 {
		s.Compare = slices.Delete(s.Compare, i, i+1)
	} else if len(s.Compare) < trend.MaxCompare {
		s.Compare = append(s.Compare, trend.Span(before))
	}
	p.change("Compare with "+chart.SpanText(before)+" before", s)
}

func (p *trendPanel) compareMenu(at fyne.Position) {
	var items []*fyne.MenuItem
	offered := map[trend.Span]bool{}
	for _, o := range periods {
		offered[trend.Span(o.before)] = true
		items = append(items, checked(o.text, slices.Contains(p.spec.Compare, trend.Span(o.before)), func() { p.compare(o.before) }))
	}
	for _, c := range p.spec.Compare {
		if !offered[c] {
			items = append(items, checked(chart.SpanText(time.Duration(c))+" before", true, func() { p.compare(time.Duration(c)) }))
		}
	}
	items = append(items, fyne.NewMenuItem("Another…", func() { p.x.s.run("trend.compare.other") }))
	if len(p.spec.Compare) > 0 {
		items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem("None", func() {
			s := p.spec
			s.Compare = nil
			p.change("Compare with nothing", s)
		}))
	}
	p.x.popUp(at, items...)
}

func (p *trendPanel) moreMenu(at fyne.Position) {
	run := func(id string) func() { return func() { p.x.s.run(commandID(id)) } }
	events := func(none, all bool) func() {
		return func() {
			s := p.spec
			s.NoEvents, s.AllEvents = none, all
			p.change("Events on the trend", s)
		}
	}
	s := &p.spec
	p.x.popUp(at,
		fyne.NewMenuItem("Add signal…", run("trend.add")),
		fyne.NewMenuItem("Add expression…", run("trend.expression")),
		fyne.NewMenuItemSeparator(),
		checked("Limits and normal range", !s.NoLimits, run("trend.limits")),
		submenu("Events", checked("Of these assets", !s.NoEvents && !s.AllEvents, events(false, false)), checked("Of all assets", !s.NoEvents && s.AllEvents, events(false, true)), checked("None", s.NoEvents, events(true, false))),
		submenu("View", p.viewItems()...),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Export trend…", run("trend.export")),
		fyne.NewMenuItem("Clear", run("trend.clear")))
}

func (p *trendPanel) viewItems() (items []*fyne.MenuItem) {
	for _, v := range trend.Views() {
		items = append(items, checked(v.String(), p.spec.View == v, func() { p.setView(v) }))
	}
	return items
}
