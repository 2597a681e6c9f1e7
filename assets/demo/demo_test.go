package demo

import (
	"bytes"
	"context"
	"flag"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin/project"
)

var update = flag.Bool("update", false, "write the model files anew")

// The committed files are what the code makes. Another processor may round sines otherwise in the last digit, so where
// the bytes differ, the geometry is compared to a millimetre.
func TestModelFilesAreCurrent(t *testing.T) {
	for name, model := range Models {
		want, err := GLB(model)
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("windfarm", filepath.FromSlash(name))
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		have, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(have, want) {
			continue
		}
		m, err := assets.Load(context.Background(), os.DirFS("windfarm"), name, assets.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if !same(t, m.Scene, model()) {
			t.Errorf("%s is not what the code makes: run go generate ./assets/demo", name)
		}
	}
}

func same(t *testing.T, a, b *scene.Scene) bool {
	if a.Len() != b.Len() || len(a.Meshes()) != len(b.Meshes()) {
		return false
	}
	for i, m := range a.Meshes() {
		if m == nil {
			continue
		}
		o := b.Meshes()[i]
		if len(m.Indices) != len(o.Indices) || len(m.Positions) != len(o.Positions) {
			return false
		}
		for k := range m.Positions {
			if math.Abs(float64(m.Positions[k]-o.Positions[k])) > 1e-3 {
				return false
			}
		}
	}
	for i := range a.Len() {
		n, o := a.Node(scene.NodeID(i)), b.Node(scene.NodeID(i))
		if n.Path != o.Path || n.Local.Translation.Sub(o.Local.Translation).Len() > 1e-9 {
			t.Logf("node %s is %s", n.Path, o.Path)
			return false
		}
	}
	return true
}

func load(t testing.TB, farm fs.FS) *project.Project {
	t.Helper()
	p, err := project.LoadFS(farm, project.FileName)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
