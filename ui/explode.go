package ui

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/ui/theme"
)

const (
	explodeWidth  = 260
	explodeHeight = 86
)

// showExplode opens the slider that draws parts apart, beside the tool bar.
func (x *session) showExplode() {
	var pop *widget.PopUp
	var board *board
	world := x.models.scene
	board = newBoard(x.s, fyne.NewSize(explodeWidth, explodeHeight), func(s *sheet) {
		amount := world.Explode()
		s.pin(heading("Parts drawn apart", fmt.Sprintf("%.0f %%", 100*amount), s.W))
		s.pin(slider(theme.Margin, 34, s.W-2*theme.Margin, "explode", "Drag it", float32(amount/maxExplode), -1, theme.Accent, true, func(v float32, done bool) {
			if v >= 0 {
				x.explode(float64(v) * maxExplode)
				board.update()
			}
		}))
		s.pin(cell{x: theme.Margin, y: 58, w: s.W - 2*theme.Margin, h: 20, key: "keys", paint: func(p *theme.Pen, c cell) {
			p.TextFit(c.x, c.y+13, c.w, "[ and ] move it, Ctrl+E puts the parts together", theme.FontSmall, theme.Color(theme.Text3))
		}})
		edged(s)
	})
	board.onKey = func(e *fyne.KeyEvent) bool {
		switch e.Name {
		case fyne.KeyEscape, fyne.KeyE:
			pop.Hide()
		case fyne.KeyLeft, fyne.KeyLeftBracket:
			x.explode(max(0, world.Explode()-explodeStep))
		case fyne.KeyRight, fyne.KeyRightBracket:
			x.explode(min(maxExplode, world.Explode()+explodeStep))
		}
		board.update()
		return true
	}
	area := x.areaOf(x.stage().Active())
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(area.root)
	pop = widget.NewPopUp(board, x.s.front().Canvas())
	pop.ShowAtPosition(at.AddXY(toolBarWidth+12, 54))
	x.s.focusLater(board)
}
