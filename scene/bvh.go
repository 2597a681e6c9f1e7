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

func (b *box) grow(o *box) {
	for k := 0; k < 3; k++ {
		b.lo[k], b.hi[k] = min(b.lo[k], o.lo[k]), max(b.hi[k], o.hi[k])
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

// treeNode is a node of a tree of boxes. A leaf has count > 0 and items first … first+count-1; an inner node has its left
// child right behind it and its right child at first.
type treeNode struct {
	box
	first, count int32
}

const binCount = 16

// treeBuilder sorts items into a tree by the surface area heuristic with binned centroids (I. Wald, "On fast construction
// of SAH-based bounding volume hierarchies", 2007).
type treeBuilder struct {
	boxes   []box
	centers [][3]float32
	order   []int32
	nodes   []treeNode
	leaf    int
}

func buildTree(boxes []box, leaf int) (nodes []treeNode, order []int32) {
	if len(boxes) == 0 {
		return nil, nil
	}
	b := &treeBuilder{boxes: boxes, leaf: leaf, nodes: make([]treeNode, 0, 2*len(boxes)/leaf+1)}
	b.order = make([]int32, len(boxes))
	b.centers = make([][3]float32, len(boxes))
	for i := range boxes {
		b.order[i] = int32(i)
		for k := 0; k < 3; k++ {
			b.centers[i][k] = (boxes[i].lo[k] + boxes[i].hi[k]) / 2
		}
	}
	b.split(0, len(boxes))
	return b.nodes, b.order
}

func (b *treeBuilder) split(from, to int) {
	me := len(b.nodes)
	n := treeNode{box: emptyBox(), first: int32(from), count: int32(to - from)}
	lo, hi := emptyBox().lo, emptyBox().hi
	for _, i := range b.order[from:to] {
		n.grow(&b.boxes[i])
		c := &b.centers[i]
		for k := 0; k < 3; k++ {
			lo[k], hi[k] = min(lo[k], c[k]), max(hi[k], c[k])
		}
	}
	b.nodes = append(b.nodes, n)
	if to-from <= b.leaf {
		return
	}
	axis, cut, cost := b.bestCut(from, to, lo, hi)
	mid := from
	switch {
	case axis < 0 && to-from <= 4*b.leaf: // all centres coincide: a bigger leaf
		return
	case axis < 0:
		mid = (from + to) / 2
	case to-from <= 4*b.leaf && cost >= float32(to-from)*n.area():
		return
	default:
		scale := binCount / (hi[axis] - lo[axis])
		last := to
		for mid < last {
			if binOf(b.centers[b.order[mid]][axis], lo[axis], scale) <= cut {
				mid++
				continue
			}
			last--
			b.order[mid], b.order[last] = b.order[last], b.order[mid]
		}
	}
	if mid == from || mid == to {
		mid = (from + to) / 2
	}
	b.split(from, mid)
	b.nodes[me].first, b.nodes[me].count = int32(len(b.nodes)), 0
	b.split(mid, to)
}

func binOf(v, lo, scale float32) int { return min(max(int((v-lo)*scale), 0), binCount-1) }

// bestCut returns the axis and the last bin of the left side with the least cost; axis -1 if there is no cut.
func (b *treeBuilder) bestCut(from, to int, lo, hi [3]float32) (axis, cut int, cost float32) {
	axis, cost = -1, math.MaxFloat32
	for k := 0; k < 3; k++ {
		if !(hi[k] > lo[k]) {
			continue
		}
		var bins [binCount]box
		var counts [binCount]int
		for i := range bins {
			bins[i] = emptyBox()
		}
		scale := binCount / (hi[k] - lo[k])
		for _, i := range b.order[from:to] {
			j := binOf(b.centers[i][k], lo[k], scale)
			counts[j]++
			bins[j].grow(&b.boxes[i])
		}
		var left [binCount]float32
		acc, n := emptyBox(), 0
		for j := 0; j < binCount-1; j++ {
			acc.grow(&bins[j])
			n += counts[j]
			left[j] = acc.area() * float32(n)
		}
		acc, n = emptyBox(), 0
		for j := binCount - 1; j > 0; j-- {
			acc.grow(&bins[j])
			n += counts[j]
			if c := left[j-1] + acc.area()*float32(n); n > 0 && n < to-from && c < cost {
				axis, cut, cost = k, j-1, c
			}
		}
	}
	return axis, cut, cost
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
	nodes []treeNode
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
	boxes := make([]box, n)
	for i := range boxes {
		boxes[i] = boxOf(bounds(int32(i)))
	}
	t.nodes, t.order = buildTree(boxes, 2)
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

// triangleTree is the tree over the triangles of a mesh.
type triangleTree struct {
	positions []float32
	indices   []uint32
	nodes     []treeNode
	order     []int32
}

func newTriangleTree(positions []float32, indices []uint32) *triangleTree {
	boxes := make([]box, len(indices)/3)
	for t := range boxes {
		boxes[t] = emptyBox()
		for _, i := range indices[3*t : 3*t+3] {
			p := positions[3*i : 3*i+3]
			for k := 0; k < 3; k++ {
				boxes[t].lo[k], boxes[t].hi[k] = min(boxes[t].lo[k], p[k]), max(boxes[t].hi[k], p[k])
			}
		}
	}
	nodes, order := buildTree(boxes, 4)
	return &triangleTree{positions: positions, indices: indices, nodes: nodes, order: order}
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
