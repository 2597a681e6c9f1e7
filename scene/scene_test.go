package scene

import (
	"image/color"
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"
)

func near(t testing.TB, what string, got, want mgl64.Vec3) {
	t.Helper()
	if got.Sub(want).Len() > 1e-9*(1+want.Len()) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestWorldFollowsParents(t *testing.T) {
	s := New()
	arm := s.AddNode(Root, Node{Name: "arm", Local: At(10, 0, 0)})
	hand := s.AddNode(arm, Node{Name: "hand", Local: At(0, 2, 0)})
	other := s.AddNode(Root, Node{Name: "other"})
	near(t, "hand", s.World(hand).Col(3).Vec3(), mgl64.Vec3{10, 2, 0})
	before := s.WorldGeneration(other)
	s.SetLocal(arm, At(10, 0, 0).Turned(math.Pi/2, mgl64.Vec3{0, 0, 1}))
	near(t, "turned hand", s.World(hand).Col(3).Vec3(), mgl64.Vec3{8, 0, 0})
	if s.WorldGeneration(other) != before {
		t.Error("a node that did not move counts as moved")
	}
	g := s.Generation()
	s.SetLocal(hand, At(0, 2, 0))
	if s.Generation() != g {
		t.Error("setting what is set already counts as a change")
	}
}

// The two ways of spreading changes (sorted few, one sweep for many) must agree with multiplying from the root.
func TestUpdateEqualsRecomputation(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s := New()
		n := rapid.IntRange(1, 60).Draw(rt, "nodes")
		for i := 0; i < n; i++ {
			s.AddNode(NodeID(rapid.IntRange(0, i).Draw(rt, "parent")), Node{Local: At(1, float64(i), 0)})
		}
		for round := 0; round < 3; round++ {
			s.Update()
			for k := rapid.IntRange(0, n).Draw(rt, "changes"); k > 0; k-- {
				id := NodeID(rapid.IntRange(0, n).Draw(rt, "id"))
				s.SetLocal(id, At(rapid.Float64Range(-5, 5).Draw(rt, "x"), 0, 1).Turned(rapid.Float64Range(-3, 3).Draw(rt, "a"), mgl64.Vec3{1, 1, 0}).Scaled(1.1))
				s.SetOpacity(id, 0.5)
			}
			for id := NodeID(0); int(id) < s.Len(); id++ {
				want, opacity := mgl64.Ident4(), float32(1)
				for at := id; at != NoNode; at = s.Node(at).Parent {
					want = s.Node(at).Local.Matrix().Mul4(want)
					opacity *= s.Node(at).Style.Opacity
				}
				got := s.World(id)
				for i := range got {
					if math.Abs(got[i]-want[i]) > 1e-6*(1+math.Abs(want[i])) {
						rt.Fatalf("node %d: %v, want %v", id, got, want)
					}
				}
				if s.Effective(id).Opacity != opacity && math.Abs(float64(s.Effective(id).Opacity-opacity)) > 1e-6 {
					rt.Fatalf("node %d: opacity %v, want %v", id, s.Effective(id).Opacity, opacity)
				}
			}
		}
	})
}

func TestMatrixIsThatOfMathgl(t *testing.T) {
	tr := Transform{Translation: mgl64.Vec3{1, 2, 3}, Rotation: mgl64.QuatRotate(0.7, mgl64.Vec3{1, 2, 3}.Normalize()), Scale: mgl64.Vec3{2, 3, 4}}
	want := mgl64.Translate3D(1, 2, 3).Mul4(tr.Rotation.Mat4()).Mul4(mgl64.Scale3D(2, 3, 4))
	if !tr.Matrix().ApproxEqualThreshold(want, 1e-12) {
		t.Errorf("%v\nwant %v", tr.Matrix(), want)
	}
}

func TestStylesAreInherited(t *testing.T) {
	s := New()
	a := s.AddNode(Root, Node{Name: "a"})
	b := s.AddNode(a, Node{Name: "b"})
	red := color.NRGBA{R: 255, A: 255}
	s.SetTint(a, red)
	s.SetState(a, Alarm(3)|Stale)
	s.SetState(b, Alarm(1))
	e := s.Effective(b)
	if !e.Visible || e.Tint != red || e.State.Alarm() != 1 || !e.State.Has(Stale) || e.State.Has(Bad) {
		t.Errorf("effective style %+v", e)
	}
	s.SetVisible(a, false)
	if s.Effective(b).Visible {
		t.Error("a child of a hidden node is seen")
	}
	s.SetVisible(a, true)
	s.SetState(b, Alarm(4))
	if got := s.Effective(b).State.Alarm(); got != 3 {
		t.Errorf("alarm %d, want the more urgent 3", got)
	}
}

func TestPathsAreUnique(t *testing.T) {
	s := New()
	a := s.AddNode(Root, Node{Name: "pump"})
	b := s.AddNode(Root, Node{Name: "pump", Asset: "site/P2"})
	c := s.AddNode(b, Node{Name: "motor"})
	if s.Node(a).Path != "pump" || s.Node(b).Path != "pump~2" {
		t.Errorf("paths %q, %q", s.Node(a).Path, s.Node(b).Path)
	}
	if id, ok := s.Find("pump~2/motor"); !ok || id != c {
		t.Error("Find missed the motor")
	}
	if asset, at := s.AssetOf(c); asset != "site/P2" || at != b {
		t.Errorf("AssetOf = %q on %d", asset, at)
	}
	if id, ok := s.FindAsset("site/P2"); !ok || id != b {
		t.Error("FindAsset missed")
	}
	if !s.Under(c, b) || s.Under(c, a) || !s.Under(c, Root) {
		t.Error("Under is wrong")
	}
}

func TestInstancesShareMeshesAndKeepTheirMaterials(t *testing.T) {
	model := New()
	red := model.AddMaterial(Material{Name: "red", BaseColor: [4]float32{1, 0, 0, 1}})
	model.AddNode(Root, Node{Name: "box", Mesh: model.MustAddMesh(NewBox(1, 1, 1, red)), Role: Shell})
	s := New()
	s.AddMaterial(Material{Name: "other"})
	one := s.Instantiate(model, Root, "one", At(1, 0, 0))
	two := s.Instantiate(model, Root, "two", At(2, 0, 0))
	a, _ := s.Find("one/box")
	b, _ := s.Find("two/box")
	if s.Node(a).Mesh != s.Node(b).Mesh || len(s.Meshes()) != 2 {
		t.Error("the second instance has meshes of its own")
	}
	m := s.Mesh(s.Node(a).Mesh)
	if got := s.Materials()[m.Parts[0].Material].Name; got != "red" {
		t.Errorf("material %q, want red", got)
	}
	if &m.Positions[0] != &model.Meshes()[1].Positions[0] {
		t.Error("vertices were copied")
	}
	if s.Role(b) != Shell || s.Role(two) != Solid {
		t.Error("roles were lost")
	}
	near(t, "centre of one", s.Bounds(one).Center(), mgl64.Vec3{1, 0, 0})
	near(t, "centre of all", s.Bounds(Root).Center(), mgl64.Vec3{1.5, 0, 0})
}

func TestCloneIsIndependent(t *testing.T) {
	s := New()
	a := s.AddNode(Root, Node{Name: "a", Mesh: s.MustAddMesh(NewBox(1, 1, 1, 0))})
	c := s.Clone()
	c.SetLocal(a, At(5, 0, 0))
	c.AddNode(a, Node{Name: "more"})
	near(t, "original", s.World(a).Col(3).Vec3(), mgl64.Vec3{})
	near(t, "clone", c.World(a).Col(3).Vec3(), mgl64.Vec3{5, 0, 0})
	if s.Len() != 2 || len(s.Node(a).Children) != 0 {
		t.Error("the original grew with its clone")
	}
}

func TestBadMeshesAreRefused(t *testing.T) {
	nan := float32(math.NaN())
	for name, m := range map[string]*Mesh{
		"index out of range": {Positions: []float32{0, 0, 0}, Indices: []uint32{0, 0, 1}},
		"lone index":         {Positions: []float32{0, 0, 0}, Indices: []uint32{0}},
		"half a position":    {Positions: []float32{0, 0}},
		"part too long":      {Positions: []float32{0, 0, 0}, Indices: []uint32{0, 0, 0}, Parts: []Part{{Count: 6}}},
		"no such material":   {Positions: []float32{0, 0, 0}, Indices: []uint32{0, 0, 0}, Parts: []Part{{Count: 3, Material: 7}}},
		"not a number":       {Positions: []float32{0, nan, 0}, Indices: []uint32{0, 0, 0}},
		"normals missing":    {Positions: []float32{0, 0, 0}, Normals: []float32{0}, Indices: []uint32{0, 0, 0}},
	} {
		if _, err := New().AddMesh(m); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestShapesAreClosedAndFaceOutwards(t *testing.T) {
	for name, m := range map[string]*Mesh{
		"box": NewBox(1, 2, 3, 0), "cylinder": NewCylinder(1, 1, 2, 64, 0), "cone": NewCylinder(1, 0, 2, 64, 0), "sphere": NewSphere(1, 64, 0),
	} {
		if _, err := New().AddMesh(m); err != nil {
			t.Fatal(name, err)
		}
		// The volume by the divergence theorem is right only if all triangles face outwards and close the shape.
		var volume float64
		at := func(i uint32) mgl64.Vec3 {
			return mgl64.Vec3{float64(m.Positions[3*i]), float64(m.Positions[3*i+1]), float64(m.Positions[3*i+2])}
		}
		for i := 0; i < len(m.Indices); i += 3 {
			a, b, c := at(m.Indices[i]), at(m.Indices[i+1]), at(m.Indices[i+2])
			volume += a.Dot(b.Cross(c)) / 6
			n := mgl64.Vec3{float64(m.Normals[3*m.Indices[i]]), float64(m.Normals[3*m.Indices[i]+1]), float64(m.Normals[3*m.Indices[i]+2])}
			if n.Dot(b.Sub(a).Cross(c.Sub(a))) < -1e-6 {
				t.Errorf("%s: a normal points against its triangle", name)
			}
		}
		want := map[string]float64{"box": 6, "cylinder": 2 * math.Pi, "cone": 2 * math.Pi / 3, "sphere": 4 * math.Pi / 3}[name]
		if math.Abs(volume-want) > 0.01*want {
			t.Errorf("%s: volume %.3f, want %.3f", name, volume, want)
		}
	}
}
