package ui

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/journal"
	"github.com/orrery-twin/orrery/ui/theme"
)

// journalLine is one entry of the journal.
type journalLine struct {
	ID       int64
	Time     time.Time
	Kind     twin.EventKind
	Asset    twin.AssetID
	Priority twin.Priority
	Action   string
	Ref      string // of the occurrence or command
	Text     string
	User     string
}

// journalSpan says which time the journal page shows.
type journalSpan int

const (
	untilCursor journalSpan = iota
	inView                  // what the time axis shows
	allTime
)

var journalSpans = []struct{ text, hint string }{
	{"To cursor", "Entries up to the moment that is shown; click for those in view"},
	{"In view", "Entries within the time axis; click for all"},
	{"All time", "All entries; click for those up to the cursor"},
}

// journalPage lists what happened, the newest first, or the story of one occurrence or command, the oldest first.
type journalPage struct {
	fyne.CanvasObject
	board  *board
	filter *field
	v      *view
	tabs   float32

	lines []journalLine
	note  string // "newest 500 of 12 000", or why there are none
	kind  twin.EventKind
	span  journalSpan
	here  bool   // of the selected asset and all below it
	story string // Ref whose entries are shown, empty for all
	mark  int64  // ID of the entry that was clicked

	onQuery func()
	onStory func(l journalLine)
	onNote  func()
}

var journalKinds = []struct {
	kind twin.EventKind
	text string
}{{"", "All"}, {twin.AlarmEvent, "Alarms"}, {twin.CommandEvent, "Commands"}, {twin.DeviceEvent, "Devices"}, {twin.NoteEvent, "Notes"}, {twin.SystemEvent, "System"}}

const (
	journalField = 440 // where the filter begins, Dp
	journalChips = 270 // room of the buttons right of it
)

func newJournalPage(shell *Shell, v *view) *journalPage {
	p := &journalPage{v: v}
	p.board = newBoard(shell, fyne.NewSize(300, 80), p.build)
	p.board.onKey = p.key
	p.filter = newField(shell, `words, "a phrase", -not`)
	p.filter.OnChanged = func(string) { p.query() }
	p.CanvasObject = container.New(&overlay{func(s fyne.Size) (fyne.Position, fyne.Size) {
		return fyne.NewPos(journalField, 3), fyne.NewSize(max(60, min(300, s.Width-p.tabs-journalField-journalChips)), 28)
	}}, p.board, slimmed(p.filter))
	return p
}

func (p *journalPage) key(e *fyne.KeyEvent) bool {
	if e.Name != fyne.KeyEscape || p.story == "" {
		return false
	}
	p.tell("", 0)
	return true
}

func (p *journalPage) query() {
	if p.onQuery != nil {
		p.onQuery()
	}
	p.board.update()
}

// tell shows the story of an occurrence or command; without a ref all entries again.
func (p *journalPage) tell(ref string, mark int64) {
	p.story, p.mark = ref, mark
	if ref != "" {
		p.board.offset = 0
		p.filter.Hide()
	} else {
		p.filter.Show()
	}
	p.query()
}

// wanted is the filter of what the page shows, at a cursor and with a time axis.
func (p *journalPage) wanted(cursor time.Time, live bool, axis span2) journal.Filter {
	f := journal.Filter{Limit: maxLines}
	if p.story != "" {
		f.Ref, f.OldestFirst = p.story, true
		return f
	}
	f.Text = p.filter.Text
	if p.kind != "" {
		f.Kinds = []twin.EventKind{p.kind}
	}
	if p.here && p.v.tree != nil && p.v.selected != twin.NoAsset {
		f.Asset = p.v.tree.Asset(p.v.selected).Path
	}
	switch {
	case p.span == inView:
		f.From, f.To = axis.from, axis.to
	case p.span == untilCursor && !live:
		f.To = cursor.Add(time.Millisecond) // as it stood then
	}
	return f
}

// maxLines is how many entries the page shows at most.
const maxLines = 500

func (p *journalPage) set(lines []journalLine, note string) {
	p.lines, p.note = lines, note
	p.board.update()
}

var journalColumns = []column{{title: "Time", width: 150}, {width: 26}, {title: "Where", share: 1}, {title: "What happened", share: 3}, {title: "Who", width: 110}}

func (p *journalPage) build(s *sheet) {
	s.b.head, s.head = 34+tableHead, 34+tableHead
	if p.story != "" {
		p.storyHead(s)
	} else {
		s.pin(headLine("Journal", "", 80))
		p.kinds(s)
	}
	p.chips(s)
	edges := columns(journalColumns, theme.Margin, s.W-2*theme.Margin)
	s.pin(titles(journalColumns, edges, 34, s.W))
	if len(p.lines) == 0 {
		title, remedy := "Nothing is written here", p.note
		if remedy == "" {
			remedy = "Alarms, commands, devices that come and go, and notes are written here"
		}
		if p.filter.Text != "" || p.kind != "" || p.here || p.span != untilCursor {
			title, remedy = "No entry fits", "Take away a word, or choose all kinds, all time, all assets"
		}
		s.add(empty(s, title, remedy))
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
	if p.note != "" {
		y := float32(len(p.lines) * theme.RowHeight)
		s.add(cell{x: 0, y: y, w: s.W, h: theme.RowHeight, key: p.note, paint: func(pen *theme.Pen, c cell) {
			pen.Text(edges[0], c.y+c.h/2+4.5, p.note, theme.FontSmall, theme.Color(theme.Text3))
		}})
	}
}

// kinds are the words that choose a kind of entry.
func (p *journalPage) kinds(s *sheet) {
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
		}})
		x += w
	}
}

// storyHead is the head while one story is shown.
func (p *journalPage) storyHead(s *sheet) {
	what := "one event"
	if len(p.lines) > 0 {
		what = p.lines[0].Text
	}
	w := buttonWidth(s, "All entries")
	s.pin(headLine("Story", what, journalField-w-16))
	s.pin(button(journalField-w-10, 3, w, "story-end", "All entries", "Show the whole journal again (Esc)", plainButton, func() { p.tell("", 0) }))
}

// chips are the buttons that choose time and assets, and the one that writes a note.
func (p *journalPage) chips(s *sheet) {
	x := float32(journalField)
	if p.story == "" {
		x += max(60, min(300, s.W-p.tabs-journalField-journalChips)) + 8
	}
	chip := func(text, name, hint string, look buttonLook, tap func()) {
		w := buttonWidth(s, text)
		if x+w > s.W-p.tabs-4 {
			return
		}
		s.pin(button(x, 3, w, name, text, hint, look, tap))
		x += w + 6
	}
	if p.onNote != nil {
		chip("Note…", "note", "Write a note at the moment and on the asset that are selected (N)", plainButton, p.onNote)
	}
	if p.story != "" {
		return
	}
	span := journalSpans[p.span]
	chip(span.text, "span", span.hint, plainButton, func() {
		p.span = (p.span + 1) % journalSpan(len(journalSpans))
		p.query()
	})
	if p.v.selected != twin.NoAsset {
		look, hint := plainButton, "Only of the selected asset and what is below it"
		if p.here {
			look, hint = onButton, "Of the selected asset and what is below it; click for all"
		}
		chip("Selected", "here", hint, look, func() {
			p.here = !p.here
			p.query()
		})
	}
}

func (p *journalPage) row(s *sheet, edges []float32, y float32, l journalLine) {
	v := p.v
	at := l.Time.In(v.zone).Format("2 Jan 2006 15:04:05")
	where := ""
	if l.Asset != twin.NoAsset && v.tree != nil {
		where = title(v.tree, l.Asset)
	}
	later := p.story != "" && l.Time.After(v.at)
	hint := "Click goes to that moment and tells the whole story"
	if l.Ref == "" {
		hint = "Click goes to that moment"
	}
	s.add(cell{x: 0, y: y, w: s.W, h: theme.RowHeight, name: fmt.Sprint("entry:", l.ID), hint: hint, hand: true,
		key: fmt.Sprint(at, l.Kind, where, l.Text, l.User, l.Priority, later, p.mark == l.ID),
		paint: func(pen *theme.Pen, c cell) {
			rowBack(pen, c, p.mark == l.ID && l.ID != 0)
			mid := c.y + c.h/2
			ink := theme.Text
			if later {
				ink = theme.Text3
			}
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
			pen.TextFit(edges[3], mid+4.5, edges[4]-edges[3]-10, l.Text, theme.FontText, theme.Color(ink))
		},
		tap: func(fyne.Position, bool) {
			p.mark = l.ID
			if p.onStory != nil {
				p.onStory(l)
			}
			p.board.update()
		}})
}
