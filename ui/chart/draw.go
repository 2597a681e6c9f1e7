package chart

import (
	"image"
	"math"
	"time"

	"github.com/orrery-twin/orrery/ui/theme"
)

// Margins of the plot inside the widget, in Dp. The timeline below uses the same left and right ones, so that a moment
// stands at the same place in both.
const (
	MarginLeft   = 64
	MarginRight  = 32
	marginTop    = 34
	marginBottom = 22
)

// PlotColumns returns how many pixel columns the plot of an image of this width has: the length of Series.Columns.
func PlotColumns(widthPx int, scale float32) int {
	return max(widthPx-int(math.Round(float64((MarginLeft+MarginRight)*scale))), 0)
}

// AxisOf returns the time axis, in pixels, of a span drawn into an image of this width.
func AxisOf(from, to time.Time, widthPx int, scale float32) Axis {
	x0 := math.Round(float64(MarginLeft * scale))
	return Axis{From: from, To: to, X0: x0, X1: x0 + float64(PlotColumns(widthPx, scale))}
}

// plot is what the steps of Draw share. Lengths without suffix are Dp.
type plot struct {
	*Model
	pen         *theme.Pen
	img         *image.RGBA
	axis        Axis // pixels
	scales      []scaled
	top, bottom float64 // pixels
}

// y maps a value in the display unit of a vertical axis to pixels.
func (p *plot) y(axis int, display float64) float64 {
	return p.scales[axis].y(display, p.top, p.bottom)
}

// dp converts pixels to Dp, as the pen wants them.
func (p *plot) dp(px float64) float32 { return float32(px) / p.pen.Scale }

// Draw paints a model over the whole image. scale is device pixels per Dp.
func Draw(img *image.RGBA, m *Model, scale float32) {
	pen := theme.NewPen(img, scale)
	w, h := pen.Size()
	pen.Fill(0, 0, w, h, theme.Color(theme.Panel))
	p := &plot{Model: m, pen: pen, img: img, axis: AxisOf(m.From, m.To, img.Rect.Dx(), scale),
		top: float64(marginTop * scale), bottom: float64((h - marginBottom) * scale)}
	if p.axis.X1-p.axis.X0 < 20 || p.bottom-p.top < 20 {
		return
	}
	x := pen.Text(theme.Margin, 22, m.Title, theme.FontBold, theme.Color(theme.Text))
	p.legend(x+24, w-320)
	if m.Figure != nil {
		p.figure()
		return
	}
	var known bool
	p.scales, known = m.scales(int((p.bottom - p.top) / float64(26*scale)))
	p.ranges(known)
	p.times()
	if !known {
		pen.TextCenter(w/2, h/2+4, m.Empty, theme.FontText, theme.Color(theme.Text2))
	} else {
		p.values()
		p.span()
		p.series()
		p.limits()
		p.events()
	}
	p.moments()
	if known {
		p.notes()
	}
}

// values draws the marks of the vertical scales: the first at the left of the plot, the others within it, at its right
// edge, each under its unit. All share the lines of the first.
func (p *plot) values() {
	first := p.scales[0]
	for i := range first.rows + 1 {
		y := p.dp(p.y(0, first.Low+float64(i)*first.Step))
		p.pen.HLine(p.dp(p.axis.X0), y, p.dp(p.axis.X1-p.axis.X0), theme.WithAlpha(theme.Color(theme.Line), .6))
		p.pen.TextRight(MarginLeft-10, y+4, first.mark(i), theme.FontSmall, theme.Color(theme.Text3))
	}
	right := p.dp(p.axis.X1) - 4
	for _, s := range p.scales[1:] {
		wide := p.pen.Measure(s.unit.Symbol, theme.FontSmall)
		for i := range s.rows + 1 {
			text := s.mark(i)
			wide = max(wide, p.pen.Measure(text, theme.FontSmall))
			y := p.dp(p.y(0, first.Low+float64(i)*first.Step))
			if i == s.rows {
				text += theme.ThinSpace + s.unit.Symbol
				wide = max(wide, p.pen.Measure(text, theme.FontSmall))
			}
			p.pen.TextRight(right, y+4, text, theme.FontSmall, s.ink)
		}
		right -= wide + 12
	}
}

// times draws the horizontal scale.
func (p *plot) times() {
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	base := p.dp(p.bottom)
	for _, t := range p.axis.Ticks(zone, float64(70*p.pen.Scale)) {
		x := p.dp(p.axis.X(t.At))
		p.pen.VLine(x, base, 4, theme.Color(theme.Line))
		if x > MarginLeft+12 && x < p.dp(p.axis.X1)-12 {
			p.pen.TextCenter(x, base+16, t.Label, theme.FontSmall, theme.Color(theme.Text3))
		}
	}
}

// series draws the bands below all lines, then the lines.
func (p *plot) series() {
	x0 := int(p.axis.X0)
	for i := range p.Series {
		s := &p.Series[i]
		at := p.axisFor(s.Unit)
		band := theme.WithAlpha(s.Colour, .22)
		if s.Style == WhatIf {
			band = theme.WithAlpha(s.Colour, .11)
		}
		for c := range min(len(s.Low), len(s.High)) {
			span(p.img, x0+c, p.y(at, s.Unit.FromSI(s.High[c])), p.y(at, s.Unit.FromSI(s.Low[c])), band)
		}
	}
	ys := make([]float64, int(p.axis.X1-p.axis.X0))
	for i := range p.Series {
		s := &p.Series[i]
		at := p.axisFor(s.Unit)
		y := func(si float64) float64 { return p.y(at, s.Unit.FromSI(si)) }
		width := theme.MeasuredWidth * float64(p.pen.Scale)
		switch s.Style {
		case Measured:
			minMax(p.img, x0, s.Columns, y, width, s.Colour)
			continue
		case Compared:
			minMax(p.img, x0, s.Columns, y, width*.75, theme.WithAlpha(s.Colour, .5))
			continue
		}
		for c := range ys {
			ys[c] = math.NaN()
			if c < len(s.Median) {
				ys[c] = y(s.Median[c])
			}
		}
		dash := 0
		if s.Style == WhatIf {
			dash = int(6 * p.pen.Scale)
		}
		line(p.img, x0, ys, (theme.PredictedWidth+.3)*float64(p.pen.Scale), dash, s.Colour)
	}
}

func (p *plot) limits() {
	first := p.scales[0]
	for _, l := range p.Limits {
		v := p.Unit.FromSI(l.Value)
		if !(v >= first.Low && v <= first.High) {
			continue
		}
		y := p.dp(p.y(0, v))
		p.pen.Dashed(p.dp(p.axis.X0), y, p.dp(p.axis.X1), y, 1, 5, 4, l.Colour)
		p.pen.Text(MarginLeft+6, y-4, l.Label, theme.FontSmall, theme.Color(theme.Text2))
	}
}

// moments draws now and the cursor.
func (p *plot) moments() {
	top, bottom := float32(marginTop-4), p.dp(p.bottom)
	if x := p.axis.X(p.Now); x >= p.axis.X0 && x <= p.axis.X1 {
		p.pen.VLine(p.dp(x), top, bottom-top, theme.Color(theme.Text2))
		p.pen.Text(p.dp(x)+5, bottom-5, "now", theme.FontSmall, theme.Color(theme.Text2))
	}
	if x := p.axis.X(p.Cursor); x >= p.axis.X0 && x <= p.axis.X1 && !p.Cursor.IsZero() {
		_, h := p.pen.Size()
		p.pen.Fill(p.dp(x)-1, top, 2, h-top, theme.Color(theme.Accent))
		p.dots(x)
	}
}

// dots marks where the cursor cuts the lines: the values in the legend are those.
func (p *plot) dots(x float64) {
	if len(p.scales) == 0 {
		return
	}
	for i := range p.Series {
		s := &p.Series[i]
		if v, ok := s.at(int(x - p.axis.X0)); ok && s.Style != Compared {
			y := p.dp(p.y(p.axisFor(s.Unit), s.Unit.FromSI(v)))
			p.pen.Circle(p.dp(x), y, 4, theme.Color(theme.Panel))
			p.pen.Circle(p.dp(x), y, 3, s.Colour)
		}
	}
}
