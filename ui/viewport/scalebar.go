package viewport

import (
	"fmt"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/orrery-twin/orrery/ui/theme"
)

const (
	scaleWidth  = 168
	scaleHeight = 30
	maxScaleBar = 120
)

// placeScale shows how long things are at the point in focus, and how far the picture is refined.
func (o *overlay) placeScale() {
	h := max(float64(o.size.Height), 1)
	perDp := o.camera.PixelSize(o.camera.Target, h)
	length := niceLength(perDp*maxScaleBar, o.v.tools.unit)
	wide := float32(length / perDp)
	text := o.v.tools.unit.Text(length)
	if text != o.scaleText || math.Abs(float64(wide-o.scaleWide)) > 0.4 {
		o.scaleText, o.scaleWide = text, wide
		o.scale.refresh()
	}
	o.scale.place(o.snap(o.size.Width-scaleWidth-inset, o.size.Height-scaleHeight-8), fyne.NewSize(scaleWidth, scaleHeight))
	o.scale.show(!o.v.tools.noScale && o.size.Width > 420 && o.size.Height > 260 && wide > 8 && !math.IsInf(perDp, 0))
}

// niceLength is the longest of 1, 2 and 5 times a power of ten in a unit that is no longer than most, in metres.
func niceLength(most float64, u LengthUnit) float64 {
	scale := lengthUnits[u].metres
	x := most / scale
	if !(x > 0) || math.IsInf(x, 0) {
		return 0
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{5, 2, 1} {
		if m*power <= x {
			return m * power * scale
		}
	}
	return power * scale
}

func (o *overlay) drawScale(p *theme.Pen, w, h float32, _ fyne.Position) {
	x1, y := w-6, h-7
	x0 := x1 - o.scaleWide
	for _, ink := range []struct {
		thick float32
		of    theme.Name
		alpha float32
	}{{4, theme.Panel, .75}, {1.6, theme.Text2, 1}} { // on any ground
		c := theme.WithAlpha(theme.Color(ink.of), ink.alpha)
		p.Polyline([]theme.Point{{X: x0, Y: y - 5}, {X: x0, Y: y}, {X: x1, Y: y}, {X: x1, Y: y - 5}}, ink.thick, c)
	}
	tw := p.Measure(o.scaleText, theme.FontSmall)
	mid := min((x0+x1)/2, w-tw/2-6)
	p.RoundRect(mid-tw/2-3, y-18, tw+6, 15, theme.Radius, theme.WithAlpha(theme.Color(theme.Panel), .6))
	p.TextCenter(mid, y-7, o.scaleText, theme.FontSmall, theme.Color(theme.Text))
}

// showRefining says how far a picture is refined that is not yet whole.
func (o *overlay) showRefining(share float64) {
	text := ""
	if share > 0 && share < 0.995 {
		text = fmt.Sprintf("refining %d %%", int(share*100))
	}
	if text == o.refiningText {
		return
	}
	o.refiningText = text
	const w, h = 96, 20
	o.refining.place(o.snap(o.size.Width-scaleWidth-inset-w-8, o.size.Height-h-14), fyne.NewSize(w, h))
	o.refining.show(text != "" && o.size.Width > 420)
	o.refining.refresh()
}

func (o *overlay) drawRefining(p *theme.Pen, w, h float32, _ fyne.Position) {
	p.RoundRect(0, 0, w, h, theme.Radius, veil())
	p.TextCenter(w/2, h/2+4, o.refiningText, theme.FontSmall, theme.Color(theme.Text2))
}

// showBand shows the rectangle that is being drawn: a whole line for what lies inside, dashes of the accent for what is
// touched would be a raster of the size of the view, so the fill tells them apart.
func (o *overlay) showBand() {
	t := &o.v.tools
	if !t.banding {
		if o.band.Visible() {
			o.band.Hide()
		}
		return
	}
	x0, x1 := min(t.from.X, t.to.X), max(t.from.X, t.to.X)
	y0, y1 := min(t.from.Y, t.to.Y), max(t.from.Y, t.to.Y)
	ink := theme.Color(theme.Accent)
	fill := theme.WithAlpha(ink, .16)
	if t.to.X < t.from.X {
		ink = theme.Color(theme.Text)
		fill = theme.WithAlpha(ink, .12)
	}
	if o.band.StrokeColor != ink || o.band.FillColor != fill {
		o.band.StrokeColor, o.band.FillColor = ink, fill
		o.band.Refresh()
	}
	o.band.Move(fyne.NewPos(x0, y0))
	o.band.Resize(fyne.NewSize(x1-x0, y1-y0))
	o.band.Show()
}

func newBand() *canvas.Rectangle {
	b := canvas.NewRectangle(nil)
	b.StrokeWidth = 1.2
	b.Hide()
	return b
}
