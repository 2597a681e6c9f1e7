package scene

import (
	"slices"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

var down = Ray{mgl64.Vec3{0.1, 10, 0.2}, mgl64.Vec3{0, -1, 0}}

func TestReplaceMesh(t *testing.T) {
	s := New()
	id := s.MustAddMesh(NewBox(1, 1, 1, 0))
	s.AddNode(Root, Node{Name: "a", Mesh: id})
	p := NewPicker(s)
	if h, ok := p.Pick(down, PickOptions{}); !ok || h.Point[1] != 0.5 {
		t.Fatalf("hit %+v", h)
	}
	before, topology := s.Meshes(), s.Topology()
	if err := s.ReplaceMesh(id, NewBox(1, 4, 1, 0)); err != nil {
		t.Fatal(err)
	}
	if before[id] == s.Mesh(id) || s.Topology() == topology {
		t.Error("readers of the old meshes see the new one, or are not told of it")
	}
	if h, ok := p.Pick(down, PickOptions{}); !ok || h.Point[1] != 2 {
		t.Errorf("hit %+v", h)
	}
	if s.ReplaceMesh(7, NewBox(1, 1, 1, 0)) == nil || s.ReplaceMesh(id, &Mesh{Positions: []float32{1}}) == nil {
		t.Error("replaced what is not there, or by what is none")
	}
	if m := NewBox(1, 1, 1, 0); true {
		m.LODs = []LOD{{Indices: m.Indices, Parts: []Part{{Count: 3, Material: 9}}}}
		if _, err := s.AddMesh(m); err == nil {
			t.Error("a coarser version with an unknown material was taken")
		}
	}
}

func TestMergeMeshes(t *testing.T) {
	s := New()
	one, two, three := s.MustAddMesh(NewBox(1, 1, 1, 0)), s.MustAddMesh(NewBox(1, 1, 1, 0)), s.MustAddMesh(NewBox(2, 1, 1, 0))
	a, b, c := s.AddNode(Root, Node{Mesh: one}), s.AddNode(Root, Node{Mesh: two}), s.AddNode(Root, Node{Mesh: three})
	s.MergeMeshes([]MeshID{NoMesh, one, one, three})
	if s.Node(a).Mesh != one || s.Node(b).Mesh != one || s.Node(c).Mesh != three || s.Mesh(two) != nil {
		t.Errorf("nodes show %d, %d, %d", s.Node(a).Mesh, s.Node(b).Mesh, s.Node(c).Mesh)
	}
	if _, ok := NewPicker(s).Pick(down, PickOptions{}); !ok {
		t.Error("nothing was hit")
	}
}

func TestForkSharesTheTreeOfTheSameTriangles(t *testing.T) {
	s := New()
	m := NewSphere(1, 40, 0)
	s.MustAddMesh(m)
	m.Prepare()
	same, other := m.Fork(), m.Fork()
	same.Name = "other name"
	other.Indices = slices.Clone(m.Indices)
	s.MustAddMesh(same)
	s.MustAddMesh(other)
	if same.tree == m.tree || same.triangles() != m.triangles() || other.triangles() == m.triangles() {
		t.Error("trees are shared where they must not be, or not where they may")
	}
}

func TestRestoreTakesOnlyTreesThatFit(t *testing.T) {
	m := NewSphere(1, 40, 0)
	New().MustAddMesh(m)
	nodes, order := m.Tree()
	r := m.Fork()
	if err := r.Restore(nodes, order); err != nil {
		t.Fatal(err)
	}
	s := New()
	s.AddNode(Root, Node{Mesh: s.MustAddMesh(r)})
	if h, ok := NewPicker(s).Pick(down, PickOptions{}); !ok || h.Point[1] < 0.9 {
		t.Errorf("hit %+v", h)
	}
	for name, harm := range map[string]func(n []TreeNode, o []int32) ([]TreeNode, []int32){
		"fewer nodes":     func(n []TreeNode, o []int32) ([]TreeNode, []int32) { return n[:len(n)-1], o },
		"fewer triangles": func(n []TreeNode, o []int32) ([]TreeNode, []int32) { return n, o[1:] },
		"no nodes":        func(n []TreeNode, o []int32) ([]TreeNode, []int32) { return nil, o },
		"wild triangle":   func(n []TreeNode, o []int32) ([]TreeNode, []int32) { o[3] = 1 << 30; return n, o },
		"a loop":          func(n []TreeNode, o []int32) ([]TreeNode, []int32) { n[0].first = 0; return n, o },
		"a shared child":  func(n []TreeNode, o []int32) ([]TreeNode, []int32) { n[0].first = 2; return n, o },
		"wild child":      func(n []TreeNode, o []int32) ([]TreeNode, []int32) { n[0].first = 1 << 30; return n, o },
		"a leaf too long": func(n []TreeNode, o []int32) ([]TreeNode, []int32) { n[len(n)-1].count = 1 << 30; return n, o },
		"negative leaf":   func(n []TreeNode, o []int32) ([]TreeNode, []int32) { n[len(n)-1].count = -1; return n, o },
	} {
		n, o := harm(slices.Clone(nodes), slices.Clone(order))
		if m.Fork().Restore(n, o) == nil {
			t.Errorf("%s: was taken", name)
		}
	}
}
