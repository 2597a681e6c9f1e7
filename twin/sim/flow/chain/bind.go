package chain

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin"
)

// binding is what the signals of a tree mean for a chain; NoSignal stands where there is none.
type binding struct {
	ports  []portSignals
	ships  []shipSignals
	storms []stormSignals
}

type portSignals struct {
	yard, stock, state, berths, queue, cranes, craneRate, moved twin.SignalID
	states                                                      [3]float64 // numbers of open, wind_hold and closed
}

type shipSignals struct {
	latitude, longitude, heading, speed, order, state, cargo, eta twin.SignalID
	states                                                        [3]float64 // numbers of sailing, waiting and handling
}

type stormSignals struct {
	latitude, longitude, wind, radius twin.SignalID
	perKM                             float64 // of the value of the radius
}

// The names of states that a signal must have.
var (
	portStates = []string{"open", "wind_hold", "closed"}
	shipStates = []string{"sailing", "waiting", "handling"}
)

// bind finds the signals. Without a tree there are none. The error is sim.Faults.
func bind(m *Model, tree *twin.Tree) (*binding, error) {
	c := &binder{tree: tree}
	b := &binding{}
	for i := range m.Ports {
		p := &m.Ports[i]
		at := c.under(fmt.Sprintf("ports[%d]", i), p.Asset, p.Live != PortLive{})
		l := p.Live
		b.ports = append(b.ports, portSignals{yard: at("yard", l.Yard), stock: at("stock", l.Stock), state: at("state", l.State), berths: at("berths", l.Berths), queue: at("queue", l.Queue),
			cranes: at("cranes", l.Cranes), craneRate: at("crane_rate", l.CraneRate), moved: at("moved", l.Moved)})
		b.ports[i].states = c.states(fmt.Sprintf("ports[%d].live.state", i), b.ports[i].state, portStates)
	}
	for i := range m.Ships {
		s := &m.Ships[i]
		at := c.under(fmt.Sprintf("ships[%d]", i), s.Asset, s.Live != ShipLive{})
		l := s.Live
		b.ships = append(b.ships, shipSignals{latitude: at("latitude", l.Latitude), longitude: at("longitude", l.Longitude), heading: at("heading", l.Heading), speed: at("speed", l.Speed),
			order: at("speed_order", l.Order), state: at("state", l.State), cargo: at("cargo", l.Cargo), eta: at("eta", l.ETA)})
		b.ships[i].states = c.states(fmt.Sprintf("ships[%d].live.state", i), b.ships[i].state, shipStates)
	}
	for i := range m.Storms {
		s := &m.Storms[i]
		at := c.under(fmt.Sprintf("storms[%d]", i), s.Asset, s.Live != StormLive{})
		l := s.Live
		x := stormSignals{latitude: at("latitude", l.Latitude), longitude: at("longitude", l.Longitude), wind: at("wind", l.Wind), radius: at("radius_km", l.Radius), perKM: 1}
		if x.radius != twin.NoSignal && tree.Signal(x.radius).Unit.Dimension == "length" {
			x.perKM = 1000
		}
		b.storms = append(b.storms, x)
	}
	if len(c.faults) > 0 {
		return nil, c.faults
	}
	return b, nil
}

type binder struct {
	reader
	tree *twin.Tree
}

// under finds an asset, and returns what finds signals below it.
func (c *binder) under(place, asset string, live bool) func(key, name string) twin.SignalID {
	nothing := func(string, string) twin.SignalID { return twin.NoSignal }
	if c.tree == nil {
		return nothing
	}
	if asset == "" {
		if live {
			c.fault(place+".live", "say whose signals they are with asset", "there is no asset")
		}
		return nothing
	}
	id, ok := c.tree.AssetByPath(asset)
	if !ok {
		var paths []string
		for _, a := range c.tree.Assets() {
			paths = append(paths, a.Path)
		}
		c.fault(place+".asset", near(asset, paths), "there is no asset %q", clip(asset))
		return nothing
	}
	return func(key, name string) twin.SignalID {
		if name == "" {
			return twin.NoSignal
		}
		sig := c.tree.Find(id, name)
		if sig == twin.NoSignal {
			var known []string
			for _, s := range c.tree.Asset(id).Signals {
				known = append(known, c.tree.Signal(s).Name)
			}
			c.fault(place+".live."+key, near(name, known), "%s has no signal %q", asset, clip(name))
		}
		return sig
	}
}

// states finds the numbers of states.
func (c *binder) states(place string, sig twin.SignalID, names []string) (out [3]float64) {
	if sig == twin.NoSignal {
		return out
	}
	have := c.tree.Signal(sig).States
	for i, name := range names {
		k := slices.Index(have, name)
		if k < 0 {
			c.fault(place, "give it the states "+strings.Join(names, ", "), "it has no state %s", name)
		}
		out[i] = float64(k)
	}
	return out
}

// read makes of a snapshot what a run begins with; nil where nothing of ships and yards is known.
func (b *binding) read(snap *twin.Snapshot) *start {
	if snap == nil {
		return nil
	}
	get := func(id twin.SignalID) float64 { return value(snap, id) }
	s, known := &start{}, false
	for _, p := range b.ports {
		x := portStart{stock: get(p.stock), cranes: get(p.cranes), craneRate: get(p.craneRate), moved: get(p.moved)}
		if yard := get(p.yard); yard > .01 && x.stock > 0 {
			x.room = x.stock / yard
		}
		known = known || x.stock >= 0
		s.ports = append(s.ports, x)
	}
	for _, v := range b.ships {
		x := shipStart{heading: get(v.heading), order: get(v.order), cargo: get(v.cargo)}
		lat, lon := get(v.latitude), get(v.longitude)
		if math.Abs(lat) <= math.Pi/2 && math.Abs(lon) <= 7 {
			x.known, x.at = true, Position{lat, wrap(lon)}
		}
		switch get(v.state) {
		case v.states[waiting]:
			x.state = waiting
		case v.states[handling]:
			x.state = handling
		}
		known = known || x.known
		s.ships = append(s.ships, x)
	}
	for _, v := range b.storms {
		x := stormStart{wind: get(v.wind), radius: get(v.radius) / v.perKM * 1000}
		lat, lon := get(v.latitude), get(v.longitude)
		if math.Abs(lat) <= math.Pi/2 && math.Abs(lon) <= 7 && x.wind >= 0 && x.radius >= 0 {
			x.known, x.at = true, Position{lat, wrap(lon)}
		}
		s.storms = append(s.storms, x)
	}
	if !known {
		return nil
	}
	return s
}
