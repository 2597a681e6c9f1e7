package ui

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// sourceLine is how one source is doing.
type sourceLine struct {
	Name string
	twin.Health
}

// figure is a named figure of the health page.
type figure struct {
	name, value string
	bad         bool
}

// sourcesPage shows how data come in, and how the twin itself is doing.
type sourcesPage struct {
	*board
	v       *view
	tabs    float32
	sources []sourceLine
	figures []figure
}

func newSourcesPage(shell *Shell, v *view) *sourcesPage {
	p := &sourcesPage{v: v}
	p.board = newBoard(shell, fyne.NewSize(300, 80), p.build)
	return p
}

func (p *sourcesPage) set(sources []sourceLine, figures []figure) {
	p.sources, p.figures = sources, figures
	p.update()
}

var sourceColumns = []column{{title: "Source", share: 1}, {title: "State", width: 150}, {title: "Endpoint", share: 1.2}, {title: "Since", width: 90},
	{title: "Messages", width: 100, right: true}, {title: "Values", width: 110, right: true}, {title: "Unreadable", width: 90, right: true}, {title: "Lost", width: 80, right: true}, {title: "Newest", width: 90, right: true}}

// linkInk is the colour of a link state: only what is wrong has one, and the words say it too.
func linkInk(l twin.LinkState) theme.Name {
	if l == twin.Lost || l == twin.Refused {
		return theme.Text
	}
	return theme.Text2
}

func (p *sourcesPage) build(s *sheet) {
	s.b.head, s.head = 34+tableHead, 34+tableHead
	s.pin(headLine("Sources and health", "", s.W-p.tabs))
	edges := columns(sourceColumns, theme.Margin, s.W-2*theme.Margin)
	s.pin(titles(sourceColumns, edges, 34, s.W))
	y := float32(0)
	if len(p.sources) == 0 {
		s.add(empty(s, "No sources", "Name a broker under sources in twin.yaml, then open the twin again"))
		y = 60
	}
	for _, l := range p.sources {
		y = p.source(s, edges, y, l)
	}
	y += 8
	p.health(s, y)
}

func (p *sourcesPage) source(s *sheet, edges []float32, y float32, l sourceLine) float32 {
	now := p.v.now
	newest := "never"
	if !l.Last.IsZero() {
		newest = ago(now.Sub(l.Last).Truncate(time.Second))
	}
	since := ""
	if !l.Since.IsZero() {
		since = span(now.Sub(l.Since).Truncate(time.Second))
	}
	values := []string{l.Name, "", l.Endpoint, since, grouped(fmt.Sprint(l.Messages)), grouped(fmt.Sprint(l.Samples)), grouped(fmt.Sprint(l.Bad)), grouped(fmt.Sprint(l.Dropped)), newest}
	s.add(cell{x: 0, y: y, w: s.W, h: theme.RowHeight, key: fmt.Sprint(values, l.State), paint: func(pen *theme.Pen, c cell) {
		texts(pen, c, sourceColumns, edges, theme.Text, values...)
		mid := c.y + c.h/2
		drawLink(pen, edges[1]+5, mid, l.State)
		pen.TextFit(edges[1]+16, mid+4.5, edges[2]-edges[1]-20, l.State.String(), theme.FontText, theme.Color(linkInk(l.State)))
	}})
	y += theme.RowHeight
	if l.Detail != "" && l.State != twin.Connected {
		c := paragraph(s, theme.Margin+16, y, s.W-2*theme.Margin-16, l.Detail, theme.FontSmall, theme.Text2)
		s.add(c)
		y += c.h + 4
	}
	for i, t := range l.Topics {
		if i == 5 {
			break
		}
		text := fmt.Sprintf("%s  %d unreadable, the newest: %s — %s", t.Topic, t.Count, t.Reason, t.Sample)
		s.add(cell{x: theme.Margin + 16, y: y, w: s.W - 2*theme.Margin - 16, h: 18, key: text, paint: func(pen *theme.Pen, c cell) {
			pen.TextFit(c.x, c.y+13, c.w, text, theme.FontSmall, theme.Color(theme.Text2))
		}})
		y += 18
	}
	return y
}

// drawLink draws the state of a link: filled when connected, a ring while trying, a ring in orange with a bar when lost.
func drawLink(pen *theme.Pen, cx, cy float32, l twin.LinkState) {
	switch l {
	case twin.Connected:
		pen.Circle(cx, cy, 4, theme.Color(theme.Text2))
	case twin.Lost, twin.Refused:
		pen.Ring(cx, cy, 4.5, 1.6, theme.Color(theme.High))
		pen.Line(cx-3, cy+3, cx+3, cy-3, 1.4, theme.Color(theme.High))
	default:
		pen.Ring(cx, cy, 4, 1.3, theme.Color(theme.Text3))
	}
}

// health lays the figures out in columns.
func (p *sourcesPage) health(s *sheet, y float32) {
	const colW, rowH = 300, 20
	cols := max(1, int((s.W-2*theme.Margin)/colW))
	rows := (len(p.figures) + cols - 1) / cols
	for i, f := range p.figures {
		x := theme.Margin + float32(i/max(1, rows))*colW
		s.add(cell{x: x, y: y + float32(i%max(1, rows))*rowH, w: colW - 20, h: rowH, key: fmt.Sprint(f), paint: func(pen *theme.Pen, c cell) {
			ink := theme.Text
			end := c.x + c.w
			if f.bad {
				pen.Alarm(end-4, c.y+9, 9, twin.High, theme.AlarmAcknowledged)
				end -= 14
			}
			pen.Text(c.x, c.y+14, f.name, theme.FontText, theme.Color(theme.Text2))
			pen.TextRight(end, c.y+14, f.value, theme.FontText, theme.Color(ink))
		}})
	}
}
