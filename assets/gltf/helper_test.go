package gltf

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io/fs"
	"math"
	"testing"
	"testing/fstest"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

func load(fsys fs.FS, name string, l loading.Limits) (*scene.Scene, []string, error) {
	job := loading.New(context.Background(), fsys, name, l)
	defer job.Close()
	s, err := Read(job)
	return s, job.Warnings(), err
}

func mustLoad(t testing.TB, fsys fs.FS, name string) (*scene.Scene, []string) {
	t.Helper()
	s, warnings, err := load(fsys, name, loading.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return s, warnings
}

func floats(v ...float32) []byte {
	var out []byte
	for _, f := range v {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(f))
	}
	return out
}

func dataURI(b []byte) string {
	return "data:application/octet-stream;base64," + base64.StdEncoding.EncodeToString(b)
}

// textOf is a glTF text with one buffer, one mesh and one node; primitive and the lists are JSON.
func textOf(buffer []byte, views, accessors, primitive string) string {
	return fmt.Sprintf(`{"asset":{"version":"2.0"},"buffers":[{"uri":%q,"byteLength":%d}],"bufferViews":[%s],"accessors":[%s],
		"meshes":[{"primitives":[%s]}],"nodes":[{"name":"n","mesh":0}],"scenes":[{"nodes":[0]}]}`, dataURI(buffer), len(buffer), views, accessors, primitive)
}

func one(text string) fstest.MapFS { return fstest.MapFS{"m.gltf": {Data: []byte(text)}} }

var triangle = floats(0, 0, 0, 1, 0, 0, 0, 1, 0)

const (
	wholeView = `{"buffer":0,"byteLength":36}`
	positions = `{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"}`
)
