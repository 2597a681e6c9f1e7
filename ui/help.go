package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
)

// helpLine is a line of the page of keys: a key or a gesture and what it does, or the head of a group.
type helpLine struct {
	keys, text string
	head       bool
}

// gestures is what is done with the pointer.
var gestures = []helpLine{
	{"Left drag", "Orbit about what is under the pointer", false},
	{"Middle or right drag", "Pan, also Shift + left drag", false},
	{"Wheel", "Zoom to the pointer", false},
	{"Click, Ctrl+click", "Select, add to the selection", false},
	{"Double-click", "Frame it; on the background, all", false},
	{"Right click", "Menu of what is there", false},
	{"Drop files", "Open models, or a twin", false},
	{"Drag on the axis", "Move the cursor through time", false},
	{"Wheel on the axis", "Zoom the time axis", false},
	{"Middle drag on it", "Move the time axis", false},
}

// helpGroups lists all keys by menu, then the gestures.
func helpGroups(t *command.Table) [][]helpLine {
	var out [][]helpLine
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
			group = append(group, helpLine{keys: keys, text: c.Text})
		}
		if len(group) > 1 {
			out = append(out, group)
		}
	}
	return append(out, append([]helpLine{{text: "Pointer", head: true}}, gestures...))
}

const (
	helpWidth   = 1060
	helpColumns = 3
	helpRow     = 21
	helpKeysW   = 136
	helpPadTop  = 46
)

// helpColumnsOf fills the columns with whole groups, as evenly as their order allows.
func helpColumnsOf(groups [][]helpLine) [][]helpLine {
	total := 0
	for _, g := range groups {
		total += len(g) + 1
	}
	goal := (total + helpColumns - 1) / helpColumns
	out := [][]helpLine{nil}
	for _, g := range groups {
		last := len(out) - 1
		if n := len(out[last]); n > 0 && len(out) < helpColumns && n+len(g)/2 > goal {
			out = append(out, nil)
			last++
		}
		if len(out[last]) > 0 {
			out[last] = append(out[last], helpLine{})
		}
		out[last] = append(out[last], g...)
	}
	return out
}

// newHelp is the page of all keys and gestures.
func newHelp(shell *Shell, t *command.Table) *board {
	cols := helpColumnsOf(helpGroups(t))
	rows := 0
	for _, c := range cols {
		rows = max(rows, len(c))
	}
	return newBoard(shell, fyne.NewSize(helpWidth, helpPadTop+float32(rows)*helpRow+16), func(s *sheet) {
		s.pin(cell{w: s.W, h: helpPadTop, key: "head", paint: func(p *theme.Pen, c cell) {
			p.Text(20, 28, "Keys and gestures", theme.FontTitle, theme.Color(theme.Text))
			p.TextRight(c.w-20, 28, "Esc closes", theme.FontSmall, theme.Color(theme.Text3))
		}})
		w := (s.W - 20*(helpColumns+1)) / helpColumns
		for i, col := range cols {
			x := 20 + float32(i)*(w+20)
			for j, l := range col {
				s.pin(cell{x: x, y: helpPadTop + float32(j)*helpRow, w: w, h: helpRow, key: fmt.Sprint(l, i, j), paint: func(p *theme.Pen, c cell) {
					if l.head {
						p.Text(c.x, c.y+15, l.text, theme.FontBold, theme.Color(theme.Text))
						return
					}
					p.TextFit(c.x, c.y+14, helpKeysW-8, l.keys, theme.FontText, theme.Color(theme.Text))
					p.TextFit(c.x+helpKeysW, c.y+14, c.w-helpKeysW, l.text, theme.FontText, theme.Color(theme.Text2))
				}})
			}
		}
	})
}

// showHelp opens the page of keys over the window, or closes what is open.
func (s *Shell) showHelp() {
	if s.closeTop() {
		return
	}
	page := newHelp(s, s.commands)
	var pop *widget.PopUp
	page.onKey = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyEscape {
			pop.Hide()
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
	size := s.front().Canvas().Size()
	pop.ShowAtPosition(fyne.NewPos(max(0, (size.Width-helpWidth)/2), max(0, (size.Height-page.min.Height)/2)))
	s.front().Canvas().Focus(page)
}
