package scenario

import (
	"context"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Base is the name of the scenario that changes nothing.
const Base = "base"

// Scenario is a question: what happens from a moment on when some parameters are changed.
type Scenario struct {
	Name   string
	Fork   time.Time          // where it begins; the zero time means now
	Values map[string]float64 // by parameter id, SI; what is not named stays as it is
}

// Options configure a Runner.
type Options struct {
	Tree     *twin.Tree
	Builder  sim.Builder           // may be nil at first: see SetBuilder
	Clock    func() time.Time      // nil means time.Now
	Snapshot func() *twin.Snapshot // the present, to withdraw forecasts whose inputs went stale; nil: never withdrawn
	OnUpdate func(*Run)            // called from the runner's goroutine after each new result; must be quick
	Horizon  time.Duration         // 14 days
	Step     time.Duration         // 10 minutes
	Members  int                   // 64
	Coarse   int                   // members of the first answer: 16
	Seed     uint64                // 0 means 1
	Refresh  time.Duration         // how often the base is computed again: 5 minutes; < 0 never
	Grace    time.Duration         // how long inputs may be stale before a forecast is withdrawn: 60 s
}

// Runner computes scenarios in the background. All methods are safe for concurrent use.
type Runner struct{}

// New makes a Runner; Close ends it.
func New(opts Options) *Runner { return &Runner{} }

// SetBuilder gives the runner a new model, as after a calibration, and computes all scenarios again.
func (r *Runner) SetBuilder(b sim.Builder) {}

// Start asks for a scenario. A newer request of the same name replaces one that is pending or under way.
func (r *Runner) Start(s Scenario) {}

// Drop forgets a scenario.
func (r *Runner) Drop(name string) {}

// Latest returns the newest result of a scenario, nil if there is none yet. It costs one atomic load.
func (r *Runner) Latest(name string) *Run { return nil }

// Wait computes a scenario in the goroutine of the caller, with all members, and returns its result.
func (r *Runner) Wait(ctx context.Context, s Scenario) (*Run, error) { return nil, nil }

// Busy reports whether a scenario is being computed.
func (r *Runner) Busy(name string) bool { return false }

// Close ends the background work and waits for it.
func (r *Runner) Close() {}

// Run is the result of a scenario. It is immutable.
type Run struct {
	Scenario Scenario
	Fork     time.Time
	Now      time.Time // the present when it was computed: before it the recorded weather drove the model
	Horizon  time.Time // the end of the result
	Computed time.Time
	Elapsed  time.Duration
	Members  int
	Coarse   bool   // a first answer; a better one follows
	Rests    string // what it rests on, one line
	Valid    bool   // false when all of it is withdrawn
	Reason   string // why, when not Valid or when a part is withdrawn
}

// Failure is what the ensemble says about the failure of a part.
type Failure struct {
	Asset       twin.AssetID // the unit: the turbine
	Part        twin.AssetID // what fails
	Name        string       // the part for people: "gearbox"
	Driver      string       // what drives it, for people
	Median      time.Time    // zero when less than half of the members fail within the horizon
	Low, High   time.Time    // 80 % interval: the 10 % and 90 % quantiles; zero when that many do not fail within the horizon
	Probability float64      // of failing within the horizon
}

// BandColumn is one pixel column of a predicted signal, SI.
type BandColumn struct {
	Median, Low, High float64 // NaN outside the run
}

// At fills a snapshot with the predicted state at t, Origin Simulated, with intervals. It reports false outside the run.
func (r *Run) At(t time.Time, into *twin.Snapshot) bool { return false }

// Columns appends n equal columns of [from, to) of a signal to dst.
func (r *Run) Columns(sig twin.SignalID, from, to time.Time, n int, dst []BandColumn) []BandColumn {
	return dst
}

// Failures lists what is expected to fail, the most urgent first. Withdrawn assets are left out.
func (r *Run) Failures() []Failure { return nil }

// Validity reports whether the forecast of an asset stands, and why not.
func (r *Run) Validity(asset twin.AssetID) (ok bool, reason string) { return false, "" }

// Interval is a median with its 80 % interval.
type Interval struct{ Median, Low, High float64 }

// Shift is the difference of B against A for one unit, over paired members.
type Shift struct {
	Asset     twin.AssetID
	LaterDays Interval // by how many days the failure moves; infinite when it leaves the horizon
	Energy    Interval // relative difference of the energy: 0.02 is 2 % more
	Certain   bool     // the interval of the failure shift does not hold 0
}

// Comparison is B against A.
type Comparison struct {
	A, B   *Run
	Energy Interval // of all units together, relative
	Shifts []Shift
}

// Compare compares two runs member by member. ok is false when they do not pair: other model, horizon or members.
func Compare(a, b *Run) (c Comparison, ok bool) { return }
