package ui

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/orrery-twin/orrery/ui/theme"
)

const (
	cardWidth   = 340
	cardRow     = 46
	cardHead    = 32
	maxCardRows = 6
	cardEvery   = 100 * time.Millisecond // bars cannot be read faster
)

// openCard lies over a corner of the view while files are read, and as long as one could not be.
type openCard struct {
	*board
	loader  *loader
	onStop  func(*openJob)
	onFault func(*openJob)
}

func newOpenCard(shell *Shell, l *loader) *openCard {
	c := &openCard{loader: l}
	c.board = newBoard(shell, fyne.NewSize(cardWidth, cardHead+cardRow), c.build)
	return c
}

// height is what the card asks for, 0 when there is nothing to show.
func (c *openCard) height() float32 {
	n := len(c.loader.rows())
	if n == 0 {
		return 0
	}
	return cardHead + float32(min(n, maxCardRows))*cardRow + 6
}

func (c *openCard) build(s *sheet) {
	rows := c.loader.rows()
	if len(rows) == 0 {
		return
	}
	reading := 0
	for _, j := range rows {
		if j.failure == nil {
			reading++
		}
	}
	head := "Opening " + count(reading, "model")
	if reading == 0 {
		verb := " could not be opened"
		if rows[0].again {
			verb = " could not be read again"
		}
		head = count(len(rows), "model") + verb
	}
	s.b.head, s.head = cardHead, cardHead
	s.pin(heading(head, "", s.W-90))
	all := "Cancel all"
	if reading == 0 {
		all = "Dismiss all"
	}
	if len(rows) > 1 {
		s.pin(textButton(s, s.W-theme.Margin, 6, "card:all", all, "", func() {
			for _, j := range rows {
				if c.onStop != nil {
					c.onStop(j)
				}
			}
		}))
	}
	for i, j := range rows {
		c.row(s, float32(i)*cardRow, i, j)
	}
	s.total = float32(len(rows)) * cardRow
	edged(s)
}

func (c *openCard) row(s *sheet, y float32, i int, j *openJob) {
	left, right := float32(theme.Margin), s.W-theme.Margin-22
	if j.failure != nil {
		c.failed(s, y, i, j)
	} else {
		words, fraction := j.state()
		if fraction >= 0 {
			words = fmt.Sprintf("%s  %.0f %%", words, fraction*100)
		}
		s.add(cell{x: 1, y: y, w: right - 1, h: cardRow, name: fmt.Sprint("job:", i), hint: j.path, key: fmt.Sprintf("%s %s %.3f", j.name, words, fraction),
			paint: func(pen *theme.Pen, c cell) {
				begin := pen.TextRight(right, c.y+17, words, theme.FontSmall, theme.Color(theme.Text2))
				pen.TextFit(left, c.y+17, begin-left-10, j.name, theme.FontText, theme.Color(theme.Text))
				pen.RoundRect(left, c.y+27, right-left, 5, 2.5, theme.Color(theme.Field))
				if fraction > 0 {
					pen.RoundRect(left, c.y+27, max(5, (right-left)*float32(fraction)), 5, 2.5, theme.Color(theme.Accent))
				}
			}})
	}
	stop := "Cancel"
	if j.failure != nil {
		stop = "Dismiss"
	}
	s.add(cell{x: right + 4, y: y + 3, w: 22, h: 22, name: fmt.Sprint("stop:", i), hint: stop + " " + j.name, hand: true, key: "x",
		paint: func(pen *theme.Pen, c cell) {
			ink := theme.Text3
			if c.hot {
				pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Field))
				ink = theme.Text
			}
			pen.Icon(theme.IconClose, c.x+c.w/2, c.y+c.h/2, 9, theme.Color(ink))
		}, tap: func(fyne.Position, bool) {
			if c.onStop != nil {
				c.onStop(j)
			}
		}})
}

// failed is the row of a file that could not be read: its name, and why in a line.
func (c *openCard) failed(s *sheet, y float32, i int, j *openJob) {
	details := textButton(s, s.W-theme.Margin-22, 0, fmt.Sprint("details:", i), "Details", "All that is known of the failure", func() {
		if c.onFault != nil {
			c.onFault(j)
		}
	})
	s.add(withY(details, y+4))
	why := reason(j.failure, j.name)
	s.add(cell{x: 1, y: y, w: details.x - 7, h: 24, key: j.name, paint: func(pen *theme.Pen, c cell) {
		drawWarning(pen, theme.Margin+6, c.y+13, 12, theme.Text2)
		pen.TextFit(theme.Margin+18, c.y+17, c.w-theme.Margin-18, j.name, theme.FontText, theme.Color(theme.Text))
	}})
	s.add(cell{x: 1, y: y + 24, w: s.W - 9, h: 20, name: fmt.Sprint("why:", i), hint: why, key: why, paint: func(pen *theme.Pen, c cell) {
		pen.TextFit(theme.Margin+18, c.y+11, c.w-2*theme.Margin-18, why, theme.FontSmall, theme.Color(theme.Text2))
	}})
}

// textButton is a quiet button of a word, its right edge at x.
func textButton(s *sheet, x, y float32, name, text, hint string, tap func()) cell {
	w := s.width(text, theme.FontSmall) + 12
	return cell{x: x - w, y: y, w: w, h: 20, name: name, hint: hint, hand: true, key: text, paint: func(pen *theme.Pen, c cell) {
		ink := theme.Text2
		if c.hot {
			pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Field))
			ink = theme.Text
		}
		pen.TextCenter(c.x+c.w/2, c.y+14, text, theme.FontSmall, theme.Color(ink))
	}, tap: func(fyne.Position, bool) { tap() }}
}

// reason is an error in one line, without what stands before it: the names of our packages, and of the file.
func reason(err error, file string) string {
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return "It took too long"
	case errors.Is(err, fs.ErrNotExist):
		return "There is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "This user may not read the file"
	}
	text := strings.Join(strings.Fields(err.Error()), " ")
	for { // what comes first is for programmers, or is said by the row already
		first, rest, found := strings.Cut(text, ": ")
		if !found || first != file && !packageWord(first) {
			return sentence(text)
		}
		text = rest
	}
}

// packageWord reports whether the beginning of an error names a package.
func packageWord(t string) bool {
	switch t {
	case "assets", "gltf", "cad", "mesh", "stl", "obj", "ply", "3mf", "draco", "meshopt", "ktx2", "picture", "loading", "glTF":
		return true
	}
	return false
}

// overView lays the card and the notice over the view.
type overView struct {
	card   *openCard
	notice *notice
	guide  *guide
}

func (*overView) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(200, 120) }

func (o *overView) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	put(objects[0], 0, 0, s.Width, s.Height, true)
	h := min(o.card.height(), max(cardHead+1.5*cardRow, s.Height*.45), s.Height-24) // most of the view stays free
	w := min(cardWidth, s.Width-24)
	put(o.card.board, s.Width-w-12, s.Height-h-12, w, h, h > cardHead)
	nw := min(noticeWidth, s.Width-54-104) // between the tool bar and the cube
	nh := o.notice.height(nw)
	put(o.notice.board, 54+(s.Width-158-nw)/2, 54, nw, nh, nh > 0)
	gw, gh := min(guideWidth, s.Width-24), float32(guideHeight)
	put(o.guide.board, (s.Width-gw)/2, max(60, (s.Height-gh)*.44), gw, gh, o.guide.shown() && s.Height > gh+70)
}

// room is the view with what lies over it.
func (x *session) room() fyne.CanvasObject {
	view := x.Stage.Object()
	if x.area != nil {
		view = x.area.root
	}
	if x.models == nil {
		return view
	}
	x.card = newOpenCard(x.s, &x.models.loader)
	x.card.onStop = x.models.abandon
	x.card.onFault = x.showFault
	x.notice = newNotice(x.s)
	x.guide = newGuide(x.s, x)
	x.over = container.New(&overView{x.card, x.notice, x.guide}, view, x.guide.board, x.notice.board, x.card.board)
	return x.over
}

// tickModels carries the reading of files on, and shows how far it is.
func (x *session) tickModels(now time.Time, dt time.Duration) {
	l := x.models
	before := len(l.rows())
	l.tick()
	l.play(dt)
	x.reloadDue()
	rows := len(l.rows())
	if rows != before || rows > 0 && now.Sub(x.carded) >= cardEvery || x.version != l.version {
		x.carded = now
		if rows != x.cardRows || x.version != l.version || x.notice.fresh {
			x.cardRows, x.version, x.notice.fresh = rows, l.version, false
			x.over.Refresh()
			x.mark()
			x.pace.numbers = time.Time{}
		}
		x.card.update()
	}
}
