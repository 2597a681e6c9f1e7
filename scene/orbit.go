package scene

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// View is a standard view.
type View uint8

// The standard views, with the keys that viewers give them.
const (
	Front  View = iota // 1: looking along -Z
	Back               // Ctrl+1
	Right              // 3: looking along -X
	Left               // Ctrl+3
	Top                // 7
	Bottom             // Ctrl+7
	Iso                // 9: from the front, the right and above
)

// MaxPitchRad is how far the camera may look up or down: 0.99 · 90°, so that up stays up.
const MaxPitchRad = 0.99 * math.Pi / 2

// Orbit moves a camera from pointer input, and in smooth animations that Update drives. It keeps +Y up. It starts no
// goroutine and reads no clock. What comes in and is no number changes nothing.
type Orbit struct {
	target   mgl64.Vec3
	yaw      float64 // rad about +Y; 0 looks along -Z
	pitch    float64 // rad; positive looks down
	distance float64
	fov      float64
	ortho    bool

	bounds Bounds
	floor  float64 // height of the ground; -Inf for none
	pivot  mgl64.Vec3

	flying           bool
	from, to         pose
	elapsed, seconds float64
	zoomLeft         float64    // logarithm of the zoom that is still to be done
	zoomAt           mgl64.Vec3 // the point that stays under the cursor
	steering         steering
}

type pose struct {
	target               mgl64.Vec3
	yaw, pitch, distance float64
}

// NewOrbit returns a controller that starts with this camera.
func NewOrbit(c Camera) *Orbit {
	o := &Orbit{bounds: NoBounds(), floor: math.Inf(-1)}
	if !c.Finite() {
		c = Camera{}
	}
	o.SetCamera(c)
	return o
}

// SetBounds tells the extent of the scene, which limits how far out one may zoom and pan. One that is not finite is ignored.
func (o *Orbit) SetBounds(b Bounds) {
	if b.Empty() || b.Min.Dot(b.Min)+b.Max.Dot(b.Max) < farthest*farthest {
		o.bounds = b
	}
}

// SetFloor tells the height of the ground, which Frame keeps the eye above where it was above; -Inf for none.
func (o *Orbit) SetFloor(y float64) {
	if y == y {
		o.floor = y
	}
}

// Camera returns the camera of this moment.
func (o *Orbit) Camera() Camera {
	return Camera{Eye: o.eye(), Target: o.target, Up: mgl64.Vec3{0, 1, 0}, FovYRad: o.fov, Ortho: o.ortho}
}

// SetCamera jumps to a camera and ends any motion. One that is not finite is ignored.
func (o *Orbit) SetCamera(c Camera) {
	if !c.Finite() {
		return
	}
	c = c.Normalized()
	o.fov, o.ortho = c.FovYRad, c.Ortho
	o.setPose(poseOf(c))
	o.Stop()
}

// Stop ends any motion where it is.
func (o *Orbit) Stop() { o.flying, o.zoomLeft, o.steering = false, 0, steering{} }

// Moving reports whether a motion is under way, so that the next Update will change the camera.
func (o *Orbit) Moving() bool { return o.flying || o.zoomLeft != 0 || !o.steering.still() }

func poseOf(c Camera) pose {
	_, _, f := c.Axes()
	p := pose{target: c.Target, distance: c.Distance()}
	p.pitch = clampPitch(math.Asin(mgl64.Clamp(-f[1], -1, 1)))
	if math.Hypot(f[0], f[2]) > 1e-9 {
		p.yaw = math.Atan2(-f[0], -f[2])
	} else if up := c.Up; math.Hypot(up[0], up[2]) > 1e-9 { // straight down: yaw is where the top of the view points
		p.yaw = math.Atan2(-up[0], -up[2])
	}
	return p
}

func clampPitch(p float64) float64 { return mgl64.Clamp(p, -MaxPitchRad, MaxPitchRad) }

func (o *Orbit) pose() pose { return pose{o.target, o.yaw, o.pitch, o.distance} }

func (o *Orbit) setPose(p pose) {
	o.target, o.yaw, o.pitch, o.distance = p.target, math.Remainder(p.yaw, 2*math.Pi), clampPitch(p.pitch), o.clampDistance(p.distance)
}

// clampDistance keeps the eye between 5 mm and a few scene diagonals from the target.
func (o *Orbit) clampDistance(d float64) float64 {
	farthest := 1e7
	if !o.bounds.Empty() {
		farthest = math.Max(10, 4*o.bounds.Diagonal())
	}
	return mgl64.Clamp(d, 0.005, farthest)
}

// keepSound goes back to what was before when a number has come in that is none, or beyond all measure.
func (o *Orbit) keepSound(before Orbit) {
	sum := o.pivot.Dot(o.pivot) + o.zoomAt.Dot(o.zoomAt) + o.to.target.Dot(o.to.target) + o.zoomLeft*o.zoomLeft + o.elapsed*o.elapsed
	if !(o.Camera().Finite() && sum < farthest*farthest) { // NaN counts too
		*o = before
		o.Stop()
	}
}

func (o *Orbit) forward() mgl64.Vec3 { return direction(o.yaw, o.pitch) }

func direction(yaw, pitch float64) mgl64.Vec3 {
	return mgl64.Vec3{-math.Sin(yaw) * math.Cos(pitch), -math.Sin(pitch), -math.Cos(yaw) * math.Cos(pitch)}
}

func (o *Orbit) eye() mgl64.Vec3 { return o.target.Sub(o.forward().Mul(o.distance)) }

// Grab sets the point that Turn turns about, usually what lies under the pointer; it ends any motion.
func (o *Orbit) Grab(pivot mgl64.Vec3) {
	defer o.keepSound(*o)
	o.Stop()
	o.pivot = pivot
}

// Turn orbits about the grabbed point: dragging across the height of the view turns by 180°.
func (o *Orbit) Turn(dxPx, dyPx, heightPx float64) {
	defer o.keepSound(*o)
	dyaw := -dxPx / heightPx * math.Pi
	dpitch := clampPitch(o.pitch+dyPx/heightPx*math.Pi) - o.pitch
	eye := o.eye()
	right := mgl64.Vec3{math.Cos(o.yaw), 0, -math.Sin(o.yaw)}
	turn := mgl64.QuatRotate(dyaw, mgl64.Vec3{0, 1, 0}).Mul(mgl64.QuatRotate(-dpitch, right))
	eye = o.pivot.Add(turn.Rotate(eye.Sub(o.pivot)))
	o.yaw, o.pitch = math.Remainder(o.yaw+dyaw, 2*math.Pi), o.pitch+dpitch
	o.target = eye.Add(o.forward().Mul(o.distance))
}

// Pan shifts the view so that the grabbed point follows the pointer.
func (o *Orbit) Pan(dxPx, dyPx, heightPx float64) {
	defer o.keepSound(*o)
	o.Stop()
	c := o.Camera()
	px := c.PixelSize(o.target, heightPx)
	if d := o.pivot.Sub(c.Eye).Dot(o.forward()); !o.ortho && d > 0 && d < 20*o.distance {
		px = c.PixelSize(o.pivot, heightPx)
	}
	right, up, _ := c.Axes()
	shift := right.Mul(-dxPx * px).Add(up.Mul(dyPx * px))
	o.target = o.keepNear(o.target.Add(shift))
}

// keepNear keeps the target within two diagonals of the scene.
func (o *Orbit) keepNear(p mgl64.Vec3) mgl64.Vec3 {
	if o.bounds.Empty() {
		return p
	}
	reach := math.Max(10, 2*o.bounds.Diagonal())
	c := o.bounds.Center()
	for k := range p {
		p[k] = mgl64.Clamp(p[k], c[k]-reach, c[k]+reach)
	}
	return p
}

// Zoom moves in by steps (of a wheel; negative moves out), towards the point at, which stays under the pointer.
// The motion is smooth: Update carries it out.
func (o *Orbit) Zoom(steps float64, at mgl64.Vec3) {
	defer o.keepSound(*o)
	o.flying = false
	o.zoomLeft = mgl64.Clamp(o.zoomLeft-steps*0.18, -3, 3)
	o.zoomAt = at
}

// ZoomNow is Zoom without the motion.
func (o *Orbit) ZoomNow(steps float64, at mgl64.Vec3) {
	defer o.keepSound(*o)
	o.flying = false
	o.scale(math.Exp(-steps*0.18), at)
}

// scale brings eye and target nearer to a point by a factor below 1, or away from it by one above.
func (o *Orbit) scale(factor float64, at mgl64.Vec3) {
	want := o.distance * factor
	got := o.clampDistance(want)
	if got > want && factor < 1 && !o.ortho { // at the least distance: walk on instead of stopping
		eye := o.eye()
		step := eye.Sub(at).Mul(factor - 1)
		o.target = o.keepNear(o.target.Add(step))
		return
	}
	f := got / o.distance
	o.target = o.keepNear(at.Add(o.target.Sub(at).Mul(f)))
	o.distance = got
}

// Walk moves eye and target together, in metres along the view's right, world up, and the view's forward direction.
func (o *Orbit) Walk(right, up, forward float64) {
	defer o.keepSound(*o)
	o.Stop()
	r, _, f := o.Camera().Axes()
	o.target = o.keepNear(o.target.Add(r.Mul(right)).Add(mgl64.Vec3{0, up, 0}).Add(f.Mul(forward)))
}

// Look turns the head: the eye stays where it is. Positive angles look to the left and down, radians. A flight by Steer goes
// on.
func (o *Orbit) Look(dYaw, dPitch float64) {
	defer o.keepSound(*o)
	o.flying, o.zoomLeft = false, 0
	eye := o.eye()
	o.yaw, o.pitch = math.Remainder(o.yaw+dYaw, 2*math.Pi), clampPitch(o.pitch+dPitch)
	o.target = eye.Add(o.forward().Mul(o.distance))
}

// Follow shifts eye and target by a vector, to track a moving node; motions go on.
func (o *Orbit) Follow(shift mgl64.Vec3) {
	defer o.keepSound(*o)
	o.target = o.target.Add(shift)
	o.from.target, o.to.target = o.from.target.Add(shift), o.to.target.Add(shift)
	o.zoomAt, o.pivot = o.zoomAt.Add(shift), o.pivot.Add(shift)
}

// Fly moves smoothly to a camera, in 0.2 to 0.7 s by how far it is. The projection changes at once. A
// camera that is not finite is ignored.
func (o *Orbit) Fly(c Camera) {
	if !c.Finite() {
		return
	}
	c = c.Normalized()
	o.fov, o.ortho = c.FovYRad, c.Ortho
	to := poseOf(c)
	to.distance = o.clampDistance(to.distance)
	o.flyTo(to)
}

func (o *Orbit) flyTo(to pose) {
	o.Stop()
	from := o.pose()
	to.yaw = from.yaw + math.Remainder(to.yaw-from.yaw, 2*math.Pi) // the short way round
	turn := math.Acos(mgl64.Clamp(direction(from.yaw, from.pitch).Dot(direction(to.yaw, to.pitch)), -1, 1)) / math.Pi
	zoom := math.Abs(math.Log(to.distance/from.distance)) / 4
	shift := to.target.Sub(from.target).Len() / (from.distance + to.distance)
	if turn < 1e-9 && zoom < 1e-9 && shift < 1e-9 {
		o.setPose(to)
		return
	}
	o.from, o.to, o.flying, o.elapsed = from, to, true, 0
	o.seconds = mgl64.Clamp(0.2+0.5*math.Max(turn, math.Max(zoom, shift)), 0.2, 0.7)
}

// Frame flies to where b fills the view, keeping the direction, but for one that looks up from below the ground. An empty box
// changes nothing.
func (o *Orbit) Frame(b Bounds, aspect float64) {
	defer o.keepSound(*o)
	if b.Empty() {
		return
	}
	c := o.Camera().Framed(b, aspect)
	to := o.pose()
	if o.flying { // keep the direction that was asked for before
		to.yaw, to.pitch = o.to.yaw, o.to.pitch
		c = Camera{Eye: c.Target.Sub(direction(to.yaw, to.pitch)), Target: c.Target, FovYRad: o.fov, Ortho: o.ortho}.Framed(b, aspect)
	}
	if c.Eye[1] < o.floor && o.eye()[1] >= o.floor {
		to.pitch = abovePitchRad
		c = Camera{Eye: c.Target.Sub(direction(to.yaw, to.pitch)), Target: c.Target, FovYRad: o.fov, Ortho: o.ortho}.Framed(b, aspect)
	}
	to.target, to.distance = c.Target, o.clampDistance(c.Distance())
	o.flyTo(to)
}

// abovePitchRad is how a view looks down that would else be from below the ground.
const abovePitchRad = 0.12

// View flies to a standard view of the same target at the same distance.
func (o *Orbit) View(v View) {
	to := o.pose()
	switch v {
	case Front:
		to.yaw, to.pitch = 0, 0
	case Back:
		to.yaw, to.pitch = math.Pi, 0
	case Right:
		to.yaw, to.pitch = math.Pi/2, 0
	case Left:
		to.yaw, to.pitch = -math.Pi/2, 0
	case Top:
		to.yaw, to.pitch = 0, MaxPitchRad
	case Bottom:
		to.yaw, to.pitch = 0, -MaxPitchRad
	case Iso:
		to.yaw, to.pitch = math.Pi/4, math.Atan(1/math.Sqrt2)
	}
	o.flyTo(to)
}

// SetOrtho switches between parallel projection and perspective; the size of things at the target stays.
func (o *Orbit) SetOrtho(on bool) { o.ortho = on }

// Ortho reports whether the projection is parallel.
func (o *Orbit) Ortho() bool { return o.ortho }

// Update carries motions on by dtSec seconds and reports whether the camera changed.
func (o *Orbit) Update(dtSec float64) bool {
	defer o.keepSound(*o)
	changed := false
	if o.flying {
		changed = true
		o.elapsed += dtSec
		t := mgl64.Clamp(o.elapsed/o.seconds, 0, 1)
		e := t * t * (3 - 2*t)
		p := pose{
			target:   o.from.target.Add(o.to.target.Sub(o.from.target).Mul(e)),
			yaw:      o.from.yaw + (o.to.yaw-o.from.yaw)*e,
			pitch:    o.from.pitch + (o.to.pitch-o.from.pitch)*e,
			distance: o.from.distance * math.Pow(o.to.distance/o.from.distance, e),
		}
		if t >= 1 {
			p, o.flying = o.to, false
		}
		o.setPose(p)
	}
	if o.zoomLeft != 0 {
		changed = true
		step := o.zoomLeft * (1 - math.Exp(-dtSec/0.05)) // e-folding in 50 ms: crisp, not abrupt
		if math.Abs(o.zoomLeft) < 1e-3 {
			step = o.zoomLeft
		}
		o.zoomLeft -= step
		o.scale(math.Exp(step), o.zoomAt)
	}
	if !o.steering.still() {
		changed = true
		o.steer(dtSec)
	}
	return changed
}
