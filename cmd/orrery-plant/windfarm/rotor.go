package windfarm

import "math"

// Public facts of the NREL 5 MW reference turbine: NREL/TP-500-38060, tables 1-1, 5-1, 7-1 and section 7.
const (
	RatedPowerW  = 5e6
	RatedWind    = 11.4 // m/s
	CutIn        = 3.0
	CutOut       = 25.0
	RadiusM      = 63.0
	GearRatio    = 97.0
	CpMax        = .482
	TipSpeedOpt  = 7.55
	Efficiency   = .944
	ratedGenRPM  = 1173.7
	region2Gain  = .0255764 // N·m/rpm²
	region25From = 1079.0   // rpm, where the torque leaves region 2
	region25To   = 1161.963 // rpm, where it reaches rated
	ratedTorque  = 43093.55 // N·m
	inertia      = 38759228 + 534.116*GearRatio*GearRatio
	pitchKP      = .01882681 // s
	pitchKI      = .008068634
	pitchGK      = 6.302336 // degrees at which the gains halve
	pitchRate    = 8.0      // degrees/s
	airDensity   = 1.225
	sweptArea    = math.Pi * RadiusM * RadiusM
	startTorque  = .02 // torque coefficient of the standing rotor: it has to start by itself
	rpm          = 2 * math.Pi / 60
	deg          = math.Pi / 180
)

// cp is the power coefficient: a parabola in the tip-speed ratio around its optimum, reduced by pitch so that rated power
// needs about the pitch angles of table 7-1 (10.45° at 15 m/s, 17.47° at 20 m/s).
func cp(tipSpeed, pitchDeg float64) float64 {
	d := tipSpeed - TipSpeedOpt
	f := 1 - .018*d*d
	if f <= 0 {
		return 0
	}
	if pitchDeg > .01 {
		f *= pitchLoss(pitchDeg)
	}
	return CpMax * f
}

const pitchSteps = 8 // per degree

var pitchTable = func() (t [90*pitchSteps + 2]float64) {
	for i := range t {
		t[i] = math.Exp(-math.Pow(float64(i)/pitchSteps/13.5, 1.4))
	}
	return t
}()

func pitchLoss(pitchDeg float64) float64 {
	x := min(max(pitchDeg, 0), 90) * pitchSteps
	i := int(x)
	return pitchTable[i] + (x-float64(i))*(pitchTable[i+1]-pitchTable[i])
}

// torque is the generator torque at a generator speed under a power limit (fraction of rated).
func torque(genRPM, limit float64) float64 {
	t := region2Gain * genRPM * genRPM
	if genRPM > region25From {
		f := min((genRPM-region25From)/(region25To-region25From), 1)
		t = region2Gain*region25From*region25From*(1-f) + ratedTorque*f
	}
	if genRPM < 200 {
		t = 0 // not yet on the grid
	}
	if w := genRPM * rpm; w > 1 {
		t = min(t, limit*RatedPowerW/Efficiency/w)
	}
	return t
}

// Drive is the turning part of a turbine.
type Drive struct {
	OmegaRadS float64 // of the rotor
	PitchDeg  float64
	Integral  float64 // of the pitch controller, degrees
	PowerW    float64 // electrical
	MechW     float64 // into the generator
}

// step advances by dt seconds in a wind. A turbine that is not running feathers and coasts.
func (d *Drive) step(dt, wind, limit float64, running bool) {
	gen := d.OmegaRadS * GearRatio
	demand := 90.0
	if running {
		errRadS := gen - ratedGenRPM*rpm
		gain := 1 / (1 + d.PitchDeg/pitchGK)
		d.Integral = min(max(d.Integral+pitchKI*gain*errRadS*dt/deg, 0), 90)
		demand = min(max(d.Integral+pitchKP*gain*errRadS/deg, 0), 90)
	} else {
		d.Integral = 0
	}
	d.PitchDeg += min(max(demand-d.PitchDeg, -pitchRate*dt), pitchRate*dt)

	var load float64
	if running {
		load = torque(gen/rpm, limit)
	} else {
		load = 4000 * gen / (ratedGenRPM * rpm) // drag of the idling train
	}
	aero := 0.0
	if wind > .1 {
		tip := d.OmegaRadS * RadiusM / wind
		aero = .5 * airDensity * sweptArea * wind * wind * wind * cp(tip, d.PitchDeg) / max(d.OmegaRadS, .15)
		if running && tip < 2 {
			aero = max(aero, .5*airDensity*sweptArea*RadiusM*wind*wind*startTorque*pitchLoss(d.PitchDeg))
		}
	}
	d.OmegaRadS = max(d.OmegaRadS+dt*(aero-load*GearRatio)/inertia, 0)
	d.MechW, d.PowerW = 0, 0
	if running {
		d.MechW = load * gen
		d.PowerW = Efficiency * d.MechW
	}
}
