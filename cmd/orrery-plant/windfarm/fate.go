package windfarm

import (
	"math"
	"sync"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
)

// fates draws how worn the gearboxes are and how fast they wear: T03's would last some six to twelve days after the first
// week under average weather, the others for months. Nobody knows the weather to come, so a windy fortnight ends them
// sooner and a calm one later.
func (f *Farm) fates() {
	const day = 86400.0
	for i, t := range f.Turbines {
		r := chance.New(f.Seed, t.Name+"/fate")
		g := &t.Gearbox
		life := r.Uniform(90, 400) * day
		g.Wear = r.Uniform(.02, .12)
		if i == 2 {
			life = (7 + r.Uniform(6, 12)) * day
			g.Wear = r.Uniform(.22, .42)
		}
		// ∫dw/(1+c·w²) from the present wear to 1, over the duty of an average life.
		c := math.Sqrt(g.WearGrow)
		g.WearRate = (math.Atan(c) - math.Atan(c*g.Wear)) / c / (life * averageDuty(g))
	}
}

// climate is the average weather that wear rates are drawn against, every ten minutes: six weeks of its own, which no
// farm has.
var climate = sync.OnceValue(func() []air {
	w := newWeather(1 << 40)
	out := make([]air, 42*144)
	for i := range out {
		out[i] = w.at(int64(i) * climateSec)
	}
	return out
})

const climateSec = 600

// averageDuty is how much load and heat a unit meets in a second of average weather.
func averageDuty(g *Gearbox) float64 {
	oil, sum := 55.0, 0.0
	for _, a := range climate() {
		power := 0.0
		if v := a.Wind * .97; v > CutIn {
			power = min(.5*airDensity*sweptArea*v*v*v*CpMax*Efficiency, RatedPowerW)
		}
		load := min(math.Pow(power/RatedPowerW, .667), 1) // torque goes with speed², power with speed³
		heat := g.LossShare*power/Efficiency*1.2 + g.ChurnW*load
		steady := a.TempC + 4 + heat/(g.CoolBase+g.CoolFan*min(max((oil-48)/12, 0), 1))
		oil += (steady - oil) * climateSec / 4500
		if load > 0 {
			sum += math.Pow(load, g.LoadPower) * math.Exp2((oil-60)/g.HeatDouble)
		}
	}
	return sum / float64(len(climate()))
}
