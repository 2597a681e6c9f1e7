package ui

import (
	"fmt"
	"image/color"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/ui/theme"
)

// form lays the controls of a card out, and notes them for the keyboard.
type form struct {
	*flow
	c *bindingCard
}

const (
	formLabel = 84 // width of the names at the left
	formRow   = 32
	formBox   = 26 // height of a field
)

// left and right are the edges of what stands beside the names.
func (f *form) left() float32  { return theme.Margin + formLabel }
func (f *form) right() float32 { return f.W - theme.Margin }

// note makes a cell a control: the pointer and the keyboard reach it, and it shows which has the focus.
func (f *form) note(k cell, act func(), step func(int)) cell {
	c := f.c
	name := k.name
	on := c.focus == name && c.typing == "" && c.board.focused
	if on {
		k.key += "\x00focus"
		inner := k.paint
		k.paint = func(pen *theme.Pen, k cell) {
			inner(pen, k)
			pen.RoundBorder(k.x, k.y, k.w, k.h, theme.Radius, 1.5, theme.Color(theme.Accent))
		}
	}
	y := k.y
	if k.pinned {
		y = -1
	}
	c.controls = append(c.controls, knob{name: name, y: y, h: k.h, act: act, step: step})
	k.tap = func(fyne.Position, bool) {
		c.endTyping()
		c.focus = name
		if act != nil {
			act()
		}
		c.update()
	}
	k.hand = act != nil
	return k
}

// step heads one of the three steps, beside its first control.
func (f *form) step(n int, text string, done bool) {
	if n > 1 {
		f.y += 4
		f.put(cell{x: theme.Margin, w: f.W - 2*theme.Margin, h: 6, key: "rule", paint: func(pen *theme.Pen, c cell) { pen.HLine(c.x, c.y+1, c.w, theme.Color(theme.Line)) }})
	}
	f.add(cell{y: f.y, w: f.left() - 4, h: formRow - 2, key: fmt.Sprint(n, text, done), paint: func(pen *theme.Pen, c cell) {
		back, ink := theme.Color(theme.Field), theme.Color(theme.Text2)
		if done {
			back, ink = theme.Color(theme.Accent), theme.Color(theme.OnAccent)
		}
		pen.Circle(theme.Margin+8, c.y+15, 8.5, back)
		pen.TextCenter(theme.Margin+8, c.y+19, fmt.Sprint(n), theme.FontSmallBold, ink)
		pen.TextFit(theme.Margin+23, c.y+19.5, c.w-theme.Margin-23, text, theme.FontBold, theme.Color(theme.Text))
	}})
}

// name is the label of the row that begins here.
func (f *form) name(text string) {
	if text == "" {
		return
	}
	f.add(cell{x: 0, y: f.y, w: f.left() - 4, h: formRow - 2, key: text, paint: func(pen *theme.Pen, c cell) {
		pen.TextFit(theme.Margin, c.y+20, formLabel-6, text, theme.FontText, theme.Color(theme.Text2))
	}})
}

// box is a field: it shows its text until it is typed in, when the entry lies over it.
func (f *form) box(x, y, w float32, name, hint, placeholder string) {
	text, fault := f.c.draft.field(name), f.c.draft.faults[name] != nil
	f.boxOf(x, y, w, name, hint, text, placeholder, fault)
}

func (f *form) boxOf(x, y, w float32, name, hint, text, placeholder string, fault bool) {
	typing := f.c.typing == name
	f.add(f.note(cell{x: x, y: y, w: w, h: formBox, name: "field:" + name, hint: hint, key: fmt.Sprint(text, placeholder, fault, typing),
		paint: func(pen *theme.Pen, c cell) {
			back := theme.Color(theme.Field)
			if c.hot {
				back = theme.Mix(back, theme.Color(theme.Text), .05)
			}
			pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, back)
			if fault {
				pen.RoundBorder(c.x, c.y, c.w, c.h, theme.Radius, 1.5, theme.Color(theme.High))
			}
			if typing {
				return
			}
			if text == "" {
				pen.TextFit(c.x+8, c.y+17.5, c.w-16, placeholder, theme.FontText, theme.Color(theme.Text3))
			} else {
				pen.TextFit(c.x+8, c.y+17.5, c.w-16, text, theme.FontText, theme.Color(theme.Text))
			}
		}}, func() { f.c.beginTyping(name) }, nil))
}

// unitText stands behind a field.
func (f *form) unitText(x, y float32, text string) {
	if text == "" {
		return
	}
	f.add(cell{x: x, y: y, w: f.width(text, theme.FontSmall) + 4, h: formBox, key: text, paint: func(pen *theme.Pen, c cell) {
		pen.Text(c.x, c.y+17, text, theme.FontSmall, theme.Color(theme.Text2))
	}})
}

// option is one of several switches in a row.
type option struct{ value, text, hint string }

// options is a row of switches of which one is on; the arrow keys move along it.
func (f *form) options(name, label string, all []option, chosen string, set func(string)) {
	f.name(label)
	left := f.left()
	x, y := left, f.y+3
	for i, o := range all {
		w := f.width(o.text, theme.FontText) + 18
		if x+w > f.right()+6 && x > left {
			x, y = left, y+formBox+3
		}
		on := o.value == chosen
		f.chip(x, y, w, name+":"+o.value, o.text, o.hint, on, func() { set(o.value) }, func(by int) {
			next := all[(i+by+len(all))%len(all)]
			f.c.focus = name + ":" + next.value
			set(next.value)
		})
		x += w + 4
	}
	f.y = y + formBox + 3
}

// chip is a small button that may be on.
func (f *form) chip(x, y, w float32, name, text, hint string, on bool, act func(), step func(int)) {
	f.add(f.note(cell{x: x, y: y, w: w, h: formBox, name: name, hint: hint, key: fmt.Sprint(text, on), paint: func(pen *theme.Pen, c cell) {
		back, ink := theme.Color(theme.Field), theme.Color(theme.Text2)
		switch {
		case on:
			back, ink = theme.Color(theme.Selected), theme.Color(theme.Text)
		case c.hot:
			back, ink = theme.Mix(back, theme.Color(theme.Text), .08), theme.Color(theme.Text)
		}
		pen.RoundRect(c.x, c.y, c.w, c.h, theme.Radius, back)
		pen.TextCenter(c.x+c.w/2, c.y+c.h/2+4.5, text, theme.FontText, ink)
	}}, act, step))
}

// words is a quiet line below a control, wrapped.
func (f *form) words(text string, ink theme.Name) {
	if text == "" {
		return
	}
	p := paragraph(f.sheet, f.left(), 0, f.right()-f.left(), text, theme.FontSmall, ink)
	f.put(p)
	f.y += 3
}

// fault is a line that says what is wrong and how to mend it.
func (f *form) fault(text string) {
	if text == "" {
		return
	}
	x := float32(theme.Margin)
	lines := theme.Wrap(text, theme.FontSmall, f.Scale, f.right()-x-18)
	f.put(cell{w: f.W, h: float32(len(lines))*15 + 6, key: text, paint: func(pen *theme.Pen, c cell) {
		drawWarning(pen, x+6, c.y+9, 12, theme.Text2)
		for i, l := range lines {
			pen.Text(x+18, c.y+13+15*float32(i), l, theme.FontSmall, theme.Color(theme.Text))
		}
	}})
}

// swatch is a square of a colour that opens its palette.
func (f *form) swatch(x, y float32, index int, col color.NRGBA, hint string) {
	name := fmt.Sprint("colour:", index)
	open := f.c.showing == name
	f.add(f.note(cell{x: x, y: y, w: 34, h: formBox, name: "swatch:" + fmt.Sprint(index), hint: hint, key: fmt.Sprint(col, open), paint: func(pen *theme.Pen, c cell) {
		pen.RoundRect(c.x+1, c.y+1, c.w-2, c.h-2, theme.Radius, col)
		rim := theme.Color(theme.Line)
		if c.hot || open {
			rim = theme.Color(theme.Text)
		}
		pen.RoundBorder(c.x+1, c.y+1, c.w-2, c.h-2, theme.Radius, 1, rim)
	}}, func() {
		if f.c.showing == name {
			f.c.showing = ""
		} else {
			f.c.showing = name
		}
	}, nil))
}

// palette is the row of colours that a swatch opens, with a field for any other.
func (f *form) palette(index int) {
	if f.c.showing != fmt.Sprint("colour:", index) {
		return
	}
	const side = 24
	chosen := f.c.draft.colourAt(index)
	for _, row := range [][]string{tokenNames(), fixedColours} {
		x := f.left()
		for _, name := range row {
			col, on := swatchOf(name), name == chosen
			f.add(f.note(cell{x: x, y: f.y + 2, w: side, h: side, name: fmt.Sprint("paint:", index, ":", name), hint: colourWords(name), key: fmt.Sprint(name, on, col), paint: func(pen *theme.Pen, c cell) {
				pen.RoundRect(c.x+2, c.y+2, c.w-4, c.h-4, theme.Radius, col)
				switch {
				case on:
					pen.RoundBorder(c.x, c.y, c.w, c.h, theme.Radius, 2, theme.Color(theme.Text))
				case c.hot:
					pen.RoundBorder(c.x+1, c.y+1, c.w-2, c.h-2, theme.Radius, 1, theme.Color(theme.Text2))
				}
				if name == "clay" { // no colour of its own
					pen.Line(c.x+5, c.y+c.h-5, c.x+c.w-5, c.y+5, 1.4, theme.Color(theme.Text2))
				}
			}}, func() {
				f.c.draft.setField(fmt.Sprint("colour:", index), name)
				f.c.changed("colour")
			}, nil))
			x += side + 3
		}
		f.y += side + 4
	}
	f.name("Other")
	f.box(f.left(), f.y+2, 110, fmt.Sprint("colour:", index), "Any colour, as #RRGGBB", "#RRGGBB")
	f.y += formRow
}
