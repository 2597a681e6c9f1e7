package process_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/orrery-twin/orrery/assets/gltf"
	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/assets/process"
	"github.com/orrery-twin/orrery/scene"
)

// TestModelsOfOthers prepares real models and looks at what comes out.
func TestModelsOfOthers(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "models")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the models of others are not here:", dir)
	}
	for _, name := range []string{"loaders/gltf/test/data/glb/DamagedHelmet.glb", "assimp/glTF2/2CylinderEngine-glTF-Binary/2CylinderEngine.glb",
		"draco/Lantern/glTF/Lantern.gltf"} {
		t.Run(filepath.Base(name), func(t *testing.T) {
			folder, err := loading.OpenFolder(filepath.Join(dir, filepath.FromSlash(filepath.Dir(name))))
			if err != nil {
				t.Skip("this model is not here")
			}
			defer folder.Close()
			job := loading.New(context.Background(), folder, filepath.Base(name), loading.Limits{})
			defer job.Close()
			s, err := gltf.Read(job)
			if err != nil {
				t.Fatal(err)
			}
			if err := process.Prepare(job, s); err != nil {
				t.Fatal(err)
			}
			for _, m := range s.Meshes() {
				if m != nil && m.Triangles() >= 2000 {
					looksRight(t, m)
				}
			}
		})
	}
}

// TestTangentsOfOthers compares with the tangents that models bring with them, made by the tools of their authors.
func TestTangentsOfOthers(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "data", "models", "draco")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the models of others are not here:", dir)
	}
	for _, name := range []string{"Lantern/glTF/Lantern.gltf", "KhronosSampleModels/SheenCloth/glTF/SheenCloth.gltf"} {
		folder, err := loading.OpenFolder(filepath.Join(dir, filepath.FromSlash(filepath.Dir(name))))
		if err != nil {
			t.Skip("this model is not here")
		}
		defer folder.Close()
		job := loading.New(context.Background(), folder, filepath.Base(name), loading.Limits{})
		defer job.Close()
		s, err := gltf.Read(job)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range s.Meshes()[1:] {
			bare := m.Fork()
			bare.Tangents = nil
			made := process.Tangents(bare)
			for k, v := range made.Indices {
				a, b := made.Tangents[4*v:4*v+4], m.Tangents[4*m.Indices[k]:]
				if a[0]*b[0]+a[1]*b[1]+a[2]*b[2] < 0.95 || a[3] != b[3] {
					t.Fatalf("%s: corner %d: %v, want %v", m.Name, k, a, b[:4])
				}
			}
		}
	}
}

func looksRight(t *testing.T, m *scene.Mesh) {
	t.Helper()
	if err := m.Check(); err != nil {
		t.Error(err)
	}
	t.Logf("%q: %d triangles, %d vertices, %.3g m", m.Name, m.Triangles(), m.Vertices(), m.Bounds.Diagonal())
	last, strayed := m.Triangles(), float32(0)
	for k, l := range m.LODs {
		n := len(l.Indices) / 3
		t.Logf("  %d triangles, strays %.3g m", n, l.ErrorM)
		if n >= last || l.ErrorM < strayed || float64(l.ErrorM) > 0.05*m.Bounds.Diagonal() {
			t.Errorf("version %d is no coarser, or another thing", k)
		}
		last, strayed = n, l.ErrorM
	}
	if len(m.LODs) == 0 {
		t.Error("no coarser version")
	}
}
