package viewport

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/ui/theme"
)

// Sizes of what lies over the view, in Dp.
const (
	toolSize  = 30
	lookWidth = 78
	inset     = 14
)

var looks = []struct{ name, tip string }{
	render.Operate:  {"Operate", "Calm clay: only what is abnormal has colour"},
	render.Engineer: {"Engineer", "Materials and edges"},
	render.Review:   {"Review", "Materials in sunlight"},
}

// Legend explains the colours of the view.
type Legend struct {
	Title           string
	Low, Mark, High string
	MarkAt          float64       // where Mark stands between Low (0) and High (1); 0 is read as the middle
	Stops           []color.NRGBA // from Low to High, evenly spaced
	Note            string        // of what is predicted
}

// makeHUD makes what lies over the view: the looks, the cube, the legend, the hint of a tool.
func (o *overlay) makeHUD() {
	look := func(at fyne.Position) render.Look { return render.Look(min(max(int(at.X/lookWidth), 0), len(looks)-1)) }
	o.looks = o.piece(o.drawLooks)
	o.looks.tap = func(at fyne.Position) { o.v.chooseLook(look(at)) }
	o.looks.tip = func(at fyne.Position) string { return looks[look(at)].tip }
	o.cube = o.piece(o.drawCube)
	o.cube.tap = func(fyne.Position) {} // see tapGizmo
	o.legendBox = o.piece(o.drawLegend)
	o.chip = o.piece(o.drawChip)
	o.tip = o.piece(o.drawTip)
	o.hintBox = o.piece(o.drawHint)
	o.scale, o.refining = o.piece(o.drawScale), o.piece(o.drawRefining)
	o.hud = []*piece{o.looks, o.cube, o.legendBox, o.chip, o.hintBox, o.scale, o.refining}
	for _, c := range []*piece{o.legendBox, o.chip, o.tip, o.hintBox, o.scale, o.refining} {
		c.show(false)
	}
}

func (o *overlay) layoutHUD() {
	o.looks.place(fyne.NewPos(inset, inset), fyne.NewSize(lookWidth*float32(len(looks)), toolSize))
	o.cube.place(o.snap(o.size.Width-gizmoSize-18, inset), fyne.NewSize(gizmoSize, gizmoSize))
	h := float32(62)
	if o.legend.Note != "" {
		h += 18
	}
	o.legendBox.place(o.snap(inset, o.size.Height-h-inset), fyne.NewSize(216, h))
	// A view too small for these keeps the picture.
	o.looks.show(o.size.Width > 380)
	o.cube.show(o.size.Width > 220 && o.size.Height > 140)
	if o.hintText != "" {
		w := theme.Measure(o.hintText, theme.FontSmall, max(o.v.scale, 0.1)) + 28
		o.hintBox.place(o.snap((o.size.Width-w)/2, inset+toolSize+12), fyne.NewSize(w, 26))
	}
	o.hintBox.show(o.hintText != "")
	o.legendBox.show(o.legend.Title != "" && o.size.Height > 300 && o.size.Width > 320)
}

// veil is what tools stand on: the panel, through which the scene shimmers.
func veil() color.NRGBA { return theme.WithAlpha(theme.Color(theme.Panel), .88) }

func (o *overlay) drawLooks(p *theme.Pen, w, h float32, at fyne.Position) {
	p.RoundRect(0, 0, w, h, theme.Radius, veil())
	for i, l := range looks {
		x := float32(i) * lookWidth
		ink := theme.Color(theme.Text2)
		switch {
		case int(o.v.look) == i:
			p.RoundRect(x, 0, lookWidth, h, theme.Radius, theme.Color(theme.Field))
			ink = theme.Color(theme.Text)
		case at.X >= x && at.X < x+lookWidth && at.Y >= 0:
			ink = theme.Color(theme.Text)
		}
		p.TextCenter(x+lookWidth/2, h/2+5, l.name, theme.FontText, ink)
	}
}

func (o *overlay) drawTip(p *theme.Pen, w, h float32, _ fyne.Position) {
	p.RoundRect(0, 0, w, h, theme.Radius, theme.Color(theme.Field))
	p.RoundBorder(0, 0, w, h, theme.Radius, 1, theme.Color(theme.Line))
	p.Text(8, h/2+4, o.tipText, theme.FontSmall, theme.Color(theme.Text))
}

// SetLegend shows what the colours mean; a legend without a title is hidden.
func (v *Viewport) SetLegend(l Legend) {
	o := v.overlay
	if o.legend.equal(&l) {
		return
	}
	o.legend = l
	o.layoutHUD()
	o.legendBox.refresh()
	o.placeLabels()
}

func (l *Legend) equal(m *Legend) bool {
	return l.Title == m.Title && l.Low == m.Low && l.Mark == m.Mark && l.MarkAt == m.MarkAt && l.High == m.High && l.Note == m.Note &&
		slices.Equal(l.Stops, m.Stops)
}

func (o *overlay) drawLegend(p *theme.Pen, w, h float32, _ fyne.Position) {
	l := &o.legend
	p.RoundRect(0, 0, w, h, theme.Radius, veil())
	p.TextFit(12, 19, w-24, l.Title, theme.FontSmall, theme.Color(theme.Text2))
	const x0, y0, bar = 12, 27, 8
	width := w - 24
	if n := len(l.Stops) - 1; n > 0 {
		step := 1 / p.Scale
		for x := float32(0); x < width; x += step {
			at := x / width * float32(n)
			i := min(int(at), n-1)
			p.Fill(x0+x, y0, step, bar, theme.Mix(l.Stops[i], l.Stops[i+1], at-float32(i)))
		}
	}
	ink := theme.Color(theme.Text2)
	p.Text(x0, 51, l.Low, theme.FontSmall, ink)
	p.TextRight(w-12, 51, l.High, theme.FontSmall, ink)
	if l.Mark != "" {
		at := float32(.5)
		if l.MarkAt > 0 && l.MarkAt < 1 {
			at = float32(l.MarkAt)
			p.Fill(x0+width*at-.75, y0-2, 1.5, bar+4, theme.Color(theme.Text))
		}
		// Keep clear of the ends.
		half := p.Measure(l.Mark, theme.FontSmall) / 2
		lo, hi := x0+p.Measure(l.Low, theme.FontSmall)+6+half, w-12-p.Measure(l.High, theme.FontSmall)-6-half
		p.TextCenter(min(max(x0+width*at, lo), hi), 51, l.Mark, theme.FontSmall, ink)
	}
	if l.Note != "" {
		p.Hatch(x0, 60, 10, 10, 4, 1.5, theme.Color(theme.Predicted))
		p.TextFit(x0+16, 69, w-40, l.Note, theme.FontSmall, theme.Color(theme.Forecast))
	}
}

// makeTools makes what the tools show: handles, the mark of what is snapped to, the rectangle.
func (o *overlay) makeTools() {
	o.overHandle = -1
	for i := range o.handles {
		o.handles[i].piece = o.piece(o.drawHandle(i))
		o.handles[i].show(false)
	}
	o.snapMark = o.piece(o.drawSnap)
	o.snapMark.show(false)
	if !o.v.offscreen {
		o.band = newBand()
	}
}

// hoverHandle lights up the handle under the pointer.
func (o *overlay) hoverHandle(p fyne.Position) {
	now := o.handleAt(p)
	if now == o.overHandle {
		return
	}
	for _, i := range []int{o.overHandle, now} {
		o.overHandle = now
		if i >= 0 {
			o.handles[i].refresh()
		}
	}
}
