package chart

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/font/liberation"
	"gonum.org/v1/plot/vg"

	"github.com/orrery-twin/orrery/ui/theme"
)

// vector draws a model into a document: the same plot as Draw, of paths and text. Places are Dp from the upper left; one
// Dp is one point.
type vector struct {
	frame
	to vg.Canvas
	dialect
	plain, strong, title font.Face
	width, height        float64
}

// drawVector draws over the whole of a canvas.
func drawVector(to vg.Canvas, as dialect, m *Model, width, height float64) error {
	fonts := font.NewCache(liberation.Collection())
	face := func(bold bool, size float64) font.Face {
		f := font.Font{Typeface: "Liberation", Variant: "Sans"}
		if bold {
			f.Weight = as.bold
		}
		return fonts.Lookup(f, vg.Length(size))
	}
	v := &vector{to: to, dialect: as, width: width, height: height, plain: face(false, theme.SmallSize), strong: face(true, theme.SmallSize), title: face(true, theme.TextSize),
		frame: frame{Model: m, top: marginTop, bottom: height - marginBottom, axis: Axis{From: m.From, To: m.To, X0: MarginLeft, X1: width - MarginRight}}}
	v.box(0, 0, width, height, theme.Color(theme.Panel))
	if !m.NoHead {
		v.top += v.head()
	}
	if m.Figure != nil {
		v.drawFigure()
		return nil
	}
	var known bool
	v.scales, known = m.scales(int((v.bottom - v.top) / 26))
	v.times()
	if !known {
		v.text((width-float64(v.plain.Width(m.Empty)))/2, height/2, m.Empty, v.plain, theme.Color(theme.Text2))
		return nil
	}
	v.ranges()
	marks := v.marksWidth()
	v.grid(marks)
	v.span()
	for i := range m.Series {
		v.series(&m.Series[i])
	}
	v.limits(marks)
	v.marks()
	v.events()
	v.moments()
	v.notes()
	return nil
}

func (v *vector) point(x, y float64) vg.Point {
	return vg.Point{X: vg.Length(x), Y: vg.Length(v.height - y)}
}

func (v *vector) text(x, y float64, s string, f font.Face, ink color.NRGBA) float64 {
	if s == "" {
		return x
	}
	v.to.SetColor(v.ink(ink))
	v.to.FillString(f, v.point(x, y), v.text8(s))
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
	v.to.SetColor(v.ink(ink))
	v.to.SetLineWidth(vg.Length(width))
	v.to.SetLineDash(dash, 0)
	v.to.Stroke(v.path(pts))
}

func (v *vector) area(ink color.NRGBA, pts [][2]float64) {
	if len(pts) < 3 {
		return
	}
	v.to.SetColor(v.ink(ink))
	p := v.path(pts)
	p.Close()
	v.to.Fill(p)
}

func (v *vector) box(x0, y0, x1, y1 float64, ink color.NRGBA) {
	v.area(ink, [][2]float64{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}})
}

func (v *vector) times() {
	line := theme.Color(theme.Line)
	v.stroke(line, 1, nil, [][2]float64{{v.axis.X0, v.bottom}, {v.axis.X1, v.bottom}})
	for _, t := range v.axis.Ticks(v.zone(), 70) {
		x := v.axis.X(t.At)
		v.stroke(line, 1, nil, [][2]float64{{x, v.bottom}, {x, v.bottom + 4}})
		v.text(x-float64(v.plain.Width(t.Label))/2, v.bottom+16, t.Label, v.plain, theme.Color(theme.Text3))
	}
}

// series draws one line: through the lowest and the highest value of each column in turn, or the median over its band.
func (v *vector) series(s *Series) {
	n := max(len(s.Columns), len(s.Median))
	at := v.axisFor(s.Unit)
	x := func(c int) float64 { return v.axis.X0 + (float64(c)+.5)*(v.axis.X1-v.axis.X0)/float64(n) }
	y := func(si float64) float64 { return v.y(at, s.Unit.FromSI(si)) }
	v.band(s.Low, s.High, theme.WithAlpha(s.Colour, theme.BandOpacity), x, y)
	if !s.Steps && noisy(s, y) {
		v.cloud(s, x, y)
		return
	}
	width, ink, dash := v.pen(s)
	var pts [][2]float64
	empty := 0
	if s.Back > 0 && s.Back <= s.holds() {
		pts, empty = append(pts, [2]float64{v.axis.X0, y(s.Before)}), s.Back-1
	}
	for c := range n {
		here := v.column(s, c, y)
		if here == nil {
			if empty++; empty > s.holds() && c < s.end() {
				v.stroke(ink, width, dash, pts)
				pts = nil
			}
			continue
		}
		empty = 0
		if s.Steps && len(pts) > 0 {
			pts = append(pts, [2]float64{x(c), pts[len(pts)-1][1]})
			here = here[:0]
			for _, si := range []float64{s.Columns[c].Min, s.Columns[c].Max, s.Columns[c].Last} {
				here = append(here, y(si))
			}
		}
		for _, h := range here {
			pts = append(pts, [2]float64{x(c), h})
		}
	}
	if s.Steps && empty > 0 && len(pts) > 0 {
		pts = append(pts, [2]float64{x(s.end() - 1), pts[len(pts)-1][1]})
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

// noisy reports whether a measured line is wide in many columns: it is then drawn as its mean over a faint cloud.
func noisy(s *Series, y func(float64) float64) bool {
	wide := 0
	for i := range s.Columns {
		if c := &s.Columns[i]; c.Count > 0 && y(c.Min)-y(c.Max) > 3*theme.MeasuredWidth {
			wide++
		}
	}
	return wide > len(s.Columns)/8
}

// cloud draws the extremes of a noisy line as a faint band and its mean over it.
func (v *vector) cloud(s *Series, x func(int) float64, y func(float64) float64) {
	n := len(s.Columns)
	low, high := make([]float64, n), make([]float64, n)
	var mean [][2]float64
	width, ink, dash := v.pen(s)
	empty := 0
	for i := range s.Columns {
		c := &s.Columns[i]
		low[i], high[i] = math.NaN(), math.NaN()
		if c.Count == 0 {
			if empty++; empty > s.holds() {
				v.stroke(ink, width, dash, mean)
				mean = nil
			}
			continue
		}
		empty = 0
		low[i], high[i] = c.Min, c.Max
		mean = append(mean, [2]float64{x(i), y(c.Mean)})
	}
	faint := ink
	faint.A = uint8(float64(faint.A) * .42)
	v.band(low, high, faint, x, y)
	v.stroke(ink, width, dash, mean)
}

// band fills what lies between two courses, SI.
func (v *vector) band(low, high []float64, ink color.NRGBA, x func(int) float64, y func(float64) float64) {
	var upper, lower [][2]float64
	flush := func() {
		for i := len(lower) - 1; i >= 0; i-- {
			upper = append(upper, lower[i])
		}
		v.area(ink, upper)
		upper, lower = nil, nil
	}
	for c := range min(len(low), len(high)) {
		if !number(low[c]) || !number(high[c]) {
			flush()
			continue
		}
		upper, lower = append(upper, [2]float64{x(c), y(high[c])}), append(lower, [2]float64{x(c), y(low[c])})
	}
	flush()
}
