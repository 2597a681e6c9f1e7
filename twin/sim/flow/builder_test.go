package flow

import (
	"context"
	"errors"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// memory is a past in which nothing ever changed.
type memory struct{ *twin.Snapshot }

func (m memory) LatestAt(_ context.Context, _ time.Time, into *twin.Snapshot) error {
	*into = *m.Snapshot
	return nil
}

func TestSignalsAreForetold(t *testing.T) {
	s := shopStudy(t)
	s.Remember(memory{shown(s.tree, map[string]float64{"shop/rack/level": 50, "shop/fill/state": 1, "shop/wash/state": 1, "shop/fill/jars": 7000, "shop/out/made": 6000, "shop/out/crates": 250, "shop/out/rate": 3300})})
	now := time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)
	job, err := s.Build(context.Background(), sim.Request{Now: now, Horizon: 2 * time.Hour, Step: 5 * time.Minute, Members: 32, Seed: 4, Values: map[string]float64{"wash.speed": 1.25}})
	if err != nil {
		t.Fatal(err)
	}
	bands := sim.NewBands(job.Grid, job.Channels)
	if err := sim.Run(context.Background(), job.Model, bands); err != nil {
		t.Fatal(err)
	}
	at := func(path string, t2 time.Duration) (median, low, high float64) {
		id, _ := s.tree.SignalByPath(path)
		for c := range job.Channels {
			if job.Channels[c].Signal == id {
				median, low, high, ok := bands.At(c, now.Add(t2))
				if !ok || !(low <= median && median <= high) {
					t.Errorf("%s after %v: %g, %g, %g", path, t2, low, median, high)
				}
				return median, low, high
			}
		}
		t.Fatal(path)
		return
	}
	for path, want := range map[string][2]float64{"shop/rack/level": {50, 50}, "shop/out/made": {6000, 6000}, "shop/out/crates": {250, 250}, "shop/out/rate": {3300, 3300}, "shop/fill/state": {1, 1}, "shop/wash/setpoint": {1.25, 1.25}} {
		if m, l, h := at(path, 0); m < want[0] || m > want[1] || l != m || h != m {
			t.Errorf("%s now: %g", path, m)
		}
	}
	for path, want := range map[string][2]float64{"shop/rack/level": {0, 120}, "shop/rack/filling": {0, 1}, "shop/out/made": {12000, 14000}, "shop/out/crates": {500, 590}, "shop/out/rate": {2500, 4100},
		"shop/fill/jars": {13000, 15000}, "shop/fill/pace": {2500, 4100}, "shop/out/wip": {10, 140}, "shop/wash/state": {0, 4}, "shop/wash/setpoint": {1.25, 1.25}} {
		if m, l, h := at(path, 2*time.Hour); m < want[0] || m > want[1] || math.IsNaN(l) || math.IsNaN(h) {
			t.Errorf("%s in two hours: %g, %g, %g", path, l, m, h)
		}
	}
	if !s.Knows("fill/speed") || s.Knows("fill.size") || !strings.Contains(job.Rests, "live signals") {
		t.Error(job.Rests)
	}
	for _, q := range []sim.Request{{Now: now, Horizon: time.Hour}, {Now: now, Horizon: time.Hour, Step: time.Nanosecond}, {Now: now, Horizon: time.Hour, Step: time.Minute, Members: 1e9},
		{Now: now, Horizon: time.Hour, Step: time.Minute, Values: map[string]float64{"oven.heat": 1}}, {Now: now, Horizon: time.Hour, Step: time.Minute, Values: map[string]float64{"fill.speed": math.NaN()}}} {
		if _, err := s.Build(context.Background(), q); err == nil {
			t.Errorf("%+v was built", q)
		}
	}
}

func TestEqualRequestsGiveEqualBits(t *testing.T) {
	run := func(workers int) []float64 {
		e, err := newEnsemble(context.Background(), bottling(t), 60, Options{Replications: 5, Seed: 9, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		e.add(channel{factor: 1, read: madeIn}, math.NaN())
		for k := range 120 {
			e.Step(k)
		}
		return e.Output(0)
	}
	a, b := run(1), run(3)
	for i := range a {
		if a[i] != b[i] || a[i] < 60 {
			t.Error(a, b)
		}
	}
}

func TestAPlantThatLocksEndsItsFuture(t *testing.T) {
	m := &Model{Elements: []Element{saturated, {Name: "q", Kind: Buffer, Capacity: intp(2)}, {Name: "m", Kind: Machine, Cycle: Fixed(1), Reject: .5}, exit},
		Links: []Link{{From: "in", To: "q"}, {From: "q", To: "m"}, {From: "m", To: "out"}, {From: "m", To: "q", When: "reject"}}}
	e, err := newEnsemble(context.Background(), m, 600, Options{Replications: 3})
	if err != nil {
		t.Fatal(err)
	}
	e.Step(0)
	if e.Err() == nil || !strings.Contains(e.Err().Error(), "nothing can move") {
		t.Error(e.Err())
	}
	ctx, cancel := context.WithCancel(context.Background())
	if e, err = newEnsemble(ctx, bottling(t), 600, Options{Replications: 3}); err != nil {
		t.Fatal(err)
	}
	cancel()
	if e.Step(0); e.Err() != nil {
		t.Error("that the caller leaves is no fault of the model", e.Err())
	}
	if _, err := newEnsemble(context.Background(), m, 0, Options{}); !errors.Is(err, ErrOptions) {
		t.Error(err)
	}
}

// BenchmarkFuture is two hours of a small line with 64 members.
func BenchmarkFuture(b *testing.B) {
	s := shopStudy(b)
	now := time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC)
	for b.Loop() {
		job, err := s.Build(context.Background(), sim.Request{Now: now, Horizon: 2 * time.Hour, Step: 10 * time.Minute, Members: 64})
		if err != nil {
			b.Fatal(err)
		}
		if err := sim.Run(context.Background(), job.Model, sim.NewBands(job.Grid, job.Channels)); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAnswer is a first answer to a question to the bottling line.
func BenchmarkAnswer(b *testing.B) {
	s, err := NewStudy(bottlingText(b), sim.Site{})
	if err != nil {
		b.Fatal(err)
	}
	seed := uint64(0)
	for b.Loop() {
		seed++
		if _, err := s.Answer(context.Background(), sim.Question{Runs: 2, Seed: seed, Changes: []sim.Change{{Field: "filler.speed", Value: "+10%"}}}); err != nil {
			b.Fatal(err)
		}
	}
}

func bottlingText(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/bottling.json")
	if err != nil {
		t.Fatal(err)
	}
	return text
}
