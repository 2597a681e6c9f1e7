package ui

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/theme"
)

const (
	chooserWidth  = 720
	chooserHeight = 480
	chooserHead   = 98
	chooserFoot   = 52
	maxEntries    = 5000 // of a folder that are listed
)

// chooser is the dialog in which one or many model files are chosen. Folders are read in the background.
type chooser struct {
	fyne.CanvasObject
	board *board
	path  *field // the folder, or a file to be opened
	shell *Shell

	dir     string
	entries []entry
	fault   string
	reading string // the folder that is being read
	all     bool   // files that cannot be read too
	chosen  map[string]bool
	cursor  int // of the keyboard, among the entries; -1 for none
	anchor  int // where a range begins
	hidden  int // files that the filter leaves out
	done    func(paths []string)
	close   func()
}

// entry is a file or a folder.
type entry struct {
	name string
	dir  bool
	size int64
	when time.Time
	ok   bool // a model that can be read
}

func newChooser(shell *Shell, done func([]string)) *chooser {
	c := &chooser{shell: shell, done: done, chosen: map[string]bool{}, cursor: -1}
	c.board = newBoard(shell, fyne.NewSize(chooserWidth, chooserHeight), c.build)
	c.board.onKey = c.key
	c.path = newField(shell, "Folder, or the path of a file")
	c.path.OnSubmitted = c.typed
	c.path.onKey = func(e *fyne.KeyEvent) bool {
		switch e.Name {
		case fyne.KeyEscape:
			c.close()
		case fyne.KeyDown:
			c.shell.window.Canvas().Focus(c.board)
			c.move(1, false)
		default:
			return false
		}
		return true
	}
	c.CanvasObject = container.New(&overlay{func(s fyne.Size) (fyne.Position, fyne.Size) {
		return fyne.NewPos(theme.Margin+36, 44), fyne.NewSize(s.Width-2*theme.Margin-36-40, 28)
	}}, c.board, slimmed(c.path))
	return c
}

// chooseModels asks for model files and opens them.
func (s *Shell) chooseModels() {
	c := newChooser(s, func(paths []string) { s.OpenModels(paths...) })
	pop := widget.NewModalPopUp(c.CanvasObject, s.front().Canvas())
	c.close = pop.Hide
	c.goTo(s.firstFolder())
	pop.Show()
	s.focusLater(c.board)
}

// firstFolder is where choosing begins: where it ended the last time, else at home.
func (s *Shell) firstFolder() string {
	if s.prefs.Folder != "" {
		return s.prefs.Folder
	}
	if len(s.prefs.Models) > 0 {
		return filepath.Dir(s.prefs.Models[0].Path)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return string(filepath.Separator)
	}
	return home
}

// goTo lists a folder.
func (c *chooser) goTo(dir string) {
	dir = filepath.Clean(dir)
	c.reading = dir
	c.shell.background(func() {
		entries, err := listFolder(dir)
		fyne.Do(func() {
			if c.reading != dir {
				return // another one was asked for meanwhile
			}
			c.reading = ""
			c.dir, c.entries, c.fault = dir, entries, ""
			if err != nil {
				c.fault = reason(err, "")
			}
			clear(c.chosen)
			c.cursor, c.anchor, c.board.offset = -1, 0, 0
			c.path.SetText(dir)
			c.board.update()
		})
	})
	c.board.update()
}

// listFolder reads a folder: folders first, then files, by name. Hidden ones are left out.
func listFolder(dir string) ([]entry, error) {
	list, err := os.ReadDir(dir)
	var out []entry
	for _, e := range list {
		if strings.HasPrefix(e.Name(), ".") {
			continue
		}
		if len(out) == maxEntries {
			break
		}
		x := entry{name: e.Name(), dir: e.IsDir()}
		if info, err := os.Stat(filepath.Join(dir, e.Name())); err == nil { // through links
			x.dir, x.size, x.when = info.IsDir(), info.Size(), info.ModTime()
		}
		x.ok = !x.dir && readable(x.name)
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b entry) int {
		if a.dir != b.dir {
			if a.dir {
				return -1
			}
			return 1
		}
		return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
	})
	return out, err
}

// listed returns what the filter leaves.
func (c *chooser) listed() []entry {
	if c.all {
		c.hidden = 0
		return c.entries
	}
	var out []entry
	for _, e := range c.entries {
		if e.dir || e.ok {
			out = append(out, e)
		}
	}
	c.hidden = len(c.entries) - len(out)
	return out
}

// typed goes to the folder, or opens the file, whose path was typed.
func (c *chooser) typed(text string) {
	path := strings.TrimSpace(text)
	if rest, ok := strings.CutPrefix(path, "~"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			path = home + rest
		}
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(c.dir, path)
	}
	c.shell.background(func() {
		info, err := os.Stat(path)
		fyne.Do(func() {
			switch {
			case err != nil:
				c.fault = "There is no " + path
				c.board.update()
			case info.IsDir():
				c.goTo(path)
			default:
				c.finish([]string{path})
			}
		})
	})
}

// open opens what is chosen; with nothing chosen, what the cursor is on.
func (c *chooser) open() {
	list := c.listed()
	var paths []string
	for _, e := range list {
		if c.chosen[e.name] && !e.dir {
			paths = append(paths, filepath.Join(c.dir, e.name))
		}
	}
	if len(paths) > 0 {
		c.finish(paths)
		return
	}
	if c.cursor >= 0 && c.cursor < len(list) && list[c.cursor].dir {
		c.goTo(filepath.Join(c.dir, list[c.cursor].name))
	}
}

func (c *chooser) finish(paths []string) {
	c.shell.prefs.Folder = filepath.Dir(paths[0])
	c.close()
	c.done(paths)
}

// pick chooses a row: alone, with Ctrl beside the others, with Shift all from the last one.
func (c *chooser) pick(i int, add, through bool) {
	list := c.listed()
	if i < 0 || i >= len(list) {
		return
	}
	name := list[i].name
	switch {
	case through:
		clear(c.chosen)
		for k := min(i, c.anchor); k <= max(i, c.anchor); k++ {
			if k < len(list) && !list[k].dir {
				c.chosen[list[k].name] = true
			}
		}
	case add && c.chosen[name]:
		delete(c.chosen, name)
		c.anchor = i
	default:
		if !add {
			clear(c.chosen)
		}
		if !list[i].dir {
			c.chosen[name] = true
		}
		c.anchor = i
	}
	c.cursor = i
	c.board.update()
	c.board.reveal(float32(i*theme.RowHeight), theme.RowHeight)
}

func (c *chooser) move(by int, through bool) {
	n := len(c.listed())
	if n > 0 {
		c.pick(min(max(c.cursor+by, 0), n-1), false, through)
	}
}

func (c *chooser) key(e *fyne.KeyEvent) bool {
	page := max(1, int(c.board.room()/theme.RowHeight)-1)
	switch e.Name {
	case fyne.KeyEscape:
		c.close()
	case fyne.KeyReturn, fyne.KeyEnter:
		c.open()
	case fyne.KeyBackspace, fyne.KeyLeft:
		c.goTo(filepath.Dir(c.dir))
	case fyne.KeyDown:
		c.move(1, shiftDown())
	case fyne.KeyUp:
		c.move(-1, shiftDown())
	case fyne.KeyPageDown:
		c.move(page, shiftDown())
	case fyne.KeyPageUp:
		c.move(-page, shiftDown())
	case fyne.KeyHome:
		c.move(-len(c.entries), shiftDown())
	case fyne.KeyEnd:
		c.move(len(c.entries), shiftDown())
	}
	return true
}

var chooserColumns = []column{{title: "Name", share: 1}, {title: "Size", width: 90, right: true}, {title: "Changed", width: 130, right: true}}

func (c *chooser) build(s *sheet) {
	s.b.head, s.head, s.b.foot, s.foot = chooserHead, chooserHead, chooserFoot, chooserFoot
	s.pin(cell{w: s.W, h: 40, key: "title", paint: func(pen *theme.Pen, at cell) {
		x := pen.Text(theme.Margin, at.y+26, "Open models", theme.FontTitle, theme.Color(theme.Text))
		pen.TextFit(x+16, at.y+26, at.w-x-28, "Ctrl and Shift choose more than one", theme.FontSmall, theme.Color(theme.Text3))
	}})
	up := button(theme.Margin, 44, 30, "chooser:up", "↑", "The folder above", plainButton, func() { c.goTo(filepath.Dir(c.dir)) })
	s.pin(up)
	edges := columns(chooserColumns, theme.Margin+22, s.W-2*theme.Margin-22)
	head := titles(chooserColumns, edges, chooserHead-tableHead, s.W)
	s.pin(head)
	list := c.listed()
	first := max(0, int(s.b.offset/theme.RowHeight)-1)
	last := min(len(list), first+int(s.H/theme.RowHeight)+3)
	for i := first; i < last; i++ {
		c.row(s, i, list[i], edges)
	}
	s.total = float32(len(list) * theme.RowHeight)
	if len(list) == 0 {
		c.nothing(s)
	}
	c.foot(s)
}

func (c *chooser) row(s *sheet, i int, e entry, edges []float32) {
	on, here := c.chosen[e.name], i == c.cursor
	s.add(cell{x: 0, y: float32(i * theme.RowHeight), w: s.W - 8, h: theme.RowHeight, name: "file:" + e.name, hand: e.dir, hint: e.name,
		key: fmt.Sprint(e, on, here), paint: func(pen *theme.Pen, at cell) {
			rowBack(pen, at, on)
			if here {
				pen.Fill(at.x, at.y, 2, at.h, theme.Color(theme.Accent))
			}
			mid := at.y + at.h/2
			ink := theme.Text
			if e.dir {
				drawFolder(pen, theme.Margin+8, mid)
			} else if !e.ok {
				ink = theme.Text3
			}
			var bytes, when string
			if !e.dir {
				bytes = size(e.size)
			}
			if !e.when.IsZero() {
				when = e.when.Local().Format("2 Jan 2006 15:04")
			}
			texts(pen, at, chooserColumns, edges, ink, e.name)
			texts(pen, at, chooserColumns, edges, theme.Text2, "", bytes, when)
		},
		tap: func(_ fyne.Position, double bool) {
			switch {
			case double && e.dir:
				c.goTo(filepath.Join(c.dir, e.name))
			case double:
				c.finish([]string{filepath.Join(c.dir, e.name)})
			default:
				c.pick(i, controlDown(), shiftDown())
			}
		}})
}

func drawFolder(pen *theme.Pen, cx, cy float32) {
	ink := theme.Color(theme.Text2)
	pen.Polygon(ink, theme.Point{X: cx - 7, Y: cy - 5}, theme.Point{X: cx - 2, Y: cy - 5}, theme.Point{X: cx, Y: cy - 3}, theme.Point{X: cx + 7, Y: cy - 3},
		theme.Point{X: cx + 7, Y: cy + 5}, theme.Point{X: cx - 7, Y: cy + 5})
}

// nothing says why the list is empty.
func (c *chooser) nothing(s *sheet) {
	what, remedy := "No model lies here", formatWords()+" can be read"
	switch {
	case c.fault != "":
		what, remedy = c.fault, "Choose another folder"
	case c.reading != "":
		what, remedy = "Reading the folder", c.reading
	case c.hidden > 0:
		remedy = count(c.hidden, "file") + " of other kinds are not shown"
	}
	s.add(empty(s, what, remedy))
}

func (c *chooser) foot(s *sheet) {
	y := s.H - chooserFoot + 12
	look := plainButton
	if c.all {
		look = onButton
	}
	w := buttonWidth(s, "All files")
	s.pin(button(theme.Margin, y, w, "chooser:all", "All files", "Show files too that have no extension of a model: some can be read all the same", look, func() {
		c.all = !c.all
		c.board.update()
	}))
	n := len(c.chosen)
	text := "Open"
	if n > 1 {
		text = "Open " + count(n, "model")
	}
	look = mainButton
	if n == 0 {
		look = offButton
	}
	ow := buttonWidth(s, text)
	s.pin(button(s.W-theme.Margin-ow, y, ow, "chooser:open", text, "Enter", look, c.open))
	cw := buttonWidth(s, "Cancel")
	s.pin(button(s.W-theme.Margin-ow-8-cw, y, cw, "chooser:cancel", "Cancel", "", plainButton, c.close))
	if c.fault != "" && len(c.entries) > 0 {
		x := theme.Margin + w + 12
		s.pin(cell{x: x, y: y, w: s.W - theme.Margin - ow - cw - 20 - x, h: buttonHeight, key: c.fault, paint: func(pen *theme.Pen, at cell) {
			pen.TextFit(at.x, at.y+18, at.w, c.fault, theme.FontSmall, theme.Color(theme.Text2))
		}})
	}
}
