package sim

import (
	"context"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Model is a system that advances all its ensemble members together. It is used by one goroutine at a time.
type Model interface {
	// Members is the number of ensemble members.
	Members() int
	// Step advances all members over step k of the grid that the model was built for, k = 0, 1, 2, … in order.
	Step(k int)
	// Output returns the values of a channel at the end of the last step, one per member, SI. The slice is the
	// model's own: it is read only and valid until the next step.
	Output(channel int) []float64
	// FailureSec returns for each member the time from the start of the grid to the first failure of a unit, +Inf if
	// it has not failed yet. The slice is the model's own.
	FailureSec(unit int) []float64
	// EnergyJ returns for each member the energy that a unit has delivered since the start of the grid. The slice is
	// the model's own.
	EnergyJ(unit int) []float64
}

// Failer is a Model that may be unable to go on.
type Failer interface {
	// Err says why no further step can be made; nil while it can.
	Err() error
}

// Adjuster is a Model whose parameters can change between two steps.
type Adjuster interface {
	// Adjust sets parameters from the next step on, by id, SI; one that is not named is as in the plant. Chance stays what
	// it is: members remain paired with those of a run that is not adjusted. After an error nothing has changed.
	Adjust(values map[string]float64) error
}

// Reading says how the values of a channel are combined in time and over members.
type Reading uint8

// The readings.
const (
	Smooth Reading = iota // a quantity: interpolated in time, quantiles over members
	Held                  // a state or a set-point: holds until the next step
)

// Channel is an output of a model.
type Channel struct {
	Signal  twin.SignalID
	Reading Reading
}

// Unit is a thing that can fail and that delivers energy.
type Unit struct {
	Asset  twin.AssetID    // the unit: a turbine
	Part   twin.AssetID    // what fails: its gearbox
	Name   string          // the part for people: "gearbox"
	Driver string          // what drives the wear most, for people: "oil temperature"
	Inputs []twin.SignalID // signals that a forecast of this unit rests on
}

// Grid is a row of equal steps in time.
type Grid struct {
	Start time.Time
	Step  time.Duration
	N     int // number of steps; the grid ends at Start + N·Step
}

// End is the time of the last step.
func (g Grid) End() time.Time { return g.Start.Add(time.Duration(g.N) * g.Step) }

// Time is the time of the end of step k-1, so that Time(0) is Start.
func (g Grid) Time(k int) time.Time { return g.Start.Add(time.Duration(k) * g.Step) }

// Request asks for a model of what happens from a moment on.
type Request struct {
	Fork    time.Time          // where the future begins; before Now it runs along the recorded weather first
	Now     time.Time          // the end of the recorded past
	Horizon time.Duration      // how far beyond Now
	Step    time.Duration      // of the result; the model may subdivide it
	Members int                // ensemble members
	Seed    uint64             // the same seed gives the same weather and the same draws
	Values  map[string]float64 // parameters by id, SI; what is not named stays as it is
}

// Job is a model made ready.
type Job struct {
	Model    Model
	Grid     Grid
	Channels []Channel
	Units    []Unit
	Rests    string // what the result rests on, one line for people
}

// Builder makes models. It is safe for concurrent use.
type Builder interface {
	Build(ctx context.Context, q Request) (*Job, error)
}
