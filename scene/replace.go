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
	return &c
}

// ReplaceMesh puts m in the place of a mesh, for all nodes that show it. Readers of an older Meshes slice keep what they
// have. An invalid mesh and an unknown id are refused.
func (s *Scene) ReplaceMesh(id MeshID, m *Mesh) error {
	if id <= NoMesh || int(id) >= len(s.meshes) {
		return fmt.Errorf("scene: no mesh %d to replace", id)
	}
	if err := s.admit(m); err != nil {
		return err
	}
	s.touchTopology()
	s.meshes = slices.Clone(s.meshes)
	s.meshes[id] = m
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
