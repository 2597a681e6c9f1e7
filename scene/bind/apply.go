package bind

import (
	"math"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/twin"
)

const (
	// glide is the time in which what is left of a way shrinks to 1/e. Samples come about once a second: this hides their
	// jumps and lags less than an eye notices.
	glide = 150 * time.Millisecond
	// maxTurnRad bounds how far a part turns per call. Faster, as when days pass in seconds, it would only flicker.
	maxTurnRad = 0.5
	// nearEnough ends a glide: 0.1 mrad, 0.1 mm.
	nearEnough = 1e-4
)

// Apply writes a snapshot into the scene. plant is how much of the plant's time passed since the last call (negative when
// playing backwards, 0 when paused), wall how much of ours. It reports whether the scene changed.
func (s *Set) Apply(snap *twin.Snapshot, plant, wall time.Duration) bool {
	before := s.scene.Generation()
	p := pass{snap: snap, turnSec: plant.Seconds(), follow: 1}
	if !s.fresh && wall < 10*glide {
		p.follow = 1 - math.Exp(-max(wall, 0).Seconds()/glide.Seconds())
	}
	s.next = s.next[:0]
	if s.fresh || snap != s.snap || snap.Generation != s.generation || snap.Time != s.time || snap.Origin != s.origin {
		s.fresh, s.snap, s.generation, s.time, s.origin = false, snap, snap.Generation, snap.Time, snap.Origin
		for i := range s.groups {
			s.take(&s.groups[i], snap)
			s.move(int32(i), &p)
		}
	} else {
		for _, i := range s.moving {
			s.move(i, &p)
		}
	}
	s.moving, s.next = s.next, s.moving
	return s.scene.Generation() != before
}

// pass is what all bindings share in one Apply.
type pass struct {
	snap    *twin.Snapshot
	turnSec float64 // of plant time
	follow  float64 // the part of a way that is made now, 0 to 1
}

// take reads the values of a group and writes its style if one of them changed.
func (s *Set) take(g *group, snap *twin.Snapshot) {
	items := s.items[g.first:g.last]
	changed := false
	for i := range items {
		if items[i].take(snap) {
			changed = true
		}
	}
	if changed {
		s.scene.SetStyle(g.node, s.dressed(g, items))
	}
}

// take reads the value and reports whether it, or its quality, changed.
func (it *item) take(snap *twin.Snapshot) bool {
	v := snap.At(it.Signal)
	q := v.Quality
	if q.Class() != twin.BadClass && (math.IsNaN(v.Value) || math.IsInf(v.Value, 0)) {
		q = twin.SensorFault
	}
	if q == twin.Predicted && snap.Origin == twin.Simulated {
		q = twin.Estimated // all that is shown is predicted, and the frame of the view says so: no mark on each part
	}
	if it.seen && v.Value == it.value && q == it.quality {
		return false
	}
	it.value, it.quality, it.seen = v.Value, q, true
	bad := q.Class() == twin.BadClass
	switch {
	case it.Property == RotateRate:
		it.want = 0 // a speed that is not known turns nothing
		if q.Usable() {
			it.want = it.number(v.Value)
		}
	case it.Property == Colour:
		it.tint.A = 0
		if !bad && len(it.Ramp) > 0 {
			it.tint = it.colour(v.Value) // of a stale value too, under its hatch
		}
	case !bad: // where nobody knows better, things stay where they were
		it.want = it.number(v.Value)
		if it.Property == Visible || it.Property == Opacity {
			it.now, it.held = it.want, true
		}
	}
	return true
}

// move turns and moves a group towards what its values ask for.
func (s *Set) move(index int32, p *pass) {
	g := &s.groups[index]
	if !g.moves {
		return
	}
	items := s.items[g.first:g.last]
	moved, again := false, false
	for i := range items {
		m, a := items[i].step(p)
		moved, again = moved || m, again || a
	}
	if moved {
		s.scene.SetLocal(g.node, g.placed(items))
	}
	if again {
		s.next = append(s.next, index)
	}
}

// step moves one binding on. moved: its number changed; again: it will change with the same value too.
func (it *item) step(p *pass) (moved, again bool) {
	switch it.Property {
	case RotateRate:
		rad := min(max(it.want*p.turnSec, -maxTurnRad), maxTurnRad)
		if rad == 0 {
			return false, it.want != 0
		}
		it.now, it.held = math.Remainder(it.now+rad, 2*math.Pi), true
		return true, true
	case RotateAngle, Translate, Scale:
	default:
		return false, false
	}
	if !it.held {
		if it.quality.Class() == twin.BadClass {
			return false, false // never known
		}
		it.now, it.held = it.want, true
		return true, false
	}
	left := it.want - it.now
	if it.Property == RotateAngle {
		left = math.Remainder(left, 2*math.Pi) // the short way round
	}
	switch {
	case it.want == it.now:
		return false, false
	case math.Abs(left) < nearEnough || p.follow >= 1:
		it.now = it.want
		return true, false
	}
	it.now += left * p.follow
	return true, true
}

// turn is mgl64.QuatRotate with one call for sine and cosine.
func turn(rad float64, axis mgl64.Vec3) mgl64.Quat {
	sin, cos := math.Sincos(rad / 2)
	return mgl64.Quat{W: cos, V: axis.Mul(sin)}
}
