package scene

import (
	"math"
	"slices"
)

// edgeMarks are the edges that a file marks as sharp: sums of the places of their ends, sorted.
type edgeMarks []uint64

// marks returns the edges of the mesh that its file marks, nil for none.
func (m *Mesh) marks() edgeMarks {
	if len(m.Edges) == 0 {
		return nil
	}
	m.tree.marking.Do(func() {
		marks := make(edgeMarks, 0, len(m.Edges)/2)
		for i := 0; i+1 < len(m.Edges); i += 2 {
			a, b := m.Edges[i], m.Edges[i+1]
			marks = append(marks, edgeSum([3]float32(m.Positions[3*a:][:3]), [3]float32(m.Positions[3*b:][:3])))
		}
		slices.Sort(marks)
		m.tree.marks = marks
	})
	return m.tree.marks
}

func (k edgeMarks) has(a, b [3]float32) bool {
	_, ok := slices.BinarySearch(k, edgeSum(a, b))
	return ok
}

// edgeSum is a hash of two places in either order.
func edgeSum(a, b [3]float32) uint64 { return placeSum(a) + placeSum(b) }

// placeSum is a hash of a place (FNV-1a by values, 64 bits).
func placeSum(p [3]float32) uint64 {
	h := uint64(14695981039346656037)
	for _, v := range p {
		h = (h ^ uint64(math.Float32bits(v+0))) * 1099511628211 // +0 makes -0 the same
	}
	return mixed(h)
}

// mixed spreads the bits of a number (the finish of SplitMix64: G. Steele, D. Lea and C. Flood, 2014).
func mixed(h uint64) uint64 {
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}
