package ui

import (
	"fmt"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// toolCommands adds what is done with the tools of the view: hide, draw apart, cut, measure.
func (s *Shell) toolCommands(add func(command.Command)) {
	some := func() (bool, string) {
		if ok, why := s.hasView(); !ok {
			return ok, why
		}
		return len(s.desk.nodes(s.view.choice())) > 0, "select a part first"
	}
	hidden := func() (bool, string) {
		if ok, why := s.hasView(); !ok {
			return ok, why
		}
		return len(s.desk.models.scene.HiddenNodes()) > 0, "nothing is hidden"
	}
	add(command.Command{ID: "tool.hide", Menu: "Tools", Text: "Hide selection", Words: "invisible", Keys: keys(key(fyne.KeyH, 0)), Enabled: some, Run: s.withView(func(x *session, _ *viewport.Viewport) { x.hide(x.s.view.choice()) })})
	add(command.Command{ID: "tool.isolate", Menu: "Tools", Text: "Isolate selection", Tip: "Hide all else; again, show all", Words: "alone local", Keys: keys(key(fyne.KeyH, shift), key(fyne.KeySlash, 0)), Enabled: some, Run: s.withView(func(x *session, _ *viewport.Viewport) { x.isolate(x.s.view.choice()) })})
	add(command.Command{ID: "tool.show", Menu: "Tools", Text: "Show all", Tip: "What was hidden by hand", Words: "unhide visible", Keys: keys(key(fyne.KeyH, ctrl)), Enabled: hidden, Run: s.withView(func(x *session, _ *viewport.Viewport) { x.showHidden() })})
	s.explodeCommands(add)
	s.sectionCommands(add)
	s.handCommands(add)
}

// sightOf is what the user hides of a scene.
func sightOf(s *scene.Scene) []scene.NodeID { return s.HiddenNodes() }

// resight hides these nodes and no others.
func resight(s *scene.Scene, hidden []scene.NodeID) {
	s.ShowAll()
	for _, id := range hidden {
		s.SetHidden(id, true)
	}
}

// conceal changes what is hidden; it can be undone.
func (x *session) conceal(text string, change func(s *scene.Scene)) {
	world := x.models.scene
	old := sightOf(world)
	change(world)
	now := sightOf(world)
	if slices.Equal(old, now) {
		return
	}
	set := func(hidden []scene.NodeID) {
		if x.s.desk == x {
			resight(world, hidden)
			x.concealed()
		}
	}
	x.concealed()
	x.s.commands.Done.Did(changeOf(text, func() { set(old) }, func() { set(now) }))
}

// concealed tells whoever shows what is hidden.
func (x *session) concealed() {
	x.stage().Relabel()
	x.s.tree.board.update()
	x.updateViews()
}

// nameOf words a choice in a few words: "Gearbox", "3 parts".
func (x *session) nameOf(c choice) string {
	if n := len(c.items()); n > 1 {
		return count(n, "part")
	}
	return x.s.view.itemText(c.item)
}

// hide hides what is chosen.
func (x *session) hide(c choice) {
	nodes := x.nodes(c)
	x.conceal("Hide "+x.nameOf(c), func(s *scene.Scene) {
		for _, id := range nodes {
			s.SetHidden(id, true)
		}
	})
}

// isolate hides all but what is chosen; where that is so already, it shows all.
func (x *session) isolate(c choice) {
	nodes := x.nodes(c)
	x.conceal("Isolate "+x.nameOf(c), func(s *scene.Scene) {
		before := sightOf(s)
		s.Isolate(nodes...)
		if slices.Equal(before, sightOf(s)) {
			s.ShowAll()
		}
	})
}

func (x *session) showHidden() { x.conceal("Show all", (*scene.Scene).ShowAll) }

// toggleSight hides an item, or shows it again: the eye of its row.
func (x *session) toggleSight(i item) {
	nodes, hide := x.nodes(choice{item: i}), x.sight(i) == seen
	verb := "Show "
	if hide {
		verb = "Hide "
	}
	x.conceal(verb+x.s.view.itemText(i), func(s *scene.Scene) {
		for _, id := range nodes {
			s.SetHidden(id, hide)
		}
	})
}

// explodeStep is how much further parts are drawn apart by a key.
const explodeStep = .25

func (s *Shell) explodeCommands(add func(command.Command)) {
	apart := func() float64 {
		if ok, _ := s.hasView(); !ok {
			return 0
		}
		return s.desk.models.scene.Explode()
	}
	isApart := func() (bool, string) { return apart() > 0, "the parts stand where they belong" }
	step := func(by float64) func() {
		return s.withView(func(x *session, _ *viewport.Viewport) { x.explode(max(0, min(maxExplode, apart()+by))) })
	}
	add(command.Command{ID: "tool.explode", Menu: "Tools", Group: 1, Text: "Draw parts apart…", Dialog: true, Tip: "Exploded view of assemblies", Words: "explode disassemble", Keys: keys(key(fyne.KeyE, 0)), Enabled: s.hasView,
		Checked: func() bool { return apart() > 0 }, Run: s.withView(func(x *session, _ *viewport.Viewport) { x.showExplode() })})
	add(command.Command{ID: "tool.explode.more", Menu: "Tools", Group: 1, Text: "Further apart", Keys: keys(key(fyne.KeyRightBracket, 0)), Enabled: s.hasView, Run: step(explodeStep)})
	add(command.Command{ID: "tool.explode.less", Menu: "Tools", Group: 1, Text: "Closer together", Keys: keys(key(fyne.KeyLeftBracket, 0)), Enabled: isApart, Run: step(-explodeStep)})
	add(command.Command{ID: "tool.explode.none", Menu: "Tools", Group: 1, Text: "Put parts together", Keys: keys(key(fyne.KeyE, ctrl)), Enabled: isApart, Run: s.withView(func(x *session, _ *viewport.Viewport) { x.explode(0) })})
}

// maxExplode is as far as parts are drawn apart: each stands three times as far from the middle of its assembly.
const maxExplode = 2.0

// explode draws the parts of assemblies apart; it can be undone.
func (x *session) explode(amount float64) {
	world := x.models.scene
	old := world.Explode()
	if amount == old {
		return
	}
	set := func(a float64) {
		if x.s.desk == x {
			world.SetExplode(a)
			x.stage().Relabel()
			x.updateViews()
		}
	}
	set(amount)
	text := fmt.Sprintf("Draw parts apart by %.0f %%", 100*amount)
	if amount == 0 {
		text = "Put parts together"
	}
	c := changeOf(text, func() { set(old) }, func() { set(amount) })
	c.Key = "explode"
	x.s.commands.Done.Did(c)
}
