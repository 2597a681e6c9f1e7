package flow

import (
	"context"
	"fmt"
	"math"
	"testing"
)

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
	// TestReferences has the rest.
	exact(t, "M/M/1 W", run(t, queueOf(.8, 1, Exp(1)), 40_000).LeadSec, 5, .06)
	exact(t, "M/M/3 Lq", run(t, queueOf(2.4, 3, Exp(1)), 15_000).Element("q").Level, 2.588764, .06)
	exact(t, "M/M/10 Lq", run(t, queueOf(9, 10, Exp(1)), 10_000).Element("q").Level, 6.018584, .06)
	exact(t, "M/D/1 W", run(t, queueOf(.8, 1, Fixed(1)), 30_000).LeadSec, 3, .06)
}

func TestReferences(t *testing.T) {
	for _, r := range References() {
		if off, half, err := r.Judge(context.Background(), .2, 7); err != nil || off > 1 || half > .04 {
			t.Errorf("%s: off by %.2f of the interval, which is ± %.1f %%: %v", r.Name, off, 100*half, err)
		}
	}
}

func TestErlangLoss(t *testing.T) {
	m := queueOf(10, 10, Exp(1))
	m.Elements = append(m.Elements[:1], m.Elements[2:]...)
	m.Links = []Link{{From: "in", To: "m"}, {From: "m", To: "out"}}
	m.Elements[0].Lose = true
	s := run(t, m, 5000)
	exact(t, "Erlang B", s.Throughput, 10*(1-.2145823), .01)
}

// TestJackson: open network of three nodes with feedback, product form: each node is an M/M/c of its total rate.
func TestJackson(t *testing.T) {
	want := jacksonNodes()
	s := run(t, jackson(), 20_000)
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
	exact(t, "node 1", level("q1", "m1"), want[0], .03)
	exact(t, "node 2", level("q2", "m2"), want[1], .03)
	exact(t, "node 3", level("q3", "m3"), want[2], .03)
	exact(t, "all", s.LeadSec, want[0]+want[1]+want[2], .03)
}

func TestTandems(t *testing.T) {
	for _, c := range []struct {
		n, b int
		want float64
	}{
		{2, 0, 2. / 3}, {2, 1, .75}, {2, 2, .8}, {2, 4, 6. / 7}, {3, 0, 22. / 39}, {3, 1, .670466}, {3, 2, .734017}, {3, 4, .807486},
		{4, 0, .514775}, {4, 1, .631153}, {4, 2, .700713}, {5, 0, .485798}, {5, 1, .607583}, {6, 0, .466713}, {6, 1, .591826},
	} {
		s := run(t, tandem(same(c.n), c.b), 8000)
		exact(t, fmt.Sprintf("%d stations, %d places", c.n, c.b), s.Throughput, c.want, .01)
	}
}

func TestSameSeedSameBits(t *testing.T) {
	a, b := run(t, tandem(same(4), 2), 500), run(t, tandem(same(4), 2), 500)
	for i := range a.Replications {
		if a.Replications[i].Throughput != b.Replications[i].Throughput || a.Replications[i].LeadSec != b.Replications[i].LeadSec {
			t.Fatal("two runs with the same seed differ")
		}
	}
}

func TestLittle(t *testing.T) {
	s := run(t, queueOf(.5, 1, Exp(1)), 20_000)
	if d := s.WIP.Mean - s.Throughput.Mean*s.LeadSec.Mean; math.Abs(d) > .01 {
		t.Errorf("L − λW = %g", d)
	}
}
