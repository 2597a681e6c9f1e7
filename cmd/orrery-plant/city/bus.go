package city

import (
	"errors"
	"math"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// Bus drives round its route.
type Bus struct {
	ID         string
	Leg        int     // of the route
	AlongM     float64 // of the leg
	HaltSec    float64
	KMH        float64
	DelaySec   float64
	Passengers float64
	Rand       chance.Stream
	Sensors    site.Sensors
	city       *City
	route      []planJunction
}

var busChannels = []site.Channel{
	{Name: "east", Decimals: 1, Noise: .5, Drift: 40}, {Name: "south", Decimals: 1, Noise: .5, Drift: 40}, {Name: "heading"},
	{Name: "bus_speed", Decimals: 1, Noise: .3, Floor: true}, {Name: "passengers"}, {Name: "delay", Decimals: 1},
}

func newBus(seed uint64, id string) *Bus {
	return &Bus{ID: id, Passengers: 20, Rand: chance.New(seed, id), Sensors: site.NewSensors(chance.New(seed, id+"/sensors"), busChannels)}
}

func (b *Bus) ends() (from, to planJunction) {
	return b.route[b.Leg], b.route[(b.Leg+1)%len(b.route)]
}

// step drives on for a second.
func (b *Bus) step(hour float64) {
	from, to := b.ends()
	length := math.Hypot(to.EastM-from.EastM, to.SouthM-from.SouthM)
	if b.HaltSec > 0 {
		b.HaltSec--
		b.KMH = max(b.KMH-6, 0)
		return
	}
	target := 26.0
	if s := b.city.between(from.ID, to.ID); s != nil {
		target = min(max(s.KMH*.85, 6), 42)
	}
	b.DelaySec = max(b.DelaySec+.35*(30-target)/30, -30)
	if b.DelaySec > 900 {
		b.DelaySec -= 3 // it turns short
	}
	b.KMH += min(max(target-b.KMH, -6), 3)
	b.AlongM += b.KMH / 3.6
	if b.AlongM < length {
		return
	}
	b.AlongM, b.Leg = 0, (b.Leg+1)%len(b.route)
	b.HaltSec = math.Round(b.Rand.Uniform(8, 26))
	crowd := 14 + 34*math.Exp(-(hour-7.5)*(hour-7.5)/4) + 30*math.Exp(-(hour-16)*(hour-16)/6)
	b.Passengers = math.Round(min(max(b.Passengers+b.Rand.Uniform(-9, 9)+.2*(crowd-b.Passengers), 0), 90))
	b.DelaySec -= 6
}

// Topic implements site.Device.
func (b *Bus) Topic() string { return "buses/" + b.ID }

// Plate implements site.Device.
func (b *Bus) Plate() site.Plate { return plate("bus", "BU", busChannels) }

// Report implements site.Device. The heading counts clockwise from north.
func (b *Bus) Report(sec int64, r *site.Reading) {
	from, to := b.ends()
	e, s := to.EastM-from.EastM, to.SouthM-from.SouthM
	length := math.Hypot(e, s)
	x := b.AlongM / length
	// It keeps to the right of the middle.
	east, south := from.EastM+e*x-3*s/length, from.SouthM+s*x+3*e/length
	heading := math.Mod(math.Atan2(e, -s)*180/math.Pi+360, 360)
	b.Sensors.Read(busChannels, []float64{east, south, heading, b.KMH, b.Passengers, b.DelaySec / 60}, sec, r)
}

// Obey implements site.Device.
func (b *Bus) Obey(string, *float64) error {
	return errors.New("a bus takes no command: its driver decides")
}

// Fault implements site.Device.
func (b *Bus) Fault(kind site.FaultKind, channel string, sec int64) error {
	return b.Sensors.Fault(busChannels, kind, channel, sec)
}
