package ui

import (
	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/ui/theme"
)

const (
	noticeWidth = 620
	guideWidth  = 460
	guideHeight = 128
)

// notice is a warning over the view that stays until it no longer holds or is dismissed: the picture may mislead.
type notice struct {
	*board
	title, text string
	details     func()
	fresh       bool // it changed, and must be laid out
}

func newNotice(shell *Shell) *notice {
	n := &notice{}
	n.board = newBoard(shell, fyne.NewSize(200, 40), n.build)
	n.back = theme.Panel
	return n
}

// set shows a warning; an empty title takes it away.
func (n *notice) set(title, text string, details func()) {
	if n.title == title && n.text == text {
		return
	}
	n.title, n.text, n.details, n.fresh = title, text, details, true
	n.update()
}

const noticeTextX = 36

// height is what the notice needs at a width, 0 when there is none.
func (n *notice) height(w float32) float32 {
	if n.title == "" {
		return 0
	}
	return 34 + 16*float32(min(2, len(theme.Wrap(n.text, theme.FontSmall, n.scale, w-noticeTextX-theme.Margin))))
}

func (n *notice) build(s *sheet) {
	if n.title == "" {
		return
	}
	lines := theme.Wrap(n.text, theme.FontSmall, s.Scale, s.W-noticeTextX-theme.Margin)
	if len(lines) > 2 {
		lines = []string{lines[0], theme.Fit(lines[1]+" …", theme.FontSmall, s.Scale, s.W-noticeTextX-theme.Margin)}
	}
	s.pin(cell{w: s.W, h: s.H, key: n.title + n.text, paint: func(pen *theme.Pen, c cell) {
		pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Field))
		pen.Fill(c.x, c.y, 3, c.h, theme.Color(theme.Medium))
		drawWarning(pen, c.x+20, c.y+17, 14, theme.Text)
		pen.TextFit(c.x+noticeTextX, c.y+21, c.w-noticeTextX-100, n.title, theme.FontBold, theme.Color(theme.Text))
		for i, l := range lines {
			pen.Text(c.x+noticeTextX, c.y+38+16*float32(i), l, theme.FontSmall, theme.Color(theme.Text2))
		}
	}})
	right := s.W - 8
	s.pin(n.onCard(textButton(s, right, 6, "notice:dismiss", "Dismiss", "Hide this warning", func() { n.set("", "", nil) })))
	if n.details != nil {
		s.pin(n.onCard(textButton(s, right-s.width("Dismiss", theme.FontSmall)-16, 6, "notice:details", "Details", "All of it, to be copied", n.details)))
	}
}

// onCard marks a cell that lies on the card: it is painted again whenever the card is.
func (n *notice) onCard(c cell) cell {
	c.back = theme.Field
	c.key += n.title + n.text
	return c
}

// guide teaches what to do where there is nothing to see yet.
type guide struct {
	*board
	x *session
}

func newGuide(shell *Shell, x *session) *guide {
	g := &guide{x: x}
	g.board = newBoard(shell, fyne.NewSize(200, 40), g.build)
	return g
}

func (g *guide) shown() bool {
	return g.x.bare && len(g.x.models.list) == 0 && len(g.x.models.rows()) == 0
}

func (g *guide) build(s *sheet) {
	s.pin(cell{w: s.W, h: 46, key: "title", paint: func(pen *theme.Pen, c cell) {
		pen.TextCenter(c.w/2, c.y+32, "Drop models here", theme.FontTitle, theme.Color(theme.Text))
	}})
	t := "Open model…"
	w := buttonWidth(s, t) + 12
	s.pin(button((s.W-w)/2, 50, w, "guide:open", t, "Choose one or many files", mainButton, func() { g.x.s.run("model.open") }))
	c := paragraph(s, 20, 94, s.W-40, formatWords(), theme.FontSmall, theme.Text3)
	c.pinned = true
	s.put(c)
	edged(s)
}
