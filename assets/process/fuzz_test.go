package process

import (
	"context"
	"encoding/binary"
	"math"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

// meshOf makes a mesh of any bytes: corners of triangles on a coarse grid, so that much coincides, with uv and colours of
// the same bytes and now and then a number that is none.
func meshOf(data []byte) *scene.Mesh {
	m := &scene.Mesh{}
	if len(data) < 4 {
		return m
	}
	n, split := 3+int(data[0]), data[1]
	data = data[2:]
	for v := range n {
		at := func(k int) float32 { return float32(int8(data[(v*5+k)%len(data)])>>4) / 2 }
		m.Positions = append(m.Positions, at(0), at(1), at(2))
		m.Normals = append(m.Normals, at(1), at(3), at(0))
		m.UVs = append(m.UVs, at(3), at(4))
		m.Colors = append(m.Colors, data[(v+1)%len(data)]&1, 0, 0, 255)
		m.Features = append(m.Features, uint32(data[v%len(data)]&1))
	}
	if split&1 != 0 {
		m.UVs[0], m.UVs[1], m.Normals[4] = float32(math.NaN()), float32(math.Inf(1)), float32(math.NaN())
	}
	if split&2 != 0 {
		m.UVs = nil
	}
	if split&4 != 0 {
		m.Colors, m.Features = nil, nil
	}
	for i := 0; i+2 < len(data) && i < 3000; i += 3 {
		m.Indices = append(m.Indices, uint32(int(data[i])%n), uint32(int(data[i+1])%n), uint32(int(data[i+2])%n))
	}
	if k := len(m.Indices) / 6 * 3; split&8 != 0 {
		m.Parts = []scene.Part{{First: k, Count: len(m.Indices) - k}, {Count: k}}
	}
	m.Lines = []uint32{0, uint32(n - 1)}
	return m
}

func FuzzMesh(f *testing.F) {
	box := []byte{8, 0}
	for _, i := range scene.NewBox(1, 1, 1, 0).Indices {
		box = binary.AppendUvarint(box, uint64(i))
	}
	f.Add(box)
	f.Add([]byte{200, 13, 1, 40, 90, 7, 200, 31, 5, 5, 90, 120, 77, 250, 3, 9, 1, 2, 200, 14, 60, 33})
	f.Fuzz(func(t *testing.T, data []byte) {
		m := meshOf(data)
		welded, creased := Weld(m), CreaseNormals(m, 0.5)
		for what, out := range map[string]*scene.Mesh{"weld": welded, "crease": creased, "tangents": Tangents(welded), "both": Tangents(creased)} {
			if err := out.Check(); err != nil || out.Triangles() != m.Triangles() {
				t.Fatalf("%s: %v, %d of %d triangles", what, err, out.Triangles(), m.Triangles())
			}
			for k, v := range out.Indices {
				if vecAt(out.Positions, v) != vecAt(m.Positions, m.Indices[k]) {
					t.Fatalf("%s: corner %d has moved", what, k)
				}
			}
			l, err := Simplify(context.Background(), out, out.Triangles()/4, 0.5)
			if err != nil {
				t.Fatal(err)
			}
			c := out.Fork()
			c.LODs = []scene.LOD{l}
			if err := c.Check(); err != nil || len(l.Indices) > len(m.Indices) || len(l.Parts) != len(m.Parts) && len(l.Indices) > 0 {
				t.Fatalf("%s: coarser: %v", what, err)
			}
		}
	})
}
