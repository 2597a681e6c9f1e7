package ui

import (
	"errors"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/command"
)

const (
	ctrl  = fyne.KeyModifierControl
	shift = fyne.KeyModifierShift
)

func keys(k ...command.Key) []command.Key                { return k }
func key(n fyne.KeyName, m fyne.KeyModifier) command.Key { return command.Key{Name: n, Mod: m} }

// speeds are the steps of faster and slower.
var speeds = []float64{-100, -10, -1, 1, 2, 5, 10, 30, 60, 120, 300, 600, 1000}

// addCommands fills the table. A mistake in it is one of the program: the tests find it.
func (s *Shell) addCommands() {
	open := func() (bool, string) { return s.desk != nil && !s.desk.bare, "open a twin first" }
	view := func() (bool, string) { return s.desk != nil, "open a twin or a model first" }
	selected := func() (bool, string) {
		return s.desk != nil && s.view.selected != twin.NoAsset, "select an asset first"
	}
	chosen := func() (bool, string) {
		return s.desk != nil && !s.view.choice().none(), "nothing is selected"
	}
	withDesk := func(f func(x *session)) func() {
		return func() {
			if s.desk != nil {
				f(s.desk)
			}
		}
	}
	var list []command.Command
	add := func(c command.Command) { list = append(list, c) }

	add(command.Command{ID: "file.open", Menu: "File", Text: "Open twin…", Dialog: true, Tip: "A folder with a twin.yaml, or the file", Keys: keys(key(fyne.KeyO, ctrl|shift)),
		Enabled: func() (bool, string) { return s.opener() != nil, "this window cannot open another twin" }, Run: s.chooseTwin})
	add(command.Command{ID: "file.close", Menu: "File", Text: "Close twin", Keys: keys(key(fyne.KeyW, ctrl)),
		Enabled: func() (bool, string) { return s.desk != nil && s.desk.CloseTwin != nil, "no twin is open" }, Run: withDesk(func(x *session) { s.leave(func() { x.CloseTwin() }) })})
	s.modelCommands(add)
	add(command.Command{ID: "file.quit", Menu: "File", Group: 2, Text: "Quit", Keys: keys(key(fyne.KeyQ, ctrl)), Run: func() { s.leave(s.window.Close) }})

	add(command.Command{ID: "edit.undo", Menu: "Edit", Text: "Undo", Keys: keys(key(fyne.KeyZ, ctrl)),
		Enabled: func() (bool, string) { u, _ := s.commands.Done.Next(); return u != "", "nothing to undo" }, Run: func() { s.commands.Done.Undo() }})
	add(command.Command{ID: "edit.redo", Menu: "Edit", Text: "Redo", Keys: keys(key(fyne.KeyY, ctrl), key(fyne.KeyZ, ctrl|shift)),
		Enabled: func() (bool, string) { _, r := s.commands.Done.Next(); return r != "", "nothing to redo" }, Run: func() { s.commands.Done.Redo() }})
	add(command.Command{ID: "edit.back", Menu: "Edit", Group: 1, Text: "Last selection", Keys: keys(key(fyne.KeyLeft, ctrl|shift)),
		Enabled: func() (bool, string) { return s.desk != nil && len(s.desk.back) > 0, "nothing was selected before" }, Run: withDesk(func(x *session) { x.travel(-1) })})
	add(command.Command{ID: "edit.forward", Menu: "Edit", Group: 1, Text: "Next selection", Keys: keys(key(fyne.KeyRight, ctrl|shift)),
		Enabled: func() (bool, string) { return s.desk != nil && len(s.desk.forward) > 0, "nothing was selected after" }, Run: withDesk(func(x *session) { x.travel(1) })})
	add(command.Command{ID: "edit.none", Menu: "Edit", Group: 1, Text: "Select nothing", Enabled: chosen, Keys: keys(key(fyne.KeyEscape, 0)),
		Run: withDesk(func(x *session) { x.selectChoice(nothing, false) })})
	add(command.Command{ID: "edit.find", Menu: "Edit", Group: 2, Text: "Find command, asset or signal…", Dialog: true, Keys: keys(key(fyne.KeyK, ctrl), key(fyne.KeyP, ctrl)), Words: "palette search go", Run: s.showPalette})
	add(command.Command{ID: "edit.filter", Menu: "Edit", Group: 2, Text: "Filter assets and models", Keys: keys(key(fyne.KeyF, ctrl)), Enabled: view, Run: func() { s.window.Canvas().Focus(s.tree.filter) }})

	s.viewCommands(add, view, withDesk)
	s.windowCommands(add, open, view, withDesk)
	s.modelViews(add)
	s.toolCommands(add)
	s.timeCommands(add, open, withDesk)
	s.momentCommands(add, open, withDesk)
	s.seekCommands(add, open, withDesk)
	s.scenarioCommands(add)
	s.trendCommands(add, open)
	s.importCommands(add)
	s.plantCommands(add, open, selected, withDesk)
	s.bindingCommands(add)

	add(command.Command{ID: "help.keys", Menu: "Help", Text: "Keys and gestures", Keys: keys(command.Key{Rune: '?'}, key(fyne.KeyF1, 0)), Words: "help shortcuts", Run: s.showHelp})
	add(command.Command{ID: "help.about", Menu: "Help", Text: "About Orrery…", Dialog: true, Run: s.showAbout})
	if err := s.commands.Add(list...); err != nil {
		fyne.LogError("the table of commands is wrong", err)
	}
}

func (s *Shell) timeCommands(add func(command.Command), open func() (bool, string), withDesk func(func(*session)) func()) {
	tl := func(f func(t *timeline.Timeline)) func() {
		return withDesk(func(x *session) {
			f(x.Timeline)
			x.keepInView(x.Timeline.State().At)
		})
	}
	add(command.Command{ID: "time.live", Menu: "Simulate", Text: "Go to live", Tip: "The cursor is now, and moves with it", Keys: keys(key(fyne.KeyL, 0)), Words: "now present", Enabled: open, Run: tl((*timeline.Timeline).GoLive)})
	add(command.Command{ID: "time.play", Menu: "Simulate", Text: "Play or pause", Keys: keys(key(fyne.KeySpace, 0)), Enabled: open, Run: tl((*timeline.Timeline).Toggle)})
	step := func(n int) func() { return tl(func(t *timeline.Timeline) { t.Step(n) }) }
	add(command.Command{ID: "time.back", Menu: "Simulate", Text: "Step back", Keys: keys(key(fyne.KeyLeft, 0)), Enabled: open, Run: step(-1)})
	add(command.Command{ID: "time.forward", Menu: "Simulate", Text: "Step forward", Keys: keys(key(fyne.KeyRight, 0)), Enabled: open, Run: step(1)})
	add(command.Command{ID: "time.back10", Menu: "Simulate", Text: "Ten steps back", Keys: keys(key(fyne.KeyLeft, shift)), Enabled: open, Run: step(-10)})
	add(command.Command{ID: "time.forward10", Menu: "Simulate", Text: "Ten steps forward", Keys: keys(key(fyne.KeyRight, shift)), Enabled: open, Run: step(10)})
	mark := func(dir int) func() {
		return withDesk(func(x *session) {
			m, ok := x.Timeline.NextMark(dir)
			if !ok {
				s.Note("No alarm, command or expected failure lies there")
				return
			}
			x.keepInView(m.At)
			if m.Text != "" {
				s.Note(m.Text)
			}
		})
	}
	add(command.Command{ID: "time.mark.next", Menu: "Simulate", Text: "Next mark", Tip: "The next alarm, command or expected failure", Keys: keys(key(fyne.KeyPeriod, 0)), Enabled: open, Run: mark(1)})
	add(command.Command{ID: "time.mark.last", Menu: "Simulate", Text: "Last mark", Keys: keys(key(fyne.KeyComma, 0)), Enabled: open, Run: mark(-1)})
	speed := func(dir int) func() {
		return withDesk(func(x *session) {
			now := x.Timeline.State().Speed
			at := 0
			for i, v := range speeds {
				if v <= now {
					at = i
				}
			}
			x.Timeline.SetSpeed(speeds[max(0, min(len(speeds)-1, at+dir))])
			x.moveCursors(x.Timeline.State())
		})
	}
	add(command.Command{ID: "time.faster", Menu: "Simulate", Text: "Play faster", Keys: keys(key(fyne.KeyEqual, 0), key(fyne.KeyPlus, 0)), Enabled: open, Run: speed(1)})
	add(command.Command{ID: "time.slower", Menu: "Simulate", Text: "Play slower", Keys: keys(key(fyne.KeyMinus, 0)), Enabled: open, Run: speed(-1)})
	add(command.Command{ID: "time.bookmark", Menu: "Simulate", Text: "Bookmark this moment…", Dialog: true, Keys: keys(key(fyne.KeyD, ctrl)), Enabled: open, Run: withDesk((*session).bookmark)})
	add(command.Command{ID: "time.all", Menu: "Simulate", Text: "Show all time", Keys: keys(key(fyne.KeyBackspace, 0)), Enabled: open, Run: withDesk((*session).showAll)})

	add(command.Command{ID: "inspector.failure", Menu: "Simulate", Group: 1, Text: "Go to the expected failure", Tip: "Of the selected asset, else the first of all", Words: "forecast predict", Enabled: func() (bool, string) {
		_, ok := s.nextFailure()
		return ok, "no failure is expected within the forecast"
	}, Run: withDesk(func(x *session) {
		if at, ok := s.nextFailure(); ok {
			x.seek(at)
		}
	})})
	some := func() (bool, string) {
		return s.desk != nil && s.desk.Futures != nil && len(s.view.whatIf.Parameters) > 0, "this twin file names no scenario parameters"
	}
	add(command.Command{ID: "inspector.fork", Menu: "Simulate", Group: 1, Text: "Fork here", Tip: "Begin scenario B at the moment that is shown", Words: "what if scenario", Enabled: some, Run: withDesk((*session).forkHere)})
	add(command.Command{ID: "inspector.compare", Menu: "Simulate", Group: 1, Text: "Compare scenarios", Tip: "Show scenario B in the trend and as a ghost", Enabled: some, Checked: func() bool { return s.view.whatIf.Shown },
		Run: withDesk(func(x *session) { x.showOther(!s.view.whatIf.Shown) })})
	add(command.Command{ID: "inspector.reset", Menu: "Simulate", Group: 1, Text: "Reset what-if", Tip: "Put all sliders back and drop scenario B", Enabled: some, Run: withDesk((*session).resetWhatIf)})
}

func (s *Shell) plantCommands(add func(command.Command), open, selected func() (bool, string), withDesk func(func(*session)) func()) {
	add(command.Command{ID: "twin.ack", Menu: "Twin", Text: "Acknowledge alarms of selection", Keys: keys(key(fyne.KeyReturn, ctrl|shift)), Enabled: selected, Run: withDesk(func(x *session) {
		var ids []string
		for _, a := range s.view.current {
			if !s.view.tree.Under(a.Asset, s.view.selected) {
				continue
			}
			if !a.Acked {
				ids = append(ids, a.ID)
			}
		}
		x.acknowledge(ids)
	})})
	add(command.Command{ID: "twin.alarm", Menu: "Twin", Text: "Go to the most urgent alarm", Keys: keys(key(fyne.KeyA, 0)), Enabled: func() (bool, string) { return len(s.view.current) > 0, "there is no alarm" },
		Run: withDesk(func(x *session) { x.showAlarm(s.view.current[0]) })})
	add(command.Command{ID: "inspector.send", Menu: "Twin", Group: 1, Text: "Send set-point…", Dialog: true, Plant: true, Tip: "To the plant, in two steps: arm, then execute", Words: "command limit stop start yaw",
		Enabled: func() (bool, string) {
			if s.desk == nil {
				return open()
			}
			return s.view.live, lower(s.view.whyNot)
		}, Run: withDesk((*session).showOrder)})
}

// nextFailure is the expected failure of the selected asset, else the first of all.
func (s *Shell) nextFailure() (time.Time, bool) {
	if s.desk == nil || !s.view.outlook.Ready {
		return time.Time{}, false
	}
	v := &s.view
	if v.selected != twin.NoAsset {
		if f, ok := v.failureOf(v.selected); ok && !f.Median.IsZero() {
			return f.Median, true
		}
	}
	if f, ok := v.failureOf(0); ok && !f.Median.IsZero() {
		return f.Median, true
	}
	return time.Time{}, false
}

// forkHere begins the what-if at the moment that is shown; live is now.
func (x *session) forkHere() {
	v := &x.s.view
	old, at := x.fork, v.at
	if x.state.Mode == timeline.Live {
		at = v.now
	}
	if x.state.Mode == timeline.Future {
		x.s.Fail(errors.New("a fork begins now or in the recorded past: move the cursor there first"))
		return
	}
	set := func(t time.Time) { x.fork = t; x.try() }
	set(at)
	v.whatIf.Shown = true
	x.s.commands.Done.Did(changeOf("Fork the scenario", func() { set(old) }, func() { set(at) }))
	x.s.Note("Scenario B begins at " + at.In(v.zone).Format("2 Jan 15:04") + ": move a slider to change it")
}

// showOther shows or hides the what-if in trend and scene.
func (x *session) showOther(on bool) {
	x.s.view.whatIf.Shown = on
	x.trends.due, x.feed.stripDue = true, true
	x.s.inspect.update()
}

// arrange changes the layout; it can be undone.
func (s *Shell) arrange(text string, change func(*arrangement)) {
	if s.desk == nil {
		return
	}
	old := s.dock.arrangement
	change(&s.dock.arrangement)
	s.dock.Views, s.dock.Windows = old.Views, old.Windows // those have commands of their own
	now := s.dock.arrangement
	s.dock.changed()
	put := func(a arrangement) {
		if s.dock != nil {
			a.Wall, a.Views, a.Windows = s.dock.Wall, s.dock.Views, s.dock.Windows
			s.dock.arrangement = a
			s.dock.changed()
		}
	}
	s.commands.Done.Did(changeOf(text, func() { put(old) }, func() { put(now) }))
}

// setWall shows nothing but the top bar and the view, full screen.
func (s *Shell) setWall(on bool) {
	s.window.SetFullScreen(on)
	if s.dock != nil {
		s.dock.Wall = on
		if s.desk.area != nil {
			s.desk.area.setBare(on)
		}
		s.dock.changed()
	}
	s.app.Driver().SetDisableScreenBlanking(on)
}

// nextZone shows times in the next time zone.
func (s *Shell) nextZone() {
	if s.desk == nil {
		return
	}
	s.prefs.Zone = s.prefs.Zone.next()
	s.view.zone, _ = s.prefs.zone(s.desk.Project.Site.Zone)
	s.prefs.save(s.app.Preferences())
	s.desk.statusItems(s.desk.state)
	s.refresh()
	s.desk.moveCursors(s.desk.state)
}

// showAbout tells what this is.
func (s *Shell) showAbout() {
	dialog.ShowInformation("About Orrery", "A digital twin with one timeline:\nthe recorded past, the present and the expected future of a plant.\n\nApache License 2.0", s.front())
}

// paletteItems lists all that the palette can find: commands, assets, signals, viewpoints, bookmarks.
func (s *Shell) paletteItems() []command.Item {
	items := append(s.commands.Items("edit.find", s.Fail), s.recentItems()...)
	x := s.desk
	if x == nil {
		return items
	}
	t := x.Project.Tree
	for i := range t.Assets() {
		a := t.Asset(twin.AssetID(i))
		text, _ := s.view.shown(s.view.headline[i])
		items = append(items, command.Item{Kind: "asset", Text: title(t, a.ID), Words: a.Path + " " + a.Kind, Detail: text, Run: func() {
			x.selectAsset(a.ID, true)
			s.tree.reveal(a.ID)
		}})
	}
	for i := range t.Signals() {
		g := t.Signal(twin.SignalID(i))
		text, _ := s.view.shown(g.ID)
		items = append(items, command.Item{Kind: "signal", Text: title(t, g.Asset) + " / " + g.Label, Words: g.Path, Detail: text, Run: func() {
			x.selectAsset(g.Asset, false)
			s.tree.reveal(g.Asset)
			x.plot(g.ID, false)
		}})
	}
	items = append(items, x.viewpointItems()...)
	for _, b := range x.Timeline.Bookmarks() {
		items = append(items, command.Item{Kind: "bookmark", Text: b.Name, Detail: b.At.In(s.view.zone).Format("2 Jan 2006 15:04"), Run: func() { x.goToBookmark(b) }})
	}
	return items
}

// assetMenu opens the menu of an asset in the tree.
func (x *session) assetMenu(id twin.AssetID, at fyne.Position) {
	s := x.s
	a := s.view.tree.Asset(id)
	items := []*fyne.MenuItem{
		fyne.NewMenuItem("Select", func() { x.selectAsset(id, false) }),
		fyne.NewMenuItem("Select and frame", func() { x.selectAsset(id, true) }),
	}
	if sig := s.view.headline[id]; sig != twin.NoSignal {
		items = append(items, fyne.NewMenuItem("Add "+lower(s.view.tree.Signal(sig).Label)+" to the trend", func() { x.plot(sig, true) }))
	}
	items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem("Copy path", func() { s.app.Clipboard().SetContent(a.Path) }))
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), s.front().Canvas(), at)
}

// signalMenu opens the menu of a signal in the inspector.
func (s *Shell) signalMenu(id twin.SignalID, at fyne.Position) {
	x := s.desk
	if x == nil {
		return
	}
	sig := s.view.tree.Signal(id)
	plot := "Add to the trend"
	if plots(s.view.plotted, id) {
		plot = "Take out of the trend"
	}
	menu := fyne.NewMenu("",
		fyne.NewMenuItem("Plot alone", func() { x.plot(id, false) }),
		fyne.NewMenuItem(plot, func() { x.plot(id, true) }),
		fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Copy value", func() { s.app.Clipboard().SetContent(quantity(sig, s.view.snap.At(id))) }),
		fyne.NewMenuItem("Copy path", func() { s.app.Clipboard().SetContent(sig.Path) }))
	widget.ShowPopUpMenuAtPosition(menu, s.front().Canvas(), at)
}
