package alarm

import (
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Book holds all definitions and their states. It belongs to one goroutine.
type Book struct{}

// New makes a Book.
func New(tree *twin.Tree, defs []Definition) (*Book, error) { return &Book{}, nil }

// Observe takes a value.
func (b *Book) Observe(id twin.SignalID, v twin.Value) {}

// Advance moves the event time on and returns what happened.
func (b *Book) Advance(now time.Time) []twin.Event { return nil }

// Step observes a whole snapshot.
func (b *Book) Step(now time.Time, snap *twin.Snapshot) []twin.Event { return nil }

// Ack acknowledges.
func (b *Book) Ack(id, user string, now time.Time) ([]twin.Event, error) { return nil, nil }

// Shelve puts aside.
func (b *Book) Shelve(id, user, reason string, d time.Duration, now time.Time) ([]twin.Event, error) {
	return nil, nil
}

// Unshelve ends shelving.
func (b *Book) Unshelve(id, user string, now time.Time) ([]twin.Event, error) { return nil, nil }

// Active lists occurrences.
func (b *Book) Active() []Occurrence { return nil }
