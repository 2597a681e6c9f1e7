package bind

import "github.com/orrery-twin/orrery/scene"

// Rest puts the nodes of the bindings, in a clone of the scene, back to where and how they were when the set was made.
func (s *Set) Rest(clone *scene.Scene) {
	for i := range s.groups {
		if g := &s.groups[i]; clone.Has(g.node) {
			clone.SetLocal(g.node, g.rest)
			clone.SetStyle(g.node, g.style)
		}
	}
}

// Resume takes over where the parts of another set of the same scene stand: those that turn go on from their angle, and
// those that glide go on gliding. It is for a set that was made anew because nodes came or went.
func (s *Set) Resume(from *Set) {
	type key struct {
		node     scene.NodeID
		signal   int
		property Property
		nth      int // of bindings that agree in the rest
	}
	keys := func(set *Set, f func(key, *item)) {
		seen := map[key]int{}
		for i := range set.items {
			it := &set.items[i]
			k := key{node: it.Node, signal: int(it.Signal), property: it.Property}
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
			it.now, it.held = old.now, old.held
		}
	})
	for i := range s.groups {
		if g := &s.groups[i]; g.moves {
			s.scene.SetLocal(g.node, g.placed(s.items[g.first:g.last]))
		}
	}
	s.fresh = from.fresh
	s.snap = nil // all values are read again
}
