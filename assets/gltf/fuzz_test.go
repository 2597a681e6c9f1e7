package gltf

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// fuzzLimits keep the memory of one run small.
var fuzzLimits = loading.Limits{Bytes: 1 << 20, Vertices: 1 << 16, Nodes: 1 << 10, ImagePixels: 1 << 12, Unpacked: 1 << 22}

// FuzzRead reads broken files: none may end in anything but a sound scene or an error, in time.
func FuzzRead(f *testing.F) {
	f.Add([]byte(textOf(triangle, wholeView, positions, `{"attributes":{"POSITION":0}}`)))
	b := append(floats(2, 0, 0, 0, 3, 0), 1, 2)
	f.Add([]byte(textOf(b, `{"buffer":0,"byteOffset":24,"byteLength":2},{"buffer":0,"byteLength":24}`,
		`{"componentType":5126,"count":3,"type":"VEC3","sparse":{"count":2,"indices":{"bufferView":0,"componentType":5121},"values":{"bufferView":1}}}`,
		`{"mode":5,"attributes":{"POSITION":0,"NORMAL":0,"TEXCOORD_0":0},"indices":0,"material":0}`)))
	f.Add(written(f, everything(f)))
	_ = filepath.WalkDir(corpus, func(path string, d fs.DirEntry, err error) error {
		if ext := filepath.Ext(path); err == nil && (ext == ".gltf" || ext == ".glb") {
			if data, err := os.ReadFile(path); err == nil && len(data) < 40<<10 {
				f.Add(data)
			}
		}
		return nil
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		began := time.Now()
		job := loading.New(context.Background(), fstest.MapFS{"m": {Data: data}, "a.bin": {Data: triangle}}, "m", fuzzLimits)
		defer job.Close()
		var boxes *scene.Scene
		job.OnPreview(func(s *scene.Scene) { boxes = s })
		s, err := Read(job)
		if (s == nil) == (err == nil) {
			t.Fatalf("scene %v, error %v", s, err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it took %v", took)
		}
		if boxes != nil {
			checkScene(t, boxes)
		}
		if s == nil {
			if unforeseen(err) {
				t.Error(err)
			}
			return
		}
		checkScene(t, s)
	})
}
