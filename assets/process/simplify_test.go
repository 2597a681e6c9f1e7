package process

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/scene"
)

// positionEdges counts how often each edge of positions is used, one way and the other.
func positionEdges(m *scene.Mesh, indices []uint32) map[[2]uint32][2]int {
	_, pos := WeldPositions(m.Positions)
	out := map[[2]uint32][2]int{}
	for c, v := range indices {
		a, b, way := pos[v], pos[indices[after(c)]], 0
		if a > b {
			a, b, way = b, a, 1
		}
		n := out[[2]uint32{a, b}]
		n[way]++
		out[[2]uint32{a, b}] = n
	}
	return out
}

func openEdges(m *scene.Mesh, indices []uint32) (open int) {
	for _, n := range positionEdges(m, indices) {
		if n[0] != n[1] {
			open++
		}
	}
	return open
}

// strays tells how far the vertices of m are from the triangles of a version of it, at worst, by brute force.
func strays(m *scene.Mesh, indices []uint32, step int) float64 {
	worst := 0.0
	for v := 0; v < m.Vertices(); v += step {
		p, best := vecAt(m.Positions, uint32(v)), math.Inf(1)
		for t := 0; t+2 < len(indices); t += 3 {
			best = min(best, distance(p, vecAt(m.Positions, indices[t]), vecAt(m.Positions, indices[t+1]), vecAt(m.Positions, indices[t+2])))
		}
		worst = max(worst, best)
	}
	return worst
}

// distance of p from a triangle (C. Ericson, Real-time collision detection, 2005, section 5.1.5).
func distance(p, a, b, c vec) float64 {
	ab, ac, ap := b.sub(a), c.sub(a), p.sub(a)
	d1, d2 := ab.dot(ap), ac.dot(ap)
	to := func(q vec) float64 { return float64(p.sub(q).length()) }
	if d1 <= 0 && d2 <= 0 {
		return to(a)
	}
	bp := p.sub(b)
	d3, d4 := ab.dot(bp), ac.dot(bp)
	if d3 >= 0 && d4 <= d3 {
		return to(b)
	}
	vc := d1*d4 - d3*d2
	if vc <= 0 && d1 >= 0 && d3 <= 0 {
		return to(a.add(ab.mul(d1 / (d1 - d3))))
	}
	cp := p.sub(c)
	d5, d6 := ab.dot(cp), ac.dot(cp)
	if d6 >= 0 && d5 <= d6 {
		return to(c)
	}
	vb := d5*d2 - d1*d6
	if vb <= 0 && d2 >= 0 && d6 <= 0 {
		return to(a.add(ac.mul(d2 / (d2 - d6))))
	}
	va := d3*d6 - d5*d4
	if va <= 0 && d4-d3 >= 0 && d5-d6 >= 0 {
		return to(b.add(c.sub(b).mul((d4 - d3) / (d4 - d3 + d5 - d6))))
	}
	k := 1 / (va + vb + vc)
	return to(a.add(ab.mul(vb * k)).add(ac.mul(vc * k)))
}

func simplified(t *testing.T, m *scene.Mesh, target int, maxErrorM float64) scene.LOD {
	t.Helper()
	l, err := Simplify(context.Background(), m, target, maxErrorM)
	if err != nil {
		t.Fatal(err)
	}
	c := m.Fork()
	c.LODs = []scene.LOD{l}
	if err := c.Check(); err != nil {
		t.Fatal(err)
	}
	return l
}

func TestSimplifyASmoothSolid(t *testing.T) {
	m := CreaseNormals(welded(bumpy(120)), math.Pi)
	for _, part := range []int{4, 16, 64} {
		l := simplified(t, m, m.Triangles()/part, math.Inf(1))
		got := len(l.Indices) / 3
		real := strays(m, l.Indices, 37)
		t.Logf("%d of %d triangles, says %.5f m, strays %.5f m", got, m.Triangles(), l.ErrorM, real)
		if got > m.Triangles()/part || got < m.Triangles()/part*8/10 {
			t.Errorf("1/%d: %d of %d triangles", part, got, m.Triangles())
		}
		if n := openEdges(m, l.Indices); n > 0 {
			t.Errorf("1/%d: %d edges came open", part, n)
		}
		if float64(l.ErrorM) < real/1.5 || float64(l.ErrorM) > 3*real {
			t.Errorf("1/%d: says it strays %.5f m, strays %.5f m", part, l.ErrorM, real)
		}
	}
}

func TestSimplifyFlatAndSharp(t *testing.T) {
	grid := gridMesh(40, nil)
	if l := simplified(t, grid, 0, 1e-4); len(l.Indices) > 3*8 {
		t.Errorf("a flat square keeps %d triangles", len(l.Indices)/3)
	} else if d := strays(grid, l.Indices, 1); d > 1e-4 {
		t.Errorf("a flat square strays %v", d)
	}
	cylinder := CreaseNormals(welded(scene.NewCylinder(1, 1, 2, 256, 0)), DefaultCreaseRad)
	l := simplified(t, cylinder, 0, 0.005)
	if d := strays(cylinder, l.Indices, 1); len(l.Indices)/3 > cylinder.Triangles()/3 || d > 0.015 || openEdges(cylinder, l.Indices) > 0 {
		t.Errorf("a cylinder keeps %d of %d triangles, strays %v, %d open edges", len(l.Indices)/3, cylinder.Triangles(), d, openEdges(cylinder, l.Indices))
	}
	for k := 0; k < len(l.Indices); k += 3 { // no face may borrow the normal of another side
		i := l.Indices[k : k+3]
		a := vecAt(cylinder.Positions, i[0])
		n := vecAt(cylinder.Positions, i[1]).sub(a).cross(vecAt(cylinder.Positions, i[2]).sub(a)).unit()
		for _, v := range i {
			if normalAt(cylinder, v).dot(n) < 0.9 {
				t.Fatalf("normal %v on a face with %v", normalAt(cylinder, v), n)
			}
		}
	}
}

// gridMesh is a unit square of 2·n² triangles, whose height z gives.
func gridMesh(n int, z func(x, y float64) float64) *scene.Mesh {
	m := &scene.Mesh{}
	for j := range n + 1 {
		for i := range n + 1 {
			x, y, h := float64(i)/float64(n), float64(j)/float64(n), 0.0
			if z != nil {
				h = z(x, y)
			}
			m.Positions = append(m.Positions, float32(x), float32(y), float32(h))
		}
	}
	for j := range n {
		for i := range n {
			a := uint32(j*(n+1) + i)
			b := a + uint32(n+1)
			m.Indices = append(m.Indices, a, a+1, b, a+1, b+1, b)
		}
	}
	m.Normals = scene.SmoothNormals(m.Positions, m.Indices)
	return m
}

func TestSimplifyKeepsPartsAndSeams(t *testing.T) {
	m := gridMesh(40, func(x, y float64) float64 { return 0.1 * math.Sin(5*x) * math.Sin(4*y) })
	half := len(m.Indices) / 2
	m.Parts = []scene.Part{{First: half, Count: half, Material: 1}, {First: 0, Count: half}}
	l := simplified(t, m, m.Triangles()/8, math.Inf(1))
	if len(l.Parts) != 2 || l.Parts[0].Material != 1 || l.Parts[0].Count+l.Parts[1].Count != len(l.Indices) {
		t.Fatalf("parts %+v", l.Parts)
	}
	for k, p := range l.Parts {
		for _, v := range l.Indices[p.First : p.First+p.Count] {
			if y := m.Positions[3*v+1]; k == 0 && y < 0.5 || k == 1 && y > 0.5 {
				t.Fatalf("part %d reaches y = %v", k, y)
			}
		}
	}
	border := 0
	for e, n := range positionEdges(m, l.Indices) {
		if n[0] != n[1] {
			border++
			a, b := vecAt(m.Positions, e[0]), vecAt(m.Positions, e[1])
			if on := func(p, q float32) bool { return p == q && (p == 0 || p == 1) }; !on(a.x, b.x) && !on(a.y, b.y) {
				t.Fatalf("an open edge from %v to %v", a, b)
			}
		}
	}
	if border < 8 {
		t.Errorf("%d border edges", border)
	}

	split := painted(80) // with a seam in its uv
	l = simplified(t, split, split.Triangles()/10, math.Inf(1))
	if n := openEdges(split, l.Indices); n > 0 || len(l.Indices)/3 > split.Triangles()/5 {
		t.Errorf("%d open edges, %d of %d triangles", n, len(l.Indices)/3, split.Triangles())
	}
}

func TestSimplifyFlatShaded(t *testing.T) {
	smooth := bumpy(120)
	m := CreaseNormals(welded(smooth), 0)
	l := simplified(t, m, m.Triangles()/8, math.Inf(1))
	if n := openEdges(m, l.Indices); n > 0 || len(l.Indices)/3 > m.Triangles()/6 {
		t.Errorf("%d open edges, %d of %d triangles", n, len(l.Indices)/3, m.Triangles())
	}
}

func TestSimplifyTakesAnything(t *testing.T) {
	fan := &scene.Mesh{Positions: []float32{0, 0, 0, 0, 1, 0}}
	const n = 50_000 // triangles on one edge
	for i := range uint32(n) {
		s, c := math.Sincos(float64(i))
		fan.Positions = append(fan.Positions, float32(c), 0, float32(s))
		fan.Indices = append(fan.Indices, 0, 1, 2+i)
	}
	hub := &scene.Mesh{Positions: []float32{0, 0, 0}} // around one point
	for i := range uint32(n) {
		s, c := math.Sincos(2 * math.Pi * float64(i) / n)
		hub.Positions = append(hub.Positions, float32(c), 0, float32(s))
		hub.Indices = append(hub.Indices, 0, 1+i, 1+(i+1)%n)
	}
	same := &scene.Mesh{Positions: make([]float32, 9), Indices: make([]uint32, 30_000)}
	twice := gridMesh(40, nil)
	twice.Indices = append(twice.Indices, twice.Indices...)
	overlap := gridMesh(40, nil)
	overlap.Parts = []scene.Part{{Count: 9600}, {Count: 9600}}
	huge := gridMesh(40, nil)
	for i := range huge.Positions {
		huge.Positions[i] *= 3e38
	}
	start := time.Now()
	for name, m := range map[string]*scene.Mesh{"fan": fan, "hub": hub, "same": same, "twice": twice, "overlap": overlap, "huge": huge, "none": {}} {
		if l := simplified(t, m, 10, math.Inf(1)); len(l.Indices) > len(m.Indices) {
			t.Errorf("%s: more triangles than before", name)
		}
		if lods, err := LODs(context.Background(), m); err != nil {
			t.Errorf("%s: %v, %d", name, err, len(lods))
		}
	}
	if d := time.Since(start); d > 10*patience {
		t.Errorf("took %v", d)
	}
}

func TestLODsAndCancel(t *testing.T) {
	m := CreaseNormals(welded(bumpy(300)), DefaultCreaseRad)
	lods, err := LODs(context.Background(), m)
	if err != nil || len(lods) != 3 {
		t.Fatalf("%d versions, %v", len(lods), err)
	}
	last, strayed := m.Triangles(), float32(0)
	for k, l := range lods {
		n := len(l.Indices) / 3
		t.Logf("%d triangles, %.5f m", n, l.ErrorM)
		if n > last/3 || l.ErrorM <= strayed {
			t.Errorf("version %d: %d triangles after %d, error %v after %v", k, n, last, l.ErrorM, strayed)
		}
		last, strayed = n, l.ErrorM
	}
	if lods, _ := LODs(context.Background(), scene.NewSphere(1, 20, 0)); lods != nil {
		t.Error("a small mesh got coarser versions")
	}
	big := bumpy(1000)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := LODs(ctx, big); err == nil {
		t.Error("was not cancelled")
	}
	if d := time.Since(start); d > patience {
		t.Errorf("cancelled after %v", d)
	}
}

func BenchmarkLODs1M(b *testing.B) {
	m := CreaseNormals(welded(bumpy(1000)), DefaultCreaseRad)
	for b.Loop() {
		if _, err := LODs(context.Background(), m); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(m.Triangles())*float64(b.N)/b.Elapsed().Seconds(), "triangles/s")
}
