package chain

import (
	"context"
	"fmt"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

func small(t testing.TB) string {
	t.Helper()
	b, err := os.ReadFile("testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// closing is the small chain with its western port closed for some days.
func closing(t testing.TB, from, span, more string) string {
	return strings.Replace(small(t), `"close_wind": "48 kn",`, fmt.Sprintf(`"close_wind": "48 kn", "closed_from": %q, "closed_for": %q, %s`, from, span, more), 1)
}

// No container is lost or made on the way, whatever happens: all that ever came is at its end, in a yard, aboard, or on a link.
func TestContainersAreConserved(t *testing.T) {
	storm := strings.Replace(closing(t, "2 d", "6 d", `"divert": "north",`), `"name": "low",`, `"name": "low", "at": [48, -20], "wind": "35 m/s", "radius": "500 km",`, 1)
	for name, definition := range map[string]string{"calm": small(t), "closed": closing(t, "2 d", "lognormal(6 d, 2 d)", ""), "diverted": closing(t, "1 h", "9 d", `"divert": "north",`), "storm": storm,
		"full yards": strings.ReplaceAll(small(t), `"yard_teu": 20000`, `"yard_teu": 500`), "small ships": strings.Replace(small(t), `"teu": 10000`, `"teu": 900`, 1)} {
		p := mustPlan(t, definition)
		for r := range 4 {
			w, err := ready(context.Background(), p, 3, r, nil)
			if err != nil {
				t.Fatal(err)
			}
			for day := range 60 {
				if err := w.run(context.Background(), w.zero+float64(day)*daySec); err != nil {
					t.Fatal(name, err)
				}
				if w.live != w.counted() || w.live != w.made-w.ended {
					t.Fatalf("%s: day %d: %d TEU in the chain, %d were counted, %d came and %d arrived", name, day, w.live, w.counted(), w.made, w.ended)
				}
				for i := range w.ports {
					stock := w.ports[i].out
					for _, x := range w.ports[i].piles {
						stock += int(x.teu)
						if x.teu <= 0 {
							t.Fatalf("%s: a pile of %d TEU", name, x.teu)
						}
					}
					if stock != w.ports[i].stock {
						t.Fatalf("%s: day %d: yard %d holds %d TEU, %d are written down", name, day, i, stock, w.ports[i].stock)
					}
					if b := w.ports[i].busy; b < 0 || b > w.m.Ports[i].Berths {
						t.Fatalf("%s: %d berths are taken of %d", name, b, w.m.Ports[i].Berths)
					}
					if c := w.ports[i].cranes; c < 0 {
						t.Fatalf("%s: %d cranes at work", name, c)
					}
				}
				for i := range w.ships {
					aboard := 0
					for _, x := range w.ships[i].cargo {
						aboard += int(x.teu)
					}
					if aboard != w.ships[i].aboard || aboard > w.ships[i].class.TEU {
						t.Fatalf("%s: ship %d has %d TEU aboard, %d are written down, %d fit", name, i, aboard, w.ships[i].aboard, w.ships[i].class.TEU)
					}
				}
			}
			if w.ended == 0 {
				t.Errorf("%s: nothing ever arrived", name)
			}
		}
	}
}

// What is not touched by a change sees the same chance: the same demand, the same ships elsewhere, and without a change, the same bits.
func TestCommonRandomNumbers(t *testing.T) {
	ctx := context.Background()
	a, b := mustPlan(t, small(t)), mustPlan(t, small(t))
	for r := range 3 {
		x, err := replicate(ctx, a, 9, r, nil)
		if err != nil {
			t.Fatal(err)
		}
		y, err := replicate(ctx, b, 9, r, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(x, y) {
			t.Fatalf("replication %d is not the same twice", r)
		}
	}
	s, err := NewStudy([]byte(small(t)), sim.Site{})
	if err != nil {
		t.Fatal(err)
	}
	q, err := s.prepare(sim.Question{Seed: 9, Changes: []sim.Change{{Field: "west.closed_from", Value: "3 d"}, {Field: "west.closed_for", Value: "5 d"}}})
	if err != nil {
		t.Fatal(err)
	}
	runs, err := fan(ctx, []*plan{q.base, q.changed}, 9, 0, 40, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range runs[0] {
		if runs[0][i].created != runs[1][i].created {
			t.Fatalf("pair %d: %d TEU came to one chain, %d to the other", i, runs[0][i].created, runs[1][i].created)
		}
	}
	// Pairing is worth it: the interval of the difference is narrower than that of independent runs.
	d := paired(runs[0], runs[1], dwellOf)
	m, n := mean(values(runs[0], dwellOf)), mean(values(runs[1], dwellOf))
	if independent := math.Hypot(m.High-m.Low, n.High-n.Low); d.High-d.Low > .8*independent {
		t.Errorf("paired interval %.0f s, independent %.0f s", d.High-d.Low, independent)
	}
}

// A port that is closed when a ship comes holds it until it opens, and no longer.
func TestClosedPortHoldsShips(t *testing.T) {
	p := mustPlan(t, strings.Replace(pairOfPorts, `"at": [0, 60], `, `"at": [0, 60], "closed_from": "100 h", "closed_for": "200 h", `, 1))
	w := newWorld(p, 1, 0)
	w.begin(nil, 0)
	voyage := math.Pi / 3 * 6371008.7714 / 1852 / 20 // 180.12 h
	if err := w.run(context.Background(), 299*3600); err != nil {
		t.Fatal(err)
	}
	v := &w.ships[0]
	if v.state != waiting || w.ports[1].waiting != 1 || w.ports[1].hit != 1 {
		t.Fatalf("at 299 h the ship is in state %d, %d wait, %d hit", v.state, w.ports[1].waiting, w.ports[1].hit)
	}
	if err := w.run(context.Background(), 300*3600); err != nil {
		t.Fatal(err)
	}
	if v.state != handling {
		t.Fatal("at 300 h the port is open and the ship is not at the berth")
	}
	if got := v.delayed / 3600; math.Abs(got-(300-voyage)) > 1e-9 {
		t.Errorf("it waited %.6f h, by hand %.6f h", got, 300-voyage)
	}
}

// Storms: closures overlap and work rests while shut.
func TestSpans(t *testing.T) {
	s := spans{}.add(span{10, 20, 18}).add(span{30, 40, 40}).add(span{15, 25, 25})
	if len(s) != 2 || s[0] != (span{10, 25, 25}) {
		t.Fatalf("spans are %v", s)
	}
	for _, c := range []struct{ at, work, done float64 }{{0, 5, 5}, {0, 10, 10}, {0, 11, 26}, {12, 0, 25}, {12, 5, 30}, {12, 6, 41}, {50, 1, 51}, {5, 11, 41}} {
		if got := s.after(c.at, c.work); got != c.done {
			t.Errorf("work of %g from %g is done at %g, want %g", c.work, c.at, got, c.done)
		}
	}
	if s.at(25) != nil || s.at(24.9) == nil {
		t.Error("a span ends where it should not")
	}
}

// A storm that lies on a port closes it, and ships near it are slow.
func TestStormClosesAndSlows(t *testing.T) {
	p := mustPlan(t, strings.Replace(small(t), `"name": "low",`, `"name": "low", "at": [52, 4], "wind": "40 m/s", "radius": "400 km",`, 1))
	w := newWorld(p, 1, 0)
	w.begin(nil, 0)
	if w.sky.closed[1].at(0) == nil || w.sky.held[1].at(0) == nil {
		t.Error("the port below the storm is open")
	}
	if w.sky.closed[0].at(0) != nil {
		t.Error("the storm closes a port on the other side of the earth")
	}
	c := &cyclone{until: 1e9, from: Degrees(0, 0), wind: 40, radius: 400e3, fade: 1e12}
	if v := c.at(Ahead(c.from, 1, 400e3), 0); math.Abs(v-gale) > 1e-9 {
		t.Errorf("wind at the radius is %g m/s, want %g", v, gale)
	}
	if v := c.at(c.from, 0); v != 40 {
		t.Errorf("wind in the middle is %g m/s", v)
	}
	if c.at(Ahead(c.from, 1, 1201e3), 0) != 0 {
		t.Error("there is wind beyond three radii")
	}
	calm := newWorld(mustPlan(t, small(t)), 1, 0)
	calm.begin(nil, 0)
	from, nodes := w.sea.port(2), []int32{int32(w.sea.first + 1)}
	v, u := &w.ships[0], &calm.ships[0]
	w.sail(v, from, edge{}, nodes)
	calm.sail(u, from, edge{}, nodes)
	if v.arrival() < 1.3*u.arrival() {
		t.Errorf("through the storm it takes %.1f h, without %.1f h", v.arrival()/3600, u.arrival()/3600)
	}
}

// The recommended port is the only admissible one, its gain is paired, and the sentence says so.
func TestRecommendation(t *testing.T) {
	s, err := NewStudy([]byte(small(t)), sim.Site{})
	if err != nil {
		t.Fatal(err)
	}
	ask := func(changes ...string) *sim.Answer {
		t.Helper()
		q := sim.Question{Seed: 4, Runs: 16}
		for _, c := range changes {
			x, err := sim.ParseChange(c)
			if err != nil {
				t.Fatal(err)
			}
			q.Changes = append(q.Changes, x)
		}
		a, err := s.Answer(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	a := ask("west.closed_from=1 d", "west.closed_for=lognormal(12 d, 2 d)")
	if len(a.Ranks) != 1 || a.Ranks[0].Lever != "west.divert=north" {
		t.Fatalf("ranks are %+v", a.Ranks)
	}
	if g := a.Ranks[0].Gain; !(g.High < 0) {
		t.Errorf("diverting for twelve days buys %+v of the cost", g)
	}
	if !strings.Contains(a.Headline, "best is North instead of West") || !strings.Contains(a.Headline, "…") {
		t.Errorf("headline: %s", a.Headline)
	}
	if all := strings.Join(a.More, "\n"); !strings.Contains(all, "shoal (10 m deep)") {
		t.Errorf("more: %s", all)
	}
	// What the advice promises is what the change then does: the same pairs.
	b := ask("west.closed_from=1 d", "west.closed_for=lognormal(12 d, 2 d)", "west.divert=north")
	promised := a.Figures[len(a.Figures)-2]
	if promised.Changed != b.Figures[0].Changed {
		t.Errorf("promised %+v, it was %+v", promised.Changed, b.Figures[0].Changed)
	}
	// A closure that no ship meets is not distinguishable from none, and a short one is waited for.
	c := ask("far.closed_from=1 h", "far.closed_for=1 h")
	if f := c.Figures[0]; f.Distinguishable() || f.Difference.Value != 0 || !strings.Contains(c.Headline, "not distinguishable") {
		t.Errorf("a port without ships was closed: %s", c.Headline)
	}
	for _, f := range append(a.Figures, b.Figures...) {
		for _, m := range []sim.Mean{f.Base, f.Changed, f.Difference} {
			if math.IsNaN(m.Value) || math.IsInf(m.Low, 0) || m.Low > m.Value || m.High < m.Value {
				t.Errorf("%s: %+v", f.Label, m)
			}
		}
	}
}

// When its context ends, an answer is marked and the app goes on.
func TestAnswerIsCut(t *testing.T) {
	s, err := NewStudy([]byte(small(t)), sim.Site{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	a, err := s.Answer(ctx, sim.Question{Seed: 1, Runs: maxRuns, Changes: []sim.Change{{Field: "line.speed", Value: "-10%"}}})
	if err == nil || a == nil || !a.Partial {
		t.Fatalf("answer %+v, error %v", a, err)
	}
	if a.Runs > 0 && (a.Headline == "" || len(a.Figures) == 0) {
		t.Errorf("%d runs were done and nothing is said", a.Runs)
	}
}
