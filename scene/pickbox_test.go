package scene

import (
	"math"
	"math/rand"
	"slices"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

func TestPickBox(t *testing.T) {
	s := New()
	box := s.MustAddMesh(NewBox(2, 2, 2, 0))
	left := s.AddNode(Root, Node{Name: "left", Mesh: box, Local: At(-5, 0, 0)})
	middle := s.AddNode(Root, Node{Name: "middle", Mesh: box})
	behind := s.AddNode(Root, Node{Name: "behind", Mesh: box, Local: At(0, 0, -10)})
	back := s.AddNode(Root, Node{Name: "at the back", Mesh: box, Local: At(0, 0, 50)})
	s.AddNode(Root, Node{Name: "ground", Mesh: s.MustAddMesh(NewPlane(100, 0)), Role: Ground})
	p := NewPicker(s)
	for _, ortho := range []bool{false, true} {
		c := Camera{Eye: mgl64.Vec3{0, 0, 20}, Ortho: ortho}
		of := func(lo, hi mgl64.Vec3) (a, b mgl64.Vec2) {
			x0, y0, _, _ := c.Project(lo, 2, 2)
			x1, y1, _, _ := c.Project(hi, 2, 2)
			return mgl64.Vec2{x0 - 1, 1 - y0}, mgl64.Vec2{x1 - 1, 1 - y1}
		}
		check := func(what string, lo, hi mgl64.Vec3, whole bool, want ...NodeID) {
			t.Helper()
			a, b := of(lo, hi)
			if got := p.PickBox(c, 1, a, b, whole, PickOptions{}); !slices.Equal(got, want) {
				t.Errorf("%s, ortho %v: %v, want %v", what, ortho, got, want)
			}
		}
		row := []NodeID{middle, behind} // what stands in line with the middle one
		if ortho {
			row = append(row, back) // a parallel view has no eye that it could be behind
		}
		touched := []NodeID{middle}
		if ortho {
			touched = row
		}
		check("around the middle", mgl64.Vec3{-1.5, -1.5, 1}, mgl64.Vec3{1.5, 1.5, 1}, true, row...)
		check("a corner of the middle", mgl64.Vec3{0.9, 0.9, 1}, mgl64.Vec3{1.5, 1.5, 1}, false, touched...)
		check("a corner, whole", mgl64.Vec3{0.9, 0.9, 1}, mgl64.Vec3{1.5, 1.5, 1}, true)
		check("inside of a face", mgl64.Vec3{-5.1, -0.1, 1}, mgl64.Vec3{-4.9, 0.1, 1}, false, left)
		check("dragged the other way", mgl64.Vec3{1.5, 1.5, 1}, mgl64.Vec3{-1.5, -1.5, 1}, true, row...)
		check("nothing", mgl64.Vec3{3, 3, 1}, mgl64.Vec3{4, 4, 1}, false)
	}
	s.SetHidden(middle, true)
	if got := p.PickBox(Camera{Eye: mgl64.Vec3{0, 0, 20}}, 1, mgl64.Vec2{-1, -1}, mgl64.Vec2{1, 1}, false, PickOptions{}); slices.Contains(got, middle) {
		t.Error("what is hidden was taken")
	}
}

// What a rectangle touches must be what rays through it hit, when there is nothing else.
func TestPickBoxAgreesWithRays(t *testing.T) {
	s := New()
	id := s.AddNode(Root, Node{Mesh: s.MustAddMesh(NewSphere(1, 16, 0)), Local: Transform{Translation: mgl64.Vec3{0.3, -0.2, 0}, Scale: mgl64.Vec3{1, 0.3, 2}}.Turned(0.7, mgl64.Vec3{1, 2, 3})})
	p := NewPicker(s)
	rnd := rand.New(rand.NewSource(1))
	c := Camera{Eye: mgl64.Vec3{2, 3, 4}}
	for range 300 {
		lo := mgl64.Vec2{rnd.Float64()*2 - 1, rnd.Float64()*2 - 1}
		hi := lo.Add(mgl64.Vec2{rnd.Float64() * 0.3, rnd.Float64() * 0.3})
		hit := false
		for i := 0; i <= 20 && !hit; i++ {
			for j := 0; j <= 20 && !hit; j++ {
				x, y := lo[0]+(hi[0]-lo[0])*float64(i)/20, lo[1]+(hi[1]-lo[1])*float64(j)/20
				_, hit = p.Pick(c.Ray(x, y, 1.5), PickOptions{})
			}
		}
		got := slices.Contains(p.PickBox(c, 1.5, lo, hi, false, PickOptions{}), id)
		if hit && !got {
			t.Fatalf("%v to %v: a ray hits, the rectangle does not", lo, hi)
		}
		if all := p.PickBox(c, 1.5, lo, hi, true, PickOptions{}); len(all) > 0 && !got {
			t.Fatalf("%v to %v: whole but not touched", lo, hi)
		}
	}
}

// What a section cuts away is neither inside of a rectangle nor outside of it.
func TestPickBoxSeesWhatASectionLeaves(t *testing.T) {
	s := New()
	id := s.AddNode(Root, Node{Mesh: s.MustAddMesh(NewBox(2, 2, 2, 0))})
	p := NewPicker(s)
	c := Camera{Eye: mgl64.Vec3{0, 0, 20}, Ortho: true}
	box := func(x0, x1 float64, whole bool, section *Section) bool {
		a, _, _, _ := c.Project(mgl64.Vec3{x0, 0, 0}, 2, 2)
		b, _, _, _ := c.Project(mgl64.Vec3{x1, 0, 0}, 2, 2)
		return slices.Contains(p.PickBox(c, 1, mgl64.Vec2{a - 1, -1}, mgl64.Vec2{b - 1, 1}, whole, PickOptions{Section: section}), id)
	}
	left := &Section{Planes: []Plane{PlaneThrough(mgl64.Vec3{}, mgl64.Vec3{-1, 0, 0})}} // keeps x < 0
	corner := BoxSection(Bounds{mgl64.Vec3{0, -9, -9}, mgl64.Vec3{9, 9, 9}}, KeepOutside)
	for name, section := range map[string]*Section{"half": left, "corner": corner} {
		if box(0.2, 0.8, false, section) || !box(-0.8, -0.2, false, section) {
			t.Errorf("%s: touches what is cut away, or misses what is left", name)
		}
		if !box(-1.5, 0.2, true, section) || box(-0.5, 1.5, true, section) {
			t.Errorf("%s: whole does not mean what is left", name)
		}
	}
	if box(-1.5, 0.2, true, nil) || !box(-1.5, 1.5, true, nil) {
		t.Error("without a section")
	}
}

func TestPickBoxTakesLinesAndPoints(t *testing.T) {
	s := New()
	lines := s.AddNode(Root, Node{Mesh: s.MustAddMesh(&Mesh{Positions: []float32{-5, 0, 0, 5, 0, 0}, Lines: []uint32{0, 1}})})
	points := s.AddNode(Root, Node{Mesh: s.MustAddMesh(&Mesh{Positions: []float32{0, 3, 0}, Points: []uint32{0}})})
	p, c := NewPicker(s), Camera{Eye: mgl64.Vec3{0, 0, 20}}
	if got := p.PickBox(c, 1, mgl64.Vec2{-0.1, -0.1}, mgl64.Vec2{0.1, 0.1}, false, PickOptions{}); !slices.Equal(got, []NodeID{lines}) {
		t.Errorf("in the middle: %v", got)
	}
	if got := p.PickBox(c, 1, mgl64.Vec2{-0.1, -0.1}, mgl64.Vec2{0.1, 0.9}, true, PickOptions{}); !slices.Equal(got, []NodeID{points}) {
		t.Errorf("whole: %v", got)
	}
}

func BenchmarkPickBox(b *testing.B) {
	s := New()
	mesh := s.MustAddMesh(NewSphere(0.4, 16, 0))
	for i := range 10_000 {
		s.AddNode(Root, Node{Mesh: mesh, Local: At(float64(i%100), 0, float64(i/100))})
	}
	p := NewPicker(s)
	c := Camera{Eye: mgl64.Vec3{50, 80, 120}, Target: mgl64.Vec3{50, 0, 50}, FovYRad: math.Pi / 3}
	p.PickBox(c, 1.6, mgl64.Vec2{-1, -1}, mgl64.Vec2{1, 1}, true, PickOptions{})
	for name, whole := range map[string]bool{"touching": false, "whole": true} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p.PickBox(c, 1.6, mgl64.Vec2{-0.5, -0.5}, mgl64.Vec2{0.5, 0.5}, whole, PickOptions{})
			}
		})
	}
}
