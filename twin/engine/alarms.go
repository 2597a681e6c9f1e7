package engine

import (
	"errors"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
)

// Alarms returns all alarms that are not normal, shelved and suppressed ones included: most urgent first, then newest
// first. The slice is shared: do not change it.
func (e *Engine) Alarms() []alarm.Occurrence { return *e.alarms.Load() }

// The operations on alarms take the id of a definition or the Ref of an occurrence. Their events are recorded; their
// errors are sentences for people. They take effect before they return.

// Acknowledge acknowledges an alarm.
func (e *Engine) Acknowledge(id, user string) error {
	return e.operate(func(b *alarm.Book, now time.Time) ([]twin.Event, error) { return b.Ack(id, user, now) })
}

// Reset releases a latched alarm whose condition is gone.
func (e *Engine) Reset(id, user string) error {
	return e.operate(func(b *alarm.Book, now time.Time) ([]twin.Event, error) { return b.Reset(id, user, now) })
}

// Shelve puts an alarm aside for a limited time.
func (e *Engine) Shelve(id, user, reason string, d time.Duration) error {
	return e.operate(func(b *alarm.Book, now time.Time) ([]twin.Event, error) { return b.Shelve(id, user, reason, d, now) })
}

// Unshelve ends that.
func (e *Engine) Unshelve(id, user string) error {
	return e.operate(func(b *alarm.Book, now time.Time) ([]twin.Event, error) { return b.Unshelve(id, user, now) })
}

// Suppress puts an alarm aside by the logic of the plant, or ends that.
func (e *Engine) Suppress(id string, on bool, reason string) error {
	return e.operate(func(b *alarm.Book, now time.Time) ([]twin.Event, error) { return b.Suppress(id, on, reason, now) })
}

// SetOutOfService puts an alarm aside for maintenance, or ends that.
func (e *Engine) SetOutOfService(id string, on bool, user, reason string) error {
	return e.operate(func(b *alarm.Book, now time.Time) ([]twin.Event, error) {
		return b.SetOutOfService(id, on, user, reason, now)
	})
}

func (e *Engine) operate(f func(*alarm.Book, time.Time) ([]twin.Event, error)) error {
	if e.opts.Alarms == nil {
		return errors.New("engine: this twin has no alarms")
	}
	now := e.opts.Clock()
	e.alarmMu.Lock()
	events, err := f(e.opts.Alarms, now)
	e.listAlarms(now, err == nil)
	e.Record(events...)
	e.alarmMu.Unlock()
	return err
}
