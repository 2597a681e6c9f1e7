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
	byID       map[GlyphID]*Glyph
	list       []GlyphID // rising
	last       GlyphID
	generation uint64 // of the last change of one
}

func (g *glyphs) clone() glyphs {
	c := glyphs{list: slices.Clone(g.list), last: g.last, generation: g.generation, byID: make(map[GlyphID]*Glyph, len(g.byID))}
	for id, one := range g.byID {
		own := *one
		c.byID[id] = &own
	}
	return c
}

// dropGlyphs takes the glyphs away whose nodes are gone.
func (s *Scene) dropGlyphs() {
	g := &s.glyphs
	before := len(g.list)
	g.list = slices.DeleteFunc(g.list, func(id GlyphID) bool {
		gone := !s.Has(g.byID[id].Node)
		if gone {
			delete(g.byID, id)
		}
		return gone
	})
	if len(g.list) < before {
		s.touchGlyphs()
	}
}

func (s *Scene) touchGlyphs() {
	s.generation++
	s.glyphs.generation = s.generation
}

// GlyphGeneration is the generation of the last change of a glyph. That their nodes have moved is not one.
func (s *Scene) GlyphGeneration() uint64 { return s.glyphs.generation }

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
	s.touchGlyphs()
	return s.glyphs.last
}

// SetGlyph replaces a glyph. One whose points are not finite is refused: what was there stays. Setting what is equal to what
// is there, in another slice of points, costs nothing.
func (s *Scene) SetGlyph(id GlyphID, g Glyph) bool {
	old := s.glyphs.byID[id]
	if old == nil || !s.Has(g.Node) || !g.finite() {
		return false
	}
	if old.equal(&g) {
		return true
	}
	*old = g
	s.touchGlyphs()
	return true
}

func (g *Glyph) equal(o *Glyph) bool {
	return g.Kind == o.Kind && g.Node == o.Node && g.WidthM == o.WidthM && g.WidthPx == o.WidthPx && g.Colour == o.Colour &&
		g.PhaseM == o.PhaseM && g.State == o.State && g.OnTop == o.OnTop &&
		!sameSlice(g.Points, o.Points) && slices.Equal(g.Points, o.Points) // the same slice may hold other points now
}

// RemoveGlyph takes a glyph away.
func (s *Scene) RemoveGlyph(id GlyphID) {
	if s.glyphs.byID[id] == nil {
		return
	}
	delete(s.glyphs.byID, id)
	if i, ok := slices.BinarySearch(s.glyphs.list, id); ok {
		s.glyphs.list = slices.Delete(s.glyphs.list, i, i+1)
	}
	s.touchGlyphs()
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
