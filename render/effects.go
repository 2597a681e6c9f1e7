package render

import (
	"image/color"
	"math"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// special reports whether a style needs an Effect.
func special(st *scene.Style) bool {
	return st.Glow.A > 0 || st.UV != [2]float32{} || st.Level.On || st.Gradient != nil
}

// effects keeps the effects of a scene. Objects with the same effect share one.
type effects struct {
	special []bool // by slot: it has an effect
	stale   bool   // something changed that effects depend on
	list    []Effect
	known   map[effectKey]uint32
	boxes   map[scene.NodeID]subtreeBox // of nodes with a level or gradient
	shape   uint64                      // topology that boxes are of
}

// subtreeBox is the box around a subtree in the frame of its top.
type subtreeBox struct {
	scene.Bounds
	seen uint64 // shape generation
}

// effectKey tells effects apart. Levels and gradients are told apart by the node that they were set on, since they reach
// over the box of its subtree.
type effectKey struct {
	level, gradient scene.NodeID // NoNode for none
	glow            color.NRGBA
	uv              [2]float32
}

// note takes the style of a slot that was dressed.
func (e *effects) note(slot int, st *scene.Style) {
	now := special(st)
	e.stale = e.stale || now || e.special[slot]
	e.special[slot] = now
}

// assign gives the objects whose nodes have one their Effect. Planes follow the nodes: they are made anew when something
// moved.
func (b *Builder) assign(s *scene.Scene, moved bool) {
	e := &b.effects
	if !e.stale && (!moved || len(e.list) == 0) {
		return
	}
	e.stale = false
	if e.known == nil {
		e.known, e.boxes = map[effectKey]uint32{}, map[scene.NodeID]subtreeBox{}
	}
	if e.shape != s.Topology() {
		clear(e.boxes)
		e.shape = s.Topology()
	}
	clear(e.known)
	e.list = e.list[:0]
	styles := s.Styles()
	for slot, id := range b.layout.Nodes {
		if !e.special[slot] {
			continue
		}
		st := &styles[id]
		key := keyOfEffect(s, id, st)
		at, ok := e.known[key]
		if !ok {
			e.list = append(e.list, b.effect(s, &key, st))
			at = uint32(len(e.list))
			e.known[key] = at
		}
		if o := &b.main.Objects[slot]; o.Effect != at {
			o.Effect = at
			b.main.log.note(slot)
		}
	}
}

// keyOfEffect finds the nodes that a level and a gradient were set on: the nearest above that have one of their own.
func keyOfEffect(s *scene.Scene, id scene.NodeID, st *scene.Style) effectKey {
	key := effectKey{level: scene.NoNode, gradient: scene.NoNode, glow: st.Glow, uv: st.UV}
	if st.Glow.A == 0 {
		key.glow = color.NRGBA{}
	}
	level, gradient := st.Level.On, st.Gradient != nil
	for ; (level || gradient) && id != scene.NoNode; id = s.Node(id).Parent {
		own := &s.Node(id).Style
		if level && own.Level.On {
			key.level, level = id, false
		}
		if gradient && own.Gradient != nil {
			key.gradient, gradient = id, false
		}
	}
	return key
}

func (b *Builder) effect(s *scene.Scene, key *effectKey, st *scene.Style) Effect {
	e := Effect{Glow: packed(key.glow), UV: key.uv}
	if key.level != scene.NoNode {
		b.level(&e, s, key.level, &st.Level)
	}
	if g := st.Gradient; key.gradient != scene.NoNode && len(g.Colours) > 0 {
		b.gradient(&e, s, key.gradient, g)
	}
	return e
}

// level makes the plane that a level is filled up to. A full one has none; of an empty one nothing is left.
func (b *Builder) level(e *Effect, s *scene.Scene, owner scene.NodeID, l *scene.Level) {
	axis := mgl64.Vec3{float64(l.Axis[0]), float64(l.Axis[1]), float64(l.Axis[2])}
	if axis == (mgl64.Vec3{}) {
		axis = turned(s.World(owner).Transpose(), mgl64.Vec3{0, 1, 0})
	}
	n, lo, hi, ok := b.along(s, owner, axis)
	share := float64(min(max(l.Share, 0), 1))
	if !ok || share == 1 {
		return
	}
	at := lo + (hi-lo)*share
	if share == 0 {
		at = lo - 1e-3*(hi-lo) // not in the lowest face itself
	}
	e.Flags |= EffectLevel
	e.Level = [4]float32{float32(n[0]), float32(n[1]), float32(n[2]), float32(-at)}
}

// gradient makes the plane from which colours are counted, and the colours in even steps.
func (b *Builder) gradient(e *Effect, s *scene.Scene, owner scene.NodeID, g *scene.Gradient) {
	axis := g.Axis
	if axis == (mgl64.Vec3{}) {
		axis = b.longest(s, owner)
	}
	n, lo, hi, ok := b.along(s, owner, axis)
	if !ok {
		return
	}
	e.Flags |= EffectGradient
	k := 1 / (hi - lo)
	e.Axis = [4]float32{float32(n[0] * k), float32(n[1] * k), float32(n[2] * k), float32(-lo * k)}
	for i := range e.Colours {
		e.Colours[i] = packed(colourAt(g.Colours, float64(i)/float64(len(e.Colours)-1)))
	}
}

// box returns the box around a subtree in the frame of its top.
func (b *Builder) box(s *scene.Scene, owner scene.NodeID) scene.Bounds {
	now := s.ShapeGeneration(owner)
	box, ok := b.effects.boxes[owner]
	if !ok || box.seen != now {
		box = subtreeBox{s.BoundsIn(owner), now}
		b.effects.boxes[owner] = box
	}
	return box.Bounds
}

// longest returns the axis of a node along which its subtree is longest in the world.
func (b *Builder) longest(s *scene.Scene, owner scene.NodeID) (axis mgl64.Vec3) {
	size, world := b.box(s, owner).Size(), s.World(owner)
	best, at := 0.0, 0
	for k := range size {
		if l := size[k] * world.Col(k).Vec3().Len(); l > best {
			best, at = l, k
		}
	}
	axis[at] = 1
	return axis
}

// along returns a unit vector in the world, and from where to where the box of a subtree reaches along it, from the
// frame's origin. The axis is one of the frame of the node, seen as the normal of planes: what lies in one plane there
// does so in the world too. It is not ok where there is no box, or no extent.
func (b *Builder) along(s *scene.Scene, owner scene.NodeID, axis mgl64.Vec3) (n mgl64.Vec3, lo, hi float64, ok bool) {
	box, world := b.box(s, owner), s.World(owner)
	if box.Empty() {
		return n, 0, 0, false
	}
	n = turned(world.Inv().Transpose(), axis)
	l := n.Len()
	if !(l > 0) || math.IsInf(l, 0) {
		return n, 0, 0, false
	}
	n = n.Mul(1 / l)
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, c := range box.Corners() {
		d := mgl64.TransformCoordinate(c, world).Sub(b.origin).Dot(n)
		lo, hi = math.Min(lo, d), math.Max(hi, d)
	}
	return n, lo, hi, hi-lo > 1e-12 && hi-lo < farthest
}

// turned returns a direction seen through a matrix.
func turned(m mgl64.Mat4, v mgl64.Vec3) mgl64.Vec3 { return m.Mul4x1(v.Vec4(0)).Vec3() }

// colourAt is the colour a part t of the way through evenly spaced ones.
func colourAt(c []color.NRGBA, t float64) color.NRGBA {
	if len(c) == 1 {
		return c[0]
	}
	x := t * float64(len(c)-1)
	i := min(int(x), len(c)-2)
	f := func(a, b uint8) uint8 { return uint8(float64(a) + (float64(b)-float64(a))*(x-float64(i)) + 0.5) }
	return color.NRGBA{R: f(c[i].R, c[i+1].R), G: f(c[i].G, c[i+1].G), B: f(c[i].B, c[i+1].B), A: f(c[i].A, c[i+1].A)}
}

func packed(c color.NRGBA) uint32 {
	return uint32(c.R) | uint32(c.G)<<8 | uint32(c.B)<<16 | uint32(c.A)<<24
}
