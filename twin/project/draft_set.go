package project

import (
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/token"
)

// set changes a binding, key by key: what stays the same keeps its text.
func (d *draft) set(line, column int, b BindingText) error {
	if b.Property == "" {
		return errors.New("a binding needs a property")
	}
	item, _, err := d.binding(line, column)
	if err != nil {
		return err
	}
	now, err := b.tree()
	if err != nil {
		return err
	}
	raw := d.at.node(d.want)
	known := spelled(raw)
	before, err := known.tree()
	if err != nil {
		return err
	}
	all, err := d.entries(item.from, item.to)
	if err != nil {
		return err
	}
	m := member{d, all, d.tokens[d.skip(item.from, item.to)].Type == token.MappingStartType}
	var gone []int
	for i, e := range all {
		old, next := before.find(e.name), now.find(e.name)
		switch {
		case old == nil: // says nothing, such as step: false
		case next == nil:
			gone = append(gone, i)
		case !alike(old, next):
			if err := d.replace(e.value, e.end, raw.find(e.name), next, d.starts[e.key]); err != nil {
				return err
			}
		}
	}
	var more []pair
	for _, p := range now.pairs {
		old := before.find(p.key.text)
		has := slices.ContainsFunc(all, func(e entry) bool { return e.name == p.key.text })
		switch {
		case old != nil && !has:
			return errors.New("it takes keys over by << — edit the twin file by hand")
		case old == nil && has: // step: false becomes step: true
			i := slices.IndexFunc(all, func(e entry) bool { return e.name == p.key.text })
			if err := d.replace(all[i].value, all[i].end, raw.find(p.key.text), p.value, d.starts[all[i].key]); err != nil {
				return err
			}
		case old == nil:
			more = append(more, p)
		}
	}
	d.want = d.revised(raw, before, now)
	m.drop(gone)
	return m.insert(more, gone)
}

// revised is the tree of the file with the new keys of a binding in place of the old.
func (d *draft) revised(raw, before, now *node) *node {
	raw.pairs = slices.Clone(raw.pairs)
	raw.pairs = slices.DeleteFunc(raw.pairs, func(p pair) bool {
		return before.find(p.key.text) != nil && now.find(p.key.text) == nil
	})
	for _, p := range now.pairs {
		i := slices.IndexFunc(raw.pairs, func(q pair) bool { return q.key.text == p.key.text })
		if i < 0 {
			raw.pairs = append(raw.pairs, p)
		} else if old := before.find(p.key.text); old == nil || !alike(old, p.value) {
			raw.pairs[i].value = p.value
		}
	}
	return d.want
}

// replace changes the value in the tokens from to end as little as it can: what old and now have in common stays.
func (d *draft) replace(from, end int, old, now *node, above int) error {
	v, ok := d.value(from, end)
	if !ok {
		at := d.end(from - 1)
		d.splice(at, at, " "+inline(now))
		return nil
	}
	if alike(old, now) {
		return nil
	}
	switch {
	case old.kind == list && now.kind == list && len(now.items) > 0:
		if items, block, err := d.items(from, end); err == nil && len(items) == len(old.items) && len(items) > 0 {
			return d.replaceItems(items, block, old, now, above)
		}
	case old.kind == mapping && now.kind == mapping && sameKeys(old, now):
		all, err := d.entries(from, end)
		if err != nil || len(all) != len(old.pairs) {
			break
		}
		for _, e := range all {
			if err := d.replace(e.value, e.end, old.find(e.name), now.find(e.name), above); err != nil {
				return err
			}
		}
		return nil
	}
	d.keep(above, v)
	text := inline(now)
	if first := d.skip(from, end); now.kind == list && d.tokens[first].Type == token.SequenceEntryType {
		var b strings.Builder
		for i, item := range now.items {
			if i > 0 {
				b.WriteString(d.newline() + strings.Repeat(" ", d.tokens[first].Position.Column-1))
			}
			b.WriteString("- " + inline(item))
		}
		text = b.String()
	}
	d.splice(v.from, v.to, text)
	return nil
}

// replaceItems changes a list element by element; some may come or go at its end.
func (d *draft) replaceItems(items []span, block bool, old, now *node, above int) error {
	common := min(len(items), len(now.items))
	for i, item := range items[:common] {
		if err := d.replace(item.from, item.to, old.items[i], now.items[i], above); err != nil {
			return err
		}
	}
	last, ok := d.value(items[common-1].from, items[common-1].to)
	if !ok {
		return errors.New("a list has an empty element — edit the twin file by hand")
	}
	var gone span
	switch more := now.items[common:]; {
	case len(more) > 0 && block:
		column := d.tokens[items[0].from-1].Position.Column - 1
		for _, n := range more {
			d.insertLines(last.to, column, []string{"- " + inline(n)})
		}
		return nil
	case len(more) > 0:
		for _, n := range more {
			d.splice(last.to, last.to, ", "+inline(n))
		}
		return nil
	case len(items) == common:
		return nil
	case block:
		end, _ := d.value(items[common].from, items[len(items)-1].to)
		gone = d.wholeLines(d.starts[items[common].from-1], end.to)
	default:
		end, _ := d.value(items[len(items)-1].from, items[len(items)-1].to)
		gone = span{last.to, end.to}
	}
	d.keep(above, gone)
	d.splice(gone.from, gone.to, "")
	return nil
}

func sameKeys(a, b *node) bool {
	if len(a.pairs) != len(b.pairs) {
		return false
	}
	for _, p := range a.pairs {
		if b.find(p.key.text) == nil {
			return false
		}
	}
	return true
}

// member is the mapping of a binding while its keys come and go.
type member struct {
	*draft
	all  []entry
	flow bool
}

// end is where an entry ends.
func (m *member) to(i int) int {
	if v, ok := m.value(m.all[i].value, m.all[i].end); ok {
		return v.to
	}
	return m.draft.end(m.all[i].value - 1)
}

// drop takes entries out; at least the property stays.
func (m *member) drop(gone []int) {
	for _, i := range gone {
		var s span
		above := m.starts[m.all[i].key]
		switch {
		case allGone(gone, i): // the next takes its place
			above = m.starts[m.all[0].key]
			s = span{m.starts[m.all[i].key], m.starts[m.all[i+1].key]}
		case m.flow: // with the comma before it
			s = span{m.to(i - 1), m.to(i)}
		default:
			s = m.wholeLines(m.starts[m.all[i].key], m.to(i))
		}
		m.keep(above, s)
		m.splice(s.from, s.to, "")
	}
}

// allGone reports whether all entries before i go.
func allGone(gone []int, i int) bool {
	for k := range i {
		if !slices.Contains(gone, k) {
			return false
		}
	}
	return true
}

// insert writes new entries behind the last that stays.
func (m *member) insert(more []pair, gone []int) error {
	if len(more) == 0 {
		return nil
	}
	last := len(m.all) - 1
	for last >= 0 && slices.Contains(gone, last) {
		last--
	}
	if last < 0 {
		return errors.New("nothing of it would stay — remove it and add another")
	}
	n := &node{kind: mapping, pairs: more}
	if m.flow {
		text := inline(n)
		m.splice(m.to(last), m.to(last), ", "+text[1:len(text)-1])
		return nil
	}
	m.insertLines(m.to(last), m.tokens[m.all[0].key].Position.Column-1, lines(n))
	return nil
}
