package ui

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/trend"
)

// chip is a line in the legend.
type chip struct {
	name, value string
	hint        string // empty: the name
	line        int    // of the spec; −1 for what has no menu of its own
	series      chart.Series
	hidden      bool
	drop        func() // takes it out; nil when it cannot be taken out
}

// chips lists what the legend names: the lines, each with what is expected of it, and earlier periods.
func (p *trendPanel) chips() []chip {
	var out []chip
	m := p.chart.Model()
	for i := range p.spec.Lines {
		l := &p.spec.Lines[i]
		c := chip{name: p.names[i], line: i, hidden: l.Hidden, series: chart.Series{Colour: chart.ColourOf(l.Colour)}, drop: func() { p.remove(i) }}
		var more []chip
		for k := range m.Series {
			s := &m.Series[k]
			switch {
			case s.Line != i || l.Hidden || s.Style == chart.Compared:
			case s.Style == chart.Measured:
				c.name, c.value = s.Name, m.AtCursor(k)
			default:
				more = append(more, chip{name: strings.TrimPrefix(s.Name, p.names[i]+", "), hint: s.Name, value: m.AtCursor(k), line: -1, series: *s})
			}
		}
		out = append(append(out, c), more...)
	}
	for _, before := range p.spec.Compare {
		d := time.Duration(before)
		out = append(out, chip{name: chart.SpanText(d) + " before", hint: "What was " + chart.SpanText(d) + " before, moved here", line: -1,
			series: chart.Series{Style: chart.Compared, Colour: theme.Color(theme.Text)}, drop: func() { p.compare(d) }})
	}
	return out
}

// tool is a button at the right of the legend.
type tool struct {
	name, text, hint string
	on               bool
	menu             func(at fyne.Position)
}

func (p *trendPanel) tools() []tool {
	compare := "Compare"
	if n := len(p.spec.Compare); n > 0 {
		compare = fmt.Sprintf("Compare %d", n)
	}
	return []tool{
		{"trend:add", "+", "Add a signal; or drag one here from the tree or the inspector", false, func(fyne.Position) { p.x.s.run("trend.add") }},
		{"trend:view", p.spec.View.String() + " ▾", "Over time, over each other, histogram or spectrum", p.spec.View != trend.OverTime, p.viewMenu},
		{"trend:compare", compare + " ▾", "Draw an earlier period beneath", len(p.spec.Compare) > 0, p.compareMenu},
		{"trend:more", "⋯", "Limits, events, expression, export", false, p.moreMenu},
	}
}

func (p *trendPanel) buildHead(s *sheet) {
	x := s.W - 8
	tools := p.tools()
	if s.W < 620 { // what does not fit is in the menu and the palette
		tools = []tool{tools[0], tools[3]}
	}
	for i := len(tools) - 1; i >= 0; i-- {
		t := tools[i]
		w := s.width(t.text, theme.FontText) + 16
		x -= w
		s.pin(cell{x: x, y: 5, w: w, h: 24, name: t.name, hint: t.hint, hand: true, key: fmt.Sprint(t.text, t.on), paint: func(pen *theme.Pen, c cell) {
			ink := theme.Text2
			switch {
			case t.on:
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Selected))
				ink = theme.Text
			case c.hot:
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Hovered))
			}
			pen.TextCenter(c.x+c.w/2, c.y+16.5, t.text, theme.FontText, theme.Color(ink))
		}, tap: func(at fyne.Position, _ bool) { t.menu(at) }})
	}
	p.legend(s, theme.Margin, x-8)
}

// legend lays the title and the chips out from x to right.
func (p *trendPanel) legend(s *sheet, x, right float32) {
	m := p.chart.Model()
	heading := m.Title
	if heading == "" {
		heading = "Trend"
	}
	w := min(s.width(heading, theme.FontBold)+14, right-x)
	s.pin(cell{x: x, y: 5, w: w, h: 24, key: heading, paint: func(pen *theme.Pen, c cell) {
		pen.TextFit(c.x, c.y+17, c.w, heading, theme.FontBold, theme.Color(theme.Text))
	}})
	x += w
	chips := p.chips()
	for i := range chips {
		w := p.chipWidth(s, &chips[i])
		rest := float32(0)
		if i+1 < len(chips) {
			rest = 40
		}
		w = min(w, max(right-x-rest, 90))
		if x+w+rest > right || i > 0 && w < p.chipWidth(s, &chips[i]) {
			p.overflow(s, min(x, right-36), chips[i:])
			return
		}
		p.chip(s, x, w, i, chips[i])
		x += w
	}
}

// valueRoom is kept for the value of a chip, so that the legend does not move while the value changes.
const valueRoom = 9

// maxChipName bounds the name in a chip, Dp: what is cut off is told by the hint.
const maxChipName = 190

func (p *trendPanel) chipWidth(s *sheet, c *chip) float32 {
	w := 26 + min(s.width(c.name, theme.FontSmall), maxChipName) + 12
	if c.value != "" {
		w += max(s.width(c.value, theme.FontSmallBold), valueRoom*s.width("0", theme.FontSmallBold)) + 6
	}
	if c.drop != nil {
		w += 16
	}
	return w
}

func (p *trendPanel) chip(s *sheet, x, w float32, i int, c chip) {
	series, name, value := c.series, c.name, c.value
	one := cell{x: x, y: 5, w: w - 4, h: 24, name: fmt.Sprint("trend:chip:", i), hint: cmp.Or(c.hint, name),
		key: fmt.Sprint(name, value, c.hidden, series.Colour, series.Style, c.drop != nil), paint: func(pen *theme.Pen, at cell) {
			if at.hot {
				pen.RoundRect(at.x, at.y, at.w, at.h, theme.Radius, theme.Color(theme.Hovered))
			}
			ink := theme.Text2
			if c.hidden {
				ink = theme.Text3
				series.Colour = theme.WithAlpha(series.Colour, .3)
			}
			chart.Swatch(pen, &series, at.x+6, at.y+12)
			room := at.w - 30
			if c.drop != nil {
				room -= 16
				pen.Icon(theme.IconClose, at.x+at.w-9, at.y+12, 7, theme.Color(theme.Text3))
			}
			end := pen.TextFit(at.x+24, at.y+16, min(room, maxChipName), name, theme.FontSmall, theme.Color(ink))
			if value != "" {
				pen.TextFit(end+6, at.y+16, at.x+24+room-end, value, theme.FontSmallBold, theme.Color(theme.Text))
			}
		}}
	if c.line >= 0 {
		one.hand, one.hint = true, name+" — click for what can be computed of it"
		one.tap = func(at fyne.Position, _ bool) { p.lineMenu(c.line, at) }
		one.menu = func(at fyne.Position) { p.lineMenu(c.line, at) }
	}
	s.pin(one)
	if c.drop != nil {
		s.pin(cell{x: x + w - 22, y: 5, w: 18, h: 24, name: fmt.Sprint("trend:drop:", i), hint: "Take " + name + " out of the trend", hand: true,
			tap: func(fyne.Position, bool) { c.drop() }})
	}
}

// overflow offers the chips that have no room in a menu.
func (p *trendPanel) overflow(s *sheet, x float32, rest []chip) {
	text := fmt.Sprintf("+%d", len(rest))
	s.pin(cell{x: x, y: 5, w: 36, h: 24, name: "trend:others", hint: "Lines for which there is no room here", hand: true, key: text, paint: func(pen *theme.Pen, c cell) {
		if c.hot {
			pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Hovered))
		}
		pen.TextCenter(c.x+c.w/2, c.y+16, text, theme.FontSmallBold, theme.Color(theme.Text2))
	}, tap: func(at fyne.Position, _ bool) {
		var items []*fyne.MenuItem
		for _, c := range rest {
			item := fyne.NewMenuItem(join(c.name, c.value), func() {})
			if c.line >= 0 {
				item.ChildMenu = p.menuOf(c.line)
			}
			items = append(items, item)
		}
		p.x.popUp(at, items...)
	}})
}

func (p *trendPanel) remove(i int) {
	if i < len(p.spec.Lines) {
		p.change("Take out of the trend", p.spec.Without(i))
	}
}

// asset is where a line of the spec belongs, NoAsset for an expression.
func (p *trendPanel) asset(i int) twin.AssetID {
	t := p.x.Project.Tree
	if id, ok := t.SignalByPath(p.spec.Lines[i].Signal); ok {
		return t.Signal(id).Asset
	}
	return twin.NoAsset
}
