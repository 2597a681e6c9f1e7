package ui

import (
	"sort"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/ui/theme"
)

// phase is where on the timeline the desk stands.
type phase uint8

const (
	livePhase phase = iota
	pastPhase
	playingPhase // in the past or the future, moving
	futurePhase
)

// view is what the panels show at one moment. The frame tick fills it in; the panels only read it.
type view struct {
	tree     *twin.Tree
	snap     *twin.Snapshot // never nil
	phase    phase
	ahead    bool // the cursor lies after now
	at       time.Time
	now      time.Time
	speed    float64
	zone     *time.Location
	blink    bool   // the dark half of a blink
	scenario string // shown in the future: "A, base"

	alarms   []alarmLine // at the moment shown, most urgent first: see alarmLines
	current  []alarmLine // of now, whatever moment is shown
	selected twin.AssetID
	part     part     // of an opened model, selected instead of an asset
	also     []item   // selected beside these
	models   *library // opened by the user; nil when there can be none
	plotted  []twin.SignalID
	headline []twin.SignalID // by AssetID: the signal that stands for the asset in the tree, or NoSignal
	rollup   []alarmMark     // by AssetID: the most urgent alarm of the asset and all below it

	dataAge  time.Duration // of the newest value, live
	noData   bool          // nothing arrives although it should
	forecast []scenario.Failure
	outlook  outlook
	history  func(twin.SignalID) []float32 // the last hour for a sparkline, SI, NaN for gaps; nil entries for none
	limits   map[twin.SignalID]float64     // alarm limit drawn in the analogue bar, SI
	whatIf   whatIf
	live     bool // commands may be sent
	whyNot   string
}

// alarmLine is one alarm occurrence.
type alarmLine struct {
	ID       string
	Asset    twin.AssetID
	Signal   twin.SignalID
	Priority twin.Priority
	Message  string
	Value    string // at the time it was raised
	Raised   time.Time
	Active   bool // the condition holds
	Acked    bool
	Expected bool // the forecast crosses the limit at the moment shown: nothing was raised
}

func (a *alarmLine) look(blink bool) theme.AlarmLook {
	switch {
	case a.Expected:
		return theme.AlarmReturned
	case a.Acked:
		return theme.AlarmAcknowledged
	case !a.Active || blink:
		return theme.AlarmReturned
	}
	return theme.AlarmUnacknowledged
}

// alarmMark is the symbol of an asset.
type alarmMark struct {
	priority twin.Priority // 0: none
	look     theme.AlarmLook
}

// outlook is how far the forecast may be trusted.
type outlook struct {
	Units     int           // things that can fail
	Ready     bool          // a forecast is there
	Valid     bool          // it may be shown
	Reason    string        // why not
	Computed  time.Time     // when it was made
	Horizon   time.Duration // how far it looks
	BackTest  string        // "16 of 20 inside", empty for none
	Trust     float32       // how well the twin matches the plant, 0 to 1; < 0: not known
	TrustText string        // "twin matches plant"
}

// whatIf is the second scenario beside the base.
type whatIf struct {
	Name       string
	Caption    string // "scenario B · 64 runs · 0.4 s"
	Parameters []parameter
	Compare    []string // lines of the comparison card: the first is its title
	Changed    bool     // any parameter differs from its default
	Shown      bool     // drawn in trend and scene
}

// parameter is one slider.
type parameter struct {
	ID                       string
	Label                    string
	Unit                     twin.Unit
	Min, Max, Default, Value float64 // SI
	Step                     float64 // SI, 0: none
}

// rank sorts alarms: the most urgent first, then not acknowledged before acknowledged, then the newest.
func rank(a []alarmLine) {
	sort.SliceStable(a, func(i, j int) bool {
		x, y := &a[i], &a[j]
		if x.Priority != y.Priority {
			return x.Priority < y.Priority
		}
		if x.Acked != y.Acked {
			return !x.Acked
		}
		return x.Raised.After(y.Raised)
	})
}

// rollUp fills in the symbol of every asset from its alarms and those below it.
func (v *view) rollUp() {
	if v.tree == nil {
		return
	}
	assets := v.tree.Assets()
	if len(v.rollup) != len(assets) {
		v.rollup = make([]alarmMark, len(assets))
	}
	clear(v.rollup)
	for i := len(v.alarms) - 1; i >= 0; i-- { // the most urgent last, so that it wins
		a := &v.alarms[i]
		for id := a.Asset; id != twin.NoAsset; id = assets[id].Parent {
			v.rollup[id] = alarmMark{a.Priority, a.look(v.blink)}
		}
	}
}

// headlines picks the signal that stands for each asset in the tree: the one that the twin file labels it with in the
// view, else its first number, else its first signal.
func headlines(p *project.Project) []twin.SignalID {
	t := p.Tree
	out := make([]twin.SignalID, len(t.Assets()))
	labelled := map[twin.AssetID]twin.SignalID{}
	for _, b := range p.Bindings {
		if b.Property == project.Label && b.Signal != twin.NoSignal {
			labelled[t.Signal(b.Signal).Asset] = b.Signal
		}
	}
	for i, a := range t.Assets() {
		out[i] = twin.NoSignal
		if id, ok := labelled[twin.AssetID(i)]; ok {
			out[i] = id
			continue
		}
		for _, id := range a.Signals {
			if s := t.Signal(id); s.Kind == twin.Number && !s.Computed {
				out[i] = id
				break
			}
		}
		if out[i] == twin.NoSignal && len(a.Signals) > 0 {
			out[i] = a.Signals[0]
		}
	}
	return out
}

// of returns the alarms of an asset and of all below it.
func (v *view) of(asset twin.AssetID) []alarmLine {
	var out []alarmLine
	for _, a := range v.alarms {
		if v.tree.Under(a.Asset, asset) {
			out = append(out, a)
		}
	}
	return out
}

// failureOf returns the failure expected first for an asset: its own or one of its parts, else that of the nearest
// asset above it. ok is false when none is expected.
func (v *view) failureOf(asset twin.AssetID) (f scenario.Failure, ok bool) {
	for ; asset != twin.NoAsset; asset = v.tree.Asset(asset).Parent {
		for _, x := range v.forecast {
			if v.tree.Under(x.Part, asset) && (!ok || sooner(x, f)) {
				f, ok = x, true
			}
		}
		if ok {
			return f, true
		}
	}
	return f, false
}

// sooner orders failures: by date, then those beyond the horizon by probability.
func sooner(a, b scenario.Failure) bool {
	if a.Median.IsZero() != b.Median.IsZero() {
		return b.Median.IsZero()
	}
	if a.Median.IsZero() {
		return a.Probability > b.Probability
	}
	return a.Median.Before(b.Median)
}

// shown words the value of a signal for the tree and for lists, with its quality when it is not good.
func (v *view) shown(id twin.SignalID) (text string, q twin.Quality) {
	if id == twin.NoSignal {
		return "", twin.Good
	}
	s, val := v.tree.Signal(id), v.snap.At(id)
	switch val.Quality {
	case twin.Good, twin.Manual, twin.Estimated, twin.Predicted, twin.OutOfRange:
		return quantity(s, val), val.Quality
	case twin.Stale:
		return "– stale " + span(val.Age(v.at)), val.Quality
	}
	return "– " + val.Quality.String(), val.Quality
}

// inventory counts the kinds below the root, for the head of the tree: "6 turbines · 72 signals".
func inventory(t *twin.Tree) string {
	kinds := map[string]int{}
	var order []string
	for _, a := range t.Assets() {
		if a.Kind != "" && a.Parent != twin.NoAsset {
			if kinds[a.Kind] == 0 {
				order = append(order, a.Kind)
			}
			kinds[a.Kind]++
		}
	}
	var parts []string
	if len(order) > 0 {
		parts = append(parts, count(kinds[order[0]], order[0]))
	} else {
		parts = append(parts, count(len(t.Assets()), "asset"))
	}
	return strings.Join(append(parts, count(len(t.Signals()), "signal")), " · ")
}
