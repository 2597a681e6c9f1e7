package city

import (
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// Street is one street, both ways together. What is drawn from the seed never leaves the plant.
type Street struct {
	ID       string
	Capacity float64 // vehicles per hour
	Share    float64 // of the demand at peak, by capacity
	Morning  float64 // how much more of it goes in the morning than in the evening
	Alpha    float64 // of the volume-delay function
	Beta     float64
	FreeKMH  float64

	LimitKMH float64
	Closed   bool
	Marathon bool // closed by the marathon now
	Blocked  int64
	Lanes    float64 // share that is free after an accident
	Queue    float64 // vehicles
	Flow     float64 // vehicles per hour
	KMH      float64
	Rand     chance.Stream
	Mood     chance.OU
	Sensors  site.Sensors
	row      planStreet
	near     []*Street
	midM     [2]float64 // east and south
}

var streetChannels = []site.Channel{
	{Name: "flow", Noise: 12, Drift: 300, Floor: true}, {Name: "speed", Decimals: 1, Noise: .7, Bias: .4, Drift: 10, Floor: true},
	{Name: "occupancy", Decimals: 1, Noise: .3, Drift: 10, Floor: true}, {Name: "access"}, {Name: "speed_limit"},
}

func newStreet(seed uint64, p planStreet) *Street {
	r := chance.New(seed, p.ID)
	perLane := map[string]float64{"motorway": 1900, "ramp": 1300, "avenue": 820, "street": 620}[p.Class]
	ways := 2.0
	if p.Class == "ramp" {
		ways = 1
	}
	s := &Street{ID: p.ID, Capacity: perLane * float64(p.Lanes) * ways * r.Uniform(.92, 1.05), Share: r.Uniform(.6, 1), Morning: r.Uniform(-.22, .22),
		Alpha: r.Uniform(.25, .6), Beta: r.Uniform(3, 5), FreeKMH: p.SpeedKMH * r.Uniform(.9, 1), LimitKMH: p.SpeedKMH, Lanes: 1, KMH: p.SpeedKMH * .9, Rand: r, row: p}
	if p.Bridge {
		s.Share = r.Uniform(.98, 1.12)
	}
	s.Sensors = site.NewSensors(chance.New(seed, p.ID+"/sensors"), streetChannels)
	return s
}

// shut says whether nobody may drive here.
func (s *Street) shut() bool { return s.Closed || s.Marathon }

// wanted is how many vehicles per hour want to pass at an hour of the day.
func (s *Street) wanted(hour float64, weekend bool) float64 {
	bump := func(at, width float64) float64 { return math.Exp(-(hour - at) * (hour - at) / (2 * width * width)) }
	v := .10 + .46*bump(13, 3.6) + (.62+s.Morning)*bump(7.4, 1.1) + (.66-s.Morning)*bump(16.2, 1.5) + .2*bump(20, 2)
	if weekend {
		v = .08 + .62*bump(14, 4) + .2*bump(20.5, 2)
	}
	return max(v*(1+.12*s.Mood.X), .02) * s.Share * s.Capacity
}

var moodKeep, moodKick = chance.OUStep(10, 1200)

// step moves the street on by ten seconds; extra is what comes from closed streets nearby, in vehicles per hour, and green
// the share of its capacity that the signals leave.
func (s *Street) step(sec int64, demand, extra, green float64) {
	s.Mood.Step(moodKeep, moodKick, s.Rand)
	if s.Rand.Float64() < 10/(60*86400.0) && sec > s.Blocked {
		s.Blocked, s.Lanes = sec+int64(s.Rand.Uniform(1200, 4800)), s.Rand.Uniform(.2, .5)
	}
	if sec >= s.Blocked {
		s.Lanes = 1
	}
	if s.shut() {
		s.Queue, s.Flow, s.KMH = max(s.Queue-1, 0), s.Flow*.7, max(s.KMH*.8, 0)
		return
	}
	capacity := s.Capacity * s.Lanes * green
	come := demand + extra
	room := s.row.LengthM / 7 * float64(s.row.Lanes) * 2
	pass := min(come+s.Queue*360, capacity)
	s.Queue = min(max(s.Queue+(come-pass)/360, 0), room)
	s.Flow += (pass - s.Flow) / 6
	free := min(s.FreeKMH, s.LimitKMH*.97)
	kmh := free / (1 + s.Alpha*math.Pow(min(pass/capacity, 1.2), s.Beta)) * (1 - .82*math.Min(s.Queue/room, 1))
	s.KMH += (max(kmh, 4) - s.KMH) / 4
}

// occupancy is the share of time in which a vehicle stands over the loop, %: density by the 6.5 m that it covers.
func (s *Street) occupancy() float64 {
	ways := float64(s.row.Lanes) * 2
	if s.shut() {
		return 0
	}
	return min(s.Flow/ways/max(s.KMH, 3)*6.5/10, 95)
}

// Topic implements site.Device.
func (s *Street) Topic() string { return "streets/" + s.ID }

// Plate implements site.Device.
func (s *Street) Plate() site.Plate { return plate("loop detector", "LD", streetChannels) }

// Report implements site.Device.
func (s *Street) Report(sec int64, r *site.Reading) {
	access, flow, kmh := 0.0, s.Flow, s.KMH
	switch {
	case s.shut():
		access, flow, kmh = 1, 0, 0
	case sec < s.Blocked:
		access = 2
	}
	s.Sensors.Read(streetChannels, []float64{flow, kmh, s.occupancy(), access, s.LimitKMH}, sec, r)
	if s.shut() { // nothing crosses the loops
		r.Value[0], r.Value[1], r.Value[2] = 0, 0, 0
	}
}

// Obey implements site.Device: speed_limit in km/h, close, open.
func (s *Street) Obey(name string, value *float64) error {
	switch name {
	case "speed_limit":
		v, err := site.Within(name, value, 20, 120)
		if err != nil {
			return err
		}
		s.LimitKMH = v
	case "close":
		s.Closed = true
	case "open":
		s.Closed = false
	default:
		return fmt.Errorf("unknown command %.40q: known are speed_limit, close and open", name)
	}
	return nil
}

// Fault implements site.Device.
func (s *Street) Fault(kind site.FaultKind, channel string, sec int64) error {
	return s.Sensors.Fault(streetChannels, kind, channel, sec)
}

func plate(kind, serial string, channels []site.Channel) site.Plate {
	names, decimals := site.Columns(channels)
	return site.Plate{Kind: kind, Serial: serial, Firmware: "3.0.4", Channels: names, Decimals: decimals}
}
