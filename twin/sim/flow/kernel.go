package flow

import (
	"context"
	"fmt"
	"math"
)

// Kernel is a clock and a list of events. It belongs to one goroutine.
//
// Events happen in the order of their time; at one time, in the order of their priority, lowest first; of one priority,
// in the order in which they were planned. Planning and happening allocate nothing once the lists have grown.
type Kernel struct {
	now     float64
	heap    []entry // four children to a node: half the levels of a binary heap, and they share a cache line
	slots   []slot
	free    []int32
	planned uint64
	happen  uint64
	dead    int // cancelled events that are still in the heap
	same    int // events in a row at one time
	limit   int
	fault   error
	alive   map[*Process]struct{}
}

// MaxAtOnce is how many events may follow each other at one time before a Kernel calls it a storm.
const MaxAtOnce = 1_000_000

// entry is an event in the heap. Order is the priority in the top 8 bits, the number of planning below.
type entry struct {
	time  float64 // s
	order uint64
	slot  int32
}

// slot holds what an event does; order tells a handle whether the slot is still its own.
type slot struct {
	act   func(int)
	arg   int
	order uint64
}

// Event is a handle to cancel what was planned. The zero value is no event.
type Event struct {
	order uint64
	slot  int32
}

// NewKernel returns a clock at time 0 with nothing planned.
func NewKernel() *Kernel { return &Kernel{limit: MaxAtOnce} }

// Now is the time of the event that happens, s.
func (k *Kernel) Now() float64 { return k.now }

// Events counts what has happened.
func (k *Kernel) Events() uint64 { return k.happen }

// Planned counts what is still to happen.
func (k *Kernel) Planned() int { return len(k.heap) - k.dead }

// Fail ends the run after the event that happens.
func (k *Kernel) Fail(err error) {
	if k.fault == nil {
		k.fault = err
	}
}

// At plans act(arg) for a time, s, not before now. The function should be made once and planned often: a new closure
// for each event would allocate.
func (k *Kernel) At(time float64, priority int8, act func(int), arg int) Event {
	if !(time >= k.now) || math.IsInf(time, 1) {
		k.Fail(fmt.Errorf("flow: an event is planned for %g s when it is %g s: times must be finite and not negative, check the distributions", time, k.now))
		return Event{}
	}
	k.planned++
	order := uint64(int(priority)+128)<<56 | k.planned
	var i int32
	if n := len(k.free); n > 0 {
		i = k.free[n-1]
		k.free = k.free[:n-1]
	} else {
		i = int32(len(k.slots))
		k.slots = append(k.slots, slot{})
	}
	k.slots[i] = slot{act: act, arg: arg, order: order}
	k.push(entry{time: time, order: order, slot: i})
	return Event{order: order, slot: i}
}

// After plans act(arg) for so many seconds from now.
func (k *Kernel) After(sec float64, act func(int), arg int) Event {
	return k.At(k.now+sec, 0, act, arg)
}

// Cancel takes an event back. It reports whether the event was still to happen.
func (k *Kernel) Cancel(e Event) bool {
	if e.order == 0 || k.slots[e.slot].order != e.order {
		return false
	}
	k.slots[e.slot].act, k.slots[e.slot].order = nil, 0
	if k.dead++; k.dead > 64 && k.dead > len(k.heap)/2 {
		k.sweep()
	}
	return true
}

// Run lets happen all that is planned up to a time, s, and sets the clock to it. It looks at its context every 1,024
// events. The error is that of Fail, of the context, or a storm: more than MaxAtOnce events at one time.
func (k *Kernel) Run(ctx context.Context, until float64) error {
	for len(k.heap) > 0 && k.fault == nil && k.heap[0].time <= until {
		e := k.pop()
		s := &k.slots[e.slot]
		act, arg := s.act, s.arg
		s.act, s.order = nil, 0
		k.free = append(k.free, e.slot)
		if act == nil {
			k.dead--
			continue
		}
		if e.time > k.now {
			k.now, k.same = e.time, 0
		} else if k.same++; k.same > k.limit {
			k.fault = fmt.Errorf("flow: more than %d events at %g s without time passing: give one element of the loop a cycle time above zero", k.limit, k.now)
			break
		}
		if k.happen++; k.happen&1023 == 0 && ctx.Err() != nil {
			k.fault = ctx.Err()
			break
		}
		act(arg)
	}
	if k.fault == nil {
		k.fault = ctx.Err()
	}
	if k.fault == nil && !math.IsInf(until, 1) {
		k.now = math.Max(k.now, until)
	}
	return k.fault
}

func before(a, b *entry) bool { return a.time < b.time || a.time == b.time && a.order < b.order }

func (k *Kernel) push(e entry) {
	a := append(k.heap, e)
	i := len(a) - 1
	for i > 0 {
		up := (i - 1) >> 2
		if before(&a[up], &e) {
			break
		}
		a[i] = a[up]
		i = up
	}
	a[i] = e
	k.heap = a
}

func (k *Kernel) pop() entry {
	top, n := k.heap[0], len(k.heap)-1
	last := k.heap[n]
	k.heap = k.heap[:n]
	if n > 0 {
		sink(k.heap, 0, last)
	}
	return top
}

// sink puts e at place i or below.
func sink(a []entry, i int, e entry) {
	for {
		first := i*4 + 1
		if first >= len(a) {
			break
		}
		least := first
		for j := first + 1; j < min(first+4, len(a)); j++ {
			if before(&a[j], &a[least]) {
				least = j
			}
		}
		if !before(&a[least], &e) {
			break
		}
		a[i] = a[least]
		i = least
	}
	a[i] = e
}

// sweep takes the cancelled events out of the heap.
func (k *Kernel) sweep() {
	live := k.heap[:0]
	for _, e := range k.heap {
		if k.slots[e.slot].act == nil {
			k.free = append(k.free, e.slot)
			continue
		}
		live = append(live, e)
	}
	k.heap, k.dead = live, 0
	for i := (len(live) - 2) >> 2; i >= 0 && len(live) > 1; i-- {
		sink(live, i, live[i])
	}
}
