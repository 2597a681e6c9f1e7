package demo

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin/project"
)

var update = flag.Bool("update", false, "write the model files anew")

// The committed files are what the code makes. Another processor may round sines otherwise in the last digit, so where
// the bytes differ, the geometry is compared to a millimetre.
func TestModelFilesAreCurrent(t *testing.T) {
	for twin, models := range Models {
		for name, model := range models {
			t.Run(twin+"/"+name, func(t *testing.T) { current(t, twin, name, model) })
		}
	}
}

func current(t *testing.T, twin, name string, model func() *scene.Scene) {
	want, err := GLB(model)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(twin, filepath.FromSlash(name))
	if *update {
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o755), os.WriteFile(file, want, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(have, want) {
		return
	}
	m, err := assets.Load(context.Background(), os.DirFS(twin), name, assets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if !same(t, m.Scene, model()) {
		t.Errorf("%s is not what the code makes: run go generate ./assets/demo", name)
	}
}

// The street plan is one file for the model, the plant and whoever else needs the streets; the plant, which shares nothing
// else with the twin, has a copy.
func TestStreetPlanIsCurrent(t *testing.T) {
	want, err := Plan().encode()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"city/streets.json", "../../cmd/orrery-plant/city/streets.json"} {
		if *update {
			if err := os.WriteFile(filepath.FromSlash(file), want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if have, err := os.ReadFile(filepath.FromSlash(file)); err != nil || !bytes.Equal(have, want) {
			t.Errorf("%s is not what the code makes (%v): run go generate ./assets/demo", file, err)
		}
	}
}

func same(t *testing.T, a, b *scene.Scene) bool {
	if a.Len() != b.Len() || len(a.Meshes()) != len(b.Meshes()) {
		return false
	}
	for i, m := range a.Meshes() {
		if m == nil {
			continue
		}
		o := b.Meshes()[i]
		if len(m.Indices) != len(o.Indices) || len(m.Positions) != len(o.Positions) {
			return false
		}
		for k := range m.Positions {
			if math.Abs(float64(m.Positions[k]-o.Positions[k])) > 1e-3 {
				return false
			}
		}
	}
	for i := range a.Len() {
		n, o := a.Node(scene.NodeID(i)), b.Node(scene.NodeID(i))
		if n.Path != o.Path || n.Local.Translation.Sub(o.Local.Translation).Len() > 1e-9 {
			t.Logf("node %s is %s", n.Path, o.Path)
			return false
		}
	}
	return true
}

func load(t testing.TB, farm fs.FS) *project.Project {
	t.Helper()
	p, err := project.LoadFS(farm, project.FileName)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// What the twin file says of nodes must be true of the models, or bindings and clicks go nowhere.
func TestTwinFileAndModelsAgree(t *testing.T) {
	for name := range Models {
		t.Run(name, func(t *testing.T) {
			twin, err := Twin(name)
			if err != nil {
				t.Fatal(err)
			}
			agree(t, load(t, twin))
		})
	}
}

func agree(t *testing.T, p *project.Project) {
	t.Helper()
	found := map[string]map[string]bool{} // by file: names and paths of its nodes
	for _, m := range p.Models {
		if found[m.File] != nil {
			continue
		}
		model, err := assets.Load(context.Background(), p.FS, m.File, assets.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if len(model.Warnings) > 0 {
			t.Errorf("%s: %v", m.File, model.Warnings)
		}
		names := map[string]bool{"": true}
		for i := range model.Scene.Len() {
			n := model.Scene.Node(scene.NodeID(i))
			names[n.Name], names[n.Path] = true, true
		}
		found[m.File] = names
	}
	has := func(asset int, node string) bool {
		for _, m := range p.Models {
			if int(m.Asset) == asset && found[m.File][node] {
				return true
			}
		}
		return false
	}
	for _, b := range p.Bindings {
		if !has(int(b.Model), b.Node) {
			t.Errorf("binding of %s: the model has no node %q", p.Tree.Asset(b.Asset).Path, b.Node)
		}
	}
	for _, n := range p.Nodes {
		if !has(int(n.Model), n.Node) {
			t.Errorf("asset %s: the model has no node %q", p.Tree.Asset(n.Asset).Path, n.Node)
		}
	}
	for _, v := range p.Viewpoints {
		for _, node := range append(v.CutAway, v.Node) {
			if node != "" && !has(int(v.Asset), node) {
				t.Errorf("viewpoint %s: the model has no node %q", v.ID, node)
			}
		}
	}
}

// A coast that crosses itself cannot be cut into triangles, and would have a hole.
func TestCoastsAreWhole(t *testing.T) {
	for _, c := range coasts {
		n := len(c.outline) / 2
		ring := make([][2]float64, n)
		for i := range ring {
			ring[i] = [2]float64{c.outline[2*i], -c.outline[2*i+1]}
		}
		whole := area(ring)
		if whole < 0 {
			slices.Reverse(ring)
			whole = -whole
		}
		sum := 0.0
		for _, e := range ears(ring) {
			sum += area([][2]float64{ring[e[0]], ring[e[1]], ring[e[2]]})
		}
		if math.Abs(sum-whole) > 1e-6*whole {
			t.Errorf("%s: its triangles cover %.1f of %.1f square degrees", c.name, sum/2, whole/2)
		}
	}
}

// NREL/TP-500-38060, table 1-1: hub at 90 m, rotor of 126 m, overhang 5 m upwind, tower top at 87.6 m.
func TestProportions(t *testing.T) {
	s := Turbine()
	at := func(path string) scene.NodeID {
		id, ok := s.Find(path)
		if !ok {
			t.Fatalf("no node %q", path)
		}
		return id
	}
	rotor := at("yaw/drive_train/rotor")
	hub := s.World(rotor).Col(3).Vec3()
	if math.Abs(hub[1]-90) > 0.01 || math.Abs(hub[2]+5) > 0.05 || hub[0] != 0 {
		t.Errorf("the hub is at %v, want 90 m up and 5 m north", hub)
	}
	if top := s.WorldBounds(at("tower")).Max[1]; math.Abs(top-87.6) > 0.01 {
		t.Errorf("the tower ends at %.2f m", top)
	}
	for turn := range 12 { // no blade touches the tower, the longest reach is the radius
		s.SetLocal(rotor, scene.At(0, 0, -5.0191).Turned(float64(turn)*math.Pi/18, vec{0, 0, 1}))
		for k := 1; k <= 3; k++ {
			id := at("yaw/drive_train/rotor/blade_" + string(rune('0'+k)))
			world := s.World(id)
			tip := world.Mul4x1(vec{0, 63, 0}.Vec4(1)).Vec3()
			if reach := tip.Sub(hub).Len(); math.Abs(reach-63) > 1e-6 {
				t.Errorf("blade %d reaches %.3f m", k, reach)
			}
			if tip[1] < 60 && tip[2] > -4 {
				t.Errorf("blade %d passes the tower at %.1f m", k, -tip[2])
			}
		}
	}
	// At rest in run position the leading edge leads: the rotor turns about +Z, so a blade that points up moves to -X.
	m := s.Mesh(s.Node(at("yaw/drive_train/rotor/blade_1")).Mesh)
	var ahead, behind float64 // how far the section reaches from the pitch axis at 30 m
	for i := 0; i < len(m.Positions); i += 3 {
		if math.Abs(float64(m.Positions[i+1])-32.25) < 0.1 {
			ahead, behind = math.Min(ahead, float64(m.Positions[i])), math.Max(behind, float64(m.Positions[i]))
		}
	}
	if -ahead > behind || behind > 3 {
		t.Errorf("the section reaches %.2f m ahead and %.2f m behind the pitch axis, the trailing edge should be farther", -ahead, behind)
	}
}

func TestModelsAreClosedAndSmooth(t *testing.T) {
	s := Turbine()
	counts := (&assets.Model{Scene: s}).Counts()
	if counts.Drawn > 36_000 {
		t.Errorf("%d triangles per turbine", counts.Drawn)
	}
	for _, m := range s.Meshes() {
		if m == nil {
			continue
		}
		against := 0
		for i := 0; i+2 < len(m.Indices); i += 3 {
			var p, n [3]vec
			for k, v := range m.Indices[i : i+3] {
				p[k] = vec{float64(m.Positions[3*v]), float64(m.Positions[3*v+1]), float64(m.Positions[3*v+2])}
				n[k] = vec{float64(m.Normals[3*v]), float64(m.Normals[3*v+1]), float64(m.Normals[3*v+2])}
			}
			face := p[1].Sub(p[0]).Cross(p[2].Sub(p[0]))
			if face.Len() > 1e-6 && face.Normalize().Dot(n[0].Add(n[1]).Add(n[2]).Normalize()) < 0.2 {
				against++
			}
		}
		if against*200 > m.Triangles() {
			t.Errorf("%s: %d of %d triangles are turned against their normals", m.Name, against, m.Triangles())
		}
	}
}

func TestWriteKeepsWhatIsThere(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "farm")
	for range 2 { // the second time everything is there
		if err := Write(dir); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := project.Load(dir); err != nil {
		t.Errorf("the written twin does not load: %v", err)
	}
	mine := filepath.Join(dir, "twin.yaml")
	if err := os.WriteFile(mine, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Write(dir); err == nil {
		t.Error("a changed twin file was taken for ours")
	}
	if text, _ := os.ReadFile(mine); string(text) != "mine" {
		t.Error("a changed twin file was lost")
	}
}

func TestWindFarmGrows(t *testing.T) {
	for give, want := range map[int]int{0: 6, 6: 6, 7: 7, 100: 100, 2000: 2000} {
		p := load(t, WindFarm(give))
		turbines := p.Kind("turbine").Assets
		if len(turbines) != want {
			t.Errorf("WindFarm(%d) has %d turbines", give, len(turbines))
		}
		places := map[[3]float64]bool{}
		for _, a := range turbines {
			places[p.Places[a].PositionM] = true
		}
		if len(places) != want {
			t.Errorf("WindFarm(%d): turbines stand in one another", give)
		}
	}
}

func BenchmarkLoadTurbine(b *testing.B) {
	farm := Open()
	for b.Loop() {
		if _, err := assets.Load(context.Background(), farm, "models/turbine.glb", assets.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMakeTurbine(b *testing.B) {
	for b.Loop() {
		Turbine()
	}
}

func BenchmarkLoadFarmOf2000(b *testing.B) {
	farm := WindFarm(2000)
	for b.Loop() {
		load(b, farm)
	}
}
