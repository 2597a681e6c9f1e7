package ui

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// journalLine is one entry of the journal.
type journalLine struct {
	Time     time.Time
	Kind     twin.EventKind
	Asset    twin.AssetID
	Priority twin.Priority
	Action   string
	Text     string
	User     string
}

// journalPage lists what happened, the newest first.
type journalPage struct {
	fyne.CanvasObject
	board  *board
	filter *field
	v      *view
	tabs   float32

	lines    []journalLine
	note     string // "newest 500", or why there are none
	kind     twin.EventKind
	onQuery  func(text string, kind twin.EventKind)
	onSeek   func(t time.Time)
	onSelect func(id twin.AssetID, frame bool)
}

var journalKinds = []struct {
	kind twin.EventKind
	text string
}{{"", "All"}, {twin.AlarmEvent, "Alarms"}, {twin.CommandEvent, "Commands"}, {twin.DeviceEvent, "Devices"}, {twin.NoteEvent, "Notes"}, {twin.SystemEvent, "System"}}

func newJournalPage(shell *Shell, v *view) *journalPage {
	p := &journalPage{v: v}
	p.board = newBoard(shell, fyne.NewSize(300, 80), p.build)
	p.board.onKey = func(*fyne.KeyEvent) bool { return false }
	p.filter = newField(shell, "Filter the journal")
	p.filter.OnChanged = func(string) { p.query() }
	p.CanvasObject = container.New(&overlay{func(s fyne.Size) (fyne.Position, fyne.Size) {
		return fyne.NewPos(440, 3), fyne.NewSize(max(60, min(260, s.Width-p.tabs-460)), 28)
	}}, p.board, slimmed(p.filter))
	return p
}

func (p *journalPage) query() {
	if p.onQuery != nil {
		p.onQuery(p.filter.Text, p.kind)
	}
}

func (p *journalPage) set(lines []journalLine, note string) {
	p.lines, p.note = lines, note
	p.board.update()
}

var journalColumns = []column{{title: "Time", width: 150}, {width: 26}, {title: "Where", share: 1}, {title: "What happened", share: 3}, {title: "Who", width: 110}}

func (p *journalPage) build(s *sheet) {
	s.b.head, s.head = 34+tableHead, 34+tableHead
	s.pin(headLine("Journal", "", 80))
	x := float32(86)
	for _, k := range journalKinds {
		w := s.width(k.text, theme.FontText) + 14
		on := p.kind == k.kind
		s.pin(cell{x: x, y: 5, w: w, h: 24, name: "kind:" + string(k.kind), hand: true, key: fmt.Sprint(k.text, on), paint: func(pen *theme.Pen, c cell) {
			ink := theme.Text2
			if on {
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Field))
				ink = theme.Text
			} else if c.hot {
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Hovered))
			}
			pen.TextCenter(c.x+c.w/2, c.y+16.5, k.text, theme.FontText, theme.Color(ink))
		}, tap: func(fyne.Position, bool) {
			p.kind = k.kind
			p.query()
			p.board.update()
		}})
		x += w
	}
	edges := columns(journalColumns, theme.Margin, s.W-2*theme.Margin)
	s.pin(titles(journalColumns, edges, 34, s.W))
	if len(p.lines) == 0 {
		remedy := p.note
		if remedy == "" {
			remedy = "Alarms, commands, devices that come and go, and notes are written here"
		}
		s.add(empty(s, "Nothing is written here", remedy))
		return
	}
	for i, l := range p.lines {
		y := float32(i * theme.RowHeight)
		if y+theme.RowHeight < s.b.offset || y > s.b.offset+s.H {
			s.total = max(s.total, y+theme.RowHeight)
			continue
		}
		p.row(s, edges, y, l)
	}
}

func (p *journalPage) row(s *sheet, edges []float32, y float32, l journalLine) {
	v := p.v
	at := l.Time.In(v.zone).Format("2 Jan 2006 15:04:05")
	where := ""
	if l.Asset != twin.NoAsset && v.tree != nil {
		where = title(v.tree, l.Asset)
	}
	s.add(cell{x: 0, y: y, w: s.W, h: theme.RowHeight, name: fmt.Sprint("entry:", l.Time.UnixNano(), y), hint: "Click goes to that moment", hand: true,
		key: fmt.Sprint(at, l.Kind, where, l.Text, l.User, l.Priority),
		paint: func(pen *theme.Pen, c cell) {
			rowBack(pen, c, false)
			mid := c.y + c.h/2
			switch {
			case l.Priority != 0:
				look := theme.AlarmAcknowledged
				if l.Action == "cleared" {
					look = theme.AlarmReturned
				}
				pen.Alarm(edges[1]+6, mid, 10, l.Priority, look)
			case l.Kind == twin.CommandEvent:
				pen.Icon(theme.IconPlus, edges[1]+6, mid, 11, theme.Color(theme.Text2))
			}
			texts(pen, c, journalColumns, edges, theme.Text2, at, "", where, "", l.User)
			pen.TextFit(edges[3], mid+4.5, edges[4]-edges[3]-10, l.Text, theme.FontText, theme.Color(theme.Text))
		},
		tap: func(fyne.Position, bool) {
			if p.onSelect != nil && l.Asset != twin.NoAsset {
				p.onSelect(l.Asset, false)
			}
			if p.onSeek != nil {
				p.onSeek(l.Time)
			}
		}})
}
