package project

import (
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/token"
)

// add writes a binding behind those of its owner.
func (d *draft) add(to Owner, b BindingText) error {
	n, err := b.tree()
	if err != nil {
		return err
	}
	owner := to.node(d.want)
	if owner == nil {
		return errAbsent{to.Kind + "/" + to.Part}
	}
	owner.kind = mapping
	if have := owner.find("bindings"); have == nil {
		owner.pairs = append(owner.pairs, pair{word("bindings"), &node{kind: list, items: []*node{n}}})
	} else {
		have.kind, have.items = list, append(have.items, n)
		d.at.index = len(have.items) - 1
	}
	d.at.Owner = to
	bindings, items, block, err := d.list(to)
	var absent errAbsent
	switch {
	case errors.As(err, &absent) && absent.key == "bindings":
		return d.addFirst(to, n)
	case err != nil:
		return err
	case len(items) > 0:
		return d.addBehind(items[len(items)-1], block, n)
	}
	if v, ok := d.value(bindings.value, bindings.end); ok { // []
		d.splice(v.from, v.to, "["+inline(n)+"]")
		return nil
	}
	return d.addUnder(bindings, n)
}

// addBehind writes a binding behind another.
func (d *draft) addBehind(last span, block bool, n *node) error {
	v, ok := d.value(last.from, last.to)
	switch {
	case !ok:
		return errors.New("the binding before is empty — remove it first")
	case !block:
		d.splice(v.to, v.to, ", "+inline(n))
		return nil
	}
	column := d.tokens[last.from-1].Position.Column - 1
	d.insertLines(v.to, column, dashed(n, column))
	return nil
}

// addUnder writes the first binding under a key that has no value yet.
func (d *draft) addUnder(key entry, n *node) error {
	if key.key > 0 && d.inFlow(key.key) {
		d.splice(d.end(key.value-1), d.end(key.value-1), " ["+inline(n)+"]")
		return nil
	}
	column := d.tokens[key.key].Position.Column - 1 + 2
	d.insertLines(d.end(key.value-1), column, dashed(n, column))
	return nil
}

// addFirst writes the key bindings and its first binding.
func (d *draft) addFirst(to Owner, n *node) error {
	owner, err := d.locate(to.keys())
	if err != nil {
		return err
	}
	all, err := d.entries(owner.value, owner.end)
	if err != nil {
		return err
	}
	v, some := d.value(owner.value, owner.end)
	switch {
	case !some && d.inFlow(owner.key):
		d.splice(d.end(owner.value-1), d.end(owner.value-1), " {bindings: ["+inline(n)+"]}")
	case !some:
		column := d.tokens[owner.key].Position.Column - 1 + 2
		d.insertLines(d.end(owner.value-1), column, under(n, column))
	case len(all) == 0: // {}
		d.splice(v.from, v.to, "{bindings: ["+inline(n)+"]}")
	case d.tokens[d.skip(owner.value, owner.end)].Type == token.MappingStartType:
		last, ok := d.value(all[len(all)-1].key, all[len(all)-1].end)
		if !ok {
			return errors.New("its owner has an empty key — edit the twin file by hand")
		}
		d.splice(last.to, last.to, ", bindings: ["+inline(n)+"]")
	default:
		column := d.tokens[all[0].key].Position.Column - 1
		d.insertLines(v.to, column, under(n, column))
	}
	return nil
}

// inFlow reports whether a token stands within brackets.
func (d *draft) inFlow(i int) bool {
	depth := 0
	for _, t := range d.tokens[:i] {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		}
	}
	return depth > 0
}

// dashed writes a binding as an element of a list.
func dashed(n *node, indent int) []string {
	out := asItem(n, indent)
	for i := range out {
		out[i] = map[bool]string{true: "- ", false: "  "}[i == 0] + out[i]
	}
	return out
}

func under(n *node, indent int) []string {
	out := []string{"bindings:"}
	for _, line := range dashed(n, indent+2) {
		out = append(out, "  "+line)
	}
	return out
}

// insertLines writes lines below the line that holds a byte.
func (d *draft) insertLines(after, indent int, lines []string) {
	at := d.lineEnd(after)
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(d.newline() + strings.Repeat(" ", indent) + line)
	}
	d.splice(at, at, b.String())
}

// remove takes a binding out.
func (d *draft) remove(line, column int) error {
	item, block, err := d.binding(line, column)
	if err != nil {
		return err
	}
	bindings := d.at.Owner.node(d.want).find("bindings")
	bindings.items = slices.Delete(slices.Clone(bindings.items), d.at.index, d.at.index+1)
	v, ok := d.value(item.from, item.to)
	if !ok {
		return errors.New("it is empty — edit the twin file by hand")
	}
	if !block {
		return d.removeInline(v)
	}
	if bindings.kind == list && len(bindings.items) == 0 {
		bindings.kind = empty // the key stays, with nothing under it
	}
	dash := d.starts[item.from-1]
	if strings.TrimSpace(string(d.text[d.lineStart(dash):dash])) != "" {
		return errors.New("it does not begin its line — edit the twin file by hand")
	}
	gone := d.wholeLines(dash, v.to)
	d.keep(dash, gone)
	d.splice(gone.from, gone.to, "")
	return nil
}

// wholeLines is the piece of all lines from one byte to another, with the ends of the lines.
func (d *draft) wholeLines(from, to int) span {
	out := span{d.lineStart(from), d.lineEnd(to)}
	if next := out.to + len(d.newline()); next <= len(d.text) && strings.HasSuffix(string(d.text[out.to:next]), "\n") {
		out.to = next
	} else if out.to < len(d.text) {
		out.to++ // a lone \n in a text of \r\n
	} else if out.from > 0 { // the last line has no end: the line before gives up its own
		out.from--
		if out.from > 0 && d.text[out.from-1] == '\r' {
			out.from--
		}
	}
	return out
}

// removeInline takes an element out of [ … ] with one of its commas.
func (d *draft) removeInline(v span) error {
	from, to := v.from, v.to
	i := slices.Index(d.starts, v.from)
	switch {
	case i > 0 && d.tokens[i-1].Type == token.CollectEntryType:
		from = d.starts[i-1]
	default:
		if j := slices.IndexFunc(d.starts, func(at int) bool { return at >= v.to }); j >= 0 && d.tokens[j].Type == token.CollectEntryType {
			if to = d.starts[j] + 1; j+1 < len(d.starts) {
				to = d.starts[j+1]
			}
		}
	}
	d.keep(from, span{from, to})
	d.splice(from, to, "")
	return nil
}
