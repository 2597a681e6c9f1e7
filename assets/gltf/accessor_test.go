package gltf

import (
	"encoding/binary"
	"fmt"
	"math"
	"testing"
)

func TestMissingNormalsAreFlat(t *testing.T) {
	// Two triangles that share an edge and stand at a right angle.
	b := append(floats(0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0), 0, 2, 1, 0, 1, 3, 0, 0)
	s, _ := mustLoad(t, one(textOf(b, `{"buffer":0,"byteLength":48},{"buffer":0,"byteOffset":48,"byteLength":6}`,
		`{"bufferView":0,"componentType":5126,"count":4,"type":"VEC3"},{"bufferView":1,"componentType":5121,"count":6,"type":"SCALAR"}`,
		`{"attributes":{"POSITION":0},"indices":1}`)), "m.gltf")
	m := s.Meshes()[1]
	if m.Vertices() != 6 || m.Normals[1] != 1 || m.Normals[11] != 1 {
		t.Errorf("%d vertices, normals %v", m.Vertices(), m.Normals)
	}
}

func TestStridesNormalisedAndSparse(t *testing.T) {
	// Positions as normalised shorts, each 6 bytes of 8.
	var b []byte
	for _, v := range [][3]int16{{0, 0, 0}, {32767, 0, 0}, {0, -32768, 0}} {
		for _, x := range v {
			b = binary.LittleEndian.AppendUint16(b, uint16(x))
		}
		b = append(b, 0xEE, 0xEE)
	}
	s, _ := mustLoad(t, one(textOf(b, `{"buffer":0,"byteLength":24,"byteStride":8}`,
		`{"bufferView":0,"componentType":5122,"normalized":true,"count":3,"type":"VEC3"}`, `{"attributes":{"POSITION":0}}`)), "m.gltf")
	if p := s.Meshes()[1].Positions; p[3] != 1 || p[7] != -1 || p[0] != 0 {
		t.Errorf("normalised positions %v", p)
	}
	// Zeros, of which two vertices are replaced.
	b = append(floats(2, 0, 0, 0, 3, 0), 1, 2)
	s, _ = mustLoad(t, one(textOf(b, `{"buffer":0,"byteOffset":24,"byteLength":2},{"buffer":0,"byteLength":24}`,
		`{"componentType":5126,"count":3,"type":"VEC3","sparse":{"count":2,"indices":{"bufferView":0,"componentType":5121},"values":{"bufferView":1}}}`,
		`{"attributes":{"POSITION":0}}`)), "m.gltf")
	if p := s.Meshes()[1].Positions; p[0] != 0 || p[3] != 2 || p[7] != 3 {
		t.Errorf("sparse positions %v", p)
	}
}

func TestStripsAndFans(t *testing.T) {
	for mode, want := range map[int][]uint32{5: {0, 1, 2, 1, 3, 2, 2, 3, 4}, 6: {1, 2, 0, 2, 3, 0, 3, 4, 0}} {
		b := floats(0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 2, 0)
		normals := floats(0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0)
		s, _ := mustLoad(t, one(textOf(append(b, normals...), `{"buffer":0,"byteLength":60},{"buffer":0,"byteOffset":60,"byteLength":60}`,
			`{"bufferView":0,"componentType":5126,"count":5,"type":"VEC3"},{"bufferView":1,"componentType":5126,"count":5,"type":"VEC3"}`,
			fmt.Sprintf(`{"mode":%d,"attributes":{"POSITION":0,"NORMAL":1}}`, mode))), "m.gltf")
		m := s.Meshes()[1]
		if fmt.Sprint(m.Indices) != fmt.Sprint(want) {
			t.Errorf("mode %d: %v, want %v", mode, m.Indices, want)
		}
		if l := math.Abs(float64(m.Normals[14])); math.Abs(l-1) > 1e-6 {
			t.Errorf("a normal without direction stayed so: %v", m.Normals[12:])
		}
	}
}
