package scene

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

func TestSnapOnABox(t *testing.T) {
	s := New()
	id := s.AddNode(Root, Node{Mesh: s.MustAddMesh(NewBox(2, 2, 2, 0)), Local: At(5, 0, 0)})
	p := NewPicker(s)
	eye := mgl64.Vec3{5, 0, 11}
	at := func(x, y float64) Snap {
		t.Helper()
		got, ok := p.SnapAt(Ray{eye, mgl64.Vec3{x, y, 1}.Sub(eye).Normalize()}, PickOptions{}, 0.01)
		if !ok || got.Node != id {
			t.Fatalf("(%g, %g): nothing there", x, y)
		}
		return got
	}
	for _, c := range []struct {
		x, y float64
		kind SnapKind
		want mgl64.Vec3
	}{
		{5.3, 0.2, SnapFace, mgl64.Vec3{5.3, 0.2, 1}},
		{5.95, 0.2, SnapEdge, mgl64.Vec3{6, 0.2, 1}},
		{5.95, 0.96, SnapVertex, mgl64.Vec3{6, 1, 1}},
		{5.85, 0.2, SnapFace, mgl64.Vec3{5.85, 0.2, 1}},
		{5.5, 0.5, SnapFace, mgl64.Vec3{5.5, 0.5, 1}}, // the diagonal of the face is no sharp edge
	} {
		if got := at(c.x, c.y); got.Kind != c.kind || got.Point.Sub(c.want).Len() > 0.01 {
			t.Errorf("(%g, %g): kind %d at %v, want %d at %v", c.x, c.y, got.Kind, got.Point, c.kind, c.want)
		}
	}
	if e := at(5.95, 0.2); e.Round || math.Abs(e.Edge[0].Sub(e.Edge[1]).Len()-2) > 1e-6 {
		t.Errorf("edge %v, round %v", e.Edge, e.Round)
	}
	if _, ok := p.SnapAt(Ray{eye, mgl64.Vec3{0, 1, 0}}, PickOptions{}, 0.01); ok {
		t.Error("the sky has a point")
	}
}

func TestSnapFindsTheCentreOfARoundEdge(t *testing.T) {
	s := New()
	s.AddNode(Root, Node{Mesh: s.MustAddMesh(NewCylinder(1.5, 1.5, 4, 48, 0)), Local: At(0, 0, 0).Turned(0.4, mgl64.Vec3{0, 0, 1})})
	p := NewPicker(s)
	b := s.Bounds(Root)
	axis := mgl64.QuatRotate(0.4, mgl64.Vec3{0, 0, 1}).Rotate(mgl64.Vec3{0, 1, 0})
	var top mgl64.Vec3 // the middle of the upper rim, wherever the cylinder begins
	for _, h := range []float64{2, 4} {
		if c := axis.Mul(h); c[1] <= b.Max[1] {
			top = c
		}
	}
	side := mgl64.QuatRotate(0.4, mgl64.Vec3{0, 0, 1}).Rotate(mgl64.Vec3{0, 0, 1})
	rim := top.Add(side.Mul(1.5))
	eye := top.Add(axis.Mul(6)).Add(side.Mul(4))
	got, ok := p.SnapAt(Ray{eye, rim.Sub(side.Mul(0.02)).Sub(eye).Normalize()}, PickOptions{}, 0.02)
	if !ok || got.Kind != SnapEdge || !got.Round {
		t.Fatalf("kind %d, round %v, ok %v", got.Kind, got.Round, ok)
	}
	if math.Abs(got.RadiusM-1.5) > 0.01 || got.Centre.Sub(top).Len() > 0.01 || got.AtCentre().Kind != SnapCentre {
		t.Errorf("radius %.3f about %v, want 1.5 about %v", got.RadiusM, got.Centre, top)
	}
}

// tenMillion returns a scene of ten million triangles in ten thousand objects, and a camera that sees them.
func tenMillion() (*Scene, Camera) {
	s := New()
	mesh := s.MustAddMesh(NewSphere(0.45, 23, 0)) // about a thousand triangles
	for i := range 10_000 {
		s.AddNode(Root, Node{Mesh: mesh, Local: At(float64(i%22), float64(i/22%22), float64(i/484))})
	}
	return s, Camera{Eye: mgl64.Vec3{30, 30, 60}, Target: mgl64.Vec3{11, 11, 10}}
}

func BenchmarkSnap(b *testing.B) {
	s, c := tenMillion()
	p := NewPicker(s)
	p.Pick(c.Ray(0, 0, 1), PickOptions{})
	for name, cast := range map[string]func(Ray){
		"pick": func(r Ray) { p.Pick(r, PickOptions{}) },
		"snap": func(r Ray) { p.SnapAt(r, PickOptions{}, 0.01) },
	} {
		b.Run(name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				cast(c.Ray(float64(i%19)/19-0.5, float64(i%23)/23-0.5, 1))
			}
		})
	}
}
