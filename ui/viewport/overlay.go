package viewport

import (
	"image"
	"image/color"
	"sort"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// Label is a small text that follows a node.
type Label struct {
	Node     scene.NodeID
	Name     string
	Value    string        // with its unit; empty for none
	Priority twin.Priority // of an alarm, 0 for none
	Acked    bool
	Doubtful bool // stale or bad: greyed
	Ahead    bool // predicted
	Rank     int  // the lower, the sooner it gets its place
}

// TimeMode is the frame around the view.
type TimeMode uint8

// The frames.
const (
	LiveFrame TimeMode = iota
	PastFrame
	FutureFrame
)

// Legend explains the colours of the view.
type Legend struct {
	Title           string
	Low, Mark, High string
	Stops           []color.NRGBA // from Low to High, evenly spaced
	Note            string        // of what is predicted
}

// maxLabels bounds how many labels are on the screen.
const maxLabels = 48

// overlay is everything that is drawn over the picture. Each part is a small raster of its own, so that moving a label
// costs no upload and a change of one part repaints that part alone.
type overlay struct {
	v       *Viewport
	size    fyne.Size
	tags    []*tag
	labels  []Label
	stale   bool // labels are to be placed again
	frame   [4]*piece
	mode    TimeMode
	hud     []*piece
	legend  Legend
	hovered *piece
	point   fyne.Position
	facing  [2]mgl64.Vec3 // of the camera when the gizmo was drawn
}

// piece is a small raster with a way to draw it and what a tap on it does.
type piece struct {
	raster *canvas.Raster
	pos    fyne.Position
	size   fyne.Size
	draw   func(p *theme.Pen, w, h float32, at fyne.Position) // at is the pointer, negative when elsewhere
	tap    func(at fyne.Position, size fyne.Size)
	tip    func(at fyne.Position) string
	o      *overlay
}

// tag is the raster of one label.
type tag struct {
	*piece
	label Label
	used  bool
}

func newOverlay(v *Viewport) *overlay {
	o := &overlay{v: v, point: fyne.NewPos(-1, -1)}
	for i := range o.frame {
		o.frame[i] = o.piece(o.drawFrame)
	}
	o.hud = o.makeHUD()
	for range maxLabels {
		t := &tag{}
		t.piece = o.piece(func(p *theme.Pen, w, h float32, _ fyne.Position) { drawLabel(p, &t.label, w, h) })
		t.raster.Hide()
		o.tags = append(o.tags, t)
	}
	return o
}

func (o *overlay) piece(draw func(p *theme.Pen, w, h float32, at fyne.Position)) *piece {
	c := &piece{draw: draw, o: o}
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
		c.raster.Move(pos)
	}
	if c.size != size {
		c.size = size
		c.raster.Resize(size)
	}
}

func (c *piece) contains(p fyne.Position) bool {
	return c.raster.Visible() && p.X >= c.pos.X && p.Y >= c.pos.Y && p.X < c.pos.X+c.size.Width && p.Y < c.pos.Y+c.size.Height
}

func (o *overlay) objects() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for i := len(o.tags) - 1; i >= 0; i-- {
		out = append(out, o.tags[i].raster)
	}
	for _, c := range o.hud {
		out = append(out, c.raster)
	}
	for _, c := range o.frame {
		out = append(out, c.raster)
	}
	return out
}

func (o *overlay) layout(size fyne.Size) {
	o.size, o.stale = size, true
	o.layoutHUD()
	o.layoutFrame()
	o.place()
}

// moved has the labels placed again, and the gizmo turned.
func (o *overlay) moved() {
	o.stale = true
	o.place()
	_, up, forward := o.v.orbit.Camera().Axes()
	if now := [2]mgl64.Vec3{up, forward}; now != o.facing {
		o.facing = now
		o.hud[2].raster.Refresh()
	}
}

// restyle repaints everything, as after a change of the theme.
func (o *overlay) restyle() {
	for _, c := range append(append([]*piece(nil), o.hud...), o.frame[:]...) {
		c.raster.Refresh()
	}
	for _, t := range o.tags {
		if t.used {
			t.raster.Refresh()
		}
	}
}

// hit reports whether the point lies on a tool of the overlay.
func (o *overlay) hit(p fyne.Position) bool {
	for _, c := range o.hud {
		if c.tap != nil && c.contains(p) {
			return true
		}
	}
	return false
}

func (o *overlay) tap(p fyne.Position) bool {
	for _, c := range o.hud {
		if c.tap != nil && c.contains(p) {
			c.tap(p.Subtract(c.pos), c.size)
			c.raster.Refresh()
			return true
		}
	}
	return false
}

func (o *overlay) hover(p fyne.Position) {
	var now *piece
	for _, c := range o.hud {
		if c.tap != nil && c.contains(p) {
			now = c
		}
	}
	o.point = p
	if o.hovered != nil && o.hovered != now {
		old := o.hovered
		o.hovered = nil
		old.raster.Refresh()
	}
	if now != nil {
		o.hovered = now
		now.raster.Refresh()
	}
}

// SetLabels replaces the labels. The slice belongs to the viewport from now on.
func (v *Viewport) SetLabels(labels []Label) {
	sort.SliceStable(labels, func(i, j int) bool { return labels[i].Rank < labels[j].Rank })
	v.overlay.labels = labels
	v.overlay.moved()
}

// place puts the labels above their nodes; one that would lie on another, or on a tool, is left out.
func (o *overlay) place() {
	if !o.stale || o.size.Width < 1 {
		return
	}
	o.stale = false
	camera := o.v.orbit.Camera()
	type box struct{ x0, y0, x1, y1 float32 }
	var taken []box
	for _, c := range o.hud {
		if c.raster.Visible() {
			taken = append(taken, box{c.pos.X - 4, c.pos.Y - 4, c.pos.X + c.size.Width + 4, c.pos.Y + c.size.Height + 4})
		}
	}
	n := 0
	for i := range o.labels {
		if n == len(o.tags) {
			break
		}
		l := &o.labels[i]
		b := o.v.scene.Bounds(l.Node)
		if b.Empty() {
			continue
		}
		top := b.Center()
		top[1] = b.Max[1]
		x, y, _, ok := camera.Project(top, float64(o.size.Width), float64(o.size.Height))
		if !ok || x < 0 || y < -40 || x > float64(o.size.Width) || y > float64(o.size.Height)+40 {
			continue
		}
		w, h := labelSize(l)
		// Beside the part, so that it stays in sight; above it when it is small.
		left, up := float32(x)+14, float32(y)-h-6
		up = min(max(up, 8), o.size.Height-h-8)
		left = min(left, o.size.Width-w-8)
		bx := box{left, up, left + w, up + h}
		free := true
		for _, t := range taken {
			if bx.x0 < t.x1 && t.x0 < bx.x1 && bx.y0 < t.y1 && t.y0 < bx.y1 {
				free = false
				break
			}
		}
		if !free {
			continue
		}
		taken = append(taken, bx)
		t := o.tags[n]
		n++
		changed := t.label != *l
		t.label = *l
		t.place(fyne.NewPos(left, up), fyne.NewSize(w, h))
		if !t.used {
			t.used = true
			t.raster.Show()
		}
		if changed {
			t.raster.Refresh()
		}
	}
	for _, t := range o.tags[n:] {
		if t.used {
			t.used = false
			t.raster.Hide()
		}
	}
}

const labelHeight = 24

func labelSize(l *Label) (w, h float32) {
	w = 16 + theme.Measure(l.Name, theme.FontText, 1)
	if l.Value != "" {
		w += 8 + theme.Measure(l.Value, theme.FontText, 1)
	}
	if l.Priority > 0 {
		w += 18
	}
	return w + 1, labelHeight
}

func drawLabel(p *theme.Pen, l *Label, w, h float32) {
	p.Fill(0, 0, w, h, theme.Color(theme.Panel))
	x := float32(8)
	name, value := theme.Color(theme.Text2), theme.Color(theme.Text)
	if l.Priority > 0 {
		look := theme.AlarmUnacknowledged
		if l.Acked {
			look = theme.AlarmAcknowledged
		}
		p.Alarm(x+5, h/2, 10, l.Priority, look)
		x += 18
		name = theme.Color(theme.Text)
	}
	switch {
	case l.Doubtful:
		value = theme.Color(theme.Text3)
	case l.Ahead:
		value = theme.Color(theme.Forecast)
	}
	x = p.Text(x, h/2+5, l.Name, theme.FontText, name)
	p.Text(x+8, h/2+5, l.Value, theme.FontText, value)
}
