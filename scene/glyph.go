package scene

import (
	"image/color"
	"iter"
	"math"
	"slices"

	"github.com/go-gl/mathgl/mgl64"
)

// GlyphKind says what a Glyph looks like.
type GlyphKind uint8

// The kinds.
const (
	Segment GlyphKind = iota // a line through all points
	Arrow                    // from the first point to the second
	Trail                    // a line that fades towards its first point
	Flow                     // chevrons that move along the line through all points
	Dot                      // a disc at each point
)

// Glyph is a sign in the scene that is no part of a model: a vector, a way, a measure. It is never cut and never picked.
type Glyph struct {
	Kind    GlyphKind
	Node    NodeID       // the points stand in its frame and move and hide with it; Root is the world
	Points  []mgl64.Vec3 // metres; the slice belongs to the scene once it is given
	WidthM  float64      // in the scene, metres; 0 when WidthPx counts
	WidthPx float64      // on the screen, design pixels
	Colour  color.NRGBA  // sRGB
	PhaseM  float64      // of Flow: how far the chevrons have moved, metres
	State   State
	OnTop   bool // drawn over what stands before it, fainter there
}

// GlyphID names a glyph of a scene; ids are never used again. Zero is none.
type GlyphID int32

// glyphs are the glyphs of a scene.
type glyphs struct {
	byID map[GlyphID]*Glyph
	list []GlyphID // in the order of their ids
	last GlyphID
}

func (g *glyphs) clone() glyphs {
	c := glyphs{list: slices.Clone(g.list), last: g.last, byID: make(map[GlyphID]*Glyph, len(g.byID))}
	for id, one := range g.byID {
		own := *one
		c.byID[id] = &own
	}
	return c
}

// drop takes the glyphs of a node away.
func (g *glyphs) drop(node NodeID) {
	g.list = slices.DeleteFunc(g.list, func(id GlyphID) bool {
		gone := g.byID[id].Node == node
		if gone {
			delete(g.byID, id)
		}
		return gone
	})
}

// AddGlyph adds a glyph and returns its id, or 0 when its node is not there or its points are not finite.
func (s *Scene) AddGlyph(g Glyph) GlyphID {
	if !s.Has(g.Node) || !g.finite() {
		return 0
	}
	if s.glyphs.byID == nil {
		s.glyphs.byID = map[GlyphID]*Glyph{}
	}
	s.glyphs.last++
	s.glyphs.byID[s.glyphs.last] = &g
	s.glyphs.list = append(s.glyphs.list, s.glyphs.last)
	s.generation++
	return s.glyphs.last
}

// SetGlyph replaces a glyph. One whose points are not finite is refused: what was there stays.
func (s *Scene) SetGlyph(id GlyphID, g Glyph) bool {
	old := s.glyphs.byID[id]
	if old == nil || !s.Has(g.Node) || !g.finite() {
		return false
	}
	*old = g
	s.generation++
	return true
}

// RemoveGlyph takes a glyph away.
func (s *Scene) RemoveGlyph(id GlyphID) {
	if s.glyphs.byID[id] == nil {
		return
	}
	delete(s.glyphs.byID, id)
	s.glyphs.list = slices.DeleteFunc(s.glyphs.list, func(g GlyphID) bool { return g == id })
	s.generation++
}

// Glyphs goes over all glyphs in the order in which they were added. They are to be read only.
func (s *Scene) Glyphs() iter.Seq2[GlyphID, *Glyph] {
	return func(yield func(GlyphID, *Glyph) bool) {
		for _, id := range s.glyphs.list {
			if !yield(id, s.glyphs.byID[id]) {
				return
			}
		}
	}
}

func (g *Glyph) finite() bool {
	for _, p := range g.Points {
		if l := p.Dot(p); math.IsNaN(l) || math.IsInf(l, 0) {
			return false
		}
	}
	return !math.IsNaN(g.WidthM+g.WidthPx+g.PhaseM) && !math.IsInf(g.WidthM+g.WidthPx+g.PhaseM, 0)
}
