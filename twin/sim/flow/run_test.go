package flow

import (
	"context"
	"fmt"
	"math"
	"testing"
)

// queue is one station with c servers, arrivals of a rate and an unlimited queue.
func queue(rate float64, c int, service Distribution) *Model {
	return &Model{
		Elements: []Element{{Name: "in", Kind: Source, Interval: Exp(1 / rate)}, {Name: "q", Kind: Buffer},
			{Name: "m", Kind: Machine, Servers: c, Cycle: service}, {Name: "out", Kind: Sink}},
		Links: []Link{{From: "in", To: "q"}, {From: "q", To: "m"}, {From: "m", To: "out"}},
	}
}

// line is a saturated tandem of machines with a buffer of b between, or none for 0.
func line(rates []float64, b int) *Model {
	m := &Model{Elements: []Element{{Name: "in", Kind: Source}}}
	last := "in"
	add := func(e Element) {
		m.Elements = append(m.Elements, e)
		m.Links = append(m.Links, Link{From: last, To: e.Name})
		last = e.Name
	}
	for i, r := range rates {
		if i > 0 && b > 0 {
			add(Element{Name: fmt.Sprint("b", i), Kind: Buffer, Capacity: &b})
		}
		add(Element{Name: fmt.Sprint("m", i+1), Kind: Machine, Cycle: Exp(1 / r)})
	}
	add(Element{Name: "out", Kind: Sink})
	return m
}

func same(n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = 1
	}
	return out
}

func run(t *testing.T, m *Model, horizon float64) *Summary {
	t.Helper()
	s, err := Run(context.Background(), m, Options{HorizonSec: horizon, WarmupSec: horizon / 10, Replications: 30, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// exact requires the value inside the 99 % interval, and an interval no wider than a share of the value.
func exact(t *testing.T, what string, e Estimate, want, width float64) {
	t.Helper()
	half := e.Half(.99)
	if !e.Holds(want, .99) || half > width*want {
		t.Errorf("%s: %.6f ± %.6f, exact %.6f", what, e.Mean, half, want)
	}
}

func TestQueues(t *testing.T) {
	// Two-point service with squared coefficient of variation 4 and mean 1: 0.5 with probability 16/17 and 9 with 1/17.
	var mixed Distribution
	mixed.Law = Empirical
	for range 16 {
		mixed.Values = append(mixed.Values, .5)
	}
	mixed.Values = append(mixed.Values, 9)
	for _, c := range []struct {
		name           string
		m              *Model
		lq, w, horizon float64
	}{
		{"M/M/1", queue(.8, 1, Exp(1)), 3.2, 5, 40_000},
		{"M/M/3", queue(2.4, 3, Exp(1)), 2.588764, 2.078652, 15_000},
		{"M/M/10", queue(9, 10, Exp(1)), 6.018584, 1.668732, 10_000},
		{"M/D/1", queue(.8, 1, Fixed(1)), 1.6, 3, 30_000},
		{"M/G/1", queue(.8, 1, mixed), 8, 11, 60_000},
	} {
		s := run(t, c.m, c.horizon)
		exact(t, c.name+" Lq", s.Element("q").Level, c.lq, .06)
		exact(t, c.name+" W", s.LeadSec, c.w, .06)
	}
}

func TestErlangLoss(t *testing.T) {
	m := queue(10, 10, Exp(1))
	m.Elements = append(m.Elements[:1], m.Elements[2:]...)
	m.Links = []Link{{From: "in", To: "m"}, {From: "m", To: "out"}}
	m.Elements[0].Lose = true
	s := run(t, m, 5000)
	exact(t, "Erlang B", s.Throughput, 10*(1-.2145823), .01)
}

// TestJackson: open network of three nodes with feedback, product form: each node is an M/M/c of its total rate.
func TestJackson(t *testing.T) {
	m := &Model{
		Elements: []Element{
			{Name: "in", Kind: Source, Interval: Exp(1)}, {Name: "q1", Kind: Buffer}, {Name: "m1", Kind: Machine, Cycle: Exp(.5), Rule: "share"},
			{Name: "q2", Kind: Buffer}, {Name: "m2", Kind: Machine, Cycle: Exp(1), Servers: 2}, {Name: "q3", Kind: Buffer},
			{Name: "m3", Kind: Machine, Cycle: Exp(.6), Rule: "share"}, {Name: "out", Kind: Sink}},
		Links: []Link{{From: "in", To: "q1"}, {From: "q1", To: "m1"}, {From: "m1", To: "q2", Share: .6}, {From: "m1", To: "q3", Share: .4}, {From: "q2", To: "m2"},
			{From: "m2", To: "q3"}, {From: "q3", To: "m3"}, {From: "m3", To: "out", Share: .8}, {From: "m3", To: "q1", Share: .2}},
	}
	// Rates: l1 = 1 + 0.2 l3, l3 = l1 (all of l1 comes to node 3), so l1 = l3 = 1.25 and l2 = 0.75.
	mm1 := func(rho float64) float64 { return rho / (1 - rho) }
	rho2 := .75 / 2
	l2 := 2*rho2 + rho2*(2*rho2)*(2*rho2)/2/((1-rho2)*(1-rho2))*((1-rho2)/(1+rho2))
	s := run(t, m, 20_000)
	level := func(q, m string) Estimate {
		var v []float64
		for _, r := range s.Replications {
			sum := 0.
			for i, e := range s.Elements {
				if e.Name == q || e.Name == m {
					sum += r.Elements[i].Level
				}
			}
			v = append(v, sum)
		}
		return estimate(v)
	}
	exact(t, "node 1", level("q1", "m1"), mm1(.625), .03)
	exact(t, "node 2", level("q2", "m2"), l2, .03)
	exact(t, "node 3", level("q3", "m3"), mm1(.75), .03)
	exact(t, "all", s.LeadSec, mm1(.625)+l2+mm1(.75), .03)
}

func TestTandems(t *testing.T) {
	for _, c := range []struct {
		n, b int
		want float64
	}{
		{2, 0, 2. / 3}, {2, 1, .75}, {2, 2, .8}, {2, 4, 6. / 7}, {3, 0, 22. / 39}, {3, 1, .670466}, {3, 2, .734017}, {3, 4, .807486},
		{4, 0, .514775}, {4, 1, .631153}, {4, 2, .700713}, {5, 0, .485798}, {5, 1, .607583}, {6, 0, .466713}, {6, 1, .591826},
	} {
		s := run(t, line(same(c.n), c.b), 8000)
		exact(t, fmt.Sprintf("%d stations, %d places", c.n, c.b), s.Throughput, c.want, .01)
	}
}

func TestSameSeedSameBits(t *testing.T) {
	a, b := run(t, line(same(4), 2), 500), run(t, line(same(4), 2), 500)
	for i := range a.Replications {
		if a.Replications[i].Throughput != b.Replications[i].Throughput || a.Replications[i].LeadSec != b.Replications[i].LeadSec {
			t.Fatal("two runs with the same seed differ")
		}
	}
}

func TestLittle(t *testing.T) {
	s := run(t, queue(.5, 1, Exp(1)), 20_000)
	if d := s.WIP.Mean - s.Throughput.Mean*s.LeadSec.Mean; math.Abs(d) > .01 {
		t.Errorf("L − λW = %g", d)
	}
}
