package ui

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// helpLine is a line of the page of keys: a key or a gesture and what it does, or the head of a group.
type helpLine struct {
	keys, text string
	head       bool
}

// gestures is what is done with the pointer beside the view, which tells its own.
var gestures = []helpLine{
	{"Right click", "Menu of what is there", false},
	{"Drop files", "Open models, or a twin", false},
	{"Drag on the axis", "Move the cursor through time", false},
	{"Wheel on the axis", "Zoom the time axis", false},
	{"Middle drag on it", "Move the time axis", false},
	{"Shift+drag on trend", "Select a span", false},
	{"Ctrl+drag a part", "Take it to the trend", false},
}

// folded adds a line. Lines that differ by a digit that counts up share one: "Shift+1 … 9", "Go to viewpoint 1 … 9".
func folded(group []helpLine, l helpLine) []helpLine {
	last := &group[len(group)-1]
	stem, from, ok := numbered(last.text)
	next, to, also := numbered(l.text)
	if !ok || !also || last.head || stem != next || to != from+1 {
		return append(group, l)
	}
	upTo := func(text, more string) string {
		text, _, _ = strings.Cut(text, " … ")
		return text + " … " + more
	}
	last.keys, last.text = upTo(last.keys, fmt.Sprint(to)), upTo(last.text, fmt.Sprint(to))
	return group
}

// numbered parts a text from the digit at its end.
func numbered(text string) (stem string, n int, ok bool) {
	end := len(text) - 1
	if end < 1 || text[end] < '0' || text[end] > '9' {
		return text, 0, false
	}
	stem, _, _ = strings.Cut(text[:end], "1 … ")
	return stem, int(text[end] - '0'), true
}

// pointerLines lists what is done with the pointer, in the view and beside it.
func pointerLines() []helpLine {
	out := []helpLine{{text: "Pointer", head: true}}
	for _, g := range viewport.Gestures() {
		out = append(out, helpLine{keys: g.Hand, text: g.Does})
	}
	return append(out, gestures...)
}

// helpGroups lists the gestures, then all keys by menu.
func helpGroups(t *command.Table) [][]helpLine {
	out := [][]helpLine{pointerLines()}
	for _, m := range menus {
		group := []helpLine{{text: m, head: true}}
		for _, c := range t.All() {
			if c.Menu != m || len(c.Keys) == 0 {
				continue
			}
			keys := ""
			for i, k := range c.Keys {
				if i > 0 {
					keys += ", "
				}
				keys += k.String()
			}
			group = folded(group, helpLine{keys: keys, text: c.Text})
		}
		if len(group) > 1 {
			out = append(out, group)
		}
	}
	return out
}

const (
	helpWidth   = 1200
	helpColumns = 3
	helpRow     = 19
	helpKeysW   = 136
	helpPadTop  = 46
	helpFoot    = 16
	helpMargin  = 16 // of the window about the page
)

// helpColumnsOf fills the columns evenly, in order. A group goes on in the next column, but never with its head alone.
func helpColumnsOf(groups [][]helpLine) [][]helpLine {
	var all []helpLine
	for i, g := range groups {
		if i > 0 {
			all = append(all, helpLine{})
		}
		all = append(all, g...)
	}
	out := make([][]helpLine, helpColumns)
	for i := range out {
		n := (len(all) + helpColumns - i - 1) / (helpColumns - i)
		for n < len(all) && n > 0 && (all[n-1].head || all[n-1] == helpLine{}) {
			n--
		}
		out[i], all = all[:n], all[n:]
		if len(all) > 0 && all[0] == (helpLine{}) {
			all = all[1:]
		}
	}
	return out
}

// newHelp is the page of all keys and gestures, at most so high: what does not fit scrolls.
func newHelp(shell *Shell, t *command.Table, most float32) *board {
	cols := helpColumnsOf(helpGroups(t))
	rows := 0
	for _, c := range cols {
		rows = max(rows, len(c))
	}
	page := newBoard(shell, fyne.NewSize(helpWidth, min(most, helpPadTop+float32(rows)*helpRow+helpFoot)), func(s *sheet) {
		s.pin(cell{w: s.W, h: helpPadTop, key: "head", paint: func(p *theme.Pen, c cell) {
			p.Text(20, 28, "Keys and gestures", theme.FontTitle, theme.Color(theme.Text))
			p.TextRight(c.w-20, 28, "Esc closes", theme.FontSmall, theme.Color(theme.Text3))
		}})
		w := (s.W - 20*(helpColumns+1)) / helpColumns
		for i, col := range cols {
			x := 20 + float32(i)*(w+20)
			for j, l := range col {
				s.add(cell{x: x, y: float32(j) * helpRow, w: w, h: helpRow, key: fmt.Sprint(l, i, j), paint: func(p *theme.Pen, c cell) {
					if l.head {
						p.Text(c.x, c.y+15, l.text, theme.FontBold, theme.Color(theme.Text))
						return
					}
					p.TextFit(c.x, c.y+14, helpKeysW-8, l.keys, theme.FontText, theme.Color(theme.Text))
					p.TextFit(c.x+helpKeysW, c.y+14, c.w-helpKeysW, l.text, theme.FontText, theme.Color(theme.Text2))
				}})
			}
		}
		s.total = float32(rows)*helpRow + helpFoot
	})
	page.head = helpPadTop
	return page
}

// showHelp opens the page of keys over the window, or closes what is open.
func (s *Shell) showHelp() {
	if s.closeTop() {
		return
	}
	size := s.front().Canvas().Size()
	page := newHelp(s, s.commands, size.Height-2*helpMargin)
	var pop *widget.PopUp
	page.onKey = func(e *fyne.KeyEvent) bool {
		switch e.Name {
		case fyne.KeyEscape:
			pop.Hide()
		case fyne.KeyDown:
			page.scrollTo(page.offset + 3*helpRow)
		case fyne.KeyUp:
			page.scrollTo(page.offset - 3*helpRow)
		case fyne.KeyPageDown:
			page.scrollTo(page.offset + page.room() - helpRow)
		case fyne.KeyPageUp:
			page.scrollTo(page.offset - page.room() + helpRow)
		}
		return true
	}
	page.onRune = func(r rune) bool {
		if r == '?' {
			pop.Hide()
		}
		return true
	}
	pop = widget.NewPopUp(page, s.front().Canvas())
	pop.ShowAtPosition(fyne.NewPos(max(0, (size.Width-helpWidth)/2), max(0, (size.Height-page.min.Height)/2)))
	s.front().Canvas().Focus(page)
}
