package g3ngl

import (
	"math"
	"testing"
	"unsafe"

	"github.com/go-gl/mathgl/mgl32"
	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/scene"
)

func added(t *testing.T, m *scene.Mesh) *scene.Mesh {
	t.Helper()
	s := scene.New()
	s.AddMaterial(scene.Material{})
	return s.Mesh(s.MustAddMesh(m))
}

func TestVertexSizesAreThoseOfTheShaders(t *testing.T) {
	if unsafe.Sizeof(vertex{}) != vertexBytes || unsafe.Sizeof(lineVertex{}) != lineBytes || objectBytes != 64 {
		t.Errorf("%d, %d, %d bytes", unsafe.Sizeof(vertex{}), unsafe.Sizeof(lineVertex{}), objectBytes)
	}
	if n := unsafe.Sizeof(frameBlock{}); n != 2*64+13*16+4*16+6*16+2*16 {
		t.Errorf("the frame block has %d bytes", n)
	}
}

// Octahedral normals in 16 bits are exact to some hundredths of a degree.
func TestOctNormals(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := func(n string) float32 { return rapid.Float32Range(-1, 1).Draw(rt, n) }
		n := mgl32.Vec3{f("x"), f("y"), f("z")}
		if n.Len() < 0.01 {
			rt.Skip("no direction")
		}
		n = n.Normalize()
		e := octNormal(n[0], n[1], n[2])
		v := mgl32.Vec3{float32(e[0]) / 32767, float32(e[1]) / 32767, 0} // as fromOct in the shader
		v[2] = 1 - abs(v[0]) - abs(v[1])
		if v[2] < 0 {
			v[0], v[1] = (1-abs(v[1]))*sign(v[0]), (1-abs(v[0]))*sign(v[1])
		}
		if a := math.Acos(math.Min(1, float64(v.Normalize().Dot(n)))); a > 0.001 {
			rt.Fatalf("%v came back %v rad off", n, a)
		}
	})
}

func TestEdges(t *testing.T) {
	for _, c := range []struct {
		name          string
		mesh          *scene.Mesh
		sharp, smooth int // edges
	}{
		{"box: twelve sharp edges, no diagonals", scene.NewBox(1, 2, 3, 0), 12, 0},
		{"plane: four borders", scene.NewPlane(5, 0), 4, 0},
		{"cylinder: two sharp circles, smooth sides", scene.NewCylinder(1, 1, 2, 32, 0), 64, 32},
		{"sphere: all smooth", scene.NewSphere(1, 32, 0), 0, -1},
	} {
		lines, sharp := packEdges(added(t, c.mesh), 9, make([]lineVertex, 4))
		lines = lines[4:]
		if sharp != 2*c.sharp || c.smooth >= 0 && len(lines)-sharp != 2*c.smooth {
			t.Errorf("%s: %d sharp and %d smooth", c.name, sharp/2, (len(lines)-sharp)/2)
		}
		for i, v := range lines {
			if (v.sharp == 1) != (i < sharp) || v.slot != 9 {
				t.Fatalf("%s: line vertex %d is %+v", c.name, i, v)
			}
		}
	}
	big := scene.NewSphere(1, 400, 0)
	if lines, _ := packEdges(added(t, big), 0, nil); big.Triangles() > maxEdgeTriangles && len(lines) != 0 {
		t.Error("a huge mesh got edges")
	}
}

func TestPackSplitsVerticesByMaterial(t *testing.T) {
	m := added(t, &scene.Mesh{
		Positions: []float32{0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0},
		Indices:   []uint32{0, 1, 2, 0, 2, 3},
		Parts:     []scene.Part{{First: 0, Count: 3, Material: 0}, {First: 3, Count: 3, Material: 1}},
	})
	vertices, indices := packMesh(m, 5, make([]vertex, 7), nil)
	if len(vertices) != 7+6 || len(indices) != 6 {
		t.Fatalf("%d vertices, %d indices", len(vertices), len(indices))
	}
	for k, i := range indices {
		v := vertices[i]
		p := m.Positions[3*m.Indices[k]:]
		if v.material != uint32(k/3) || v.slot != 5 || v.position != [3]float32{p[0], p[1], p[2]} {
			t.Errorf("corner %d is %+v", k, v)
		}
	}
}

func TestRangesOfNeighboursAreJoined(t *testing.T) {
	b := &batch{items: []item{{slot: 0, count: 3}, {slot: 1, first: 3, count: 6}, {slot: 2, first: 9, count: 3}, {slot: 3, first: 12, count: 3}}}
	b.list(0, faces, func(s uint32) bool { return s != 2 })
	l := b.lists[0]
	if len(l.counts) != 2 || l.counts[0] != 9 || l.offsets[1] != 48 || l.objects != 3 || l.indices != 12 {
		t.Errorf("%+v", l)
	}
	b.sorted(1, func(uint32) bool { return true }, func(s uint32) float32 { return float32(s) })
	if got := b.lists[1].offsets; len(got) != 4 || got[0] != 48 || got[3] != 0 {
		t.Errorf("farthest first: %v", got)
	}
}
