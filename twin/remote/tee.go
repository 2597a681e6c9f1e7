package remote

import "github.com/orrery-twin/orrery/twin"

// Store is where a Tee appends, such as a history.Store.
type Store interface {
	Append(batch []twin.Sample) error
}

// Tee gives batches to a queue and to a store.
type Tee struct {
	Store Store
	Queue *Queue
}

// Append pushes a batch into the queue, then appends it to the store. The queue comes first: a process that dies in
// between has a sample too many on its way, not one too few. That a batch could not be queued is told when the store took
// it, so that the local history goes on.
func (t Tee) Append(batch []twin.Sample) error {
	queued := t.Queue.Push(batch)
	if err := t.Store.Append(batch); err != nil {
		return err
	}
	if queued != nil {
		t.Queue.note(queued)
	}
	return nil
}
