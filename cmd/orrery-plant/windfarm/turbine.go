package windfarm

import (
	"math"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
)

// State is what a turbine reports of itself.
type State int

// The states, as numbered in the telemetry.
const (
	Stopped State = iota
	Running
	Curtailed
	Tripped
	Service
)

// Times of a repair.
const (
	tripSec    = 24 * 3600 // until the crew arrives
	serviceSec = 24 * 3600 // to exchange the gearbox
)

// Turbine is one machine.
type Turbine struct {
	Name    string
	EastM   float64 // place in the farm
	NorthM  float64
	Drive   Drive
	Gearbox Gearbox
	Sensors Sensors

	State    State
	Limit    float64 // power limit, fraction of rated
	Halted   bool    // stopped by command
	YawDeg   float64
	YawHold  bool    // commanded to YawTo, not following the wind
	YawTo    float64 // degrees
	Turning  bool
	MeanWind float64 // slow mean of the nacelle wind, decides on cut-in and cut-out
	SinceSec int64   // in State Tripped or Service
	FailedAt int64   // second of the epoch of the last failure, 0 for none

	Rand    chance.Stream
	Turb    chance.OU
	Gust    chance.OU
	Wake    float64   // velocity deficit, 0…1
	Wind    float64   // at the hub now
	Wander  chance.OU // of the wind direction at this turbine
	AmbC    float64
	WindDir float64
}

var (
	turbKeep, turbKick = chance.OUStep(1, 12)
	gustKeep, gustKick = chance.OUStep(1, 90)
	wandKeep, wandKick = chance.OUStep(1, 400)
)

func newTurbine(seed uint64, name string, eastM, northM float64) *Turbine {
	r := chance.New(seed, name)
	t := &Turbine{Name: name, EastM: eastM, NorthM: northM, Limit: 1, State: Running, Rand: r, MeanWind: 8}
	t.Gearbox = newGearbox(chance.New(seed, name+"/gearbox"))
	t.Sensors = newSensors(chance.New(seed, name+"/sensors"))
	t.Drive.OmegaRadS = 1
	return t
}

// step advances the turbine by one second in the undisturbed wind of its place.
func (t *Turbine) step(sec int64, free, dirDeg, ambientC float64) {
	t.Turb.Step(turbKeep, turbKick, t.Rand)
	t.Gust.Step(gustKeep, gustKick, t.Rand)
	t.Wander.Step(wandKeep, wandKick, t.Rand)
	intensity := .065 + .35/max(free, 3)*.1 + .1*t.Wake // offshore, more in a wake
	mean := free * (1 - t.Wake)
	t.Wind = max(mean*(1+intensity*(.8*t.Turb.X+.5*t.Gust.X)), .2)
	t.WindDir = dirDeg + 3*t.Wander.X
	t.AmbC = ambientC
	t.MeanWind += (t.Wind - t.MeanWind) / 120

	t.yaw()
	off := math.Cos((t.WindDir - t.YawDeg) * deg)
	into := t.Wind * max(off, 0)
	running := t.decide(sec)
	t.Drive.step(.5, into, t.Limit, running)
	t.Drive.step(.5, into, t.Limit, running)
	t.Gearbox.step(1, &t.Drive, ambientC)
	if t.Gearbox.Wear >= 1 && t.State != Tripped && t.State != Service {
		t.State, t.SinceSec, t.FailedAt = Tripped, sec, sec
	}
}

// decide is the controller: it starts, stops and repairs, and reports whether the turbine runs.
func (t *Turbine) decide(sec int64) bool {
	switch t.State {
	case Tripped:
		if sec-t.SinceSec >= tripSec {
			t.State, t.SinceSec = Service, sec
		}
		return false
	case Service:
		if sec-t.SinceSec < serviceSec {
			return false
		}
		t.Gearbox.Wear = .01
		t.Gearbox.WearRate /= 8 // a new gearbox of the healthy kind
		t.State = Stopped
	}
	running := t.State == Running || t.State == Curtailed
	switch {
	case t.Halted:
		running = false
	case running && (t.MeanWind < CutIn-.3 || t.MeanWind > CutOut):
		running = false
	case !running && t.MeanWind > CutIn+.2 && t.MeanWind < CutOut-3:
		running = true
	}
	t.State = Stopped
	if running {
		t.State = Running
		if t.Limit < 1 && t.Drive.PowerW > .97*t.Limit*RatedPowerW {
			t.State = Curtailed
		}
	}
	return running
}

// yaw turns the nacelle at 0.3°/s, when it is more than 8° off, until it is within 1°.
func (t *Turbine) yaw() {
	target := t.WindDir
	if t.YawHold {
		target = t.YawTo
	}
	off := math.Mod(target-t.YawDeg+540, 360) - 180
	if off < -180 {
		off += 360
	}
	switch {
	case math.Abs(off) > 8 || t.YawHold && math.Abs(off) > .5:
		t.Turning = true
	case math.Abs(off) < .5:
		t.Turning = false
	}
	if t.Turning && t.State != Service {
		t.YawDeg = math.Mod(t.YawDeg+min(max(off, -.3), .3)+360, 360)
	}
}
