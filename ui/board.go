package ui

import (
	"image"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/theme"
)

// cell is a rectangle of a board with what it shows and what it does. Cells that paint do not overlap: each may be
// painted alone. A cell without paint only answers the pointer and may lie on another.
type cell struct {
	x, y, w, h float32 // Dp from the top left of the board, or of its content for those that scroll
	key        string  // equal keys look alike: the cell is painted again only when its key changes
	paint      func(p *theme.Pen, c cell)

	name   string // for the hover, the hints and the probe; empty when it does nothing
	hint   string // shown in the status bar while the pointer is on it
	hand   bool   // show the hand cursor
	back   theme.Name
	hot    bool                                // the pointer is on it: filled in by the board
	tap    func(at fyne.Position, double bool) // primary click, absolute position
	menu   func(at fyne.Position)              // secondary click
	drag   func(x float32, done bool)          // x in Dp from the left edge of the cell, while pressed
	scroll func(dy float32) bool               // the wheel; true: taken
	carry  func(at fyne.Position, done bool)   // what is dragged out of the cell; a place in the window
	pinned bool
}

// sheet is what a board's owner fills in.
type sheet struct {
	W, H  float32 // of the board
	Scale float32 // pixels per Dp, to measure text with
	cells []cell

	b     *board
	head  float32 // pinned height at the top
	foot  float32 // and at the bottom
	total float32 // height of the content that scrolls
}

// pin adds a cell that does not scroll.
func (s *sheet) pin(c cell) { c.pinned = true; s.put(c) }

// add adds a cell at a place in the content, below the pinned head.
func (s *sheet) add(c cell) {
	s.total = max(s.total, c.y+c.h)
	c.y += s.head - s.b.offset
	if c.y >= s.H-s.foot || c.y+c.h <= s.head {
		return
	}
	s.put(c)
}

func (s *sheet) put(c cell) {
	if c.name != "" && c.name == s.b.hot {
		c.hot = true
		c.key += "\x00hot"
	}
	if c.back == "" {
		c.back = s.b.back
	}
	s.cells = append(s.cells, c)
}

func (s *sheet) width(t string, f theme.Font) float32 { return theme.Measure(t, f, s.Scale) }

// board is a widget of cells. See the package comment.
type board struct {
	widget.BaseWidget
	build  func(s *sheet)
	onKey  func(*fyne.KeyEvent) bool // true: taken
	onRune func(rune) bool
	onHot  func(*cell) // the pointer came to a cell, nil for none; nil: its hint goes to the status bar
	tabs   bool        // onKey gets the Tab key too
	shell  *Shell      // may be nil in tests
	back   theme.Name
	min    fyne.Size

	raster  *canvas.Raster
	img     *image.RGBA
	scale   float32
	cells   []cell // wanted
	drawn   []cell // in img
	variant theme.Variant

	offset, total, head, foot float32
	hot, pressed              string
	pressedCell               cell
	lastTap                   string
	taps                      tapClock
	focused                   bool
	barDrag                   bool
	pressedAt, carriedTo      fyne.Position // in the window
	carrying                  bool
	paints                    int // for tests: how often the raster was asked to refresh
}

var (
	_ desktop.Mouseable  = (*board)(nil)
	_ desktop.Hoverable  = (*board)(nil)
	_ desktop.Cursorable = (*board)(nil)
	_ fyne.Scrollable    = (*board)(nil)
	_ fyne.Draggable     = (*board)(nil)
	_ fyne.Focusable     = (*board)(nil)
	_ fyne.Shortcutable  = (*board)(nil)
)

func newBoard(shell *Shell, min fyne.Size, build func(*sheet)) *board {
	b := &board{shell: shell, build: build, min: min, scale: 1, back: theme.Panel, variant: theme.Current()}
	b.raster = canvas.NewRaster(b.generate)
	b.ExtendBaseWidget(b)
	return b
}

// update builds the cells anew and repaints when any of them looks different.
func (b *board) update() {
	size := b.Size()
	if size.Width <= 0 || size.Height <= 0 {
		return
	}
	s := &sheet{W: size.Width, H: size.Height, Scale: b.scale, b: b, head: b.head, foot: b.foot, cells: b.cells[:0:0]}
	b.build(s)
	b.total = s.total
	if limit := max(0, s.total+s.head+s.foot-s.H); b.offset > limit {
		b.offset = limit
		s.cells, s.total = nil, 0
		b.build(s)
	}
	changed := b.variant != theme.Current() || !sameLook(s.cells, b.cells)
	b.cells = s.cells
	if changed {
		b.paints++
		b.raster.Refresh()
	}
}

func sameLook(a, b []cell) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !same(&a[i], &b[i]) {
			return false
		}
	}
	return true
}

func same(a, b *cell) bool {
	return a.key == b.key && a.x == b.x && a.y == b.y && a.w == b.w && a.h == b.h && a.back == b.back && a.pinned == b.pinned
}

// generate paints what is wanted and not yet drawn.
func (b *board) generate(w, h int) image.Image {
	if w <= 0 || h <= 0 {
		return image.NewRGBA(image.Rect(0, 0, 1, 1))
	}
	scale := float32(1)
	if width := b.Size().Width; width > 0 {
		scale = float32(w) / width
	}
	fresh := b.img == nil || b.img.Rect.Dx() != w || b.img.Rect.Dy() != h || b.variant != theme.Current()
	if b.img == nil || b.img.Rect.Dx() != w || b.img.Rect.Dy() != h {
		b.img = image.NewRGBA(image.Rect(0, 0, w, h))
	}
	if math.Abs(float64(scale-b.scale)) > 0.01 {
		b.scale = scale
		fresh = true
		b.rebuildQuietly()
	}
	b.variant = theme.Current()
	p := theme.NewPen(b.img, b.scale)
	// Moved or added cells change what lies beneath: then everything is painted again. Text that merely changes is not
	// in this case, and that is what happens four times a second.
	if !fresh {
		fresh = len(b.drawn) != len(b.cells)
		for i := 0; !fresh && i < len(b.cells); i++ {
			d, c := &b.drawn[i], &b.cells[i]
			fresh = d.x != c.x || d.y != c.y || d.w != c.w || d.h != c.h
		}
	}
	if fresh {
		wd, hd := p.Size()
		p.Fill(0, 0, wd+1, hd+1, theme.Color(b.back))
	}
	scrollbar := b.overflows()
	for i := range b.cells {
		c := b.cells[i]
		if c.paint == nil || !fresh && same(&c, &b.drawn[i]) {
			continue
		}
		y, height := c.y, c.h
		if !c.pinned && y < b.head {
			height -= b.head - y
			y = b.head
		}
		if end := b.Size().Height - b.foot; !c.pinned && y+height > end {
			height = end - y
		}
		p.Clip(c.x, y, c.w, height)
		p.Fill(c.x, y, c.w, height, theme.Color(c.back))
		c.paint(p, c)
	}
	p.Unclip()
	if scrollbar {
		b.drawBar(p)
	}
	b.drawn = append(b.drawn[:0], b.cells...)
	return b.img
}

func (b *board) rebuildQuietly() {
	s := &sheet{W: b.Size().Width, H: b.Size().Height, Scale: b.scale, b: b, head: b.head, foot: b.foot}
	b.build(s)
	b.cells, b.total = s.cells, s.total
}

// overflows reports whether there is more content than room.
func (b *board) overflows() bool { return b.total > b.room()+.5 }

// room is the height in which content scrolls.
func (b *board) room() float32 { return b.Size().Height - b.head - b.foot }

func (b *board) bar() (x, y, h float32) {
	size, room := b.Size(), b.room()
	h = max(24, room*room/b.total)
	y = b.head + (room-h)*b.offset/max(1, b.total-room)
	return size.Width - 6, y, h
}

func (b *board) drawBar(p *theme.Pen) {
	x, y, h := b.bar()
	p.Fill(x-1, b.head, 7, b.room(), theme.Color(b.back))
	p.RoundRect(x, y, 4, h, 2, theme.WithAlpha(theme.Color(theme.Text3), .7))
}

// scrollTo moves the content; reveal moves it as little as needed to show a part of it.
func (b *board) scrollTo(offset float32) {
	limit := max(0, b.total-b.room())
	offset = max(0, min(limit, offset))
	if offset != b.offset {
		b.offset = offset
		b.update()
	}
}

func (b *board) reveal(y, h float32) {
	room := b.room()
	switch {
	case y < b.offset:
		b.scrollTo(y)
	case y+h > b.offset+room:
		b.scrollTo(y + h - room)
	}
}

// find returns the named cell under a place.
func (b *board) find(at fyne.Position) *cell {
	for i := len(b.cells) - 1; i >= 0; i-- {
		c := &b.cells[i]
		if c.name == "" || !c.pinned && (at.Y < b.head || at.Y >= b.Size().Height-b.foot) {
			continue
		}
		if at.X >= c.x && at.X < c.x+c.w && at.Y >= c.y && at.Y < c.y+c.h {
			return c
		}
	}
	return nil
}

// rects calls f with the name and place of each named cell, in Dp from the top left of the board.
func (b *board) rects(f func(name string, x, y, w, h float32)) {
	for i := range b.cells {
		if c := &b.cells[i]; c.name != "" && c.y >= 0 {
			f(c.name, c.x, c.y, c.w, c.h)
		}
	}
}

// CreateRenderer implements fyne.Widget.
func (b *board) CreateRenderer() fyne.WidgetRenderer { return &boardRenderer{b} }

// MinSize implements fyne.CanvasObject.
func (b *board) MinSize() fyne.Size { b.ExtendBaseWidget(b); return b.min }

// Resize implements fyne.CanvasObject.
func (b *board) Resize(s fyne.Size) {
	if s == b.Size() {
		return
	}
	b.BaseWidget.Resize(s)
	b.update()
}

type boardRenderer struct{ b *board }

func (r *boardRenderer) Layout(s fyne.Size)           { r.b.raster.Resize(s) }
func (r *boardRenderer) MinSize() fyne.Size           { return r.b.min }
func (r *boardRenderer) Refresh()                     { r.b.update(); r.b.raster.Refresh() }
func (r *boardRenderer) Destroy()                     {}
func (r *boardRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.b.raster} }
