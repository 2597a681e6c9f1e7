package ui

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/journal"
	strip "github.com/orrery-twin/orrery/ui/timeline"
)

// stripQuery is all that a worker needs to make the model of the timeline: it shares nothing that changes.
type stripQuery struct {
	axis        span2
	tree        *twin.Tree
	columns     int
	history     History
	journal     Journal
	base, other Future
	otherLabel  string
	further     []strip.Lane // scenarios beside the what-if
	now         time.Time
	label       string          // of the selected asset, empty for all
	density     []twin.SignalID // whose density is shown, none for all
	states      []twin.SignalID // of enums and bools that have a lane
}

// strip asks for all that the timeline shows.
func (q *stripQuery) strip(ctx context.Context) *strip.Model {
	m := &strip.Model{From: q.axis.from, To: q.axis.to, Of: q.label, Further: q.further}
	if q.history != nil && q.columns > 0 {
		q.recorded(ctx, m)
	}
	if q.journal != nil {
		entries, err := q.journal.Query(ctx, journal.Filter{From: q.axis.from, To: q.axis.to, Limit: 2000,
			Kinds: []twin.EventKind{twin.AlarmEvent, twin.CommandEvent, twin.NoteEvent}})
		if err == nil {
			for _, e := range entries {
				if e.Kind == twin.AlarmEvent && e.Action != "raised" || e.Kind == twin.CommandEvent && e.Action != "sent" {
					continue
				}
				m.Marks = append(m.Marks, strip.Mark{At: e.Time, Kind: e.Kind, Asset: e.Asset, Priority: e.Priority, Ref: e.Ref, Text: e.Text})
			}
		}
	}
	if q.base != nil {
		a := q.base.About()
		m.Base = strip.Lane{Label: "A base", From: a.Fork, To: a.Horizon}
		for _, x := range q.base.Failures() {
			if x.Median.IsZero() && x.Low.IsZero() {
				continue
			}
			m.Failures = append(m.Failures, strip.Failure{ID: x.Asset, Asset: q.tree.Asset(x.Asset).Path, Label: q.tree.Asset(x.Asset).Label + " " + lower(x.Name) + " fails, 80 % band",
				Median: x.Median, Low: x.Low, High: x.High})
		}
	}
	if q.other != nil {
		a := q.other.About()
		m.Other = strip.Lane{Label: q.otherLabel, From: a.Fork, To: a.Horizon}
	}
	return m
}

// maxStates is how many lanes of states the timeline shows; maxDensity of how many signals the density is made.
const (
	maxStates  = 2
	maxDensity = 4
)

// of sets whose density and states are shown: those of an asset, or of the nearest one above that has any.
func (q *stripQuery) of(id twin.AssetID, headline []twin.SignalID) {
	if id == twin.NoAsset {
		return
	}
	for at := id; at != twin.NoAsset; at = q.tree.Asset(at).Parent {
		a := q.tree.Asset(at)
		if len(q.density) == 0 && a.Parent != twin.NoAsset {
			if sig := headline[at]; sig != twin.NoSignal && q.tree.Signal(sig).Asset == at && !q.tree.Signal(sig).Computed {
				q.density = append(q.density, sig)
			}
			for _, sig := range a.Signals {
				if len(q.density) < maxDensity && !slices.Contains(q.density, sig) && !q.tree.Signal(sig).Computed {
					q.density = append(q.density, sig)
				}
			}
			if len(q.density) > 0 {
				q.label = a.Label
			}
		}
		if len(q.states) == 0 {
			for _, sig := range a.Signals {
				if k := q.tree.Signal(sig).Kind; (k == twin.Enum || k == twin.Bool) && len(q.states) < maxStates {
					q.states = append(q.states, sig)
				}
			}
		}
	}
}

// recorded fills in what the history knows: density and lanes of states.
func (q *stripQuery) recorded(ctx context.Context, m *strip.Model) {
	if len(q.density) == 0 {
		m.Of = "All"
		if d, err := q.history.Density(ctx, q.axis.from, q.axis.to, q.columns); err == nil {
			m.Density = d
		}
	} else {
		m.Density = q.densityOf(ctx)
	}
	for _, l := range q.history.Loaded() {
		m.Loaded = append(m.Loaded, strip.Span{From: l.From, To: l.To})
	}
	for _, sig := range q.states {
		g := q.tree.Signal(sig)
		cols, err := q.history.Columns(ctx, sig, q.axis.from, q.axis.to, q.columns, nil)
		if err != nil {
			continue
		}
		m.States = append(m.States, strip.StateLane{Label: g.Label, Runs: strip.Runs(cols, q.axis.from, q.axis.to, q.before(ctx, sig), g.States, q.now)})
	}
}

// densityOf is the density of the signals chosen: in each column as much of one of them as in half of its columns, or less.
func (q *stripQuery) densityOf(ctx context.Context) []float32 {
	out := make([]float32, q.columns)
	var cols []history.Column
	for _, sig := range q.density {
		var err error
		if cols, err = q.history.Columns(ctx, sig, q.axis.from, q.axis.to, q.columns, cols[:0]); err != nil {
			return out
		}
		usual := usualCount(cols)
		for i, c := range cols {
			out[i] = max(out[i], min(1, float32(c.Count)/usual))
		}
	}
	return out
}

// usualCount is the median of the samples in columns that have any; at least 1.
func usualCount(cols []history.Column) float32 {
	var counts []int
	for _, c := range cols {
		if c.Count > 0 {
			counts = append(counts, c.Count)
		}
	}
	if len(counts) == 0 {
		return 1
	}
	slices.Sort(counts)
	return float32(counts[len(counts)/2])
}

// latest is how far back the value of a signal may lie that still stands: silent signals are written again within it.
const latest = 20 * time.Minute

// before returns the value of a signal at the left of the axis, NaN for none.
func (q *stripQuery) before(ctx context.Context, sig twin.SignalID) float64 {
	cols, err := q.history.Columns(ctx, sig, q.axis.from.Add(-latest), q.axis.from, 1, nil)
	if err != nil || len(cols) == 0 || cols[0].Count == 0 {
		return math.NaN()
	}
	return cols[0].Last
}
