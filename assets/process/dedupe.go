package process

import (
	"hash/maphash"
	"reflect"
	"slices"
	"unsafe"

	"github.com/orrery-twin/orrery/scene"
)

// Dedupe lets nodes share one mesh where theirs are equal in all but the name, and returns how many meshes that saved.
// Materials count as equal when all that they say is. Ids of meshes stay as they were; those no longer used become nil.
// Meshes that variants name and shapes that Scene.Deform made are left alone, for they will change.
func Dedupe(s *scene.Scene) int {
	meshes := s.Meshes()
	same := make([]scene.MeshID, len(meshes))
	for i := range same {
		same[i] = scene.MeshID(i)
	}
	d := &deduper{meshes: meshes, material: equalMaterials(s), seed: maphash.MakeSeed()}
	merged := 0
	for _, ids := range d.suspects(s) {
		known := map[uint64][]scene.MeshID{}
		for _, id := range ids {
			h := d.hash(meshes[id])
			k := slices.IndexFunc(known[h], func(other scene.MeshID) bool { return d.equal(meshes[other], meshes[id]) })
			if k < 0 {
				known[h] = append(known[h], id)
				continue
			}
			same[id] = known[h][k]
			merged++
		}
	}
	if merged > 0 {
		s.MergeMeshes(same)
	}
	return merged
}

// deduper compares meshes of one scene.
type deduper struct {
	meshes   []*scene.Mesh
	material []scene.MaterialID // by material: the first that is equal to it
	seed     maphash.Seed
}

// suspects returns lists of two or more meshes that have the same sizes and bounds.
func (d *deduper) suspects(s *scene.Scene) [][]scene.MeshID {
	type shape struct {
		vertices, indices, lines, points int
		bounds                           scene.Bounds
	}
	alone := map[scene.MeshID]bool{}
	for _, v := range s.Document().Variants {
		for ref := range v.Materials {
			alone[ref.Mesh] = true
		}
	}
	for id := range scene.NodeID(s.Len()) {
		if shown := s.Node(id).Mesh; shown != s.RestMesh(id) {
			alone[shown] = true
		}
	}
	at := map[shape]int{}
	var lists [][]scene.MeshID
	for i, m := range d.meshes {
		id := scene.MeshID(i)
		if m == nil || alone[id] {
			continue
		}
		key := shape{m.Vertices(), len(m.Indices), len(m.Lines), len(m.Points), m.Bounds}
		k, found := at[key]
		if !found {
			k = len(lists)
			at[key] = k
			lists = append(lists, nil)
		}
		lists[k] = append(lists[k], id)
	}
	return slices.DeleteFunc(lists, func(l []scene.MeshID) bool { return len(l) < 2 })
}

// hash sums up the vertex data and the indices.
func (d *deduper) hash(m *scene.Mesh) uint64 {
	var h maphash.Hash
	h.SetSeed(d.seed)
	add := func(p unsafe.Pointer, n int) {
		if n > 0 {
			h.Write(unsafe.Slice((*byte)(p), n))
		}
	}
	streams, _ := floatStreams(m)
	for _, s := range streams {
		add(unsafe.Pointer(unsafe.SliceData(s)), 4*len(s))
	}
	for _, s := range indexRuns(m) {
		add(unsafe.Pointer(unsafe.SliceData(s)), 4*len(s))
	}
	add(unsafe.Pointer(unsafe.SliceData(m.Features)), 4*len(m.Features))
	add(unsafe.Pointer(unsafe.SliceData(m.Joints)), 2*len(m.Joints))
	h.Write(m.Colors)
	return h.Sum64()
}

func (d *deduper) equal(a, b *scene.Mesh) bool {
	if !slices.Equal(a.Positions, b.Positions) || !slices.Equal(a.Normals, b.Normals) || !slices.Equal(a.Tangents, b.Tangents) ||
		!slices.Equal(a.UVs, b.UVs) || !slices.Equal(a.UVs2, b.UVs2) || !slices.Equal(a.Colors, b.Colors) ||
		!slices.Equal(a.Features, b.Features) || !slices.Equal(a.Joints, b.Joints) || !slices.Equal(a.Weights, b.Weights) {
		return false
	}
	if !slices.Equal(a.Indices, b.Indices) || !slices.Equal(a.Lines, b.Lines) || !slices.Equal(a.Points, b.Points) ||
		!slices.Equal(a.Edges, b.Edges) || (a.Edges == nil) != (b.Edges == nil) ||
		!d.sameParts(a.Parts, b.Parts) || !d.sameParts(a.LineParts, b.LineParts) || !d.sameParts(a.PointParts, b.PointParts) {
		return false
	}
	return slices.EqualFunc(a.LODs, b.LODs, func(x, y scene.LOD) bool {
		return slices.Equal(x.Indices, y.Indices) && d.sameParts(x.Parts, y.Parts)
	}) && slices.EqualFunc(a.Morphs, b.Morphs, func(x, y scene.Morph) bool {
		return x.Name == y.Name && slices.Equal(x.Positions, y.Positions) && slices.Equal(x.Normals, y.Normals) && slices.Equal(x.Tangents, y.Tangents)
	}) && (a.Table == b.Table || reflect.DeepEqual(a.Table, b.Table))
}

func (d *deduper) sameParts(a, b []scene.Part) bool {
	return slices.EqualFunc(a, b, func(x, y scene.Part) bool {
		return x.First == y.First && x.Count == y.Count && d.material[x.Material] == d.material[y.Material]
	})
}

// equalMaterials returns for each material the first one that is equal to it. Those that clips change stand alone.
func equalMaterials(s *scene.Scene) []scene.MaterialID {
	type value struct {
		scene.Material
		layers  scene.Layers
		layered bool
	}
	moved := map[scene.MaterialID]bool{}
	for _, clip := range s.Document().Clips {
		for _, c := range clip.Channels {
			moved[c.Material] = true
		}
	}
	first := map[value]scene.MaterialID{}
	out := make([]scene.MaterialID, len(s.Materials()))
	for i, m := range s.Materials() {
		id := scene.MaterialID(i)
		out[i] = id
		if moved[id] {
			continue
		}
		key := value{Material: m, layered: m.Layers != nil}
		if m.Layers != nil {
			key.layers, key.Layers = *m.Layers, nil
		}
		if other, found := first[key]; found {
			out[i] = other
			continue
		}
		first[key] = id
	}
	return out
}
