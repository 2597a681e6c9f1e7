package traffic

import (
	"context"
	"fmt"
	"math"
)

// Goal is what an assignment looks for.
type Goal uint8

// The goals (Wardrop 1952).
const (
	UserEquilibrium Goal = iota // nobody can be faster by another route
	SystemOptimum               // the sum of all times is least
)

// AssignOptions say how an assignment is done.
type AssignOptions struct {
	Goal   Goal
	Gap    float64 // relative gap at which it ends; 0: 1e-6
	Most   int     // iterations; 0: 2000
	Closed []bool  // by link: nobody may use it
}

// Assignment is how the demand spreads over the network.
type Assignment struct {
	Flow       []float64 // vehicles/s by link
	Time       []float64 // s by link, at that flow, with the mean wait at signals
	Objective  float64   // Beckmann's sum of the integrals of time over flow; the total time for a system optimum
	Total      float64   // sum of flow × time: vehicles on the way, that is vehicle-seconds per second
	Gap        float64   // (total cost − cost on the cheapest routes) / total cost
	Iterations int
	Trips      []Trip  // those of the demand with a rate above zero, between two nodes
	Pairs      []Paths // by trip: the routes used
}

// Paths are the routes between two zones.
type Paths struct {
	Links [][]int32
	Flow  []float64 // vehicles/s
	Cost  float64   // s, of the cheapest
}

// bpr gives the volume-delay function of a link: time, its slope and its integral from no flow.
func (l *Link) bpr(flow float64) (time, slope, integral float64) {
	x := flow / l.Capacity
	var p, lower float64 // x^Power and x^(Power−1)
	switch {
	case l.Alpha == 0:
	case l.Power == 4:
		lower = x * x * x
		p = lower * x
	case l.Power == 1:
		lower, p = 1, x
	case l.Power == 0:
		p = 1
	default:
		p = math.Pow(x, l.Power)
		if x > 0 {
			lower = p / x
		}
	}
	a := l.FreeTime * l.Alpha
	return l.FreeTime + a*p, a * l.Power * lower / l.Capacity, flow * (l.FreeTime + a*p/(l.Power+1))
}

// cost gives what a link costs whoever chooses routes, and its slope.
func (l *Link) cost(flow float64, goal Goal) (cost, slope float64) {
	t, d, _ := l.bpr(flow)
	if goal == UserEquilibrium {
		return t + l.Toll, d
	}
	// Marginal cost: own time and what one more driver costs all others; its slope is 2t' + flow·t''. flow·t'' = (Power−1)·t'.
	return t + l.Toll + flow*d, (1 + l.Power) * d
}

// Assign spreads a demand over a network by gradient projection over routes (Jayakrishnan, Tsai, Prashker, Rajadhyaksha
// 1994): one origin and destination after another, each route gives flow to the cheapest by a Newton step on their
// difference of cost. It returns the context's error when that ends, with the assignment so far.
func Assign(ctx context.Context, n *Network, d *Demand, o AssignOptions) (*Assignment, error) {
	if err := n.Check(); err != nil {
		return nil, err
	}
	if o.Closed != nil && len(o.Closed) != len(n.Links) {
		return nil, fmt.Errorf("traffic: closures of %d links for a network of %d: give one per link", len(o.Closed), len(n.Links))
	}
	if o.Gap == 0 {
		o.Gap = 1e-6
	}
	if o.Most == 0 {
		o.Most = 2000
	}
	a := newAssigner(n, d, o)
	if err := a.begin(); err != nil {
		return nil, err
	}
	for a.out.Iterations < o.Most {
		if err := ctx.Err(); err != nil {
			a.finish()
			return a.out, err
		}
		a.out.Iterations++
		a.extend()
		if a.out.Gap <= o.Gap {
			break
		}
		// Between searches for new routes, those in use are balanced: most of the gap closes here, at little cost.
		for range 4 {
			a.sweep()
		}
	}
	a.finish()
	if a.out.Gap > o.Gap {
		return a.out, fmt.Errorf("traffic: no equilibrium after %d iterations: the gap is %.2g, not %.2g: allow a larger gap or more iterations", a.out.Iterations, a.out.Gap, o.Gap)
	}
	return a.out, nil
}

type assigner struct {
	n           *Network
	o           AssignOptions
	s           *search
	out         *Assignment
	cost, slope []float64
	wait        []float64 // s, at the signal at the end of a link
	byOrigin    [][]int   // trips by zone
	mark        []int32   // scratch: which links are on one of two routes only
	route       []int32
}

func newAssigner(n *Network, d *Demand, o AssignOptions) *assigner {
	a := &assigner{n: n, o: o, s: newGraph(n).search(), cost: make([]float64, len(n.Links)), slope: make([]float64, len(n.Links)),
		out: &Assignment{Flow: make([]float64, len(n.Links))}, byOrigin: make([][]int, len(n.Zones)), mark: make([]int32, len(n.Links)), wait: n.waits()}
	for _, t := range d.Trips {
		inside := t.From >= 0 && t.From < len(n.Zones) && t.To >= 0 && t.To < len(n.Zones)
		if !inside || !(t.Rate > 0) || !finite(t.Rate) || n.Zones[t.From].Node == n.Zones[t.To].Node {
			continue
		}
		a.byOrigin[t.From] = append(a.byOrigin[t.From], len(a.out.Trips))
		a.out.Trips = append(a.out.Trips, t)
	}
	a.out.Pairs = make([]Paths, len(a.out.Trips))
	for l := range n.Links {
		a.update(l)
	}
	return a
}

// update sets cost and slope of a link by its flow.
func (a *assigner) update(l int) {
	a.cost[l], a.slope[l] = a.n.Links[l].cost(a.out.Flow[l], a.o.Goal)
	a.cost[l] += a.wait[l]
	if a.o.Closed != nil && a.o.Closed[l] {
		a.cost[l] = math.Inf(1)
	}
}

func (a *assigner) move(l int, flow float64) {
	a.out.Flow[l] = max(0, a.out.Flow[l]+flow)
	a.update(l)
}

// begin puts all trips on the cheapest routes of an empty network.
func (a *assigner) begin() error {
	var f faults
	for z, trips := range a.byOrigin {
		if len(trips) == 0 {
			continue
		}
		a.s.from(a.n.Zones[z].Node, a.cost)
		for _, i := range trips {
			t, to := a.out.Trips[i], a.n.Zones[a.out.Trips[i].To].Node
			if a.s.last(to) < 0 {
				f.add("no route from zone %s to zone %s: open a link between them, or take their trips out of the demand", a.n.Zones[t.From].Name, a.n.Zones[t.To].Name)
				continue
			}
			r := a.s.route(to, nil)
			a.out.Pairs[i] = Paths{Links: [][]int32{r}, Flow: []float64{t.Rate}}
			for _, l := range r {
				a.move(int(l), t.Rate)
			}
		}
	}
	return f.err()
}

// extend looks for cheaper routes, adds them and balances; it measures the gap on the way.
func (a *assigner) extend() {
	total, least := 0., 0.
	for l, c := range a.cost {
		if f := a.out.Flow[l]; f > 0 {
			total += f * c
		}
	}
	for z, trips := range a.byOrigin { // at one state of costs: the gap must not mix two
		if len(trips) == 0 {
			continue
		}
		a.s.from(a.n.Zones[z].Node, a.cost)
		for _, i := range trips {
			p, to := &a.out.Pairs[i], a.n.Zones[a.out.Trips[i].To].Node
			p.Cost = a.s.cost[a.s.last(to)]
			least += a.out.Trips[i].Rate * p.Cost
			a.route = a.s.route(to, a.route[:0])
			p.offer(a.route)
		}
	}
	if a.out.Gap = 0; total > 0 {
		a.out.Gap = max(0, (total-least)/total)
	}
}

// offer adds a route unless it is there.
func (p *Paths) offer(route []int32) {
	for _, r := range p.Links {
		if equal(r, route) {
			return
		}
	}
	p.Links = append(p.Links, append([]int32(nil), route...))
	p.Flow = append(p.Flow, 0)
}

func equal(a, b []int32) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func (a *assigner) sweep() {
	for i := range a.out.Pairs {
		if p := &a.out.Pairs[i]; len(p.Links) > 1 {
			a.balance(p)
		}
	}
}

// balance moves flow from each route to the cheapest one.
func (a *assigner) balance(p *Paths) {
	best, least := 0, math.Inf(1)
	for k, r := range p.Links {
		if c := a.along(r); c < least {
			best, least = k, c
		}
	}
	for k := len(p.Links) - 1; k >= 0; k-- {
		if k == best {
			continue
		}
		a.shift(p, k, best)
		if p.Flow[k] <= 0 && len(p.Links) > 1 { // a route that nobody takes is forgotten; it comes back if it is cheap
			last := len(p.Links) - 1
			p.Links[k], p.Flow[k] = p.Links[last], p.Flow[last]
			p.Links, p.Flow = p.Links[:last], p.Flow[:last]
			if best == last {
				best = k
			}
		}
	}
}

func (a *assigner) along(r []int32) float64 {
	sum := 0.
	for _, l := range r {
		sum += a.cost[l]
	}
	return sum
}

// shift moves flow from route k to route best by one Newton step: difference of cost over the sum of the slopes of the
// links that only one of them uses.
func (a *assigner) shift(p *Paths, k, best int) {
	if p.Flow[k] <= 0 {
		return
	}
	for _, l := range p.Links[best] {
		a.mark[l]++
	}
	slope, difference := 0., 0.
	for _, l := range p.Links[k] {
		if a.mark[l] > 0 {
			a.mark[l] = -1 // on both
			continue
		}
		slope += a.slope[l]
		difference += a.cost[l]
	}
	for _, l := range p.Links[best] {
		if a.mark[l] > 0 {
			slope += a.slope[l]
			difference -= a.cost[l]
		}
	}
	if difference > 0 {
		step := p.Flow[k]
		if slope > 0 {
			step = min(step, difference/slope)
		}
		p.Flow[k] -= step
		p.Flow[best] += step
		for _, l := range p.Links[k] {
			if a.mark[l] == 0 {
				a.move(int(l), -step)
			}
		}
		for _, l := range p.Links[best] {
			if a.mark[l] > 0 {
				a.move(int(l), step)
			}
		}
	}
	for _, l := range p.Links[best] {
		a.mark[l] = 0
	}
}

// finish adds up flows anew from the routes, so that no rounding is left, and sets the sums.
func (a *assigner) finish() {
	out := a.out
	clear(out.Flow)
	for _, p := range out.Pairs {
		for k, r := range p.Links {
			for _, l := range r {
				out.Flow[l] += p.Flow[k]
			}
		}
	}
	out.Time = make([]float64, len(out.Flow))
	for l, f := range out.Flow {
		t, _, integral := a.n.Links[l].bpr(f)
		out.Time[l] = t + a.wait[l]
		out.Total += f * out.Time[l]
		if a.o.Goal == UserEquilibrium {
			out.Objective += integral + f*(a.n.Links[l].Toll+a.wait[l])
		} else {
			out.Objective += f * (out.Time[l] + a.n.Links[l].Toll)
		}
	}
}
