package bind

import (
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// Widths on the screen that suit, in design pixels.
const (
	arrowPx = 4
	flowPx  = 9
	trailPx = 3
)

// sign is an arrow or a flow in the scene.
type sign struct {
	shown
	points []mgl64.Vec3 // of an arrow, from where to where; of a flow, its path
	back   []mgl64.Vec3 // of a flow, its path the other way
	now    mgl64.Vec3   // of an arrow, metres
	want   mgl64.Vec3
	held   bool
}

func newSign(s *scene.Scene, b *Binding) *sign {
	if b.Property == Arrow {
		return &sign{points: make([]mgl64.Vec3, 2)}
	}
	out := &sign{points: slices.Clone(b.Path)}
	if len(out.points) < 2 {
		out.points = spine(s, b.Node)
	}
	out.back = slices.Clone(out.points)
	slices.Reverse(out.back)
	return out
}

// boxOf is the box around a node and all below it, in the frame of the node.
func boxOf(s *scene.Scene, node scene.NodeID) scene.Bounds {
	nodeFromWorld := s.World(node).Inv()
	out := scene.NoBounds()
	s.Walk(node, func(id scene.NodeID) bool {
		if m := s.Mesh(s.Node(id).Mesh); m != nil && s.Role(id) != scene.Ground {
			out = out.Union(m.Bounds.Transformed(nodeFromWorld.Mul4(s.World(id))))
		}
		return true
	})
	return out
}

// spine is the line through the middle of a node's box, along its longest side; none for a node without a shape.
func spine(s *scene.Scene, node scene.NodeID) []mgl64.Vec3 {
	box := boxOf(s, node)
	if box.Empty() {
		return nil
	}
	size, from, to := box.Size(), box.Center(), box.Center()
	longest := 0
	for k := range size {
		if size[k] > size[longest] {
			longest = k
		}
	}
	from[longest], to[longest] = box.Min[longest], box.Max[longest]
	return []mgl64.Vec3{from, to}
}

// aim sets where an arrow is to point: x metres in its direction, or x, y and z.
func (a *sign) aim(it *item, x float64) {
	b := it.b
	switch len(it.others) {
	case 1:
		zero := b.Zero
		if l := zero.Len(); l > 0 {
			zero = zero.Mul(1 / l)
		}
		a.want = turn(it.others[0].value, it.axis).Rotate(zero).Mul(x)
	case 2:
		a.want = mgl64.Vec3{x, it.others[0].value*b.Gain + b.Offset, it.others[1].value*b.Gain + b.Offset}
	}
	if l := a.want.Len(); math.IsNaN(l) || l > farthestArrow {
		a.want = a.now
	}
}

// farthestArrow is the longest arrow that is drawn, metres.
const farthestArrow = 1e7

// swing brings the arrow closer to where it is to point.
func (a *sign) swing(p *pass) (moved, again bool) {
	left := a.want.Sub(a.now)
	switch {
	case left == (mgl64.Vec3{}):
		return false, false
	case !a.held || p.follow >= 1 || left.Len() < nearEnough:
		a.now, a.held = a.want, true
		return true, false
	}
	a.now = a.now.Add(left.Mul(p.follow))
	return true, true
}

// draw writes the sign into the scene. Without points a glyph shows nothing, and costs nothing to take back.
func (a *sign) draw(s *scene.Scene, it *item) {
	g := scene.Glyph{Node: it.b.Node, Colour: it.tint, State: mark(it.quality), WidthPx: it.b.WidthPx}
	show := it.tint.A > 0 && !it.hidden
	if it.property == Arrow {
		g.Kind = scene.Arrow
		if show && a.now.Len() > nearEnough {
			a.points[0], a.points[1] = it.b.From, it.b.From.Add(a.now)
			g.Points = a.points
		}
		if g.WidthPx == 0 {
			g.WidthPx = arrowPx
		}
	} else {
		g.Kind, g.OnTop, g.PhaseM = scene.Flow, true, it.now
		switch {
		case !show || it.want == 0 && g.State == 0: // nothing flows, and that is known
		case it.want < 0:
			g.Points, g.PhaseM = a.back, -it.now
		default:
			g.Points = a.points
		}
		if g.WidthPx == 0 {
			g.WidthPx = flowPx
		}
	}
	a.put(s, g)
}

// shown is a glyph of the scene and what it shows, so that what stays the same is not written again.
type shown struct {
	id       scene.GlyphID
	glyph    scene.Glyph // without its points
	count    int
	from, to mgl64.Vec3 // the first and the last of the points
}

// put writes a glyph, which it adds when it first has something to show. Its points are read before they change again:
// they are changed here alone, and written anew each time.
func (w *shown) put(s *scene.Scene, g scene.Glyph) {
	if len(g.Points) < 2 {
		g.Points = nil
	}
	now := shown{id: w.id, glyph: g, count: len(g.Points)}
	now.glyph.Points = nil
	if now.count > 0 {
		now.from, now.to = g.Points[0], g.Points[now.count-1]
	}
	if w.count == now.count && (now.count == 0 || w.from == now.from && w.to == now.to && w.alike(&now.glyph)) {
		return
	}
	*w = now
	if w.id == 0 || !s.SetGlyph(w.id, g) {
		w.id = s.AddGlyph(g)
	}
}

func (w *shown) alike(g *scene.Glyph) bool {
	o := &w.glyph
	return o.Colour == g.Colour && o.State == g.State && o.PhaseM == g.PhaseM && o.WidthPx == g.WidthPx
}
