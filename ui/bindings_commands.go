package ui

import (
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui/command"
)

// bindingCommands are those that edit the twin file.
func (s *Shell) bindingCommands(add func(command.Command)) {
	edits := func() *bindings {
		if s.desk == nil {
			return nil
		}
		return s.desk.edits
	}
	may := func() (bool, string) {
		if b := edits(); b != nil {
			return b.may()
		}
		return false, "open a twin first"
	}
	with := func(f func(b *bindings)) func() {
		return func() {
			if b := edits(); b != nil {
				f(b)
			}
		}
	}
	dirty := func() (bool, string) {
		if ok, why := may(); !ok {
			return ok, why
		}
		return edits().dirty, "nothing was changed since the twin was saved"
	}
	add(command.Command{ID: "twin.equations", Menu: "Twin", Group: 2, Text: "Edit equations…", Dialog: true, Tip: "The models that the twin file describes, checked while you write", Words: "ode model states parameters simulate formula",
		Enabled: may, Run: with(func(b *bindings) { b.x.editEquations() })})
	add(command.Command{ID: "twin.binding.add", Menu: "Twin", Group: 2, Text: "Add binding…", Dialog: true, Tip: "Let a signal move, colour, fill or label a part", Keys: keys(key(fyne.KeyB, ctrl|shift)),
		Words: "bind signal animate colour rotate level new", Enabled: may, Run: with((*bindings).add)})
	add(command.Command{ID: "twin.binding.edit", Menu: "Twin", Group: 2, Text: "Edit bindings", Tip: "Of the selected part: shows its list in the inspector", Words: "bind signal change",
		Enabled: func() (bool, string) {
			if ok, why := may(); !ok {
				return ok, why
			}
			return s.view.selected != twin.NoAsset, "select a part first"
		}, Run: with((*bindings).list)})
	add(command.Command{ID: "twin.save", Menu: "Twin", Group: 2, Text: "Save twin", Tip: "Write changed bindings into the twin file; its comments stay", Keys: keys(key(fyne.KeyS, ctrl)), Words: "write file bindings",
		Enabled: dirty, Run: with(func(b *bindings) { b.save(nil) })})
	add(command.Command{ID: "twin.discard", Menu: "Twin", Group: 2, Text: "Discard edits of the twin", Tip: "Go back to the bindings as they were saved", Enabled: dirty, Run: with((*bindings).discard)})
}

// add opens the card for a new binding of the selected part.
func (b *bindings) add() {
	d := newDraft()
	if id := b.x.s.view.selected; id != twin.NoAsset && b.stage != nil {
		b.draftFor(d, id)
	}
	b.open(d, filePlace{})
}

// draftFor lets a new binding stand at an asset and change its node.
func (b *bindings) draftFor(d *draft, id twin.AssetID) {
	owner, ok := b.project.Owner(id)
	if !ok {
		return
	}
	d.owner, d.home = owner, id
	if p, found := b.stage.PartOf(id); found {
		d.text.Node, d.part = p.Node, p.shape(b.x.Project.Tree)
	}
}

// open shows the card. What is typed into another card before stays as it is.
func (b *bindings) open(d *draft, at filePlace) {
	b.card.show(d, b.text, at)
	b.card.mark()
	if at == (filePlace{}) && d.home != twin.NoAsset {
		b.card.beginTyping("signal")
	}
}

// edit opens the card for a binding of the list.
func (b *bindings) edit(g *project.Binding) {
	at := filePlace{g.Line, g.Column}
	home := g.Asset
	b.read(at, func(text project.BindingText, err error) {
		if err != nil {
			b.x.s.Fail(oneLine(err))
			return
		}
		d := newDraft()
		d.text, d.home, d.owner, d.byExp = text, home, g.Owner, text.Expr != ""
		b.open(d, at)
	})
}

// list shows the bindings of the selected part in the inspector.
func (b *bindings) list() {
	x := b.x
	b.card.hide()
	if x.s.dock.HideRight {
		x.s.dock.HideRight = false
		x.s.dock.changed()
	}
	x.s.inspect.update()
	for i := range x.s.inspect.board.cells {
		if c := &x.s.inspect.board.cells[i]; c.name == "binding-add" {
			return // in sight
		}
	}
	x.s.inspect.scrollTo(x.s.inspect.total)
}

// retitle says in the title of the window what is open, and that it is not saved.
func (s *Shell) retitle() {
	x := s.desk
	if x == nil || x.bare {
		s.window.SetTitle("Orrery")
		return
	}
	mark := ""
	if x.edits != nil && x.edits.dirty {
		mark = "● "
	}
	s.window.SetTitle(mark + x.Project.Name + " — Orrery")
}

// leave does what would close the desk, after asking what becomes of edits that are not saved.
func (s *Shell) leave(then func()) {
	x := s.desk
	if x == nil || x.edits == nil || !x.edits.dirty {
		then()
		return
	}
	b := x.edits
	file := filepath.Base(x.Project.File)
	text := widget.NewLabel(file + " has changed bindings that are not saved.")
	var d *dialog.CustomDialog
	button := func(text string, look widget.Importance, f func()) *widget.Button {
		w := widget.NewButton(text, func() {
			d.Hide()
			if f != nil {
				f()
			}
		})
		w.Importance = look
		return w
	}
	d = dialog.NewCustomWithoutButtons("Save the twin?", container.NewVBox(text), s.window)
	d.SetButtons([]fyne.CanvasObject{
		button("Cancel", widget.MediumImportance, nil),
		button("Do not save", widget.MediumImportance, func() {
			b.dirty = false
			then()
		}),
		button("Save", widget.HighImportance, func() { b.save(then) }),
	})
	d.Show()
}
