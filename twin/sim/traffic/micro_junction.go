package traffic

// lightState is what a signal shows an approach.
type lightState uint8

const (
	unheld lightState = iota // no signal
	green
	amber
	red
)

// light is the state of a signal.
type light struct {
	phase int
	since float64 // s in this phase, clearance included
	ended float64 // s of green after which clearance began; −1 while it is green
}

// newLight sets a signal as its offset says for time 0.
func newLight(s *Signal) light {
	at := s.Cycle() - s.Offset
	for at < 0 {
		at += s.Cycle() * float64(1+int(-at/s.Cycle()))
	}
	at -= s.Cycle() * float64(int(at/s.Cycle()))
	for i := range s.Phases {
		p := &s.Phases[i]
		if at < p.Green {
			return light{i, at, -1}
		}
		if at < p.Green+p.Clear {
			return light{i, at, p.Green}
		}
		at -= p.Green + p.Clear
	}
	return light{0, 0, -1}
}

// switchLights advances all signals by one step and sets what approaches see.
func (m *Micro) switchLights() {
	for i := range m.lights {
		s, x := &m.n.Signals[i], &m.lights[i]
		p := &s.Phases[x.phase]
		if x.ended < 0 && m.ends(s, p, x.since) {
			x.ended = x.since
		}
		if x.ended >= 0 && x.since >= x.ended+p.Clear {
			*x = light{phase: (x.phase + 1) % len(s.Phases), ended: -1}
			p = &s.Phases[x.phase]
		}
		for k := range s.Phases {
			for _, l := range s.Phases[k].Links {
				m.state[l] = red
			}
		}
		show := green
		if x.ended >= 0 {
			show = red
			if x.since < x.ended+min(3, p.Clear) {
				show = amber
			}
		}
		for _, l := range p.Links {
			m.state[l] = show
		}
		x.since += m.o.Step
	}
}

// ends says whether a green is over.
func (m *Micro) ends(s *Signal, p *Phase, since float64) bool {
	if !s.Actuated {
		return since >= p.Green
	}
	if since < p.least() || since < p.most() && m.calls(p.Links) {
		return false
	}
	if since >= p.most() {
		return true
	}
	for k := range s.Phases {
		if q := &s.Phases[k]; q != p && m.calls(q.Links) {
			return true
		}
	}
	return false
}

// calls says whether a vehicle stands on or nears one of some approaches: detectors are 40 m before the line.
func (m *Micro) calls(links []int) bool {
	for _, l := range links {
		for lane := m.laneAt[l]; lane < m.laneAt[l+1]; lane++ {
			if v := m.head[lane]; v >= 0 && m.length[l]-m.pos[v] < 40 {
				return true
			}
		}
	}
	return false
}

const stuck int32 = -2 // turn of a vehicle that has nowhere to go

// mayGo says whether the first vehicle of a lane may enter the junction that is some metres ahead.
func (m *Micro) mayGo(v int32, l int, left float64) bool {
	t, s := m.turn[v], m.speed[v]
	if t >= 0 && m.closed[m.g.next[t]] {
		m.route[v] = -1
		m.turn[v] = m.plan(v, l)
		t = m.turn[v]
	}
	if t == stuck {
		if m.turn[v] = m.plan(v, l); m.turn[v] == stuck {
			return false
		}
		t = m.turn[v]
	}
	if t < 0 {
		return true
	}
	switch m.state[l] {
	case red:
		return false
	case amber:
		if s*s/(2*m.d.Brake) < left { // it can stop
			return false
		}
		return true
	}
	if len(m.t.yield[t]) == 0 {
		return true
	}
	if left > 15+s*s/(2*m.d.Brake) { // too far to judge: be ready to stop
		return false
	}
	if s < 1 {
		m.waited[v] += m.o.Step
	}
	for _, u := range m.t.yield[t] {
		if m.busy[u] > m.Time && m.g.next[u] != m.g.next[t] || m.comes(u, m.waited[v]) {
			return false
		}
	}
	return true
}

// comes says whether someone who takes turn u is so near that one must wait. Who has waited long goes before those who
// stand, so that four who yield to each other do not wait for ever.
func (m *Micro) comes(u int32, waited float64) bool {
	f := m.t.from[u]
	if m.state[f] == red {
		return false
	}
	for lane := m.laneAt[f]; lane < m.laneAt[f+1]; lane++ {
		v := m.head[lane]
		if v < 0 || m.turn[v] != u {
			continue
		}
		left, s := m.length[f]-m.pos[v], m.speed[v]
		if s < .5 && (waited > 6 || left > 8) {
			continue
		}
		if critical := m.d.Critical * max(.5, 1-waited/60); left < critical*max(s, 2) {
			return true
		}
	}
	return false
}
