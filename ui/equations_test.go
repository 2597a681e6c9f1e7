package ui

import (
	"os"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/ui/theme"
)

// equating opens the editor of equations and waits until what it shows is checked.
func equating(b *bindingBench) *equationEditor {
	b.t.Helper()
	b.shell.run("twin.equations")
	b.until(func() bool { return b.edits().equations != nil })
	e := b.edits().equations
	b.until(func() bool { return e.state == "" && e.touched.IsZero() })
	return e
}

// until runs frames until something holds.
func (b *bindingBench) until(ok func() bool) {
	b.t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			b.t.Fatal("it does not come to rest")
		}
		b.frames(50 * time.Millisecond)
	}
}

func TestEquationsAreCheckedWhileTheyAreWrittenAndSaved(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 720), theme.AlwaysNight)
	before, err := os.ReadFile(b.path)
	if err != nil {
		t.Fatal(err)
	}
	e := equating(b)
	if len(e.faults) > 0 || e.models[0].model != "" || !strings.Contains(e.told, "Cooling: 1 state, 2 parameters, 1 output") {
		t.Fatalf("at first: %+v, %q", e.faults, e.told)
	}
	e.entry.SetText(strings.Replace(newEquations, "(ambient - T) / tau", "(ambient - Q) / tau", 1))
	b.until(func() bool { return len(e.faults) > 0 && e.state == "" })
	f := e.faults[0]
	if f.line != 9 || f.column != 24 || !strings.Contains(f.what, "Q") {
		t.Errorf("fault %+v", f)
	}
	b.click(e.board, "fault:0")
	if e.entry.CursorRow != 8 || e.entry.CursorColumn != 23 {
		t.Errorf("caret at %d, %d", e.entry.CursorRow, e.entry.CursorColumn)
	}
	e.save()
	b.until(func() bool { return e.state == "" })
	if now, _ := os.ReadFile(b.path); string(now) != string(before) || b.edits().equations == nil {
		t.Error("a text with a fault was written")
	}
	e.leave()
	if !e.warned || b.edits().equations == nil {
		t.Error("changes were lost without a word")
	}
	e.entry.SetText(strings.Replace(newEquations, "60 °C", "75 °C", 1))
	b.until(func() bool { return len(e.faults) == 0 && e.state == "" && e.touched.IsZero() })
	e.save()
	b.until(func() bool { return !b.edits().dirty && b.edits().equations == nil && !b.edits().worker().busy() })
	now, err := os.ReadFile(b.path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(now), string(before)) || !strings.Contains(string(now), "\nequations:\n  cooling:\n    label: Cooling\n") {
		t.Errorf("written: %q", string(now[len(before):]))
	}
	e = equating(b)
	if len(e.models) != 1 || e.models[0].model != "cooling" || e.entry.Text != strings.Replace(newEquations, "60 °C", "75 °C", 1) {
		t.Errorf("read back %+v", e.models)
	}
	e.close()
	b.shell.run("edit.undo")
	b.until(func() bool { return !b.edits().worker().busy() })
	if b.edits().text != string(before) {
		t.Error("undo did not take the equations back")
	}
}

func TestBlocksOfATextEndWhereTheyEnd(t *testing.T) {
	text := "name: x\nequations:\n  a:\n    states:\n      T: 1\n\n    # of a\n    equations: |\n      dT/dt = T\n\n  # of b\n  b: {states: {T: 1}}\nother: 1\n"
	from, to, indent := block(text, 3)
	if got := text[from:to]; indent != 2 || got != "  a:\n    states:\n      T: 1\n\n    # of a\n    equations: |\n      dT/dt = T\n" {
		t.Errorf("%d %q", indent, got)
	}
	if back := indented(dedent(text[from:to], indent), indent); back != text[from:to] {
		t.Errorf("%q", back)
	}
	if from, to, _ = block(text, 12); text[from:to] != "  b: {states: {T: 1}}\n" {
		t.Errorf("%q", text[from:to])
	}
	if from, to, _ = block("a:", 1); to != 2 || from != 0 {
		t.Error(from, to)
	}
	if from, to, _ = block("a:\n", 9); from != to {
		t.Error(from, to)
	}
}

func FuzzBlocks(f *testing.F) {
	f.Add("equations:\n  a:\n    states: {T: 1}\n", 2)
	f.Fuzz(func(t *testing.T, text string, line int) {
		from, to, indent := block(text, min(line, 1000))
		if from < 0 || to < from || to > len(text) || indent < 0 {
			t.Fatal(from, to, indent)
		}
		dedent(text[from:to], indent)
	})
}

func TestGoldenEquations(t *testing.T) {
	both(t, func(t *testing.T, m theme.Mode) {
		b := newBindingBench(t, fyne.NewSize(1280, 720), m)
		e := equating(b)
		e.entry.SetText(strings.Replace(newEquations, "(ambient - T) / tau", "(ambient - Q) / tau", 1))
		b.until(func() bool { return len(e.faults) > 0 && e.state == "" })
		b.golden("equations-" + m.String())
	})
}
