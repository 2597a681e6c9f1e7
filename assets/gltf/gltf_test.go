package gltf

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/go-gl/mathgl/mgl64"
	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

func load(fsys fs.FS, name string, l loading.Limits) (*scene.Scene, []string, error) {
	job := loading.New(context.Background(), fsys, name, l)
	defer job.Close()
	s, err := Read(job)
	return s, job.Warnings(), err
}

func mustLoad(t testing.TB, fsys fs.FS, name string) (*scene.Scene, []string) {
	t.Helper()
	s, warnings, err := load(fsys, name, loading.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return s, warnings
}

func floats(v ...float32) []byte {
	var out []byte
	for _, f := range v {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(f))
	}
	return out
}

func dataURI(b []byte) string {
	return "data:application/octet-stream;base64," + base64.StdEncoding.EncodeToString(b)
}

// textOf is a glTF text with one buffer, one mesh and one node; primitive and the lists are JSON.
func textOf(buffer []byte, views, accessors, primitive string) string {
	return fmt.Sprintf(`{"asset":{"version":"2.0"},"buffers":[{"uri":%q,"byteLength":%d}],"bufferViews":[%s],"accessors":[%s],
		"meshes":[{"primitives":[%s]}],"nodes":[{"name":"n","mesh":0}],"scenes":[{"nodes":[0]}]}`, dataURI(buffer), len(buffer), views, accessors, primitive)
}

func one(text string) fstest.MapFS { return fstest.MapFS{"m.gltf": {Data: []byte(text)}} }

var triangle = floats(0, 0, 0, 1, 0, 0, 0, 1, 0)

const (
	wholeView = `{"buffer":0,"byteLength":36}`
	positions = `{"bufferView":0,"componentType":5126,"count":3,"type":"VEC3"}`
)

func TestWriteAndReadGiveTheSameScene(t *testing.T) {
	s := scene.New()
	red := s.AddMaterial(scene.Material{Name: "red", BaseColor: [4]float32{0.8, 0.1, 0.1, 0.5}, Metallic: 0.25, Roughness: 0.75, Emissive: [3]float32{0, 0.5, 0}, DoubleSided: true, Blend: true})
	shape := scene.NewShape("two")
	shape.Box(mgl64.Vec3{-1, -1, -1}, mgl64.Vec3{1, 1, 1})
	shape.Part(red)
	shape.Box(mgl64.Vec3{2, -1, -1}, mgl64.Vec3{3, 1, 1})
	mesh := s.MustAddMesh(shape.Mesh(0))
	a := s.AddNode(scene.Root, scene.Node{Name: "a", Mesh: mesh, Role: scene.Shell, Local: scene.At(1, 2, 3).Turned(0.3, mgl64.Vec3{0, 1, 0}).Scaled(2)})
	s.AddNode(a, scene.Node{Name: "b", Mesh: mesh})
	s.AddNode(scene.Root, scene.Node{Name: "c", Role: scene.Ground})
	var first, second bytes.Buffer
	if err := Write(&first, s, "test"); err != nil {
		t.Fatal(err)
	}
	if err := Write(&second, s, "test"); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(first.Bytes(), second.Bytes()) {
		t.Error("the same scene gave other bytes")
	}
	got, warnings := mustLoad(t, fstest.MapFS{"m.glb": {Data: first.Bytes()}}, "m.glb")
	if len(warnings) > 0 {
		t.Errorf("warnings %v", warnings)
	}
	for _, path := range []string{"a", "a/b", "c"} {
		i, _ := s.Find(path)
		j, ok := got.Find(path)
		if !ok {
			t.Fatalf("no node %q", path)
		}
		if !s.World(i).ApproxEqualThreshold(got.World(j), 1e-9) || s.Role(i) != got.Role(j) {
			t.Errorf("node %q moved or lost its role", path)
		}
		if (s.Mesh(s.Node(i).Mesh) == nil) != (got.Mesh(got.Node(j).Mesh) == nil) {
			t.Errorf("node %q lost its mesh", path)
		}
	}
	m, o := got.Meshes()[1], s.Meshes()[1]
	if m.Triangles() != o.Triangles() || m.Vertices() != o.Vertices() || len(m.Parts) != 2 || len(got.Meshes()) != 2 {
		t.Errorf("%d triangles, %d vertices, %d parts, %d meshes", m.Triangles(), m.Vertices(), len(m.Parts), len(got.Meshes())-1)
	}
	mat := got.Materials()[m.Parts[0].Material]
	if mat.Name != "red" || !mat.Blend || !mat.DoubleSided || mat.BaseColor[3] != 0.5 || mat.Metallic != 0.25 || mat.Emissive[1] != 0.5 {
		t.Errorf("material %+v", mat)
	}
}

func TestMissingNormalsAreFlat(t *testing.T) {
	// Two triangles that share an edge and stand at a right angle.
	b := append(floats(0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 0), 0, 2, 1, 0, 1, 3, 0, 0)
	s, _ := mustLoad(t, one(textOf(b, `{"buffer":0,"byteLength":48},{"buffer":0,"byteOffset":48,"byteLength":6}`,
		`{"bufferView":0,"componentType":5126,"count":4,"type":"VEC3"},{"bufferView":1,"componentType":5121,"count":6,"type":"SCALAR"}`,
		`{"attributes":{"POSITION":0},"indices":1}`)), "m.gltf")
	m := s.Meshes()[1]
	if m.Vertices() != 6 || m.Normals[1] != 1 || m.Normals[11] != 1 {
		t.Errorf("%d vertices, normals %v", m.Vertices(), m.Normals)
	}
}

func TestStridesNormalisedAndSparse(t *testing.T) {
	// Positions as normalised shorts, each 6 bytes of 8.
	var b []byte
	for _, v := range [][3]int16{{0, 0, 0}, {32767, 0, 0}, {0, -32768, 0}} {
		for _, x := range v {
			b = binary.LittleEndian.AppendUint16(b, uint16(x))
		}
		b = append(b, 0xEE, 0xEE)
	}
	s, _ := mustLoad(t, one(textOf(b, `{"buffer":0,"byteLength":24,"byteStride":8}`,
		`{"bufferView":0,"componentType":5122,"normalized":true,"count":3,"type":"VEC3"}`, `{"attributes":{"POSITION":0}}`)), "m.gltf")
	if p := s.Meshes()[1].Positions; p[3] != 1 || p[7] != -1 || p[0] != 0 {
		t.Errorf("normalised positions %v", p)
	}
	// Zeros, of which two vertices are replaced.
	b = append(floats(2, 0, 0, 0, 3, 0), 1, 2)
	s, _ = mustLoad(t, one(textOf(b, `{"buffer":0,"byteOffset":24,"byteLength":2},{"buffer":0,"byteLength":24}`,
		`{"componentType":5126,"count":3,"type":"VEC3","sparse":{"count":2,"indices":{"bufferView":0,"componentType":5121},"values":{"bufferView":1}}}`,
		`{"attributes":{"POSITION":0}}`)), "m.gltf")
	if p := s.Meshes()[1].Positions; p[0] != 0 || p[3] != 2 || p[7] != 3 {
		t.Errorf("sparse positions %v", p)
	}
}

func TestStripsAndFans(t *testing.T) {
	for mode, want := range map[int][]uint32{5: {0, 1, 2, 1, 3, 2, 2, 3, 4}, 6: {1, 2, 0, 2, 3, 0, 3, 4, 0}} {
		b := floats(0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 0, 2, 0)
		normals := floats(0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0)
		s, _ := mustLoad(t, one(textOf(append(b, normals...), `{"buffer":0,"byteLength":60},{"buffer":0,"byteOffset":60,"byteLength":60}`,
			`{"bufferView":0,"componentType":5126,"count":5,"type":"VEC3"},{"bufferView":1,"componentType":5126,"count":5,"type":"VEC3"}`,
			fmt.Sprintf(`{"mode":%d,"attributes":{"POSITION":0,"NORMAL":1}}`, mode))), "m.gltf")
		m := s.Meshes()[1]
		if fmt.Sprint(m.Indices) != fmt.Sprint(want) {
			t.Errorf("mode %d: %v, want %v", mode, m.Indices, want)
		}
		if l := math.Abs(float64(m.Normals[14])); math.Abs(l-1) > 1e-6 {
			t.Errorf("a normal without direction stayed so: %v", m.Normals[12:])
		}
	}
}

func TestBuffersBesideTheFile(t *testing.T) {
	text := func(uri string) string {
		return strings.Replace(textOf(triangle, wholeView, positions, `{"attributes":{"POSITION":0}}`), dataURI(triangle), uri, 1)
	}
	for name, c := range map[string]struct{ uri, file, fails string }{
		"beside":          {"a.bin", "sub/a.bin", ""},
		"percent":         {"a%20b.bin", "sub/a b.bin", ""},
		"dots inside":     {"./x/../a.bin", "sub/a.bin", ""},
		"backslash":       {`x\\a.bin`, "sub/x/a.bin", ""},
		"climbs out":      {"../a.bin", "a.bin", "outside the folder"},
		"climbs coded":    {"%2e%2e/a.bin", "a.bin", "outside the folder"},
		"climbs back":     {"..%5Ca.bin", "a.bin", "outside the folder"},
		"absolute":        {"/a.bin", "a.bin", "outside the folder"},
		"another scheme":  {"http://host/a.bin", "a.bin", "only files beside the model"},
		"file scheme":     {"file:///etc/passwd", "a.bin", "only files beside the model"},
		"drive":           {"C:/a.bin", "a.bin", "only files beside the model"},
		"missing":         {"b.bin", "sub/a.bin", "b.bin"},
		"data not base64": {"data:application/octet-stream;base64,????", "a.bin", "base64"},
		"data no comma":   {"data:application/octet-stream", "a.bin", "comma"},
	} {
		fsys := fstest.MapFS{"sub/m.gltf": {Data: []byte(text(c.uri))}, c.file: {Data: triangle}}
		s, _, err := load(fsys, "sub/m.gltf", loading.Limits{})
		switch {
		case c.fails == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.fails == "" && s.Meshes()[1].Triangles() != 1:
			t.Errorf("%s: no triangle", name)
		case c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)):
			t.Errorf("%s: error %v, want %q", name, err, c.fails)
		}
	}
	text1 := text("data:;base64," + strings.ReplaceAll(base64.StdEncoding.EncodeToString(triangle), "=", "%3D"))
	if s, _ := mustLoad(t, one(text1), "m.gltf"); s.Meshes()[1].Triangles() != 1 {
		t.Error("a percent-coded data URI gave no triangle")
	}
}

func TestBrokenFilesAreRefused(t *testing.T) {
	good := textOf(triangle, wholeView, positions, `{"attributes":{"POSITION":0}}`)
	for name, c := range map[string]struct{ old, new, want string }{
		"no version":         {`"version":"2.0"`, `"version":"1.0"`, "version"},
		"null accessor":      {positions, `null`, "accessor 0"},
		"null view":          {wholeView + "]", `null]`, "do not fit"},
		"required extension": {`"asset"`, `"extensionsRequired":["EXT_unknown"],"asset"`, "requires the extension EXT_unknown"},
		"node cycle":         {`"mesh":0}`, `"mesh":0,"children":[0]}`, "of itself"},
		"no such child":      {`"mesh":0}`, `"mesh":0,"children":[7]}`, "no node 7"},
		"negative child":     {`"mesh":0}`, `"mesh":0,"children":[-1]}`, "no node -1"},
		"no such mesh":       {`"mesh":0}`, `"mesh":1}`, "no mesh 1"},
		"no such scene":      {`"asset"`, `"scene":3,"asset"`, "no scene 3"},
		"view past buffer":   {wholeView, `{"buffer":0,"byteLength":37}`, "outside its buffer"},
		"negative offset":    {wholeView, `{"buffer":0,"byteOffset":-4,"byteLength":36}`, "outside its buffer"},
		"count past view":    {`"count":3`, `"count":4`, "do not fit"},
		"huge count":         {`"count":3`, `"count":9007199254740991`, "at most"},
		"negative count":     {`"count":3`, `"count":-3`, "at most"},
		"accessor offset":    {`"count":3`, `"byteOffset":4,"count":3`, "do not fit"},
		"huge offset":        {`"count":3`, `"byteOffset":9223372036854775807,"count":3`, "do not fit"},
		"short stride":       {wholeView, `{"buffer":0,"byteStride":4,"byteLength":36}`, "stride"},
		"no such view":       {`"bufferView":0`, `"bufferView":5`, "no buffer view 5"},
		"no such accessor":   {`"POSITION":0`, `"POSITION":9`, "no accessor 9"},
		"indices are floats": {`{"POSITION":0}`, `{"POSITION":0},"indices":0`, "does not hold indices"},
		"scalar positions":   {`"VEC3"`, `"SCALAR"`, "vectors of 1"},
		"no JSON":            {`{"asset"`, `{"asset`, "bad JSON at byte"},
		"wrong type":         {`"mesh":0}`, `"mesh":"x"}`, "nodes.mesh cannot be a JSON string"},
	} {
		if !strings.Contains(good, c.old) {
			t.Fatalf("%s: %s is not in the text", name, c.old)
		}
		_, _, err := load(one(strings.Replace(good, c.old, c.new, 1)), "m.gltf", loading.Limits{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
	bad := append(floats(0, 0, 0, 1, 0, 0, 0, 1, 0), 0, 1, 3, 0)
	_, _, err := load(one(textOf(bad, wholeView+`,{"buffer":0,"byteOffset":36,"byteLength":3}`,
		positions+`,{"bufferView":1,"componentType":5121,"count":3,"type":"SCALAR"}`, `{"attributes":{"POSITION":0},"indices":1}`)), "m.gltf", loading.Limits{})
	if err == nil || !strings.Contains(err.Error(), "index 3 of 3 vertices") {
		t.Errorf("an index out of range gave %v", err)
	}
	nan := floats(0, 0, 0, 1, 0, 0, 0, float32(math.NaN()), 0)
	if _, _, err := load(one(textOf(nan, wholeView, positions, `{"attributes":{"POSITION":0}}`)), "m.gltf", loading.Limits{}); err == nil {
		t.Error("a position that is no number was taken")
	}
}

func TestContainer(t *testing.T) {
	s := scene.New()
	s.AddNode(scene.Root, scene.Node{Name: "box", Mesh: s.MustAddMesh(scene.NewBox(1, 1, 1, 0))})
	var b bytes.Buffer
	if err := Write(&b, s, "test"); err != nil {
		t.Fatal(err)
	}
	good := b.Bytes()
	change := func(at int, with ...byte) []byte {
		out := bytes.Clone(good)
		copy(out[at:], with)
		return out
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"cut off":         {good[:len(good)-8], "cut off"},
		"header only":     {good[:8], "cut off"},
		"version 1":       {change(4, 1), "GLB version 1"},
		"long chunk":      {change(12, 0xFF, 0xFF, 0xFF), "longer than the file"},
		"binary first":    {change(16, 'B', 'I', 'N', 0), "does not begin with"},
		"no chunks":       {change(8, 12, 0, 0, 0), "no JSON chunk"},
		"length too long": {change(8, 0xFF, 0xFF, 0xFF, 0xFF), "cut off"},
		"length too low":  {change(8, 1, 0, 0, 0), "no JSON chunk"},
	} {
		_, _, err := load(fstest.MapFS{"m.glb": {Data: c.data}}, "m.glb", loading.Limits{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.want)
		}
	}
}

func TestMatricesAndMirrors(t *testing.T) {
	want := mgl64.Translate3D(1, 2, 3).Mul4(mgl64.HomogRotate3DY(0.7)).Mul4(mgl64.Scale3D(-2, 3, 4))
	var numbers []string
	for _, v := range want {
		numbers = append(numbers, fmt.Sprint(v))
	}
	text := strings.Replace(textOf(triangle, wholeView, positions, `{"attributes":{"POSITION":0}}`), `"mesh":0}`, `"mesh":0,"matrix":[`+strings.Join(numbers, ",")+`]}`, 1)
	s, warnings := mustLoad(t, one(text), "m.gltf")
	if id, _ := s.Find("n"); !s.World(id).ApproxEqualThreshold(want, 1e-9) || len(warnings) > 0 {
		t.Errorf("matrix became\n%v, want\n%v (%v)", s.World(id), want, warnings)
	}
}

func TestLimitsAndCancel(t *testing.T) {
	fsys := one(textOf(triangle, wholeView, positions, `{"attributes":{"POSITION":0}}`))
	for _, o := range []loading.Limits{{Bytes: 100}, {Vertices: 2}} {
		if _, _, err := load(fsys, "m.gltf", o); err == nil {
			t.Errorf("limit %+v was not kept", o)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(loading.New(ctx, fsys, "m.gltf", loading.Limits{})); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled read gave %v", err)
	}
	deep := `{"asset":{"version":"2.0"},"scenes":[{"nodes":[0]}],"nodes":[`
	for i := range 2000 {
		deep += fmt.Sprintf(`{"children":[%d]},`, i+1)
	}
	if _, _, err := load(one(deep+`{}]}`), "m.gltf", loading.Limits{}); err == nil || !strings.Contains(err.Error(), "deeper") {
		t.Errorf("a deep tree gave %v", err)
	}
	if _, _, err := load(one(deep+`{}]}`), "m.gltf", loading.Limits{Nodes: 10, Depth: 5000}); err == nil || !strings.Contains(err.Error(), "more than 10 nodes") {
		t.Errorf("a large tree gave %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(textOf(triangle, wholeView, positions, `{"attributes":{"POSITION":0}}`)))
	b := append(floats(2, 0, 0, 0, 3, 0), 1, 2)
	f.Add([]byte(textOf(b, `{"buffer":0,"byteOffset":24,"byteLength":2},{"buffer":0,"byteLength":24}`,
		`{"componentType":5126,"count":3,"type":"VEC3","sparse":{"count":2,"indices":{"bufferView":0,"componentType":5121},"values":{"bufferView":1}}}`,
		`{"mode":5,"attributes":{"POSITION":0,"NORMAL":0,"TEXCOORD_0":0},"indices":0,"material":0}`)))
	s := scene.New()
	s.AddNode(scene.Root, scene.Node{Name: "box", Mesh: s.MustAddMesh(scene.NewBox(1, 1, 1, 0)), Role: scene.Ground})
	var glb bytes.Buffer
	if err := Write(&glb, s, "fuzz"); err != nil {
		f.Fatal(err)
	}
	f.Add(glb.Bytes())
	f.Fuzz(func(t *testing.T, data []byte) {
		s, _, err := load(fstest.MapFS{"m": {Data: data}, "a.bin": {Data: triangle}}, "m", loading.Limits{Bytes: 1 << 20, Vertices: 1 << 16, Nodes: 1 << 10})
		if (s == nil) == (err == nil) {
			t.Fatalf("scene %v, error %v", s, err)
		}
		if s == nil {
			return
		}
		for _, m := range s.Meshes() {
			if m != nil {
				if err := m.Check(); err != nil {
					t.Fatal(err)
				}
			}
		}
		s.Bounds(scene.Root)
	})
}

func BenchmarkRead(b *testing.B) {
	s := scene.New()
	m := s.MustAddMesh(scene.NewSphere(1, 700, 0)) // a quarter of a million triangles or so
	s.AddNode(scene.Root, scene.Node{Name: "sphere", Mesh: m})
	var glb bytes.Buffer
	if err := Write(&glb, s, "bench"); err != nil {
		b.Fatal(err)
	}
	fsys := fstest.MapFS{"m.glb": {Data: glb.Bytes()}}
	b.SetBytes(int64(glb.Len()))
	for b.Loop() {
		mustLoad(b, fsys, "m.glb")
	}
	b.ReportMetric(float64(s.Mesh(m).Triangles()), "triangles")
}
