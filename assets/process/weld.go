package process

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// Weld returns the mesh with vertices merged that are bit-equal in every attribute, morphs included, and with vertices
// left out that nothing uses. A mesh in which there is nothing to merge is returned itself.
func Weld(m *scene.Mesh) *scene.Mesh {
	n := m.Vertices()
	used := usedVertices(m)
	hashes := hashVertices(m)
	table := newTable(n)
	remap := make([]uint32, n)
	kept := make([]uint32, 0, n)
	for v := range n {
		if !used[v] {
			continue
		}
		slot, step := table.start(hashes[v])
		for ; ; slot, step = table.next(slot, step) {
			at := table.slots[slot]
			if at == 0 {
				kept = append(kept, uint32(v))
				table.slots[slot] = uint32(len(kept))
				remap[v] = uint32(len(kept) - 1)
				break
			}
			if other := kept[at-1]; hashes[other] == hashes[v] && sameVertex(m, int(other), v) {
				remap[v] = at - 1
				break
			}
		}
	}
	if len(kept) == n {
		return m
	}
	return reindexed(gathered(m, kept), remap)
}

// usedVertices marks the vertices that an index of the mesh names.
func usedVertices(m *scene.Mesh) []bool {
	used := make([]bool, m.Vertices())
	for _, run := range indexRuns(m) {
		for _, i := range run {
			used[i] = true
		}
	}
	return used
}

// indexRuns returns all lists of indices of a mesh.
func indexRuns(m *scene.Mesh) [][]uint32 {
	runs := [][]uint32{m.Indices, m.Lines, m.Points, m.Edges}
	for _, l := range m.LODs {
		runs = append(runs, l.Indices)
	}
	return runs
}

// floatStreams returns the attributes of float32 values with their number of values per vertex.
func floatStreams(m *scene.Mesh) (streams [][]float32, widths []int) {
	add := func(v []float32, width int) {
		if len(v) > 0 {
			streams, widths = append(streams, v), append(widths, width)
		}
	}
	add(m.Positions, 3)
	add(m.Normals, 3)
	add(m.Tangents, 4)
	add(m.UVs, 2)
	add(m.UVs2, 2)
	add(m.Weights, 4)
	for _, t := range m.Morphs {
		add(t.Positions, 3)
		add(t.Normals, 3)
		add(t.Tangents, 3)
	}
	return streams, widths
}

// hashVertices returns a hash of the attributes of each vertex.
func hashVertices(m *scene.Mesh) []uint64 {
	n := m.Vertices()
	out := make([]uint64, n)
	streams, widths := floatStreams(m)
	for k, s := range streams {
		w := widths[k]
		for v := range n {
			h := out[v]
			for _, f := range s[v*w : v*w+w] {
				h = mix(h, uint64(math.Float32bits(f)))
			}
			out[v] = h
		}
	}
	for v := range m.Features {
		out[v] = mix(out[v], uint64(m.Features[v]))
	}
	for v := range len(m.Colors) / 4 {
		out[v] = mix(out[v], uint64(binary.LittleEndian.Uint32(m.Colors[4*v:])))
	}
	for v := range len(m.Joints) / 4 {
		j := m.Joints[4*v : 4*v+4]
		out[v] = mix(out[v], uint64(j[0])|uint64(j[1])<<16|uint64(j[2])<<32|uint64(j[3])<<48)
	}
	return out
}

// sameVertex reports whether two vertices are bit-equal.
func sameVertex(m *scene.Mesh, a, b int) bool {
	same := func(s []float32, w int) bool {
		if len(s) == 0 {
			return true
		}
		for k := range w {
			if math.Float32bits(s[a*w+k]) != math.Float32bits(s[b*w+k]) {
				return false
			}
		}
		return true
	}
	if !same(m.Positions, 3) || !same(m.Normals, 3) || !same(m.UVs, 2) || !same(m.UVs2, 2) || !same(m.Tangents, 4) || !same(m.Weights, 4) {
		return false
	}
	for i := range m.Morphs {
		t := &m.Morphs[i]
		if !same(t.Positions, 3) || !same(t.Normals, 3) || !same(t.Tangents, 3) {
			return false
		}
	}
	return (len(m.Features) == 0 || m.Features[a] == m.Features[b]) &&
		(len(m.Colors) == 0 || slices.Equal(m.Colors[4*a:4*a+4], m.Colors[4*b:4*b+4])) &&
		(len(m.Joints) == 0 || slices.Equal(m.Joints[4*a:4*a+4], m.Joints[4*b:4*b+4]))
}

// gathered returns a mesh whose vertex i is vertex from[i] of m. Its indices are still those of m.
func gathered(m *scene.Mesh, from []uint32) *scene.Mesh {
	out := m.Fork()
	out.Positions, out.Normals, out.Tangents = gather(m.Positions, 3, from), gather(m.Normals, 3, from), gather(m.Tangents, 4, from)
	out.UVs, out.UVs2, out.Weights = gather(m.UVs, 2, from), gather(m.UVs2, 2, from), gather(m.Weights, 4, from)
	out.Colors, out.Features, out.Joints = gather(m.Colors, 4, from), gather(m.Features, 1, from), gather(m.Joints, 4, from)
	out.Morphs = slices.Clone(m.Morphs)
	for i, t := range m.Morphs {
		out.Morphs[i].Positions, out.Morphs[i].Normals, out.Morphs[i].Tangents =
			gather(t.Positions, 3, from), gather(t.Normals, 3, from), gather(t.Tangents, 3, from)
	}
	return out
}

func gather[T any](src []T, width int, from []uint32) []T {
	if len(src) == 0 {
		return src
	}
	out := make([]T, width*len(from))
	for i, v := range from {
		copy(out[i*width:(i+1)*width], src[int(v)*width:])
	}
	return out
}

// reindexed replaces all indices of m, which must be in no scene, by what remap says of them.
func reindexed(m *scene.Mesh, remap []uint32) *scene.Mesh {
	apply := func(indices []uint32) []uint32 {
		if indices == nil {
			return nil
		}
		out := make([]uint32, len(indices))
		for i, v := range indices {
			out[i] = remap[v]
		}
		return out
	}
	m.Indices, m.Lines, m.Points, m.Edges = apply(m.Indices), apply(m.Lines), apply(m.Points), apply(m.Edges)
	m.LODs = slices.Clone(m.LODs)
	for i := range m.LODs {
		m.LODs[i].Indices = apply(m.LODs[i].Indices)
	}
	return m
}

// WeldPositions returns the distinct positions (x, y, z each) in their order of appearance and, for each position given,
// the index of its equal in them. Positions are equal when their coordinates are; -0 equals 0.
func WeldPositions(positions []float32) (unique []float32, remap []uint32) {
	n := len(positions) / 3
	remap = make([]uint32, n)
	unique = make([]float32, 0, len(positions)/4+3)
	t := newTable(n/4 + 16)
	count := 0
	for v := range n {
		p := positions[3*v : 3*v+3 : 3*v+3]
		x, y, z := math.Float32bits(p[0]+0), math.Float32bits(p[1]+0), math.Float32bits(p[2]+0) // -0 + 0 is 0
		h := hashOf3(x, y, z)
		slot, step := t.start(h)
		for ; ; slot, step = t.next(slot, step) {
			at := t.slots[slot]
			if at == 0 {
				unique = append(unique, math.Float32frombits(x), math.Float32frombits(y), math.Float32frombits(z))
				count++
				t.slots[slot] = uint32(count)
				remap[v] = uint32(count - 1)
				if 3*count > 2*len(t.slots) {
					t = grownOf(unique, 2*len(t.slots))
				}
				break
			}
			u := unique[3*(at-1):][:3]
			if math.Float32bits(u[0]) == x && math.Float32bits(u[1]) == y && math.Float32bits(u[2]) == z {
				remap[v] = at - 1
				break
			}
		}
	}
	return unique, remap
}

// grownOf returns a table of at least size slots that holds the positions, which are distinct.
func grownOf(unique []float32, size int) *table {
	t := newTable(size / 2)
	for i := range len(unique) / 3 {
		h := hashOf3(math.Float32bits(unique[3*i]), math.Float32bits(unique[3*i+1]), math.Float32bits(unique[3*i+2]))
		slot, step := t.start(h)
		for t.slots[slot] != 0 {
			slot, step = t.next(slot, step)
		}
		t.slots[slot] = uint32(i + 1)
	}
	return t
}
