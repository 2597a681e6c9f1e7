package traffic

import (
	"fmt"
	"math"
)

// Diagram is a triangular fundamental diagram of a road: flow rises with Speed up to Capacity and falls to nothing at
// Jam.
type Diagram struct {
	Speed    float64 // m/s
	Capacity float64 // vehicles/s
	Jam      float64 // vehicles/m
}

// Wave is the speed at which a queue grows backwards, m/s.
func (d Diagram) Wave() float64 { return d.Capacity / (d.Jam - d.Capacity/d.Speed) }

// JamPerLane is the density of standing vehicles: one in 7 m.
const JamPerLane = 1 / 7.

// diagram is that of a link.
func (l *Link) diagram() Diagram {
	d := Diagram{Speed: l.Speed(), Capacity: l.Capacity, Jam: float64(max(l.Lanes, 1)) * JamPerLane}
	d.Capacity = min(d.Capacity, .5*d.Jam*d.Speed) // a queue then grows no faster than traffic flows, as the cells need it
	return d
}

// CellModel is the cell transmission model (Daganzo 1994, 1995) of a network. Vehicles have no route: at the end of a link
// they spread by shares. Merges give way in proportion to capacity (Tampère et al. 2011), a diverge is first in, first
// out: who cannot go on holds up all behind.
type CellModel struct {
	n      *Network
	step   float64 // s
	cells  []float64
	cellAt []int
	par    []cellLink
	shares []share // by link, those of its successors and the exit
	node   [][]int32
	into   [][]int32
	queue  []float64 // vehicles that wait to enter, by link
	inflow []float64 // vehicles/s that want to enter, by link
	flow   []float64 // scratch: across the boundaries of the cells of one link
	send   []float64 // of the last cell of a link
	room   []float64 // of the first cell of a link
	out    []float64 // vehicles that leave a link in this step
	in     []float64

	stuckFor []float64 // s, by link: how long next to nobody got out

	Time           float64 // s
	Entered        float64 // vehicles since the beginning, those in queues included
	Left           float64
	Passed         []float64 // vehicles that left each link since the beginning
	VehicleSeconds float64   // time spent so far by all, queues included
	factor         []float64 // capacity left of each link, 0 to 1
}

type cellLink struct {
	capacity, jam, wave, free float64 // vehicles per step; vehicles per cell; cells per step of the wave and of free traffic
}

type share struct {
	next []int32
	part []float64
	exit float64
}

// NewCellModel prepares a run in steps of some seconds. Shares come from an assignment; demand enters where its routes
// begin.
func NewCellModel(n *Network, a *Assignment, step float64) (*CellModel, error) {
	if err := n.Check(); err != nil {
		return nil, err
	}
	if !(step > 0) || step > 60 {
		return nil, fmt.Errorf("traffic: cell model: a step of %g s is not possible: 1 to 60 s are", step)
	}
	if len(a.Flow) != len(n.Links) {
		return nil, fmt.Errorf("traffic: cell model: flows of %d links for a network of %d: assign the demand to this network", len(a.Flow), len(n.Links))
	}
	k := len(n.Links)
	m := &CellModel{n: n, step: step, par: make([]cellLink, k), cellAt: make([]int, k+1), queue: make([]float64, k),
		send: make([]float64, k), room: make([]float64, k), out: make([]float64, k), in: make([]float64, k), Passed: make([]float64, k), stuckFor: make([]float64, k), factor: make([]float64, k)}
	total, most := 0, 0
	for i := range n.Links {
		l := &n.Links[i]
		if !(l.FreeTime > 0) || !(l.Length > 0) {
			return nil, fmt.Errorf("traffic: cell model: link %s has no length or no free time: give it both", l.Name)
		}
		cells := max(1, int(l.FreeTime/step)) // a cell is at least as long as one step at free speed
		total += cells
		most = max(most, cells)
		if total > 1<<24 {
			return nil, fmt.Errorf("traffic: cell model: more than %d cells: take a longer step", 1<<24)
		}
		m.cellAt[i+1] = total
		d, long := l.diagram(), l.Length/float64(cells)
		m.par[i] = cellLink{capacity: d.Capacity * step, jam: d.Jam * long, wave: min(1, d.Wave()*step/long), free: min(1, d.Speed*step/long)}
		m.factor[i] = 1
	}
	m.cells, m.flow = make([]float64, total), make([]float64, most+1)
	g := newGraph(n)
	m.node, m.into = g.leaving, g.arriving
	m.SetShares(a)
	return m, nil
}

// routing is where vehicles enter, and how they spread at junctions. It is read only and may be shared by models.
type routing struct {
	shares []share   // by link
	inflow []float64 // vehicles/s that want to enter, by link
}

// newRouting takes the routes of an assignment.
func newRouting(n *Network, leaving [][]int32, a *Assignment) *routing {
	k := len(n.Links)
	r := &routing{shares: make([]share, k), inflow: make([]float64, k)}
	through, exit := make([]map[int32]float64, k), make([]float64, k)
	for _, p := range a.Pairs {
		for i, way := range p.Links {
			f := p.Flow[i]
			r.inflow[way[0]] += f
			for j := 0; j+1 < len(way); j++ {
				if through[way[j]] == nil {
					through[way[j]] = map[int32]float64{}
				}
				through[way[j]][way[j+1]] += f
			}
			exit[way[len(way)-1]] += f
		}
	}
	for l := range r.shares {
		sum := exit[l]
		for _, j := range leaving[n.Links[l].To] {
			sum += through[l][j]
		}
		s := &r.shares[l]
		if sum == 0 { // nobody should be here: whoever is, leaves
			s.exit = 1
			continue
		}
		s.exit = exit[l] / sum
		for _, j := range leaving[n.Links[l].To] {
			if f := through[l][j]; f > 0 {
				s.next, s.part = append(s.next, j), append(s.part, f/sum)
			}
		}
	}
	return r
}

// SetShares takes shares at junctions and entries from an assignment, from now on.
func (m *CellModel) SetShares(a *Assignment) { m.route(newRouting(m.n, m.node, a)) }

func (m *CellModel) route(r *routing) {
	m.shares, m.inflow = r.shares, r.inflow
	for l := range m.queue {
		m.requeue(l)
	}
}

// requeue sends those who wait to enter a link that nobody enters any more to the most used one at the same node, if there is one.
func (m *CellModel) requeue(l int) {
	if m.queue[l] == 0 || m.inflow[l] > 0 {
		return
	}
	best, most := l, 0.
	for _, j := range m.node[m.n.Links[l].From] {
		if m.inflow[j] > most {
			best, most = int(j), m.inflow[j]
		}
	}
	if best != l {
		m.queue[best] += m.queue[l]
		m.queue[l] = 0
	}
}

// Limit leaves a part of the capacity of a link, 0 to 1: 0 closes its entry.
func (m *CellModel) Limit(link int, factor float64) { m.factor[link] = min(max(factor, 0), 1) }

// Fill puts vehicles on a link, at most as many as fit, evenly.
func (m *CellModel) Fill(link int, vehicles float64) {
	c := m.cells[m.cellAt[link]:m.cellAt[link+1]]
	each := min(vehicles/float64(len(c)), m.par[link].jam)
	for i := range c {
		add := max(0, min(each, m.par[link].jam-c[i]))
		c[i] += add
		m.Entered += add
	}
}

// Step advances by one step; demand is multiplied by a factor. It allocates nothing.
func (m *CellModel) Step(factor float64) {
	for l := range m.par {
		p, c := &m.par[l], m.cells[m.cellAt[l]:m.cellAt[l+1]]
		m.send[l] = p.rate(c[len(c)-1])
		m.room[l] = max(0, min(p.capacity*m.factor[l], p.wave*(p.jam-c[0])))
		m.out[l], m.in[l] = 0, 0
		entering := m.inflow[l] * factor * m.step
		m.Entered += entering
		m.queue[l] += entering
	}
	for node := range m.node {
		m.junction(node)
	}
	for l := range m.par {
		m.enter(l)
		m.advance(l)
	}
	m.Time += m.step
	m.VehicleSeconds += m.Inside() * m.step
}

// rate is what a cell can send: what drives off at free speed, at most the capacity.
func (p *cellLink) rate(vehicles float64) float64 {
	return min(vehicles*p.free, p.capacity)
}

// junction moves vehicles over a node: all approaches are served to a common part of what they send, as far as each has
// room where it goes.
func (m *CellModel) junction(node int) {
	in, out := m.into[node], m.node[node]
	for _, l := range in { // who leaves the network is held up by nobody but by who stands before him
		m.out[l] = m.send[l]
	}
	for _, j := range out {
		want, weight := 0., 0.
		for _, l := range in {
			if p := m.shares[l].of(j); p > 0 {
				want += m.out[l] * p
				weight += m.par[l].capacity * p
			}
		}
		if want <= m.room[j] {
			continue
		}
		m.restrict(j, in, m.room[j], weight)
	}
	for _, l := range in {
		m.held(l)
		if m.stuckFor[l] >= patience {
			continue
		}
		s := &m.shares[l]
		for i, j := range s.next {
			m.in[j] += m.out[l] * s.part[i]
		}
		m.Left += m.out[l] * s.exit
		m.Passed[l] += m.out[l]
	}
	for _, l := range in {
		if m.stuckFor[l] >= patience {
			m.loosen(l)
		}
	}
}

// held counts how long a link has let next to nobody out, s.
func (m *CellModel) held(l int32) {
	if m.send[l] > .5*m.par[l].capacity && m.out[l] < .02*m.send[l] {
		m.stuckFor[l] += m.step
	} else if m.stuckFor[l] < patience || m.out[l] > .2*m.send[l] {
		m.stuckFor[l] = 0
	}
}

// loosen lets those of a link that has been held for long go wherever there is room, past those who cannot: some turn another way.
// Without it, queues that bite each other's tails would stand for ever.
func (m *CellModel) loosen(l int32) {
	s, out := &m.shares[l], 0.
	for i, j := range s.next {
		f := max(0, min(m.send[l]*s.part[i], m.room[j]-m.in[j]))
		m.in[j] += f
		out += f
	}
	leave := m.send[l] * s.exit
	m.Left += leave
	m.out[l] = out + leave
	m.Passed[l] += m.out[l]
}

// restrict divides the room of a link among the approaches in proportion to their capacity; what one does not need goes
// to the others.
func (m *CellModel) restrict(j int32, in []int32, room, weight float64) {
	// Water filling: approaches sorted by need over right; few of them, so that a scan for the least is enough.
	var served [64]bool
	for range in {
		best, least := -1, math.Inf(1)
		for i, l := range in {
			p := m.shares[l].of(j)
			if i >= len(served) || served[i] || p == 0 {
				continue
			}
			if need := m.out[l] / m.par[l].capacity; need < least {
				best, least = i, need
			}
		}
		if best < 0 {
			return
		}
		l := in[best]
		p := m.shares[l].of(j)
		right := room * m.par[l].capacity * p / weight
		got := min(m.out[l]*p, right)
		m.out[l] = got / p
		room, weight = max(0, room-got), weight-m.par[l].capacity*p
		served[best] = true
		if weight <= 0 {
			return
		}
	}
}

func (s *share) of(j int32) float64 {
	for i, k := range s.next {
		if k == j {
			return s.part[i]
		}
	}
	return 0
}

// enter lets those who wait onto a link, after those who come from a junction.
func (m *CellModel) enter(l int) {
	e := max(0, min(m.queue[l], m.room[l]-m.in[l]))
	m.queue[l] -= e
	m.in[l] += e
}

// advance moves vehicles along the cells of a link.
func (m *CellModel) advance(l int) {
	p, c := &m.par[l], m.cells[m.cellAt[l]:m.cellAt[l+1]]
	f := m.flow[:len(c)+1]
	f[0], f[len(c)] = m.in[l], m.out[l]
	for i := 1; i < len(c); i++ {
		f[i] = max(0, min(p.rate(c[i-1]), p.wave*(p.jam-c[i])))
	}
	for i := range c {
		c[i] += f[i] - f[i+1]
	}
}

// Inside is the number of vehicles on the network and in queues at its entries.
func (m *CellModel) Inside() float64 {
	sum := 0.
	for _, v := range m.cells {
		sum += v
	}
	for _, v := range m.queue {
		sum += v
	}
	return sum
}

// On is the number of vehicles on a link.
func (m *CellModel) On(link int) float64 {
	sum := 0.
	for _, v := range m.Cells(link) {
		sum += v
	}
	return sum
}

// Waiting is the number of vehicles that wait to enter a link.
func (m *CellModel) Waiting(link int) float64 { return m.queue[link] }

// Cells are the vehicles in the cells of a link, from its beginning. They are the model's own.
func (m *CellModel) Cells(link int) []float64 { return m.cells[m.cellAt[link]:m.cellAt[link+1]] }
