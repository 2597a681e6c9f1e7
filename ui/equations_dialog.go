package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
)

// equationEditor is the dialog in which the models of the twin file are written. The whole file is read again, off the
// Fyne goroutine, a moment after each change: what is wrong stands below the text with its line and column.
type equationEditor struct {
	object *fyne.Container
	board  *board
	entry  *codeEntry
	x      *session
	close  func()

	models  []equationText
	at      int
	faults  []equationFault
	told    string    // what a text without faults describes
	state   string    // "", "checking", "saving"
	warned  bool      // that closing loses changes
	number  int       // of the newest check
	setup   bool      // the entry is being filled
	touched time.Time // when the text was changed last; zero: it is checked
}

const (
	equationsHead = 46
	equationsFoot = 150
	checkAfter    = 200 * time.Millisecond // of rest
)

// codeEntry is a text field of many lines in letters of one width.
type codeEntry struct {
	widget.Entry
	onEscape func()
	onSave   func()
}

func newCodeEntry() *codeEntry {
	e := &codeEntry{}
	e.MultiLine, e.TextStyle = true, fyne.TextStyle{Monospace: true}
	e.Wrapping, e.Scroll = fyne.TextWrapOff, fyne.ScrollBoth
	e.ExtendBaseWidget(e)
	return e
}

// TypedKey implements fyne.Focusable. Tab indents by two.
func (e *codeEntry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyEscape:
		e.onEscape()
	case fyne.KeyTab:
		e.TypedRune(' ')
		e.TypedRune(' ')
	default:
		e.Entry.TypedKey(k)
	}
}

// AcceptsTab implements fyne.Tabbable.
func (e *codeEntry) AcceptsTab() bool { return true }

// TypedShortcut implements fyne.Shortcutable.
func (e *codeEntry) TypedShortcut(s fyne.Shortcut) {
	if k, ok := command.FromShortcut(s); ok && k.Name == fyne.KeyS && k.Mod == ctrl {
		e.onSave()
		return
	}
	e.Entry.TypedShortcut(s)
}

// editEquations opens the dialog.
func (x *session) editEquations() {
	x.edits.worker().ask(editJob{done: func(r edited) {
		if r.err != nil {
			x.s.Fail(oneLine(r.err))
			return
		}
		x.edits.began(r.was)
		newEquationEditor(x, equationsOf(r.project, r.text)).show()
	}})
}

func newEquationEditor(x *session, models []equationText) *equationEditor {
	e := &equationEditor{x: x, models: models}
	e.board = newBoard(x.s, fyne.NewSize(560, 380), e.build)
	e.entry = newCodeEntry()
	e.entry.OnChanged = func(string) { e.changed() }
	e.entry.onSave = e.save
	e.object = container.New(&equationLayout{e}, e.board, e.entry)
	e.choose(0)
	return e
}

// equationLayout keeps the text between the head and the faults.
type equationLayout struct{ e *equationEditor }

func (l *equationLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	room := l.e.x.s.front().Canvas().Size()
	return fyne.NewSize(max(560, min(900, room.Width-80)), max(380, min(680, room.Height-60)))
}

func (l *equationLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	put(o[0], 0, 0, s.Width, s.Height, true)
	put(o[1], theme.Margin, equationsHead, s.Width-2*theme.Margin, s.Height-equationsHead-equationsFoot, true)
}

func (e *equationEditor) show() {
	x := e.x
	x.edits.equations = e
	pop := widget.NewModalPopUp(e.object, e.x.s.front().Canvas())
	e.close = func() {
		x.edits.equations = nil
		pop.Hide()
	}
	e.entry.onEscape = e.leave
	pop.Show()
	e.x.s.focusLater(e.entry)
	e.check()
}

// dirty returns a model whose text is not in the file, -1 for none.
func (e *equationEditor) dirty() int {
	return slices.IndexFunc(e.models, func(m equationText) bool { return m.text != m.saved })
}

// leave closes the dialog; when that loses changes, only the second time.
func (e *equationEditor) leave() {
	if e.dirty() >= 0 && !e.warned {
		e.warned = true
		e.board.update()
		return
	}
	e.close()
}

// choose shows the text of another model; what was written of the last one is kept until the dialog is closed.
func (e *equationEditor) choose(i int) {
	e.at, e.setup = i, true
	e.entry.SetText(e.models[i].text)
	e.setup = false
	e.faults, e.told = nil, ""
	if e.close != nil {
		e.check()
	}
	e.board.update()
}

// changed has the text checked once it rests.
func (e *equationEditor) changed() {
	if e.setup {
		return
	}
	e.models[e.at].text = e.entry.Text
	e.warned = false
	e.number++ // what is being checked is of an older text
	e.touched = e.x.s.clock()
}

// tick has a text checked that rests; it is called by the frame.
func (e *equationEditor) tick() {
	if !e.touched.IsZero() && e.x.s.clock().Sub(e.touched) >= checkAfter {
		e.check()
	}
}

// check reads the twin file with the text in place; nothing of it is kept.
func (e *equationEditor) check() {
	e.number++
	e.touched = time.Time{}
	n, model, text := e.number, e.models[e.at].model, e.entry.Text
	e.state = "checking"
	e.board.update()
	var faults []equationFault
	told := ""
	e.x.edits.worker().ask(editJob{slot: "equations",
		do: func(edit *project.Edit, _ *edited) error {
			c, line, indent, err := equationChange(edit.Project(), string(edit.Text()), model, text)
			trial := *edit
			if err == nil {
				err = trial.Apply(c)
			}
			if err != nil {
				faults = equationFaults(err, line, indent, strings.Count(text, "\n")+1)
				return nil
			}
			told = described(trial.Project())
			return nil
		},
		done: func(edited) {
			if n != e.number {
				return
			}
			e.state, e.faults, e.told = "", faults, told
			e.board.update()
		}})
}

// described words what the models of a twin file have.
func described(p *project.Project) string {
	var out []string
	for _, q := range p.Equations {
		if q.System != nil {
			s := q.System
			out = append(out, fmt.Sprintf("%s: %s, %s, %s", q.Label, count(len(s.States), "state"), count(len(s.Parameters), "parameter"), count(len(s.Outputs), "output")))
		}
	}
	return strings.Join(out, " · ")
}

// save makes the text a part of the twin file and writes it. A text with faults is not taken.
func (e *equationEditor) save() {
	if e.state == "saving" {
		return
	}
	e.number++
	m, b := &e.models[e.at], e.x.edits
	model, text := m.model, e.entry.Text
	before := b.version()
	e.state = "saving"
	e.board.update()
	var faults []equationFault
	b.worker().ask(editJob{
		do: func(edit *project.Edit, _ *edited) error {
			c, line, indent, err := equationChange(edit.Project(), string(edit.Text()), model, text)
			if err == nil {
				err = edit.Apply(c)
			}
			if err != nil {
				faults = equationFaults(err, line, indent, strings.Count(text, "\n")+1)
			}
			return err
		},
		done: func(r edited) {
			e.state = ""
			if r.err != nil {
				e.faults, e.told = faults, ""
				e.board.update()
				return
			}
			before.text = r.was
			b.took(r, before, "Edit the equations", "")
			b.save(func() { e.x.s.Note("Saved. Open the twin again to compute with the new equations") })
			m.saved = text
			if next := e.dirty(); next >= 0 {
				e.choose(next)
				return
			}
			e.close()
		}})
}

func (e *equationEditor) build(s *sheet) {
	s.b.head, s.head = equationsHead, equationsHead
	name := e.models[e.at].model
	if name == "" {
		name = "a new model"
	}
	s.pin(headLine("Equations", name, 240))
	x := float32(260)
	for i, m := range e.models {
		if len(e.models) < 2 {
			break
		}
		w := buttonWidth(s, m.model) - 6
		if x+w > s.W-20 {
			break
		}
		look := plainButton
		if i == e.at {
			look = onButton
		}
		s.pin(button(x, 9, w, "model:"+m.model, m.model, "Edit this model", look, func() { e.choose(i) }))
		x += w + 6
	}
	y := s.H - equationsFoot + 8
	e.report(s, y)
	w := buttonWidth(s, "Save")
	look, hint := mainButton, "Write the twin file (Ctrl+S)"
	if len(e.faults) > 0 {
		look, hint = offButton, "Mend what is wrong first"
	}
	s.pin(button(s.W-theme.Margin-w, s.H-buttonHeight-10, w, "save", "Save", hint, look, e.save))
	cw := buttonWidth(s, "Close")
	s.pin(button(s.W-theme.Margin-w-cw-8, s.H-buttonHeight-10, cw, "close", "Close", "Nothing is written (Esc)", plainButton, e.leave))
	if e.warned {
		s.pin(cell{x: theme.Margin, y: s.H - buttonHeight - 10, w: s.W - w - cw - 60, h: buttonHeight, key: "warned", paint: func(p *theme.Pen, c cell) {
			p.TextFit(c.x, c.y+18, c.w, "There are changes: close once more to lose them", theme.FontBold, theme.Color(theme.Text))
		}})
	}
	edged(s)
}

// report lists what is wrong, or says what the text describes.
func (e *equationEditor) report(s *sheet, y float32) {
	line := func(i int, text string, font theme.Font, ink theme.Name, tap func()) {
		c := cell{x: theme.Margin, y: y, w: s.W - 2*theme.Margin, h: 21, key: text + string(ink), hand: tap != nil, paint: func(p *theme.Pen, c cell) {
			left := c.x
			if tap != nil {
				drawWarning(p, c.x+7, c.y+10, 12, theme.Text2)
				left += 20
			}
			p.TextFit(left, c.y+15, c.w-(left-c.x), text, font, theme.Color(ink))
		}}
		if tap != nil {
			c.name, c.hint = fmt.Sprint("fault:", i), text
			c.tap = func(fyne.Position, bool) { tap() }
		}
		s.pin(c)
		y += 21
	}
	switch {
	case e.state != "" && len(e.faults) == 0:
		line(0, strings.ToUpper(e.state[:1])+e.state[1:], theme.FontText, theme.Text2, nil)
		return
	case len(e.faults) == 0:
		line(0, "No fault", theme.FontBold, theme.Text, nil)
		line(0, e.told, theme.FontText, theme.Text2, nil)
		return
	}
	for i, f := range e.faults {
		if i == 4 && len(e.faults) > 5 {
			line(i, fmt.Sprintf("%d more", len(e.faults)-i), theme.FontSmall, theme.Text3, nil)
			break
		}
		line(i, f.words(), theme.FontText, theme.Text, func() { e.goTo(f) })
	}
}

// goTo puts the caret where a fault is.
func (e *equationEditor) goTo(f equationFault) {
	if f.line > 0 {
		rows := strings.Split(e.entry.Text, "\n")
		e.entry.CursorRow = min(f.line, len(rows)) - 1
		e.entry.CursorColumn = min(f.column-1, len([]rune(rows[e.entry.CursorRow])))
		e.entry.Refresh()
	}
	e.x.s.focusLater(e.entry)
}
