package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/sim/wind"
)

// specOf reads the options of a wind-turbine simulation; what they do not name is that of the NREL 5 MW turbine.
func specOf(options map[string]project.Option) (wind.Spec, error) {
	spec := wind.NREL5MW
	fields := map[string]*float64{
		"rated_power": &spec.RatedPowerW, "rated_wind": &spec.RatedWind, "cut_in": &spec.CutIn, "cut_out": &spec.CutOut,
		"rotor_diameter": &spec.RotorDiameterM, "rated_rotor_speed": &spec.RatedRotorRadS, "min_rotor_speed": &spec.MinRotorRadS,
		"gear_ratio": &spec.GearRatio, "end_of_life_vibration": &spec.EndOfLifeMS, "end_of_life_spread": &spec.EndOfLifeSpread,
		"repair_time": &spec.RepairSec, "climate_wind": &spec.ClimateWind, "climate_wind_spread": &spec.ClimateWindSpread,
	}
	for name, o := range options {
		field, ok := fields[name]
		if !ok {
			var known []string
			for k := range fields {
				known = append(known, k)
			}
			slices.Sort(known)
			return spec, fmt.Errorf("simulation: the model wind-turbine has no option %q; it has %s", name, strings.Join(known, ", "))
		}
		if !o.Number || o.Value < 0 {
			return spec, fmt.Errorf("simulation: option %s is %q, a positive quantity is needed", name, o.Text)
		}
		*field = o.Value
	}
	return spec, nil
}
