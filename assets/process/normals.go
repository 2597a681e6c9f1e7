package process

import (
	"math"
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// DefaultCreaseRad is the angle between two faces beyond which their edge is drawn sharp: 30°.
const DefaultCreaseRad = 30 * math.Pi / 180

// CreaseNormals returns the mesh with new normals: smooth across edges where faces meet at less than angleRad, sharp at
// the others, where vertices are split. Faces that share positions count as joined, whatever else their vertices carry.
// A normal is the mean of its faces, weighted by the angles of their corners. Tangents and LODs are left out, for they
// would not fit any more.
func CreaseNormals(m *scene.Mesh, angleRad float64) *scene.Mesh {
	c := newCreaser(m, angleRad)
	groups := len(c.fans.first) - 1
	parts := make([]creased, rangeCount(groups, creaseRange))
	ranges(groups, creaseRange, func(k, from, to int) { parts[k] = c.split(from, to) })
	return c.join(parts)
}

// creaseRange is the number of positions that are worked on in one go.
const creaseRange = 1 << 14

// creaser holds what all ranges read.
type creaser struct {
	mesh  *scene.Mesh
	group []uint32 // by vertex: the number of its position
	fans  fans
	faces []float32 // unit normals of the triangles; zero for those without area
	cos   float32
	out   []uint32 // by corner: its new vertex, counted in its range at first
}

func newCreaser(m *scene.Mesh, angleRad float64) *creaser {
	unique, group := WeldPositions(m.Positions)
	c := &creaser{mesh: m, group: group, cos: float32(math.Cos(min(max(angleRad, 0), math.Pi))), out: make([]uint32, len(m.Indices))}
	c.fans = fansOf(m.Indices, group, len(unique)/3)
	c.faces = make([]float32, len(m.Indices))
	ranges(m.Triangles(), 1<<15, func(_, from, to int) {
		for t := from; t < to; t++ {
			i := m.Indices[3*t : 3*t+3]
			a := vecAt(m.Positions, i[0])
			store(c.faces, t, vecAt(m.Positions, i[1]).sub(a).cross(vecAt(m.Positions, i[2]).sub(a)).unit())
		}
	})
	return c
}

// fans lists for each position the corners of triangles that lie there: those in corners[first[g]:first[g+1]].
type fans struct{ first, corners []uint32 }

func fansOf(indices, group []uint32, groups int) fans {
	f := fans{make([]uint32, groups+1), make([]uint32, len(indices))}
	for _, v := range indices {
		f.first[group[v]]++
	}
	sum := uint32(0)
	for g, n := range f.first {
		f.first[g] = sum
		sum += n
	}
	for c, v := range indices {
		g := group[v]
		f.corners[f.first[g]] = uint32(c)
		f.first[g]++
	}
	copy(f.first[1:], f.first)
	f.first[0] = 0
	return f
}

// creased is the outcome of a range of positions.
type creased struct {
	from    []uint32 // by new vertex: the old one
	normals []float32
}

// split finds the new vertices at the positions from … to-1.
func (c *creaser) split(from, to int) creased {
	out := creased{make([]uint32, 0, (to-from)*5/4), make([]float32, 0, (to-from)*15/4)}
	var fan fan
	for g := from; g < to; g++ {
		corners := c.fans.corners[c.fans.first[g]:c.fans.first[g+1]]
		fan.fill(c, corners)
		fan.join(c.cos)
		fan.emit(c, corners, &out)
	}
	return out
}

// fan is the corners at one position. Corners with the same root have one normal.
type fan struct {
	root       []int32
	prev, next []uint32 // positions at the other ends of the two edges
	normal     []vec    // of the face
	sum        []vec    // by root: the mean of the normals, to be made unit
	vertex     []uint32 // by corner: the new vertex, where it is known
}

func (f *fan) fill(c *creaser, corners []uint32) {
	f.root, f.prev, f.next, f.normal, f.sum = f.root[:0], f.prev[:0], f.next[:0], f.normal[:0], f.sum[:0]
	for i, at := range corners {
		t := at / 3
		k := at - 3*t
		tri := c.mesh.Indices[3*t : 3*t+3]
		next, prev := tri[(k+1)%3], tri[(k+2)%3]
		f.root = append(f.root, int32(i))
		f.next, f.prev = append(f.next, c.group[next]), append(f.prev, c.group[prev])
		n := vecAt(c.faces, t)
		p := vecAt(c.mesh.Positions, tri[k])
		weight := angle(vecAt(c.mesh.Positions, next).sub(p).unit(), vecAt(c.mesh.Positions, prev).sub(p).unit())
		f.normal, f.sum = append(f.normal, n), append(f.sum, n.mul(weight))
	}
}

// fewCorners is the number of corners up to which comparing all of them is quicker than sorting.
const fewCorners = 24

// join unites corners across edges that are not sharp.
func (f *fan) join(cos float32) {
	if len(f.root) > fewCorners {
		f.joinSorted(cos)
		return
	}
	for i := range f.root {
		for j := range i {
			if f.next[i] == f.prev[j] || f.prev[i] == f.next[j] || f.next[i] == f.next[j] || f.prev[i] == f.prev[j] {
				f.unite(i, j, cos)
			}
		}
	}
}

// joinSorted does the same in n·log n; of more than two faces at an edge it compares neighbours alone.
func (f *fan) joinSorted(cos float32) {
	type end struct{ at, corner uint32 }
	ends := make([]end, 0, 2*len(f.root))
	for i := range f.root {
		ends = append(ends, end{f.next[i], uint32(i)}, end{f.prev[i], uint32(i)})
	}
	slices.SortFunc(ends, func(a, b end) int {
		if a.at != b.at {
			return int(int64(a.at) - int64(b.at))
		}
		return int(int64(a.corner) - int64(b.corner))
	})
	for k := 1; k < len(ends); k++ {
		if ends[k].at == ends[k-1].at {
			f.unite(int(ends[k].corner), int(ends[k-1].corner), cos)
		}
	}
}

// unite gives two corners one normal if the angle between their faces allows it. Faces without area join nothing.
func (f *fan) unite(i, j int, cos float32) {
	if f.normal[i].dot(f.normal[j]) < cos || f.normal[i].zero() || f.normal[j].zero() {
		return
	}
	if a, b := f.find(int32(i)), f.find(int32(j)); a != b {
		a, b = min(a, b), max(a, b)
		f.root[b] = a
		f.sum[a] = f.sum[a].add(f.sum[b])
	}
}

func (f *fan) find(i int32) int32 {
	for f.root[i] != i {
		f.root[i] = f.root[f.root[i]]
		i = f.root[i]
	}
	return i
}

// emit makes a new vertex for each pair of an old one and a normal.
func (f *fan) emit(c *creaser, corners []uint32, out *creased) {
	flat := int32(-1) // what corners without area take
	for i := range corners {
		if !f.normal[i].zero() {
			flat = f.find(int32(i))
			break
		}
	}
	base := len(out.from)
	var seen map[uint64]uint32 // for fans of very many vertices
	f.vertex = f.vertex[:0]
	for i, at := range corners {
		root := f.find(int32(i))
		if f.normal[i].zero() && flat >= 0 {
			root = flat
		}
		old := c.mesh.Indices[at]
		id, known := uint32(0), false
		if len(out.from)-base <= fewCorners {
			for k := base; k < len(out.from) && !known; k++ {
				known = out.from[k] == old && f.vertex[k-base] == uint32(root)
				id = uint32(k)
			}
		} else {
			if seen == nil {
				seen = map[uint64]uint32{}
				for k := base; k < len(out.from); k++ {
					seen[uint64(out.from[k])<<32|uint64(f.vertex[k-base])] = uint32(k)
				}
			}
			id, known = seen[uint64(old)<<32|uint64(root)]
		}
		if !known {
			id = uint32(len(out.from))
			n := f.sum[root].unit()
			if n.zero() {
				n = vec{0, 1, 0}
			}
			out.from, f.vertex = append(out.from, old), append(f.vertex, uint32(root))
			out.normals = append(out.normals, n.x, n.y, n.z)
			if seen != nil {
				seen[uint64(old)<<32|uint64(root)] = id
			}
		}
		c.out[at] = id
	}
}

// join puts the ranges one after the other and makes the new mesh.
func (c *creaser) join(parts []creased) *scene.Mesh {
	bases := make([]int, len(parts)+1)
	for k, p := range parts {
		bases[k+1] = bases[k] + len(p.from)
	}
	total := bases[len(parts)]
	from, normals := make([]uint32, total, total+16), make([]float32, 3*total, 3*total+48)
	groups := len(c.fans.first) - 1
	ranges(groups, creaseRange, func(k, lo, hi int) {
		copy(from[bases[k]:], parts[k].from)
		copy(normals[3*bases[k]:], parts[k].normals)
		for _, at := range c.fans.corners[c.fans.first[lo]:c.fans.first[hi]] {
			c.out[at] += uint32(bases[k])
		}
	})
	from, remap := c.others(from)
	for len(normals) < 3*len(from) {
		normals = append(normals, 0, 1, 0)
	}
	bare := c.mesh.Fork()
	bare.Normals, bare.Tangents, bare.LODs = nil, nil, nil
	out := gathered(bare, from)
	if remap != nil {
		out = reindexed(out, remap)
	}
	out.Indices, out.Normals = c.out, normals
	return out
}

// others adds the vertices that only lines, points and edges use, and says where these find all of theirs.
func (c *creaser) others(from []uint32) ([]uint32, []uint32) {
	m := c.mesh
	if len(m.Lines)+len(m.Points)+len(m.Edges) == 0 {
		return from, nil
	}
	const none = ^uint32(0)
	remap := make([]uint32, m.Vertices())
	for i := range remap {
		remap[i] = none
	}
	for i, v := range from {
		if remap[v] == none {
			remap[v] = uint32(i)
		}
	}
	for _, run := range [][]uint32{m.Lines, m.Points, m.Edges} {
		for _, v := range run {
			if remap[v] == none {
				remap[v] = uint32(len(from))
				from = append(from, v)
			}
		}
	}
	for i := range remap { // named by the triangles alone, which have indices already
		if remap[i] == none {
			remap[i] = 0
		}
	}
	return from, remap
}
