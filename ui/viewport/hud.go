package viewport

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// Sizes of the tools in the view, in Dp.
const (
	toolSize  = 30
	lookWidth = 78
	gizmoSize = 74
	inset     = 14
)

var lookNames = []string{"Operate", "Engineer", "Review"}

// makeHUD makes the tools: frame selection and all, the looks, the orientation gizmo, the legend.
func (o *overlay) makeHUD() []*piece {
	tools := o.piece(o.drawTools)
	tools.tap = func(at fyne.Position, _ fyne.Size) {
		switch int(at.Y / (toolSize + 2)) {
		case 0:
			o.frameTool(false)
		case 1:
			o.frameTool(true)
		case 2:
			o.v.SetOrtho(!o.v.Ortho())
		case 3:
			o.v.SetXRay(!o.v.xray)
		}
	}
	looks := o.piece(o.drawLooks)
	looks.tap = func(at fyne.Position, _ fyne.Size) {
		l := render.Look(min(max(int(at.X/lookWidth), 0), len(lookNames)-1))
		if o.v.OnLook != nil {
			o.v.OnLook(l)
		} else {
			o.v.SetLook(l)
		}
	}
	gizmo := o.piece(o.drawGizmo)
	gizmo.tap = func(at fyne.Position, _ fyne.Size) {
		if view, ok := o.gizmoAt(at); ok {
			o.v.Standard(view)
		}
	}
	legend := o.piece(o.drawLegend)
	legend.raster.Hide()
	return []*piece{tools, looks, gizmo, legend}
}

func (o *overlay) frameTool(all bool) {
	if o.v.OnFrame != nil {
		o.v.OnFrame(all)
		return
	}
	if all || len(o.v.selected) == 0 {
		o.v.FrameNode(scene.Root)
		return
	}
	o.v.FrameNode(o.v.selected[0])
}

func (o *overlay) layoutHUD() {
	tools, looks, gizmo, legend := o.hud[0], o.hud[1], o.hud[2], o.hud[3]
	tools.place(fyne.NewPos(inset, inset), fyne.NewSize(toolSize, 4*toolSize+3*2))
	looks.place(fyne.NewPos(inset+toolSize+10, inset), fyne.NewSize(lookWidth*float32(len(lookNames)), toolSize))
	gizmo.place(fyne.NewPos(o.size.Width-gizmoSize-18, inset), fyne.NewSize(gizmoSize, gizmoSize))
	h := float32(62)
	if o.legend.Note != "" {
		h += 18
	}
	legend.place(fyne.NewPos(inset, o.size.Height-h-inset), fyne.NewSize(216, h))
}

// veil is the colour behind tools: the panel, nearly opaque (Fyne blends premultiplied images).
func veil() color.NRGBA { return theme.Color(theme.Panel) }

func (o *overlay) drawTools(p *theme.Pen, w, _ float32, at fyne.Position) {
	for i := range 4 {
		y := float32(i) * (toolSize + 2)
		back, ink := veil(), theme.Color(theme.Text2)
		on := i == 2 && o.v.Ortho() || i == 3 && o.v.xray
		if on {
			back, ink = theme.Color(theme.Accent), theme.Color(theme.OnAccent)
		} else if at.Y >= y && at.Y < y+toolSize && at.X >= 0 {
			back, ink = theme.Color(theme.Field), theme.Color(theme.Text)
		}
		p.Fill(0, y, w, toolSize, back)
		cx, cy := w/2, y+toolSize/2
		switch i {
		case 0: // a frame around a part
			for _, s := range [][2]float32{{-1, -1}, {1, -1}, {1, 1}, {-1, 1}} {
				p.Line(cx+8*s[0], cy+8*s[1], cx+3*s[0], cy+8*s[1], 1.5, ink)
				p.Line(cx+8*s[0], cy+8*s[1], cx+8*s[0], cy+3*s[1], 1.5, ink)
			}
			p.Circle(cx, cy, 3, ink)
		case 1: // home
			p.Polyline([]theme.Point{{X: cx - 8, Y: cy}, {X: cx, Y: cy - 8}, {X: cx + 8, Y: cy}}, 1.5, ink)
			p.Polyline([]theme.Point{{X: cx - 5, Y: cy - 1}, {X: cx - 5, Y: cy + 7}, {X: cx + 5, Y: cy + 7}, {X: cx + 5, Y: cy - 1}}, 1.5, ink)
		case 2: // parallel projection: a cube without vanishing point
			p.Border(cx-7, cy-3, 10, 10, 1.2, ink)
			p.Polyline([]theme.Point{{X: cx - 7, Y: cy - 3}, {X: cx - 3, Y: cy - 8}, {X: cx + 7, Y: cy - 8}, {X: cx + 7, Y: cy + 2}, {X: cx + 3, Y: cy + 7}}, 1.2, ink)
			p.Line(cx+3, cy-3, cx+7, cy-8, 1.2, ink)
		case 3: // x-ray
			p.Ring(cx, cy, 8, 1.3, ink)
			p.Circle(cx, cy, 3, ink)
		}
	}
}

func (o *overlay) drawLooks(p *theme.Pen, w, h float32, at fyne.Position) {
	p.Fill(0, 0, w, h, veil())
	for i, name := range lookNames {
		x := float32(i) * lookWidth
		ink := theme.Color(theme.Text2)
		switch {
		case int(o.v.look) == i:
			p.Fill(x, 0, lookWidth, h, theme.Color(theme.Field))
			p.Fill(x, h-2, lookWidth, 2, theme.Color(theme.Accent))
			ink = theme.Color(theme.Text)
		case at.X >= x && at.X < x+lookWidth && at.Y >= 0:
			ink = theme.Color(theme.Text)
		}
		p.TextCenter(x+lookWidth/2, h/2+5, name, theme.FontText, ink)
	}
}

// axis is one arm of the gizmo.
type axis struct {
	dir  mgl64.Vec3
	name string
	view scene.View
}

var axes = []axis{
	{mgl64.Vec3{1, 0, 0}, "E", scene.Right}, {mgl64.Vec3{-1, 0, 0}, "W", scene.Left},
	{mgl64.Vec3{0, 1, 0}, "Up", scene.Top}, {mgl64.Vec3{0, -1, 0}, "", scene.Bottom},
	{mgl64.Vec3{0, 0, 1}, "S", scene.Front}, {mgl64.Vec3{0, 0, -1}, "N", scene.Back},
}

// arm returns where the end of an arm stands in the gizmo, and how near it is to the eye.
func (o *overlay) arm(a axis) (x, y float32, near float64) {
	right, up, forward := o.v.orbit.Camera().Axes()
	const r = gizmoSize/2 - 13
	return gizmoSize/2 + float32(a.dir.Dot(right))*r, gizmoSize/2 - float32(a.dir.Dot(up))*r, -a.dir.Dot(forward)
}

func (o *overlay) gizmoAt(at fyne.Position) (view scene.View, ok bool) {
	best := 13.0
	nearest := math.Inf(-1)
	for _, a := range axes {
		x, y, near := o.arm(a)
		if d := math.Hypot(float64(at.X-x), float64(at.Y-y)); d < best && near > nearest-.3 {
			view, ok, nearest = a.view, true, near
		}
	}
	return view, ok
}

// drawGizmo draws the directions of the compass as the camera sees them; the nearer ends are drawn stronger.
func (o *overlay) drawGizmo(p *theme.Pen, w, h float32, at fyne.Position) {
	p.Fill(0, 0, w, h, veil())
	hot, over := o.gizmoAt(at)
	for _, front := range []bool{false, true} {
		for _, a := range axes {
			x, y, near := o.arm(a)
			if near > 0 != front {
				continue
			}
			ink := theme.Mix(theme.Color(theme.Panel), theme.Color(theme.Text), float32(.35+.45*(near+1)/2))
			if over && a.view == hot {
				ink = theme.Color(theme.Accent)
			}
			p.Line(w/2, h/2, x, y, 1.2, theme.Mix(theme.Color(theme.Panel), ink, .6))
			if a.name == "" {
				p.Circle(x, y, 2.5, ink)
				continue
			}
			p.Circle(x, y, 8.5, theme.Color(theme.Field))
			p.TextCenter(x, y+4, a.name, theme.FontSmall, ink)
		}
	}
}

// SetLegend shows what the colours mean; a legend without a title is hidden.
func (v *Viewport) SetLegend(l Legend) {
	o := v.overlay
	if o.legend.equal(&l) {
		return
	}
	o.legend = l
	c := o.hud[3]
	if l.Title == "" {
		c.raster.Hide()
		return
	}
	o.layoutHUD()
	c.raster.Show()
	c.raster.Refresh()
	o.moved()
}

func (l *Legend) equal(m *Legend) bool {
	if l.Title != m.Title || l.Low != m.Low || l.Mark != m.Mark || l.High != m.High || l.Note != m.Note || len(l.Stops) != len(m.Stops) {
		return false
	}
	for i := range l.Stops {
		if l.Stops[i] != m.Stops[i] {
			return false
		}
	}
	return true
}

func (o *overlay) drawLegend(p *theme.Pen, w, h float32, _ fyne.Position) {
	l := &o.legend
	p.Fill(0, 0, w, h, veil())
	p.TextFit(12, 19, w-24, l.Title, theme.FontSmall, theme.Color(theme.Text2))
	const x0, y0, bar = 12, 27, 8
	width := w - 24
	for i := 0; i+1 < len(l.Stops); i++ {
		step := width / float32(len(l.Stops)-1)
		for k := float32(0); k < step; k++ {
			p.Fill(x0+float32(i)*step+k, y0, 1.5, bar, theme.Mix(l.Stops[i], l.Stops[i+1], k/step))
		}
	}
	ink := theme.Color(theme.Text2)
	p.Text(x0, 50, l.Low, theme.FontSmall, ink)
	p.TextCenter(w/2, 50, l.Mark, theme.FontSmall, ink)
	p.TextRight(w-12, 50, l.High, theme.FontSmall, ink)
	if l.Note != "" {
		p.Hatch(x0, 60, 10, 10, 4, 1.5, theme.Color(theme.Predicted))
		p.TextFit(x0+16, 69, w-40, l.Note, theme.FontSmall, theme.Color(theme.Forecast))
	}
}

// SetTimeMode draws the frame of a time mode around the view.
func (v *Viewport) SetTimeMode(m TimeMode) {
	if o := v.overlay; o.mode != m {
		o.mode = m
		o.layoutFrame()
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
			c.raster.Hide()
			continue
		}
		c.place(fyne.NewPos(r.x, r.y), fyne.NewSize(r.w, r.h))
		c.raster.Show()
		c.raster.Refresh()
	}
}

func (o *overlay) drawFrame(p *theme.Pen, w, h float32, _ fyne.Position) {
	if o.mode == PastFrame {
		p.Fill(0, 0, w, h, theme.Color(theme.Past))
		return
	}
	p.Fill(0, 0, w, h, theme.Color(theme.Panel))
	p.Hatch(0, 0, w, h, 10, 6, theme.Color(theme.Future))
}
