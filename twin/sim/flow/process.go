package flow

import (
	"errors"
	"iter"
)

// Process is a life that is written as a function: it waits, takes, puts and gets, and the clock goes on meanwhile.
// It is a coroutine of its Kernel: one runs at a time, in the goroutine of Kernel.Run.
type Process struct {
	k      *Kernel
	next   func() (struct{}, bool)
	stop   func()
	yield  func(struct{}) bool
	wakeup func(int)
	got    int // what Queue.Get was given
}

// errStopped unwinds a process whose Kernel is closed; it never leaves this file.
var errStopped = errors.New("flow: process stopped")

// Go starts a process at the present time. Close the Kernel when done with it.
func (k *Kernel) Go(body func(p *Process)) {
	p := &Process{k: k}
	p.next, p.stop = iter.Pull(func(yield func(struct{}) bool) {
		defer func() {
			if r := recover(); r != nil && r != any(errStopped) {
				panic(r)
			}
		}()
		p.yield = yield
		body(p)
	})
	p.wakeup = func(int) {
		if _, more := p.next(); !more {
			delete(k.alive, p)
		}
	}
	if k.alive == nil {
		k.alive = map[*Process]struct{}{}
	}
	k.alive[p] = struct{}{}
	k.After(0, p.wakeup, 0)
}

// Processes counts those that have not come to their end.
func (k *Kernel) Processes() int { return len(k.alive) }

// Close ends all processes. The Kernel must not be used after it.
func (k *Kernel) Close() {
	for p := range k.alive {
		p.stop()
	}
	k.alive = nil
}

// Now is the present time, s.
func (p *Process) Now() float64 { return p.k.now }

// Wait lets so many seconds pass.
func (p *Process) Wait(sec float64) {
	p.k.After(sec, p.wakeup, 0)
	p.pause()
}

func (p *Process) pause() {
	if !p.yield(struct{}{}) {
		panic(errStopped)
	}
}

func (p *Process) resume() { p.k.After(0, p.wakeup, 0) }

// Resource is so many equal things of which a process may take some: berths, cranes, workers. First come, first served.
type Resource struct {
	Capacity int
	used     int
	queue    fifo[claim]
	area     float64 // ∫ used dt
	waited   float64 // ∫ waiting dt
	since    float64
}

type claim struct {
	p *Process
	n int
}

// Acquire takes n things, and waits for them if need be. More than there are at all are as many as there are.
func (p *Process) Acquire(r *Resource, n int) {
	n = min(n, r.Capacity)
	if r.queue.len() == 0 && r.used+n <= r.Capacity {
		r.account(p.k.now)
		r.used += n
		return
	}
	r.account(p.k.now)
	r.queue.push(claim{p, n})
	p.pause()
}

// Release gives n things back.
func (p *Process) Release(r *Resource, n int) {
	r.account(p.k.now)
	r.used -= min(n, r.Capacity)
	for r.queue.len() > 0 && r.used+r.queue.front().n <= r.Capacity {
		c := r.queue.pop()
		r.used += c.n
		c.p.resume()
	}
}

// Used is how many are taken, Waiting how many processes wait.
func (r *Resource) Used() int { return r.used }

// Waiting is how many processes wait.
func (r *Resource) Waiting() int { return r.queue.len() }

func (r *Resource) account(now float64) {
	r.area += float64(r.used) * (now - r.since)
	r.waited += float64(r.queue.len()) * (now - r.since)
	r.since = now
}

// Queue hands numbers from process to process, at most Capacity at a time; 0 is without limit.
type Queue struct {
	Capacity int
	items    fifo[int]
	getters  fifo[*Process]
	putters  fifo[offer]
}

type offer struct {
	p    *Process
	item int
}

// Len is how many items lie in the queue.
func (q *Queue) Len() int { return q.items.len() }

// Put lays an item in the queue, and waits for room if need be.
func (p *Process) Put(q *Queue, item int) {
	switch {
	case q.getters.len() > 0:
		g := q.getters.pop()
		g.got = item
		g.resume()
	case q.Capacity == 0 || q.items.len() < q.Capacity:
		q.items.push(item)
	default:
		q.putters.push(offer{p, item})
		p.pause()
	}
}

// Get takes the oldest item, and waits for one if need be.
func (p *Process) Get(q *Queue) int {
	if q.items.len() == 0 {
		q.getters.push(p)
		p.pause()
		return p.got
	}
	item := q.items.pop()
	if q.putters.len() > 0 {
		o := q.putters.pop()
		q.items.push(o.item)
		o.p.resume()
	}
	return item
}

// fifo is a ring that grows.
type fifo[T any] struct {
	ring     []T
	head, in int
}

func (f *fifo[T]) len() int { return f.in }

func (f *fifo[T]) front() *T { return &f.ring[f.head] }

func (f *fifo[T]) push(v T) {
	f.grow()
	f.ring[(f.head+f.in)&(len(f.ring)-1)] = v
	f.in++
}

func (f *fifo[T]) pushFront(v T) {
	f.grow()
	f.head = (f.head - 1) & (len(f.ring) - 1)
	f.ring[f.head] = v
	f.in++
}

func (f *fifo[T]) pop() T {
	var zero T
	v := f.ring[f.head]
	f.ring[f.head] = zero
	f.head = (f.head + 1) & (len(f.ring) - 1)
	f.in--
	return v
}

func (f *fifo[T]) grow() {
	if f.in < len(f.ring) {
		return
	}
	bigger := make([]T, max(8, 2*len(f.ring)))
	for i := range f.in {
		bigger[i] = f.ring[(f.head+i)&(len(f.ring)-1)]
	}
	f.ring, f.head = bigger, 0
}
