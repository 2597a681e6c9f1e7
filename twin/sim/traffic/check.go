package traffic

import (
	"errors"
	"fmt"
	"math"
)

// Limits of what a network may hold; more than that is a broken file, not a city.
const (
	MaxNodes = 1 << 20
	MaxLinks = 1 << 21
	MaxZones = 1 << 13
	MaxTrips = 1 << 22
)

// Check says what is wrong with a network: all faults, at most ten of them, each with its place and remedy.
func (n *Network) Check() error {
	var f faults
	if len(n.Nodes) > MaxNodes || len(n.Links) > MaxLinks || len(n.Zones) > MaxZones {
		return fmt.Errorf("traffic: %d nodes, %d links and %d zones are more than the %d, %d and %d that fit: cut out the part that matters", len(n.Nodes), len(n.Links), len(n.Zones), MaxNodes, MaxLinks, MaxZones)
	}
	for i := range n.Nodes {
		if p := n.Nodes[i].At; !finite(p.X) || !finite(p.Z) {
			f.add("node %s has no finite place: give it coordinates", n.Nodes[i].Name)
		}
	}
	for i := range n.Links {
		n.Links[i].check(len(n.Nodes), &f)
	}
	for _, z := range n.Zones {
		if z.Node < 0 || z.Node >= len(n.Nodes) {
			f.add("zone %s lies at node %d, which does not exist: name one of the %d nodes", z.Name, z.Node, len(n.Nodes))
		}
	}
	for _, t := range n.Banned {
		if !n.has(t.From) || !n.has(t.To) || n.Links[t.From].To != n.Links[t.To].From {
			f.add("banned turn %d to %d is not a turn: name two links that meet", t.From, t.To)
		}
	}
	for i := range n.Signals {
		n.Signals[i].check(n, &f)
	}
	return f.err()
}

func (n *Network) has(link int) bool { return link >= 0 && link < len(n.Links) }

func (l *Link) check(nodes int, f *faults) {
	switch {
	case l.From < 0 || l.From >= nodes || l.To < 0 || l.To >= nodes:
		f.add("link %s goes from node %d to %d, of which one does not exist: name two of the %d nodes", l.Name, l.From, l.To, nodes)
	case l.From == l.To:
		f.add("link %s ends where it begins: give it two different nodes", l.Name)
	case !(l.Capacity > 0) || !finite(l.Capacity):
		f.add("link %s has a capacity of %g vehicles/s: give it one above zero, or close it by a change", l.Name, l.Capacity)
	case !(l.FreeTime >= 0) || !finite(l.FreeTime):
		f.add("link %s has a free time of %g s: give it one that is not negative", l.Name, l.FreeTime)
	case !(l.Length >= 0) || !finite(l.Length):
		f.add("link %s is %g m long: give it a length that is not negative", l.Name, l.Length)
	case !(l.Alpha >= 0) || !(l.Power >= 0) || l.Alpha > 1e12 || l.Power > 50:
		f.add("link %s has a volume-delay function with alpha %g and power %g: usual are 0.15 and 4", l.Name, l.Alpha, l.Power)
	case !finite(l.Toll) || l.Toll < 0:
		f.add("link %s has a toll of %g s: give it one that is not negative", l.Name, l.Toll)
	case l.Lanes < 0 || l.Lanes > 16:
		f.add("link %s has %d lanes: 1 to 16 are possible", l.Name, l.Lanes)
	}
}

// CheckDemand says which trips cannot be made on the network, with the remedy.
func (n *Network) CheckDemand(d *Demand) error {
	var f faults
	if len(d.Trips) > MaxTrips {
		return fmt.Errorf("traffic: %d trips are more than the %d that fit: join zones", len(d.Trips), MaxTrips)
	}
	byOrigin := map[int][]int{}
	for i, t := range d.Trips {
		switch {
		case t.From < 0 || t.From >= len(n.Zones) || t.To < 0 || t.To >= len(n.Zones):
			f.add("trip %d goes from zone %d to %d, of which one does not exist: there are %d zones", i+1, t.From, t.To, len(n.Zones))
		case !finite(t.Rate) || t.Rate < 0:
			f.add("trip %d has a rate of %g vehicles/s: give it one that is not negative", i+1, t.Rate)
		default:
			byOrigin[t.From] = append(byOrigin[t.From], i)
		}
	}
	for i, s := range d.Profile {
		if !finite(s.From) || !finite(s.Factor) || s.Factor < 0 || i > 0 && s.From <= d.Profile[i-1].From {
			f.add("span %d of the demand begins at %g s with factor %g: times must rise and factors must not be negative", i+1, s.From, s.Factor)
		}
	}
	if err := f.err(); err != nil {
		return err
	}
	g := newGraph(n)
	s := g.search()
	cost := make([]float64, len(n.Links))
	for z := range n.Zones {
		trips := byOrigin[z]
		if len(trips) == 0 {
			continue
		}
		s.from(n.Zones[z].Node, cost)
		for _, i := range trips {
			if t := d.Trips[i]; t.Rate > 0 && t.From != t.To && n.Zones[t.From].Node != n.Zones[t.To].Node && s.last(n.Zones[t.To].Node) < 0 {
				f.add("no route from zone %s to zone %s: join them by a link, or take their trips out of the demand", n.Zones[t.From].Name, n.Zones[t.To].Name)
			}
		}
	}
	return f.err()
}

// faults collects what is wrong; the first ten are told.
type faults struct {
	list  []error
	total int
}

func (f *faults) add(format string, args ...any) {
	f.total++
	if len(f.list) < 10 {
		f.list = append(f.list, fmt.Errorf("traffic: "+format, args...))
	}
}

func (f *faults) err() error {
	if f.total > len(f.list) {
		f.list = append(f.list, fmt.Errorf("traffic: and %d faults more", f.total-len(f.list)))
		f.total = len(f.list)
	}
	return errors.Join(f.list...)
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
