package assets

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/orrery-twin/orrery/assets/gltf"
	"github.com/orrery-twin/orrery/scene"
)

func box(t *testing.T) []byte {
	t.Helper()
	s := scene.New()
	m := s.MustAddMesh(scene.NewBox(1, 2, 3, 0))
	s.AddNode(scene.Root, scene.Node{Name: "a", Mesh: m})
	s.AddNode(scene.Root, scene.Node{Name: "b", Mesh: m, Local: scene.At(5, 0, 0)})
	var b bytes.Buffer
	if err := gltf.Write(&b, s, "test"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestOpenByPath(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "box.GLB")
	if err := os.WriteFile(file, box(t), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Open(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	if size := s.Bounds(scene.Root).Size(); size[0] != 6 || size[1] != 2 {
		t.Errorf("size %v", size)
	}
	if _, err := Open(context.Background(), filepath.Join(dir, "nothing.glb")); err == nil {
		t.Error("a missing file was opened")
	}
	if _, err := Open(context.Background(), dir); err == nil {
		t.Error("a folder was opened")
	}
}

func TestFormatIsTakenFromTheContentThenTheName(t *testing.T) {
	fsys := fstest.MapFS{"wrong.stl": {Data: box(t)}, "text.xyz": {Data: []byte("solid")}, "empty.glb": {}, "broken.glb": {Data: []byte("{")}}
	m, err := Load(context.Background(), fsys, "wrong.stl", Options{})
	if err != nil || m.Format != "glTF" {
		t.Errorf("a GLB with another name: %v", err)
	}
	for name, want := range map[string]string{"text.xyz": "convert it to one of", "empty.glb": "empty", "broken.glb": "JSON", "gone.glb": "gone.glb"} {
		if _, err := Load(context.Background(), fsys, name, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
	if f := Formats(); len(f) == 0 || f[0].Extensions[0] != ".glb" {
		t.Errorf("formats %v", f)
	}
}

func TestProgressAndCounts(t *testing.T) {
	var seen []float64
	m, err := Load(context.Background(), fstest.MapFS{"m.glb": {Data: box(t)}}, "m.glb", Options{Progress: func(f float64) { seen = append(seen, f) }})
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range seen {
		if f < 0 || f > 1 || i > 0 && f < seen[i-1] {
			t.Errorf("progress %v", seen)
		}
	}
	if len(seen) == 0 || seen[len(seen)-1] != 1 {
		t.Errorf("progress ends with %v", seen)
	}
	if c := m.Counts(); c.Nodes != 2 || c.Meshes != 1 || c.Triangles != 12 || c.Drawn != 24 || c.Vertices != 24 {
		t.Errorf("counts %+v", c)
	}
}
