package history

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// window keeps decoded blocks around the cursor and around now, within a bound of memory, and the newest sample of each
// signal.
type window struct {
	span  int64 // of a block, ms
	limit int64 // bytes
	tick  atomic.Int64

	mu     sync.RWMutex
	blocks map[int64]*block
	bytes  int64
	newest int64 // index of the block that is being filled
	head   []entry
	headMs int64 // newest time of all
	late   uint64
	lates  [64]int64 // ring by late: the blocks that got a sample behind the newest block, or while they were not here
}

func newWindow(signals int, span, limit int64) *window {
	w := &window{span: span, limit: limit, blocks: map[int64]*block{}, newest: math.MinInt64, headMs: never, head: make([]entry, signals)}
	for i := range w.head {
		w.head[i].ms = never
	}
	return w
}

func (w *window) indexOf(ms int64) int64 { return floorDiv(ms, w.span) }

// read calls fill with a function that returns the entry of each signal at ms, and reports whether ms is here.
func (w *window) read(ms int64, fill func(at func(id int) entry)) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if ms >= w.headMs {
		fill(func(id int) entry { return w.head[id] })
		return true
	}
	b := w.blocks[w.indexOf(ms)]
	if b == nil {
		return false
	}
	b.used.Store(w.tick.Add(1))
	fill(func(id int) entry { return b.at(id, ms) })
	return true
}

// has reports whether a block is here or lies wholly after the newest sample.
func (w *window) has(index int64) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.blocks[index] != nil || index > w.newest
}

// block returns a block for the writer, the only one that changes it; nil when it is not here.
func (w *window) block(index int64) *block {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.blocks[index]
}

// before returns the last values before a block, from the block before it; nil when that is not here.
func (w *window) before(index int64) []entry {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if b := w.blocks[index-1]; b != nil {
		return b.lasts()
	}
	return nil
}

// ticket says whether a block that is decoded from now on may be kept.
type ticket struct {
	closed bool
	late   uint64
}

func (w *window) ticket(index int64) ticket {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return ticket{index < w.newest, w.late}
}

// passed notes that samples may have passed by the decoding of a block, and with it of all later ones.
func (w *window) passed(index int64) {
	w.lates[w.late%uint64(len(w.lates))] = index
	w.late++
}

// spoilt reports whether a block that was decoded since a ticket may lack samples.
func (w *window) spoilt(index int64, t ticket) bool {
	if !t.closed || w.late-t.late > uint64(len(w.lates)) {
		return true
	}
	for n := t.late; n < w.late; n++ {
		if w.lates[n%uint64(len(w.lates))] <= index {
			return true
		}
	}
	return false
}

// intact reports whether a block that was decoded since a ticket holds all samples.
func (w *window) intact(index int64, t ticket) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return !w.spoilt(index, t)
}

// put keeps a block, unless samples may have passed it by while it was decoded.
func (w *window) put(b *block, t ticket) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.spoilt(b.index, t) || w.blocks[b.index] != nil {
		return
	}
	w.keep(b)
	w.evict()
}

func (w *window) keep(b *block) {
	b.used.Store(w.tick.Add(1))
	w.blocks[b.index] = b
	w.bytes += b.bytes
}

// evict drops the blocks that were not read for longest until the rest fits. The newest goes last.
func (w *window) evict() {
	for w.bytes > w.limit && len(w.blocks) > 0 {
		var oldest *block
		for _, b := range w.blocks {
			if b.index == w.newest && len(w.blocks) > 1 {
				continue
			}
			if oldest == nil || b.used.Load() < oldest.used.Load() {
				oldest = b
			}
		}
		w.drop(oldest)
	}
}

func (w *window) drop(b *block) {
	delete(w.blocks, b.index)
	w.bytes -= b.bytes
}

// add takes samples that were stored.
func (w *window) add(batch []staged) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range batch {
		index := w.indexOf(s.ms)
		if index > w.newest {
			w.newest = index
			w.keep(newBlock(index, w.span, slices.Clone(w.head)))
		}
		if b := w.blocks[index]; b != nil {
			w.bytes -= b.bytes
			b.insert(s.id, s.entry)
			w.bytes += b.bytes
		}
		if index < w.newest {
			w.passed(index)
			for i, b := range w.blocks {
				if i > index && b.carry[s.id].ms < s.ms {
					b.carry[s.id] = s.entry
				}
			}
		}
		if s.ms > w.head[s.id].ms {
			w.head[s.id] = s.entry
		}
		w.headMs = max(w.headMs, s.ms)
	}
	w.evict()
}

// reset forgets all blocks and starts with these newest values; blocks are the newest ones, or none.
func (w *window) reset(head []entry, headMs int64, blocks ...*block) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.passed(math.MinInt64)
	clear(w.blocks)
	w.bytes = 0
	w.head, w.headMs = head, headMs
	w.newest = math.MinInt64
	if headMs != never {
		w.newest = w.indexOf(headMs)
	}
	for _, b := range blocks {
		w.keep(b)
	}
	w.evict()
}

func (w *window) size() int64 {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.bytes
}
