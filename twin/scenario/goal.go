package scenario

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin/scenario/design"
	"github.com/orrery-twin/orrery/twin/sim"
)

// Goal is what is wanted of a plant: the most or the least of a figure, with other figures held within limits.
type Goal struct {
	Figure   string
	Maximise bool
	Limits   []Limit
}

// Limit holds a figure above or below a value.
type Limit struct {
	Figure string
	AtMost bool   // else at least
	Text   string // the value in the unit of the figure, or in percent of what it is: "-2%"
}

// ParseLimit reads "failures<=0.5" or "energy >= -2%".
func ParseLimit(text string) (Limit, error) {
	for _, op := range []string{"<=", ">=", "≤", "≥"} {
		if figure, value, ok := strings.Cut(text, op); ok {
			l := Limit{Figure: strings.TrimSpace(figure), AtMost: op == "<=" || op == "≤", Text: strings.TrimSpace(value)}
			if l.Figure == "" || l.Text == "" {
				break
			}
			return l, nil
		}
	}
	return Limit{}, fmt.Errorf("scenario: limit %q: write FIGURE<=VALUE or FIGURE>=VALUE, for example failures<=0.5", clipped(text))
}

// String is "failures<=0.5".
func (l Limit) String() string {
	if l.AtMost {
		return l.Figure + "<=" + l.Text
	}
	return l.Figure + ">=" + l.Text
}

// judge scores outcomes by a goal. Limits and scales are those of the plant as it is.
type judge struct {
	goal   Goal
	scale  float64
	limits []float64 // SI
	scales []float64
}

// newJudge makes a judge; base is the outcome of the plant as it is.
func newJudge(g Goal, base *Outcome) (*judge, error) {
	f := base.Figure(g.Figure)
	if f == nil {
		return nil, noFigure(g.Figure, base.Figures)
	}
	j := &judge{goal: g, scale: scaleOf(f.Base.Value)}
	for _, l := range g.Limits {
		f := base.Figure(l.Figure)
		if f == nil {
			return nil, noFigure(l.Figure, base.Figures)
		}
		s, err := design.Parse(sim.Field{ID: f.ID, Unit: f.Unit, Value: f.Base.Value, Min: math.NaN(), Max: math.NaN()}, l.Text)
		if err != nil {
			return nil, fmt.Errorf("scenario: limit %s: %w", l, err)
		}
		if s.Shape != design.Single || math.IsNaN(s.Levels[0].SI) {
			return nil, fmt.Errorf("scenario: limit %s: a limit is one value", l)
		}
		j.limits, j.scales = append(j.limits, s.Levels[0].SI), append(j.scales, scaleOf(s.Levels[0].SI, f.Base.Value))
	}
	return j, nil
}

func noFigure(id string, figures []sim.Figure) error {
	fields := make([]sim.Field, len(figures))
	for i, f := range figures {
		fields[i].ID = f.ID
	}
	return fmt.Errorf("scenario: goal: %w", noSuch("figure", id, fields))
}

// scaleOf is the first value that tells how large a figure is.
func scaleOf(v ...float64) float64 {
	for _, x := range v {
		if x = math.Abs(x); x > 0 && !math.IsInf(x, 0) {
			return x
		}
	}
	return 1
}

// Scores of what is no solution: any that breaks limits is worse than all that keep them, and a run that failed worse still.
const (
	brokenScore = 1e6
	failedScore = 1e12
)

// score is small for what is wanted: K. Deb's rule of feasibility (2000) as one number.
func (j *judge) score(o *Outcome) (score float64, feasible bool) {
	f := o.Figure(j.goal.Figure)
	if f == nil || math.IsNaN(f.Changed.Value) {
		return failedScore, false
	}
	broken := 0.
	for i, l := range j.goal.Limits {
		x := o.Figure(l.Figure)
		if x == nil || math.IsNaN(x.Changed.Value) {
			return failedScore, false
		}
		over := x.Changed.Value - j.limits[i]
		if !l.AtMost {
			over = -over
		}
		if over > 1e-9*j.scales[i] {
			broken += over / j.scales[i]
		}
	}
	if broken > 0 {
		return math.Min(brokenScore*(1+broken), failedScore/2), false
	}
	v := f.Changed.Value / j.scale
	if j.goal.Maximise {
		v = -v
	}
	return math.Max(-brokenScore/2, math.Min(v, brokenScore/2)), true
}

// Best is the point of results that reaches a goal best; ok is false when none keeps the limits.
func (r *Results) Best(g Goal) (point int, ok bool, err error) {
	i := slices.IndexFunc(r.Outcomes, func(o *Outcome) bool { return o != nil })
	if i < 0 {
		return 0, false, fmt.Errorf("scenario: goal: no run has an answer")
	}
	j, err := newJudge(g, r.Outcomes[i])
	if err != nil {
		return 0, false, err
	}
	best := math.Inf(1)
	for k, o := range r.Outcomes {
		if o == nil {
			continue
		}
		if s, feasible := j.score(o); s < best {
			best, point, ok = s, k, feasible
		}
	}
	return point, ok, nil
}
