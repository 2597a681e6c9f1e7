package wind

import (
	"math"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Channel is one output of a turbine.
type Channel int

// The channels of a turbine, in the order in which a Farm puts them out.
const (
	WindSpeed Channel = iota
	AmbientTemp
	Power
	PowerLimit
	State
	RotorSpeed
	Pitch
	GenSpeed
	OilTemp
	BearingTemp
	VibrationLevel
	WearLevel
	Yaw
	Channels // their number
)

// Names are the usual names of the signals of the channels.
var Names = [Channels]string{"wind_speed", "ambient_temp", "power", "power_limit", "state", "rotor_speed", "pitch", "gen_speed",
	"oil_temp", "bearing_temp", "vibration", "wear", "yaw"}

// The states of a turbine, as the plant numbers them.
const (
	Stopped   = 0
	Running   = 1
	Curtailed = 2
	Tripped   = 3
	Service   = 4
)

// Change is what a what-if changes.
type Change struct {
	PowerLimit float64 // fraction of rated; NaN: as it was
	WindFactor float64 // on the wind; 1: as expected
	Cooling    float64 // efficiency of the oil coolers, 1: as it is
}

// Start is the state of one turbine when a run begins.
type Start struct {
	OilK, BearingK float64
	Limit          float64 // power limit, fraction
	YawRad         float64
	Held           bool    // stopped by its operator: stays so
	DownSec        float64 // tripped or in service: for so long yet
	DownState      int     // Tripped or Service
}

// Past is the recorded weather and operation along which a run that forks in the past goes first. Slices hold one value
// per step; NaN means that nothing was recorded.
type Past struct {
	Wind  []float64 // at this turbine, m/s
	Air   []float64 // K
	Limit []float64 // fraction
	Held  []bool    // stopped by its operator
}

// Unit is one turbine with all that a run needs.
type Unit struct {
	Turbine
	Start Start
	Past  Past
	Wear  []Wear // one per member, as of the start of the run
}

// Farm runs all turbines of a farm over an ensemble. It is a sim.Model.
type Farm struct {
	change  Change
	windWas float64 // the factor on the wind when change began
	since   float64 // seconds from the start at which it did
	at      float64 // seconds from the start of the model
	sky     *Sky
	past    int // steps that run along the recorded weather
	stepSec float64
	members int
	units   []unit
}

type unit struct {
	Unit
	noise  sim.Noise
	fate   sim.Noise
	out    [Channels][]float64
	oil    []float64
	bear   []float64
	level  []float64
	end    []float64
	wear   []Wear
	down   []float64 // seconds of standstill left
	storm  []bool    // stopped by a storm
	failed []float64 // seconds since the start, +Inf if it has not
	energy []float64 // J
	offOil []float64 // what the thermal model leaves unexplained, a constant per member, K
	offBrg []float64
	offVib []float64 // relative
	factor []float64 // persistent error of the wind ratio
}

// NewFarm makes a farm ready to run. The first past steps follow the records of the units, then comes the sky, whose step
// must be stepSec.
func NewFarm(units []Unit, sky *Sky, past int, stepSec float64, change Change, seed uint64) *Farm {
	n := sky.Members
	f := &Farm{change: change, windWas: 1, sky: sky, past: past, stepSec: stepSec, members: n}
	for i, u := range units {
		row := func() []float64 { return make([]float64, n) }
		x := unit{Unit: u, noise: sim.NewNoise(seed, 1<<32+uint64(i)), fate: sim.NewNoise(seed, 1<<33+uint64(i)),
			oil: row(), bear: row(), level: row(), end: row(), down: row(), failed: row(), energy: row(), storm: make([]bool, n),
			offOil: row(), offBrg: row(), offVib: row(), factor: row(), wear: make([]Wear, n)}
		for c := range x.out {
			x.out[c] = row()
		}
		for m := range n {
			x.wear[m] = u.Wear[m%len(u.Wear)]
			x.level[m], x.end[m] = x.wear[m].Level, x.wear[m].End
			x.oil[m], x.bear[m] = u.Start.OilK, u.Start.BearingK
			x.down[m] = u.Start.DownSec
			x.failed[m] = math.Inf(1)
			x.offOil[m] = u.Oil.SD * x.fate.NormFloat64()
			x.offBrg[m] = u.Bearing.SD * x.fate.NormFloat64()
			x.offVib[m] = u.Vibration.SD * x.fate.NormFloat64()
			x.factor[m] = u.WindRatio * (1 + (ratioSD+lastingShare*u.LocalSD)*x.fate.NormFloat64())
		}
		f.units = append(f.units, x)
	}
	for i := range f.units {
		f.advance(&f.units[i], 0, 0)
	}
	return f
}

// The wind at a turbine relative to the farm is uncertain by ratioSD, and by a share of what it varies: wakes come and
// go with the direction of the wind, which stays for days.
const (
	ratioSD      = .01
	lastingShare = .3
)

// Members implements sim.Model.
func (f *Farm) Members() int { return f.members }

// Output implements sim.Model: channel c of unit u is number u·Channels + c.
func (f *Farm) Output(c int) []float64 { return f.units[c/int(Channels)].out[c%int(Channels)] }

// FailureSec implements sim.Model.
func (f *Farm) FailureSec(u int) []float64 { return f.units[u].failed }

// EnergyJ implements sim.Model.
func (f *Farm) EnergyJ(u int) []float64 { return f.units[u].energy }

// Step implements sim.Model.
func (f *Farm) Step(k int) {
	f.at = float64(k+1) * f.stepSec
	for i := range f.units {
		f.advance(&f.units[i], k, f.stepSec)
	}
}

// Change sets what differs from the plant as it is from the next step on.
func (f *Farm) Change(c Change) {
	f.windWas, f.since = f.windScale(f.at), f.at
	f.change = c
}

// windScale is the factor on the wind at a time in seconds from the start.
func (f *Farm) windScale(sec float64) float64 {
	if f.change.WindFactor == f.windWas {
		return f.windWas
	}
	return f.windWas + (f.change.WindFactor-f.windWas)*(1-math.Exp(-(sec-f.since)/windRampSec))
}

// windRampSec is the time in which a changed mean wind is reached.
const windRampSec = 3 * 3600

// advance takes one turbine over step k. With dt 0 it only fills in the outputs.
func (f *Farm) advance(u *unit, k int, dt float64) {
	var (
		sky, air    []float32
		recV, recA  = math.NaN(), math.NaN()
		limit       = u.Start.Limit
		held        = u.Start.Held
		ahead       = k - f.past
		windScale   float64
		local       = u.LocalSD
		now         = float64(k) * f.stepSec
		cooling     = f.change.Cooling
		ratedW      = u.Spec.RatedPowerW
		invW, invRS = 1 / ratedW, 1 / u.Spec.RatedRotorRadS
	)
	if ahead < 0 {
		recV, recA = u.Past.Wind[k], u.Past.Air[k]
		if l := u.Past.Limit[k]; !math.IsNaN(l) {
			limit = l
		}
		held = u.Past.Held[k]
		ahead = 0
	} else {
		local *= math.Sqrt(fineSec / max(f.stepSec, fineSec))
	}
	sky, air = f.sky.Wind(ahead), f.sky.Air(ahead)
	if !math.IsNaN(f.change.PowerLimit) {
		limit = f.change.PowerLimit
	}
	windScale = f.windScale(now + dt/2)
	for m := range f.members {
		// Drawn whether used or not: members stay paired.
		shake, gust := 1+local*u.noise.NormFloat64(), 1+u.PowerSD*u.noise.NormFloat64()
		v := recV
		if math.IsNaN(v) {
			v = max(0, float64(sky[m])*u.factor[m]*shake)
		}
		v *= windScale
		ta := recA
		if math.IsNaN(ta) {
			ta = float64(air[m])
		}
		state, power, rotor, pitch := float64(Stopped), 0.0, 0.0, feather
		switch {
		case u.down[m] > 0:
			state = Tripped
			if u.down[m] < serviceSec {
				state = Service
			}
		case held || v < u.Spec.CutIn:
		case v >= u.Spec.CutOut || u.storm[m] && v > u.Spec.CutOut-restartBelow:
			u.storm[m] = true
		default:
			u.storm[m] = false
			power = min(u.PowerW(v, limit)*gust, limit*ratedW)
			rotor = u.RotorRadS(v)
			pitch = u.PitchRad(v, power)
			state = Running
			if limit < .995 && u.AvailableW(v) > limit*ratedW {
				state = Curtailed
			}
		}
		relP, relN := power*invW, rotor*invRS
		level := u.level[m]
		if dt > 0 {
			oil := u.oil[m]
			u.oil[m] = u.Oil.Step(oil, ta, relN, relP, level, cooling, dt)
			u.bear[m] = u.Bearing.Step(u.bear[m], (oil+u.oil[m])/2, relN, relP, level, 1, dt)
			u.energy[m] += power * dt
			if u.down[m] > 0 {
				u.down[m] -= dt
				if u.down[m] <= 0 { // repaired: as new
					u.level[m] = 0
					u.end[m] = 1
				}
			} else if relP > 0 {
				w := &u.wear[m]
				dose := w.Stress(relN, relP, (oil+u.oil[m])/2) * dt
				next := w.Grow(level, dose)
				if next >= u.end[m] {
					part := 1.0
					if need := w.Dose(level, u.end[m]); need < dose {
						part = need / dose
					}
					if math.IsInf(u.failed[m], 1) {
						u.failed[m] = now + part*dt
					}
					next = u.end[m]
					u.down[m] = u.Spec.RepairSec
				}
				u.level[m] = next
			}
			level = u.level[m]
		}
		shape := 0.0
		if rotor > 0 {
			shape = u.Vibration.Shape(relN, relP)
		}
		u.out[WindSpeed][m] = v
		u.out[AmbientTemp][m] = ta
		u.out[Power][m] = power
		u.out[PowerLimit][m] = limit
		u.out[State][m] = state
		u.out[RotorSpeed][m] = rotor
		u.out[Pitch][m] = pitch
		u.out[GenSpeed][m] = rotor * u.Ratio
		u.out[OilTemp][m] = u.oil[m] + u.offOil[m]
		u.out[BearingTemp][m] = u.bear[m] + u.offBrg[m]
		u.out[VibrationLevel][m] = (u.Vibration.FreshMS + (u.Spec.EndOfLifeMS-u.Vibration.FreshMS)*level) * shape * (1 + u.offVib[m])
		u.out[WearLevel][m] = max(0, level) / u.end[m]
		u.out[Yaw][m] = u.Start.YawRad
	}
}

const (
	restartBelow = 3        // m/s under cut-out at which a turbine that a storm stopped runs again
	serviceSec   = 8 * 3600 // the last part of a standstill that is shown as service
)
