package city

import (
	"errors"
	"math"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// Station measures the air.
type Station struct {
	ID      string
	EastM   float64
	SouthM  float64
	NO2     float64
	Dust    float64
	TempC   float64
	Sensors site.Sensors
	city    *City
}

var airChannels = []site.Channel{
	{Name: "no2", Decimals: 1, Noise: .8, Bias: 1, Drift: 10, Floor: true}, {Name: "pm25", Decimals: 1, Noise: .4, Bias: .5, Drift: 5, Floor: true},
	{Name: "air_temp", Decimals: 1, Noise: .1, Bias: .3, Drift: 4},
}

func newStation(seed uint64, id string, east, south float64) *Station {
	return &Station{ID: id, EastM: east, SouthM: south, NO2: 20, Dust: 8, TempC: 5, Sensors: site.NewSensors(chance.New(seed, id+"/sensors"), airChannels)}
}

// step follows the traffic nearby and the wind for ten seconds.
func (a *Station) step(hour float64) {
	near := 0.0
	for _, s := range a.city.Streets {
		d := math.Hypot(s.midM[0]-a.EastM, s.midM[1]-a.SouthM)
		near += s.Flow * (1 + .8*min(s.Queue/20, 1)) / (1 + d*d/8000)
	}
	wind := math.Exp(.35 * a.city.Wind.X)
	a.NO2 += (6 + .0026*near/wind - a.NO2) / 60
	a.Dust += (4 + .0009*near/wind - a.Dust) / 120
	a.TempC += (6 - 4*math.Cos(2*math.Pi*(hour-2)/24) + 2*a.city.Wind.X - a.TempC) / 200
}

// Topic implements site.Device.
func (a *Station) Topic() string { return "air/" + a.ID }

// Plate implements site.Device.
func (a *Station) Plate() site.Plate { return plate("air station", "AQ", airChannels) }

// Report implements site.Device.
func (a *Station) Report(sec int64, r *site.Reading) {
	a.Sensors.Read(airChannels, []float64{a.NO2, a.Dust, a.TempC}, sec, r)
}

// Obey implements site.Device.
func (a *Station) Obey(string, *float64) error { return errors.New("an air station takes no command") }

// Fault implements site.Device.
func (a *Station) Fault(kind site.FaultKind, channel string, sec int64) error {
	return a.Sensors.Fault(airChannels, kind, channel, sec)
}
