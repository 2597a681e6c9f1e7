package ui

import (
	"slices"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// handTool is a tool of the viewport as a command: again, and it is put away.
type handTool struct {
	id              command.ID
	tool            viewport.Tool
	sub             string
	group           int
	text, tip, word string
	keys            []command.Key
}

var handTools = []handTool{
	{"tool.box", viewport.ToolBoxSelect, "", 0, "Select by a rectangle", "Drag right for what lies inside, left for what is touched", "box marquee rubber band", keys(key(fyne.KeyB, 0))},
	{"measure.distance", viewport.ToolMeasureDistance, "Measure", 3, "Measure a distance", "Between two points; corners, edges and middles of circles catch the pointer", "length ruler", keys(key(fyne.KeyM, 0))},
	{"measure.angle", viewport.ToolMeasureAngle, "Measure", 3, "Measure an angle", "Of two legs, with its corner in the middle", "degrees protractor", keys(key(fyne.KeyM, shift))},
	{"measure.edge", viewport.ToolMeasureEdge, "Measure", 3, "Measure an edge", "Length of a straight one, radius of a round one", "radius diameter", keys(key(fyne.KeyR, 0))},
	{"measure.point", viewport.ToolMeasurePoint, "Measure", 3, "Read where a point is", "", "coordinates position", keys(key(fyne.KeyP, 0))},
	{"section.handles", viewport.ToolSection, "Section", 2, "Move the section by its handles", "Drag the handles on the cut", "section gizmo drag", keys(key(fyne.KeyD, 0))},
	{"tool.fly", viewport.ToolFly, "", 4, "Fly", "Drag to look around; W A S D Q E to move, Shift faster", "walk first person", keys(key(fyne.KeyY, 0))},
}

// handCommands adds the tools that the pointer works with in the view, and what they leave behind.
func (s *Shell) handCommands(add func(command.Command)) {
	for _, h := range handTools {
		held := s.isOn(func(v *viewport.Viewport) bool { return v.Tool() == h.tool })
		add(command.Command{ID: h.id, Menu: "Tools", Sub: h.sub, Group: h.group, Text: h.text, Tip: h.tip, Words: h.word, Keys: h.keys, Enabled: s.hasView, Checked: held,
			Run: s.withView(func(x *session, v *viewport.Viewport) { x.take(v, h.tool) })})
	}
	measured := func() (bool, string) {
		if ok, why := s.hasView(); !ok {
			return ok, why
		}
		return len(s.desk.stage().Active().Measures()) > 0, "nothing was measured"
	}
	add(command.Command{ID: "measure.clear", Menu: "Tools", Sub: "Measure", Group: 3, Text: "Clear measures", Words: "remove delete", Keys: keys(key(fyne.KeyM, ctrl)), Enabled: measured,
		Run: s.withView(func(x *session, v *viewport.Viewport) { x.clearMeasures(v) })})
}

// take puts a tool into the user's hand, or away when it is there. The keys go to the view from then on.
func (x *session) take(v *viewport.Viewport, t viewport.Tool) {
	if v.Tool() == t {
		v.SetTool(viewport.ToolNone)
		return
	}
	if t == viewport.ToolSection && !v.Section().Active() {
		x.toggleCut(v)
	}
	v.SetTool(t)
	if c := fyne.CurrentApp().Driver().CanvasForObject(v); c != nil {
		c.Focus(v)
	}
}

// clearMeasures removes what was measured in a view; it can be undone.
func (x *session) clearMeasures(v *viewport.Viewport) {
	old := v.Measures()
	v.SetMeasures(nil)
	x.s.commands.Done.Did(changeOf("Clear measures", func() { v.SetMeasures(old) }, func() { v.SetMeasures(nil) }))
}

// handView hears of what the tools of a viewport do.
func (x *session) handView(v *viewport.Viewport) {
	v.SetLengthUnit(x.s.prefs.Lengths.ofView())
	v.SetScale(!x.Project.Site.Schematic)
	v.OnTool = func(viewport.Tool) { x.updateViews() }
	v.OnBoxSelect = x.pickAll
	v.OnSection = func(before, after *scene.Section) {
		set := func(s *scene.Section) {
			v.SetSection(s)
			x.updateViews()
		}
		if after.Active() {
			x.lastCut = after
		}
		x.updateViews()
		x.s.commands.Done.Did(changeOf("Move the section", func() { set(before) }, func() { set(after) }))
	}
}

// maxPicked bounds what a rectangle selects at once: the inspector and undo hold each part by its path.
const maxPicked = 2000

// pickAll selects what a rectangle took: assets where the twin knows them, else the parts of models.
func (x *session) pickAll(nodes []scene.NodeID, add bool) {
	var items []item
	if add {
		items = x.s.view.choice().items()
	}
	known := map[item]bool{}
	for _, i := range items {
		known[item{i.asset, part{path: i.part.path}}] = true
	}
	cut := false
	for _, id := range nodes {
		i := item{asset: x.stage().AssetOf(id)}
		if i.asset == twin.NoAsset {
			if x.models.of(id) == nil {
				continue // scenery of the site
			}
			i.part.path = x.models.scene.Node(id).Path
		}
		if known[i] {
			continue
		}
		if cut = len(items) >= maxPicked; cut {
			break
		}
		known[i] = true
		items = append(items, i)
	}
	if cut {
		x.s.Note(count(maxPicked, "part") + " are selected; more lie in the rectangle")
	}
	x.selectChoice(withItems(slices.Clip(items)), false)
}

// ofView is the unit as the views know it.
func (l lengths) ofView() viewport.LengthUnit {
	switch l {
	case millimetres:
		return viewport.Millimetres
	case metres:
		return viewport.Metres
	case feet:
		return viewport.Feet
	}
	return viewport.AutoLength
}
