package history

import (
	"errors"
	"maps"
	"slices"

	"github.com/prometheus/prometheus/storage"
)

// holdMs is how often the last values of silent signals are written again, with their own times, so that a look back
// is bounded.
const holdMs = 10 * minuteMs

// turn does what is due when the newest time comes to ms: it holds the values of silent signals at the full ten
// minutes, and writes the activity of the minutes that are over.
func (s *Store) turn(ms int64) error {
	w := &s.w
	if w.nextMs == never || floorDiv(ms, minuteMs) <= floorDiv(w.nextMs, minuteMs) {
		return nil
	}
	if at := floorDiv(ms, holdMs) * holdMs; at > w.nextMs {
		for id, e := range w.next {
			if e.ms == never || e.ms >= at-holdMs {
				continue
			}
			if err := s.hold(id, at, e); err != nil {
				return err
			}
		}
	}
	return s.writeMinutes(floorDiv(ms, minuteMs))
}

// hold writes that a signal still has this value.
func (s *Store) hold(id int, at int64, e entry) error {
	w := &s.w
	if w.held[id].labels.IsEmpty() {
		w.held[id].labels, w.heldTime[id].labels = named(seriesHeld, w.held[id].path), named(seriesHeldTime, w.held[id].path)
	}
	if err := w.append(&w.held[id], entry{at, e.v}); tolerable(err) != nil {
		return err
	}
	return tolerable(w.append(&w.heldTime[id], entry{at, float64(e.ms)}))
}

// correct notes a sample that came after values were held that may be older than it.
func (s *Store) correct(id int, e entry) {
	w := &s.w
	newest := floorDiv(w.nextMs, holdMs) * holdMs
	for at := (floorDiv(e.ms, holdMs) + 2) * holdMs; at <= newest; at += holdMs {
		if w.corrected == nil {
			w.corrected = map[correction]entry{}
		}
		key := correction{id, at}
		if had, ok := w.corrected[key]; !ok || had.ms < e.ms {
			w.corrected[key] = e
		}
	}
}

// writeCorrections holds late samples at the full ten minutes that are past. What was held there stays.
func (s *Store) writeCorrections() error {
	for key, e := range s.w.corrected {
		if err := s.hold(key.id, key.at+slotOf(e.ms), e); err != nil {
			return err
		}
	}
	return nil
}

// slotOf returns where in the minute after a full ten minutes a sample from before it is held when values were held there
// already: the same place for the same sample, hardly ever the same for another one. The multiplier is that of
// Fibonacci hashing (Knuth, The Art of Computer Programming 3, section 6.4).
func slotOf(ms int64) int64 {
	return 1 + int64(uint64(ms)*0x9e3779b97f4a7c15>>32)*(minuteMs-1)>>32
}

// writeMinutes writes the pending activity of the minutes before one. The pending ones are forgotten at once: when the
// commit fails, the strip is dimmer than it should be until the store is opened again.
func (s *Store) writeMinutes(before int64) error {
	s.act.mu.Lock()
	defer s.act.mu.Unlock()
	for _, m := range slices.Sorted(maps.Keys(s.act.pending)) { // in order: the database keeps late ones apart
		if m >= before {
			break
		}
		n := s.act.pending[m]
		delete(s.act.pending, m)
		slot, ok := s.act.takeSlot(m)
		if !ok {
			continue
		}
		if err := s.w.append(&s.w.minute, entry{m*minuteMs + slot, float64(n)}); tolerable(err) != nil {
			return err
		}
	}
	return nil
}

// flushMinutes writes the pending activity in a commit of its own.
func (s *Store) flushMinutes(before int64) error {
	if len(s.act.pending) == 0 || s.room(0) != nil {
		return nil
	}
	s.begin()
	if err := s.writeMinutes(before); err != nil {
		return s.abandon(0, err)
	}
	if _, err := s.commit(); err != nil {
		return s.abandon(0, err)
	}
	return nil
}

// tolerable drops the errors of samples that the database does not want: the bookkeeping can do without them.
func tolerable(err error) error {
	if errors.Is(err, storage.ErrDuplicateSampleForTimestamp) || errors.Is(err, storage.ErrTooOldSample) ||
		errors.Is(err, storage.ErrOutOfBounds) || errors.Is(err, storage.ErrOutOfOrderSample) {
		return nil
	}
	return err
}
