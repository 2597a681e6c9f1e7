package chart

import (
	"image/color"
	"math"
	"time"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"

	"github.com/orrery-twin/orrery/ui/theme"
)

// vector draws a model into a document: the same plot as Draw, of paths and text. Places are Dp from the upper left; one
// Dp is one point.
type vector struct {
	*Model
	to            vg.Canvas
	plain, bold   font.Face
	width, height float64
	axis          Axis
	scaled        []scaled
	top, bottom   float64
}

// drawVector draws over the whole of a canvas.
func drawVector(to vg.Canvas, m *Model, width, height float64) error {
	fonts := font.NewCache(liberation.Collection())
	v := &vector{Model: m, to: to, width: width, height: height, top: marginTop, bottom: height - marginBottom,
		axis:  Axis{From: m.From, To: m.To, X0: MarginLeft, X1: width - MarginRight},
		plain: fonts.Lookup(font.Font{Typeface: "Liberation", Variant: "Sans"}, theme.SmallSize)}
	v.bold = fonts.Lookup(font.Font{Typeface: "Liberation", Variant: "Sans", Weight: 2}, theme.TextSize)
	v.box(0, 0, width, height, theme.Color(theme.Panel))
	x := v.text(theme.Margin, 22, m.Title, v.bold, theme.Color(theme.Text)) + 20
	if m.Figure != nil {
		v.text(x, 22, m.Caption, v.plain, theme.Color(theme.Text3))
		v.drawFigure()
		return nil
	}
	v.names(x)
	var known bool
	v.scaled, known = m.scales(int((v.bottom - v.top) / 26))
	v.times()
	if !known {
		v.text(width/2-60, height/2, m.Empty, v.plain, theme.Color(theme.Text2))
		return nil
	}
	v.values()
	for i := range m.Series {
		v.series(&m.Series[i])
	}
	for _, l := range m.Limits {
		if at := m.Unit.FromSI(l.Value); at >= v.scaled[0].Low && at <= v.scaled[0].High {
			y := v.y(0, at)
			v.stroke(l.Colour, 1, []vg.Length{5, 4}, [][2]float64{{v.axis.X0, y}, {v.axis.X1, y}})
			v.text(v.axis.X0+6, y-4, l.Label, v.plain, theme.Color(theme.Text2))
		}
	}
	for _, moment := range []struct {
		at  time.Time
		ink color.NRGBA
	}{{m.Now, theme.Color(theme.Text2)}, {m.Cursor, theme.Color(theme.Accent)}} {
		if x := v.axis.X(moment.at); !moment.at.IsZero() && x >= v.axis.X0 && x <= v.axis.X1 {
			v.stroke(moment.ink, 1, nil, [][2]float64{{x, v.top - 4}, {x, v.bottom}})
		}
	}
	for _, e := range m.Events {
		if x := v.axis.X(e.At); x >= v.axis.X0 && x <= v.axis.X1 {
			ink := theme.Color(theme.Text3)
			if e.Priority > 0 {
				ink = theme.Priority(e.Priority)
			}
			v.stroke(ink, 1, []vg.Length{2, 4}, [][2]float64{{x, v.top}, {x, v.bottom}})
		}
	}
	return nil
}

func (v *vector) y(axis int, display float64) float64 {
	return v.scaled[axis].y(display, v.top, v.bottom)
}

func (v *vector) point(x, y float64) vg.Point {
	return vg.Point{X: vg.Length(x), Y: vg.Length(v.height - y)}
}

func (v *vector) text(x, y float64, s string, f font.Face, ink color.NRGBA) float64 {
	if s == "" {
		return x
	}
	v.to.SetColor(ink)
	v.to.FillString(f, v.point(x, y), s)
	return x + float64(f.Width(s))
}

func (v *vector) textRight(x, y float64, s string, ink color.NRGBA) {
	v.text(x-float64(v.plain.Width(s)), y, s, v.plain, ink)
}

func (v *vector) path(pts [][2]float64) (p vg.Path) {
	for i, q := range pts {
		if i == 0 {
			p.Move(v.point(q[0], q[1]))
		} else {
			p.Line(v.point(q[0], q[1]))
		}
	}
	return p
}

func (v *vector) stroke(ink color.NRGBA, width float64, dash []vg.Length, pts [][2]float64) {
	if len(pts) < 2 {
		return
	}
	v.to.SetColor(ink)
	v.to.SetLineWidth(vg.Length(width))
	v.to.SetLineDash(dash, 0)
	v.to.Stroke(v.path(pts))
}

func (v *vector) area(ink color.NRGBA, pts [][2]float64) {
	if len(pts) < 3 {
		return
	}
	v.to.SetColor(ink)
	p := v.path(pts)
	p.Close()
	v.to.Fill(p)
}

func (v *vector) box(x0, y0, x1, y1 float64, ink color.NRGBA) {
	v.area(ink, [][2]float64{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}})
}

// names is the legend.
func (v *vector) names(x float64) {
	for i := range v.Series {
		s := &v.Series[i]
		v.box(x, 16, x+12, 18, s.Colour)
		name := s.Name
		if s.Unit.Symbol != "" {
			name += ", " + s.Unit.Symbol
		}
		x = v.text(x+16, 22, name, v.plain, theme.Color(theme.Text2)) + 16
	}
}

func (v *vector) times() {
	zone := v.Zone
	if zone == nil {
		zone = time.UTC
	}
	line := theme.Color(theme.Line)
	v.stroke(line, 1, nil, [][2]float64{{v.axis.X0, v.bottom}, {v.axis.X1, v.bottom}})
	for _, t := range v.axis.Ticks(zone, 70) {
		x := v.axis.X(t.At)
		v.stroke(line, 1, nil, [][2]float64{{x, v.bottom}, {x, v.bottom + 4}})
		v.text(x-float64(v.plain.Width(t.Label))/2, v.bottom+16, t.Label, v.plain, theme.Color(theme.Text3))
	}
}

func (v *vector) values() {
	right := v.axis.X1 - 4
	for k := range v.scaled {
		s := &v.scaled[k]
		wide := 0.0
		for i := range s.rows + 1 {
			y, text := v.y(0, v.scaled[0].Low+float64(i)*v.scaled[0].Step), s.mark(i)
			if k == 0 {
				v.stroke(theme.Color(theme.Line), .5, nil, [][2]float64{{v.axis.X0, y}, {v.axis.X1, y}})
				v.textRight(v.axis.X0-10, y+4, text, theme.Color(theme.Text3))
				continue
			}
			if i == s.rows {
				text += " " + s.unit.Symbol
			}
			wide = max(wide, float64(v.plain.Width(text)))
			v.textRight(right, y+4, text, s.ink)
		}
		if k > 0 {
			right -= wide + 12
		}
	}
}

// series draws one line: through the lowest and the highest value of each column in turn, or the median over its band.
func (v *vector) series(s *Series) {
	n := max(len(s.Columns), len(s.Median))
	at := 0
	for i := range v.scaled {
		if v.scaled[i].unit.Symbol == s.Unit.Symbol && v.scaled[i].unit.Dimension == s.Unit.Dimension {
			at = i
		}
	}
	x := func(c int) float64 { return v.axis.X0 + (float64(c)+.5)*(v.axis.X1-v.axis.X0)/float64(n) }
	y := func(si float64) float64 { return v.y(at, s.Unit.FromSI(si)) }
	v.band(s, x, y)
	var dash []vg.Length
	width, ink := theme.MeasuredWidth, s.Colour
	switch s.Style {
	case WhatIf:
		dash = []vg.Length{6, 6}
	case Compared:
		width, ink = 1, theme.WithAlpha(ink, .5)
	}
	var pts [][2]float64
	empty := 0
	for c := range n {
		here := v.column(s, c, y)
		if here == nil {
			if empty++; empty > 2 {
				v.stroke(ink, width, dash, pts)
				pts = nil
			}
			continue
		}
		empty = 0
		for _, h := range here {
			pts = append(pts, [2]float64{x(c), h})
		}
	}
	v.stroke(ink, width, dash, pts)
}

// column is where the line passes within one column: both extremes when they are apart.
func (v *vector) column(s *Series, c int, y func(float64) float64) []float64 {
	switch {
	case c < len(s.Columns) && s.Columns[c].Count > 0:
		low, high := y(s.Columns[c].Min), y(s.Columns[c].Max)
		if !number(low) || !number(high) {
			return nil
		}
		if low-high < .2 {
			return []float64{(low + high) / 2}
		}
		return []float64{low, high}
	case c < len(s.Median) && number(s.Median[c]):
		return []float64{y(s.Median[c])}
	}
	return nil
}

func (v *vector) band(s *Series, x func(int) float64, y func(float64) float64) {
	var upper, lower [][2]float64
	flush := func() {
		for i := len(lower) - 1; i >= 0; i-- {
			upper = append(upper, lower[i])
		}
		v.area(theme.WithAlpha(s.Colour, theme.BandOpacity), upper)
		upper, lower = nil, nil
	}
	for c := range min(len(s.Low), len(s.High)) {
		if !number(s.Low[c]) || !number(s.High[c]) {
			flush()
			continue
		}
		upper, lower = append(upper, [2]float64{x(c), y(s.High[c])}), append(lower, [2]float64{x(c), y(s.Low[c])})
	}
	flush()
}

// drawFigure draws a plot without a time axis.
func (v *vector) drawFigure() {
	f := v.Figure
	sx, sy, ok := f.scales(int((v.axis.X1-v.axis.X0)/90), int((v.bottom-v.top)/26))
	if !ok {
		v.text(v.width/2-60, v.height/2, v.Empty, v.plain, theme.Color(theme.Text2))
		return
	}
	x := func(d float64) float64 { return v.axis.X0 + (d-sx.Low)/(sx.High-sx.Low)*(v.axis.X1-v.axis.X0) }
	y := func(d float64) float64 { return v.bottom - (d-sy.Low)/(sy.High-sy.Low)*(v.bottom-v.top) }
	for d := sy.Low; d <= sy.High+sy.Step/2; d += sy.Step {
		v.stroke(theme.Color(theme.Line), .5, nil, [][2]float64{{v.axis.X0, y(d)}, {v.axis.X1, y(d)}})
		v.textRight(v.axis.X0-10, y(d)+4, trimmed(d, decimals(sy.Step)), theme.Color(theme.Text3))
	}
	for d := sx.Low; d <= sx.High+sx.Step/2; d += sx.Step {
		text := trimmed(d, decimals(sx.Step))
		v.text(x(d)-float64(v.plain.Width(text))/2, v.bottom+16, text, v.plain, theme.Color(theme.Text3))
	}
	v.textRight(v.axis.X1, v.bottom-6, f.XLabel, theme.Color(theme.Text2))
	v.text(v.axis.X0+6, v.top+8, f.YLabel, v.plain, theme.Color(theme.Text2))
	var pts [][2]float64
	for i := range min(len(f.X), len(f.Y), MaxDots) {
		if !number(f.X[i]) || !number(f.Y[i]) {
			continue
		}
		px, py := x(f.X[i]), y(f.Y[i])
		switch f.Kind {
		case Bars:
			v.box(px+.5, py, math.Max(x(f.X[i]+f.Width)-.5, px+1), v.bottom, theme.WithAlpha(f.Colour, .75))
		case Dots:
			v.box(px-1, py-1, px+1, py+1, theme.WithAlpha(f.Colour, .5))
		default:
			pts = append(pts, [2]float64{px, py})
		}
	}
	v.stroke(f.Colour, theme.MeasuredWidth, nil, pts)
}
