package chain

import (
	"fmt"
	"math"
)

// cargo finds the way of all demand: at each node, the next step to each other node that costs least, time included.
func (p *plan) cargo(c *checker, node map[string]int) {
	for i, l := range p.m.Links {
		p.links = append(p.links, leg{a: node[l.From], b: node[l.To], time: l.Time, usd: l.USD, key: key(l.From + "\x00" + l.To)})
		p.between[[2]int{node[l.From], node[l.To]}], p.between[[2]int{node[l.To], node[l.From]}] = i, i
	}
	p.hops = p.transfers()
	for i, d := range p.m.Demand {
		x := od{from: node[d.From], to: node[d.To], perDay: d.TEU / 7, key: key(d.From + "\x00" + d.To)}
		p.flows = append(p.flows, x)
		if p.hops[x.from][x.to].none() {
			c.fault(fmt.Sprintf("demand[%d]", i), "add a link, or a service that has ships", "no service and no link leads from %s to %s", d.From, d.To)
		}
	}
}

// transfers are the best steps between all nodes (Floyd, CACM 5 (1962) 345; Warshall). The cost of a step is its price and the time that
// it takes, with half the time between two ships.
func (p *plan) transfers() [][]hop {
	n := len(p.m.Ports) + len(p.m.Places)
	cost, hops := make([][]float64, n), make([][]hop, n)
	for i := range n {
		cost[i], hops[i] = make([]float64, n), make([]hop, n)
		for j := range n {
			if i != j {
				cost[i][j] = math.Inf(1)
			}
		}
	}
	offer := func(from, to int, usd float64, h hop) {
		if usd < cost[from][to] {
			cost[from][to], hops[from][to] = usd, h
		}
	}
	day := math.Max(p.m.Prices.DelayUSD, 1) / daySec
	for i, l := range p.links {
		usd := l.usd + l.time.Mean()*day
		offer(l.a, l.b, usd, hop{link: int32(i + 1), to: int32(l.b)})
		offer(l.b, l.a, usd, hop{link: int32(i + 1), to: int32(l.a)})
	}
	for i := range p.services {
		if p.services[i].ships > 0 {
			p.offerService(i, day, offer)
		}
	}
	for k := range n {
		for i := range n {
			if math.IsInf(cost[i][k], 1) || i == k {
				continue
			}
			for j := range n {
				if d := cost[i][k] + cost[k][j]; d < cost[i][j]*(1-1e-12) {
					cost[i][j], hops[i][j] = d, hops[i][k]
				}
			}
		}
	}
	return hops
}

// offerService offers each ride from a call to a later one of the same round.
func (p *plan) offerService(i int, day float64, offer func(from, to int, usd float64, h hop)) {
	r := &p.services[i]
	var speed float64
	for _, h := range p.ships {
		if h.service == i {
			speed += h.speed / float64(r.ships)
		}
	}
	wait := r.sec / float64(r.ships) / 2
	for a, from := range r.calls {
		sec := wait
		for k := range len(r.calls) - 1 {
			b := (a + k + 1) % len(r.calls)
			sec += r.legs[(a+k)%len(r.calls)] / speed
			if r.calls[b] == from {
				break
			}
			offer(from, r.calls[b], sec*day+p.m.Ports[from].MoveUSD+p.m.Ports[r.calls[b]].MoveUSD, hop{service: int32(i + 1), to: int32(r.calls[b])})
			sec += p.callSec(r.calls[b])
		}
	}
}

// boards reports whether cargo at call number call of a service takes this ship: it comes to where the cargo wants to go before it
// comes here again.
func (p *plan) boards(h hop, service, call int) bool {
	if int(h.service) != service+1 {
		return false
	}
	calls := p.services[service].calls
	here := calls[call]
	for k := range len(calls) - 1 {
		switch calls[(call+1+k)%len(calls)] {
		case int(h.to):
			return true
		case here:
			return false
		}
	}
	return false
}

// onward is what links cost until cargo at a node meets the next ship or its end, USD per TEU.
func (p *plan) onward(node, to int) (usd float64) {
	for n := 0; node != to && n < len(p.hops); n++ {
		h := p.hops[node][to]
		if h.link == 0 {
			break
		}
		usd += p.links[h.link-1].usd
		node = int(h.to)
	}
	return usd
}

// serves reports whether cargo for one port can go on from another by land or feeder: over a link between them, or over a place
// that both have links with.
func (p *plan) serves(other, port int) bool {
	if _, ok := p.between[[2]int{other, port}]; ok {
		return true
	}
	for place := len(p.m.Ports); place < len(p.hops); place++ {
		_, a := p.between[[2]int{other, place}]
		_, b := p.between[[2]int{place, port}]
		if a && b {
			return true
		}
	}
	return false
}
