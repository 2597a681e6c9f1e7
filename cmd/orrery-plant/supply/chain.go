package supply

import (
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// point is a point of a service, degrees; some are ports.
type point struct {
	lon, lat float64
	port     string
}

// wrap brings a difference of longitudes into −180 … 180.
func wrap(d float64) float64 { return math.Mod(d+540, 360) - 180 }

// distance in nautical miles by the haversine formula.
func distance(a, b point) float64 {
	const deg = math.Pi / 180
	sinA, sinB := math.Sin((b.lat-a.lat)*deg/2), math.Sin(wrap(b.lon-a.lon)*deg/2)
	return 2 * 3440.07 * math.Asin(math.Sqrt(sinA*sinA+math.Cos(a.lat*deg)*math.Cos(b.lat*deg)*sinB*sinB))
}

// between is the point at a share of the way on the chart.
func between(a, b point, share float64) (lon, lat float64) {
	return wrap(a.lon + share*wrap(b.lon-a.lon)), a.lat + share*(b.lat-a.lat)
}

// Chain is ports, ships and weather. Make it with New or Restore.
type Chain struct {
	site.Clock
	Seed   uint64
	Ports  []*Port
	Ships  []*Ship
	Storms []*Storm
	Rand   chance.Stream
	Calm   chance.OU
	byID   map[string]*Port
}

// New makes a chain at the epoch.
func New(seed uint64, epoch time.Time) *Chain {
	c := &Chain{Clock: site.Clock{Epoch: epoch.UTC().Truncate(24 * time.Hour)}, Seed: seed, Rand: chance.New(seed, "chain")}
	for _, p := range ports {
		c.Ports = append(c.Ports, newPort(seed, p.port, p.lon, p.lat, p.berths, p.yard))
	}
	for i, s := range fleet {
		service := services[s.service]
		c.Ships = append(c.Ships, newShip(seed, fmt.Sprintf("S%02d", i+1), s.size, service, s.from%len(service)))
	}
	for i := range tracks {
		c.Storms = append(c.Storms, newStorm(seed, i))
	}
	c.join()
	return c
}

// join makes what is not saved.
func (c *Chain) join() {
	c.byID = map[string]*Port{}
	for _, p := range c.Ports {
		p.chain, c.byID[p.ID] = c, p
	}
	for i, s := range c.Ships {
		s.chain, s.service = c, services[fleet[i].service]
	}
	for i, s := range c.Storms {
		s.chain, s.track = c, tracks[i].track
	}
}

func (c *Chain) port(id string) *Port { return c.byID[id] }

// windAt is the wind at a place, m/s: what always blows and the storms.
func (c *Chain) windAt(lon, lat float64) float64 {
	w := 6 + 2.2*math.Sin(lon/23+float64(c.Sec)/140000) + .04*math.Abs(lat) + 1.2*c.Calm.X
	for _, s := range c.Storms {
		w = math.Hypot(w, s.windAt(lon, lat))
	}
	return w
}

var calmKeep, calmKick = chance.OUStep(60, 12*3600)

// Advance implements site.Site.
func (c *Chain) Advance(to int64) {
	for c.Sec < to {
		c.Sec++
		if c.Sec%60 == 0 {
			c.minute()
		}
	}
}

func (c *Chain) minute() {
	c.Calm.Step(calmKeep, calmKick, c.Rand)
	for _, p := range c.Ports {
		p.step()
	}
	for _, s := range c.Ships {
		s.step()
	}
}

// Devices implements site.Site.
func (c *Chain) Devices() []site.Device {
	var out []site.Device
	for _, d := range c.Ports {
		out = append(out, d)
	}
	for _, d := range c.Ships {
		out = append(out, d)
	}
	for _, d := range c.Storms {
		out = append(out, d)
	}
	return out
}

type saved struct {
	Version int
	Plant   string
	Chain   *Chain
}

// Save implements site.Site.
func (c *Chain) Save() ([]byte, error) { return json.Marshal(saved{1, "supply", c}) }

// Restore makes a chain of what Save returned.
func Restore(b []byte) (*Chain, error) {
	var s saved
	if err := json.Unmarshal(b, &s); err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	c := s.Chain
	whole := s.Version == 1 && s.Plant == "supply" && c != nil && c.Rand.Ready() && len(c.Ports) == len(ports) && len(c.Ships) == len(fleet) && len(c.Storms) == len(tracks)
	for i := 0; whole && i < len(ports); i++ {
		p := c.Ports[i]
		whole = p != nil && p.ID == ports[i].port && p.Rand.Ready() && p.Sensors.Fits(portChannels)
	}
	for i := 0; whole && i < len(fleet); i++ {
		x := c.Ships[i]
		n := len(services[fleet[i].service])
		whole = x != nil && x.Rand.Ready() && x.Sensors.Fits(shipChannels) && x.At >= 0 && x.At < n && (x.At > 0 || x.Forward) && (x.At < n-1 || !x.Forward)
	}
	for i := 0; whole && i < len(tracks); i++ {
		whole = c.Storms[i] != nil && c.Storms[i].Sensors.Fits(stormChannels)
	}
	if !whole {
		return nil, fmt.Errorf("state: not a state of this version of the chain")
	}
	c.join()
	return c, nil
}
