package traffic

import "math"

// side is where a turn leads.
type side int8

const (
	left     side = -1
	straight side = 0
	right    side = 1
)

// turns holds what is known of every turn, by its index in graph.next.
type turns struct {
	from    []int32
	side    []side
	yield   [][]int32 // turns that go first, of those whose way it crosses or joins
	signals []int32   // by node: index of its signal, -1
}

// newTurns finds, from the directions of the roads, which turns conflict and who yields: to a road of higher kind; a left
// turn to oncoming traffic; else to who comes from the right. Traffic keeps to the right.
func newTurns(g *graph) *turns {
	n := g.n
	t := &turns{from: make([]int32, len(g.next)), side: make([]side, len(g.next)), yield: make([][]int32, len(g.next)), signals: make([]int32, len(n.Nodes))}
	in, out := make([]float64, len(n.Links)), make([]float64, len(n.Links))
	for l := range n.Links {
		line := n.line(l)
		out[l] = bearing(line[0], line[1])
		in[l] = bearing(line[len(line)-1], line[len(line)-2])
		for i := g.nextAt[l]; i < g.nextAt[l+1]; i++ {
			t.from[i] = int32(l)
		}
	}
	for i := range t.signals {
		t.signals[i] = -1
	}
	for i, s := range n.Signals {
		t.signals[s.Node] = int32(i)
	}
	for i := range g.next {
		t.side[i] = sideOf(in[t.from[i]], out[g.next[i]])
	}
	for node := range n.Nodes {
		apart := t.interchange(g, node)
		var all []int32
		for _, l := range g.arriving[node] {
			for i := g.nextAt[l]; i < g.nextAt[l+1]; i++ {
				all = append(all, i)
			}
		}
		if len(all) > 256 { // a node with more turns is no junction that anyone could read
			continue
		}
		for _, a := range all {
			for _, b := range all {
				if t.from[a] != t.from[b] && (!apart || g.next[a] == g.next[b]) && conflict(in[t.from[a]], out[g.next[a]], in[t.from[b]], out[g.next[b]], g.next[a] == g.next[b]) && t.yields(n, a, b, in, t.signals[node] >= 0) {
					t.yield[a] = append(t.yield[a], b)
				}
			}
		}
	}
	return t
}

// interchange reports whether a motorway leads through a node: roads cross there at different heights, so that only who joins gives
// way, and all leave it on the right.
func (t *turns) interchange(g *graph, node int) bool {
	in, out := 0, 0
	for _, l := range g.arriving[node] {
		if g.n.Links[l].Kind == Motorway {
			in++
		}
	}
	for _, l := range g.leaving[node] {
		if g.n.Links[l].Kind == Motorway {
			out++
		}
	}
	if in == 0 || out == 0 {
		return false
	}
	for _, l := range g.arriving[node] {
		for i := g.nextAt[l]; i < g.nextAt[l+1]; i++ {
			if g.n.Links[l].Kind == Motorway && g.n.Links[g.next[i]].Kind != Motorway {
				t.side[i] = right
			}
		}
	}
	return true
}

// bearing is the direction from a to b, rad clockwise from north.
func bearing(a, b Point) float64 { return math.Atan2(b.X-a.X, a.Z-b.Z) }

// around is an angle in [0, 2π).
func around(a float64) float64 {
	a = math.Mod(a, 2*math.Pi)
	if a < 0 {
		a += 2 * math.Pi
	}
	return a
}

const degree = math.Pi / 180

func sideOf(in, out float64) side {
	switch a := around(out - in); {
	case a < 145*degree:
		return left
	case a > 215*degree:
		return right
	}
	return straight
}

// conflict says whether two ways over a junction cross or join. On a circle around it, each road is two points: vehicles
// arrive on one side of its middle and leave on the other.
func conflict(in1, out1, in2, out2 float64, join bool) bool {
	if join {
		return true
	}
	const half = 2 * degree
	a, b := in1-half, around(out1+half-(in1-half))
	c, d := around(in2-half-a), around(out2+half-a)
	return (c < b) != (d < b)
}

// yields says whether turn a gives way to turn b.
func (t *turns) yields(n *Network, a, b int32, in []float64, signal bool) bool {
	ka, kb := n.Links[t.from[a]].Kind, n.Links[t.from[b]].Kind
	from := around(in[t.from[b]] - in[t.from[a]]) // where b comes from, clockwise from a's own road
	oncoming := from > 145*degree && from < 215*degree
	if oncoming && (t.side[a] == left) != (t.side[b] == left) {
		return t.side[a] == left
	}
	switch {
	case signal: // who has green at the same time has no conflict but with left turns
		return false
	case ka != kb:
		return ka < kb
	case oncoming || from < 20*degree || from > 340*degree:
		return t.from[a] > t.from[b]
	}
	return from > 180*degree // from the right
}
