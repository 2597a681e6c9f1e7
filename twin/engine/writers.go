package engine

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// retryEvery is how long a writer waits after a failure.
var retryEvery = time.Second

// lastTries is how often a writer tries to get rid of what it holds when the engine ends.
const lastTries = 3

// historian hands samples to the history in its own goroutine, so that a slow disk does not hold up the live values.
type historian struct {
	to    History
	limit int
	wake  chan struct{}

	mu     sync.Mutex
	queue  []twin.Sample
	lost   uint64
	reason string
}

func newHistorian(to History, limit int) *historian {
	return &historian{to: to, limit: limit, wake: make(chan struct{}, 1)}
}

// push copies valid samples; the oldest go when there is no room.
func (h *historian) push(batch []twin.Sample) {
	h.mu.Lock()
	for _, s := range batch {
		if s.Signal != twin.NoSignal {
			h.queue = append(h.queue, s)
		}
	}
	h.trim()
	h.mu.Unlock()
	wake(h.wake)
}

func (h *historian) trim() {
	if over := len(h.queue) - h.limit; over > 0 {
		h.lost += uint64(over)
		h.queue = h.queue[:copy(h.queue, h.queue[over:])]
	}
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (h *historian) state() (reason string, lost uint64, waiting int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.reason, h.lost, len(h.queue)
}

// run writes until stop, then what is left. changed is called when the history begins or ceases to fail.
func (h *historian) run(stop <-chan struct{}, changed func(reason string)) {
	var batch []twin.Sample
	for tries := 0; ; {
		h.mu.Lock()
		batch, h.queue = h.queue, batch[:0]
		h.mu.Unlock()
		ending := false
		select {
		case <-stop:
			ending = true
		default:
		}
		if len(batch) > 0 {
			if err := h.write(&batch, changed); err != nil {
				if tries++; ending && tries >= lastTries {
					h.mu.Lock()
					h.lost += uint64(len(h.queue))
					h.queue = nil
					h.mu.Unlock()
					return
				}
				pause(stop, ending)
				continue
			}
			tries = 0
			continue
		}
		if ending {
			return
		}
		select {
		case <-h.wake:
		case <-stop:
		}
	}
}

// pause waits before a new try, shorter when the engine ends.
func pause(stop <-chan struct{}, ending bool) {
	if ending {
		time.Sleep(retryEvery / 10)
		return
	}
	t := time.NewTimer(retryEvery)
	defer t.Stop()
	select {
	case <-t.C:
	case <-stop:
	}
}

// write appends a batch. On failure the batch goes back to the front of the queue.
func (h *historian) write(batch *[]twin.Sample, changed func(string)) error {
	err := h.to.Append(*batch)
	reason := ""
	if err != nil {
		reason = fmt.Sprintf("the history does not take samples (%v); live values go on", err)
	}
	h.mu.Lock()
	news := (h.reason == "") != (reason == "")
	h.reason = reason
	if err != nil {
		h.queue, *batch = append(*batch, h.queue...), h.queue
		h.trim()
	}
	h.mu.Unlock()
	if news {
		changed(reason)
	}
	return err
}

// noteHistory records that the history began or ceased to fail.
func (e *Engine) noteHistory(reason string) {
	event := twin.Event{Kind: twin.SystemEvent, Asset: twin.NoAsset, Signal: twin.NoSignal, Action: "failed", Text: reason}
	if reason == "" {
		event.Action, event.Text = "recovered", "the history takes samples again"
	}
	e.Record(event)
}

// secretary hands events to the journal in its own goroutine.
type secretary struct {
	to   Journal
	wake chan struct{}

	mu     sync.Mutex
	queue  []twin.Event
	lost   uint64
	reason string
}

// maxEvents is how many events may wait for the journal.
const maxEvents = 1 << 16

func newSecretary(to Journal) *secretary {
	return &secretary{to: to, wake: make(chan struct{}, 1)}
}

func (s *secretary) push(events []twin.Event) {
	s.mu.Lock()
	room := max(maxEvents-len(s.queue), 0)
	if len(events) > room {
		s.lost += uint64(len(events) - room)
		events = events[:room]
	}
	s.queue = append(s.queue, events...)
	s.mu.Unlock()
	wake(s.wake)
}

func (s *secretary) state() (reason string, lost uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reason, s.lost
}

// writeLimit is how long the journal may take for one batch.
const writeLimit = 30 * time.Second

// run writes until stop, then what is left.
func (s *secretary) run(stop <-chan struct{}) {
	for tries := 0; ; {
		s.mu.Lock()
		batch := s.queue
		s.queue = nil
		s.mu.Unlock()
		ending := false
		select {
		case <-stop:
			ending = true
		default:
		}
		if len(batch) == 0 {
			if ending {
				return
			}
			select {
			case <-s.wake:
			case <-stop:
			}
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), writeLimit)
		err := s.to.Append(ctx, batch...)
		cancel()
		s.mu.Lock()
		s.reason = ""
		if err != nil {
			s.reason = fmt.Sprintf("the journal does not take events (%v)", err)
			s.queue = append(batch, s.queue...)
		}
		if tries++; err == nil {
			tries = 0
		} else if ending && tries >= lastTries {
			s.lost += uint64(len(s.queue))
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		if err != nil {
			pause(stop, ending)
		}
	}
}
