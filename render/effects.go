package render

import (
	"image/color"
	"math"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// special reports whether a style needs an Effect.
func special(st *scene.Style) bool {
	return st.Glow.A > 0 || st.UV != [2]float32{} || st.Level.On || st.Gradient != nil
}

// effects gives the objects whose nodes have one their Effect. Planes follow the node that carries level or gradient, so
// they are made anew for each frame; there are few.
func (b *Builder) effects(f *Frame, memory []Effect, s *scene.Scene) {
	f.Effects = memory[:0]
	known := map[scene.NodeID]uint32{} // by the node that carries it
	for slot, id := range b.layout.Nodes {
		if f.Objects[slot].Effect == 0 {
			continue
		}
		st := s.Effective(id)
		owner := carrier(s, id, &st)
		at, ok := known[owner]
		if !ok {
			f.Effects = append(f.Effects, b.effect(s, owner, &st))
			at = uint32(len(f.Effects))
			known[owner] = at
		}
		f.Objects[slot].Effect = at
	}
}

// carrier is the topmost node with the same effect: the one that it was set on.
func carrier(s *scene.Scene, id scene.NodeID, st *scene.Style) scene.NodeID {
	for {
		up := s.Node(id).Parent
		if up == scene.NoNode {
			return id
		}
		e := s.Effective(up)
		if e.Glow != st.Glow || e.UV != st.UV || e.Level != st.Level || e.Gradient != st.Gradient {
			return id
		}
		id = up
	}
}

func (b *Builder) effect(s *scene.Scene, owner scene.NodeID, st *scene.Style) Effect {
	e := Effect{Glow: packed(st.Glow), UV: st.UV}
	if st.Level.On {
		if n, lo, hi, ok := b.along(s, owner, mgl64.Vec3{float64(st.Level.Axis[0]), float64(st.Level.Axis[1]), float64(st.Level.Axis[2])}, false); ok {
			at := lo + (hi-lo)*float64(min(max(st.Level.Share, 0), 1))
			e.Flags |= EffectLevel
			e.Level = [4]float32{float32(n[0]), float32(n[1]), float32(n[2]), float32(-at)}
		}
	}
	if g := st.Gradient; g != nil && len(g.Colours) >= 2 {
		if n, lo, hi, ok := b.along(s, owner, g.Axis, true); ok {
			n, e.Axis[3] = n.Mul(1/(hi-lo)), float32(-lo/(hi-lo))
			e.Flags |= EffectGradient
			e.Axis[0], e.Axis[1], e.Axis[2] = float32(n[0]), float32(n[1]), float32(n[2])
			for i := range e.Colours {
				e.Colours[i] = packed(colourAt(g.Colours, float64(i)/float64(len(e.Colours)-1)))
			}
		}
	}
	return e
}

// along returns a direction of a node in the world, and from where to where the box of its subtree reaches along it,
// from the frame's origin. A zero axis is up, or the longest side of the box.
func (b *Builder) along(s *scene.Scene, node scene.NodeID, axis mgl64.Vec3, longest bool) (n mgl64.Vec3, lo, hi float64, ok bool) {
	world := s.World(node)
	if axis.Len() == 0 && !longest {
		n = mgl64.Vec3{0, 1, 0}
	} else {
		if axis.Len() == 0 {
			size := s.Bounds(node).Size()
			k := 0
			for i := range size {
				if size[i] > size[k] {
					k = i
				}
			}
			n[k] = 1
		} else {
			n = world.Mat3().Mul3x1(axis)
		}
		if l := n.Len(); l > 0 && !math.IsInf(l, 0) {
			n = n.Mul(1 / l)
		} else {
			return n, 0, 0, false
		}
	}
	lo, hi = math.Inf(1), math.Inf(-1)
	s.Walk(node, func(id scene.NodeID) bool {
		if m := s.Mesh(s.Node(id).Mesh); m != nil {
			at := s.World(id)
			for _, c := range m.Bounds.Corners() {
				d := at.Mul4x1(c.Vec4(1)).Vec3().Sub(b.origin).Dot(n)
				lo, hi = min(lo, d), max(hi, d)
			}
		}
		return true
	})
	return n, lo, hi, hi > lo
}

// colourAt is the colour a part t of the way through evenly spaced ones.
func colourAt(c []color.NRGBA, t float64) color.NRGBA {
	x := t * float64(len(c)-1)
	i := min(int(x), len(c)-2)
	f := func(a, b uint8) uint8 { return uint8(float64(a) + (float64(b)-float64(a))*(x-float64(i)) + 0.5) }
	return color.NRGBA{R: f(c[i].R, c[i+1].R), G: f(c[i].G, c[i+1].G), B: f(c[i].B, c[i+1].B), A: f(c[i].A, c[i+1].A)}
}

func packed(c color.NRGBA) uint32 {
	return uint32(c.R) | uint32(c.G)<<8 | uint32(c.B)<<16 | uint32(c.A)<<24
}

// glyphs brings the glyphs of the scene and those of the view into the frame.
func (b *Builder) glyphs(f *Frame, memory []Glyph, points []mgl32.Vec3, s *scene.Scene, more []scene.Glyph) {
	f.Glyphs, f.GlyphPoints = memory[:0], points[:0]
	for _, g := range s.Glyphs() {
		b.glyph(f, s, g)
	}
	for i := range more {
		b.glyph(f, s, &more[i])
	}
}

func (b *Builder) glyph(f *Frame, s *scene.Scene, g *scene.Glyph) {
	if !s.Has(g.Node) || len(g.Points) == 0 || !s.Effective(g.Node).Visible {
		return
	}
	first := len(f.GlyphPoints)
	world := s.World(g.Node)
	for _, p := range g.Points {
		at := world.Mul4x1(p.Vec4(1)).Vec3().Sub(b.origin)
		if l := at.Dot(at); math.IsNaN(l) || math.IsInf(l, 0) {
			f.GlyphPoints = f.GlyphPoints[:first]
			return
		}
		f.GlyphPoints = append(f.GlyphPoints, mgl32.Vec3{float32(at[0]), float32(at[1]), float32(at[2])})
	}
	f.Glyphs = append(f.Glyphs, Glyph{Kind: g.Kind, First: first, Count: len(g.Points), WidthM: float32(g.WidthM), WidthPx: float32(g.WidthPx) * f.PixelScale,
		Colour: packed(g.Colour), PhaseM: float32(g.PhaseM), Flags: uint16(g.State), OnTop: g.OnTop})
}
