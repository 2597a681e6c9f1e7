package ui

import (
	"cmp"
	"fmt"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui/theme"
)

const (
	bindHead = 34
	bindFoot = 106
)

// build lays the card out: the part, the value, what the value does, and below what does not scroll.
func (c *bindingCard) build(s *sheet) {
	if !c.open {
		return
	}
	c.controls = c.controls[:0]
	s.b.head, s.head = bindHead, bindHead
	s.b.foot, s.foot = bindFoot, bindFoot
	f := &form{flow: &flow{sheet: s}, c: c}
	s.pin(heading(c.title(), "", s.W-40))
	c.partStep(f)
	c.valueStep(f)
	c.effectStep(f)
	f.y += 10
	s.total = f.y
	c.foot(f)
}

// partStep chooses the node.
func (c *bindingCard) partStep(f *form) {
	t, d := c.tree(), c.draft
	note := ""
	if d.home != twin.NoAsset {
		note = c.b.ownerWords(d.owner)
	}
	f.step(1, "Part", d.home != twin.NoAsset)
	name := "Nothing chosen"
	if d.home != twin.NoAsset {
		name = title(t, d.home)
		if c.placed {
			name = title(t, c.part.Asset)
		}
		if !c.placed || len(c.part.Trail) <= 1 {
			name += " · " + cmp.Or(d.text.Node, "whole model")
		}
	}
	text := "Pick in view"
	if c.picking == "part" {
		text = "Click a part"
	}
	w := f.width("Pick in view", theme.FontText) + 24
	f.add(cell{x: f.left(), y: f.y, w: f.right() - f.left() - w - 8, h: 30, name: "bound-part", hint: "The node of the model that changes: " + join(name, d.text.Node), key: name, paint: func(pen *theme.Pen, k cell) {
		pen.TextFit(k.x, k.y+20, k.w, name, theme.FontText, theme.Color(theme.Text))
	}})
	f.add(f.note(pushed(f.right()-w, f.y+1, w, "pick:part", text, "The next click in the view chooses the part", c.picking == "part"), func() { c.pick("part") }, nil))
	f.y += formRow
	if len(c.part.Trail) > 1 && c.placed {
		c.crumbs(f)
	}
	if note != "" {
		p := paragraph(f.sheet, theme.Margin, 0, f.W-2*theme.Margin, note, theme.FontSmall, theme.Text3)
		f.put(p)
	}
	f.y += 2
}

// crumbs lead from the model down to the node that was pointed at.
func (c *bindingCard) crumbs(f *form) {
	x, y := float32(theme.Margin), f.y
	for i, k := range c.part.Trail {
		w := f.width(k.Label, theme.FontSmall) + 12
		if x+w > f.right() && x > theme.Margin {
			x, y = theme.Margin, y+24
		}
		on := k.Node == c.draft.text.Node
		f.add(f.note(cell{x: x, y: y, w: w, h: 21, name: "crumb:" + k.Node, hint: "Bind " + k.Label, key: fmt.Sprint(k.Label, on), paint: func(pen *theme.Pen, q cell) {
			ink := theme.Text2
			switch {
			case on:
				pen.RoundRect(q.x, q.y, q.w, q.h, theme.Radius, theme.Color(theme.Selected))
				ink = theme.Text
			case q.hot:
				pen.RoundRect(q.x, q.y, q.w, q.h, theme.Radius, theme.Color(theme.Field))
			}
			pen.TextCenter(q.x+q.w/2, q.y+14.5, k.Label, theme.FontSmall, theme.Color(ink))
		}}, func() { c.crumb(k) }, nil))
		x += w
		if i+1 < len(c.part.Trail) {
			f.add(cell{x: x, y: y, w: 10, h: 21, key: "›", paint: func(pen *theme.Pen, q cell) {
				pen.Icon(theme.IconRight, q.x+5, q.y+10.5, 6, theme.Color(theme.Text3))
			}})
			x += 10
		}
	}
	f.y = y + 25
}

// crumb binds another node on the way down; the way stays in sight.
func (c *bindingCard) crumb(k Crumb) {
	trail := c.part.Trail
	p, ok := c.b.stage.PartNamed(c.part.Model, k.Node)
	if !ok {
		return
	}
	p.Trail = trail
	c.setPart(p)
	c.part.Trail = trail
	c.update()
}

// pushed is a button that is on while something goes on.
func pushed(x, y, w float32, name, text, hint string, on bool) cell {
	look := plainButton
	if on {
		look = onButton
	}
	k := button(x, y, w, name, text, hint, look, nil)
	return k
}

// valueStep chooses where the value comes from.
func (c *bindingCard) valueStep(f *form) {
	d := c.draft
	src := d.source(c.tree())
	f.step(2, "Value", src.Given())
	if len(d.text.Signals) > 0 || len(d.text.Components) > 0 {
		f.y += formRow
		f.fault("This binding takes several values: change which ones in the twin file")
		return
	}
	f.options("source", "", []option{{"signal", "Signal", "One signal of this asset"}, {"expr", "Expression", "A formula over its signals"}}, sourceName(d), c.setSource)
	if d.byExp {
		c.expression(f)
	} else {
		c.signalRow(f)
	}
}

func sourceName(d *draft) string {
	if d.byExp {
		return "expr"
	}
	return "signal"
}

// setSource switches between a signal and an expression; the signal becomes the beginning of the formula.
func (c *bindingCard) setSource(to string) {
	d := c.draft
	switch {
	case to == sourceName(d):
		return
	case to == "expr":
		s := d.signal(c.tree())
		if c.origin == (filePlace{}) {
			d.riseToKind(c.b.project)
		}
		d.byExp, d.text.Expr, d.text.Signal = true, "", ""
		if s != nil {
			d.text.Expr = nameInExpression(strings.TrimPrefix(s.Path, c.tree().Asset(d.home).Path+"/"))
		}
	default:
		if src, err := d.compile(c.tree()); err == nil && len(src.Inputs) == 1 {
			s := c.tree().Signal(src.Inputs[0])
			d.text.Signal = strings.TrimPrefix(s.Path, c.tree().Asset(d.home).Path+"/")
		}
		d.byExp, d.text.Expr = false, ""
		d.forget()
	}
	c.showing = ""
	c.changed("source")
}

// signalRow is the field of the signal, and its list while it is searched.
func (c *bindingCard) signalRow(f *form) {
	d, t := c.draft, c.tree()
	s := d.signal(t)
	text := ""
	if s != nil {
		text = s.Label
		if c.placed && s.Asset != c.part.Asset || !c.placed && s.Asset != d.home {
			text = t.Asset(s.Asset).Label + " / " + s.Label
		}
	}
	f.name("Signal")
	value, q := "", twin.Good
	if s != nil && c.typing != "signal" {
		val := c.b.x.s.view.snap.At(s.ID)
		value, q = quantity(s, val), val.Quality
	}
	vw := float32(0)
	if value != "" {
		vw = max(70, f.width(value, theme.FontText)+24)
	}
	f.boxOf(f.left(), f.y+2, f.right()-f.left()-vw, "signal", "Type a few letters of its name; the arrow keys choose", text, "Choose a signal", false)
	if value != "" {
		f.add(cell{x: f.right() - vw, y: f.y + 2, w: vw, h: formBox, key: fmt.Sprint(value, q), paint: func(pen *theme.Pen, k cell) {
			drawValue(pen, k.x+k.w, k.y+17.5, k.y+formBox/2, value, q, true)
		}})
	}
	f.y += formRow
	if c.showing == "signal" {
		c.list(f, func(i int) string {
			id, ok := scope{t, kindTop(t, d.home)}.id(c.found[i].Item.Words)
			if !ok {
				return ""
			}
			return quantity(t.Signal(id), c.b.x.s.view.snap.At(id))
		}, func(i int) { c.found[i].Item.Run() })
	}
}

// list is what was found, below the field that is typed in.
func (c *bindingCard) list(f *form, value func(i int) string, pick func(i int)) {
	first := max(0, min(c.cursor-listRows+1, len(c.found)-listRows))
	if c.cursor < first {
		first = c.cursor
	}
	if len(c.found) == 0 {
		f.words("Nothing is called that: fewer letters find more", theme.Text2)
	}
	for i := first; i < min(len(c.found), first+listRows); i++ {
		it, here, v := c.found[i].Item, i == c.cursor, value(i)
		f.put(cell{x: f.left(), w: f.right() - f.left(), h: 23, name: fmt.Sprint("list:", i), hint: it.Words, hand: true, key: fmt.Sprint(it.Text, here, v), paint: func(pen *theme.Pen, k cell) {
			if here || k.hot {
				back := theme.Color(theme.Hovered)
				if here {
					back = theme.Color(theme.Selected)
				}
				pen.RoundRect(k.x, k.y, k.w, k.h, theme.Radius, back)
			}
			right := k.x + k.w - 8
			if v != "" {
				right = pen.TextRight(right, k.y+16, v, theme.FontText, theme.Color(theme.Text2)) - 10
			}
			pen.TextFit(k.x+8, k.y+16, right-k.x-8, it.Text, theme.FontText, theme.Color(theme.Text))
		}, tap: func(fyne.Position, bool) { pick(i) }})
	}
	if more := len(c.found) - listRows; more > 0 {
		f.words(fmt.Sprintf("%d more: type, or use the arrow keys", more), theme.Text3)
	}
	f.y += 4
}

// expression is the field of the formula, with what it computes or what is wrong with it.
func (c *bindingCard) expression(f *form) {
	d, t := c.draft, c.tree()
	_, err := d.compile(t)
	empty := strings.TrimSpace(d.text.Expr) == ""
	f.boxOf(theme.Margin, f.y+2, f.right()-theme.Margin, "expr", "Signals by name, with dots into parts; quantities in quotes: \"70 °C\"", d.text.Expr, "power / 2, or gearbox.oil_temp > \"70 °C\"", err != nil && !empty)
	f.y += formRow
	if c.showing == "names" {
		c.list(f, func(i int) string {
			id, ok := (scope{t, d.home}).id(c.found[i].Item.Text)
			if !ok {
				return ""
			}
			return quantity(t.Signal(id), c.b.x.s.view.snap.At(id))
		}, func(i int) { c.insertName(c.found[i].Item.Words) })
	}
	switch {
	case empty:
		p := paragraph(f.sheet, theme.Margin, 0, f.W-2*theme.Margin, "Signals by name ("+strings.Join(c.examples(), ", ")+"), + − * / < >, and functions such as min, max, clamp", theme.FontSmall, theme.Text3)
		f.put(p)
	case err != nil:
		c.syntax(f, err)
	default:
		si, q, _ := c.value()
		text := "= –"
		if q.Class() != twin.BadClass {
			text = "= " + wordsOf(nil, c.exprUnit(), si)
		}
		f.put(cell{w: f.W, h: 22, key: fmt.Sprint(text, q), paint: func(pen *theme.Pen, k cell) {
			x := pen.Text(theme.Margin, k.y+15, text, theme.FontText, theme.Color(theme.Text))
			if q != twin.Good {
				pen.Quality(x+14, k.y+11, q)
			}
		}})
		f.name("Unit")
		f.box(f.left(), f.y+2, 84, "unit", "Of the value, for people, and of the numbers below", "as it is")
		f.y += formRow
	}
}

// examples names some signals as an expression would.
func (c *bindingCard) examples() []string {
	var out []string
	for _, path := range (scope{c.tree(), c.draft.home}).Near() {
		if len(out) < 2 {
			out = append(out, nameInExpression(path))
		}
	}
	return out
}

// syntax shows where the formula is wrong: a mark below the column, and what to do.
func (c *bindingCard) syntax(f *form, err error) {
	e, ok := err.(*expression.Error)
	if !ok {
		f.fault(sentence(faultWords(err)))
		return
	}
	runes := []rune(strings.ReplaceAll(c.draft.text.Expr, "\n", " "))
	at := max(0, min(len(runes), e.Column-1))
	head, tail := string(runes[max(0, at-18):at]), string(runes[at:min(len(runes), at+14)])
	if at > 18 {
		head = "…" + head
	}
	f.put(cell{w: f.W, h: 26, key: head + "\x00" + tail, paint: func(pen *theme.Pen, k cell) {
		x := pen.Text(theme.Margin+18, k.y+13, head, theme.FontSmall, theme.Color(theme.Text2))
		end := pen.Text(x, k.y+13, tail, theme.FontSmall, theme.Color(theme.Text))
		pen.Fill(x, k.y+17, max(6, min(end-x, 7)), 2, theme.Color(theme.High))
	}})
	f.fault(sentence(faultWords(err)))
}

// exprUnit is the unit in which the value of an expression is worded.
func (c *bindingCard) exprUnit() twin.Unit {
	if u := c.draft.unit(c.tree()); u.Symbol != "" {
		return u
	}
	src, err := c.draft.compile(c.tree())
	if err != nil {
		return twin.Unit{}
	}
	for _, id := range src.Inputs { // the unit of an input, where it fits, is what people know
		if u := c.tree().Signal(id).Unit; src.Program.Result().Fits(u) && !src.Program.Result().Number() {
			return u
		}
	}
	return twin.Unit{}
}

// propertyMenu chooses what the value changes.
func (c *bindingCard) propertyMenu(at fyne.Position) {
	menu := fyne.NewMenu("")
	group := effects[0].group
	for i := range effects {
		e := &effects[i]
		if e.group != group {
			menu.Items = append(menu.Items, fyne.NewMenuItemSeparator())
			group = e.group
		}
		it := fyne.NewMenuItem(e.text, func() { c.setProperty(e.property) })
		it.Checked = e.property == c.draft.text.Property
		it.Disabled = (e.property == project.ClipPosition || e.property == project.ClipRate) && len(c.clips()) == 0
		menu.Items = append(menu.Items, it)
	}
	widget.ShowPopUpMenuAtPosition(menu, c.b.x.s.window.Canvas(), at)
}
