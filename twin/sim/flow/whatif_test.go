package flow

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

// TestBottleneckTable is the reference table: 5 exponential stations with 2 places between, exact by its Markov chain.
func TestBottleneckTable(t *testing.T) {
	m := FiveStations()
	s, err := Sensitivity(context.Background(), m, .1, Options{HorizonSec: 20_000, WarmupSec: 1000, Replications: 30, Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	exact(t, "base", s.Base.Throughput, .632330, .005)
	want := GainsOfFive
	for _, e := range s.Effects {
		if !e.Gain.Relative.Holds(want[e.Element], .99) || math.Abs(e.Gain.Relative.Mean-want[e.Element]) > .003 {
			t.Errorf("%s: %v, exact %+.3f %%", e.Element, e.Gain, 100*want[e.Element])
		}
	}
	if e, ok := s.Bottleneck(); !ok || e.Element != "m4" || !s.Sure() || s.Longest().Name != "m4" {
		t.Errorf("bottleneck %v, by active periods %s", e, s.Longest().Name)
	}
	if text := s.String(); !strings.Contains(text, "m4 is the bottleneck: +10 % speed there buys +3.") {
		t.Error(text)
	}
}

func TestAllFasterIsScaled(t *testing.T) {
	var changes []sim.Change
	for _, n := range []string{"m1", "m2", "m3", "m4", "m5"} {
		changes = append(changes, sim.Change{Field: n + ".speed", Value: "+10%"})
	}
	c, err := WhatIf(context.Background(), FiveStations(), changes, Options{HorizonSec: 10_000, Seed: 3})
	if err != nil || math.Abs(c.Throughput.Relative.Mean-.1) > .003 {
		t.Fatal(err, c)
	}
	exact(t, "all faster", c.Changed.Throughput, .695563, .01)
}

func TestNotDistinguishable(t *testing.T) {
	// A queue that is fed once in ten seconds sells no more when its machine is faster.
	c, err := WhatIf(context.Background(), queueOf(.1, 1, Exp(1)), []sim.Change{{Field: "m.speed", Value: "+10%"}}, Options{HorizonSec: 5000})
	if err != nil || c.Throughput.Distinguishable() || !strings.Contains(c.String(), "not distinguishable") {
		t.Fatal(err, c)
	}
	if c.LeadSec.Absolute.Mean >= 0 || !c.LeadSec.Distinguishable() {
		t.Error("the lead time should fall", c.LeadSec)
	}
	s, err := Sensitivity(context.Background(), queueOf(.1, 1, Exp(1)), .1, Options{HorizonSec: 5000})
	if _, ok := s.Bottleneck(); ok || err != nil || !strings.Contains(s.String(), "Look at the sources") {
		t.Fatal(err, s)
	}
}

func TestAddedElementShiftsNoChance(t *testing.T) {
	r1, r2 := Stream(1, 0, "m1", "cycle"), Stream(1, 0, "m1", "cycle")
	if r1.Float64() != r2.Float64() || Stream(1, 0, "m1", "cycle").Uint64() == Stream(1, 0, "m1", "failure").Uint64() ||
		Stream(1, 0, "m1", "cycle").Uint64() == Stream(1, 1, "m1", "cycle").Uint64() {
		t.Fatal("streams depend on name and purpose alone")
	}
}

func TestChanges(t *testing.T) {
	m := tandem([]float64{1, 1}, 4)
	for text, want := range map[string]float64{"m1.speed=+10%": 1.1, "m1.speed=-25 %": .75, "m1.speed=130 %": 1.3, "m1.cycle=2 min": 120, "m1.cycle=720 /h": 5,
		"m1.cycle=erlang(3 s, 4)": 3, "b1.capacity=40": 40, "b1.capacity=+50%": 6} {
		c, err := sim.ParseChange(text)
		if err != nil {
			t.Fatal(err)
		}
		x, err := m.With(c)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range x.Parameters() {
			if p.ID == c.Field && math.Abs(p.Value-want) > 1e-12 {
				t.Errorf("%s gives %g, want %g", text, p.Value, want)
			}
		}
	}
	if *m.Element("b1").Capacity != 4 || m.Element("m1").Speed != 0 {
		t.Error("the model itself was changed")
	}
	for text, part := range map[string]string{"m1.sped=1": "it has speed, cycle", "m9.speed=1": "did you mean m1", "b1.capacity=0": "give 1 to", "m1.cycle=-3 s": "not negative",
		"m1.cycle=3 kg": "unit of a mass", "m1.speed=fast": "no quantity"} {
		c, err := sim.ParseChange(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err = m.With(c); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := sim.ParseChange("speed"); err == nil {
		t.Error("a change has an equals sign")
	}
}

func TestCancelKeepsWhatWasDone(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	o := Options{HorizonSec: 5000, Replications: 1000, Progress: func(done, total uint64) {
		if done == 5 {
			cancel()
		}
	}}
	begin := time.Now()
	s, err := Run(ctx, tandem(same(3), 2), o)
	if !errors.Is(err, context.Canceled) || len(s.Replications) < 5 || len(s.Replications) > 20 || time.Since(begin) > 5*time.Second {
		t.Fatal(err, len(s.Replications))
	}
}
