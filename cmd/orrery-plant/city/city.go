package city

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

//go:embed streets.json
var streets []byte

// plan is the public street plan.
type plan struct {
	Junctions []planJunction `json:"junctions"`
	Streets   []planStreet   `json:"streets"`
	Buses     []struct {
		ID    string   `json:"id"`
		Route []string `json:"route"`
	} `json:"buses"`
	Marathon []string `json:"marathon"`
}

type planJunction struct {
	ID     string  `json:"id"`
	EastM  float64 `json:"east_m"`
	SouthM float64 `json:"south_m"`
	Signal bool    `json:"signal"`
}

type planStreet struct {
	ID, Class, From, To string
	Lanes               int
	SpeedKMH            float64 `json:"speed_kmh"`
	LengthM             float64 `json:"length_m"`
	Bridge              bool
}

var theplan = sync.OnceValue(func() (p plan) {
	if err := json.Unmarshal(streets, &p); err != nil {
		panic(err) // it is embedded
	}
	return p
})

func (p plan) junction(id string) planJunction {
	return p.Junctions[slices.IndexFunc(p.Junctions, func(j planJunction) bool { return j.ID == id })]
}

// City is the district. Make it with New or Restore.
type City struct {
	site.Clock
	Seed      uint64
	Streets   []*Street
	Junctions []*Junction
	Buses     []*Bus
	Air       []*Station
	RaceDay   int64 // of the marathon, since the epoch
	Wind      chance.OU
	Rand      chance.Stream
	pairs     map[[2]string]*Street
}

// places of the air stations, metres east and south.
var places = [][2]float64{{-150, -150}, {70, 20}, {190, 200}}

// New makes a city at the epoch.
func New(seed uint64, epoch time.Time) *City {
	c := &City{Clock: site.Clock{Epoch: epoch.UTC().Truncate(24 * time.Hour)}, Seed: seed, RaceDay: 6, Rand: chance.New(seed, "city")}
	p := theplan()
	for _, s := range p.Streets {
		c.Streets = append(c.Streets, newStreet(seed, s))
	}
	for _, j := range p.Junctions {
		if j.Signal {
			c.Junctions = append(c.Junctions, newJunction(seed, j.ID))
		}
	}
	for _, b := range p.Buses {
		c.Buses = append(c.Buses, newBus(seed, b.ID))
	}
	for i, at := range places {
		c.Air = append(c.Air, newStation(seed, fmt.Sprintf("air%d", i+1), at[0], at[1]))
	}
	c.join()
	return c
}

// join makes what follows from the plan, and is not saved.
func (c *City) join() {
	p := theplan()
	c.pairs = map[[2]string]*Street{}
	for i, s := range c.Streets {
		s.row = p.Streets[i]
		from, to := p.junction(s.row.From), p.junction(s.row.To)
		s.midM = [2]float64{(from.EastM + to.EastM) / 2, (from.SouthM + to.SouthM) / 2}
		c.pairs[[2]string{s.row.From, s.row.To}], c.pairs[[2]string{s.row.To, s.row.From}] = s, s
	}
	touches := func(s *Street, id string) bool { return s.row.From == id || s.row.To == id }
	for _, s := range c.Streets {
		s.near = nil
		for _, o := range c.Streets {
			meet := touches(o, s.row.From) || touches(o, s.row.To)
			if s.row.Bridge {
				meet = o.row.Bridge // who has to cross the river looks for another bridge
			}
			if o != s && meet {
				s.near = append(s.near, o)
			}
		}
	}
	for _, j := range c.Junctions {
		j.arms = nil
		for _, s := range c.Streets {
			if touches(s, j.ID) {
				j.arms = append(j.arms, s)
			}
		}
	}
	for i, b := range c.Buses {
		b.city, b.route = c, nil
		for _, id := range p.Buses[i].Route {
			b.route = append(b.route, p.junction(id))
		}
	}
	for _, a := range c.Air {
		a.city = c
	}
}

func (c *City) between(from, to string) *Street { return c.pairs[[2]string{from, to}] }

var windKeep, windKick = chance.OUStep(10, 6*3600)

// Advance implements site.Site.
func (c *City) Advance(to int64) {
	for c.Sec < to {
		c.step()
	}
}

// step moves buses every second, the rest every tenth.
func (c *City) step() {
	c.Sec++
	now := c.Now()
	hour := float64(c.Sec%86400) / 3600
	for _, b := range c.Buses {
		b.step(hour)
	}
	if c.Sec%10 != 0 {
		return
	}
	weekend := now.Weekday() == time.Saturday || now.Weekday() == time.Sunday
	c.Wind.Step(windKeep, windKick, c.Rand)
	run := c.Sec/86400 == c.RaceDay && hour >= 7 && hour < 14
	demand, extra := make([]float64, len(c.Streets)), map[*Street]float64{}
	for i, s := range c.Streets {
		s.Marathon = run && slices.Contains(theplan().Marathon, s.ID)
		demand[i] = s.wanted(hour, weekend)
		if !s.shut() {
			continue
		}
		open := slices.DeleteFunc(slices.Clone(s.near), (*Street).shut)
		for _, o := range open {
			extra[o] += .8 * demand[i] / float64(len(open))
		}
	}
	greens := c.greens()
	for i, s := range c.Streets {
		s.step(c.Sec, demand[i], extra[s], greens[i])
	}
	for _, j := range c.Junctions {
		j.step()
	}
	for _, a := range c.Air {
		a.step(hour)
	}
}

// greens are the shares of capacity that signals leave, by street: 1 at an even split.
func (c *City) greens() []float64 {
	out := make([]float64, len(c.Streets))
	for i, s := range c.Streets {
		out[i] = 1
		for _, j := range c.Junctions {
			if s.row.From == j.ID || s.row.To == j.ID {
				out[i] = min(out[i], 2*j.green(s)*cycleSec/(cycleSec-2*clearSec))
			}
		}
	}
	return out
}

// Devices implements site.Site.
func (c *City) Devices() []site.Device {
	var out []site.Device
	for _, d := range c.Streets {
		out = append(out, d)
	}
	for _, d := range c.Junctions {
		out = append(out, d)
	}
	for _, d := range c.Buses {
		out = append(out, d)
	}
	for _, d := range c.Air {
		out = append(out, d)
	}
	return out
}

type saved struct {
	Version int
	Plant   string
	City    *City
}

// Save implements site.Site.
func (c *City) Save() ([]byte, error) { return json.Marshal(saved{1, "city", c}) }

// Restore makes a city of what Save returned.
func Restore(b []byte) (*City, error) {
	var s saved
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	c, bad := s.City, fmt.Errorf("state: not a state of this version of the city")
	if s.Version != 1 || s.Plant != "city" || c == nil || !c.Rand.Ready() {
		return nil, bad
	}
	fresh := New(c.Seed, c.Epoch)
	if len(c.Streets) != len(fresh.Streets) || len(c.Junctions) != len(fresh.Junctions) || len(c.Buses) != len(fresh.Buses) || len(c.Air) != len(fresh.Air) {
		return nil, bad
	}
	for i, x := range c.Streets {
		if x == nil || x.ID != fresh.Streets[i].ID || !x.Rand.Ready() || !x.Sensors.Fits(streetChannels) {
			return nil, bad
		}
	}
	for i, x := range c.Junctions {
		if x == nil || x.ID != fresh.Junctions[i].ID || !x.Sensors.Fits(junctionChannels) {
			return nil, bad
		}
	}
	for i, x := range c.Buses {
		if x == nil || x.ID != fresh.Buses[i].ID || !x.Rand.Ready() || !x.Sensors.Fits(busChannels) || x.Leg < 0 || x.Leg >= len(fresh.Buses[i].route) {
			return nil, bad
		}
	}
	for _, x := range c.Air {
		if x == nil || !x.Sensors.Fits(airChannels) {
			return nil, bad
		}
	}
	c.join()
	return c, nil
}
