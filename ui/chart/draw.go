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
	marginTop    = 38
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

// plot is what the steps of Draw share. Lengths without suffix are Dp, but for those of the frame: they are pixels.
type plot struct {
	frame
	pen *theme.Pen
	img *image.RGBA
}

// dp converts pixels to Dp, as the pen wants them.
func (p *plot) dp(px float64) float32 { return float32(px) / p.pen.Scale }

// Draw paints a model over the whole image. scale is device pixels per Dp.
func Draw(img *image.RGBA, m *Model, scale float32) {
	pen := theme.NewPen(img, scale)
	w, h := pen.Size()
	pen.Fill(0, 0, w, h, theme.Color(theme.Panel))
	p := &plot{pen: pen, img: img, frame: frame{Model: m, axis: AxisOf(m.From, m.To, img.Rect.Dx(), scale),
		top: float64(marginTop * scale), bottom: float64((h - marginBottom) * scale)}}
	if !m.NoHead {
		p.top += float64(p.head() * scale)
	}
	if p.axis.X1-p.axis.X0 < 20 || p.bottom-p.top < 20 {
		return
	}
	if m.Figure != nil {
		p.figure()
		return
	}
	var known bool
	p.scales, known = m.scales(int((p.bottom - p.top) / float64(26*scale)))
	if !known {
		p.times()
		pen.TextCenter(w/2, h/2+4, m.Empty, theme.FontText, theme.Color(theme.Text2))
		p.moments()
		return
	}
	right := p.marksWidth()
	p.ranges()
	p.times()
	p.grid(right)
	p.span()
	p.series()
	p.limits(right)
	p.marks()
	p.events()
	p.moments()
	p.notes()
}

// grid draws the lines of the first scale, which all share, up to where the marks of the others begin, and its marks at
// the left of the plot. The unit stands beside the highest mark, or below it where there is no room.
func (p *plot) grid(marks float32) {
	first := &p.scales[0]
	ink := theme.Color(theme.Text3)
	if len(p.scales) > 1 {
		ink = first.ink
	}
	for i := range first.rows + 1 {
		y := p.dp(p.y(0, first.Low+float64(i)*first.Step))
		end := p.axis.X1
		if marks > 0 {
			end -= float64((marks + 4) * p.pen.Scale)
		}
		p.pen.HLine(p.dp(p.axis.X0), y, p.dp(end-p.axis.X0), theme.WithAlpha(theme.Color(theme.Line), .6))
		text := first.mark(i)
		if unit := theme.ThinSpace + first.unit.Symbol; i == first.rows && first.unit.Symbol != "" {
			if p.pen.Measure(text+unit, theme.FontSmall) < MarginLeft-14 {
				text += unit
			} else {
				p.pen.TextRight(MarginLeft-10, y+17, first.unit.Symbol, theme.FontSmall, ink)
			}
		}
		p.pen.TextRight(MarginLeft-10, y+4, text, theme.FontSmall, ink)
	}
}

// label is the text of the i-th mark of a further axis; the highest names the unit.
func (s *scaled) label(i int) string {
	if i == s.rows && s.unit.Symbol != "" {
		return s.mark(i) + theme.ThinSpace + s.unit.Symbol
	}
	return s.mark(i)
}

// axisGap is the room between two further axes, Dp.
const axisGap = 12

// markWidth is the room of the marks of a further axis, Dp.
func (p *plot) markWidth(s *scaled) (wide float32) {
	for i := range s.rows + 1 {
		wide = max(wide, p.pen.Measure(s.label(i), theme.FontSmall))
	}
	return wide
}

// marksWidth is the room of the marks of all further axes, from the right edge of the plot, Dp.
func (p *plot) marksWidth() (wide float32) {
	for i := range p.scales[1:] {
		wide += p.markWidth(&p.scales[i+1]) + axisGap
	}
	return wide
}

// marks draws those of the further scales within the plot, at its right edge, each on a ground that keeps them readable
// over a line.
func (p *plot) marks() {
	right := p.dp(p.axis.X1) - 4
	first := &p.scales[0]
	for k := range p.scales[1:] {
		s := &p.scales[k+1]
		for i := range s.rows + 1 {
			y, text := p.dp(p.y(0, first.Low+float64(i)*first.Step)), s.label(i)
			wide := p.pen.Measure(text, theme.FontSmall)
			p.pen.RoundRect(right-wide-3, y-7, wide+6, 14, theme.Radius, theme.WithAlpha(theme.Color(theme.Panel), .8))
			p.pen.TextRight(right, y+4, text, theme.FontSmall, s.ink)
		}
		right -= p.markWidth(s) + axisGap
	}
}

// times draws the horizontal scale.
func (p *plot) times() {
	base := p.dp(p.bottom)
	for _, t := range p.axis.Ticks(p.zone(), float64(70*p.pen.Scale)) {
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
			minMax(p.img, x0, s, y, width, s.Colour)
			continue
		case Compared:
			minMax(p.img, x0, s, y, width*.75, theme.WithAlpha(s.Colour, .4))
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

func (p *plot) limits(marks float32) {
	end := p.dp(p.axis.X1)
	if marks > 0 {
		end -= marks + 4
	}
	for _, l := range p.Limits {
		at, ok := p.limitY(l)
		if !ok {
			continue
		}
		y := p.dp(at)
		p.pen.Dashed(p.dp(p.axis.X0), y, end, y, 1, 5, 4, l.Colour)
		p.pen.Text(MarginLeft+6, y+limitLabel(y-p.dp(p.top)), l.Label, theme.FontSmall, theme.Color(theme.Text2))
	}
}

// limitLabel is how far the label of a limit stands from its line: above it, below it where there is no room, Dp.
func limitLabel[T float32 | float64](below T) T {
	if below < 10 {
		return 13
	}
	return -4
}

// moments draws now and the cursor.
func (p *plot) moments() {
	top, bottom := p.dp(p.top)-4, p.dp(p.bottom)
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
