package traffic

import (
	"fmt"
	"math"
)

// Point is a place on the ground, in metres: X to the east, Z to the south (the plan of a world whose Y is up).
type Point struct{ X, Z float64 }

// Sub is the way from q to p.
func (p Point) Sub(q Point) Point { return Point{p.X - q.X, p.Z - q.Z} }

// Len is the length of the way from the origin, m.
func (p Point) Len() float64 { return math.Hypot(p.X, p.Z) }

// Node is a place where links begin and end.
type Node struct {
	Name string
	At   Point
	// NoThrough nodes are only the beginning and end of trips: no route leads through them.
	NoThrough bool
}

// Link is a directed road between two nodes.
type Link struct {
	Name     string
	From, To int
	Kind     Kind
	Lanes    int
	Length   float64 // m
	FreeTime float64 // s, at no flow
	Capacity float64 // vehicles/s, of all lanes
	// Alpha and Power are those of the volume-delay function of the Bureau of Public Roads (Traffic Assignment Manual,
	// 1964): t = FreeTime·(1 + Alpha·(flow/Capacity)^Power).
	Alpha, Power float64
	Toll         float64 // s, added to the time when routes are chosen
	Meter        float64 // vehicles/s that pass its end at most, whatever its lanes would let pass; 0: no limit
	Shape        []Point // the line between the two nodes, without them; nil when it is straight
}

// Speed is the free speed, m/s.
func (l *Link) Speed() float64 { return l.Length / l.FreeTime }

// Kind is the class of a road; a higher one has priority at a junction without signals.
type Kind uint8

// The kinds, from the lowest.
const (
	Street Kind = iota
	Ramp
	Collector
	Arterial
	Bridge
	Motorway
)

var kindNames = [...]string{"street", "ramp", "collector", "arterial", "bridge", "motorway"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind %d", k)
}

// Turn is the way from one link to the next.
type Turn struct{ From, To int }

// Zone is where trips begin and end.
type Zone struct {
	Name string
	Node int
}

// Trip is demand from one zone to another.
type Trip struct {
	From, To int     // zones
	Rate     float64 // vehicles/s
}

// Demand is who wants to go where. The rate of each trip is multiplied by the factor of the time of day.
type Demand struct {
	Trips   []Trip
	Profile []Span // nil: factor 1 at all times
}

// Span is a factor from a time on.
type Span struct {
	From   float64 // s since the start of the run
	Factor float64
}

// Factor is the factor of the demand at a time, s since the start of the run.
func (d *Demand) Factor(t float64) float64 {
	f := 1.
	for _, s := range d.Profile {
		if t >= s.From {
			f = s.Factor
		}
	}
	return f
}

// around is the same demand with rates that are those of the mean over a span from 0 on, s, so that the mean factor is 1.
func (d *Demand) around(span float64) *Demand {
	sum, n := 0., 0.
	for t := 30.; t < span; t += 60 {
		sum += d.Factor(t)
		n++
	}
	if n == 0 || sum == 0 {
		return d
	}
	f := sum / n
	out := d.Scaled(f)
	out.Profile = make([]Span, len(d.Profile))
	for i, s := range d.Profile {
		out.Profile[i] = Span{s.From, s.Factor / f}
	}
	return out
}

// Total is the sum of all rates, vehicles/s.
func (d *Demand) Total() float64 {
	sum := 0.
	for _, t := range d.Trips {
		sum += t.Rate
	}
	return sum
}

// Scaled is the demand times a factor.
func (d *Demand) Scaled(factor float64) *Demand {
	out := &Demand{Trips: make([]Trip, len(d.Trips)), Profile: d.Profile}
	for i, t := range d.Trips {
		t.Rate *= factor
		out.Trips[i] = t
	}
	return out
}

// Network is a road network. Build one by a reader, by District or by hand, then Check it. It is read only while
// something runs on it.
type Network struct {
	Name    string
	Nodes   []Node
	Links   []Link
	Zones   []Zone
	Banned  []Turn // turns that are not allowed, besides turning back on the spot
	Signals []Signal
}

// Clone is a deep copy, but for the shapes of links, which nothing changes.
func (n *Network) Clone() *Network {
	c := *n
	c.Nodes = append([]Node(nil), n.Nodes...)
	c.Links = append([]Link(nil), n.Links...)
	c.Zones = append([]Zone(nil), n.Zones...)
	c.Banned = append([]Turn(nil), n.Banned...)
	c.Signals = nil
	for _, s := range n.Signals {
		c.Signals = append(c.Signals, s.clone())
	}
	return &c
}

// Link finds a link by its name; -1 if there is none.
func (n *Network) Link(name string) int {
	for i := range n.Links {
		if n.Links[i].Name == name {
			return i
		}
	}
	return -1
}

// Node finds a node by its name; -1 if there is none.
func (n *Network) Node(name string) int {
	for i := range n.Nodes {
		if n.Nodes[i].Name == name {
			return i
		}
	}
	return -1
}

// line is the whole line of a link, its two nodes included.
func (n *Network) line(l int) []Point {
	k := &n.Links[l]
	out := append([]Point{n.Nodes[k.From].At}, k.Shape...)
	return append(out, n.Nodes[k.To].At)
}

// Along is the place at a distance from the beginning of a link, m, and the unit vector of the direction there.
func (n *Network) Along(link int, distance float64) (at, direction Point) {
	line, total := n.line(link), 0.
	for i := 1; i < len(line); i++ {
		total += line[i].Sub(line[i-1]).Len()
	}
	if total == 0 {
		return line[0], Point{1, 0}
	}
	left := min(max(distance/n.Links[link].Length, 0), 1) * total
	for i := 1; i < len(line); i++ {
		d := line[i].Sub(line[i-1])
		s := d.Len()
		if s == 0 {
			continue
		}
		direction = Point{d.X / s, d.Z / s}
		if left <= s || i == len(line)-1 {
			return Point{line[i-1].X + direction.X*left, line[i-1].Z + direction.Z*left}, direction
		}
		left -= s
	}
	return line[len(line)-1], direction
}
