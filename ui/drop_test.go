package ui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/ui/theme"
)

func TestDropsAreSorted(t *testing.T) {
	dir := t.TempDir()
	for _, f := range []string{"farm/twin.yaml", "parts/a.STL", "parts/b.glb", "parts/notes.txt", "empty/notes.txt", "c.obj"} {
		p := filepath.Join(dir, f)
		if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	at := func(names ...string) (out []string) {
		for _, n := range names {
			out = append(out, filepath.Join(dir, n))
		}
		return out
	}
	for _, c := range []struct {
		drop   []string
		twin   string
		models []string
		fault  string
	}{
		{at("c.obj", "farm"), at("farm")[0], nil, ""},
		{at("farm/twin.yaml"), at("farm/twin.yaml")[0], nil, ""},
		{at("parts", "c.obj"), "", at("parts/a.STL", "parts/b.glb", "c.obj"), ""},
		{at("empty", "c.obj"), "", at("c.obj"), "neither a twin.yaml nor a model"},
		{at("gone.step", "c.obj"), "", at("gone.step", "c.obj"), ""},
		{nil, "", nil, ""},
	} {
		twin, models, err := sortDrop(c.drop)
		if twin != c.twin || !slices.Equal(models, c.models) || c.fault == "" && err != nil || c.fault != "" && (err == nil || !strings.Contains(err.Error(), c.fault)) {
			t.Errorf("%v: twin %q, models %v, %v", c.drop, twin, models, err)
		}
	}
}

func TestDroppedModelsGoWhereTheyCan(t *testing.T) {
	b := newBench(t, fyne.NewSize(900, 600), theme.AlwaysNight)
	path := filepath.Join(t.TempDir(), "pump.stl")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var asked []string
	b.shell.ShowStart(Start{OpenModels: func(p []string) { asked = p }})
	b.shell.Drop([]string{path, path})
	if !(slices.Equal(asked, []string{path})) {
		t.Fatal("a desk of models" + " did not come true")
	}

	b.shell.ShowProgress("Opening a twin", nil)
	b.shell.Drop([]string{path})
	if !(len(b.shell.waiting) == 1) {
		t.Fatal("waiting for the twin" + " did not come true")
	}
	d := newShelf().box("pump.stl", 1, 1, 1)
	stage := newFakeModelStage()
	if err := b.shell.Open(Desk{Stage: stage, Load: d.read}); err != nil {
		t.Fatal(err)
	}
	if l := b.shell.desk.models; len(l.list) != 1 || l.list[0].path != path {
		t.Error("what was dropped meanwhile is not opened")
	}
	if err := b.shell.Open(Desk{Stage: newFakeStage()}); err == nil {
		t.Error("a desk of models with a stage that shows none was opened")
	}
	if err := b.shell.Open(Desk{}); err == nil {
		t.Error("a desk of nothing was opened")
	}
}

func TestRecentModels(t *testing.T) {
	b := newModelBench(t, newShelf().box("a.stl", 1, 1, 1).box("b.stl", 1, 1, 1))
	b.open("a.stl")
	b.open("b.stl")
	for range maxRecentModels {
		b.shell.rememberModel(filepath.Join(b.dir, "a.stl"))
	}
	if m := b.shell.prefs.Models; len(m) != 2 || filepath.Base(m[0].Path) != "a.stl" {
		t.Fatalf("recent models %+v", m)
	}
	var again preferences
	again.load(b.shell.app.Preferences())
	if len(again.Models) != 2 {
		t.Errorf("%d recent models were kept", len(again.Models))
	}
	b.shell.run("model.remove")
	b.shell.desk.selectPart(part{path: "opened/a"}, false)
	if err := os.Remove(filepath.Join(b.dir, "b.stl")); err != nil {
		t.Fatal(err)
	}
	r := &recentList{shell: b.shell, models: b.shell.prefs.Models, why: existing([]string{b.shell.prefs.Models[0].Path, b.shell.prefs.Models[1].Path}, time.Second), close: func() {}}
	n := len(b.lib().list)
	r.open(1)
	if len(b.lib().list) != n {
		t.Error("a model whose file is gone was opened")
	}
	if why := r.why[b.shell.prefs.Models[1].Path]; why != "the file is no longer there" {
		t.Errorf("the reason is %q", why)
	}
	r.clear()
	if len(b.shell.prefs.Models) != 0 {
		t.Error("the list was not cleared")
	}
	b.shell.run("edit.undo")
	if len(b.shell.prefs.Models) != 2 {
		t.Error("clearing was not undone")
	}
	found := false
	for _, it := range b.shell.paletteItems() {
		found = found || it.Kind == "model" && it.Text == "a.stl"
	}
	if !found {
		t.Error("the palette does not find recent models")
	}
}

func TestManyFilesCanBeChosen(t *testing.T) {
	b := newModelBench(t, newShelf().box("a.stl", 1, 1, 1).box("b.stl", 1, 1, 1).box("c.obj", 1, 1, 1))
	b.write("notes.txt")
	if err := os.Mkdir(filepath.Join(b.dir, "old"), 0o700); err != nil {
		t.Fatal(err)
	}
	var chosen []string
	closed := false
	c := newChooser(b.shell, func(p []string) { chosen = p })
	c.close = func() { closed = true }
	c.board.Resize(fyne.NewSize(chooserWidth, chooserHeight))
	c.goTo(b.dir)
	if !(c.dir == b.dir) {
		t.Fatal("the list" + " did not come true")
	}
	var names []string
	for _, e := range c.listed() {
		names = append(names, e.name)
	}
	if !slices.Equal(names, []string{"old", "a.stl", "b.stl", "c.obj"}) || c.hidden != 1 {
		t.Fatalf("listed %v, %d left out", names, c.hidden)
	}
	c.pick(1, false, false)
	c.pick(3, true, false)
	if len(c.chosen) != 2 {
		t.Errorf("with Ctrl: %v", c.chosen)
	}
	c.pick(1, false, false)
	c.pick(3, false, true)
	if len(c.chosen) != 3 {
		t.Errorf("with Shift: %v", c.chosen)
	}
	b.click(c.board, "chooser:open")
	if len(chosen) != 3 || !closed || chosen[0] != filepath.Join(b.dir, "a.stl") || b.shell.prefs.Folder != b.dir {
		t.Errorf("opened %v", chosen)
	}
	b.click(c.board, "chooser:all")
	if len(c.listed()) != 5 {
		t.Error("All files leaves some out")
	}
	c.pick(0, false, false)
	c.key(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if !(filepath.Base(c.dir) == "old") {
		t.Fatal("the folder below" + " did not come true")
	}
	c.key(&fyne.KeyEvent{Name: fyne.KeyBackspace})
	if !(c.dir == b.dir) {
		t.Fatal("the folder above" + " did not come true")
	}
	c.typed(filepath.Join(b.dir, "nothing"))
	if !(strings.HasPrefix(c.fault, "There is no ")) {
		t.Fatal("the fault" + " did not come true")
	}
	c.goTo("/nowhere at all")
	if !(c.fault == "There is no such file") {
		t.Fatal("the folder that is not" + " did not come true")
	}
}

func TestWarningsAreGathered(t *testing.T) {
	got := gather([]string{`material "a": no sheen`, `material "b": no sheen`, "a clip has 3 keys", "a clip has 12 keys", "another thing"})
	if len(got) != 3 || got[0].count != 2 || got[1].count != 2 || got[2].count != 1 || got[0].text != `Material "a": no sheen` {
		t.Errorf("%+v", got)
	}
}

func TestLengthsReadAsPeopleWriteThem(t *testing.T) {
	for want, v := range map[string][]float64{
		"12.5\u2009mm": {.0125}, "745 × 304 × 275\u2009m": {744.985, 303.54, 275.26}, "120 × 40 × 0.5\u2009mm": {.12, .04, .0005},
		"3.4 × 0\u2009m": {3.4, 0}, "12.3\u2009km": {12345},
	} {
		if got := metric.text(v...); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}
