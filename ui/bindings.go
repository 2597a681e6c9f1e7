package ui

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui/command"
)

// bindings is the editing of bindings on a desk: the twin file as it would be saved now, and the card on which one binding
// is edited. Every change is a change of the text of the file, read again as a whole, so that what is seen is what would
// be opened; undo and redo go through texts.
type bindings struct {
	x     *session
	stage BindingStage
	work  *editWork // nil before the first change

	project  *project.Project // as the text says now
	text     string           // empty before the first change
	saved    string
	dirty    bool
	warnings []string // of the last version: what cannot be shown
	cut      int      // results of changes asked for before this are dropped: they were taken back meanwhile
	asked    int

	listed struct { // what the inspector listed last: it asks at each paint
		of         *project.Project
		id         twin.AssetID
		own, above []bound
	}

	card    *bindingCard
	preview *preview
	drag    *signalDrag
	over    *bindingBanner

	equations *equationEditor // its dialog is open; nil: it is not
}

// newBindings makes the editing of a desk. It touches no file before something is changed.
func newBindings(x *session) *bindings {
	b := &bindings{x: x, project: x.Project}
	b.stage, _ = x.Stage.(BindingStage)
	b.card = newBindingCard(b)
	b.over = newBindingBanner(x.s, b)
	b.preview = &preview{}
	b.drag = newSignalDrag(b)
	return b
}

// beside puts the card into the place of the inspector: one of the two is shown.
func (b *bindings) beside(inspector fyne.CanvasObject) fyne.CanvasObject {
	inspector.Show()
	return container.NewStack(inspector, b.card.object)
}

// attach puts what lies over the desk there.
func (b *bindings) attach(d *dock) {
	b.over.attach(d.container, d.view)
	d.container.Add(b.drag.board)
}

// may reports whether bindings can be edited on this desk, and if not why, for people.
func (b *bindings) may() (bool, string) {
	switch {
	case b.x.bare:
		return false, "models alone have no signals: open a twin first"
	case b.stage == nil:
		return false, "this view cannot show other bindings"
	case b.x.Project.Dir == "":
		return false, "this twin lies in no folder that could be written: open it from its folder"
	}
	return true, ""
}

// close ends the work on the file. What is not saved is lost: see leave.
func (b *bindings) close() {
	b.card.open = false
	b.x.s.inspect.board.Show()
	if b.work != nil {
		b.work.close()
	}
}

// tick takes over what was done to the file.
func (b *bindings) tick() {
	if b.work != nil {
		b.work.take()
	}
	if b.equations != nil {
		b.equations.tick()
	}
	b.preview.tick(b)
}

func (b *bindings) worker() *editWork {
	if b.work == nil {
		b.work = newEditWork(b.x.Project.Edit)
	}
	return b.work
}

// version is the twin file at a moment, with the card that was open: what undo goes back to.
type version struct {
	text  string
	card  int // number of the card; 0: none was open
	draft *draft
	at    filePlace
}

func (b *bindings) version() version {
	v := version{text: b.text}
	if b.card.open {
		v.card, v.draft, v.at = b.card.number, b.card.draft.clone(), b.card.at
	}
	return v
}

// began notes the text as it is on the disk.
func (b *bindings) began(text string) {
	if b.text == "" {
		b.text, b.saved = text, text
	}
}

// read asks for the text of a binding.
func (b *bindings) read(at filePlace, done func(text project.BindingText, err error)) {
	b.worker().ask(editJob{
		do: func(e *project.Edit, r *edited) (err error) {
			r.old, err = e.Binding(at.line, at.column)
			return err
		},
		done: func(r edited) {
			b.began(r.was)
			done(r.old, r.err)
		}})
}

// try makes the draft of the card a part of the file, in place of what the card made before. Nothing is written to disk.
func (b *bindings) try(key string) {
	c := b.card
	d, base, at, number := c.draft.clone(), c.base, c.origin, c.number
	b.asked++
	nth := b.asked
	var from *string
	if base != "" {
		from = &base
	}
	b.worker().ask(editJob{base: from, slot: "draft",
		do: func(e *project.Edit, r *edited) error {
			var ch project.Change
			var err error
			if at == (filePlace{}) {
				ch, err = e.AddBinding(d.owner, d.text)
			} else {
				ch, err = e.SetBinding(at.line, at.column, d.text)
			}
			r.at = filePlace{ch.Line, ch.Column}
			return err
		},
		done: func(r edited) {
			b.began(r.was)
			if c.base == "" && c.number == number {
				c.base = b.saved
			}
			if nth <= b.cut || c.number != number {
				return // taken back while it was made
			}
			if r.err != nil {
				c.refused(r.err)
				return
			}
			before := version{b.text, number, c.applied.clone(), c.at}
			c.took(d, r.at)
			b.took(r, before, "Bind "+c.words(), key)
		}})
}

// took shows a new version of the file, and notes it for undo when it differs.
func (b *bindings) took(r edited, before version, text, key string) {
	changed := r.text != b.text
	b.show(r)
	if !changed {
		return
	}
	after := b.version()
	b.x.s.commands.Done.Did(command.Change{Text: text, Key: key, Undo: func() { b.restore(before) }, Redo: func() { b.restore(after) }})
}

// show takes over a version of the file: the view shows its bindings at once.
func (b *bindings) show(r edited) {
	same := r.text == b.text && r.project == b.project
	b.text, b.dirty = r.text, r.dirty
	if !same && r.project != nil {
		b.project = r.project
		if b.stage != nil {
			b.warnings = b.stage.SetBindings(r.project)
		}
	}
	b.x.s.retitle()
	b.update()
}

// restore goes to another version of the file, for undo and redo.
func (b *bindings) restore(v version) {
	if b.x.s.desk != b.x {
		return
	}
	b.cut = b.asked
	b.worker().ask(editJob{base: &v.text, done: func(r edited) {
		if r.err != nil {
			b.x.s.Fail(r.err)
			return
		}
		switch {
		case !b.card.open:
		case v.card == b.card.number && v.draft != nil:
			b.card.draft, b.card.applied, b.card.at = v.draft.clone(), v.draft.clone(), v.at
			b.card.fault = ""
		case v.text != b.card.base:
			b.card.hide()
		}
		b.show(r)
	}})
}

// reverted takes the file back to a text, as one change that can be undone.
func (b *bindings) reverted(to string, text string) {
	before := b.version()
	b.cut = b.asked
	b.worker().ask(editJob{base: &to, done: func(r edited) {
		if r.err != nil {
			b.x.s.Fail(r.err)
			return
		}
		before.text = b.text
		b.took(r, before, text, "")
	}})
}

// remove takes a binding out of the file.
func (b *bindings) remove(at filePlace, base, words string) {
	before := b.version()
	b.cut = b.asked
	b.worker().ask(editJob{base: &base,
		do: func(e *project.Edit, r *edited) error { _, err := e.RemoveBinding(at.line, at.column); return err },
		done: func(r edited) {
			b.began(r.was)
			if r.err != nil {
				b.x.s.Fail(r.err)
				return
			}
			before.text = b.text
			b.took(r, before, "Remove "+words, "")
			b.x.s.Note("Removed. Ctrl+Z brings it back, Ctrl+S saves the twin")
		}})
}

// save writes the twin file; then is called when it is written, and may be nil.
func (b *bindings) save(then func()) {
	if b.work == nil {
		if then != nil {
			then()
		}
		return
	}
	b.work.ask(editJob{
		do: func(e *project.Edit, _ *edited) error { return e.Save() },
		done: func(r edited) {
			if r.err != nil {
				b.x.s.Fail(oneLine(r.err))
				return
			}
			b.saved, b.dirty = r.text, r.dirty
			b.x.record("twin saved", filepath.Base(b.x.Project.File)+" was saved with other bindings")
			b.x.s.Note("Saved " + b.x.Project.File)
			b.x.s.retitle()
			b.update()
			if then != nil {
				then()
			}
		}})
}

// discard goes back to the file on the disk.
func (b *bindings) discard() {
	if !b.dirty {
		return
	}
	b.card.hide()
	b.reverted(b.saved, "Discard the edits of the twin")
	b.x.s.Note("The twin is as it was saved. Ctrl+Z brings the edits back")
}

// update paints what shows bindings.
func (b *bindings) update() {
	b.card.update()
	b.x.s.inspect.update()
	b.over.refresh()
}

// oneLine makes an error of the twin file, which may be a list with file, line and column, fit for the status bar: what is
// wrong first and how to mend it, without the place in a text that nobody has saved.
func oneLine(err error) error {
	var all project.Errors
	if errors.As(err, &all) && len(all) > 0 {
		text := all[0].What
		if all[0].Remedy != "" {
			text += " — " + all[0].Remedy
		}
		return errors.New(text)
	}
	text := strings.TrimPrefix(strings.TrimPrefix(err.Error(), "project: "), "edit: ")
	text, _, _ = strings.Cut(text, "\n")
	return errors.New(text)
}

// ownerWords says where a binding is written, and for how many assets that counts.
func (b *bindings) ownerWords(o project.Owner) string {
	for _, k := range b.project.Kinds {
		if k.Name == o.Kind {
			label := k.Label
			if label == "" {
				label = k.Name
			}
			return fmt.Sprintf("Written in kind %s, %s", k.Name, appliesTo(lower(label), len(k.Assets)))
		}
	}
	return "Written in kind " + o.Kind
}
