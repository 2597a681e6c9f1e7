package scene

import (
	"math"
	"slices"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

func glyphIDs(s *Scene) (out []GlyphID) {
	for id := range s.Glyphs() {
		out = append(out, id)
	}
	return out
}

func TestGlyphsComeAndGo(t *testing.T) {
	s := New()
	pipe := s.AddNode(Root, Node{Name: "pipe"})
	joint := s.AddNode(pipe, Node{Name: "joint"})
	line := func(n NodeID) Glyph { return Glyph{Kind: Flow, Node: n, Points: []mgl64.Vec3{{}, {1, 0, 0}}} }
	a, b, c := s.AddGlyph(line(Root)), s.AddGlyph(line(pipe)), s.AddGlyph(line(joint))
	if s.AddGlyph(line(99)) != 0 || s.SetGlyph(77, line(Root)) {
		t.Error("a glyph of nowhere was taken")
	}
	other := s.Clone()
	g := s.GlyphGeneration()
	if s.SetGlyph(a, line(Root)); s.GlyphGeneration() != g {
		t.Error("setting what is there counts as a change")
	}
	moved := line(Root)
	moved.PhaseM = 0.3
	if s.SetGlyph(a, moved); s.GlyphGeneration() == g {
		t.Error("a change was missed")
	}
	g = s.GlyphGeneration()
	moved.Points[0][0] = 5
	if s.SetGlyph(a, moved); s.GlyphGeneration() == g {
		t.Error("other points in the same slice were missed")
	}
	s.Remove(pipe)
	if got := glyphIDs(s); !slices.Equal(got, []GlyphID{a}) {
		t.Errorf("%v are left of %v", got, []GlyphID{a, b, c})
	}
	s.RemoveGlyph(a)
	s.RemoveGlyph(a)
	if got := glyphIDs(s); len(got) != 0 {
		t.Errorf("%v are left", got)
	}
	if got := glyphIDs(other); len(got) != 3 || other.glyphs.byID[a].PhaseM != 0 {
		t.Errorf("the clone has %v", got)
	}
	if d := s.AddGlyph(line(Root)); d <= c {
		t.Errorf("the id %d was used again", d)
	}
}

func TestGlyphsWithoutNumbersAreRefused(t *testing.T) {
	s := New()
	good := Glyph{Points: []mgl64.Vec3{{1, 2, 3}}}
	id := s.AddGlyph(good)
	for _, v := range []float64{math.NaN(), math.Inf(1), 1e200} {
		bad := Glyph{Points: []mgl64.Vec3{{0, v, 0}}}
		if s.AddGlyph(bad) != 0 || s.SetGlyph(id, bad) {
			t.Errorf("%v was taken", v)
		}
	}
	if s.SetGlyph(id, Glyph{Points: good.Points, PhaseM: math.NaN()}) || s.glyphs.byID[id].Points[0] != good.Points[0] {
		t.Error("the last good one is gone")
	}
}

func BenchmarkSetGlyph1k(b *testing.B) {
	s := New()
	var ids []GlyphID
	points := make([]mgl64.Vec3, 20)
	for range 1000 {
		ids = append(ids, s.AddGlyph(Glyph{Kind: Flow, Points: points}))
	}
	k := 0.0
	for b.Loop() {
		k += 0.01
		for _, id := range ids {
			s.SetGlyph(id, Glyph{Kind: Flow, Points: points, PhaseM: k})
		}
	}
}
