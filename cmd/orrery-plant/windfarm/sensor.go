package windfarm

import (
	"fmt"
	"math"
	"slices"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
)

// Channels are the signals of a turbine in the order of the log, as they are named in the telemetry.
var Channels = []string{"wind_speed", "ambient_temp", "power", "power_limit", "state", "rotor_speed", "pitch", "yaw",
	"gen_speed", "oil_temp", "bearing_temp", "vibration"}

// Decimals is how many digits after the point each channel is reported with.
var Decimals = []int{2, 2, 1, 1, 0, 3, 2, 2, 1, 2, 2, 3}

// Sensors is what stands between the truth and the telemetry.
type Sensors struct {
	Rand   chance.Stream
	Bias   [12]float64
	Gain   [12]float64
	Faults [12]site.FaultKind
	Since  [12]int64
	Last   [12]float64
}

// noise and bias of the sensors, one standard deviation in the unit of the telemetry; wind and power relative.
var (
	sensorNoise = [12]float64{.025, .12, .006, 0, 0, .004, .03, .1, .6, .15, .18, .035}
	sensorBias  = [12]float64{.015, .25, .004, 0, 0, 0, .05, .5, 0, .3, .35, .01}
)

var relative = [12]bool{0: true, 2: true, 11: true}

func newSensors(r chance.Stream) Sensors {
	s := Sensors{Rand: r}
	for i := range s.Bias {
		s.Gain[i] = 1
		if relative[i] {
			s.Gain[i] += sensorBias[i] * r.NormFloat64()
		} else {
			s.Bias[i] = sensorBias[i] * r.NormFloat64()
		}
	}
	return s
}

// Reading is what a turbine says of itself at one moment, in the units of the telemetry.
type Reading struct {
	Value   [12]float64
	Missing [12]bool // the sensor dropped out
	Null    [12]bool // the sensor is broken and says so
}

// Read takes a reading at a second of the epoch. It draws the same number of random numbers whatever the faults are.
func (t *Turbine) Read(sec int64) Reading {
	truth := [12]float64{t.Wind, t.AmbC, t.Drive.PowerW / 1e3, t.Limit * 100, float64(t.State), t.Drive.OmegaRadS / rpm, t.Drive.PitchDeg,
		t.YawDeg, t.Drive.OmegaRadS * GearRatio / rpm, t.Gearbox.OilC, t.Gearbox.BearingC, t.Gearbox.vibration(&t.Drive)}
	var out Reading
	s := &t.Sensors
	for i := range truth {
		n := s.Rand.NormFloat64()
		v := truth[i]*s.Gain[i] + s.Bias[i] + sensorNoise[i]*n*unitOf(i, truth[i])
		if i == 7 {
			v = math.Mod(v+360, 360)
		}
		if i == 0 || i == 11 || i == 5 || i == 8 {
			v = max(v, 0)
		}
		switch s.Faults[i] {
		case site.Freeze:
			v = s.Last[i]
		case site.Drift:
			v += float64(sec-s.Since[i]) / 3600 * driftPerHour(i)
		case site.Dropout:
			out.Missing[i] = true
		case site.Broken:
			out.Null[i] = true
		}
		s.Last[i] = v
		out.Value[i] = v
	}
	return out
}

func unitOf(i int, truth float64) float64 {
	if relative[i] {
		return truth
	}
	return 1
}

// driftPerHour is how fast a drifting sensor goes wrong: a few of its usual units in an hour.
func driftPerHour(i int) float64 {
	return [12]float64{1.5, 2, 300, 0, 0, .8, 2, 10, 60, 6, 6, 1}[i]
}

// Fault sets a fault on a channel, or on "fan" for the oil cooler's fan.
func (t *Turbine) Fault(kind site.FaultKind, channel string, sec int64) error {
	if channel == "fan" {
		t.Gearbox.FanOK = kind == site.Clear
		return nil
	}
	i := slices.Index(Channels, channel)
	if i < 0 {
		return fmt.Errorf("no channel %q, there are %v and fan", channel, Channels)
	}
	switch kind {
	case site.Freeze, site.Dropout, site.Drift, site.Broken:
		t.Sensors.Faults[i], t.Sensors.Since[i] = kind, sec
	case site.Clear:
		t.Sensors.Faults[i] = ""
	default:
		return fmt.Errorf("no fault %q, there are freeze, dropout, drift, broken and clear", kind)
	}
	return nil
}
