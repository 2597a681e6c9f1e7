package chain

import (
	"math"
	"slices"
)

// day makes the cargo of one origin and destination for a day: a lot that scatters by 30 %, rounded so that the mean is kept.
func (w *world) day(o int) {
	f := &w.flows[o]
	n := uint64(w.k.Now() / daySec)
	r := w.draw(forDemand, f.key, n, 0)
	teu := int(math.Max(0, f.perDay*(1+.3*r.NormFloat64())) + r.Float64())
	w.k.After(daySec, w.acts.day, o)
	if teu == 0 {
		return
	}
	w.made += teu
	if now := w.k.Now(); now >= w.zero && !w.frozen {
		w.created += teu
		w.cost.links += float64(teu) * w.onward(f.from, f.to)
	}
	w.change(teu)
	w.bring(move{od: int32(o), teu: int32(teu), from: -1, to: int32(f.from), hold: -1, key: mix(f.key + n)}, false)
}

// bring puts cargo down at the node that it has reached: its end, a yard, or the next link. Off a ship it waits until it is picked up.
func (w *world) bring(m move, offShip bool) {
	at, end := int(m.to), w.flows[m.od].to
	isPort := at < len(w.ports)
	h := w.hops[at][end]
	switch {
	case at == end && !(isPort && offShip):
		w.ended += int(m.teu)
		if w.k.Now() >= w.zero && !w.frozen {
			w.arrived += int(m.teu)
		}
		w.change(-int(m.teu))
	case isPort && offShip && (at == end || h.service == 0):
		w.stored(at, int(m.teu))
		w.ports[at].out += int(m.teu)
		dwell := w.m.Ports[at].Dwell
		w.later(dwell.Sample(w.draw(forDwell, m.key, uint64(at), 0)), w.acts.picked, m)
	case h.link > 0:
		w.ship(m, h)
	default:
		w.stored(at, int(m.teu))
		w.pile(at, pile{m.od, m.teu, m.hold})
	}
}

// ship sends cargo over a link.
func (w *world) ship(m move, h hop) {
	l := &w.links[h.link-1]
	m.from, m.to = m.to, h.to
	w.onLinks += int(m.teu)
	w.later(l.time.Sample(w.draw(forLink, m.key, l.key, 0)), w.acts.delivered, m)
}

// later plans an act for cargo.
func (w *world) later(sec float64, act func(int), m move) {
	var i int32
	if n := len(w.idle); n > 0 {
		i, w.idle = w.idle[n-1], w.idle[:n-1]
		w.moves[i] = m
	} else {
		i = int32(len(w.moves))
		w.moves = append(w.moves, m)
	}
	w.k.After(sec, act, int(i))
}

func (w *world) take(i int) move {
	w.idle = append(w.idle, int32(i))
	return w.moves[i]
}

// delivered is cargo at the end of a link. What was sent after a ship is kept for it, unless it is too late.
func (w *world) delivered(i int) {
	m := w.take(i)
	w.onLinks -= int(m.teu)
	if m.hold >= 0 {
		if v := &w.ships[m.hold]; v.port == int(m.to) && v.stands == int(m.from) && !(v.state == handling && v.loading) {
			w.stored(int(m.to), int(m.teu))
			w.pile(int(m.to), pile{m.od, m.teu, m.hold})
			return
		}
		m.hold = -1
	}
	w.bring(m, false)
}

// picked is cargo that leaves a yard by land.
func (w *world) picked(i int) {
	m := w.take(i)
	at, end := int(m.to), w.flows[m.od].to
	w.stored(at, -int(m.teu))
	w.ports[at].out -= int(m.teu)
	if at == end {
		w.bring(m, false)
		return
	}
	w.ship(m, w.hops[at][end])
}

// pile lays cargo to what waits for a ship.
func (w *world) pile(port int, x pile) {
	h := &w.ports[port]
	for i := range h.piles {
		if h.piles[i].od == x.od && h.piles[i].hold == x.hold {
			h.piles[i].teu += x.teu
			return
		}
	}
	h.piles = append(h.piles, x)
}

// land takes off a ship what is for here, or for the port that this one stands in for.
func (w *world) land(i int) {
	v := &w.ships[i]
	h, teu := &w.ports[v.port], 0
	v.cargo = slices.DeleteFunc(v.cargo, func(x parcel) bool {
		if !w.lands(v, x) {
			return false
		}
		teu += int(x.teu)
		v.aboard -= int(x.teu)
		if w.pays(v) {
			w.cost.links += float64(x.teu) * w.onward(v.port, w.flows[x.od].to)
		}
		w.bring(move{od: x.od, teu: x.teu, from: -1, to: int32(v.port), hold: -1, key: mix(v.key+uint64(v.count)*0x9e37) ^ w.flows[x.od].key}, true)
		return true
	})
	h.moved += teu
	if w.pays(v) {
		w.cost.handling += float64(teu) * w.m.Ports[v.port].MoveUSD
	}
}

// board takes aboard what waits for this ship, as far as there is room, and returns how much. Where it stands in for another port and the
// round does not come here, only what was sent after it.
func (w *world) board(i int) (teu int) {
	v := &w.ships[i]
	h := &w.ports[v.port]
	room := v.class.TEU - v.aboard - v.foreign
	for j := range h.piles {
		x := &h.piles[j]
		at, end := v.port, w.flows[x.od].to
		if x.hold == int32(i) {
			at = v.stands
		} else if x.hold >= 0 || v.stands >= 0 && !v.merged {
			continue
		}
		next := w.hops[at][end]
		call := v.call
		if at == v.stands && v.merged {
			call = (call + len(w.services[v.service].calls) - 1) % len(w.services[v.service].calls)
		}
		if !w.boards(next, v.service, call) || int(next.to) == v.port {
			continue
		}
		n := min(int(x.teu), max(room, 0))
		if n == 0 {
			continue
		}
		x.teu -= int32(n)
		room -= n
		teu += n
		v.load(parcel{x.od, next.to, int32(n)})
	}
	h.piles = slices.DeleteFunc(h.piles, func(x pile) bool { return x.teu == 0 })
	w.stored(v.port, -teu)
	h.moved += teu
	if w.pays(v) {
		w.cost.handling += float64(teu) * w.m.Ports[v.port].MoveUSD
	}
	return teu
}

func (v *vessel) load(x parcel) {
	v.aboard += int(x.teu)
	for i := range v.cargo {
		if v.cargo[i].od == x.od && v.cargo[i].to == x.to {
			v.cargo[i].teu += x.teu
			return
		}
	}
	v.cargo = append(v.cargo, x)
}

// release lets cargo that was kept for a ship go another way.
func (w *world) release(port, ship int) {
	h := &w.ports[port]
	for j := 0; j < len(h.piles); {
		x := h.piles[j]
		if x.hold != int32(ship) {
			j++
			continue
		}
		h.piles = slices.Delete(h.piles, j, j+1)
		w.stored(port, -int(x.teu))
		w.bring(move{od: x.od, teu: x.teu, from: -1, to: int32(port), hold: -1, key: mix(w.ships[ship].key) ^ w.flows[x.od].key}, false)
	}
}

// follow sends what waits for a ship in the port that it leaves out over land to the port that it goes to, if there is a link that brings
// it there in time, as far as there will be room.
func (w *world) follow(i int) {
	v := &w.ships[i]
	n, ok := w.between[[2]int{v.stands, v.port}]
	if !ok {
		return
	}
	l := &w.links[n]
	if l.time.Mean() > v.arrival()-w.k.Now()+daySec/2 {
		return
	}
	room := v.class.TEU - v.aboard - v.foreign
	for _, x := range v.cargo {
		if w.lands(v, x) {
			room += int(x.teu)
		}
	}
	h := &w.ports[v.stands]
	for j := range h.piles {
		x := &h.piles[j]
		next := w.hops[v.stands][w.flows[x.od].to]
		take := min(int(x.teu), max(room, 0))
		if x.hold >= 0 || take == 0 || int(next.to) == v.port || !w.boards(next, v.service, v.call) {
			continue
		}
		x.teu -= int32(take)
		room -= take
		w.stored(v.stands, -take)
		if w.pays(v) {
			w.cost.links += float64(take) * l.usd
		}
		w.ship(move{od: x.od, teu: int32(take), from: -1, to: int32(v.stands), hold: int32(i), key: mix(v.key+uint64(v.count)) ^ w.flows[x.od].key}, hop{link: int32(n + 1), to: int32(v.port)})
	}
	h.piles = slices.DeleteFunc(h.piles, func(x pile) bool { return x.teu == 0 })
}

// counted adds up all cargo where it is, TEU; it is what live says.
func (w *world) counted() (teu int) {
	teu = w.onLinks
	for i := range w.ports {
		teu += w.ports[i].out
		for _, x := range w.ports[i].piles {
			teu += int(x.teu)
		}
	}
	for i := range w.ships {
		teu += w.ships[i].aboard
	}
	return teu
}
