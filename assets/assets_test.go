package assets

import (
	"bytes"
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

func box(t *testing.T) []byte {
	t.Helper()
	s := scene.New()
	m := s.MustAddMesh(scene.NewBox(1, 2, 3, 0))
	s.AddNode(scene.Root, scene.Node{Name: "a", Mesh: m})
	s.AddNode(scene.Root, scene.Node{Name: "b", Mesh: m, Local: scene.At(5, 0, 0)})
	var b bytes.Buffer
	if err := Write(&b, s, "test"); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// facet is a binary STL of one triangle: its corners are the origin, 1000 along x and 2000 along z.
func facet() []byte {
	var b bytes.Buffer
	b.Write(make([]byte, 80))
	put := func(v ...uint32) {
		for _, x := range v {
			b.Write([]byte{byte(x), byte(x >> 8), byte(x >> 16), byte(x >> 24)})
		}
	}
	f := math.Float32bits
	put(1, 0, f(-1), 0, 0, 0, 0, f(1000), 0, 0, 0, 0, f(2000))
	b.Write([]byte{0, 0})
	return b.Bytes()
}

func TestOpenByPath(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "box.GLB")
	if err := os.WriteFile(file, box(t), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := Open(context.Background(), file, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if size := m.Scene.Bounds(scene.Root).Size(); size[0] != 6 || size[1] != 2 {
		t.Errorf("size %v", size)
	}
	if m.Unit != "m" || m.Up != UpY || !slices.Contains(m.Files, "box.GLB") {
		t.Errorf("unit %q, up %q, files %q", m.Unit, m.Up, m.Files)
	}
	if _, err := Open(context.Background(), filepath.Join(dir, "nothing.glb"), Options{}); err == nil || strings.Count(err.Error(), "nothing.glb") != 1 {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := Open(context.Background(), dir, Options{}); err == nil {
		t.Error("a folder was opened")
	}
}

func TestFormatIsTakenFromTheContentThenTheName(t *testing.T) {
	fsys := fstest.MapFS{"wrong.stl": {Data: box(t)}, "text.xyz": {Data: []byte("hello")}, "empty.glb": {}, "broken.glb": {Data: []byte("{")}}
	m, err := Load(context.Background(), fsys, "wrong.stl", Options{})
	if err != nil || m.Format != "glTF" {
		t.Errorf("a GLB with another name: %v", err)
	}
	for name, want := range map[string]string{"text.xyz": "convert it to one of", "empty.glb": "empty", "broken.glb": "JSON", "gone.glb": "gone.glb"} {
		if _, err := Load(context.Background(), fsys, name, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", name, err, want)
		}
	}
	for _, f := range Formats() {
		for _, e := range f.Extensions {
			if !IsModel("A/B"+strings.ToUpper(e)) || strings.ToLower(e) != e || e[0] != '.' {
				t.Errorf("%s: %s", f.Name, e)
			}
		}
	}
	if IsModel("twin.yaml") || IsModel("") {
		t.Error("a twin file passes for a model")
	}
}

func TestUnitsAndAxes(t *testing.T) {
	fsys := fstest.MapFS{"m.glb": {Data: box(t)}, "f.stl": {Data: facet()}}
	for _, c := range []struct {
		file string
		unit Unit
		up   Up
		want mgl64.Vec3 // size
	}{
		{"m.glb", "", "", mgl64.Vec3{6, 2, 3}},
		{"m.glb", "ft", "", mgl64.Vec3{6 * .3048, 2 * .3048, 3 * .3048}},
		{"m.glb", "", UpZ, mgl64.Vec3{6, 3, 2}},
		{"f.stl", "", "", mgl64.Vec3{1, 2, 0}}, // millimetres, Z up
		{"f.stl", "m", UpY, mgl64.Vec3{1000, 0, 2000}},
		{"f.stl", "in", "", mgl64.Vec3{25.4, 50.8, 0}},
	} {
		m, err := Load(context.Background(), fsys, c.file, Options{Unit: c.unit, Up: c.up})
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		if got := m.Scene.Bounds(scene.Root).Size(); !got.ApproxEqualThreshold(c.want, 1e-6) {
			t.Errorf("%s in %q with %q up: size %v, want %v", c.file, c.unit, c.up, got, c.want)
		}
	}
	m, err := Load(context.Background(), fsys, "f.stl", Options{})
	if err != nil {
		t.Fatal(err)
	}
	if b := m.Scene.Bounds(scene.Root); b.Min[1] < -1e-9 || m.Unit != "mm" || m.Up != UpZ {
		t.Errorf("what points up in the file points to %v; unit %s, up %s", b, m.Unit, m.Up)
	}
	for text, want := range map[string]Unit{"": "", "Millimeter": "mm", "in": "in", "FOOT": "ft", "metre": "m"} {
		if got, err := ParseUnit(text); err != nil || got != want {
			t.Errorf("unit %q: %q, %v", text, got, err)
		}
	}
	if _, err := ParseUnit("furlong"); err == nil {
		t.Error("furlongs were taken")
	}
	if _, err := ParseUp("X"); err == nil {
		t.Error("X up was taken")
	}
}

func TestProgressCancelAndCounts(t *testing.T) {
	var seen []Progress
	fsys := fstest.MapFS{"m.glb": {Data: box(t)}}
	m, err := Load(context.Background(), fsys, "m.glb", Options{Progress: func(p Progress) { seen = append(seen, p) }})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range seen {
		if f := p.Fraction(); p.Stage == "" || f > 1 {
			t.Errorf("progress %v", p)
		}
	}
	if len(seen) == 0 {
		t.Error("no progress")
	}
	if c := m.Counts(); c.Nodes != 2 || c.Meshes != 1 || c.Triangles != 12 || c.Drawn != 24 || c.Vertices != 24 {
		t.Errorf("counts %+v", c)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Load(ctx, fsys, "m.glb", Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestVariantsBySetVariant(t *testing.T) {
	s := scene.New()
	red := s.AddMaterial(scene.Material{Name: "red"})
	m := s.MustAddMesh(scene.NewBox(1, 1, 1, 0))
	s.AddNode(scene.Root, scene.Node{Name: "a", Mesh: m})
	model := &Model{Scene: s}
	if err := model.SetVariant("beach"); err == nil {
		t.Error("a model without variants has one")
	}
	s.Document().Variants = []scene.Variant{{Name: "beach", Materials: map[scene.PartRef]scene.MaterialID{{Mesh: m}: red}}, {Name: "bad", Materials: map[scene.PartRef]scene.MaterialID{{Mesh: 99}: red}}}
	if err := model.SetVariant("beach"); err != nil || s.Mesh(m).Parts[0].Material != red {
		t.Errorf("%v, parts %v", err, s.Mesh(m).Parts)
	}
	for _, name := range []string{"bad", "other"} {
		if err := model.SetVariant(name); err == nil {
			t.Errorf("variant %s was shown", name)
		}
	}
}
