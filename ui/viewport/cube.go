package viewport

import (
	"math"

	"fyne.io/fyne/v2"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// face is a side of the cube that shows how the camera stands. u and v span it.
type face struct {
	normal, u, v mgl64.Vec3
	name         string
	view         scene.View
}

var faces = []face{
	{mgl64.Vec3{0, 0, 1}, mgl64.Vec3{1, 0, 0}, mgl64.Vec3{0, 1, 0}, "front", scene.Front},
	{mgl64.Vec3{0, 0, -1}, mgl64.Vec3{-1, 0, 0}, mgl64.Vec3{0, 1, 0}, "back", scene.Back},
	{mgl64.Vec3{1, 0, 0}, mgl64.Vec3{0, 0, -1}, mgl64.Vec3{0, 1, 0}, "right", scene.Right},
	{mgl64.Vec3{-1, 0, 0}, mgl64.Vec3{0, 0, 1}, mgl64.Vec3{0, 1, 0}, "left", scene.Left},
	{mgl64.Vec3{0, 1, 0}, mgl64.Vec3{1, 0, 0}, mgl64.Vec3{0, 0, -1}, "top", scene.Top},
	{mgl64.Vec3{0, -1, 0}, mgl64.Vec3{1, 0, 0}, mgl64.Vec3{0, 0, 1}, "below", scene.Bottom},
}

const (
	gizmoSize = 74
	cubeHalf  = 19   // Dp, of an edge
	bevel     = 0.62 // of a face: beyond it lie the edges and corners
)

// flat returns where a direction of the world points to in the picture of the cube, and whether towards the eye.
func (o *overlay) flat(d mgl64.Vec3) (x, y float32, near float64) {
	right, up, forward := o.camera.Axes()
	return float32(d.Dot(right)), -float32(d.Dot(up)), -d.Dot(forward)
}

// cubeAt returns the direction that a point of the cube stands for, its face, edge or corner; ok is false beside it.
func (o *overlay) cubeAt(at fyne.Position) (from mgl64.Vec3, f *face, ok bool) {
	px, py := float64(at.X-gizmoSize/2)/cubeHalf, float64(at.Y-gizmoSize/2)/cubeHalf
	for i := range faces {
		f := &faces[i]
		nx, ny, near := o.flat(f.normal)
		if near < 0.08 {
			continue
		}
		ux, uy, _ := o.flat(f.u)
		vx, vy, _ := o.flat(f.v)
		// Solve n + a·u + b·v = p in the plane of the picture.
		det := float64(ux*vy - uy*vx)
		if math.Abs(det) < 1e-6 {
			continue
		}
		dx, dy := px-float64(nx), py-float64(ny)
		a := (dx*float64(vy) - dy*float64(vx)) / det
		b := (float64(ux)*dy - float64(uy)*dx) / det
		if math.Abs(a) > 1.01 || math.Abs(b) > 1.01 { // no gap where two faces meet
			continue
		}
		from = f.normal
		plain := true
		if math.Abs(a) > bevel {
			from, plain = from.Add(f.u.Mul(math.Copysign(1, a))), false
		}
		if math.Abs(b) > bevel {
			from, plain = from.Add(f.v.Mul(math.Copysign(1, b))), false
		}
		if plain {
			return f.normal, f, true
		}
		return from.Normalize(), nil, true
	}
	return mgl64.Vec3{}, nil, false
}

// tapGizmo turns the camera to the face, edge or corner at a point of the view.
func (o *overlay) tapGizmo(p fyne.Position) {
	from, f, ok := o.cubeAt(p.Subtract(o.cube.pos))
	switch {
	case !ok:
	case f != nil:
		o.v.Standard(f.view)
	default:
		c := o.v.orbit.Camera()
		c.Eye = c.Target.Add(from.Mul(c.Distance()))
		o.v.orbit.Fly(c)
	}
}

// drawCube draws the cube as the camera sees it.
func (o *overlay) drawCube(p *theme.Pen, w, h float32, at fyne.Position) {
	p.RoundRect(0, 0, w, h, theme.Radius, theme.WithAlpha(theme.Color(theme.Panel), .8))
	p.RoundBorder(0, 0, w, h, theme.Radius, 1, theme.WithAlpha(theme.Color(theme.Line), .9))
	hot, _, over := o.cubeAt(at)
	for i := range faces {
		f := &faces[i]
		nx, ny, near := o.flat(f.normal)
		if near < 0.02 {
			continue
		}
		ux, uy, _ := o.flat(f.u)
		vx, vy, _ := o.flat(f.v)
		point := func(a, b float32) theme.Point {
			return theme.Point{X: w/2 + cubeHalf*(nx+a*ux+b*vx), Y: h/2 + cubeHalf*(ny+a*uy+b*vy)}
		}
		side := []theme.Point{point(-1, -1), point(1, -1), point(1, 1), point(-1, 1), point(-1, -1)}
		p.Polygon(theme.Mix(theme.Color(theme.Panel), theme.Color(theme.Field), float32(.35+.65*near)), side[:4]...)
		if over {
			o.drawHot(p, f, hot, point)
		}
		p.Polyline(side, 1.1, theme.Mix(theme.Color(theme.Line), theme.Color(theme.Text3), .6))
		wide := 2 * cubeHalf * float32(math.Abs(float64(ux))+math.Abs(float64(vx)))
		if near > 0.45 && p.Measure(f.name, theme.FontSmall)+6 < wide { // else it would run into the next name
			ink := theme.Mix(theme.Color(theme.Field), theme.Color(theme.Text2), float32(min(1, .3+(near-.45)*2)))
			p.TextCenter(w/2+cubeHalf*nx, h/2+cubeHalf*ny+4, f.name, theme.FontSmall, ink)
		}
	}
}

// drawHot marks the part of a face that the pointer is on.
func (o *overlay) drawHot(p *theme.Pen, f *face, hot mgl64.Vec3, point func(a, b float32) theme.Point) {
	if hot.Dot(f.normal) < 0.3 {
		return
	}
	span := func(axis mgl64.Vec3) (from, to float32) {
		switch d := hot.Dot(axis); {
		case d > 0.3:
			return bevel, 1
		case d < -0.3:
			return -1, -bevel
		}
		return -bevel, bevel
	}
	a0, a1 := span(f.u)
	b0, b1 := span(f.v)
	p.Polygon(theme.WithAlpha(theme.Color(theme.Accent), .45), point(a0, b0), point(a1, b0), point(a1, b1), point(a0, b1))
}
