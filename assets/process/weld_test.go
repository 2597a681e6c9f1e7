package process

import (
	"math"
	"slices"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

// bumpy is a sphere of about 2·segments² triangles with a surface that bends both ways.
func bumpy(segments int) *scene.Mesh {
	m := scene.NewSphere(1, segments, 0)
	for i := 0; i < len(m.Positions); i += 3 {
		p := m.Positions[i : i+3]
		f := 1 + 0.05*float32(math.Sin(9*float64(p[0]))*math.Sin(7*float64(p[1]))*math.Sin(8*float64(p[2])))
		p[0], p[1], p[2] = p[0]*f, p[1]*f, p[2]*f
	}
	return m
}

// soup returns the corners of all triangles of a mesh, as an STL file holds them.
func soup(m *scene.Mesh) []float32 {
	out := make([]float32, 0, 3*len(m.Indices))
	for _, i := range m.Indices {
		out = append(out, m.Positions[3*i:3*i+3]...)
	}
	return out
}

func TestWeldPositions(t *testing.T) {
	corners := soup(bumpy(40))
	corners = append(corners, 0, 1, 0, float32(math.Copysign(0, -1)), 1, 0)
	unique, remap := WeldPositions(corners)
	seen := map[[3]float32]bool{}
	for v := range len(corners) / 3 {
		p := [3]float32(corners[3*v : 3*v+3])
		seen[p] = true
		if u := [3]float32(unique[3*remap[v]:][:3]); u != p {
			t.Fatalf("vertex %d: %v became %v", v, p, u)
		}
	}
	if len(unique) != 3*len(seen) {
		t.Errorf("%d positions, want %d", len(unique)/3, len(seen))
	}
	if u, r := WeldPositions(nil); len(u) != 0 || len(r) != 0 {
		t.Error("something came of nothing")
	}
}

func TestWeldKeepsWhatDiffers(t *testing.T) {
	m := &scene.Mesh{
		Positions: []float32{0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 7, 7, 7},
		Colors:    []uint8{1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 9, 2, 2, 2, 4, 4, 4, 4, 5, 5, 5, 5},
		Features:  []uint32{1, 1, 1, 1, 1, 1, 1},
		Joints:    make([]uint16, 28), Weights: make([]float32, 28),
		Morphs:  []scene.Morph{{Positions: make([]float32, 21)}},
		Indices: []uint32{0, 1, 2, 3, 4, 5},
		Edges:   []uint32{2, 1, 3, 4},
	}
	w := Weld(m)
	if err := w.Check(); err != nil {
		t.Fatal(err)
	}
	// 2 and 3 are equal, 1 and 4 differ in colour, 6 is not used.
	if w.Vertices() != 5 || !slices.Equal(w.Indices, []uint32{0, 1, 2, 2, 3, 4}) || !slices.Equal(w.Edges, []uint32{2, 1, 2, 3}) {
		t.Errorf("%d vertices, triangles %v, edges %v", w.Vertices(), w.Indices, w.Edges)
	}
	m.Morphs[0].Positions[6] = 1
	if w := Weld(m); w.Vertices() != 6 {
		t.Errorf("%d vertices, want 6: 2 and 3 differ in a morph", w.Vertices())
	}
	if s := scene.NewBox(1, 1, 1, 0); Weld(s) != s {
		t.Error("a mesh with nothing to weld was copied")
	}
}

func BenchmarkWeldPositions3M(b *testing.B) {
	corners := soup(bumpy(1000))
	b.SetBytes(int64(4 * len(corners)))
	for b.Loop() {
		WeldPositions(corners)
	}
	b.ReportMetric(float64(len(corners)/3), "vertices")
}

func BenchmarkWeld1M(b *testing.B) {
	m := bumpy(577)
	all := append([]uint32(nil), m.Indices...)
	split := gathered(m, all)
	for i := range split.Indices {
		all[i] = uint32(i)
	}
	split.Indices = all
	b.ResetTimer()
	for b.Loop() {
		Weld(split)
	}
	b.ReportMetric(float64(split.Vertices()), "vertices")
}
