// Package engine owns the present.
package engine

import (
	"context"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
)

// History keeps samples. twin/history.Store fits.
type History interface {
	Append(batch []twin.Sample) error
}

// Journal keeps events. twin/journal.Journal fits.
type Journal interface {
	Append(ctx context.Context, events ...twin.Event) error
}

// Options configure an Engine. Tree is needed, the rest may be left out.
type Options struct {
	Tree    *twin.Tree
	History History
	Journal Journal
	Alarms  *alarm.Book
	Sources []twin.Source
	Clock   func() time.Time // time.Now
	Tick    time.Duration    // 10 ms
	Queue   int              // samples that may wait, 1 << 18
	Initial *twin.Snapshot   // values to begin with, from the history
}

// Stats tells how the engine is doing. It is a plain value.
type Stats struct {
	SamplesPerSec float64
	Samples       uint64        // taken in
	Dropped       uint64        // for want of room
	Late          uint64        // older than the current value: kept in the history only
	Future        uint64        // stamped more than FutureLimit ahead: clamped
	Invalid       uint64        // of signals that the tree does not have
	LatencyP50    time.Duration // device time stamp → snapshot, over the last 10 to 20 s
	LatencyP95    time.Duration
	DataAge       time.Duration // of the newest value; 0 when there is none
	HistoryError  string        // empty when all is well; else a sentence
	HistoryLost   uint64        // samples that the history did not take
	JournalError  string
	JournalLost   uint64
}

// NamedHealth is the health of one source.
type NamedHealth struct {
	Name string
	twin.Health
}

// Engine owns the current values.
type Engine struct{}

// New makes an engine.
func New(opts Options) (*Engine, error) { return &Engine{}, nil }

// Run runs it and its sources until ctx ends.
func (e *Engine) Run(ctx context.Context) error { return nil }

// Push implements twin.Sink.
func (e *Engine) Push(batch []twin.Sample) int { return 0 }

// Snapshot returns the newest snapshot, never nil.
func (e *Engine) Snapshot() *twin.Snapshot { return &twin.Snapshot{} }

// Alarms returns all current occurrences, most urgent first. The slice is shared: do not change it.
func (e *Engine) Alarms() []alarm.Occurrence { return nil }

// Acknowledge acknowledges the alarm with this definition id.
func (e *Engine) Acknowledge(id, user string) error { return nil }

// Shelve puts an alarm aside for d.
func (e *Engine) Shelve(id, user, reason string, d time.Duration) error { return nil }

// Unshelve ends it.
func (e *Engine) Unshelve(id, user string) error { return nil }

// Record adds events of other parts to the log and the journal.
func (e *Engine) Record(events ...twin.Event) {}

// Events returns the events after sequence number since, and the newest sequence number.
func (e *Engine) Events(since uint64) (events []twin.Event, next uint64) { return nil, 0 }

// Stats tells how it is doing.
func (e *Engine) Stats() Stats { return Stats{} }

// Health tells how the sources are doing.
func (e *Engine) Health() []NamedHealth { return nil }
