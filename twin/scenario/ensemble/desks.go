package ensemble

import (
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// desks is what a worker knows of the batches that it works for. It is safe for concurrent use.
type desks struct {
	sub *nats.Subscription

	mu      sync.Mutex
	batches map[string]*client
}

// client is one batch.
type client struct {
	heard  time.Time
	over   bool
	ending map[int]context.CancelFunc // of the jobs at work
	next   int
}

// maxClients is how many batches a worker keeps in view.
const maxClients = 4096

func newDesks() *desks { return &desks{batches: map[string]*client{}} }

func (d *desks) watch(nc *nats.Conn, w *Worker) (err error) {
	d.sub, err = nc.Subscribe(controlSubject+"*", func(m *nats.Msg) {
		n, err := decodeNotice(m.Data)
		if err != nil {
			return
		}
		switch n.Op {
		case opHello:
			w.beat()
			d.wants(lastPart(m.Subject), time.Now())
		case opAlive:
			d.hear(lastPart(m.Subject), time.Now())
		case opCancel:
			d.end(lastPart(m.Subject))
		}
	})
	return err
}

func (d *desks) leave() { _ = d.sub.Unsubscribe() }

// get returns the batch of a name. The lock is held.
func (d *desks) get(batch string, now time.Time) *client {
	c := d.batches[batch]
	if c == nil {
		if len(d.batches) >= maxClients {
			d.forget()
		}
		c = &client{heard: now, ending: map[int]context.CancelFunc{}}
		d.batches[batch] = c
	}
	return c
}

// forget drops a batch that nothing runs for. The lock is held.
func (d *desks) forget() {
	oldest := ""
	for name, c := range d.batches {
		if len(c.ending) == 0 && (oldest == "" || c.heard.Before(d.batches[oldest].heard)) {
			oldest = name
		}
	}
	delete(d.batches, oldest)
}

// wants reports whether jobs of a batch are still wanted, as far as is known.
func (d *desks) wants(batch string, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !d.get(batch, now).over
}

// hear notes that a desk still wants a batch. One that was given up comes to life again.
func (d *desks) hear(batch string, now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.get(batch, now)
	c.heard, c.over = now, false
}

// end cancels all jobs of a batch.
func (d *desks) end(batch string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.get(batch, time.Now())
	c.over = true
	for _, cancel := range c.ending {
		cancel()
	}
}

// begin makes the context of one job; it ends with the batch.
func (d *desks) begin(ctx context.Context, batch string) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	d.mu.Lock()
	defer d.mu.Unlock()
	c := d.get(batch, time.Now())
	if c.over {
		cancel()
	}
	n := c.next
	c.next++
	c.ending[n] = cancel
	return ctx, func() {
		cancel()
		d.mu.Lock()
		defer d.mu.Unlock()
		delete(c.ending, n)
	}
}

// expire ends the batches whose desks have fallen silent, and removes their jobs, which would only stand in the way of others.
func (d *desks) expire(now time.Time, w *Worker) {
	var dead []string
	d.mu.Lock()
	for name, c := range d.batches {
		switch silent := now.Sub(c.heard); {
		case silent > 10*deskAfter && len(c.ending) == 0:
			delete(d.batches, name)
		case silent > deskAfter && !c.over:
			dead = append(dead, name)
		}
	}
	d.mu.Unlock()
	for _, name := range dead {
		w.opts.Log.Warn("a desk is gone, its jobs are dropped", "batch", name)
		d.end(name)
		_ = w.link.purge(context.Background(), name) // another worker does it otherwise
	}
}
