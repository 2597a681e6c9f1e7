package scene

import (
	"math"
	"slices"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

func TestHidingIsTheUsersOwn(t *testing.T) {
	s, parts, lonely := stack()
	s.SetHidden(parts[0], true)
	s.SetVisible(parts[0], true) // live data say so, and have no say
	if s.Effective(parts[0]).Visible || !s.Effective(parts[1]).Visible {
		t.Error("hidden is seen, or seen is hidden")
	}
	if b := s.Bounds(s.Node(parts[0]).Parent); b.Min[1] < 0.4 {
		t.Errorf("the box %v holds what is hidden", b)
	}
	c := s.Clone()
	s.SetHidden(parts[0], false)
	if !s.Effective(parts[0]).Visible || c.Effective(parts[0]).Visible {
		t.Error("the clone shares what is hidden")
	}
	s.SetHidden(lonely, true)
	s.Remove(lonely)
	if len(s.HiddenNodes()) != 0 {
		t.Errorf("hidden: %v", s.HiddenNodes())
	}
}

func TestIsolate(t *testing.T) {
	s, parts, lonely := stack()
	ground := s.AddNode(Root, Node{Name: "ground", Mesh: s.Node(lonely).Mesh, Role: Ground})
	seen := func() (out []NodeID) {
		for _, id := range append(parts[:], lonely, ground) {
			if s.Effective(id).Visible {
				out = append(out, id)
			}
		}
		return out
	}
	s.Isolate(parts[1])
	if got := seen(); !slices.Equal(got, []NodeID{parts[1], ground}) {
		t.Errorf("seen: %v", got)
	}
	s.Isolate(s.Node(parts[0]).Parent)
	if got := seen(); len(got) != 4 {
		t.Errorf("the assembly alone: %v", got)
	}
	s.Isolate()
	if got := seen(); len(got) != 5 {
		t.Errorf("nothing alone: %v", got)
	}
}

func TestIsolateKeepsGroundsInGroups(t *testing.T) {
	s := New()
	box := s.MustAddMesh(NewBox(1, 1, 1, 0))
	site := s.AddNode(Root, Node{Name: "site"})
	ground := s.AddNode(site, Node{Name: "ground", Mesh: box, Role: Ground})
	shed := s.AddNode(site, Node{Name: "shed", Mesh: box})
	pump := s.AddNode(Root, Node{Name: "pump", Mesh: box})
	s.Isolate(pump)
	if !s.Effective(ground).Visible || s.Effective(shed).Visible || !s.Effective(pump).Visible {
		t.Errorf("hidden: %v", s.HiddenNodes())
	}
}

func TestHidingOutlivesAReload(t *testing.T) {
	s := New()
	at := s.Instantiate(machine(), Root, "m", Transform{})
	lid, _ := s.Find("m/body/lid")
	s.SetHidden(lid, true)
	s.Replace(at, machine("foot"))
	if now, _ := s.Find("m/body/lid"); now != lid || s.Effective(lid).Visible || !s.Hidden(lid) {
		t.Error("the lid shows again")
	}
	s.Replace(at, machine("body/lid/screw", "body/lid"))
	if len(s.HiddenNodes()) != 0 {
		t.Error("what is gone counts as hidden")
	}
}

func TestGlyphsAreFiniteAndGoWithTheirNodes(t *testing.T) {
	s, parts, _ := stack()
	ok := Glyph{Kind: Arrow, Node: parts[0], Points: []mgl64.Vec3{{}, {0, 1, 0}}, WidthPx: 2}
	bad := ok
	bad.Points = []mgl64.Vec3{{}, {0, math.NaN(), 0}}
	id := s.AddGlyph(ok)
	if id == 0 || s.AddGlyph(bad) != 0 || s.SetGlyph(id, bad) {
		t.Fatal("a glyph without a place was taken, or a good one refused")
	}
	before := s.Generation()
	if !s.SetGlyph(id, ok) || s.Generation() == before {
		t.Error("nobody hears of the change")
	}
	c := s.Clone()
	s.Remove(parts[0])
	count := func(s *Scene) (n int) {
		for range s.Glyphs() {
			n++
		}
		return n
	}
	if count(s) != 0 || count(c) != 1 {
		t.Errorf("%d glyphs are left, %d in the clone", count(s), count(c))
	}
	c.RemoveGlyph(id)
	c.RemoveGlyph(id)
	if count(c) != 0 {
		t.Error("the glyph stayed")
	}
}
