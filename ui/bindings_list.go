package ui

import (
	"fmt"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui/theme"
)

// bound is a binding as the inspector lists it.
type bound struct {
	binding *project.Binding
	asset   twin.AssetID // that the node is, or that declared it
}

// listOf returns the bindings that change an asset, then those of what is above it up to the asset of a kind.
func (b *bindings) listOf(id twin.AssetID) (own, above []bound) {
	if l := &b.listed; l.of != b.project || l.id != id {
		l.of, l.id = b.project, id
		l.own, l.above = b.sorted(id)
	}
	return b.listed.own, b.listed.above
}

// sorted sorts the bindings about an asset by what they change.
func (b *bindings) sorted(id twin.AssetID) (own, above []bound) {
	t := b.x.Project.Tree
	top := kindTop(t, id)
	for i := range b.project.Bindings {
		g := &b.project.Bindings[i]
		if top == twin.NoAsset || !t.Under(g.Asset, top) {
			continue
		}
		asset := g.Asset
		if b.stage != nil && g.Node != "" {
			if p, ok := b.stage.PartNamed(g.Asset, g.Node); ok && t.Under(p.Asset, g.Asset) {
				asset = p.Asset
			}
		}
		switch {
		case asset == id || g.Asset == id:
			own = append(own, bound{g, asset})
		case t.Under(id, asset):
			above = append(above, bound{g, asset})
		}
	}
	return own, above
}

// bindings lists what data do to the part.
func (p *inspector) bindings(f *flow, id twin.AssetID) {
	if p.shell == nil || p.shell.desk == nil || p.shell.desk.edits == nil {
		return
	}
	b := p.shell.desk.edits
	own, above := b.listOf(id)
	may, _ := b.may()
	if len(own)+len(above) == 0 && (!may || p.v.selected == twin.NoAsset) {
		return
	}
	note := ""
	if b.dirty {
		note = "not saved"
	}
	f.put(withW(heading("Bindings", note, f.W), f.W))
	for i, g := range own {
		p.binding(f, b, g, i, "")
	}
	if len(own) == 0 && p.v.selected != twin.NoAsset {
		text := "Nothing moves or colours this part yet"
		f.put(cell{w: f.W, h: 22, key: text, paint: func(pen *theme.Pen, c cell) {
			pen.TextFit(theme.Margin, c.y+15, c.w-2*theme.Margin, text, theme.FontSmall, theme.Color(theme.Text3))
		}})
	}
	last := twin.NoAsset
	for i, g := range above {
		if g.asset != last {
			last = g.asset
			text := "Of " + title(p.v.tree, g.asset)
			f.put(cell{w: f.W, h: 22, key: text, paint: func(pen *theme.Pen, c cell) {
				pen.TextFit(theme.Margin, c.y+16, c.w-2*theme.Margin, text, theme.FontSmall, theme.Color(theme.Text3))
			}})
		}
		p.binding(f, b, g, len(own)+i, "")
	}
	p.bindingButtons(f, b, may)
}

// bindingButtons add, save and discard.
func (p *inspector) bindingButtons(f *flow, b *bindings, may bool) {
	if !may {
		f.y += 6
		return
	}
	y, x := f.y+4, float32(theme.Margin)
	put := func(name, text, hint string, look buttonLook, run func()) {
		w := f.width(text, theme.FontText) + 22
		f.add(button(x, y, w, name, text, hint, look, run))
		x += w + 6
	}
	put("binding-add", "Add binding…", "Let a signal move, colour or fill this part", plainButton, func() { p.shell.run("twin.binding.add") })
	if b.dirty {
		put("binding-save", "Save twin", "Write the bindings into the twin file", mainButton, func() { p.shell.run("twin.save") })
		put("binding-discard", "Discard", "Go back to the twin as it was saved", plainButton, func() { p.shell.run("twin.discard") })
	}
	f.y = y + buttonHeight + 10
}

// binding is one line of the list: what changes, by what, and what it does now.
func (p *inspector) binding(f *flow, b *bindings, g bound, nth int, _ string) {
	v := p.v
	t := v.tree
	src := b.sourceOf(g.binding)
	si, q := src.Read(v.snap)
	if !src.Given() {
		q = twin.NoData
	}
	var sig *twin.Signal
	from := ""
	switch {
	case g.binding.Expr != nil:
		from = g.binding.Expr.Text()
	case g.binding.Signal != twin.NoSignal:
		sig = t.Signal(g.binding.Signal)
		from = sig.Label
		if sig.Asset != v.selected {
			from = t.Asset(sig.Asset).Label + " / " + from
		}
	}
	if n := len(g.binding.More); n > 0 {
		from = join(from, count(n, "more value"))
	}
	what := bindingTitle(g.binding)
	if g.binding.Node != "" && !strings.EqualFold(g.binding.Node, t.Asset(v.selectedOr(0)).Name) {
		what += " · " + g.binding.Node
	}
	value, out := "", outcome{}
	switch {
	case !src.Given():
	case q.Class() == twin.BadClass:
		_, value = theme.Mark(q)
	default:
		value, out = wordsOf(sig, g.binding.Unit, si), happens(g.binding, sig, si)
	}
	if g.binding.Property == project.Label {
		out = outcome{}
	}
	may, why := b.may()
	hint := "Edit this binding"
	if !may {
		hint = sentence(why)
	}
	f.put(cell{w: f.W, h: 38, name: fmt.Sprint("binding:", nth, ":", g.binding.Property), hint: hint, hand: may, key: fmt.Sprint(what, from, value, out, q),
		paint: func(pen *theme.Pen, c cell) {
			if c.hot {
				pen.Fill(c.x, c.y, c.w, c.h, theme.Color(theme.Hovered))
			}
			right := c.x + c.w - theme.Margin
			edge := right
			if out.colour.A > 0 {
				pen.RoundRect(right-26, c.y+7, 26, 13, theme.Radius, opaque(out.colour))
				edge = right - 34
			} else if out.text != "" {
				edge = pen.TextRight(right, c.y+17, out.text, theme.FontText, theme.Color(theme.Text)) - 10
			}
			pen.TextFit(theme.Margin, c.y+17, edge-theme.Margin, what, theme.FontText, theme.Color(theme.Text))
			low := right
			if value != "" {
				low = pen.TextRight(right, c.y+32, value, theme.FontSmall, theme.Color(theme.Text2))
				if q != twin.Good {
					pen.Quality(low-10, c.y+28, q)
					low -= 20
				}
				low -= 10
			}
			pen.TextFit(theme.Margin, c.y+32, low-theme.Margin, from, theme.FontSmall, theme.Color(theme.Text2))
		},
		tap: func(fyne.Position, bool) {
			if may {
				b.edit(g.binding)
			}
		}})
}

// sourceOf is where the value of a binding comes from.
func (b *bindings) sourceOf(g *project.Binding) expression.Source {
	if g.Expr != nil {
		return expression.Source{Signal: twin.NoSignal, Program: g.Expr, Inputs: g.Signals}
	}
	return expression.Of(g.Signal)
}

// selectedOr is the selected asset, or another when nothing is selected.
func (v *view) selectedOr(id twin.AssetID) twin.AssetID {
	if v.selected != twin.NoAsset {
		return v.selected
	}
	return id
}
