package traffic

import "math"

// table holds the fastest way to each zone as roads are now.
type table struct {
	g     *graph
	s     *search
	cost  []float64
	turn  []int32   // by zone and link: the turn to take, −1 at the end, stuck where there is no way
	enter []int32   // by zone and zone: the first link
	least []float64 // by trip: time on empty roads
}

func newTable(g *graph) *table {
	k, z := len(g.n.Links), len(g.n.Zones)
	return &table{g: g, s: g.search(), cost: make([]float64, k), turn: make([]int32, k*z), enter: make([]int32, z*z)}
}

// fill finds the fastest ways for the costs of links.
func (t *table) fill() {
	n := t.g.n
	for z := range n.Zones {
		t.s.to(n.Zones[z].Node, t.cost)
		row := t.turn[z*len(n.Links) : (z+1)*len(n.Links)]
		for l := range row {
			row[l] = stuck
			if math.IsInf(t.s.cost[l], 1) && !math.IsInf(t.cost[l], 1) {
				continue
			}
			if n.Links[l].To == n.Zones[z].Node {
				row[l] = -1
				continue
			}
			least := math.Inf(1)
			for i := t.g.nextAt[l]; i < t.g.nextAt[l+1]; i++ {
				if c := t.s.cost[t.g.next[i]]; c < least {
					least, row[l] = c, i
				}
			}
		}
		for from := range n.Zones {
			best, least := int32(-1), math.Inf(1)
			for _, l := range t.g.leaving[n.Zones[from].Node] {
				if c := t.s.cost[l]; c < least {
					best, least = l, c
				}
			}
			t.enter[from*len(n.Zones)+z] = best
		}
	}
}

// look measures how fast links are, and finds the fastest ways anew.
func (m *Micro) look() {
	if m.table.least == nil {
		m.emptyTimes()
	}
	for l := range m.length {
		m.measure(l)
		m.table.cost[l] = m.length[l] / max(m.speedNow[l], .3)
		if m.closed[l] {
			m.table.cost[l] = math.Inf(1)
		}
	}
	m.table.fill()
	m.nextAt = m.Time + m.o.Every
	for l, shut := range m.closed {
		if shut {
			m.turnAway(l)
		}
	}
}

// measure smooths the speed on a link by what was driven there since the last look; an empty link is as fast as it may be.
func (m *Micro) measure(l int) {
	spent, driven := m.spent[l]-m.spentThen[l], m.driven[l]-m.drivenThen[l]
	m.spentThen[l], m.drivenThen[l] = m.spent[l], m.driven[l]
	now := m.free[l]
	if spent > 0 {
		now = min(now, driven/spent)
	}
	m.speedNow[l] += .5 * (now - m.speedNow[l])
}

// turnAway sends those who wait to enter a closed link to another one, if there is one.
func (m *Micro) turnAway(l int) {
	v := m.waitHead[l]
	m.waitHead[l] = -1
	for v >= 0 {
		next := m.behind[v]
		t := m.trips[m.trip[v]]
		first := m.table.enter[t.From*len(m.n.Zones)+t.To]
		if first < 0 {
			first = int32(l)
		} else {
			m.route[v] = -1
		}
		m.wait(v, first)
		v = next
	}
}

// wait puts a vehicle at the end of those who want to enter a link.
func (m *Micro) wait(v, link int32) {
	m.behind[v] = -1
	if m.waitHead[link] < 0 {
		m.waitHead[link] = v
	} else {
		m.behind[m.waitTail[link]] = v
	}
	m.waitTail[link] = v
}

// emptyTimes finds how long each trip takes on empty roads.
func (m *Micro) emptyTimes() {
	t := m.table
	t.least = make([]float64, len(m.trips))
	for l := range m.length {
		t.cost[l] = m.length[l] / m.free[l]
	}
	last := -1
	for i, trip := range m.trips {
		if trip.From != last {
			t.s.from(m.n.Zones[trip.From].Node, t.cost)
			last = trip.From
		}
		t.least[i] = math.Inf(1)
		if l := t.s.last(m.n.Zones[trip.To].Node); l >= 0 {
			t.least[i] = t.s.cost[l]
		}
	}
}

// plan is the turn that a vehicle takes at the end of a link: −1 when it arrives there.
func (m *Micro) plan(v int32, link int) int32 {
	if r := m.route[v]; r >= 0 {
		way := m.routes.of(r)
		if k := int(m.leg[v]) + 1; k < len(way) {
			for i := m.g.nextAt[link]; i < m.g.nextAt[link+1]; i++ {
				if m.g.next[i] == way[k] && !m.closed[way[k]] {
					return i
				}
			}
			m.route[v] = -1 // its way is closed: from now on the fastest one
		} else {
			return -1
		}
	}
	return m.table.turn[m.trips[m.trip[v]].To*len(m.length)+link]
}

// spawn lets new vehicles set out, and those who wait enter where there is room.
func (m *Micro) spawn() {
	for i := range m.trips {
		m.hazard[i] += m.trips[i].Rate * m.Factor * m.o.Step
		for m.hazard[i] >= m.need[i] && len(m.spare) > 0 {
			m.hazard[i] -= m.need[i]
			m.number[i]++
			m.need[i] = m.draw(i)
			m.setOut(i)
		}
	}
	if m.Held == 0 {
		return
	}
	for l := range m.waitHead {
		for k := int32(0); m.waitHead[l] >= 0 && !m.closed[l] && k < m.lanes[l]; k++ {
			if !m.letIn(l) {
				break
			}
		}
	}
}

// setOut makes a vehicle of a trip, which waits to enter.
func (m *Micro) setOut(trip int) {
	number := m.number[trip]
	key := m.key[trip] + 1
	route, first := int32(-1), int32(-1)
	if chance(m.o.Seed, key, number) >= m.o.Reroute {
		route = m.routes.pick(trip, chance(m.o.Seed, key+1, number))
	}
	if route >= 0 {
		first = m.routes.of(route)[0]
	}
	if first < 0 || m.closed[first] {
		t := m.trips[trip]
		route, first = -1, m.table.enter[t.From*len(m.n.Zones)+t.To]
	}
	if first < 0 {
		m.Unserved++
		return
	}
	v := m.take(trip, route, number)
	m.wait(v, first)
	m.Entered++
	m.Held++
}

// take makes a vehicle of a spare one.
func (m *Micro) take(trip int, route int32, number uint64) int32 {
	v := m.spare[len(m.spare)-1]
	m.spare = m.spare[:len(m.spare)-1]
	m.trip[v], m.route[v], m.leg[v] = int32(trip), route, 0
	m.stuckFor[v] = 0
	m.since[v], m.waited[v], m.speed[v], m.acc[v] = m.Time, 0, 0, 0
	m.like[v] = .9 + .2*chance(m.o.Seed, m.key[trip]+3, number) // desired speeds spread by ±10 %
	return v
}

// letIn lets the first who waits enter a link, if a lane has room.
func (m *Micro) letIn(l int) bool {
	best, room := m.laneAt[l], -1.
	for lane := m.laneAt[l]; lane < m.laneAt[l+1]; lane++ {
		if r := m.room(lane, l); r > room {
			best, room = lane, r
		}
	}
	if room < m.d.Gap+1 {
		return false
	}
	v := m.waitHead[l]
	m.waitHead[l] = m.behind[v]
	speed := m.free[l] * m.like[v]
	if o := m.tail[best]; o >= 0 {
		speed = min(speed, m.speed[o]+max(0, room-m.d.Gap)/m.d.Headway*.5)
		if room < m.d.Gap+speed*m.d.Headway {
			speed = min(speed, m.speed[o])
		}
	}
	m.pos[v], m.speed[v] = 0, speed
	m.push(v, best, l)
	m.turn[v] = m.plan(v, l)
	m.Held--
	m.Inside++
	return true
}
