package chart

import (
	"math"

	"github.com/orrery-twin/orrery/ui/theme"
)

// drawFigure draws a plot without a time axis.
func (v *vector) drawFigure() {
	f := v.Figure
	v.top += figureDown
	sx, sy, ok := f.scales(int((v.axis.X1-v.axis.X0)/90), int((v.bottom-v.top)/26))
	if !ok {
		v.text((v.width-float64(v.plain.Width(v.Empty)))/2, v.height/2, v.Empty, v.plain, theme.Color(theme.Text2))
		return
	}
	x := func(d float64) float64 { return v.axis.X0 + (d-sx.Low)/(sx.High-sx.Low)*(v.axis.X1-v.axis.X0) }
	y := func(d float64) float64 { return v.bottom - (d-sy.Low)/(sy.High-sy.Low)*(v.bottom-v.top) }
	v.figureAxes(sx, sy, x, y)
	for i := range f.Sets {
		v.figureSet(&f.Sets[i], func(d float64) float64 { return x(f.place(d)) }, func(d float64) float64 { return math.Min(y(f.place(d)), v.bottom) })
	}
}

func (v *vector) figureSet(s *Set, x, y func(float64) float64) {
	f := v.Figure
	if f.Kind == Lines {
		var pts [][2]float64
		for c, h := range highest(s, x, y, v.axis) {
			if number(h) {
				pts = append(pts, [2]float64{v.axis.X0 + float64(c) + .5, h})
			}
		}
		v.stroke(s.Colour, theme.MeasuredWidth, nil, pts)
		return
	}
	for i := range s.len() {
		if !number(s.X[i]) || !number(s.Y[i]) {
			continue
		}
		switch px, py := x(s.X[i]), y(s.Y[i]); {
		case f.Kind == Dots:
			v.box(px-1, py-1, px+1, py+1, theme.WithAlpha(s.Colour, .5))
		case s.Y[i] > 0:
			v.box(px+.5, py, math.Max(x(s.X[i]+f.Width)-.5, px+1), v.bottom, barInk(s.Colour))
		}
	}
	if mx, my, ok := s.mark(v.Cursor); ok && f.Kind == Dots {
		v.disc(x(mx), y(my), 6, theme.Color(theme.Accent))
		v.disc(x(mx), y(my), 4, theme.Color(theme.Panel))
	}
}

func (v *vector) figureAxes(sx, sy Scale, x, y func(float64) float64) {
	f := v.Figure
	for d := sy.Low; d <= sy.High+sy.Step/2; d += sy.Step {
		v.stroke(theme.Color(theme.Line), .5, nil, [][2]float64{{v.axis.X0, y(d)}, {v.axis.X1, y(d)}})
		v.textRight(v.axis.X0-10, y(d)+4, f.mark(d, sy), theme.Color(theme.Text3))
	}
	label := v.width - theme.Margin - float64(v.plain.Width(v.Figure.XLabel))
	v.text(label, v.bottom+16, v.Figure.XLabel, v.plain, theme.Color(theme.Text2))
	for d := sx.Low; d <= sx.High+sx.Step*1e-6; d += sx.Step {
		text := f.mark(d, sx)
		half := float64(v.plain.Width(text)) / 2
		v.stroke(theme.Color(theme.Line), 1, nil, [][2]float64{{x(d), v.bottom}, {x(d), v.bottom + 4}})
		if x(d)+half+10 < label {
			v.text(x(d)-half, v.bottom+16, text, v.plain, theme.Color(theme.Text3))
		}
	}
	v.text(v.axis.X0+4, v.top-5, v.Figure.YLabel, v.plain, theme.Color(theme.Text2))
}
