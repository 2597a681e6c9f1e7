package viewport

import (
	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/ui/theme"
)

// TimeMode is the frame around the view, so that nobody takes another time for the present.
type TimeMode uint8

// The frames.
const (
	LiveFrame   TimeMode = iota // none
	PastFrame                   // blue, and the words NOT LIVE
	FutureFrame                 // violet and hatched, and the words NOT LIVE
)

var notLive = [...]string{PastFrame: "NOT LIVE · recorded", FutureFrame: "NOT LIVE · predicted"}

// SetTimeMode draws the frame of a time mode around the view.
func (v *Viewport) SetTimeMode(m TimeMode) {
	if o := v.overlay; o.mode != m && m <= FutureFrame {
		o.mode = m
		o.layoutFrame()
		o.placeLabels()
	}
}

func (o *overlay) layoutFrame() {
	t := float32(0)
	switch o.mode {
	case PastFrame:
		t = theme.PastFrame
	case FutureFrame:
		t = theme.FutureFrame
	}
	w, h := o.size.Width, o.size.Height
	for i, r := range []struct{ x, y, w, h float32 }{{0, 0, w, t}, {0, h - t, w, t}, {0, t, t, h - 2*t}, {w - t, t, t, h - 2*t}} {
		c := o.frame[i]
		if t == 0 || r.w <= 0 || r.h <= 0 {
			c.show(false)
			continue
		}
		c.place(fyne.NewPos(r.x, r.y), fyne.NewSize(r.w, r.h))
		c.show(true)
		c.refresh()
	}
	if t == 0 || w < 1 {
		o.chip.show(false)
		return
	}
	width := theme.Measure(notLive[o.mode], theme.FontSmallBold, max(o.v.scale, 0.1)) + 24
	y := float32(inset)
	if left := o.looks.pos.X + o.looks.size.Width + 8; (w-width)/2 < left { // a narrow view
		y = inset + toolSize + 8
	}
	o.chip.place(o.snap((w-width)/2, y), fyne.NewSize(width, 24))
	o.chip.show(true)
	o.chip.refresh()
}

func (o *overlay) drawFrame(p *theme.Pen, w, h float32, _ fyne.Position) {
	if o.mode == PastFrame {
		p.Fill(0, 0, w, h, theme.Color(theme.Past))
		return
	}
	p.Fill(0, 0, w, h, theme.Color(theme.Panel))
	p.Hatch(0, 0, w, h, 10, 6, theme.Color(theme.Future))
}

// drawChip says in words what the frame says in colour.
func (o *overlay) drawChip(p *theme.Pen, w, h float32, _ fyne.Position) {
	ink := theme.Of(theme.Day, theme.Field)
	if o.mode == PastFrame {
		p.RoundRect(0, 0, w, h, theme.Radius, theme.Color(theme.Past))
	} else {
		p.RoundRect(0, 0, w, h, theme.Radius, theme.Color(theme.Future2))
		p.Hatch(1, 1, w-2, h-2, 11, 5.5, theme.WithAlpha(theme.Color(theme.Future), .75))
	}
	p.TextCenter(w/2, h/2+4, notLive[o.mode], theme.FontSmallBold, ink)
}
