package main

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/scenario/design"
	"github.com/orrery-twin/orrery/twin/sim"
)

// shownPoints is how many points of a sweep are printed; a file holds them all.
const shownPoints = 60

// sweepReport prints the results of an experiment.
type sweepReport struct {
	*scenario.Results
	goal   *scenario.Goal
	figure string // the ID of what is ranked
	seed   uint64
	info   sim.Figure
}

// choose finds the figure that is shown.
func (r *sweepReport) choose() error {
	figures := r.Figures()
	if len(figures) == 0 {
		return fmt.Errorf("the model answers without figures: there is nothing to compare")
	}
	if r.figure == "" {
		r.figure = figures[0].ID
		if r.goal != nil {
			r.figure = r.goal.Figure
		}
	}
	var known []string
	for _, f := range figures {
		if f.ID == r.figure {
			r.info = f
			return nil
		}
		known = append(known, f.ID)
	}
	return fmt.Errorf("--figure %s: the model has %s", r.figure, strings.Join(known, ", "))
}

func (r *sweepReport) print(w io.Writer) error {
	if len(r.Fixed) > 0 {
		fmt.Fprintf(w, "with %s\n", changesText(r.Fixed))
	}
	fmt.Fprintf(w, "%s as it is: %s\n\n", withUnit(r.info.Label, r.info.Unit), meanText(r.info.Base, r.info.Unit, r.info.Decimals))
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	switch r.Plan.Kind {
	case design.TornadoKind:
		r.tornado(t)
	case design.SobolKind:
		r.sobol(t)
	case design.MorrisKind:
		r.morris(t)
	default:
		r.points(t)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if r.goal != nil {
		if err := r.best(w); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(w, "\n%s. Intervals hold the mean with 95 %%.\n", r.Summary())
	return err
}

func (r *sweepReport) show(v float64) string {
	if math.IsNaN(v) {
		return "failed"
	}
	return r.info.Unit.Format(v, r.info.Decimals)
}

func (r *sweepReport) points(t io.Writer) {
	for i := range r.Plan.Axes {
		fmt.Fprintf(t, "%s\t", withUnit(r.Plan.Axes[i].Field.ID, r.Plan.Axes[i].Field.Unit))
	}
	fmt.Fprintf(t, "%s\tdifference\t\n", withUnit(r.figure, r.info.Unit))
	for k, o := range r.Outcomes {
		if k == shownPoints {
			fmt.Fprintf(t, "… and %d more: -o FILE.csv holds all\t\n", len(r.Outcomes)-k)
			return
		}
		for _, l := range r.Plan.Points[k] {
			fmt.Fprintf(t, "%s\t", l.Text)
		}
		f := o.Figure(r.figure)
		switch {
		case r.Errs[k] != nil:
			fmt.Fprintf(t, "failed\t%v\t\n", r.Errs[k])
		case f == nil:
			fmt.Fprintf(t, "not computed\t\t\n")
		default:
			fmt.Fprintf(t, "%s\t%s\t\n", meanText(f.Changed, f.Unit, f.Decimals), scenario.Verdict(*f))
		}
	}
}

// tornado draws a bar for each field: ─ below what it is, ━ above.
func (r *sweepReport) tornado(t io.Writer) {
	swings := design.Swings(r.Plan, r.Column(r.figure))
	widest := 0.
	for _, s := range swings {
		if x := math.Max(math.Abs(s.Low-s.Base), math.Abs(s.High-s.Base)); x > widest {
			widest = x
		}
	}
	const half = 20
	fmt.Fprintln(t, "field\tfrom\tto\tat low\tat high\t\t")
	for _, s := range swings {
		a := &r.Plan.Axes[s.Axis]
		low, high := a.Ends()
		below := math.Min(0, math.Min(s.Low, s.High)-s.Base)
		above := math.Max(0, math.Max(s.Low, s.High)-s.Base)
		bar := ""
		if widest > 0 && !math.IsNaN(below+above) {
			n, m := int(math.Round(half*-below/widest)), int(math.Round(half*above/widest))
			bar = strings.Repeat(" ", half-n) + strings.Repeat("─", n) + "│" + strings.Repeat("━", m) + strings.Repeat(" ", half-m)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t\n", withUnit(a.Field.ID, a.Field.Unit), low.Text, high.Text, r.show(s.Low), r.show(s.High), bar)
	}
}

const bootstraps = 500

func (r *sweepReport) indices() []design.Indices {
	return design.SobolIndices(r.Plan, r.Column(r.figure), bootstraps, r.seed)
}

func (r *sweepReport) sobol(t io.Writer) {
	list := r.indices()
	if list == nil {
		fmt.Fprintln(t, "too few runs have an answer for indices\t")
		return
	}
	fmt.Fprintln(t, "field\talone\t95 %\twith others\t95 %\t")
	for _, i := range byTotal(list) {
		x := list[i]
		fmt.Fprintf(t, "%s\t%.3f\t%.2f … %.2f\t%.3f\t%.2f … %.2f\t\n", r.Plan.Axes[i].Field.ID, x.First.Value, x.First.Low, x.First.High, x.Total.Value, x.Total.Low, x.Total.High)
	}
}

// byTotal orders axes by what they do with all others, the most first.
func byTotal(list []design.Indices) []int {
	out := make([]int, len(list))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int { return descending(list[a].Total.Value, list[b].Total.Value) })
	return out
}

func descending(a, b float64) int {
	switch {
	case a > b:
		return -1
	case a < b:
		return 1
	}
	return 0
}

func (r *sweepReport) morris(t io.Writer) {
	list := design.ElementaryEffects(r.Plan, r.Column(r.figure))
	order := make([]int, len(list))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return descending(list[a].MuStar.Value, list[b].MuStar.Value) })
	fmt.Fprintf(t, "field\teffect from end to end, %s\t95 %%\tmean\tspread\t\n", or(r.info.Unit.Symbol, "no unit"))
	for _, i := range order {
		x := list[i]
		show := func(v float64) string { return fmt.Sprintf("%.*f", r.info.Decimals, r.info.Unit.Span(v)) }
		fmt.Fprintf(t, "%s\t%s\t%s … %s\t%s\t%s\t\n", r.Plan.Axes[i].Field.ID, show(x.MuStar.Value), show(x.MuStar.Low), show(x.MuStar.High), show(x.Mu), show(x.Sigma))
	}
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func (r *sweepReport) best(w io.Writer) error {
	k, ok, err := r.Best(*r.goal)
	if err != nil {
		return err
	}
	if !ok {
		_, err = fmt.Fprintf(w, "\nNo point keeps %s; the nearest is %s.\n", limitsText(r.goal), changesText(r.Plan.Changes(k)))
		return err
	}
	_, err = fmt.Fprintf(w, "\nThe best is %s.\n", changesText(r.Plan.Changes(k)))
	return err
}

func withUnit(name string, u twin.Unit) string {
	if u.Symbol == "" {
		return name
	}
	return name + ", " + u.Symbol
}

func changesText(changes []sim.Change) string {
	out := make([]string, len(changes))
	for i, c := range changes {
		out[i] = c.String()
	}
	return strings.Join(out, ", ")
}

func limitsText(g *scenario.Goal) string {
	out := make([]string, len(g.Limits))
	for i, l := range g.Limits {
		out[i] = l.String()
	}
	return strings.Join(out, ", ")
}

// printOptimum writes what a search found.
func printOptimum(w io.Writer, o *scenario.Optimum, g scenario.Goal) error {
	if o.Best.Feasible {
		fmt.Fprintf(w, "The best of %d runs is %s\n\n", len(o.Trials), changesText(o.Best.Changes))
	} else {
		fmt.Fprintf(w, "None of %d runs keeps %s; the nearest is %s\n\n", len(o.Trials), limitsText(&g), changesText(o.Best.Changes))
	}
	t := tabwriter.NewWriter(w, 0, 0, 3, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\tas it is\tbest\tdifference\t")
	for _, f := range o.Best.Outcome.Figures {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t\n", withUnit(f.Label, f.Unit), meanText(f.Base, f.Unit, f.Decimals), meanText(f.Changed, f.Unit, f.Decimals), scenario.Verdict(f))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	note := ""
	if o.Failed > 0 {
		note += fmt.Sprintf("%d runs had no answer. ", o.Failed)
	}
	if o.Partial {
		note += "Stopped before its end. "
	}
	_, err := fmt.Fprintf(w, "\n%sIntervals hold the mean with 95 %%.\n", note)
	return err
}

type estimateJSON struct {
	Value *float64 `json:"value"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

func estimateOf(e design.Estimate, span func(float64) float64) estimateJSON {
	return estimateJSON{finite(span(e.Value)), finite(span(e.Low)), finite(span(e.High))}
}

// effectJSON is what an experiment says about one field; what a design does not say is left out.
type effectJSON struct {
	Field  string        `json:"field"`
	Low    *float64      `json:"at_low,omitempty"`
	High   *float64      `json:"at_high,omitempty"`
	First  *estimateJSON `json:"first,omitempty"`
	Total  *estimateJSON `json:"total,omitempty"`
	MuStar *estimateJSON `json:"mu_star,omitempty"`
	Mu     *float64      `json:"mu,omitempty"`
	Sigma  *float64      `json:"sigma,omitempty"`
}

type pointJSON struct {
	Set     map[string]string `json:"set"`
	Figures []figureJSON      `json:"figures,omitempty"`
	Error   string            `json:"error,omitempty"`
}

type sweepJSON struct {
	Design  string       `json:"design"`
	Figure  string       `json:"figure"`
	Unit    string       `json:"unit,omitempty"`
	Fixed   []string     `json:"fixed,omitempty"`
	Effects []effectJSON `json:"effects,omitempty"`
	Points  []pointJSON  `json:"points"`
	Best    *int         `json:"best,omitempty"` // index of points
	Runs    int          `json:"runs"`
	Done    int          `json:"done"`
	Failed  int          `json:"failed"`
	Partial bool         `json:"partial"`
	Elapsed float64      `json:"elapsed_ms"`
}

func (r *sweepReport) json() sweepJSON {
	out := sweepJSON{Design: r.Plan.Kind.String(), Figure: r.figure, Unit: r.info.Unit.Symbol, Effects: r.effects(), Runs: len(r.Outcomes), Done: r.Done, Partial: r.Partial,
		Elapsed: float64(r.Elapsed) / float64(time.Millisecond)}
	out.Failed, _ = r.Failed()
	for _, c := range r.Fixed {
		out.Fixed = append(out.Fixed, c.String())
	}
	for k, o := range r.Outcomes {
		p := pointJSON{Set: map[string]string{}}
		for _, c := range r.Plan.Changes(k) {
			p.Set[c.Field] = c.Value
		}
		if o != nil {
			p.Figures = figuresOf(&sim.Answer{Figures: o.Figures})
		}
		if r.Errs[k] != nil {
			p.Error = r.Errs[k].Error()
		}
		out.Points = append(out.Points, p)
	}
	if r.goal != nil {
		if k, ok, err := r.Best(*r.goal); err == nil && ok {
			out.Best = &k
		}
	}
	return out
}

func (r *sweepReport) effects() (out []effectJSON) {
	id := func(axis int) string { return r.Plan.Axes[axis].Field.ID }
	plain := func(v float64) float64 { return v }
	y := r.Column(r.figure)
	for _, s := range design.Swings(r.Plan, y) {
		out = append(out, effectJSON{Field: id(s.Axis), Low: finite(r.info.Unit.FromSI(s.Low)), High: finite(r.info.Unit.FromSI(s.High))})
	}
	if r.Plan.Kind == design.SobolKind {
		for i, x := range r.indices() {
			first, total := estimateOf(x.First, plain), estimateOf(x.Total, plain)
			out = append(out, effectJSON{Field: id(i), First: &first, Total: &total})
		}
	}
	for i, x := range design.ElementaryEffects(r.Plan, y) {
		star := estimateOf(x.MuStar, r.info.Unit.Span)
		out = append(out, effectJSON{Field: id(i), MuStar: &star, Mu: finite(r.info.Unit.Span(x.Mu)), Sigma: finite(r.info.Unit.Span(x.Sigma))})
	}
	return out
}

func optimumJSON(o *scenario.Optimum, g scenario.Goal) map[string]any {
	set := map[string]string{}
	for _, c := range o.Best.Changes {
		set[c.Field] = c.Value
	}
	return map[string]any{"goal": g.Figure, "maximise": g.Maximise, "best": pointJSON{Set: set, Figures: figuresOf(&sim.Answer{Figures: o.Best.Outcome.Figures})},
		"feasible": o.Best.Feasible, "runs": len(o.Trials), "failed": o.Failed, "partial": o.Partial}
}
