package wind

import "math"

// Spec is what is publicly known of a type of turbine. All SI.
type Spec struct {
	RatedPowerW       float64
	RatedWind         float64 // m/s
	CutIn, CutOut     float64 // m/s
	RotorDiameterM    float64
	RatedRotorRadS    float64
	MinRotorRadS      float64
	GearRatio         float64
	EndOfLifeMS       float64 // vibration at rated load at which gearboxes reach their end, m/s
	EndOfLifeSpread   float64 // 90 % of the units end within ± this share of EndOfLifeMS
	RepairSec         float64 // from a failure until the unit runs again
	ClimateWind       float64 // long-term mean wind of the site, m/s; 0: unknown
	ClimateWindSpread float64 // its relative standard deviation
}

// NREL5MW is the reference turbine of NREL/TP-500-38060 (table 1-1: rated power and wind, cut-in, cut-out, rotor, cut-in
// and rated rotor speed 6.9 and 12.1 rpm, gear ratio). The end of life, the time of repair and the climate are site
// knowledge of the demo, not of that report.
var NREL5MW = Spec{
	RatedPowerW: 5e6, RatedWind: 11.4, CutIn: 3, CutOut: 25, RotorDiameterM: 126,
	RatedRotorRadS: 12.1 * 2 * math.Pi / 60, MinRotorRadS: 6.9 * 2 * math.Pi / 60, GearRatio: 97,
	EndOfLifeMS: 7.1e-3, EndOfLifeSpread: .1, RepairSec: 48 * 3600, ClimateWind: 9.2, ClimateWindSpread: .12,
}
