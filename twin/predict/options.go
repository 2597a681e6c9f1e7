package predict

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim/wind"
)

// Reader reads the recorded past: it fills mean with the mean of the usable samples of a signal in len(mean) equal
// columns of [from, to), SI, NaN where there is none. It is safe for concurrent use.
type Reader interface {
	Means(ctx context.Context, sig twin.SignalID, from, to time.Time, mean []float64) error
}

// ReaderFunc is a function that reads.
type ReaderFunc func(ctx context.Context, sig twin.SignalID, from, to time.Time, mean []float64) error

// Means implements Reader.
func (f ReaderFunc) Means(ctx context.Context, sig twin.SignalID, from, to time.Time, mean []float64) error {
	return f(ctx, sig, from, to, mean)
}

// Options configure a calibration. Tree, Units and To are needed.
type Options struct {
	Tree     *twin.Tree
	Units    []twin.AssetID                  // the turbines
	Spec     wind.Spec                       // public data of the turbines; the zero value means wind.NREL5MW
	Names    map[string]string               // usual name of a signal (wind.Names) → its name in the tree, where it differs
	From, To time.Time                       // the history to use; To is "now". From zero: seven days before To
	Progress func(done float64, what string) // called now and then with 0 … 1; may be nil
	Seed     uint64
}

// Step is the step to which the history is averaged.
const Step = 10 * time.Minute

// atLeast is the shortest history that a calibration accepts.
const atLeast = 12 * time.Hour

func (o *Options) complete() error {
	switch {
	case o.Tree == nil:
		return errors.New("predict: calibrate: no tree")
	case len(o.Units) == 0:
		return errors.New("predict: calibrate: the twin has no units to predict: give a kind a simulation in the twin file")
	case o.To.IsZero():
		return errors.New("predict: calibrate: no end of the history given")
	}
	if o.From.IsZero() {
		o.From = o.To.Add(-7 * 24 * time.Hour)
	}
	o.From = o.To.Add(-o.To.Sub(o.From).Truncate(Step))
	if o.To.Sub(o.From) < atLeast {
		return fmt.Errorf("predict: calibrate: %s of history are too short, %s are needed: wait, or import the plant's log", o.To.Sub(o.From).Round(time.Minute), atLeast)
	}
	if o.Spec.RatedPowerW == 0 {
		o.Spec = wind.NREL5MW
	}
	return nil
}

// signals finds the signals of a unit by the names of the channels; NoSignal where the tree has none.
func (o *Options) signals(unit twin.AssetID) (out [wind.Channels]twin.SignalID, err error) {
	for c, name := range wind.Names {
		if other, ok := o.Names[name]; ok {
			name = other
		}
		out[c] = o.Tree.Find(unit, name)
	}
	for _, c := range []wind.Channel{wind.WindSpeed, wind.Power, wind.RotorSpeed, wind.OilTemp, wind.VibrationLevel, wind.AmbientTemp} {
		if out[c] == twin.NoSignal {
			return out, fmt.Errorf("predict: %s has no signal %q: name it so or map it", o.Tree.Asset(unit).Path, wind.Names[c])
		}
	}
	return out, nil
}
