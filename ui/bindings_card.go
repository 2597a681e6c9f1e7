package ui

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
)

// bindingCard is the editor of one binding. It takes the place of the inspector, so that the view stays in sight: what is
// chosen on it is seen there at once.
type bindingCard struct {
	object *fyne.Container
	board  *board
	entry  *field // lies over the field that is typed in
	b      *bindings

	open    bool
	number  int       // of the card, from 1: each opening is another
	base    string    // the file without what this card did; empty before the first change of the file
	origin  filePlace // of the binding in base; zero for a new one
	at      filePlace // of the binding now; zero while it is not in the file
	draft   *draft
	applied *draft // as it is in the file
	part    BoundPart
	placed  bool // part says something
	fault   string
	picking string // "part" or "axis" while a click in the view is awaited

	controls []knob // in the order of the Tab key
	focus    string
	typing   string // field that the entry lies over
	setting  bool   // the entry is being filled
	showing  string // the list or palette that is open: "signal", "colour:2"
	found    []command.Ranked
	items    []command.Item
	cursor   int
	sweep    int // which input the preview moves
}

// knob is what the keyboard can reach on the card.
type knob struct {
	name string
	y, h float32
	act  func()
	step func(by int) // left and right; nil: on to the neighbour
}

func newBindingCard(b *bindings) *bindingCard {
	c := &bindingCard{b: b, draft: newDraft(), applied: newDraft()}
	s := b.x.s
	c.board = newBoard(s, fyne.NewSize(260, 160), c.build)
	c.board.tabs = true
	c.board.onKey = c.key
	c.board.onRune = func(rune) bool { return false }
	c.entry = newField(s, "")
	c.entry.tabs = true
	c.entry.OnChanged = c.typed
	c.entry.onKey = c.entryKey
	c.entry.OnSubmitted = func(string) { c.submit() }
	c.object = container.New(&cardLayout{c}, c.board, slimmed(c.entry))
	c.object.Hide()
	return c
}

// cardLayout lays the entry over the field that is typed in.
type cardLayout struct{ c *bindingCard }

func (l *cardLayout) MinSize([]fyne.CanvasObject) fyne.Size { return l.c.board.min }

func (l *cardLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	put(o[0], 0, 0, s.Width, s.Height, true)
	c := l.c
	for i := range c.board.cells {
		k := &c.board.cells[i]
		if c.typing != "" && k.name == "field:"+c.typing && k.y >= c.board.head && k.y+k.h <= s.Height-c.board.foot {
			put(o[1], k.x, k.y, k.w, k.h, true)
			return
		}
	}
	put(o[1], 0, 0, 0, 0, false)
}

// show opens the card on a draft. base may be empty when the file was not read yet.
func (c *bindingCard) show(d *draft, base string, at filePlace) {
	c.end()
	c.number++
	c.open, c.base, c.origin, c.at = true, base, at, at
	c.draft, c.applied = d, d.clone()
	c.fault, c.picking, c.showing, c.focus, c.sweep = "", "", "", "", 0
	c.board.offset = 0
	d.coloured = d.measure(c.tree())
	c.findPart()
	x := c.b.x
	if x.s.dock.HideRight || x.s.dock.Wall {
		x.s.dock.HideRight, x.s.dock.Wall = false, false
		x.s.dock.changed()
	}
	x.s.inspect.board.Hide()
	c.object.Show()
	c.object.Refresh()
	c.update()
	x.s.window.Canvas().Focus(c.board)
}

// hide closes the card and leaves the file as the card made it.
func (c *bindingCard) hide() {
	if !c.open {
		return
	}
	c.end()
	c.open = false
	if c.b.stage != nil {
		c.b.stage.MarkPart(nil)
	}
	c.object.Hide()
	c.b.x.s.inspect.board.Show()
	c.b.update()
	c.b.x.s.window.Canvas().Unfocus()
}

// end stops what goes on only while the hand is at it.
func (c *bindingCard) end() {
	c.endTyping()
	c.b.stopPreview()
	c.endPick()
}

func (c *bindingCard) tree() *twin.Tree { return c.b.x.Project.Tree }

// findPart looks up the node of the draft in the view.
func (c *bindingCard) findPart() {
	d := c.draft
	c.placed = false
	if c.b.stage == nil || d.home == twin.NoAsset {
		return
	}
	if p, ok := c.b.stage.PartNamed(d.home, d.text.Node); ok {
		c.part, c.placed = p, true
		d.part = p.shape(c.tree())
	}
}

// words names the draft for undo.
func (c *bindingCard) words() string {
	if s := c.draft.signal(c.tree()); s != nil {
		return lower(s.Label) + " to " + lower(c.draft.effect().text)
	}
	return "an expression to " + lower(c.draft.effect().text)
}

// changed checks the draft after a change and, when it is whole, shows it in the view. Changes of one key in a row are one
// for undo.
func (c *bindingCard) changed(key string) {
	c.fault = ""
	c.draft.refitColours(c.tree())
	if err := c.draft.missing(c.tree()); err != nil {
		c.fault = sentence(faultWords(err))
	} else {
		c.b.try(fmt.Sprint("binding:", c.number, ":", key))
	}
	c.update()
}

// faultWords is a fault in one line; of an expression with its column.
func faultWords(err error) string {
	var e *expression.Error
	if errors.As(err, &e) {
		text := fmt.Sprintf("Column %d: %s", e.Column, e.What)
		if e.Remedy != "" {
			text += " — " + e.Remedy
		}
		return text
	}
	return oneLine(err).Error()
}

// took notes that a draft is in the file.
func (c *bindingCard) took(d *draft, at filePlace) {
	c.applied, c.at = d, at
	c.fault = ""
}

// refused shows why the file would not take the draft.
func (c *bindingCard) refused(err error) {
	c.fault = sentence(faultWords(err))
	c.update()
}

// done closes the card and keeps what it did.
func (c *bindingCard) done() {
	if c.fault != "" && c.at == (filePlace{}) {
		c.b.x.s.Fail(errors.New("the binding is not made yet: " + lower(c.fault)))
		return
	}
	c.hide()
	if c.b.dirty {
		c.b.x.s.Note("Bound. Ctrl+Z takes it back, Ctrl+S saves the twin")
	}
}

// discard closes the card and takes back what it did; that can be undone too.
func (c *bindingCard) discard() {
	base, changed := c.base, c.base != "" && c.b.text != c.base
	c.b.cut = c.b.asked
	c.hide()
	if changed || c.b.worker().busy() && base != "" {
		c.b.reverted(base, "Discard the edit of the binding")
		c.b.x.s.Note("Discarded. Ctrl+Z brings it back")
	}
}

// remove takes the binding out of the file.
func (c *bindingCard) remove() {
	base, at, words := c.base, c.origin, c.words()
	c.hide()
	if at != (filePlace{}) {
		c.b.remove(at, base, words)
	} else if base != "" && c.b.text != base {
		c.b.reverted(base, "Remove "+words)
	}
}

// setPart takes another node. Signals are named from the asset at which the binding stands, so that may have to move.
func (c *bindingCard) setPart(p BoundPart) {
	t, d := c.tree(), c.draft
	old := d.signal(t)
	owner, ok := c.b.project.Owner(p.Asset)
	if !ok {
		c.fault = "This part has no kind in the twin file: choose a part of an asset that has one"
		c.update()
		return
	}
	next := d.clone()
	next.owner, next.home, next.part = owner, p.Asset, p.shape(t)
	if c.origin != (filePlace{}) { // what stands in the file stays where it stands
		if !t.Under(p.Asset, d.home) {
			c.fault = "This binding is written at " + title(t, d.home) + ": pick a part of that, or add another binding"
			c.update()
			return
		}
		next.owner, next.home = d.owner, d.home
	} else if d.byExp {
		next.riseToKind(c.b.project)
	} else if old != nil {
		sig := sameSignal(t, old.ID, d.home, p.Asset)
		if err := next.setSignal(c.b.project, p.Asset, sig); err != nil {
			c.fault = sentence(err.Error())
			c.update()
			return
		}
	}
	next.text.Node = p.Node
	*d = *next
	c.part, c.placed = p, true
	c.mark()
	c.changed("part")
}

// sameSignal returns the signal of the asset of another part that is what sig is to its own: the rotor speed of T04 for
// that of T03 when the part moves there. It is sig itself when there is none.
func sameSignal(t *twin.Tree, sig twin.SignalID, from, to twin.AssetID) twin.SignalID {
	a, b := kindTop(t, from), kindTop(t, to)
	if a == b || a == twin.NoAsset || b == twin.NoAsset || t.Asset(a).Kind != t.Asset(b).Kind {
		return sig
	}
	rel := strings.TrimPrefix(t.Signal(sig).Path, t.Asset(a).Path)
	if id, ok := t.SignalByPath(t.Asset(b).Path + rel); ok {
		return id
	}
	return sig
}

// setSignal takes a signal. A new binding does at once what suits the signal.
func (c *bindingCard) setSignal(id twin.SignalID) {
	t, d := c.tree(), c.draft
	part := d.home
	if c.placed {
		part = c.part.Asset
	}
	next := d.clone()
	if err := next.setSignal(c.b.project, part, id); err != nil {
		c.fault = sentence(err.Error())
		c.update()
		return
	}
	if c.origin != (filePlace{}) && next.home != d.home {
		c.fault = "This binding is written at " + title(t, d.home) + ", which does not hold " + t.Signal(id).Label + ": add another binding"
		c.update()
		return
	}
	s := t.Signal(id)
	if next.text.Property == "" {
		keep := next.text
		next.text = suggest(s, next.part)
		next.text.Signal, next.text.Node = keep.Signal, keep.Node
	} else {
		refit(&next.text, t, d.signal(t), s, next.part)
	}
	next.forget()
	next.coloured = next.measure(t)
	*d = *next
	c.changed("signal")
}

// refit makes the numbers and colours of a binding suit another signal.
func refit(b *project.BindingText, t *twin.Tree, old, s *twin.Signal, part shape) {
	if old != nil && old.Unit == s.Unit && old.Kind == s.Kind && len(old.States) == len(s.States) {
		return
	}
	b.Gain, b.Offset, b.Range, b.Ramp, b.States = nil, nil, nil, nil, nil
	*b = withProperty(*b, b.Property, s, part)
}

// setProperty changes what the value does.
func (c *bindingCard) setProperty(p project.Property) {
	d := c.draft
	d.text = withProperty(d.text, p, d.signal(c.tree()), d.part)
	if p == project.ClipPosition || p == project.ClipRate {
		if clips := c.clips(); len(clips) > 0 && d.text.Clip == "" {
			d.text.Clip = clips[0]
		}
	}
	d.forget()
	c.showing = ""
	c.changed("property")
}

func (c *bindingCard) clips() []string {
	if c.b.stage == nil || !c.placed {
		return nil
	}
	return c.b.stage.ClipsOf(c.part)
}

// pick awaits a click in the view, for a part or for the axis of a face.
func (c *bindingCard) pick(what string) {
	if c.picking == what {
		c.endPick()
		c.update()
		return
	}
	c.endTyping()
	c.picking = what
	c.b.stage.PickPart(func(p BoundPart, ok bool) {
		c.picking = ""
		c.b.over.refresh()
		switch {
		case !ok:
			c.fault = "There is no part of the twin: click on a part"
			c.update()
		case what == "axis":
			c.pickedAxis(p)
		default:
			c.setPart(p)
		}
	})
	c.b.over.refresh()
	c.update()
}

// pickedAxis takes the direction of the face that was clicked, in the frame of the node that is bound.
func (c *bindingCard) pickedAxis(p BoundPart) {
	if p.Model != c.part.Model || p.Node != c.part.Node {
		c.fault = "That face is of another part: click a face of " + c.partName()
		c.update()
		return
	}
	axis := make([]float64, 3)
	for i, v := range p.Face {
		axis[i] = math.Round(v*1000) / 1000
		if axis[i] == 0 {
			axis[i] = 0 // no minus zero
		}
	}
	if axis[0] == 0 && axis[1] == 0 && axis[2] == 0 {
		c.fault = "The face has no direction: click another"
		c.update()
		return
	}
	c.draft.text.Axis = axis
	clear2(c.draft, "axis")
	c.changed("axis")
}

func (c *bindingCard) endPick() {
	if c.picking != "" {
		c.picking = ""
		c.b.stage.PickPart(nil)
		c.b.over.refresh()
	}
}

// mark outlines the bound part while the card is open.
func (c *bindingCard) mark() {
	if c.b.stage != nil && c.placed {
		p := c.part
		c.b.stage.MarkPart(&p)
	}
}

// partName names the bound node for people.
func (c *bindingCard) partName() string {
	if c.draft.text.Node == "" {
		return "the whole model"
	}
	return c.draft.text.Node
}

// update paints the card.
func (c *bindingCard) update() {
	if !c.open {
		return
	}
	c.board.update()
	c.object.Layout.Layout(c.object.Objects, c.object.Size())
}

// value is the value of the draft now and its quality.
func (c *bindingCard) value() (si float64, q twin.Quality, s *twin.Signal) {
	src := c.draft.source(c.tree())
	if !src.Given() {
		return math.NaN(), twin.NoData, nil
	}
	snap := c.b.preview.shown(c.b.x.s.view.snap)
	si, q = src.Read(snap)
	return si, q, c.draft.signal(c.tree())
}

// title heads the card.
func (c *bindingCard) title() string {
	if c.origin == (filePlace{}) {
		return "Add binding"
	}
	return "Edit binding"
}

// inkOfFault is the colour of a line that says what is missing: a card that is only not filled in yet is no alarm.
func (c *bindingCard) inkOfFault() theme.Name {
	if c.at == (filePlace{}) && c.draft.text.Property == "" {
		return theme.Text2
	}
	return theme.Text
}
