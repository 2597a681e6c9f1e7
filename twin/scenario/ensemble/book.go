package ensemble

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin/scenario"
)

// book knows which jobs of a batch are under way and which were seen. All methods are safe for concurrent use.
type book struct {
	window, bytes int
	refused       chan scenario.Result // jobs that cannot be sent at all

	mu       sync.Mutex
	room     chan struct{} // closed when a job leaves
	entries  map[string]*entry
	seen     map[[12]byte]struct{}
	held     int  // bytes under way
	waiting  bool // someone waits for room
	ended    bool
	tally    Status
	lastSeq  uint64 // of the results that were taken
	lastTime time.Time
}

// entry is a job under way.
type entry struct {
	token, id string
	data      []byte
	sent      time.Time
	missing   bool // the server did not take it, or has it no more
}

func newBook(window, bytes int) *book {
	return &book{window: window, bytes: bytes, refused: make(chan scenario.Result), room: make(chan struct{}),
		entries: map[string]*entry{}, seen: map[[12]byte]struct{}{}, lastTime: time.Now()}
}

// enter waits for room and enters a job. It returns nil for an ID that was entered before, and for a job that cannot travel:
// that one gets its result through refused.
func (b *book) enter(ctx context.Context, id string, o order, most int) (*entry, error) {
	token := tokenOf(id)
	if id == "" || len(id) > maxID || len(o.Payload) > most {
		if !b.first(token) {
			return nil, nil
		}
		err := fmt.Errorf("ensemble: job %.40q: its payload has %d bytes, the server takes %d: raise its max_payload or ask for less at once", id, len(o.Payload), most)
		if id == "" || len(id) > maxID {
			err = fmt.Errorf("ensemble: job %.40q: its id has %d bytes: 1 to %d are possible", id, len(id), maxID)
		}
		select {
		case b.refused <- scenario.Result{ID: id, Err: err}:
			return nil, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	data := o.encode()
	for {
		b.mu.Lock()
		if len(b.entries) < b.window && (b.held+len(data) <= b.bytes || len(b.entries) == 0) {
			break
		}
		room := b.room
		b.waiting = true
		b.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	defer b.mu.Unlock()
	if !b.note(token) {
		return nil, nil
	}
	e := &entry{token: token, id: id, data: data, sent: time.Now()}
	b.entries[token] = e
	b.held += len(data)
	b.tally.Sent++
	return e, nil
}

// note remembers a token; it is false for one that was there. The lock is held.
func (b *book) note(token string) bool {
	var k [12]byte
	for i := range k {
		k[i] = hexValue(token[2*i])<<4 | hexValue(token[2*i+1])
	}
	_, old := b.seen[k]
	b.seen[k] = struct{}{}
	return !old
}

func hexValue(c byte) byte {
	if c >= 'a' {
		return c - 'a' + 10
	}
	return c - '0'
}

// first enters a job that cannot travel.
func (b *book) first(token string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.note(token) {
		return false
	}
	b.tally.Sent++
	return true
}

// settle takes a job off the book; it is false when the answer is not to one that is open.
func (b *book) settle(id, token string, seq uint64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lastSeq, b.lastTime = max(b.lastSeq, seq), time.Now()
	e := b.entries[token]
	if e == nil || e.id != id {
		b.tally.Again++
		return false
	}
	delete(b.entries, token)
	b.held -= len(e.data)
	if b.waiting {
		b.waiting = false
		close(b.room)
		b.room = make(chan struct{})
	}
	return true
}

// count notes a result that is handed on.
func (b *book) count(failed bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.tally.Answered++
	if failed {
		b.tally.Failed++
	}
}

// lost marks a job that the server did not take.
func (b *book) lost(token string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e := b.entries[token]; e != nil {
		e.missing = true
	}
}

// resend returns the jobs that have to be sent again.
func (b *book) resend(now time.Time) []*entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []*entry
	for _, e := range b.entries {
		if e.missing {
			e.missing, e.sent = false, now
			b.tally.Resent++
			out = append(out, e)
		}
	}
	return out
}

// absent marks the jobs sent before a moment that neither stream holds.
func (b *book) absent(before time.Time, jobs, results map[string]bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for token, e := range b.entries {
		if e.sent.Before(before) && !jobs[token] && !results[token] {
			e.missing = true
		}
	}
}

// end says that no more jobs will come.
func (b *book) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
}

func (b *book) complete() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended && b.tally.Answered == b.tally.Sent
}

func (b *book) open() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tally.Sent - b.tally.Answered
}

// counts returns the sequence number of the newest result taken, how many were handed on, and when the last one came.
func (b *book) counts() (seq uint64, answered int, last time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lastSeq, b.tally.Answered, b.lastTime
}

func (b *book) status() Status {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tally
}
