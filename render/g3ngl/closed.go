package g3ngl

import "github.com/orrery-twin/orrery/scene"

// form is what the triangles of a mesh make.
type form struct {
	edgeSet
	closed bool // they leave no hole and face outwards, so that nobody outside sees the back of one
}

// formOf finds the edges of a mesh, if they are wanted, and whether it is closed. Of very large meshes it finds only the edges
// that the file marks.
func formOf(m *scene.Mesh, edges bool) (f form) {
	if m.Triangles() > maxEdgeTriangles {
		if edges {
			f.edgeSet = markedEdges(m)
		}
		return f
	}
	welded := weld(m.Positions, float32(m.Bounds.Diagonal()))
	if f.closed = isTight(m, welded); edges {
		f.edgeSet = edgesAmong(m, welded)
	}
	return f
}

// isTight reports whether each side of a triangle is met by one of another that runs the other way, and whether all pieces
// of the mesh enclose a volume from outside. welded are the vertices, those at the same place as one.
func isTight(m *scene.Mesh, welded []uint32) bool {
	balance := uint64(0) // of the sides in both directions: a sum of random numbers is zero by chance once in 2⁶⁴
	pieces := newPieces(len(welded))
	for t := 0; t+2 < len(m.Indices); t += 3 {
		a, b, c := welded[m.Indices[t]], welded[m.Indices[t+1]], welded[m.Indices[t+2]]
		balance += sideNumber(a, b) + sideNumber(b, c) + sideNumber(c, a)
		pieces.join(a, b)
		pieces.join(a, c)
	}
	if balance != 0 {
		return false
	}
	volume := make([]float64, len(welded)) // six times that of each piece, by its root
	for t := 0; t+2 < len(m.Indices); t += 3 {
		root := pieces.root(welded[m.Indices[t]])
		var p [3][3]float64
		for k := range p {
			v := m.Indices[t+k]
			for x := range 3 { // from a corner of the piece, as far ones would cost digits
				p[k][x] = float64(m.Positions[3*v+uint32(x)] - m.Positions[3*root+uint32(x)])
			}
		}
		volume[root] += p[0][0]*(p[1][1]*p[2][2]-p[1][2]*p[2][1]) + p[0][1]*(p[1][2]*p[2][0]-p[1][0]*p[2][2]) + p[0][2]*(p[1][0]*p[2][1]-p[1][1]*p[2][0])
	}
	some := false
	for _, v := range volume {
		if v < 0 {
			return false
		}
		some = some || v > 0
	}
	return some
}

// sideNumber is a number for the side from a to b, and its negative for that from b to a.
func sideNumber(a, b uint32) uint64 {
	low, high := min(a, b), max(a, b)
	h := (uint64(low)<<32 | uint64(high)) * 0x9e3779b97f4a7c15 // the finaliser of splitmix64 (S. Vigna, 2015)
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	h ^= h >> 31
	switch {
	case a < b:
		return h
	case a > b:
		return -h
	}
	return 0
}

// pieces are sets of vertices that triangles join, as trees that are kept flat.
type pieces []uint32

func newPieces(n int) pieces {
	p := make(pieces, n)
	for i := range p {
		p[i] = uint32(i)
	}
	return p
}

func (p pieces) root(v uint32) uint32 {
	for p[v] != v {
		p[v] = p[p[v]]
		v = p[v]
	}
	return v
}

func (p pieces) join(a, b uint32) {
	if a, b = p.root(a), p.root(b); a != b {
		p[max(a, b)] = min(a, b)
	}
}
