// Package control is the only way to the plant.
package control

import (
	"context"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Point is a set-point that may be sent to one asset.
type Point struct {
	ID        string // unique: path of the asset, slash, id in the file
	Asset     twin.AssetID
	Signal    twin.SignalID // shows whether the plant did it
	Label     string
	Source    string // name of the source that carries it
	Topic     string // of the command
	Ack       string // topic of the answer
	Name      string // name of the command in its payload
	Unit      twin.Unit
	Min, Max  float64       // SI
	Tolerance float64       // SI difference within which the signal counts as reached
	Timeout   time.Duration // for answer and effect together
	Interval  time.Duration // least time between two commands; 0 is 1 s
	MaxStep   float64       // SI, greatest change by one command; 0 is no limit
}

// State is a state of a Command.
type State string

// The states.
const (
	Proposed  State = "proposed"
	Armed     State = "armed"
	Sent      State = "sent"
	Accepted  State = "accepted"
	Done      State = "done"
	Failed    State = "failed"
	Expired   State = "expired"
	Cancelled State = "cancelled"
)

// Setpoint asks for a command.
type Setpoint struct {
	Point  string  // Point.ID
	Value  float64 // SI
	User   string  // who asks
	Reason string  // why, for the journal
}

// Command is an order to the plant. It is a plain value.
type Command struct {
	ID                                     string
	Point                                  string
	Name                                   string
	Asset                                  twin.AssetID
	Signal                                 twin.SignalID
	Old, New                               float64 // SI; Old is NaN when nothing usable is known
	User                                   string
	State                                  State
	Reason                                 string // why it was asked for
	Result                                 string // how it ended, or where it stands; a sentence
	Proposed, Armed, Sent, Accepted, Ended time.Time
}

// Publisher carries commands to the plant and answers back. twin/mqtt.Client fits.
type Publisher interface {
	Publish(ctx context.Context, topic string, payload []byte, qos byte) error
	Subscribe(filter string, f func(topic string, payload []byte)) (cancel func(), err error)
}

// Options configure a Guard.
type Options struct {
	Tree       *twin.Tree
	Points     []Point
	Publishers map[string]Publisher // by Point.Source
	Snapshots  func() *twin.Snapshot
	Journal    func(...twin.Event)
	Live       func() bool
	Interlock  func(Command) error // asked before arming and sending; nil allows all
	Clock      func() time.Time
}

// Guard is the one way to the plant.
type Guard struct{}

// New makes a guard.
func New(opts Options) (*Guard, error) { return &Guard{}, nil }

// Run watches time-outs and effects until ctx ends.
func (g *Guard) Run(ctx context.Context) error { return nil }

// Propose makes a command.
func (g *Guard) Propose(s Setpoint) (Command, error) { return Command{}, nil }

// Arm makes it ready.
func (g *Guard) Arm(id, user string) (Command, error) { return Command{}, nil }

// Execute sends it.
func (g *Guard) Execute(ctx context.Context, id, user string) (Command, error) { return Command{}, nil }

// Cancel withdraws it before it is sent.
func (g *Guard) Cancel(id, user string) (Command, error) { return Command{}, nil }

// Commands lists the newest commands, newest first.
func (g *Guard) Commands() []Command { return nil }

// Points lists the set-points.
func (g *Guard) Points() []Point { return nil }
