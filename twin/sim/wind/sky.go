package wind

import (
	"math"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Climate is what the twin believes about wind and air temperature of a farm. The wind is modelled as its square root:
// that of a Weibull distribution of shape 2 is nearly normal.
type Climate struct {
	Wind *Process // of √(m/s)
	Air  *Process // of K
}

// WindPrior is what is believed about the wind of a site before its record is seen: mean 0 stands for an unknown climate.
func WindPrior(s Spec) Prior {
	mean, spread := s.ClimateWind, s.ClimateWindSpread
	if mean <= 0 {
		mean, spread = 8, .3
	}
	root := math.Sqrt(mean)
	return Prior{
		Mean: root * .985, MeanSD: root * spread / 2, DailySD: .12, NuggetSD: .03,
		// Weather systems pass in two to five days (synoptic peak of van der Hoven, J. Meteor. 14 (1957) 160); the
		// total standard deviation of √v is about 0.55 to 0.7 at a site with Weibull shape 2 and 9 m/s.
		Slow: Wander{TauSec: 45 * 3600, TauSpread: .4, SD: .5, SDSpread: .3},
		Fast: Wander{TauSec: 2.5 * 3600, TauSpread: .7, SD: .25, SDSpread: .5},
	}
}

// AirPrior is what is believed about the air temperature before its record is seen; meanK is that of the record.
func AirPrior(meanK float64) Prior {
	return Prior{
		Mean: meanK, MeanSD: 3, DailySD: 3, NuggetSD: .1,
		Slow: Wander{TauSec: 45 * 3600, TauSpread: .5, SD: 2, SDSpread: .5},
		Fast: Wander{TauSec: 4 * 3600, TauSpread: .7, SD: .6, SDSpread: .6},
	}
}

// Sky is the weather of all members over a grid: farm wind in m/s and air in K, one row per member. Rows are means over
// the steps. It is immutable and may serve many runs: that is what makes them comparable.
type Sky struct {
	Members, Steps int
	StepSec        float64
	wind, air      []float32 // [step][member]
}

// fineSec is the step of the weather; coarser grids hold its means, so that all see the same weather.
const fineSec = 600

// NewSky draws the weather ahead of startSec (seconds since the Unix epoch). windNow and airNow give for each draw of the
// climate the belief at that time.
func NewSky(c Climate, windNow, airNow []Belief, startSec float64, steps int, stepSec float64, members int, seed uint64) *Sky {
	s := &Sky{Members: members, Steps: steps, StepSec: stepSec, wind: make([]float32, steps*members), air: make([]float32, steps*members)}
	sub := max(1, int(math.Round(stepSec/fineSec)))
	path := make([]float64, steps*sub)
	for i := range members {
		noise := sim.NewNoise(seed, uint64(i))
		d := i % len(c.Wind.Draws)
		c.Wind.Path(d, &windNow[d], startSec, stepSec/float64(sub), noise, path)
		for k := range steps {
			var sum float64
			for _, z := range path[k*sub : (k+1)*sub] {
				z = max(z, 0)
				sum += z * z
			}
			s.wind[k*members+i] = float32(sum / float64(sub))
		}
		d = i % len(c.Air.Draws)
		c.Air.Path(d, &airNow[d], startSec, stepSec/float64(sub), noise, path)
		for k := range steps {
			var sum float64
			for _, z := range path[k*sub : (k+1)*sub] {
				sum += z
			}
			s.air[k*members+i] = float32(sum / float64(sub))
		}
	}
	return s
}

// Wind returns the farm wind of all members over a step, m/s. The slice is shared: do not change it.
func (s *Sky) Wind(step int) []float32 { return s.wind[step*s.Members : (step+1)*s.Members] }

// Air returns the air temperature of all members over a step, K. The slice is shared: do not change it.
func (s *Sky) Air(step int) []float32 { return s.air[step*s.Members : (step+1)*s.Members] }
