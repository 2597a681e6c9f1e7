package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/orrery-twin/orrery/ui/command"
)

// doubleTap is the longest time between the two clicks of a double click.
const doubleTap = 350 * time.Millisecond

type tapClock struct{ at time.Time }

// double reports whether a click now, on the same cell as the last, makes a double click.
func (t *tapClock) double(same bool) bool {
	now := time.Now()
	double := same && now.Sub(t.at) < doubleTap
	t.at = now
	if double {
		t.at = time.Time{}
	}
	return double
}

// MouseDown implements desktop.Mouseable.
func (b *board) MouseDown(e *desktop.MouseEvent) {
	if b.shell != nil {
		b.shell.turnTo(b)
	}
	b.focus()
	if e.Button == desktop.MouseButtonPrimary && b.overflows() && e.Position.X > b.Size().Width-9 && e.Position.Y > b.head && e.Position.Y < b.Size().Height-b.foot {
		b.barDrag = true
		b.dragBar(e.Position.Y)
		return
	}
	c := b.find(e.Position)
	if c == nil {
		b.pressed = ""
		return
	}
	if e.Button == desktop.MouseButtonSecondary {
		if c.menu != nil {
			c.menu(e.AbsolutePosition)
		}
		return
	}
	if e.Button != desktop.MouseButtonPrimary {
		return
	}
	b.pressed, b.pressedCell = c.name, *c
	b.pressedAt, b.carrying = e.AbsolutePosition, false
	if c.drag != nil {
		c.drag(e.Position.X-c.x, false)
	}
}

// MouseUp implements desktop.Mouseable.
func (b *board) MouseUp(e *desktop.MouseEvent) {
	if b.barDrag {
		b.barDrag = false
		return
	}
	name := b.pressed
	if name == "" || e.Button != desktop.MouseButtonPrimary || b.carrying { // what is carried ends with the drag
		return
	}
	b.pressed = ""
	if b.pressedCell.drag != nil {
		b.endDrag(name, e.Position.X)
		return
	}
	c := b.find(e.Position)
	if c == nil || c.name != name || c.tap == nil {
		return
	}
	double := b.taps.double(b.lastTap == name)
	b.lastTap = name
	c.tap(e.AbsolutePosition, double)
}

func (b *board) endDrag(name string, x float32) {
	for i := range b.cells {
		if c := &b.cells[i]; c.name == name && c.drag != nil {
			c.drag(x-c.x, true)
			return
		}
	}
}

// Dragged implements fyne.Draggable.
func (b *board) Dragged(e *fyne.DragEvent) {
	if b.barDrag {
		b.dragBar(e.Position.Y)
		return
	}
	if b.pressed != "" && b.pressedCell.carry != nil {
		b.carry(e.AbsolutePosition)
		return
	}
	if b.pressed == "" || b.pressedCell.drag == nil {
		return
	}
	for i := range b.cells {
		if c := &b.cells[i]; c.name == b.pressed && c.drag != nil {
			c.drag(e.Position.X-c.x, false)
			return
		}
	}
}

// carryFrom is how far the pointer must go before a press becomes a drag, Dp.
const carryFrom = 6

func (b *board) carry(at fyne.Position) {
	if dx, dy := at.X-b.pressedAt.X, at.Y-b.pressedAt.Y; !b.carrying && dx*dx+dy*dy < carryFrom*carryFrom {
		return
	}
	b.carrying, b.carriedTo = true, at
	b.pressedCell.carry(at, false)
}

// DragEnd implements fyne.Draggable. The release of the button may come to another widget, so the drag ends here too.
func (b *board) DragEnd() {
	b.barDrag = false
	if b.carrying {
		b.carrying, b.pressed = false, ""
		b.pressedCell.carry(b.carriedTo, true)
		return
	}
	if name := b.pressed; name != "" && b.pressedCell.drag != nil {
		b.pressed = ""
		for i := range b.cells {
			if c := &b.cells[i]; c.name == name && c.drag != nil {
				c.drag(-1, true)
				return
			}
		}
	}
}

func (b *board) dragBar(y float32) {
	room := b.room()
	_, _, h := b.bar()
	b.scrollTo((y - b.head - h/2) / max(1, room-h) * (b.total - room))
}

// Scrolled implements fyne.Scrollable.
func (b *board) Scrolled(e *fyne.ScrollEvent) {
	if c := b.find(e.Position); c != nil && c.scroll != nil && c.scroll(e.Scrolled.DY) {
		return
	}
	b.scrollTo(b.offset - e.Scrolled.DY*2)
}

// MouseIn implements desktop.Hoverable.
func (b *board) MouseIn(e *desktop.MouseEvent) { b.hover(e.Position) }

// MouseMoved implements desktop.Hoverable.
func (b *board) MouseMoved(e *desktop.MouseEvent) { b.hover(e.Position) }

// MouseOut implements desktop.Hoverable.
func (b *board) MouseOut() { b.setHot("", "") }

func (b *board) hover(at fyne.Position) {
	if c := b.find(at); c != nil {
		b.setHot(c.name, c.hint)
		return
	}
	b.setHot("", "")
}

func (b *board) setHot(name, hint string) {
	if b.hot == name {
		return
	}
	b.hot = name
	switch {
	case b.onHot != nil:
		b.onHot(b.named(name))
	case b.shell != nil:
		b.shell.hint(hint)
	}
	b.update()
}

// named returns a cell by its name, nil for none.
func (b *board) named(name string) *cell {
	for i := range b.cells {
		if c := &b.cells[i]; c.name == name && name != "" {
			return c
		}
	}
	return nil
}

// Cursor implements desktop.Cursorable.
func (b *board) Cursor() desktop.Cursor {
	for i := range b.cells {
		if c := &b.cells[i]; c.hand && c.name == b.hot && c.name != "" {
			return desktop.PointerCursor
		}
	}
	return desktop.DefaultCursor
}

func (b *board) focus() {
	if b.onKey == nil {
		if b.shell != nil {
			b.shell.canvasOf(b).Unfocus()
		}
		return
	}
	if b.shell != nil {
		b.shell.canvasOf(b).Focus(b)
	}
}

// FocusGained implements fyne.Focusable.
func (b *board) FocusGained() { b.setFocus(true) }

// FocusLost implements fyne.Focusable.
func (b *board) FocusLost() { b.setFocus(false) }

func (b *board) setFocus(on bool) {
	b.focused = on
	b.update()
}

// AcceptsTab implements fyne.Tabbable.
func (b *board) AcceptsTab() bool { return b.tabs }

// TypedKey implements fyne.Focusable: what the panel does not take goes to the commands.
func (b *board) TypedKey(e *fyne.KeyEvent) {
	if b.onKey != nil && b.onKey(e) {
		return
	}
	if b.shell != nil {
		b.shell.key(e)
	}
}

// TypedRune implements fyne.Focusable.
func (b *board) TypedRune(r rune) {
	if b.onRune != nil && b.onRune(r) {
		return
	}
	if b.shell != nil {
		b.shell.char(r)
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (b *board) TypedShortcut(s fyne.Shortcut) {
	if k, ok := command.FromShortcut(s); ok && b.shell != nil {
		b.shell.press(k)
	}
}
