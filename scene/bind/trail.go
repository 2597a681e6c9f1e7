package bind

import (
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
)

const (
	// trailPoints is how many points a trail remembers over its window.
	trailPoints = 240
	// jump is the difference between the time that a snapshot is of and the time that went by, above which nobody knows
	// what a part did in between.
	jump = 2 * time.Second
	// leastWay is how far a part moves, metres, before its trail gets another point.
	leastWay = 1e-3
)

// trail is the way of a part. It holds only places at which the part was shown, in the order of the plant's time: going
// back takes away what has not happened yet, and a jump takes away all.
type trail struct {
	shown
	centre mgl64.Vec3 // of the part, in its own frame
	times  []int64    // of points, ns since the Unix epoch
	points []mgl64.Vec3
	drawn  []mgl64.Vec3 // points, and where the part is now
	broken bool         // its place is not known
}

func newTrail(s *scene.Scene, b *Binding) *trail {
	return &trail{centre: boxOf(s, b.Node).Center(), times: make([]int64, 0, trailPoints+1), points: make([]mgl64.Vec3, 0, trailPoints+1),
		drawn: make([]mgl64.Vec3, 0, trailPoints+2)}
}

// follow keeps the time that is shown, and reports a jump of it: the time of a snapshot against the time that went by.
func (s *Set) follow(at int64, plant time.Duration) (jumped bool) {
	expected := s.shown + int64(plant)
	if s.fresh || at != s.time {
		d := time.Duration(at - expected)
		jumped = s.fresh || d > jump || d < -jump
		s.shown = at
		return jumped
	}
	s.shown = expected
	return false
}

// follow adds where the part is now and lets go of what is too old.
func (t *trail) follow(s *Set, it *item, jumped bool) {
	if jumped {
		t.clear()
	}
	now, window := s.shown, int64(it.b.Window)
	old := 0
	for old < len(t.times) && t.times[old] < now-window {
		old++
	}
	t.times, t.points = t.times[:copy(t.times, t.times[old:])], t.points[:copy(t.points, t.points[old:])]
	for n := len(t.times); n > 0 && t.times[n-1] > now; n-- {
		t.times, t.points = t.times[:n-1], t.points[:n-1]
	}
	if s.placeless(it) {
		t.broken = true
	} else {
		if t.broken {
			t.clear() // nobody knows the way between
			t.broken = false
		}
		t.add(mgl64.TransformCoordinate(t.centre, s.scene.World(it.b.Node)), now, window)
	}
	t.draw(s.scene, it)
}

func (t *trail) clear() { t.times, t.points, t.drawn = t.times[:0], t.points[:0], t.drawn[:0] }

// add notes a place, if the part moved and time went by.
func (t *trail) add(at mgl64.Vec3, now, window int64) {
	n := len(t.points)
	if n > 0 && (now-t.times[n-1] < window/trailPoints || at.Sub(t.points[n-1]).Len() < leastWay) || n > trailPoints {
		t.drawn = append(t.drawn[:0], t.points...)
		if at.Sub(t.points[n-1]).Len() >= leastWay {
			t.drawn = append(t.drawn, at)
		}
		return
	}
	t.times, t.points = append(t.times, now), append(t.points, at)
	t.drawn = append(t.drawn[:0], t.points...)
}

// draw shows the trail when it changed.
func (t *trail) draw(s *scene.Scene, it *item) {
	g := scene.Glyph{Kind: scene.Trail, Node: scene.Root, Colour: it.tint, State: mark(it.quality), WidthPx: it.b.WidthPx}
	if g.WidthPx == 0 {
		g.WidthPx = trailPx
	}
	if t.broken {
		t.drawn = append(t.drawn[:0], t.points...)
	}
	if it.tint.A > 0 && !it.hidden && len(t.drawn) > 1 && s.Effective(it.b.Node).Visible {
		g.Points = t.drawn
	}
	t.put(s, g)
}

// placeless reports whether nobody knows where a part is: a binding that moves it has no good value, or the trail's own
// value has none.
func (s *Set) placeless(it *item) bool {
	if it.source.Given() && it.quality.Class() == twin.BadClass {
		return true
	}
	for _, other := range s.of(it.b.Node) {
		if channelOf(other.property) == toLocal && other.quality.Class() == twin.BadClass {
			return true
		}
	}
	return false
}
