package history

import (
	"context"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"sort"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
)

// pastSpan is the span of the blocks that an import writes, ms; pastBlock is how many samples one holds at most, for
// their memory.
const (
	pastSpan  = 9 * tsdb.DefaultBlockDuration
	pastBlock = 8 << 20
)

// pastRun writes blocks of sorted samples.
type pastRun struct {
	s   *Store
	dir string // where blocks are made
	sum *tally

	maker  blockMaker             // of the block in the making
	refs   [4][]storage.SeriesRef // by kind and signal
	labels [4][]labels.Labels
	end    int64 // of the span of the block

	newest int64   // of the store when the run began
	at     int64   // newest of the run
	decade int64   // the full ten minutes before it
	merged int64   // up to here last knows what the store had
	last   []entry // newest of each signal, of the import and of the store
	mine   []bool  // last is of the import
	know   *block  // of the store, where at is

	lastMinute []int64
	pending    map[int64]uint32 // minutes of the block in the making that are not written
	minutes    map[int64]uint32 // all
	done       []string         // folders of finished blocks
	stored     tally
	first      int64
}

func newPastRun(s *Store, sum *tally) *pastRun {
	n := len(s.tree.Signals())
	r := &pastRun{s: s, dir: filepath.Join(s.opts.Dir, pastDir), sum: sum, newest: s.newest(), at: never, decade: never, merged: never,
		last: make([]entry, n), mine: make([]bool, n), lastMinute: make([]int64, n), pending: map[int64]uint32{}, minutes: map[int64]uint32{}, first: never}
	for i := range n {
		r.last[i].ms, r.lastMinute[i] = never, never
	}
	for kind := range r.refs {
		r.labels[kind] = make([]labels.Labels, n)
	}
	r.maker.dir, r.maker.span = r.dir, r.span()
	return r
}

// add takes the next sample.
func (r *pastRun) add(ctx context.Context, id int, e entry) error {
	if keep := r.s.opts.Retention.Milliseconds(); keep > 0 && e.ms < r.newest-keep {
		r.stored.tooOld++
		return nil
	}
	known, err := r.known(ctx, id, e.ms)
	if err != nil {
		return err
	}
	if known || r.mine[id] && r.last[id].ms == e.ms {
		r.stored.duplicates++
		return nil
	}
	if d := floorDiv(e.ms, holdMs) * holdMs; d > r.decade {
		if err := r.turn(ctx, d); err != nil {
			return err
		}
	}
	if err := r.put(ctx, 0, id, e); err != nil {
		return err
	}
	if r.first == never {
		r.first = e.ms
	}
	r.at = e.ms
	r.stored.samples++
	r.stored.late++
	if e.ms > r.last[id].ms {
		r.last[id], r.mine[id] = e, true
	}
	if m := floorDiv(e.ms, minuteMs); m != r.lastMinute[id] {
		r.lastMinute[id] = m
		r.pending[m]++
		r.minutes[m]++
	}
	return nil
}

// known reports whether the store had a sample of a signal at ms before this run.
func (r *pastRun) known(ctx context.Context, id int, ms int64) (bool, error) {
	if !r.s.act.any(ms, ms+1) {
		return false, nil
	}
	b, err := r.stored10(ctx, ms)
	if err != nil {
		return false, err
	}
	return b.at(id, ms).ms == ms, nil
}

// stored10 returns the decoded block of what the store had around ms before this run.
func (r *pastRun) stored10(ctx context.Context, ms int64) (*block, error) {
	index := r.s.win.indexOf(ms)
	if r.know != nil && r.know.index == index {
		return r.know, nil
	}
	b, err := r.s.load(ctx, index)
	if err == nil {
		r.know = b
	}
	return b, err
}

// turn comes to the full ten minutes at d. There, and at those passed over where the store has values held, it holds
// what was silent.
func (r *pastRun) turn(ctx context.Context, d int64) error {
	if err := r.writeMinutes(ctx, d); err != nil {
		return err
	}
	from := d
	if r.decade != never {
		from = r.decade + holdMs
	}
	for at := from; at <= d; at += holdMs {
		held := r.s.act.live(at, at+holdMs)
		if !held && at != d {
			continue
		}
		if err := r.merge(ctx, at); err != nil {
			return err
		}
		for id, e := range r.last {
			if e.ms == never || e.ms >= at-holdMs || held && !r.mine[id] {
				continue
			}
			slot := at + slotOf(e.ms)
			if err := r.put(ctx, 1, id, entry{slot, e.v}); err != nil {
				return err
			}
			if err := r.put(ctx, 2, id, entry{slot, float64(e.ms)}); err != nil {
				return err
			}
		}
	}
	r.decade = d
	return nil
}

// merge brings last up to what the store had just before at.
func (r *pastRun) merge(ctx context.Context, at int64) error {
	if r.merged != never && !r.s.act.any(r.merged, at) || !r.s.act.any(r.s.firstMs.Load(), at) {
		r.merged = at
		return nil
	}
	b, err := r.stored10(ctx, at-1)
	if err != nil {
		return err
	}
	for id := range r.last {
		if e := b.at(id, at-1); e.ms > r.last[id].ms {
			r.last[id], r.mine[id] = e, false
		}
	}
	r.merged = at
	return nil
}

// put appends to the block that ms belongs to, and ends the one before.
func (r *pastRun) put(ctx context.Context, kind, id int, e entry) error {
	if r.maker.head != nil && (e.ms >= r.end || r.maker.rows >= pastBlock && kind == 0 && e.ms > r.at) {
		if err := r.seal(ctx); err != nil {
			return err
		}
	}
	if r.maker.head == nil {
		r.end = (floorDiv(e.ms, r.maker.span) + 1) * r.maker.span
		for kind := range r.refs {
			r.refs[kind] = make([]storage.SeriesRef, len(r.last))
		}
	}
	if r.labels[kind][id].IsEmpty() {
		r.labels[kind][id] = named(lateSeries[kind], r.s.tree.Signals()[id].Path)
	}
	ref, err := r.maker.put(ctx, r.refs[kind][id], r.labels[kind][id], e)
	if err == nil {
		r.refs[kind][id] = ref
	}
	return err
}

// span returns the span of the blocks, ms: that of the largest which the database makes by merging.
func (r *pastRun) span() int64 {
	span := tsdb.DefaultBlockDuration
	for span*3 <= min(r.s.maxBlock(), pastSpan) {
		span *= 3
	}
	return span
}

// seal writes the block in the making.
func (r *pastRun) seal(ctx context.Context) error {
	if r.maker.head == nil {
		return nil
	}
	if err := r.writeMinutes(ctx, math.MaxInt64); err != nil {
		return err
	}
	made, err := r.maker.seal(ctx, false)
	r.done = append(r.done, made...)
	return err
}

// writeMinutes writes the activity of the block in the making, of the minutes before ms.
func (r *pastRun) writeMinutes(ctx context.Context, ms int64) error {
	for _, m := range slices.Sorted(maps.Keys(r.pending)) {
		if m*minuteMs >= ms {
			break
		}
		n := r.pending[m]
		delete(r.pending, m)
		slot, ok := r.s.act.reserveSlot(m)
		if !ok {
			continue
		}
		if _, err := r.maker.put(ctx, 0, named(seriesMinute, ""), entry{m*minuteMs + slot, float64(n)}); err != nil {
			return err
		}
	}
	return nil
}

// finish holds the newest values of the run up to where the store has newer ones, and gives it the blocks.
func (r *pastRun) finish(ctx context.Context) error {
	defer r.maker.drop()
	if r.at == never {
		r.sum.add(r.stored)
		return nil
	}
	if err := r.seal(ctx); err != nil {
		return err
	}
	s := r.s
	if err := r.holdOn(ctx); err != nil {
		return err
	}
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.adopt(ctx, r.done); err != nil {
		return err
	}
	s.act.adopt(r.minutes)
	if first := s.firstMs.Load(); first == never || r.first < first {
		s.firstMs.Store(r.first)
	}
	r.sum.add(r.stored)
	s.count(r.stored)
	return s.rewind(ctx, s.w.nextMs)
}

// holdOn holds the newest values of the run at the full ten minutes after it where the store held values, until the
// store has newer ones.
func (r *pastRun) holdOn(ctx context.Context) error {
	r.know = nil // newer samples may have come since
	for at := r.decade + holdMs; slices.Contains(r.mine, true); at += holdMs {
		next, ok := r.s.act.liveFrom(at)
		if !ok {
			return nil
		}
		at = floorDiv(next*minuteMs, holdMs) * holdMs
		if err := r.merge(ctx, at); err != nil {
			return err
		}
		if err := r.holdMine(at); err != nil {
			return err
		}
	}
	return nil
}

// holdMine holds the silent signals of the run at a full ten minutes, in a commit of the store.
func (r *pastRun) holdMine(at int64) error {
	s := r.s
	s.write.Lock()
	defer s.write.Unlock()
	s.begin()
	for id, e := range r.last {
		if !r.mine[id] || e.ms >= at-holdMs {
			continue
		}
		if err := s.hold(id, at+slotOf(e.ms), e); err != nil {
			return s.abandon(0, err)
		}
	}
	if _, err := s.commit(); err != nil {
		return s.abandon(0, err)
	}
	return nil
}

// any reports whether there was data in a minute of [from, to) ms.
func (a *activity) any(from, to int64) bool {
	return a.find(from, to, func(h *hour, i int64) bool { return h.count[i] > 0 })
}

// live reports whether there was data that was not late in a minute of [from, to) ms.
func (a *activity) live(from, to int64) bool {
	return a.find(from, to, func(h *hour, i int64) bool { return h.live&(1<<i) != 0 })
}

func (a *activity) find(from, to int64, ok func(h *hour, i int64) bool) bool {
	if to <= from || from == never {
		return false
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	first, last := floorDiv(from, minuteMs), floorDiv(to-1, minuteMs)
	k := sort.Search(len(a.hours), func(k int) bool { return a.hours[k].index >= floorDiv(first, 60) })
	for ; k < len(a.hours) && a.hours[k].index*60 <= last; k++ {
		h := &a.hours[k]
		for i := max(first-h.index*60, 0); i <= min(last-h.index*60, 59); i++ {
			if ok(h, i) {
				return true
			}
		}
	}
	return false
}

// liveFrom returns the first minute at or after ms that had data which was not late.
func (a *activity) liveFrom(ms int64) (int64, bool) {
	var found int64
	ok := a.find(ms, math.MaxInt64/2, func(h *hour, i int64) bool {
		found = h.index*60 + i
		return h.live&(1<<i) != 0
	})
	return found, ok
}

// reserveSlot returns a slot for an increment of a minute that becomes live by it.
func (a *activity) reserveSlot(minute int64) (int64, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	h := a.hourOf(minute)
	i := minute - h.index*60
	if h.slots[i] >= maxSlots {
		return 0, false
	}
	h.slots[i]++
	return int64(h.slots[i] - 1), true
}

// adopt counts the minutes of blocks that are on disk.
func (a *activity) adopt(minutes map[int64]uint32) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for m, n := range minutes {
		h := a.count(m, n)
		h.live |= 1 << (m - h.index*60)
	}
}
