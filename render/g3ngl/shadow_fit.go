package g3ngl

import (
	"math"

	"github.com/go-gl/mathgl/mgl32"

	"github.com/orrery-twin/orrery/render"
)

// casters are the objects that cast shadows, as the sun sees them.
type casters struct {
	axes  [3]mgl32.Vec3 // of the sun's view; the last is towards it
	boxes []box3        // by slot; empty for what casts none
	all   box3
	rows  [][12]float32 // where they were in the frame before
	flags []uint16
	sun   mgl32.Vec3
	moved bool // since the frame before
}

// box3 is a box in the sun's view. The zero box is empty.
type box3 struct{ lo, hi mgl32.Vec3 }

func (b *box3) empty() bool { return !(b.lo[0] < b.hi[0]) }

func (b *box3) add(o *box3) {
	if b.empty() {
		*b = *o
		return
	}
	for k := range b.lo {
		b.lo[k], b.hi[k] = min(b.lo[k], o.lo[k]), max(b.hi[k], o.hi[k])
	}
}

// casterFlags are those that decide whether an object casts a shadow. Ground only receives them.
const casterFlags = render.FlagHidden | render.FlagTranslucent | render.FlagGround | render.FlagSection

// gather looks at all objects of a frame, and reports whether any casts a shadow.
func (c *casters) gather(f *render.Frame, sun mgl32.Vec3) bool {
	n := len(f.Objects)
	c.moved = n != len(c.rows) || sun != c.sun
	if c.moved {
		c.sun, c.rows, c.flags, c.boxes = sun, make([][12]float32, n), make([]uint16, n), make([]box3, n)
	}
	side := mgl32.Vec3{0, 1, 0}
	if math.Abs(float64(sun[1])) > 0.99 {
		side = mgl32.Vec3{1, 0, 0}
	}
	x := side.Cross(sun).Normalize()
	c.axes = [3]mgl32.Vec3{x, sun.Cross(x), sun}
	c.all = box3{}
	for i := range f.Objects {
		o := &f.Objects[i]
		flags := o.Flags & casterFlags
		if c.rows[i] != o.Rows || c.flags[i] != flags {
			c.rows[i], c.flags[i], c.moved = o.Rows, flags, true
		}
		c.boxes[i] = box3{}
		if flags&^render.FlagSection == 0 {
			c.boxes[i] = c.seen(&f.Extents[i])
			c.all.add(&c.boxes[i])
		}
	}
	return !c.all.empty()
}

// seen is the box of an extent in the sun's view.
func (c *casters) seen(e *render.Extent) (b box3) {
	for k, a := range c.axes {
		m := a[0]*e.Middle[0] + a[1]*e.Middle[1] + a[2]*e.Middle[2]
		h := abs(a[0])*e.Half[0] + abs(a[1])*e.Half[1] + abs(a[2])*e.Half[2]
		b.lo[k], b.hi[k] = m-h, m+h
	}
	return b
}

// in reports whether an object may cast a shadow into a cascade: its box, and all between that and the sun.
func (c *casters) in(slot uint32, to *cascade) bool {
	b := &c.boxes[slot]
	return !b.empty() && b.hi[0] >= to.lo[0] && b.lo[0] <= to.hi[0] && b.hi[1] >= to.lo[1] && b.lo[1] <= to.hi[1] && b.hi[2] >= to.lo[2]
}

// seenPoint is a point in the sun's view.
func (c *casters) seenPoint(p mgl32.Vec3) mgl32.Vec3 {
	return mgl32.Vec3{c.axes[0].Dot(p), c.axes[1].Dot(p), c.axes[2].Dot(p)}
}

// reach is how far shadows are drawn, by the distance of what is looked at.
const reach = 14

// fitCascades makes the maps for a frame.
func fitCascades(out []cascade, f *render.Frame, c *casters, count int, reversed bool) []cascade {
	if count == 1 {
		return append(out, fitStill(f, c, reversed))
	}
	if f.TanHalfY == 0 { // all of a parallel view is as near
		aspect := float64(f.Aspect())
		radius := f.HalfHeight * float32(math.Hypot(1, aspect))
		middle := f.Eye.Add(forwardOf(f).Mul(f.FocusDistance))
		return append(out, fit(c, middle, min(radius*1.3, radiusOf(&c.all)), math.MaxFloat32, reversed))
	}
	near := max(f.Near, 0.02*f.FocusDistance)
	far := max(min(f.Far, reach*f.FocusDistance), near*1.1)
	begin := near
	for i := range count {
		t := float64(i+1) / float64(count) // F. Zhang et al., "Parallel-split shadow maps", 2006
		end := float32(0.75*float64(near)*math.Pow(float64(far/near), t)) + 0.25*(near+(far-near)*float32(t))
		middle, radius := sliceOf(f, begin, end)
		last := end
		if i == count-1 {
			last = math.MaxFloat32
		}
		out = append(out, fit(c, middle, radius, last, reversed))
		begin = end
	}
	return out
}

func forwardOf(f *render.Frame) mgl32.Vec3 {
	v := &f.ViewFromOrigin
	return mgl32.Vec3{-v[2], -v[6], -v[10]}
}

func radiusOf(b *box3) float32 { return max(b.hi[0]-b.lo[0], b.hi[1]-b.lo[1]) * 0.5 }

// sliceOf is the sphere around a slice of the view. Its size does not depend on where the eye looks, so that pixels of the map
// stay as big.
func sliceOf(f *render.Frame, near, far float32) (middle mgl32.Vec3, radius float32) {
	t := float64(f.TanHalfY) * math.Hypot(1, float64(f.Aspect())) // of the half diagonal
	n, r := float64(near), float64(far)
	at := min(0.5*(n+r)*(1+t*t), r)
	radius = float32(math.Sqrt((r-at)*(r-at) + r*r*t*t))
	return f.Eye.Add(forwardOf(f).Mul(float32(at))), radius
}

// fitStill makes a map that does not change as the camera turns: of all that casts shadows, or where that is far larger than
// what is looked at, of a square around it in steps.
func fitStill(f *render.Frame, c *casters, reversed bool) cascade {
	whole := radiusOf(&c.all)
	size := float32(math.Exp2(math.Ceil(math.Log2(float64(max(2.2*f.FocusDistance, 1e-3))))))
	if size >= whole {
		middle := c.all.lo.Add(c.all.hi).Mul(0.5)
		return fitSquare(c, middle, whole*1.02+1e-3, math.MaxFloat32, reversed)
	}
	middle := c.seenPoint(f.Eye.Add(forwardOf(f).Mul(f.FocusDistance)))
	for k := range 2 {
		step := size * 0.25
		middle[k] = float32(math.Round(float64(middle[k]/step))) * step
	}
	return fitSquare(c, middle, size, math.MaxFloat32, reversed)
}

// fit makes a map around a sphere, in whole pixels so that shadows do not crawl.
func fit(c *casters, around mgl32.Vec3, radius, end float32, reversed bool) cascade {
	middle := c.seenPoint(around)
	texel := 2 * radius / shadowSide
	for k := range 2 {
		middle[k] = float32(math.Round(float64(middle[k]/texel))) * texel
	}
	return fitSquare(c, middle, radius, end, reversed)
}

// fitSquare makes a map of a square across the direction of the sun, as deep as all that casts shadows.
func fitSquare(c *casters, middle mgl32.Vec3, half, end float32, reversed bool) cascade {
	margin := 0.01*(c.all.hi[2]-c.all.lo[2]) + 2*half/shadowSide + 1e-3
	s := cascade{
		lo:  mgl32.Vec3{middle[0] - half, middle[1] - half, min(c.all.lo[2], middle[2]-2*half) - margin},
		hi:  mgl32.Vec3{middle[0] + half, middle[1] + half, c.all.hi[2] + margin},
		end: end, texel: 2 * half / shadowSide,
	}
	a := &c.axes
	s.viewFromOrigin = mgl32.Mat4{
		a[0][0], a[1][0], a[2][0], 0, a[0][1], a[1][1], a[2][1], 0, a[0][2], a[1][2], a[2][2], 0, -middle[0], -middle[1], 0, 1,
	}
	depth := s.hi[2] - s.lo[2]
	s.clipFromView = mgl32.Mat4{1 / half, 0, 0, 0, 0, 1 / half, 0, 0, 0, 0, 1 / depth, 0, 0, 0, -s.lo[2] / depth, 1} // 1 towards the sun
	onto := mgl32.Mat4{0.5, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 1, 0, 0.5, 0.5, 0, 1}
	if !reversed { // -1 is near
		s.clipFromView[10], s.clipFromView[14] = -2/depth, 1+2*s.lo[2]/depth
		onto[10], onto[14] = 0.5, 0.5
	}
	s.fromOrigin = onto.Mul4(s.clipFromView).Mul4(s.viewFromOrigin)
	return s
}
