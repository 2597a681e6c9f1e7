package traffic

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

var (
	minutes  = twin.Unit{Symbol: "min", Dimension: "time", Scale: 60}
	hours    = twin.Unit{Symbol: "h", Dimension: "time", Scale: hourSec}
	kilogram = twin.Unit{Symbol: "kg", Dimension: "mass", Scale: 1}
	plain    = twin.Unit{}
)

// mean is that of some values with the interval of Student's t; of one value, the value alone.
func mean(v []float64) sim.Mean {
	m := 0.
	for _, x := range v {
		m += x / float64(len(v))
	}
	if len(v) < 2 {
		return sim.Exact(m)
	}
	ss := 0.
	for _, x := range v {
		ss += (x - m) * (x - m)
	}
	k := float64(len(v))
	half := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: k - 1}.Quantile(.975) * math.Sqrt(ss/(k-1)/k)
	return sim.Mean{Value: m, Low: m - half, High: m + half}
}

// words makes the answer of what was found.
func (in *inquiry) words() *sim.Answer {
	base, changed := in.pairs()
	out := &sim.Answer{Runs: len(base), Rests: in.rests(len(base))}
	roads := in.roads(base, changed)
	if len(base) > 0 {
		out.Figures = in.figures(base, changed)
	} else {
		out.Figures = in.expected()
	}
	out.Ranks, out.Parts = in.ranks(roads), in.parts(roads)
	out.Headline = in.headline(out)
	out.More = in.more(out, roads)
	return out
}

func (in *inquiry) rests(runs int) string {
	parts := []string{in.state.says()}
	if in.fitted.off > 0 {
		parts[0] += fmt.Sprintf(", met by the model within %.0f %%", 100*in.fitted.off)
	}
	if in.fitted.quiet {
		parts[0] += " of a quiet hour, which say nothing of the others"
	}
	if in.fitted.cut < 1 {
		parts[0] += fmt.Sprintf(", of whose traffic its roads carry %.0f %%", 100*in.fitted.cut)
	}
	parts = append(parts, fmt.Sprintf("demand of %s", clockText(in.hour)))
	if runs == 0 {
		return strings.Join(append(parts, "expected course by cell transmission, without chance"), "; ")
	}
	return strings.Join(append(parts, fmt.Sprintf("%d pairs of runs with every vehicle, %.0f min each", runs, in.horizon/60)), "; ")
}

// quantity is a figure and how a run gives it.
type quantity struct {
	id, label string
	unit      twin.Unit
	decimals  int
	good      sim.Sense
	of        func(*Result) float64
}

// perTrip is the time on the road for each trip that was completed: unlike the mean over who arrived, it grows with a jam at once.
func perTrip(r *Result) float64 { return r.Total / float64(max(1, r.Arrived)) }

func (in *inquiry) figures(base, changed []*Result) []sim.Figure {
	lost := map[*Result]float64{}
	for i := range base {
		lost[base[i]] = float64(base[i].Unserved) + in.base.lost*in.horizon
	}
	for i := range changed {
		if _, twice := lost[changed[i]]; !twice {
			lost[changed[i]] = float64(changed[i].Unserved) + in.changed.lost*in.horizon
		}
	}
	all := []quantity{
		{"trip", "Time of a trip", minutes, 2, sim.Less, perTrip},
		{"delay", "Delay of a trip", minutes, 2, sim.Less, func(r *Result) float64 { return max(0, perTrip(r)-r.MeanTime+r.MeanDelay) }},
		{"total", "Time on the road, all vehicles", hours, 0, sim.Less, func(r *Result) float64 { return r.Total }},
		{"queued", "Vehicles queued", plain, 0, sim.Less, func(r *Result) float64 { return average(r.Network[2].Values) }},
		{"waiting", "Vehicles that wait to enter", plain, 0, sim.Less, func(r *Result) float64 { return average(r.Network[1].Values) }},
		{"arrived", "Trips completed", plain, 0, sim.More, func(r *Result) float64 { return float64(r.Arrived) }},
		{"unserved", "Trips without a route", plain, 0, sim.Less, func(r *Result) float64 { return lost[r] }},
		{"co2", "CO₂, were all petrol cars", kilogram, 0, sim.Less, func(r *Result) float64 { return r.CO2 }},
	}
	var out []sim.Figure
	for _, q := range all {
		b, c := values(base, q.of), values(changed, q.of)
		d := make([]float64, len(b))
		for i := range d {
			d[i] = c[i] - b[i]
		}
		f := sim.Figure{ID: q.id, Label: q.label, Unit: q.unit, Decimals: q.decimals, Good: q.good, Base: mean(b), Changed: mean(c), Difference: mean(d)}
		if len(d) == 1 && in.changes() { // one pair tells nothing of chance
			f.Difference.Low, f.Difference.High = math.Inf(-1), math.Inf(1)
		}
		out = append(out, f)
	}
	return append(out, in.dayFigure()...)
}

func average(v []float64) float64 {
	sum := 0.
	for _, x := range v {
		sum += x / float64(len(v))
	}
	return sum
}

// exactly is a figure without chance.
func exactly(id, label string, unit twin.Unit, decimals int, good sim.Sense, b, c float64) sim.Figure {
	return sim.Figure{ID: id, Label: label, Unit: unit, Decimals: decimals, Good: good, Base: sim.Exact(b), Changed: sim.Exact(c), Difference: sim.Exact(c - b)}
}

// expected are figures of the cell transmission model.
func (in *inquiry) expected() []sim.Figure {
	b, c := &in.first[0], &in.first[1]
	out := []sim.Figure{
		exactly("trip", "Time of a trip", minutes, 2, sim.Less, b.perTrip(), c.perTrip()),
		exactly("total", "Time on the road, all vehicles", hours, 0, sim.Less, b.spent, c.spent),
		exactly("arrived", "Trips completed", plain, 0, sim.More, b.left, c.left),
		exactly("unserved", "Trips without a route", plain, 0, sim.Less, in.base.lost*in.horizon, in.changed.lost*in.horizon),
	}
	return append(out, in.dayFigure()...)
}

func (in *inquiry) dayFigure() []sim.Figure {
	if in.day == nil {
		return nil
	}
	b, c := &in.day[0], &in.day[1]
	return []sim.Figure{
		exactly("day", "Time of a trip, the whole day", minutes, 2, sim.Less, b.perTrip(), c.perTrip()),
		exactly("day_total", "Time on the road, the whole day", hours, 0, sim.Less, b.spent, c.spent),
		exactly("day_trips", "Trips completed, the whole day", plain, 0, sim.More, b.left, c.left),
	}
}

func (in *inquiry) headline(a *sim.Answer) string {
	trip := a.Figures[0]
	worst := ""
	if len(a.Ranks) > 0 {
		worst = fmt.Sprintf("; most time is lost on %s (%.0f %%)", a.Ranks[0].Label, 100*a.Ranks[0].Share)
	}
	what := in.s.words(in.set)
	if what == "" {
		return fmt.Sprintf("At %s a trip takes %s%s.", clockText(in.hour), timeText(trip.Base.Value), worst)
	}
	end := fmt.Sprintf(", at %s%s.", clockText(in.hour), worst)
	if f := figureOf(a, "unserved"); f != nil && f.Difference.Value >= 1 {
		end = fmt.Sprintf(", and %.0f have no way%s", f.Difference.Value, end)
	}
	switch {
	case math.IsInf(trip.Difference.High, 1):
		return fmt.Sprintf("%s: a trip takes %s instead of %s in the first run%s", what, timeText(trip.Changed.Value), timeText(trip.Base.Value), end)
	case !trip.Distinguishable() && a.Runs > 0:
		return fmt.Sprintf("%s: no difference that %d runs can tell; a trip takes %s (%+.0f to %+.0f s)%s", what, a.Runs, timeText(trip.Changed.Value), trip.Difference.Low, trip.Difference.High, end)
	}
	of := fmt.Sprintf("%+.0f %%", 100*trip.Difference.Value/max(trip.Base.Value, 1e-9))
	if a.Runs > 0 {
		of += fmt.Sprintf(", %+.0f to %+.0f s", trip.Difference.Low, trip.Difference.High)
	}
	return fmt.Sprintf("%s: a trip takes %s instead of %s (%s)%s", what, timeText(trip.Changed.Value), timeText(trip.Base.Value), strings.ReplaceAll(of, "-", "−"), end)
}

func figureOf(a *sim.Answer, id string) *sim.Figure {
	if i := slices.IndexFunc(a.Figures, func(f sim.Figure) bool { return f.ID == id }); i >= 0 {
		return &a.Figures[i]
	}
	return nil
}

// timeText words a time: "84 s" or "5.1 min".
func timeText(s float64) string {
	if s < 100 {
		return fmt.Sprintf("%.0f s", s)
	}
	return fmt.Sprintf("%.1f min", s/60)
}

func (in *inquiry) more(a *sim.Answer, roads []roadState) []string {
	var out []string
	if in.day != nil {
		out = append(out, in.daySentence())
	}
	for _, f := range a.Figures {
		if f.ID == "co2" && in.changes() && f.Distinguishable() {
			out = append(out, fmt.Sprintf("Carbon dioxide changes by %+.0f kg in %.0f min, were all vehicles petrol cars of 1.4 t.", f.Difference.Value, in.horizon/60))
		}
	}
	if s := busier(roads); s != "" {
		out = append(out, s)
	}
	for i, m := range in.s.d.measures {
		if f, ok := in.s.byID[m.id+".on"]; ok && in.set[f] == 1 && len(m.close) > 0 && !in.closes(i) {
			out = append(out, fmt.Sprintf("At %s the streets of %q are open: ask about another hour with demand.hour.", clockText(in.hour), m.label))
		}
	}
	return out
}

// daySentence says what the change does over a day.
func (in *inquiry) daySentence() string {
	b, c := &in.day[0], &in.day[1]
	out := fmt.Sprintf("Over the whole day a trip takes %s instead of %s", timeText(c.perTrip()), timeText(b.perTrip()))
	if fewer := b.entered - c.entered; fewer > .005*b.entered {
		out += fmt.Sprintf(", and %.0f of %.0f trips are not made", fewer, b.entered)
	} else if d := c.spent - b.spent; math.Abs(d) >= hourSec {
		out += fmt.Sprintf(": %+.0f vehicle hours", d/hourSec)
	}
	for i, x := range in.day {
		if x.inside > .02*x.entered {
			out += fmt.Sprintf("; %.0f vehicles %s are still on the road at midnight", x.inside, [2]string{"of today's plant", "of the changed one"}[i])
		}
	}
	return strings.ReplaceAll(out, ": -", ": −") + "."
}

// closes reports whether a measure closes its streets within the run.
func (in *inquiry) closes(measure int) bool {
	m := in.s.d.measures[measure]
	from, to := in.s.of(in.set, m.id+".from"), in.s.of(in.set, m.id+".to")
	return from < in.hour+in.horizon/hourSec && to > in.hour
}

// busier names the streets that take over traffic.
func busier(roads []roadState) string {
	list := slices.Clone(roads)
	slices.SortStableFunc(list, func(a, b roadState) int { return cmp.Compare(b.flow[1]-b.flow[0], a.flow[1]-a.flow[0]) })
	var names []string
	for _, r := range list[:min(3, len(list))] {
		if d := (r.flow[1] - r.flow[0]) * hourSec; d >= 20 {
			names = append(names, fmt.Sprintf("%s +%.0f /h", r.label, d))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "More traffic: " + strings.Join(names, ", ") + "."
}
