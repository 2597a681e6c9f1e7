package scene

import (
	"math"
	"slices"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"
)

// plate returns a thin plate seen from above, and a picker.
func plate(change func(m *Mesh)) (*Scene, *Picker, NodeID) {
	s := New()
	m := NewBox(2, 0.01, 2, 0)
	if change != nil {
		change(m)
	}
	id := s.AddNode(Root, Node{Mesh: s.MustAddMesh(m)})
	return s, NewPicker(s), id
}

func snapDown(p *Picker, x, z float64, o PickOptions) (Snap, bool) {
	eye := mgl64.Vec3{0.5 * x, 10, 0.5 * z}
	return p.SnapAt(Ray{eye, mgl64.Vec3{x, 0, z}.Sub(eye).Normalize()}, o, 0.005)
}

func TestSnapTakesWhatIsSeen(t *testing.T) {
	_, p, _ := plate(nil)
	for z := -0.9; z < 0.95; z += 0.1 { // the lower edge is as near to the ray, and hidden
		got, ok := snapDown(p, 0.98, z, PickOptions{})
		if !ok || got.Kind != SnapEdge || got.Point[1] < 0.004 {
			t.Errorf("z %.1f: kind %d at %v", z, got.Kind, got.Point)
		}
	}
}

func TestSnapFindsOutlinesFromBeside(t *testing.T) {
	_, p, id := plate(nil)
	got, ok := snapDown(p, 1.02, 0.3, PickOptions{})
	if !ok || got.Node != id || got.Kind != SnapEdge || math.Abs(got.Point[0]-1) > 1e-6 {
		t.Errorf("beside an edge: %+v %v", got, ok)
	}
	if got, ok := snapDown(p, 1.02, 1.02, PickOptions{}); !ok || got.Kind != SnapVertex {
		t.Errorf("beside a corner: %+v %v", got, ok)
	}
	if got, ok := snapDown(p, 1.2, 0.3, PickOptions{}); ok {
		t.Errorf("far from it: %+v", got)
	}
}

func TestSnapKeepsToTheEdgesOfTheFile(t *testing.T) {
	_, p, _ := plate(func(m *Mesh) {
		for i := 0; i+2 < len(m.Positions); i += 3 { // the edge at x = 1, z = -1 … 1 above, and no other
			if m.Positions[i] > 0 && m.Positions[i+1] > 0 {
				m.Edges = append(m.Edges, uint32(i/3))
			}
		}
		a := m.Edges[0]
		b := m.Edges[slices.IndexFunc(m.Edges, func(v uint32) bool { return m.Positions[3*v+2] != m.Positions[3*a+2] })]
		m.Edges = []uint32{b, a}
	})
	if got, _ := snapDown(p, 0.98, 0.1, PickOptions{}); got.Kind != SnapEdge {
		t.Errorf("at the marked edge: kind %d", got.Kind)
	}
	if got, _ := snapDown(p, -0.98, 0.1, PickOptions{}); got.Kind != SnapFace {
		t.Errorf("at one that is not marked: kind %d", got.Kind)
	}
}

func TestSnapLeavesOutWhatIsCutAway(t *testing.T) {
	_, p, _ := plate(nil)
	cut := &Section{Planes: []Plane{PlaneThrough(mgl64.Vec3{0.99, 0, 0}, mgl64.Vec3{-1, 0, 0})}}
	if got, ok := snapDown(p, 0.98, 0.1, PickOptions{Section: cut}); !ok || got.Kind != SnapFace {
		t.Errorf("kind %d at %v", got.Kind, got.Point)
	}
}

// A mesh so fine that the pointer covers thousands of triangles has no borders where the search ended.
func TestSnapOnFineMeshes(t *testing.T) {
	s := New()
	s.AddNode(Root, Node{Mesh: s.MustAddMesh(NewSphere(1, 600, 0))})
	p := NewPicker(s)
	for x := -0.5; x < 0.6; x += 0.1 {
		eye := mgl64.Vec3{x, 0.1, 10}
		if got, ok := p.SnapAt(Ray{eye, mgl64.Vec3{0, 0, -1}}, PickOptions{}, 0.01); !ok || got.Kind != SnapFace {
			t.Errorf("kind %d at %v", got.Kind, got.Point)
		}
	}
}

func TestWithinIsAnAngleAtTheTarget(t *testing.T) {
	for _, ortho := range []bool{false, true} {
		c := Camera{Eye: mgl64.Vec3{0, 0, 20}, Ortho: ortho}
		r := c.RayAt(500, 400, 1000, 800)
		off := c.RayAt(510, 400, 1000, 800)
		at := off.At(mgl64.Vec3{}.Sub(off.Origin).Dot(off.Direction)) // near the target
		if got, want := c.Within(10, 800), angleTo(r, at); math.Abs(got-want) > 0.02*want {
			t.Errorf("ortho %v: %v, want %v", ortho, got, want)
		}
	}
}

// Whatever the mesh is, a snap is finite, within the angle, and on the box of its node.
func TestSnapOfAnything(t *testing.T) {
	coordinate := rapid.OneOf(rapid.Float32Range(-1, 1), rapid.SampledFrom([]float32{0, 1, -1, 1e-30, 1e30}))
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(rt, "vertices")
		m := &Mesh{}
		for range 3 * n {
			m.Positions = append(m.Positions, coordinate.Draw(rt, "x"))
		}
		index := rapid.IntRange(0, n-1)
		for range 3 * rapid.IntRange(0, 12).Draw(rt, "triangles") {
			m.Indices = append(m.Indices, uint32(index.Draw(rt, "index")))
		}
		for range 2 * rapid.IntRange(0, 2).Draw(rt, "edges") {
			m.Edges = append(m.Edges, uint32(index.Draw(rt, "end")))
		}
		s := New()
		scale := rapid.SampledFrom([]float64{1, 1e-9, 1e6}).Draw(rt, "scale")
		s.AddNode(Root, Node{Mesh: s.MustAddMesh(m), Local: Transform{Scale: mgl64.Vec3{scale, 1, rapid.SampledFrom([]float64{1, 1e-300}).Draw(rt, "flat")}}})
		p := NewPicker(s)
		from := mgl64.Vec3{rapid.Float64Range(-2, 2).Draw(rt, "ex"), rapid.Float64Range(-2, 2).Draw(rt, "ey"), 3}
		ray := Ray{from, mgl64.Vec3{rapid.Float64Range(-1, 1).Draw(rt, "tx"), 0.1, 0}.Sub(from).Normalize()}
		within := rapid.SampledFrom([]float64{0, 0.01, 0.5, math.Inf(1)}).Draw(rt, "within")
		got, ok := p.SnapAt(ray, PickOptions{}, within)
		if !ok {
			return
		}
		for _, v := range []mgl64.Vec3{got.Point, got.Normal, got.Edge[0], got.Edge[1], got.Centre} {
			if l := v.Dot(v) + got.RadiusM; l-l != 0 {
				rt.Fatalf("%+v", got)
			}
		}
		if a := angleTo(ray, got.Point); got.Kind != SnapFace && a > maxSnapRad+1e-9 {
			rt.Fatalf("%v rad beside the ray", a)
		}
	})
}
