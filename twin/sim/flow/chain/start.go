package chain

import (
	"math"
	"slices"
)

// start is what a replication begins with. What is not there begins by plan.
type start struct {
	ports  []portStart
	ships  []shipStart
	storms []stormStart
}

// portStart is the state of a port as read; NaN is not known.
type portStart struct {
	stock, room, cranes, craneRate, moved float64
	habit
}

// shipStart is the state of a ship as read.
type shipStart struct {
	known   bool // it has a position
	at      Position
	heading float64 // rad; NaN is not known
	state   int
	order   float64 // m/s
	cargo   float64 // TEU
}

// stormStart is the state of a storm as read.
type stormStart struct {
	known        bool
	at           Position
	wind, radius float64 // m/s, m
}

// begin sets a world up: others, cargo and ships, and where it begins at zero the weather; else turnTo brings that at zero, s.
func (w *world) begin(s *start, zero float64) {
	w.zero = zero
	n := len(w.ports)
	w.sky = sky{wind: float64(w.m.Settings.Wind), closed: make([]spans, n), held: make([]spans, n)}
	if zero == 0 {
		w.weather(s)
	}
	for port := range w.ports {
		w.nextOther(port)
	}
	if s != nil {
		for i := range w.ports {
			w.habits[i] = s.ports[i].habit
			w.beginPort(i, &s.ports[i])
		}
	}
	for o := range w.flows {
		f := &w.flows[o]
		w.k.At((.05+.9*float64(f.key>>11)/(1<<53))*daySec, 0, w.acts.day, o)
	}
	for i := range w.ships {
		if s != nil && w.ships[i].index >= 0 && s.ships[w.ships[i].index].known {
			w.beginLive(i, &s.ships[w.ships[i].index])
		} else {
			w.beginPlanned(i)
		}
	}
}

// turnTo lets a chain go on by another plan, from zero on: its weather, closures, speeds, berths and extra ships. Ships that
// sail go on from where they are.
func (w *world) turnTo(p *plan, s *start) {
	old := w.plan
	w.plan = p
	w.weather(s)
	for i := range w.ports {
		a, b, h := &old.m.Ports[i], &p.m.Ports[i], &w.ports[i]
		if a.Cranes != b.Cranes {
			h.fleet = b.Cranes
		}
		if a.CraneRate != b.CraneRate {
			h.rate = b.CraneRate / 3600
		}
	}
	for i := range p.ships {
		h := &p.ships[i]
		k := slices.IndexFunc(w.ships, func(v vessel) bool { return v.key == h.key })
		if k < 0 {
			w.ships = append(w.ships, newVessel(h))
			w.undone++
			w.beginPlanned(len(w.ships) - 1)
			continue
		}
		v := &w.ships[k]
		if h.speed != v.hull.speed || h.index >= 0 && p.m.Ships[h.index].ordered {
			v.order = h.speed
		}
		v.hull, v.forced = h, h.divert
		if v.state == sailing {
			w.resume(k)
		}
	}
	for port := range w.ports {
		if p.m.Ports[port].Berths > old.m.Ports[port].Berths {
			w.serve(port)
		}
	}
}

// resume lets a ship that sails go on from where it is, by the plan, the weather and the speed that hold now.
func (w *world) resume(i int) {
	v := &w.ships[i]
	at, _, on := v.where(w.k.Now())
	w.k.Cancel(v.event)
	w.force(v)
	w.route = w.sea.from(w.route[:0], at, on, v.port)
	w.sail(v, at, on, w.route)
	w.watch(i)
}

func (w *world) open(port int) { w.serve(port) }

// weather draws the storms and the closures.
func (w *world) weather(s *start) {
	n := len(w.ports)
	w.sky = sky{wind: float64(w.m.Settings.Wind), closed: make([]spans, n), held: make([]spans, n)}
	for i := range w.m.Ports {
		p := &w.m.Ports[i]
		if p.ClosedFor.Given() {
			from := w.zero + float64(p.ClosedFrom)
			x := span{from, from + p.ClosedFor.Sample(w.draw(forClosure, w.portKey[i], 0, 0)), from + p.ClosedFor.Mean()}
			w.sky.closed[i], w.sky.held[i] = w.sky.closed[i].add(x), w.sky.held[i].add(x)
		}
	}
	for i := range w.m.Storms {
		if c, ok := w.cyclone(i, s); ok {
			w.sky.storms = append(w.sky.storms, c)
			w.sky.over = math.Max(w.sky.over, c.until)
			for port := range w.ports {
				p := &w.m.Ports[port]
				w.sky.shut(&c, port, w.sea.port(port), float64(p.CraneWind), float64(p.CloseWind))
			}
		}
	}
	for port := range w.ports {
		for _, x := range w.sky.closed[port] {
			w.k.At(x.to, 1, w.open, port)
		}
	}
}

// cyclone draws how a storm goes on; ok is false where there is none. One that is quiet only moves.
func (w *world) cyclone(i int, s *start) (c cyclone, ok bool) {
	x := &w.m.Storms[i]
	c = cyclone{index: i, since: w.zero, wind: float64(x.Wind), radius: float64(x.Radius), fade: float64(x.Fade)}
	if len(x.At) == 2 {
		c.from = Degrees(x.At[0], x.At[1])
	}
	if s != nil && s.storms[i].known {
		c.from, c.wind, c.radius = s.storms[i].at, s.storms[i].wind, s.storms[i].radius
	} else if len(x.At) == 0 {
		return c, false
	}
	r := w.draw(forStorm, w.stormKey[i], 0, 0)
	c.speed = float64(x.Speed) * math.Exp(float64(x.SpeedScatter)*r.NormFloat64())
	c.course = (x.Heading + x.HeadingScatter*r.NormFloat64()) * math.Pi / 180
	c.fade *= math.Exp(float64(x.SpeedScatter) * r.NormFloat64())
	c.until = c.since
	if c.wind > quiet && c.radius > 1000 {
		c.until += math.Min(c.fade*math.Log(c.wind/quiet), 30*daySec)
	}
	return c, true
}

// beginPort lays into a yard what is seen there: cargo of the model as much as lies there by plan, the rest is that of others.
func (w *world) beginPort(i int, s *portStart) {
	h := &w.ports[i]
	if s.room > 0 {
		h.room = s.room
	}
	if s.craneRate > 0 {
		h.rate = s.craneRate / 3600
	}
	if s.cranes >= 1 {
		h.fleet = int(s.cranes)
	}
	h.perMove = firstOf(s.perMove, h.perMove)
	if s.moved > 0 {
		h.moved = int(s.moved)
	}
	if !(s.stock >= 0) {
		return
	}
	left := int(s.stock)
	for _, x := range w.stays[i] {
		teu := min(w.lies(i, x, s.loaded), left)
		if teu <= 0 {
			continue
		}
		left -= teu
		w.made += teu
		w.change(teu)
		m := move{od: x.od, teu: int32(teu), from: -1, to: int32(i), hold: -1, key: mix(w.flows[x.od].key ^ w.portKey[i])}
		w.bring(m, x.to < 0)
	}
	h.base = left
}

// lies is how much of a part lies in a yard: as much as its ships are seen to load, or by plan.
func (w *world) lies(port int, x part, loaded float64) int {
	if x.to < 0 || loaded <= 0 {
		return int(x.perDay * x.days)
	}
	sum := 0.
	for _, y := range w.stays[port] {
		if y.ship == x.ship {
			sum += y.perDay
		}
	}
	return int(loaded * x.perDay / sum)
}

// beginPlanned puts a ship where it is by plan: the ships of a service are spread evenly over its round.
func (w *world) beginPlanned(i int) {
	v := &w.ships[i]
	r := &w.services[v.service]
	left := v.begin * w.roundSec(v.hull)
	for call := range r.calls {
		next := (call + 1) % len(r.calls)
		if sail := r.legs[call] / v.order; left < sail {
			at, on, nodes := w.sea.along(r.calls[call], r.calls[next], left*v.order)
			w.enter(i, next, at, on, nodes)
			return
		} else if stay := w.callSec(r.calls[next]); left < sail+stay {
			node := int32(w.sea.first + r.calls[next])
			w.enter(i, next, w.sea.at[node], edge{node, node}, []int32{node})
			return
		} else {
			left -= sail + stay
		}
	}
	node := int32(w.sea.first + r.calls[0])
	w.enter(i, 0, w.sea.at[node], edge{node, node}, []int32{node})
}

// enter lets a ship begin under way to a call.
func (w *world) enter(i, call int, at Position, on edge, nodes []int32) {
	v := &w.ships[i]
	v.call = call
	v.port = w.services[v.service].calls[call]
	if w.force(v); v.stands >= 0 {
		nodes = w.sea.from(nil, at, on, v.port)
	}
	w.sail(v, at, on, nodes)
	w.watch(i)
}

// along is the position after so many metres of the way from port to port.
func (s *sea) along(from, to int, length float64) (Position, edge, []int32) {
	nodes := s.way(nil, int32(s.first+from), to)
	for k := 1; k < len(nodes); k++ {
		a, b := nodes[k-1], nodes[k]
		d := Distance(s.at[a], s.at[b])
		if length < d {
			return Between(s.at[a], s.at[b], length/d), edge{a, b}, nodes[k:]
		}
		length -= d
	}
	node := int32(s.first + to)
	return s.at[node], edge{node, node}, []int32{node}
}

// beginLive puts a ship where it is seen, on the leg of its round that fits place and heading best.
func (w *world) beginLive(i int, s *shipStart) {
	v := &w.ships[i]
	r := &w.services[v.service]
	if s.order > .5 {
		v.order = s.order
	}
	if s.state != sailing {
		w.beginCall(i, s)
		return
	}
	best, bestLeg, on := math.Inf(1), 0, edge{}
	for leg, from := range r.calls {
		to := r.calls[(leg+1)%len(r.calls)]
		e, d := w.sea.edgeNear(from, to, s.at)
		d *= 1 + 4*against(s.heading, Bearing(w.sea.at[e.a], w.sea.at[e.b]))
		d += 50e3 * against(s.heading, Bearing(w.sea.at[e.a], w.sea.at[e.b]))
		if d < best {
			best, bestLeg, on = d, leg, e
		}
	}
	next := (bestLeg + 1) % len(r.calls)
	w.loadLive(v, bestLeg, s.cargo, 1)
	w.enter(i, next, s.at, on, w.sea.way(nil, on.b, r.calls[next]))
}

// against is 0 where two courses agree, 1 where they are opposite; 0 where one is not known.
func against(a, b float64) float64 {
	if math.IsNaN(a) || math.IsNaN(b) {
		return 0
	}
	return (1 - math.Cos(a-b)) / 2
}

// beginCall puts a ship into the roads, or at a berth in the middle of its work: how far that is is not seen.
func (w *world) beginCall(i int, s *shipStart) {
	v := &w.ships[i]
	r := &w.services[v.service]
	best, call := math.Inf(1), 0
	for k, port := range r.calls {
		to := r.calls[(k+1)%len(r.calls)]
		way := w.sea.way(nil, int32(w.sea.first+port), to)
		d := Distance(s.at, w.sea.port(port)) + 20e3*against(s.heading, Bearing(w.sea.at[way[0]], w.sea.at[way[1]]))
		if d < best {
			best, call = d, k
		}
	}
	v.call, v.port = call, r.calls[call]
	node := int32(w.sea.first + v.port)
	v.path, v.times, v.edges = append(v.path[:0], w.sea.at[node]), append(v.times[:0], 0), append(v.edges[:0], edge{node, node})
	rest := 1.
	if s.state == handling {
		rest = 1. / 3 // of what a call lands: some ships land, some load
	}
	w.loadLive(v, (call+len(r.calls)-1)%len(r.calls), s.cargo, rest)
	h := &w.ports[v.port]
	if s.state == waiting || h.busy >= w.m.Ports[v.port].Berths {
		v.state = waiting
		w.k.After(0, w.acts.arrive, i)
		return
	}
	v.state = handling
	w.burn(v, v.class.AuxTD/daySec)
	h.busy++
	w.crane(v)
	sec := w.draw(forCrane, v.key, 0, 2).Float64() * w.callSec(v.port) / 2
	if w.habits[v.port].landed > 0 {
		sec = w.workSec(v, w.landing(v))
	}
	w.k.At(w.sky.held[v.port].after(0, sec), 0, w.acts.unloaded, i)
}

// loadLive divides the cargo that is seen aboard over destinations. Where it was seen what calls land, each port of the round gets its
// share, the next one rest of it, and what is left stays aboard; else all is divided as ships of the service carry it on that leg by plan.
func (w *world) loadLive(v *vessel, leg int, cargo, rest float64) {
	if !(cargo > 0) {
		return
	}
	teu := min(int(cargo), v.class.TEU)
	r := &w.services[v.service]
	if w.habits[r.calls[(leg+1)%len(r.calls)]].landed <= 0 {
		w.loadParts(v, w.loads[v.service][leg], teu)
		v.foreign = teu - v.aboard
		return
	}
	left := float64(teu)
	for k := range r.calls {
		at := (leg + 1 + k) % len(r.calls)
		port := r.calls[at]
		share := w.habits[port].landed
		if k == 0 {
			share *= rest
		}
		before := (at + len(r.calls) - 1) % len(r.calls)
		var parts []part
		for _, x := range w.loads[v.service][before] {
			if int(x.to) == port {
				parts = append(parts, x)
			}
		}
		w.loadParts(v, parts, int(share*left))
		left -= share * left
	}
	v.foreign = teu - v.aboard
}

func (w *world) loadParts(v *vessel, parts []part, teu int) {
	for i, n := range split(parts, teu) {
		if n > 0 {
			w.made += n
			w.change(n)
			v.load(parcel{parts[i].od, parts[i].to, int32(n)})
		}
	}
}
