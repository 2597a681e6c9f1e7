package ui

import (
	"image"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// preview shows one signal at another value, in the 3D view alone, as long as the hand holds it there. Nothing else sees
// it: no panel, no history, no plant.
type preview struct {
	on     bool
	signal twin.SignalID
	value  float64   // SI
	keyed  time.Time // when it was moved by a key; zero: by the hand
	own    [2]twin.Snapshot
	turn   int
	of     *twin.Snapshot // that own was made of
	made   float64
	gen    uint64
}

// keyedFor is how long a preview that was moved by a key stays.
const keyedFor = 2 * time.Second

// shown returns the snapshot with the value of the preview in it; the snapshot itself when nothing is previewed. The
// quality is that of an estimate, so that no part is marked: the frame around the view says what this is.
func (p *preview) shown(snap *twin.Snapshot) *twin.Snapshot {
	if !p.on || snap == nil || int(p.signal) >= len(snap.Values) {
		return snap
	}
	if p.of == snap && p.made == p.value && p.gen == snap.Generation {
		return &p.own[p.turn]
	}
	p.turn = 1 - p.turn
	own := &p.own[p.turn]
	values := append(own.Values[:0], snap.Values...)
	low, high := own.Low[:0], own.High[:0]
	*own = *snap
	own.Values, own.Low, own.High = values, append(low, snap.Low...), append(high, snap.High...)
	own.Values[p.signal].Value, own.Values[p.signal].Quality = p.value, twin.Estimated
	p.of, p.made, p.gen = snap, p.value, snap.Generation
	return own
}

// tick ends a preview by keys when no key follows.
func (p *preview) tick(b *bindings) {
	if p.on && !p.keyed.IsZero() && b.x.s.clock().Sub(p.keyed) > keyedFor {
		b.stopPreview()
		b.card.update()
	}
}

func (b *bindings) startPreview(sig twin.SignalID, si float64) {
	p := b.preview
	p.on, p.signal, p.value, p.keyed = true, sig, si, time.Time{}
	b.over.refresh()
}

func (b *bindings) stopPreview() {
	if p := b.preview; p.on {
		p.on, p.of = false, nil
		b.over.refresh()
	}
}

// seen is the snapshot that the view shows.
func (b *bindings) seen(snap *twin.Snapshot) *twin.Snapshot { return b.preview.shown(snap) }

// bindingBanner lies over the view while a click is awaited in it, and frames it while a preview is shown.
type bindingBanner struct {
	*board
	b     *bindings
	edges [4]*canvas.Raster
	under fyne.CanvasObject // the area of the view
	text  string
	frame bool
}

const (
	bannerHeight = 30
	bannerFrame  = theme.FutureFrame
)

func newBindingBanner(shell *Shell, b *bindings) *bindingBanner {
	o := &bindingBanner{b: b}
	o.board = newBoard(shell, fyne.NewSize(120, bannerHeight), o.build)
	o.board.Hide()
	for i := range o.edges {
		o.edges[i] = canvas.NewRaster(hatched)
		o.edges[i].Hide()
	}
	return o
}

// hatched is a piece of the frame of what is not live.
func hatched(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, max(1, w), max(1, h)))
	pen := theme.NewPen(img, 1)
	pen.Fill(0, 0, float32(w), float32(h), theme.Color(theme.Future))
	pen.Hatch(0, 0, float32(w), float32(h), 12, 6, theme.Color(theme.Future2))
	return img
}

// attach puts the banner over the desk; view is what it is about.
func (o *bindingBanner) attach(desk *fyne.Container, view fyne.CanvasObject) {
	o.under = view
	for _, e := range o.edges {
		desk.Add(e)
	}
	desk.Add(o.board)
	o.refresh()
}

// refresh says what is going on, or goes away.
func (o *bindingBanner) refresh() {
	b := o.b
	text, frame := "", false
	switch {
	case b.preview.on:
		s := b.x.Project.Tree.Signal(b.preview.signal)
		text, frame = "PREVIEW · NOT LIVE · "+s.Label+" "+quantity(s, twin.Value{Value: b.preview.value, Quality: twin.Good}), true
	case b.card.picking == "part":
		text = "Click the part to bind · Esc cancels"
	case b.card.picking == "axis":
		text = "Click a face: its direction becomes the axis · Esc cancels"
	}
	if text == "" && o.text == "" {
		return
	}
	o.text, o.frame = text, frame
	o.place()
}

// place lays the banner at the top of the view and the frame around it.
func (o *bindingBanner) place() {
	if o.under == nil {
		return
	}
	at, size := o.under.Position(), o.under.Size()
	w := min(size.Width-2*bannerFrame, theme.Measure(o.text, theme.FontBold, max(1, o.board.scale))+36)
	put(o.board, at.X+(size.Width-w)/2, at.Y+bannerFrame+46, w, bannerHeight, o.text != "")
	const t = bannerFrame
	put(o.edges[0], at.X, at.Y, size.Width, t, o.frame)
	put(o.edges[1], at.X, at.Y+size.Height-t, size.Width, t, o.frame)
	put(o.edges[2], at.X, at.Y+t, t, size.Height-2*t, o.frame)
	put(o.edges[3], at.X+size.Width-t, at.Y+t, t, size.Height-2*t, o.frame)
	o.board.update()
}

func (o *bindingBanner) build(s *sheet) {
	text, frame := o.text, o.frame
	s.pin(cell{w: s.W, h: s.H, key: text, paint: func(pen *theme.Pen, c cell) {
		back, ink := theme.Color(theme.Accent), theme.Color(theme.OnAccent)
		if frame {
			back, ink = theme.Color(theme.Future2), opaque(theme.Of(theme.Day, theme.OnAccent))
		}
		pen.Fill(c.x, c.y, c.w, c.h, back)
		pen.TextCenter(c.x+c.w/2, c.y+c.h/2+4.5, theme.Fit(text, theme.FontBold, pen.Scale, c.w-16), theme.FontBold, ink)
	}})
}
