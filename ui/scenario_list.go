package ui

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/orrery-twin/orrery/ui/theme"
)

// planList is the tree of scenarios beside the view, above the fields of the chosen one.
type planList struct {
	board *board
	m     *scenarios
}

const (
	planHead = buttonHeight + 12
	planRowH = 26
)

func newPlanList(m *scenarios) *planList {
	l := &planList{m: m}
	l.board = newBoard(m.x.s, fyne.NewSize(160, planHead+2*planRowH), l.build)
	l.board.onKey = l.key
	return l
}

// beside puts the panel of scenarios into the place of the tree: one of the two is shown.
func (m *scenarios) beside(tree fyne.CanvasObject) fyne.CanvasObject {
	panel := container.New(&planLayout{m}, m.list.board, m.knobs.object)
	m.list.board.Hide()
	m.knobs.object.Hide()
	return container.NewStack(tree, panel)
}

// planLayout gives the tree as much as it needs, to four tenths of the height, and the fields the rest.
type planLayout struct{ m *scenarios }

func (l *planLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(160, 240) }

func (l *planLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	want := planHead + float32(len(l.m.book.rows()))*planRowH + 8
	h := min(want, max(planHead+3*planRowH, s.Height*.4))
	put(o[0], 0, 0, s.Width, h, l.m.open)
	put(o[1], 0, h, s.Width, s.Height-h, l.m.open)
}

// show opens or closes the panel beside the view.
func (m *scenarios) show(on bool) {
	if m.open == on {
		return
	}
	m.open = on
	s := m.x.s
	if on {
		s.tree.CanvasObject.Hide()
		if s.dock.HideLeft || s.dock.Wall {
			s.dock.HideLeft, s.dock.Wall = false, false
			s.dock.changed()
		}
	} else {
		m.knobs.left()
		s.tree.CanvasObject.Show()
	}
	m.layout()
	m.pose(false)
	m.shade()
	m.update()
	s.tree.board.update()
}

// layout lays the panel out again, as after rows came or went.
func (m *scenarios) layout() {
	if m.x.s.dock != nil && m.x.s.dock.container != nil {
		m.x.s.dock.container.Refresh()
	}
	l := planLayout{m}
	if stack, ok := m.x.s.dock.left.(*fyne.Container); ok && len(stack.Objects) == 2 {
		if panel, ok := stack.Objects[1].(*fyne.Container); ok {
			l.Layout(panel.Objects, stack.Size())
		}
	}
}

func (l *planList) build(s *sheet) {
	m := l.m
	s.b.head, s.head = planHead, planHead
	closeW := s.width("Assets", theme.FontText) + 18
	s.pin(button(s.W-closeW-8, 6, closeW, "close", "Assets", "Show the tree of assets again", plainButton, func() { m.show(false) }))
	x := float32(8)
	for _, b := range []struct{ name, text, hint string }{
		{"new", "New", "A scenario below the chosen one"},
		{"fork", "Fork here", "A scenario that begins at the moment that is shown"},
		{"more", "More", "Rename, duplicate, compare, remove"},
	} {
		w := s.width(b.text, theme.FontText) + 18
		if x+w > s.W-closeW-10 {
			continue // a right click has them all
		}
		c := button(x, 6, w, b.name, b.text, b.hint, plainButton, nil)
		c.tap = func(at fyne.Position, _ bool) { l.press(b.name, at) }
		s.pin(c)
		x += w + 5
	}
	for i, r := range m.book.rows() {
		l.row(s, float32(i)*planRowH, r)
	}
}

func (l *planList) press(name string, at fyne.Position) {
	switch name {
	case "new":
		l.m.x.s.run("scenario.new")
	case "fork":
		l.m.x.s.run("scenario.fork")
	default:
		l.m.menu(l.m.chosen, at)
	}
}

// row is one scenario: its mark on the timeline, its name, and how far its answer is.
func (l *planList) row(s *sheet, y float32, r planRow) {
	m := l.m
	chosen, other := r.ID == m.chosen, r.ID == m.other
	state, ink := l.state(r.plan)
	indent := float32(r.depth) * 12
	if r.ID != basePlan {
		s.add(cell{x: 0, y: y, w: theme.Margin + indent + 16, h: planRowH, name: "lane:" + r.ID, hand: true, hint: "Show on the timeline, or no longer", back: l.back(chosen),
			key: fmt.Sprint(r.Lane, chosen, m.ink(r.ID), indent), paint: func(p *theme.Pen, c cell) {
				cx, cy := theme.Margin+indent+4, c.y+c.h/2
				if r.Lane {
					p.Circle(cx, cy, 4.5, m.ink(r.ID))
				} else {
					p.Ring(cx, cy, 4.5, 1.3, theme.Color(theme.Text3))
				}
			}, tap: func(fyne.Position, bool) { m.toggleLane(r.ID) }})
	} else {
		s.add(cell{x: 0, y: y, w: theme.Margin + 16, h: planRowH, key: fmt.Sprint(chosen), back: l.back(chosen), name: "base-mark", tap: func(fyne.Position, bool) { m.choose(r.ID) },
			paint: func(p *theme.Pen, c cell) {
				p.Circle(theme.Margin+4, c.y+c.h/2, 4.5, theme.Color(theme.Predicted))
			}})
	}
	left := theme.Margin + indent + 16
	hint := "Click to ask it; right click for more"
	if r.preset && r.ID != basePlan {
		hint = "Of the twin file — click to ask it; what is changed makes a scenario below it"
	}
	s.add(cell{x: left, y: y, w: s.W - left, h: planRowH, name: "plan:" + r.ID, hand: true, hint: hint, back: l.back(chosen),
		key: fmt.Sprint(r.Name, chosen, other, state, ink, r.preset), paint: func(p *theme.Pen, c cell) {
			if c.hot && !chosen {
				p.Fill(c.x, c.y, c.w, c.h, theme.Color(theme.Hovered))
			}
			base := c.y + 17.5
			right := c.x + c.w - theme.Margin
			if state != "" {
				right = p.TextRight(right, base, state, theme.FontSmall, theme.Color(ink)) - 6
			}
			if other {
				right = p.TextRight(right, base, "compared", theme.FontSmall, theme.Color(theme.ScenarioT)) - 6
			}
			font, name := theme.FontText, theme.Text
			if r.preset {
				name = theme.Text2
			}
			if chosen {
				font, name = theme.FontBold, theme.Text
			}
			p.TextFit(c.x, base, right-c.x-4, r.Name, font, theme.Color(name))
		},
		tap: func(_ fyne.Position, double bool) {
			switch {
			case controlDown():
				m.compare(r.ID)
			case double && !r.preset:
				m.rename()
			default:
				m.choose(r.ID)
			}
		},
		menu: func(at fyne.Position) {
			m.choose(r.ID)
			m.menu(r.ID, at)
		}})
}

func (l *planList) back(chosen bool) theme.Name {
	if chosen {
		return theme.Selected
	}
	return ""
}

// state words how far the answer of a scenario is.
func (l *planList) state(p plan) (string, theme.Name) {
	m := l.m
	share, running, pending := m.runs.pending(p.ID)
	switch {
	case running:
		return fmt.Sprintf("%.0f %%", share*100), theme.Text2
	case pending:
		return "waits", theme.Text3
	case m.runs.faults[p.ID] != nil:
		return "failed", theme.Text
	}
	a, fits, ok := m.answer(p.ID)
	switch {
	case !ok || !fits:
		return "", theme.Text3
	case a.Partial:
		return "partial", theme.Text2
	}
	return leading(a.Answer), theme.Text2
}

// ink is the colour of a scenario on the timeline and in the list.
func (m *scenarios) ink(id string) color.NRGBA {
	n := 0
	for _, p := range m.book.rows() {
		if p.ID == id {
			break
		}
		if p.Lane {
			n++
		}
	}
	if n == 0 {
		return theme.Color(theme.ScenarioB)
	}
	return theme.Series(n - 1)
}

// menu opens what can be done with a scenario.
func (m *scenarios) menu(id string, at fyne.Position) {
	p := m.book.get(id)
	run := func(id string) func() { return func() { m.x.s.run(commandID(id)) } }
	item := func(text string, on bool, f func()) *fyne.MenuItem {
		i := fyne.NewMenuItem(text, f)
		i.Disabled = !on
		return i
	}
	with := []*fyne.MenuItem{}
	for _, r := range m.book.rows() {
		if r.ID == m.chosen {
			continue
		}
		current := r.ID == m.other || m.other == "" && r.ID == basePlan
		with = append(with, checked(r.Name, current, func() { m.compare(r.ID) }))
	}
	items := []*fyne.MenuItem{
		item("Rename…", !p.preset, run("scenario.rename")),
		item("Duplicate", true, run("scenario.duplicate")),
		item("Take all changes back", !p.preset && len(p.Changes) > 0, run("scenario.reset")),
	}
	if len(with) > 0 {
		items = append(items, submenu("Compare with", with...))
	}
	items = append(items, checked("Show on the timeline", p.Lane, func() { m.toggleLane(id) }))
	if len(m.studies) > 1 && !p.preset {
		var list []*fyne.MenuItem
		for _, n := range m.studies {
			list = append(list, checked(n.Label, m.study(p.Study).ID == n.ID, func() { m.setStudy(n.ID) }))
		}
		items = append(items, submenu("Answered by", list...))
	}
	items = append(items, fyne.NewMenuItemSeparator(), item("Remove", !p.preset, run("scenario.remove")))
	m.x.popUp(at, items...)
}

// setStudy has another study answer the chosen scenario. What it changes of the other study stays with it.
func (m *scenarios) setStudy(id string) {
	p := m.plan()
	if p.Study == id {
		return
	}
	p.Study = id
	if p.preset {
		p = m.child(basePlan, "")
		p.Study = id
	}
	m.change("Ask another study", "", m.book.with(p), p.ID)
}

// reveal brings the chosen scenario into sight.
func (l *planList) reveal() {
	if !l.m.open {
		return
	}
	l.m.layout()
	l.board.update()
	l.board.reveal(float32(l.m.book.find(l.m.chosen))*planRowH, planRowH)
}

// key moves through the tree.
func (l *planList) key(e *fyne.KeyEvent) bool {
	step := 0
	switch e.Name {
	case fyne.KeyUp:
		step = -1
	case fyne.KeyDown:
		step = 1
	case fyne.KeyF2:
		if !l.m.plan().preset {
			l.m.rename()
		}
		return true
	case fyne.KeyDelete:
		if !l.m.plan().preset {
			l.m.remove()
		}
		return true
	default:
		return false
	}
	rows := l.m.book.rows()
	for i, r := range rows {
		if r.ID == l.m.chosen {
			l.m.choose(rows[max(0, min(len(rows)-1, i+step))].ID)
			break
		}
	}
	return true
}
