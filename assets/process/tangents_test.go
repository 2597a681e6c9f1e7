package process

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

// painted is a mesh with uv that run both ways round.
func painted(segments int) *scene.Mesh {
	m := CreaseNormals(welded(bumpy(segments)), DefaultCreaseRad)
	for v := range m.Vertices() {
		p := vecAt(m.Positions, uint32(v))
		u := float32(math.Atan2(float64(p.z), float64(p.x)) / math.Pi) // a seam at -x
		m.UVs = append(m.UVs, abs(u), p.y*(1+p.x*p.x))                 // mirrored at z = 0
	}
	return m
}

// hurt adds triangles with degenerate uv and others without area.
func hurt(m *scene.Mesh) *scene.Mesh {
	for t := 7; t < m.Triangles(); t += 23 {
		a, b := m.Indices[3*t], m.Indices[3*t+1]
		m.UVs[2*a], m.UVs[2*a+1] = m.UVs[2*b], m.UVs[2*b+1]
	}
	for t := 5; t < m.Triangles(); t += 31 {
		m.Indices[3*t+1] = m.Indices[3*t]
	}
	return m
}

func checkTangents(t *testing.T, m *scene.Mesh) {
	t.Helper()
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	if len(m.Tangents) != 4*m.Vertices() {
		t.Fatalf("%d tangent values for %d vertices", len(m.Tangents), m.Vertices())
	}
	for v := range m.Vertices() {
		tangent := vec{m.Tangents[4*v], m.Tangents[4*v+1], m.Tangents[4*v+2]}
		if d := tangent.dot(normalAt(m, uint32(v))); abs(d) > 1e-4 || abs(tangent.length()-1) > 1e-4 || abs(m.Tangents[4*v+3]) != 1 {
			t.Fatalf("tangent %v of vertex %d: %v to its normal", m.Tangents[4*v:4*v+4], v, d)
		}
	}
}

func TestTangentsFollowTheUV(t *testing.T) {
	m := painted(32)
	out := Tangents(m)
	checkTangents(t, out)
	if len(m.Tangents) != 0 || out.Triangles() != m.Triangles() {
		t.Error("the mesh itself was changed")
	}
	wrong := 0
	for k := range out.Triangles() {
		i := out.Indices[3*k : 3*k+3]
		p, q, r := vecAt(out.Positions, i[0]), vecAt(out.Positions, i[1]), vecAt(out.Positions, i[2])
		du1, dv1 := out.UVs[2*i[1]]-out.UVs[2*i[0]], out.UVs[2*i[1]+1]-out.UVs[2*i[0]+1]
		du2, dv2 := out.UVs[2*i[2]]-out.UVs[2*i[0]], out.UVs[2*i[2]+1]-out.UVs[2*i[0]+1]
		area := du1*dv2 - du2*dv1
		if abs(area) < 1e-5 || q.sub(p).cross(r.sub(p)).zero() {
			continue
		}
		alongU := q.sub(p).mul(dv2).sub(r.sub(p).mul(dv1)).mul(1 / area)
		alongV := r.sub(p).mul(du1).sub(q.sub(p).mul(du2)).mul(1 / area)
		for _, v := range i {
			n := normalAt(out, v)
			tangent := vec{out.Tangents[4*v], out.Tangents[4*v+1], out.Tangents[4*v+2]}
			up := n.cross(tangent).mul(out.Tangents[4*v+3])
			if tangent.dot(alongU) <= 0 || up.dot(alongV) >= 0 { // up in the picture is towards smaller v
				wrong++
			}
		}
	}
	if wrong > out.Triangles()/50 { // uv that bend within a fan
		t.Errorf("%d corners of %d triangles point elsewhere", wrong, out.Triangles())
	}
}

func TestTangentsOfAMirroredQuad(t *testing.T) {
	m := &scene.Mesh{ // two quads side by side in the plane z = 0, the right one with u running back
		Positions: []float32{-1, 0, 0, 0, 0, 0, 1, 0, 0, -1, 1, 0, 0, 1, 0, 1, 1, 0},
		UVs:       []float32{0, 1, 1, 1, 0, 1, 0, 0, 1, 0, 0, 0},
		Normals:   []float32{0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1},
		Indices:   []uint32{0, 1, 4, 0, 4, 3, 1, 2, 5, 1, 5, 4},
	}
	out := Tangents(m)
	checkTangents(t, out)
	if out.Vertices() != 8 {
		t.Errorf("%d vertices, want 8: the two in the middle are split", out.Vertices())
	}
	for c, v := range out.Indices {
		want := [4]float32{1, 0, 0, 1}
		if c >= 6 {
			want = [4]float32{-1, 0, 0, -1}
		}
		if got := [4]float32(out.Tangents[4*v : 4*v+4]); got != want {
			t.Errorf("corner %d: %v, want %v", c, got, want)
		}
	}
}

// reference is what package mikktspace 1.1.1 of npm, which holds the code of its author, makes of our hurt(painted(10)). Its sign
// is the opposite of glTF's.
type reference struct {
	Positions, Normals, UVs, Tangents []float32 // of the corners of all triangles
}

func TestTangentsEqualThoseOfMikkTSpace(t *testing.T) {
	data, err := os.ReadFile("testdata/mikktspace.json")
	if err != nil {
		t.Fatal(err)
	}
	var ref reference
	if err := json.Unmarshal(data, &ref); err != nil {
		t.Fatal(err)
	}
	compareTangents(t, &ref)
	checkTangents(t, Tangents(hurt(painted(40))))
}

func compareTangents(t *testing.T, ref *reference) {
	t.Helper()
	m := &scene.Mesh{Positions: ref.Positions, Normals: ref.Normals, UVs: ref.UVs}
	for i := range len(ref.Positions) / 3 {
		m.Indices = append(m.Indices, uint32(i))
	}
	out := Tangents(Weld(m))
	checkTangents(t, out)
	none, worst := 0, float32(1)
	for c, v := range out.Indices {
		want := vec{ref.Tangents[4*c], ref.Tangents[4*c+1], ref.Tangents[4*c+2]}
		if (want == vec{1, 0, 0}) { // uv that tell nothing: it says 1, 0, 0
			none++
			continue
		}
		got := out.Tangents[4*v : 4*v+4]
		d := want.dot(vec{got[0], got[1], got[2]})
		if worst = min(worst, d); d < 0.9999 || got[3] != -ref.Tangents[4*c+3] {
			t.Errorf("corner %d of triangle %d: %v, want %v", c%3, c/3, got, ref.Tangents[4*c:4*c+4])
		}
	}
	t.Logf("%d corners, %d without a tangent, cosine at worst %.7f", len(out.Indices), none, worst)
}

// One vertex with very many triangles, none of them joined, must not take quadratic time.
func TestTangentsOfABigFan(t *testing.T) {
	m := &scene.Mesh{Positions: []float32{0, 0, 0}, Normals: []float32{0, 1, 0}, UVs: []float32{0, 0}}
	for i := range uint32(200_000) {
		s, c := math.Sincos(float64(i))
		m.Positions = append(m.Positions, float32(c), 0, float32(s), float32(c), 0, float32(s)+0.1)
		m.Normals = append(m.Normals, 0, 1, 0, 0, 1, 0)
		m.UVs = append(m.UVs, float32(i), 1, float32(s), float32(c))
		m.Indices = append(m.Indices, 0, 2*i+1, 2*i+2)
	}
	checkTangents(t, Tangents(m))
}

func BenchmarkTangents(b *testing.B) {
	m := painted(400)
	for b.Loop() {
		Tangents(m)
	}
	b.ReportMetric(float64(m.Triangles()), "triangles")
}
