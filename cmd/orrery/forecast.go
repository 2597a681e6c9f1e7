package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/predict"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/sim"
)

const (
	recalibrateEvery = 30 * time.Minute
	trustEvery       = time.Minute
	retryEvery       = time.Minute // after a calibration that failed, as for want of history
)

// forecaster keeps the models fitted while a twin runs: it calibrates at the start and then every half hour, hands the
// models to the runner, and tells the engine the wear that they estimate.
type forecaster struct {
	station *station
	runner  *scenario.Runner
	newest  atomic.Pointer[[]predict.Trust]
}

// trust is how well the twin matches the plant, by unit; nil while not known.
func (f *forecaster) trust() []predict.Trust {
	if t := f.newest.Load(); t != nil {
		return *t
	}
	return nil
}

func (f *forecaster) run(ctx context.Context) error {
	var cal *predict.Calibration
	next, judge := time.Now(), time.Now()
	for {
		now := time.Now()
		if !now.Before(next) {
			fitted, err := calibrate(ctx, f.station.project, f.station.store, now, func(float64, string) {})
			next = now.Add(recalibrateEvery)
			switch {
			case ctx.Err() != nil:
				return nil
			case err != nil:
				slog.Warn("no forecast", "error", err)
				next = now.Add(retryEvery)
			case fitted != nil:
				cal = fitted
				f.runner.SetBuilder(with(f.described(), cal))
				f.tellWear(cal, now)
			default: // the twin file describes its models, or names none
				if all := f.described(); len(all) > 0 {
					f.runner.SetBuilder(with(all, nil))
				}
				<-ctx.Done()
				return nil
			}
		}
		if cal != nil && !now.Before(judge) {
			judge = now.Add(trustEvery)
			if t, err := cal.Trust(ctx, now); err == nil {
				f.newest.Store(&t)
			} else if ctx.Err() == nil {
				slog.Warn("trust not known", "error", err)
			}
			f.tellWear(cal, now)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(5 * time.Second):
		}
	}
}

// described is that of the station; of models that cannot be made ready the log tells, and the forecast says why there is none.
func (f *forecaster) described() sim.Together {
	all, err := f.station.described()
	if err != nil {
		slog.Warn("no forecast", "error", err)
		return sim.Together{impossible{err}}
	}
	return all
}

// impossible builds nothing, and says why.
type impossible struct{ why error }

// Build implements sim.Builder.
func (i impossible) Build(context.Context, sim.Request) (*sim.Job, error) { return nil, i.why }

// tellWear gives the engine the estimated wear of each unit as samples of the computed signal.
func (f *forecaster) tellWear(cal *predict.Calibration, now time.Time) {
	units, _, err := turbines(f.station.project)
	if err != nil {
		return
	}
	var out []twin.Sample
	for _, u := range units {
		id := f.station.tree.Find(u, "wear")
		if id == twin.NoSignal {
			continue
		}
		if median, _, _, ok := cal.WearAt(u, now); ok {
			out = append(out, twin.Sample{Signal: id, Quality: twin.Estimated, Time: now.UnixNano(), Value: median})
		}
	}
	f.station.engine.Push(out)
}
