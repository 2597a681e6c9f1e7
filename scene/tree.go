package scene

import "fmt"

// Tree returns what Prepare builds, after building it if need be: the nodes of the tree over the triangles, and the
// triangles in the order in which its leaves name them. Both are for storing and for Restore; they must not be changed.
func (m *Mesh) Tree() (nodes []TreeNode, order []int32) {
	t := m.triangles()
	return t.nodes, t.order
}

// Restore is Complete for a mesh whose Tree was kept. A tree that does not fit the triangles is refused; whether its
// boxes hold them is not looked at.
func (m *Mesh) Restore(nodes []TreeNode, order []int32) error {
	if err := checkTree(nodes, order, m.Triangles()); err != nil {
		return fmt.Errorf("scene: mesh %q: %w", m.Name, err)
	}
	if err := m.Complete(); err != nil {
		return err
	}
	m.tree.bvh.Store(&triangleTree{positions: m.Positions, indices: m.Indices, nodes: nodes, order: order})
	return nil
}

// checkTree makes sure that a walk through the tree ends and sees each leaf once.
func checkTree(nodes []TreeNode, order []int32, triangles int) error {
	if len(order) != triangles || (len(nodes) == 0) != (triangles == 0) {
		return fmt.Errorf("a tree of %d triangles for %d", len(order), triangles)
	}
	for _, t := range order {
		if t < 0 || int(t) >= triangles {
			return fmt.Errorf("its tree names triangle %d of %d", t, triangles)
		}
	}
	parented := make([]bool, len(nodes)+1)
	leaves := 0
	for i := range nodes {
		n := &nodes[i]
		if i > 0 && !parented[i] {
			return fmt.Errorf("node %d of its tree has no parent", i)
		}
		if n.count != 0 {
			if n.count < 0 || n.first < 0 || int(n.first) > len(order)-int(n.count) {
				return fmt.Errorf("leaf %d of its tree is out of range", i)
			}
			leaves += int(n.count)
			continue
		}
		left, right := i+1, int(n.first)
		if right <= left || right >= len(nodes) || parented[left] || parented[right] {
			return fmt.Errorf("node %d of its tree has children that it cannot have", i)
		}
		parented[left], parented[right] = true, true
	}
	if leaves != len(order) {
		return fmt.Errorf("the leaves of its tree hold %d triangles of %d", leaves, len(order))
	}
	return nil
}
