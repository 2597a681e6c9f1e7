package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
)

// gesture is something done with the pointer, for the help page.
type gesture struct{ how, what string }

var gestures = []gesture{
	{"Left drag", "Orbit about the point under the pointer"},
	{"Middle drag, Shift + left drag, right drag", "Pan"},
	{"Wheel", "Zoom to the pointer"},
	{"Click", "Select; Ctrl adds"},
	{"Double-click", "Frame what was clicked; on the background, all"},
	{"Drag on the timeline or trend", "Move the cursor through time"},
	{"Wheel on the timeline or trend", "Zoom the time axis"},
	{"Middle drag on the timeline or trend", "Move the time axis"},
	{"Right click", "Menu of what is under the pointer"},
}

type helpLine struct {
	keys, text string
	head       bool
}

// helpLines lists all keys by menu, then the gestures.
func helpLines(t *command.Table) []helpLine {
	var out []helpLine
	for _, m := range menus {
		first := true
		for _, c := range t.All() {
			if c.Menu != m || len(c.Keys) == 0 {
				continue
			}
			if first {
				out = append(out, helpLine{text: m, head: true})
				first = false
			}
			keys := ""
			for i, k := range c.Keys {
				if i > 0 {
					keys += ", "
				}
				keys += k.String()
			}
			out = append(out, helpLine{keys: keys, text: c.Text})
		}
	}
	out = append(out, helpLine{text: "Pointer", head: true})
	for _, g := range gestures {
		out = append(out, helpLine{keys: g.how, text: g.what})
	}
	return out
}

const (
	helpWidth  = 860
	helpRow    = 21
	helpKeysW  = 128
	helpPadTop = 44
)

// newHelp is the page of all keys, in two columns.
func newHelp(shell *Shell, t *command.Table) *board {
	lines := helpLines(t)
	keys, pointer := lines, []helpLine(nil)
	for i, l := range lines {
		if l.head && l.text == "Pointer" {
			keys, pointer = lines[:i], lines[i:]
		}
	}
	half := (len(keys) + len(pointer)*2 + 1) / 2
	half = min(half, len(keys))
	for half < len(keys) && !keys[half].head {
		half++
	}
	left, right := keys[:half], keys[half:]
	rows := max(len(left), len(right)+len(pointer)*2)
	return newBoard(shell, fyne.NewSize(helpWidth, helpPadTop+float32(rows)*helpRow+16), func(s *sheet) {
		s.pin(cell{w: s.W, h: helpPadTop, key: "head", paint: func(p *theme.Pen, c cell) {
			p.Text(20, 28, "Keys and gestures", theme.FontTitle, theme.Color(theme.Text))
			p.TextRight(c.w-20, 28, "Esc closes", theme.FontSmall, theme.Color(theme.Text3))
		}})
		column := func(x, y, w float32, lines []helpLine, wide bool) float32 {
			for i, l := range lines {
				h := float32(helpRow)
				if wide && !l.head {
					h = 2 * helpRow
				}
				s.pin(cell{x: x, y: y, w: w, h: h, key: fmt.Sprint(l, i), paint: func(p *theme.Pen, c cell) {
					switch {
					case l.head:
						p.Text(c.x, c.y+15, l.text, theme.FontBold, theme.Color(theme.Text))
					case wide:
						p.Text(c.x, c.y+14, l.keys, theme.FontText, theme.Color(theme.Text))
						p.TextFit(c.x, c.y+31, c.w, l.text, theme.FontSmall, theme.Color(theme.Text2))
					default:
						p.TextFit(c.x, c.y+14, helpKeysW-10, l.keys, theme.FontText, theme.Color(theme.Text))
						p.TextFit(c.x+helpKeysW, c.y+14, c.w-helpKeysW, l.text, theme.FontText, theme.Color(theme.Text2))
					}
				}})
				y += h
			}
			return y
		}
		w := (s.W - 60) / 2
		column(20, helpPadTop, w, left, false)
		y := column(40+w, helpPadTop, w, right, false)
		column(40+w, y+6, w, pointer, true)
	})
}

// showHelp opens the page of keys over the window.
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
	pop = widget.NewPopUp(page, s.window.Canvas())
	size := s.window.Canvas().Size()
	at := fyne.NewPos(max(0, (size.Width-helpWidth)/2), max(0, (size.Height-page.min.Height)/2))
	pop.ShowAtPosition(at)
	s.window.Canvas().Focus(page)
}
