package cad

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/assets/gltf"
	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// tool returns options for the tool that make build has made, or skips the test.
func tool(t testing.TB) Options {
	t.Helper()
	path := os.Getenv("ORRERY_CAD")
	if path == "" {
		path = filepath.Join("..", "..", "build", "bin", toolName)
	}
	path, err := runnable(path)
	if err == nil {
		err = probe(path)
	}
	if err != nil {
		t.Skipf("the CAD tool is not there: %v", err)
	}
	return Options{Tool: path, TempDir: t.TempDir(), Timeout: 2 * time.Minute, MaxMemory: 4 << 30}
}

// converted converts a file and reads the result as a scene.
func converted(t testing.TB, path string, opts Options) (*scene.Scene, Report) {
	t.Helper()
	res, err := Convert(t.Context(), path, opts)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Close()
	job := loading.New(t.Context(), os.DirFS(filepath.Dir(res.Path)), filepath.Base(res.Path), loading.Limits{})
	defer job.Close()
	s, err := gltf.Read(job)
	if err != nil {
		t.Fatalf("%s: the GLB cannot be read: %v", path, err)
	}
	return s, res.Report
}

// paths lists the nodes of a scene that have a mesh.
func paths(s *scene.Scene) []string {
	var out []string
	for i := range s.Len() {
		if n := s.Node(scene.NodeID(i)); n.Mesh != scene.NoMesh {
			out = append(out, n.Path)
		}
	}
	return out
}

// colors returns the triangles of a mesh by the name of their material.
func colors(s *scene.Scene, m *scene.Mesh) map[string]int {
	out := map[string]int{}
	for _, p := range m.Parts {
		out[s.Materials()[p.Material].Name] += p.Count / 3
	}
	return out
}

func property(n *scene.Node, name string) any {
	for _, p := range n.Properties {
		if p.Name == name {
			return p.Value
		}
	}
	return nil
}

// volume is that of the meshes of a scene in m³, by the divergence theorem: right only if all triangles face outwards.
func volume(s *scene.Scene) float64 {
	sum := 0.0
	for i := range s.Len() {
		id := scene.NodeID(i)
		m := s.Mesh(s.Node(id).Mesh)
		if m == nil {
			continue
		}
		at := func(k int) mgl64.Vec3 {
			v := 3 * m.Indices[k]
			return mgl64.TransformCoordinate(mgl64.Vec3{float64(m.Positions[v]), float64(m.Positions[v+1]), float64(m.Positions[v+2])}, s.World(id))
		}
		for k := 0; k+2 < len(m.Indices); k += 3 {
			sum += at(k).Dot(at(k+1).Cross(at(k+2))) / 6
		}
	}
	return sum
}

func near(a, b, relative float64) bool { return math.Abs(a-b) <= relative*math.Abs(b) }

// sameBounds compares bounds to a micrometre.
func sameBounds(got, want [6]float64) bool {
	for k := range got {
		if math.Abs(got[k]-want[k]) > 1e-6 {
			return false
		}
	}
	return true
}

func TestAssemblyInTwoUnits(t *testing.T) {
	opts := tool(t)
	for _, file := range []struct {
		name, unit string
		metres     float64
	}{{"boxes.step", "mm", 1e-3}, {"boxes-metre.step", "m", 1}} {
		s, r := converted(t, filepath.Join("testdata", file.name), opts)
		if r.Format != "STEP AP214" || r.Unit != file.unit || r.Metres != file.metres || len(r.Warnings) > 0 {
			t.Errorf("%s: %+v", file.name, r)
		}
		if r.Nodes != 5 || r.Depth != 3 || r.Parts != 2 || r.Instances != 3 || r.Faces != 12 || r.Triangles != 24 || r.Estimate != 24 {
			t.Errorf("%s: %+v", file.name, r)
		}
		if !sameBounds(r.Bounds, boxesBounds) {
			t.Errorf("%s: bounds %v, want %v", file.name, r.Bounds, boxesBounds)
		}
		want := []string{"top/pair/left", "top/pair/right", "top/plate"}
		if got := paths(s); !slices.Equal(got, want) {
			t.Errorf("%s: nodes %q, want %q", file.name, got, want)
		}
		if v := volume(s); !near(v, 2*0.01*0.02*0.03+0.1*0.05*0.005, 1e-5) {
			t.Errorf("%s: volume %g", file.name, v)
		}
		checkBoxes(t, s)
	}
}

func checkBoxes(t *testing.T, s *scene.Scene) {
	t.Helper()
	left, _ := s.Find("top/pair/left")
	right, _ := s.Find("top/pair/right")
	plate, _ := s.Find("top/plate")
	if s.Node(left).Mesh != s.Node(right).Mesh {
		t.Error("the two instances do not share their mesh")
	}
	box := s.Mesh(s.Node(left).Mesh)
	if got := colors(s, box); got["#ff0000"] != 10 || got["#00ff00"] != 2 {
		t.Errorf("colours of the box: %v", got)
	}
	if got := colors(s, s.Mesh(s.Node(plate).Mesh)); got["#000080"] != 12 {
		t.Errorf("colours of the plate: %v", got)
	}
	if property(s.Node(left), "product") != "box" || property(s.Node(left), "layer") != "housing" || property(s.Node(plate), "product") != "Träger" {
		t.Errorf("properties %v, %v", s.Node(left).Properties, s.Node(plate).Properties)
	}
	faces := slices.Clone(box.Features)
	slices.Sort(faces)
	if got := slices.Compact(faces); !slices.Equal(got, []uint32{0, 1, 2, 3, 4, 5}) {
		t.Errorf("face numbers %v", got)
	}
	if len(box.Edges) != 2*12 {
		t.Errorf("%d sharp edges, a box has 12", len(box.Edges)/2)
	}
	for i := 0; i+2 < len(box.Normals); i += 3 {
		n := mgl64.Vec3{float64(box.Normals[i]), float64(box.Normals[i+1]), float64(box.Normals[i+2])}
		if math.Abs(n.Len()-1) > 1e-5 {
			t.Fatalf("normal of length %g", n.Len())
		}
	}
}

// Least x, y, z, greatest x, y, z in metres, Y up.
var (
	boxesBounds   = [6]float64{0, 0, -0.05, 0.1, 0.035, 0}
	drilledBounds = [6]float64{0, 0, -0.02, 0.01, 0.03, 0}
	as1Bounds     = [6]float64{-0.01, -0.004, -0.15, 0.19, 0.08, 0}
)

// Colours of instances go before those of parts: one box of four is green by its placement, in both places of its
// assembly, and one is blue in one place alone.
func TestColorsOfInstances(t *testing.T) {
	s, r := converted(t, "testdata/instances.step", tool(t))
	if r.Parts != 1 || r.Instances != 4 {
		t.Errorf("%+v", r)
	}
	for path, want := range map[string]string{"top/p1/plain": "#ff0000", "top/p1/green": "#00ff00", "top/p2/plain": "#0000ff", "top/p2/green": "#00ff00"} {
		id, found := s.Find(path)
		if !found {
			t.Errorf("no %s among %q", path, paths(s))
			continue
		}
		if got := colors(s, s.Mesh(s.Node(id).Mesh)); got[want] != 12 {
			t.Errorf("%s: colours %v, want %s", path, got, want)
		}
	}
}

// The other formats hold a box of 10 × 20 × 30 mm with a hole of 6 mm.
func TestFormats(t *testing.T) {
	opts := tool(t)
	for name, format := range map[string]string{"drilled.brep": "BREP", "drilled-binary.brep": "BREP", "drilled.igs": "IGES"} {
		s, r := converted(t, filepath.Join("testdata", name), opts)
		if r.Format != format || r.Parts != 1 || r.Faces != 7 || !sameBounds(r.Bounds, drilledBounds) {
			t.Errorf("%s: %+v", name, r)
		}
		want := 0.03 * (0.01*0.02 - math.Pi*0.003*0.003)
		if v := volume(s); !near(v, want, 2e-3) {
			t.Errorf("%s: volume %g, want %g", name, v, want)
		}
		if format == "IGES" && (r.Unit != "in" || colors(s, s.Meshes()[1])["#ff0000"] == 0) {
			t.Errorf("%s: unit %q, colours %v", name, r.Unit, colors(s, s.Meshes()[1]))
		}
		if format == "BREP" && (len(r.Warnings) != 1 || !strings.Contains(r.Warnings[0], "millimetres are assumed")) {
			t.Errorf("%s: warnings %q", name, r.Warnings)
		}
		for _, m := range s.Meshes()[1:] {
			if open := len(m.Edges) / 2; open <= 12+20 || open > 12+2*72 {
				t.Errorf("%s: %d sharp edges", name, open)
			}
		}
	}
}

func TestPrecisions(t *testing.T) {
	opts := tool(t)
	last := int64(0)
	for _, p := range []Precision{Coarse, Normal, Fine} {
		opts.Precision = p
		r, err := Inspect(t.Context(), "testdata/drilled.brep", opts)
		if err != nil {
			t.Fatal(err)
		}
		_, made := converted(t, "testdata/drilled.brep", opts)
		if made.Triangles <= last || made.Estimate != r.Estimate || !near(float64(r.Estimate), float64(made.Triangles), 0.5) {
			t.Errorf("%s: %d triangles, %d expected, %d before", p, made.Triangles, r.Estimate, last)
		}
		last = made.Triangles
	}
}

func TestLimits(t *testing.T) {
	opts := tool(t)
	opts.MaxTriangles = 11
	if _, err := Convert(t.Context(), "testdata/boxes.step", opts); err == nil || !strings.Contains(err.Error(), "limit") {
		t.Error(err)
	}
	opts.MaxTriangles, opts.MaxMemory = 0, 8<<20
	_, err := ConvertReader(t.Context(), "boxes.step", strings.NewReader(manyBoxes(1500)), opts)
	if err == nil || !strings.Contains(err.Error(), "out of memory") {
		t.Error(err)
	}
	nothingLeft(t, opts.TempDir)
}

// manyBoxes is a file of n different boxes in one assembly, about 6 KB each.
func manyBoxes(n int) string {
	f := newStepFile(stepMillimetre)
	uses := make([]use, n)
	for i := range uses {
		uses[i] = use{"", f.box("box", [3]float64{1 + float64(i%7), 2, 3}), [3]float64{10 * float64(i%100), 10 * float64(i/100), 0}}
	}
	f.assembly("many", uses...)
	return f.text()
}

func TestHostileFiles(t *testing.T) {
	opts := tool(t)
	opts.Timeout = 20 * time.Second
	nested := newStepFile(stepMillimetre)
	p := nested.box("box", [3]float64{1, 1, 1})
	for range 12 {
		uses := make([]use, 10)
		for k := range uses {
			uses[k] = use{"", p, [3]float64{float64(k), 0, 0}}
		}
		p = nested.assembly("ten", uses...)
	}
	deep := newStepFile(stepMillimetre)
	p = deep.box("box", [3]float64{1, 1, 1})
	for range 400 {
		p = deep.assembly("one", use{"", p, [3]float64{}})
	}
	cycle := newStepFile(stepMillimetre)
	p = cycle.assembly("self", use{"", stepProduct{definition: 1, shape: 1}, [3]float64{}})
	looped := strings.ReplaceAll(cycle.text(), "'',#1,", "'',#"+strconv.Itoa(p.definition)+",")
	whole := twoBoxes(stepMillimetre, 1)
	for name, text := range map[string]string{
		"ten to the twelfth": nested.text(), "deep": deep.text(), "cycle": looped,
		"empty data": "ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n", "head only": "ISO-10303-21;",
		"no brep": "DBRep_DrawableShape\nCASCADE Topology V1, (c)\nLocations 99999999\n", "binary brep": "\nOpen CASCADE Topology V4 (c)\nLocations 3\n\x01\x02",
		"iges": strings.Repeat(" ", 72) + "S0000001\n", "html": "<html>", "zeros": strings.Repeat("\x00", 5000),
		"huge list": strings.Replace(whole, "DATA;", "DATA;\n#900000=POLY_LOOP('',("+strings.Repeat("(", 100000)+";", 1),
	} {
		start := time.Now()
		res, err := ConvertReader(t.Context(), "hostile.step", strings.NewReader(text), opts)
		if err == nil {
			if len(res.Report.Warnings) == 0 {
				t.Errorf("%s: converted without a word: %+v", name, res.Report)
			}
			res.Close()
			continue
		}
		if strings.Contains(err.Error(), "\n") || time.Since(start) > 15*time.Second {
			t.Errorf("%s: after %v: %v", name, time.Since(start), err)
		}
		t.Logf("%s: %v", name, err)
	}
	nothingLeft(t, opts.TempDir)
}

func TestHostileNames(t *testing.T) {
	opts := tool(t)
	dir := t.TempDir()
	text, err := os.ReadFile("testdata/boxes.step")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"-o", "--help", "a b;$(touch x).step", "näch\xffste.stp", "new\nline.step", "'quote\".p21", strings.Repeat("l", 200) + ".step"} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, r := converted(t, path, opts); r.Triangles != 24 {
			t.Errorf("%q: %+v", name, r)
		}
	}
	for _, path := range []string{filepath.Join(dir, "nothing.step"), dir, "nul\x00.step", ""} {
		if _, err := Convert(t.Context(), path, opts); err == nil {
			t.Errorf("%q was converted", path)
		}
	}
	nothingLeft(t, opts.TempDir)
}

var rounds = flag.Int("rounds", 12, "how many broken versions of each fixture to try")

// Broken files are refused or converted, but never bring anything else about.
func TestMutatedFiles(t *testing.T) {
	opts := tool(t)
	opts.Timeout = 10 * time.Second
	n := *rounds
	if testing.Short() {
		n = min(n, 2)
	}
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	for _, name := range []string{"boxes.step", "drilled.brep", "drilled-binary.brep", "drilled.igs"} {
		whole, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		for range n {
			data := bytes.Clone(whole)
			for range 1 + rng.IntN(8) {
				at := rng.IntN(len(data))
				switch rng.IntN(3) {
				case 0:
					data[at] = byte(rng.IntN(256))
				case 1:
					data[at] = "0123456789#(),$*-"[rng.IntN(17)]
				default:
					data = slices.Delete(data, at, min(at+rng.IntN(20), len(data)))
				}
			}
			res, err := ConvertReader(t.Context(), name, bytes.NewReader(data), opts)
			if err != nil {
				if strings.Contains(err.Error(), "\n") || errors.Is(err, ErrMissing) {
					t.Errorf("%s: %q", name, err)
				}
				continue
			}
			res.Close()
		}
	}
	nothingLeft(t, opts.TempDir)
}

func TestCancelInMidWork(t *testing.T) {
	opts := tool(t)
	text := manyBoxes(1500)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var at time.Time
	opts.Progress = func(p Progress) {
		if p.Stage == Transfer && at.IsZero() {
			at = time.Now()
			cancel()
		}
	}
	_, err := ConvertReader(ctx, "many.step", strings.NewReader(text), opts)
	if !errors.Is(err, context.Canceled) || at.IsZero() || time.Since(at) > 500*time.Millisecond {
		t.Errorf("%v after cancelling: %v", time.Since(at), err)
	}
	nothingLeft(t, opts.TempDir)
}

// corpus lists the CAD files of the test models beside the repository.
func corpus(t testing.TB) []string {
	t.Helper()
	root := filepath.Join("..", "..", "..", "shared", "data", "models")
	var out []string
	_ = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && ByName(path) != "" {
			out = append(out, path)
		}
		return nil
	})
	if len(out) == 0 {
		t.Skip("the test models are not there: ../shared/data/models")
	}
	return out
}

func TestCorpus(t *testing.T) {
	opts := tool(t)
	files := corpus(t)
	if testing.Short() {
		files = files[:len(files)/8]
	}
	for _, path := range files {
		s, r := converted(t, path, opts)
		name := filepath.Base(path)
		size := 0.0
		for k := range 3 {
			size = max(size, r.Bounds[k+3]-r.Bounds[k])
		}
		if r.Triangles < 12 || r.Triangles > 100_000 || size < 1e-3 || size > 10 || r.Materials < 1 || r.Materials > 12 || len(r.Warnings) > 1 {
			t.Errorf("%s: %+v", name, r)
		}
		if ratio := float64(r.Estimate) / float64(r.Triangles); ratio > 2 || ratio < 0.1 {
			t.Errorf("%s: %d triangles expected, %d made", name, r.Estimate, r.Triangles)
		}
		if v := volume(s); !(v > 0) {
			t.Errorf("%s: volume %g", name, v)
		}
	}
}

// The classic assembly of the CAx Implementor Forum: two brackets on a plate, six bolts with nuts, a rod with two nuts.
func TestAs1(t *testing.T) {
	opts := tool(t)
	files := corpus(t)
	i := slices.IndexFunc(files, func(p string) bool { return filepath.Base(p) == "as1-oc-214.stp" })
	if i < 0 {
		t.Skip("as1-oc-214.stp is not among the test models")
	}
	s, r := converted(t, files[i], opts)
	if r.Nodes != 28 || r.Parts != 5 || r.Instances != 18 || r.Depth != 4 || !sameBounds(r.Bounds, as1Bounds) {
		t.Errorf("%+v", r)
	}
	meshes := map[scene.MeshID]int{}
	for i := range s.Len() {
		if m := s.Node(scene.NodeID(i)).Mesh; m != scene.NoMesh {
			meshes[m]++
		}
	}
	uses := []int{}
	for _, n := range meshes {
		uses = append(uses, n)
	}
	slices.Sort(uses)
	if !slices.Equal(uses, []int{1, 1, 2, 6, 8}) {
		t.Errorf("instances per part: %v", uses)
	}
	for path, color := range map[string]string{"as1/plate_1": "#ccff00", "as1/rod-assembly_1/rod_1": "#ff8000", "as1/rod-assembly_1/nut_1": "#ff0000"} {
		id, found := s.Find(path)
		if !found {
			t.Errorf("no node %s among %q", path, paths(s))
			continue
		}
		if got := colors(s, s.Mesh(s.Node(id).Mesh)); len(got) != 1 || got[color] == 0 {
			t.Errorf("%s: colours %v, want %s", path, got, color)
		}
	}
}
