package twin

import "time"

// Priority ranks alarms, 1 the most urgent. 0 means that the event is no alarm.
type Priority uint8

// The priorities of ISA-18.2, as most sites name them.
const (
	Critical Priority = 1 + iota
	High
	Medium
	Low
)

// String names the priority.
func (p Priority) String() string {
	switch p {
	case Critical:
		return "critical"
	case High:
		return "high"
	case Medium:
		return "medium"
	case Low:
		return "low"
	}
	return ""
}

// EventKind groups events for filters and marks.
type EventKind string

// The kinds of event.
const (
	AlarmEvent   EventKind = "alarm"   // an alarm was raised, acknowledged or cleared
	CommandEvent EventKind = "command" // a command changed its state
	DeviceEvent  EventKind = "device"  // a device came or went
	NoteEvent    EventKind = "note"    // a person wrote something down
	SystemEvent  EventKind = "system"  // the twin itself
)

// Event is something that happened and is worth a line in the journal. It is a plain value.
type Event struct {
	Time     time.Time
	Kind     EventKind
	Asset    AssetID
	Signal   SignalID
	Priority Priority
	Action   string // what happened to it: "raised", "acknowledged", "cleared", "sent", "done", "failed", …
	Ref      string // links events of one occurrence or command
	User     string // who, empty for the twin itself
	Text     string // for people, one line
}
