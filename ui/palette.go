package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
)

const (
	paletteWidth = 560
	paletteRows  = 12
	paletteHead  = 44
)

// palette finds and runs commands, assets, signals and viewpoints by a few letters of their names.
type palette struct {
	board  *board
	entry  *field
	items  []command.Item
	found  []command.Ranked
	cursor int
	close  func()
}

func newPalette(shell *Shell, items []command.Item) *palette {
	p := &palette{items: items}
	p.board = newBoard(shell, fyne.NewSize(paletteWidth, paletteHead+paletteRows*theme.RowHeight+6), p.build)
	p.entry = newField(shell, "Search commands, assets and signals")
	p.entry.OnChanged = func(string) { p.search() }
	p.entry.OnSubmitted = func(string) { p.run() }
	p.entry.onKey = p.key
	p.search()
	return p
}

func (p *palette) object() fyne.CanvasObject {
	return container.New(&overlay{func(s fyne.Size) (fyne.Position, fyne.Size) {
		return fyne.NewPos(8, 8), fyne.NewSize(s.Width-16, 28)
	}}, p.board, slimmed(p.entry))
}

func (p *palette) search() {
	p.found = command.Rank(p.entry.Text, p.items, 200)
	p.cursor, p.board.offset = 0, 0
	p.board.update()
}

func (p *palette) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyDown:
		p.move(1)
	case fyne.KeyUp:
		p.move(-1)
	case fyne.KeyPageDown:
		p.move(paletteRows - 1)
	case fyne.KeyPageUp:
		p.move(1 - paletteRows)
	case fyne.KeyEscape:
		if p.close != nil {
			p.close()
		}
	default:
		return false
	}
	return true
}

func (p *palette) move(by int) {
	p.cursor = max(0, min(len(p.found)-1, p.cursor+by))
	p.board.update()
	p.board.reveal(float32(p.cursor*theme.RowHeight), theme.RowHeight)
}

func (p *palette) run() {
	if p.cursor >= len(p.found) {
		return
	}
	it := p.found[p.cursor].Item
	if it.Off != "" {
		return
	}
	if p.close != nil {
		p.close()
	}
	if it.Run != nil {
		it.Run()
	}
}

func (p *palette) build(s *sheet) {
	s.b.head, s.head = paletteHead, paletteHead
	if len(p.found) == 0 {
		s.add(empty(s, "Nothing is called that", "Fewer letters find more; they may be spread over the name"))
	}
	for i, r := range p.found {
		y := float32(i * theme.RowHeight)
		s.total = max(s.total, y+theme.RowHeight)
		if y+theme.RowHeight < s.b.offset || y > s.b.offset+s.H {
			continue
		}
		p.row(s, y, i, r)
	}
}

func (p *palette) row(s *sheet, y float32, i int, r command.Ranked) {
	it, here := r.Item, i == p.cursor
	s.add(cell{x: 4, y: y, w: s.W - 8, h: theme.RowHeight, name: fmt.Sprint("found:", i, it.Text), hand: it.Off == "",
		key: fmt.Sprint(it.Text, it.Detail, it.Kind, it.Keys, it.Off, r.At, here),
		paint: func(pen *theme.Pen, c cell) {
			if here || c.hot {
				back := theme.Color(theme.Hovered)
				if here {
					back = theme.Color(theme.Selected)
				}
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, back)
			}
			base := c.y + 17.5
			ink := theme.Text
			if it.Off != "" {
				ink = theme.Text3
			}
			right := c.x + c.w - 8
			if it.Keys != "" {
				right = pen.TextRight(right, base, it.Keys, theme.FontText, theme.Color(theme.Text3)) - 12
			} else if it.Kind != "command" {
				right = pen.TextRight(right, base, it.Kind, theme.FontSmall, theme.Color(theme.Text3)) - 12
			}
			x := c.x + 10
			hit := map[int]bool{}
			for _, at := range r.At {
				hit[at] = true
			}
			for i, ch := range it.Text {
				if hit[i] && it.Off == "" {
					x = pen.Text(x, base, string(ch), theme.FontBold, theme.Color(ink))
				} else {
					x = pen.Text(x, base, string(ch), theme.FontText, theme.Color(ink))
				}
			}
			detail := it.Detail
			if it.Off != "" {
				detail = it.Off
			}
			if room := right - x - 16; detail != "" && room > 40 {
				pen.TextFit(x+14, base, room, detail, theme.FontSmall, theme.Color(theme.Text3))
			}
		},
		tap: func(fyne.Position, bool) {
			p.cursor = i
			p.run()
		}})
}

// showPalette opens the palette below the search field.
func (s *Shell) showPalette() { s.showPicker("", s.paletteItems()) }
