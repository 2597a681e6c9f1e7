package traffic

import "math"

// graph is a network by links: which links follow which. Routes are searched over links, not nodes, so that banned
// turns and places without through traffic are kept.
type graph struct {
	n        *Network
	next     []int32 // successors of all links, one after another
	nextAt   []int32 // where those of a link begin
	prev     []int32
	prevAt   []int32
	leaving  [][]int32 // links by node
	arriving [][]int32
}

func newGraph(n *Network) *graph {
	g := &graph{n: n, leaving: make([][]int32, len(n.Nodes)), arriving: make([][]int32, len(n.Nodes))}
	for i := range n.Links {
		l := &n.Links[i]
		g.leaving[l.From] = append(g.leaving[l.From], int32(i))
		g.arriving[l.To] = append(g.arriving[l.To], int32(i))
	}
	banned := make(map[Turn]bool, len(n.Banned))
	for _, t := range n.Banned {
		banned[t] = true
	}
	before := make([][]int32, len(n.Links))
	g.nextAt = make([]int32, len(n.Links)+1)
	for i := range n.Links {
		l := &n.Links[i]
		for _, j := range g.leaving[l.To] {
			back := n.Links[j].To == l.From && len(g.leaving[l.To]) > 1
			if n.Nodes[l.To].NoThrough || back || banned[Turn{i, int(j)}] {
				continue
			}
			g.next = append(g.next, j)
			before[j] = append(before[j], int32(i))
		}
		g.nextAt[i+1] = int32(len(g.next))
	}
	g.prevAt = make([]int32, len(n.Links)+1)
	for i, b := range before {
		g.prev = append(g.prev, b...)
		g.prevAt[i+1] = int32(len(g.prev))
	}
	return g
}

func (g *graph) after(link int) []int32  { return g.next[g.nextAt[link]:g.nextAt[link+1]] }
func (g *graph) before(link int) []int32 { return g.prev[g.prevAt[link]:g.prevAt[link+1]] }

// search is the memory of Dijkstra's algorithm over links; it is used again and again without allocation.
type search struct {
	g      *graph
	cost   []float64 // at the end (backwards: at the beginning) of a link
	parent []int32   // the link before (backwards: after) it; -1 for the first
	heap   []entry
	best   []int32 // by node: the link by which it is reached, -1 if it is not
}

type entry struct {
	cost float64
	link int32
}

func (g *graph) search() *search {
	return &search{g: g, cost: make([]float64, len(g.n.Links)), parent: make([]int32, len(g.n.Links)), best: make([]int32, len(g.n.Nodes))}
}

func (s *search) reset() {
	for i := range s.cost {
		s.cost[i], s.parent[i] = math.Inf(1), -1
	}
	for i := range s.best {
		s.best[i] = -1
	}
	s.heap = s.heap[:0]
}

// from finds the cheapest routes from a node to all others. A link of infinite cost is closed.
func (s *search) from(node int, cost []float64) {
	s.reset()
	for _, l := range s.g.leaving[node] {
		s.offer(l, -1, cost[l])
	}
	for len(s.heap) > 0 {
		e := s.pop()
		if e.cost > s.cost[e.link] {
			continue
		}
		if to := s.g.n.Links[e.link].To; s.best[to] < 0 {
			s.best[to] = e.link
		}
		for _, j := range s.g.after(int(e.link)) {
			s.offer(j, e.link, e.cost+cost[j])
		}
	}
}

// to finds the cheapest routes from all links to a node: cost is then that from the beginning of a link, parent the
// link that follows it.
func (s *search) to(node int, cost []float64) {
	s.reset()
	for _, l := range s.g.arriving[node] {
		s.offer(l, -1, cost[l])
	}
	for len(s.heap) > 0 {
		e := s.pop()
		if e.cost > s.cost[e.link] {
			continue
		}
		for _, j := range s.g.before(int(e.link)) {
			s.offer(j, e.link, e.cost+cost[j])
		}
	}
}

// depart finds the earliest arrivals from a node for a departure at a time; travel gives the time that a link takes for
// who enters it at a time. Nobody overtakes (first in, first out), so that Dijkstra's algorithm holds.
func (s *search) depart(node int, at float64, travel func(link int32, at float64) float64) {
	s.reset()
	for _, l := range s.g.leaving[node] {
		s.offer(l, -1, at+travel(l, at))
	}
	for len(s.heap) > 0 {
		e := s.pop()
		if e.cost > s.cost[e.link] {
			continue
		}
		if to := s.g.n.Links[e.link].To; s.best[to] < 0 {
			s.best[to] = e.link
		}
		for _, j := range s.g.after(int(e.link)) {
			s.offer(j, e.link, e.cost+travel(j, e.cost))
		}
	}
}

// last is the last link of the route to a node; -1 if there is none.
func (s *search) last(node int) int { return int(s.best[node]) }

// route appends the links of the cheapest route to a node, in the order of travel.
func (s *search) route(node int, out []int32) []int32 {
	begin := len(out)
	for l := s.best[node]; l >= 0; l = s.parent[l] {
		out = append(out, l)
	}
	for i, j := begin, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}

func (s *search) offer(link, parent int32, cost float64) {
	if !(cost < s.cost[link]) {
		return
	}
	s.cost[link], s.parent[link] = cost, parent
	s.heap = append(s.heap, entry{cost, link})
	h, i := s.heap, len(s.heap)-1
	for i > 0 {
		up := (i - 1) / 4
		if h[up].cost <= h[i].cost {
			break
		}
		h[up], h[i] = h[i], h[up]
		i = up
	}
}

func (s *search) pop() entry {
	h := s.heap
	top, last := h[0], len(h)-1
	h[0] = h[last]
	h = h[:last]
	for i := 0; ; {
		least := i
		for c := 4*i + 1; c < min(4*i+5, last); c++ {
			if h[c].cost < h[least].cost {
				least = c
			}
		}
		if least == i {
			break
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
	s.heap = h
	return top
}
