package ui

import (
	"fmt"
	"math"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/chart"
	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/trend"
)

// selectSpan marks a span of time; two equal times mark none.
func (p *trendPanel) selectSpan(from, to time.Time) {
	p.span = span2{from, to}
	if !to.After(from) {
		p.span, p.stats = span2{}, nil
	}
	p.statsDue = p.span != span2{}
	if p.spec.View != trend.OverTime {
		p.due = true
	}
	p.dress(p.x.state)
	p.placeCard()
}

// zoomSpan shows the selected span alone.
func (p *trendPanel) zoomSpan() {
	s := p.span
	if s == (span2{}) {
		return
	}
	pad := s.to.Sub(s.from) / 20
	p.x.zoom(s.from.Add(-pad), s.to.Add(pad))
}

// playSpan plays the selected span over and over.
func (p *trendPanel) playSpan() {
	s := p.span
	if s == (span2{}) {
		return
	}
	t := p.x.Timeline
	t.Loop(s.from, s.to)
	t.Seek(s.from)
	// A span is to be over in about half a minute.
	want, speed := s.to.Sub(s.from).Seconds()/30, speeds[len(speeds)-1]
	for i := len(speeds) - 1; i >= 0 && speeds[i] >= max(want, 1); i-- {
		speed = speeds[i]
	}
	t.SetSpeed(speed)
	t.Play()
	p.x.moveCursors(t.State())
}

// story goes to what an event on the plot tells of: its moment, its asset, and all that was written down of it.
func (x *session) story(e chart.Event) {
	asset := e.Asset
	if int(asset) >= len(x.Project.Tree.Assets()) { // of a tree that is gone
		asset = twin.NoAsset
	}
	x.tell(e.At, asset, e.Ref)
	x.s.Note(e.At.In(x.s.view.zone).Format("2 Jan 15:04:05") + " · " + e.Text)
}

// cardTop is the height of the head of the card with the titles of its columns.
const (
	cardTop    = 32 + tableHead
	statRow    = 19
	statName   = 210
	statColumn = 82
)

var statColumns = []column{{width: statName}, {title: "Least", width: statColumn, right: true}, {title: "Mean", width: statColumn, right: true},
	{title: "Greatest", width: statColumn, right: true}, {title: "Deviation", width: statColumn, right: true}, {title: "Integral", width: statColumn + 16, right: true}, {title: "Samples", width: 64, right: true}}

// placeCard puts the statistics of the selected span over the view, right above the span: they hide none of the plot.
func (p *trendPanel) placeCard() {
	d := p.x.s.dock
	if p.span == (span2{}) || d == nil || d.card != p.card || !p.visible() {
		if p.card.Visible() {
			p.card.Hide()
		}
		return
	}
	w := float32(2 * theme.Margin)
	for _, c := range statColumns {
		w += c.width
	}
	view, foot := d.view.Position().Y, d.bottom.Position().Y-theme.Splitter
	high := cardTop + statRow*float32(max(len(p.stats), 1)) + 8
	size := fyne.NewSize(min(w, d.bottom.Size().Width-16), min(high, foot-view-12))
	if size.Width < 160 || size.Height < 40 {
		p.card.Hide()
		return
	}
	m := p.chart.Model()
	a := chart.Axis{From: m.From, To: m.To, X0: chart.MarginLeft, X1: float64(p.chart.Size().Width) - chart.MarginRight}
	mid := float32(a.X(p.span.from)+a.X(p.span.to)) / 2
	left, right := float32(8), d.bottom.Size().Width-8
	if v := d.view; v.Size().Width >= size.Width+16 { // the panels beside the view stay free
		left, right = v.Position().X+8, v.Position().X+v.Size().Width-8
	}
	x := min(max(mid-size.Width/2, left), right-size.Width)
	put(p.card, x, foot-size.Height-6, size.Width, size.Height, true)
	p.card.update()
}

func (p *trendPanel) buildCard(s *sheet) {
	s.b.head, s.head = cardTop, cardTop
	span := p.span
	from, to := span.from.In(p.x.s.view.zone), span.to.In(p.x.s.view.zone)
	long := chart.SpanText(to.Sub(from))
	when := from.Format("2 Jan 15:04:05") + " – " + to.Format("15:04:05")
	if from.YearDay() != to.YearDay() || from.Year() != to.Year() {
		when = from.Format("2 Jan 15:04") + " – " + to.Format("2 Jan 15:04")
	}
	x := s.W - 6
	for _, b := range []struct {
		name, text, hint string
		run              func()
	}{{"span:close", "×", "Select no span", func() { p.selectSpan(time.Time{}, time.Time{}) }}, {"span:play", "Play", "Play this span over and over", p.playSpan},
		{"span:zoom", "Zoom here", "Show this span alone", p.zoomSpan}} {
		w := s.width(b.text, theme.FontText) + 18
		x -= w
		one := button(x, 4, w, b.name, b.text, b.hint, plainButton, b.run)
		one.h = 24
		s.pin(one)
		x -= 4
	}
	s.pin(cell{x: theme.Margin, y: 4, w: x - theme.Margin, h: 24, key: long + when, paint: func(pen *theme.Pen, c cell) {
		end := pen.TextFit(c.x, c.y+16, c.w, long, theme.FontBold, theme.Color(theme.Text))
		pen.TextFit(end+10, c.y+16, c.x+c.w-end-10, when, theme.FontSmall, theme.Color(theme.Text2))
	}})
	edges := columns(statColumns, theme.Margin, s.W-2*theme.Margin)
	s.pin(titles(statColumns, edges, 32, s.W))
	if p.statsOf != span || len(p.stats) == 0 {
		text := "Summing up…"
		if p.fault != "" {
			text = p.fault
		}
		s.add(cell{x: 0, y: 0, w: s.W, h: statRow, key: text, paint: func(pen *theme.Pen, c cell) {
			pen.TextFit(theme.Margin, c.y+14, c.w-2*theme.Margin, text, theme.FontSmall, theme.Color(theme.Text3))
		}})
		edged(s)
		return
	}
	for i := range p.stats {
		p.statRow(s, float32(i*statRow), edges, &p.stats[i])
	}
	edged(s)
}

func (p *trendPanel) statRow(s *sheet, y float32, edges []float32, st *trend.Stat) {
	values := statTexts(st)
	name, ink := st.Name, chart.ColourOf(st.Colour)
	s.add(cell{x: 1, y: y, w: s.W - 2, h: statRow, name: "stat:" + name, hint: name, key: fmt.Sprint(name, values), paint: func(pen *theme.Pen, c cell) {
		pen.Fill(c.x+theme.Margin-1, c.y+9, 10, 2, ink)
		pen.TextFit(c.x+theme.Margin+14, c.y+14, edges[1]-theme.Margin-20, name, theme.FontSmall, theme.Color(theme.Text2))
		for i, v := range values {
			pen.TextRight(edges[i+2]-10, c.y+14, theme.Fit(v, theme.FontSmall, pen.Scale, edges[i+2]-edges[i+1]-8), theme.FontSmall, theme.Color(theme.Text))
		}
	}})
}

// statTexts words least, mean, greatest, deviation, integral and the number of samples.
func statTexts(st *trend.Stat) []string {
	if st.Count == 0 {
		return []string{"–", "–", "–", "–", "–", "0"}
	}
	if len(st.States) > 0 {
		name := func(v float64) string { return st.States[min(max(int(math.Round(v)), 0), len(st.States)-1)] }
		return []string{name(st.Min), "–", name(st.Max), "–", "–", grouped(fmt.Sprint(st.Count))}
	}
	f := func(si float64) string { return grouped(st.Unit.Format(si, st.Decimals)) }
	about := ""
	if st.Coarse {
		about = "≈ "
	}
	deviation := fmt.Sprintf("%.*f", min(st.Decimals+1, 6), st.Unit.Span(st.Deviation))
	return []string{f(st.Min), f(st.Mean), f(st.Max) + unitAfter(st.Unit.Symbol), about + deviation, about + digits4(st.IntegralUnit.FromSI(st.Integral)) + unitAfter(st.IntegralUnit.Symbol), grouped(fmt.Sprint(st.Count))}
}

func unitAfter(symbol string) string {
	if symbol == "" {
		return ""
	}
	return theme.ThinSpace + symbol
}

// digits4 words a number with four digits.
func digits4(v float64) string {
	if v == 0 || math.IsNaN(v) || math.IsInf(v, 0) {
		return "0"
	}
	n := min(max(3-int(math.Floor(math.Log10(math.Abs(v)))), 0), 6)
	return grouped((twin.Unit{}).Format(v, n))
}
