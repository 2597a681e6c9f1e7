package ui

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui/theme"
)

// effectStep chooses what the value changes, and how much.
func (c *bindingCard) effectStep(f *form) {
	d := c.draft
	e := d.effect()
	f.step(3, "Effect", d.text.Property != "")
	c.propertyRow(f)
	if d.text.Property == "" {
		return
	}
	if e.axis != noAxis {
		c.axisRow(f, e)
	}
	switch d.text.Property {
	case project.ClipPosition, project.ClipRate:
		c.clipRow(f)
	case project.Label, project.Badge:
		f.name("Text")
		f.box(f.left(), f.y+2, f.right()-f.left(), "text", "What stands before the value", "name of the part")
		f.y += formRow
	}
	if e.number {
		c.numbers(f, e)
	}
	switch {
	case len(d.text.States) > 0:
		c.states(f)
	case len(d.text.Ramp) > 0:
		c.ramp(f)
	case d.text.Property == project.Arrow, d.text.Property == project.Flow, d.text.Property == project.Trail, d.text.Property == project.Badge:
		c.signRow(f)
	}
	c.manner(f, e)
}

// propertyRow shows the property and opens the menu of all.
func (c *bindingCard) propertyRow(f *form) {
	e := c.draft.effect()
	text := e.text
	if c.draft.text.Property == "" {
		text = "Choose what changes"
	}
	x, w := f.left(), f.right()-f.left()
	open := func() {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(c.board)
		y := float32(0)
		for i := range c.board.cells {
			if c.board.cells[i].name == "property" {
				y = c.board.cells[i].y
			}
		}
		c.propertyMenu(at.AddXY(x, y+formBox))
	}
	f.add(f.note(cell{x: x, y: f.y + 2, w: w, h: formBox, name: "property", hint: "What the value changes: the arrow keys go through all", key: text, paint: func(pen *theme.Pen, k cell) {
		back := theme.Color(theme.Field)
		if k.hot {
			back = theme.Mix(back, theme.Color(theme.Text), .06)
		}
		pen.RoundRect(k.x, k.y, k.w, k.h, theme.Radius, back)
		pen.TextFit(k.x+8, k.y+17.5, k.w-30, text, theme.FontText, theme.Color(theme.Text))
		pen.Icon(theme.IconDown, k.x+k.w-13, k.y+13, 9, theme.Color(theme.Text2))
	}}, open, func(by int) {
		at := slices.IndexFunc(effects, func(e effect) bool { return e.property == c.draft.text.Property })
		c.setProperty(effects[(at+by+len(effects))%len(effects)].property)
	}))
	f.y += formRow
}

// axisRow chooses the axis: one of the node, that of a face, or three numbers.
func (c *bindingCard) axisRow(f *form, e *effect) {
	d := c.draft
	chosen := axisWords(d.text.Axis)
	all := []option{}
	if e.axis == axisFree {
		hints := map[string]string{"Up": "Upward, whatever way the part stands", "All": "In all directions", "Long": "Along the longest side of the part"}
		all = append(all, option{"", e.whole, hints[e.whole]})
	}
	for _, n := range []string{"X", "Y", "Z"} {
		value := n
		if strings.TrimPrefix(chosen, "−") == n {
			value = chosen
		}
		all = append(all, option{value, value, "Along " + n + " of the node"})
	}
	name := "Axis"
	if d.text.Property == project.TextureOffset || d.text.Property == project.TextureRate {
		all[len(all)-3].text, all[len(all)-2].text = "U", "V"
		all = all[:len(all)-1]
	}
	y := f.y
	f.options("axis", name, all, chosen, func(v string) {
		clear2(d, "axis")
		if v == "" {
			d.text.Axis = nil
		} else if axis, err := parseAxis(v); err == nil {
			d.text.Axis = axis
		}
		c.changed("axis")
	})
	if d.text.Axis != nil {
		x := f.left()
		for _, o := range all {
			x += f.width(o.text, theme.FontText) + 22
		}
		f.chip(x+4, y+3, 26, "axis-turn", "±", "The other way round", false, func() {
			for i := range d.text.Axis {
				if d.text.Axis[i] != 0 {
					d.text.Axis[i] = -d.text.Axis[i]
				}
			}
			c.changed("axis")
		}, nil)
		x += 34
		text := "Pick"
		if c.picking == "axis" {
			text = "Click a face"
		}
		if w := f.width(text, theme.FontText) + 16; x+w <= f.right()+8 {
			f.chip(x, y+3, w, "pick:axis", text, "Take the direction of the face that you click in the view", c.picking == "axis", func() { c.pick("axis") }, nil)
		}
	}
	if fault := d.faults["axis"] != nil; fault || d.text.Axis != nil && len([]rune(chosen)) > 2 {
		f.box(f.left(), f.y+2, f.right()-f.left(), "axis", "Three numbers, in the frame of the node", "0, 0, 1")
		f.y += formRow
	}
}

// clipRow chooses an animation of the model.
func (c *bindingCard) clipRow(f *form) {
	var all []option
	for _, name := range c.clips() {
		all = append(all, option{name, name, "An animation of the model"})
	}
	if len(all) == 0 {
		f.fault("The model of this part has no animation: choose another effect")
		return
	}
	f.options("clip", "Animation", all, c.draft.text.Clip, func(v string) { c.draft.text.Clip = v; c.changed("clip") })
}

// numbers are gain, offset and range, and in words what they make of a value.
func (c *bindingCard) numbers(f *form, e *effect) {
	d := c.draft
	u := d.unit(c.tree())
	ranged := d.text.Property == project.Level && len(d.text.Range) == 2
	const w = 78
	if !ranged {
		f.name("Gain")
		f.box(f.left(), f.y+2, w, "gain", "What the value, in SI units, is multiplied by", "1")
		x := f.left() + w + 10
		f.add(cell{x: x, y: f.y + 2, w: 46, h: formBox, key: "Offset", paint: func(pen *theme.Pen, k cell) {
			pen.Text(k.x, k.y+18, "Offset", theme.FontText, theme.Color(theme.Text2))
		}})
		f.box(x+48, f.y+2, min(w, f.right()-x-48), "offset", "What is added after that, in SI units", "0")
		f.y += formRow
		gain, offset := 1.0, 0.0
		if d.text.Gain != nil {
			gain = *d.text.Gain
		}
		if d.text.Offset != nil {
			offset = *d.text.Offset
		}
		if c.draft.byExp {
			u = c.exprUnit()
		}
		f.words(gainWords(e, u, gain, offset), theme.Text2)
	}
	name, hint := "Held within", "Values beyond are taken as this"
	if d.text.Property == project.Level {
		name, hint = "Empty, full", "Where the part is empty, and where it is full"
	}
	f.name(name)
	f.box(f.left(), f.y+2, w, "range:0", hint, "any")
	f.add(cell{x: f.left() + w + 2, y: f.y + 2, w: 14, h: formBox, key: "–", paint: func(pen *theme.Pen, k cell) {
		pen.TextCenter(k.x+k.w/2, k.y+17, "–", theme.FontText, theme.Color(theme.Text3))
	}})
	f.box(f.left()+w+18, f.y+2, w, "range:1", hint, "any")
	f.unitText(f.left()+2*w+24, f.y+2, u.Symbol)
	f.y += formRow
}

// resolved is the draft as the view would take it, with all values in SI.
func (d *draft) resolved(t *twin.Tree) project.Binding {
	u := d.unit(t)
	b := project.Binding{Property: d.text.Property, Gain: 1, Step: d.text.Step, Text: d.text.Text, Unit: u, Ramp: d.rampOf(t)}
	if d.text.Gain != nil {
		b.Gain = *d.text.Gain
	}
	if d.text.Offset != nil {
		b.Offset = *d.text.Offset
	}
	if len(d.text.Range) == 2 {
		b.Range = [2]float64{u.SI(d.text.Range[0]), u.SI(d.text.Range[1])}
	}
	s := d.signal(t)
	for i, st := range d.text.States {
		c, ok := colourNamed(st.Color)
		if !ok {
			continue
		}
		at := float64(i)
		switch {
		case st.State == "true":
			at = 1
		case st.State == "false":
			at = 0
		case s != nil:
			if k := slices.Index(s.States, st.State); k >= 0 {
				at = float64(k)
			}
		}
		b.States = append(b.States, project.Stop{At: at, Color: c})
	}
	return b
}

// ramp edits the colours over the values.
func (c *bindingCard) ramp(f *form) {
	d, t := c.draft, c.tree()
	u := d.unit(t)
	f.name("Colours")
	c.rampBar(f)
	for i := range d.text.Ramp {
		stop := d.text.Ramp[i]
		f.swatch(f.left(), f.y+2, i, swatchOf(stop.Color), colourWords(stop.Color)+" — click for others")
		f.add(cell{x: f.left() + 38, y: f.y + 2, w: 30, h: formBox, key: "from", paint: func(pen *theme.Pen, k cell) {
			word := "at"
			if d.text.Step {
				word = "from"
			}
			pen.Text(k.x, k.y+17.5, word, theme.FontText, theme.Color(theme.Text2))
		}})
		f.box(f.left()+72, f.y+2, 78, fmt.Sprint("stop:", i), "The value at which this colour holds", "")
		f.unitText(f.left()+156, f.y+2, u.Symbol)
		if len(d.text.Ramp) > 2 {
			f.add(f.note(cell{x: f.right() - 24, y: f.y + 3, w: 24, h: 24, name: fmt.Sprint("stop-off:", i), hint: "Take this colour out", key: "x", paint: func(pen *theme.Pen, k cell) {
				ink := theme.Text3
				if k.hot {
					pen.RoundRect(k.x, k.y, k.w, k.h, theme.Radius, theme.Color(theme.Field))
					ink = theme.Text
				}
				pen.Icon(theme.IconClose, k.x+12, k.y+12, 9, theme.Color(ink))
			}}, func() { d.removeStop(i); c.showing = ""; c.changed("stops") }, nil))
		}
		f.y += formRow - 2
		f.palette(i)
	}
	w := f.width("Add colour", theme.FontText) + 20
	f.chip(f.left(), f.y+2, w, "stop-add", "Add colour", "Another colour, in the widest gap", false, func() { d.addStop(t); c.showing = ""; c.changed("stops") }, nil)
	steps := f.width("In steps", theme.FontText) + 20
	f.chip(f.left()+w+6, f.y+2, steps, "step", "In steps", "Each colour holds up to the next, without a run between them", d.text.Step, func() { d.text.Step = !d.text.Step; c.changed("step") }, nil)
	f.y += formRow
}

// rampBar shows the colours over the values, with a mark where the value is now.
func (c *bindingCard) rampBar(f *form) {
	b := c.draft.resolved(c.tree())
	if len(b.Ramp) < 2 {
		return
	}
	lo, hi := b.Ramp[0].At, b.Ramp[len(b.Ramp)-1].At
	pad := (hi - lo) * .08
	lo, hi = lo-pad, hi+pad
	si, q, s := c.value()
	mark := float32(-1)
	if q.Class() != twin.BadClass && !math.IsNaN(si) {
		mark = float32(math.Round(max(0, min(1, (si-lo)/(hi-lo)))*300) / 300)
	}
	u := b.Unit
	digits := 0
	if u.Span(hi-lo) < 10 {
		digits = 1
	}
	ends := [2]string{u.Format(b.Ramp[0].At, digits), u.Format(b.Ramp[len(b.Ramp)-1].At, digits)}
	_ = s
	var key strings.Builder
	for _, r := range b.Ramp {
		fmt.Fprint(&key, r.At, colourOf(r.Color))
	}
	f.put(cell{x: f.left(), w: f.right() - f.left(), h: 36, name: "ramp", hint: "The colours over the values; the mark is the value now", key: fmt.Sprint(key.String(), mark, b.Step, ends), paint: func(pen *theme.Pen, k cell) {
		const n = 96
		for i := range n {
			col := colourAt(&b, lo+(hi-lo)*(float64(i)+.5)/n)
			if col.A == 0 {
				col = theme.Color(theme.Clay)
			}
			x0, x1 := k.x+k.w*float32(i)/n, k.x+k.w*float32(i+1)/n
			pen.Fill(x0, k.y+4, x1-x0+.5, 14, opaque(col))
		}
		pen.Border(k.x, k.y+4, k.w, 14, 1, theme.Color(theme.Line))
		for _, r := range b.Ramp {
			x := k.x + k.w*float32((r.At-lo)/(hi-lo))
			pen.Fill(x-.5, k.y+18, 1, 4, theme.Color(theme.Text3))
		}
		if mark >= 0 {
			x := k.x + k.w*mark
			pen.Fill(x-1.5, k.y+1, 3, 20, theme.Color(theme.Text))
			pen.Fill(x-.5, k.y+2, 1, 18, theme.Color(theme.Panel))
		}
		first := k.x + k.w*float32((b.Ramp[0].At-lo)/(hi-lo))
		last := k.x + k.w*float32((b.Ramp[len(b.Ramp)-1].At-lo)/(hi-lo))
		pen.Text(max(k.x, first-8), k.y+33, ends[0], theme.FontSmall, theme.Color(theme.Text2))
		pen.TextRight(min(k.x+k.w, last+8), k.y+33, ends[1], theme.FontSmall, theme.Color(theme.Text2))
	}})
}

func opaque(c color.NRGBA) color.NRGBA { c.A = 255; return c }

// states edits the colour of each state.
func (c *bindingCard) states(f *form) {
	d := c.draft
	f.name("Colours")
	si, q, _ := c.value()
	now := d.resolved(c.tree())
	for i, st := range d.text.States {
		here := q.Class() != twin.BadClass && i < len(now.States) && math.Round(si) == now.States[i].At
		f.swatch(f.left(), f.y+2, i, swatchOf(st.Color), colourWords(st.Color)+" — click for others")
		name := map[string]string{"true": "on", "false": "off"}[st.State]
		if name == "" {
			name = st.State
		}
		f.add(cell{x: f.left() + 42, y: f.y + 2, w: f.right() - f.left() - 42, h: formBox, key: fmt.Sprint(name, here), paint: func(pen *theme.Pen, k cell) {
			font := theme.FontText
			if here {
				font = theme.FontBold
			}
			x := pen.Text(k.x, k.y+17.5, name, font, theme.Color(theme.Text))
			if here {
				pen.Text(x+8, k.y+17.5, "now", theme.FontSmall, theme.Color(theme.Text2))
			}
		}})
		f.y += formRow - 3
		f.palette(i)
	}
	f.y += 2
}

// signRow is the colour and the size of a sign in the scene.
func (c *bindingCard) signRow(f *form) {
	d := c.draft
	f.name("Colour")
	col := d.text.Color
	if col == "" {
		col = "accent"
	}
	f.swatch(f.left(), f.y+2, -1, swatchOf(col), colourWords(col)+" — click for others")
	switch d.text.Property {
	case project.Trail:
		f.add(cell{x: f.left() + 46, y: f.y + 2, w: 56, h: formBox, key: "back", paint: func(pen *theme.Pen, k cell) {
			pen.Text(k.x, k.y+17.5, "reaches", theme.FontText, theme.Color(theme.Text2))
		}})
		f.box(f.left()+104, f.y+2, 70, "window", "How far back the trail reaches", "30s")
	case project.Arrow, project.Flow:
		f.add(cell{x: f.left() + 46, y: f.y + 2, w: 56, h: formBox, key: "width", paint: func(pen *theme.Pen, k cell) {
			pen.Text(k.x, k.y+17.5, "width", theme.FontText, theme.Color(theme.Text2))
		}})
		f.box(f.left()+92, f.y+2, 60, "width", "Width on the screen, pixels; empty is as suits", "auto")
		f.unitText(f.left()+158, f.y+2, "px")
	}
	f.y += formRow
	f.palette(-1)
}

// manner is how the part goes from value to value, and what a value does that is not good.
func (c *bindingCard) manner(f *form, e *effect) {
	d := c.draft
	if e.moves {
		chosen := string(d.text.Interpolate)
		if chosen == "" {
			chosen = string(project.Glide)
		}
		f.options("interpolate", "On the way", []option{
			{string(project.Glide), "Glide", "Most of the way at once, the rest within a fraction of a second"},
			{string(project.Linear), "Even", "Evenly, in the time between two values"},
			{string(project.Jump), "Jump", "At once"}}, chosen, func(v string) {
			if d.text.Interpolate = project.Interpolation(v); v == string(project.Glide) {
				d.text.Interpolate = ""
			}
			c.changed("interpolate")
		})
	}
	chosen := string(d.text.Quality)
	if chosen == "" {
		chosen = string(project.Mark)
	}
	f.options("quality", "If doubtful", []option{
		{string(project.Mark), "Mark", "An uncertain value counts, a bad one does not; either marks the part"},
		{string(project.Hold), "Hold", "The part stays as the last good value left it, and is marked"},
		{string(project.Hide), "Hide", "The part, or its sign, is not shown"}}, chosen, func(v string) {
		if d.text.Quality = project.Policy(v); v == string(project.Mark) {
			d.text.Quality = ""
		}
		c.changed("quality")
	})
}
