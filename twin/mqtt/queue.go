package mqtt

import "sync"

// message is a copy of what arrived.
type message struct {
	target   *target
	payload  []byte
	arrival  int64 // ns since the Unix epoch
	retained bool
}

// queue is a bounded ring of messages for one worker. Its slots keep their memory, so that a steady stream allocates
// nothing.
type queue struct {
	mu     sync.Mutex
	slots  []message
	head   uint64 // next to take
	tail   uint64 // next to fill
	bytes  int
	asleep bool
	wake   chan struct{}
}

const (
	keepBytes = 4096 // a slot that held more gives its memory back
	spareRoom = 64   // slots that only status messages may take
)

func newQueue(slots int) *queue {
	return &queue{slots: make([]message, slots+spareRoom), wake: make(chan struct{}, 1)}
}

// push copies a message into the queue; false means that there was no room.
func (q *queue) push(t *target, payload []byte, arrival int64, retained bool, limitBytes int) bool {
	room := len(q.slots) - spareRoom
	if t.route != nil && t.route.Decoder == Status {
		room = len(q.slots)
	}
	q.mu.Lock()
	if int(q.tail-q.head) >= room || q.bytes+len(payload) > limitBytes {
		q.mu.Unlock()
		return false
	}
	m := &q.slots[q.tail%uint64(len(q.slots))]
	m.target, m.arrival, m.retained = t, arrival, retained
	m.payload = append(m.payload[:0], payload...)
	q.tail++
	q.bytes += len(payload)
	wake := q.asleep
	q.asleep = false
	q.mu.Unlock()
	if wake {
		select {
		case q.wake <- struct{}{}:
		default: // the worker has a reason to look already
		}
	}
	return true
}

// take returns up to n messages, which stay in their slots until done. With none it marks the worker as asleep: the
// next push sends on wake.
func (q *queue) take(n int) (first, second []message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	have := min(int(q.tail-q.head), n)
	if have == 0 {
		q.asleep = true
		return nil, nil
	}
	at := int(q.head % uint64(len(q.slots)))
	first = q.slots[at:min(at+have, len(q.slots))]
	second = q.slots[:have-len(first)]
	return first, second
}

// done gives the slots of the n oldest messages back.
func (q *queue) done(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for range n {
		m := &q.slots[q.head%uint64(len(q.slots))]
		q.bytes -= len(m.payload)
		m.target = nil
		if cap(m.payload) > keepBytes {
			m.payload = nil
		}
		q.head++
	}
}

func (q *queue) waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return int(q.tail - q.head)
}
