package scene

import (
	"fmt"
	"slices"
)

// SetVariant gives the parts that a variant names its materials. Parts that it does not name keep theirs.
func (s *Scene) SetVariant(v Variant) error {
	changed := map[MeshID]*Mesh{}
	for ref, material := range v.Materials {
		old := s.meshes[min(max(ref.Mesh, 0), MeshID(len(s.meshes)-1))]
		if old == nil || ref.Part < 0 || ref.Part >= max(len(old.Parts), 1) || material < 0 || int(material) >= len(s.materials) {
			return fmt.Errorf("scene: variant %q names a part or a material that is not there", v.Name)
		}
		m := changed[ref.Mesh]
		if m == nil {
			m = old.Fork()
			m.Parts = rebased(old.Parts, len(old.Indices), 0)
			m.LODs = slices.Clone(old.LODs)
			for i := range m.LODs {
				m.LODs[i].Parts = slices.Clone(m.LODs[i].Parts)
			}
			changed[ref.Mesh] = m
		}
		if ref.Part < len(m.Parts) {
			m.Parts[ref.Part].Material = material
		}
		for i := range m.LODs {
			if ref.Part < len(m.LODs[i].Parts) {
				m.LODs[i].Parts[ref.Part].Material = material
			}
		}
	}
	for id, m := range changed {
		if err := s.ReplaceMesh(id, m); err != nil {
			return err
		}
	}
	return nil
}
