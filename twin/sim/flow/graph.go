package flow

import (
	"fmt"
	"strings"
)

// link checks one link by itself.
func (c *checker) link(i int) {
	l := &c.m.Links[i]
	place := fmt.Sprintf("links[%d]", i)
	names := func(i int) string { return c.m.Elements[i].Name }
	if l.From == "" || l.To == "" {
		c.fault(place, "give from and to", "an end is missing")
		return
	}
	c.refer(place+".from", "element", l.From, len(c.m.Elements), names)
	c.refer(place+".to", "element", l.To, len(c.m.Elements), names)
	from, to := c.m.Element(l.From), c.m.Element(l.To)
	if from == nil || to == nil {
		return
	}
	if from.Kind == Sink {
		c.fault(place+".from", "let it begin at another element", "nothing leaves the sink %s", from.Name)
	}
	if to.Kind == Source {
		c.fault(place+".to", "let it end at another element", "nothing enters the source %s", to.Name)
	}
	if l.From == l.To {
		c.fault(place, "put a buffer between", "%s leads to itself", l.From)
	}
	if l.Count < 0 || l.Count > maxCount {
		c.whole(place+".count", l.Count, 1, maxCount)
	}
	if l.Count > 1 && from.Kind != Disassembly && to.Kind != Assembly {
		c.fault(place+".count", "leave it out", "only an assembly or a disassembly counts parts")
	}
	if l.When != "" && l.When != "reject" {
		c.fault(place+".when", "use reject or leave it out", "unknown condition %q", clip(l.When))
	}
	if l.When == "reject" && from.Kind != Machine && from.Kind != Assembly {
		c.fault(place+".when", "begin at a machine with a share of reject", "a %s rejects nothing", from.Kind)
	}
	c.between(place+".share", float64(l.Share), 0, 1e6, "")
}

// graph checks how all links together lead.
func (c *checker) graph() {
	n := len(c.m.Elements)
	out := make([][]int, n)
	in, good, reject := make([]int, n), make([]int, n), make([]int, n)
	shares := make([]float64, n)
	seen := map[[2]int]bool{}
	for i := range c.m.Links {
		l := &c.m.Links[i]
		a, b := c.index[l.From], c.index[l.To]
		if seen[[2]int{a, b}] {
			c.fault(fmt.Sprintf("links[%d]", i), "keep one of the two", "%s to %s is there already", l.From, l.To)
		}
		seen[[2]int{a, b}] = true
		out[a] = append(out[a], b)
		in[b]++
		if l.When == "reject" {
			reject[a]++
		} else {
			good[a]++
			shares[a] += float64(l.Share)
		}
	}
	sources := 0
	for i := range c.m.Elements {
		e := &c.m.Elements[i]
		place := fmt.Sprintf("elements[%d]", i)
		c.who = e.Name
		if e.Kind == Source {
			sources++
		}
		if e.Kind != Source && in[i] == 0 {
			c.fault(place, "link something to it", "nothing leads to it")
		}
		if e.Kind != Sink && good[i] == 0 {
			c.fault(place, "link it to something", "nothing leads away from it")
		}
		if e.Reject > 0 && reject[i] == 0 {
			c.fault(place+".reject", "add a link with when: reject", "rejected parts have nowhere to go")
		}
		if e.Rule == "share" && good[i] > 0 && !(shares[i] > 0) {
			c.fault(place+".rule", "give its links a share", "no share is above zero")
		}
	}
	c.who = ""
	if sources == 0 {
		c.fault("elements", "declare one", "there is no source")
	}
	if len(c.faults) > 0 {
		return
	}
	c.cycles(out)
	c.floods(out)
}

// cycles looks for loops that must lock (no buffer holds what goes round) or that take no time.
func (c *checker) cycles(out [][]int) {
	kind := func(i int) Kind { return c.m.Elements[i].Kind }
	if loop := findLoop(out, func(i int) bool { return kind(i) != Buffer }); loop != nil {
		c.fault("links", "put a buffer into the loop", "%s is a loop without a buffer, it would lock", c.path(loop))
		return
	}
	timeless := func(i int) bool {
		e := &c.m.Elements[i]
		return e.Kind == Buffer || e.isStation() && e.Cycle.Mean() == 0
	}
	if loop := findLoop(out, timeless); loop != nil {
		c.fault("links", "give one element of the loop a cycle time above zero", "%s is a loop that takes no time", c.path(loop))
	}
}

func (c *checker) path(loop []int) string {
	var names []string
	for _, i := range append(loop, loop[0]) {
		names = append(names, c.m.Elements[i].Name)
		if len(names) == 8 {
			names = append(names, "…")
			break
		}
	}
	return strings.Join(names, " → ")
}

// findLoop returns a loop of elements that all satisfy within, or nil.
func findLoop(out [][]int, within func(int) bool) []int {
	const fresh, open, done = 0, 1, 2
	mark := make([]uint8, len(out))
	next := make([]int, len(out))
	for root := range out {
		if mark[root] != fresh || !within(root) {
			continue
		}
		path := []int{root}
		mark[root] = open
		for len(path) > 0 {
			at := path[len(path)-1]
			if next[at] == len(out[at]) {
				mark[at] = done
				path = path[:len(path)-1]
				continue
			}
			to := out[at][next[at]]
			next[at]++
			if !within(to) || mark[to] == done {
				continue
			}
			if mark[to] == open {
				for i, p := range path {
					if p == to {
						return path[i:]
					}
				}
			}
			mark[to] = open
			path = append(path, to)
		}
	}
	return nil
}

// floods looks for sources without an interval that nothing slows down.
func (c *checker) floods(out [][]int) {
	for i := range c.m.Elements {
		e := &c.m.Elements[i]
		if e.Kind != Source || e.Interval.Given() || e.Limit > 0 {
			continue
		}
		todo, seen := []int{i}, map[int]bool{}
		for len(todo) > 0 {
			at := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			for _, to := range out[at] {
				x := &c.m.Elements[to]
				endless := x.Capacity == nil && (x.Kind == Buffer || x.Kind == Transport)
				if x.Kind == Sink || endless {
					c.fault(fmt.Sprintf("elements[%d].interval", i), "give the source an interval, or "+x.Name+" a capacity", "%s: it never runs dry and %s takes parts without end", e.Name, x.Name)
					return
				}
				if x.Kind == Buffer && !seen[to] {
					seen[to] = true
					todo = append(todo, to)
				}
			}
		}
	}
}
