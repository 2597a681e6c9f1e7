package gltf

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/assets/loading"
)

// torus is a file with a mesh packed by Draco: 374 triangles, attributes 0 to 2 are positions, uvs and normals.
func torus(t testing.TB, more string) *fixture {
	t.Helper()
	data, err := os.ReadFile("../draco/testdata/torus-10.drc")
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{}
	view := f.view(data)
	f.accessors = []string{`{"type":"VEC3","componentType":5126,"count":221,"min":[-3,-1,-3],"max":[3,1,3]}`, `{"type":"SCALAR","componentType":5123,"count":1122}`, `{"type":"VEC3","componentType":5126,"count":221}`}
	f.add(`"meshes":[{"primitives":[{"attributes":{"POSITION":0,"NORMAL":2},"indices":1,"extensions":{"KHR_draco_mesh_compression":{"bufferView":%d,"attributes":{"POSITION":0,"NORMAL":2,"TEXCOORD_0":1}}}}%s]}],"nodes":[{"mesh":0}]`, view, more)
	f.add(`"extensionsRequired":["KHR_draco_mesh_compression"]`)
	return f
}

func TestDraco(t *testing.T) {
	s, warnings := torus(t, "").load(t)
	m := s.Meshes()[1]
	if m.Triangles() != 374 || m.Vertices() < 192 || len(warnings) > 0 {
		t.Errorf("%d triangles, %d vertices, warnings %v", m.Triangles(), m.Vertices(), warnings)
	}
	for i := 0; i < len(m.Positions); i += 3 {
		x, y, z := float64(m.Positions[i]), float64(m.Positions[i+1]), float64(m.Positions[i+2])
		ring := math.Hypot(x, z) - 2
		if d := math.Hypot(ring, y) - 0.6; math.Abs(d) > 0.06 {
			t.Fatalf("vertex %d is %g m off the torus", i/3, d)
		}
		if out := float64(m.Normals[i+1]) * y; out < -0.1 {
			t.Fatalf("normal %d points inwards", i/3)
		}
	}
	second := `,{"attributes":{"POSITION":0,"NORMAL":2},"indices":1,"material":0,"extensions":{"KHR_draco_mesh_compression":{"bufferView":0,"attributes":{"TEXCOORD_0":1,"NORMAL":2,"POSITION":0}}}}`
	s, _ = torus(t, second).load(t)
	if two := s.Meshes()[1]; two.Vertices() != m.Vertices() || two.Triangles() != 2*374 || !slices.Equal(two.Indices[:1122], two.Indices[1122:]) {
		t.Errorf("two parts have %d triangles over %d vertices", two.Triangles(), two.Vertices())
	}
}

func TestBrokenDraco(t *testing.T) {
	f := torus(t, "")
	f.buffer = f.buffer[:len(f.buffer)/2]
	f.views[0] = fmt.Sprintf(`{"buffer":0,"byteLength":%d}`, len(f.buffer))
	f.fails(t, "draco")
	p := f.vectors(3, square...) // now there is something else to show
	f.parts[0] = strings.Replace(f.parts[0], `"attributes":{"POSITION":0,"NORMAL":2},"indices":1`, fmt.Sprintf(`"attributes":{"POSITION":%d}`, p), 1)
	s, warnings := f.load(t)
	warned(t, warnings, "compressed mesh is broken")
	if s.Meshes()[1].Triangles() != 1 {
		t.Error("what the file has beside it is not shown")
	}
	if _, _, err := load(one(torus(t, "").text()), "m.gltf", loading.Limits{Vertices: 100}); err == nil {
		t.Error("too many vertices were read")
	}
}

// packed writes records as the attribute codec of meshopt, version 0, does when nothing can be saved: the differences of
// each byte from record to record, plane by plane, in groups of sixteen.
func packed(data []byte, stride int) []byte {
	out := []byte{0xa0}
	count := len(data) / stride
	for k := range stride {
		groups := (count + 15) / 16
		headers := make([]byte, (groups+3)/4)
		for g := range groups {
			headers[g/4] |= 3 << (g % 4 * 2) // all eight bits follow
		}
		out = append(out, headers...)
		last := data[k] // the first record stands at the end
		for i := range groups * 16 {
			d := byte(0)
			if i < count {
				d = data[i*stride+k] - last
				last = data[i*stride+k]
			}
			out = append(out, d<<1^byte(int8(d)>>7)) // zigzag
		}
	}
	if stride < 32 {
		out = append(out, make([]byte, 32-stride)...)
	}
	return append(out, data[:stride]...)
}

func TestMeshopt(t *testing.T) {
	for _, name := range []string{"EXT_meshopt_compression", "KHR_meshopt_compression"} {
		f := &fixture{}
		data := packed(floats(square...), 12)
		f.buffer = append(f.buffer, data...)
		f.views = []string{fmt.Sprintf(`{"buffer":1,"byteLength":48,"byteStride":12,"extensions":{%q:{"buffer":0,"byteOffset":0,"byteLength":%d,"byteStride":12,"count":4,"mode":"ATTRIBUTES"}}}`, name, len(data))}
		f.accessors = []string{`{"bufferView":0,"type":"VEC3","componentType":5126,"count":4,"min":[0,0,0],"max":[1,1,0]}`}
		f.add(`"meshes":[{"primitives":[{"mode":0,"attributes":{"POSITION":0}}]}],"nodes":[{"mesh":0}],"extensionsRequired":[%q]`, name)
		text := strings.Replace(f.text(), `"buffers":[{`, fmt.Sprintf(`"buffers":[{"uri":%q,"byteLength":%d},{"byteLength":48,"extensions":{%q:{"fallback":true}}}],"x":[{`, dataURI(f.buffer), len(f.buffer), name), 1)
		s, _ := mustLoad(t, one(text), "m.gltf")
		if p := s.Meshes()[1].Positions; !slices.Equal(p, square) {
			t.Errorf("positions %v", p)
		}
		for want, change := range map[string][2]string{
			"cannot be packed": {`"count":4,"mode"`, `"count":4000000,"mode"`}, "is not known": {`"ATTRIBUTES"`, `"MAGIC"`},
			"lies outside": {`"byteOffset":0,"byteLength"`, `"byteOffset":99999,"byteLength"`}, "meshopt": {`"mode":"ATTRIBUTES"`, `"mode":"TRIANGLES"`},
		} {
			if _, _, err := load(one(strings.Replace(text, change[0], change[1], 1)), "m.gltf", loading.Limits{}); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v", want, err)
			}
		}
		if _, _, err := load(one(text), "m.gltf", loading.Limits{Unpacked: 40}); err == nil || !strings.Contains(err.Error(), "unpacks to more") {
			t.Errorf("a limit was not kept: %v", err)
		}
	}
}
