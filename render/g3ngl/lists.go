package g3ngl

import "slices"

// what of an object a list draws.
type what uint8

const (
	faces      what = iota // or lines or points, by the batch's primitive
	allEdges               // sharp edges and outlines
	sharpEdges             // for objects that are small on the screen
)

func (w what) edges() bool { return w != faces }

// drawList is what of a batch one pass draws.
type drawList struct {
	counts   []int32
	offsets  []uintptr // bytes into the indices
	bases    []int32   // vertices that these count from
	firsts   []int32   // edge vertices
	slots    []uint32  // instances
	runs     []instanceRun
	at       int // of slots in the instance buffer
	objects  int
	elements int // indices or vertices in all
	closed   int // counts, or runs, from here on are of what shows no back
}

// instanceRun is neighbouring instances in one level of detail.
type instanceRun struct {
	level uint8
	count int
}

func (l *drawList) reset() {
	*l = drawList{counts: l.counts[:0], offsets: l.offsets[:0], bases: l.bases[:0], firsts: l.firsts[:0], slots: l.slots[:0], runs: l.runs[:0]}
}

// span returns the elements of an item that a list draws.
func (it *item) span(w what, level int) span {
	switch w {
	case allEdges:
		return it.edges
	case sharpEdges:
		return span{it.edges.first, it.sharp}
	}
	return it.level(level)
}

// chooser says which items a list has and in which detail.
type chooser struct {
	keep   func(*item) bool
	level  func(*item) int  // nil for full detail
	closed func(*item) bool // what shows no back, which comes last; nil for none
}

// isClosed reports whether the back of an item never shows.
func (c *chooser) isClosed(it *item) bool { return c.closed != nil && c.closed(it) }

func (c *chooser) of(it *item, w what) int {
	if c.level == nil || w.edges() {
		return 0
	}
	return c.level(it)
}

// list fills list k with the items that are chosen, in the order of the batch, joining neighbours into one range.
func (b *batch) list(k int, w what, c chooser) {
	l := b.cleared(k)
	if w.edges() && b.edgeVAO == 0 {
		return
	}
	some := b.listThose(l, w, &c, false)
	l.closed = max(len(l.counts), len(l.runs))
	if some {
		b.listThose(l, w, &c, true)
	}
}

// listThose adds the items that are closed, or those that are not. It reports whether there are any of the other sort.
func (b *batch) listThose(l *drawList, w what, c *chooser, closed bool) (others bool) {
	highest := 0
	for i := range b.items {
		it := &b.items[i]
		if it.dead || !c.keep(it) {
			continue
		}
		if c.isClosed(it) != closed {
			others = true
			continue
		}
		level := c.of(it, w)
		highest = max(highest, level)
		if !b.instanced || level == 0 {
			b.add(l, it, w, level)
		}
	}
	if !b.instanced {
		return others
	}
	for level := 1; level <= highest; level++ { // instances of the same detail go together
		if level > len(b.items[0].coarse) {
			level = highest // the roughest
		}
		for i := range b.items {
			if it := &b.items[i]; !it.dead && c.keep(it) && c.isClosed(it) == closed && c.of(it, w) == level {
				b.add(l, it, w, level)
			}
		}
	}
	return others
}

// sorted fills list k farthest first.
func (b *batch) sorted(k int, c chooser, depth func(slot uint32) float32) {
	l := b.cleared(k)
	var some []*item
	for i := range b.items {
		if it := &b.items[i]; !it.dead && c.keep(it) {
			some = append(some, it)
		}
	}
	slices.SortStableFunc(some, func(x, y *item) int {
		switch dx, dy := depth(x.slot), depth(y.slot); {
		case dx > dy:
			return -1
		case dx < dy:
			return 1
		}
		return 0
	})
	for _, it := range some {
		b.add(l, it, faces, c.of(it, faces))
	}
}

func (b *batch) cleared(k int) *drawList {
	for len(b.lists) <= k {
		b.lists = append(b.lists, drawList{})
	}
	l := &b.lists[k]
	l.reset()
	return l
}

func (b *batch) add(l *drawList, it *item, w what, level int) {
	l.objects++
	s := it.span(w, level)
	l.elements += int(s.count)
	if b.instanced {
		l.slots = append(l.slots, it.slot)
		if last := len(l.runs) - 1; last >= l.closed && l.runs[last].level == uint8(level) {
			l.runs[last].count++
		} else {
			l.runs = append(l.runs, instanceRun{uint8(level), 1})
		}
		return
	}
	if s.count == 0 {
		return
	}
	last := len(l.counts) - 1
	if w.edges() {
		if last >= 0 && l.firsts[last]+l.counts[last] == s.first {
			l.counts[last] += s.count
			return
		}
		l.firsts, l.counts = append(l.firsts, s.first), append(l.counts, s.count)
		return
	}
	size := uintptr(b.indexBytes())
	if last >= l.closed && l.bases[last] == it.base && l.offsets[last]/size+uintptr(l.counts[last]) == uintptr(s.first) {
		l.counts[last] += s.count
		return
	}
	l.offsets, l.counts, l.bases = append(l.offsets, uintptr(s.first)*size), append(l.counts, s.count), append(l.bases, it.base)
}
