package ui

import (
	"testing"

	"fyne.io/fyne/v2"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/viewport"
)

func (b *bindingBench) undo() { b.shell.commands.Done.Undo() }
func (b *bindingBench) redo() { b.shell.commands.Done.Redo() }

func TestToolsAreTakenAndPutAway(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	v := b.world.view
	for _, h := range handTools {
		b.shell.run(h.id)
		if v.Tool() != h.tool {
			t.Errorf("%s: tool %d in the hand, want %d", h.id, v.Tool(), h.tool)
		}
		b.shell.run(h.id)
		if v.Tool() != viewport.ToolNone {
			t.Errorf("%s: tool %d stays", h.id, v.Tool())
		}
	}
	if !v.Section().Active() {
		t.Error("there are no handles without a section")
	}
	if st := b.shell.status; st.bad {
		t.Errorf("%q", st.note)
	}
}

func TestEveryButtonOfTheToolBarIsACommand(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	known := map[command.ID]bool{}
	for _, c := range b.shell.commands.All() {
		known[c.ID] = true
	}
	for _, group := range barTools {
		for _, tool := range group {
			if !known[tool.id] {
				t.Errorf("there is no command %s", tool.id)
			}
		}
	}
}

func TestARectangleSelectsAssets(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	was := b.shell.view.choice()
	gear, rotor := b.asset("farm/T03/gearbox"), b.asset("farm/T02/rotor")
	nodes := append(b.scenery.all(gear), b.scenery.all(rotor)...)
	b.world.view.OnBoxSelect(nodes, false)
	if v := &b.shell.view; !v.marks(gear) || !v.marks(rotor) || v.marks(was.asset) {
		t.Errorf("selected: %+v", v.choice())
	}
	b.world.view.OnBoxSelect(b.scenery.all(was.asset), true)
	if v := &b.shell.view; !v.marks(gear) || !v.marks(was.asset) {
		t.Errorf("not added: %+v", v.choice())
	}
	b.undo()
	b.undo()
	if now := b.shell.view.choice(); !now.equal(was) {
		t.Errorf("after undo: %+v, want %+v", now, was)
	}
	b.redo()
	if !b.shell.view.marks(gear) {
		t.Error("redo does not select again")
	}
	b.world.view.OnBoxSelect(nil, false)
	if !b.shell.view.choice().none() {
		t.Error("an empty rectangle keeps the selection")
	}
}

func TestMeasuresAreClearedAndCutsAreMovedWithUndo(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	v := b.world.view
	v.SetMeasures([]scene.Measure{{Kind: scene.Distance, Points: []mgl64.Vec3{{}, {1, 0, 0}}}})
	b.shell.run("measure.clear")
	if len(v.Measures()) != 0 {
		t.Error("measures are left")
	}
	b.undo()
	if m := v.Measures(); len(m) != 1 || m[0].Value() != 1 {
		t.Errorf("after undo: %v", m)
	}
	b.shell.run("section.X")
	before := v.Section()
	after := &scene.Section{Planes: []scene.Plane{scene.PlaneThrough(mgl64.Vec3{5, 0, 0}, mgl64.Vec3{1, 0, 0})}}
	v.SetSection(after)
	v.OnSection(before, after) // what letting a handle go does
	b.undo()
	if v.Section() != before {
		t.Error("the section does not go back")
	}
	b.redo()
	if v.Section() != after {
		t.Error("the section does not move again")
	}
	b.shell.run("view.lengths.ft")
	if v.LengthUnit() != viewport.Feet {
		t.Errorf("lengths in %v", v.LengthUnit())
	}
}
