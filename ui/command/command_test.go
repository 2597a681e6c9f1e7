package command

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"pgregory.net/rapid"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAddRefusesWhatWouldBeAmbiguous(t *testing.T) {
	k := Key{Name: fyne.KeyK, Mod: fyne.KeyModifierControl}
	table := NewTable()
	must(t, table.Add(Command{ID: "a", Text: "A", Keys: []Key{k}, Run: func() {}}))
	for name, c := range map[string]Command{
		"same id":  {ID: "a", Text: "B", Run: func() {}},
		"same key": {ID: "b", Text: "B", Keys: []Key{k}, Run: func() {}},
		"no run":   {ID: "c", Text: "C"},
		"no text":  {ID: "d", Run: func() {}},
	} {
		if table.Add(c) == nil {
			t.Errorf("%s was taken", name)
		}
	}
	if len(table.All()) != 1 {
		t.Errorf("%d commands", len(table.All()))
	}
}

func TestCommandsThatAreOffDoNotRunAndSayWhy(t *testing.T) {
	ran := false
	table := NewTable()
	must(t, table.Add(Command{ID: "send", Text: "Send limit…", Dialog: true, Keys: []Key{{Name: fyne.KeyL}},
		Enabled: func() (bool, string) { return false, "commands are off outside live" }, Run: func() { ran = true }}))
	taken, err := table.Press(Key{Name: fyne.KeyL})
	if !taken || !errors.Is(err, ErrOff) || !strings.Contains(err.Error(), "outside live") || ran {
		t.Errorf("taken %v, err %v, ran %v", taken, err, ran)
	}
	if taken, _ := table.Press(Key{Name: fyne.KeyM}); taken {
		t.Error("a key of nobody was taken")
	}
	if err := table.Run("nobody"); err == nil {
		t.Error("an unknown command ran")
	}
	m := table.Menus([]string{"File"}, nil)
	if len(m) != 0 {
		t.Error("a menu without commands is shown")
	}
}

func TestPlantCommandsNeverEnterTheHistory(t *testing.T) {
	table := NewTable()
	change := func(text string) Change { return Change{Text: text, Undo: func() {}, Redo: func() {}} }
	must(t, table.Add(
		Command{ID: "send", Text: "Send", Plant: true, Run: func() {
			if table.Done.Did(change("send")) {
				t.Error("a command to the plant entered the history")
			}
		}},
		Command{ID: "move", Text: "Move", Run: func() { table.Done.Did(change("move")) }},
	))
	must(t, table.Run("send"))
	must(t, table.Run("move"))
	if undo, _ := table.Done.Next(); undo != "move" {
		t.Errorf("undo would do %q", undo)
	}
}

func TestUndoRedoIsAStack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h History
		value, model, at := 0, []int{0}, 0
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 2).Draw(t, "step") {
			case 0:
				old, next := value, value+rapid.IntRange(1, 9).Draw(t, "add")
				value = next
				h.Did(Change{Text: fmt.Sprint(next), Undo: func() { value = old; h.Did(Change{Undo: func() {}, Redo: func() {}}) }, Redo: func() { value = next }})
				model, at = append(model[:at+1], next), at+1
			case 1:
				if h.Undo() != (at > 0) {
					t.Fatal("Undo")
				}
				at = max(0, at-1)
			case 2:
				if h.Redo() != (at+1 < len(model)) {
					t.Fatal("Redo")
				}
				at = min(len(model)-1, at+1)
			}
			if value != model[at] {
				t.Fatalf("value %d, want %d", value, model[at])
			}
		}
	})
}

func TestChangesWithOneKeyMelt(t *testing.T) {
	var h History
	v := 0
	for i := 1; i <= 5; i++ {
		h.Did(Change{Text: "drag", Key: "slider", Undo: func() { v = i - 1 }, Redo: func() { v = i }})
	}
	h.Undo()
	if v != 0 || h.Undo() {
		t.Errorf("v = %d after one undo", v)
	}
	h.Redo()
	if v != 5 {
		t.Errorf("v = %d after redo", v)
	}
}

func TestMenusInsideMenus(t *testing.T) {
	table := NewTable()
	run := func() {}
	must(t, table.Add(
		Command{ID: "a", Menu: "View", Text: "All", Run: run},
		Command{ID: "b", Menu: "View", Sub: "Section", Group: 1, Text: "Off", Run: run},
		Command{ID: "c", Menu: "View", Group: 1, Text: "Grid", Run: run},
		Command{ID: "d", Menu: "View", Sub: "Section", Group: 1, Text: "Box", Run: run},
	))
	m := table.Menus([]string{"View"}, nil)[0]
	var got []string
	for _, it := range m.Items {
		text := it.Label
		if it.IsSeparator {
			text = "-"
		}
		if it.ChildMenu != nil {
			for _, sub := range it.ChildMenu.Items {
				text += "/" + sub.Label
			}
		}
		got = append(got, text)
	}
	if want := "All - Section/Off/Box Grid"; strings.Join(got, " ") != want {
		t.Errorf("the menu has %q, want %q", got, want)
	}
}

func TestCheckFindsOffendingTexts(t *testing.T) {
	table := NewTable()
	for i, text := range []string{"Open Twin", "Open twin...", "Save:", "Done.", "Ask…"} {
		must(t, table.Add(Command{ID: ID(fmt.Sprint(i)), Text: text, Run: func() {}}))
	}
	must(t, table.Add(Command{ID: "good", Text: "Open twin…", Dialog: true, Run: func() {}}))
	err := table.Check()
	if err == nil {
		t.Fatal("nothing found")
	}
	for i := range 5 {
		if !strings.Contains(err.Error(), fmt.Sprintf("%q", fmt.Sprint(i))) {
			t.Errorf("text %d was not found", i)
		}
	}
	if strings.Contains(err.Error(), "good") {
		t.Error("a good text was found")
	}
}

func TestKeysReadAndShow(t *testing.T) {
	ctrlK := Key{Name: fyne.KeyK, Mod: fyne.KeyModifierControl}
	if s := ctrlK.show(false); s != "Ctrl+K" {
		t.Error(s)
	}
	if s := ctrlK.show(true); s != "⌘K" {
		t.Error(s)
	}
	if k, ok := FromShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyK, Modifier: fyne.KeyModifierControl}); !ok || k != ctrlK {
		t.Error(k)
	}
	if k, ok := FromShortcut(&fyne.ShortcutUndo{}); !ok || !k.Editing() {
		t.Error("Ctrl+Z must stay with a text field")
	}
	if ctrlK.Editing() || (Key{Name: fyne.KeyReturn, Mod: fyne.KeyModifierControl}).Editing() {
		t.Error("Ctrl+K and Ctrl+Enter must work in a text field")
	}
	if !(Key{Name: fyne.KeyL}).Editing() {
		t.Error("a letter must be typed in a text field")
	}
}

func TestRankPutsTheLikelyFirst(t *testing.T) {
	var items []Item
	for _, s := range []string{"Go to live", "T03 / Gearbox / Oil temperature", "T03 / Gearbox", "T01 / Gearbox", "Open twin…", "Toggle wall mode", "Full screen"} {
		items = append(items, Item{Text: s})
	}
	for query, want := range map[string]string{
		"gearbox t03": "T03 / Gearbox", "live": "Go to live", "oil": "T03 / Gearbox / Oil temperature", "gtl": "Go to live", "fs": "Full screen", "twin": "Open twin…",
	} {
		got := Rank(query, items, 5)
		if len(got) == 0 || got[0].Item.Text != want {
			t.Errorf("%q gave %v, want %q first", query, got, want)
		}
	}
	if got := Rank("xyzzy", items, 5); len(got) != 0 {
		t.Errorf("nonsense matched %v", got)
	}
	if got := Rank("", items, 3); len(got) != 3 || got[0].Item.Text != "Go to live" {
		t.Errorf("an empty query gave %v", got)
	}
}

func TestScoreReportsPlacesInsideTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		query := strings.ToLower(rapid.StringN(0, 4, -1).Draw(t, "query"))
		_, at, ok := Score(query, text)
		if !ok {
			return
		}
		for _, i := range at {
			if i < 0 || i >= len(text) {
				t.Fatalf("offset %d in %q", i, text)
			}
		}
	})
}

func BenchmarkRankTenThousand(b *testing.B) {
	items := make([]Item, 10000)
	for i := range items {
		items[i] = Item{Text: fmt.Sprintf("T%03d / Gearbox / Oil temperature", i)}
	}
	for b.Loop() {
		Rank("gear oil 77", items, 12)
	}
}
