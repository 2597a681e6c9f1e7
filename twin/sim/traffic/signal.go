package traffic

import "math"

// Signal is a traffic light at a node. Its phases follow one another; an approach that no phase names is not held.
type Signal struct {
	Node     int
	Offset   float64 // s, when the first phase begins
	Phases   []Phase
	Actuated bool // a green ends early when nobody comes, after Phase.Least, and lasts up to Phase.Most
}

// Phase is who has green, and for how long.
type Phase struct {
	Links       []int   // approaches with green
	Green       float64 // s
	Clear       float64 // s, amber and all-red after it
	Least, Most float64 // s, of an actuated green; 0: half of and twice Green
}

func (p *Phase) least() float64 {
	if p.Least > 0 {
		return p.Least
	}
	return p.Green / 2
}

func (p *Phase) most() float64 {
	if p.Most > 0 {
		return p.Most
	}
	return 2 * p.Green
}

// Cycle is the sum of all greens and clearances, s.
func (s *Signal) Cycle() float64 {
	sum := 0.
	for _, p := range s.Phases {
		sum += p.Green + p.Clear
	}
	return sum
}

// Share is the part of a cycle in which an approach has green; 1 if no phase names it.
func (s *Signal) Share(link int) float64 {
	green, named := 0., false
	for _, p := range s.Phases {
		for _, l := range p.Links {
			if l == link {
				green, named = green+p.Green, true
			}
		}
	}
	if !named {
		return 1
	}
	return green / s.Cycle()
}

// Wait is the mean wait of an approach when few come, s: the first term of Webster's formula (Road Research Technical Paper
// 39, 1958), cycle·(1 − share)²/2.
func (s *Signal) Wait(link int) float64 {
	r := 1 - s.Share(link)
	return s.Cycle() * r * r / 2
}

// waits are the waits at the ends of all links; 0 where there is no signal.
func (n *Network) waits() []float64 {
	out := make([]float64, len(n.Links))
	for i := range n.Signals {
		s := &n.Signals[i]
		for _, p := range s.Phases {
			for _, l := range p.Links {
				out[l] = s.Wait(l)
			}
		}
	}
	return out
}

func (s *Signal) clone() Signal {
	c := *s
	c.Phases = append([]Phase(nil), s.Phases...)
	return c
}

func (s *Signal) check(n *Network, f *faults) {
	if s.Node < 0 || s.Node >= len(n.Nodes) {
		f.add("signal at node %d, which does not exist: name one of the %d nodes", s.Node, len(n.Nodes))
		return
	}
	name := n.Nodes[s.Node].Name
	if len(s.Phases) == 0 || len(s.Phases) > 16 {
		f.add("signal at node %s has %d phases: 1 to 16 are possible", name, len(s.Phases))
	}
	if !finite(s.Offset) || math.Abs(s.Offset) > 1e6 {
		f.add("signal at node %s has an offset of %g s: give it less than a cycle", name, s.Offset)
	}
	for i, p := range s.Phases {
		if !(p.Green >= 1) || !(p.Clear >= 0) || p.Green > 3600 || p.Clear > 60 || !finite(p.Least) || !finite(p.Most) || p.least() > p.most() {
			f.add("signal at node %s, phase %d: green %g s and clearance %g s are not possible: give 1 to 3600 s and 0 to 60 s", name, i+1, p.Green, p.Clear)
		}
		for _, l := range p.Links {
			if !n.has(l) || n.Links[l].To != s.Node {
				f.add("signal at node %s, phase %d: link %d does not arrive there: name an approach", name, i+1, l)
			}
		}
	}
}
