package flow

import (
	"context"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/twin/sim"
)

func bottling(t testing.TB) *Model {
	t.Helper()
	f, err := os.Open("testdata/bottling.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestBottlingLine asks the line what +10 % at each station buys. A part is a tray of bottles.
func TestBottlingLine(t *testing.T) {
	s, err := Sensitivity(context.Background(), bottling(t), .1, Options{HorizonSec: 8 * 3600, WarmupSec: 1800, Replications: 12, Seed: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Log(s)
	for _, e := range s.Effects {
		x := s.Base.Element(e.Element)
		t.Logf("%-13s %v  working %.2f blocked %.2f starved %.2f down %.2f setup %.2f sole %.2f shifting %.2f", e.Element, e.Gain, x.Share(Working).Mean, x.Share(Blocked).Mean, x.Share(Starved).Mean,
			x.Share(Down).Mean, x.Share(Setup).Mean, x.Sole.Mean, x.Shifting.Mean)
	}
	if e, ok := s.Bottleneck(); !ok || e.Element != "filler" || s.Longest().Name != "filler" {
		t.Error("the filler is the slowest of the line by design")
	}
	var sum float64
	for _, x := range s.Base.Elements {
		if x.Kind == Machine || x.Kind == Assembly || x.Kind == Disassembly {
			sum = 0
			for st := range states {
				sum += x.Share(st).Mean
			}
			if math.Abs(sum-1) > 1e-9 {
				t.Errorf("%s: states add up to %g", x.Name, sum)
			}
		}
	}
	c, err := WhatIf(context.Background(), bottling(t), []sim.Change{{Field: "filler.speed", Value: "+10%"}}, Options{HorizonSec: 8 * 3600, WarmupSec: 1800, Replications: 12, Seed: 2})
	if err != nil || c.Throughput != s.Effects[0].Gain {
		t.Errorf("one change alone gives %v, among others %v", c.Throughput, s.Effects[0].Gain)
	}
}

// one runs a model once from empty, without a warm-up to speak of.
func one(t *testing.T, m *Model, horizon float64) *Summary {
	t.Helper()
	s, err := Run(context.Background(), m, Options{HorizonSec: horizon, WarmupSec: 1e-9, Replications: 1})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s: %g, want %g", what, got, want)
	}
}

func chain(elements ...Element) *Model {
	m := &Model{Elements: elements}
	for i := 1; i < len(elements); i++ {
		m.Links = append(m.Links, Link{From: elements[i-1].Name, To: elements[i].Name})
	}
	return m
}

var (
	saturated = Element{Name: "in", Kind: Source}
	exit      = Element{Name: "out", Kind: Sink}
)

func TestFailures(t *testing.T) {
	// Availability of a saturated machine: MTBF/(MTBF+MTTR), in operating time and, as it always works, in all time.
	for _, clock := range []string{"operation", "time"} {
		m := chain(saturated, Element{Name: "m", Kind: Machine, Cycle: Fixed(1), Failure: Exp(90), Repair: Exp(10), Clock: clock}, exit)
		s := run(t, m, 20_000)
		exact(t, "availability by "+clock, s.Throughput, .9, .01)
		exact(t, "down by "+clock, s.Element("m").Share(Down), .1, .06)
	}
	// A machine that works half of the time fails half as often by operation: down/(working) = MTTR/MTBF.
	m := chain(Element{Name: "in", Kind: Source, Interval: Fixed(2)}, Element{Name: "q", Kind: Buffer}, Element{Name: "m", Kind: Machine, Cycle: Fixed(1), Failure: Exp(90), Repair: Exp(10)}, exit)
	exact(t, "down at half load", run(t, m, 20_000).Element("m").Share(Down), .5/9, .08)
}

func TestSetupRejectServersAndRework(t *testing.T) {
	m := chain(saturated, Element{Name: "m", Kind: Machine, Cycle: Fixed(1), Setup: Fixed(5), SetupEvery: 10}, exit)
	near(t, "10 parts in 15 s", run(t, m, 15_000).Throughput.Mean, 10./15, 1e-3)
	m = chain(saturated, Element{Name: "m", Kind: Machine, Cycle: Fixed(1), Reject: .1}, exit)
	m.Elements = append(m.Elements, Element{Name: "bin", Kind: Sink, Scrap: true})
	m.Links = append(m.Links, Link{From: "m", To: "bin", When: "reject"})
	exact(t, "good parts", run(t, m, 5_000).Throughput, .9, .01)
	// Rework: each part passes 1/(1−0.2) times; the queue before the machine takes it back first.
	m = chain(Element{Name: "in", Kind: Source, Interval: Exp(2)}, Element{Name: "q", Kind: Buffer}, Element{Name: "m", Kind: Machine, Cycle: Exp(1), Reject: .2}, exit)
	m.Links = append(m.Links, Link{From: "m", To: "q", When: "reject"})
	s := run(t, m, 20_000)
	exact(t, "work with rework", s.Element("m").Share(Working), .5/.8, .02)
	exact(t, "M/M/1 with feedback", s.WIP, .625/.375, .05)
}

func TestConveyor(t *testing.T) {
	// 10 m at 0.5 m/s: 20 s; pitch 1 m: 10 places, at most one part each 2 s.
	belt := Element{Name: "c", Kind: Conveyor, Length: 10, Pitch: 1, Belt: .5}
	s := one(t, chain(saturated, belt, exit), 1000)
	near(t, "parts", float64(s.Replications[0].Made), 491, 0) // t = 20, 22, … 1000
	near(t, "lead time", s.LeadSec.Mean, 20, 1e-9)
	// A slow machine fills the belt: every part then waits for ten before it.
	s = one(t, chain(saturated, belt, Element{Name: "m", Kind: Machine, Cycle: Fixed(5)}, exit), 10_000)
	near(t, "full", float64(s.Element("c").Most), 10, 0)
	near(t, "throughput", s.Throughput.Mean, .2, .001)
	near(t, "machine never waits for the belt", s.Element("m").Share(Starved).Mean, .002, 1e-4) // but for the first 20 s
}

func TestAssemblyAndDisassembly(t *testing.T) {
	m := chain(saturated, Element{Name: "unpack", Kind: Disassembly, Cycle: Fixed(10)}, Element{Name: "b", Kind: Buffer, Capacity: intp(24)},
		Element{Name: "m", Kind: Machine, Cycle: Fixed(1)}, Element{Name: "pack", Kind: Assembly, Cycle: Fixed(2)}, exit)
	m.Elements = append(m.Elements, Element{Name: "lids", Kind: Source, Interval: Fixed(2)}, Element{Name: "lid-queue", Kind: Buffer, Capacity: intp(4)})
	m.Links[1].Count, m.Links[4-1].Count = 12, 3
	m.Links = append(m.Links, Link{From: "lids", To: "lid-queue"}, Link{From: "lid-queue", To: "pack"})
	s := one(t, m, 6000)
	near(t, "packs", s.Throughput.Mean, 1./3, .003)
	near(t, "lids", s.Element("lid-queue").Out.Mean, 1./3, .003)
	if s.Replications[0].WIP < 5 || s.Replications[0].WIP > 60 {
		t.Error("work in progress", s.Replications[0].WIP)
	}
}

func intp(n int) *int { return &n }

func TestLabourShiftsAndVehicles(t *testing.T) {
	// Two machines and one worker: together as fast as one machine.
	m := &Model{Elements: []Element{saturated, {Name: "a", Kind: Machine, Cycle: Fixed(2), Operator: "crew"}, {Name: "b", Kind: Machine, Cycle: Fixed(2), Operator: "crew"}, exit},
		Links: []Link{{From: "in", To: "a"}, {From: "in", To: "b"}, {From: "a", To: "out"}, {From: "b", To: "out"}}, Labour: []Pool{{Name: "crew", Count: 1}}}
	s := one(t, m, 1000)
	near(t, "one worker", s.Throughput.Mean, .5, .002)
	near(t, "waiting", s.Element("a").Share(Waiting).Mean, .5, .01)
	m.Labour[0].Count = 2
	near(t, "two workers", one(t, m, 1000).Throughput.Mean, 1, .003)
	// Eight hours of a day, and a part that is not done waits for the next.
	m = chain(saturated, Element{Name: "m", Kind: Machine, Cycle: Fixed(7 * 3600), Shift: "day"}, exit)
	m.Shifts = []Shift{{Name: "day", On: []Window{{From: 6 * 3600, To: 14 * 3600}}}}
	s = one(t, m, 10*86400)
	near(t, "parts in 80 h", float64(s.Replications[0].Made), 11, 0)
	near(t, "off", s.Element("m").Share(Off).Mean, 2./3, 1e-9)
	// One vehicle, 100 m there and back at 2 m/s, 5 s to load and to unload: a part each 110 s.
	m = chain(saturated, Element{Name: "t", Kind: Transport, Fleet: "agv", Length: 100, Load: Fixed(5), Unload: Fixed(5), Capacity: intp(2)}, exit)
	m.Fleets = []Fleet{{Name: "agv", Vehicles: 1, Speed: 2}}
	near(t, "one vehicle", one(t, m, 110_000).Throughput.Mean, 1./110, 1e-4)
	m.Fleets[0].Vehicles = 3
	near(t, "three vehicles", one(t, m, 110_000).Throughput.Mean, 3./110, 3e-4)
}

func TestShares(t *testing.T) {
	m := &Model{Elements: []Element{{Name: "in", Kind: Source, Rule: "alternate", Interval: Fixed(1)}, {Name: "a", Kind: Machine, Cycle: Fixed(.5)}, {Name: "b", Kind: Machine, Cycle: Fixed(.5)}, exit},
		Links: []Link{{From: "in", To: "a"}, {From: "in", To: "b"}, {From: "a", To: "out"}, {From: "b", To: "out"}}}
	s := one(t, m, 1000)
	near(t, "every other", s.Element("a").Out.Mean, .5, .002)
	m.Elements[0].Rule = "share"
	m.Links[0].Share, m.Links[1].Share = 3, 1
	near(t, "three of four", one(t, m, 20_000).Element("a").Out.Mean, .75, .01)
}

func TestStart(t *testing.T) {
	m := chain(Element{Name: "in", Kind: Source, Interval: Fixed(100)}, Element{Name: "q", Kind: Buffer, Capacity: intp(50)}, Element{Name: "m", Kind: Machine, Cycle: Fixed(1), Failure: Exp(1e9), Repair: Fixed(20)}, exit)
	s, err := Run(context.Background(), m, Options{HorizonSec: 60, Replications: 1, Start: &Start{Levels: map[string]int{"q": 10}, States: map[string]string{"m": "down"}}})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "the queue is worked off after the repair", float64(s.Replications[0].Made), 10, 0)
	near(t, "down", s.Element("m").Share(Down).Mean, 20./60, 1e-9)
	for what, start := range map[string]Start{"did you mean q": {Levels: map[string]int{"qq": 1}}, "give 0 to 50": {Levels: map[string]int{"q": 51}},
		"unknown state": {States: map[string]string{"m": "asleep"}}, "has no state": {States: map[string]string{"q": "down"}}, "counts nothing": {Counters: map[string]float64{"m": 1}}} {
		if _, err := Run(context.Background(), m, Options{Start: &start}); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%v, want %q", err, what)
		}
	}
}

func BenchmarkLine(b *testing.B) {
	m := bottling(b)
	b.ReportAllocs()
	events := uint64(0)
	for b.Loop() {
		r, err := replicate(context.Background(), m, Options{HorizonSec: 8 * 3600, Seed: 1}, 0)
		if err != nil {
			b.Fatal(err)
		}
		events += r.Events
	}
	b.ReportMetric(float64(events)/b.Elapsed().Seconds()/1e6, "Mevents/s")
}
