package chain

import (
	"container/heap"
	"math"
)

// sea is the net of lanes. Its nodes are the points first, the ports behind them.
type sea struct {
	at     []Position
	joined [][]joint
	first  int // node of port 0
	// toward holds for each port the distance, m, of every node and the next node on the way.
	toward []field
}

type joint struct {
	to     int32
	length float64
}

type field struct {
	length []float64
	next   []int32
}

// newSea joins what the lanes name; names are known.
func newSea(m *Model) *sea {
	s := &sea{first: len(m.Points)}
	index := map[string]int32{}
	add := func(name string, at []float64) {
		index[name] = int32(len(s.at))
		s.at = append(s.at, Degrees(at[0], at[1]))
	}
	for _, p := range m.Points {
		add(p.Name, p.At)
	}
	for _, p := range m.Ports {
		add(p.Name, p.At)
	}
	s.joined = make([][]joint, len(s.at))
	for _, lane := range m.Lanes {
		for i := 1; i < len(lane); i++ {
			a, b := index[lane[i-1]], index[lane[i]]
			d := Distance(s.at[a], s.at[b])
			s.joined[a], s.joined[b] = append(s.joined[a], joint{b, d}), append(s.joined[b], joint{a, d})
		}
	}
	for i := range m.Ports {
		s.toward = append(s.toward, s.reach(s.first+i))
	}
	return s
}

// reach finds the shortest ways of all nodes to one (Dijkstra, Numerische Mathematik 1 (1959) 269).
func (s *sea) reach(goal int) field {
	f := field{make([]float64, len(s.at)), make([]int32, len(s.at))}
	for i := range f.length {
		f.length[i], f.next[i] = math.Inf(1), -1
	}
	f.length[goal] = 0
	h := &nodes{{int32(goal), 0}}
	for h.Len() > 0 {
		x := heap.Pop(h).(joint)
		if x.length > f.length[x.to] {
			continue
		}
		for _, j := range s.joined[x.to] {
			if d := x.length + j.length; d < f.length[j.to] {
				f.length[j.to], f.next[j.to] = d, x.to
				heap.Push(h, joint{j.to, d})
			}
		}
	}
	return f
}

type nodes []joint

func (n nodes) Len() int           { return len(n) }
func (n nodes) Less(i, j int) bool { return n[i].length < n[j].length }
func (n nodes) Swap(i, j int)      { n[i], n[j] = n[j], n[i] }
func (n *nodes) Push(x any)        { *n = append(*n, x.(joint)) }
func (n *nodes) Pop() any {
	old := *n
	x := old[len(old)-1]
	*n = old[:len(old)-1]
	return x
}

// port is where a port lies.
func (s *sea) port(p int) Position { return s.at[s.first+p] }

// length of the way between two ports, m; infinite where there is none.
func (s *sea) length(from, to int) float64 { return s.toward[to].length[s.first+from] }

// way appends the nodes of the shortest way from a node to a port, both included, to dst.
func (s *sea) way(dst []int32, node int32, port int) []int32 {
	for next := s.toward[port].next; node >= 0; node = next[node] {
		dst = append(dst, node)
	}
	return dst
}

// edge is a piece of a lane.
type edge struct{ a, b int32 }

// from appends the nodes of the way from a position on a piece of lane to a port: by the end from which it is shorter.
func (s *sea) from(dst []int32, at Position, e edge, port int) []int32 {
	f := s.toward[port].length
	if Distance(at, s.at[e.b])+f[e.b] < Distance(at, s.at[e.a])+f[e.a] {
		return s.way(dst, e.b, port)
	}
	return s.way(dst, e.a, port)
}

// edgeNear is the piece of lane of the way from port to port that comes nearest to a position, and how near, m.
func (s *sea) edgeNear(from, to int, p Position) (best edge, distance float64) {
	distance = math.Inf(1)
	next := s.toward[to].next
	for node := int32(s.first + from); node >= 0 && next[node] >= 0; node = next[node] {
		if _, d := nearest(s.at[node], s.at[next[node]], p); d < distance {
			best, distance = edge{node, next[node]}, d
		}
	}
	return best, distance
}
