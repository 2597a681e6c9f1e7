package ui

import (
	"slices"
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

// item is one selected thing: an asset, or a part of a model. The zero-valued part with NoAsset is none.
type item struct {
	asset twin.AssetID
	part  part
}

func (i item) none() bool { return i == item{asset: twin.NoAsset} }

// same reports whether two items are the same thing, wherever a click hit it.
func (i item) same(k item) bool { return i.asset == k.asset && i.part.path == k.part.path }

// choice is what is selected: an item that leads, shown by labels, legend and trend, and others beside it, in the order in
// which they were selected before it.
type choice struct {
	item
	also []item
}

var nothing = choice{item: item{asset: twin.NoAsset}}

// choiceOf is the choice of one asset.
func choiceOf(id twin.AssetID) choice { return choice{item: item{asset: id}} }

func (c choice) equal(d choice) bool { return c.item == d.item && slices.Equal(c.also, d.also) }

// items lists all that is selected, the leading item last.
func (c choice) items() []item {
	if c.none() {
		return nil
	}
	return append(slices.Clone(c.also), c.item)
}

// withItems is the choice of these items; the last one leads.
func withItems(items []item) choice {
	n := len(items)
	if n == 0 {
		return nothing
	}
	return choice{items[n-1], slices.Clone(items[:n-1])}
}

// toggled adds an item, which leads from then on, or takes it out.
func (c choice) toggled(i item) choice {
	items := c.items()
	if at := slices.IndexFunc(items, i.same); at >= 0 {
		return withItems(slices.Delete(items, at, at+1))
	}
	return withItems(append(items, i))
}

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
func (v *view) choice() choice { return choice{item{v.selected, v.part}, v.also} }

// marks reports whether an asset is selected, be it as the leading one.
func (v *view) marks(id twin.AssetID) bool {
	return id != twin.NoAsset && (id == v.selected || slices.ContainsFunc(v.also, func(i item) bool { return i.asset == id }))
}

// marksPart reports the same of a part of a model.
func (v *view) marksPart(path string) bool {
	return path != "" && (path == v.part.path || slices.ContainsFunc(v.also, func(i item) bool { return i.part.path == path }))
}

// choiceText words a choice for undo.
func (x *session) choiceText(c choice) string {
	switch {
	case len(c.also) > 0:
		return "Select " + count(len(c.also)+1, "part")
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
		x.pick(nothing.item, frame)
		return
	}
	n := x.models.scene.Node(hit.Node)
	p := part{path: n.Path}
	if m := x.models.scene.Mesh(n.Mesh); m != nil {
		p.feature, p.marked = m.Feature(hit.Triangle)
	}
	x.pick(item{twin.NoAsset, p}, frame)
}

// selectPart selects a part for the user.
func (x *session) selectPart(p part, frame bool) {
	x.selectChoice(choice{item: item{twin.NoAsset, p}}, frame)
}

// pick selects an item that the user clicked: alone, or with Ctrl beside what is selected.
func (x *session) pick(i item, frame bool) {
	switch {
	case !controlDown():
		x.selectChoice(choice{item: i}, frame)
	case !i.none():
		x.selectChoice(x.s.view.choice().toggled(i), false)
	}
}

// selectChoice selects for the user: it can be undone, and it is kept for back and forward.
func (x *session) selectChoice(c choice, frame bool) {
	old := x.s.view.choice()
	if !c.equal(old) {
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
	v := &x.s.view
	if nodes := x.nodes(v.choice()); len(nodes) > 0 && (len(v.also) > 0 || v.node() != scene.NoNode) {
		x.models.stage.FrameParts(nodes...)
		return
	}
	x.Stage.Frame(v.selected)
}

// nodes lists the nodes of all that is selected and has any.
func (x *session) nodes(c choice) []scene.NodeID {
	if x.models == nil {
		return nil
	}
	var out []scene.NodeID
	for _, i := range c.items() {
		if i.part.path != "" {
			if id, ok := x.models.scene.Find(i.part.path); ok {
				out = append(out, id)
			}
		} else if stage := x.stage(); stage != nil {
			out = append(out, stage.Nodes(i.asset)...)
		}
	}
	return out
}

// stage is the stage with its viewports, nil for one that has none.
func (x *session) stage() ViewStage {
	v, _ := x.Stage.(ViewStage)
	return v
}

// show marks what is selected in the view.
func (x *session) show(c choice) {
	stage := x.stage()
	if stage == nil {
		if id := x.s.view.node(); id != scene.NoNode {
			x.models.stage.SelectParts(id)
		} else {
			x.Stage.Select(c.asset)
		}
		return
	}
	var assets []twin.AssetID
	var nodes []scene.NodeID
	for _, i := range c.items() {
		if i.part.path == "" {
			assets = append(assets, i.asset)
		} else if id, ok := x.models.scene.Find(i.part.path); ok {
			nodes = append(nodes, id)
		}
	}
	stage.SelectAll(assets, nodes)
}

// deselectGone takes out of the selection what is no more.
func (x *session) deselectGone() {
	v := &x.s.view
	old := v.choice()
	left := slices.DeleteFunc(old.items(), func(i item) bool {
		if i.part.path == "" {
			return false
		}
		_, ok := x.models.scene.Find(i.part.path)
		return !ok
	})
	if now := withItems(left); !now.equal(old) {
		x.choose(now)
	}
}

// mark outlines the selected parts in the view, again after nodes came or went.
func (x *session) mark() {
	if v := &x.s.view; v.node() != scene.NoNode {
		x.show(v.choice())
	}
}
