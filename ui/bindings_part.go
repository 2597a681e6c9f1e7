package ui

import (
	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
)

// BindingStage is a Stage whose bindings can be changed while it is shown. The Stage of NewStage is one.
type BindingStage interface {
	Stage
	// SetBindings shows the bindings of another version of the twin file, whose assets and signals are the same. What
	// turns goes on turning. It returns what cannot be shown, for people.
	SetBindings(p *project.Project) []string
	// PartOf returns the part that a binding of an asset would change: its own node, else the whole model.
	PartOf(asset twin.AssetID) (BoundPart, bool)
	// PartNamed returns the node that a binding at an asset names; the empty name is the whole model.
	PartNamed(asset twin.AssetID, node string) (BoundPart, bool)
	// PartAt returns the node under a place in the window, Dp, with the face that is seen there.
	PartAt(at fyne.Position) (BoundPart, bool)
	// PickPart gives the next click in the view to f instead of selecting; nil goes back to selecting. ok is false for
	// the background.
	PickPart(f func(p BoundPart, ok bool))
	// MarkPart outlines a part instead of the selection, nil the selection again.
	MarkPart(p *BoundPart)
	// ClipsOf lists the animations of the model of a part.
	ClipsOf(p BoundPart) []string
}

// BoundPart is a node of a model of the twin, as bindings name it.
type BoundPart struct {
	Asset twin.AssetID // that the node is, or belongs to
	Model twin.AssetID // whose models hold the node
	Node  string       // shortest name that finds it; empty for the whole model
	Size  [3]float64   // of its box, in its own frame, metres
	Face  [3]float64   // unit normal of the face that was pointed at, in the frame of the node at rest; zero: none
	Trail []Crumb      // from the model down to what was pointed at
}

// Crumb is a node on the way down to a part.
type Crumb struct {
	Label, Node string
}

// shape is what suggestions are made of.
func (p BoundPart) shape(t *twin.Tree) shape {
	s := shape{name: p.Node, size: p.Size}
	if p.Asset != twin.NoAsset {
		s.name += " " + t.Asset(p.Asset).Label
	}
	return s
}
