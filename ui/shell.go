package ui

import (
	"errors"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
)

// Options configure a Shell. The zero value is a window of 1280 × 800 in the theme of the preferences.
type Options struct {
	Size  fyne.Size
	Theme string           // "auto", "day", "night"; empty takes the preference
	Clock func() time.Time // time.Now
	Wall  bool             // begin in wall mode, full screen
}

// Shell is one window of the desk.
type Shell struct {
	app      fyne.App
	window   fyne.Window
	turned   fyne.Window // that the user turned to last; nil: the first
	opts     Options
	clock    func() time.Time
	commands *command.Table
	prefs    preferences

	view view // what the panels show

	// The panels of an open desk.
	top     *topBar
	tree    *treePanel
	inspect *inspector
	alarms  *alarmsPage
	journal *journalPage
	sources *sourcesPage
	status  *statusBar
	pages   *pages
	dock    *dock
	desk    *session // nil while no desk is open
	order   *order   // the open command dialog, or nil
	start   *startPage

	room     *fyne.Container // what the window shows
	noteTill time.Time
	closing  []func()
	waiting  []string // models to be opened with the desk that is being made ready

	background func(func()) // runs what looks at the disk off the Fyne goroutine; tests run it at once
}

// New makes the window; it is shown by Run. Call it on the goroutine that calls Run.
func New(app fyne.App, opts Options) *Shell {
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if opts.Size.IsZero() {
		opts.Size = fyne.NewSize(1280, 800)
	}
	s := &Shell{app: app, opts: opts, clock: opts.Clock, commands: command.NewTable(), background: func(f func()) { go f() }}
	s.prefs.load(app.Preferences())
	if opts.Theme != "" {
		s.prefs.Theme = theme.ParseMode(opts.Theme)
	}
	theme.SetMode(s.prefs.Theme, systemVariant(app))
	app.Settings().SetTheme(theme.Fyne{})
	s.view.zone = time.Local
	s.view.selected = twin.NoAsset
	s.window = app.NewWindow("Orrery")
	s.window.SetPadded(false)
	s.window.SetMaster()
	s.room = container.NewStack()
	s.window.SetContent(s.room)
	s.window.Resize(opts.Size)
	s.addCommands()
	s.makePanels()
	s.listen()
	return s
}

// Window returns the Fyne window.
func (s *Shell) Window() fyne.Window { return s.window }

// Commands returns the table of commands, so that the caller may add its own before Run.
func (s *Shell) Commands() *command.Table { return s.commands }

// Run shows the window and returns when it is closed. It must be called on the main goroutine.
func (s *Shell) Run() {
	s.window.Show()
	if s.opts.Wall {
		s.setWall(true)
	}
	s.app.Run()
}

// OnClose has f called once when the window is closed, before Run returns.
func (s *Shell) OnClose(f func()) { s.closing = append(s.closing, f) }

// makePanels makes the panels once; they are shown again for each desk.
func (s *Shell) makePanels() {
	v := &s.view
	s.top = newTopBar(s, v)
	s.tree = newTreePanel(s, v)
	s.inspect = newInspector(s, v)
	s.alarms = newAlarmsPage(s, v)
	s.journal = newJournalPage(s, v)
	s.sources = newSourcesPage(s, v)
	s.status = newStatusBar(s)
	s.status.onNote = func() { s.say("", false) }
	s.top.onMenu = s.showMenu
	s.top.onSearch = s.showPalette
}

// listen wires the window: keys, drops, closing, the change of the theme.
func (s *Shell) listen() {
	s.hear(s.window)
	s.window.SetCloseIntercept(func() { s.leave(s.window.Close) })
	s.window.SetOnClosed(func() {
		s.closeDesk()
		for _, f := range s.closing {
			f()
		}
		s.closing = nil
	})
	theme.OnChange(func() {
		if s.dock != nil && s.dock.container != nil {
			s.dock.container.Refresh()
		}
	})
	s.app.Settings().AddListener(func(fyne.Settings) {
		if theme.CurrentMode() == theme.Auto {
			theme.SetMode(theme.Auto, systemVariant(s.app))
		}
	})
}

// hear takes the keys and the drops of a window.
func (s *Shell) hear(w fyne.Window) {
	c := w.Canvas()
	c.SetOnTypedKey(func(e *fyne.KeyEvent) { s.turned = w; s.key(e) })
	c.SetOnTypedRune(func(r rune) { s.turned = w; s.char(r) })
	press := func(k command.Key) { s.turned = w; s.press(k) }
	for _, cmd := range s.commands.All() {
		for _, k := range cmd.Keys {
			if k.Mod != 0 && k.Name != "" {
				c.AddShortcut(k.Shortcut(), func(fyne.Shortcut) { press(k) })
			}
		}
	}
	// Fyne makes these of its own accord; without a focused text field they are commands.
	for _, sc := range []fyne.Shortcut{&fyne.ShortcutUndo{}, &fyne.ShortcutRedo{}} {
		c.AddShortcut(sc, func(sc fyne.Shortcut) {
			if k, ok := command.FromShortcut(sc); ok {
				press(k)
			}
		})
	}
	w.SetOnDropped(func(_ fyne.Position, uris []fyne.URI) {
		paths := make([]string, len(uris))
		for i, u := range uris {
			paths[i] = u.Path()
		}
		s.Drop(paths)
	})
}

func systemVariant(app fyne.App) theme.Variant {
	if app.Settings().ThemeVariant() == 1 { // fyne.io/fyne/v2/theme.VariantLight
		return theme.Day
	}
	return theme.Night
}

// setTheme changes the theme at run time.
func (s *Shell) setTheme(m theme.Mode) {
	s.prefs.Theme = m
	s.prefs.save(s.app.Preferences())
	theme.SetMode(m, systemVariant(s.app))
	s.app.Settings().SetTheme(theme.Fyne{})
	s.refresh()
}

// refresh repaints every panel.
func (s *Shell) refresh() {
	if s.start != nil {
		s.start.update()
	}
	if s.desk == nil {
		return
	}
	s.updatePanels()
	s.desk.dirty()
}

func (s *Shell) updatePanels() {
	s.top.update()
	if s.desk != nil {
		s.desk.updateViews()
	}
	s.tree.board.update()
	s.inspect.update()
	s.status.update()
	s.pages.update()
	if s.desk != nil {
		s.desk.edits.card.update()
	}
}

// show fills the window with one object. What had the keys until now must not get any more.
func (s *Shell) show(o fyne.CanvasObject) {
	s.window.Canvas().Unfocus()
	s.room.Objects = []fyne.CanvasObject{o}
	s.room.Refresh()
}

// ShowStart shows the start page and closes the open desk.
func (s *Shell) ShowStart(start Start) {
	s.closeDesk()
	if start.Recent == nil {
		start.Recent = s.prefs.Recent
	}
	s.start = newStartPage(s, start)
	s.start.choose = s.chooseTwin
	top := container.New(&startLayout{}, s.top.board, s.start, s.status.board)
	s.top.onMenu, s.top.onSearch = s.showMenu, s.showPalette
	s.status.set(nil, statusItem{trust: -1})
	s.show(top)
}

// startLayout keeps the top bar and the status bar around the start page.
type startLayout struct{}

func (*startLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(640, 420) }

func (*startLayout) Layout(o []fyne.CanvasObject, s fyne.Size) {
	put(o[0], 0, 0, s.Width, theme.TopBarHeight, true)
	put(o[1], 0, theme.TopBarHeight, s.Width, s.Height-theme.TopBarHeight-theme.StatusHeight, true)
	put(o[2], 0, s.Height-theme.StatusHeight, s.Width, theme.StatusHeight, true)
}

// openPath opens a twin by its path, if the caller of ShowStart said how.
func (s *Shell) openPath(path string) {
	open := s.opener()
	if open == nil {
		s.Fail(errors.New("this window cannot open another twin; start orrery with its path"))
		return
	}
	s.leave(func() { open(path) })
}

func (s *Shell) opener() func(string) {
	if s.desk != nil && s.desk.OpenTwin != nil {
		return s.desk.OpenTwin
	}
	if s.start != nil {
		return s.start.start.OpenTwin
	}
	return nil
}

// chooseTwin asks for a twin file.
func (s *Shell) chooseTwin() {
	d := dialog.NewFileOpen(func(r fyne.URIReadCloser, err error) {
		if err != nil {
			s.Fail(err)
			return
		}
		if r == nil {
			return
		}
		path := r.URI().Path()
		r.Close()
		s.openPath(path)
	}, s.window)
	d.SetFilter(storage.NewExtensionFileFilter([]string{".yaml", ".yml", ".orrery"}))
	d.Resize(fyne.NewSize(760, 520))
	d.Show()
}

// Progress is the page of a long preparation.
type Progress struct {
	shell *Shell
	page  *progressPage
}

// ShowProgress fills the window with the progress of something; cancel may be nil. Call it on the Fyne goroutine.
func (s *Shell) ShowProgress(title string, cancel func()) *Progress {
	s.closeDesk()
	p := &Progress{s, newProgressPage(s, title, cancel)}
	s.start = nil
	s.show(p.page)
	s.window.Canvas().Focus(p.page)
	return p
}

// Set shows how far it is, 0 to 1, negative when that is not known, and what is being done. Any goroutine may call it.
func (p *Progress) Set(fraction float64, text string) {
	fyne.Do(func() {
		p.page.fraction, p.page.text = fraction, text
		if fraction < 0 {
			p.page.spin += .04
			if p.page.spin > 1 {
				p.page.spin = 0
			}
		}
		p.page.update()
	})
}

// Fail shows an error as one line in the status bar; it should say what to do. Call it on the Fyne goroutine.
func (s *Shell) Fail(err error) {
	if err != nil {
		s.say(sentence(err.Error()), true)
	}
}

// Note shows a result as one line in the status bar. Call it on the Fyne goroutine.
func (s *Shell) Note(text string) { s.say(text, false) }

const noteTime = 12 * time.Second

func (s *Shell) say(text string, bad bool) {
	s.status.note, s.status.bad = text, bad
	s.noteTill = s.clock().Add(noteTime)
	s.status.update()
}

// sentence makes an error readable as a line on the screen: a capital, no newline.
func sentence(t string) string {
	t = strings.Join(strings.Fields(t), " ")
	for i, r := range t {
		if i == 0 {
			return strings.ToUpper(string(r)) + t[len(string(r)):]
		}
	}
	return t
}

// hint shows what the thing under the pointer does.
func (s *Shell) hint(text string) {
	if s.status.hint != text {
		s.status.hint = text
		s.status.update()
	}
}

// focusLater focuses what an overlay was opened for. A click that opens an overlay takes the focus away once its handler
// has returned, so that focusing at once would be in vain.
func (s *Shell) focusLater(f fyne.Focusable) {
	c := s.front().Canvas()
	c.Focus(f)
	fyne.Do(func() { c.Focus(f) })
}

// key handles a key that no focused panel took. While something lies over the desk, keys do not reach what is below.
func (s *Shell) key(e *fyne.KeyEvent) {
	if s.front().Canvas().Overlays().Top() != nil {
		if e.Name == fyne.KeyEscape {
			s.closeTop()
		}
		return
	}
	s.press(command.Key{Name: e.Name, Mod: modifiers()})
}

// char handles a typed character that no focused panel took.
func (s *Shell) char(r rune) {
	if r == '?' && s.order == nil {
		s.press(command.Key{Rune: '?'})
	}
}

// press runs the command of a key and reports whether there is one.
func (s *Shell) press(k command.Key) bool {
	if s.order != nil {
		return true // a command to the plant is being given: nothing else happens meanwhile
	}
	taken, err := s.commands.Press(k)
	if err != nil {
		s.Fail(err)
	}
	return taken
}

// run runs a command by its id and shows why it could not be run.
func (s *Shell) run(id command.ID) {
	if err := s.commands.Run(id); err != nil {
		s.Fail(err)
	}
}

// closeTop hides the topmost overlay and reports whether there was one.
func (s *Shell) closeTop() bool {
	top := s.front().Canvas().Overlays().Top()
	if top == nil {
		return false
	}
	if s.order != nil {
		s.order.cancel()
		return true
	}
	if p, ok := top.(*widget.PopUp); ok {
		p.Hide()
		return true
	}
	return false
}

// showMenu opens a menu below its name in the top bar.
func (s *Shell) showMenu(name string, at fyne.Position) {
	for _, m := range s.commands.Menus([]string{name}, s.Fail) {
		widget.ShowPopUpMenuAtPosition(m, s.front().Canvas(), at)
	}
}

func modifiers() fyne.KeyModifier {
	if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok {
		return d.CurrentKeyModifiers()
	}
	return 0
}

func controlDown() bool {
	return modifiers()&(fyne.KeyModifierControl|fyne.KeyModifierSuper) != 0
}

func shiftDown() bool { return modifiers()&fyne.KeyModifierShift != 0 }
