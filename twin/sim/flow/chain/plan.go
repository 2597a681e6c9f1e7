package chain

import (
	"fmt"
	"hash/fnv"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/twin/sim/flow"
)

// Defaults and fixed times of a chain.
const (
	maxSpanSec    = 10 * 365 * daySec
	maxRuns       = 10_000
	daySec        = 86400.
	mooringSec    = 3600. // pilot, tugs and lines, in and out together
	defaultPortH  = 24.   // of a call, for plans
	defaultSpan   = 42 * daySec
	defaultWarmup = 45 * daySec
	defaultRuns   = 12
)

// plan is a model made ready to run: names are indices, ways and transfers are found. It is immutable and shared.
type plan struct {
	m        *Model
	warm     *plan // what a run without a start is run in as; nil is itself
	sea      *sea
	services []round
	ships    []hull
	flows    []od
	hops     [][]hop // from node, to node; nodes are ports, then places
	links    []leg
	between  map[[2]int]int // two ports → the link that joins them
	instead  []int          // by port: what stands in for it when it is closed, or −1
	loads    [][][]part     // by service and leg: what its ships carry there
	stays    [][]part       // by port: what lies in its yard
	portKey  []uint64
	stormKey []uint64
}

// round is a service made ready.
type round struct {
	calls []int     // ports
	legs  []float64 // length of the way from call i to the next, m
	sec   float64   // of a whole round, by plan
	ships int
}

// hull is a ship made ready.
type hull struct {
	name    string
	class   *Class
	service int
	speed   float64 // m/s
	divert  int     // port of its next call instead; -1 none
	key     uint64
	index   int // in Model.Ships; -1 for an extra ship
	begin   float64
	calls   int // that it makes in the horizon, by plan
}

// od is cargo of one origin and destination.
type od struct {
	from, to int // nodes
	perDay   float64
	key      uint64
}

// leg is a link made ready.
type leg struct {
	a, b int
	time flow.Distribution
	usd  float64
	key  uint64
}

// hop is the next step of cargo at a node: by a service to a port, or by a link. The zero value is no way.
type hop struct {
	service int32 // 1 + service, or 0
	link    int32 // 1 + link, or 0
	to      int32 // node
}

func (h hop) none() bool { return h.service == 0 && h.link == 0 }

// compile makes a checked model ready. The error is sim.Faults.
func compile(m *Model) (*plan, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	p := &plan{m: m, sea: newSea(m), between: map[[2]int]int{}}
	c := &checker{m: m}
	node := map[string]int{}
	for i := range m.Ports {
		node[m.Ports[i].Name] = i
		p.portKey = append(p.portKey, key(m.Ports[i].Name))
	}
	for i := range m.Ports {
		p.instead = append(p.instead, -1)
		if other := m.Ports[i].Divert; other != "" {
			p.instead[i] = node[other]
		}
	}
	for i := range m.Places {
		node[m.Places[i].Name] = len(m.Ports) + i
	}
	for i := range m.Storms {
		p.stormKey = append(p.stormKey, key(m.Storms[i].Name))
	}
	p.rounds(c, node)
	p.hulls(c, node)
	p.cargo(c, node)
	p.assign()
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return p, nil
}

// key is a number that stands for a name in streams of chance (FNV-1a).
func key(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}

func (p *plan) rounds(c *checker, node map[string]int) {
	for i := range p.m.Services {
		s := &p.m.Services[i]
		var r round
		for _, name := range s.Rotation {
			r.calls = append(r.calls, node[name])
		}
		for j, from := range r.calls {
			to := r.calls[(j+1)%len(r.calls)]
			d := p.sea.length(from, to)
			if math.IsInf(d, 1) {
				c.fault(fmt.Sprintf("services[%d].rotation[%d]", i, j), "join them with lanes", "no lane leads from %s to %s", p.m.Ports[from].Name, p.m.Ports[to].Name)
			}
			r.legs = append(r.legs, d)
		}
		p.services = append(p.services, r)
	}
}

// hulls lists the ships, and the extra ships of each service.
func (p *plan) hulls(c *checker, node map[string]int) {
	m := p.m
	class := func(name string) *Class {
		return &m.Classes[slices.IndexFunc(m.Classes, func(x Class) bool { return x.Name == name })]
	}
	for i := range m.Ships {
		s := &m.Ships[i]
		h := hull{name: s.Name, class: class(s.Class), key: key(s.Name), index: i, divert: -1}
		h.service = slices.IndexFunc(m.Services, func(x Service) bool { return x.Name == s.Service })
		if s.Divert != "" {
			h.divert = node[s.Divert]
		}
		h.speed = firstOf(float64(s.Speed), float64(m.Services[h.service].Speed), float64(h.class.Speed))
		p.ships = append(p.ships, h)
		p.deep(c, fmt.Sprintf("ships[%d].class", i), h)
	}
	for i := range m.Services {
		s := &m.Services[i]
		for n := range s.Extra {
			name := fmt.Sprintf("%s+%d", s.Name, n+1)
			h := hull{name: name, class: class(s.Class), key: key(name), index: -1, divert: -1, service: i}
			h.speed = firstOf(float64(s.Speed), float64(h.class.Speed))
			p.ships = append(p.ships, h)
			if n == 0 {
				p.deep(c, fmt.Sprintf("services[%d].class", i), h)
			}
		}
	}
	for i := range p.ships {
		h := &p.ships[i]
		r := &p.services[h.service]
		sec := p.roundSec(h)
		r.ships++
		r.sec += sec
		h.calls = max(1, int(math.Round(p.horizon()/sec*float64(len(r.calls)))))
	}
	seen := make([]int, len(p.services))
	for i := range p.services {
		if r := &p.services[i]; r.ships > 0 {
			r.sec /= float64(r.ships)
		}
	}
	for i := range p.ships {
		h := &p.ships[i]
		h.begin = float64(seen[h.service]) / float64(p.services[h.service].ships)
		seen[h.service]++
	}
}

// deep checks that a ship can enter the ports of its service.
func (p *plan) deep(c *checker, place string, h hull) {
	for _, port := range p.services[h.service].calls {
		if !p.enters(&h, port) {
			c.fault(place, "use a smaller class, or correct the depth", "a draught of %g m is too much for %s with %g m", float64(h.class.Draught), p.m.Ports[port].Name, float64(p.m.Ports[port].Depth))
		}
	}
}

// enters reports whether a port is deep enough for a ship; a depth that is not given is.
func (p *plan) enters(h *hull, port int) bool {
	depth := float64(p.m.Ports[port].Depth)
	return depth == 0 || float64(h.class.Draught) <= depth
}

// roundSec is how long a ship takes for its round, by plan.
func (p *plan) roundSec(h *hull) float64 {
	r := &p.services[h.service]
	sec := 0.
	for i, d := range r.legs {
		sec += d/h.speed + p.callSec(r.calls[i])
	}
	return math.Max(sec, 60)
}

// callSec is how long a call takes, by plan.
func (p *plan) callSec(port int) float64 {
	if x := &p.m.Ports[port]; x.Stay.Given() {
		return x.Stay.Mean()
	}
	return defaultPortH * 3600
}

func (p *plan) horizon() float64 { return firstOf(float64(p.m.Settings.Horizon), defaultSpan) }

// firstOf is the first number that is not zero, or zero.
func firstOf(list ...float64) float64 {
	for _, v := range list {
		if v != 0 {
			return v
		}
	}
	return 0
}
