package process

import (
	"math"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

func normalAt(m *scene.Mesh, v uint32) vec { return vecAt(m.Normals, v) }

func faceOf(m *scene.Mesh, t int) vec {
	i := m.Indices[3*t : 3*t+3]
	a := vecAt(m.Positions, i[0])
	return vecAt(m.Positions, i[1]).sub(a).cross(vecAt(m.Positions, i[2]).sub(a)).unit()
}

// welded is the triangles of a mesh over distinct positions, as a file without normals gives them.
func welded(m *scene.Mesh) *scene.Mesh {
	unique, remap := WeldPositions(soup(m))
	return &scene.Mesh{Positions: unique, Indices: remap}
}

func TestCreasesOfABoxAndACylinder(t *testing.T) {
	box := CreaseNormals(welded(scene.NewBox(1, 2, 3, 0)), DefaultCreaseRad)
	if err := box.Check(); err != nil {
		t.Fatal(err)
	}
	if box.Vertices() != 24 {
		t.Errorf("a box has %d vertices, want 24", box.Vertices())
	}
	for k := range box.Triangles() {
		for _, v := range box.Indices[3*k : 3*k+3] {
			if normalAt(box, v).dot(faceOf(box, k)) < 0.99999 {
				t.Fatalf("a normal of the box is not that of its face")
			}
		}
	}
	const n = 64
	cyl := CreaseNormals(welded(scene.NewCylinder(1, 1, 2, n, 0)), DefaultCreaseRad)
	for k := range cyl.Triangles() {
		f := faceOf(cyl, k)
		for _, v := range cyl.Indices[3*k : 3*k+3] {
			want := vecAt(cyl.Positions, v)
			if want.y = 0; math.Abs(float64(f.y)) > 0.5 {
				want = vec{0, f.y, 0}
			}
			if d := normalAt(cyl, v).dot(want.unit()); d < 0.9999 {
				t.Fatalf("the normal of the cylinder is off by %.4f", math.Acos(float64(d)))
			}
		}
	}
}

func TestSmoothAndFlat(t *testing.T) {
	src := welded(scene.NewSphere(2, 48, 0))
	smooth := CreaseNormals(src, DefaultCreaseRad)
	if smooth.Vertices() != src.Vertices() {
		t.Errorf("a sphere was split: %d of %d vertices", smooth.Vertices(), src.Vertices())
	}
	for v := range smooth.Vertices() {
		if d := normalAt(smooth, uint32(v)).dot(vecAt(smooth.Positions, uint32(v)).unit()); d < 0.999 {
			t.Fatalf("normal %d of a sphere is off: %v", v, d)
		}
	}
	flat := CreaseNormals(src, 0)
	if flat.Vertices() <= 2*src.Vertices() {
		t.Errorf("angle 0 split only into %d vertices", flat.Vertices())
	}
}

func TestCreaseKeepsOtherAttributesAndIndices(t *testing.T) {
	m := &scene.Mesh{
		Positions: []float32{0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 5, 5, 5},
		UVs:       []float32{0, 0, 1, 0, 1, 1, 0, 1, 3, 0, 3, 1, 9, 9},
		Colors:    make([]uint8, 28),
		Indices:   []uint32{0, 1, 2, 0, 2, 3, 4, 0, 3, 4, 4, 5}, // the last has no area
		Lines:     []uint32{6, 1},
		Points:    []uint32{2},
	}
	out := CreaseNormals(m, DefaultCreaseRad)
	if err := out.Check(); err != nil {
		t.Fatal(err)
	}
	for k, v := range m.Indices {
		if out.UVs[2*out.Indices[k]] != m.UVs[2*v] || vecAt(out.Positions, out.Indices[k]) != vecAt(m.Positions, v) {
			t.Fatalf("corner %d carries another vertex", k)
		}
	}
	if vecAt(out.Positions, out.Lines[0]) != (vec{5, 5, 5}) || vecAt(out.Positions, out.Points[0]) != (vec{1, 1, 0}) {
		t.Error("lines or points lost their vertices")
	}
	for v := range out.Vertices() {
		if l := normalAt(out, uint32(v)).length(); math.Abs(float64(l)-1) > 1e-5 {
			t.Errorf("normal %d has length %v", v, l)
		}
	}
	if e := CreaseNormals(&scene.Mesh{}, 1); e.Vertices() != 0 {
		t.Error("something came of nothing")
	}
}

// Fans of very many triangles take another way and must not take quadratic time.
func TestCreaseOfABigFan(t *testing.T) {
	const n = 200_000
	m := &scene.Mesh{Positions: []float32{0, 0, 0}}
	for i := range n {
		s, c := math.Sincos(2 * math.Pi * float64(i) / n)
		m.Positions = append(m.Positions, float32(c), 0, float32(-s))
		m.Indices = append(m.Indices, 0, uint32(1+i), uint32(1+(i+1)%n))
	}
	if out := CreaseNormals(m, DefaultCreaseRad); out.Vertices() != n+1 || normalAt(out, out.Indices[0]).y < 0.999 {
		t.Errorf("a flat fan has %d vertices, want %d", out.Vertices(), n+1)
	}
	zigzag := m.Fork()
	zigzag.Positions = append([]float32(nil), m.Positions...)
	for i := 1; i <= n; i += 2 {
		zigzag.Positions[3*i+1] = 1
	}
	if out := CreaseNormals(zigzag, 1e-6); out.Vertices() < 2*n {
		t.Errorf("a zigzag fan has %d vertices", out.Vertices())
	}
}

func BenchmarkCreaseNormals1M(b *testing.B) {
	m := welded(bumpy(1000))
	for b.Loop() {
		CreaseNormals(m, DefaultCreaseRad)
	}
	b.ReportMetric(float64(m.Triangles()), "triangles")
}
