package fmi

import (
	"fmt"
	"slices"
)

// endpoint is a connector: of a component, or, with component −1, of a system by its dotted name.
type endpoint struct {
	component int
	name      string
}

// plainLink is a connection as it is written: to = factor·from + offset.
type plainLink struct {
	from, to       endpoint
	factor, offset float64
}

// end finds a connector from within the system with a prefix.
func (b *systemReader) end(prefix, element, connector string) (endpoint, error) {
	if connector == "" {
		return endpoint{}, fmt.Errorf("a connection of %s names no connector", orRoot(prefix))
	}
	if element == "" {
		return endpoint{-1, prefix + connector}, nil
	}
	if i, ok := b.index[prefix+element]; ok {
		return endpoint{i, connector}, nil
	}
	if b.systems[prefix+element] {
		return endpoint{-1, prefix + element + "." + connector}, nil
	}
	return endpoint{}, fmt.Errorf("a connection leads to %.80q, which is not there", prefix+element)
}

func (b *systemReader) link(x *xmlLink, prefix string) error {
	if len(b.links) >= mostConnections {
		return fmt.Errorf("more than %d connections", mostConnections)
	}
	from, err := b.end(prefix, x.FromElement, x.From)
	if err != nil {
		return err
	}
	to, err := b.end(prefix, x.ToElement, x.To)
	if err != nil {
		return err
	}
	if x.Boolean != nil || x.Integer != nil || x.Enumeration != nil {
		return fmt.Errorf("the connection to %s maps values by a table, which is not read: let the FMUs agree on them", b.text(to))
	}
	l := plainLink{from: from, to: to, factor: 1}
	if x.Linear != nil {
		if err := number(x.Linear.Factor, &l.factor); err != nil {
			return err
		}
		if err := number(x.Linear.Offset, &l.offset); err != nil {
			return err
		}
	}
	if b.input(from) && b.output(to) { // written the other way round
		if x.Linear != nil {
			return fmt.Errorf("the connection of %s and %s is transformed against its direction: write it from the output to the input", b.text(from), b.text(to))
		}
		l.from, l.to = to, from
	}
	b.links = append(b.links, l)
	return nil
}

func (b *systemReader) text(e endpoint) string {
	if e.component < 0 {
		return e.name
	}
	return b.Components[e.component].Name + "." + e.name
}

func (b *systemReader) variable(e endpoint) *Variable {
	if e.component < 0 {
		return nil
	}
	return b.Components[e.component].File.Variable(e.name)
}

func (b *systemReader) input(e endpoint) bool {
	v := b.variable(e)
	return v != nil && v.Causality == Input
}

func (b *systemReader) output(e endpoint) bool {
	v := b.variable(e)
	return v != nil && v.Causality == Output
}

// connect follows links through the connectors of systems, from each input back to what feeds it.
func (b *systemReader) connect() error {
	feeds := make(map[endpoint]plainLink, len(b.links))
	for _, l := range b.links {
		if was, twice := feeds[l.to]; twice && was.from != l.from {
			return fmt.Errorf("%s is fed by %s and by %s: keep one", b.text(l.to), b.text(was.from), b.text(l.from))
		}
		feeds[l.to] = l
	}
	for _, l := range b.links {
		if l.to.component < 0 {
			continue
		}
		c := Connection{To: l.to.component, Input: l.to.name, Factor: 1}
		from := l.to
		for hops := 0; ; hops++ {
			back, ok := feeds[from]
			if !ok || from.component >= 0 && from != l.to {
				break
			}
			if hops > len(b.links) {
				return fmt.Errorf("%s is fed by itself", b.text(l.to))
			}
			c.Factor, c.Offset, from = c.Factor*back.factor, c.Factor*back.offset+c.Offset, back.from
		}
		c.From, c.Output = from.component, from.name
		if err := b.check(l.to, from); err != nil {
			return err
		}
		b.Connections = append(b.Connections, c)
	}
	return nil
}

// check refuses what cannot be connected.
func (b *systemReader) check(to, from endpoint) error {
	switch v := b.variable(to); {
	case v == nil:
		c := &b.Components[to.component]
		return fmt.Errorf("%s has no variable %q%s", c.Name, to.name, c.File.near(to.name))
	case v.Causality != Input || v.Count() != 1 || !v.Type.Numeric():
		return fmt.Errorf("%s is fed by %s, but it is no single number that goes in", b.text(to), b.text(from))
	}
	if from.component < 0 {
		return nil // an input of the whole system
	}
	switch v := b.variable(from); {
	case v == nil:
		c := &b.Components[from.component]
		return fmt.Errorf("%s has no variable %q%s", c.Name, from.name, c.File.near(from.name))
	case v.Causality != Output || v.Count() != 1 || !v.Type.Numeric():
		return fmt.Errorf("%s feeds %s, but it is no single number that comes out", b.text(from), b.text(to))
	}
	return nil
}

// sort puts each component after those that feed it; what goes round in a circle stays in the order of the file.
func (s *System) sort() {
	waits := make([]int, len(s.Components))
	for _, c := range s.Connections {
		if c.From >= 0 && c.From != c.To {
			waits[c.To]++
		}
		s.Cycle = s.Cycle || c.From == c.To
	}
	free := func(i int) bool { return waits[i] == 0 && !slices.Contains(s.order, i) }
	for len(s.order) < len(s.Components) {
		next := -1
		for i := range s.Components {
			if free(i) {
				next = i
				break
			}
		}
		if next < 0 { // a cycle: the first that is left begins it
			for next = 0; slices.Contains(s.order, next); next++ {
			}
			s.Cycle = true
		}
		s.order = append(s.order, next)
		for _, c := range s.Connections {
			if c.From == next && c.To != next {
				waits[c.To]--
			}
		}
	}
}
