package g3ngl

import (
	"math"
	"math/rand"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// capArea cuts a mesh and returns the area of the cap.
func capArea(t *testing.T, m *scene.Mesh, plane mgl64.Vec4) float64 {
	t.Helper()
	s := scene.New()
	m = s.Mesh(s.MustAddMesh(m))
	plane = plane.Mul(1 / plane.Vec3().Len())
	u, v := planeBasis(plane.Vec3())
	area := 0.0
	for _, p := range trapezoids(loops(slice(m, solidOf(m), plane), m.Bounds.Diagonal()), u, v) {
		if p.y1 < p.y0 || p.right0 < p.left0-1e-6 || p.right1 < p.left1-1e-6 {
			t.Errorf("a piece is turned inside out: %+v", p)
		}
		area += (p.y1 - p.y0) * (p.right0 - p.left0 + p.right1 - p.left1) / 2
	}
	return area
}

// polygonArea is the area of a regular polygon inscribed in a circle.
func polygonArea(n int, r float64) float64 {
	return float64(n) / 2 * r * r * math.Sin(2*math.Pi/float64(n))
}

func TestCapAreas(t *testing.T) {
	two := scene.NewShape("two boxes that overlap")
	two.Box(mgl64.Vec3{0, 0, 0}, mgl64.Vec3{2, 2, 2})
	two.Box(mgl64.Vec3{1, 0, 1}, mgl64.Vec3{3, 2, 3})
	apart := scene.NewShape("two boxes")
	apart.Box(mgl64.Vec3{0, 0, 0}, mgl64.Vec3{1, 1, 1})
	apart.Box(mgl64.Vec3{2, 0, 0}, mgl64.Vec3{3, 1, 1})
	for _, c := range []struct {
		name  string
		mesh  *scene.Mesh
		plane mgl64.Vec4
		want  float64
	}{
		{"box", scene.NewBox(2, 3, 4, 0), mgl64.Vec4{0, 1, 0, -0.3}, 8},
		{"box, aslant", scene.NewBox(2, 2, 2, 0), mgl64.Vec4{0, 1, 1, 0}, 2 * 2 * math.Sqrt2},
		{"box, hexagon", scene.NewBox(2, 2, 2, 0), mgl64.Vec4{1, 1, 1, 0}, 3 * math.Sqrt(3)},
		{"box, kept whole by a plane in its face", scene.NewBox(2, 2, 2, 0), mgl64.Vec4{0, -1, 0, 1}, 0},
		{"box, beside it", scene.NewBox(2, 2, 2, 0), mgl64.Vec4{0, 1, 0, -1.2}, 0},
		{"pipe", pipe(0.5, 1, 2, 0), mgl64.Vec4{0, 1, 0, -0.77}, polygonArea(48, 1) - polygonArea(48, 0.5)},
		{"pipe, lengthwise", pipe(0.5, 1, 2, 0), mgl64.Vec4{1, 0, 0, 0}, 2 * 0.5 * 2},
		{"two, overlapping", two.Mesh(0), mgl64.Vec4{0, 1, 0, -1}, 7},
		{"two, apart", apart.Mesh(0), mgl64.Vec4{0, 1, 0, -0.5}, 2},
	} {
		if got := capArea(t, c.mesh, c.plane); math.Abs(got-c.want) > 1e-3*math.Max(c.want, 1) {
			t.Errorf("%s: area %.5f, expected %.5f", c.name, got, c.want)
		}
	}
}

// The area of a section of a ball is known for every plane.
func TestCapAreaOfBalls(t *testing.T) {
	rnd := rand.New(rand.NewSource(7))
	for range 40 {
		n := mgl64.Vec3{rnd.NormFloat64(), rnd.NormFloat64(), rnd.NormFloat64()}.Normalize()
		d := rnd.Float64()*1.6 - 0.8
		want := math.Pi * (1 - d*d)
		if got := capArea(t, scene.NewSphere(1, 96, 0), n.Vec4(d)); math.Abs(got-want) > 0.01*want+0.005 {
			t.Errorf("plane %v at %.2f: area %.4f, expected %.4f", n, d, got, want)
		}
	}
}

// Meshes whose faces do not share vertices, and whose vertices differ by what files round, are closed all the same.
func TestCapsOfLooseFaces(t *testing.T) {
	m := scene.NewSphere(1, 32, 0)
	loose := &scene.Mesh{}
	rnd := rand.New(rand.NewSource(3))
	for i, v := range m.Indices {
		for k := range 3 {
			loose.Positions = append(loose.Positions, m.Positions[3*v+uint32(k)]+1e-7*float32(rnd.NormFloat64()))
		}
		loose.Indices = append(loose.Indices, uint32(i))
	}
	if got, want := capArea(t, loose, mgl64.Vec4{0.3, 1, 0.2, 0.1}), math.Pi; math.Abs(got-want) > 0.1 {
		t.Errorf("area %.4f, expected about %.4f", got, want)
	}
}

func TestSolids(t *testing.T) {
	tube := scene.NewShape("tube")
	tube.Lathe(mgl64.Vec3{}, []scene.Ring{{Radius: 0.05}, {Radius: 0.05, Y: 6}}, 24)
	tub := scene.NewShape("tub")
	tub.Lathe(mgl64.Vec3{}, []scene.Ring{{Radius: 0}, {Radius: 1}, {Radius: 1, Y: 1}}, 24)
	for name, c := range map[string]struct {
		mesh *scene.Mesh
		want bool
	}{
		"box": {scene.NewBox(1, 2, 3, 0), true}, "ball": {scene.NewSphere(1, 16, 0), true}, "pipe": {pipe(0.5, 1, 2, 0), true},
		"tube": {tube.Mesh(0), false}, "tub": {tub.Mesh(0), false}, "plane": {scene.NewPlane(3, 0), false},
	} {
		s := scene.New()
		if got := isSolid(s.Mesh(s.MustAddMesh(c.mesh))); got != c.want {
			t.Errorf("%s: solid is %v", name, got)
		}
	}
}

func TestGridSpacings(t *testing.T) {
	for _, c := range []struct {
		metres, at, next float64
	}{{1, 1, 2}, {1.9, 1, 2}, {2, 2, 5}, {4.9, 2, 5}, {5, 5, 10}, {9, 5, 10}, {0.03, 0.02, 0.05}, {700, 500, 1000}} {
		i, way := place125(c.metres)
		if at, next := spacing125(i), spacing125(i+1); math.Abs(at/c.at-1) > 1e-9 || math.Abs(next/c.next-1) > 1e-9 || way < 0 || way > 1 {
			t.Errorf("%g m: %g and %g, %.2f of the way", c.metres, at, next, way)
		}
	}
}

// BenchmarkCaps cuts a ball of a million triangles by a plane that moves: what a section in the hand costs the render thread.
func BenchmarkCaps(b *testing.B) {
	s := scene.New()
	m := s.Mesh(s.MustAddMesh(scene.NewSphere(1, 1000, 0)))
	ball := solidOf(m)
	k := &cut{mesh: m}
	i := 0
	for b.Loop() {
		i++
		k.plane = mgl64.Vec4{0, 1, 0, 0.5 * math.Sin(float64(i))}
		k.make(ball, 0, 0)
	}
	b.ReportMetric(float64(m.Triangles()), "triangles")
	b.ReportMetric(float64(len(k.faces)/3), "cap-triangles")
}
