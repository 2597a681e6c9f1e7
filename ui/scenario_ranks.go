package ui

import (
	"fmt"
	"math"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/ui/theme"
)

// maxRanks is how many entries of a list of what limits the plant are shown.
const maxRanks = 40

// ranks lists what limits the plant, the worst first, as bars: of shares from the left, of gains from a middle line, so
// that they make a tornado.
func (p *answerPage) ranks(s *sheet, x, w, y float32, a answered) {
	list := a.Ranks
	if len(list) > maxRanks {
		list = list[:maxRanks]
	}
	if len(list) == 0 {
		return
	}
	top, gains := 0.0, true
	for _, r := range list {
		gains = gains && r.Share == 0
		top = max(top, r.Share)
	}
	if gains {
		for _, r := range list {
			top = max(top, math.Abs(r.Gain.Low), math.Abs(r.Gain.High))
		}
	}
	if top <= 0 || math.IsNaN(top) || math.IsInf(top, 0) {
		top = 1
	}
	l := rankLayout{x: x, w: w, top: top, gains: gains, label: 40, swings: a.swings}
	if len(a.Figures) > 0 {
		l.good = a.Figures[0].Good
	}
	changes := p.m.book.changes(p.m.chosen)
	for _, r := range list {
		l.label = max(l.label, min(w*.4, s.width(r.Label, theme.FontText)+14))
		l.value = max(l.value, s.width(rankValue(r, gains, a.swings), theme.FontSmall)+8)
		if r.Lever != "" && changeOn(changes, leverField(r.Lever)) == "" {
			l.lever = max(l.lever, min(w*.3, s.width(leverText(r.Lever), theme.FontSmall)+22))
		}
	}
	for i, r := range list {
		p.rank(s, l, y, i, r, changeOn(changes, leverField(r.Lever)) != "")
		y += 26
	}
}

// rankLayout is what all bars of a list share, Dp.
type rankLayout struct {
	x, w                float32
	label, value, lever float32   // widths
	top                 float64   // what fills a bar
	gains               bool      // bars are gains, from a middle line
	good                sim.Sense // of the figure that gains are of
	swings              map[string]swing
}

// rank is one bar with its name, what it would bring, and the button of its lever.
func (p *answerPage) rank(s *sheet, l rankLayout, y float32, i int, r sim.Rank, pulled bool) {
	m, x, gains, top := p.m, l.x, l.gains, l.top
	right := x + l.w - theme.Margin
	if l.lever > 0 {
		text, bw := leverText(r.Lever), l.lever-8
		if r.Lever != "" && !pulled {
			s.add(small(right-bw, y+4, bw, fmt.Sprint("lever:", i), theme.Fit(text, theme.FontSmall, s.Scale, bw-8), "Ask what "+r.Lever+" does", func() { m.pull(r.Lever) }))
		}
		right -= l.lever
	}
	selected := m.x.s.view.tree != nil && m.selectedIs(r.Asset)
	value := rankValue(r, gains, l.swings)
	hint := r.Label
	if r.Why != "" {
		hint = r.Label + ": " + r.Why
	}
	if r.Asset != "" {
		hint += " — click to select it in the view, twice to go there"
	}
	s.add(cell{x: x, y: y, w: right - x, h: 26, name: fmt.Sprint("rank:", i), hint: hint, hand: r.Asset != "", key: fmt.Sprint(r.Label, r.Share, r.Gain, value, selected, top),
		paint: func(pen *theme.Pen, c cell) {
			rowBack(pen, c, selected)
			mid, base := c.y+c.h/2, c.y+17.5
			pen.TextFit(c.x+4, base, l.label-10, r.Label, theme.FontText, theme.Color(theme.Text))
			pen.TextRight(c.x+c.w-2, base, value, theme.FontSmall, theme.Color(theme.Text2))
			bx, bw := c.x+l.label, c.w-l.label-l.value-4
			if bw < 24 {
				return
			}
			if both, ok := l.swings[r.Label]; ok {
				drawSwing(pen, bx, mid, bw, both, top)
				return
			}
			if gains {
				drawGain(pen, bx, mid, bw, r.Gain, top, l.good)
				return
			}
			pen.Fill(bx, mid-5, bw, 10, theme.Color(theme.Field))
			ink := theme.Mix(theme.Color(theme.Text3), theme.Color(theme.Text2), .4)
			if i == 0 {
				ink = theme.Color(theme.Text2)
			}
			pen.Fill(bx, mid-5, bw*float32(max(0, min(1, r.Share/top))), 10, ink)
		},
		tap: func(_ fyne.Position, double bool) {
			if r.Asset != "" {
				m.selectAsset(r.Asset, double)
				m.update()
			}
		}})
}

// drawSwing draws what a field does from a middle line: dark down, light up.
func drawSwing(pen *theme.Pen, x, mid, w float32, both swing, top float64) {
	zero := x + w/2
	pen.Fill(x, mid-6, w, 12, theme.Color(theme.Field))
	for i, g := range []sim.Mean{both.down, both.up} {
		if math.IsNaN(g.Value + g.Low + g.High) {
			continue
		}
		at := func(v float64) float32 { return zero + w/2*float32(max(-1, min(1, v/top))) }
		y, ink := mid-6+float32(i)*6, theme.Color(theme.Text3)
		if i == 1 {
			ink = theme.Color(theme.Predicted)
		}
		from, to := min(zero, at(g.Value)), max(zero, at(g.Value))
		pen.Fill(from, y+.5, max(1, to-from), 5, ink)
		pen.Fill(at(g.Low), y+2.5, at(g.High)-at(g.Low), 1, theme.Color(theme.Text))
	}
	pen.Fill(zero-.5, mid-9, 1, 18, theme.Color(theme.Text3))
}

// drawGain draws a gain from a middle line, with its interval.
func drawGain(pen *theme.Pen, x, mid, w float32, g sim.Mean, top float64, good sim.Sense) {
	zero := x + w/2
	at := func(v float64) float32 { return zero + w/2*float32(max(-1, min(1, v/top))) }
	pen.Fill(x, mid-5, w, 10, theme.Color(theme.Field))
	ink := theme.Color(theme.Text3)
	switch scenario.Better(sim.Figure{Good: good, Difference: g}) {
	case 1:
		ink = theme.Color(theme.Better)
	case -1:
		ink = theme.Color(theme.Worse)
	}
	from, to := zero, at(g.Value)
	if to < from {
		from, to = to, from
	}
	if !math.IsNaN(g.Value) {
		pen.Fill(from, mid-5, max(1, to-from), 10, ink)
	}
	if !math.IsNaN(g.Low + g.High) {
		pen.Fill(at(g.Low), mid-.75, at(g.High)-at(g.Low), 1.5, theme.Color(theme.Text))
	}
	pen.Fill(zero-.5, mid-8, 1, 16, theme.Color(theme.Text3))
}

// rankValue words the share of an entry and what its lever would bring.
func rankValue(r sim.Rank, gains bool, swings map[string]swing) string {
	if both, ok := swings[r.Label]; ok {
		return "↓ " + percents(both.down) + "  ↑ " + percents(both.up)
	}
	var out []string
	if !gains {
		out = append(out, fmt.Sprintf("%.0f %%", r.Share*100))
	}
	if g := r.Gain; (r.Lever != "" || gains) && !math.IsNaN(g.Value) && (g.Value != 0 || g.Low != 0 || g.High != 0) {
		text := signed(g.Value*100, 1) + " %"
		if g.Low <= 0 && g.High >= 0 {
			text = "±0"
		}
		if !gains {
			text = "buys " + text
		}
		out = append(out, text)
	}
	return strings.Join(out, " · ")
}

// leverText is a lever on a button: "+10 %" for a step, "speed 120" for a value.
func leverText(lever string) string {
	c, err := sim.ParseChange(lever)
	if err != nil {
		return lever
	}
	if v, percent := strings.CutSuffix(c.Value, "%"); percent {
		return strings.ReplaceAll(v, "-", "−") + " %"
	}
	return c.Field[strings.LastIndexByte(c.Field, '.')+1:] + " " + c.Value
}

func leverField(lever string) string {
	field, _, _ := strings.Cut(lever, "=")
	return strings.TrimSpace(field)
}

// selectedIs reports whether the asset of this path is selected.
func (m *scenarios) selectedIs(path string) bool {
	if path == "" {
		return false
	}
	id, ok := m.x.Project.Tree.AssetByPath(path)
	return ok && m.x.s.view.marks(id)
}
