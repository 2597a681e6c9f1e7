package project

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/token"
)

// draft is one change while it is made: pieces of the text that are to be replaced, and what the text is to say then.
type draft struct {
	*layout
	want    *node // the old text as a tree, changed
	at      place // of the binding that is changed
	splices []splice
}

// splice replaces a piece of the text.
type splice struct {
	span
	text string
}

// place is where a binding stands in the tree of a file: the index in the bindings of its owner.
type place struct {
	Owner
	index int
}

func newDraft(text []byte, file string) (*draft, error) {
	root, fault := readYAML(text, file)
	if fault != nil {
		return nil, fault
	}
	l, err := newLayout(text)
	if err != nil {
		return nil, err
	}
	return &draft{layout: l, want: root}, nil
}

// owner finds the mapping of a kind or a part in the tree, nil when it is not there.
func (o Owner) node(root *node) *node {
	n := root
	for _, key := range o.keys() {
		if n == nil {
			return nil
		}
		n = n.find(key)
	}
	return n
}

// keys lead from the root of the file to the owner.
func (o Owner) keys() []string {
	keys := []string{"kinds", o.Kind}
	if o.Part != "" {
		for _, part := range strings.Split(o.Part, "/") {
			keys = append(keys, "parts", part)
		}
	}
	return keys
}

// node finds the binding in a tree.
func (p place) node(root *node) *node {
	n := p.Owner.node(root)
	if n == nil {
		return nil
	}
	if list := n.find("bindings"); list != nil && p.index < len(list.items) {
		return list.items[p.index]
	}
	return nil
}

// findBinding finds the binding whose first key stands at a place.
func findBinding(root *node, line, column int) (place, error) {
	var found *place
	visits := 0
	var look func(n *node, o Owner)
	look = func(n *node, o Owner) {
		if visits++; n == nil || found != nil || visits > maxVisits {
			return
		}
		if list := n.find("bindings"); list != nil {
			for i, b := range list.items {
				if int(b.line) == line && int(b.column) == column {
					found = &place{o, i}
					return
				}
			}
		}
		if parts := n.find("parts"); parts != nil {
			for _, p := range parts.pairs {
				look(p.value, Owner{o.Kind, join(o.Part, p.key.text)})
			}
		}
	}
	if kinds := root.find("kinds"); kinds != nil {
		for _, k := range kinds.pairs {
			look(k.value, Owner{Kind: k.key.text})
		}
	}
	if found == nil {
		return place{}, fmt.Errorf("no binding stands at %d:%d — open the twin again", line, column)
	}
	return *found, nil
}

// apply gives the new text, and the change as one piece.
func (d *draft) apply() ([]byte, Change, error) {
	slices.SortStableFunc(d.splices, func(a, b splice) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	if len(d.splices) == 0 {
		return d.text, Change{}, nil
	}
	from, to := d.splices[0].from, 0
	var b strings.Builder
	for i, s := range d.splices {
		if i > 0 && s.from < to {
			return nil, Change{}, errors.New("two changes in one place — make them one by one")
		}
		if i > 0 {
			b.Write(d.text[to:s.from])
		}
		b.WriteString(s.text)
		to = s.to
	}
	c := Change{Offset: from, Old: string(d.text[from:to]), New: b.String()}
	return slices.Concat(d.text[:from], []byte(c.New), d.text[to:]), c, nil
}

func (d *draft) splice(from, to int, text string) {
	d.splices = append(d.splices, splice{span{from, to}, text})
}

// locate finds the tokens of the value that keys lead to, from the root of the file. Its end is that of its entry; empty
// says that the last key is there without a value, and missing is how many of the keys are not there.
func (d *draft) locate(keys []string) (found entry, err error) {
	first := d.skip(0, len(d.tokens))
	if first < len(d.tokens) && d.tokens[first].Type == token.DocumentHeaderType {
		first++
	}
	found = entry{key: -1, value: first, end: len(d.tokens)}
	for _, key := range keys {
		all, err := d.entries(found.value, found.end)
		if err != nil {
			return entry{}, err
		}
		i := slices.IndexFunc(all, func(e entry) bool { return e.name == key })
		if i < 0 {
			return entry{}, errAbsent{key}
		}
		found = all[i]
	}
	return found, nil
}

// errAbsent says that a key is not in the text.
type errAbsent struct{ key string }

func (e errAbsent) Error() string {
	return fmt.Sprintf("there is no %q in the text — write it by hand first", e.key)
}

// list finds the items of the bindings of an owner.
func (d *draft) list(o Owner) (bindings entry, items []span, block bool, err error) {
	if bindings, err = d.locate(append(o.keys(), "bindings")); err != nil {
		return bindings, nil, false, err
	}
	items, block, err = d.items(bindings.value, bindings.end)
	return bindings, items, block, err
}

// binding finds the item of a binding and makes sure that the tree means the same.
func (d *draft) binding(line, column int) (item span, block bool, err error) {
	if d.at, err = findBinding(d.want, line, column); err != nil {
		return item, false, err
	}
	_, items, block, err := d.list(d.at.Owner)
	if err != nil {
		return item, block, err
	}
	if d.at.index >= len(items) {
		return item, block, errors.New("its list is not written out — edit the twin file by hand")
	}
	return items[d.at.index], block, nil
}

// keep moves the comments of pieces that go to lines of their own above the line that holds a byte.
func (d *draft) keep(above int, gone ...span) {
	start := d.lineStart(above)
	line := string(d.text[start:above])
	indent := line[:len(line)-len(strings.TrimLeft(line, " "))]
	var b strings.Builder
	for _, g := range gone {
		for _, c := range d.comments(g) {
			b.WriteString(indent + c + d.newline())
		}
	}
	if b.Len() > 0 {
		d.splice(start, start, b.String())
	}
}
