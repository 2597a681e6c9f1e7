package supply

import (
	"errors"
	"math"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// Storm moves along its track again and again, with a pause between.
type Storm struct {
	ID      string
	Sensors site.Sensors
	track   []fix
	chain   *Chain
}

// fix is where a storm is at a day of its round, and its strongest wind, m/s.
type fix struct{ day, lon, lat, wind float64 }

// roundDays is how long a storm takes to come again.
const roundDays = 11

var tracks = []struct {
	id    string
	track []fix
}{
	{"low", []fix{{0, -62, 40, 8}, {5, -62, 40, 8}, {6, -48, 43, 17}, {7, -30, 48, 26}, {7.8, -12, 52, 33}, {8.5, 3, 53.5, 35}, {9.2, 12, 56, 26}, {10, 25, 60, 12}, {11, 30, 62, 6}}},
	{"typhoon", []fix{{0, 150, 12, 10}, {2, 142, 15, 20}, {3.5, 134, 19, 34}, {5, 127, 25, 42}, {5.8, 124, 30, 36}, {6.6, 128, 35, 24}, {8, 142, 41, 12}, {11, 160, 45, 6}}},
}

var stormChannels = []site.Channel{
	{Name: "longitude", Decimals: 2, Noise: .02}, {Name: "latitude", Decimals: 2, Noise: .02}, {Name: "wind", Decimals: 1, Noise: .4, Floor: true}, {Name: "radius", Noise: 3, Floor: true},
}

func newStorm(seed uint64, i int) *Storm {
	return &Storm{ID: tracks[i].id, track: tracks[i].track, Sensors: site.NewSensors(chance.New(seed, tracks[i].id+"/sensors"), stormChannels)}
}

func (s *Storm) now() fix {
	day := math.Mod(float64(s.chain.Sec)/86400, roundDays)
	for i := 1; i < len(s.track); i++ {
		if a, b := s.track[i-1], s.track[i]; day <= b.day {
			x := (day - a.day) / (b.day - a.day)
			return fix{day, a.lon + x*(b.lon-a.lon), a.lat + x*(b.lat-a.lat), a.wind + x*(b.wind-a.wind)}
		}
	}
	return s.track[len(s.track)-1]
}

// radiusKM is where its wind is a third of the strongest.
func (f fix) radiusKM() float64 { return 240 + 9*f.wind }

// windAt is what the storm adds at a place, m/s.
func (s *Storm) windAt(lon, lat float64) float64 {
	f := s.now()
	d := 1.852 * distance(point{lon: lon, lat: lat}, point{lon: f.lon, lat: f.lat}) / f.radiusKM()
	return f.wind * math.Exp(-1.1*d*d)
}

// Topic implements site.Device.
func (s *Storm) Topic() string { return "weather/" + s.ID }

// Plate implements site.Device.
func (s *Storm) Plate() site.Plate { return plate("storm", "WX", stormChannels) }

// Report implements site.Device.
func (s *Storm) Report(sec int64, r *site.Reading) {
	f := s.now()
	s.Sensors.Read(stormChannels, []float64{f.lon, f.lat, f.wind, f.radiusKM()}, sec, r)
}

// Obey implements site.Device.
func (s *Storm) Obey(string, *float64) error { return errors.New("the weather takes no command") }

// Fault implements site.Device.
func (s *Storm) Fault(kind site.FaultKind, channel string, sec int64) error {
	return s.Sensors.Fault(stormChannels, kind, channel, sec)
}
