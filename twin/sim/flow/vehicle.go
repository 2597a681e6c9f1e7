package flow

import (
	"math"
	"math/rand/v2"
)

// fleet is vehicles in motion. A free vehicle goes to the part that has waited longest; of several free ones, the nearest goes.
type fleet struct {
	*Fleet
	plant    *plant
	vehicles []vehicle
	users    []*carrier
}

type vehicle struct {
	x, z float64 // where it stands, m
	busy bool
	part int32
	user *carrier
}

func newFleet(p *plant, f *Fleet) *fleet {
	return &fleet{Fleet: f, plant: p, vehicles: make([]vehicle, f.Vehicles)}
}

// carrier is a transport: a queue of parts, and the vehicles that are on their way with one.
type carrier struct {
	element
	fleet    *fleet
	items    fifo[int32]
	noise    *rand.Rand
	arrive   func(int)
	unloaded []int // vehicles that wait until someone takes their part
}

func newCarrier(b element) *carrier {
	c := &carrier{element: b, noise: b.plant.stream(b.Name, "handling")}
	c.arrive = c.arrived
	return c
}

func (c *carrier) join(f *fleet) {
	c.fleet = f
	f.users = append(f.users, c)
}

func (c *carrier) open(*link) bool { return c.Capacity == nil || c.items.len() < *c.Capacity }

func (c *carrier) accept(p int32, _ *link) bool {
	now := c.plant.k.now
	c.plant.parts[p].entered = now
	c.items.push(p)
	c.level.add(now, 1)
	c.fleet.dispatch()
	return true
}

// dispatch sends free vehicles to waiting parts.
func (f *fleet) dispatch() {
	for {
		var user *carrier
		oldest := math.Inf(1)
		for _, c := range f.users {
			if c.items.len() == 0 {
				continue
			}
			if t := f.plant.parts[*c.items.front()].entered; t < oldest {
				oldest, user = t, c
			}
		}
		if user == nil {
			return
		}
		best, near := -1, math.Inf(1)
		for i := range f.vehicles {
			if v := &f.vehicles[i]; !v.busy {
				if d := user.empty(v); d < near {
					best, near = i, d
				}
			}
		}
		if best < 0 {
			return
		}
		user.send(best, near)
	}
}

// empty is how far a vehicle is from the parts, m.
func (c *carrier) empty(v *vehicle) float64 {
	if len(c.Pick) == 2 {
		return math.Hypot(v.x-c.Pick[0], v.z-c.Pick[1])
	}
	if v.user == nil {
		return 0
	}
	return float64(c.Length) // it comes back empty from where it brought the last
}

// loaded is how far parts are carried, m.
func (c *carrier) loaded() float64 {
	if c.Length == 0 && len(c.Pick) == 2 {
		return math.Hypot(c.Pick[0]-c.Drop[0], c.Pick[1]-c.Drop[1])
	}
	return float64(c.Length)
}

// send lets a vehicle fetch the first part and bring it.
func (c *carrier) send(i int, empty float64) {
	v := &c.fleet.vehicles[i]
	v.busy, v.user, v.part = true, c, c.items.pop()
	sec := (empty + c.loaded()) / float64(c.fleet.Speed)
	sec += c.Load.Sample(c.noise) + c.Unload.Sample(c.noise)
	c.plant.k.After(sec, c.arrive, i)
	c.wake()
}

func (c *carrier) arrived(i int) {
	v := &c.fleet.vehicles[i]
	if len(c.Drop) == 2 {
		v.x, v.z = c.Drop[0], c.Drop[1]
	}
	c.unloaded = append(c.unloaded, i)
	c.hand()
}

// hand lets vehicles unload in the order in which they came.
func (c *carrier) hand() {
	for len(c.unloaded) > 0 {
		i := c.unloaded[0]
		if !c.pass(c.fleet.vehicles[i].part) {
			return
		}
		c.unloaded = c.unloaded[1:]
		c.level.add(c.plant.k.now, -1)
		c.fleet.vehicles[i].busy = false
		c.fleet.dispatch()
	}
}

func (c *carrier) retry(*link) { c.hand() }
func (c *carrier) begin()      { c.fleet.dispatch() }

func (c *carrier) fill(n int) {
	for range n {
		c.items.push(c.plant.create(-1, 0))
		c.level.add(0, 1)
	}
}
