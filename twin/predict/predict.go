package predict

import (
	"context"
	"io"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/wind"
)

// Reader reads recorded means: it fills mean with the mean of the usable samples of a signal in len(mean) equal columns
// of [from, to), SI, NaN where there is none. It is safe for concurrent use.
type Reader interface {
	Means(ctx context.Context, sig twin.SignalID, from, to time.Time, mean []float64) error
}

// Options configure a calibration.
type Options struct {
	Tree     *twin.Tree
	Units    []twin.AssetID    // the turbines
	Spec     wind.Spec         // public data of the turbines; the zero value means wind.NREL5MW
	Names    map[string]string // channel → name of the signal in the tree, where it differs
	From, To time.Time         // the history to use; To is "now"
	Progress func(done float64, what string)
	Seed     uint64
}

// Calibration holds the fitted models of a farm. It is immutable, safe for concurrent use, and a sim.Builder.
type Calibration struct{}

// Calibrate fits the models of all units to the history.
func Calibrate(ctx context.Context, r Reader, opts Options) (*Calibration, error) { return nil, nil }

// Build implements sim.Builder.
func (c *Calibration) Build(ctx context.Context, q sim.Request) (*sim.Job, error) { return nil, nil }

// WearAt returns the estimated wear of a unit's gearbox at t: median and 80 % interval, 0 fresh, 1 end of life.
func (c *Calibration) WearAt(unit twin.AssetID, t time.Time) (median, low, high float64, ok bool) {
	return
}

// WearSamples returns the estimated wear over the calibrated history as samples of the computed signal, every step, with quality Estimated.
func (c *Calibration) WearSamples(step time.Duration) []twin.Sample { return nil }

// Level is how well the twin matches the plant.
type Level uint8

// The levels.
const (
	Unknown Level = iota // not enough data
	Red                  // it does not match
	Amber                // it drifts
	Green                // it matches
)

// Trust is how well the twin matched a unit lately.
type Trust struct {
	Unit  twin.AssetID
	Level Level
	Score float64 // 0 to 1
	Text  string  // for people: "twin matches plant"
	Oil   float64 // standardised innovation of the oil temperature
	Power float64 // standardised innovation of the power
}

// Trust compares the twin with what was measured up to now.
func (c *Calibration) Trust(ctx context.Context, r Reader, now time.Time) ([]Trust, error) {
	return nil, nil
}

// Case is one line of a back-test.
type Case struct {
	Seed              uint64    `json:"seed"`
	Asset             string    `json:"asset"`
	Now               time.Time `json:"now"`
	Truth             time.Time `json:"truth"`
	Low, Median, High time.Time
	Inside            bool `json:"inside"`
}

// Table is the result of a back-test.
type Table struct{ Cases []Case }

// BacktestOptions configure a back-test.
type BacktestOptions struct {
	Plant string   // path of the orrery-plant binary
	Seeds []uint64 // farms; nil means 1 … 20
	Dir   string   // for the files of the farms; empty means a temporary folder that is removed
}

// Backtest makes farms with the plant emulator, calibrates on their telemetry and scores the predicted failures.
func Backtest(ctx context.Context, opts BacktestOptions) (*Table, error) { return nil, nil }

// WriteText prints the table for people.
func (t *Table) WriteText(w io.Writer) error { return nil }

// WriteJSON prints the table as JSON.
func (t *Table) WriteJSON(w io.Writer) error { return nil }
