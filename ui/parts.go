package ui

import (
	"fmt"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/ui/theme"
)

// heading is the head line of a panel: a title and a quiet note at the right.
func heading(title, note string, w float32) cell {
	return cell{x: 0, y: 0, w: w, h: 32, key: title + "\x00" + note, paint: func(p *theme.Pen, c cell) {
		left := float32(theme.Margin)
		x := p.Text(left, c.y+21, title, theme.FontBold, theme.Color(theme.Text))
		if note == "" {
			return
		}
		room := c.w - theme.Margin - x - 12
		if room > 30 {
			p.TextRight(c.w-theme.Margin, c.y+21, theme.Fit(note, theme.FontSmall, p.Scale, room), theme.FontSmall, theme.Color(theme.Text3))
		}
	}}
}

// buttonLook is how much a button calls.
type buttonLook uint8

const (
	plainButton buttonLook = iota
	mainButton             // the one that matters most, in the accent
	offButton              // cannot be pressed now; its hint says why
	onButton               // a switch that is on
)

const buttonHeight = 28

func buttonWidth(s *sheet, text string) float32 { return s.width(text, theme.FontText) + 28 }

// button is a cell that looks and works like a button.
func button(x, y, w float32, name, text, hint string, look buttonLook, tap func()) cell {
	c := cell{x: x, y: y, w: w, h: buttonHeight, name: name, hint: hint, hand: look != offButton, key: fmt.Sprint(text, look),
		paint: func(p *theme.Pen, c cell) {
			back, ink := theme.Color(theme.Field), theme.Color(theme.Text)
			switch look {
			case mainButton:
				back, ink = theme.Color(theme.Accent), theme.Color(theme.OnAccent)
				if c.hot {
					back = theme.Mix(back, theme.Color(theme.Text), .12)
				}
			case offButton:
				ink = theme.Color(theme.Text3)
			case onButton:
				back = theme.Color(theme.Selected)
			case plainButton:
				if c.hot {
					back = theme.Mix(back, theme.Color(theme.Text), .08)
				}
			}
			p.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, back)
			p.TextCenter(c.x+c.w/2, c.y+c.h/2+4.5, text, theme.FontText, ink)
		}}
	if look != offButton && tap != nil {
		c.tap = func(fyne.Position, bool) { tap() }
	}
	return c
}

// slider is a cell with a track and a knob. value runs from 0 to 1; base marks where it normally stands, < 0 for nowhere.
func slider(x, y, w float32, name, hint string, value, base float32, ink theme.Name, on bool, drag func(v float32, done bool)) cell {
	const knob = 7
	c := cell{x: x, y: y, w: w, h: 20, name: name, hint: hint, hand: on, key: fmt.Sprintf("%.4f %.3f %v %v", value, base, ink, on),
		paint: func(p *theme.Pen, c cell) {
			left, width, mid := c.x+knob, c.w-2*knob, c.y+c.h/2
			fill, dot := theme.Color(ink), theme.Color(theme.Text)
			if !on {
				fill, dot = theme.Color(theme.Text3), theme.Color(theme.Text3)
			}
			p.RoundRect(left, mid-2, width, 4, 2, theme.Color(theme.Field))
			p.RoundRect(left, mid-2, width*value, 4, 2, fill)
			if base >= 0 {
				p.Fill(left+width*base-.75, mid-6, 1.5, 12, theme.Color(theme.Text3))
			}
			r := float32(6.5)
			if c.hot {
				r = knob
			}
			p.Circle(left+width*value, mid, r, dot)
		}}
	if on {
		c.drag = func(x float32, done bool) {
			v := float32(-1)
			if x >= 0 || !done {
				v = max(0, min(1, (x-knob)/max(1, w-2*knob)))
			}
			drag(v, done)
		}
	}
	return c
}

// paragraph is a cell of wrapped text; it returns the cell and its height.
func paragraph(s *sheet, x, y, w float32, text string, f theme.Font, ink theme.Name) cell {
	lines := theme.Wrap(text, f, s.Scale, w)
	step := f.SizeDp * 1.42
	return cell{x: x, y: y, w: w, h: float32(len(lines))*step + 2, key: text + string(ink), paint: func(p *theme.Pen, c cell) {
		for i, l := range lines {
			p.Text(c.x, c.y+float32(i)*step+f.SizeDp*1.05, l, f, theme.Color(ink))
		}
	}}
}

// edged draws a line around a board that lies over the view.
func edged(s *sheet) {
	line := func(name string, x, y, w, h float32) {
		s.pin(cell{x: x, y: y, w: w, h: h, key: name, paint: func(p *theme.Pen, c cell) { p.Fill(c.x, c.y, c.w, c.h, theme.Color(theme.Line)) }})
	}
	line("top", 0, 0, s.W, 1)
	line("bottom", 0, s.H-1, s.W, 1)
	line("left", 0, 0, 1, s.H)
	line("right", s.W-1, 0, 1, s.H)
}

// drawWarning draws the mark of a warning of ours: a triangle with a stroke. It is no alarm of the plant and has no
// colour of one.
func drawWarning(p *theme.Pen, cx, cy, size float32, ink theme.Name) {
	h, c := size/2, theme.Color(ink)
	p.Polyline([]theme.Point{{X: cx, Y: cy - h}, {X: cx + h*1.1, Y: cy + h*.9}, {X: cx - h*1.1, Y: cy + h*.9}, {X: cx, Y: cy - h}, {X: cx + h*1.1, Y: cy + h*.9}}, max(1.2, size/9), c)
	p.Line(cx, cy-h*.3, cx, cy+h*.25, max(1.2, size/9), c)
	p.Fill(cx-size/16, cy+h*.45, size/8, size/8, c)
}
