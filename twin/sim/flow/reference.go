package flow

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// Reference is a plant whose exact answer is known.
type Reference struct {
	Name    string
	Model   *Model
	Of      func(s *Summary) Estimate // what is known exactly
	Exact   float64
	SpanSec float64 // of each of 30 runs, so that their 99 % interval is one to two percent wide at most to each side
}

// References are queues by Erlang, Pollaczek and Khinchine, an open network by Jackson, and saturated tandem lines with blocking
// after service by their Markov chains. Each has service times of 1 s but for the network.
func References() []Reference {
	waiting := func(s *Summary) Estimate { return s.Element("q").Level }
	lead := func(s *Summary) Estimate { return s.LeadSec }
	made := func(s *Summary) Estimate { return s.Throughput }
	// Mean 1 and squared coefficient of variation 4: 0.5 with probability 16/17 and 9 with 1/17.
	mixed := Distribution{Law: Empirical, Values: append(slices.Repeat([]float64{.5}, 16), 9)}
	return []Reference{
		{"M/M/1 at 0.8, parts that wait", queueOf(.8, 1, Exp(1)), waiting, 3.2, 200_000},
		{"M/M/3 at 2.4, lead time", queueOf(2.4, 3, Exp(1)), lead, 2.078652, 60_000},
		{"M/M/10 at 9, lead time", queueOf(9, 10, Exp(1)), lead, 1.668732, 30_000},
		{"M/D/1 at 0.8, parts that wait", queueOf(.8, 1, Fixed(1)), waiting, 1.6, 120_000},
		{"M/G/1 at 0.8, parts that wait", queueOf(.8, 1, mixed), waiting, 8, 500_000},
		{"Jackson network of three nodes, lead time", jackson(), lead, jacksonLead(), 30_000},
		{"tandem of 2 stations, 2 places, throughput", tandem(slices.Repeat([]float64{1}, 2), 2), made, .8, 20_000},
		{"tandem of 3 stations, 4 places, throughput", tandem(slices.Repeat([]float64{1}, 3), 4), made, .807486, 20_000},
		{"tandem of 6 stations, 1 place, throughput", tandem(slices.Repeat([]float64{1}, 6), 1), made, .591826, 20_000},
	}
}

// Judge runs a reference 30 times, for a share of its span: how far the exact value lies from the mean, in halves of the 99 %
// interval (inside is below 1), and how wide such a half is as a share of the value.
func (r *Reference) Judge(ctx context.Context, share float64, seed uint64) (off, half float64, err error) {
	s, err := Run(ctx, r.Model, Options{HorizonSec: share * r.SpanSec, WarmupSec: share * r.SpanSec / 10, Replications: 30, Seed: seed})
	if err != nil {
		return 0, 0, err
	}
	e := r.Of(s)
	h := e.Half(.99)
	return math.Abs(e.Mean-r.Exact) / h, h / r.Exact, nil
}

// FiveStations is the line of five exponential stations with two places between, whose exact gains GainsOfFive are.
func FiveStations() *Model { return tandem([]float64{1, .9, 1.1, .8, 1}, 2) }

// GainsOfFive is what 10 % more speed of each station of FiveStations buys, as a share of its throughput of 0.632330 parts a second, by
// the Markov chain of the line.
var GainsOfFive = map[string]float64{"m1": .00747, "m2": .01822, "m3": .01257, "m4": .03353, "m5": .01060}

// queueOf is one station with some servers, Poisson arrivals of a rate and a queue without limit.
func queueOf(rate float64, servers int, service Distribution) *Model {
	return &Model{
		Elements: []Element{{Name: "in", Kind: Source, Interval: Exp(1 / rate)}, {Name: "q", Kind: Buffer},
			{Name: "m", Kind: Machine, Servers: servers, Cycle: service}, {Name: "out", Kind: Sink}},
		Links: []Link{{From: "in", To: "q"}, {From: "q", To: "m"}, {From: "m", To: "out"}},
	}
}

// tandem is a saturated line of exponential machines with b places between each two.
func tandem(rates []float64, b int) *Model {
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

// jackson is an open network with a branch and a way back. Of what comes, 1 /s, all passes node 1 and node 3, some of it again:
// 1.25 /s, 0.75 /s of which pass node 2 between.
func jackson() *Model {
	return &Model{
		Elements: []Element{
			{Name: "in", Kind: Source, Interval: Exp(1)}, {Name: "q1", Kind: Buffer}, {Name: "m1", Kind: Machine, Cycle: Exp(.5), Rule: "share"},
			{Name: "q2", Kind: Buffer}, {Name: "m2", Kind: Machine, Cycle: Exp(1), Servers: 2}, {Name: "q3", Kind: Buffer},
			{Name: "m3", Kind: Machine, Cycle: Exp(.6), Rule: "share"}, {Name: "out", Kind: Sink}},
		Links: []Link{{From: "in", To: "q1"}, {From: "q1", To: "m1"}, {From: "m1", To: "q2", Share: .6}, {From: "m1", To: "q3", Share: .4}, {From: "q2", To: "m2"},
			{From: "m2", To: "q3"}, {From: "q3", To: "m3"}, {From: "m3", To: "out", Share: .8}, {From: "m3", To: "q1", Share: .2}},
	}
}

// jacksonNodes is how many parts are at each node: an M/M/1, an M/M/2 and an M/M/1 by themselves.
func jacksonNodes() [3]float64 {
	one := func(rho float64) float64 { return rho / (1 - rho) }
	return [3]float64{one(1.25 * .5), 2 * .375 / (1 - .375*.375), one(1.25 * .6)}
}

// jacksonLead is the time in the network of what comes at 1 /s, by Little.
func jacksonLead() float64 {
	n := jacksonNodes()
	return n[0] + n[1] + n[2]
}
