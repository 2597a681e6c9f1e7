package g3ngl

import (
	"math"
	"slices"

	"github.com/orrery-twin/orrery/render"
)

// turn says when an object is drawn, while a picture is drawn piece by piece.
type turn uint8

const (
	turnNever turn = iota // it is not to be seen
	turnWaits
	turnNow
	turnRough // now, in its coarsest shape
	turnDone
	turnHidden // by others
)

// agenda is the order in which the objects of a frame are drawn, what matters most first: what is selected or has an alarm,
// then by size on the screen, in octaves, so that neighbours in a batch stay neighbours.
type agenda struct {
	order []uint32 // slots
	next  int      // of order
	cost  []int32  // by slot: in triangles; 0 for what is not on it
	turns []turn   // by slot
	total int      // cost of all
	done  int      // cost of what is drawn or will never be
}

const (
	urgencies = 24 // kinds of importance
	ranksFrom = 14 // the octave of the largest objects: 2¹⁴ pixels
	noLimit   = math.MaxInt
)

// clear takes everything off the agenda.
func (a *agenda) clear(slots int) {
	a.cost = slices.Grow(a.cost[:0], slots)[:slots]
	clear(a.cost)
}

// begin puts the slots that cost something in order. rank is 0 for what comes first.
func (a *agenda) begin(rank func(slot uint32) int) {
	slots := len(a.cost)
	a.turns = slices.Grow(a.turns[:0], slots)[:slots]
	a.next, a.total, a.done = 0, 0, 0
	var count [urgencies + 1]int
	for slot, c := range a.cost {
		a.turns[slot] = turnNever
		if c > 0 {
			a.turns[slot] = turnWaits
			a.total += int(c)
			count[rank(uint32(slot))+1]++
		}
	}
	for i := 1; i < len(count); i++ {
		count[i] += count[i-1]
	}
	n := count[urgencies]
	a.order = slices.Grow(a.order[:0], n)[:n]
	for slot, t := range a.turns {
		if t == turnWaits {
			r := rank(uint32(slot))
			a.order[count[r]] = uint32(slot)
			count[r]++
		}
	}
}

// restart has everything wait again.
func (a *agenda) restart() {
	for _, slot := range a.order {
		a.turns[slot] = turnWaits
	}
	a.next, a.done = 0, 0
}

// take calls the next objects up, for as long as the budget lasts but one at least, and returns what they cost.
func (a *agenda) take(budget int) (cost int) {
	for ; a.next < len(a.order); a.next++ {
		slot := a.order[a.next]
		if a.turns[slot] != turnWaits {
			continue
		}
		c := int(a.cost[slot])
		if cost > 0 && c > budget-cost {
			break
		}
		a.turns[slot] = turnNow
		cost += c
	}
	a.done += cost
	return cost
}

// rough calls up what still waits to be drawn in its coarsest shape, what matters most first, until so many objects are
// called or one is too small.
func (a *agenda) rough(most int, big func(slot uint32) bool) (called int) {
	for _, slot := range a.order[a.next:] {
		if called >= most || !big(slot) {
			break
		}
		if a.turns[slot] == turnWaits {
			a.turns[slot] = turnRough
			called++
		}
	}
	return called
}

// settle ends the turn of what was drawn. What was drawn roughly waits again.
func (a *agenda) settle() {
	for _, slot := range a.order {
		switch a.turns[slot] {
		case turnRough:
			a.turns[slot] = turnWaits
		case turnNow:
			a.turns[slot] = turnDone
		}
	}
}

// drop takes a waiting object off: it is not to be seen.
func (a *agenda) drop(slot uint32) {
	a.turns[slot] = turnHidden
	a.done += int(a.cost[slot])
}

// waiting counts the objects that were not drawn yet.
func (a *agenda) waiting() (n int) {
	for _, slot := range a.order[a.next:] {
		if t := a.turns[slot]; t == turnWaits || t == turnRough {
			n++
		}
	}
	return n
}

func (a *agenda) empty() bool { return a.next >= len(a.order) }

// share is how much of it is done, 0 to 1.
func (a *agenda) share() float64 {
	if a.total == 0 {
		return 1
	}
	return float64(a.done) / float64(a.total)
}

// plan makes the agendas of the faces and edges that were chosen.
func (p *painter) plan(f *render.Frame) {
	slots := len(p.here.classes)
	p.faces.clear(slots)
	p.lines.clear(slots)
	there := p.there()
	for _, b := range p.batches {
		if b.primitive != triangles {
			continue
		}
		for i := range b.items {
			it := &b.items[i]
			if it.dead || !there(it) {
				continue
			}
			c := p.here.classes[it.slot]
			if c&drawOpaque != 0 {
				p.faces.cost[it.slot] += objectCost + it.level(p.here.level(it)).count/3
			}
			switch {
			case b.edgeVAO == 0:
			case c&drawEdges != 0:
				p.lines.cost[it.slot] += it.edges.count / 2
			case c&drawSharp != 0:
				p.lines.cost[it.slot] += it.sharp / 2
			}
		}
	}
	rank := func(slot uint32) int { return p.rank(f, slot) }
	p.faces.begin(rank)
	p.lines.begin(rank)
}

// rank is the place of an object in the order of importance.
func (p *painter) rank(f *render.Frame, slot uint32) int {
	const urgent = 7 | render.FlagSelected // alarms and the selection
	if f.Objects[slot].Flags&urgent != 0 {
		return 0
	}
	_, octave := math.Frexp(float64(p.here.radius[slot]))
	return min(max(1, ranksFrom-octave), urgencies-1)
}

// listFaces lists the faces whose turn it is.
func (p *painter) listFaces() {
	there, turns := p.there(), p.faces.turns
	now := chooser{
		closed: p.closed(),
		keep: func(it *item) bool {
			return int(it.slot) < len(turns) && (turns[it.slot] == turnNow || turns[it.slot] == turnRough) && there(it)
		},
		level: func(it *item) int {
			if turns[it.slot] == turnRough {
				return roughest
			}
			return p.here.level(it)
		},
	}
	for _, b := range p.batches {
		if b.primitive == triangles {
			b.list(listOpaque, faces, now)
			b.sendInstances()
		}
	}
}

// listLines lists the edges whose turn it is.
func (p *painter) listLines() {
	there, turns := p.there(), p.lines.turns
	of := func(class uint8) chooser {
		return chooser{keep: func(it *item) bool {
			return int(it.slot) < len(turns) && turns[it.slot] == turnNow && p.here.classes[it.slot]&class != 0 && there(it)
		}}
	}
	for _, b := range p.batches {
		b.list(listEdges, allEdges, of(drawEdges))
		b.list(listSharp, sharpEdges, of(drawSharp))
		b.sendInstances()
	}
}
