package gltf

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

func TestBuffersBesideTheFile(t *testing.T) {
	text := func(uri string) string {
		return strings.Replace(textOf(triangle, wholeView, positions, `{"attributes":{"POSITION":0}}`), dataURI(triangle), uri, 1)
	}
	for name, c := range map[string]struct{ uri, file, fails string }{
		"beside":          {"a.bin", "sub/a.bin", ""},
		"percent":         {"a%20b.bin", "sub/a b.bin", ""},
		"dots inside":     {"./x/../a.bin", "sub/a.bin", ""},
		"backslash":       {`x\\a.bin`, "sub/x/a.bin", ""},
		"climbs out":      {"../a.bin", "a.bin", "outside the folder"},
		"climbs coded":    {"%2e%2e/a.bin", "a.bin", "outside the folder"},
		"climbs back":     {"..%5Ca.bin", "a.bin", "outside the folder"},
		"absolute":        {"/a.bin", "a.bin", "outside the folder"},
		"another scheme":  {"http://host/a.bin", "a.bin", "only files beside the model"},
		"file scheme":     {"file:///etc/passwd", "a.bin", "only files beside the model"},
		"drive":           {"C:/a.bin", "a.bin", "only files beside the model"},
		"missing":         {"b.bin", "sub/a.bin", "b.bin"},
		"data not base64": {"data:application/octet-stream;base64,????", "a.bin", "base64"},
		"data no comma":   {"data:application/octet-stream", "a.bin", "comma"},
	} {
		fsys := fstest.MapFS{"sub/m.gltf": {Data: []byte(text(c.uri))}, c.file: {Data: triangle}}
		s, _, err := load(fsys, "sub/m.gltf", loading.Limits{})
		switch {
		case c.fails == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.fails == "" && s.Meshes()[1].Triangles() != 1:
			t.Errorf("%s: no triangle", name)
		case c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)):
			t.Errorf("%s: error %v, want %q", name, err, c.fails)
		}
	}
	text1 := text("data:;base64," + strings.ReplaceAll(base64.StdEncoding.EncodeToString(triangle), "=", "%3D"))
	if s, _ := mustLoad(t, one(text1), "m.gltf"); s.Meshes()[1].Triangles() != 1 {
		t.Error("a percent-coded data URI gave no triangle")
	}
}

func TestContainer(t *testing.T) {
	s := scene.New()
	s.AddNode(scene.Root, scene.Node{Name: "box", Mesh: s.MustAddMesh(scene.NewBox(1, 1, 1, 0))})
	var b bytes.Buffer
	if err := Write(&b, s, "test"); err != nil {
		t.Fatal(err)
	}
	good := b.Bytes()
	change := func(at int, with ...byte) []byte {
		out := bytes.Clone(good)
		copy(out[at:], with)
		return out
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"cut off":         {good[:len(good)-8], "cut off"},
		"header only":     {good[:8], "cut off"},
		"version 1":       {change(4, 1), "GLB version 1"},
		"long chunk":      {change(12, 0xFF, 0xFF, 0xFF), "longer than the file"},
		"binary first":    {change(16, 'B', 'I', 'N', 0), "does not begin with"},
		"no chunks":       {change(8, 12, 0, 0, 0), "no JSON chunk"},
		"length too long": {change(8, 0xFF, 0xFF, 0xFF, 0xFF), "cut off"},
		"length too low":  {change(8, 1, 0, 0, 0), "no JSON chunk"},
	} {
		_, _, err := load(fstest.MapFS{"m.glb": {Data: c.data}}, "m.glb", loading.Limits{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}
