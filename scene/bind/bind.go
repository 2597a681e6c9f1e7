package bind

import (
	"image/color"
	"math"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
)

// Property is what a Binding changes.
type Property uint8

// The properties. x is signal·Gain + Offset.
const (
	RotateRate  Property = iota // turn on about Axis at x rad/s
	RotateAngle                 // stand turned about Axis by x rad
	Translate                   // stand moved along Axis by x metres
	Scale                       // be scaled by x along Axis; with a zero Axis in all directions
	Visible                     // be seen while x ≥ 0.5
	Opacity                     // x, 0 … 1
	Colour                      // by Ramp over the signal itself
)

// Stop is a point of a colour ramp.
type Stop struct {
	At     float64 // SI value of the signal
	Colour color.NRGBA
}

// Binding lets a signal change a node.
type Binding struct {
	Signal       twin.SignalID
	Node         scene.NodeID
	Property     Property
	Axis         mgl64.Vec3 // unit vector in the frame of the node
	Gain, Offset float64
	Ramp         []Stop // rising in At; outside its ends the end colours hold
}

// Set is all bindings of a scene, by node.
type Set struct {
	scene  *scene.Scene
	groups []group
	byNode map[scene.NodeID]int

	seen       uint64 // generation, origin and time of the last snapshot
	origin     twin.Origin
	at         int64
	snap       *twin.Snapshot
	fresh      bool // the next Apply writes everything
	inMotion   []int
	nextMotion []int
}

// group is the bindings of one node.
type group struct {
	node   scene.NodeID
	base   scene.Transform
	style  scene.Style
	alarm  int
	items  []item
	moving bool
}

type item struct {
	Binding
	shown  float64 // what the scene shows: phase, angle, offset, scale
	target float64
	known  bool
}

// New compiles bindings. The present transforms and styles of their nodes are what they start from.
func New(s *scene.Scene, bindings []Binding) *Set {
	set := &Set{scene: s, byNode: map[scene.NodeID]int{}, fresh: true}
	for _, b := range bindings {
		g := &set.groups[set.group(b.Node)]
		g.items = append(g.items, item{Binding: b, shown: neutral(b.Property)})
	}
	return set
}

func neutral(p Property) float64 {
	if p == Scale {
		return 1
	}
	return 0
}

// group returns the index of the group of a node, made if it is not there.
func (s *Set) group(node scene.NodeID) int {
	i, ok := s.byNode[node]
	if !ok {
		i = len(s.groups)
		n := s.scene.Node(node)
		s.groups = append(s.groups, group{node: node, base: n.Local, style: n.Style})
		s.byNode[node] = i
	}
	return i
}

// SetAlarm marks a node with an alarm priority, 1 to 4; 0 takes it away.
func (s *Set) SetAlarm(node scene.NodeID, priority int) {
	if i, ok := s.byNode[node]; !ok && priority == 0 || ok && s.groups[i].alarm == priority {
		return
	}
	s.groups[s.group(node)].alarm = priority
	s.fresh = true
}

// SetRamp replaces the colours of all Colour bindings: of is asked for each stop of each binding, as after a change of
// the theme.
func (s *Set) SetRamp(of func(b *Binding, stop int) color.NRGBA) {
	for g := range s.groups {
		for i := range s.groups[g].items {
			b := &s.groups[g].items[i].Binding
			for k := range b.Ramp {
				b.Ramp[k].Colour = of(b, k)
			}
		}
	}
	s.fresh = true
}

// maxTurn bounds the plant time by which a rate turns a part in one frame: a cursor that jumps does not whirl, and a
// fast replay turns parts no faster than the eye can follow.
const maxTurn = 250 * time.Millisecond

// glide is the time constant with which positions follow their values.
const glide = 180 * time.Millisecond

// Apply writes a snapshot into the scene. plant is how much of the plant's time passed since the last call (negative when
// playing backwards, 0 when paused), wall how much of ours. It reports whether the scene changed.
func (s *Set) Apply(snap *twin.Snapshot, plant, wall time.Duration) bool {
	before := s.scene.Generation()
	turn := min(max(plant, -maxTurn), maxTurn).Seconds()
	follow := 1.0
	if wall < 10*glide {
		follow = 1 - math.Exp(-max(wall, 0).Seconds()/glide.Seconds())
	}
	s.nextMotion = s.nextMotion[:0]
	if s.fresh || snap != s.snap || snap.Generation != s.seen || snap.Origin != s.origin || snap.Time != s.at {
		if s.fresh {
			follow = 1
		}
		s.fresh, s.snap, s.seen, s.origin, s.at = false, snap, snap.Generation, snap.Origin, snap.Time
		for i := range s.groups {
			s.take(&s.groups[i], snap)
			s.move(i, turn, follow)
		}
	} else {
		for _, i := range s.inMotion {
			s.move(i, turn, follow)
		}
	}
	s.inMotion, s.nextMotion = s.nextMotion, s.inMotion
	return s.scene.Generation() != before
}

// take reads the values of a group and writes its style.
func (s *Set) take(g *group, snap *twin.Snapshot) {
	style := g.style
	state := scene.Alarm(g.alarm)
	for i := range g.items {
		it := &g.items[i]
		v := snap.At(it.Signal)
		state |= stateOf(v.Quality)
		it.known = v.Quality.Usable()
		if !it.known {
			if it.Property == RotateRate {
				it.target = 0
			}
			continue // what is not known stays where it was, and is marked
		}
		x := v.Value*it.Gain + it.Offset
		it.target = x
		switch it.Property {
		case Visible:
			style.Visible = style.Visible && x >= .5
		case Opacity:
			style.Opacity *= float32(min(max(x, 0), 1))
		case Colour:
			style.Tint = ramp(it.Ramp, v.Value)
		}
	}
	style.State = state
	s.scene.SetStyle(g.node, style)
}

// move turns and moves a group towards its targets.
func (s *Set) move(index int, turn, follow float64) {
	g := &s.groups[index]
	local := g.base
	kinetic, again := false, false
	for i := range g.items {
		it := &g.items[i]
		switch it.Property {
		case RotateRate:
			it.shown = math.Mod(it.shown+it.target*turn, 2*math.Pi)
			again = again || it.target != 0
			local.Rotation = local.Rotation.Mul(mgl64.QuatRotate(it.shown, it.Axis))
		case RotateAngle:
			d := math.Remainder(it.target-it.shown, 2*math.Pi)
			it.shown, again = approach(it.shown, it.shown+d, follow, again)
			local.Rotation = local.Rotation.Mul(mgl64.QuatRotate(it.shown, it.Axis))
		case Translate:
			it.shown, again = approach(it.shown, it.target, follow, again)
			local.Translation = local.Translation.Add(local.Rotation.Rotate(it.Axis.Mul(it.shown)))
		case Scale:
			it.shown, again = approach(it.shown, it.target, follow, again)
			for k := range 3 {
				f := it.shown
				if it.Axis != (mgl64.Vec3{}) {
					f = 1 + (it.shown-1)*math.Abs(it.Axis[k])
				}
				local.Scale[k] *= max(f, 1e-6) // a scale of zero has no inverse
			}
		default:
			continue
		}
		kinetic = true
	}
	if kinetic {
		s.scene.SetLocal(g.node, local)
	}
	if again {
		s.nextMotion = append(s.nextMotion, index)
	}
}

// approach glides from a to b; again says whether it is still on its way.
func approach(a, b, follow float64, again bool) (float64, bool) {
	d := b - a
	if math.Abs(d) < 1e-4 {
		return b, again
	}
	if follow >= 1 {
		return b, again
	}
	return a + d*follow, true
}

// Moving reports whether anything would move although the snapshot stayed the same.
func (s *Set) Moving() bool { return len(s.inMotion) > 0 }

func stateOf(q twin.Quality) scene.State {
	switch q {
	case twin.Good, twin.Manual, twin.Estimated:
		return 0
	case twin.Predicted:
		return scene.Predicted
	case twin.Stale, twin.NoData, twin.Offline:
		return scene.Stale
	}
	return scene.Bad
}

// ramp mixes the colours of the two stops around v, in sRGB.
func ramp(stops []Stop, v float64) color.NRGBA {
	if len(stops) == 0 {
		return color.NRGBA{}
	}
	if v <= stops[0].At {
		return stops[0].Colour
	}
	for i := 1; i < len(stops); i++ {
		if a, b := stops[i-1], stops[i]; v < b.At {
			t := (v - a.At) / (b.At - a.At)
			mix := func(x, y uint8) uint8 { return uint8(float64(x) + t*(float64(y)-float64(x)) + .5) }
			return color.NRGBA{mix(a.Colour.R, b.Colour.R), mix(a.Colour.G, b.Colour.G), mix(a.Colour.B, b.Colour.B), mix(a.Colour.A, b.Colour.A)}
		}
	}
	return stops[len(stops)-1].Colour
}
