package wind

import "math"

// Turbine is one turbine as the twin knows it: public data and fitted parameters. All SI; loads and speeds with a
// name that begins with "rel" are relative to rated.
type Turbine struct {
	Spec Spec

	// Power = PowerGain·v³ − PowerLossW, bent into PowerTopW over PowerKneeW.
	PowerGain  float64 // W/(m/s)³
	PowerLossW float64
	PowerTopW  float64
	PowerKneeW float64

	// Rotor speed = SpeedSlope·v, bent into SpeedTop over SpeedKnee.
	SpeedSlope float64 // rad/m: (rad/s)/(m/s)
	SpeedTop   float64 // rad/s
	SpeedKnee  float64 // rad/s
	Ratio      float64 // generator over rotor speed

	PitchScale float64 // of the reference pitch schedule

	WindRatio float64 // wind at this turbine over wind of the farm
	LocalSD   float64 // relative standard deviation of its 10-minute wind about that
	PowerSD   float64 // relative standard deviation of the 10-minute power about the curve

	Oil, Bearing Thermal
	Vibration    Vibration
}

// Default is an unfitted turbine. Its power curve follows the steady states of NREL/TP-500-38060: 1.779 MW at 8 m/s, rated
// power from 11.4 m/s on. Its heat balance and vibration are typical orders of magnitude, to start a fit from.
func Default(s Spec) Turbine {
	scale := s.RatedPowerW / 5e6
	// Below rated the reference turbine keeps its tip-speed ratio: 9.155 rpm at 8 m/s.
	slope := 9.155 * 2 * math.Pi / 60 / 8
	return Turbine{
		Spec: s, PowerGain: (1.779e6 + 3e4) / 512 * scale, PowerLossW: 3e4 * scale, PowerTopW: s.RatedPowerW, PowerKneeW: .25e6 * scale,
		SpeedSlope: slope, SpeedTop: s.RatedRotorRadS, SpeedKnee: .05, Ratio: s.GearRatio, PitchScale: 1,
		WindRatio: 1, LocalSD: .04, PowerSD: .02,
		Oil:       Thermal{TauSec: 5400, Base: 5, Speed: 12, Load: 22, Share: .8, SD: 1},
		Bearing:   Thermal{TauSec: 1200, Base: 2, Speed: 5, Load: 10, SD: 1},
		Vibration: Vibration{Base: .1, Speed: .45, Load: .45, FreshMS: 2e-3, SD: .05},
	}
}

// bend is min(a, b) with its corner rounded over a width w: a polynomial smooth minimum, exact outside the corner.
func bend(a, b, w float64) float64 {
	d := a - b
	if d < 0 {
		d = -d
	}
	m := a
	if b < a {
		m = b
	}
	if d >= w || w <= 0 {
		return m
	}
	h := w - d
	return m - h*h/(4*w)
}

// AvailableW is the power that the wind allows, before any limit, without the rounding at rated.
func (t *Turbine) AvailableW(v float64) float64 {
	if v < t.Spec.CutIn {
		return 0
	}
	return max(0, t.PowerGain*v*v*v-t.PowerLossW)
}

// PowerW is the electrical power at a mean wind v under a power limit (fraction of rated). It is 0 outside cut-in and cut-out.
func (t *Turbine) PowerW(v, limit float64) float64 {
	if v < t.Spec.CutIn || v >= t.Spec.CutOut {
		return 0
	}
	top := min(t.PowerTopW, limit*t.Spec.RatedPowerW)
	return max(0, bend(t.AvailableW(v), top, t.PowerKneeW))
}

// RotorRadS is the rotor speed of a running turbine.
func (t *Turbine) RotorRadS(v float64) float64 {
	return max(bend(t.SpeedSlope*v, t.SpeedTop, t.SpeedKnee), t.Spec.MinRotorRadS)
}

// Blade pitch above rated wind, NREL/TP-500-38060 table 7-1, as a function of the power in the wind over the power taken:
// written that way it also tells the pitch of a curtailed turbine.
var pitchTable = [...]struct{ excess, rad float64 }{
	{1, 0}, {1.19, 3.83 * deg}, {1.52, 6.60 * deg}, {1.90, 8.70 * deg}, {2.34, 10.45 * deg}, {2.84, 12.06 * deg},
	{3.41, 13.54 * deg}, {4.05, 14.92 * deg}, {4.76, 16.23 * deg}, {5.55, 17.47 * deg}, {7.39, 19.94 * deg}, {10.85, 23.47 * deg},
}

const (
	deg     = math.Pi / 180
	feather = 90 * deg
)

// PitchRad is the blade pitch of a running turbine that takes powerW out of a wind v.
func (t *Turbine) PitchRad(v, powerW float64) float64 {
	if powerW <= 0 {
		return feather
	}
	excess := t.AvailableW(v) / powerW
	if excess <= 1 {
		return 0
	}
	for i := 1; i < len(pitchTable); i++ {
		if a, b := pitchTable[i-1], pitchTable[i]; excess <= b.excess {
			return t.PitchScale * (a.rad + (b.rad-a.rad)*(excess-a.excess)/(b.excess-a.excess))
		}
	}
	return t.PitchScale * pitchTable[len(pitchTable)-1].rad
}

// Thermal is a lumped heat balance. In steady state the node stands above what cools it by
// (Base + Speed·relSpeed² + Load·relLoad + Wear·wear·relLoad) / (1 + cooler), all in kelvin; it gets there with TauSec.
//
// The oil is cooled by the ambient air through the cooler, the bearing by the oil.
type Thermal struct {
	TauSec            float64
	Base, Speed, Load float64 // K
	Wear              float64 // K at wear 1 and rated load
	Share             float64 // of the heat that leaves through the cooler when it works as normal, 0 to 1
	FanOnK            float64 // above this temperature a fan adds to the cooling; 0: none
	Fan               float64 // by how much: relative conductance when fully on
	SD                float64 // K, standard deviation of what the model leaves unexplained
}

// fanSpanK is the span over which a fan goes from off to full.
const fanSpanK = 10

// Step advances the node from temperature k by dt. sink is the temperature of what cools it, cooling the efficiency of
// the cooler, 1 as normal. Load and cooling are constant over the step: the solution is exact but for the fan, which is
// taken at the start of the step.
func (h *Thermal) Step(k, sink, relSpeed, relLoad, wear, cooling, dt float64) float64 {
	target, rate := h.balance(k, sink, relSpeed, relLoad, wear, cooling)
	return target + (k-target)*math.Exp(-dt*rate)
}

// SteadyK is the temperature at which the node comes to rest.
func (h *Thermal) SteadyK(sink, relSpeed, relLoad, wear, cooling float64) float64 {
	k := sink + 20
	for range 60 {
		target, _ := h.balance(k, sink, relSpeed, relLoad, wear, cooling)
		k = (k + target) / 2
	}
	return k
}

func (h *Thermal) balance(k, sink, relSpeed, relLoad, wear, cooling float64) (target, rate float64) {
	heat := h.Base + h.Speed*relSpeed*relSpeed + (h.Load+h.Wear*wear)*relLoad
	g := 1 - h.Share + h.Share*cooling
	if h.Fan > 0 && k > h.FanOnK {
		g += h.Fan * cooling * min(1, (k-h.FanOnK)/fanSpanK)
	}
	g = max(g, .05)
	return sink + heat/g, g / h.TauSec
}
