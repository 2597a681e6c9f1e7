package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/orrery-twin/orrery/ui/theme"
)

// pages is the room below the view: trend, alarms, journal, sources, scenarios, with their tabs at the right of the head.
type pages struct {
	fyne.CanvasObject
	tabs    *board
	rooms   map[string]fyne.CanvasObject
	updates map[string]func()
	current string
	count   int // alarms, shown in their tab
	onOpen  func(name string)
}

var tabs = []struct{ name, text string }{{"trend", "Trend"}, {"alarms", "Alarms"}, {"journal", "Journal"}, {"sources", "Sources"}, {scenariosTab, "Scenarios"}}

const tabsWidth = 384

func newPages(shell *Shell, trend *trendPanel, a *alarmsPage, j *journalPage, so *sourcesPage, sc *answerPage) *pages {
	p := &pages{current: "trend", rooms: map[string]fyne.CanvasObject{"trend": trend.CanvasObject, "alarms": a.board, "journal": j.CanvasObject, "sources": so.board, scenariosTab: sc.board},
		updates: map[string]func(){"trend": trend.update, "alarms": a.update, "journal": j.board.update, "sources": so.update, scenariosTab: sc.board.update}}
	a.tabs, j.tabs, so.tabs = tabsWidth, tabsWidth, tabsWidth
	p.tabs = newBoard(shell, fyne.NewSize(tabsWidth, 30), p.build)
	objects := []fyne.CanvasObject{}
	for _, t := range tabs {
		objects = append(objects, p.rooms[t.name])
	}
	p.CanvasObject = container.New(&pageLayout{p}, append(objects, p.tabs)...)
	p.open("trend")
	return p
}

type pageLayout struct{ p *pages }

func (l *pageLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(400, minBottom) }

func (l *pageLayout) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	for name, o := range l.p.rooms {
		put(o, 0, 0, s.Width, s.Height, name == l.p.current)
	}
	put(l.p.tabs, s.Width-tabsWidth, 3, tabsWidth-4, 28, true)
}

// open shows a page.
func (p *pages) open(name string) {
	if _, ok := p.rooms[name]; !ok {
		return
	}
	p.current = name
	for n, o := range p.rooms {
		if n == name {
			o.Show()
		} else {
			o.Hide()
		}
	}
	p.CanvasObject.(*fyne.Container).Refresh()
	p.update()
	if p.onOpen != nil {
		p.onOpen(name)
	}
}

func (p *pages) update() {
	if f := p.updates[p.current]; f != nil {
		f()
	}
	p.tabs.update()
}

func (p *pages) build(s *sheet) {
	widths, sum := make([]float32, len(tabs)), float32(0)
	text := func(i int) string {
		if tabs[i].name == "alarms" && p.count > 0 {
			return fmt.Sprintf("%s %d", tabs[i].text, p.count)
		}
		return tabs[i].text
	}
	for i := range tabs {
		widths[i] = s.width(text(i), theme.FontText) + 18
		sum += widths[i]
	}
	x := s.W - sum - 4
	for i, t := range tabs {
		on := p.current == t.name
		label := text(i)
		s.pin(cell{x: x, y: 2, w: widths[i], h: 24, name: "tab:" + t.name, hand: true, key: fmt.Sprint(label, on), paint: func(pen *theme.Pen, c cell) {
			ink := theme.Text2
			if on {
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Field))
				ink = theme.Text
			} else if c.hot {
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Hovered))
			}
			pen.TextCenter(c.x+c.w/2, c.y+16.5, label, theme.FontText, theme.Color(ink))
		}, tap: func(fyne.Position, bool) { p.open(t.name) }})
		x += widths[i]
	}
}
