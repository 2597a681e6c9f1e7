package viewport

import (
	"fmt"
	"math"

	"fyne.io/fyne/v2"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// cut shows another section and tells the owner.
func (v *Viewport) cut(s *scene.Section) {
	before := v.section
	v.SetSection(s)
	if v.OnSection != nil {
		v.OnSection(before, s)
	}
}

// cutBounds is the box that cuts begin with: that of the selection, or of what is seen.
func (v *Viewport) cutBounds() scene.Bounds {
	b := scene.NoBounds()
	for _, id := range v.selected {
		b = b.Union(v.scene.Bounds(id))
	}
	if b.Empty() {
		b = v.scene.Bounds(scene.Root)
	}
	if b.Empty() {
		return b
	}
	margin := b.Size().Mul(0.001)
	return scene.Bounds{Min: b.Min.Sub(margin), Max: b.Max.Add(margin)}
}

// handle is where a plane of the section can be grabbed.
type handle struct {
	*piece
	on  bool
	at  mgl64.Vec3 // in the world
	dir [2]float32 // of the normal on the screen, of unit length; zero towards the eye
}

const handleSize = 30

// planeSpot is the point of a plane that its handle stands at: the middle of what it cuts.
func (v *Viewport) planeSpot(i int) mgl64.Vec3 {
	p := v.section.Planes[i]
	box := v.scene.Bounds(scene.Root)
	if len(v.section.Planes) == 6 { // a box: the middles of its faces
		box = scene.NoBounds()
		var lo, hi mgl64.Vec3
		for _, q := range v.section.Planes {
			for k := range lo {
				switch n := q.Normal[k] * float64(1-2*int(v.section.Keep)); {
				case n > 0.99:
					lo[k] = q.Offset * q.Normal[k]
				case n < -0.99:
					hi[k] = q.Offset * q.Normal[k]
				}
			}
		}
		box = scene.Bounds{Min: lo, Max: hi}
	}
	c := box.Center()
	return c.Sub(p.Normal.Mul(p.Distance(c)))
}

// placeHandles puts the handles of the section where the picture shows them.
func (o *overlay) placeHandles() {
	v := o.v
	n := 0
	if v.tools.tool == ToolSection && v.section.Active() {
		n = len(v.section.Planes)
	}
	w, h := float64(o.size.Width), float64(o.size.Height)
	for i := range o.handles {
		hd := &o.handles[i]
		hd.on = false
		if i < n {
			hd.at = v.planeSpot(i)
			x, y, _, ok := o.camera.Project(hd.at, w, h)
			step := hd.at.Add(v.section.Planes[i].Normal.Mul(40 * o.camera.PixelSize(hd.at, max(h, 1))))
			x1, y1, _, ok1 := o.camera.Project(step, w, h)
			if hd.on = ok && ok1; hd.on {
				dx, dy := float32(x1-x), float32(y1-y)
				l := float32(math.Hypot(float64(dx), float64(dy)))
				dir := [2]float32{}
				if l > 6 {
					dir = [2]float32{dx / l, dy / l}
				}
				hd.place(o.snap(float32(x)-handleSize/2, float32(y)-handleSize/2), fyne.NewSize(handleSize, handleSize))
				if dir != hd.dir {
					hd.dir = dir
					hd.refresh()
				}
			}
		}
		hd.show(hd.on)
	}
}

// handleAt returns the plane whose handle is at a point, or -1.
func (o *overlay) handleAt(p fyne.Position) int {
	for i := range o.handles {
		if h := &o.handles[i]; h.on && h.contains(p) {
			return i
		}
	}
	return -1
}

func (o *overlay) drawHandle(i int) func(*theme.Pen, float32, float32, fyne.Position) {
	return func(p *theme.Pen, w, h float32, _ fyne.Position) {
		d := o.handles[i].dir
		cx, cy := w/2, h/2
		back := theme.Color(theme.Panel)
		ink := theme.Color(theme.Accent)
		if o.v.tools.handle == i || o.overHandle == i {
			back, ink = ink, theme.Color(theme.OnAccent)
		}
		p.Circle(cx, cy, 13, theme.Color(theme.Accent))
		p.Circle(cx, cy, 11.5, back)
		if d == [2]float32{} { // along the line of sight
			p.Circle(cx, cy, 3, ink)
			return
		}
		for _, s := range []float32{-1, 1} {
			tip := theme.Point{X: cx + 9*s*d[0], Y: cy + 9*s*d[1]}
			base := [2]float32{cx + 3.5*s*d[0], cy + 3.5*s*d[1]}
			p.Polygon(ink, tip, theme.Point{X: base[0] - 5*d[1], Y: base[1] + 5*d[0]}, theme.Point{X: base[0] + 5*d[1], Y: base[1] - 5*d[0]})
		}
	}
}

// dragPlane moves the plane in the hand to where its normal comes nearest to the pointer.
func (v *Viewport) dragPlane(at fyne.Position) {
	i := v.tools.handle
	if !v.section.Active() || i >= len(v.section.Planes) {
		return
	}
	from, n := v.planeSpot(i), v.section.Planes[i].Normal
	ray := v.ray(at)
	w := from.Sub(ray.Origin)
	b := n.Dot(ray.Direction)
	d := 1 - b*b
	if d < 1e-4 { // along the line of sight nothing tells how far
		return
	}
	along := (b*w.Dot(ray.Direction) - w.Dot(n)) / d
	s := *v.section
	s.Planes = append([]scene.Plane(nil), s.Planes...)
	s.Planes[i].Offset += v.kept(i, along)
	v.SetSection(&s)
	v.overlay.tooled()
}

// kept bounds a move of a plane: faces of a box do not pass each other.
func (v *Viewport) kept(i int, along float64) float64 {
	p := v.section.Planes[i]
	for _, q := range v.section.Planes {
		if q.Normal.Dot(p.Normal) < -0.999 {
			room := -q.Offset - p.Offset // where the other face stands along our normal
			least := 1e-3 * v.cutBounds().Diagonal()
			if v.section.Keep == scene.KeepInside {
				return min(along, room-least)
			}
			return max(along, room+least)
		}
	}
	return along
}

// planeText tells where a plane stands.
func (v *Viewport) planeText(i int) string {
	p := v.section.Planes[i]
	for k, name := range []string{"x", "y", "z"} {
		if math.Abs(p.Normal[k]) > 0.999 {
			return name + " " + v.tools.unit.Text(p.Offset/p.Normal[k])
		}
	}
	return fmt.Sprintf("%s from the origin", v.tools.unit.Text(p.Offset))
}

// planeOutlines are the borders of the planes of the section where they cut the box of all.
func (v *Viewport) planeOutlines() [][]mgl64.Vec3 {
	if !v.section.Active() {
		return nil
	}
	box := v.cutBounds()
	sides := scene.BoxSection(box, scene.KeepInside).Planes
	var out [][]mgl64.Vec3
	for i, p := range v.section.Planes {
		u := p.Normal.Cross(mgl64.Vec3{0, 1, 0})
		if u.Len() < 0.1 {
			u = p.Normal.Cross(mgl64.Vec3{1, 0, 0})
		}
		u = u.Normalize().Mul(box.Diagonal())
		w := p.Normal.Cross(u)
		c := box.Center().Sub(p.Normal.Mul(p.Distance(box.Center())))
		polygon := []mgl64.Vec3{c.Add(u).Add(w), c.Sub(u).Add(w), c.Sub(u).Sub(w), c.Add(u).Sub(w)}
		for _, side := range sides {
			polygon = clip(polygon, side)
		}
		if v.section.Keep == scene.KeepInside {
			for k, q := range v.section.Planes {
				if k != i {
					polygon = clip(polygon, q)
				}
			}
		}
		if len(polygon) > 2 {
			out = append(out, append(polygon, polygon[0]))
		}
	}
	return out
}

// clip is the part of a convex polygon on the kept side of a plane.
func clip(polygon []mgl64.Vec3, p scene.Plane) []mgl64.Vec3 {
	var out []mgl64.Vec3
	for i, a := range polygon {
		b := polygon[(i+1)%len(polygon)]
		da, db := p.Distance(a), p.Distance(b)
		if da >= 0 {
			out = append(out, a)
		}
		if (da < 0) != (db < 0) {
			out = append(out, a.Add(b.Sub(a).Mul(da/(da-db))))
		}
	}
	return out
}
