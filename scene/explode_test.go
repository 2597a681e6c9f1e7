package scene

import (
	"math"
	"testing"
	"time"

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

// A skinned mesh keeps its shape: its joints stay where they are to it, while the whole figure moves.
func TestExplodeKeepsSkinsTogether(t *testing.T) {
	s := New()
	box := NewBox(1, 1, 1, 0)
	n := box.Vertices()
	box.Joints, box.Weights = make([]uint16, 4*n), make([]float32, 4*n)
	for i := range n {
		box.Weights[4*i] = 1
	}
	a := s.AddNode(Root, Node{Name: "assembly"})
	figure := s.AddNode(a, Node{Name: "figure"})
	body := s.AddNode(figure, Node{Name: "body", Mesh: s.MustAddMesh(box)})
	bones := s.AddNode(figure, Node{Name: "bones"})
	bone := s.AddNode(bones, Node{Name: "bone", Local: At(0, 0.5, 0)})
	hat := s.AddNode(bone, Node{Name: "hat", Mesh: s.MustAddMesh(NewBox(1, 1, 1, 0)), Local: At(0, 0.5, 0)})
	s.AddNode(a, Node{Name: "block", Mesh: s.Node(hat).Mesh, Local: At(1, 0, 0)})
	s.nodes[body].Skin = s.AddSkin(Skin{Joints: []NodeID{bone}})
	before := s.World(body).Inv().Mul4(s.World(bone))
	at := s.World(figure).Col(3)
	s.SetExplode(1)
	if after := s.World(body).Inv().Mul4(s.World(bone)); !after.ApproxEqualThreshold(before, 1e-12) {
		t.Errorf("the bone went from\n%v to\n%v as seen from the body", before, after)
	}
	if s.World(figure).Col(3).ApproxEqualThreshold(at, 1e-9) {
		t.Error("the figure as a whole does not move")
	}
}

func TestExplodeLetsGroundsAndChainsBe(t *testing.T) {
	s := New()
	box := s.MustAddMesh(NewBox(1, 1, 1, 0))
	ground := s.AddNode(Root, Node{Name: "ground", Mesh: s.MustAddMesh(NewPlane(100, 0)), Role: Ground, Local: At(0, 0.3, 0)})
	at := Root
	for range 4 { // a chain of single children, as files have them
		at = s.AddNode(at, Node{Local: At(0.5, 0, 0)})
	}
	part := s.AddNode(at, Node{Name: "part", Mesh: box})
	s.SetExplode(1)
	near(t, "ground", s.World(ground).Col(3).Vec3(), mgl64.Vec3{0, 0.3, 0})
	near(t, "part", s.World(part).Col(3).Vec3(), mgl64.Vec3{2, 0, 0})
}

// Thousands of parts below one assembly, all of them overlapping along each axis, must not take seconds.
func TestExplodeOfManyPartsIsQuick(t *testing.T) {
	s := New()
	rod := s.MustAddMesh(NewBox(1, 1, 1000, 0))
	for i := range 20_000 {
		s.AddNode(Root, Node{Mesh: rod, Local: At(float64(i%100)*3, float64(i/100)*3, 0)})
	}
	begin := time.Now()
	s.SetExplode(1)
	s.Update()
	if d := time.Since(begin); d > 5*time.Second {
		t.Errorf("it took %v", d)
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
