package scene

import (
	"fmt"
	"slices"
)

// Fork returns a copy of the mesh that is in no scene: its fields may be replaced, not the elements of its slices, which
// are shared, before it is added.
func (m *Mesh) Fork() *Mesh {
	c := *m
	c.tree = nil
	if m.tree != nil {
		c.origin = m.tree.bvh.Load()
	}
	return &c
}

func sameSlice[T any](a, b []T) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

// Complete does what AddMesh does to a mesh that is in no scene yet: it checks it and fills in missing normals and the
// bounds. It may run in the background; AddMesh then has nothing left to do.
func (m *Mesh) Complete() error {
	if m.tree != nil {
		return nil
	}
	if err := m.Check(); err != nil {
		return err
	}
	m.finish()
	return nil
}

// ReplaceMesh puts m in the place of a mesh, for all nodes that show it. Readers of an older Meshes slice keep what they
// have. An invalid mesh and an unknown id are refused.
func (s *Scene) ReplaceMesh(id MeshID, m *Mesh) error {
	if id <= NoMesh || int(id) >= len(s.meshes) {
		return fmt.Errorf("scene: no mesh %d to replace", id)
	}
	by := make([]*Mesh, id+1)
	by[id] = m
	return s.ReplaceMeshes(by)
}

// ReplaceMeshes does the same for all meshes for which there is another at their id; nil lets a mesh be as it is. It
// replaces all or, when it returns an error, none.
func (s *Scene) ReplaceMeshes(by []*Mesh) error {
	if len(by) > len(s.meshes) {
		return fmt.Errorf("scene: no mesh %d to replace", len(s.meshes))
	}
	for _, m := range by {
		if m == nil {
			continue
		}
		if err := s.admit(m); err != nil {
			return err
		}
	}
	s.touchTopology()
	s.meshes = slices.Clone(s.meshes)
	for id, m := range by {
		if m != nil {
			s.meshes[id] = m
		}
	}
	return nil
}

// MergeMeshes lets all nodes that show mesh i show mesh same[i] instead and drops the meshes that this leaves out: their
// ids stay, their entries become nil. Variants must not name a mesh that is dropped.
func (s *Scene) MergeMeshes(same []MeshID) {
	s.touchTopology()
	s.meshes = slices.Clone(s.meshes)
	for i := range s.nodes {
		if m := s.nodes[i].Mesh; int(m) < len(same) {
			s.nodes[i].Mesh = same[m]
		}
	}
	for id, m := range s.rest {
		if int(m) < len(same) {
			s.rest[id] = same[m]
		}
	}
	for i := range same {
		if int(same[i]) != i {
			s.meshes[i] = nil
		}
	}
}

// partRuns returns all lists of parts.
func (m *Mesh) partRuns() [][]Part {
	runs := [][]Part{m.Parts, m.LineParts, m.PointParts}
	for _, l := range m.LODs {
		runs = append(runs, l.Parts)
	}
	return runs
}
