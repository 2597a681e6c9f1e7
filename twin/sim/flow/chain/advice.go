package chain

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin/sim"
)

// advice is what each other port does for a port that is closed. Its base is the chain whose ships wait.
type advice struct {
	port   int
	waits  []*outcome
	others []other // the cheapest first
	out    []string
	hits   float64 // ships that are hit, mean
	closed float64 // s, mean
	asked  bool    // it is the question that closes it
}

// other is one port that stands in.
type other struct {
	port        int
	runs        []*outcome
	cost, delay sim.Mean // against waiting
}

// closing are the ports that may be closed in a plan and for which nothing is decided yet.
func (p *plan) closing() (out []int) {
	for i := range p.m.Ports {
		closes := p.m.Ports[i].ClosedFor.Given() || len(p.m.Storms) > 0 && p.m.Ports[i].CloseWind > 0
		if closes && p.instead[i] < 0 {
			out = append(out, i)
		}
	}
	return out
}

// admissible says which ports can stand in for one, and of the others why not: ships must be able to enter, and the cargo must be
// able to go on by land or feeder.
func (p *plan) admissible(port int) (others []int, why []string) {
	unlinked := 0
	for i := range p.m.Ports {
		if i == port {
			continue
		}
		switch reason := p.objection(port, i); reason {
		case "":
			others = append(others, i)
		case noLink:
			unlinked++
		default:
			why = append(why, p.title(i)+" ("+reason+")")
		}
	}
	if unlinked > 0 {
		why = append(why, fmt.Sprintf("%d ports without a link for the cargo", unlinked))
	}
	return others, why
}

// noLink is the objection to most ports of a chain.
const noLink = "no link for the cargo"

func (p *plan) objection(port, other int) string {
	if math.IsInf(p.sea.length(port, other), 1) {
		return "no lane"
	}
	if !p.serves(other, port) {
		return noLink
	}
	for i := range p.ships {
		h := &p.ships[i]
		if slices.Contains(p.services[h.service].calls, port) && !p.enters(h, other) {
			return fmt.Sprintf("%g m deep", float64(p.m.Ports[other].Depth))
		}
	}
	return ""
}

func (p *plan) title(port int) string { return titled(p.m.Ports[port].Label, p.m.Ports[port].Name) }

// with is the same plan, but with another port instead of one.
func (p *plan) with(port, other int) *plan {
	out := *p
	out.instead = slices.Clone(p.instead)
	out.instead[port] = other
	if out.warm == nil {
		out.warm = p
	}
	return &out
}

// advise tries every admissible other port for each port that is closed: by the question, if ships are hit in some runs; by storms, if
// they are hit in half of the runs.
func (q *question) advise(ctx context.Context, waits []*outcome, done float64) (found []*advice, err error) {
	var hit []*advice
	for _, port := range q.changed.closing() {
		x := &advice{port: port, waits: waits, asked: q.changed.m.Ports[port].ClosedFor.Given()}
		x.closed = mean(values(waits, func(o *outcome) float64 { return o.closed[port] })).Value
		x.hits = mean(values(waits, func(o *outcome) float64 { return float64(o.hits[port]) })).Value
		switch {
		case x.hits >= .5 && x.closed >= 3600 || x.asked && x.hits > 0:
			hit = append(hit, x)
		case x.asked:
			found = append(found, x)
		}
	}
	for n, x := range hit {
		var others []int
		others, x.out = q.changed.admissible(x.port)
		found = append(found, x)
		if len(others) == 0 {
			continue
		}
		plans := make([]*plan, len(others))
		for i, other := range others {
			plans[i] = q.changed.with(x.port, other)
		}
		from := done + (1-done)*float64(n)/float64(len(hit))
		runs, err := fan(ctx, plans, q.seed, 0, len(waits), q.start, q.share(from, from+(1-done)/float64(len(hit))))
		x.judge(others, runs)
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

// judge compares each port with waiting, run by run.
func (x *advice) judge(others []int, runs [][]*outcome) {
	for i, port := range others {
		if len(runs[i]) != len(x.waits) { // stopped before its end: what is not paired says nothing
			continue
		}
		x.others = append(x.others, other{port, runs[i], paired(x.waits, runs[i], (*outcome).total), paired(x.waits, runs[i], dwellOf)})
	}
	slices.SortStableFunc(x.others, func(a, b other) int { return cmp.Compare(a.cost.Value, b.cost.Value) })
}

// event is what happens to the port, in words; empty where it is not the question that closes it.
func (x *advice) event(q *question) string {
	p := &q.changed.m.Ports[x.port]
	if !x.asked {
		return ""
	}
	return fmt.Sprintf("%s closed in %s for about %s, %.1f calls hit", q.changed.title(x.port), clock(float64(p.ClosedFrom)), clock(p.ClosedFor.Mean()), x.hits)
}

// best names the best port, if it can be told from waiting.
func (x *advice) best(q *question) string {
	name := q.changed.title(x.port)
	if x.hits == 0 {
		return "no ship comes to " + name + " while it is closed"
	}
	if len(x.others) == 0 {
		return "no other port is admissible for " + name
	}
	o := x.others[0]
	if !tells(o.cost) || o.cost.Value > 0 {
		if tells(o.cost) {
			return fmt.Sprintf("waiting for %s is best: %s, the best other port, is dearer: %s", name, q.changed.title(o.port), effect(o.cost, o.delay))
		}
		return fmt.Sprintf("no other port can be told from waiting for %s: the nearest is %s, %s", name, q.changed.title(o.port), effect(o.cost, o.delay))
	}
	return fmt.Sprintf("best is %s instead of %s: %s against waiting", q.changed.title(o.port), name, effect(o.cost, o.delay))
}

// lines says how sure the first place is, and who was left out.
func (x *advice) lines(q *question) (out []string) {
	name := q.changed.title(x.port)
	if x.hits == 0 {
		return nil
	}
	if len(x.others) > 1 {
		a, b := x.others[0], x.others[1]
		d := paired(a.runs, b.runs, (*outcome).total)
		line := fmt.Sprintf("%s, the second, is dearer by %s than %s.", q.changed.title(b.port), dollarsOf(d), q.changed.title(a.port))
		if !tells(d) {
			line = fmt.Sprintf("%s and the second, %s, are not distinguishable in cost %s.", q.changed.title(a.port), q.changed.title(b.port), dollarsOf(d))
		}
		out = append(out, line)
	}
	if len(x.out) > 0 {
		out = append(out, "Not admissible instead of "+name+": "+strings.Join(x.out, ", ")+".")
	}
	return append(out, fmt.Sprintf("%s is closed for %s of the horizon, mean; %.1f calls are hit.", name, clock(x.closed), x.hits))
}

// ranks lists the ports, the best first.
func (x *advice) ranks(q *question) (out []sim.Rank) {
	base := mean(values(x.waits, (*outcome).total)).Value
	for _, o := range x.others {
		r := sim.Rank{Asset: q.changed.m.Ports[o.port].Asset, Label: q.changed.title(o.port) + " instead of " + q.changed.title(x.port), Why: effect(o.cost, o.delay),
			Lever: q.changed.m.Ports[x.port].Name + ".divert=" + q.changed.m.Ports[o.port].Name}
		if base > 0 {
			r.Gain = sim.Mean{Value: o.cost.Value / base, Low: o.cost.Low / base, High: o.cost.High / base}
		}
		out = append(out, r)
	}
	return out
}

// figures compares the best port with waiting.
func (x *advice) figures(q *question) []sim.Figure {
	if len(x.others) == 0 {
		return nil
	}
	o := x.others[0]
	name, label := q.changed.m.Ports[x.port].Name, ", "+q.changed.title(o.port)+" instead of "+q.changed.title(x.port)
	figure := func(id, title string, f sim.Figure, get func(*outcome) float64) sim.Figure {
		f.ID, f.Label = name+"."+id, title+label
		f.Base, f.Changed, f.Difference = mean(values(x.waits, get)), mean(values(o.runs, get)), paired(x.waits, o.runs, get)
		return f
	}
	return []sim.Figure{
		figure("cost", "Cost", sim.Figure{Unit: million, Decimals: 2, Good: sim.Less}, (*outcome).total),
		figure("delay", "Time of a container", sim.Figure{Unit: hours, Decimals: 1, Good: sim.Less}, dwellOf),
	}
}
