package history

import (
	"context"

	"github.com/prometheus/prometheus/tsdb/chunks"
)

// restore brings what is kept in memory up to what is on disk: the activity, the newest values and the newest blocks.
// Nothing else may use the store meanwhile, except readers whose answers come from disk.
func (s *Store) restore(ctx context.Context) error {
	newest := s.newestOnDisk()
	if newest == never {
		s.w.init(s.tree, s.win.head, never)
		return nil
	}
	stored, err := s.restoreActivity(ctx, newest)
	if err != nil {
		return err
	}
	if err := s.recount(ctx, stored, newest); err != nil {
		return err
	}
	if err := s.restoreFirst(ctx); err != nil {
		return err
	}
	return s.rewind(ctx, newest)
}

// newestOnDisk returns the newest time of all series, which is that of a sample of a signal; never for an empty store.
func (s *Store) newestOnDisk() int64 {
	newest := s.db.Head().MaxTime()
	for _, b := range s.db.Blocks() {
		newest = max(newest, b.MaxTime()-1)
	}
	return newest
}

// restoreActivity reads the activity that was written, and returns the newest minute in it.
func (s *Store) restoreActivity(ctx context.Context, newest int64) (int64, error) {
	start, err := s.db.StartTime()
	if err != nil {
		return 0, err
	}
	stored := floorDiv(start, minuteMs)
	var d samples
	s.act.mu.Lock()
	defer s.act.mu.Unlock()
	err = s.scan(ctx, start, newest+1, func(string) chunkVisitor {
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
	s.w.init(s.tree, s.win.head, never)
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

// rewind fills the window with the newest blocks and the writer with the newest values, from disk.
func (s *Store) rewind(ctx context.Context, newest int64) error {
	index := s.win.indexOf(newest)
	before, err := s.decode(ctx, index-1, nil)
	if err != nil {
		return err
	}
	head := make([]entry, len(before.carry))
	for id := range head {
		head[id] = before.last(id)
	}
	now, err := s.decode(ctx, index, head)
	if err != nil {
		return err
	}
	head = make([]entry, len(head))
	newest = never
	for id := range head {
		head[id] = now.last(id)
		newest = max(newest, head[id].ms)
	}
	s.win.reset(head, newest, before, now)
	s.w.init(s.tree, head, newest)
	return nil
}
