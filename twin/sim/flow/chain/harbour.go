package chain

import "math"

// other ships stand in queues as this.
const foreignShip = -1

// arrive brings a ship to the roads.
func (w *world) arrive(i int) {
	v := &w.ships[i]
	h, now := &w.ports[v.port], w.k.Now()
	v.came = now
	w.burn(v, v.class.AuxTD/daySec)
	if w.sky.closed[v.port].at(now) != nil && v.stands < 0 {
		if other, known := w.elsewhere(v, v.port, now); other >= 0 && known <= now {
			node := int32(w.sea.first + v.port)
			w.divert(i, other, w.sea.at[node], edge{node, node})
			return
		}
		h.hit++
	}
	v.state = waiting
	if r := &w.services[v.service]; v.stands >= 0 && r.calls[(v.call+1)%len(r.calls)] == v.port {
		v.call, v.merged = (v.call+1)%len(r.calls), true
	}
	w.account(v.port)
	h.waiting++
	h.queue = append(h.queue, int32(i))
	w.serve(v.port)
}

// serve gives free berths to those who wait, first come first served, while the port is open.
func (w *world) serve(port int) {
	h, now := &w.ports[port], w.k.Now()
	for len(h.queue) > 0 && h.busy < w.m.Ports[port].Berths && w.sky.closed[port].at(now) == nil {
		w.account(port)
		i := h.queue[0]
		h.queue = append(h.queue[:0], h.queue[1:]...)
		h.busy++
		if i == foreignShip {
			stay := w.m.Ports[port].OtherStay.Sample(w.draw(forOther, w.portKey[port], uint64(h.others), 1))
			h.others++
			w.k.At(w.sky.closed[port].after(now, stay), 0, w.acts.otherLeft, port)
			continue
		}
		h.waiting--
		v := &w.ships[i]
		v.state, v.loading = handling, false
		v.delayed += now - math.Max(v.came, w.zero)
		moor := mooringSec
		if w.m.Ports[port].Stay.Given() {
			moor = 0
		}
		w.k.At(w.sky.closed[port].after(now, moor), 0, w.acts.moored, int(i))
	}
}

// other brings a ship of others to the roads, and plans the next.
func (w *world) other(port int) {
	h := &w.ports[port]
	w.account(port)
	h.queue = append(h.queue, foreignShip)
	w.nextOther(port)
	w.serve(port)
}

func (w *world) nextOther(port int) {
	p, h := &w.m.Ports[port], &w.ports[port]
	if p.OtherInterval.Given() {
		h.expected++
		w.k.After(math.Max(p.OtherInterval.Sample(w.draw(forOther, w.portKey[port], uint64(h.expected), 0)), 1), w.acts.other, port)
	}
}

func (w *world) otherLeft(port int) {
	w.ports[port].busy--
	w.serve(port)
}

// moored begins to unload.
func (w *world) moored(i int) {
	v := &w.ships[i]
	p, h := &w.m.Ports[v.port], &w.ports[v.port]
	h.calls++
	if w.pays(v) {
		w.cost.dues += p.CallUSD
	}
	if p.Stay.Given() {
		w.k.After(p.Stay.Sample(w.draw(forCrane, v.key, uint64(v.count), 0)), w.acts.unloaded, i)
		return
	}
	teu := w.landing(v)
	w.crane(v)
	w.k.At(w.sky.held[v.port].after(w.k.Now(), w.workSec(v, teu)), 0, w.acts.unloaded, i)
}

// landing is how much of the cargo aboard leaves the ship where it is.
func (w *world) landing(v *vessel) (teu int) {
	for _, x := range v.cargo {
		if w.lands(v, x) {
			teu += int(x.teu)
		}
	}
	return teu
}

// crane gives a ship cranes: as many as are free, at most those for one ship, at least one.
func (w *world) crane(v *vessel) {
	h := &w.ports[v.port]
	most := int(firstOf(float64(w.m.Ports[v.port].CranesPerShip), 4))
	v.cranes = max(1, min(most, h.fleet-h.cranes))
	h.cranes += v.cranes
}

// lands reports whether a parcel leaves the ship where it is.
func (w *world) lands(v *vessel, x parcel) bool {
	return int(x.to) == v.port || v.stands >= 0 && int(x.to) == v.stands
}

// workSec is how long the cranes of a ship take to move so many TEU. Moves scatter by 10 % from call to call; a yard that is more
// than 80 % full slows the cranes down, to two fifths when it is full.
func (w *world) workSec(v *vessel, teu int) float64 {
	if teu == 0 {
		return 0
	}
	h := &w.ports[v.port]
	rate := float64(v.cranes) * h.rate * math.Exp(.1*w.draw(forCrane, v.key, uint64(v.count), 1).NormFloat64()) * h.ease(w.yardTEU(v.port))
	return float64(teu) / h.perMove / rate
}

// ease is the share of their speed that cranes have with the yard as full as it is.
func (h *harbour) ease(room float64) float64 {
	if room <= 0 {
		return 1
	}
	return 1 - .6*math.Min(1, math.Max(0, float64(h.stock+h.base)/room-.8)/.2)
}

// yardTEU is what fits in a yard; 0 is without limit.
func (w *world) yardTEU(port int) float64 {
	if r := w.ports[port].room; r > 0 {
		return r
	}
	return float64(w.m.Ports[port].YardTEU)
}

// unloaded lands cargo and begins to load.
func (w *world) unloaded(i int) {
	v := &w.ships[i]
	w.land(i)
	v.loading = true
	sec := w.workSec(v, w.board(i))
	if w.m.Ports[v.port].Stay.Given() {
		sec = 0
	}
	w.k.At(w.sky.held[v.port].after(w.k.Now(), sec), 0, w.acts.loaded, i)
}

// loaded sends the cranes away; the ship leaves when the port is open.
func (w *world) loaded(i int) {
	v := &w.ships[i]
	w.ports[v.port].cranes -= v.cranes
	v.cranes = 0
	w.k.At(w.sky.closed[v.port].after(w.k.Now(), 0), 0, w.acts.left, i)
}

// left frees the berth and goes on with the round.
func (w *world) left(i int) {
	v := &w.ships[i]
	port := v.port
	w.ports[port].busy--
	w.release(port, i)
	w.finish(v)
	if v.merged {
		w.finish(v)
	}
	w.depart(i)
	w.serve(port)
}

// pays reports whether what a ship does now is on the bill.
func (w *world) pays(v *vessel) bool { return v.counts() && w.k.Now() >= w.zero }
