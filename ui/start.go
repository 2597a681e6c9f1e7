package ui

import (
	"fmt"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/ui/theme"
)

// Recent is a twin that was open before.
type Recent struct {
	Name, Path string
	Opened     time.Time
}

// Start is what the start page offers. Functions that are nil are not offered.
type Start struct {
	OpenDemo   func()            // open the built-in wind farm
	OpenTwin   func(path string) // open a folder with a twin.yaml, or the file itself
	OpenModels func([]string)    // show a desk of models alone, then call Shell.OpenModels with these paths
	Recent     []Recent          // newest first
	Error      string            // what went wrong last, one line, with its remedy
	ErrorLines []string          // more of it: file:line:column messages
	Now        time.Time         // for "2 days ago"; zero is time.Now
}

// startPage is what the window shows while no twin is open.
type startPage struct {
	*board
	start  Start
	choose func()
}

func newStartPage(shell *Shell, start Start) *startPage {
	p := &startPage{start: start}
	p.board = newBoard(shell, fyne.NewSize(480, 360), p.build)
	p.back = theme.Window
	return p
}

func (p *startPage) build(s *sheet) {
	const w = 560
	x := max(theme.Margin, (s.W-w)/2)
	y := max(24, s.H*.16)
	s.pin(cell{x: x, y: y, w: w, h: 70, key: "title", paint: func(pen *theme.Pen, c cell) {
		drawOrrery(pen, c.x+26, c.y+32, 24)
		pen.Text(c.x+66, c.y+30, "Orrery", theme.Font{SizeDp: 26, Bold: true}, theme.Color(theme.Text))
		pen.Text(c.x+66, c.y+52, "The past, the present and the expected future of a plant, on one timeline", theme.FontText, theme.Color(theme.Text2))
	}})
	y += 96
	if p.start.Error != "" {
		y = p.fault(s, x, y, w)
	}
	bx := x
	if p.start.OpenDemo != nil {
		t := "Open the demo wind farm"
		bw := buttonWidth(s, t) + 12
		s.pin(button(bx, y, bw, "open-demo", t, "Six turbines with an emulated plant, a broker and a week of history", mainButton, p.start.OpenDemo))
		bx += bw + 10
	}
	if p.start.OpenTwin != nil {
		t := "Open a twin…"
		s.pin(button(bx, y, buttonWidth(s, t)+12, "open-twin", t, "A folder with a twin.yaml, or the file itself", plainButton, p.choose))
		bx += buttonWidth(s, t) + 22
	}
	if p.start.OpenModels != nil {
		t := "Open models…"
		s.pin(button(bx, y, buttonWidth(s, t)+12, "open-models", t, "Look at "+formatWords()+" without a twin", plainButton, func() { p.shell.run("model.open") }))
	}
	y += buttonHeight + 14
	text := "Or drop a twin.yaml, or its folder, onto this window"
	if p.start.OpenModels != nil {
		text = "Or drop a twin.yaml, its folder, or model files onto this window"
	}
	s.pin(cell{x: x, y: y, w: w, h: 22, key: text, paint: func(pen *theme.Pen, c cell) {
		pen.TextFit(c.x, c.y+14, c.w, text, theme.FontText, theme.Color(theme.Text3))
	}})
	y += 40
	if len(p.start.Recent) == 0 {
		for _, text := range []string{
			"New here? The demo is a running plant: drag the cursor on the timeline to the left to see what was, to the right to see what is expected, and move a slider under What if to change that future.",
			"Press ? at any time for the keys, Ctrl+K to find anything.",
		} {
			c := paragraph(s, x, y, w, text, theme.FontText, theme.Text2)
			c.pinned = true
			s.put(c)
			y += c.h + 6
		}
		return
	}
	s.pin(cell{x: x, y: y, w: w, h: 26, key: "recent", paint: func(pen *theme.Pen, c cell) {
		pen.Text(c.x, c.y+16, "Recent", theme.FontBold, theme.Color(theme.Text))
	}})
	y += 28
	now := p.start.Now
	if now.IsZero() {
		now = time.Now()
	}
	for i, r := range p.start.Recent {
		if y+34 > s.H || i == 8 {
			break
		}
		when := ago(now.Sub(r.Opened))
		s.pin(cell{x: x - 10, y: y, w: w + 20, h: 34, name: "recent:" + r.Path, hand: true, hint: r.Path, key: fmt.Sprint(r.Name, r.Path, when),
			paint: func(pen *theme.Pen, c cell) {
				if c.hot {
					pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Hovered))
				}
				end := pen.TextRight(c.x+c.w-10, c.y+21, when, theme.FontSmall, theme.Color(theme.Text3))
				at := pen.Text(c.x+10, c.y+21, r.Name, theme.FontText, theme.Color(theme.Text))
				pen.TextFit(at+14, c.y+21, end-at-28, r.Path, theme.FontSmall, theme.Color(theme.Text3))
			},
			tap: func(fyne.Position, bool) {
				if p.start.OpenTwin != nil {
					p.start.OpenTwin(r.Path)
				}
			}})
		y += 34
	}
}

// fault shows what went wrong and how to mend it.
func (p *startPage) fault(s *sheet, x, y, w float32) float32 {
	lines := theme.Wrap(p.start.Error, theme.FontText, s.Scale, w-50)
	more := p.start.ErrorLines
	if len(more) > 8 {
		more = append(append([]string(nil), more[:8]...), fmt.Sprintf("and %d more; orrery check lists them all", len(p.start.ErrorLines)-8))
	}
	var small []string
	for _, l := range more {
		small = append(small, theme.Wrap(l, theme.FontSmall, s.Scale, w-50)...)
	}
	h := 22 + float32(len(lines))*19 + float32(len(small))*16
	s.pin(cell{x: x, y: y, w: w, h: h, key: p.start.Error + fmt.Sprint(small), paint: func(pen *theme.Pen, c cell) {
		pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, theme.Color(theme.Field))
		pen.Alarm(c.x+18, c.y+20, 12, 2, theme.AlarmAcknowledged)
		ty := c.y + 24
		for _, l := range lines {
			pen.Text(c.x+36, ty, l, theme.FontText, theme.Color(theme.Text))
			ty += 19
		}
		for _, l := range small {
			pen.Text(c.x+36, ty, l, theme.FontSmall, theme.Color(theme.Text2))
			ty += 16
		}
	}})
	return y + h + 18
}

// drawOrrery draws the mark: a sun, two orbits and their planets.
func drawOrrery(pen *theme.Pen, cx, cy, r float32) {
	line := theme.Color(theme.Text3)
	pen.Ring(cx, cy, r, 1.4, line)
	pen.Ring(cx, cy, r*.58, 1.4, line)
	pen.Circle(cx, cy, r*.2, theme.Color(theme.Text))
	pen.Circle(cx+r*.41, cy-r*.41, r*.14, theme.Color(theme.Accent))
	pen.Circle(cx-r*.87, cy+r*.5, r*.17, theme.Color(theme.Forecast))
}

// progressPage tells how far a long preparation is, and lets it be stopped.
type progressPage struct {
	*board
	title, text string
	fraction    float64 // < 0: not known
	cancel      func()
	spin        float32
}

func newProgressPage(shell *Shell, title string, cancel func()) *progressPage {
	p := &progressPage{title: title, cancel: cancel, fraction: -1}
	p.board = newBoard(shell, fyne.NewSize(420, 220), p.build)
	p.back = theme.Window
	p.onKey = func(e *fyne.KeyEvent) bool {
		if e.Name == fyne.KeyEscape && p.cancel != nil {
			p.cancel()
			return true
		}
		return false
	}
	return p
}

func (p *progressPage) build(s *sheet) {
	const w = 460
	x, y := max(theme.Margin, (s.W-w)/2), max(24, s.H*.32)
	s.pin(cell{x: x, y: y, w: w, h: 60, key: "title" + p.title, paint: func(pen *theme.Pen, c cell) {
		drawOrrery(pen, c.x+20, c.y+26, 18)
		pen.TextFit(c.x+54, c.y+32, c.w-60, p.title, theme.FontTitle, theme.Color(theme.Text))
	}})
	y += 68
	s.pin(cell{x: x, y: y, w: w, h: 8, key: fmt.Sprintf("%.3f %.2f", p.fraction, p.spin), paint: func(pen *theme.Pen, c cell) {
		pen.RoundRect(c.x, c.y+1, c.w, 6, 3, theme.Color(theme.Field))
		if p.fraction < 0 {
			pen.RoundRect(c.x+(c.w-90)*p.spin, c.y+1, 90, 6, 3, theme.Color(theme.Accent))
			return
		}
		if f := float32(min(1, p.fraction)); f > 0 {
			pen.RoundRect(c.x, c.y+1, max(6, c.w*f), 6, 3, theme.Color(theme.Accent))
		}
	}})
	y += 18
	s.pin(cell{x: x, y: y, w: w, h: 22, key: fmt.Sprintf("%s %.2f", p.text, p.fraction), paint: func(pen *theme.Pen, c cell) {
		pen.TextFit(c.x, c.y+15, c.w-60, p.text, theme.FontText, theme.Color(theme.Text2))
		if p.fraction >= 0 {
			pen.TextRight(c.x+c.w, c.y+15, fmt.Sprintf("%.0f %%", p.fraction*100), theme.FontText, theme.Color(theme.Text2))
		}
	}})
	y += 36
	if p.cancel != nil {
		s.pin(button(x, y, buttonWidth(s, "Cancel"), "cancel", "Cancel", "Stop; nothing is left behind", plainButton, p.cancel))
	}
}
