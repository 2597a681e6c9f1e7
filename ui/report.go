package ui

import (
	"fmt"
	"regexp"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/theme"
)

const (
	reportWidth  = 620
	reportHeight = 420
	reportHead   = 58
	reportFoot   = 52
	reportRoom   = reportWidth - 2*theme.Margin - 64 // for a line
	maxReported  = 12                                // lines of one text
)

// report is a dialog of lines that can be copied: the warnings of a model, all that is known of a failure.
type report struct {
	board *board
	title string
	note  string
	lines []reportLine
	all   string // what is copied
	close func()
}

// reportLine is a text, and how often it, or one like it, stands in the whole.
type reportLine struct {
	text  string
	count int
}

var details = regexp.MustCompile(`"[^"]*"|\d+`)

// gather puts texts together that differ only in names and numbers: a file may have the same fault a thousand times.
func gather(texts []string) []reportLine {
	var out []reportLine
	at := map[string]int{}
	for _, t := range texts {
		key := details.ReplaceAllString(t, "…")
		if i, known := at[key]; known {
			out[i].count++
			continue
		}
		at[key] = len(out)
		out = append(out, reportLine{sentence(t), 1})
	}
	return out
}

// showReport opens the dialog.
func (s *Shell) showReport(title, note string, texts []string) {
	r := &report{title: title, note: note, lines: gather(texts), all: title + "\n" + note + "\n\n" + strings.Join(texts, "\n") + "\n"}
	h := float32(reportHead + reportFoot + 12)
	for _, l := range r.lines {
		h += r.lineHeight(theme.Wrap(l.text, theme.FontText, 1, reportRoom))
	}
	r.board = newBoard(s, fyne.NewSize(reportWidth, min(h, reportHeight)), r.build)
	pop := widget.NewModalPopUp(r.board, s.front().Canvas())
	r.close = pop.Hide
	r.board.onKey = func(e *fyne.KeyEvent) bool {
		switch e.Name {
		case fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter:
			r.close()
		case fyne.KeyDown:
			r.board.scrollTo(r.board.offset + theme.RowHeight)
		case fyne.KeyUp:
			r.board.scrollTo(r.board.offset - theme.RowHeight)
		case fyne.KeyPageDown:
			r.board.scrollTo(r.board.offset + r.board.room())
		case fyne.KeyPageUp:
			r.board.scrollTo(r.board.offset - r.board.room())
		}
		return true
	}
	pop.Show()
	s.focusLater(r.board)
}

// lineHeight is what a wrapped text needs.
func (*report) lineHeight(lines []string) float32 {
	return 8 + 18*float32(min(len(lines), maxReported))
}

func (r *report) build(s *sheet) {
	s.b.head, s.head, s.b.foot, s.foot = reportHead, reportHead, reportFoot, reportFoot
	s.pin(cell{w: s.W, h: 56, key: r.title + r.note, paint: func(pen *theme.Pen, c cell) {
		pen.TextFit(theme.Margin+4, c.y+28, c.w-2*theme.Margin-8, r.title, theme.FontTitle, theme.Color(theme.Text))
		pen.TextFit(theme.Margin+4, c.y+47, c.w-2*theme.Margin-8, r.note, theme.FontSmall, theme.Color(theme.Text2))
	}})
	y := float32(4)
	for i, l := range r.lines {
		lines := theme.Wrap(l.text, theme.FontText, s.Scale, reportRoom)
		h := r.lineHeight(lines)
		if len(lines) > maxReported {
			lines = append(lines[:maxReported-1:maxReported-1], "…")
		}
		s.add(cell{x: 0, y: y, w: s.W - 8, h: h, key: fmt.Sprint(i, l), paint: func(pen *theme.Pen, c cell) {
			for k, t := range lines {
				pen.Text(theme.Margin+4, c.y+18+18*float32(k), t, theme.FontText, theme.Color(theme.Text))
			}
			if l.count > 1 {
				pen.TextRight(c.w-theme.Margin, c.y+18, "× "+grouped(fmt.Sprint(l.count)), theme.FontText, theme.Color(theme.Text2))
			}
		}})
		y += h
	}
	s.total = y
	w := buttonWidth(s, "Close")
	by := s.H - reportFoot + 12
	s.pin(button(s.W-theme.Margin-w, by, w, "report:close", "Close", "", mainButton, r.close))
	cw := buttonWidth(s, "Copy all")
	s.pin(button(s.W-theme.Margin-w-8-cw, by, cw, "report:copy", "Copy all", "Put all of it on the clipboard", plainButton, func() {
		s.b.shell.app.Clipboard().SetContent(r.all)
		s.b.shell.Note("Copied")
	}))
}

// copyMenu offers to copy a text.
func (s *Shell) copyMenu(at fyne.Position, name, text string) {
	widget.ShowPopUpMenuAtPosition(fyne.NewMenu("", fyne.NewMenuItem(name, func() { s.app.Clipboard().SetContent(text) })), s.front().Canvas(), at)
}
