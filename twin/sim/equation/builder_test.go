package equation_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/equation"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// measured gives signal 0 the hour of the day in kW, and signal 1 a temperature that stays.
type measured struct{ fail error }

func (m measured) LatestAt(_ context.Context, t time.Time, into *twin.Snapshot) error {
	into.Values = []twin.Value{{Value: float64(t.Hour()) * 1e3, Quality: twin.Good}, {Value: 310, Quality: twin.Good}, {Value: math.NaN(), Quality: twin.Good}}
	return m.fail
}

func oil(t *testing.T) *equation.Program {
	t.Helper()
	s, err := expression.CompileSystem(&expression.SystemText{
		Inputs:     []expression.VariableText{{Name: "power", Value: "0 kW"}, {Name: "ambient", Value: "280 K"}},
		Parameters: []expression.VariableText{{Name: "hA", Value: "100 W/K", Range: [2]string{"50 W/K", "200 W/K"}, SD: "2 W/K"}, {Name: "C", Value: "100 kJ/K"}},
		States:     []expression.VariableText{{Name: "T", Value: "20 °C"}},
		Equations:  []expression.Passage{{Text: "dT/dt = (power - hA*(T - ambient))/C"}},
		Outputs:    []expression.OutputText{{Name: "T", Text: "T"}, {Name: "power", Text: "power"}},
		Events:     []expression.EventText{{Name: "hot", When: `T > "395 K"`}},
	})
	if err != nil {
		t.Fatal(err)
	}
	p, err := equation.Compile(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func builder(t *testing.T) *equation.Builder {
	none := twin.NoSignal
	return &equation.Builder{Past: measured{}, Instances: []equation.Instance{
		{Program: oil(t), Inputs: []twin.SignalID{0, none}, States: []twin.SignalID{1}, Outputs: []twin.SignalID{1, none}, Failure: 0, Name: "oil too hot", Power: 1},
		{Program: oil(t), Inputs: []twin.SignalID{none, none}, States: []twin.SignalID{2}, Outputs: []twin.SignalID{none, 2}, Failure: -1, Power: -1},
	}}
}

// From six hours ago along the recorded power, then on with the last of it: 12 kW over 100 W/K heat to 120 K above 280 K.
func TestAJobRunsAlongThePastIntoTheFuture(t *testing.T) {
	job, err := builder(t).Build(context.Background(), sim.Request{Fork: noon.Add(-6 * time.Hour), Now: noon, Horizon: 6 * time.Hour, Step: 10 * time.Minute, Members: 30, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if job.Grid.N != 72 || len(job.Channels) != 2 || len(job.Units) != 2 || len(job.Units[0].Inputs) != 2 || job.Rests != "equations of the twin file, 2 measured values, 1 not measured and as declared" {
		t.Errorf("job %+v", job)
	}
	bands := sim.NewBands(job.Grid, job.Channels)
	if err := sim.Run(context.Background(), job.Model, bands); err != nil {
		t.Fatal(err)
	}
	if m, lo, hi, ok := bands.At(0, noon.Add(-6*time.Hour)); !ok || m != 310 || lo != hi {
		t.Errorf("starts at %g (%g … %g), want what was measured", m, lo, hi)
	}
	if m, lo, hi, _ := bands.At(0, noon.Add(6*time.Hour)); math.Abs(m-400) > 2 || !(lo < m && m < hi) {
		t.Errorf("ends at %g (%g … %g), want 400", m, lo, hi)
	}
	// Energy: 6, 7, … 11 kWh in the past and six times 12.
	if e := job.Model.EnergyJ(0)[0] / 3.6e6; math.Abs(e-(51+72)) > 1.2 {
		t.Errorf("%g kWh", e)
	}
	if f := job.Model.FailureSec(0)[3]; math.IsInf(f, 1) || f < 6*3600 {
		t.Errorf("too hot at %g s", f)
	}
	if m, _, _, _ := bands.At(1, noon); m != 0 {
		t.Errorf("an input that nothing drives became %g", m)
	}
}

func TestScenariosOfEquations(t *testing.T) {
	tree, err := twin.NewTree([]twin.Asset{{Path: "P1", Name: "P1", Parent: twin.NoAsset}}, []twin.Signal{{Path: "P1/power"}, {Path: "P1/oil"}, {Path: "P1/other"}})
	if err != nil {
		t.Fatal(err)
	}
	r := scenario.New(scenario.Options{Tree: tree, Builder: builder(t), Clock: func() time.Time { return noon }, Horizon: 24 * time.Hour, Refresh: -1, Members: 32})
	defer r.Close()
	var ends []float64
	for _, values := range []map[string]float64{nil, {"power": 6e3}} {
		run, err := r.Wait(context.Background(), scenario.Scenario{Name: "try", Values: values})
		if err != nil {
			t.Fatal(err)
		}
		var snap twin.Snapshot
		run.At(run.Horizon, &snap)
		ends = append(ends, snap.At(1).Value)
	}
	if math.Abs(ends[0]-400) > 2 || math.Abs(ends[1]-340) > 2 {
		t.Errorf("ends %v, want 400 and, with half the power, 340", ends)
	}
}

func TestJobsThatCannotBe(t *testing.T) {
	q := sim.Request{Now: noon, Horizon: time.Hour, Step: time.Minute, Members: 2}
	for want, f := range map[string]func(b *equation.Builder, q *sim.Request){
		"nothing to compute":     func(b *equation.Builder, _ *sim.Request) { b.Instances = nil },
		"at most 1000000 steps":  func(_ *equation.Builder, q *sim.Request) { q.Step = time.Microsecond },
		"in steps of 0s":         func(_ *equation.Builder, q *sim.Request) { q.Step = 0 },
		`state "pover"`:          func(_ *equation.Builder, q *sim.Request) { q.Values = map[string]float64{"pover": 1} },
		"hA = 500":               func(_ *equation.Builder, q *sim.Request) { q.Values = map[string]float64{"hA": 500} },
		"what was measured at 2": func(b *equation.Builder, _ *sim.Request) { b.Past = measured{errors.New("disk")} },
	} {
		b, q := builder(t), q
		f(b, &q)
		if _, err := b.Build(context.Background(), q); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}
