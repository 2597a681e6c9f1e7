package alarm

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Condition says when an alarm is on.
type Condition string

// The conditions. A value that is not usable (see twin.Quality.Usable) leaves all but Stale as they are.
const (
	High   Condition = "high"  // value ≥ Limit; off below Limit − Deadband
	Low    Condition = "low"   // value ≤ Limit; off above Limit + Deadband
	Equals Condition = "state" // an Enum or Bool stands at Limit
	Stale  Condition = "stale" // no usable value
)

// Definition says what is watched. It does not change while a Book uses it.
type Definition struct {
	ID        string // unique in its Book: "farm/T03/oil_hot"
	Asset     twin.AssetID
	Signal    twin.SignalID
	Condition Condition
	Limit     float64       // SI; of Equals the index of the state
	Deadband  float64       // SI difference, ≥ 0
	OnDelay   time.Duration // how long the condition must hold before the alarm is raised
	OffDelay  time.Duration // how long it must be gone before the alarm clears
	Priority  twin.Priority
	Message   string
	Latch     bool          // stays after the condition is gone until a person resets it
	NoAck     bool          // needs no acknowledgement: over as soon as it clears
	MaxShelve time.Duration // longest time for which it may be shelved; 0 is MaxShelveDefault
}

// MaxShelveDefault is the longest shelving of a definition that names none: one shift.
const MaxShelveDefault = 8 * time.Hour

// check says what is wrong with the definition, if anything.
func (d *Definition) check(tree *twin.Tree) error {
	wrong := func(what string) error { return fmt.Errorf("alarm: definition %q: %s", d.ID, what) }
	switch {
	case d.ID == "":
		return errors.New("alarm: a definition has no id: give each a unique one")
	case d.Signal < 0 || int(d.Signal) >= len(tree.Signals()):
		return wrong("its signal is not in the tree")
	case d.Condition != High && d.Condition != Low && d.Condition != Equals && d.Condition != Stale:
		return wrong(fmt.Sprintf("unknown condition %q: use high, low, state or stale", d.Condition))
	case math.IsNaN(d.Limit) || math.IsInf(d.Limit, 0):
		return wrong("its limit is not a finite number")
	case d.Deadband < 0 || math.IsNaN(d.Deadband) || math.IsInf(d.Deadband, 0):
		return wrong("its dead-band must be a finite number ≥ 0")
	case d.OnDelay < 0 || d.OffDelay < 0 || d.MaxShelve < 0:
		return wrong("delays must not be negative")
	}
	return nil
}

// State is a state of ISA-18.2.
type State byte

// The states of ISA-18.2-2016, figure 3.
const (
	Normal       State = 'A' // normal
	Unacked      State = 'B' // active, not acknowledged
	Acked        State = 'C' // active, acknowledged
	RTNUnacked   State = 'D' // returned to normal, not acknowledged
	LatchUnacked State = 'E' // gone but latched, not acknowledged
	LatchAcked   State = 'F' // gone but latched, acknowledged
	Shelved      State = 'G' // put aside by a person for a limited time
	Suppressed   State = 'H' // put aside by the logic of the plant
	OutOfService State = 'I' // put aside for maintenance
)

// String names the state for people.
func (s State) String() string {
	switch s {
	case Normal:
		return "normal"
	case Unacked:
		return "unacknowledged"
	case Acked:
		return "acknowledged"
	case RTNUnacked:
		return "returned, unacknowledged"
	case LatchUnacked:
		return "latched, unacknowledged"
	case LatchAcked:
		return "latched, acknowledged"
	case Shelved:
		return "shelved"
	case Suppressed:
		return "suppressed"
	case OutOfService:
		return "out of service"
	}
	return "unknown state"
}

// Flags are the independent facts from which a State is derived (OPC UA part 9 keeps them apart as well).
type Flags struct {
	Active       bool // the condition holds, delays included
	Acked        bool // a person has seen this occurrence, or none is there to see
	Latched      bool // the condition is gone, a reset is awaited
	Suppressed   bool
	OutOfService bool
	ShelvedUntil time.Time // zero when not shelved
}

// State derives the state of ISA-18.2.
func (f Flags) State() State {
	switch {
	case f.OutOfService:
		return OutOfService
	case f.Suppressed:
		return Suppressed
	case !f.ShelvedUntil.IsZero():
		return Shelved
	case f.Active && f.Acked:
		return Acked
	case f.Active:
		return Unacked
	case f.Latched && f.Acked:
		return LatchAcked
	case f.Latched:
		return LatchUnacked
	case f.Acked:
		return Normal
	}
	return RTNUnacked
}

// aside reports whether the alarm is not to be shown to operators now.
func (f Flags) aside() bool { return f.OutOfService || f.Suppressed || !f.ShelvedUntil.IsZero() }

// Occurrence is one instance of an alarm, or a definition that is put aside. It is a plain value.
type Occurrence struct {
	Definition *Definition // shared: do not change it
	Ref        string      // links the events of this occurrence in the journal; empty when nothing was raised
	Flags
	Raised  time.Time // event time, the newest if it recurred; zero when put aside without being raised
	Count   int       // how many times it was raised without being over in between
	AckedAt time.Time // zero while unacknowledged
	AckedBy string
	Cleared time.Time  // when the condition went; zero while it holds
	Value   float64    // SI, when raised; NaN when it is not known
	Peak    float64    // SI, the worst since it was raised; NaN when it is not known
	Current twin.Value // the newest, with its quality as of now
	Held    bool       // Current is not usable: the state is that of the last usable value
	Reason  string     // why it is shelved, suppressed or out of service
}
