package ensemble

import (
	"errors"
	"fmt"
	"sort"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

// maxCrew is how many workers a desk keeps in view.
const maxCrew = 1024

// crew is what a batch knows of the workers, from their notices. It is safe for concurrent use.
type crew struct {
	subs []*nats.Subscription

	mu      sync.Mutex
	members map[string]*member
	refused map[string]string // worker → why
	gone    int
	begun   time.Time
	seen    time.Time // when one was there last
}

type member struct {
	WorkerStatus
	heard time.Time
}

// watch begins to listen to the notices of all workers and to those about a batch.
func (c *crew) watch(nc *nats.Conn, batch string) error {
	c.members, c.refused, c.seen = map[string]*member{}, map[string]string{}, time.Now()
	c.begun = c.seen
	for _, part := range []string{allWorkers, batch} {
		sub, err := nc.Subscribe(workerSubject+part, func(m *nats.Msg) { c.hear(m.Data, time.Now()) })
		if err != nil {
			c.leave()
			return err
		}
		c.subs = append(c.subs, sub)
	}
	return nil
}

func (c *crew) leave() {
	for _, s := range c.subs {
		_ = s.Unsubscribe()
	}
}

func (c *crew) hear(data []byte, now time.Time) {
	n, err := decodeNotice(data)
	if err != nil || n.Worker == "" {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	m := c.members[n.Worker]
	switch n.Op {
	case opBye:
		delete(c.members, n.Worker)
		delete(c.refused, n.Worker)
		return
	case opRefuse:
		if len(c.refused) < maxCrew {
			c.refused[n.Worker] = n.Reason
		}
	case opBeat:
		if m == nil && len(c.members) < maxCrew {
			m = &member{}
			c.members[n.Worker] = m
		}
		if m != nil {
			m.WorkerStatus = WorkerStatus{Name: n.Worker, Slots: n.Slots, Running: n.Running, Done: n.Done}
		}
	}
	if m != nil {
		m.heard = now
	}
}

// look forgets the workers that fell silent. It returns an error when none is left that could go on: all refuse, or none
// has been there for longer than patience.
func (c *crew) look(now time.Time, patience time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, m := range c.members {
		if now.Sub(m.heard) > lostAfter {
			delete(c.members, name)
			delete(c.refused, name)
			c.gone++
		}
	}
	if len(c.members) == 0 {
		if patience > 0 && now.Sub(c.seen) > patience {
			return errors.New("no worker has answered for " + patience.String() + ": start one with orrery worker")
		}
		return nil
	}
	c.seen = now
	if now.Sub(c.begun) < beatEvery {
		return nil // not all may have been heard
	}
	reason := ""
	for name := range c.members {
		why, ok := c.refused[name]
		if !ok {
			return nil
		}
		reason = fmt.Sprintf("%s: %s", name, why)
	}
	return errors.New("no worker can compute these jobs: " + reason)
}

// list returns the workers that are there, by name.
func (c *crew) list() []WorkerStatus {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]WorkerStatus, 0, len(c.members))
	for _, m := range c.members {
		out = append(out, m.WorkerStatus)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}

// lost is how many workers fell silent without a word.
func (c *crew) lost() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone
}
