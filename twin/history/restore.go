package history

import (
	"context"

	"github.com/prometheus/prometheus/tsdb/chunks"
)

// restore brings what is kept in memory up to what is on disk: the activity, the newest values and the newest blocks.
// Nothing else may use the store meanwhile, except readers whose answers come from disk.
func (s *Store) restore(ctx context.Context) error {
	s.w.init(s.tree, s.win.head, never)
	end := s.newestOnDisk()
	if end == never {
		return nil
	}
	stored, err := s.restoreActivity(ctx, end)
	if err != nil {
		return err
	}
	if err := s.rewind(ctx, end); err != nil {
		return err
	}
	if err := s.recount(ctx, stored, s.w.nextMs); err != nil {
		return err
	}
	return s.restoreFirst(ctx)
}

// newestOnDisk returns a time at or after the newest sample: blocks end on full hours. Never for an empty store.
func (s *Store) newestOnDisk() int64 {
	newest := s.db.Head().MaxTime()
	for _, b := range s.db.Blocks() {
		newest = max(newest, b.MaxTime()-1)
	}
	return newest
}

// oldestOnDisk returns a time at or before the oldest sample.
func (s *Store) oldestOnDisk() int64 {
	head := s.db.Head()
	oldest := min(head.MinTime(), head.MinOOOTime())
	for _, b := range s.db.Blocks() {
		oldest = min(oldest, b.MinTime())
	}
	return oldest
}

// restoreActivity reads the activity that was written, and returns the newest minute in it.
func (s *Store) restoreActivity(ctx context.Context, newest int64) (int64, error) {
	start := s.oldestOnDisk()
	stored := floorDiv(start, minuteMs)
	var d samples
	s.act.mu.Lock()
	defer s.act.mu.Unlock()
	err := s.scan(ctx, start, newest+1, func(string) chunkVisitor {
		return func(m chunks.Meta) error {
			return d.each(m.Chunk, func(ms int64, v float64) bool {
				minute := floorDiv(ms, minuteMs)
				s.act.restore(minute, ms-minute*minuteMs, uint32(v))
				stored = max(stored, minute)
				return true
			})
		}
	}, func() error { return nil }, matching(seriesMinute, "")...)
	return stored, err
}

// recount counts the activity from a minute on anew: a process that was killed had not written that of its last
// minutes. It looks back an hour at most.
func (s *Store) recount(ctx context.Context, minute, newest int64) error {
	from := max(minute, floorDiv(newest, minuteMs)-60) * minuteMs
	counts := map[int64]uint32{}
	var d samples
	var id int
	err := s.scan(ctx, from, newest+1, func(path string) chunkVisitor {
		var ok bool
		if id, ok = s.byPath[path]; !ok {
			return nil
		}
		return func(m chunks.Meta) error {
			return d.each(m.Chunk, func(ms int64, _ float64) bool {
				if minute := floorDiv(ms, minuteMs); ms >= from && minute != s.w.lastMinute[id] {
					s.w.lastMinute[id] = minute
					counts[minute]++
				}
				return true
			})
		}
	}, func() error { return nil }, matching(seriesSignal, "")...)
	if err != nil {
		return err
	}
	s.act.mu.Lock()
	defer s.act.mu.Unlock()
	for minute, n := range counts {
		if had := s.act.of(minute); n > had {
			s.act.add(minute, n-had, minute == floorDiv(newest, minuteMs))
		}
	}
	return nil
}

// restoreFirst finds the first sample.
func (s *Store) restoreFirst(ctx context.Context) error {
	minute, ok := s.act.first()
	if !ok {
		return nil
	}
	first := (minute + 1) * minuteMs
	var d samples
	err := s.scan(ctx, minute*minuteMs, first, func(string) chunkVisitor {
		return func(m chunks.Meta) error {
			return d.each(m.Chunk, func(ms int64, _ float64) bool {
				if ms >= minute*minuteMs {
					first = min(first, ms)
				}
				return ms < first
			})
		}
	}, func() error { return nil }, matching(seriesSignal, "")...)
	s.firstMs.Store(first)
	return err
}

// rewind fills the window with the newest blocks and the writer with the newest values, from disk. end is at or after
// the newest sample.
func (s *Store) rewind(ctx context.Context, end int64) error {
	for {
		index := s.win.indexOf(end)
		before, err := s.decode(ctx, index-1, nil)
		if err != nil {
			return err
		}
		now, err := s.decode(ctx, index, before.lasts())
		if err != nil {
			return err
		}
		head := now.lasts()
		newest := int64(never)
		for _, e := range head {
			newest = max(newest, e.ms)
		}
		if newest != never && s.win.indexOf(newest) < index {
			end = newest
			continue
		}
		s.win.reset(head, newest, before, now)
		s.w.init(s.tree, head, newest)
		return nil
	}
}
