package history

import (
	"slices"
	"sort"
	"sync/atomic"
)

// block holds all signals over one span of time, decoded: the value that each had when the block begins, and the
// samples within it.
type block struct {
	index int64 // start / span
	start int64 // ms
	carry []entry
	cols  []column
	bytes int64
	used  atomic.Int64 // of the window's counter: when it was read last
}

// column holds the samples of one signal in a block, sorted: times in ms from the start of the block, and values.
type column struct {
	t []int32
	v []float64
}

const (
	entryBytes  = 16
	sampleBytes = 12
	columnBytes = 48 + entryBytes // of an empty column with its carry
)

func newBlock(index, span int64, carry []entry) *block {
	n := len(carry)
	return &block{index: index, start: index * span, carry: carry, cols: make([]column, n), bytes: int64(n) * columnBytes}
}

// at returns the newest sample of a signal at or before ms.
func (b *block) at(id int, ms int64) entry {
	c := &b.cols[id]
	off := int32(min(ms-b.start, 1<<31-1))
	i := sort.Search(len(c.t), func(i int) bool { return c.t[i] > off })
	if i == 0 {
		return b.carry[id]
	}
	return entry{b.start + int64(c.t[i-1]), c.v[i-1]}
}

// last returns the newest sample of a signal in or before the block.
func (b *block) last(id int) entry {
	c := &b.cols[id]
	if n := len(c.t); n > 0 {
		return entry{b.start + int64(c.t[n-1]), c.v[n-1]}
	}
	return b.carry[id]
}

// lasts returns the newest samples of all signals in or before the block.
func (b *block) lasts() []entry {
	out := make([]entry, len(b.cols))
	for id := range out {
		out[id] = b.last(id)
	}
	return out
}

// insert adds a sample; one at the same time is replaced.
func (b *block) insert(id int, e entry) {
	c := &b.cols[id]
	off := int32(e.ms - b.start)
	was := cap(c.t)
	if n := len(c.t); n == 0 || c.t[n-1] < off {
		c.t, c.v = append(c.t, off), append(c.v, e.v)
	} else {
		i, found := slices.BinarySearch(c.t, off)
		if found {
			c.v[i] = e.v
			return
		}
		c.t, c.v = slices.Insert(c.t, i, off), slices.Insert(c.v, i, e.v)
	}
	b.bytes += int64(cap(c.t)-was) * sampleBytes
}
