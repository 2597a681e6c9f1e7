package alarm

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// The operations below take the id of a definition or the Ref of an occurrence, and return what happened. They fail
// with a sentence when the state does not allow them; the state is then unchanged.

var errNobody = errors.New("alarm: nobody is named: say who does it")

// Ack acknowledges an alarm: B→C, D→A, E→F of ISA-18.2.
func (b *Book) Ack(id, user string, now time.Time) ([]twin.Event, error) {
	it, err := b.by(id, user)
	if err != nil {
		return nil, err
	}
	switch it.State() {
	case Shelved, Suppressed, OutOfService:
		return nil, fmt.Errorf("alarm: %q is put aside, there is nothing to acknowledge", it.def.ID)
	case Normal:
		return nil, fmt.Errorf("alarm: %q is over", it.def.ID)
	case Acked, LatchAcked:
		return nil, fmt.Errorf("alarm: %q was acknowledged before", it.def.ID)
	}
	it.Acked, it.ackAt, it.ackBy = true, now.UnixNano(), user
	b.note(it, now.UnixNano(), "acknowledged", user, it.describe(it.cur))
	if !it.Active && !it.Latched {
		it.over()
	}
	return b.done(it), nil
}

// Reset releases a latched alarm whose condition is gone: F→A, E→D.
func (b *Book) Reset(id, user string, now time.Time) ([]twin.Event, error) {
	it, err := b.by(id, user)
	if err != nil {
		return nil, err
	}
	if !it.Latched {
		return nil, fmt.Errorf("alarm: %q is not latched, or its condition still holds", it.def.ID)
	}
	it.Latched = false
	b.note(it, now.UnixNano(), "reset", user, it.describe(it.cur))
	if it.Acked {
		it.over()
	}
	return b.done(it), nil
}

// Shelve puts an alarm aside for a limited time; shelving again sets a new end.
func (b *Book) Shelve(id, user, reason string, d time.Duration, now time.Time) ([]twin.Event, error) {
	it, err := b.by(id, user)
	if err != nil {
		return nil, err
	}
	longest := it.def.MaxShelve
	if longest == 0 {
		longest = MaxShelveDefault
	}
	if d <= 0 || d > longest {
		return nil, fmt.Errorf("alarm: %q can be shelved for more than nothing and up to %v, not for %v", it.def.ID, longest, d)
	}
	it.ShelvedUntil, it.reason = now.Add(d), reason
	b.note(it, now.UnixNano(), "shelved", user, untilText(it.ShelvedUntil)+reason)
	return b.done(it), nil
}

// untilText is read back by Restore.
func untilText(t time.Time) string { return "until " + t.UTC().Format(time.RFC3339) + " " }

// Unshelve ends the shelving of an alarm: to B if its condition holds, else to A.
func (b *Book) Unshelve(id, user string, now time.Time) ([]twin.Event, error) {
	it, err := b.by(id, user)
	if err != nil {
		return nil, err
	}
	if it.ShelvedUntil.IsZero() {
		return nil, fmt.Errorf("alarm: %q is not shelved", it.def.ID)
	}
	b.unshelve(it, user, now, "unshelved")
	return b.done(it), nil
}

func (b *Book) unshelve(it *item, user string, now time.Time, action string) {
	it.ShelvedUntil = time.Time{}
	b.note(it, now.UnixNano(), action, user, it.describe(it.cur))
	b.comeBack(it)
	b.touch(it)
}

// Suppress puts an alarm aside by the logic of the plant, or ends that. It may be called again and again.
func (b *Book) Suppress(id string, on bool, reason string, now time.Time) ([]twin.Event, error) {
	it, err := b.find(id)
	if err != nil {
		return nil, err
	}
	return b.putAside(it, &it.Suppressed, on, "", reason, now, "suppressed", "unsuppressed"), nil
}

// SetOutOfService puts an alarm aside for maintenance, or ends that.
func (b *Book) SetOutOfService(id string, on bool, user, reason string, now time.Time) ([]twin.Event, error) {
	it, err := b.by(id, user)
	if err != nil {
		return nil, err
	}
	return b.putAside(it, &it.OutOfService, on, user, reason, now, "out of service", "in service"), nil
}

func (b *Book) putAside(it *item, flag *bool, on bool, user, reason string, now time.Time, begun, ended string) []twin.Event {
	if *flag == on {
		return nil
	}
	*flag = on
	action := begun
	if !on {
		action = ended
	} else {
		it.reason = reason
	}
	b.note(it, now.UnixNano(), action, user, reason)
	b.comeBack(it)
	return b.done(it)
}

// comeBack is called when one reason for being put aside ends: with no other left the alarm is B if its condition
// holds, else A.
func (b *Book) comeBack(it *item) {
	if it.aside() {
		return
	}
	it.reason = ""
	if !it.Active {
		it.over()
		return
	}
	it.Acked, it.ackAt, it.ackBy = it.def.NoAck, 0, ""
}

func (b *Book) by(id, user string) (*item, error) {
	if user == "" {
		return nil, errNobody
	}
	return b.find(id)
}

// done returns the events of an operation.
func (b *Book) done(it *item) []twin.Event {
	b.touch(it)
	events := b.events
	b.events = nil
	return events
}

// Restore takes the events of a journal, oldest first, so that what was raised, acknowledged and shelved before the
// program ended still is. Call it before anything else. Events of unknown definitions are left out.
func (b *Book) Restore(events []twin.Event) {
	for _, e := range events {
		if e.Kind != twin.AlarmEvent {
			continue
		}
		id, numbered := e.Ref, false
		it := b.byID[id]
		if i := strings.LastIndexByte(id, '@'); it == nil && i > 0 {
			it, numbered = b.byID[id[:i]], true
		}
		if it == nil {
			continue
		}
		b.restore(it, e, numbered)
		b.touch(it)
	}
}

func (b *Book) restore(it *item, e twin.Event, numbered bool) {
	t := e.Time.UnixNano()
	switch e.Action {
	case "raised":
		if numbered {
			it.ref = e.Ref
		}
		it.Active, it.Latched, it.Acked, it.on = true, false, it.def.NoAck, true
		it.raised, it.cleared, it.ackAt, it.ackBy = t, 0, 0, ""
		it.count++
		it.value, it.peak = math.NaN(), math.NaN()
	case "cleared":
		it.Active, it.on, it.cleared = false, false, t
		if it.Latched = it.def.Latch; !it.Latched && it.Acked {
			it.over()
		}
	case "acknowledged":
		it.Acked, it.ackAt, it.ackBy = true, t, e.User
		if !it.Active && !it.Latched {
			it.over()
		}
	case "reset":
		if it.Latched = false; it.Acked {
			it.over()
		}
	case "shelved":
		text, ok := strings.CutPrefix(e.Text, "until ")
		end, reason, _ := strings.Cut(text, " ")
		if until, err := time.Parse(time.RFC3339, end); ok && err == nil {
			it.ShelvedUntil, it.reason = until, reason
		}
	case "unshelved", "shelving ended":
		it.ShelvedUntil = time.Time{}
		b.comeBack(it)
	case "suppressed":
		it.Suppressed = true
	case "unsuppressed":
		it.Suppressed = false
		b.comeBack(it)
	case "out of service":
		it.OutOfService, it.reason = true, e.Text
	case "in service":
		it.OutOfService = false
		b.comeBack(it)
	}
}
