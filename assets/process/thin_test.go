package process

import (
	"math"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

// whole shares the vertices at the same place.
func whole(m *scene.Mesh) *scene.Mesh {
	unique, remap := WeldPositions(m.Positions)
	out := &scene.Mesh{Positions: unique}
	for _, v := range m.Indices {
		out.Indices = append(out.Indices, remap[v])
	}
	return out
}

// The rim of a sheet stays as it is, and what is left can stand alone.
func TestThinKeepsRims(t *testing.T) {
	const n = 200
	m := &scene.Mesh{}
	for y := range n + 1 {
		for x := range n + 1 {
			m.Positions = append(m.Positions, float32(x)/n, 0, float32(y)/n)
		}
	}
	for y := range uint32(n) {
		for x := range uint32(n) {
			a := y*(n+1) + x
			m.Indices = append(m.Indices, a, a+n+1, a+n+2, a, a+n+2, a+1)
		}
	}
	if err := m.Complete(); err != nil {
		t.Fatal(err)
	}
	l, ok := Thin(m, 0.02)
	if !ok || l.ErrorM != 0 {
		t.Fatalf("%v: a flat sheet strays by %g m", ok, l.ErrorM)
	}
	alone := Alone(m, l)
	if err := alone.Complete(); err != nil {
		t.Fatal(err)
	}
	if alone.Bounds != m.Bounds || alone.Vertices() > m.Vertices()/2 || alone.Vertices() < 4*n {
		t.Errorf("%d of %d vertices, in %v", alone.Vertices(), m.Vertices(), alone.Bounds)
	}
	at := map[[3]float32]bool{}
	for v := range alone.Vertices() {
		at[[3]float32(alone.Positions[3*v:3*v+3])] = true
	}
	for v := range m.Vertices() {
		p := [3]float32(m.Positions[3*v : 3*v+3])
		if (p[0] == 0 || p[0] == 1 || p[2] == 0 || p[2] == 1) && !at[p] {
			t.Fatalf("%v on the rim is gone", p)
		}
	}
}

func TestThin(t *testing.T) {
	m := whole(scene.NewSphere(1, 600, 0))
	if err := m.Complete(); err != nil {
		t.Fatal(err)
	}
	l, ok := Thin(m, 0.03)
	if !ok || len(l.Parts) != 1 || l.Parts[0].Count != len(l.Indices) || len(l.Indices) > len(m.Indices)/4 {
		t.Fatalf("%v: %d of %d indices are left, parts %v", ok, len(l.Indices), len(m.Indices), l.Parts)
	}
	if l.ErrorM <= 0 || l.ErrorM > 0.002 {
		t.Errorf("it says that it strays by %g m", l.ErrorM)
	}
	area := 0.0
	for i := 0; i < len(l.Indices); i += 3 {
		var p [3][3]float64
		for k := range p {
			v := l.Indices[i+k]
			for x := range 3 {
				p[k][x] = float64(m.Positions[3*v+uint32(x)])
			}
		}
		u := [3]float64{p[1][0] - p[0][0], p[1][1] - p[0][1], p[1][2] - p[0][2]}
		v := [3]float64{p[2][0] - p[0][0], p[2][1] - p[0][1], p[2][2] - p[0][2]}
		area += 0.5 * math.Hypot(math.Hypot(u[1]*v[2]-u[2]*v[1], u[2]*v[0]-u[0]*v[2]), u[0]*v[1]-u[1]*v[0])
	}
	if want := 4 * math.Pi; math.Abs(area-want) > 0.03*want {
		t.Errorf("its area is %.3f m², that of the sphere %.3f", area, want)
	}
	for _, size := range []float64{0, -1, math.NaN(), math.Inf(1), 1e-9, 1e-6} {
		if _, ok := Thin(m, size); ok {
			t.Errorf("cells of %g m: nothing should go", size)
		}
	}
}

func BenchmarkThin(b *testing.B) {
	m := whole(scene.NewSphere(1, 1000, 0))
	if err := m.Complete(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		Thin(m, 0.006)
	}
	b.ReportMetric(float64(m.Triangles())*float64(b.N)/1e6/b.Elapsed().Seconds(), "Mtri/s")
}
