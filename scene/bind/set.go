package bind

import (
	"cmp"
	"image/color"
	"slices"
	"time"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
)

// Set is all bindings of a scene, by node. Make it with New.
type Set struct {
	scene  *scene.Scene
	items  []item // grouped by node
	groups []group
	index  []int32 // by the bindings given to New: their items
	trails []int32 // items

	snap       *twin.Snapshot // applied last, with what it said then: its owner may fill it again
	generation uint64
	time       int64
	origin     twin.Origin
	shown      int64                        // the moment of the plant that is shown, ns since the Unix epoch: time, and what went by since
	clock      time.Duration                // of ours, since the beginning
	fresh      bool                         // the next Apply reads all values and lets nothing glide
	deforms    bool                         // in this Apply, a clip changed shapes
	shades     map[scene.NodeID]color.NRGBA // over the colours of bindings; nil: none
	unshaded   map[scene.NodeID]color.NRGBA // tints of shaded nodes without such bindings, as they were
	moving     []int32                      // groups that move with the same snapshot too
	next       []int32
}

// group is one node with its bindings, items[first:last].
type group struct {
	node        scene.NodeID
	first, last int32
	rest        scene.Transform // of the node when the set was made
	style       scene.Style     // likewise
	moves       bool            // a binding has a number that goes on between values
	places      bool            // a binding writes its transform
	owns        owned
}

// New compiles bindings for a scene, in which their nodes must be: see Check. The present transforms and styles of the
// nodes are what the bindings start from.
func New(s *scene.Scene, bindings []Binding) *Set {
	set := &Set{scene: s, fresh: true, items: make([]item, len(bindings)), index: make([]int32, len(bindings))}
	own := slices.Clone(bindings)
	order := make([]int32, len(own))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(own[a].Node, own[b].Node) })
	for i, from := range order {
		set.index[from] = int32(i)
		set.items[i] = set.compile(&own[from])
		b := &own[from]
		if i == 0 || set.items[i-1].b.Node != b.Node {
			n := s.Node(b.Node)
			set.groups = append(set.groups, group{node: b.Node, first: int32(i), rest: n.Local, style: n.Style})
		}
		g := &set.groups[len(set.groups)-1]
		g.last = int32(i + 1)
		g.owns |= b.owns()
		g.moves = g.moves || channelOf(b.Property) != 0
		g.places = g.places || channelOf(b.Property) == toLocal
		if b.Property == Trail {
			set.trails = append(set.trails, int32(i))
		}
	}
	return set
}

// compile makes the item of a binding, which belongs to it from now on.
func (s *Set) compile(b *Binding) item {
	b.Curve, b.Ramp, b.Category = slices.Clone(b.Curve), slices.Clone(b.Ramp), slices.Clone(b.Category)
	it := item{b: b, property: b.Property, way: b.Interpolate, signal: b.Signal, axis: b.Axis}
	if l := b.Axis.Len(); l > 0 {
		it.axis = b.Axis.Mul(1 / l)
	}
	plain := b.Expr == nil && len(b.More) == 0
	if plain && !b.Property.sign() && b.Property != ClipPosition && b.Property != ClipRate {
		return it
	}
	it.extra = &extra{source: b.Source()}
	for _, more := range b.More {
		it.others = append(it.others, reading{source: more})
	}
	switch b.Property {
	case Gradient:
		it.others = slices.Insert(it.others, 0, reading{source: it.source})
		it.source = expression.Of(twin.NoSignal)
		it.blend = newBlend(&it)
	case Arrow, Flow:
		it.sign = newSign(s.scene, b)
	case Trail:
		it.trail = newTrail(s.scene, b)
	case ClipPosition, ClipRate:
		it.motion = newMotion(s.scene, b)
	}
	return it
}

// Len returns the number of bindings.
func (s *Set) Len() int { return len(s.items) }

// Moving reports whether Apply would change the scene although the snapshot stays the same: a rotor turns, or something
// glides.
func (s *Set) Moving() bool { return len(s.moving) > 0 }

// Turns reports whether a binding turns this node on and on, so that the box around it changes all the time.
func (s *Set) Turns(node scene.NodeID) bool {
	for _, it := range s.of(node) {
		if it.property == RotateRate || it.property == ClipRate {
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

// Recolour takes the colours of bindings anew, as after a change of the theme. They must be those that the set was made
// of, in their order, with other colours.
func (s *Set) Recolour(bindings []Binding) {
	if len(bindings) != len(s.index) {
		return
	}
	for i := range bindings {
		it, from := &s.items[s.index[i]], &bindings[i]
		if len(from.Ramp) == len(it.b.Ramp) && len(from.Category) == len(it.b.Category) {
			copy(it.b.Ramp, from.Ramp)
			copy(it.b.Category, from.Category)
			it.b.Paint = from.Paint
			it.seen = false
		}
	}
	s.snap = nil
}

// SyncPhases gives each part that turns, runs or flows the phase that it has in another set of the same bindings, so that
// a second pose of the scene starts where the first stands.
func (s *Set) SyncPhases(from *Set) {
	if len(from.items) != len(s.items) {
		return
	}
	for i := range s.items {
		if it, other := &s.items[i], &from.items[i]; it.property.rate() {
			it.now, it.held = other.now, other.held
		}
	}
	s.place()
}

// place writes the transforms of all nodes that bindings move.
func (s *Set) place() {
	for i := range s.groups {
		if g := &s.groups[i]; g.places {
			s.scene.SetLocal(g.node, g.placed(s.items[g.first:g.last]))
		}
	}
}

// Reading is what a binding shows.
type Reading struct {
	Value   float64 // SI, of the signal or the expression; meaningless when Quality is of BadClass
	Quality twin.Quality
	Colour  color.NRGBA // by its ramp, category or paint; A 0 for none
	On      bool        // a label or badge is to be seen: it is not hidden, and of a badge the value says so
}

// Reading returns what a binding showed in the last Apply: its index is that in the slice given to New. Labels and badges
// are not drawn by the set; this is what they say.
func (s *Set) Reading(binding int) Reading {
	if binding < 0 || binding >= len(s.index) {
		return Reading{}
	}
	it := &s.items[s.index[binding]]
	out := Reading{Value: it.value, Quality: it.quality, Colour: it.tint, On: !it.hidden}
	if it.property == Badge {
		if len(it.b.Ramp)+len(it.b.Category) > 0 {
			out.On = out.On && it.tint.A > 0
		} else {
			out.On = out.On && it.held && it.now >= 0.5
		}
	}
	return out
}
