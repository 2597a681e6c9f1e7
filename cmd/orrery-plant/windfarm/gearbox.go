package windfarm

import (
	"math"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
)

// Gearbox is the hidden part: its constants are drawn from the seed, and its wear never leaves the plant.
type Gearbox struct {
	// Constants of this unit.
	LossShare   float64 // of the mechanical power that turns into heat when new
	WearLoss    float64 // how much more of it at wear 1
	ChurnW      float64 // churning loss at rated speed
	OilHeatJK   float64 // heat capacity
	CoolBase    float64 // W/K, housing
	CoolFan     float64 // W/K, cooler with its fan fully on
	BearingRise float64 // K over oil at rated load when new
	BearingWear float64 // K more at wear 1 and rated load
	VibBase     float64 // mm/s
	VibSpeed    float64 // mm/s at rated speed
	VibLoad     float64 // mm/s at rated load
	VibWear     float64 // mm/s more at wear 1 and rated load
	VibPower    float64 // exponent of wear in it
	WearRate    float64 // 1/s at rated load, 60 °C and wear 0
	LoadPower   float64 // exponent of load
	HeatDouble  float64 // K that double the rate
	WearGrow    float64 // how the rate grows with wear²

	// State.
	Wear     float64 // 0 new, 1 destroyed
	OilC     float64
	BearingC float64
	FanOK    bool
}

func newGearbox(r chance.Stream) Gearbox {
	g := Gearbox{
		LossShare: r.Uniform(.0215, .0245), WearLoss: r.Uniform(.28, .40), ChurnW: r.Uniform(9e3, 13e3),
		OilHeatJK: r.Uniform(0.9e7, 1.2e7), CoolBase: r.Uniform(520, 640), CoolFan: r.Uniform(1900, 2200),
		BearingRise: r.Uniform(6.5, 9), BearingWear: r.Uniform(9, 13),
		VibBase: r.Uniform(.25, .4), VibSpeed: r.Uniform(.45, .6), VibLoad: r.Uniform(.7, 1.0), VibPower: r.Uniform(1.15, 1.55),
		LoadPower: r.Uniform(2.4, 3.2), HeatDouble: r.Uniform(22, 32), WearGrow: r.Uniform(1.2, 3.2),
		OilC: 45, BearingC: 48, FanOK: true,
	}
	// The unit fails when its vibration at rated load stands near 7.1 mm/s, with the scatter of units.
	end := 7.1 * (1 + .06*r.NormFloat64())
	g.VibWear = end - g.VibBase - g.VibSpeed - g.VibLoad
	return g
}

// rate is how fast wear grows, 1/s, at a load (mechanical torque over rated) and the present temperature and wear.
func (g *Gearbox) rate(load float64) float64 {
	if load <= 0 {
		return 0
	}
	return g.WearRate * math.Pow(load, g.LoadPower) * math.Exp2((g.OilC-60)/g.HeatDouble) * (1 + g.WearGrow*g.Wear*g.Wear)
}

// step advances temperatures and wear by dt seconds.
func (g *Gearbox) step(dt float64, d *Drive, ambientC float64) {
	speed := d.OmegaRadS * GearRatio / (ratedGenRPM * rpm)
	load := 0.0
	if d.OmegaRadS > .05 {
		load = d.MechW / (d.OmegaRadS * GearRatio) / ratedTorque
	}
	heat := g.LossShare*d.MechW*(1+g.WearLoss*g.Wear) + g.ChurnW*speed*speed
	fan := 0.0
	if g.FanOK {
		fan = min(max((g.OilC-48)/12, 0), 1) // thermostat
	}
	nacelle := ambientC + 4
	g.OilC += dt * (heat - (g.CoolBase+fan*g.CoolFan)*(g.OilC-nacelle)) / g.OilHeatJK
	target := g.OilC + speed*1.5 + load*(g.BearingRise+g.BearingWear*g.Wear)
	g.BearingC += dt * (target - g.BearingC) / 700
	g.Wear = min(g.Wear+dt*g.rate(load), 1)
}

// vibration is the RMS velocity in mm/s at the housing, before the sensor.
func (g *Gearbox) vibration(d *Drive) float64 {
	speed := d.OmegaRadS * GearRatio / (ratedGenRPM * rpm)
	load := d.PowerW / RatedPowerW
	if speed < .05 {
		return .04
	}
	wear := 0.0
	if g.Wear > 0 {
		wear = math.Pow(g.Wear, g.VibPower)
	}
	return g.VibBase*speed + g.VibSpeed*speed*speed + g.VibLoad*load + g.VibWear*wear*(.3*speed+.7*load)
}
