package ui

import (
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/sim"
)

// otherName is the name of the what-if in the runner.
const otherName = "B"

// runs makes Futures of a scenario.Runner. It belongs to the Fyne goroutine.
type runs struct {
	runner      *scenario.Runner
	base, other course
	generation  uint64
}

// NewFutures returns the futures of a runner. The base is computed by the runner itself; the what-if is named "B".
func NewFutures(r *scenario.Runner) Futures { return &runs{runner: r} }

func (r *runs) Base() Future { return r.newest(scenario.Base, &r.base) }

func (r *runs) Other() Future { return r.newest(otherName, &r.other) }

// newest numbers the results: a run that is withdrawn is another result than the one that stood.
func (r *runs) newest(name string, last *course) Future {
	run := r.runner.Latest(name)
	if run == nil {
		last.run = nil
		return nil
	}
	if run != last.run {
		r.generation++
		*last = course{run, r.generation}
	}
	return *last
}

func (r *runs) Try(values map[string]float64, fork time.Time) {
	own := make(map[string]float64, len(values))
	for k, v := range values {
		own[k] = v
	}
	r.runner.Start(scenario.Scenario{Name: otherName, Fork: fork, Values: own})
}

func (r *runs) Drop() { r.runner.Drop(otherName) }

func (r *runs) Compare() (scenario.Comparison, bool) {
	a, b := r.runner.Latest(scenario.Base), r.runner.Latest(otherName)
	if a == nil || b == nil {
		return scenario.Comparison{}, false
	}
	return scenario.Compare(a, b)
}

func (r *runs) Answer() (*sim.Answer, bool) {
	a, b := r.runner.Latest(scenario.Base), r.runner.Latest(otherName)
	if a == nil || b == nil {
		return nil, false
	}
	return scenario.AnswerOf(a, b)
}

type course struct {
	run        *scenario.Run
	generation uint64
}

func (c course) About() About {
	r := c.run
	return About{Generation: c.generation, Fork: r.Fork, Horizon: r.Horizon, Members: r.Members, Coarse: r.Coarse,
		Computed: r.Computed, Elapsed: r.Elapsed, Values: r.Scenario.Values, Rests: r.Rests, Valid: r.Valid, Reason: r.Reason, Units: r.Units()}
}

func (c course) At(t time.Time, into *twin.Snapshot) bool { return c.run.At(t, into) }

func (c course) Columns(sig twin.SignalID, from, to time.Time, n int, dst []scenario.BandColumn) []scenario.BandColumn {
	return c.run.Columns(sig, from, to, n, dst)
}

func (c course) Failures() []scenario.Failure { return c.run.Failures() }

func (c course) Validity(asset twin.AssetID) (bool, string) { return c.run.Validity(asset) }
