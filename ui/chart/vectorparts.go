package chart

import (
	"image/color"
	"math"
	"slices"
	"time"

	"gonum.org/v1/plot/vg"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// head is the title with the legend; it returns how much higher than a line it is.
func (v *vector) head() (more float64) {
	x := v.text(theme.Margin, 22, v.Title, v.title, theme.Color(theme.Text)) + 20
	if len(v.Series) == 0 || v.Figure != nil {
		x = v.text(x, 22, v.Caption, v.plain, theme.Color(theme.Text3)) + 24
		if v.Figure == nil || len(v.Figure.Sets) < 2 {
			return 0
		}
	}
	entries, rows := v.legend(func(text string, bold bool) float64 {
		if bold {
			return float64(v.strong.Width(text))
		}
		return float64(v.plain.Width(text))
	}, x, v.width-theme.Margin, v.cursorColumn(v.columnAxis()))
	for _, e := range entries {
		y := 22 + legendRow*float64(e.row)
		v.swatch(e.series, e.x, y-4)
		v.text(e.x+16, y, e.name, v.plain, theme.Color(theme.Text2))
		v.text(e.valueX, y, e.value, v.strong, theme.Color(theme.Text))
	}
	return legendRow * float64(rows-1)
}

// swatch draws a piece of a line as it looks.
func (v *vector) swatch(s *Series, x, y float64) {
	if len(s.Low) > 0 {
		v.box(x, y-5, x+12, y+5, theme.WithAlpha(s.Colour, theme.BandOpacity))
	}
	width, ink, dash := v.pen(s)
	v.stroke(ink, width, dash, [][2]float64{{x, y}, {x + 12, y}})
}

// pen is how the line of a series is drawn.
func (v *vector) pen(s *Series) (width float64, ink color.NRGBA, dash []vg.Length) {
	switch s.Style {
	case WhatIf:
		return theme.MeasuredWidth, s.Colour, []vg.Length{5, 2}
	case Compared:
		return 1, theme.WithAlpha(s.Colour, .4), nil
	}
	return theme.MeasuredWidth, s.Colour, nil
}

func (v *vector) ranges() {
	for _, r := range v.Ranges {
		if upper, lower, ok := v.rangeY(r); ok {
			v.box(v.axis.X0, upper, v.axis.X1, lower, inkOfRange(r))
		}
	}
}

func (v *vector) span() {
	if !v.SpanTo.After(v.SpanFrom) {
		return
	}
	if x0, x1 := math.Max(v.axis.X(v.SpanFrom), v.axis.X0), math.Min(v.axis.X(v.SpanTo), v.axis.X1); x1 > x0 {
		v.box(x0, v.top-4, x1, v.bottom, theme.WithAlpha(theme.Color(theme.Accent), .13))
	}
}

func (v *vector) markWidth(s *scaled) (wide float64) {
	for i := range s.rows + 1 {
		wide = max(wide, float64(v.plain.Width(s.label(i))))
	}
	return wide
}

// marksWidth is the room of the marks of all further axes, from the right edge of the plot.
func (v *vector) marksWidth() (wide float64) {
	for i := range v.scales[1:] {
		wide += v.markWidth(&v.scales[i+1]) + axisGap
	}
	return wide
}

// lineEnd is where lines across the plot end: before the marks of further axes.
func (v *vector) lineEnd(marks float64) float64 {
	if marks > 0 {
		return v.axis.X1 - marks - 4
	}
	return v.axis.X1
}

// grid draws the lines that all axes share, and the marks of the first.
func (v *vector) grid(marks float64) {
	first := &v.scales[0]
	ink := theme.Color(theme.Text3)
	if len(v.scales) > 1 {
		ink = first.ink
	}
	for i := range first.rows + 1 {
		y, text := v.y(0, first.Low+float64(i)*first.Step), first.mark(i)
		v.stroke(theme.Color(theme.Line), .5, nil, [][2]float64{{v.axis.X0, y}, {v.lineEnd(marks), y}})
		if unit := theme.ThinSpace + first.unit.Symbol; i == first.rows && first.unit.Symbol != "" {
			if float64(v.plain.Width(text+unit)) < MarginLeft-14 {
				text += unit
			} else {
				v.textRight(v.axis.X0-10, y+17, first.unit.Symbol, ink)
			}
		}
		v.textRight(v.axis.X0-10, y+4, text, ink)
	}
}

// marks draws those of the further axes.
func (v *vector) marks() {
	right, first := v.axis.X1-4, &v.scales[0]
	for k := range v.scales[1:] {
		s := &v.scales[k+1]
		for i := range s.rows + 1 {
			y, text := v.y(0, first.Low+float64(i)*first.Step), s.label(i)
			v.box(right-float64(v.plain.Width(text))-3, y-7, right+3, y+7, theme.WithAlpha(theme.Color(theme.Panel), .8))
			v.textRight(right, y+4, text, s.ink)
		}
		right -= v.markWidth(s) + axisGap
	}
}

func (v *vector) limits(marks float64) {
	for _, l := range v.Limits {
		if y, ok := v.limitY(l); ok {
			v.stroke(l.Colour, 1, []vg.Length{5, 4}, [][2]float64{{v.axis.X0, y}, {v.lineEnd(marks), y}})
			v.text(v.axis.X0+6, y+limitLabel(y-v.top), l.Label, v.plain, theme.Color(theme.Text2))
		}
	}
}

// moments draws now and the cursor.
func (v *vector) moments() {
	if x := v.axis.X(v.Now); !v.Now.IsZero() && x >= v.axis.X0 && x <= v.axis.X1 {
		v.stroke(theme.Color(theme.Text2), 1, nil, [][2]float64{{x, v.top - 4}, {x, v.bottom}})
		v.text(x+5, v.bottom-5, "now", v.plain, theme.Color(theme.Text2))
	}
	x := v.axis.X(v.Cursor)
	if v.Cursor.IsZero() || x < v.axis.X0 || x > v.axis.X1 {
		return
	}
	v.stroke(theme.Color(theme.Accent), 1.5, nil, [][2]float64{{x, v.top - 4}, {x, v.bottom}})
	at := v.Cursor.In(v.zone()).Format("2 Jan 15:04:05")
	v.text(x-float64(v.plain.Width(at))/2, v.bottom+16, at, v.plain, theme.Color(theme.Accent))
	column := v.cursorColumn(v.columnAxis())
	for i := range v.Series {
		s := &v.Series[i]
		if si, ok := s.at(column); ok && s.Style != Compared {
			y := v.y(v.axisFor(s.Unit), s.Unit.FromSI(si))
			v.disc(x, y, 4, theme.Color(theme.Panel))
			v.disc(x, y, 3, s.Colour)
		}
	}
}

// columnAxis is the time axis in columns of the series, of which there are as many in a document as it was made with.
func (m *Model) columnAxis() Axis {
	n := 0
	for i := range m.Series {
		n = max(n, len(m.Series[i].Columns), len(m.Series[i].Median))
	}
	return Axis{From: m.From, To: m.To, X1: float64(n)}
}

func (m *Model) zone() *time.Location {
	if m.Zone == nil {
		return time.UTC
	}
	return m.Zone
}

// disc fills a circle, as a polygon.
func (v *vector) disc(x, y, r float64, ink color.NRGBA) {
	const corners = 24
	pts := make([][2]float64, corners)
	for i := range pts {
		s, c := math.Sincos(2 * math.Pi * float64(i) / corners)
		pts[i] = [2]float64{x + r*c, y + r*s}
	}
	v.area(ink, pts)
}

// events draws a line and a symbol for each event, in the shapes of the screen.
func (v *vector) events() {
	var taken []float64
	for _, e := range v.ranked() {
		x := v.axis.X(e.At)
		if x < v.axis.X0 || x > v.axis.X1 || slices.ContainsFunc(taken, func(t float64) bool { return math.Abs(t-x) < 9 }) {
			continue
		}
		taken = append(taken, x)
		y := v.top + eventDown
		ink := theme.Color(theme.Text3)
		v.stroke(ink, .7, []vg.Length{2, 4}, [][2]float64{{x, y + 6}, {x, v.bottom}})
		switch h := 5.0; {
		case e.Priority == twin.Critical:
			v.box(x-.9*h, y-.9*h, x+.9*h, y+.9*h, theme.Priority(e.Priority))
		case e.Priority == twin.High:
			v.area(theme.Priority(e.Priority), [][2]float64{{x, y - h}, {x + 1.1*h, y + .9*h}, {x - 1.1*h, y + .9*h}})
		case e.Priority == twin.Medium:
			v.area(theme.Priority(e.Priority), [][2]float64{{x - 1.1*h, y - .9*h}, {x + 1.1*h, y - .9*h}, {x, y + h}})
		case e.Priority > 0:
			v.disc(x, y, h, theme.Priority(e.Priority))
		case e.Kind == twin.CommandEvent:
			v.stroke(theme.Color(theme.Text2), 1.5, nil, [][2]float64{{x - .8*h, y}, {x + .8*h, y}})
			v.stroke(theme.Color(theme.Text2), 1.5, nil, [][2]float64{{x, y - .8*h}, {x, y + .8*h}})
		default:
			v.disc(x, y, 3, ink)
		}
	}
}

func (v *vector) notes() {
	if !v.SpanTo.After(v.SpanFrom) || len(v.Notes) == 0 {
		return
	}
	wide := 0.0
	for _, n := range v.Notes {
		wide = max(wide, float64(v.plain.Width(n)))
	}
	wide += 16
	high := float64(len(v.Notes))*noteRow + 10
	x, y := v.emptiest(wide, high, 8)
	v.box(x, y, x+wide, y+high, theme.WithAlpha(theme.Color(theme.Field), .9))
	v.stroke(theme.Color(theme.Line), 1, nil, [][2]float64{{x, y}, {x + wide, y}, {x + wide, y + high}, {x, y + high}, {x, y}})
	for i, n := range v.Notes {
		ink := theme.Text2
		if i == 0 {
			ink = theme.Text
		}
		v.text(x+8, y+17+float64(i)*noteRow, n, v.plain, theme.Color(ink))
	}
}
