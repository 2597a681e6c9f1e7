package engine

import (
	"sync"

	"github.com/orrery-twin/orrery/twin"
)

// inbox is the bounded queue of samples between the sources and the owner. Two buffers change places at each tick, so
// that a steady stream allocates nothing.
type inbox struct {
	limit int

	mu      sync.Mutex
	fill    []twin.Sample
	spare   []twin.Sample
	dropped uint64
}

func (q *inbox) push(batch []twin.Sample) int {
	q.mu.Lock()
	n := min(len(batch), q.limit-len(q.fill))
	q.fill = append(q.fill, batch[:n]...)
	q.dropped += uint64(len(batch) - n)
	q.mu.Unlock()
	return n
}

// take returns what is queued. It is valid until the next call.
func (q *inbox) take() []twin.Sample {
	q.mu.Lock()
	defer q.mu.Unlock()
	out := q.fill
	q.fill, q.spare = q.spare[:0], out
	return out
}

func (q *inbox) droppedCount() uint64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.dropped
}
