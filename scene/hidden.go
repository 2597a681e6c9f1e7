package scene

import (
	"maps"
	"slices"
)

// SetHidden hides a node and all below it, or shows it again, for the user: apart from Style.Visible, which belongs to
// live data. A node is seen when both allow it.
func (s *Scene) SetHidden(id NodeID, hidden bool) {
	if !s.Has(id) || s.hidden[id] == hidden {
		return
	}
	if hidden {
		s.hidden[id] = true
	} else {
		delete(s.hidden, id)
	}
	s.restyle(id)
}

// restyle has the effective style of a node and of all below it computed again.
func (s *Scene) restyle(id NodeID) {
	s.generation++
	if !s.isStyled[id] {
		s.isStyled[id] = true
		s.styled = append(s.styled, id)
	}
}

// Hidden reports whether the user hides this very node; what is below it is hidden too.
func (s *Scene) Hidden(id NodeID) bool { return s.hidden[id] }

// HiddenNodes returns the nodes that the user hides, in the order of their ids.
func (s *Scene) HiddenNodes() []NodeID { return slices.Sorted(maps.Keys(s.hidden)) }

// Isolate hides all but these subtrees; grounds stay, wherever they are. What stood hidden inside of them before is shown.
// Without any node that is there, it shows everything. A node above an isolated one that has a mesh itself shows it, since
// hiding it would hide what is below it.
func (s *Scene) Isolate(ids ...NodeID) {
	keep := make(map[NodeID]bool, len(ids)) // true: with all below it; false: on the way to one
	for _, id := range ids {
		if s.Has(id) {
			keep[id] = true
			s.keepWay(keep, id)
		}
	}
	s.ShowAll()
	if len(keep) == 0 {
		return
	}
	for i := range s.nodes {
		if id := NodeID(i); s.nodes[i].Role == Ground && s.Has(id) {
			keep[id] = true
			s.keepWay(keep, id)
		}
	}
	s.Walk(Root, func(id NodeID) bool {
		whole, wanted := keep[id]
		if !wanted {
			s.SetHidden(id, true)
		}
		return wanted && !whole
	})
}

// keepWay notes the nodes above one.
func (s *Scene) keepWay(keep map[NodeID]bool, id NodeID) {
	for up := s.nodes[id].Parent; up != NoNode; up = s.nodes[up].Parent {
		if _, known := keep[up]; known {
			return
		}
		keep[up] = false
	}
}

// ShowAll hides nothing any more.
func (s *Scene) ShowAll() {
	for _, id := range s.HiddenNodes() {
		s.SetHidden(id, false)
	}
}
