package ui

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/command"
)

// modelCommands adds what can be done with models to the table.
func (s *Shell) modelCommands(add func(command.Command)) {
	canOpen := func() (bool, string) {
		switch {
		case s.library() != nil, s.start != nil && s.start.start.OpenModels != nil:
			return true, ""
		}
		return false, "this window cannot show models"
	}
	one := func() (bool, string) { return s.chosenModel() != nil, "select a part of an opened model first" }
	add(command.Command{ID: "model.open", Menu: "File", Group: 1, Text: "Open model…", Dialog: true, Tip: "One or many files of " + formatWords(), Keys: keys(key(fyne.KeyO, ctrl)),
		Words: "import file cad gltf stl step", Enabled: canOpen, Run: s.chooseModels})
	add(command.Command{ID: "model.recent", Menu: "File", Group: 1, Text: "Recent models…", Dialog: true, Tip: "Models that were opened before", Keys: keys(key(fyne.KeyR, ctrl)),
		Enabled: func() (bool, string) {
			if len(s.prefs.Models) == 0 {
				return false, "no model was opened yet"
			}
			return canOpen()
		}, Run: s.showRecentModels})
	add(command.Command{ID: "model.remove", Menu: "File", Group: 1, Text: "Remove model", Tip: "Take the selected model out of the view; its file stays", Keys: keys(key(fyne.KeyDelete, 0)), Enabled: one,
		Run: s.withModel(func(l *library, o *openedModel) { l.discard(o) })})
	add(command.Command{ID: "model.reload", Menu: "File", Group: 1, Text: "Read model again", Tip: "Files that change are read again by themselves", Words: "reload refresh", Enabled: one,
		Run: s.withModel(func(l *library, o *openedModel) { l.reload(o) })})
}

// modelViews adds how models are shown to the table.
func (s *Shell) modelViews(add func(command.Command)) {
	one := func() (bool, string) { return s.chosenModel() != nil, "select a part of an opened model first" }
	with := s.withModel
	s.modelPlaces(add)
	add(command.Command{ID: "model.play", Menu: "View", Group: 6, Text: "Play animation", Tip: "Of the selected model", Words: "clip pause", Enabled: func() (bool, string) {
		o := s.chosenModel()
		return o != nil && o.clips.duration() > 0, "select a model that has an animation"
	}, Checked: func() bool { o := s.chosenModel(); return o != nil && o.clips.playing }, Run: with(func(_ *library, o *openedModel) { s.askModel(o, "play", 0) })})
	add(command.Command{ID: "model.warnings", Menu: "View", Group: 6, Text: "What was not understood…", Dialog: true, Tip: "Warnings of the selected model", Words: "warnings", Enabled: func() (bool, string) {
		o := s.chosenModel()
		return o != nil && o.model != nil && len(o.model.Warnings) > 0, "select a model that has warnings"
	}, Run: with(func(_ *library, o *openedModel) { s.askModel(o, "warnings", 0) })})
	for i, u := range lengthUnits {
		add(command.Command{ID: command.ID("model.unit." + string(u.symbol)), Menu: "", Text: "Take model in " + u.name, Words: "unit scale " + string(u.symbol), Enabled: one,
			Run: with(func(_ *library, o *openedModel) { s.askModel(o, "unit", i) })})
	}
	for i, axis := range []string{"Y", "Z"} {
		add(command.Command{ID: command.ID("model.up." + strings.ToLower(axis)), Menu: "", Text: "Take model with " + axis + " up", Words: "axis orientation turn", Enabled: one,
			Run: with(func(_ *library, o *openedModel) { s.askModel(o, "up", i) })})
	}
}

// modelPlaces adds how several models stand.
func (s *Shell) modelPlaces(add func(command.Command)) {
	some := func() (bool, string) {
		l := s.library()
		return l != nil && len(l.list) > 0, "open a model first"
	}
	for _, v := range []struct {
		id, text, tip string
		own           bool
	}{{"side", "Lay models side by side", "On the ground, apart from each other", false}, {"own", "Put models where their files say", "As for parts that were drawn in one place", true}} {
		add(command.Command{ID: command.ID("model.place." + v.id), Menu: "View", Group: 6, Text: v.text, Tip: v.tip, Enabled: some,
			Checked: func() bool { l := s.library(); return l != nil && l.own == v.own },
			Run: func() {
				if l := s.library(); l != nil {
					l.arrange(v.own)
				}
			}})
	}
}

// library is the models that the user opened, nil when there can be none.
func (s *Shell) library() *library {
	if s.desk == nil {
		return nil
	}
	return s.desk.models
}

// withModel makes a command that does something with the chosen model.
func (s *Shell) withModel(f func(l *library, o *openedModel)) func() {
	return func() {
		if o := s.chosenModel(); o != nil {
			f(s.desk.models, o)
		}
	}
}

// chosenModel is the model of the selected part, or the only one that is open.
func (s *Shell) chosenModel() *openedModel {
	if s.desk == nil || s.desk.models == nil {
		return nil
	}
	l := s.desk.models
	if o := l.of(s.view.node()); o != nil {
		return o
	}
	if len(l.list) == 1 && s.desk.bare {
		return l.list[0]
	}
	return nil
}

// askModel does what the inspector or a menu asks of a model: see inspector.models.
func (s *Shell) askModel(o *openedModel, what string, n int) {
	if s.desk == nil || s.desk.models == nil {
		return
	}
	l := s.desk.models
	to := o.orient
	switch what {
	case "unit":
		to.Unit = lengthUnits[n].symbol
		l.reorient(o, to, "Take "+o.name+" in "+lengthUnits[n].name)
	case "up":
		to.Up = []assets.Up{assets.UpY, assets.UpZ}[n]
		l.reorient(o, to, "Take "+o.name+" with "+string(to.Up)+" up")
	case "warnings":
		if o.model != nil {
			s.showReport("What was not understood", filepath.Base(o.path), o.model.Warnings)
		}
	case "play":
		o.clips.playing = !o.clips.playing
	case "clip":
		o.clips.choose(n)
	case "seek":
		o.clips.seek(o.clips.duration() * float64(n) / 1000)
	}
	s.inspect.update()
}

// play carries the animations of all models on.
func (l *library) play(dt time.Duration) {
	for _, o := range l.list {
		if o.root != scene.NoNode {
			o.clips.advance(dt)
		}
	}
}

// modelMenu opens the menu of a row of a model.
func (x *session) modelMenu(o *openedModel, path string, at fyne.Position) {
	s := x.s
	var items []*fyne.MenuItem
	if o.root != scene.NoNode {
		items = append(items, fyne.NewMenuItem("Select", func() { x.selectPart(part{path: path}, false) }),
			fyne.NewMenuItem("Select and frame", func() { x.selectPart(part{path: path}, true) }), fyne.NewMenuItemSeparator())
	}
	if o.model != nil {
		items = append(items, fyne.NewMenuItem("Read again", func() { x.models.reload(o) }))
		if n := len(o.model.Warnings); n > 0 {
			items = append(items, fyne.NewMenuItem(fmt.Sprintf("What was not understood (%d)…", n), func() { s.askModel(o, "warnings", 0) }))
		}
	}
	items = append(items, fyne.NewMenuItem("Remove "+o.name, func() { x.models.discard(o) }), fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Copy path of the file", func() { s.app.Clipboard().SetContent(o.path) }))
	if _, below, found := strings.Cut(path, openedGroup+"/"+o.name+"/"); found {
		items = append(items, fyne.NewMenuItem("Copy path of the part", func() { s.app.Clipboard().SetContent(below) }))
	}
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), s.front().Canvas(), at)
}

// showFault tells all that is known of a file that could not be read.
func (x *session) showFault(j *openJob) {
	x.s.showReport(j.name+" could not be opened", j.path, strings.Split(j.failure.Error(), "\n"))
}

// formatWords lists the formats that can be read.
func formatWords() string {
	var names []string
	for _, f := range assets.Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

// modelFiles lists the files that a model was read from, the first its own.
func modelFiles(path string, m *assets.Model) []string {
	out := []string{path}
	for _, f := range m.Files {
		if p := filepath.Join(filepath.Dir(path), filepath.FromSlash(f)); p != path && len(out) < maxWatched {
			out = append(out, p)
		}
	}
	return out
}

// maxWatched bounds how many files of one model are looked at for changes.
const maxWatched = 200
