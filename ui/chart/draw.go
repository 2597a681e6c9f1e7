package chart

import (
	"image"
	"math"
	"strconv"
	"strings"
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

// plot is what the steps of Draw share. Lengths without suffix are Dp; y maps display units to pixels.
type plot struct {
	*Model
	pen         *theme.Pen
	img         *image.RGBA
	axis        Axis // pixels
	scale       Scale
	top, bottom float64 // pixels
}

func (p *plot) y(display float64) float64 {
	return p.bottom - (display-p.scale.Low)/(p.scale.High-p.scale.Low)*(p.bottom-p.top)
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
	pen.TextFit(x+24, 22, w-x-24-320, m.Caption, theme.FontSmall, theme.Color(theme.Text3))

	low, high, known := m.Extent()
	p.scale = NiceScale(low, high, int((p.bottom-p.top)/float64(26*scale)))
	p.times()
	if !known {
		pen.TextCenter(w/2, h/2+4, m.Empty, theme.FontText, theme.Color(theme.Text2))
	} else {
		p.values()
		p.series()
		p.limits()
	}
	p.moments()
}

// values draws the vertical scale.
func (p *plot) values() {
	digits := decimals(p.scale.Step)
	for i := 0; ; i++ {
		v := p.scale.Low + float64(i)*p.scale.Step
		if v > p.scale.High+p.scale.Step/2 {
			return
		}
		y := p.dp(p.y(v))
		p.pen.HLine(p.dp(p.axis.X0), y, p.dp(p.axis.X1-p.axis.X0), theme.WithAlpha(theme.Color(theme.Line), .6))
		text := strings.Replace(strconv.FormatFloat(v+0, 'f', digits, 64), "-", "−", 1)
		p.pen.TextRight(MarginLeft-10, y+4, text, theme.FontSmall, theme.Color(theme.Text3))
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

// decimals is how many digits after the point the marks of a scale need.
func decimals(step float64) int {
	for d := range 6 {
		if r := step * math.Pow(10, float64(d)); math.Abs(r-math.Round(r)) < 1e-6 {
			return d
		}
	}
	return 6
}

// series draws the bands below all lines, then the lines.
func (p *plot) series() {
	x0 := int(p.axis.X0)
	for i := range p.Series {
		s := &p.Series[i]
		band := theme.WithAlpha(s.Colour, .22)
		if s.Style == WhatIf {
			band = theme.WithAlpha(s.Colour, .11)
		}
		for c := range min(len(s.Low), len(s.High)) {
			span(p.img, x0+c, p.y(s.Unit.FromSI(s.High[c])), p.y(s.Unit.FromSI(s.Low[c])), band)
		}
	}
	ys := make([]float64, int(p.axis.X1-p.axis.X0))
	for i := range p.Series {
		s := &p.Series[i]
		if s.Style == Measured {
			minMax(p.img, x0, s.Columns, func(si float64) float64 { return p.y(s.Unit.FromSI(si)) }, theme.MeasuredWidth*float64(p.pen.Scale), s.Colour)
			continue
		}
		for c := range ys {
			ys[c] = math.NaN()
			if c < len(s.Median) {
				ys[c] = p.y(s.Unit.FromSI(s.Median[c]))
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
	for _, l := range p.Limits {
		v := p.Unit.FromSI(l.Value)
		if !(v >= p.scale.Low && v <= p.scale.High) {
			continue
		}
		y := p.dp(p.y(v))
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
	}
}
