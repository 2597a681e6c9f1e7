package process

import (
	"context"
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

func jobOf(ctx context.Context) *loading.Job {
	return loading.New(ctx, fstest.MapFS{}, "model", loading.Limits{})
}

func mustTexture(t testing.TB, s *scene.Scene) scene.TextureID {
	id, err := s.AddTexture(scene.Texture{Image: &scene.Image{Width: 1, Height: 1, Pix: make([]uint8, 4)}})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestDedupe(t *testing.T) {
	s := scene.New()
	red := s.AddMaterial(scene.Material{Name: "red", BaseColor: [4]float32{1, 0, 0, 1}, Layers: &scene.Layers{IOR: 1.4}})
	alike := s.AddMaterial(scene.Material{Name: "red", BaseColor: [4]float32{1, 0, 0, 1}, Layers: &scene.Layers{IOR: 1.4}})
	other := s.AddMaterial(scene.Material{Name: "red", BaseColor: [4]float32{1, 0, 0, 1}, Layers: &scene.Layers{IOR: 1.5}})
	add := func(name string, m *scene.Mesh) scene.NodeID {
		m.Name = name
		return s.AddNode(scene.Root, scene.Node{Name: name, Mesh: s.MustAddMesh(m)})
	}
	a := add("a", scene.NewBox(1, 2, 3, red))
	b := add("b", scene.NewBox(1, 2, 3, alike))
	c := add("c", scene.NewBox(1, 2, 3, other))
	d := add("d", scene.NewBox(1, 2, 4, red))
	turned := scene.NewBox(1, 2, 3, red)
	turned.Normals[0] = -turned.Normals[0] + 0.1
	e := add("e", turned)
	f := add("f", scene.NewBox(1, 2, 3, red))
	s.Document().Variants = []scene.Variant{{Materials: map[scene.PartRef]scene.MaterialID{{Mesh: s.Node(f).Mesh}: other}}}
	if n := Dedupe(s); n != 1 {
		t.Errorf("%d meshes saved, want 1", n)
	}
	shows := func(id scene.NodeID) scene.MeshID { return s.Node(id).Mesh }
	if shows(a) != shows(b) || shows(a) == shows(c) || shows(a) == shows(d) || shows(a) == shows(e) || shows(a) == shows(f) {
		t.Errorf("nodes show %d %d %d %d %d %d", shows(a), shows(b), shows(c), shows(d), shows(e), shows(f))
	}
}

func TestPrepare(t *testing.T) {
	s := scene.New()
	mapped := s.AddMaterial(scene.Material{Name: "bumps", NormalMap: scene.Map{Texture: mustTexture(t, s)}})
	ball := painted(60)
	ball.Parts = []scene.Part{{Count: len(ball.Indices), Material: mapped}}
	plain := painted(61)
	one, two := s.MustAddMesh(ball), s.MustAddMesh(plain)
	n := s.AddNode(scene.Root, scene.Node{Mesh: one})
	s.AddNode(scene.Root, scene.Node{Mesh: two})
	s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(ball.Fork())})
	s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(&scene.Mesh{Positions: []float32{1, 2, 3}, Points: []uint32{0}})})
	job := jobOf(context.Background())
	var last loading.Progress
	job.OnProgress(func(p loading.Progress) { last = p })
	if err := Prepare(job, s); err != nil {
		t.Fatal(err)
	}
	got, other := s.Mesh(s.Node(n).Mesh), s.Mesh(two)
	checkTangents(t, got)
	if len(got.LODs) < 2 || len(got.LODs[0].Parts) != 1 || len(other.Tangents) != 0 || len(other.LODs) < 2 {
		t.Errorf("%d and %d coarser versions, %d tangents where none are needed", len(got.LODs), len(other.LODs), len(other.Tangents))
	}
	if last.Stage != loading.Preparing || last.Fraction() != 1 {
		t.Errorf("progress ended at %+v", last)
	}
	if s.Mesh(3) != nil {
		t.Error("equal meshes were not merged")
	}
	if _, ok := scene.NewPicker(s).Pick(scene.Ray{Origin: mgl64.Vec3{0.1, 5, 0.1}, Direction: mgl64.Vec3{0, -1, 0}}, scene.PickOptions{}); !ok {
		t.Error("nothing to pick")
	}
}

func TestPrepareStops(t *testing.T) {
	s := scene.New()
	for i := range 4 {
		s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(bumpy(500 + i))})
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	start := time.Now()
	if Prepare(jobOf(ctx), s) == nil {
		t.Error("was not stopped")
	}
	if d := time.Since(start); d > patience {
		t.Errorf("stopped after %v", d)
	}
}

func BenchmarkPrepare(b *testing.B) {
	for _, n := range []int{1, 100} {
		b.Run(fmt.Sprintf("1M triangles in %d", n), func(b *testing.B) {
			var meshes []*scene.Mesh
			for i := range n {
				m := bumpy(1000 / []int{1: 1, 100: 10}[n])
				for k := range m.Positions {
					m.Positions[k] *= 1 + float32(i)/100
				}
				meshes = append(meshes, m)
			}
			for b.Loop() {
				s := scene.New()
				for _, m := range meshes {
					s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(m.Fork())})
				}
				if err := Prepare(jobOf(context.Background()), s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkDedupe10k(b *testing.B) {
	s := scene.New()
	for range 10_000 {
		s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(scene.NewSphere(1, 24, 0))})
	}
	for b.Loop() {
		if n := Dedupe(s.Clone()); n != 9999 {
			b.Fatal(n)
		}
	}
}
