package scene

import (
	"slices"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"
)

// machine is a model with a body, a lid and a screw below the lid, each with a mesh of its own.
func machine(without ...string) *Scene {
	m := New()
	at := map[string]NodeID{"": Root}
	for _, path := range []string{"body", "body/lid", "body/lid/screw", "foot"} {
		if slices.Contains(without, path) {
			continue
		}
		up, name := "", path
		if i := strings.LastIndexByte(path, '/'); i >= 0 {
			up, name = path[:i], path[i+1:]
		}
		tex, err := m.AddTexture(Texture{Image: &Image{Width: 1, Height: 1, Pix: make([]uint8, 4)}})
		if err != nil {
			panic(err)
		}
		mat := m.AddMaterial(Material{Name: path, BaseColorMap: Map{Texture: tex}})
		box := NewBox(1, 1, 1, mat)
		at[path] = m.AddNode(at[up], Node{Name: name, Mesh: m.MustAddMesh(box), Local: At(1, 0, 0)})
	}
	return m
}

func live[T any](list []T, there func(T) bool) (n int) {
	for _, x := range list {
		if there(x) {
			n++
		}
	}
	return n
}

func counts(s *Scene) (meshes, textures int) {
	return live(s.Meshes(), func(m *Mesh) bool { return m != nil }), live(s.Textures(), func(t Texture) bool { return t.Image != nil })
}

func TestRemoveFreesPathsMeshesAndTextures(t *testing.T) {
	s := New()
	model := machine()
	a := s.Instantiate(model, Root, "a", Transform{})
	b := s.Instantiate(model, Root, "b", At(5, 0, 0))
	before := slices.Clone(s.Meshes())
	shown := s.Meshes()
	s.Remove(a)
	if meshes, textures := counts(s); meshes != 4 || textures != 4 {
		t.Errorf("the other instance has %d meshes and %d textures left", meshes, textures)
	}
	s.Remove(b)
	if meshes, textures := counts(s); meshes != 0 || textures != 0 {
		t.Errorf("%d meshes and %d textures are left over", meshes, textures)
	}
	if !slices.Equal(before, shown) {
		t.Error("a slice that a reader holds was written to")
	}
	if _, ok := s.Find("a/body/lid"); ok || s.Has(a) || len(s.Node(Root).Children) != 0 {
		t.Error("the nodes are still there")
	}
	if !s.Bounds(Root).Empty() {
		t.Errorf("an empty scene has bounds %v", s.Bounds(Root))
	}
	if c := s.Instantiate(model, Root, "a", Transform{}); c <= b || s.Node(c).Path != "a" {
		t.Errorf("the new instance is node %d with path %q", c, s.Node(c).Path)
	}
	if _, ok := NewPicker(s).Pick(Ray{mgl64.Vec3{1, 5, 0}, mgl64.Vec3{0, -1, 0}}, PickOptions{}); !ok {
		t.Error("the new instance cannot be picked")
	}
	s.Remove(a) // gone already
}

func TestModelsWithRemovedNodes(t *testing.T) {
	model := machine()
	lid, _ := model.Find("body/lid")
	model.Remove(lid)
	s := New()
	at := s.Instantiate(model, Root, "m", Transform{})
	if _, ok := s.Find("m/foot"); !ok || len(s.Node(at).Children) != 2 {
		t.Error("what is left of the model did not come over")
	}
	if rev := s.Replace(at, model); rev.Kept != 2 || rev.Added+len(rev.Removed) != 0 {
		t.Errorf("replaced by itself: %+v", rev)
	}
}

func TestReplaceKeepsIdsByPath(t *testing.T) {
	s := New()
	at := s.Instantiate(machine("foot"), Root, "m", At(10, 0, 0))
	lid, _ := s.Find("m/body/lid")
	s.SetAsset(lid, "plant/lid")
	s.SetLocal(lid, At(9, 9, 9)) // as a binding does
	next := machine("body/lid/screw")
	rev := s.Replace(at, next)
	if now, ok := s.Find("m/body/lid"); !ok || now != lid || s.Node(lid).Asset != "plant/lid" || s.Node(lid).Local.Translation[0] != 1 {
		t.Errorf("the lid is node %d, was %d: %+v", now, lid, s.Node(lid))
	}
	if want := []string{"body/lid/screw"}; !slices.Equal(rev.Removed, want) || rev.Kept != 2 || rev.Added != 1 {
		t.Errorf("revision %+v", rev)
	}
	if s.Node(at).Local.Translation[0] != 10 {
		t.Error("the instance moved")
	}
	if meshes, textures := counts(s); meshes != 3 || textures != 3 {
		t.Errorf("%d meshes, %d textures after the second version with 3", meshes, textures)
	}
	if rev = s.Replace(at, next); rev.Kept != 3 || rev.Added+len(rev.Removed) != 0 {
		t.Errorf("the same version again: %+v", rev)
	}
}

// Whatever is added, replaced and removed in whatever order, the tree stays a tree with parents before children.
func TestTreeStaysWhole(t *testing.T) {
	parts := []string{"body/lid/screw", "body/lid", "foot", "body"}
	rapid.Check(t, func(t *rapid.T) {
		s := New()
		var tops []NodeID
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			model := machine(parts[:rapid.IntRange(0, 2).Draw(t, "less")]...)
			switch what := rapid.IntRange(0, 2).Draw(t, "what"); {
			case what == 0 || len(tops) == 0:
				tops = append(tops, s.Instantiate(model, Root, "m", Transform{}))
			case what == 1:
				s.Replace(rapid.SampledFrom(tops).Draw(t, "which"), model)
			default:
				i := rapid.IntRange(0, len(tops)-1).Draw(t, "which")
				s.Remove(tops[i])
				tops = slices.Delete(tops, i, i+1)
			}
		}
		seen := map[NodeID]bool{}
		s.Walk(Root, func(id NodeID) bool {
			n := s.Node(id)
			if seen[id] || !s.Has(id) || id != Root && n.Parent >= id {
				t.Fatalf("node %d below %d", id, n.Parent)
			}
			if at, ok := s.Find(n.Path); !ok || at != id {
				t.Fatalf("%q finds %d, not %d", n.Path, at, id)
			}
			if n.Mesh != NoMesh && s.Mesh(n.Mesh) == nil {
				t.Fatalf("%q shows a mesh that was freed", n.Path)
			}
			seen[id] = true
			return true
		})
		for id := NodeID(0); int(id) < s.Len(); id++ {
			if s.Has(id) != seen[id] || !seen[id] && s.Node(id).Mesh != NoMesh {
				t.Fatalf("node %d is neither there nor gone", id)
			}
		}
	})
}

func TestClipsComeAndGoWithTheirModel(t *testing.T) {
	model := New()
	box := NewBox(1, 1, 1, 0)
	box.Morphs = []Morph{{Positions: make([]float32, len(box.Positions))}}
	arm := model.AddNode(Root, Node{Name: "arm", Mesh: model.MustAddMesh(box), Weights: []float32{0}})
	model.Document().Clips = []Clip{{Name: "wave", DurationSec: 1, Channels: []Channel{
		{Target: MoveTranslation, Node: arm, TimesSec: []float32{0, 1}, Values: []float32{0, 0, 0, 0, 4, 0}},
		{Target: MoveWeights, Node: arm, TimesSec: []float32{0, 1}, Values: []float32{0, 1}}}}}
	s := New()
	a := s.Instantiate(model, Root, "a", Transform{})
	b := s.Instantiate(model, Root, "b", At(5, 0, 0))
	clips := func() []Clip { return s.Document().Clips }
	s.Pose(&clips()[0], .5)
	s.Deform()
	if meshes, _ := counts(s); meshes != 2 {
		t.Fatalf("%d meshes with one deformed copy", meshes)
	}
	s.Replace(a, model)
	if at, _ := s.Find("a/arm"); len(clips()) != 2 || s.Node(at).Local.Translation[1] != 0 {
		t.Errorf("after a new version: %d clips, %+v", len(clips()), s.Node(at).Local)
	}
	for i := range clips() {
		s.Pose(&clips()[i], 1)
	}
	s.Deform()
	for _, path := range []string{"a/arm", "b/arm"} {
		if at, _ := s.Find(path); s.Node(at).Local.Translation[1] != 4 {
			t.Errorf("%s does not move", path)
		}
	}
	s.Remove(a)
	if len(clips()) != 1 || !s.Under(clips()[0].Root, b) {
		t.Errorf("clips %+v are left", clips())
	}
	s.Remove(b)
	if meshes, _ := counts(s); meshes != 0 || len(clips()) != 0 {
		t.Errorf("%d meshes and %d clips are left over", meshes, len(clips()))
	}
}

// A model that was deformed when it was loaded is deformed anew where it was instantiated.
func TestInstancesOfDeformedModelsDeform(t *testing.T) {
	model := New()
	box := NewBox(1, 1, 1, 0)
	up := make([]float32, len(box.Positions))
	for i := 1; i < len(up); i += 3 {
		up[i] = 4
	}
	box.Morphs = []Morph{{Positions: up}}
	model.AddNode(Root, Node{Name: "arm", Mesh: model.MustAddMesh(box), Weights: []float32{.5}})
	model.Deform()
	s := New()
	at := s.Instantiate(model, Root, "m", Transform{})
	arm, _ := s.Find("m/arm")
	for i, w := range []float32{.5, 1, 0} {
		if i == 2 {
			s.Replace(at, model)
		}
		s.nodes[arm].Weights = []float32{w}
		s.Deform()
		if y := s.Bounds(arm).Center()[1]; y != 4*float64(w) {
			t.Errorf("with weight %g it stands at %g", w, y)
		}
	}
	s.Remove(at)
	if meshes, _ := counts(s); meshes != 0 {
		t.Errorf("%d meshes are left over", meshes)
	}
}

func BenchmarkReplace(b *testing.B) {
	model := New()
	box := model.MustAddMesh(NewBox(1, 1, 1, 0))
	for i := range 100_000 {
		model.AddNode(NodeID(i/8), Node{Name: "part", Mesh: box})
	}
	s := New()
	at := s.Instantiate(model, Root, "m", Transform{})
	for b.Loop() {
		s.Replace(at, model)
	}
}

func BenchmarkInstantiate(b *testing.B) {
	model := New()
	box := model.MustAddMesh(NewBox(1, 1, 1, 0))
	for i := range 100_000 {
		model.AddNode(NodeID(i/8), Node{Name: "part", Mesh: box})
	}
	for b.Loop() {
		New().Instantiate(model, Root, "m", Transform{})
	}
}
