package history

import (
	"context"
	"math"
	"sync"

	"github.com/prometheus/prometheus/tsdb/chunks"
)

// slab collects the columns of a block one after another before they get memory of the right size.
type slab struct {
	t []int32
	v []float64
}

var slabs = sync.Pool{New: func() any { return new(slab) }}

// decode reads the block with this index: what each signal had when it begins, and the samples within. before holds
// the last values before the block, or is nil when they must be looked for.
func (s *Store) decode(ctx context.Context, index int64, before []entry) (*block, error) {
	start := index * s.win.span
	end := start + s.win.span
	from := start
	if before == nil {
		var err error
		if before, err = s.heldAt(ctx, start); err != nil {
			return nil, err
		}
		from = s.lookBack(start)
	}
	b := newBlock(index, s.win.span, before)
	sl := slabs.Get().(*slab)
	defer slabs.Put(sl)
	sl.t, sl.v = sl.t[:0], sl.v[:0]
	first := make([]int, len(before)+1) // in the slab, by the order of order
	order := make([]int, 0, len(before))

	var d samples
	var id int
	var earlier chunks.Meta // the newest chunk wholly before the block, decoded only when it matters
	begin := func(path string) chunkVisitor {
		var ok bool
		if id, ok = s.byPath[path]; !ok {
			return nil
		}
		earlier = chunks.Meta{}
		first[len(order)] = len(sl.t)
		return func(m chunks.Meta) error {
			if m.MaxTime < start {
				earlier = m
				return nil
			}
			return d.each(m.Chunk, func(ms int64, v float64) bool {
				switch {
				case ms >= end:
					return false
				case ms >= start:
					sl.t, sl.v = append(sl.t, int32(ms-start)), append(sl.v, v)
				case ms > b.carry[id].ms:
					b.carry[id] = entry{ms, v}
				}
				return true
			})
		}
	}
	finish := func() error {
		if earlier.Chunk != nil && earlier.MaxTime > b.carry[id].ms {
			e, err := d.last(earlier.Chunk, math.MaxInt64)
			if err != nil {
				return err
			}
			if e.ms > b.carry[id].ms {
				b.carry[id] = e
			}
		}
		order = append(order, id)
		return nil
	}
	if err := s.scan(ctx, from, end, begin, finish, matching(seriesSignal, "")...); err != nil {
		return nil, err
	}
	first[len(order)] = len(sl.t)
	t, v := append([]int32(nil), sl.t...), append([]float64(nil), sl.v...)
	for k, id := range order {
		i, j := first[k], first[k+1]
		b.cols[id] = column{t[i:j:j], v[i:j:j]}
	}
	b.bytes += int64(len(t)) * sampleBytes
	return b, nil
}

// lookBack returns from where the raw samples must be read so that they and the values held give the last value of
// every signal before ms. See FORMAT.md.
func (s *Store) lookBack(ms int64) int64 {
	active, ok := s.act.before(ms)
	if !ok { // late samples alone: all of them are read
		if active, ok = s.act.first(); !ok || active*minuteMs >= ms {
			return ms
		}
	}
	return floorDiv(active*minuteMs, holdMs)*holdMs - holdMs
}

// heldAt returns the values held for the look back from ms; never where none is.
func (s *Store) heldAt(ctx context.Context, ms int64) ([]entry, error) {
	out := make([]entry, len(s.tree.Signals()))
	for i := range out {
		out[i].ms = never
	}
	hold := s.lookBack(ms) + holdMs
	if hold > ms {
		return out, nil
	}
	var d samples
	read := func(series string, take func(id int, ms int64, v float64)) error {
		return s.scan(ctx, hold, hold+minuteMs, func(path string) chunkVisitor {
			id, ok := s.byPath[path]
			if !ok {
				return nil
			}
			return func(m chunks.Meta) error {
				return d.each(m.Chunk, func(ms int64, v float64) bool {
					if ms >= hold && ms < hold+minuteMs {
						take(id, ms, v)
					}
					return ms < hold+minuteMs
				})
			}
		}, func() error { return nil }, matching(series, "")...)
	}
	place := make([]int64, len(out)) // of the newest value held, corrections included
	err := read(seriesHeldTime, func(id int, ms int64, v float64) {
		if t := int64(v); t >= out[id].ms {
			out[id].ms, place[id] = t, ms
		}
	})
	if err != nil {
		return nil, err
	}
	err = read(seriesHeld, func(id int, ms int64, v float64) {
		if ms == place[id] {
			out[id].v = v
		}
	})
	return out, err
}
