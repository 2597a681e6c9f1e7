package ui

import (
	"fmt"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// statusItem is one text of the status bar.
type statusItem struct {
	name, text, hint string
	link             twin.LinkState // drawn as a dot when dot is set
	dot, bad         bool
	trust            float32 // drawn as a trust dot after the text when ≥ 0
	tap              func()
}

// statusBar is the last line of the window: how data come in, how much is kept, how the picture is made.
type statusBar struct {
	*board
	items  []statusItem
	zone   statusItem
	hint   string
	note   string // an error or a result, shown until the next one or until it is old
	bad    bool
	onNote func()
}

func newStatusBar(shell *Shell) *statusBar {
	p := &statusBar{}
	p.board = newBoard(shell, fyne.NewSize(300, theme.StatusHeight), p.build)
	return p
}

func (p *statusBar) set(items []statusItem, zone statusItem) {
	p.items, p.zone = items, zone
	p.update()
}

func (p *statusBar) build(s *sheet) {
	right := s.W - theme.Margin
	if p.zone.text != "" {
		w := s.width(p.zone.text, theme.FontSmall)
		right -= w
		s.pin(p.item(right, w, s.H, p.zone))
		right -= 16
	}
	x := float32(theme.Margin)
	if text := p.note; text != "" {
		w := right - x
		s.pin(cell{x: x, w: w, h: s.H, name: "note", hand: true, key: fmt.Sprint(text, p.bad), paint: func(pen *theme.Pen, c cell) {
			tx := c.x
			if p.bad {
				pen.Alarm(tx+5, c.y+c.h/2, 9, twin.High, theme.AlarmAcknowledged)
				tx += 16
			}
			pen.TextFit(tx, c.y+16, c.w-16, text, theme.FontSmall, theme.Color(theme.Text))
		}, tap: func(fyne.Position, bool) {
			if p.onNote != nil {
				p.onNote()
			}
		}})
		return
	}
	if p.hint != "" {
		s.pin(cell{x: x, w: right - x, h: s.H, key: "hint" + p.hint, paint: func(pen *theme.Pen, c cell) {
			pen.TextFit(c.x, c.y+16, c.w, p.hint, theme.FontSmall, theme.Color(theme.Text2))
		}})
		return
	}
	for _, it := range p.items {
		w := s.width(it.text, theme.FontSmall)
		if it.dot || it.bad {
			w += 14
		}
		if it.trust >= 0 {
			w += 14
		}
		if x+w > right {
			break
		}
		s.pin(p.item(x, w, s.H, it))
		x += w + 26
	}
}

func (p *statusBar) item(x, w, h float32, it statusItem) cell {
	c := cell{x: x, w: w + 2, h: h, name: "status:" + it.name, hint: it.hint, hand: it.tap != nil, key: fmt.Sprint(it.text, it.link, it.bad, it.dot, it.trust),
		paint: func(pen *theme.Pen, c cell) {
			tx, mid := c.x, c.y+c.h/2
			if it.bad {
				pen.Alarm(tx+5, mid, 9, twin.High, theme.AlarmAcknowledged)
				tx += 14
			} else if it.dot {
				drawLink(pen, tx+4, mid, it.link)
				tx += 14
			}
			ink := theme.Text2
			if c.hot && it.tap != nil || it.bad {
				ink = theme.Text
			}
			end := pen.Text(tx, c.y+16, it.text, theme.FontSmall, theme.Color(ink))
			if it.trust >= 0 {
				pen.TrustDot(end+8, mid, 4, it.trust)
			}
		}}
	if it.tap != nil {
		c.tap = func(fyne.Position, bool) { it.tap() }
	}
	return c
}
