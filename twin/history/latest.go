package history

import (
	"context"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// silence is how long the whole store may have had nothing before values without a time-out are called stale: after it
// nothing shows that anyone was there to record a change.
const silence = 10 * time.Minute

// LatestAt fills a snapshot with the values as they stood at t: of each signal the newest sample at or before t, with
// its own time and its quality as seen at t (twin.Assess). Signals without one have NoData. Within the decoded window
// this takes microseconds; elsewhere it reads the moment itself, some milliseconds, and Prefetch decodes what lies around
// it and ahead in the direction in which t moved. Times are kept to the millisecond. On error the snapshot is as it was.
func (s *Store) LatestAt(ctx context.Context, t time.Time, into *twin.Snapshot) error {
	leave, err := s.enter()
	if err != nil {
		return err
	}
	defer leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	ms := floorMs(t.UnixNano())
	was := s.cursorMs.Swap(ms)
	fill := func(at func(id int) entry) { s.fill(t, at, into) }
	hit := s.win.read(ms, fill)
	if !hit {
		found, done, err := s.glance(ctx, ms)
		if err != nil {
			return err
		}
		fill(func(id int) entry { return found[id] })
		done()
	}
	if was == never || s.win.indexOf(was) != s.win.indexOf(ms) || !hit {
		dir := 0
		if was != never {
			dir = int(max(min(ms-was, 1), -1))
		}
		s.ask(request{ms, dir})
	}
	return nil
}

func (s *Store) fill(t time.Time, at func(id int) entry, into *twin.Snapshot) {
	signals := s.tree.Signals()
	into.Reset(len(signals))
	into.Generation++
	into.Time = t.UnixNano()
	into.Origin = twin.Recorded
	newest := int64(never)
	for id := range signals {
		e := at(id)
		newest = max(newest, e.ms)
		e.v = s.states.toCurrent(id, e.v)
		into.Values[id] = e.value(&signals[id], t)
	}
	if newest == never || floorMs(into.Time)-newest <= silence.Milliseconds() {
		return
	}
	for id := range into.Values {
		if v := &into.Values[id]; v.Quality.Usable() {
			v.Quality = twin.Stale
		}
	}
}

// loads lets one goroutine decode a block while others wait for it.
type loads struct {
	mu     sync.Mutex
	flying map[int64]*flight
}

type flight struct {
	done   chan struct{}
	ticket ticket
	block  *block
	err    error
}

// load decodes a block, or waits for the one who does, and puts it into the window.
func (s *Store) load(ctx context.Context, index int64) (*block, error) {
	for {
		s.loads.mu.Lock()
		f := s.loads.flying[index]
		if f == nil {
			f = &flight{done: make(chan struct{}), ticket: s.win.ticket(index)}
			if s.loads.flying == nil {
				s.loads.flying = map[int64]*flight{}
			}
			s.loads.flying[index] = f
			s.loads.mu.Unlock()
			f.block, f.err = s.decode(ctx, index, s.win.before(index))
			if f.err == nil {
				s.win.put(f.block, f.ticket)
			}
			s.loads.mu.Lock()
			delete(s.loads.flying, index)
			s.loads.mu.Unlock()
			close(f.done)
			return f.block, f.err
		}
		s.loads.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if f.err == nil && s.win.intact(index, f.ticket) {
			return f.block, nil // else it may lack samples that were there when we asked
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
}
