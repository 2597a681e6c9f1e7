package engine

import (
	"sync"

	"github.com/orrery-twin/orrery/twin"
)

// keepEvents is how many events the log holds for readers that come late.
const keepEvents = 8192

// eventLog is a ring of the newest events, numbered from 1.
type eventLog struct {
	mu   sync.Mutex
	ring [keepEvents]twin.Event
	last uint64
}

func (l *eventLog) add(events []twin.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range events {
		l.last++
		l.ring[l.last%keepEvents] = e
	}
}

// Record adds events, of this engine or of other parts, to the log and to the journal. It never blocks. Events without
// a time get the current one.
func (e *Engine) Record(events ...twin.Event) {
	if len(events) == 0 {
		return
	}
	for i := range events {
		if events[i].Time.IsZero() {
			events[i].Time = e.opts.Clock()
		}
	}
	e.log.add(events)
	if e.journal != nil {
		e.journal.push(events)
	}
}

// Events returns the events after number since, oldest first, and the number of the newest: pass it the next time.
// Whoever stays away for more than 8192 events misses the oldest of them; the journal has them all.
func (e *Engine) Events(since uint64) (events []twin.Event, next uint64) {
	l := &e.log
	l.mu.Lock()
	defer l.mu.Unlock()
	if since > l.last {
		since = 0 // of another engine
	}
	first := since + 1
	if l.last >= keepEvents {
		first = max(first, l.last-keepEvents+1)
	}
	for n := first; n <= l.last; n++ {
		events = append(events, l.ring[n%keepEvents])
	}
	return events, l.last
}
