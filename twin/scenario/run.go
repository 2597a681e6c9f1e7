package scenario

import (
	"math"
	"sort"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Run is the result of a scenario. It is immutable.
type Run struct {
	Scenario Scenario
	Fork     time.Time // where the result begins
	Now      time.Time // the present when it was computed: before it the recorded weather drove the model
	Horizon  time.Time // the end of the result
	Computed time.Time
	Elapsed  time.Duration
	Members  int
	Coarse   bool   // a first answer; a better one follows
	Rests    string // what it rests on, one line for people
	Valid    bool   // false when all of it is withdrawn
	Partial  bool   // a model could not go on: Horizon is where it ended
	Reason   string // why, when not Valid, when a part is withdrawn, or when Partial

	tree      *twin.Tree
	bands     *sim.Bands
	channels  []sim.Channel
	byChannel []int32 // by SignalID: channel + 1, 0 for none
	units     []unit
	unitOf    []int32  // by AssetID: unit + 1, 0 for none
	withdrawn []string // by unit, empty for one that stands
	failed    string   // why it could not be computed again
	ends      string   // why it is partial
	seed      uint64
	rough     *Run // the coarse answer of the same moment, for comparisons with coarse ones
}

type unit struct {
	sim.Unit
	failure  Failure
	failsSec []float64 // by member, since Fork; +Inf: not within the horizon
	energyJ  []float64 // by member, from Now to the horizon
	energy   Interval
}

// Failure is what the ensemble says about the failure of a part.
type Failure struct {
	Asset       twin.AssetID // the unit: the turbine
	Part        twin.AssetID // what fails
	Name        string       // the part for people: "gearbox"
	Driver      string       // what drives it, for people: "load and oil temperature"
	Median      time.Time    // zero when less than half of the members fail within the horizon
	Low, High   time.Time    // 80 % interval: the 10 % and 90 % quantiles; each zero when fewer members than that fail within the horizon
	Probability float64      // of failing within the horizon
}

// Interval is a median with the ends of its 80 % interval.
type Interval struct{ Median, Low, High float64 }

// BandColumn is one pixel column of a predicted signal, SI; NaN outside the run and for withdrawn signals.
type BandColumn = sim.BandColumn

func newRun(tree *twin.Tree, s Scenario, job *sim.Job, bands *sim.Bands, now time.Time, seed uint64, alreadyJ [][]float64) *Run {
	r := &Run{
		Scenario: s, Fork: job.Grid.Start, Now: now, Horizon: job.Grid.End(), Members: job.Model.Members(), Rests: job.Rests, Valid: true,
		tree: tree, bands: bands, channels: job.Channels, seed: seed,
		byChannel: make([]int32, len(tree.Signals())), unitOf: make([]int32, len(tree.Assets())), withdrawn: make([]string, len(job.Units)),
	}
	for i, c := range job.Channels {
		if c.Signal >= 0 && int(c.Signal) < len(r.byChannel) {
			r.byChannel[c.Signal] = int32(i + 1)
		}
	}
	for i, u := range job.Units {
		x := unit{Unit: u, failsSec: append([]float64(nil), job.Model.FailureSec(i)...), energyJ: append([]float64(nil), job.Model.EnergyJ(i)...)}
		for m := range x.energyJ {
			x.energyJ[m] -= alreadyJ[i][m]
		}
		x.energy = interval(append([]float64(nil), x.energyJ...))
		x.failure = r.fails(u, x.failsSec)
		r.units = append(r.units, x)
	}
	for a := range r.unitOf {
		for i, u := range job.Units {
			if tree.Under(twin.AssetID(a), u.Asset) {
				r.unitOf[a] = int32(i + 1)
			}
		}
	}
	return r
}

// nothing is what there is of a scenario that could not be computed at all: it is not valid, and says why.
func nothing(tree *twin.Tree, s Scenario, now, horizon time.Time, why error) *Run {
	return &Run{Scenario: s, Fork: now, Now: now, Horizon: horizon, Computed: now, Reason: "could not be computed: " + why.Error(),
		tree: tree, byChannel: make([]int32, len(tree.Signals())), unitOf: make([]int32, len(tree.Assets()))}
}

func interval(v []float64) (out Interval) {
	out.Median, out.Low, out.High = sim.Spread(v)
	return out
}

// fails turns the first passages of the members into dates.
func (r *Run) fails(u sim.Unit, sec []float64) Failure {
	f := Failure{Asset: u.Asset, Part: u.Part, Name: u.Name, Driver: u.Driver}
	n := 0
	for _, s := range sec {
		if !math.IsInf(s, 1) {
			n++
		}
	}
	f.Probability = float64(n) / float64(len(sec))
	median, low, high := sim.Spread(append([]float64(nil), sec...))
	date := func(s float64) time.Time {
		if math.IsInf(s, 1) {
			return time.Time{}
		}
		return r.Fork.Add(time.Duration(s * float64(time.Second)))
	}
	f.Median, f.Low, f.High = date(median), date(low), date(high)
	return f
}

// At fills a snapshot with the predicted state at t: Origin Simulated, values Predicted, with intervals. Signals without
// a prediction, and those of withdrawn units, are NoData with NaN for ends. It reports false outside the run.
func (r *Run) At(t time.Time, into *twin.Snapshot) bool {
	n := len(r.byChannel)
	into.Reset(n)
	into.Generation++
	into.Time, into.Origin = t.UnixNano(), twin.Simulated
	if cap(into.Low) < n {
		into.Low, into.High = make([]float64, n), make([]float64, n)
	}
	into.Low, into.High = into.Low[:n], into.High[:n]
	inside := !t.Before(r.Fork) && !t.After(r.Horizon)
	for i := range into.Low {
		into.Low[i], into.High[i] = math.NaN(), math.NaN()
	}
	if !inside {
		return false
	}
	for i, c := range r.byChannel {
		if c == 0 || !r.stands(twin.SignalID(i)) {
			continue
		}
		median, low, high, ok := r.bands.At(int(c-1), t)
		if !ok {
			continue
		}
		into.Values[i] = twin.Value{Value: median, Time: into.Time, Quality: twin.Predicted}
		into.Low[i], into.High[i] = low, high
	}
	return true
}

// stands reports whether the forecast of a signal was not withdrawn.
func (r *Run) stands(sig twin.SignalID) bool {
	if !r.Valid {
		return false
	}
	u := r.unitOf[r.tree.Signal(sig).Asset]
	return u == 0 || r.withdrawn[u-1] == ""
}

// Columns appends n equal columns of [from, to) of a signal to dst: the mean of the medians, the outermost ends of the
// intervals. Columns outside the run are NaN.
func (r *Run) Columns(sig twin.SignalID, from, to time.Time, n int, dst []BandColumn) []BandColumn {
	if sig >= 0 && int(sig) < len(r.byChannel) && r.byChannel[sig] != 0 && r.stands(sig) {
		return r.bands.Columns(int(r.byChannel[sig]-1), from, to, n, dst)
	}
	for range n {
		dst = append(dst, BandColumn{Median: math.NaN(), Low: math.NaN(), High: math.NaN()})
	}
	return dst
}

// Predicts reports whether the run has a forecast of a signal that stands.
func (r *Run) Predicts(sig twin.SignalID) bool {
	return sig >= 0 && int(sig) < len(r.byChannel) && r.byChannel[sig] != 0 && r.stands(sig)
}

// Units is the number of things in the run that can fail.
func (r *Run) Units() int { return len(r.units) }

// Failures lists the units with any chance of failing within the horizon, the most urgent first. Withdrawn ones are left out.
func (r *Run) Failures() []Failure {
	var out []Failure
	for i := range r.units {
		if f := r.units[i].failure; r.Valid && r.withdrawn[i] == "" && f.Probability > 0 {
			out = append(out, f)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		switch {
		case a.Median.IsZero() != b.Median.IsZero():
			return b.Median.IsZero()
		case a.Median.IsZero():
			return a.Probability > b.Probability
		}
		return a.Median.Before(b.Median)
	})
	return out
}

// Failure returns what the run says about a unit or a part of it; ok is false when it says nothing.
func (r *Run) Failure(asset twin.AssetID) (f Failure, ok bool) {
	u := r.unit(asset)
	if u < 0 || !r.Valid || r.withdrawn[u] != "" {
		return f, false
	}
	return r.units[u].failure, true
}

// Energy returns the energy that a unit delivers from Now to the horizon, J; ok is false when the run says nothing.
func (r *Run) Energy(asset twin.AssetID) (e Interval, ok bool) {
	u := r.unit(asset)
	if u < 0 || !r.Valid || r.withdrawn[u] != "" {
		return e, false
	}
	return r.units[u].energy, true
}

// Validity reports whether the forecast of an asset stands, and why not.
func (r *Run) Validity(asset twin.AssetID) (ok bool, reason string) {
	if !r.Valid {
		return false, r.Reason
	}
	if u := r.unit(asset); u >= 0 && r.withdrawn[u] != "" {
		return false, r.withdrawn[u]
	}
	return true, ""
}

func (r *Run) unit(asset twin.AssetID) int {
	if asset < 0 || int(asset) >= len(r.unitOf) {
		return -1
	}
	return int(r.unitOf[asset]) - 1
}

// with returns a copy whose units are withdrawn for the given reasons, empty for none; failed is why the whole run could
// not be computed again.
func (r *Run) with(reasons []string, failed string) *Run {
	c := *r
	c.withdrawn, c.failed = reasons, failed
	if failed != "" {
		c.Valid, c.Reason = false, "could not be computed again: "+failed
		return &c
	}
	var notes []string
	if c.ends != "" {
		notes = append(notes, c.ends)
	}
	gone := 0
	for i, why := range reasons {
		if why != "" {
			gone++
			notes = append(notes, r.tree.Asset(r.units[i].Asset).Name+": "+why)
		}
	}
	c.Reason = strings.Join(notes, "; ")
	c.Valid = gone < len(r.units) || len(r.units) == 0
	return &c
}
