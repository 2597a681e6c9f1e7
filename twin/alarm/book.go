package alarm

import (
	"cmp"
	"container/heap"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Book holds all definitions and their states. It belongs to one goroutine.
type Book struct {
	items    []item
	byID     map[string]*item
	bySignal [][]*item // by twin.SignalID
	queue    dueQueue
	current  map[*item]struct{} // all but the normal ones
	shelved  map[*item]struct{}
	events   []twin.Event // not yet returned
	now      int64        // newest time given to Advance, ns; 0 before the first
	gen      uint64
	flood    flood
}

// New makes a Book. Its error lists all that is wrong with the definitions.
func New(tree *twin.Tree, defs []Definition) (*Book, error) {
	b := &Book{
		items: make([]item, len(defs)), byID: make(map[string]*item, len(defs)), bySignal: make([][]*item, len(tree.Signals())),
		current: map[*item]struct{}{}, shelved: map[*item]struct{}{},
	}
	defs = slices.Clone(defs)
	var errs []error
	for i := range defs {
		d := &defs[i]
		if err := d.check(tree); err != nil {
			errs = append(errs, err)
			continue
		}
		if b.byID[d.ID] != nil {
			errs = append(errs, fmt.Errorf("alarm: definition %q stands twice", d.ID))
			continue
		}
		it := &b.items[i]
		*it = item{def: d, sig: tree.Signal(d.Signal), value: math.NaN(), peak: math.NaN(), pending: math.NaN()}
		it.Acked = true
		b.byID[d.ID] = it
		b.bySignal[d.Signal] = append(b.bySignal[d.Signal], it)
	}
	return b, errors.Join(errs...)
}

// Watches reports whether any definition watches the signal. Observe of others is a no-op.
func (b *Book) Watches(id twin.SignalID) bool {
	return id >= 0 && int(id) < len(b.bySignal) && len(b.bySignal[id]) > 0
}

// Observe takes the next value of a signal. Its quality is that at the time of the value itself: Book does the ageing.
// A value that is older than the one before is ignored, and so is NoData.
func (b *Book) Observe(id twin.SignalID, v twin.Value) {
	if !b.Watches(id) || v.Quality == twin.NoData {
		return
	}
	for _, it := range b.bySignal[id] {
		next := v
		if next.Quality == twin.Stale && it.sig.Timeout > 0 {
			next.Quality = twin.Good
		}
		if it.seen && (next.Time < it.cur.Time || next == it.cur) {
			continue
		}
		b.fire(it, next.Time)
		it.observe(next)
		b.fire(it, next.Time)
		b.enqueue(it)
	}
}

// Advance moves the event time on to now, and returns what happened since the last call, in order of time.
func (b *Book) Advance(now time.Time) []twin.Event {
	t := now.UnixNano()
	if b.now == 0 {
		b.begin(t)
	}
	b.now = max(b.now, t)
	for len(b.queue) > 0 && b.queue[0].queuedAt <= t {
		it := heap.Pop(&b.queue).(*item)
		b.fire(it, t)
		b.enqueue(it)
	}
	for it := range b.shelved {
		if it.ShelvedUntil.UnixNano() <= t {
			b.unshelve(it, "", it.ShelvedUntil, "shelving ended")
		}
	}
	b.flood.advance(b, t)
	events := b.events
	b.events = nil
	slices.SortStableFunc(events, func(x, y twin.Event) int { return x.Time.Compare(y.Time) })
	return events
}

// Step observes all watched signals of a snapshot and advances to now. It is for replays and tests; an owner that
// knows which signals changed calls Observe for those and then Advance.
func (b *Book) Step(now time.Time, snap *twin.Snapshot) []twin.Event {
	for id := range b.bySignal {
		if len(b.bySignal[id]) > 0 {
			b.Observe(twin.SignalID(id), snap.At(twin.SignalID(id)))
		}
	}
	return b.Advance(now)
}

// begin starts the time of those that wait for a first value.
func (b *Book) begin(t int64) {
	for i := range b.items {
		it := &b.items[i]
		if it.def != nil && it.def.Condition == Stale && !it.seen && !it.Active {
			it.on = true
			it.since = t + int64(it.sig.Timeout)
			it.due = it.since + int64(it.def.OnDelay)
			b.enqueue(it)
		}
	}
}

// fire lets the planned change happen if it is due at time t.
func (b *Book) fire(it *item, t int64) {
	if it.due == 0 || it.due > t {
		return
	}
	when := it.due
	if !it.believable() {
		it.due = 0 // the value grew stale while the delay ran: hold
		if it.def.Condition == Stale {
			it.on = true
		}
		return
	}
	it.due = 0
	if !it.ShelvedUntil.IsZero() && it.ShelvedUntil.UnixNano() <= when {
		b.unshelve(it, "", it.ShelvedUntil, "shelving ended")
	}
	if it.Active {
		b.clear(it, when)
		it.plan(it.cur.Time)
	} else {
		it.on = true
		b.raise(it, when)
	}
}

// enqueue keeps the heap entry of an item at or before its due time. An entry that is too early costs one look when
// it comes up, which is cheaper than moving it with each sample.
func (b *Book) enqueue(it *item) {
	switch {
	case it.due == 0:
	case !it.queued:
		it.queuedAt = it.due
		heap.Push(&b.queue, it)
	case it.due < it.queuedAt:
		it.queuedAt = it.due
		heap.Fix(&b.queue, it.position)
	}
}

func (b *Book) raise(it *item, t int64) {
	it.Active, it.Latched, it.Acked = true, false, it.def.NoAck
	it.raised, it.cleared, it.ackAt, it.ackBy = t, 0, 0, ""
	it.count++
	if it.ref == "" {
		it.ref = fmt.Sprintf("%s@%d", it.def.ID, t/int64(time.Millisecond))
	}
	it.value, it.peak = math.NaN(), math.NaN()
	said := it.cur
	if it.cur.Quality.Usable() {
		it.value, it.peak = it.cur.Value, it.worse(it.pending, it.cur.Value)
		said.Value = it.peak // within the dead-band the newest value may be on the good side of the limit
	}
	it.pending = math.NaN()
	b.note(it, t, "raised", "", it.describe(said))
	if !it.aside() {
		b.flood.add(t)
	}
	b.touch(it)
}

func (b *Book) clear(it *item, t int64) {
	it.Active, it.cleared = false, t
	b.note(it, t, "cleared", "", it.describe(it.cur))
	switch {
	case it.def.Latch:
		it.Latched = true
	case it.Acked:
		it.over()
	}
	b.touch(it)
}

// note adds an event.
func (b *Book) note(it *item, t int64, action, user, text string) {
	b.events = append(b.events, twin.Event{
		Time: at(t), Kind: twin.AlarmEvent, Asset: it.def.Asset, Signal: it.def.Signal, Priority: it.def.Priority,
		Action: action, Ref: b.refOf(it), User: user, Text: text,
	})
}

// refOf names the occurrence, or the definition when there is none.
func (b *Book) refOf(it *item) string {
	if it.ref != "" {
		return it.ref
	}
	return it.def.ID
}

// touch keeps the lists after a change.
func (b *Book) touch(it *item) {
	b.gen++
	if it.State() == Normal {
		delete(b.current, it)
	} else {
		b.current[it] = struct{}{}
	}
	if it.ShelvedUntil.IsZero() {
		delete(b.shelved, it)
	} else {
		b.shelved[it] = struct{}{}
	}
}

// Generation rises with each change of any state.
func (b *Book) Generation() uint64 { return b.gen }

// Len returns the number of definitions.
func (b *Book) Len() int { return len(b.byID) }

// Active lists all that is not normal, put aside or not: most urgent first, then newest first.
func (b *Book) Active() []Occurrence {
	out := make([]Occurrence, 0, len(b.current))
	for it := range b.current {
		out = append(out, it.occurrence(b.now))
	}
	slices.SortFunc(out, func(x, y Occurrence) int {
		return cmp.Or(
			cmp.Compare(urgency(x.Definition.Priority), urgency(y.Definition.Priority)),
			y.Raised.Compare(x.Raised),
			strings.Compare(x.Definition.ID, y.Definition.ID),
		)
	})
	return out
}

// urgency puts definitions without a priority last.
func urgency(p twin.Priority) int {
	if p == 0 {
		return math.MaxInt8
	}
	return int(p)
}

// find takes the id of a definition or the Ref of an occurrence.
func (b *Book) find(id string) (*item, error) {
	if it := b.byID[id]; it != nil {
		return it, nil
	}
	if i := strings.LastIndexByte(id, '@'); i > 0 {
		if it := b.byID[id[:i]]; it != nil {
			if it.ref != id {
				return nil, fmt.Errorf("alarm: %q is over", it.def.ID)
			}
			return it, nil
		}
	}
	return nil, fmt.Errorf("alarm: there is no alarm %q", id)
}

// State returns the state of a definition.
func (b *Book) State(id string) (State, error) {
	it, err := b.find(id)
	if err != nil {
		return 0, err
	}
	return it.State(), nil
}
