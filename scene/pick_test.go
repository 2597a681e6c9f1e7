package scene

import (
	"math"
	"math/rand"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

// brute tests all triangles of all nodes.
func brute(s *Scene, ray Ray) (best Hit) {
	best = Hit{Node: NoNode, Distance: math.Inf(1)}
	for id := NodeID(0); int(id) < s.Len(); id++ {
		m := s.Mesh(s.Node(id).Mesh)
		if m == nil {
			continue
		}
		world := s.World(id)
		at := func(i uint32) mgl64.Vec3 {
			return mgl64.TransformCoordinate(mgl64.Vec3{float64(m.Positions[3*i]), float64(m.Positions[3*i+1]), float64(m.Positions[3*i+2])}, world)
		}
		for k := 0; k < m.Triangles(); k++ {
			a, b, c := at(m.Indices[3*k]), at(m.Indices[3*k+1]), at(m.Indices[3*k+2])
			n := b.Sub(a).Cross(c.Sub(a))
			t := n.Dot(a.Sub(ray.Origin)) / n.Dot(ray.Direction)
			if !(t > 0 && t < best.Distance) {
				continue
			}
			p := ray.At(t)
			if n.Dot(b.Sub(a).Cross(p.Sub(a))) >= 0 && n.Dot(c.Sub(b).Cross(p.Sub(b))) >= 0 && n.Dot(a.Sub(c).Cross(p.Sub(c))) >= 0 {
				best = Hit{Node: id, Distance: t, Triangle: k, Point: p}
			}
		}
	}
	return best
}

func clutter(rnd *rand.Rand, n int) *Scene {
	s := New()
	meshes := []MeshID{s.MustAddMesh(NewBox(1, 2, 3, 0)), s.MustAddMesh(NewSphere(1, 16, 0)), s.MustAddMesh(NewCylinder(1, 0.5, 3, 12, 0))}
	for i := 0; i < n; i++ {
		local := At(rnd.NormFloat64()*20, rnd.NormFloat64()*20, rnd.NormFloat64()*20).
			Turned(rnd.Float64()*6, mgl64.Vec3{rnd.NormFloat64(), rnd.NormFloat64(), 1})
		local.Scale = mgl64.Vec3{0.5 + rnd.Float64(), 0.5 + rnd.Float64(), -0.5 - rnd.Float64()}
		s.AddNode(Root, Node{Mesh: meshes[i%3], Local: local})
	}
	return s
}

func TestPickEqualsBruteForce(t *testing.T) {
	rnd := rand.New(rand.NewSource(7))
	s := clutter(rnd, 150)
	p := NewPicker(s)
	hits := 0
	for round := 0; round < 3; round++ {
		for i := 0; i < 150; i++ {
			o := mgl64.Vec3{rnd.NormFloat64(), rnd.NormFloat64(), rnd.NormFloat64()}.Mul(60)
			ray := Ray{o, mgl64.Vec3{rnd.NormFloat64() * 10, rnd.NormFloat64() * 10, rnd.NormFloat64() * 10}.Sub(o).Normalize()}
			want := brute(s, ray)
			got, ok := p.Pick(ray, PickOptions{})
			if ok != (want.Node != NoNode) || ok && math.Abs(got.Distance-want.Distance) > 1e-5*want.Distance {
				t.Fatalf("ray %v: %+v, want %+v", ray, got, want)
			}
			if ok {
				hits++
				if got.Normal.Dot(ray.Direction) > 0 || math.Abs(got.Normal.Len()-1) > 1e-9 {
					t.Fatalf("normal %v of ray %v", got.Normal, ray.Direction)
				}
			}
		}
		for i := 0; i < 40; i++ { // move some: the tree is refitted
			id := NodeID(1 + rnd.Intn(s.Len()-1))
			tr := s.Node(id).Local
			tr.Translation = tr.Translation.Add(mgl64.Vec3{rnd.NormFloat64() * 5, 0, 0})
			s.SetLocal(id, tr)
		}
		s.AddNode(Root, Node{Mesh: 1, Local: At(rnd.Float64(), 0, 0)}) // and add one: it is built again
	}
	if hits < 50 {
		t.Errorf("only %d hits: the test looks past the scene", hits)
	}
}

func TestPickRespectsSectionRoleAndVisibility(t *testing.T) {
	s := New()
	box := s.MustAddMesh(NewBox(2, 2, 2, 0))
	shell := s.AddNode(Root, Node{Name: "shell", Mesh: box, Role: Shell, Local: Transform{}.Scaled(2)})
	inner := s.AddNode(Root, Node{Name: "inner", Mesh: box})
	ground := s.AddNode(Root, Node{Name: "ground", Mesh: s.MustAddMesh(NewPlane(100, 0)), Role: Ground, Local: At(0, -5, 0)})
	p := NewPicker(s)
	down := Ray{mgl64.Vec3{0.3, 10, 0.2}, mgl64.Vec3{0, -1, 0}}
	pick := func(o PickOptions) NodeID {
		h, _ := p.Pick(down, o)
		return h.Node
	}
	if got := pick(PickOptions{}); got != shell {
		t.Errorf("picked %d, want the shell", got)
	}
	cut := &Section{Planes: []Plane{PlaneThrough(mgl64.Vec3{}, mgl64.Vec3{0, -1, 0})}, ShellsOnly: true}
	if got := pick(PickOptions{Section: cut}); got != inner {
		t.Errorf("picked %d through the cut shell, want the inner box", got)
	}
	if got := pick(PickOptions{Skip: func(id NodeID) bool { return id == shell }}); got != inner {
		t.Errorf("picked %d with the shell skipped", got)
	}
	if all := p.PickAll(down, PickOptions{Grounds: true}); len(all) != 3 || all[0].Node != shell || all[2].Node != ground {
		t.Errorf("PickAll = %+v", all)
	}
	s.SetVisible(shell, false)
	s.SetVisible(inner, false)
	if got := pick(PickOptions{}); got != NoNode {
		t.Errorf("picked %d of nothing", got)
	}
	if got := pick(PickOptions{Grounds: true}); got != ground {
		t.Errorf("picked %d, want the ground", got)
	}
	if _, ok := p.Pick(down, PickOptions{Grounds: true, Farthest: 3}); ok {
		t.Error("picked beyond the limit")
	}
}

func TestSectionKeeps(t *testing.T) {
	b := Bounds{mgl64.Vec3{-1, -1, -1}, mgl64.Vec3{1, 1, 1}}
	in, out := mgl64.Vec3{0.5, 0, 0}, mgl64.Vec3{1.5, 0, 0}
	if s := BoxSection(b, KeepInside); s.Cuts(in) || !s.Cuts(out) {
		t.Error("KeepInside is wrong")
	}
	if s := BoxSection(b, KeepOutside); !s.Cuts(in) || s.Cuts(out) {
		t.Error("KeepOutside is wrong")
	}
	if (&Section{}).Cuts(in) || (*Section)(nil).Active() {
		t.Error("an empty section cuts")
	}
}

func TestSelection(t *testing.T) {
	var s Selection
	s.Set(3, 4, 3, NoNode)
	g := s.Generation()
	s.Set(3, 4)
	if len(s.Nodes()) != 2 || s.Primary() != 4 || s.Generation() != g {
		t.Errorf("%v, primary %d", s.Nodes(), s.Primary())
	}
	s.Toggle(4)
	s.Toggle(9)
	if !s.Has(9) || s.Has(4) || s.Primary() != 9 {
		t.Errorf("%v", s.Nodes())
	}
	s.Clear()
	if s.Primary() != NoNode {
		t.Error("Clear left something")
	}
}

// Degenerate input must not crash or hang: coinciding triangles, flat boxes, rays along axes.
func TestTreeOfDegenerateTriangles(t *testing.T) {
	m := &Mesh{Positions: make([]float32, 9*500), Indices: make([]uint32, 3*500)}
	for i := range m.Indices {
		m.Indices[i] = uint32(i)
	}
	s := New()
	s.AddNode(Root, Node{Mesh: s.MustAddMesh(m)})
	if _, ok := NewPicker(s).Pick(Ray{mgl64.Vec3{0, 0, 5}, mgl64.Vec3{0, 0, -1}}, PickOptions{}); ok {
		t.Error("hit a point")
	}
	plane := New()
	plane.AddNode(Root, Node{Mesh: plane.MustAddMesh(NewPlane(10, 0))})
	if h, ok := NewPicker(plane).Pick(Ray{mgl64.Vec3{1, 5, 1}, mgl64.Vec3{0, -1, 0}}, PickOptions{}); !ok || math.Abs(h.Distance-5) > 1e-9 {
		t.Errorf("plane: %+v %v", h, ok)
	}
}
