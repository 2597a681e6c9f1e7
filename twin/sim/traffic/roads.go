package traffic

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin/sim"
)

// roadState is how a street fares on both sides; new roads stand after those of the plan.
type roadState struct {
	label, asset string
	street       int // in the plan; −1: it is new
	closed       bool
	flow         [2]float64 // vehicles/s
	speed        [2]float64 // m/s
	lost         [2]float64 // vehicle-seconds per second: vehicles that would not be on the road if all drove freely
	standing     [2]float64 // vehicles
}

// roads adds up links to streets: from the runs, or from the equilibrium where there is none.
func (in *inquiry) roads(base, changed []*Result) []roadState {
	var out []roadState
	shut := in.changed.c.ClosedAt(in.horizon / 2)
	was := in.base.c.ClosedAt(in.horizon / 2)
	for i, x := range in.s.d.streets {
		r := roadState{label: x.label, asset: in.s.b.paths[i], street: i, closed: shut[x.links[0]] && !was[x.links[0]]}
		in.base.measure(&r, 0, x.links, base)
		in.changed.measure(&r, 1, x.links, changed)
		out = append(out, r)
	}
	for l := len(in.base.c.Network.Links); l < len(in.changed.c.Network.Links); l++ {
		r := roadState{label: in.newName(in.changed.c.Network.Links[l].Name), street: -1}
		in.changed.measure(&r, 1, []int{l}, changed)
		out = append(out, r)
	}
	return out
}

func (in *inquiry) newName(link string) string {
	id, back := strings.CutSuffix(link, " back")
	for _, m := range in.s.d.measures {
		if m.id == id {
			if back {
				return m.label + " (back)"
			}
			return m.label
		}
	}
	return link
}

// measure sets what links carry on one side.
func (x *variant) measure(r *roadState, side int, links []int, runs []*Result) {
	length, time := 0., 0. // driven and spent by all, per second
	for _, l := range links {
		k := &x.c.Network.Links[l]
		flow, spent, standing := x.a.Flow[l], x.a.Flow[l]*x.a.Time[l], 0.
		if len(runs) > 0 {
			flow, spent, standing = overRuns(runs, l, k.Length)
		}
		r.flow[side] += flow
		r.standing[side] += standing
		r.lost[side] += max(0, spent-flow*k.FreeTime)
		length, time = length+flow*k.Length, time+spent
	}
	if time > 1e-9 {
		r.speed[side] = length / time
	} else {
		r.speed[side] = x.c.Network.Links[links[0]].Speed()
	}
}

// overRuns is the mean over runs and intervals: flow, vehicles on the link, and vehicles that stand.
func overRuns(runs []*Result, l int, length float64) (flow, spent, standing float64) {
	n := 0.
	for _, r := range runs {
		for k := range r.Flow {
			flow += r.Flow[k][l]
			standing += r.Queue[k][l]
			spent += r.Flow[k][l] * length / max(r.Speed[k][l], .1)
			n++
		}
	}
	n = max(n, 1)
	return flow / n, max(spent/n, standing/n), standing / n
}

// maxRanks is how many bottlenecks are told.
const maxRanks = 8

// ranks lists the streets on which most time is lost. For the first three, the gain of a lane more comes from the equilibrium.
func (in *inquiry) ranks(roads []roadState) []sim.Rank {
	all := 0.
	for _, r := range roads {
		all += r.lost[1]
	}
	list := slices.Clone(roads)
	slices.SortStableFunc(list, func(a, b roadState) int { return cmp.Compare(b.lost[1], a.lost[1]) })
	var out []sim.Rank
	for _, r := range list[:min(maxRanks, len(list))] {
		if all <= 0 || r.lost[1] < .01*all {
			break
		}
		rank := sim.Rank{Asset: r.asset, Label: r.label, Share: r.lost[1] / all, Why: fmt.Sprintf("%.1f vehicles are lost in delay at any time, %.0f km/h on average", r.lost[1], r.speed[1]*3.6)}
		if r.standing[1] >= .5 {
			rank.Why = fmt.Sprintf("%.0f vehicles stand there at any time, %.0f km/h on average", r.standing[1], r.speed[1]*3.6)
		}
		if len(out) < 3 && r.street >= 0 {
			in.lever(&rank, r.street)
		}
		out = append(out, rank)
	}
	return out
}

// lever finds what one more lane would gain.
func (in *inquiry) lever(rank *sim.Rank, street int) {
	f, ok := in.s.byID[in.s.d.streets[street].id+".lanes"]
	if !ok || !in.s.affordable() {
		return
	}
	set := settings{}
	for i, v := range in.set {
		set[i] = v
	}
	lanes := in.s.fields[f].Value
	if v, asked := set[f]; asked {
		lanes = v
	}
	set[f] = lanes + 1
	if set[f] > in.s.fields[f].Max {
		return
	}
	x, err := in.settle(context.Background(), set)
	if err != nil || in.changed.a.Total <= 0 {
		return
	}
	if gain := 1 - x.a.Total/in.changed.a.Total; gain > 5e-4 {
		rank.Gain = sim.Exact(gain)
		rank.Lever = fmt.Sprintf("%s=%g", in.s.fields[f].ID, set[f])
	}
}

// parts shades streets by how their speed changes, and says what happens to their flow.
func (in *inquiry) parts(roads []roadState) []sim.Part {
	var out []sim.Part
	if !in.changes() {
		return nil
	}
	for _, r := range roads {
		if r.asset == "" {
			continue
		}
		if r.closed {
			out = append(out, sim.Part{Asset: r.asset, Shade: -1, Text: "closed"})
			continue
		}
		more := (r.flow[1] - r.flow[0]) * hourSec
		faster := (r.speed[1] - r.speed[0]) * 3.6
		if math.Abs(more) < max(10, .02*r.flow[0]*hourSec) && math.Abs(faster) < 1 {
			continue
		}
		text := fmt.Sprintf("%+.0f /h", more)
		if r.flow[0] > 0 {
			text += fmt.Sprintf(" (%+.0f %%)", 100*(r.flow[1]/r.flow[0]-1))
		}
		text += fmt.Sprintf(", %.0f → %.0f km/h", r.speed[0]*3.6, r.speed[1]*3.6)
		shade := 0.
		if r.speed[0] > 0 {
			shade = min(max((r.speed[1]/r.speed[0]-1)/.3, -1), 1)
		}
		out = append(out, sim.Part{Asset: r.asset, Shade: shade, Text: strings.ReplaceAll(text, "-", "−")})
	}
	return out
}
