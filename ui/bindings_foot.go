package ui

import (
	"errors"
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/ui/theme"
)

// foot is what does not scroll: what the value does now, the preview, and the buttons.
func (c *bindingCard) foot(f *form) {
	s := f.sheet
	top := s.H - bindFoot
	s.pin(cell{x: 0, y: top, w: s.W, h: 2, key: "line", paint: func(pen *theme.Pen, k cell) { pen.HLine(0, k.y, k.w, theme.Color(theme.Line)) }})
	c.nowLine(s, top+3)
	c.previewRow(f, top+38)
	y := s.H - buttonHeight - 9
	w := buttonWidth(s, "Done")
	done := mainButton
	if c.at == (filePlace{}) {
		done = offButton
	}
	s.pin(f.note(button(f.right()-w, y, w, "done", "Done", "Keep it; Ctrl+S writes the twin file", done, nil), c.done, nil))
	x := f.right() - w - 8
	w = buttonWidth(s, "Discard")
	s.pin(f.note(button(x-w, y, w, "discard", "Discard", "Take back what this card changed", plainButton, nil), c.discard, nil))
	if c.at != (filePlace{}) {
		w = f.width("Remove", theme.FontText) + 20
		s.pin(f.note(button(theme.Margin, y, w, "remove", "Remove", "Take the binding out of the twin", plainButton, nil), c.remove, nil))
	}
}

// nowLine says what the value does now, or what is missing.
func (c *bindingCard) nowLine(s *sheet, y float32) {
	if c.fault == "" && len(c.b.warnings) > 0 && c.at != (filePlace{}) {
		c.warning(s, y, c.b.warnings[0])
		return
	}
	missing := c.draft.missing(c.tree())
	if c.fault != "" || missing != nil {
		text := c.fault
		if text == "" {
			text = sentence(faultWords(missing))
		}
		var e *expression.Error
		if errors.As(missing, &e) { // said in full below the formula
			text = fmt.Sprintf("The expression is wrong at column %d", e.Column)
		}
		c.warning(s, y, text)
		return
	}
	si, q, sig := c.value()
	b := c.draft.resolved(c.tree())
	u := b.Unit
	if c.draft.byExp {
		u = c.exprUnit()
		b.Unit = u
	}
	from := "–"
	out := outcome{text: "not known"}
	if q.Class() != twin.BadClass {
		from, out = wordsOf(sig, u, si), happens(&b, sig, si)
	}
	lead := "Now"
	if c.b.preview.on {
		lead = "Preview"
	}
	if q.Class() == twin.BadClass {
		_, word := theme.Mark(q)
		from = word
	}
	s.pin(cell{x: theme.Margin, y: y, w: s.W - 2*theme.Margin, h: 34, key: fmt.Sprint(lead, from, out, q), paint: func(pen *theme.Pen, k cell) {
		x := pen.Text(k.x, k.y+21, lead, theme.FontText, theme.Color(theme.Text2)) + 8
		x = pen.Text(x, k.y+21, from, theme.FontText, theme.Color(theme.Text))
		if q != twin.Good && q.Class() != twin.BadClass && lead == "Now" {
			pen.Quality(x+12, k.y+17, q)
			x += 22
		}
		pen.Line(x+8, k.y+17, x+20, k.y+17, 1.3, theme.Color(theme.Text3))
		pen.Polyline([]theme.Point{{X: x + 16, Y: k.y + 13}, {X: x + 20, Y: k.y + 17}, {X: x + 16, Y: k.y + 21}}, 1.3, theme.Color(theme.Text3))
		x += 28
		if out.colour.A > 0 {
			pen.RoundRect(x, k.y+8, 34, 18, theme.Radius, opaque(out.colour))
			pen.RoundBorder(x, k.y+8, 34, 18, theme.Radius, 1, theme.Color(theme.Line))
			return
		}
		pen.TextFit(x, k.y+21, k.x+k.w-x, out.text, theme.FontBold, theme.Color(theme.Text))
	}})
}

func (c *bindingCard) warning(s *sheet, y float32, text string) {
	lines := theme.Wrap(text, theme.FontSmall, s.Scale, s.W-2*theme.Margin-20)
	if len(lines) > 2 {
		lines = []string{lines[0], theme.Fit(lines[1]+" …", theme.FontSmall, s.Scale, s.W-2*theme.Margin-20)}
	}
	ink := c.inkOfFault()
	s.pin(cell{x: theme.Margin, y: y, w: s.W - 2*theme.Margin, h: 36, name: "card-fault", hint: text, key: text + string(ink), paint: func(pen *theme.Pen, k cell) {
		drawWarning(pen, k.x+6, k.y+14, 12, theme.Text2)
		for i, l := range lines {
			pen.Text(k.x+20, k.y+14+15*float32(i), l, theme.FontSmall, theme.Color(ink))
		}
	}})
}

// previewRow is the slider that sweeps the value over its range, in this view alone and as long as it is held.
func (c *bindingCard) previewRow(f *form, y float32) {
	s, t := f.sheet, c.tree()
	in := inputs(c.draft.source(t))
	on := len(in) > 0 && c.at != (filePlace{})
	sig := (*twin.Signal)(nil)
	value, text := float32(0), ""
	if len(in) > 0 {
		sig = t.Signal(in[c.sweep%len(in)])
		lo, hi := whole(sig)
		si := c.b.x.s.view.snap.At(sig.ID).Value
		if c.b.preview.on {
			si = c.b.preview.value
			text = quantity(sig, twin.Value{Value: si, Quality: twin.Good})
		}
		if hi > lo && !math.IsNaN(si) {
			value = float32(max(0, min(1, (si-lo)/(hi-lo))))
		}
	}
	label := "Preview"
	switch {
	case text != "":
		label = text
	case len(in) > 1:
		label = sig.Label
	}
	const labelW = 78
	name := cell{x: theme.Margin, y: y, w: labelW, h: 22, key: label, paint: func(pen *theme.Pen, k cell) {
		pen.TextFit(k.x, k.y+15, k.w-4, label, theme.FontText, theme.Color(theme.Text2))
	}}
	if len(in) > 1 {
		name.name, name.hint = "sweep", "The slider moves "+sig.Label+" — click for the next input of the expression"
		name = f.note(name, func() { c.sweep = (c.sweep + 1) % len(in) }, nil)
	}
	s.pin(name)
	w := s.W - 2*theme.Margin - labelW
	hint := "Drag: the view shows what other values would do, marked as not live. Nothing is sent"
	if !on {
		hint = "There is nothing to preview yet"
	}
	base := float32(-1)
	if c.b.preview.on && sig != nil {
		lo, hi := whole(sig)
		if v := c.b.x.s.view.snap.At(sig.ID); v.Quality.Class() != twin.BadClass && hi > lo {
			base = float32(max(0, min(1, (v.Value-lo)/(hi-lo))))
		}
	}
	k := slider(theme.Margin+labelW-6, y+1, w+12, "preview", hint, value, base, theme.Predicted, on, func(v float32, done bool) {
		c.endTyping()
		if done {
			c.b.stopPreview()
			c.update()
			return
		}
		lo, hi := whole(sig)
		si := lo + float64(v)*(hi-lo)
		if sig.Kind != twin.Number {
			si = math.Round(si)
		}
		c.b.startPreview(sig.ID, si)
		c.update()
	})
	k.pinned = true
	var step func(int)
	if on {
		step = func(by int) { c.nudge(sig, by) }
	}
	k.key += fmt.Sprint(c.focus == "preview")
	if c.focus == "preview" && c.board.focused {
		inner := k.paint
		k.paint = func(pen *theme.Pen, k cell) {
			inner(pen, k)
			pen.RoundBorder(k.x+1, k.y, k.w-2, k.h, theme.Radius, 1.5, theme.Color(theme.Accent))
		}
	}
	c.controls = append(c.controls, knob{name: "preview", y: -1, h: k.h, act: nil, step: step})
	s.pin(k)
}

// nudge moves the preview by the arrow keys; it ends with the focus.
func (c *bindingCard) nudge(sig *twin.Signal, by int) {
	lo, hi := whole(sig)
	now := c.b.x.s.view.snap.At(sig.ID).Value
	if c.b.preview.on {
		now = c.b.preview.value
	}
	step := (hi - lo) / 40
	if sig.Kind != twin.Number {
		step = 1
	}
	c.b.startPreview(sig.ID, max(lo, min(hi, now+float64(by)*step)))
	c.b.preview.keyed = c.b.x.s.clock()
	c.update()
}
