package scene

import (
	"math"

	"github.com/go-gl/mathgl/mgl64"
)

// box is a float32 box of a tree node, laid out for the slab test.
type box struct{ lo, hi [3]float32 }

func emptyBox() box {
	const inf = math.MaxFloat32
	return box{[3]float32{inf, inf, inf}, [3]float32{-inf, -inf, -inf}}
}

// grow is written with branches, which are nearly always predicted; min and max of Go cost more for the sake of NaN.
func (b *box) grow(o *box) {
	if o.lo[0] < b.lo[0] {
		b.lo[0] = o.lo[0]
	}
	if o.lo[1] < b.lo[1] {
		b.lo[1] = o.lo[1]
	}
	if o.lo[2] < b.lo[2] {
		b.lo[2] = o.lo[2]
	}
	if o.hi[0] > b.hi[0] {
		b.hi[0] = o.hi[0]
	}
	if o.hi[1] > b.hi[1] {
		b.hi[1] = o.hi[1]
	}
	if o.hi[2] > b.hi[2] {
		b.hi[2] = o.hi[2]
	}
}

// include grows the box by a point.
func (b *box) include(x, y, z float32) {
	for k, v := range [3]float32{x, y, z} {
		if v < b.lo[k] {
			b.lo[k] = v
		}
		if v > b.hi[k] {
			b.hi[k] = v
		}
	}
}

// area is half the surface, the weight of the surface area heuristic.
func (b *box) area() float32 {
	x, y, z := b.hi[0]-b.lo[0], b.hi[1]-b.lo[1], b.hi[2]-b.lo[2]
	if x < 0 {
		return 0
	}
	return x*y + y*z + z*x
}

// TreeNode is a node of a tree of boxes, 32 bytes without pointers. A leaf has count > 0 and items first … first+count-1; an inner node has its left
// child right behind it and its right child at first.
type TreeNode struct {
	box
	first, count int32
}

// slab returns the distance at which the ray enters the box, or +Inf if it misses it before limit.
func (b *box) slab(o, inv [3]float64, limit float64) float64 {
	near, far := 0.0, limit
	for k := 0; k < 3; k++ {
		t0, t1 := (float64(b.lo[k])-o[k])*inv[k], (float64(b.hi[k])-o[k])*inv[k]
		if t0 > t1 {
			t0, t1 = t1, t0
		}
		if t0 > near { // written so that NaN (0·Inf, the ray lies in a face) changes nothing
			near = t0
		}
		if t1 < far {
			far = t1
		}
	}
	if near > far*(1+1e-7)+1e-12 {
		return math.Inf(1)
	}
	return near
}

func inverse(d mgl64.Vec3) (inv [3]float64) {
	for k := range inv {
		inv[k] = 1 / d[k]
	}
	return inv
}

// boxTree is a tree over objects that may move.
type boxTree struct {
	nodes []TreeNode
	order []int32
}

func boxOf(b Bounds) box {
	var out box
	for k := 0; k < 3; k++ { // rounded outwards
		out.lo[k] = math.Nextafter32(float32(b.Min[k]), float32(math.Inf(-1)))
		out.hi[k] = math.Nextafter32(float32(b.Max[k]), float32(math.Inf(1)))
	}
	return out
}

func (t *boxTree) build(n int, bounds func(int32) Bounds) {
	items := make([]treeItem, n)
	for i := range items {
		items[i] = treeItem{box: boxOf(bounds(int32(i))), id: int32(i)}
	}
	t.nodes, t.order = buildTree(items, 2)
}

// refit recomputes all boxes from the leaves up and keeps the shape of the tree.
func (t *boxTree) refit(bounds func(int32) Bounds) {
	for i := len(t.nodes) - 1; i >= 0; i-- {
		n := &t.nodes[i]
		if n.count == 0 {
			n.box = t.nodes[i+1].box
			n.grow(&t.nodes[n.first].box)
			continue
		}
		n.box = emptyBox()
		for _, o := range t.order[n.first : n.first+n.count] {
			b := boxOf(bounds(o))
			n.grow(&b)
		}
	}
}

// visit calls test for the objects whose box the ray meets nearer than limit, nearer boxes first; test returns the new limit.
func (t *boxTree) visit(r Ray, limit float64, test func(int32) float64) {
	if len(t.nodes) == 0 {
		return
	}
	o, inv := [3]float64(r.Origin), inverse(r.Direction)
	type entry struct {
		node  int32
		enter float64
	}
	stack := make([]entry, 1, 64)
	stack[0] = entry{0, t.nodes[0].slab(o, inv, limit)}
	for len(stack) > 0 {
		e := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if e.enter > limit || math.IsInf(e.enter, 1) {
			continue
		}
		n := &t.nodes[e.node]
		if n.count > 0 {
			for _, obj := range t.order[n.first : n.first+n.count] {
				limit = test(obj)
			}
			continue
		}
		near, far := entry{node: e.node + 1}, entry{node: n.first}
		near.enter = t.nodes[near.node].slab(o, inv, limit)
		far.enter = t.nodes[far.node].slab(o, inv, limit)
		if far.enter < near.enter {
			near, far = far, near
		}
		stack = append(stack, far, near)
	}
}

// within calls f for the objects whose leaf meets a box, until it returns false.
func (t *boxTree) within(b *box, f func(int32) bool) {
	if len(t.nodes) == 0 {
		return
	}
	stack := make([]int32, 1, 64)
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		n := &t.nodes[i]
		switch {
		case !n.meets(b):
		case n.count == 0:
			stack = append(stack, n.first, i+1)
		default:
			for _, k := range t.order[n.first : n.first+n.count] {
				if !f(k) {
					return
				}
			}
		}
	}
}

// triangleTree is the tree over the triangles of a mesh.
type triangleTree struct {
	positions []float32
	indices   []uint32
	nodes     []TreeNode
	order     []int32
}

func newTriangleTree(positions []float32, indices []uint32) *triangleTree {
	items := make([]treeItem, len(indices)/3)
	for t := range items {
		items[t] = treeItem{box: triangleBox(positions, indices[3*t:3*t+3]), id: int32(t)}
	}
	nodes, order := buildTree(items, 64)
	return &triangleTree{positions: positions, indices: indices, nodes: nodes, order: order}
}

func triangleBox(positions []float32, corners []uint32) (b box) {
	p := positions[3*corners[0]:][:3]
	q := positions[3*corners[1]:][:3]
	r := positions[3*corners[2]:][:3]
	for k := range 3 {
		lo, hi := p[k], q[k]
		if lo > hi {
			lo, hi = hi, lo
		}
		if v := r[k]; v < lo {
			lo = v
		} else if v > hi {
			hi = v
		}
		b.lo[k], b.hi[k] = lo, hi
	}
	return b
}

// intersect returns the nearest triangle that the ray meets before limit and that accept takes, from both sides.
// dir need not be of unit length: distances count in it.
func (t *triangleTree) intersect(o, dir mgl64.Vec3, limit float64, accept func(t float64) bool) (best float64, tri int, ok bool) {
	if len(t.nodes) == 0 {
		return 0, 0, false
	}
	limit = math.Min(limit, math.MaxFloat64) // a missed box is entered at infinity
	org, inv := [3]float64(o), inverse(dir)
	stack := make([]int32, 1, 64)
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		n := &t.nodes[i]
		if n.slab(org, inv, limit) > limit {
			continue
		}
		if n.count > 0 {
			for _, k := range t.order[n.first : n.first+n.count] {
				if d, hit := t.meets(int(k), o, dir); hit && d < limit && accept(d) {
					limit, tri, ok = d, int(k), true
				}
			}
			continue
		}
		a, b := i+1, n.first
		if t.nodes[a].slab(org, inv, limit) < t.nodes[b].slab(org, inv, limit) {
			a, b = b, a
		}
		stack = append(stack, a, b)
	}
	return limit, tri, ok
}

// meets tests one triangle (T. Möller and B. Trumbore, "Fast, minimum storage ray/triangle intersection", 1997).
func (t *triangleTree) meets(k int, o, dir mgl64.Vec3) (float64, bool) {
	at := func(i uint32) mgl64.Vec3 {
		p := t.positions[3*i : 3*i+3]
		return mgl64.Vec3{float64(p[0]), float64(p[1]), float64(p[2])}
	}
	a := at(t.indices[3*k])
	e1, e2 := at(t.indices[3*k+1]).Sub(a), at(t.indices[3*k+2]).Sub(a)
	p := dir.Cross(e2)
	det := e1.Dot(p)
	if det == 0 {
		return 0, false
	}
	s := o.Sub(a)
	u := s.Dot(p) / det
	if u < 0 || u > 1 {
		return 0, false
	}
	q := s.Cross(e1)
	v := dir.Dot(q) / det
	if v < 0 || u+v > 1 {
		return 0, false
	}
	d := e2.Dot(q) / det
	return d, d > 0
}

// within calls f for the triangles whose box meets a box, until it returns false.
func (t *triangleTree) within(b *box, f func(k int) bool) {
	if len(t.nodes) == 0 {
		return
	}
	stack := make([]int32, 1, 64)
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		n := &t.nodes[i]
		if !n.meets(b) {
			continue
		}
		if n.count == 0 {
			stack = append(stack, i+1, n.first)
			continue
		}
		for _, k := range t.order[n.first : n.first+n.count] {
			if tb := triangleBox(t.positions, t.indices[3*k:3*k+3]); tb.meets(b) && !f(int(k)) {
				return
			}
		}
	}
}

func (b *box) meets(o *box) bool {
	for k := range b.lo {
		if b.lo[k] > o.hi[k] || o.lo[k] > b.hi[k] {
			return false
		}
	}
	return true
}
