package scenario

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/twin/scenario/design"
	"github.com/orrery-twin/orrery/twin/sim"
)

// valley is Rosenbrock's function of a, b … with the sum as a second figure.
type valley struct{ fields int }

func (v valley) Fields() []sim.Field {
	var out []sim.Field
	for i := range v.fields {
		out = append(out, sim.Field{ID: string(rune('a' + i)), Value: -1, Min: -2, Max: 2})
	}
	return out
}

func (v valley) Answer(ctx context.Context, q sim.Question) (*sim.Answer, error) {
	given, err := Values(v.Fields(), q.Changes)
	if err != nil {
		return nil, err
	}
	x, sum := make([]float64, v.fields), 0.
	for i, f := range v.Fields() {
		x[i] = -1
		if y, ok := given[f.ID]; ok {
			x[i] = y
		}
		sum += x[i]
	}
	y := 0.
	for i := range x[1:] {
		y += 10*(x[i+1]-x[i]*x[i])*(x[i+1]-x[i]*x[i]) + (1-x[i])*(1-x[i])
	}
	return &sim.Answer{Figures: []sim.Figure{{ID: "f", Base: sim.Exact(44), Changed: sim.Exact(y)}, {ID: "sum", Base: sim.Exact(-2), Changed: sim.Exact(sum)}}}, ctx.Err()
}

func search(t *testing.T, v valley, spread string, g Goal, runs int) *Optimum {
	t.Helper()
	var axes []design.Axis
	for _, f := range v.Fields() {
		a, err := design.NewAxis(f, spread)
		if err != nil {
			t.Fatal(err)
		}
		axes = append(axes, a)
	}
	o, err := (&Search{Study: v, Axes: axes, Goal: g, Runs: runs, Question: sim.Question{Seed: 3}}).Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(o.Trials) > runs {
		t.Errorf("%d runs, %d were allowed", len(o.Trials), runs)
	}
	return o
}

func limit(t *testing.T, text string) Limit {
	t.Helper()
	l, err := ParseLimit(text)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestSearchFindsTheBottomOfAValley(t *testing.T) {
	b := search(t, valley{2}, "-2..2", Goal{Figure: "f"}, 250).Best
	if x, y := b.Point[0].SI, b.Point[1].SI; !b.Feasible || math.Hypot(x-1, y-1) > .05 {
		t.Errorf("simplex: %g %g", x, y)
	}
	b = search(t, valley{6}, "-2..2", Goal{Figure: "f"}, 6000).Best
	if f := b.Outcome.Figure("f").Changed.Value; f > .1 {
		t.Errorf("CMA-ES: %g at %v", f, b.Changes)
	}
	b = search(t, valley{2}, "range(-2, 2, 9)", Goal{Figure: "f"}, 81).Best
	if x, y := b.Point[0].SI, b.Point[1].SI; x != 1 || y != 1 {
		t.Errorf("levels: %g %g", x, y)
	}
}

// On a + b ≤ 1 the bottom is at (0.6248, 0.3752), where the gradient along the edge is nought: f = 0.1410.
func TestSearchKeepsLimits(t *testing.T) {
	best := math.Inf(1)
	for a := 0.; a < 1; a += 1e-5 {
		b := 1 - a
		best = min(best, 10*(b-a*a)*(b-a*a)+(1-a)*(1-a))
	}
	o := search(t, valley{2}, "-2..2", Goal{Figure: "f", Limits: []Limit{limit(t, "sum <= 1")}}, 300)
	b := o.Best
	if f, sum := b.Outcome.Figure("f").Changed.Value, b.Outcome.Figure("sum").Changed.Value; !b.Feasible || sum > 1+1e-6 || f > best*1.1 {
		t.Errorf("f = %g (best %g) at %v, sum %g", f, best, b.Changes, sum)
	}
	b = search(t, valley{2}, "-2..2", Goal{Figure: "sum", Maximise: true, Limits: []Limit{limit(t, "f<=-50%")}}, 300).Best
	if f := b.Outcome.Figure("f").Changed.Value; !b.Feasible || f > 22 || b.Outcome.Figure("sum").Changed.Value < 3 {
		t.Errorf("%v: f %g", b.Changes, f)
	}
	if b := search(t, valley{2}, "-2..2", Goal{Figure: "f", Limits: []Limit{limit(t, "sum>=5")}}, 60).Best; b.Feasible {
		t.Errorf("a limit that nothing keeps was kept: %v", b.Changes)
	}
}

func TestSearchSaysWhatIsWrong(t *testing.T) {
	axis, err := design.NewAxis(valley{2}.Fields()[0], "-2..2")
	if err != nil {
		t.Fatal(err)
	}
	for want, s := range map[string]Search{
		"nothing varies":                      {Goal: Goal{Figure: "f"}},
		`no figure "g": choose one of f, sum`: {Axes: []design.Axis{axis}, Goal: Goal{Figure: "g"}},
		"limit sum<=five":                     {Axes: []design.Axis{axis}, Goal: Goal{Figure: "f", Limits: []Limit{{Figure: "sum", AtMost: true, Text: "five"}}}},
		"a limit is one value":                {Axes: []design.Axis{axis}, Goal: Goal{Figure: "f", Limits: []Limit{{Figure: "sum", AtMost: true, Text: "1..2"}}}},
	} {
		s.Study = valley{2}
		if _, err := s.Run(context.Background()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for _, bad := range []string{"", "f", "f=3", "<=3", "f<="} {
		if _, err := ParseLimit(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := Search{Study: valley{2}, Axes: []design.Axis{axis}, Goal: Goal{Figure: "f"}, Progress: func(done, most int, best *Trial) {
		if best == nil || most != 70 {
			t.Errorf("progress %d of %d", done, most)
		}
		if done >= 10 {
			cancel()
		}
	}}
	o, err := s.Run(ctx)
	if !errors.Is(err, context.Canceled) || !o.Partial || o.Best == nil || len(o.Trials) < 8 || len(o.Trials) > 14 {
		t.Errorf("%v: %d trials", err, len(o.Trials))
	}
}

func TestTheBestOfASweep(t *testing.T) {
	r, err := (&Experiment{Study: valley{2}, Plan: planOf(t, valley{2}, grid(9), "a=-2..2", "b=-2..2")}).Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	k, ok, err := r.Best(Goal{Figure: "f"})
	if err != nil || !ok || r.Plan.Points[k][0].SI != 1 || r.Plan.Points[k][1].SI != 1 {
		t.Errorf("%v %v %v", r.Plan.Points[k], ok, err)
	}
	if _, ok, err := r.Best(Goal{Figure: "f", Limits: []Limit{limit(t, "sum>=5")}}); ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
}

func BenchmarkSearch(b *testing.B) {
	axis := func(i int) design.Axis {
		a, err := design.NewAxis(valley{2}.Fields()[i], "-2..2")
		if err != nil {
			b.Fatal(err)
		}
		return a
	}
	for b.Loop() {
		s := Search{Study: valley{2}, Axes: []design.Axis{axis(0), axis(1)}, Goal: Goal{Figure: "f"}, Runs: 100}
		if _, err := s.Run(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
