package supply

import (
	"fmt"
	"math"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// The states of a port, as numbered in the telemetry.
const (
	open = iota
	windHold
	closed
)

// Wind limits, m/s.
const (
	craneWind = 20
	portWind  = 25
)

// Port handles ships.
type Port struct {
	ID       string
	Lon, Lat float64
	Berths   int
	PerCrane float64 // containers per hour
	Yard     float64 // TEU that fit

	Cranes  float64 // at work, as ordered
	Stock   float64
	Moved   float64 // TEU since the epoch
	WindMS  float64
	Rand    chance.Stream
	Gust    chance.OU
	Land    chance.OU
	Sensors site.Sensors
	chain   *Chain
}

var portChannels = []site.Channel{
	{Name: "stock"}, {Name: "yard", Decimals: 1}, {Name: "port_state"}, {Name: "berths"}, {Name: "queue"}, {Name: "cranes"}, {Name: "crane_rate", Decimals: 1, Noise: .4, Floor: true},
	{Name: "wind", Decimals: 1, Noise: .3, Bias: .2, Drift: 4, Floor: true}, {Name: "moved"},
}

func newPort(seed uint64, id string, lon, lat float64, berths int, yard float64) *Port {
	r := chance.New(seed, id)
	return &Port{ID: id, Lon: lon, Lat: lat, Berths: berths, PerCrane: r.Uniform(26, 34), Yard: yard, Cranes: float64(3 * berths), Stock: yard * r.Uniform(.45, .7), Rand: r,
		Sensors: site.NewSensors(chance.New(seed, id+"/sensors"), portChannels)}
}

func (p *Port) at(state int) (n int) {
	for _, s := range p.chain.Ships {
		if s.State == state && s.service[s.At].port == p.ID {
			n++
		}
	}
	return n
}

func (p *Port) free() int { return p.Berths - p.at(handling) }

func (p *Port) state() int {
	switch {
	case p.WindMS > portWind:
		return closed
	case p.WindMS > craneWind:
		return windHold
	}
	return open
}

// share is how many containers an hour a ship at a berth gets.
func (p *Port) share() float64 {
	if p.state() != open || p.at(handling) == 0 {
		return 0
	}
	full := 1 - .7*max(p.Stock/p.Yard-.9, 0)/.1 // a full yard has no way for trucks
	return min(p.Cranes/float64(p.at(handling)), 6) * p.PerCrane * max(full, .1)
}

// rate is what each crane does now, containers per hour.
func (p *Port) rate() float64 {
	if p.state() != open || p.at(handling) == 0 {
		return 0
	}
	return p.PerCrane * (1 + .05*p.Gust.X)
}

var (
	gustKeep, gustKick = chance.OUStep(60, 5*3600)
	landKeep, landKick = chance.OUStep(60, 30*3600)
)

// step lives through a minute: wind, and trucks and trains that level the yard.
func (p *Port) step() {
	p.Gust.Step(gustKeep, gustKick, p.Rand)
	p.Land.Step(landKeep, landKick, p.Rand)
	p.WindMS = max(p.chain.windAt(p.Lon, p.Lat)+1.8*p.Gust.X, 0)
	p.Stock = min(max(p.Stock+(.55*p.Yard-p.Stock)/(4*1440)+.00006*p.Yard*p.Land.X, 0), p.Yard*1.05)
}

// Topic implements site.Device.
func (p *Port) Topic() string { return "ports/" + p.ID }

// Plate implements site.Device.
func (p *Port) Plate() site.Plate { return plate("port", "UN", portChannels) }

// Report implements site.Device.
func (p *Port) Report(sec int64, r *site.Reading) {
	truth := []float64{math.Round(p.Stock), 100 * p.Stock / p.Yard, float64(p.state()), float64(p.at(handling)), float64(p.at(waiting)), p.Cranes, p.rate(), p.WindMS, math.Round(p.Moved)}
	p.Sensors.Read(portChannels, truth, sec, r)
	if p.rate() == 0 {
		r.Value[6] = 0
	}
}

// Obey implements site.Device: cranes at work.
func (p *Port) Obey(name string, value *float64) error {
	if name != "cranes" {
		return fmt.Errorf("unknown command %.40q: known is cranes", name)
	}
	v, err := site.Within(name, value, 1, 24)
	if err != nil {
		return err
	}
	p.Cranes = math.Round(v)
	return nil
}

// Fault implements site.Device.
func (p *Port) Fault(kind site.FaultKind, channel string, sec int64) error {
	return p.Sensors.Fault(portChannels, kind, channel, sec)
}

func plate(kind, serial string, channels []site.Channel) site.Plate {
	names, decimals := site.Columns(channels)
	return site.Plate{Kind: kind, Serial: serial, Firmware: "7.2", Channels: names, Decimals: decimals}
}
