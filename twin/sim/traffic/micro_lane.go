package traffic

// changeLanes lets every vehicle look at the lanes beside it once.
func (m *Micro) changeLanes() {
	for l := range m.length {
		if m.lanes[l] < 2 || m.counts[l] == 0 {
			continue
		}
		for lane := m.laneAt[l]; lane < m.laneAt[l+1]; lane++ {
			// Leaders in the lanes beside move along with the vehicle that looks.
			onRight, onLeft := int32(-1), int32(-1)
			for v := m.head[lane]; v >= 0; {
				next := m.behind[v]
				gainRight, gainLeft := 0., 0.
				if lane > m.laneAt[l] {
					onRight = m.leader(lane-1, onRight, m.pos[v])
					gainRight = m.gain(v, l, lane-1, onRight, -1)
				}
				if lane+1 < m.laneAt[l+1] {
					onLeft = m.leader(lane+1, onLeft, m.pos[v])
					gainLeft = m.gain(v, l, lane+1, onLeft, 1)
				}
				switch {
				case gainLeft > m.d.Threshold && gainLeft >= gainRight:
					m.change(v, lane, lane+1, onLeft, l)
					onLeft = v
				case gainRight > m.d.Threshold:
					m.change(v, lane, lane-1, onRight, l)
					onRight = v
				}
				v = next
			}
		}
	}
}

// leader is the last vehicle of a lane that is at a place or ahead of it, looked for from one that is known to be; -1 if
// there is none.
func (m *Micro) leader(lane, from int32, pos float64) int32 {
	next := m.head[lane]
	if from >= 0 {
		next = m.behind[from]
	}
	for next >= 0 && m.pos[next] >= pos {
		from, next = next, m.behind[next]
	}
	return from
}

// gain is the advantage of a lane change, m/s² (MOBIL): own gain, that of others times politeness, and the pull towards
// the lane of the next turn. It is negative when the change would not be safe.
func (m *Micro) gain(v int32, l int, lane, ahead int32, way float64) float64 {
	follower := m.head[lane]
	if ahead >= 0 {
		follower = m.behind[ahead]
	}
	desired, s := m.free[l]*m.like[v], m.speed[v]
	own := m.open(v, desired)
	if ahead >= 0 {
		gap := m.pos[ahead] - m.d.Length - m.pos[v]
		if gap < m.d.Gap {
			return -1
		}
		own = m.d.follow(s, s-m.speed[ahead], gap, desired, m.soft)
	}
	others := 0.
	if follower >= 0 {
		gap, f := m.pos[v]-m.d.Length-m.pos[follower], m.speed[follower]
		if gap < m.d.Gap {
			return -1
		}
		after := m.d.follow(f, f-s, gap, m.free[l]*m.like[follower], m.soft)
		if after < -m.d.Safe {
			return -1
		}
		others = min(0, after-m.acc[follower])
	}
	if own < -m.d.Safe {
		return -1
	}
	return own - m.acc[v] + m.d.Politeness*others + m.pull(v, l, way)
}

// pull draws a vehicle towards the lane of its next turn, more and more in the last 200 m; else a little to the right.
func (m *Micro) pull(v int32, l int, way float64) float64 {
	left := m.length[l] - m.pos[v]
	t := m.turn[v]
	if t < 0 || left > 200 || m.t.side[t] == straight {
		if m.n.Links[l].Kind == Motorway {
			return -.15 * way
		}
		return 0
	}
	return -float64(m.t.side[t]) * way * 2 * (1 - left/200)
}

func (m *Micro) change(v, from, to, ahead int32, l int) {
	m.unlink(v, from, l)
	m.insert(v, ahead, to, l)
	m.entered[l]-- // it was here already
}
