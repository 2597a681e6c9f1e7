package chart

import (
	"math"
	"slices"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// legend names the lines from x to right, each with its colour and its value at the cursor; without lines it shows the
// caption.
func (p *plot) legend(x, right float32) {
	if len(p.Series) == 0 || p.Figure != nil {
		p.pen.TextFit(x, 22, right-x, p.Caption, theme.FontSmall, theme.Color(theme.Text3))
		return
	}
	column := -1
	if at := p.axis.X(p.Cursor); !p.Cursor.IsZero() && at >= p.axis.X0 && at < p.axis.X1 {
		column = int(at - p.axis.X0)
	}
	for i := range p.Series {
		s := &p.Series[i]
		text, value := s.Name, ""
		if _, ok := s.at(column); ok {
			value = s.readAt(column)
		}
		wide := p.pen.Measure(text, theme.FontSmall) + p.pen.Measure(value, theme.FontSmallBold) + 14 + 22
		if x+wide > right {
			p.pen.Text(x, 22, "…", theme.FontSmall, theme.Color(theme.Text3))
			return
		}
		p.swatch(s, x)
		x = p.pen.Text(x+16, 22, text, theme.FontSmall, theme.Color(theme.Text2))
		if value != "" {
			x = p.pen.Text(x+6, 22, value, theme.FontSmallBold, theme.Color(theme.Text))
		}
		x += 18
	}
}

// swatch draws a piece of the line as it looks.
func (p *plot) swatch(s *Series, x float32) {
	switch s.Style {
	case WhatIf:
		p.pen.Fill(x, 17, 5, 2, s.Colour)
		p.pen.Fill(x+7, 17, 5, 2, s.Colour)
	case Compared:
		p.pen.Fill(x, 17, 12, 1, theme.WithAlpha(s.Colour, .6))
	default:
		p.pen.Fill(x, 17, 12, 2, s.Colour)
	}
	if len(s.Low) > 0 {
		p.pen.Fill(x, 13, 12, 10, theme.WithAlpha(s.Colour, .22))
	}
}

// at is the value in SI that a series has in a pixel column: the last measured one, or the median.
func (s *Series) at(column int) (float64, bool) {
	v := math.NaN()
	switch {
	case column < 0:
	case column < len(s.Columns) && s.Columns[column].Count > 0:
		v = s.Columns[column].Last
	case column < len(s.Median):
		v = s.Median[column]
	}
	return v, !math.IsNaN(v) && !math.IsInf(v, 0)
}

// ranges shades the bands.
func (p *plot) ranges(known bool) {
	if !known {
		return
	}
	first := &p.scales[0]
	for _, r := range p.Ranges {
		low, high := math.Max(p.Unit.FromSI(r.Low), first.Low), math.Min(p.Unit.FromSI(r.High), first.High)
		if !(high > low) {
			continue
		}
		y0, y1 := p.dp(p.y(0, high)), p.dp(p.y(0, low))
		p.pen.Fill(p.dp(p.axis.X0), y0, p.dp(p.axis.X1-p.axis.X0), y1-y0, theme.WithAlpha(theme.Color(theme.Band), .28))
	}
}

// eventReach is how far from an event the pointer hits it, Dp; eventY is where the events are drawn.
const (
	eventReach = 7
	eventY     = marginTop + 1
)

// events draws a symbol and a line down the plot for each event; one that would lie on another is left out.
func (p *plot) events() {
	var taken []float32
	for _, e := range p.ranked() {
		x := p.dp(p.axis.X(e.At))
		if x < MarginLeft || x > p.dp(p.axis.X1) || slices.ContainsFunc(taken, func(t float32) bool { return t-x < 9 && x-t < 9 }) {
			continue
		}
		taken = append(taken, x)
		p.pen.Dashed(x, eventY+6, x, p.dp(p.bottom), 1, 2, 4, theme.WithAlpha(theme.Color(theme.Text3), .7))
		switch {
		case e.Priority > 0:
			p.pen.Alarm(x, eventY, 10, e.Priority, theme.AlarmAcknowledged)
		case e.Kind == twin.CommandEvent:
			p.pen.Icon(theme.IconPlus, x, eventY, 11, theme.Color(theme.Text2))
		default:
			p.pen.Circle(x, eventY, 3, theme.Color(theme.Text3))
		}
	}
}

// ranked are the events with the most urgent first: alarms by priority, then commands, then the rest.
func (m *Model) ranked() []Event {
	rank := func(e Event) int {
		switch {
		case e.Priority > 0:
			return int(e.Priority)
		case e.Kind == twin.CommandEvent:
			return 100
		}
		return 101
	}
	out := slices.Clone(m.Events)
	slices.SortStableFunc(out, func(a, b Event) int { return rank(a) - rank(b) })
	return out
}

// eventAt finds the event drawn near a place, in Dp; axis is in Dp.
func (m *Model) eventAt(axis Axis, x, y float32) (Event, bool) {
	if y < eventY-8 || y > eventY+10 || m.Figure != nil {
		return Event{}, false
	}
	for _, e := range m.ranked() {
		if d := axis.X(e.At) - float64(x); math.Abs(d) <= eventReach {
			return e, true
		}
	}
	return Event{}, false
}

// span shades what the user selected.
func (p *plot) span() {
	if !p.SpanTo.After(p.SpanFrom) {
		return
	}
	x0, x1 := math.Max(p.axis.X(p.SpanFrom), p.axis.X0), math.Min(p.axis.X(p.SpanTo), p.axis.X1)
	if x1 > x0 {
		p.pen.Fill(p.dp(x0), marginTop-4, p.dp(x1-x0), p.dp(p.bottom)-marginTop+4, theme.WithAlpha(theme.Color(theme.Accent), .13))
	}
}

// notes shows the statistics of the selected span beside it.
func (p *plot) notes() {
	if !p.SpanTo.After(p.SpanFrom) || len(p.Notes) == 0 {
		return
	}
	wide := float32(0)
	for _, n := range p.Notes {
		wide = max(wide, p.pen.Measure(n, theme.FontSmall))
	}
	wide += 16
	high := float32(len(p.Notes))*15 + 10
	x := p.dp(p.axis.X(p.SpanTo)) + 8
	if x+wide > p.dp(p.axis.X1) {
		x = max(p.dp(p.axis.X(p.SpanFrom))-wide-8, MarginLeft)
	}
	y := max(min(float32(marginTop), p.dp(p.bottom)-high), 2)
	p.pen.RoundRect(x, y, wide, high, theme.Radius, theme.Color(theme.Field))
	p.pen.RoundBorder(x, y, wide, high, theme.Radius, 1, theme.Color(theme.Line))
	for i, n := range p.Notes {
		ink := theme.Text2
		if i == 0 {
			ink = theme.Text
		}
		p.pen.Text(x+8, y+17+float32(i)*15, n, theme.FontSmall, theme.Color(ink))
	}
}

// SpanText words how long a span is: "2 d 3 h", "14 min", "3.2 s".
func SpanText(d time.Duration) string {
	d = d.Abs()
	switch {
	case d >= 24*time.Hour:
		return plain(int(d/(24*time.Hour)), "d", int(d/time.Hour)%24, "h")
	case d >= time.Hour:
		return plain(int(d/time.Hour), "h", int(d/time.Minute)%60, "min")
	case d >= time.Minute:
		return plain(int(d/time.Minute), "min", int(d/time.Second)%60, "s")
	}
	return trimmed(d.Seconds(), 1) + " s"
}
