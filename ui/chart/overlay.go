package chart

import (
	"math"
	"slices"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// entry is a line of the legend: a series with its name and its value at the cursor.
type entry struct {
	series      *Series
	name, value string
	row         int
	x, valueX   float64 // Dp
}

// maxLegendRows bounds the legend; what does not fit is left out.
const maxLegendRows = 4

// legendRow is the height of a row of the legend, Dp.
const legendRow = 17

// legend lays the names of all lines out: the first row from x, further ones from the margin, up to right. measure is
// the width of a text, Dp; column is that of the cursor, negative for none.
func (m *Model) legend(measure func(text string, bold bool) float64, x, right float64, column int) (out []entry, rows int) {
	row, begin := 0, x
	series := m.Series
	if m.Figure != nil {
		series = m.Figure.legend()
	}
	for i := range series {
		s := &series[i]
		e := entry{series: s, name: s.Name}
		if _, ok := s.at(column); ok {
			e.value = s.readAt(s.filled(column))
		} else if s.Unit.Symbol != "" {
			e.name += ", " + s.Unit.Symbol
		}
		names, values := measure(e.name, false), measure(e.value, true)
		if x+16+names+6+values > right && x > begin {
			if row++; row == maxLegendRows {
				break
			}
			x, begin = theme.Margin, theme.Margin
		}
		e.row, e.x, e.valueX = row, x, x+16+names+6
		x = e.valueX + values + 18
		out = append(out, e)
	}
	return out, row + 1
}

// legend names the sets, when there is more than one.
func (f *Figure) legend() (out []Series) {
	for i := range f.Sets {
		if len(f.Sets) > 1 {
			out = append(out, Series{Name: f.Sets[i].Name, Colour: f.Sets[i].Colour})
		}
	}
	return out
}

// AtCursor words the value that the i-th series has at the cursor, with its unit; empty when it has none there.
func (m *Model) AtCursor(i int) string {
	column := m.cursorColumn(m.columnAxis())
	if _, ok := m.Series[i].at(column); !ok {
		return ""
	}
	return m.Series[i].readAt(m.Series[i].filled(column))
}

// cursorColumn is the pixel column of the cursor in a plot of axis, −1 when it is not on it.
func (m *Model) cursorColumn(axis Axis) int {
	if at := axis.X(m.Cursor); !m.Cursor.IsZero() && at >= axis.X0 && at < axis.X1 {
		return int(at - axis.X0)
	}
	return -1
}

// head draws the title and the legend, or the caption where there is none, and returns how much higher than a line it is.
func (p *plot) head() (more float32) {
	w, _ := p.pen.Size()
	x := p.pen.Text(theme.Margin, 22, p.Title, theme.FontBold, theme.Color(theme.Text)) + 24
	if len(p.Series) == 0 || p.Figure != nil {
		x = p.pen.TextFit(x, 22, w-theme.Margin-x, p.Caption, theme.FontSmall, theme.Color(theme.Text3)) + 24
		if p.Figure == nil || len(p.Figure.Sets) < 2 {
			return 0
		}
	}
	entries, rows := p.legend(func(text string, bold bool) float64 {
		font := theme.FontSmall
		if bold {
			font = theme.FontSmallBold
		}
		return float64(p.pen.Measure(text, font))
	}, float64(x), float64(w-theme.Margin), p.cursorColumn(p.axis))
	for _, e := range entries {
		x, y := float32(e.x), 22+legendRow*float32(e.row)
		Swatch(p.pen, e.series, x, y-4)
		p.pen.Text(x+16, y, e.name, theme.FontSmall, theme.Color(theme.Text2))
		p.pen.Text(float32(e.valueX), y, e.value, theme.FontSmallBold, theme.Color(theme.Text))
	}
	return legendRow * float32(rows-1)
}

// Swatch draws a piece of a line as it looks, 12 Dp wide, centred at y.
func Swatch(pen *theme.Pen, s *Series, x, y float32) {
	if len(s.Low) > 0 {
		pen.Fill(x, y-5, 12, 10, theme.WithAlpha(s.Colour, .22))
	}
	switch s.Style {
	case WhatIf:
		pen.Fill(x, y-1, 5, 2, s.Colour)
		pen.Fill(x+7, y-1, 5, 2, s.Colour)
	case Compared:
		pen.Fill(x, y, 12, 1, theme.WithAlpha(s.Colour, .6))
	default:
		pen.Fill(x, y-1, 12, 2, s.Colour)
	}
}

// filled is the last column with samples not after this one, when it lies within the gap that a line bridges.
func (s *Series) filled(column int) int {
	if column >= s.end() {
		return column
	}
	for back := range min(s.holds(), max(column, 0)) + 1 {
		if c := column - back; c >= 0 && c < len(s.Columns) && s.Columns[c].Count > 0 {
			return c
		}
	}
	return column
}

// held is the value that came before the left edge and is still good in a column; ok is false when there is none.
func (s *Series) held(column int) (si float64, ok bool) {
	return s.Before, s.Back > 0 && column >= 0 && column < s.end() && s.Back+column <= s.holds()
}

// at is the value in SI that a series has in a pixel column: the last measured one, or the median.
func (s *Series) at(column int) (float64, bool) {
	v := math.NaN()
	column = s.filled(column)
	switch {
	case column < 0:
	case column < len(s.Columns) && s.Columns[column].Count > 0:
		v = s.Columns[column].Last
	case column < len(s.Median):
		v = s.Median[column]
	default:
		if before, ok := s.held(column); ok {
			v = before
		}
	}
	return v, !math.IsNaN(v) && !math.IsInf(v, 0)
}

// ranges shades the bands.
func (p *plot) ranges() {
	for _, r := range p.Ranges {
		if upper, lower, ok := p.rangeY(r); ok {
			p.pen.Fill(p.dp(p.axis.X0), p.dp(upper), p.dp(p.axis.X1-p.axis.X0), p.dp(lower-upper), inkOfRange(r))
		}
	}
}

// eventReach is how far from an event the pointer hits it, Dp; eventY is where the events of a widget are drawn, and
// eventDown how far below the top of the plot that is.
const (
	eventReach = 7
	eventDown  = 1
	eventY     = marginTop + eventDown
)

// events draws a symbol and a line down the plot for each event; one that would lie on another is left out.
func (p *plot) events() {
	var taken []float32
	eventY := p.dp(p.top) + eventDown
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
		p.pen.Fill(p.dp(x0), p.dp(p.top)-4, p.dp(x1-x0), p.dp(p.bottom-p.top)+4, theme.WithAlpha(theme.Color(theme.Accent), .13))
	}
}

// noteRow is the height of a line of the notes, Dp.
const noteRow = 15

// notes shows the statistics of the selected span where they hide the least.
func (p *plot) notes() {
	if !p.SpanTo.After(p.SpanFrom) || len(p.Notes) == 0 {
		return
	}
	wide := float32(0)
	for _, n := range p.Notes {
		wide = max(wide, p.pen.Measure(n, theme.FontSmall))
	}
	wide += 16
	high := float32(len(p.Notes))*noteRow + 10
	px, py := p.emptiest(float64(wide*p.pen.Scale), float64(high*p.pen.Scale), float64(8*p.pen.Scale))
	x, y := p.dp(px), p.dp(py)
	p.pen.RoundRect(x, y, wide, high, theme.Radius, theme.WithAlpha(theme.Color(theme.Field), .9))
	p.pen.RoundBorder(x, y, wide, high, theme.Radius, 1, theme.Color(theme.Line))
	for i, n := range p.Notes {
		ink := theme.Text2
		if i == 0 {
			ink = theme.Text
		}
		p.pen.Text(x+8, y+17+float32(i)*noteRow, n, theme.FontSmall, theme.Color(ink))
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
