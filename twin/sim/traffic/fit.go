package traffic

import (
	"context"
	"math"
)

// tally is what was counted on a street, all its links together.
type tally struct {
	links []int
	flow  float64 // vehicles/s
	speed float64 // m/s; NaN: not known
}

// fitted is a demand brought near to counts.
type fitted struct {
	demand *Demand
	counts []tally
	off    float64 // sum of what is off over the sum of counts, in the last assignment
	quiet  bool    // counts of a quiet hour, which say nothing of the others: the demand is that of the definition
	cut    float64 // part of the counted demand that the roads of the model carry in the busiest hour; 1: all
}

// fit changes a demand so that the flows of its equilibrium come near to counts: first all trips by one factor, then each by the
// geometric mean of count over flow along its ways, again and again (multiplicative reconstruction, the matrix of greatest entropy
// of Van Zuylen and Willumsen, Transportation Research 14B, 1980). No trip grows or shrinks more than tenfold against the first factor.
func fit(ctx context.Context, n *Network, d *Demand, counts []tally, closed []bool) (*fitted, error) {
	const rounds = 5
	out := &fitted{demand: d.Scaled(1), counts: counts, cut: 1}
	if len(counts) == 0 {
		return out, nil
	}
	of := make([]int, len(n.Links)) // street of a link, from 1
	for i, c := range counts {
		for _, l := range c.links {
			of[l] = i + 1
		}
	}
	limit := make([]float64, len(d.Trips))
	for round := 0; ; round++ {
		a, err := Assign(ctx, n, out.demand, AssignOptions{Gap: 1e-3, Closed: closed, Most: 60})
		if a == nil || ctx.Err() != nil {
			return nil, err
		}
		flow := make([]float64, len(counts))
		out.off = misfit(counts, a, flow)
		if round == rounds {
			return out, nil
		}
		if round == 0 {
			out.demand = out.demand.Scaled(leastSquares(counts, flow))
			for i, t := range out.demand.Trips {
				limit[i] = t.Rate
			}
			continue
		}
		out.demand = reconstruct(out.demand, a, of, counts, flow, limit)
	}
}

// misfit sets the flows of streets, and returns how far they are from the counts.
func misfit(counts []tally, a *Assignment, flow []float64) float64 {
	off, sum := 0., 0.
	for i, c := range counts {
		for _, l := range c.links {
			flow[i] += a.Flow[l]
		}
		off += math.Abs(flow[i] - c.flow)
		sum += c.flow
	}
	if sum == 0 {
		return 0
	}
	return off / sum
}

func leastSquares(counts []tally, flow []float64) float64 {
	top, bottom := 0., 0.
	for i, c := range counts {
		top += c.flow * flow[i]
		bottom += flow[i] * flow[i]
	}
	if !(top > 0) || !(bottom > 0) {
		return 1
	}
	return min(max(top/bottom, .001), 100)
}

// reconstruct makes one round of changes.
func reconstruct(d *Demand, a *Assignment, of []int, counts []tally, flow, limit []float64) *Demand {
	const least = 1e-4 // vehicles/s: below it nothing is told apart
	ratio := make([]float64, len(counts))
	for i, c := range counts {
		ratio[i] = math.Log(max(c.flow, least) / max(flow[i], least))
	}
	factor := map[[2]int]float64{}
	for i, p := range a.Pairs {
		sum, weight := 0., 0.
		for k, way := range p.Links {
			for _, l := range way {
				if s := of[l]; s > 0 {
					sum += p.Flow[k] * ratio[s-1]
					weight += p.Flow[k]
				}
			}
		}
		if weight > 0 {
			factor[[2]int{a.Trips[i].From, a.Trips[i].To}] = math.Exp(sum / weight)
		}
	}
	out := d.Scaled(1)
	for i := range out.Trips {
		t := &out.Trips[i]
		if x, ok := factor[[2]int{t.From, t.To}]; ok {
			t.Rate = min(max(t.Rate*x, limit[i]/10), limit[i]*10)
		}
	}
	return out
}

// carries finds how many vehicles/s of a demand's pattern a network carries when trips take at most some times as long as on empty
// roads, by single vehicles; at most those of the demand. Counts of a living town were passed by it: when the roads of the model
// cannot pass them, its capacities are too low or its trips too many, and a model that has locked up would answer nothing.
func (n *Network) carries(ctx context.Context, d *Demand, most float64) (float64, error) {
	low, high := 0., 1.
	for try := 1.; high-low > .02; try = (low + high) / 2 {
		index, err := n.congestion(ctx, d.Scaled(try))
		if err != nil {
			return 0, err
		}
		if index <= most {
			low = try
		} else {
			high = try
		}
		if low == 1 {
			break
		}
	}
	return max(low, .02) * d.Total(), nil
}

// congestion is the time on the road in twenty minutes over that on empty roads, per trip.
func (n *Network) congestion(ctx context.Context, d *Demand) (float64, error) {
	a, err := Assign(ctx, n, d, AssignOptions{Gap: 1e-3, Most: 60})
	if a == nil || ctx.Err() != nil {
		return 0, err
	}
	c := &Case{Network: n, Demand: d}
	var counts []Count
	for l, flow := range a.Flow {
		counts = append(counts, Count{l, flow, n.Links[l].Length / max(a.Time[l], .1)})
	}
	r, err := c.run(ctx, a, 1, RunOptions{Seconds: 1200, Every: 300, Counts: counts, WarmUp: 300})
	if err != nil {
		return 0, err
	}
	free := r.MeanTime - r.MeanDelay
	if r.Arrived == 0 || !(free > 0) {
		return 1, nil
	}
	return perTrip(r) / free, nil
}
