package control

import (
	"fmt"
	"slices"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// State is a state of a Command.
type State string

// The states.
const (
	Proposed  State = "proposed"  // somebody, or a model, asked for it
	Armed     State = "armed"     // a person confirmed it; it may be sent for a short while
	Sent      State = "sent"      // on its way
	Accepted  State = "accepted"  // the plant said yes
	Done      State = "done"      // the signal shows it
	Failed    State = "failed"    // see Result
	Expired   State = "expired"   // nobody went on in time
	Cancelled State = "cancelled" // withdrawn before it was sent
)

// next lists where each state may lead.
var next = map[State][]State{
	"":       {Proposed},
	Proposed: {Armed, Expired, Cancelled},
	Armed:    {Sent, Expired, Cancelled},
	Sent:     {Accepted, Failed},
	Accepted: {Done, Failed},
}

// Ended reports whether the state is final.
func (s State) Ended() bool { return len(next[s]) == 0 }

// underway reports whether the plant may be acting on it.
func (s State) underway() bool { return s == Sent || s == Accepted }

// Setpoint asks for a command.
type Setpoint struct {
	Point  string  // Point.ID
	Value  float64 // SI
	User   string  // who asks
	Reason string  // why, for the journal
}

// Command is an order to the plant. It is a plain value.
type Command struct {
	ID       string
	Point    string
	Name     string
	Asset    twin.AssetID
	Signal   twin.SignalID
	Old, New float64 // SI; Old is NaN when nothing usable is known
	User     string  // who asked for it
	ArmedBy  string  // who confirmed it
	State    State
	Reason   string // why it was asked for
	Result   string // how it stands or ended, a sentence

	// When it came to these states; zero while it did not.
	Proposed, Armed, Sent, Accepted, Ended time.Time
}

// to moves the command to another state.
func (c *Command) to(s State, now time.Time, result string) error {
	if !slices.Contains(next[c.State], s) {
		return fmt.Errorf("control: the command is %s and cannot become %s", c.State, s)
	}
	c.State, c.Result = s, result
	switch s {
	case Proposed:
		c.Proposed = now
	case Armed:
		c.Armed = now
	case Sent:
		c.Sent = now
	case Accepted:
		c.Accepted = now
	default:
		c.Ended = now
	}
	return nil
}

// overdue says how a command ends that stands as it does at time now, if it ends at all. shown is the value of the
// signal, for the sentence.
func (c *Command) overdue(p *Point, now time.Time, armFor, proposeFor time.Duration, shown string) (State, string) {
	switch {
	case c.State == Proposed && now.Sub(c.Proposed) > proposeFor:
		return Expired, "nobody confirmed it"
	case c.State == Armed && now.Sub(c.Armed) > armFor:
		return Expired, fmt.Sprintf("it was armed for more than %v and not sent", armFor)
	case c.State == Sent && now.Sub(c.Sent) > p.Timeout:
		return Failed, fmt.Sprintf("the plant did not answer within %v: it is not known whether it acts on it", p.Timeout)
	case c.State == Accepted && now.Sub(c.Sent) > p.Timeout:
		return Failed, fmt.Sprintf("the plant accepted it, but after %v its signal shows %s instead of %s", p.Timeout, shown, p.show(c.New))
	}
	return "", ""
}

// seen reports whether a value of the signal proves the effect: it must be usable, live, within the tolerance, and
// newer than the one that was known when the command was sent.
func (c *Command) seen(p *Point, v twin.Value, before int64) bool {
	return c.State == Accepted && v.Quality.Usable() && v.Time > before && p.reached(v.Value, c.New)
}
