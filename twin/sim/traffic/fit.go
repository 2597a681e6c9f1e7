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
}

// fit changes a demand so that the flows of its equilibrium come near to counts: first all trips by one factor, then each by the
// geometric mean of count over flow along its ways, again and again (multiplicative reconstruction, the matrix of greatest entropy
// of Van Zuylen and Willumsen, Transportation Research 14B, 1980). No trip grows or shrinks more than tenfold against the first factor.
func fit(ctx context.Context, n *Network, d *Demand, counts []tally, closed []bool) (*fitted, error) {
	const rounds = 5
	out := &fitted{demand: d.Scaled(1), counts: counts}
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
