package twin

import (
	"context"
	"time"
)

// Sink takes samples. Push never blocks: it copies what it takes and returns how many it took; the rest is dropped
// and counted by the sink. It is safe for concurrent use.
type Sink interface {
	Push(batch []Sample) (taken int)
}

// Source is a way in for samples: a broker, a server, a file.
type Source interface {
	// Name is the name in the twin file.
	Name() string
	// Run delivers samples into sink until ctx ends. It reconnects by itself with back-off; an error means that it
	// will never work as configured. It returns nil when ctx ends.
	Run(ctx context.Context, sink Sink) error
	// Health may be called at any time from any goroutine.
	Health() Health
}

// LinkState is the state of a source's connection.
type LinkState uint8

// The link states.
const (
	Idle LinkState = iota
	Connecting
	Connected
	Lost    // was connected, retrying
	Refused // the other side said no, retrying
)

// String names the state as it is shown to people.
func (l LinkState) String() string {
	return [...]string{"idle", "connecting", "connected", "connection lost", "refused"}[min(int(l), 4)]
}

// Health tells how a source is doing. It is a plain value.
type Health struct {
	State    LinkState
	Since    time.Time // of State
	Endpoint string    // for people: "127.0.0.1:1883"
	Detail   string    // why, when not Connected
	Messages uint64    // received
	Samples  uint64    // delivered
	Bad      uint64    // messages that could not be decoded
	Dropped  uint64    // messages or samples lost for want of room
	Last     time.Time // of the newest message, by our clock
	Topics   []BadTopic
}

// BadTopic counts what could not be decoded on one topic.
type BadTopic struct {
	Topic  string
	Count  uint64
	Reason string // of the newest
	Sample string // start of the newest payload, printable
}
