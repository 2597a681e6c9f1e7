package traffic

// Count is what a loop detector of a link measured last.
type Count struct {
	Link  int
	Flow  float64 // vehicles/s
	Speed float64 // m/s
}

// Begin puts vehicles on the links that were counted: as many as flow over speed says, evenly spread, on routes of the
// assignment that lead over them, in proportion to their flow. It returns how many it put. Counts that are no finite
// numbers, or of links that no route uses, put none. Call it before the first step.
func (m *Micro) Begin(counts []Count, a *Assignment) int {
	if len(counts) == 0 {
		return 0
	}
	over := map[int][]passing{}
	for i, p := range a.Pairs {
		for k, way := range p.Links {
			for leg, l := range way {
				over[int(l)] = append(over[int(l)], passing{trip: i, leg: leg, route: k, flow: p.Flow[k]})
			}
		}
	}
	sum := 0
	for _, c := range counts {
		if c.Link >= 0 && c.Link < len(m.length) && c.Flow > 0 && c.Speed >= 0 && finite(c.Flow) && finite(c.Speed) {
			sum += m.place(c, over[c.Link], a)
		}
	}
	return sum
}

// passing is a route over a link.
type passing struct {
	trip, leg, route int
	flow             float64
}

func (m *Micro) place(c Count, over []passing, a *Assignment) int {
	total := 0.
	for _, p := range over {
		total += p.flow
	}
	l, speed := c.Link, min(c.Speed, m.free[c.Link])
	per := int(c.Flow/max(speed, .5)*m.length[l]/float64(m.lanes[l]) + .5)
	per = min(per, int(m.length[l]/(m.d.Length+m.d.Gap)))
	if total == 0 || per == 0 {
		return 0
	}
	sum := 0
	for k := range per { // from the front
		for lane := m.laneAt[l]; lane < m.laneAt[l+1] && len(m.spare) > 0; lane++ {
			number := uint64(l)<<20 | uint64(k)<<4 | uint64(lane-m.laneAt[l])
			p := choose(over, total*chance(m.o.Seed, 1<<40, number))
			v := m.take(p.trip, m.startRoute(p, a), number|1<<60)
			m.leg[v] = int32(p.leg)
			m.pos[v], m.speed[v] = m.length[l]*(float64(per-k)-.5)/float64(per), speed
			m.push(v, lane, l)
			m.turn[v] = m.plan(v, l)
			m.Inside++
			m.Entered++
			sum++
		}
	}
	return sum
}

func choose(over []passing, u float64) passing {
	for _, p := range over {
		if u -= p.flow; u < 0 {
			return p
		}
	}
	return over[len(over)-1]
}

// startRoute finds the number of a route of the assignment in the model; −1, the fastest way, when it chose other routes.
func (m *Micro) startRoute(p passing, a *Assignment) int32 {
	way := a.Pairs[p.trip].Links[p.route]
	for r := m.routes.byTrip[p.trip]; r < m.routes.byTrip[p.trip+1]; r++ {
		if equal(m.routes.of(r), way) {
			return r
		}
	}
	return -1
}

// ScaleToCounts is the factor on a demand that brings the flows of its assignment nearest to the counts (least squares
// over the counted links); 1 when there is nothing to go by.
func ScaleToCounts(counts []Count, a *Assignment) float64 {
	top, bottom := 0., 0.
	for _, c := range counts {
		if c.Link >= 0 && c.Link < len(a.Flow) && c.Flow >= 0 && finite(c.Flow) {
			top += c.Flow * a.Flow[c.Link]
			bottom += a.Flow[c.Link] * a.Flow[c.Link]
		}
	}
	if bottom == 0 || top == 0 {
		return 1
	}
	return top / bottom
}
