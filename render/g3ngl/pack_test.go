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
	if unsafe.Sizeof(vertex{}) != vertexBytes || unsafe.Sizeof(edgeEnd{}) != edgeBytes || objectBytes != 64 {
		t.Errorf("%d, %d, %d bytes", unsafe.Sizeof(vertex{}), unsafe.Sizeof(edgeEnd{}), objectBytes)
	}
	if n := unsafe.Sizeof(frameBlock{}); n != 2*64+13*16+4*16+6*16+3*16 {
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
		e := formOf(added(t, c.mesh), true)
		if e.sharp != 2*c.sharp || c.smooth >= 0 && len(e.vertices)-e.sharp != 2*c.smooth {
			t.Errorf("%s: %d sharp and %d smooth", c.name, e.sharp/2, (len(e.vertices)-e.sharp)/2)
		}
		for i, v := range e.vertices {
			if (v.sharp == 1) != (i < e.sharp) {
				t.Fatalf("%s: edge vertex %d is %+v", c.name, i, v)
			}
		}
	}
	big := scene.NewSphere(1, 400, 0)
	if e := formOf(added(t, big), true); big.Triangles() > maxEdgeTriangles && len(e.vertices) != 0 {
		t.Error("a huge mesh got edges")
	}
}

// What the file marks as edges is drawn, whatever the angles; of the others only the outlines of smooth surfaces stay.
func TestMarkedEdgesReplaceFoundOnes(t *testing.T) {
	box := added(t, &scene.Mesh{Positions: scene.NewBox(1, 1, 1, 0).Positions, Indices: scene.NewBox(1, 1, 1, 0).Indices, Edges: []uint32{0, 1, 1, 2}})
	if e := formOf(box, true); e.sharp != 4 || len(e.vertices) != 4+2*12 {
		t.Errorf("%d sharp of %d vertices, want the 4 marked ones and 12 edges that are drawn as outlines", e.sharp, len(e.vertices))
	}
	none := added(t, &scene.Mesh{Positions: box.Positions, Indices: box.Indices, Edges: []uint32{}})
	if e := formOf(none, true); e.sharp != 0 {
		t.Errorf("a file that marks no edges got %d", e.sharp/2)
	}
}

// packed returns what a mesh without textures becomes on the GPU.
func packed(m *scene.Mesh, slot uint32) (vertices []vertex, indices [][]uint32) {
	s := &share{parts: make([]int, len(partsOf(m.Parts, len(m.Indices))))}
	for i := range s.parts {
		s.parts[i] = i
	}
	levels := levelsOf(m, s)
	n := number(m, s, levels)
	vertices = make([]vertex, n.count)
	packVertices(m, n, triangles, slot, 0, vertices)
	for _, l := range levels {
		var out []uint32
		for _, st := range l {
			some := make([]uint32, len(st.indices))
			packIndices(n, st, 0, some)
			out = append(out, some...)
		}
		indices = append(indices, out)
	}
	return vertices, indices
}

func TestPackSplitsVerticesByMaterial(t *testing.T) {
	m := added(t, &scene.Mesh{
		Positions: []float32{0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0},
		Indices:   []uint32{0, 1, 2, 0, 2, 3},
		Parts:     []scene.Part{{First: 0, Count: 3, Material: 0}, {First: 3, Count: 3, Material: 1}},
		LODs:      []scene.LOD{{Indices: []uint32{3, 1, 0}, Parts: []scene.Part{{Count: 3}, {First: 3}}, ErrorM: 0.1}},
	})
	vertices, levels := packed(m, 5)
	if len(vertices) != 7 || len(levels) != 2 || len(levels[0]) != 6 || len(levels[1]) != 3 {
		t.Fatalf("%d vertices, indices %v", len(vertices), levels)
	}
	check := func(k int, i, corner uint32, material uint32) {
		v := vertices[i]
		p := m.Positions[3*corner:]
		if v.material != material || v.slot != 5 || v.position != [3]float32{p[0], p[1], p[2]} {
			t.Errorf("corner %d is %+v", k, v)
		}
	}
	for k, i := range levels[0] {
		check(k, i, m.Indices[k], uint32(k/3))
	}
	for k, i := range levels[1] {
		check(k, i, m.LODs[0].Indices[k], 0)
	}
}

// Neighbours whose indices count from different vertices are drawn one by one.
func TestRangesOfOtherBasesAreNotJoined(t *testing.T) {
	b := &batch{items: []item{{slot: 0, full: span{0, 3}}, {slot: 1, full: span{3, 6}, base: 70_000}, {slot: 2, full: span{9, 3}, base: 70_000}}}
	b.list(0, faces, chooser{keep: func(*item) bool { return true }})
	l := b.lists[0]
	if len(l.counts) != 2 || l.counts[1] != 9 || l.offsets[1] != 6 || l.bases[1] != 70_000 {
		t.Errorf("%+v", l)
	}
}

func TestRangesOfNeighboursAreJoined(t *testing.T) {
	b := &batch{wide: true, items: []item{{slot: 0, full: span{0, 3}}, {slot: 1, full: span{3, 6}}, {slot: 2, full: span{9, 3}}, {slot: 3, full: span{12, 3}}}}
	b.list(0, faces, chooser{keep: func(it *item) bool { return it.slot != 2 }})
	l := b.lists[0]
	if len(l.counts) != 2 || l.counts[0] != 9 || l.offsets[1] != 48 || l.objects != 3 || l.elements != 12 {
		t.Errorf("%+v", l)
	}
	b.sorted(1, chooser{keep: func(*item) bool { return true }}, func(s uint32) float32 { return float32(s) })
	if got := b.lists[1].offsets; len(got) != 4 || got[0] != 48 || got[3] != 0 {
		t.Errorf("farthest first: %v", got)
	}
}
