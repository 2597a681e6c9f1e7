package process

import (
	"cmp"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/scene"
)

// Tangents returns the mesh with tangents as MikkTSpace makes them from Normals and UVs, so that normal maps baked by
// other tools look as they were meant. The sign is that of glTF, whose v runs downwards. Vertices are split where the
// tangents of adjoining faces differ. A mesh without normals or UVs is returned itself.
func Tangents(m *scene.Mesh) *scene.Mesh { return tangentsBy(m, m.UVs) }

// tangentsBy makes the tangents from other uv coordinates than the first.
func tangentsBy(m *scene.Mesh, uvs []float32) *scene.Mesh {
	if len(uvs) == 0 || len(m.Normals) == 0 || len(m.Indices) == 0 {
		return m
	}
	b := newTangentBasis(m, uvs)
	b.findNeighbours()
	b.findGroups()
	b.evaluate()
	b.fillIn()
	return b.mesh()
}

// tangentBasis holds the work of MikkTSpace. Vertices are those that differ in position, normal or uv: "welded" ones.
type tangentBasis struct {
	m      *scene.Mesh
	uvs    []float32
	welded []uint32 // by vertex of the mesh
	count  int      // of welded vertices
	faces  []tangentFace

	group    []int32  // by corner: the group that it belongs to, or -1
	members  []uint32 // corners of all groups, group by group
	firstOf  []int32  // by group: where its members begin
	mirrored []bool   // by group: uv runs the other way round than the triangle
	tangents []vec    // by group
}

// tangentFace is what is known of a triangle.
type tangentFace struct {
	along     vec      // unit direction of growing u; zero where there is none
	neighbour [3]int32 // across the edge from corner k to the next, or -1
	mirrored  bool
	open      bool // the uv are degenerate, so that it joins groups of either kind
	flat      bool // two of its corners coincide: it takes no part
}

func newTangentBasis(m *scene.Mesh, uvs []float32) *tangentBasis {
	b := &tangentBasis{m: m, uvs: uvs, faces: make([]tangentFace, m.Triangles()), group: make([]int32, len(m.Indices))}
	b.weld()
	for i := range b.group {
		b.group[i] = -1
	}
	for t := range b.faces {
		b.faces[t] = b.face(t)
	}
	return b
}

// weld numbers the vertices by what tangents depend on.
func (b *tangentBasis) weld() {
	n := b.m.Vertices()
	of := func(v int) [8]uint32 {
		p, q, uv := b.m.Positions[3*v:3*v+3], b.m.Normals[3*v:3*v+3], b.uvs[2*v:2*v+2]
		return [8]uint32{math.Float32bits(p[0] + 0), math.Float32bits(p[1] + 0), math.Float32bits(p[2] + 0),
			math.Float32bits(q[0] + 0), math.Float32bits(q[1] + 0), math.Float32bits(q[2] + 0),
			math.Float32bits(uv[0] + 0), math.Float32bits(uv[1] + 0)} // -0 + 0 is 0
	}
	b.welded = make([]uint32, n)
	kept := make([]uint32, 0, n)
	t := newTable(n)
	for v := range n {
		key := of(v)
		h := uint64(0)
		for k := 0; k < 8; k += 2 {
			h = mix(h, uint64(key[k])|uint64(key[k+1])<<32)
		}
		for slot, step := t.start(h); ; slot, step = t.next(slot, step) {
			at := t.slots[slot]
			if at == 0 {
				kept = append(kept, uint32(v))
				t.slots[slot] = uint32(len(kept))
				b.welded[v] = uint32(len(kept) - 1)
				break
			}
			if of(int(kept[at-1])) == key {
				b.welded[v] = at - 1
				break
			}
		}
	}
	b.count = len(kept)
}

// tiny is the least normal float32: what is not above it counts as zero.
const tiny = 0x1p-126

func (b *tangentBasis) face(t int) tangentFace {
	i := b.m.Indices[3*t : 3*t+3]
	f := tangentFace{neighbour: [3]int32{-1, -1, -1}, open: true}
	p, q, r := vecAt(b.m.Positions, i[0]), vecAt(b.m.Positions, i[1]), vecAt(b.m.Positions, i[2])
	if p == q || q == r || r == p {
		f.flat = true
		return f
	}
	uv := func(k int) (float32, float32) { return b.uvs[2*i[k]], b.uvs[2*i[k]+1] }
	u0, v0 := uv(0)
	u1, v1 := uv(1)
	u2, v2 := uv(2)
	u1, v1, u2, v2 = u1-u0, v1-v0, u2-u0, v2-v0
	area := u1*v2 - v1*u2 // twice that in uv
	f.mirrored = !(area > 0)
	if !(abs(area) > tiny) {
		return f
	}
	d1, d2 := q.sub(p), r.sub(p)
	alongU, alongV := d1.mul(v2).sub(d2.mul(v1)), d2.mul(u1).sub(d1.mul(u2))
	lengthU, lengthV := alongU.length(), alongV.length()
	sign := float32(1)
	if f.mirrored {
		sign = -1
	}
	if lengthU > tiny {
		f.along = alongU.mul(sign / lengthU)
	}
	f.open = !(lengthU/abs(area) > tiny) || !(lengthV/abs(area) > tiny)
	return f
}

func abs(f float32) float32 { return math.Float32frombits(math.Float32bits(f) &^ (1 << 31)) }

// corner returns the welded vertex at a corner of the mesh.
func (b *tangentBasis) corner(c int) uint32 { return b.welded[b.m.Indices[c]] }

// findNeighbours pairs triangles that use an edge in opposite directions, in the order of the triangles.
func (b *tangentBasis) findNeighbours() {
	type edge struct {
		high   uint32 // the vertex of the greater number
		corner uint32 // where the edge begins
	}
	first := make([]uint32, b.count+1)
	low := func(c int) (uint32, uint32) {
		a, z := b.corner(c), b.corner(after(c))
		return min(a, z), max(a, z)
	}
	for c := range b.m.Indices {
		if !b.faces[c/3].flat {
			l, _ := low(c)
			first[l+1]++
		}
	}
	for i := range b.count {
		first[i+1] += first[i]
	}
	edges := make([]edge, first[b.count])
	fill := slices.Clone(first)
	for c := range b.m.Indices {
		if !b.faces[c/3].flat {
			l, h := low(c)
			edges[fill[l]] = edge{h, uint32(c)}
			fill[l]++
		}
	}
	var waiting [2][]uint32 // corners of edges that look for a partner, by direction, first come first served
	for v := range b.count {
		run := edges[first[v]:first[v+1]]
		slices.SortFunc(run, func(x, y edge) int {
			return cmp.Or(cmp.Compare(x.high, y.high), cmp.Compare(x.corner, y.corner))
		})
		for i, e := range run {
			if i == 0 || run[i-1].high != e.high {
				waiting[0], waiting[1] = waiting[0][:0], waiting[1][:0]
			}
			way := 0
			if b.corner(int(e.corner)) != uint32(v) {
				way = 1
			}
			if len(waiting[1-way]) == 0 {
				waiting[way] = append(waiting[way], e.corner)
				continue
			}
			other := waiting[1-way][0]
			waiting[1-way] = waiting[1-way][1:]
			b.faces[e.corner/3].neighbour[e.corner%3] = int32(other / 3)
			b.faces[other/3].neighbour[other%3] = int32(e.corner / 3)
		}
	}
}

// after and before go round the corners of a triangle.
func after(c int) int {
	if c%3 == 2 {
		return c - 2
	}
	return c + 1
}

func before(c int) int {
	if c%3 == 0 {
		return c + 2
	}
	return c - 1
}

// findGroups collects around each vertex the corners that are joined by edges and whose uv run the same way round. A
// triangle without such a way takes that of the first group that reaches it.
func (b *tangentBasis) findGroups() {
	b.members = make([]uint32, 0, len(b.group))
	var stack []int32
	for c := range b.group {
		f := &b.faces[c/3]
		if f.flat || f.open || b.group[c] >= 0 {
			continue
		}
		id := int32(len(b.firstOf))
		b.firstOf, b.mirrored = append(b.firstOf, int32(len(b.members))), append(b.mirrored, f.mirrored)
		vertex := b.corner(c)
		b.enter(c, id)
		stack = append(stack[:0], f.neighbour[before(c)%3], f.neighbour[c%3])
		for len(stack) > 0 {
			t := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if t < 0 {
				continue
			}
			at := b.cornerOf(int(t), vertex)
			if b.admits(at, id) {
				b.enter(at, id)
				n := &b.faces[t].neighbour
				stack = append(stack, n[before(at)%3], n[at%3])
			}
		}
	}
	b.firstOf = append(b.firstOf, int32(len(b.members)))
}

func (b *tangentBasis) enter(corner int, group int32) {
	b.group[corner] = group
	b.members = append(b.members, uint32(corner))
}

// cornerOf returns the corner of a triangle at a welded vertex, which it has.
func (b *tangentBasis) cornerOf(t int, vertex uint32) int {
	for c := 3 * t; c < 3*t+2; c++ {
		if b.corner(c) == vertex {
			return c
		}
	}
	return 3*t + 2
}

// admits reports whether a corner may join a group.
func (b *tangentBasis) admits(corner int, group int32) bool {
	if b.group[corner] >= 0 {
		return false
	}
	t := corner / 3
	f := &b.faces[t]
	if f.open && b.group[3*t] < 0 && b.group[3*t+1] < 0 && b.group[3*t+2] < 0 {
		f.mirrored = b.mirrored[group]
	}
	return f.mirrored == b.mirrored[group]
}

// evaluate computes the tangent of each group: the mean of the directions of u in the plane of the normal, weighted by
// the angles of the corners there. (The original leaves out pairs of faces whose directions are exactly opposite, which
// only slivers meet.)
func (b *tangentBasis) evaluate() {
	b.tangents = make([]vec, len(b.mirrored))
	ranges(len(b.tangents), 1<<14, func(_, from, to int) {
		for g := from; g < to; g++ {
			var sum vec
			for _, c := range b.members[b.firstOf[g]:b.firstOf[g+1]] {
				sum = sum.add(b.weighted(int(c)))
			}
			b.tangents[g] = sum.unit()
		}
	})
}

// weighted returns what a corner adds to the tangent of its group.
func (b *tangentBasis) weighted(c int) vec {
	f := &b.faces[c/3]
	if f.open {
		return vec{}
	}
	i := b.m.Indices
	n, p := vecAt(b.m.Normals, i[c]), vecAt(b.m.Positions, i[c])
	flatten := func(v vec) vec { return v.sub(n.mul(n.dot(v))).unit() }
	one, two := flatten(vecAt(b.m.Positions, i[before(c)]).sub(p)), flatten(vecAt(b.m.Positions, i[after(c)]).sub(p))
	return flatten(f.along).mul(angle(one, two))
}

// fillIn gives corners that are in no group the group of another corner at their vertex, if there is one.
func (b *tangentBasis) fillIn() {
	known := make([]int32, b.count)
	for i := range known {
		known[i] = -1
	}
	for c, g := range b.group {
		if v := b.corner(c); g >= 0 && known[v] < 0 {
			known[v] = g
		}
	}
	for c, g := range b.group {
		if g < 0 && b.faces[c/3].flat {
			b.group[c] = known[b.corner(c)]
		}
	}
}

// maxVersions bounds the search for a vertex with the same tangent: beyond, vertices are split more than they need be.
const maxVersions = 64

// mesh returns the mesh with the tangents, its vertices split where their corners have different ones.
func (b *tangentBasis) mesh() *scene.Mesh {
	n := b.m.Vertices()
	from := make([]uint32, n, n+n/8)
	for i := range from {
		from[i] = uint32(i)
	}
	tangents := make([]float32, 4*n, 4*cap(from))
	next := make([]uint32, n, cap(from)) // the next version of the same vertex; 0 ends
	indices := make([]uint32, len(b.group))
	for c, v := range b.m.Indices {
		want := b.tangentAt(c)
		if head := (*[4]float32)(tangents[4*v:]); *head == ([4]float32{}) {
			*head = want
		}
		at, found := v, false
		for steps := 0; steps < maxVersions; steps++ {
			if found = *(*[4]float32)(tangents[4*at:]) == want; found || next[at] == 0 {
				break
			}
			at = next[at]
		}
		if !found {
			at = uint32(len(from))
			from, next, tangents = append(from, v), append(next, next[v]), append(tangents, want[:]...)
			next[v] = at
		}
		indices[c] = at
	}
	for v := range from {
		if have := (*[4]float32)(tangents[4*v:]); *have == ([4]float32{}) { // of vertices that no triangle uses
			*have = upright(vecAt(b.m.Normals, from[v]), false)
		}
	}
	var out *scene.Mesh
	if len(from) == n {
		out = b.m.Fork()
	} else {
		out = gathered(b.m, from)
	}
	out.Indices, out.Tangents = indices, tangents
	return out
}

// tangentAt returns the tangent of a corner. glTF's v runs downwards and green of its normal maps upwards, so its sign is
// the opposite of that of MikkTSpace.
func (b *tangentBasis) tangentAt(c int) [4]float32 {
	g := b.group[c]
	if g < 0 || b.tangents[g].zero() {
		return upright(vecAt(b.m.Normals, b.m.Indices[c]), b.faces[c/3].mirrored)
	}
	t := b.tangents[g]
	if b.mirrored[g] {
		return [4]float32{t.x, t.y, t.z, 1}
	}
	return [4]float32{t.x, t.y, t.z, -1}
}

// upright returns some tangent to a normal, where uv coordinates tell none.
func upright(n vec, mirrored bool) [4]float32 {
	t := vec{1, 0, 0}
	if abs(n.x) > 0.9 {
		t = vec{0, 0, 1}
	}
	if p := t.sub(n.mul(n.dot(t))).unit(); !p.zero() {
		t = p
	}
	if mirrored {
		return [4]float32{t.x, t.y, t.z, 1}
	}
	return [4]float32{t.x, t.y, t.z, -1}
}
