package ui

import (
	"math"

	"fyne.io/fyne/v2"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// sectionCommands adds the ways to cut the plant open.
func (s *Shell) sectionCommands(add func(command.Command)) {
	const menu, sub = "Tools", "Section"
	cut := func(v *viewport.Viewport) bool { return v.Section().Active() }
	isCut := func() (bool, string) {
		if ok, why := s.hasView(); !ok {
			return ok, why
		}
		return cut(s.desk.stage().Active()), "nothing is cut open: press C"
	}
	add(command.Command{ID: "section.toggle", Menu: menu, Sub: sub, Group: 2, Text: "Cut open", Tip: "Towards the eye, or as it was cut last; again, close it", Words: "section clip cross", Keys: keys(key(fyne.KeyC, 0)), Enabled: s.hasView,
		Checked: s.isOn(cut), Run: s.withView(func(x *session, v *viewport.Viewport) { x.toggleCut(v) })})
	for i, axis := range []struct {
		name string
		key  fyne.KeyName
	}{{"X", fyne.KeyX}, {"Y", fyne.KeyY}, {"Z", fyne.KeyZ}} {
		add(command.Command{ID: command.ID("section." + axis.name), Menu: menu, Sub: sub, Group: 2, Text: "Cut across " + axis.name, Tip: "Through the selection, else through what the camera looks at", Words: "section plane", Keys: keys(key(axis.key, shift)), Enabled: s.hasView,
			Run: s.withView(func(x *session, v *viewport.Viewport) {
				var n mgl64.Vec3
				n[i] = 1
				x.cut(v, "Cut across "+axis.name, x.plane(v, n))
			})})
	}
	add(command.Command{ID: "section.box", Menu: menu, Sub: sub, Group: 2, Text: "Cut out a box", Tip: "Around the selection, else around all", Words: "section crop", Keys: keys(key(fyne.KeyB, shift)), Enabled: s.hasView,
		Run: s.withView(func(x *session, v *viewport.Viewport) {
			x.cut(v, "Cut out a box", scene.BoxSection(x.boxOf(v), scene.KeepInside))
		})})
	add(command.Command{ID: "section.face", Menu: menu, Sub: sub, Group: 2, Text: "Cut along a face", Tip: "The one that was clicked last", Words: "section parallel", Keys: keys(key(fyne.KeyN, shift)),
		Enabled: func() (bool, string) {
			if ok, why := s.hasView(); !ok {
				return ok, why
			}
			return s.desk.stage().Active().Hit().Node != scene.NoNode, "click a face first"
		},
		Run: s.withView(func(x *session, v *viewport.Viewport) {
			hit := v.Hit()
			n := hit.Normal.Mul(-1)
			x.cut(v, "Cut along a face", &scene.Section{Planes: []scene.Plane{scene.PlaneThrough(hit.Point.Add(n.Mul(1e-4*x.boxOf(v).Diagonal())), n)}})
		})})
	add(command.Command{ID: "section.flip", Menu: menu, Sub: sub, Group: 2, Text: "Keep the other side", Words: "section flip invert", Keys: keys(key(fyne.KeyC, shift)), Enabled: isCut,
		Run: s.withView(func(x *session, v *viewport.Viewport) { x.cut(v, "Keep the other side", flipped(v.Section())) })})
	add(command.Command{ID: "section.shells", Menu: menu, Sub: sub, Group: 2, Text: "Cut housings only", Tip: "What is inside of them stays whole", Words: "section shells", Enabled: isCut,
		Checked: s.isOn(func(v *viewport.Viewport) bool { return v.Section() != nil && v.Section().ShellsOnly }),
		Run: s.withView(func(x *session, v *viewport.Viewport) {
			own := *v.Section()
			own.ShellsOnly = !own.ShellsOnly
			x.cut(v, "Cut housings only", &own)
		})})
	add(command.Command{ID: "section.off", Menu: menu, Sub: sub, Group: 2, Text: "Close the section", Words: "uncut off", Keys: keys(key(fyne.KeyC, ctrl|shift)), Enabled: isCut,
		Run: s.withView(func(x *session, v *viewport.Viewport) { x.cut(v, "Close the section", nil) })})
}

// cut changes the section of a viewport; it can be undone.
func (x *session) cut(v *viewport.Viewport, text string, to *scene.Section) {
	old := v.Section()
	set := func(s *scene.Section) {
		v.SetSection(s)
		x.updateViews()
	}
	if old.Active() {
		x.lastCut = old
	}
	set(to)
	x.s.commands.Done.Did(changeOf(text, func() { set(old) }, func() { set(to) }))
}

// toggleCut closes the section of a viewport, or cuts it open: as it was last, else the half towards the eye goes.
func (x *session) toggleCut(v *viewport.Viewport) {
	switch {
	case v.Section().Active():
		x.cut(v, "Close the section", nil)
	case x.lastCut.Active():
		x.cut(v, "Cut open", x.lastCut)
	default:
		_, _, n := v.Camera().Axes()
		if level := (mgl64.Vec3{n[0], 0, n[2]}); level.Len() > .05 {
			n = level.Normalize()
		} else { // seen from above: the upper half goes
			n = mgl64.Vec3{0, math.Copysign(1, n[1]), 0}
		}
		x.cut(v, "Cut open", x.plane(v, n))
	}
}

// plane is a section through the middle of the selection, else through what the camera looks at; the side towards the eye
// goes. Where the twin says which parts are housings, these alone are cut.
func (x *session) plane(v *viewport.Viewport, normal mgl64.Vec3) *scene.Section {
	c := v.Camera()
	at := c.Target
	if b := x.chosenBox(); !b.Empty() {
		at = b.Center()
	}
	if normal.Dot(c.Eye.Sub(at)) > 0 {
		normal = normal.Mul(-1)
	}
	return &scene.Section{Planes: []scene.Plane{scene.PlaneThrough(at, normal)}, ShellsOnly: x.housed()}
}

// chosenBox is the box around the selection, empty when nothing is selected.
func (x *session) chosenBox() scene.Bounds {
	b := scene.NoBounds()
	for _, id := range x.nodes(x.s.view.choice()) {
		b = b.Union(x.models.scene.Bounds(id))
	}
	return b
}

// boxOf is the box around the selection, somewhat larger, or around all.
func (x *session) boxOf(*viewport.Viewport) scene.Bounds {
	b := x.chosenBox()
	if b.Empty() {
		b = viewport.Solid(x.models.scene)
	}
	if b.Empty() {
		return scene.Bounds{Max: mgl64.Vec3{1, 1, 1}}
	}
	margin := mgl64.Vec3{1, 1, 1}.Mul(.02 * b.Diagonal())
	return scene.Bounds{Min: b.Min.Sub(margin), Max: b.Max.Add(margin)}
}

// housed reports whether the scene says which of its parts are housings.
func (x *session) housed() bool {
	s := x.models.scene
	for id := range s.Len() {
		if s.Role(scene.NodeID(id)) == scene.Shell {
			return true
		}
	}
	return false
}

// flipped is a section that keeps what another takes away.
func flipped(s *scene.Section) *scene.Section {
	out := *s
	out.Planes = make([]scene.Plane, len(s.Planes))
	for i, p := range s.Planes {
		out.Planes[i] = scene.Plane{Normal: p.Normal.Mul(-1), Offset: -p.Offset}
	}
	if len(s.Planes) > 1 { // outside of the box rather than inside
		out.Keep = scene.KeepOutside
		if s.Keep == scene.KeepOutside {
			out.Keep = scene.KeepInside
		}
	}
	return &out
}
