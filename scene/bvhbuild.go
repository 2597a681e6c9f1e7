package scene

import (
	"math"
	"math/bits"
	"runtime"
	"slices"
	"sync"
)

// treeItem is what a tree is built over: a box and the number of the object in it, in half a cache line.
type treeItem struct {
	box
	id int32
	_  int32
}

// center is twice the middle of the item's box along an axis.
func (i *treeItem) center(axis int) float32 { return i.lo[axis] + i.hi[axis] }

const (
	maxBins = 16
	// forkFrom is the number of items from which the two sides of a cut are built at once.
	forkFrom = 1 << 14
)

// treeBuilder sorts items into a tree by the surface area heuristic with binned centers (I. Wald, "On fast construction
// of SAH-based bounding volume hierarchies", 2007). Items move in memory, so that each part of the tree is built from a
// run of them. Bins are laid along the longest side of the box alone; only where that parts nothing, along the widest
// spread of the centers themselves.
type treeBuilder struct {
	items []treeItem
	nodes []TreeNode
	leaf  int
	forks int // how many times the work may still be forked on the way down
}

// buildTree sorts the items. Leaves hold leaf of them or, where a cut does not pay, up to four times as many.
func buildTree(items []treeItem, leaf int) (nodes []TreeNode, order []int32) {
	if len(items) == 0 {
		return nil, nil
	}
	b := &treeBuilder{items: items, leaf: leaf}
	if p := runtime.GOMAXPROCS(0); p > 1 {
		b.forks = 1 + bits.Len(uint(p-1)) // one more than needed: uneven cuts are evened out by smaller shares
	}
	b.reserve(len(items))
	all := emptyBox()
	for i := range items {
		all.grow(&items[i].box)
	}
	b.build(0, len(items), &all)
	order = make([]int32, len(items))
	for i := range items {
		order[i] = items[i].id
	}
	return slices.Clone(b.nodes), order // without the room that was left
}

func (b *treeBuilder) reserve(items int) {
	b.nodes = make([]TreeNode, 0, items/b.leaf+items/4+1)
}

// build adds the nodes of the items from … to-1, which lie in the box all.
func (b *treeBuilder) build(from, to int, all *box) {
	me := len(b.nodes)
	b.nodes = append(b.nodes, TreeNode{box: *all, first: int32(from), count: int32(to - from)})
	if to-from <= b.leaf {
		return
	}
	c := b.bestCut(from, to, all)
	small := to-from <= 4*b.leaf
	if small && (c.axis < 0 || c.cost >= float32(to-from)*all.area()) {
		return
	}
	var mid int
	if c.axis >= 0 {
		mid = b.partition(from, to, &c)
	} else { // all centers coincide: any half is as good as another
		mid = (from + to) / 2
		c.left, c.right = b.boxOf(from, mid), b.boxOf(mid, to)
	}
	if b.forks > 0 && to-from >= forkFrom {
		b.fork(me, from, mid, to, &c)
		return
	}
	b.build(from, mid, &c.left)
	b.nodes[me].first, b.nodes[me].count = int32(len(b.nodes)), 0
	b.build(mid, to, &c.right)
}

// fork builds both sides at once and puts the right one behind the left one.
func (b *treeBuilder) fork(me, from, mid, to int, c *cut) {
	l := &treeBuilder{items: b.items, leaf: b.leaf, forks: b.forks - 1}
	r := &treeBuilder{items: b.items, leaf: b.leaf, forks: b.forks - 1}
	var group sync.WaitGroup
	group.Go(func() {
		l.reserve(mid - from)
		l.build(from, mid, &c.left)
	})
	r.reserve(to - mid)
	r.build(mid, to, &c.right)
	group.Wait()
	b.adopt(l.nodes)
	b.nodes[me].first, b.nodes[me].count = int32(len(b.nodes)), 0
	b.adopt(r.nodes)
}

// adopt appends a tree that was built by itself.
func (b *treeBuilder) adopt(nodes []TreeNode) {
	base := len(b.nodes)
	b.nodes = append(b.nodes, nodes...)
	own := b.nodes[base:]
	for i := range own {
		if own[i].count == 0 {
			own[i].first += int32(base)
		}
	}
}

func (b *treeBuilder) boxOf(from, to int) box {
	out := emptyBox()
	for i := from; i < to; i++ {
		out.grow(&b.items[i].box)
	}
	return out
}

// cut divides items by their bin along an axis.
type cut struct {
	axis        int // -1 for none
	last        int // the last bin of the left side
	bins        int
	lo, scale   float32
	cost        float32
	left, right box
}

func (c *cut) bin(v float32) int { return min(max(int((v-c.lo)*c.scale), 0), c.bins-1) }

// bestCut returns the cut with the least cost. Where bins cannot part the items, its axis is -1.
func (b *treeBuilder) bestCut(from, to int, all *box) cut {
	spread := box{}
	for k := range 3 {
		spread.lo[k], spread.hi[k] = 2*all.lo[k], 2*all.hi[k]
	}
	c := b.cutAlong(from, to, &spread)
	if c.axis < 0 {
		spread = emptyBox()
		for i := from; i < to; i++ {
			it := &b.items[i]
			spread.include(it.center(0), it.center(1), it.center(2))
		}
		c = b.cutAlong(from, to, &spread)
	}
	return c
}

// cutAlong tries cuts along the longest side of the box that holds the centers.
func (b *treeBuilder) cutAlong(from, to int, spread *box) cut {
	c := cut{axis: -1, cost: math.MaxFloat32, bins: min(maxBins, 3+(to-from)/4)}
	axis, width := 0, spread.hi[0]-spread.lo[0]
	for k := 1; k < 3; k++ {
		if w := spread.hi[k] - spread.lo[k]; w > width {
			axis, width = k, w
		}
	}
	c.lo, c.scale = spread.lo[axis], float32(c.bins)/width
	if !(width > 0) || width > math.MaxFloat32 || c.scale > math.MaxFloat32 {
		return c
	}
	var bins [maxBins]box
	var counts [maxBins]int32
	for i := range c.bins {
		bins[i] = emptyBox()
	}
	items := b.items[from:to]
	for i := range items {
		it := &items[i]
		j := c.bin(it.center(axis)) & (maxBins - 1)
		counts[j]++
		bins[j].grow(&it.box)
	}
	c.sweep(axis, &bins, &counts, to-from)
	return c
}

// sweep tries all cuts between two bins.
func (c *cut) sweep(axis int, bins *[maxBins]box, counts *[maxBins]int32, total int) {
	var lefts [maxBins]box
	acc := emptyBox()
	for j := range c.bins - 1 {
		acc.grow(&bins[j])
		lefts[j] = acc
	}
	acc = emptyBox()
	n := 0
	for j := c.bins - 1; j > 0; j-- {
		acc.grow(&bins[j])
		n += int(counts[j])
		if n == 0 || n == total {
			continue
		}
		if cost := lefts[j-1].area()*float32(total-n) + acc.area()*float32(n); cost < c.cost || c.axis < 0 {
			c.axis, c.last, c.cost = axis, j-1, cost
			c.left, c.right = lefts[j-1], acc
		}
	}
}

// partition moves the items of the left side to the front and returns where the right side begins. It swaps each item,
// needed or not: on the side of an item no processor could foresee a branch (N. Lomuto's partition without branches).
func (b *treeBuilder) partition(from, to int, c *cut) int {
	items := b.items[from:to]
	left := 0
	for i := range items {
		it := items[i]
		isLeft := 0
		if c.bin(it.center(c.axis)) <= c.last {
			isLeft = 1
		}
		items[i] = items[left]
		items[left] = it
		left += isLeft
	}
	return from + left
}
