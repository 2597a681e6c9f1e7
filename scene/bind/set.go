package bind

import (
	"cmp"
	"image/color"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
)

// Set is all bindings of a scene, by node. Make it with New.
type Set struct {
	scene  *scene.Scene
	items  []item // grouped by node
	groups []group

	snap       *twin.Snapshot // applied last, with what it said then: its owner may fill it again
	generation uint64
	time       int64
	origin     twin.Origin
	fresh      bool    // the next Apply reads all values and lets nothing glide
	moving     []int32 // groups that move with the same snapshot too
	next       []int32
}

// group is one node with its bindings, items[first:last].
type group struct {
	node        scene.NodeID
	first, last int32
	rest        scene.Transform // of the node when the set was made
	style       scene.Style     // likewise
	moves       bool            // a binding writes its transform
	owns        owned
}

// owned says which parts of a node's style its bindings write.
type owned uint8

const (
	ownsVisible owned = 1 << iota
	ownsOpacity
	ownsTint
)

// item is one binding and what it holds.
type item struct {
	Binding
	value   float64 // seen last
	quality twin.Quality
	seen    bool
	held    bool        // now is in force
	now     float64     // number in force; of RotateRate, the angle
	want    float64     // number to reach; of RotateRate, the speed
	tint    color.NRGBA // of Colour; A 0 for none
}

const qualityFlags = scene.Stale | scene.Bad | scene.Predicted

// New compiles bindings for a scene, in which their nodes must be: see Check. The present transforms and styles of the
// nodes are what the bindings start from.
func New(s *scene.Scene, bindings []Binding) *Set {
	set := &Set{scene: s, fresh: true, items: make([]item, len(bindings))}
	for i, b := range bindings {
		if l := b.Axis.Len(); l > 0 {
			b.Axis = b.Axis.Mul(1 / l)
		}
		b.Curve, b.Ramp = slices.Clone(b.Curve), slices.Clone(b.Ramp)
		set.items[i] = item{Binding: b}
	}
	slices.SortStableFunc(set.items, func(a, b item) int { return cmp.Compare(a.Node, b.Node) })
	for i := range set.items {
		b := &set.items[i].Binding
		if i == 0 || set.items[i-1].Node != b.Node {
			n := s.Node(b.Node)
			set.groups = append(set.groups, group{node: b.Node, first: int32(i), rest: n.Local, style: n.Style})
		}
		g := &set.groups[len(set.groups)-1]
		g.last = int32(i + 1)
		switch b.Property {
		case Visible:
			g.owns |= ownsVisible
		case Opacity:
			g.owns |= ownsOpacity
		case Colour:
			g.owns |= ownsTint
		default:
			g.moves = true
		}
	}
	return set
}

// Len returns the number of bindings.
func (s *Set) Len() int { return len(s.items) }

// Moving reports whether Apply would change the scene although the snapshot stays the same: a rotor turns, or something
// glides.
func (s *Set) Moving() bool { return len(s.moving) > 0 }

// Turns reports whether a binding turns this node on and on, so that the box around it changes all the time.
func (s *Set) Turns(node scene.NodeID) bool {
	for _, it := range s.of(node) {
		if it.Property == RotateRate {
			return true
		}
	}
	return false
}

func (s *Set) of(node scene.NodeID) []item {
	i, found := slices.BinarySearchFunc(s.groups, node, func(g group, id scene.NodeID) int { return cmp.Compare(g.node, id) })
	if !found {
		return nil
	}
	return s.items[s.groups[i].first:s.groups[i].last]
}

// SetAlarm marks a node with an alarm priority, 1 to 4; 0 takes the mark away. The node need not have a binding.
func (s *Set) SetAlarm(node scene.NodeID, priority int) {
	st := s.scene.Node(node).Style
	st.State = st.State&^scene.State(st.State.Alarm()) | scene.Alarm(priority)
	s.scene.SetStyle(node, st)
}

// SetRamp replaces the colours of all Colour bindings: of is asked for each stop of each binding, as after a change of
// the theme.
func (s *Set) SetRamp(of func(b *Binding, stop int) color.NRGBA) {
	for i := range s.items {
		it := &s.items[i]
		for k := range it.Ramp {
			it.Ramp[k].Colour = of(&it.Binding, k)
		}
		if it.Property == Colour {
			it.seen = false
		}
	}
	s.snap = nil
}

// SyncPhases gives each turning part the angle that it has in another set of the same bindings, so that a second pose of
// the scene starts where the first stands.
func (s *Set) SyncPhases(from *Set) {
	if len(from.items) != len(s.items) {
		return
	}
	for i := range s.items {
		if it, other := &s.items[i], &from.items[i]; it.Property == RotateRate {
			it.now, it.held = other.now, other.held
		}
	}
	for i := range s.groups {
		if g := &s.groups[i]; g.moves {
			s.scene.SetLocal(g.node, g.placed(s.items[g.first:g.last]))
		}
	}
}

// placed returns the transform of a node with all its bindings. Turns and moves stand in its frame at rest.
func (g *group) placed(items []item) scene.Transform {
	out := g.rest
	for i := range items {
		it := &items[i]
		if !it.held {
			continue
		}
		switch it.Property {
		case RotateRate, RotateAngle:
			out.Rotation = out.Rotation.Mul(turn(it.now, it.Axis))
		case Translate:
			out.Translation = out.Translation.Add(g.rest.Rotation.Rotate(it.Axis.Mul(it.now)))
		case Scale:
			for k := range out.Scale {
				f := it.now
				if it.Axis != (mgl64.Vec3{}) {
					f = 1 + (it.now-1)*max(it.Axis[k], -it.Axis[k])
				}
				out.Scale[k] *= max(f, 1e-6) // a scale of zero has no inverse
			}
		}
	}
	return out
}

// dressed returns the style of a node: what its bindings own, the marks of their qualities, and the rest as it is.
func (s *Set) dressed(g *group, items []item) scene.Style {
	st := s.scene.Node(g.node).Style
	if g.owns&ownsVisible != 0 {
		st.Visible = g.style.Visible
	}
	if g.owns&ownsOpacity != 0 {
		st.Opacity = g.style.Opacity
	}
	if g.owns&ownsTint != 0 {
		st.Tint = g.style.Tint
	}
	st.State = st.State&^qualityFlags | g.style.State&qualityFlags
	for i := range items {
		it := &items[i]
		st.State |= mark(it.quality)
		switch it.Property {
		case Colour:
			if it.tint.A > 0 {
				st.Tint = it.tint
			}
		case Visible:
			st.Visible = st.Visible && (!it.held || it.now >= 0.5)
		case Opacity:
			if it.held {
				st.Opacity *= float32(min(max(it.now, 0), 1))
			}
		}
	}
	return st
}

// mark returns how a quality is shown on a node.
func mark(q twin.Quality) scene.State {
	switch q {
	case twin.Good, twin.Manual, twin.Estimated:
		return 0
	case twin.Predicted:
		return scene.Predicted
	case twin.Stale, twin.OutOfRange:
		return scene.Stale
	}
	return scene.Bad
}
