package viewport

import (
	"image"
	"image/draw"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// Composition is what Compose draws over a picture. Scene and Camera are needed.
type Composition struct {
	Scene    *scene.Scene
	Camera   scene.Camera
	Section  *scene.Section
	Selected []scene.NodeID
	Labels   []Label
	Legend   Legend
	Measures []scene.Measure
	Unit     LengthUnit
	Scale    float32                 // pixels per Dp; 0 is read as 1
	Turns    func(scene.NodeID) bool // see Options.Turns
}

// Glyphs are the lines of the measures, for the frame of the picture.
func (c *Composition) Glyphs() []scene.Glyph {
	var out []scene.Glyph
	for _, m := range c.Measures {
		out = append(out, m.Glyphs(theme.Color(theme.Accent), 2)...)
	}
	return out
}

// Compose draws over a picture what the window shows over it: labels, measures, legend, scale bar and cube. It needs no
// window and no app.
func Compose(img *image.RGBA, c Composition) {
	if c.Scale <= 0 {
		c.Scale = 1
	}
	v := &Viewport{opts: Options{Turns: c.Turns}, scene: c.Scene, orbit: scene.NewOrbit(c.Camera), picker: scene.NewPicker(c.Scene),
		offscreen: true, scale: c.Scale, section: c.Section, selected: c.Selected, hovered: scene.NoNode}
	v.skip = func(id scene.NodeID) bool { return render.Opened(v.scene, id, v.selected) }
	v.tools.handle, v.tools.unit = -1, c.Unit
	for _, m := range c.Measures {
		one := measured{kind: m.Kind}
		for _, p := range m.Points {
			one.points = append(one.points, anchor{scene.Root, p})
		}
		v.tools.done = append(v.tools.done, one)
	}
	o := newOverlay(v)
	v.overlay = o
	o.camera, o.legend = c.Camera, c.Legend
	o.labels = c.Labels
	sortLabels(o.labels)
	o.looks.show(false)
	size := img.Bounds().Size()
	o.layout(fyne.NewSize(float32(size.X)/c.Scale, float32(size.Y)/c.Scale))
	o.looks.show(false) // a picture has nothing to press
	o.placeLabels()
	for i := len(o.tags) - 1; i >= 0; i-- {
		o.tags[i].paint(img, c.Scale)
	}
	for _, p := range o.hud {
		p.paint(img, c.Scale)
	}
}

// paint draws the piece into a picture, where it stands.
func (c *piece) paint(img *image.RGBA, scale float32) {
	if !c.shown {
		return
	}
	px := func(dp float32) int { return int(dp*scale + .5) }
	own := image.NewRGBA(image.Rect(0, 0, max(px(c.size.Width), 1), max(px(c.size.Height), 1)))
	pen := theme.NewPen(own, scale)
	w, h := pen.Size()
	c.draw(pen, w, h, fyne.NewPos(-1, -1))
	at := image.Pt(px(c.pos.X), px(c.pos.Y)).Add(img.Bounds().Min)
	draw.Draw(img, own.Bounds().Add(at), own, image.Point{}, draw.Over)
}
