package ui

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
)

// fakeModelStage shows models without drawing them.
type fakeModelStage struct {
	*fakeStage
	world   *scene.Scene
	rebuilt int
	marked  []scene.NodeID
	moves   int
	looked  []scene.Bounds
	onPart  func(scene.Hit, bool)
	files   map[string][]string
	swapped []string
	lost    []string
}

func newFakeModelStage() *fakeModelStage {
	return &fakeModelStage{fakeStage: newFakeStage(), world: scene.New(), files: map[string][]string{}}
}

func (s *fakeModelStage) Scene() *scene.Scene            { return s.world }
func (s *fakeModelStage) Rebuilt()                       { s.rebuilt++ }
func (s *fakeModelStage) OnPart(f func(scene.Hit, bool)) { s.onPart = f }
func (s *fakeModelStage) SelectParts(n ...scene.NodeID)  { s.marked = n }
func (s *fakeModelStage) Select(id twin.AssetID)         { s.marked = nil; s.fakeStage.Select(id) }
func (s *fakeModelStage) FrameParts(n ...scene.NodeID)   { s.moves++ }
func (s *fakeModelStage) FrameBounds(b scene.Bounds)     { s.looked = append(s.looked, b) }
func (s *fakeModelStage) Moves() int                     { return s.moves }
func (s *fakeModelStage) Files() map[string][]string     { return maps.Clone(s.files) }
func (s *fakeModelStage) Swap(f string, _ *assets.Model) []string {
	s.swapped = append(s.swapped, f)
	return s.lost
}

// shelf is a disk of models for tests: it reads what was put there, when it is let.
type shelf struct {
	mu      sync.Mutex
	models  map[string]func() (*assets.Model, error) // by base name
	preview map[string]*scene.Scene
	gate    map[string]chan struct{} // reading waits for these
	reading int
	most    int // files that were read at one time
	reads   []string
}

func newShelf() *shelf {
	return &shelf{models: map[string]func() (*assets.Model, error){}, preview: map[string]*scene.Scene{}, gate: map[string]chan struct{}{}}
}

// box puts a model of one box with this size, with a part "lid" on it.
func (d *shelf) box(name string, x, y, z float64) *shelf {
	d.models[name] = func() (*assets.Model, error) { return boxModel(x, y, z, "lid"), nil }
	return d
}

func boxModel(x, y, z float64, parts ...string) *assets.Model {
	s := scene.New()
	steel := s.AddMaterial(scene.Material{Name: "steel", Roughness: .4})
	body := s.AddNode(scene.Root, scene.Node{Name: "body", Mesh: s.MustAddMesh(scene.NewBox(x, y, z, steel))})
	for _, p := range parts {
		s.AddNode(body, scene.Node{Name: p, Mesh: s.MustAddMesh(scene.NewBox(x/4, y/4, z/4, steel)),
			Properties: []scene.Property{{Name: "Mass", Value: 12.5, Unit: "kg"}}})
	}
	return &assets.Model{Scene: s, Format: "Test", Unit: "m", Up: "Y"}
}

func (d *shelf) read(ctx context.Context, fsys fs.FS, name string, o assets.Options) (*assets.Model, error) {
	d.mu.Lock()
	d.reads = append(d.reads, name)
	d.reading++
	d.most = max(d.most, d.reading)
	gate, view, model := d.gate[name], d.preview[name], d.models[name]
	d.mu.Unlock()
	defer func() {
		d.mu.Lock()
		d.reading--
		d.mu.Unlock()
	}()
	o.Progress(assets.Progress{Stage: loading.Decoding, Done: 1, Total: 2})
	if view != nil {
		o.Preview(view)
	}
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if model == nil {
		return nil, fmt.Errorf("assets: %s: obj: line 7: a face names vertex 9 of 8", name)
	}
	return model()
}

// modelBench is a window with a desk of models alone.
type modelBench struct {
	*bench
	world *fakeModelStage
	disk  *shelf
	dir   string
}

func newModelBench(t testing.TB, disk *shelf) *modelBench {
	t.Helper()
	return newModelBenchIn(t, disk, theme.AlwaysNight)
}

func newModelBenchIn(t testing.TB, disk *shelf, mode theme.Mode) *modelBench {
	t.Helper()
	b := &modelBench{bench: newBench(t, fyne.NewSize(1280, 720), mode), world: newFakeModelStage(), disk: disk, dir: t.TempDir()}
	if err := b.shell.Open(Desk{Stage: b.world, Load: disk.read}); err != nil {
		t.Fatal(err)
	}
	for name := range disk.models {
		b.write(name)
	}
	return b
}

func (b *modelBench) write(name string) string {
	b.t.Helper()
	path := filepath.Join(b.dir, name)
	if err := os.WriteFile(path, []byte(time.Now().String()), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return path
}

// pump runs the frame tick until want holds.
func (b *modelBench) pump(what string, want func() bool) {
	b.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !want() {
		if time.Now().After(deadline) {
			b.t.Fatalf("%s did not come true", what)
		}
		b.now = b.now.Add(time.Second / 60)
		b.shell.desk.frame()
		time.Sleep(time.Millisecond)
	}
	b.now = b.now.Add(time.Second)
	b.shell.desk.frame()
}

func (b *modelBench) open(names ...string) {
	b.t.Helper()
	var paths []string
	for _, n := range names {
		paths = append(paths, filepath.Join(b.dir, n))
	}
	b.shell.OpenModels(paths...)
	b.pump("opening "+fmt.Sprint(names), func() bool { return !b.lib().busy() })
}

func (b *modelBench) lib() *library { return b.shell.desk.models }

func (b *modelBench) model(name string) *openedModel {
	for _, o := range b.lib().list {
		if o.name == name {
			return o
		}
	}
	return nil
}

func (b *modelBench) at(name string) scene.Bounds {
	b.t.Helper()
	o := b.model(name)
	if o == nil || o.root == scene.NoNode {
		b.t.Fatalf("%s is not shown", name)
	}
	return b.world.world.Bounds(o.root)
}

func TestModelsStandSideBySideOnTheGround(t *testing.T) {
	b := newModelBench(t, newShelf().box("big.stl", 10, 4, 8).box("small.obj", 1, 1, 1).box("plate.ply", 6, .1, 3))
	b.open("big.stl", "small.obj", "plate.ply")
	if b.disk.most > maxReading {
		t.Errorf("%d files were read at once", b.disk.most)
	}
	names := []string{"big", "small", "plate"}
	for i, n := range names {
		a := b.at(n)
		if math.Abs(a.Min[1]) > 1e-9 {
			t.Errorf("%s stands at %g", n, a.Min[1])
		}
		for _, m := range names[i+1:] {
			if c := b.at(m); overlap(a, c) {
				t.Errorf("%s %v lies in %s %v", n, a, m, c)
			}
		}
	}
	if n := len(b.world.looked); n == 0 || b.world.looked[n-1] != b.lib().bounds(b.lib().list...) {
		t.Error("the camera does not show all of them")
	}
	if text := b.lib().summary(); text != "3 models · 72 triangles" {
		t.Errorf("the list is headed %q", text)
	}
}

func overlap(a, b scene.Bounds) bool {
	for k := range 3 {
		if a.Max[k] <= b.Min[k]+1e-9 || b.Max[k] <= a.Min[k]+1e-9 {
			return false
		}
	}
	return true
}

func TestLayOutNeverOverlaps(t *testing.T) {
	side := rapid.Float64Range(1e-3, 1e3)
	rapid.Check(t, func(t *rapid.T) {
		boxes := make([]scene.Bounds, rapid.IntRange(1, 25).Draw(t, "n"))
		for i := range boxes {
			boxes[i] = scene.NoBounds()
			if rapid.IntRange(0, 9).Draw(t, "empty") > 0 {
				at := mgl64.Vec3{side.Draw(t, "x") - 500, side.Draw(t, "y") - 500, side.Draw(t, "z") - 500}
				boxes[i] = scene.Bounds{Min: at, Max: at.Add(mgl64.Vec3{side.Draw(t, "w"), side.Draw(t, "h"), side.Draw(t, "d")})}
			}
		}
		beside := scene.NoBounds()
		if rapid.Bool().Draw(t, "twin") {
			beside = scene.Bounds{Min: mgl64.Vec3{-30, 0, -40}, Max: mgl64.Vec3{30, 90, 40}}
		}
		for i, shift := range layOut(boxes, beside) {
			boxes[i].Min, boxes[i].Max = boxes[i].Min.Add(shift), boxes[i].Max.Add(shift)
			for k := range i {
				if !boxes[i].Empty() && !boxes[k].Empty() && overlap(boxes[i], boxes[k]) {
					t.Fatalf("%v and %v", boxes[i], boxes[k])
				}
			}
			if !boxes[i].Empty() && !beside.Empty() && overlap(boxes[i], beside) {
				t.Fatalf("%v lies in the twin", boxes[i])
			}
		}
	})
}

func TestAPreviewComesFirstAndTheSelectionStays(t *testing.T) {
	d := newShelf().box("pump.glb", 2, 2, 2)
	d.preview["pump.glb"] = boxModel(2, 2, 2, "lid").Scene
	d.gate["pump.glb"] = make(chan struct{})
	b := newModelBench(t, d)
	b.shell.OpenModels(filepath.Join(b.dir, "pump.glb"))
	b.pump("the preview", func() bool { return b.model("pump").root != scene.NoNode })
	if b.model("pump").model != nil || len(b.lib().rows()) != 1 {
		t.Fatal("the model is said to be read already")
	}
	lid, ok := b.world.world.Find("opened/pump/body/lid")
	if !ok {
		t.Fatal("the preview has no lid")
	}
	b.world.onPart(scene.Hit{Node: lid}, false)
	close(d.gate["pump.glb"])
	b.pump("the model", func() bool { return b.model("pump").model != nil })
	now, _ := b.world.world.Find("opened/pump/body/lid")
	if now != lid || b.shell.view.node() != lid || !slices.Equal(b.world.marked, []scene.NodeID{lid}) {
		t.Errorf("the lid was node %d and is %d; selected %d, marked %v", lid, now, b.shell.view.node(), b.world.marked)
	}
	if len(b.lib().rows()) != 0 {
		t.Error("the row of the file is still there")
	}
}

func TestCancelActsAtOnce(t *testing.T) {
	d := newShelf().box("a.stl", 1, 1, 1).box("b.stl", 1, 1, 1).box("c.stl", 1, 1, 1)
	for _, n := range []string{"a.stl", "b.stl"} {
		d.gate[n], d.preview[n] = make(chan struct{}), boxModel(1, 1, 1).Scene
	}
	b := newModelBench(t, d)
	b.shell.OpenModels(filepath.Join(b.dir, "a.stl"), filepath.Join(b.dir, "b.stl"), filepath.Join(b.dir, "c.stl"))
	b.pump("previews", func() bool { return b.model("a").root != scene.NoNode && b.model("b").root != scene.NoNode })
	if words, share := b.lib().rows()[2].state(); words != "Waiting" || share >= 0 {
		t.Errorf("the third file is %q, %g, while two are read", words, share)
	}
	if words, share := b.lib().rows()[0].state(); words != "Decoding" || share < .3 || share > .4 {
		t.Errorf("the first file is %q, %g", words, share)
	}
	b.click(b.shell.desk.card.board, "stop:0")
	if b.model("a") != nil || len(b.lib().rows()) != 2 {
		t.Error("the cancelled file is still there")
	}
	if _, shown := b.world.world.Find("opened/a"); shown {
		t.Error("its preview is still shown")
	}
	b.pump("the file that waited", func() bool { return b.model("c") != nil && b.model("c").model != nil })
	b.click(b.shell.desk.card.board, "stop:0")
	b.pump("rest", func() bool { return len(b.lib().jobs) == 0 })
	if n := len(b.lib().list); n != 1 {
		t.Errorf("%d models", n)
	}
	if u, _ := b.shell.commands.Done.Next(); u != "Open c" {
		t.Errorf("undo would %q: what was cancelled never happened", u)
	}
}

func TestAFileThatCannotBeReadSaysWhy(t *testing.T) {
	b := newModelBench(t, newShelf().box("good.stl", 1, 1, 1))
	b.write("a bad.obj")
	b.open("good.stl", "a bad.obj", "missing.stl")
	rows := b.lib().rows()
	if len(rows) != 2 || b.model("a bad") != nil || b.model("good") == nil {
		t.Fatalf("%d rows, %d models", len(rows), len(b.lib().list))
	}
	if got := reason(rows[0].failure, rows[0].name); got != "Line 7: a face names vertex 9 of 8" {
		t.Errorf("the reason reads %q", got)
	}
	b.click(b.shell.desk.card.board, "details:0")
	if b.shell.window.Canvas().Overlays().Top() == nil {
		t.Error("no details")
	}
	b.shell.closeTop()
	b.click(b.shell.desk.card.board, "stop:0")
	b.pump("dismissal", func() bool { return len(b.lib().jobs) == 1 })
	if text := reason(fmt.Errorf("assets: x.stl: %w", &fs.PathError{Op: "open", Path: "x.stl", Err: fs.ErrNotExist}), "x.stl"); text != "There is no such file" {
		t.Errorf("a missing file reads %q", text)
	}
}

func TestAnImporterThatPanicsIsOneRow(t *testing.T) {
	d := newShelf()
	d.models["evil.glb"] = func() (*assets.Model, error) { panic("index out of range") }
	b := newModelBench(t, d)
	b.open("evil.glb")
	if rows := b.lib().rows(); len(rows) != 1 || rows[0].failure == nil {
		t.Error("it is not said")
	}
}

func TestUndoTakesAModelAway(t *testing.T) {
	b := newModelBench(t, newShelf().box("a.stl", 2, 2, 2).box("b.stl", 4, 2, 2))
	b.open("a.stl")
	b.open("b.stl")
	where := b.at("b")
	lid, _ := b.world.world.Find("opened/b/body/lid")
	b.world.onPart(scene.Hit{Node: lid}, false)
	b.shell.run("edit.undo") // the selection
	b.shell.run("edit.undo") // the opening
	if b.model("b") != nil || b.shell.view.part.path != "" {
		t.Fatalf("after undo: %d models, %q selected", len(b.lib().list), b.shell.view.part.path)
	}
	b.shell.run("edit.redo")
	if got := b.at("b"); got != where {
		t.Errorf("redone it stands at %v, before at %v", got, where)
	}
	b.shell.desk.selectPart(part{path: "opened/a"}, false)
	b.shell.run("model.remove")
	if b.model("a") != nil || !b.shell.view.choice().none() {
		t.Error("the removed model is still there, or selected")
	}
	b.shell.run("edit.undo")
	if i := slices.Index(b.lib().list, b.model("a")); i != 0 {
		t.Errorf("it came back to place %d", i)
	}
}

func TestUnitAndAxisAreTakenAtOnceAndRemembered(t *testing.T) {
	b := newModelBench(t, newShelf().box("part.stl", 120, 40, 30))
	b.open("part.stl")
	size := func() mgl64.Vec3 { return b.at("part").Size() }
	near := func(what string, x, y, z float64) {
		t.Helper()
		if s := size(); s.Sub(mgl64.Vec3{x, y, z}).Len() > 1e-6 {
			t.Errorf("%s: %v, want %g %g %g", what, s, x, y, z)
		}
	}
	near("as read", 120, 40, 30)
	b.shell.askModel(b.model("part"), "unit", 0)
	near("in millimetres", .12, .04, .03)
	b.shell.run("model.up.z")
	near("with Z up", .12, .03, .04)
	b.shell.run("edit.undo")
	near("undone", .12, .04, .03)
	b.shell.run("edit.undo")
	near("undone twice", 120, 40, 30)
	b.shell.run("edit.redo")
	b.shell.run("model.remove")
	b.open("part.stl")
	near("opened again", .12, .04, .03)
	if b.at("part").Min[1] != 0 {
		t.Error("it does not stand on the ground")
	}
}

func TestOrientationOfImportersIsKept(t *testing.T) {
	d := newShelf()
	d.models["cad.step"] = func() (*assets.Model, error) {
		m := boxModel(100, 200, 300)
		m.Unit, m.Up = "mm", "Z"
		m.Scene.SetLocal(scene.Root, scene.Transform{Rotation: quarter}.Scaled(.001))
		return m, nil
	}
	b := newModelBench(t, d)
	b.open("cad.step")
	for _, c := range []struct {
		o    orient
		want mgl64.Vec3
	}{{orient{}, mgl64.Vec3{.1, .3, .2}}, {orient{Up: "Y"}, mgl64.Vec3{.1, .2, .3}}, {orient{Unit: "in"}, mgl64.Vec3{2.54, 7.62, 5.08}}, {orient{Unit: "mm", Up: "Z"}, mgl64.Vec3{.1, .3, .2}}} {
		b.lib().reorient(b.model("cad"), c.o, "x")
		if s := b.at("cad").Size(); s.Sub(c.want).Len() > 1e-9 {
			t.Errorf("%+v: %v, want %v", c.o, s, c.want)
		}
		b.lib().reorient(b.model("cad"), orient{}, "x")
	}
}

func TestAModelOfAnotherUnitIsWonderedAt(t *testing.T) {
	b := newModelBench(t, newShelf().box("a.stl", 2, 2, 2).box("b.stl", 3, 3, 3).box("c.stl", 2000, 2000, 2000))
	b.open("a.stl", "b.stl")
	if n := b.shell.status.note; n != "" {
		t.Errorf("two models of one size: %q", n)
	}
	b.open("c.stl")
	if n := b.shell.status.note; !strings.Contains(n, "c is 1000 times greater than a") {
		t.Errorf("a thousand times greater: %q", n)
	}
}

func TestTheCameraIsLeftToTheUser(t *testing.T) {
	d := newShelf().box("a.stl", 1, 1, 1).box("b.stl", 1, 1, 1)
	d.gate["b.stl"] = make(chan struct{})
	b := newModelBench(t, d)
	b.shell.OpenModels(filepath.Join(b.dir, "a.stl"), filepath.Join(b.dir, "b.stl"))
	b.pump("the first", func() bool { return b.model("a").model != nil })
	n := len(b.world.looked)
	if n == 0 {
		t.Fatal("the camera did not move to the first model")
	}
	b.world.moves++ // a hand turns the view
	close(d.gate["b.stl"])
	b.pump("the second", func() bool { return b.model("b").model != nil })
	if len(b.world.looked) != n {
		t.Error("the camera was taken out of the user's hand")
	}
}

func TestFilesThatChangeAreReadAgain(t *testing.T) {
	d := newShelf().box("part.stl", 1, 1, 1)
	b := newModelBench(t, d)
	b.open("part.stl")
	lid, _ := b.world.world.Find("opened/part/body/lid")
	b.world.onPart(scene.Hit{Node: lid}, false)
	time.Sleep(1100 * time.Millisecond) // the watcher has seen it
	d.models["part.stl"] = func() (*assets.Model, error) { return boxModel(3, 1, 1, "lid", "screw"), nil }
	b.write("part.stl")
	b.pump("the new version", func() bool { return b.at("part").Size()[0] == 3 })
	if b.shell.view.node() != lid {
		t.Error("the selection was lost")
	}
	d.models["part.stl"] = func() (*assets.Model, error) { return nil, errors.New("assets: part.stl: stl: cut short") }
	time.Sleep(50 * time.Millisecond)
	b.write("part.stl")
	b.pump("the failure", func() bool { r := b.lib().rows(); return len(r) == 1 && r[0].failure != nil })
	if b.at("part").Size()[0] != 3 {
		t.Error("the old version did not stay")
	}
	b.lib().abandon(b.lib().rows()[0])
	if b.model("part") == nil {
		t.Error("dismissing the failure took the model away")
	}
	d.models["part.stl"] = func() (*assets.Model, error) { return boxModel(5, 1, 1), nil }
	b.shell.run("model.reload")
	b.pump("reading again by hand", func() bool { return b.at("part").Size()[0] == 5 })
	if !b.shell.view.choice().none() {
		t.Error("a part that is gone is still selected")
	}
}

func TestADeskOfModelsDoesNotPaintWhenNothingChanges(t *testing.T) {
	b := newModelBench(t, newShelf().box("a.stl", 1, 1, 1))
	b.open("a.stl")
	b.frames(2 * time.Second)
	boards := []*board{b.shell.top.board, b.shell.tree.board, b.shell.inspect.board, b.shell.status.board, b.shell.desk.card.board, b.shell.desk.notice.board}
	sum := func() (n int) {
		for _, x := range boards {
			n += x.paints
		}
		return n
	}
	before, generation := sum(), b.world.world.Generation()
	b.frames(3 * time.Second)
	if n := sum() - before; n != 0 || b.world.world.Generation() != generation {
		t.Errorf("%d repaints in 3 s of rest", n)
	}
}

func TestInspectorTellsWhatTheFileSays(t *testing.T) {
	d := newShelf()
	d.models["gear.glb"] = func() (*assets.Model, error) {
		m := boxModel(1, 1, 1, "tooth")
		m.Warnings = []string{`material "a": KHR_sheen is not shown`, `material "b": KHR_sheen is not shown`}
		mesh := scene.NewBox(1, 1, 1, 0)
		mesh.Features = make([]uint32, mesh.Vertices())
		for i := range mesh.Features {
			mesh.Features[i] = 1
		}
		mesh.Table = &scene.PropertyTable{Name: "Teeth", Rows: 2, Columns: []scene.Column{{Name: "Wear", Unit: "mm", Values: []any{.1, .25}}}}
		n := m.Scene.AddNode(scene.Root, scene.Node{Name: "rim", Mesh: m.Scene.MustAddMesh(mesh)})
		m.Scene.Document().Clips = []scene.Clip{{Name: "turn", DurationSec: 2, Channels: []scene.Channel{
			{Target: scene.MoveTranslation, Node: n, TimesSec: []float32{0, 2}, Values: []float32{0, 0, 0, 0, 4, 0}}}}}
		return m, nil
	}
	b := newModelBench(t, d)
	b.open("gear.glb")
	rim, _ := b.world.world.Find("opened/gear/rim")
	b.world.onPart(scene.Hit{Node: rim, Triangle: 3}, false)
	b.frames(time.Second)
	text := inspectorText(b.bench)
	for _, want := range []string{"rim", "Teeth", "Wear\x000.25 mm", "Format\x00Test", "Animation", "What was not understood"} {
		if !strings.Contains(text, want) {
			t.Errorf("the inspector does not say %q: %q", want, text)
		}
	}
	tooth, _ := b.world.world.Find("opened/gear/body/tooth")
	b.world.onPart(scene.Hit{Node: tooth}, false)
	b.frames(time.Second)
	if text := inspectorText(b.bench); !strings.Contains(text, "Mass\x0012.5 kg") {
		t.Errorf("the inspector does not say what the file says of the tooth: %q", text)
	}
	b.click(b.shell.inspect.board, "model:play")
	b.frames(time.Second)
	if y := b.world.world.Node(rim).Local.Translation[1]; y < 1.8 || y > 2.2 {
		t.Errorf("after a second of two the rim is at %g of 4", y)
	}
	b.click(b.shell.inspect.board, "model:play")
	at := b.world.world.Node(rim).Local.Translation[1]
	b.frames(time.Second)
	if b.world.world.Node(rim).Local.Translation[1] != at {
		t.Error("a paused animation moves")
	}
	b.shell.askModel(b.model("gear"), "warnings", 0)
	if b.shell.window.Canvas().Overlays().Top() == nil {
		t.Error("no list of warnings")
	}
}

func inspectorText(b *bench) string {
	var keys []string
	for _, c := range b.shell.inspect.board.cells {
		keys = append(keys, c.key)
	}
	return strings.Join(keys, "\n")
}

func TestTheTreeListsModels(t *testing.T) {
	b := newModelBench(t, newShelf().box("a.stl", 1, 1, 1).box("b.stl", 1, 1, 1))
	b.open("a.stl", "b.stl")
	names := func() (out []string) {
		for _, r := range b.shell.tree.rows {
			out = append(out, b.world.world.Node(r.node).Path)
		}
		return out
	}
	if got := names(); !slices.Equal(got, []string{"opened/a", "opened/b"}) {
		t.Fatalf("rows %v", got)
	}
	b.shell.tree.key(&fyne.KeyEvent{Name: fyne.KeyDown})
	b.shell.tree.key(&fyne.KeyEvent{Name: fyne.KeyRight})
	b.shell.tree.key(&fyne.KeyEvent{Name: fyne.KeyDown})
	if got := b.shell.view.part.path; got != "opened/a/body" {
		t.Errorf("the keys lead to %q", got)
	}
	b.shell.tree.key(&fyne.KeyEvent{Name: fyne.KeyLeft})
	if got := b.shell.view.part.path; got != "opened/a" {
		t.Errorf("left leads to %q", got)
	}
	lid, _ := b.world.world.Find("opened/b/body/lid")
	b.world.onPart(scene.Hit{Node: lid}, true)
	if got := names(); !slices.Contains(got, "opened/b/body/lid") || b.world.moves != 1 {
		t.Errorf("a double click shows the rows %v and moves the camera %d times", got, b.world.moves)
	}
	b.shell.tree.filter.SetText("LID")
	if got := names(); len(got) != 6 {
		t.Errorf("the filter leaves %v", got)
	}
	b.shell.run("edit.none")
	if !b.shell.view.choice().none() || b.world.marked != nil {
		t.Error("Esc left something selected")
	}
	b.shell.run("edit.back")
	if b.shell.view.node() != lid {
		t.Error("back does not select the part again")
	}
}

func TestCommandsOfATwinAreOffWithoutOne(t *testing.T) {
	b := newModelBench(t, newShelf())
	for _, id := range []string{"time.live", "view.page.trend", "inspector.send", "twin.alarm", "inspector.fork", "time.bookmark"} {
		if ok, _ := b.shell.commands.Can(command.ID(id)); ok {
			t.Errorf("%s can be run", id)
		}
	}
	for _, c := range b.shell.commands.All() {
		if strings.HasPrefix(string(c.ID), "file.quit") || strings.HasPrefix(string(c.ID), "view.full") || c.Dialog {
			continue
		}
		b.shell.commands.Run(c.ID) // whatever it says, nothing breaks
		b.shell.closeTop()
		b.frames(50 * time.Millisecond)
	}
}

// What the window does when an assembly of 100 000 parts has been read.
func BenchmarkShowAssembly(b *testing.B) {
	s := scene.New()
	box := s.MustAddMesh(scene.NewBox(1, 1, 1, 0))
	for i := range 100_000 {
		s.AddNode(scene.NodeID(i/8), scene.Node{Name: "part", Mesh: box, Local: scene.At(float64(i%100), float64(i%7), float64(i%11))})
	}
	m := &assets.Model{Scene: s, Unit: "m", Up: "Y"}
	mb := newModelBench(b, newShelf())
	for b.Loop() {
		b.StopTimer()
		o := &openedModel{name: "assembly", root: scene.NoNode}
		mb.lib().list = []*openedModel{o}
		r := measure(s, m)
		b.StartTimer()
		mb.lib().take(o, r)
		mb.lib().show(o, r)
		b.StopTimer()
		mb.lib().forget(o)
		b.StartTimer()
	}
}
