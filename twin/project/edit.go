package project

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin"
)

// ErrChanged says that the twin file is no longer as it was read: another program, or another window, saved it.
var ErrChanged = errors.New("project: the twin file was changed by somebody else — open it again, then repeat the edit")

// Owner is where a binding may stand: a kind, or a part that the text of this kind declares.
type Owner struct {
	Kind string
	Part string // path below the kind: "gearbox", "drive/gearbox"; empty for the kind itself
}

// BindingText is a binding as the twin file spells it: names relative to its owner, values in their display units. What is
// empty or nil is not written.
type BindingText struct {
	Signal      string   // "gearbox/oil_temp"
	Expr        string   // instead of Signal
	Signals     []string // of gradient, instead of Signal; signals or expressions
	Components  []string // of arrow, instead of Signal: x, y, z
	Direction   string   // of arrow: signal or expression, an angle
	Node        string
	Property    Property
	Axis        []float64
	Unit        string
	Gain        *float64
	Offset      *float64
	Range       []float64
	Ramp        []StopText
	States      []StateText
	Step        bool
	Interpolate Interpolation
	Quality     Policy
	Clip        string
	Path        [][]float64
	From        []float64
	Zero        []float64
	Color       string // of the theme, or #RRGGBB
	Width       *float64
	Window      string // "30s"
	Text        string
}

// StopText is a stop of a ramp: At in the unit of the binding, Color as in BindingText.
type StopText struct {
	At    float64
	Color string
}

// StateText is the colour of a state: the name of a state of the signal, or a whole number.
type StateText struct {
	State string
	Color string
}

// Edit changes the bindings in the text of a twin file and leaves everything else in it as it is, byte for byte. After
// each change the whole text is loaded again; a change after which it would not load is refused and not made. An Edit
// belongs to one goroutine. Begin one with Project.Edit.
type Edit struct {
	project *Project
	text    []byte // as it is now
	saved   []byte // as it was read or saved last
	path    string
}

// Change is what one call did to the text. It can be taken back by Edit.Apply of its Inverse.
type Change struct {
	Offset   int // in bytes
	Old, New string
	Line     int // where the binding stands now, for AddBinding and SetBinding
	Column   int
}

// Inverse returns the change that takes this one back.
func (c Change) Inverse() Change { return Change{Offset: c.Offset, Old: c.New, New: c.Old} }

// Owner returns where a binding of an asset would stand. ok is false for an asset without a kind. All assets of
// Project.Kind(owner.Kind) share what is written there.
func (p *Project) Owner(asset twin.AssetID) (owner Owner, ok bool) {
	rel := ""
	for id := asset; id != twin.NoAsset; id = p.Tree.Asset(id).Parent {
		a := p.Tree.Asset(id)
		if a.Kind != "" {
			return Owner{a.Kind, rel}, true
		}
		rel = join(a.Name, rel)
	}
	return Owner{}, false
}

// Edit reads the twin file again in order to change it. It fails with ErrChanged when the file is no longer the one that
// the project was loaded from, and with another error for a twin that is no file on the disk.
func (p *Project) Edit() (*Edit, error) {
	if p.Dir == "" {
		return nil, errors.New("project: edit: this twin is built in — save a copy of it first")
	}
	path, err := filepath.EvalSymlinks(p.File)
	if err != nil {
		return nil, fmt.Errorf("project: edit: %w", err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("project: edit: %w", err)
	}
	if hash(text) != p.Hash {
		return nil, ErrChanged
	}
	return &Edit{project: p, text: text, saved: text, path: path}, nil
}

// Project returns the twin as it would be loaded from the text as it is now: its bindings know their places there.
func (e *Edit) Project() *Project { return e.project }

// Text returns the text as it is now. It must not be changed.
func (e *Edit) Text() []byte { return e.text }

// Dirty reports whether there is something to save.
func (e *Edit) Dirty() bool { return !bytes.Equal(e.text, e.saved) }

// Binding returns how the text spells the binding whose first key stands at line and column.
func (e *Edit) Binding(line, column int) (BindingText, error) {
	root, fault := readYAML(e.text, e.project.File)
	if fault != nil {
		return BindingText{}, fault
	}
	at, err := findBinding(root, line, column)
	if err != nil {
		return BindingText{}, err
	}
	return spelled(at.node(root)), nil
}

// AddBinding writes a binding behind those of its owner.
func (e *Edit) AddBinding(to Owner, b BindingText) (Change, error) {
	return e.change(func(d *draft) error { return d.add(to, b) })
}

// SetBinding changes the binding whose first key stands at line and column. Keys that stay as they are keep their text.
func (e *Edit) SetBinding(line, column int, b BindingText) (Change, error) {
	return e.change(func(d *draft) error { return d.set(line, column, b) })
}

// RemoveBinding takes out the binding whose first key stands at line and column. Comments stay.
func (e *Edit) RemoveBinding(line, column int) (Change, error) {
	return e.change(func(d *draft) error { return d.remove(line, column) })
}

// Apply makes a change, such as the Inverse of one that was made. It is refused when the text there is another by now.
func (e *Edit) Apply(c Change) error {
	if c.Offset < 0 || c.Offset > len(e.text) || !bytes.HasPrefix(e.text[c.Offset:], []byte(c.Old)) {
		return errors.New("project: edit: the text there is another by now — make the change by hand")
	}
	return e.take(slices.Concat(e.text[:c.Offset], []byte(c.New), e.text[c.Offset+len(c.Old):]))
}

// take loads a text, and makes it the text of the Edit if it has no fault.
func (e *Edit) take(text []byte) error {
	if len(text) > MaxFileBytes {
		return fmt.Errorf("project: edit: the file would be larger than %d MB", MaxFileBytes>>20)
	}
	p, err := parse(text, e.project.File, e.project.FS)
	if err != nil {
		return err
	}
	p.File, p.FS, p.Dir, p.Hash = e.project.File, e.project.FS, e.project.Dir, hash(text)
	e.project, e.text = p, text
	return nil
}

// change makes one change and proves it: the new text must load, say what the old one said but for this binding, and hold
// every comment of the old one.
func (e *Edit) change(make func(*draft) error) (Change, error) {
	d, err := newDraft(e.text, e.project.File)
	if err == nil {
		err = make(d)
	}
	var text []byte
	var c Change
	if err == nil {
		text, c, err = d.apply()
	}
	if err != nil {
		return Change{}, fmt.Errorf("project: edit: %w", err)
	}
	root, fault := readYAML(text, e.project.File)
	if fault != nil {
		return Change{}, Errors{*fault}
	}
	if !alike(root, d.want) || !sameComments(d.layout, text) {
		return Change{}, errors.New("project: edit: this cannot be written without disturbing the rest — edit the twin file by hand")
	}
	if err := e.take(text); err != nil {
		return Change{}, err
	}
	if n := d.at.node(root); n != nil {
		c.Line, c.Column = int(n.line), int(n.column)
	}
	return c, nil
}

// sameComments reports whether a text holds the comments of a layout, in any order.
func sameComments(l *layout, text []byte) bool {
	other, err := newLayout(text)
	if err != nil {
		return false
	}
	all := func(l *layout) []string {
		out := l.comments(span{0, len(l.text)})
		for i := range out {
			out[i] = strings.TrimRight(out[i], " \t")
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(all(l), all(other))
}
