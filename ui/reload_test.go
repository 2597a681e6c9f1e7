package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/theme"
)

// turbine reads the model of the demo farm, without the nodes of these names.
func turbine(t *testing.T, s *Scenery, without ...string) (file string, m *assets.Model) {
	t.Helper()
	p, _ := demoFarm(t)
	for f := range s.sources {
		if strings.Contains(f, "turbine") {
			file = f
		}
	}
	m, err := assets.Load(context.Background(), p.FS, file, assets.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range without {
		found := false
		for id := scene.NodeID(1); int(id) < m.Scene.Len(); id++ {
			if m.Scene.Has(id) && m.Scene.Node(id).Name == name {
				m.Scene.Remove(id)
				found = true
			}
		}
		if !found {
			t.Fatalf("the turbine has no %s", name)
		}
	}
	return file, m
}

func TestBindingsLiveOnInANewVersionOfTheModel(t *testing.T) {
	test.NewTempApp(t)
	p, s := demoFarm(t)
	st := NewStage(p, s, "readback").(*stage)
	t.Cleanup(func() { st.Close() })
	snap := fakeValues(p.Tree)
	live := timeline.State{Mode: timeline.Live, At: time.Now(), Now: time.Now()}
	for range 5 {
		st.Apply(snap, live, 16*time.Millisecond)
	}
	t03, _ := p.Tree.AssetByPath("farm/T03")
	gear, _ := p.Tree.AssetByPath("farm/T03/gearbox")
	prio := make([]twin.Priority, len(p.Tree.Assets()))
	prio[gear] = twin.High
	st.Alarms(prio)
	rotor := s.find(t03, "rotor")
	before, bindings := s.Scene.World(rotor), len(s.Bindings)
	st.Select(gear)

	file, same := turbine(t, s)
	if lost := st.Swap(file, same); len(lost) != 0 {
		t.Fatalf("the same model lacks %v", lost)
	}
	if now := s.Scene.World(rotor); !now.ApproxEqualThreshold(before, 1e-9) || s.find(t03, "rotor") != rotor || len(s.Bindings) != bindings {
		t.Error("the rotor was lost, or jumped")
	}
	if got := s.Scene.Effective(s.Node(gear)).State.Alarm(); got != int(twin.High) {
		t.Errorf("the gearbox shows alarm %d", got)
	}
	st.Apply(snap, live, 16*time.Millisecond)
	if s.Scene.World(rotor).ApproxEqual(before) {
		t.Error("the rotor stands still")
	}
	st.Ghost(snap) // a second pose is made of the new scene
	if len(st.ghost.Worlds()) != s.Scene.Len() {
		t.Error("the ghost has other nodes than the scene")
	}

	_, cut := turbine(t, s, "gearbox", "blade_2")
	lost := st.Swap(file, cut)
	if len(lost) != 2*6 || !slices.Contains(lost, "farm/T03/gearbox") {
		t.Errorf("lost %d: %v", len(lost), lost)
	}
	st.Apply(snap, live, 16*time.Millisecond)
	st.Select(gear) // now the nearest part that is there
	st.Frame(gear)
	if lost := st.Swap(file, same); len(lost) != 0 {
		t.Errorf("with the old model back, %v are lost", lost)
	}
	if n := s.find(t03, "gearbox"); n == scene.NoNode || s.Asset(n) != gear || len(s.Bindings) != bindings {
		t.Error("the gearbox did not come back")
	}
}

// journalled is an engine that takes events.
type journalled struct {
	*fakeEngine
	events []twin.Event
}

func (j *journalled) Record(e ...twin.Event) { j.events = append(j.events, e...) }

// twinBench is a desk with a twin whose model lies on the disk.
func twinBench(t *testing.T, d *shelf) (*modelBench, *journalled) {
	t.Helper()
	b := &modelBench{bench: newBench(t, fyne.NewSize(1280, 720), theme.AlwaysNight), world: newFakeModelStage(), disk: d, dir: t.TempDir()}
	b.bench.open()
	p := fakeProject(t)
	p.Dir, p.FS = b.dir, os.DirFS(b.dir)
	b.write("turbine.glb")
	b.world.files["turbine.glb"] = []string{"turbine.glb"}
	farm := b.world.world.AddNode(scene.Root, scene.Node{Name: "farm"})
	b.world.world.AddNode(farm, scene.Node{Name: "tower", Mesh: b.world.world.MustAddMesh(scene.NewBox(20, 100, 20, 0))})
	j := &journalled{fakeEngine: b.engine}
	desk := b.desk
	desk.Project, desk.Engine, desk.Stage, desk.Load = p, j, b.world, d.read
	if err := b.shell.Open(desk); err != nil {
		t.Fatal(err)
	}
	return b, j
}

func TestTheTwinSaysWhenTheCADMovedOn(t *testing.T) {
	d := newShelf().box("turbine.glb", 1, 1, 1)
	b, j := twinBench(t, d)
	b.pump("a first look", func() bool { return true })
	time.Sleep(1100 * time.Millisecond)
	b.world.lost = []string{"farm/T01/gearbox", "farm/T02/gearbox", "farm/T03/gearbox", "farm/T04/gearbox"}
	b.write("turbine.glb")
	b.pump("the new version", func() bool { return len(b.world.swapped) == 1 })
	n := b.shell.desk.notice
	if n.title != "The CAD moved on, the twin did not" || n.text != "turbine.glb: 4 bound nodes are gone: farm/T01/gearbox, farm/T02/gearbox, farm/T03/gearbox and 1 more" {
		t.Errorf("the notice reads %q, %q", n.title, n.text)
	}
	if len(j.events) != 1 || !strings.Contains(j.events[0].Text, "4 bound nodes are gone") || j.events[0].Kind != twin.SystemEvent {
		t.Errorf("the journal has %+v", j.events)
	}
	n.details()
	if b.shell.window.Canvas().Overlays().Top() == nil {
		t.Error("no details")
	}
	b.shell.closeTop()

	d.models["turbine.glb"] = func() (*assets.Model, error) { return nil, errors.New("assets: turbine.glb: gltf: cut short") }
	time.Sleep(50 * time.Millisecond)
	b.write("turbine.glb")
	b.pump("the failure", func() bool { return strings.Contains(n.title, "older turbine.glb") })
	if len(b.world.swapped) != 1 {
		t.Error("the old model was taken away")
	}
	d.box("turbine.glb", 2, 2, 2)
	b.world.lost = nil
	time.Sleep(50 * time.Millisecond)
	b.write("turbine.glb")
	b.pump("a version that fits", func() bool { return len(b.world.swapped) == 2 })
	if n.title != "" || len(b.lib().rows()) != 0 {
		t.Errorf("the notice %q is still there, with %d rows", n.title, len(b.lib().rows()))
	}
}

func TestModelsStandBesideTheTwin(t *testing.T) {
	b, _ := twinBench(t, newShelf().box("pump.stl", 2, 2, 2).box("valve.stl", 1, 1, 1))
	for _, n := range []string{"pump.stl", "valve.stl"} {
		b.write(n)
	}
	b.open("pump.stl", "valve.stl")
	if at := b.at("pump"); at.Min[0] <= 10 || at.Min[1] != 0 {
		t.Errorf("the pump stands at %v, the tower reaches to 10", at)
	}
	if overlap(b.at("pump"), b.at("valve")) {
		t.Error("the models overlap")
	}
	// A part and an asset are never selected together.
	lid, _ := b.world.world.Find("opened/pump/body/lid")
	t03 := b.asset("farm/T03")
	b.shell.desk.selectAsset(t03, false)
	b.world.onPart(scene.Hit{Node: lid}, false)
	if v := b.shell.view; v.selected != twin.NoAsset || v.node() != lid {
		t.Errorf("selected %v and node %v", v.selected, v.node())
	}
	b.shell.desk.travel(-1)
	if v := b.shell.view; v.selected != t03 || v.part.path != "" {
		t.Errorf("back leads to %v, %q", v.selected, v.part.path)
	}
	// A part of the twin's scenery that is no asset selects nothing.
	tower, _ := b.world.world.Find("farm/tower")
	b.world.onPart(scene.Hit{Node: tower}, false)
	if !b.shell.view.choice().none() {
		t.Error("a part of no asset was selected")
	}
	b.frames(time.Second)
	if rows := b.shell.tree.rows; rows[len(rows)-1].model == nil || rows[len(rows)-3].id != twin.NoAsset {
		t.Error("the tree does not list the models below the assets")
	}
}

func TestTheWatcherWaitsUntilAFileRests(t *testing.T) {
	w := &watcher{sets: map[any]*watched{}, known: map[any][]stamp{}, pending: map[any]unsettled{}, stop: make(chan struct{})}
	path := filepath.Join(t.TempDir(), "a.bin")
	at := time.Unix(1000, 0)
	put := func(size int, when time.Time) {
		if err := os.WriteFile(path, make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	step := func(want int, what string) {
		t.Helper()
		at = at.Add(settle)
		w.look(at)
		if got := len(w.take()); got != want {
			t.Errorf("%s: %d changes", what, got)
		}
	}
	put(10, at)
	w.watch("a", watched{files: []string{path}, read: stampOf(nil, path)})
	step(0, "as it was read")
	put(20, at)
	step(0, "just written")
	put(30, at.Add(time.Second))
	step(0, "still being written")
	step(1, "at rest")
	step(0, "told once")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	step(0, "deleted")
	step(0, "still gone")
	put(5, at)
	step(0, "back")
	step(1, "back and at rest")
	put(6, at)
	w.watch("b", watched{files: []string{path}, read: stamp{at, 1}})
	step(0, "changed while it was read")
	step(2, "both are told")
}
