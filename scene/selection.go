package scene

import "slices"

// Selection is an ordered set of nodes; the last one added is the primary. The zero Selection is empty.
type Selection struct {
	nodes      []NodeID
	generation uint64
}

// Nodes returns the selected nodes in the order they were added. Do not change the slice.
func (s *Selection) Nodes() []NodeID { return s.nodes }

// Primary returns the node that was added last, or NoNode.
func (s *Selection) Primary() NodeID {
	if len(s.nodes) == 0 {
		return NoNode
	}
	return s.nodes[len(s.nodes)-1]
}

// Has reports whether the node is selected.
func (s *Selection) Has(id NodeID) bool { return slices.Contains(s.nodes, id) }

// Generation rises with each change.
func (s *Selection) Generation() uint64 { return s.generation }

// Set selects exactly these nodes; NoNode is left out.
func (s *Selection) Set(ids ...NodeID) {
	var next []NodeID
	for _, id := range ids {
		if id != NoNode && !slices.Contains(next, id) {
			next = append(next, id)
		}
	}
	if !slices.Equal(next, s.nodes) {
		s.nodes, s.generation = next, s.generation+1
	}
}

// Toggle adds the node, or takes it out if it is selected.
func (s *Selection) Toggle(id NodeID) {
	if id == NoNode {
		return
	}
	next := slices.Clone(s.nodes)
	if i := slices.Index(next, id); i >= 0 {
		next = slices.Delete(next, i, i+1)
	} else {
		next = append(next, id)
	}
	s.nodes, s.generation = next, s.generation+1
}

// Clear empties the selection.
func (s *Selection) Clear() { s.Set() }
