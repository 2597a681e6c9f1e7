package bind

import "github.com/orrery-twin/orrery/scene"

// Rest puts the nodes of the bindings, in the scene itself or in a clone of it, back to where and how they were when the
// set was made, and takes their signs away.
func (s *Set) Rest(in *scene.Scene) {
	for i := range s.items {
		it := &s.items[i]
		if it.extra == nil {
			continue
		}
		if it.motion != nil && it.held {
			it.motion.pose(in, 0)
		}
		for _, w := range it.signs() {
			in.RemoveGlyph(w.id)
		}
	}
	for i := range s.groups {
		if g := &s.groups[i]; in.Has(g.node) {
			in.SetLocal(g.node, g.rest)
			in.SetStyle(g.node, g.style)
		}
	}
}

// signs lists the glyphs of a binding.
func (e *extra) signs() []*shown {
	switch {
	case e.sign != nil:
		return []*shown{&e.sign.shown}
	case e.trail != nil:
		return []*shown{&e.trail.shown}
	}
	return nil
}

// Resume takes over where the parts of another set of the same scene stand: those that turn go on from their angle, those
// that glide go on gliding, trails keep what they hold. The other set must not be used any more: its signs are taken away.
// Resume is for a set that was made anew because nodes or bindings came or went.
func (s *Set) Resume(from *Set) {
	type key struct {
		node     scene.NodeID
		signal   int
		text     string // of an expression
		property Property
		nth      int // of bindings that agree in the rest
	}
	keys := func(set *Set, f func(key, *item)) {
		seen := map[key]int{}
		for i := range set.items {
			it := &set.items[i]
			k := key{node: it.b.Node, signal: int(it.signal), property: it.property}
			if it.b.Expr != nil {
				k.text = it.b.Expr.Text()
			}
			n := seen[k]
			seen[k]++
			k.nth = n
			f(k, it)
		}
	}
	known := map[key]*item{}
	keys(from, func(k key, it *item) { known[k] = it })
	keys(s, func(k key, it *item) {
		if old := known[k]; old != nil {
			it.resume(old)
		}
	})
	for i := range from.items {
		if e := from.items[i].extra; e != nil {
			for _, w := range e.signs() {
				from.scene.RemoveGlyph(w.id)
				w.id = 0
			}
		}
	}
	s.place()
	s.fresh, s.clock, s.time, s.shown = from.fresh, from.clock, from.time, from.shown
	s.snap = nil // all values are read again
}

// resume goes on where another item of the same binding stands.
func (it *item) resume(old *item) {
	it.now, it.held = old.now, old.held
	switch {
	case it.extra == nil || old.extra == nil:
	case it.sign != nil && old.sign != nil:
		it.sign.now, it.sign.held = old.sign.now, old.sign.held
	case it.trail != nil && old.trail != nil:
		it.trail.times, it.trail.points, it.trail.broken = old.trail.times, old.trail.points, old.trail.broken
	}
}
