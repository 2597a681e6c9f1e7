package render

import (
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

func layoutOf(b *Builder, s *scene.Scene) *Layout {
	f := b.Build(s, scene.Camera{}, opts())
	defer f.Release()
	return f.Layout
}

// A node keeps its slot when others come and go, so that a renderer need not send it again.
func TestSlotsStay(t *testing.T) {
	s := scene.New()
	box := s.MustAddMesh(scene.NewBox(1, 1, 1, 0))
	var ids []scene.NodeID
	add := func() { ids = append(ids, s.AddNode(scene.Root, scene.Node{Mesh: box})) }
	for range 10 {
		add()
	}
	b := NewBuilder()
	first := layoutOf(b, s)
	s.Remove(ids[3])
	add()
	second := layoutOf(b, s)
	if second.Scene != first.Scene || second.Version <= first.Version || len(second.Nodes) != 11 || second.Shape(3) != nil {
		t.Errorf("after one came and one went: %+v", second)
	}
	for slot, id := range first.Nodes {
		if second.Nodes[slot] != id {
			t.Errorf("slot %d was node %d and is node %d", slot, id, second.Nodes[slot])
		}
	}
	f := b.Build(s, scene.Camera{}, opts())
	if f.Objects[3].Flags&FlagHidden == 0 || f.Objects[10].Flags&FlagHidden != 0 {
		t.Error("the empty slot shows, or the new one does not")
	}
	f.Release()
	for _, id := range ids[:8] {
		s.Remove(id)
	}
	if third := layoutOf(b, s); third.Scene == first.Scene || len(third.Nodes) != 3 {
		t.Errorf("after most went: %d slots", len(third.Nodes))
	}
	if other := layoutOf(b, s.Clone()); other.Scene == first.Scene {
		t.Error("another scene has the same identity")
	}
}

func TestWhatLetsLightThrough(t *testing.T) {
	s := scene.New()
	glass := scene.PlainLayers()
	glass.Transmission = 1
	plain := s.AddMaterial(scene.Material{BaseColor: [4]float32{1, 1, 1, 1}})
	alpha := s.AddMaterial(scene.Material{BaseColor: [4]float32{1, 1, 1, 0.5}, Blend: true})
	masked := s.AddMaterial(scene.Material{BaseColor: [4]float32{1, 1, 1, 0.5}, Mask: true, Cutoff: 0.3})
	clear := s.AddMaterial(scene.Material{BaseColor: [4]float32{1, 1, 1, 1}, Layers: &glass})
	coloured := s.AddMaterial(scene.Material{BaseColor: [4]float32{1, 1, 1, 1}, Blend: true})
	for _, m := range []scene.MaterialID{plain, alpha, masked, clear, coloured} {
		mesh := scene.NewBox(1, 1, 1, m)
		if m == coloured {
			mesh.Colors = make([]uint8, 4*mesh.Vertices())
		}
		s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(mesh)})
	}
	b := NewBuilder()
	f := b.Build(s, scene.Camera{}, opts())
	defer f.Release()
	for m, want := range map[scene.MaterialID]bool{plain: false, alpha: true, masked: false, clear: true, coloured: true} {
		if f.Translucent[m] != want {
			t.Errorf("material %d lets light through: %v", m, !want)
		}
	}
	for slot, want := range []bool{false, true, false, true, true} {
		if got := f.Objects[slot].Flags&FlagTranslucent != 0; got != want {
			t.Errorf("object %d is translucent: %v", slot, got)
		}
	}
}
