package ui

import (
	"fmt"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// divisions are the ways to divide the view, in the order in which a key goes through them.
var divisions = []struct {
	to        division
	id, text  string
	tip, verb string
}{
	{oneView, "one", "One view", "", "Show one view"},
	{twoBeside, "beside", "Two views beside each other", "", "Show two views"},
	{twoStacked, "stacked", "Two views above each other", "", "Show two views"},
	{fourViews, "four", "Four views", "From above, from the front, from the right, and as it is", "Show four views"},
}

// windowCommands adds what is shown where: several views and windows, pages, panels, theme.
func (s *Shell) windowCommands(add func(command.Command), open, view func() (bool, string), withDesk func(func(*session)) func()) {
	const sub = "Split view"
	for _, d := range divisions {
		add(command.Command{ID: command.ID("view.split." + d.id), Menu: "View", Sub: sub, Group: 4, Text: d.text, Tip: d.tip, Words: "split viewport divide", Enabled: s.hasView,
			Checked: func() bool { a := s.frontArea(); return a != nil && a.Division == d.to },
			Run:     s.withView(func(x *session, _ *viewport.Viewport) { x.divide(d.to, d.verb) })})
	}
	add(command.Command{ID: "view.split.next", Menu: "View", Sub: sub, Group: 4, Text: "Split the view", Tip: "One, two beside, two above each other, four", Keys: keys(key(fyne.KeyV, 0)), Enabled: s.hasView, Run: s.withView(func(x *session, _ *viewport.Viewport) { x.divideNext() })})
	add(command.Command{ID: "view.next", Menu: "View", Sub: sub, Group: 4, Text: "Next view", Tip: "Keys and tools work in the marked one", Keys: keys(key(fyne.KeyF6, 0)), Enabled: func() (bool, string) {
		ok, why := s.hasView()
		if ok && len(s.desk.stage().Viewports()) < 2 {
			return false, "there is one view"
		}
		return ok, why
	}, Run: s.withView(func(x *session, v *viewport.Viewport) {
		all := x.stage().Viewports()
		x.stage().Activate(all[(slices.Index(all, v)+1)%len(all)])
	})})
	add(command.Command{ID: "view.window", Menu: "View", Group: 4, Text: "New window", Tip: "The same plant on another screen, with a camera of its own", Words: "second monitor screen display", Keys: keys(key(fyne.KeyN, ctrl)), Enabled: s.hasView,
		Run: s.withView(func(x *session, _ *viewport.Viewport) {
			if w := x.openWindow(fyne.NewSize(1000, 640), divided{}); w != nil {
				w.window.RequestFocus()
			}
		})})
	for i, t := range tabs {
		add(command.Command{ID: command.ID("view.page." + t.name), Menu: "View", Sub: "Pages", Group: 5, Text: "Show " + strings.ToLower(t.text), Keys: keys(key(fyne.KeyName(fmt.Sprint(i+1)), ctrl)), Enabled: open,
			Checked: func() bool { return s.desk != nil && s.pages.current == t.name },
			Run: withDesk(func(*session) {
				if s.dock.HideBottom {
					s.arrange("Show the page", func(a *arrangement) { a.HideBottom = false })
				}
				s.pages.open(t.name)
			})})
	}
	s.panelCommands(add, view)
	for _, m := range []struct {
		mode theme.Mode
		text string
	}{{theme.AlwaysDay, "Day theme"}, {theme.AlwaysNight, "Night theme"}, {theme.Auto, "Theme of the system"}} {
		add(command.Command{ID: command.ID("view.theme." + m.mode.String()), Menu: "View", Sub: "Theme", Group: 6, Text: m.text, Words: "dark light colours", Checked: func() bool { return theme.CurrentMode() == m.mode }, Run: func() { s.setTheme(m.mode) }})
	}
	add(command.Command{ID: "view.zone", Menu: "View", Group: 6, Text: "Next time zone", Tip: "Times of the site, of this computer, or UTC", Enabled: open, Run: s.nextZone})
	s.lengthCommands(add)
	s.qualityCommands(add)
	add(command.Command{ID: "view.wall", Menu: "View", Group: 7, Text: "Wall mode", Tip: "Full screen, nothing but the view", Keys: keys(key(fyne.KeyF11, 0)), Enabled: view,
		Checked: func() bool { return s.dock != nil && s.dock.Wall }, Run: func() { s.setWall(!s.dock.Wall) }})
	add(command.Command{ID: "view.full", Menu: "View", Group: 7, Text: "Full screen", Keys: keys(key(fyne.KeyReturn, ctrl)),
		Checked: func() bool { return s.front().FullScreen() }, Run: func() { s.front().SetFullScreen(!s.front().FullScreen()) }})
}

func (s *Shell) panelCommands(add func(command.Command), view func() (bool, string)) {
	const sub = "Panels"
	for _, p := range []struct {
		id, text string
		key      fyne.KeyName
		hidden   func(*arrangement) *bool
	}{
		{"left", "List of assets and models", fyne.KeyB, func(a *arrangement) *bool { return &a.HideLeft }},
		{"right", "Inspector panel", fyne.KeyI, func(a *arrangement) *bool { return &a.HideRight }},
		{"bottom", "Trend and lists", fyne.KeyJ, func(a *arrangement) *bool { return &a.HideBottom }},
	} {
		add(command.Command{ID: command.ID("view.panel." + p.id), Menu: "View", Sub: sub, Group: 5, Text: p.text, Tip: "Show or hide it", Keys: keys(key(p.key, ctrl)), Enabled: view,
			Checked: func() bool { return s.desk != nil && !*p.hidden(&s.dock.arrangement) },
			Run:     func() { s.arrange(p.text, func(a *arrangement) { h := p.hidden(a); *h = !*h }) }})
	}
	add(command.Command{ID: "view.panels.reset", Menu: "View", Sub: sub, Group: 5, Text: "Reset panels", Tip: "Sizes and panels as at first", Enabled: view, Run: func() { s.arrange("Reset panels", func(a *arrangement) { *a = defaultArrangement() }) }})
}

// frontArea is the area of the viewports that the user works in, nil when there is none.
func (s *Shell) frontArea() *viewArea {
	if ok, _ := s.hasView(); !ok {
		return nil
	}
	return s.desk.areaOf(s.desk.stage().Active())
}

// divide divides the view that the user works in; it can be undone.
func (x *session) divide(to division, verb string) {
	a := x.areaOf(x.stage().Active())
	old := a.Division
	if old == to {
		return
	}
	set := func(d division) {
		if x.s.desk != x || a != x.area && !slices.ContainsFunc(x.windows, func(w *sideWindow) bool { return w.area == a }) {
			return
		}
		if !a.divide(d) {
			x.s.Fail(errViews)
		}
		x.keepViews()
		x.updateViews()
	}
	set(to)
	if a.Division == to {
		x.s.commands.Done.Did(changeOf(verb, func() { set(old) }, func() { set(to) }))
	}
}

// divideNext goes on to the next way to divide the view.
func (x *session) divideNext() {
	a := x.areaOf(x.stage().Active())
	for i, d := range divisions {
		if d.to == a.Division {
			next := divisions[(i+1)%len(divisions)]
			x.divide(next.to, next.verb)
			return
		}
	}
}
