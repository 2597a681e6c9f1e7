package scene

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// steering moves the eye as long as keys are held, and lets it run out gently.
type steering struct {
	wish     mgl64.Vec3 // to the right, up and forward, in the speed of the scene
	velocity mgl64.Vec3 // the same, metres per second
}

// steerSec is the time in which the speed comes near to what is wished for, by a factor of e.
const steerSec = 0.12

// Steer flies: way says how fast to go along the view's right, world up, and the view's forward direction, where 1 is
// Speed; zero lets it run out. Update carries it out until another Steer or Stop. Directions turn with Look. In a parallel
// view, where nothing comes nearer, forward enlarges. A way that is no number is ignored.
func (o *Orbit) Steer(way mgl64.Vec3) {
	if l := way.Dot(way); math.IsNaN(l) || math.IsInf(l, 0) {
		return
	}
	if way != (mgl64.Vec3{}) {
		o.flying, o.zoomLeft = false, 0
	}
	o.steering.wish = way
}

// Speed is how fast Steer goes at 1, metres per second: half the way to the target each second, and not out of proportion
// with the scene.
func (o *Orbit) Speed() float64 {
	speed := 0.5 * o.distance
	if !o.bounds.Empty() {
		d := o.bounds.Diagonal()
		speed = mgl64.Clamp(speed, d/200, math.Max(d/2, 1e-3))
	}
	return speed
}

func (s *steering) still() bool { return s.wish == (mgl64.Vec3{}) && s.velocity == (mgl64.Vec3{}) }

// steer carries the flight on.
func (o *Orbit) steer(dtSec float64) {
	s := &o.steering
	dt, speed := mgl64.Clamp(dtSec, 0, 0.1), o.Speed()
	s.velocity = s.velocity.Add(s.wish.Mul(speed).Sub(s.velocity).Mul(1 - math.Exp(-dt/steerSec)))
	if s.wish == (mgl64.Vec3{}) && s.velocity.Len() < 0.01*speed {
		s.velocity = mgl64.Vec3{}
		return
	}
	right, _, forward := o.Camera().Axes()
	step := s.velocity.Mul(dt)
	way := right.Mul(step[0]).Add(mgl64.Vec3{0, step[1], 0})
	if o.ortho {
		o.distance = o.clampDistance(o.distance * math.Exp(-step[2]/o.distance))
	} else {
		way = way.Add(forward.Mul(step[2]))
	}
	o.target = o.keepNear(o.target.Add(way))
}
