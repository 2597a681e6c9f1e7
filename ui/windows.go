package ui

import (
	"errors"
	"fmt"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// sideWindow is a further window on the open desk, as for a second screen: the top bar and viewports of its own. Scene,
// time and selection are those of the desk, which pulls them once per frame for all windows.
type sideWindow struct {
	window fyne.Window
	top    *topBar
	area   *viewArea
}

var errViews = errors.New("no more views can be shown at once: close one first")

// maxWindows bounds how many windows a desk has, the first included.
const maxWindows = 3

// front is the window that the user turned to last.
func (s *Shell) front() fyne.Window {
	if s.turned == nil {
		return s.window
	}
	return s.turned
}

// canvasOf is the canvas that shows an object; that of the first window for what is not shown.
func (s *Shell) canvasOf(o fyne.CanvasObject) fyne.Canvas {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil {
		return c
	}
	return s.window.Canvas()
}

// turnTo notes that the user works in the window that shows an object.
func (s *Shell) turnTo(o fyne.CanvasObject) {
	c := s.canvasOf(o)
	s.turned = s.window
	if s.desk == nil {
		return
	}
	for _, w := range s.desk.windows {
		if w.window.Canvas() == c {
			s.turned = w.window
			s.desk.stage().Activate(w.area.active())
			return
		}
	}
}

// openWindow shows the desk in one more window.
func (x *session) openWindow(size fyne.Size, d divided) *sideWindow {
	s, stage := x.s, x.stage()
	if stage == nil || len(x.windows)+1 >= maxWindows {
		s.Fail(fmt.Errorf("there are %d windows, which is all there can be: close one first", len(x.windows)+1))
		return nil
	}
	v := stage.Split()
	if v == nil {
		s.Fail(errViews)
		return nil
	}
	w := &sideWindow{window: s.app.NewWindow(s.window.Title()), top: newTopBar(s, &s.view)}
	w.top.user, w.top.onMenu, w.top.onSearch = s.top.user, s.showMenu, s.showPalette
	w.top.onAlarm, w.top.onAlarms, w.top.onBadge = s.top.onAlarm, s.top.onAlarms, s.top.onBadge
	w.area = newViewArea(x, stage, d, v)
	w.area.onChange = x.keepViews
	w.window.SetPadded(false)
	w.window.SetContent(container.New(&sideLayout{w}, w.top.board, w.area.root))
	w.window.Resize(size)
	s.hear(w.window)
	x.windows = append(x.windows, w)
	w.window.SetOnClosed(func() { x.closedWindow(w) })
	w.window.Show()
	stage.Activate(w.area.active())
	s.turned = w.window
	x.keepViews()
	return w
}

// sideLayout lays a further window out.
type sideLayout struct{ w *sideWindow }

func (*sideLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(480, 300) }

func (l *sideLayout) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	top := float32(theme.TopBarHeight + theme.Splitter)
	put(l.w.top.board, 0, 0, s.Width, theme.TopBarHeight, true)
	put(l.w.area.root, 0, top, s.Width, max(1, s.Height-top), true)
}

// closedWindow takes the viewports of a window away that was closed.
func (x *session) closedWindow(w *sideWindow) {
	i := slices.Index(x.windows, w)
	if i < 0 {
		return // the desk closed it
	}
	x.windows = slices.Delete(x.windows, i, i+1)
	if x.s.turned == w.window {
		x.s.turned = nil
	}
	for _, v := range w.area.views {
		x.stage().Drop(v)
	}
	x.keepViews()
}

// closeWindows closes all windows but the first.
func (x *session) closeWindows() {
	windows := x.windows
	x.windows, x.s.turned = nil, nil
	for _, w := range windows {
		for _, v := range w.area.views {
			x.stage().Drop(v)
		}
		w.window.Close()
	}
}

// areaOf is the area that shows a viewport.
func (x *session) areaOf(v *viewport.Viewport) *viewArea {
	for _, w := range x.windows {
		if slices.Contains(w.area.views, v) {
			return w.area
		}
	}
	return x.area
}

// turned notes that another viewport is the active one.
func (x *session) turned() {
	x.s.turned = nil
	for _, w := range x.windows {
		if slices.Contains(w.area.views, x.stage().Active()) {
			x.s.turned = w.window
		}
	}
	x.updateViews()
}

// keepViews has the preferences remember how windows are divided.
func (x *session) keepViews() {
	if x.area == nil || x.s.desk != x {
		return
	}
	l := &x.s.dock.arrangement
	l.Views, l.Windows = x.area.divided, nil
	for _, w := range x.windows {
		size := w.window.Canvas().Size()
		l.Windows = append(l.Windows, windowLayout{size.Width, size.Height, w.area.divided})
	}
	x.s.prefs.Layout = *l
}

// restoreWindows opens the windows of last time. Models alone are looked at in one.
func (x *session) restoreWindows() {
	if x.area == nil || x.bare {
		return
	}
	first := x.stage().Active()
	for _, w := range x.s.prefs.Layout.Windows {
		size := fyne.NewSize(max(480, min(8192, w.Width)), max(300, min(8192, w.Height)))
		if x.openWindow(size, w.Views) == nil {
			break
		}
	}
	x.stage().Activate(first)
}

// updateViews shows what changed about the viewports: which is active, what its tools are set to, the top bars.
func (x *session) updateViews() {
	if x.area == nil {
		return
	}
	x.area.update()
	for _, w := range x.windows {
		w.top.update()
		w.area.update()
	}
}
