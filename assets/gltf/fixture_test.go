package gltf

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// fixture is a glTF text in the making.
type fixture struct {
	buffer           []byte
	views, accessors []string
	parts            []string // further members of the document, such as `"meshes":[…]`
}

// view adds a buffer view that begins at a multiple of 8 bytes.
func (f *fixture) view(data []byte) int {
	for len(f.buffer)%8 != 0 {
		f.buffer = append(f.buffer, 0)
	}
	f.views = append(f.views, fmt.Sprintf(`{"buffer":0,"byteOffset":%d,"byteLength":%d}`, len(f.buffer), len(data)))
	f.buffer = append(f.buffer, data...)
	return len(f.views) - 1
}

// accessor adds an accessor with a view of its own; more are further members, such as `,"normalized":true`.
func (f *fixture) accessor(kind string, c component, count int, data []byte, more string) int {
	f.accessors = append(f.accessors, fmt.Sprintf(`{"bufferView":%d,"type":%q,"componentType":%d,"count":%d%s}`, f.view(data), kind, c, count, more))
	return len(f.accessors) - 1
}

// vectors adds an accessor of floats.
func (f *fixture) vectors(width int, v ...float32) int {
	return f.accessor(vectorNames[width], typeFloat, len(v)/width, floats(v...), "")
}

func (f *fixture) add(format string, args ...any) {
	f.parts = append(f.parts, fmt.Sprintf(format, args...))
}

func (f *fixture) text() string {
	parts := append([]string{`"asset":{"version":"2.0"}`}, f.parts...)
	if len(f.buffer) > 0 {
		parts = append(parts, fmt.Sprintf(`"buffers":[{"uri":%q,"byteLength":%d}]`, dataURI(f.buffer), len(f.buffer)),
			`"bufferViews":[`+strings.Join(f.views, ",")+`]`, `"accessors":[`+strings.Join(f.accessors, ",")+`]`)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func (f *fixture) load(t testing.TB) (*scene.Scene, []string) {
	t.Helper()
	return mustLoad(t, one(f.text()), "m.gltf")
}

func (f *fixture) fails(t testing.TB, want string) {
	t.Helper()
	if _, _, err := load(fstest.MapFS{"m.gltf": {Data: []byte(f.text())}}, "m.gltf", loading.Limits{}); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want one with %q", err, want)
	}
}

// warned fails the test unless a warning holds these words.
func warned(t testing.TB, warnings []string, words string) {
	t.Helper()
	if !strings.Contains(strings.Join(warnings, "\n"), words) {
		t.Errorf("no warning of %q in %q", words, warnings)
	}
}

func shorts(v ...uint16) []byte {
	var out []byte
	for _, x := range v {
		out = binary.LittleEndian.AppendUint16(out, x)
	}
	return out
}

func ints(v ...uint32) []byte {
	var out []byte
	for _, x := range v {
		out = binary.LittleEndian.AppendUint32(out, x)
	}
	return out
}

// square are four corners in the plane of x and y.
var square = []float32{0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0}

var upward = []float32{0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1}
