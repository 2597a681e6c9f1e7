package alarm

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// item is a definition with its state.
type item struct {
	def *Definition
	sig *twin.Signal
	Flags

	on    bool       // the condition as of the newest usable value: dead-band included, delays not
	seen  bool       // a value was observed
	cur   twin.Value // newest value; a Stale one is kept with the quality that it had when fresh
	since int64      // when the condition began to differ from Active, ns; valid while due != 0
	due   int64      // when Active will change if nothing else comes, ns; 0 never

	ref           string
	count         int
	raised, ackAt int64 // ns, 0 none
	cleared       int64
	ackBy, reason string
	value, peak   float64
	pending       float64 // the worst value since the condition began, while Active waits for its delay; NaN none
	queued        bool    // in the book's heap
	queuedAt      int64   // its key there; never after due
	position      int     // its place there
}

// usableAt reports whether the newest value may still be believed at time t.
func (it *item) usableAt(t int64) bool {
	if !it.cur.Quality.Usable() {
		return false
	}
	return it.sig.Timeout <= 0 || t-it.cur.Time <= int64(it.sig.Timeout)
}

// condition evaluates the limit with its dead-band.
func (it *item) condition(v float64) bool {
	d := it.def
	switch d.Condition {
	case High:
		return v >= d.Limit || it.on && v >= d.Limit-d.Deadband
	case Low:
		return v <= d.Limit || it.on && v <= d.Limit+d.Deadband
	case Equals:
		return v == d.Limit
	}
	return false
}

// observe takes a value that is newer than the one before, and plans the next change.
func (it *item) observe(v twin.Value) {
	if it.def.Condition != Stale && it.due != 0 && !it.usableAt(v.Time) {
		it.due = 0 // nobody knows what it was in between: the delay starts anew
	}
	it.cur, it.seen = v, true
	usable := v.Quality.Usable()
	if it.def.Condition == Stale {
		it.on = !usable
	} else if usable {
		it.on = it.condition(v.Value)
	}
	if usable && it.def.Condition != Stale {
		it.follow(v.Value)
	}
	it.plan(v.Time)
}

// plan decides when Active is to change, given the newest value, which came at time t.
func (it *item) plan(t int64) {
	stale := it.def.Condition == Stale
	if !stale && !it.cur.Quality.Usable() {
		it.due = 0 // hold
		return
	}
	if stale && !it.on && !it.Active {
		it.due = 0
		if it.sig.Timeout > 0 {
			// It will be stale one tick after its time-out, see twin.Assess.
			it.since = it.cur.Time + int64(it.sig.Timeout) + 1
			it.due = it.since + int64(it.def.OnDelay)
		}
		return
	}
	if it.on == it.Active {
		it.due = 0
		return
	}
	if it.due == 0 || stale && it.since > t {
		it.since = t
	}
	delay := it.def.OffDelay
	if it.on {
		delay = it.def.OnDelay
	}
	it.due = it.since + int64(delay)
}

// believable reports whether the planned change may happen at time due: the value it rests on must not have grown
// stale in the meantime. When a Stale alarm is to be raised, that is the point.
func (it *item) believable() bool {
	if it.def.Condition == Stale && !it.Active {
		return true
	}
	return it.usableAt(it.due)
}

// follow keeps the worst value of an occurrence, and of the time in which it waits to be raised.
func (it *item) follow(v float64) {
	switch {
	case !it.on:
		it.pending = math.NaN()
	case !it.Active:
		it.pending = it.worse(it.pending, v)
	case math.IsNaN(it.value):
		it.value, it.peak = v, v
	default:
		it.peak = it.worse(it.peak, v)
	}
}

// worse returns the worse of two values; the first may be NaN, for none.
func (it *item) worse(a, b float64) float64 {
	switch {
	case math.IsNaN(a):
		return b
	case it.def.Condition == High:
		return max(a, b)
	case it.def.Condition == Low:
		return min(a, b)
	}
	return b
}

// over ends the occurrence.
func (it *item) over() {
	it.ref, it.count, it.raised, it.ackAt, it.ackBy, it.cleared = "", 0, 0, 0, "", 0
	it.Active, it.Latched, it.Acked = false, false, true
}

func (it *item) occurrence(now int64) Occurrence {
	o := Occurrence{
		Definition: it.def, Ref: it.ref, Flags: it.Flags, Count: it.count, AckedBy: it.ackBy,
		Raised: at(it.raised), AckedAt: at(it.ackAt), Cleared: at(it.cleared),
		Value: it.value, Peak: it.peak, Current: it.cur, Reason: it.reason,
	}
	o.Current.Quality = twin.Assess(it.sig, it.cur, time.Unix(0, now))
	o.Held = it.def.Condition != Stale && !o.Current.Quality.Usable()
	return o
}

func at(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns)
}

// describe is the line for people: message, value and limit.
func (it *item) describe(v twin.Value) string {
	d, s := it.def, it.sig
	var b strings.Builder
	b.WriteString(d.Message)
	if d.Message == "" {
		b.WriteString(d.ID)
	}
	unit := ""
	if s.Unit.Symbol != "" {
		unit = " " + s.Unit.Symbol
	}
	switch {
	case d.Condition == Stale:
		b.WriteString(": ")
		if v.Quality.Usable() {
			b.WriteString("no value since " + strconv.FormatFloat(s.Timeout.Seconds(), 'g', 4, 64) + " s")
		} else {
			b.WriteString(v.Quality.String())
		}
	case d.Condition == Equals:
		if i := int(d.Limit); i >= 0 && i < len(s.States) {
			b.WriteString(": " + s.States[i])
		}
	case v.Quality.Usable():
		b.WriteString(": " + s.Unit.Format(v.Value, s.Decimals) + unit + ", limit " + s.Unit.Format(d.Limit, s.Decimals) + unit)
	}
	return b.String()
}

// dueQueue is a heap of items by queuedAt (container/heap).
type dueQueue []*item

func (q dueQueue) Len() int           { return len(q) }
func (q dueQueue) Less(i, j int) bool { return q[i].queuedAt < q[j].queuedAt }
func (q dueQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].position, q[j].position = i, j
}

// Push is called by container/heap.
func (q *dueQueue) Push(x any) {
	it := x.(*item)
	it.position, it.queued = len(*q), true
	*q = append(*q, it)
}

// Pop is called by container/heap.
func (q *dueQueue) Pop() any {
	old := *q
	it := old[len(old)-1]
	it.queued = false
	*q = old[:len(old)-1]
	return it
}
