package fmi

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// measured is a past in which signal i is always worth its element; NaN was never measured.
type measured []float64

func (m measured) LatestAt(_ context.Context, t time.Time, into *twin.Snapshot) error {
	into.Reset(len(m))
	for i, v := range m {
		if !math.IsNaN(v) {
			into.Values[i] = twin.Value{Value: v, Time: t.UnixNano(), Quality: twin.Good}
		}
	}
	return nil
}

// lag wires the first-order lag: signal 0 drives u, signal 1 is its start, signal 2 what it predicts.
func lag(path string, k Kind) *Wiring {
	nan := math.NaN()
	return &Wiring{Name: "lag", Path: path, Kind: k, Inputs: []Link{{Variable: "u", Value: nan}}, Outputs: []Link{{Variable: "y", Value: nan}},
		Parameters: []Link{{Variable: "gain", Value: nan, Low: 1, Hi: 3}, {Name: "slowness", Variable: "tau", Value: 10}}, Starts: []Link{{Variable: "x", Value: nan}}, Power: "y"}
}

func builderOf(t *testing.T, w *Wiring, past measured) *Builder {
	t.Helper()
	f, err := Open(w.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b := &Builder{Subjects: []Subject{{Wiring: w, Asset: 0, Inputs: []twin.SignalID{0}, Starts: []twin.SignalID{1}, Outputs: []twin.SignalID{2}}}, Past: past,
		Options: Options{Trust: trusting(t, f), Tool: testTool, CallLimit: time.Second}}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func ahead(values map[string]float64) sim.Request {
	return sim.Request{Now: time.Unix(1000, 0), Horizon: 20 * time.Second, Step: time.Second, Members: 5, Seed: 7, Values: values}
}

// run gives the last values of channel 0.
func run(t *testing.T, b *Builder, q sim.Request) ([]float64, *sim.Job) {
	t.Helper()
	job, err := b.Build(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	if err := sim.Run(ctx, job.Model, sim.NewBands(job.Grid, job.Channels)); err != nil {
		t.Fatal(err)
	}
	out := append([]float64(nil), job.Model.Output(0)...)
	if err := job.Model.(interface{ Close() error }).Close(); err != nil {
		t.Fatal(err)
	}
	return out, job
}

func TestAnFMUComputesAnAssetFromWhatIsMeasured(t *testing.T) {
	each(t, false, func(t *testing.T, fx fixture, k Kind) {
		b := builderOf(t, lag(buildFile(t, fx), k), measured{2, 5, math.NaN()})
		got, job := run(t, b, ahead(nil))
		if len(job.Channels) != 1 || job.Channels[0].Signal != 2 || len(job.Units) != 1 || len(job.Units[0].Inputs) != 2 || job.Rests != "the FMU Test, 2 measured values" {
			t.Errorf("%+v", job)
		}
		gains := map[float64]bool{}
		for i, y := range got {
			gain := b.Subjects[0].Wiring.Parameters[0].draw(sim.NewNoise(7, uint64(i)), math.NaN())
			if want := 273.15 + 2*gain + (5-2*gain)*math.Exp(-2); math.Abs(y-want) > 1e-4 || gain < 1 || gain > 3 {
				t.Errorf("member %d of gain %g: %g, want %g", i, gain, y, want)
			}
			gains[gain] = true
		}
		if len(gains) != len(got) {
			t.Errorf("%d gains of %d members", len(gains), len(got))
		}
		got, _ = run(t, b, ahead(map[string]float64{"gain": 2, "slowness": 5, "x": 0, "u": 1}))
		for i, y := range got {
			if want := 273.15 + 2*(1-math.Exp(-4)); math.Abs(y-want) > 1e-4 {
				t.Errorf("member %d: %g with all of it set, want %g", i, y, want)
			}
		}
		if len(b.engines) != 1 || b.Knows("tau") || !b.Knows("slowness") {
			t.Errorf("%d engines", len(b.engines))
		}
		if _, err := b.Build(ctx, ahead(map[string]float64{"tau": 2})); err == nil || !strings.Contains(err.Error(), `"tau"`) {
			t.Errorf("%v", err)
		}
	})
}

// An FMU that has to swing in does so once where its state can be handed on, and each member by itself where it cannot.
func TestAnFMUSwingsIn(t *testing.T) {
	each(t, false, func(t *testing.T, fx fixture, k Kind) {
		for _, able := range []bool{true, false} {
			if !able {
				fx.xml = func(s string) string {
					return strings.NewReplacer(`canSerializeFMUState="true"`, "", `canSerializeFMUstate="true"`, "").Replace(s)
				}
			}
			w := lag(buildFile(t, fx), k)
			w.LeadSec, w.StepSec = 30, .25
			w.Parameters[0].Value, w.Parameters[0].SD = 2, .1 // tunable
			b := builderOf(t, w, measured{2, 0, math.NaN()})
			in := 4 * (1 - math.Exp(-3)) // at the start of the run, of the gain 2
			got, _ := run(t, b, ahead(map[string]float64{"gain": 1}))
			for i, y := range got {
				gain := w.Parameters[0].draw(sim.NewNoise(7, uint64(i)), 1)
				from := in
				if !able {
					from *= w.Parameters[0].draw(sim.NewNoise(7, uint64(i)), math.NaN()) / 2
				}
				if want := 273.15 + 2*gain + (from-2*gain)*math.Exp(-2); math.Abs(y-want) > 1e-3 {
					t.Errorf("able %v, member %d: %g, want %g", able, i, y, want)
				}
			}
			if n := len(b.swungIn); n != map[bool]int{true: 1, false: 0}[able] {
				t.Errorf("able %v: %d states are kept", able, n)
			}
			if again, _ := run(t, b, ahead(map[string]float64{"gain": 1})); again[0] != got[0] {
				t.Errorf("able %v: %g, and then %g", able, got[0], again[0])
			}
		}
	})
}

// A tunable parameter may follow a signal, and be changed between two steps.
func TestATunableParameterFollowsASignal(t *testing.T) {
	each(t, false, func(t *testing.T, fx fixture, k Kind) {
		w := lag(buildFile(t, fx), k)
		w.Inputs[0], w.Parameters = Link{Variable: "gain", Value: math.NaN()}, w.Parameters[1:]
		b := builderOf(t, w, measured{3, 0, math.NaN()})
		got, _ := run(t, b, ahead(nil))
		if want := 273.15 + 3*(1-math.Exp(-2)); math.Abs(got[0]-want) > 1e-4 {
			t.Errorf("%g, want %g", got[0], want)
		}
	})
}

func TestACrashOrAHangLeavesWhatWasComputed(t *testing.T) {
	for _, fault := range []float64{1, 2} {
		w := lag(buildFile(t, fixture{version: 3}), CoSimulation)
		w.Parameters = append(w.Parameters, Link{Variable: "fault", Value: fault})
		b := builderOf(t, w, measured{1, 0, math.NaN()})
		b.Options.CallLimit = 300 * time.Millisecond
		q := ahead(nil)
		q.Step = 100 * time.Millisecond
		job, err := b.Build(ctx, q)
		if err != nil {
			t.Fatal(err)
		}
		var stopped *sim.Stopped
		var lost *Lost
		err = sim.Run(ctx, job.Model, sim.NewBands(job.Grid, job.Channels))
		if !errors.As(err, &stopped) || stopped.Steps != 5 || !errors.As(err, &lost) { // it misbehaves after 0.5 s
			t.Errorf("%v after %+v", err, stopped)
		}
		if err := job.Model.(interface{ Close() error }).Close(); err != nil {
			t.Error(err)
		}
		w.Parameters = w.Parameters[:2]
		if got, _ := run(t, b, q); got[0] < 274 {
			t.Errorf("after it the next run ends at %g", got[0])
		}
	}
}

func TestAnUntrustedFMUAsksForTrust(t *testing.T) {
	w := lag(buildFile(t, fixture{version: 2}), CoSimulation)
	b := builderOf(t, w, nil)
	b.Options.Trust, _ = OpenTrust("")
	_, err := b.Build(ctx, ahead(nil))
	var ask *UntrustedError
	if !errors.As(err, &ask) || ask.Path != w.Path {
		t.Errorf("%v", err)
	}
	f, err := Open(w.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := b.Options.Trust.Grant(f); err != nil {
		t.Fatal(err)
	}
	if got, job := run(t, b, ahead(nil)); got[0] < 273 || !strings.Contains(job.Rests, "0 measured") {
		t.Errorf("%v %s", got, job.Rests)
	}
}

func TestAWiringThatDoesNotFitIsRefused(t *testing.T) {
	f := build(t, fixture{version: 3})
	for _, c := range []struct {
		change       func(*Wiring)
		place, fault string
	}{
		{func(w *Wiring) { w.Inputs[0].Variable = "v" }, "inputs.v", `has no variable "v"`},
		{func(w *Wiring) { w.Inputs[0].Variable = "x" }, "inputs.x", "which nothing drives"},
		{func(w *Wiring) { w.Parameters[1].Variable = "count" }, "parameters.slowness", "cannot be set"},
		{func(w *Wiring) { w.Outputs[0].Variable = "vector" }, "outputs.vector", "an array"},
		{func(w *Wiring) { w.Outputs[0].Variable = "label" }, "outputs.label", "a text"},
		{func(w *Wiring) { w.Power = "nothing" }, "power", "no variable"},
		{func(w *Wiring) { w.Starts[0].Variable = "time" }, "starts.time", "cannot be set"},
	} {
		w := lag(f.Path, CoSimulation)
		if faults := w.Check(f); len(faults) > 0 {
			t.Fatal(faults)
		}
		c.change(w)
		faults := w.Check(f)
		if len(faults) != 1 || faults[0].Place != c.place || !strings.Contains(faults[0].What, c.fault) || faults[0].Remedy == "" {
			t.Errorf("%+v, want %s at %s", faults, c.fault, c.place)
		}
		b := builderOf(t, w, nil)
		if _, err := b.Build(ctx, ahead(nil)); err == nil || !strings.Contains(err.Error(), c.fault) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v", err)
		}
	}
	b := builderOf(t, lag(f.Path, CoSimulation), nil)
	q := ahead(nil)
	q.Step = 0
	if _, err := b.Build(ctx, q); err == nil {
		t.Error("no step")
	}
	if _, err := (&Builder{}).Build(ctx, ahead(nil)); err == nil {
		t.Error("nothing to compute")
	}
}

func TestValuesBecomeThoseOfTheVariable(t *testing.T) {
	d, err := ParseDescription(strings.NewReader(describe(fixture{version: 3})))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		link     Link
		si, want float64
	}{
		{Link{Variable: "gain"}, 99, 10}, // its ends
		{Link{Variable: "tau", Unit: &Unit{Known: true, Factor: 60}}, 120, 2},
		{Link{Variable: "y"}, 300, 26.85},
		{Link{Variable: "fault"}, 1.6, 2},
		{Link{Variable: "loud"}, .7, 1},
	} {
		if got := c.link.give(d, c.si); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("%s: %g, want %g", c.link.Variable, got, c.want)
		}
	}
	n := func() sim.Noise { return sim.NewNoise(1, 2) }
	even := Link{Value: math.NaN(), Low: 2, Hi: 3}
	if a, b := even.draw(n(), math.NaN()), even.draw(n(), 2.5); a < 2 || a > 3 || b != 2.5 || even.draw(n(), 9) != 3 {
		t.Errorf("%g %g", a, b)
	}
	normal := Link{Value: 10, SD: 1}
	if a, b := normal.draw(n(), math.NaN()), normal.draw(n(), 20); a == 10 || math.Abs(b-a-10) > 1e-12 {
		t.Errorf("%g %g: a change moves all members alike", a, b)
	}
	if none := (&Link{Value: math.NaN()}); !math.IsNaN(none.draw(n(), math.NaN())) {
		t.Error("what nobody gives has a value")
	}
}
