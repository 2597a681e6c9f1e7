package traffic

import (
	"context"
	"math"
	"testing"
	"time"
)

func TestDistrict(t *testing.T) {
	n := District(1)
	if err := n.Check(); err != nil {
		t.Fatal(err)
	}
	d := DistrictDemand(n, 1)
	if err := n.CheckDemand(d); err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, l := range n.Links {
		if names[l.Name] {
			t.Errorf("two links are named %q", l.Name)
		}
		names[l.Name] = true
	}
	t.Logf("%d nodes, %d links, %d signals, %.0f vehicles/h", len(n.Nodes), len(n.Links), len(n.Signals), d.Total()*3600)
	m, err := NewMicro(n, assign(t, n, d), MicroOptions{Seed: 1, Reroute: .3})
	if err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	for k := range 3600 {
		m.Step()
		if k%60 == 0 {
			sound(t, m)
		}
	}
	t.Logf("%d updates, %.2f M/s; %d entered, %d arrived, %d inside, %d held", m.Updates, float64(m.Updates)/time.Since(begin).Seconds()/1e6, m.Entered, m.Arrived, m.Inside, m.Held)
	if m.Arrived < m.Entered*3/4 {
		t.Errorf("%d of %d arrived in half an hour: the town is locked up", m.Arrived, m.Entered)
	}
	if a := testing.AllocsPerRun(400, m.Step); a != 0 {
		t.Errorf("%g allocations per step", a)
	}
}

func TestWhatIf(t *testing.T) {
	n := District(1)
	d := DistrictDemand(n, 1)
	ctx, o := context.Background(), RunOptions{Seconds: 1800, Every: 60}
	runs := func(name string, changes ...Change) (*Case, []*Result) {
		c, err := Apply(n, d, Scenario{name, changes})
		if err != nil {
			t.Fatal(err)
		}
		a := assign(t, c.Network, c.Demand)
		var r []*Result
		for seed := range uint64(5) {
			one, err := c.run(ctx, a, seed+1, o)
			if err != nil {
				t.Fatal(err)
			}
			r = append(r, one)
		}
		return c, r
	}
	_, base := runs("base")
	_, again := runs("nothing")
	for _, row := range Compare(base, again) {
		if row.Distinguishable || row.Change != 0 {
			t.Errorf("nothing changed, but %v", row)
		}
	}
	marathon, closed := runs("marathon", MarathonWhatIf(n, 300, 1500))
	table := Compare(base, closed)
	for _, row := range table {
		t.Logf("marathon: %v", row)
	}
	if !table[1].Distinguishable || table[1].Change <= 0 {
		t.Errorf("a marathon costs time: %v", table[1])
	}
	shut := marathon.ClosedAt(600)
	for l := range shut {
		for k := 11; k < 25; k++ { // ten minutes after the closure nobody drives there
			if shut[l] && closed[0].Flow[k][l] > .01 {
				t.Fatalf("%g vehicles/s on closed link %s", closed[0].Flow[k][l], n.Links[l].Name)
			}
		}
	}
	withRamp, ramp := runs("ramp", RampWhatIf())
	for _, row := range Compare(base, ramp) {
		t.Logf("ramp: %v", row)
	}
	if used := ramp[0].Flow[20][len(withRamp.Network.Links)-1]; used == 0 {
		t.Error("nobody takes the new ramp")
	}
	for _, row := range CompareTrips(n, base, ramp)[:3] {
		t.Logf("ramp: %v", row)
	}
	for _, row := range CompareLinks(n, base, ramp)[:3] {
		t.Logf("ramp: %v", row)
	}
	_, more := runs("more", Change{Demand: &DemandFactor{Factor: 1.2}})
	if row := Compare(base, more)[1]; !row.Distinguishable || row.Change <= 0 {
		t.Errorf("a fifth more traffic costs time: %v", row)
	}
	zero := 0.
	_, retimed := runs("retimed", Change{Signal: &Retiming{Node: "Grand Avenue/Market Street", Greens: []float64{40, 12}, Offset: &zero}})
	for _, row := range Compare(base, retimed) {
		t.Logf("retimed: %v", row)
	}
}

func TestChangeErrors(t *testing.T) {
	n := District(1)
	d := DistrictDemand(n, 1)
	for i, c := range []Change{{}, {Close: &Closure{Links: []string{"nowhere"}, To: 1}}, {Close: &Closure{From: 2, To: 1}}, {Add: &NewLink{Name: "x", From: "a", To: "b"}},
		{Signal: &Retiming{Node: "nowhere"}}, {Signal: &Retiming{Node: "Grand Avenue/Market Street", Greens: []float64{1}}}, {Demand: &DemandFactor{Factor: math.NaN()}}, {Demand: &DemandFactor{Factor: 2, FromZone: "x"}}} {
		if _, err := Apply(n, d, Scenario{"bad", []Change{c}}); err == nil {
			t.Errorf("change %d is accepted", i)
		}
	}
}

// A closure of both ways out leaves no route; the run goes on and counts those that cannot set out.
func TestNoRouteInRun(t *testing.T) {
	n := road(3, 1, 300, 14)
	c, err := Apply(n, &Demand{Trips: []Trip{{0, 1, .2}}}, Scenario{"cut", []Change{{Close: &Closure{Links: []string{"b"}, From: 100, To: 200}}}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := c.Run(context.Background(), 1, RunOptions{Seconds: 600})
	if err != nil {
		t.Fatal(err)
	}
	if r.Unserved == 0 || r.Arrived < 60 {
		t.Errorf("%d arrived, %d without a route", r.Arrived, r.Unserved)
	}
	ctx, cancel := context.WithCancel(context.Background())
	a := assign(t, n, &Demand{Trips: []Trip{{0, 1, .2}}})
	cancel()
	if r, err := c.run(ctx, a, 1, RunOptions{}); err == nil || !r.Partial {
		t.Error("a run that is broken off is not marked")
	}
}

func TestCounts(t *testing.T) {
	n := road(4, 2, 500, 14)
	a := assign(t, n, &Demand{Trips: []Trip{{0, 1, .5}}})
	m, err := NewMicro(n, a, MicroOptions{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	put := m.Begin([]Count{{0, .4, 10}, {2, .6, 5}, {1, math.NaN(), 3}, {9, 1, 1}}, a)
	if put != 20+60 || len(m.Vehicles(nil)) != put {
		t.Errorf("%d vehicles put, want 80", put)
	}
	for range 600 {
		m.Step()
		sound(t, m)
	}
	if m.Arrived < 80 {
		t.Errorf("%d arrived", m.Arrived)
	}
	if f := ScaleToCounts([]Count{{0, .6, 10}, {1, .6, 9}}, a); math.Abs(f-1.2) > 1e-9 {
		t.Errorf("factor %g", f)
	}
}

// The link that is fast now but slow when one gets there is avoided.
func TestTimeDependentRoute(t *testing.T) {
	n := &Network{Nodes: make([]Node, 3), Zones: []Zone{{"a", 0}, {"b", 2}}, Links: []Link{{Name: "first", From: 0, To: 1}, {Name: "second", From: 1, To: 2}, {Name: "direct", From: 0, To: 2}}}
	times := &LinkTimes{Every: 100, Time: [][]float64{{100, 50, 220}, {100, 50, 220}, {100, 200, 220}, {100, 200, 220}}}
	trips := []Trip{{0, 1, 1}}
	if r := FastestRoutes(n, trips, times, 0); len(r.of(0)) != 2 {
		t.Errorf("early: %v", r.of(0))
	}
	if r := FastestRoutes(n, trips, times, 150); len(r.of(0)) != 1 {
		t.Errorf("late: %v", r.of(0))
	}
}

func BenchmarkMicro(b *testing.B) {
	n := District(1)
	a, err := Assign(context.Background(), n, DistrictDemand(n, 1), AssignOptions{Gap: 1e-4})
	if err != nil {
		b.Fatal(err)
	}
	m, err := NewMicro(n, a, MicroOptions{Seed: 1})
	if err != nil {
		b.Fatal(err)
	}
	for range 1200 {
		m.Step()
	}
	before := m.Updates
	b.ReportAllocs()
	for b.Loop() {
		m.Step()
	}
	b.ReportMetric(float64(m.Updates-before)/b.Elapsed().Seconds()/1e6, "Mupdates/s")
}
