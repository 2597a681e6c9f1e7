package bind

import (
	"math"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
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
	wall = max(wall, 0)
	p := pass{snap: snap, turnSec: plant.Seconds(), wallSec: wall.Seconds(), follow: 1}
	if !s.fresh && wall < 10*glide {
		p.follow = 1 - math.Exp(-p.wallSec/glide.Seconds())
	}
	s.clock += wall
	s.deforms = false
	jumped := s.follow(snap.Time, plant)
	s.next = s.next[:0]
	if s.fresh || snap != s.snap || snap.Generation != s.generation || snap.Time != s.time || snap.Origin != s.origin {
		s.fresh, s.snap, s.generation, s.time, s.origin = false, snap, snap.Generation, snap.Time, snap.Origin
		for i := range s.groups {
			g := &s.groups[i]
			s.write(int32(i), s.take(g, snap), &p)
		}
	} else {
		for _, i := range s.moving {
			s.write(i, 0, &p)
		}
	}
	s.moving, s.next = s.next, s.moving
	for _, i := range s.trails {
		s.items[i].trail.follow(s, &s.items[i], jumped)
	}
	if s.deforms {
		s.scene.Deform()
	}
	return s.scene.Generation() != before
}

// pass is what all bindings share in one Apply.
type pass struct {
	snap    *twin.Snapshot
	turnSec float64 // of plant time
	wallSec float64
	follow  float64 // the part of a way that is made now, 0 to 1
}

// take reads the values of a group and says what has to be written of it.
func (s *Set) take(g *group, snap *twin.Snapshot) channel {
	items := s.items[g.first:g.last]
	out := channel(0)
	for i := range items {
		if items[i].take(snap, s.clock) {
			out |= toStyle
			if items[i].property.sign() {
				out |= toSign
			}
		}
	}
	return out
}

// write turns and moves a group towards what its values ask for, and writes what changed.
func (s *Set) write(index int32, what channel, p *pass) {
	g := &s.groups[index]
	if !g.moves && what == 0 {
		return
	}
	items := s.items[g.first:g.last]
	again := false
	if g.moves {
		for i := range items {
			m, a := items[i].step(p)
			if m {
				what |= channelOf(items[i].property)
			}
			again = again || a
		}
	}
	if what&toLocal != 0 {
		s.scene.SetLocal(g.node, g.placed(items))
	}
	if what&toStyle != 0 {
		s.scene.SetStyle(g.node, s.dressed(g, items))
	}
	if what&(toSign|toClip) != 0 {
		for i := range items {
			s.show(&items[i])
		}
	}
	if again {
		s.next = append(s.next, index)
	}
}

// show draws the sign of a binding, or poses its clip.
func (s *Set) show(it *item) {
	switch it.property {
	case Arrow, Flow:
		it.sign.draw(s.scene, it)
	case ClipPosition, ClipRate:
		if it.held && it.motion.pose(s.scene, it.now) {
			s.deforms = true
		}
	}
}

// turn is mgl64.QuatRotate with one call for sine and cosine.
func turn(rad float64, axis mgl64.Vec3) mgl64.Quat {
	sin, cos := math.Sincos(rad / 2)
	return mgl64.Quat{W: cos, V: axis.Mul(sin)}
}

// placed returns the transform of a node with all its bindings. Turns and moves stand in its frame at rest.
func (g *group) placed(items []item) scene.Transform {
	out := g.rest
	for i := range items {
		it := &items[i]
		if !it.held {
			continue
		}
		switch it.property {
		case RotateRate, RotateAngle:
			out.Rotation = out.Rotation.Mul(turn(it.now, it.axis))
		case Translate:
			out.Translation = out.Translation.Add(g.rest.Rotation.Rotate(it.axis.Mul(it.now)))
		case Scale:
			for k := range out.Scale {
				f := it.now
				if it.axis != (mgl64.Vec3{}) {
					f = 1 + (it.now-1)*max(it.axis[k], -it.axis[k])
				}
				out.Scale[k] *= max(f, 1e-6) // a scale of zero has no inverse
			}
		}
	}
	return out
}
