package render

import (
	"math"

	"github.com/go-gl/mathgl/mgl32"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// glyphs keeps the glyphs of a scene as they are drawn.
type glyphs struct {
	scene  *scene.Scene
	seen   uint64 // scene generation
	origin mgl64.Vec3
	scale  float32
	list   []Glyph
	points []mgl32.Vec3
}

// glyphsOf brings the glyphs of the scene and those of the view into the frame.
func (b *Builder) glyphsOf(f *Frame, memory []Glyph, points []mgl32.Vec3, s *scene.Scene, more []scene.Glyph) {
	g := &b.glyphs
	if g.scene != s || g.seen != s.Generation() || g.origin != b.origin || g.scale != f.PixelScale {
		g.scene, g.seen, g.origin, g.scale = s, s.Generation(), b.origin, f.PixelScale
		g.list, g.points = g.list[:0], g.points[:0]
		for _, one := range s.Glyphs() {
			g.add(s, one)
		}
	}
	f.Glyphs, f.GlyphPoints = append(memory[:0], g.list...), append(points[:0], g.points...)
	if len(more) == 0 {
		return
	}
	own := glyphs{origin: g.origin, scale: g.scale, list: f.Glyphs, points: f.GlyphPoints}
	for i := range more {
		own.add(s, &more[i])
	}
	f.Glyphs, f.GlyphPoints = own.list, own.points
}

// add adds one glyph, unless its node is hidden or a number of it is none.
func (g *glyphs) add(s *scene.Scene, one *scene.Glyph) {
	if !s.Has(one.Node) || len(one.Points) == 0 || !s.Styles()[one.Node].Visible {
		return
	}
	first := len(g.points)
	world := &s.Worlds()[one.Node]
	for _, p := range one.Points {
		at, sound := mgl32.Vec3{}, true
		for k := range at {
			v := world[k]*p[0] + world[4+k]*p[1] + world[8+k]*p[2] + world[12+k] - g.origin[k]
			sound = sound && math.Abs(v) < farthest // false for NaN too
			at[k] = float32(v)
		}
		if !sound {
			g.points = g.points[:first]
			return
		}
		g.points = append(g.points, at)
	}
	out := Glyph{Kind: one.Kind, First: first, Count: len(one.Points), WidthM: float32(one.WidthM), WidthPx: float32(one.WidthPx) * g.scale,
		Colour: packed(one.Colour), PhaseM: float32(one.PhaseM), Flags: uint16(one.State), OnTop: one.OnTop}
	if !(out.WidthM-out.WidthM == 0 && out.WidthPx-out.WidthPx == 0 && out.PhaseM-out.PhaseM == 0) { // one is not finite
		g.points = g.points[:first]
		return
	}
	g.list = append(g.list, out)
}
