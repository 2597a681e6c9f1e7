package ui

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// hasView says whether there is a viewport to work in.
func (s *Shell) hasView() (bool, string) {
	return s.desk != nil && s.desk.area != nil, "open a twin or a model first"
}

// withView makes a command of what is done with the active viewport.
func (s *Shell) withView(f func(x *session, v *viewport.Viewport)) func() {
	return func() {
		if ok, _ := s.hasView(); ok {
			f(s.desk, s.desk.stage().Active())
			s.desk.updateViews()
		}
	}
}

// viewCommands adds where the camera stands and how the plant is drawn.
func (s *Shell) viewCommands(add func(command.Command), view func() (bool, string), withDesk func(func(*session)) func()) {
	add(command.Command{ID: "view.frame", Menu: "View", Text: "Frame selection", Tip: "Move the camera to what is selected", Keys: keys(key(fyne.KeyF, 0)), Also: "double-click", Enabled: view, Run: withDesk((*session).frameSelection)})
	add(command.Command{ID: "view.all", Menu: "View", Text: "Frame all", Keys: keys(key(fyne.KeyF, shift), key(fyne.KeyHome, 0)), Enabled: view, Run: withDesk(func(x *session) { x.Stage.Frame(twin.NoAsset) })})
	s.standardViews(add, view, withDesk)
	add(command.Command{ID: "view.ortho", Menu: "View", Text: "Parallel projection", Tip: "Without vanishing points, as on a drawing", Words: "orthographic perspective", Keys: keys(key(fyne.Key5, 0)), Enabled: s.hasView,
		Checked: s.isOn((*viewport.Viewport).Ortho), Run: s.withView(func(_ *session, v *viewport.Viewport) { v.SetOrtho(!v.Ortho()) })})
	add(command.Command{ID: "view.follow", Menu: "View", Text: "Follow part", Tip: "The camera goes where the selected part goes", Words: "track camera", Keys: keys(key(fyne.KeyT, ctrl)), Also: "Ctrl+double-click", Enabled: s.canFollow,
		Checked: func() bool { return s.desk != nil && s.desk.area != nil && s.desk.stage().Followed() != scene.NoNode }, Run: s.withView(func(x *session, _ *viewport.Viewport) { x.followPart() })})
	s.viewpointCommands(add)
	for _, l := range []string{"Operate", "Engineer", "Review"} {
		name := strings.ToLower(l)
		add(command.Command{ID: command.ID("view.look." + name), Menu: "View", Group: 2, Text: l + " look", Tip: looks[name], Enabled: view,
			Checked: func() bool { return s.desk != nil && s.desk.Stage.Looking() == name },
			Run: withDesk(func(x *session) {
				old := x.Stage.Looking()
				x.Stage.Look(name)
				s.commands.Done.Did(changeOf("Switch to "+name, func() { x.Stage.Look(old) }, func() { x.Stage.Look(name) }))
			})})
	}
	for _, w := range viewSwitches {
		add(command.Command{ID: command.ID("view." + w.id), Menu: "View", Group: 3, Text: w.text, Tip: w.tip, Words: w.words, Keys: w.keys, Enabled: s.hasView, Checked: s.isOn(w.get),
			Run: s.withView(func(x *session, v *viewport.Viewport) { x.flip(v, w) })})
	}
	s.lightCommands(add)
}

var looks = map[string]string{
	"operate":  "Calm clay: only what is abnormal has colour",
	"engineer": "Materials and edges",
	"review":   "Sunlight and shadows",
}

// sides are the standard views; those that lie opposite have no key of their own, because Ctrl and a digit opens a page.
var sides = []struct {
	name, text, opposite, far string
	key                       fyne.KeyName
}{
	{"front", "View from the front", "back", "View from the back", fyne.Key1},
	{"right", "View from the right", "left", "View from the left", fyne.Key3},
	{"top", "View from above", "bottom", "View from below", fyne.Key7},
}

func (s *Shell) standardViews(add func(command.Command), view func() (bool, string), withDesk func(func(*session)) func()) {
	const sub = "Standard views"
	for _, v := range sides {
		add(command.Command{ID: command.ID("view." + v.name), Menu: "View", Sub: sub, Text: v.text, Tip: "Pressed again, from the other side", Keys: keys(key(v.key, 0)), Enabled: view, Run: withDesk(func(x *session) { x.face(v.name, v.opposite) })})
		add(command.Command{ID: command.ID("view." + v.opposite), Menu: "View", Sub: sub, Text: v.far, Also: string(v.key) + " twice", Enabled: view, Run: withDesk(func(x *session) { x.face(v.opposite, v.opposite) })})
	}
	add(command.Command{ID: "view.iso", Menu: "View", Sub: sub, Text: "View from a corner", Keys: keys(key(fyne.Key9, 0)), Enabled: view, Run: withDesk(func(x *session) { x.face("iso", "iso") })})
}

// facing is the standard view that the user asked for last, while the camera has not been moved since.
type facing struct {
	name  string
	moves int
}

// face turns the camera to a standard view, or to the opposite one when it stands there already.
func (x *session) face(name, opposite string) {
	moves := func() int {
		if x.models == nil {
			return 0
		}
		return x.models.stage.Moves()
	}
	if x.facing == (facing{name, moves()}) {
		name = opposite
	}
	x.Stage.Standard(name)
	x.facing = facing{name, moves()}
}

// viewSwitch is something of a viewport that is on or off. Switching it can be undone.
type viewSwitch struct {
	id, text, tip, words string
	keys                 []command.Key
	get                  func(*viewport.Viewport) bool
	set                  func(*viewport.Viewport, bool)
}

var viewSwitches = []viewSwitch{
	{"xray", "See through", "All but the selection and what is abnormal turns translucent", "x-ray transparent ghost", keys(key(fyne.KeyX, 0)), (*viewport.Viewport).XRay, (*viewport.Viewport).SetXRay},
	{"wire", "Wire", "The edges of all triangles", "wireframe mesh", keys(key(fyne.KeyW, 0)), (*viewport.Viewport).Wire, (*viewport.Viewport).SetWire},
	{"edges", "Edges", "The edges of parts, where the look has them", "outline lines", keys(key(fyne.KeyE, shift)), (*viewport.Viewport).Edges, (*viewport.Viewport).SetEdges},
	{"grid", "Ground grid", "Lines on the ground, with their distance", "floor", keys(key(fyne.KeyG, 0)), (*viewport.Viewport).Grid, (*viewport.Viewport).SetGrid},
}

// isOn reports whether something of the active viewport is on.
func (s *Shell) isOn(get func(*viewport.Viewport) bool) func() bool {
	return func() bool {
		ok, _ := s.hasView()
		return ok && get(s.desk.stage().Active())
	}
}

// flip switches something of a viewport.
func (x *session) flip(v *viewport.Viewport, w viewSwitch) {
	to := !w.get(v)
	set := func(on bool) { w.set(v, on); x.updateViews() }
	set(to)
	state := "off"
	if to {
		state = "on"
	}
	x.s.commands.Done.Did(changeOf(w.text+" "+state, func() { set(!to) }, func() { set(to) }))
}

// canFollow says whether there is something for the camera to follow, or it follows something.
func (s *Shell) canFollow() (bool, string) {
	if ok, why := s.hasView(); !ok {
		return ok, why
	}
	return s.desk.stage().Followed() != scene.NoNode || len(s.desk.nodes(s.view.choice())) > 0, "select a part first"
}

// followPart has the camera follow the part that leads the selection, or stay where it is from now on.
func (x *session) followPart() {
	stage := x.stage()
	nodes := x.nodes(choice{item: x.s.view.choice().item})
	switch {
	case stage.Followed() != scene.NoNode:
		stage.Follow(scene.NoNode)
		x.s.Note("The camera stays where it is")
	case len(nodes) > 0:
		stage.Follow(nodes[0])
		x.s.Note("The camera follows " + x.s.view.itemText(x.s.view.choice().item))
	}
}

// itemText names an item for people.
func (v *view) itemText(i item) string {
	if i.asset != twin.NoAsset {
		return title(v.tree, i.asset)
	}
	return i.part.path[strings.LastIndexByte(i.part.path, '/')+1:]
}
