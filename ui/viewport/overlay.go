package viewport

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// overlay is everything that is drawn over the picture. Each part is a small raster of its own, so that moving a label
// costs no upload and a change of one part repaints that part alone.
type overlay struct {
	v      *Viewport
	size   fyne.Size
	camera scene.Camera // of the picture on the screen
	facing [2]mgl64.Vec3

	looks, cube, legendBox, chip, tip *piece
	hud                               []*piece // those that a press can hit, and the legend
	frame                             [4]*piece
	mode                              TimeMode
	legend                            Legend
	tipText                           string
	hovered                           *piece
	point                             fyne.Position

	hintBox, snapMark, scale, refining *piece
	hintText, scaleText, refiningText  string
	scaleWide                          float32
	snapShape                          int
	handles                            [scene.MaxPlanes]handle
	overHandle                         int // under the pointer, or -1
	band                               *canvas.Rectangle

	labels []Label
	tags   []*tag
	sides  map[scene.NodeID]int // where a label stood last
	hooks  hooks
}

// piece is a small raster with a way to draw it and what a tap on it does.
type piece struct {
	raster *canvas.Raster // nil when the overlay is drawn into a picture, see Compose
	shown  bool
	pos    fyne.Position
	size   fyne.Size
	draw   func(p *theme.Pen, w, h float32, at fyne.Position) // at is the pointer, negative when elsewhere
	tap    func(at fyne.Position)
	tip    func(at fyne.Position) string
}

func newOverlay(v *Viewport) *overlay {
	o := &overlay{v: v, point: fyne.NewPos(-1, -1), camera: v.orbit.Camera(), sides: map[scene.NodeID]int{}}
	o.hooks = hooks{scene: v.scene, turns: v.opts.Turns}
	for i := range o.frame {
		o.frame[i] = o.piece(o.drawFrame)
		o.frame[i].show(false)
	}
	o.makeHUD()
	o.makeTools()
	for range maxLabels {
		t := &tag{}
		t.piece = o.piece(func(p *theme.Pen, w, h float32, _ fyne.Position) { drawLabel(p, &t.label, w, h) })
		t.show(false)
		o.tags = append(o.tags, t)
	}
	return o
}

func (o *overlay) piece(draw func(p *theme.Pen, w, h float32, at fyne.Position)) *piece {
	c := &piece{draw: draw, shown: true}
	if o.v.offscreen {
		return c
	}
	c.raster = canvas.NewRaster(func(w, h int) image.Image {
		img := image.NewRGBA(image.Rect(0, 0, w, h))
		scale := float32(1)
		if s := c.raster.Size(); s.Width > 0 {
			scale = float32(w) / s.Width
		}
		at := fyne.NewPos(-1, -1)
		if c == o.hovered {
			at = o.point.Subtract(c.pos)
		}
		pen := theme.NewPen(img, scale)
		wd, hd := pen.Size()
		c.draw(pen, wd, hd, at)
		return img
	})
	return c
}

func (c *piece) place(pos fyne.Position, size fyne.Size) {
	if c.pos != pos {
		c.pos = pos
		if c.raster != nil {
			c.raster.Move(pos)
		}
	}
	if c.size != size {
		c.size = size
		if c.raster != nil {
			c.raster.Resize(size)
		}
	}
}

// show shows or hides the piece; doing again what is done costs nothing.
func (c *piece) show(on bool) {
	if on == c.shown {
		return
	}
	c.shown = on
	switch {
	case c.raster == nil:
	case on:
		c.raster.Show()
	default:
		c.raster.Hide()
	}
}

// refresh has the piece drawn anew.
func (c *piece) refresh() {
	if c.raster != nil {
		c.raster.Refresh()
	}
}

func (c *piece) contains(p fyne.Position) bool {
	return c.shown && p.X >= c.pos.X && p.Y >= c.pos.Y && p.X < c.pos.X+c.size.Width && p.Y < c.pos.Y+c.size.Height
}

func (o *overlay) objects() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for i := len(o.tags) - 1; i >= 0; i-- {
		out = append(out, o.tags[i].raster)
	}
	for _, c := range o.frame {
		out = append(out, c.raster)
	}
	out = append(out, o.band)
	for i := range o.handles {
		out = append(out, o.handles[i].raster)
	}
	out = append(out, o.snapMark.raster)
	for _, c := range o.hud {
		out = append(out, c.raster)
	}
	return append(out, o.tip.raster)
}

func (o *overlay) layout(size fyne.Size) {
	o.size = size
	o.layoutHUD()
	o.layoutFrame()
	o.placeScale()
	o.placeHandles()
	o.placeLabels()
}

// follow moves what depends on the camera to where the next picture shows it.
func (o *overlay) follow(c scene.Camera) {
	o.camera = c
	o.placeScale()
	o.placeHandles()
	o.showSnap()
	o.placeLabels()
	_, up, forward := c.Axes()
	if now := [2]mgl64.Vec3{up, forward}; now != o.facing {
		o.facing = now
		o.cube.refresh()
	}
}

// restyle repaints everything, as after a change of the theme.
func (o *overlay) restyle() {
	for _, c := range append(append([]*piece{o.tip}, o.hud...), o.frame[:]...) {
		c.refresh()
	}
	for i := range o.handles {
		o.handles[i].refresh()
	}
	o.snapMark.refresh()
	for _, t := range o.tags {
		if t.used {
			t.refresh()
		}
	}
}

// hit reports whether the point lies on a tool of the overlay.
func (o *overlay) hit(p fyne.Position) bool { return o.under(p) != nil }

func (o *overlay) under(p fyne.Position) *piece {
	for _, c := range o.hud {
		if c.tap != nil && c.contains(p) {
			return c
		}
	}
	return nil
}

// pressed is what a press of the pointer hit.
type pressed uint8

const (
	pressView  pressed = iota // the scene
	pressTaken                // a tool, which has done its work
	pressGizmo                // the cube, which may be dragged
)

func (o *overlay) press(p fyne.Position) pressed {
	switch c := o.under(p); c {
	case nil:
		return pressView
	case o.cube:
		return pressGizmo
	default:
		c.tap(p.Subtract(c.pos))
		c.refresh()
		return pressTaken
	}
}

// hover tells where the pointer is, negative for elsewhere.
func (o *overlay) hover(p fyne.Position) {
	now := o.under(p)
	o.point = p
	o.hoverHandle(p)
	if o.hovered != nil && o.hovered != now {
		old := o.hovered
		o.hovered = nil
		old.refresh()
	}
	text := ""
	if now != nil {
		o.hovered = now
		now.refresh()
		if now.tip != nil {
			text = now.tip(p.Subtract(now.pos))
		}
	}
	o.showTip(text, p)
}

// showTip says in words what the tool under the pointer does.
func (o *overlay) showTip(text string, p fyne.Position) {
	if text == "" {
		o.tip.show(false)
		o.tipText = ""
		return
	}
	if text == o.tipText {
		return
	}
	o.tipText = text
	w := theme.Measure(text, theme.FontSmall, o.v.scale) + 16
	x := min(p.X+18, o.size.Width-w-8)
	o.tip.place(o.snap(x, p.Y-4), fyne.NewSize(w, 22))
	o.tip.show(true)
	o.tip.refresh()
}

// snap moves a position to whole device pixels, so that text stays sharp.
func (o *overlay) snap(x, y float32) fyne.Position {
	s := max(o.v.scale, 0.1)
	return fyne.NewPos(round(x*s)/s, round(y*s)/s)
}

func round(v float32) float32 {
	if v < 0 {
		return -float32(int(-v + .5))
	}
	return float32(int(v + .5))
}
