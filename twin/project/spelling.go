package project

import (
	"fmt"
	"math"
	"strconv"
)

// tree gives the keys of a binding in the order in which they are written.
func (b *BindingText) tree() (*node, error) {
	t := &speller{n: &node{kind: mapping}}
	t.text("signal", b.Signal)
	t.text("expr", b.Expr)
	t.texts("signals", b.Signals)
	t.texts("components", b.Components)
	t.text("direction", b.Direction)
	t.text("node", b.Node)
	t.text("property", string(b.Property))
	t.numbers("axis", b.Axis)
	t.text("unit", b.Unit)
	t.number("gain", b.Gain)
	t.number("offset", b.Offset)
	t.numbers("range", b.Range)
	var ramp, path []*node
	for _, s := range b.Ramp {
		ramp = append(ramp, &node{kind: mapping, pairs: []pair{{word("at"), t.digits(s.At)}, {word("color"), quoted(s.Color)}}})
	}
	t.add("ramp", ramp)
	if len(b.States) > 0 {
		states := &node{kind: mapping}
		for _, s := range b.States {
			states.pairs = append(states.pairs, pair{word(s.State), quoted(s.Color)})
		}
		t.n.pairs = append(t.n.pairs, pair{word("states"), states})
	}
	if b.Step {
		t.n.pairs = append(t.n.pairs, pair{word("step"), word("true")})
	}
	t.text("interpolate", string(b.Interpolate))
	t.text("quality", string(b.Quality))
	t.text("clip", b.Clip)
	for _, p := range b.Path {
		path = append(path, t.vector(p))
	}
	t.add("path", path)
	t.numbers("from", b.From)
	t.numbers("zero", b.Zero)
	t.text("color", b.Color)
	t.number("width", b.Width)
	t.text("window", b.Window)
	t.text("text", b.Text)
	return t.n, t.err
}

// speller collects the keys of a binding.
type speller struct {
	n   *node
	err error
}

func word(text string) *node   { return &node{kind: scalar, text: text} }
func quoted(text string) *node { return &node{kind: scalar, text: text, quoted: ambiguous(text)} }

func (t *speller) text(key, text string) {
	if text != "" {
		t.n.pairs = append(t.n.pairs, pair{word(key), quoted(text)})
	}
}

func (t *speller) texts(key string, list []string) {
	var items []*node
	for _, s := range list {
		items = append(items, quoted(s))
	}
	t.add(key, items)
}

func (t *speller) add(key string, items []*node) {
	if len(items) > 0 {
		t.n.pairs = append(t.n.pairs, pair{word(key), &node{kind: list, items: items}})
	}
}

func (t *speller) digits(v float64) *node {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		t.err = fmt.Errorf("project: edit: %g cannot be written — give a finite number", v)
	}
	return word(digits(v))
}

func (t *speller) number(key string, v *float64) {
	if v != nil {
		t.n.pairs = append(t.n.pairs, pair{word(key), t.digits(*v)})
	}
}

func (t *speller) vector(v []float64) *node {
	n := &node{kind: list}
	for _, x := range v {
		n.items = append(n.items, t.digits(x))
	}
	return n
}

func (t *speller) numbers(key string, v []float64) {
	if len(v) > 0 {
		t.n.pairs = append(t.n.pairs, pair{word(key), t.vector(v)})
	}
}

// spelled reads a binding as it stands in a file that was found to be without fault.
func spelled(n *node) BindingText {
	text := func(key string) string {
		if v := n.find(key); v != nil {
			return v.text
		}
		return ""
	}
	number := func(v *node) float64 {
		x, _ := strconv.ParseFloat(v.text, 64)
		return x
	}
	some := func(key string) *float64 {
		if v := n.find(key); v != nil && v.kind == scalar {
			return new(number(v))
		}
		return nil
	}
	vector := func(v *node) (out []float64) {
		if v != nil {
			for _, item := range v.items {
				out = append(out, number(item))
			}
		}
		return out
	}
	texts := func(key string) (out []string) {
		if v := n.find(key); v != nil {
			for _, item := range v.items {
				out = append(out, item.text)
			}
		}
		return out
	}
	b := BindingText{Signal: text("signal"), Expr: text("expr"), Signals: texts("signals"), Components: texts("components"), Direction: text("direction"),
		Node: text("node"), Property: Property(text("property")), Axis: vector(n.find("axis")), Unit: text("unit"), Gain: some("gain"), Offset: some("offset"),
		Range: vector(n.find("range")), Step: text("step") == "true", Interpolate: Interpolation(text("interpolate")), Quality: Policy(text("quality")),
		Clip: text("clip"), From: vector(n.find("from")), Zero: vector(n.find("zero")), Color: text("color"), Width: some("width"), Window: text("window"),
		Text: text("text")}
	if v := n.find("ramp"); v != nil {
		for _, s := range v.items {
			if at, color := s.find("at"), s.find("color"); at != nil && color != nil {
				b.Ramp = append(b.Ramp, StopText{number(at), color.text})
			}
		}
	}
	if v := n.find("states"); v != nil {
		for _, p := range v.pairs {
			b.States = append(b.States, StateText{p.key.text, p.value.text})
		}
	}
	if v := n.find("path"); v != nil {
		for _, point := range v.items {
			b.Path = append(b.Path, vector(point))
		}
	}
	return b
}
