package supply

import (
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// The states of a ship, as numbered in the telemetry.
const (
	sailing = iota
	waiting
	handling
)

// Ship sails one service for ever.
type Ship struct {
	ID       string
	Size     float64 // TEU that it carries when full
	OrderKN  float64 // speed that the master is told to keep
	Forward  bool    // along the service
	At       int     // index of the point that it left
	AlongNM  float64
	State    int
	SpeedKN  float64
	Cargo    float64
	ToUnload float64
	ToLoad   float64
	Rand     chance.Stream
	Sea      chance.OU
	Sensors  site.Sensors
	service  []point
	chain    *Chain
}

var shipChannels = []site.Channel{
	{Name: "longitude", Decimals: 4, Noise: .0004, Drift: .5}, {Name: "latitude", Decimals: 4, Noise: .0004, Drift: .5}, {Name: "heading"},
	{Name: "speed", Decimals: 1, Noise: .08, Drift: 3, Floor: true}, {Name: "speed_order", Decimals: 1}, {Name: "ship_state"},
	{Name: "cargo"}, {Name: "eta", Decimals: 1}, {Name: "wave", Decimals: 1, Noise: .1, Floor: true},
}

func newShip(seed uint64, id string, size float64, service []point, from int) *Ship {
	r := chance.New(seed, id)
	s := &Ship{ID: id, Size: size, OrderKN: math.Round(r.Uniform(16, 20)), Forward: r.Float64() < .5, At: from, Rand: r, Cargo: size * r.Uniform(.5, .9), service: service,
		Sensors: site.NewSensors(chance.New(seed, id+"/sensors"), shipChannels)}
	if s.At == 0 {
		s.Forward = true
	}
	if s.At == len(service)-1 {
		s.Forward = false
	}
	s.SpeedKN = s.OrderKN
	return s
}

// next is the point that it sails to.
func (s *Ship) next() int {
	if s.Forward {
		return s.At + 1
	}
	return s.At - 1
}

// place is where it is, degrees.
func (s *Ship) place() (lon, lat float64) {
	a := s.service[s.At]
	if s.State != sailing {
		return a.lon, a.lat
	}
	b := s.service[s.next()]
	return between(a, b, s.AlongNM/distance(a, b))
}

var seaKeep, seaKick = chance.OUStep(60, 8*3600)

// step sails or works for a minute.
func (s *Ship) step() {
	s.Sea.Step(seaKeep, seaKick, s.Rand)
	if s.State != sailing {
		s.SpeedKN = max(s.SpeedKN-2, 0)
		s.work()
		return
	}
	lon, lat := s.place()
	wind := s.chain.windAt(lon, lat)
	target := s.OrderKN * (1 - .025*max(wind-11, 0)) * (1 + .02*s.Sea.X)
	s.SpeedKN += (max(target, 4) - s.SpeedKN) / 15
	s.AlongNM += s.SpeedKN / 60
	if leg := distance(s.service[s.At], s.service[s.next()]); s.AlongNM >= leg {
		s.AlongNM -= leg
		s.At = s.next()
		if end := s.At == 0 || s.At == len(s.service)-1; end {
			s.Forward = s.At == 0
		}
		if s.service[s.At].port != "" {
			s.AlongNM, s.State = 0, waiting
			s.ToUnload, s.ToLoad = s.Cargo*s.Rand.Uniform(.3, .6), 0
		}
	}
}

// work waits for a berth, then unloads and loads.
func (s *Ship) work() {
	p := s.chain.port(s.service[s.At].port)
	if s.State == waiting {
		if p.free() > 0 && p.state() != closed {
			s.State, s.ToLoad = handling, min(s.ToUnload*s.Rand.Uniform(.8, 1.25), s.Size-s.Cargo+s.ToUnload, p.Stock*.5)
		}
		return
	}
	n := p.share() / 60
	if out := min(n, s.ToUnload); out > 0 {
		s.ToUnload, s.Cargo, p.Stock = s.ToUnload-out, s.Cargo-out, p.Stock+out
		p.Moved += out
		return
	}
	if in := min(n, s.ToLoad, p.Stock); in > 0 {
		s.ToLoad, s.Cargo, p.Stock = s.ToLoad-in, s.Cargo+in, p.Stock-in
		p.Moved += in
		return
	}
	if n > 0 {
		s.State, s.AlongNM = sailing, 0
	}
}

// eta is how many hours are left to the next port, at the present speed.
func (s *Ship) eta() float64 {
	if s.State != sailing {
		return 0
	}
	left := -s.AlongNM
	for at, to := s.At, s.next(); ; {
		left += distance(s.service[at], s.service[to])
		if s.service[to].port != "" {
			break
		}
		at, to = to, 2*to-at
	}
	return left / max(s.SpeedKN, 3)
}

// Topic implements site.Device.
func (s *Ship) Topic() string { return "ships/" + s.ID }

// Plate implements site.Device.
func (s *Ship) Plate() site.Plate { return plate("ship", "IMO", shipChannels) }

// Report implements site.Device. The heading counts clockwise from north.
func (s *Ship) Report(sec int64, r *site.Reading) {
	lon, lat := s.place()
	a, b := s.service[s.At], s.service[s.next()]
	heading := math.Mod(math.Atan2(wrap(b.lon-a.lon)*math.Cos(lat*math.Pi/180), b.lat-a.lat)*180/math.Pi+360, 360)
	truth := []float64{lon, lat, heading, s.SpeedKN, s.OrderKN, float64(s.State), s.Cargo, s.eta(), .8 + .02*math.Pow(s.chain.windAt(lon, lat), 1.8)}
	s.Sensors.Read(shipChannels, truth, sec, r)
}

// Obey implements site.Device: speed in kn.
func (s *Ship) Obey(name string, value *float64) error {
	if name != "speed" {
		return fmt.Errorf("unknown command %.40q: known is speed", name)
	}
	v, err := site.Within(name, value, 8, 24)
	if err != nil {
		return err
	}
	s.OrderKN = v
	return nil
}

// Fault implements site.Device.
func (s *Ship) Fault(kind site.FaultKind, channel string, sec int64) error {
	return s.Sensors.Fault(shipChannels, kind, channel, sec)
}
