package project

import (
	"errors"

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

var errNotYet = errors.New("project: edit: this build cannot edit yet")

// Edit reads the twin file again in order to change it. It fails with ErrChanged when the file is no longer the one that
// the project was loaded from.
func (p *Project) Edit() (*Edit, error) { return nil, errNotYet }

// Project returns the twin as it would be loaded from the text as it is now: its bindings know their places there.
func (e *Edit) Project() *Project { return e.project }

// Text returns the text as it is now.
func (e *Edit) Text() []byte { return e.text }

// Dirty reports whether there is something to save.
func (e *Edit) Dirty() bool { return string(e.text) != string(e.saved) }

// Binding returns how the text spells the binding whose first key stands at line and column.
func (e *Edit) Binding(line, column int) (BindingText, error) { return BindingText{}, errNotYet }

// AddBinding writes a binding behind those of its owner.
func (e *Edit) AddBinding(to Owner, b BindingText) (Change, error) { return Change{}, errNotYet }

// SetBinding changes the binding whose first key stands at line and column. Keys that stay as they are keep their text.
func (e *Edit) SetBinding(line, column int, b BindingText) (Change, error) {
	return Change{}, errNotYet
}

// RemoveBinding takes out the binding whose first key stands at line and column. Comments stay.
func (e *Edit) RemoveBinding(line, column int) (Change, error) { return Change{}, errNotYet }

// Apply makes a change, such as the Inverse of one that was made. It is refused when the text there is another by now.
func (e *Edit) Apply(c Change) error { return errNotYet }

// Save writes the text to the twin file: into a temporary file beside it, forced to the disk, then renamed, with the
// permissions that it had. It fails with ErrChanged, and writes nothing, when the file is no longer as it was read.
func (e *Edit) Save() error { return errNotYet }
