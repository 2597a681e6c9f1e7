package scenario

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

func energyOf(t *testing.T, w *wooden, b sim.Builder, s Scenario) float64 {
	t.Helper()
	run, err := Compute(context.Background(), b, s, noon, Options{Tree: w.tree, Horizon: 48 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if run.Partial {
		t.Fatal(run.Reason)
	}
	e, _ := run.Energy(1)
	return e.Median / (1e6 * 3600) // hours at full load
}

func TestForksAheadGoAlongTheBaseUntilThen(t *testing.T) {
	w := plant(t)
	half, none := map[string]float64{"load": .5}, map[string]float64{}
	for name, c := range map[string]struct {
		s    Scenario
		want float64
	}{
		"now":             {Scenario{Values: half}, 24},
		"in a day":        {Scenario{Fork: noon.Add(24 * time.Hour), Values: half}, 36},
		"for a day":       {Scenario{Values: half, Later: []Later{{noon.Add(24 * time.Hour), none}}}, 36},
		"and again":       {Scenario{Fork: noon.Add(12 * time.Hour), Values: half, Later: []Later{{noon.Add(24 * time.Hour), none}}}, 42},
		"since yesterday": {Scenario{Fork: noon.Add(-24 * time.Hour), Values: half, Later: []Later{{noon.Add(12 * time.Hour), none}}}, 42},
		"too late":        {Scenario{Fork: noon.Add(72 * time.Hour), Values: half}, 48},
		"within a step":   {Scenario{Fork: noon.Add(24*time.Hour + time.Minute), Values: half}, 36 + .5/6},
	} {
		if got := energyOf(t, w, w, c.s); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %.4f h at full load, want %.4f", name, got, c.want)
		}
	}
	// A child that forks ahead of its parent shares its course until then.
	base, err := Compute(context.Background(), w, Scenario{}, noon, Options{Tree: w.tree})
	if err != nil {
		t.Fatal(err)
	}
	ahead, err := Compute(context.Background(), w, Scenario{Fork: noon.Add(96 * time.Hour), Values: half}, noon, Options{Tree: w.tree})
	if err != nil {
		t.Fatal(err)
	}
	var a, b twin.Snapshot
	for _, hours := range []int{1, 95, 97, 200} {
		at := noon.Add(time.Duration(hours) * time.Hour)
		base.At(at, &a)
		ahead.At(at, &b)
		if same := a.At(0).Value == b.At(0).Value; same != (hours < 96) {
			t.Errorf("after %d h: %g and %g", hours, a.At(0).Value, b.At(0).Value)
		}
	}
	if c, ok := Compare(base, ahead); !ok || c.Energy.Median > -.2 {
		t.Errorf("%+v %v", c.Energy, ok)
	}
}

// rigid is a plant whose models cannot be adjusted.
type rigid struct{ *wooden }

func (r rigid) Build(ctx context.Context, q sim.Request) (*sim.Job, error) {
	job, err := r.wooden.Build(ctx, q)
	if err == nil {
		job.Model = struct{ sim.Model }{job.Model}
	}
	return job, err
}

func TestWhatCannotChangeSaysSo(t *testing.T) {
	w := plant(t)
	ahead := Scenario{Fork: noon.Add(time.Hour), Values: map[string]float64{"load": -1}}
	if _, err := Compute(context.Background(), rigid{w}, ahead, noon, Options{Tree: w.tree}); err == nil || !strings.Contains(err.Error(), "fork at the present") {
		t.Errorf("%v", err)
	}
	run, err := Compute(context.Background(), w, ahead, noon, Options{Tree: w.tree})
	if err != nil || !run.Partial || !strings.Contains(run.Reason, "a load below zero") {
		t.Errorf("%+v %v", run, err)
	}
}
