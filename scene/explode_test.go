package scene

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

// stack returns three boxes on each other in an assembly that stands turned, and one far away.
func stack() (s *Scene, parts [3]NodeID, lonely NodeID) {
	s = New()
	box := s.MustAddMesh(NewBox(1, 1, 1, 0))
	a := s.AddNode(Root, Node{Name: "assembly", Local: At(10, 0, 0).Turned(math.Pi/2, mgl64.Vec3{0, 0, 1})})
	for i := range parts {
		parts[i] = s.AddNode(a, Node{Name: "part", Mesh: box, Local: At(float64(i), 0, 0)})
	}
	lonely = s.AddNode(Root, Node{Name: "lonely", Mesh: box, Local: At(-50, 0, 0)})
	return s, parts, lonely
}

func TestExplodeDrawsPartsApart(t *testing.T) {
	s, parts, lonely := stack()
	whole := s.WorldBounds(parts[2]).Center()
	far := s.WorldBounds(lonely).Center()
	s.SetExplode(1)
	got := s.WorldBounds(parts[2]).Center()
	if want := whole.Add(mgl64.Vec3{0, 1, 0}); got.Sub(want).Len() > 1e-9 {
		t.Errorf("the top part stands at %v, want %v", got, want)
	}
	if c := s.WorldBounds(lonely).Center(); c != far {
		t.Errorf("what touches nothing went from %v to %v", far, c)
	}
	if hit, ok := NewPicker(s).Pick(Ray{Origin: got.Add(mgl64.Vec3{0, 0, 5}), Direction: mgl64.Vec3{0, 0, -1}}, PickOptions{}); !ok || hit.Node != parts[2] {
		t.Errorf("a ray at its new place hits %v %v", hit.Node, ok)
	}
	if s.Node(parts[2]).Local != At(2, 0, 0).Normalized() {
		t.Error("the local transform changed")
	}
	s.SetLocal(parts[2], At(2, 0, 3)) // it moves on while it is displaced
	if c := s.WorldBounds(parts[2]).Center(); c.Sub(got.Add(mgl64.Vec3{0, 0, 3})).Len() > 1e-9 {
		t.Errorf("moved, it stands at %v", c)
	}
	s.SetLocal(parts[2], At(2, 0, 0))
	s.SetExplode(0)
	if c := s.WorldBounds(parts[2]).Center(); c.Sub(whole).Len() > 1e-9 {
		t.Errorf("together again, it stands at %v, not %v", c, whole)
	}
}

func TestExplodeFollowsNewParts(t *testing.T) {
	s, parts, _ := stack()
	s.SetExplode(1)
	more := s.AddNode(s.Node(parts[0]).Parent, Node{Name: "part", Mesh: s.Node(parts[0]).Mesh, Local: At(3, 0, 0)})
	if c, want := s.WorldBounds(more).Center(), (mgl64.Vec3{10, 4.5, 0}); c.Sub(want).Len() > 1e-9 {
		t.Errorf("the new part stands at %v, want %v", c, want)
	}
	s.Remove(more)
	if c, want := s.WorldBounds(parts[1]).Center(), (mgl64.Vec3{10, 1, 0}); c.Sub(want).Len() > 1e-9 {
		t.Errorf("the middle part stands at %v, want %v", c, want)
	}
	s.SetExplode(math.NaN())
	if s.Explode() != 1 {
		t.Error("NaN was taken")
	}
}

func BenchmarkExplode(b *testing.B) {
	s := New()
	box := s.MustAddMesh(NewBox(1, 1, 1, 0))
	for range 1000 {
		a := s.AddNode(Root, Node{Name: "a"})
		for i := range 10 {
			s.AddNode(a, Node{Mesh: box, Local: At(float64(i), 0, 0)})
		}
	}
	s.SetExplode(1)
	for i := 0; b.Loop(); i++ {
		s.SetExplode(0.5 + 0.5*float64(i%2))
		s.Update()
	}
}
