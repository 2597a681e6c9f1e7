package windfarm

import "math"

// fates draws how worn the gearboxes are and how fast they wear. T03's is on its way out: under the weather of this seed,
// without commands, it fails some four to thirteen days after the first week; the others last for months.
func (f *Farm) fates() {
	const day = 86400.0
	for i, t := range f.Turbines {
		r := newStream(f.Seed, t.Name+"/fate")
		g := &t.Gearbox
		life := r.uniform(90, 400) * day
		g.Wear = r.uniform(.02, .12)
		if i == 2 {
			life = (7 + r.uniform(5, 11.5)) * day
			g.Wear = r.uniform(.22, .42)
		}
		duty := f.duty(t, min(life, 24*day))
		if life > 24*day {
			duty *= life / (24 * day)
		}
		// ∫dw/(1+c·w²) from the present wear to 1, over the duty of the life ahead.
		c := math.Sqrt(g.WearGrow)
		g.WearRate = (math.Atan(c) - math.Atan(c*g.Wear)) / c / max(duty, 1)
	}
}

// duty integrates load and heat over the first seconds of the epoch, along the weather of the seed with a steady power
// curve: what the wear rate of a unit is drawn against.
func (f *Farm) duty(t *Turbine, seconds float64) float64 {
	const dt = 600
	w := newWeather(f.Seed) // its own copy: the weather of the farm is not touched
	g := t.Gearbox
	oil, sum := 55.0, 0.0
	for sec := int64(0); float64(sec) < seconds; sec += dt {
		a := w.at(sec)
		power := 0.0
		if v := a.Wind * .97; v > CutIn {
			power = min(.5*airDensity*sweptArea*v*v*v*CpMax*Efficiency, RatedPowerW)
		}
		load := min(math.Pow(power/RatedPowerW, .667), 1) // torque goes with speed², power with speed³
		heat := g.LossShare*power/Efficiency*1.2 + g.ChurnW*math.Pow(power/RatedPowerW, .667)
		steady := a.TempC + 4 + heat/(g.CoolBase+g.CoolFan*min(max((oil-48)/12, 0), 1))
		oil += (steady - oil) * min(dt/4500.0, 1)
		if load > 0 {
			sum += dt * math.Pow(load, g.LoadPower) * math.Exp2((oil-60)/g.HeatDouble)
		}
	}
	return sum
}
