package gltf

import (
	"bytes"
	"testing"
	"testing/fstest"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

func FuzzRead(f *testing.F) {
	f.Add([]byte(textOf(triangle, wholeView, positions, `{"attributes":{"POSITION":0}}`)))
	b := append(floats(2, 0, 0, 0, 3, 0), 1, 2)
	f.Add([]byte(textOf(b, `{"buffer":0,"byteOffset":24,"byteLength":2},{"buffer":0,"byteLength":24}`,
		`{"componentType":5126,"count":3,"type":"VEC3","sparse":{"count":2,"indices":{"bufferView":0,"componentType":5121},"values":{"bufferView":1}}}`,
		`{"mode":5,"attributes":{"POSITION":0,"NORMAL":0,"TEXCOORD_0":0},"indices":0,"material":0}`)))
	s := scene.New()
	s.AddNode(scene.Root, scene.Node{Name: "box", Mesh: s.MustAddMesh(scene.NewBox(1, 1, 1, 0)), Role: scene.Ground})
	var glb bytes.Buffer
	if err := Write(&glb, s, "fuzz"); err != nil {
		f.Fatal(err)
	}
	f.Add(glb.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		s, _, err := load(fstest.MapFS{"m": {Data: data}, "a.bin": {Data: triangle}}, "m", loading.Limits{Bytes: 1 << 20, Vertices: 1 << 16, Nodes: 1 << 10})
		if (s == nil) == (err == nil) {
			t.Fatalf("scene %v, error %v", s, err)
		}
		if s == nil {
			return
		}
		for _, m := range s.Meshes() {
			if m != nil {
				if err := m.Check(); err != nil {
					t.Fatal(err)
				}
			}
		}
		s.Bounds(scene.Root)
	})
}
