package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// aim fills in the camera, and near and far planes that hold all that is visible.
func (b *Builder) aim(f *Frame, c scene.Camera) {
	f.Camera = c
	eye := c.Eye.Sub(b.origin)
	f.Eye = mgl32.Vec3{float32(eye[0]), float32(eye[1]), float32(eye[2])}
	shifted := c
	shifted.Eye, shifted.Target = eye, c.Target.Sub(b.origin)
	view := shifted.ViewFromWorld()
	for i := range view {
		f.ViewFromOrigin[i] = float32(view[i])
	}
	f.FocusDistance = float32(c.Distance())
	f.HalfHeight = float32(c.HalfHeight())
	if !c.Ortho {
		f.TanHalfY = float32(math.Tan(c.FovYRad / 2))
	}
	right, up, forward := c.Axes()
	// The sun stands to the upper left behind the viewer in plan, so that faces turned to the viewer are lit from a side.
	level := mgl64.Vec3{forward[0], 0, forward[2]}
	if level.Len() < 1e-6 {
		level = mgl64.Vec3{up[0], 0, up[2]}
	}
	sun := right.Mul(-0.62).Add(level.Normalize().Mul(-0.55)).Add(mgl64.Vec3{0, 0.78, 0}).Normalize()
	if f.Look == Review { // a sun that stands still in the world
		sun = mgl64.Vec3{-0.45, 0.72, 0.53}.Normalize()
	}
	f.Sun = mgl32.Vec3{float32(sun[0]), float32(sun[1]), float32(sun[2])}
	depthRange(f, mgl32.Vec3{float32(forward[0]), float32(forward[1]), float32(forward[2])})
}

// depthRange sets Near and Far from the extents of all visible objects.
func depthRange(f *Frame, forward mgl32.Vec3) {
	r := reach{eye: f.Eye, forward: forward, ortho: f.TanHalfY == 0}
	r.near, r.lo, r.hi = math.MaxFloat32, math.MaxFloat32, -math.MaxFloat32
	r.look(&f.Pose)
	for i := range f.Ghosts {
		r.look(&f.Ghosts[i].Pose)
	}
	if r.empty() {
		f.Near, f.Far = 0.1, 1000
		return
	}
	if r.ortho {
		margin := (r.hi-r.lo)*0.001 + 0.01
		f.Near, f.Far = r.lo-margin, r.hi+margin
		return
	}
	near, far := float32(math.Sqrt(float64(r.near))), float32(math.Sqrt(float64(r.far)))
	diagonal := math.Atan(float64(f.TanHalfY) * math.Hypot(1, float64(f.Aspect())))
	near *= float32(math.Cos(diagonal)) * 0.999
	f.Far = far * 1.001
	f.Near = max(near, f.Far*1e-6, 1e-3)
}

// reach is from where to where the boxes of visible objects lie.
type reach struct {
	eye, forward mgl32.Vec3
	ortho        bool
	near, far    float32 // squares of the distances from the eye
	lo, hi       float32 // depth along the view direction
}

func (r *reach) empty() bool { return r.ortho && r.lo > r.hi || !r.ortho && r.far == 0 }

// look takes the objects of a pose. It goes through those blocks alone that may reach farther than what was found so far.
func (r *reach) look(p *Pose) {
	for i := range p.Blocks {
		if p.Blocks[i].Half[0] < 0 {
			continue
		}
		block := *r
		block.add(&p.Blocks[i])
		if block == *r {
			continue
		}
		for slot := i * BlockSlots; slot < min((i+1)*BlockSlots, len(p.Objects)); slot++ {
			if p.Objects[slot].Flags&FlagHidden == 0 {
				r.add(&p.Extents[slot])
			}
		}
	}
}

func (r *reach) add(e *Extent) {
	if r.ortho {
		var depth, radius float32
		for k := range 3 {
			depth += (e.Middle[k] - r.eye[k]) * r.forward[k]
			radius += e.Half[k] * abs32(r.forward[k])
		}
		r.lo, r.hi = min(r.lo, depth-radius), max(r.hi, depth+radius)
		return
	}
	var gap, far float32
	for k := range 3 {
		a := abs32(e.Middle[k] - r.eye[k])
		far += (a + e.Half[k]) * (a + e.Half[k])
		if g := a - e.Half[k]; g > 0 {
			gap += g * g
		}
	}
	r.near, r.far = min(r.near, gap), max(r.far, far)
}

func abs32(v float32) float32 {
	if v < 0 {
		return -v
	}
	return v
}

// ClipFromView returns the projection. With reversed depth, near is at 1 and far at 0 and the range of clip space is
// 0 to 1 (glClipControl); otherwise it is OpenGL's -1 to 1.
func (f *Frame) ClipFromView(reversed bool) mgl32.Mat4 {
	n, r := float64(f.Near), float64(f.Far)
	var m mgl64.Mat4
	if f.TanHalfY == 0 {
		h := float64(f.HalfHeight)
		m[0], m[5], m[15] = 1/(h*float64(f.Aspect())), 1/h, 1
		m[10], m[14] = -2/(r-n), -(r+n)/(r-n)
		if reversed {
			m[10], m[14] = 1/(r-n), r/(r-n)
		}
	} else {
		t := float64(f.TanHalfY)
		m[0], m[5], m[11] = 1/(t*float64(f.Aspect())), 1/t, -1
		m[10], m[14] = -(r+n)/(r-n), -2*r*n/(r-n)
		if reversed {
			m[10], m[14] = n/(r-n), r*n/(r-n)
		}
	}
	var out mgl32.Mat4
	for i := range m {
		out[i] = float32(m[i])
	}
	return out
}

// Frustum is the five planes of the view that matter for culling: left, right, bottom, top and near, pointing inwards.
type Frustum [5]mgl32.Vec4

// Frustum returns the frame's view volume in its float32 space.
func (f *Frame) Frustum() Frustum {
	v := &f.ViewFromOrigin
	row := func(i int) mgl32.Vec4 { return mgl32.Vec4{v[i], v[4+i], v[8+i], v[12+i]} }
	x, y, z := row(0), row(1), row(2)
	var out Frustum
	if f.TanHalfY == 0 {
		w := mgl32.Vec4{0, 0, 0, f.HalfHeight * f.Aspect()}
		h := mgl32.Vec4{0, 0, 0, f.HalfHeight}
		out = Frustum{w.Add(x), w.Sub(x), h.Add(y), h.Sub(y), {0, 0, 0, 1}}
	} else {
		a, t := f.TanHalfY*f.Aspect(), f.TanHalfY
		out = Frustum{x.Sub(z.Mul(a)), z.Mul(-a).Sub(x), y.Sub(z.Mul(t)), z.Mul(-t).Sub(y), z.Mul(-1)}
	}
	return out
}

// Sees reports whether the box may be in view; it errs towards true. An empty box is not.
func (v *Frustum) Sees(e *Extent) bool {
	if e.Half[0] < 0 {
		return false
	}
	for i := range v {
		p := &v[i]
		d := p[0]*e.Middle[0] + p[1]*e.Middle[1] + p[2]*e.Middle[2] + p[3]
		r := abs32(p[0])*e.Half[0] + abs32(p[1])*e.Half[1] + abs32(p[2])*e.Half[2]
		if d+r < 0 {
			return false
		}
	}
	return true
}

// Holds reports whether the box is in view as a whole.
func (v *Frustum) Holds(e *Extent) bool {
	for i := range v {
		p := &v[i]
		d := p[0]*e.Middle[0] + p[1]*e.Middle[1] + p[2]*e.Middle[2] + p[3]
		r := abs32(p[0])*e.Half[0] + abs32(p[1])*e.Half[1] + abs32(p[2])*e.Half[2]
		if d-r < 0 {
			return false
		}
	}
	return true
}

// EachSeen calls see for the slots of a pose whose box may be in view, rising, also for hidden ones. It looks at blocks
// first: one that is out of view is passed over, in one that is in view as a whole each object is.
func (v *Frustum) EachSeen(p *Pose, see func(slot int)) {
	for i := range p.Blocks {
		if !v.Sees(&p.Blocks[i]) {
			continue
		}
		whole := v.Holds(&p.Blocks[i])
		for slot := i * BlockSlots; slot < min((i+1)*BlockSlots, len(p.Extents)); slot++ {
			if whole || v.Sees(&p.Extents[slot]) {
				see(slot)
			}
		}
	}
}
