package ui

import (
	"fmt"
	"path/filepath"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/command"
	"github.com/orrery-twin/orrery/ui/theme"
)

const (
	recentWidth = 600
	recentRow   = 40
	recentHead  = 46
	recentFoot  = 52
)

// recentList is the dialog of the models that were opened before. Those whose file is missing are greyed, with the reason.
type recentList struct {
	board  *board
	shell  *Shell
	models []RecentModel
	why    map[string]string // by path: why it cannot be opened, empty when it can; nil until it is known
	cursor int
	close  func()
}

// showRecentModels opens the dialog.
func (s *Shell) showRecentModels() {
	r := &recentList{shell: s, models: s.prefs.Models}
	h := recentHead + recentFoot + float32(len(r.models))*recentRow + 6
	r.board = newBoard(s, fyne.NewSize(recentWidth, h), r.build)
	r.board.onKey = r.key
	pop := widget.NewModalPopUp(r.board, s.front().Canvas())
	r.close = pop.Hide
	var paths []string
	for _, m := range r.models {
		paths = append(paths, m.Path)
	}
	s.background(func() {
		why := existing(paths, 2*time.Second)
		fyne.Do(func() {
			r.why = why
			r.board.update()
		})
	})
	pop.Show()
	s.focusLater(r.board)
}

func (r *recentList) open(i int) {
	if i < 0 || i >= len(r.models) || r.why[r.models[i].Path] != "" {
		return
	}
	r.close()
	r.shell.OpenModels(r.models[i].Path)
}

func (r *recentList) key(e *fyne.KeyEvent) bool {
	switch e.Name {
	case fyne.KeyEscape:
		r.close()
	case fyne.KeyReturn, fyne.KeyEnter:
		r.open(r.cursor)
	case fyne.KeyDown:
		r.cursor = min(r.cursor+1, len(r.models)-1)
	case fyne.KeyUp:
		r.cursor = max(r.cursor-1, 0)
	}
	r.board.update()
	return true
}

// clear forgets the recent models; it can be undone.
func (r *recentList) clear() {
	s, old := r.shell, r.models
	set := func(list []RecentModel) {
		s.prefs.Models = list
		s.prefs.save(s.app.Preferences())
	}
	set(nil)
	s.commands.Done.Did(changeOf("Clear recent models", func() { set(old) }, func() { set(nil) }))
	r.close()
}

func (r *recentList) build(s *sheet) {
	s.pin(cell{w: s.W, h: recentHead, key: "title", paint: func(pen *theme.Pen, c cell) {
		pen.Text(theme.Margin+4, c.y+28, "Recent models", theme.FontTitle, theme.Color(theme.Text))
	}})
	for i, m := range r.models {
		r.row(s, i, m)
	}
	y := s.H - recentFoot + 12
	w := buttonWidth(s, "Clear list")
	s.pin(button(theme.Margin, y, w, "recent:clear", "Clear list", "Forget which models were opened; their files stay", plainButton, r.clear))
	w = buttonWidth(s, "Close")
	s.pin(button(s.W-theme.Margin-w, y, w, "recent:close", "Close", "", plainButton, r.close))
}

func (r *recentList) row(s *sheet, i int, m RecentModel) {
	why, here := r.why[m.Path], i == r.cursor
	s.pin(cell{x: 6, y: recentHead + float32(i)*recentRow, w: s.W - 12, h: recentRow, name: "recent:" + m.Path, hand: why == "", hint: m.Path, key: fmt.Sprint(m, why, here),
		paint: func(pen *theme.Pen, c cell) {
			if here {
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Selected))
			} else if c.hot {
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Hovered))
			}
			ink, below := theme.Text, filepath.Dir(m.Path)
			if why != "" {
				ink, below = theme.Text3, sentence(why)+" · "+below
			}
			end := pen.TextRight(c.x+c.w-10, c.y+17, ago(r.shell.clock().Sub(m.Opened)), theme.FontSmall, theme.Color(theme.Text3))
			pen.TextFit(c.x+10, c.y+17, end-c.x-24, filepath.Base(m.Path), theme.FontText, theme.Color(ink))
			pen.TextFit(c.x+10, c.y+33, c.w-20, below, theme.FontSmall, theme.Color(theme.Text3))
		},
		tap: func(fyne.Position, bool) { r.open(i) }})
}

// recentItems are the recent models as the palette finds them.
func (s *Shell) recentItems() []command.Item {
	if ok, _ := s.commands.Can("model.open"); !ok {
		return nil
	}
	var out []command.Item
	for _, m := range s.prefs.Models {
		out = append(out, command.Item{Kind: "model", Text: filepath.Base(m.Path), Words: "open recent model file", Detail: filepath.Dir(m.Path), Run: func() { s.OpenModels(m.Path) }})
	}
	return out
}
