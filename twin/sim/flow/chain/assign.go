package chain

// part is a share of the cargo on a leg of a service, or in a yard: what flows there by plan, TEU a day.
type part struct {
	od     int32
	to     int32 // port where it leaves the ship; −1 in a yard that it leaves by land
	ship   int32 // service that it waits for in a yard
	perDay float64
	days   float64 // that it stays in a yard, by plan
}

// assign follows all demand over its ways, so that cargo that is seen in the living chain can be told apart.
func (p *plan) assign() {
	p.loads, p.stays = make([][][]part, len(p.services)), make([][]part, len(p.m.Ports))
	for i := range p.services {
		p.loads[i] = make([][]part, len(p.services[i].calls))
	}
	for o := range p.flows {
		f := &p.flows[o]
		shipped := false
		for node, n := f.from, 0; n < len(p.hops); n++ {
			h := p.hops[node][f.to]
			if node < len(p.m.Ports) && shipped && h.service == 0 {
				p.stays[node] = append(p.stays[node], part{int32(o), -1, -1, f.perDay, p.m.Ports[node].Dwell.Mean() / daySec})
			}
			if node == f.to {
				break
			}
			if h.service > 0 {
				p.ride(node, int32(o), h, f.perDay)
				shipped = true
			}
			node = int(h.to)
		}
	}
}

// ride notes cargo on all legs of its ride, and in the yard where it waits for it.
func (p *plan) ride(node int, o int32, h hop, perDay float64) {
	s := int(h.service - 1)
	r := &p.services[s]
	p.stays[node] = append(p.stays[node], part{o, h.to, int32(s), perDay, r.sec / float64(r.ships) / 2 / daySec})
	for call, port := range r.calls {
		if port != node || !p.boards(h, s, call) {
			continue
		}
		for k := range r.calls {
			i := (call + k) % len(r.calls)
			if k > 0 && r.calls[i] == int(h.to) {
				break
			}
			p.loads[s][i] = append(p.loads[s][i], part{od: o, to: h.to, perDay: perDay})
		}
	}
}

// split divides a number of TEU over parts by their flow; what is left by rounding goes to the largest.
func split(parts []part, teu int) []int {
	out := make([]int, len(parts))
	sum, most := 0., 0
	for i, x := range parts {
		sum += x.perDay
		if x.perDay > parts[most].perDay {
			most = i
		}
	}
	if sum <= 0 {
		return out
	}
	left := teu
	for i, x := range parts {
		out[i] = int(float64(teu) * x.perDay / sum)
		left -= out[i]
	}
	out[most] += left
	return out
}
