package chain

import (
	"math"
)

// FuelPerDay is what a ship burns under way at a speed, t a day: the main engine by the cube of the speed (Ronen, Journal of the
// Operational Research Society 33 (1982) 1035; the values of Notteboom and Cariou, IAME 2009, for 8,000 TEU, 225 t a day at 24 kn and 150 t at 21 kn,
// lie on it), and the generators, which burn all day.
func (c *Class) FuelPerDay(speed float64) float64 {
	x := speed / float64(c.Speed)
	return c.FuelTD*x*x*x + c.AuxTD
}

// displaced is the volume under water, m³; without a value 11 m³ per TEU, as large container ships have.
func (c *Class) displaced() float64 { return firstOf(c.Displaced, 11*float64(c.TEU)) }

// sail sends a ship from a position over nodes; on is the piece of lane that the position lies on.
func (w *world) sail(v *vessel, from Position, on edge, nodes []int32) {
	t := w.k.Now()
	v.state = sailing
	v.path, v.times, v.edges = append(v.path[:0], from), append(v.times[:0], t), append(v.edges[:0], on)
	factor := 1.
	if margin := float64(w.m.Settings.SeaMargin); margin > 0 {
		factor = math.Exp(margin * w.draw(forLeg, v.key, uint64(v.count), 0).NormFloat64())
	}
	displaced := v.class.displaced()
	calm := v.order * (1 - SpeedLoss(w.sky.wind, displaced)) / factor
	for i, node := range nodes {
		to := w.sea.at[node]
		if i > 0 {
			on = edge{nodes[i-1], node}
		}
		length := Distance(from, to)
		if t >= w.sky.over || !w.sky.meets(from, to, length, t) {
			t += length / calm
			v.path, v.times, v.edges, from = append(v.path, to), append(v.times, t), append(v.edges, on), to
			continue
		}
		const piece = 100e3
		n := int(length/piece) + 1
		for k := range n {
			next := Between(from, to, float64(k+1)/float64(n))
			middle := Between(from, to, (float64(k)+.5)/float64(n))
			t += length / float64(n) / (v.order * (1 - SpeedLoss(w.sky.at(middle, t), displaced)) / factor)
			v.path, v.times, v.edges = append(v.path, next), append(v.times, t), append(v.edges, on)
		}
		from = to
	}
	w.burn(v, v.class.FuelPerDay(v.order)/daySec)
}

// meets reports whether a storm may touch a leg that begins at t: it lies within three radii and what storm and ship can come nearer.
func (s *sky) meets(a, b Position, length, t float64) bool {
	for i := range s.storms {
		c := &s.storms[i]
		if t < c.until && t+length >= c.since && Distance(a, c.centre(math.Max(t, c.since)))-length < 3*c.radius+c.speed*(c.until-t) {
			return true
		}
	}
	return false
}

// arrival is when a ship that sails is at its port.
func (v *vessel) arrival() float64 { return v.times[len(v.times)-1] }

// where is the position of a ship, its course, and the piece of lane.
func (v *vessel) where(t float64) (Position, float64, edge) {
	last := len(v.path) - 1
	if last < 1 || t >= v.times[last] {
		course := 0.
		if last > 0 {
			course = Bearing(v.path[last-1], v.path[last])
		}
		return v.path[last], course, v.edges[last]
	}
	k := 0
	for k+2 <= last && v.times[k+1] <= t {
		k++
	}
	span := v.times[k+1] - v.times[k]
	if span <= 0 {
		return v.path[k], Bearing(v.path[k], v.path[k+1]), v.edges[k+1]
	}
	at := Between(v.path[k], v.path[k+1], (t-v.times[k])/span)
	return at, Bearing(at, v.path[k+1]), v.edges[k+1]
}

// speed is how fast a ship goes, m/s.
func (v *vessel) speedAt(t float64) float64 {
	if v.state != sailing {
		return 0
	}
	for k := 1; k < len(v.path); k++ {
		if t < v.times[k] {
			if span := v.times[k] - v.times[k-1]; span > 0 {
				return Distance(v.path[k-1], v.path[k]) / span
			}
		}
	}
	return v.order
}

// depart sends a ship from where it is to its next call.
func (w *world) depart(i int) {
	v := &w.ships[i]
	r := &w.services[v.service]
	from := v.port
	v.call = (v.call + 1) % len(r.calls)
	v.count++
	v.stands, v.merged, v.port = -1, false, r.calls[v.call]
	node := int32(w.sea.first + from)
	if v.forced != from {
		w.force(v)
	}
	w.route = w.sea.way(w.route[:0], node, v.port)
	w.sail(v, w.sea.at[node], edge{node, node}, w.route[1:])
	w.watch(i)
}

// force sends a ship to another port for its next call, if it was told to.
func (w *world) force(v *vessel) {
	if v.forced >= 0 && v.forced != v.port {
		v.stands, v.port = v.port, v.forced
		w.ports[v.stands].hit++
	}
	v.forced = -1
}

// watch plans the arrival of a ship, or the moment at which it will turn to another port.
func (w *world) watch(i int) {
	v := &w.ships[i]
	if v.stands < 0 {
		if other, at := w.elsewhere(v, v.port, v.arrival()); other >= 0 && at < v.arrival() {
			v.event = w.k.At(math.Max(at, w.k.Now()), 0, w.acts.turn, i)
			return
		}
	}
	w.come(i)
}

// come plans the arrival of a ship.
func (w *world) come(i int) {
	v := &w.ships[i]
	v.event = w.k.At(math.Max(v.arrival(), w.k.Now()+leastLegSec), 0, w.acts.arrive, i)
}

// leastLegSec is how long the shortest leg takes: time passes in every round.
const leastLegSec = 60.

// elsewhere is the port that a ship takes instead of one that will be closed when it comes, and when it can know; −1 if it goes on.
func (w *world) elsewhere(v *vessel, port int, eta float64) (other int, known float64) {
	p := &w.m.Ports[port]
	if w.instead[port] < 0 {
		return -1, 0
	}
	for _, s := range w.sky.closed[port] {
		if eta >= s.from && eta < s.to && s.expect-eta > float64(p.Patience) {
			other = w.instead[port]
			if !w.enters(v.hull, other) || math.IsInf(w.sea.length(port, other), 1) {
				return -1, 0
			}
			return other, s.from - float64(w.m.Settings.Notice)
		}
	}
	return -1, 0
}

// turn sends a ship that sails to the port that stands in for its own.
func (w *world) turn(i int) {
	v := &w.ships[i]
	other, _ := w.elsewhere(v, v.port, v.arrival())
	if other < 0 {
		w.come(i)
		return
	}
	at, _, on := v.where(w.k.Now())
	w.divert(i, other, at, on)
}

// divert sends a ship from a position to a port that stands in for the one that it was bound for, and its cargo after it.
func (w *world) divert(i, other int, at Position, on edge) {
	v := &w.ships[i]
	w.ports[v.port].hit++
	v.stands, v.port = v.port, other
	w.route = w.sea.from(w.route[:0], at, on, other)
	w.sail(v, at, on, w.route)
	w.follow(i)
	w.come(i)
}

// finish counts a call.
func (w *world) finish(v *vessel) {
	v.number++
	if v.number >= v.calls && v.counts() && w.k.Now() >= w.zero {
		w.burn(v, v.burning)
		v.done, v.spent = w.k.Now(), v.tonnes
		w.undone--
	}
}
