package traffic

import "math"

// accelerate sets what every vehicle does in this step, by where all stand at its beginning.
func (m *Micro) accelerate() {
	for l := range m.length {
		if m.counts[l] == 0 {
			continue
		}
		free := m.free[l]
		for lane := m.laneAt[l]; lane < m.laneAt[l+1]; lane++ {
			v := m.head[lane]
			if v < 0 {
				continue
			}
			m.acc[v] = m.lead(v, l)
			for w := m.behind[v]; w >= 0; v, w = w, m.behind[w] {
				s := m.speed[w]
				m.acc[w] = m.d.follow(s, s-m.speed[v], m.pos[v]-m.d.Length-m.pos[w], free*m.like[w], m.soft)
			}
		}
	}
}

// open is the acceleration with nobody ahead.
func (m *Micro) open(v int32, desired float64) float64 {
	r := m.speed[v] / desired
	r *= r
	return m.d.Accelerate * (1 - r*r)
}

// lead is the acceleration of the first vehicle of a lane: it looks at the junction.
func (m *Micro) lead(v int32, l int) float64 {
	desired, s := m.free[l]*m.like[v], m.speed[v]
	a := m.open(v, desired)
	t := m.turn[v]
	left := m.length[l] - m.pos[v]
	if m.meter[l] > 0 && m.gate[l] > m.Time+left/max(s, 1) {
		return min(a, m.d.follow(s, s, left+m.d.Gap-1, desired, m.soft))
	}
	if t < 0 && t != stuck { // it arrives at the end of this link
		return a
	}
	if left > 20+s*m.d.Headway+s*s/m.d.Brake {
		return a
	}
	if !m.mayGo(v, l, left) {
		return min(a, m.d.follow(s, s, left+m.d.Gap-1, desired, m.soft)) // it stands one metre before the line
	}
	if t = m.turn[v]; t < 0 { // it was led round a closure, to its end
		return a
	}
	target := m.enterLane(v, int(m.g.next[t]))
	if m.full(v, target) {
		t = m.turn[v]
		target = m.enterLane(v, int(m.g.next[t]))
	}
	next := m.g.next[t]
	if o := m.tail[target]; o >= 0 {
		a = min(a, m.d.follow(s, s-m.speed[o], left+m.pos[o]-m.d.Length, desired, m.soft))
	}
	if want := m.slow(t, int(next)); want < desired && s > want { // brake for the turn, so that it is entered at that speed
		a = min(a, -(s*s-want*want)/(2*max(left, 1)))
	}
	return a
}

// patience is how long a driver stands before a full road until he takes another way, s.
const patience = 40

// full counts the time that the first of a lane stands before a road without room, and turns him elsewhere when his patience is over:
// to the road with the most room from which his destination can be reached. It reports whether the turn has changed. Without this,
// queues that bite each other's tails would stand for ever.
func (m *Micro) full(v, target int32) bool {
	l := m.link[v]
	if o := m.tail[target]; m.speed[v] > .5 || o < 0 || m.pos[o]-m.d.Length > m.d.Gap {
		m.stuckFor[v] = 0
		return false
	}
	if m.stuckFor[v] += m.o.Step; m.stuckFor[v] < patience {
		return false
	}
	m.stuckFor[v] = 0
	row := m.table.turn[m.trips[m.trip[v]].To*len(m.length):]
	best, room := int32(-1), 2*m.d.Length
	for i := m.g.nextAt[l]; i < m.g.nextAt[l+1]; i++ {
		next := m.g.next[i]
		if m.closed[next] || row[next] == stuck {
			continue
		}
		for lane := m.laneAt[next]; lane < m.laneAt[next+1]; lane++ {
			if r := m.room(lane, int(next)); r > room {
				best, room = i, r
			}
		}
	}
	if best < 0 || best == m.turn[v] {
		return false
	}
	m.route[v], m.turn[v] = -1, best
	return true
}

// slow is the speed at which a turn is taken, m/s.
func (m *Micro) slow(t int32, next int) float64 {
	if from := m.n.Links[m.t.from[t]].Kind; m.t.side[t] == straight || m.n.Links[next].Kind == Ramp || from == Ramp && m.n.Links[next].Kind == Motorway {
		return m.free[next]
	}
	return min(m.free[next], 8)
}

// enterLane is the lane of a link that a vehicle enters: one that suits its next turn, or the emptiest.
func (m *Micro) enterLane(v int32, link int) int32 {
	first, end := m.laneAt[link], m.laneAt[link+1]
	own := min(first+m.lane[v]-m.laneAt[m.link[v]], end-1)
	if m.t.side[m.turn[v]] == left {
		own = end - 1
	} else if m.t.side[m.turn[v]] == right {
		own = first
	}
	best, room := own, m.room(own, link)
	if room > 40 {
		return best
	}
	for lane := first; lane < end; lane++ {
		if r := m.room(lane, link); r > room+5 {
			best, room = lane, r
		}
	}
	return best
}

func (m *Micro) room(lane int32, link int) float64 {
	if o := m.tail[lane]; o >= 0 {
		return m.pos[o] - m.d.Length
	}
	return m.length[link]
}

// drive moves all vehicles, and those that pass a stop line to the next link.
func (m *Micro) drive() {
	dt, work := m.o.Step, 0.
	defer func() { m.CO2 += perJoule * work * dt }()
	for l := range m.length {
		if m.counts[l] == 0 {
			continue
		}
		spent, driven, stood := 0., 0., 0.
		for lane := m.laneAt[l]; lane < m.laneAt[l+1]; lane++ {
			for v := m.head[lane]; v >= 0; v = m.behind[v] {
				s, a := m.speed[v], max(m.acc[v], -9)
				to, way := s+a*dt, 0.
				if to < 0 {
					to = 0
					way = -s * s / (2 * a)
				} else {
					way = (s + to) / 2 * dt
				}
				m.speed[v] = to
				m.pos[v] += way
				work += max(0, s*(vehicleMass*a+rolling+drag*s*s))
				driven += way
				spent += dt
				if to < 1.4 {
					stood += dt
				}
			}
		}
		m.CO2 += idling * spent
		m.spent[l] += spent
		m.driven[l] += driven
		m.stood[l] += stood
		m.Updates += int(m.counts[l])
	}
	for l := range m.length {
		if m.counts[l] == 0 {
			continue
		}
		for lane := m.laneAt[l]; lane < m.laneAt[l+1]; lane++ {
			for v := m.head[lane]; v >= 0 && m.pos[v] >= m.length[l]; v = m.head[lane] {
				if !m.cross(v, l, lane) {
					break
				}
			}
		}
	}
}

// cross takes a vehicle over a junction, or out of the network. It returns false when the vehicle has to stay after all.
func (m *Micro) cross(v int32, l int, lane int32) bool {
	t := m.turn[v]
	if t == stuck {
		m.pos[v], m.speed[v] = m.length[l], 0
		return false
	}
	if m.meter[l] > 0 && m.gate[l] > m.Time+m.o.Step {
		m.pos[v], m.speed[v] = m.length[l], 0
		return false
	}
	if t < 0 {
		m.pass(l)
		m.unlink(v, lane, l)
		m.arrive(v)
		return true
	}
	next := int(m.g.next[t])
	target := m.enterLane(v, next)
	over := m.pos[v] - m.length[l]
	if o := m.tail[target]; o >= 0 && m.pos[o]-m.d.Length < over+.2 || m.closed[next] {
		m.pos[v], m.speed[v] = m.length[l], 0
		return false
	}
	m.pass(l)
	m.unlink(v, lane, l)
	m.busy[t] = m.Time + 1.5
	m.waited[v] = 0
	m.pos[v] = min(over, m.length[next])
	m.push(v, target, next)
	m.leg[v]++
	m.turn[v] = m.plan(v, next)
	return true
}

// pass keeps count of who passes a metered end: the gate opens a fixed time after it opened for the one before, who may be late by as much.
func (m *Micro) pass(l int) {
	if m.meter[l] > 0 {
		m.gate[l] = max(m.gate[l], m.Time-m.meter[l]) + m.meter[l]
	}
}

func (m *Micro) unlink(v, lane int32, l int) {
	a, b := m.ahead[v], m.behind[v]
	if a >= 0 {
		m.behind[a] = b
	} else {
		m.head[lane] = b
	}
	if b >= 0 {
		m.ahead[b] = a
	} else {
		m.tail[lane] = a
	}
	m.counts[l]--
}

// push puts a vehicle behind all others of a lane.
func (m *Micro) push(v, lane int32, l int) { m.insert(v, m.tail[lane], lane, l) }

// insert puts a vehicle behind another of a lane; before all when that is -1.
func (m *Micro) insert(v, after, lane int32, l int) {
	b := m.head[lane]
	if after >= 0 {
		b = m.behind[after]
		m.behind[after] = v
	} else {
		m.head[lane] = v
	}
	if b >= 0 {
		m.ahead[b] = v
	} else {
		m.tail[lane] = v
	}
	m.ahead[v], m.behind[v], m.lane[v], m.link[v] = after, b, lane, int32(l)
	m.counts[l]++
	m.entered[l]++
}

// arrive takes a vehicle out and counts its trip.
func (m *Micro) arrive(v int32) {
	c := &m.ByTrip[m.trip[v]]
	c.Arrived++
	c.Time += m.Time + m.o.Step - m.since[v]
	c.Free += m.freeTime(v)
	m.Arrived++
	m.Inside--
	m.spare = append(m.spare, v)
}

// freeTime is how long the trip of a vehicle takes on empty roads, s.
func (m *Micro) freeTime(v int32) float64 {
	if f := m.table.least[m.trip[v]]; !math.IsInf(f, 1) {
		return f
	}
	return 0
}
