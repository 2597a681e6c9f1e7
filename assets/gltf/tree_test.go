package gltf

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// nodes is a file of empty nodes.
func nodes(list string, more ...string) *fixture {
	f := &fixture{}
	f.add(`"nodes":[%s]`, list)
	f.parts = append(f.parts, more...)
	return f
}

func matrixText(m mgl64.Mat4) string {
	var numbers []string
	for _, v := range m {
		numbers = append(numbers, fmt.Sprint(v))
	}
	return `"matrix":[` + strings.Join(numbers, ",") + `]`
}

// near compares matrices to a millionth, also where they are zero.
func near(a, b mgl64.Mat4) bool {
	for i := range a {
		if math.Abs(a[i]-b[i]) > 1e-6*(1+math.Abs(b[i])) {
			return false
		}
	}
	return true
}

func TestMatricesAndMirrors(t *testing.T) {
	turn := mgl64.HomogRotate3DY(0.7).Mul4(mgl64.HomogRotate3DX(1.2))
	for name, want := range map[string]mgl64.Mat4{
		"mirror":       mgl64.Translate3D(1, 2, 3).Mul4(turn).Mul4(mgl64.Scale3D(-2, 3, 4)),
		"three mirror": turn.Mul4(mgl64.Scale3D(-2, -3, -4)),
		"large":        mgl64.Translate3D(1e6, 0, 0).Mul4(turn).Mul4(mgl64.Scale3D(1e4, 1e4, 1e4)),
		"flat":         turn.Mul4(mgl64.Scale3D(2, 0, 3)),
		"a line":       turn.Mul4(mgl64.Scale3D(0, 0, 3)),
		"a point":      mgl64.Translate3D(1, 2, 3).Mul4(mgl64.Scale3D(0, 0, 0)),
	} {
		s, warnings := nodes(`{"name":"n",` + matrixText(want) + `}`).load(t)
		if id, _ := s.Find("n"); !near(s.World(id), want) || len(warnings) > 0 {
			t.Errorf("%s: matrix became\n%v, want\n%v (%v)", name, s.World(id), want, warnings)
		}
	}
	sheared := mgl64.ShearX3D(0.5, 0)
	s, warnings := nodes(`{"name":"n",` + matrixText(sheared) + `}`).load(t)
	warned(t, warnings, "sheared")
	if id, _ := s.Find("n"); s.World(id).Det() < 0.5 {
		t.Errorf("a sheared node became %v", s.World(id))
	}
}

func TestScalesOfZero(t *testing.T) {
	s, _ := nodes(`{"name":"n","scale":[0,0,0]}`).load(t)
	if id, _ := s.Find("n"); math.Abs(s.World(id).Det()) > 1e-20 {
		t.Errorf("a vanishing node has the matrix %v", s.World(id))
	}
	s, warnings := nodes(`{"name":"n","translation":[1e300,0,0]}`).load(t)
	warned(t, warnings, "no sensible placement")
	if id, _ := s.Find("n"); s.World(id) != mgl64.Ident4() {
		t.Error("a node stands at the end of the world")
	}
}

func TestWhatIsNoTreeIsRefused(t *testing.T) {
	for want, list := range map[string]string{
		"child of itself": `{"children":[1]},{"children":[2]},{"children":[1]}`,
		"two parents":     `{"children":[2]},{"children":[2]},{}`,
		"is a child":      `{"children":[1]},{"children":[0]}`,
		"no node 9":       `{"children":[9]}`,
	} {
		nodes(list).fails(t, want)
	}
	bomb := ""
	for i := range 60 {
		bomb += fmt.Sprintf(`{"children":[%d,%d]},`, i+1, i+1)
	}
	nodes(bomb+`{}`).fails(t, "two parents")
}

func TestFilesWithoutAScene(t *testing.T) {
	s, _ := nodes(`{"name":"a","children":[1]},{"name":"b"},{"name":"c"}`).load(t)
	for _, path := range []string{"a", "a/b", "c"} {
		if _, ok := s.Find(path); !ok {
			t.Errorf("no node %q", path)
		}
	}
	s, warnings := nodes(`{"name":"a"},{"name":"b"}`, `"scenes":[{"name":"x","nodes":[0]},{"name":"y","nodes":[1,1]}]`, `"scene":1`).load(t)
	if _, ok := s.Find("b"); !ok || s.Len() != 2 {
		t.Error("another scene than the file names first is shown")
	}
	warned(t, warnings, `only "y"`)
	s, warnings = nodes(`{"name":"b"},{"name":"a","children":[0]}`, `"scenes":[{"nodes":[0,1,1]}]`).load(t)
	if _, ok := s.Find("a/b"); !ok || s.Len() != 3 {
		t.Error("a child that the scene names is not below its parent")
	}
	warned(t, warnings, "named twice")
	s, warnings = nodes(`{}`, `"scenes":[{}]`).load(t)
	warned(t, warnings, "nothing to show")
	if s.Len() != 1 {
		t.Error("there is something to show")
	}
}

func TestNames(t *testing.T) {
	s, _ := nodes(`{"name":"a/b","children":[1,2,3]},{"name":"x"},{"name":"x"},{}`).load(t)
	for _, path := range []string{"a_b/x", "a_b/x~2", "a_b/node 3"} {
		if _, ok := s.Find(path); !ok {
			t.Errorf("no node %q", path)
		}
	}
	same := strings.Repeat(`{"name":"bolt"},`, 200_000) + `{"name":"bolt"}`
	if s, _ := nodes(same).load(t); s.Len() != 200_002 { // in time: it must not grow with the square
		t.Errorf("%d nodes", s.Len())
	}
}

func TestVisibilityRolesAndProperties(t *testing.T) {
	f := nodes(`{"name":"n","extensions":{"KHR_node_visibility":{"visible":false},"KHR_xmp_json_ld":{"packet":0}},
		"extras":{"role":"shell","weight":12.5,"units":{"weight":"kg","size.x":"m"},"size":{"x":1,"y":[1,2]},"tags":["a","b"],"none":null,"deep":[{"a":1},true]}}`,
		`"extensions":{"KHR_xmp_json_ld":{"packets":[{"@context":{"dc":"http://purl.org/dc/elements/1.1/"},"dc:title":{"@type":"rdf:Alt","rdf:_1":{"@language":"en","@value":"Pump"}},"dc:creator":{"@list":["A","B"]},"@id":""}]}}`)
	s, _ := f.load(t)
	id, _ := s.Find("n")
	n := s.Node(id)
	want := []scene.Property{{Name: "weight", Value: 12.5, Unit: "kg"}, {Name: "size.x", Value: 1.0, Unit: "m"}, {Name: "size.y", Value: []float64{1, 2}},
		{Name: "tags", Value: "a, b"}, {Name: "deep.1.a", Value: 1.0}, {Name: "deep.2", Value: true}, {Name: "dc:title", Value: "Pump"}, {Name: "dc:creator", Value: "A, B"}}
	if fmt.Sprint(n.Properties) != fmt.Sprint(want) || n.Style.Visible || n.Role != scene.Shell {
		t.Errorf("properties %v, want %v; visible %v, role %v", n.Properties, want, n.Style.Visible, n.Role)
	}
}

func TestInstances(t *testing.T) {
	f := &fixture{}
	p, n := f.vectors(3, square...), f.vectors(3, upward...)
	move := f.vectors(3, 1, 0, 0, 2, 0, 0, 3, 0, 0)
	turn := f.accessor("VEC4", typeShort, 3, shorts(0, 0, 0, 32767, 0, 32767, 0, 0, 0, 0, 0, 32767), `,"normalized":true`)
	size := f.vectors(3, 1, 1, 1, 2, 2, 2, 0, 0, 0)
	f.add(`"meshes":[{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d}}]}],"nodes":[{"name":"row","mesh":0,"children":[1],"extensions":{"EXT_mesh_gpu_instancing":{"attributes":{"TRANSLATION":%d,"ROTATION":%d,"SCALE":%d,"_ID":0}}}},{"name":"child"}]`, p, n, move, turn, size)
	s, warnings := f.load(t)
	row, _ := s.Find("row")
	if s.Node(row).Mesh != scene.NoMesh || len(s.Node(row).Children) != 4 || len(warnings) > 0 {
		t.Errorf("children %v, warnings %v", s.Node(row).Children, warnings)
	}
	for k, x := range []float64{1, 2, 3} {
		id, ok := s.Find(fmt.Sprint("row/instance ", k+1))
		if !ok || s.World(id).Col(3)[0] != x || s.Node(id).Mesh != 1 {
			t.Errorf("instance %d stands at %v", k+1, s.World(id).Col(3))
		}
	}
	if id, _ := s.Find("row/instance 2"); !s.World(id).ApproxEqualThreshold(mgl64.Translate3D(2, 0, 0).Mul4(mgl64.HomogRotate3DY(math.Pi)).Mul4(mgl64.Scale3D(2, 2, 2)), 1e-6) {
		t.Errorf("instance 2 stands at\n%v", s.World(id))
	}
	if _, _, err := load(one(f.text()), "m.gltf", loading.Limits{Nodes: 3}); err == nil || !strings.Contains(err.Error(), "instances") {
		t.Errorf("too many instances gave %v", err)
	}
	f.parts[0] = strings.Replace(f.parts[0], `"SCALE":4`, `"SCALE":0`, 1)
	f.fails(t, "4 values of SCALE for 3 instances")
}

func TestCoarserVersions(t *testing.T) {
	f := &fixture{}
	p, n := f.vectors(3, square...), f.vectors(3, upward...)
	fine := f.accessor("SCALAR", typeUshort, 6, shorts(0, 1, 2, 0, 2, 3), "")
	coarse := f.accessor("SCALAR", typeUshort, 3, shorts(0, 1, 2), "")
	own := f.vectors(3, 0, 0, 0, 5, 0, 0, 0, 5, 0)
	flat := f.vectors(3, upward[:9]...)
	f.add(`"meshes":[{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d},"indices":%d,"material":0}]},{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d},"indices":%d,"material":0}]},{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d},"material":0}]}],"materials":[{},{}]`,
		p, n, fine, p, n, coarse, own, flat)
	f.add(`"nodes":[{"name":"a","mesh":0,"extensions":{"MSFT_lod":{"ids":[1]}},"extras":{"MSFT_screencoverage":[0.5,0.01]}},{"name":"low","mesh":1},
		{"name":"b","mesh":1,"extensions":{"MSFT_lod":{"ids":[3]}}},{"mesh":2}],"scenes":[{"nodes":[0,1,2]}]`)
	s, _ := f.load(t)
	a, _ := s.Find("a")
	m := s.Mesh(s.Node(a).Mesh)
	if m.Vertices() != 4 || len(m.LODs) != 1 || !slices.Equal(m.LODs[0].Indices, []uint32{0, 1, 2}) {
		t.Errorf("%d vertices, coarser versions %+v", m.Vertices(), m.LODs)
	}
	if e := m.LODs[0].ErrorM; math.Abs(float64(e)-math.Sqrt2/500) > 1e-6 {
		t.Errorf("it strays by %g m", e)
	}
	if low, _ := s.Find("low"); s.Node(low).Style.Visible || s.Node(low).Mesh != scene.NoMesh {
		t.Error("the coarser version is shown beside the finer")
	}
	if b, _ := s.Find("b"); len(s.Mesh(s.Node(b).Mesh).LODs) != 0 { // of as many triangles
		t.Error("a version that is no coarser was kept")
	}
	f.parts[0] = strings.Replace(f.parts[0], `"indices":`+fmt.Sprint(coarse)+`,"material":0`, `"indices":`+fmt.Sprint(coarse)+`,"material":1`, 1)
	_, warnings := f.load(t)
	warned(t, warnings, `of node "a" only the finest`)
}

func TestCoarserVersionsWithVerticesOfTheirOwn(t *testing.T) {
	f := &fixture{}
	p, n := f.vectors(3, square...), f.vectors(3, upward...)
	fine := f.accessor("SCALAR", typeUshort, 6, shorts(0, 1, 2, 0, 2, 3), "")
	own, flat := f.vectors(3, 0, 0, 0, 5, 0, 0, 0, 5, 0), f.vectors(3, upward[:9]...)
	f.add(`"meshes":[{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d},"indices":%d}]},{"primitives":[{"attributes":{"POSITION":%d,"NORMAL":%d}}]}]`, p, n, fine, own, flat)
	f.add(`"nodes":[{"name":"a","mesh":0,"extensions":{"MSFT_lod":{"ids":[1]}}},{"mesh":1}],"scenes":[{"nodes":[0]}]`)
	s, _ := f.load(t)
	m := s.Meshes()[1]
	if m.Vertices() != 7 || len(m.LODs) != 1 || !slices.Equal(m.LODs[0].Indices, []uint32{4, 5, 6}) || m.Positions[15] != 5 {
		t.Errorf("%d vertices, coarser versions %+v", m.Vertices(), m.LODs)
	}
}
