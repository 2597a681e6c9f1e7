package ui

import (
	"strings"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/command"
)

// part is a selected node of a model that the user opened. It is known by its path, so that it outlives a new version of
// its file. The zero part is none.
type part struct {
	path    string // of the node in the scene
	feature uint32 // of the mesh, where the click hit
	marked  bool   // feature says something
}

// choice is what is selected: an asset, or a part of a model, or neither.
type choice struct {
	asset twin.AssetID
	part  part
}

var nothing = choice{asset: twin.NoAsset}

func (c choice) none() bool { return c == nothing }

// node returns the node of the selected part, or NoNode.
func (v *view) node() scene.NodeID {
	if v.part.path == "" || v.models == nil {
		return scene.NoNode
	}
	id, ok := v.models.scene.Find(v.part.path)
	if !ok {
		return scene.NoNode
	}
	return id
}

// choice is what is selected now.
func (v *view) choice() choice { return choice{v.selected, v.part} }

// choiceText words a choice for undo.
func (x *session) choiceText(c choice) string {
	switch {
	case c.asset != twin.NoAsset:
		return "Select " + title(x.s.view.tree, c.asset)
	case c.part.path != "":
		return "Select " + c.part.path[strings.LastIndexByte(c.part.path, '/')+1:]
	}
	return "Select nothing"
}

// pickPart selects what was clicked in the view: a part of an opened model, or nothing.
func (x *session) pickPart(hit scene.Hit, frame bool) {
	if x.models.of(hit.Node) == nil {
		x.selectAsset(twin.NoAsset, frame)
		return
	}
	n := x.models.scene.Node(hit.Node)
	p := part{path: n.Path}
	if m := x.models.scene.Mesh(n.Mesh); m != nil {
		p.feature, p.marked = m.Feature(hit.Triangle)
	}
	x.selectPart(p, frame)
}

// selectPart selects a part for the user.
func (x *session) selectPart(p part, frame bool) {
	x.selectChoice(choice{twin.NoAsset, p}, frame)
}

// selectChoice selects for the user: it can be undone, and it is kept for back and forward.
func (x *session) selectChoice(c choice, frame bool) {
	old := x.s.view.choice()
	if c != old {
		x.back = append(x.back, old)
		x.forward = nil
		x.choose(c)
		x.s.tree.revealPart(c.part.path)
		x.s.commands.Done.Did(command.Change{Text: x.choiceText(c), Undo: func() { x.rechoose(old) }, Redo: func() { x.rechoose(c) }})
	}
	if frame {
		x.frameSelection()
	}
}

// frameSelection moves the camera to what is selected, or to all.
func (x *session) frameSelection() {
	if id := x.s.view.node(); id != scene.NoNode {
		x.models.stage.FrameParts(id)
		return
	}
	x.Stage.Frame(x.s.view.selected)
}

// deselectGone selects nothing when the selected part is no more.
func (x *session) deselectGone() {
	if v := &x.s.view; v.part.path != "" && v.node() == scene.NoNode {
		x.choose(nothing)
	}
}

// mark outlines the selected part in the view, again after nodes came or went.
func (x *session) mark() {
	if id := x.s.view.node(); id != scene.NoNode {
		x.models.stage.SelectParts(id)
	}
}
