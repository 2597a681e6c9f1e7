package ui

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// savedView is a viewpoint that the user kept: where the camera stood, with its look and its section. Lengths are metres in
// the world, angles rad.
type savedView struct {
	Name    string        `json:"name"`
	Slot    int           `json:"slot,omitempty"` // 1 to 9: the digit that goes there; 0: none
	Eye     [3]float64    `json:"eye"`
	Target  [3]float64    `json:"target"`
	FOVRad  float64       `json:"fov"`
	Ortho   bool          `json:"ortho,omitempty"`
	Look    string        `json:"look,omitempty"`
	Section *savedSection `json:"section,omitempty"`
}

// savedSection is a scene.Section as it is kept.
type savedSection struct {
	Planes     [][4]float64 `json:"planes"` // normal and offset
	Outside    bool         `json:"outside,omitempty"`
	ShellsOnly bool         `json:"shells_only,omitempty"`
}

// viewBook is the saved viewpoints of one twin, or of a model that was looked at alone.
type viewBook struct {
	Path  string      `json:"path"`
	Views []savedView `json:"views"`
}

var errNothingOpen = errors.New("there is nothing to look at yet: open a model first")

// How many are kept: books of the twins that were saved in last, and views of each.
const (
	maxBooks = 40
	maxViews = 60
)

// readBooks reads what the preferences kept; what cannot be right is left out.
func readBooks(text string) []viewBook {
	var books []viewBook
	if text == "" || json.Unmarshal([]byte(text), &books) != nil {
		return nil
	}
	for i := range books {
		books[i].Views = slices.DeleteFunc(books[i].Views, func(v savedView) bool { return !v.valid() })
		books[i].Views = books[i].Views[:min(len(books[i].Views), maxViews)]
	}
	return books[:min(len(books), maxBooks)]
}

func (v *savedView) valid() bool {
	sum := v.FOVRad
	for k := range 3 {
		sum += v.Eye[k] + v.Target[k]
	}
	return !math.IsNaN(sum) && !math.IsInf(sum, 0) && v.Eye != v.Target && v.Name != "" && v.Slot >= 0 && v.Slot <= 9 &&
		(v.Section == nil || len(v.Section.Planes) <= scene.MaxPlanes)
}

// views returns the saved viewpoints of a twin or model; setViews keeps others in their place.
func (p *preferences) views(path string) []savedView {
	for _, b := range p.Books {
		if b.Path == path {
			return b.Views
		}
	}
	return nil
}

func (p *preferences) setViews(path string, views []savedView) {
	p.Books = slices.DeleteFunc(slices.Clone(p.Books), func(b viewBook) bool { return b.Path == path })
	if len(views) > 0 {
		p.Books = slices.Insert(p.Books, 0, viewBook{path, views})
	}
	p.Books = p.Books[:min(len(p.Books), maxBooks)]
}

// bookPath is what the viewpoints of the desk are kept under; empty when there is nothing to keep them for.
func (x *session) bookPath() string {
	if !x.bare {
		return cmp.Or(x.Project.File, x.Project.Name)
	}
	for _, o := range x.models.list {
		if o.model != nil {
			return o.path
		}
	}
	return ""
}

// saved lists the saved viewpoints of the desk.
func (x *session) saved() []savedView { return x.s.prefs.views(x.bookPath()) }

// keepSaved has the preferences keep other viewpoints; it can be undone.
func (x *session) keepSaved(text string, views []savedView) {
	path, old := x.bookPath(), x.saved()
	set := func(v []savedView) {
		x.s.prefs.setViews(path, v)
		x.s.prefs.save(x.s.app.Preferences())
		x.s.tree.board.update()
	}
	set(views)
	x.s.commands.Done.Did(changeOf(text, func() { set(old) }, func() { set(views) }))
}

// here is the viewpoint at which the active viewport stands.
func (x *session) here(name string, slot int) savedView {
	c := x.Stage.View()
	v := savedView{Name: name, Slot: slot, Eye: c.Eye, Target: c.Target, FOVRad: c.FOVRad, Ortho: c.Ortho, Look: x.Stage.Looking()}
	if stage := x.stage(); stage != nil {
		if s := stage.Active().Section(); s.Active() {
			v.Section = &savedSection{Outside: s.Keep == scene.KeepOutside, ShellsOnly: s.ShellsOnly}
			for _, p := range s.Planes {
				v.Section.Planes = append(v.Section.Planes, [4]float64{p.Normal[0], p.Normal[1], p.Normal[2], p.Offset})
			}
		}
	}
	return v
}

func (s *savedSection) section() *scene.Section {
	if s == nil {
		return nil
	}
	out := &scene.Section{ShellsOnly: s.ShellsOnly}
	if s.Outside {
		out.Keep = scene.KeepOutside
	}
	for _, p := range s.Planes {
		if n := (mgl64.Vec3{p[0], p[1], p[2]}); n.Len() > 1e-9 {
			out.Planes = append(out.Planes, scene.Plane{Normal: n.Normalize(), Offset: p[3]})
		}
	}
	return out
}

// saveSlot keeps the viewpoint under a digit.
func (x *session) saveSlot(slot int) {
	if x.bookPath() == "" {
		x.s.Fail(errNothingOpen)
		return
	}
	name := fmt.Sprintf("View %d", slot)
	views := slices.Clone(x.saved())
	at := slices.IndexFunc(views, func(v savedView) bool { return v.Slot == slot })
	if at >= 0 {
		name = views[at].Name
		views[at] = x.here(name, slot)
	} else {
		views = append(views, x.here(name, slot))
	}
	x.keepSaved("Save viewpoint "+name, views[max(0, len(views)-maxViews):])
	x.s.Note(fmt.Sprintf("%s is saved: Shift+%d goes there", name, slot))
}

// askSave asks for a name and keeps the viewpoint under it.
func (x *session) askSave() {
	if x.bookPath() == "" {
		x.s.Fail(errNothingOpen)
		return
	}
	slot := 1
	for slices.ContainsFunc(x.saved(), func(v savedView) bool { return v.Slot == slot }) {
		slot++
	}
	if slot > 9 {
		slot = 0
	}
	x.askName("Save viewpoint", fmt.Sprintf("View %d", len(x.saved())+1), func(name string) {
		views := append(slices.Clone(x.saved()), x.here(name, slot))
		x.keepSaved("Save viewpoint "+name, views[max(0, len(views)-maxViews):])
	})
}

// askName asks for a name.
func (x *session) askName(what, suggested string, take func(name string)) {
	entry := widget.NewEntry()
	entry.SetText(suggested)
	window := x.s.front()
	var d *dialog.FormDialog
	d = dialog.NewForm(what, "Keep", "Cancel", []*widget.FormItem{widget.NewFormItem("Name", entry)}, func(ok bool) {
		if name := strings.TrimSpace(entry.Text); ok && name != "" && x.s.desk == x {
			take(short60(name))
		}
	}, window)
	entry.OnSubmitted = func(string) { d.Submit() }
	d.Resize(fyne.NewSize(420, 160))
	d.Show()
	window.Canvas().Focus(entry)
	entry.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// short60 keeps a name within what a row can show.
func short60(name string) string {
	if r := []rune(name); len(r) > 60 {
		return string(r[:60])
	}
	return name
}

// goToSaved moves the active camera to a saved viewpoint, with its look and its section.
func (x *session) goToSaved(v savedView) {
	old := x.here("", 0)
	set := func(v savedView) {
		if x.s.desk != x {
			return
		}
		if v.Look != "" {
			x.Stage.Look(v.Look)
		}
		if stage := x.stage(); stage != nil {
			stage.Active().SetSection(v.Section.section())
		}
		x.Stage.SetView(Viewpoint{v.Eye, v.Target, v.FOVRad, v.Ortho})
		x.updateViews()
	}
	set(v)
	x.s.commands.Done.Did(changeOf("Go to "+v.Name, func() { set(old) }, func() { set(v) }))
}

// goToSlot goes to the viewpoint of a digit: one that was saved under it, else that of the twin file in this place.
func (x *session) goToSlot(slot int) {
	for _, v := range x.saved() {
		if v.Slot == slot {
			x.goToSaved(v)
			return
		}
	}
	x.goTo(slot - 1)
}

func (x *session) hasSlot(slot int) bool {
	return slot <= len(x.Project.Viewpoints) || slices.ContainsFunc(x.saved(), func(v savedView) bool { return v.Slot == slot })
}

// viewpointCommands adds saving viewpoints and going to them.
func (s *Shell) viewpointCommands(add func(command.Command)) {
	const sub = "Viewpoints"
	add(command.Command{ID: "viewpoint.save", Menu: "View", Sub: sub, Group: 1, Text: "Save viewpoint…", Dialog: true, Tip: "Camera, look and section, under a name", Words: "bookmark camera", Keys: keys(key(fyne.KeyS, shift)), Enabled: s.hasView,
		Run: s.withView(func(x *session, _ *viewport.Viewport) { x.askSave() })})
	for n := 1; n <= 9; n++ {
		digit := fyne.KeyName(fmt.Sprint(n))
		add(command.Command{ID: command.ID(fmt.Sprintf("viewpoint.go.%d", n)), Menu: "View", Sub: sub, Group: 1, Text: fmt.Sprintf("Go to viewpoint %d", n), Series: "Go to a viewpoint", Keys: keys(key(digit, shift)),
			Enabled: func() (bool, string) {
				if s.desk == nil {
					return false, "open a twin or a model first"
				}
				return s.desk.hasSlot(n), fmt.Sprintf("press Ctrl+Shift+%d to save one", n)
			}, Run: func() { s.desk.goToSlot(n) }})
	}
	for n := 1; n <= 9; n++ {
		digit := fyne.KeyName(fmt.Sprint(n))
		add(command.Command{ID: command.ID(fmt.Sprintf("viewpoint.save.%d", n)), Menu: "", Text: fmt.Sprintf("Save as viewpoint %d", n), Series: "Save a viewpoint", Words: "camera", Keys: keys(key(digit, ctrl|shift)), Enabled: s.hasView,
			Run: s.withView(func(x *session, _ *viewport.Viewport) { x.saveSlot(n) })})
	}
}

// viewpointItems lists the viewpoints for the palette.
func (x *session) viewpointItems() []command.Item {
	var out []command.Item
	for i, v := range x.Project.Viewpoints {
		out = append(out, command.Item{Kind: "viewpoint", Text: v.Label, Words: v.ID + " viewpoint camera", Run: func() { x.goTo(i) }})
	}
	for _, v := range x.saved() {
		it := command.Item{Kind: "viewpoint", Text: v.Name, Words: "viewpoint camera saved", Run: func() { x.goToSaved(v) }}
		if v.Slot > 0 {
			it.Detail = fmt.Sprintf("Shift+%d", v.Slot)
		}
		out = append(out, it)
	}
	return out
}
