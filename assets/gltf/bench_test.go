package gltf

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// largeModel writes a GLB of about so many megabytes: spheres of 10 MB each.
func largeModel(b *testing.B, megabytes int) string {
	s := scene.New()
	m := scene.NewSphere(1, 700, 0) // 245,000 vertices, 490,000 triangles
	for range megabytes / 11 {
		c := m.Fork()
		c.Positions = append([]float32(nil), m.Positions...) // or it would be written once
		c.Normals = append([]float32(nil), m.Normals...)
		c.Indices = append([]uint32(nil), m.Indices...)
		s.AddNode(scene.Root, scene.Node{Name: "ball", Mesh: s.MustAddMesh(c)})
	}
	file := filepath.Join(b.TempDir(), "large.glb")
	var out bytes.Buffer
	if err := Write(&out, s, "bench"); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}

// BenchmarkRead100MB reads a file of 100 MB from the disk; first-ms is the time until the boxes are there.
func BenchmarkRead100MB(b *testing.B) {
	file := largeModel(b, 100)
	st, _ := os.Stat(file)
	b.SetBytes(st.Size())
	first := time.Duration(0)
	for b.Loop() {
		folder, err := loading.OpenFolder(filepath.Dir(file))
		if err != nil {
			b.Fatal(err)
		}
		job := loading.New(context.Background(), folder, filepath.Base(file), loading.Limits{})
		began, seen := time.Now(), false
		job.OnPreview(func(*scene.Scene) {
			if !seen {
				first += time.Since(began)
				seen = true
			}
		})
		if _, err := Read(job); err != nil {
			b.Fatal(err)
		}
		job.Close()
		folder.Close()
	}
	b.ReportMetric(float64(first.Microseconds())/1000/float64(b.N), "first-ms")
}

// BenchmarkWrite100MB writes as much to nowhere.
func BenchmarkWrite100MB(b *testing.B) {
	file := largeModel(b, 100)
	s, _, err := loadPath(file, loading.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	st, _ := os.Stat(file)
	b.SetBytes(st.Size())
	for b.Loop() {
		if err := Write(discard{}, s, "bench"); err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// BenchmarkManyNodes reads 10,000 nodes with a mesh and a material each, the shape of a plant.
func BenchmarkManyNodes(b *testing.B) {
	s := scene.New()
	for i := range 10_000 {
		m := s.AddMaterial(scene.Material{Roughness: float32(i%100) / 100})
		s.AddNode(scene.Root, scene.Node{Name: "part", Mesh: s.MustAddMesh(scene.NewBox(1, 2, 3, m)), Local: scene.At(float64(i), 0, 0)})
	}
	file := filepath.Join(b.TempDir(), "m.glb")
	if err := os.WriteFile(file, written(b, s), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, _, err := loadPath(file, loading.Limits{}); err != nil {
			b.Fatal(err)
		}
	}
}
