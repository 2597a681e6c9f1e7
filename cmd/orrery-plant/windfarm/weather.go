package windfarm

import (
	"math"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/chance"
)

// Weather is the air over the farm. The slow part moves on a grid of one minute and is interpolated, so that a look ahead
// costs little.
type Weather struct {
	MeanWind  float64 // m/s
	MeanTempC float64
	MeanDir   float64 // degrees, where the wind comes from

	Synoptic, Meso, Veer, Front chance.OU     // days, hours, direction, temperature
	Rand                        chance.Stream // of the slow part
	Minute                      int64         // since the epoch, of Next
	Prev, Next                  air
}

// air is the state of the weather at one minute.
type air struct{ Wind, DirDeg, TempC float64 }

var (
	synKeep, synKick = chance.OUStep(60, 30*3600)
	mesKeep, mesKick = chance.OUStep(60, 2*3600)
	dirKeep, dirKick = chance.OUStep(60, 40*3600)
	tmpKeep, tmpKick = chance.OUStep(60, 60*3600)
)

func newWeather(seed uint64) Weather {
	r := chance.New(seed, "weather")
	w := Weather{MeanWind: r.Uniform(9.0, 10.2), MeanTempC: r.Uniform(8, 14), MeanDir: r.Uniform(215, 265), Rand: r, Minute: -1}
	w.Synoptic.X, w.Meso.X, w.Veer.X, w.Front.X = .5*r.NormFloat64(), r.NormFloat64(), .5*r.NormFloat64(), r.NormFloat64()
	w.minute()
	w.minute()
	return w
}

// minute moves the slow part on by one minute.
func (w *Weather) minute() {
	w.Synoptic.Step(synKeep, synKick, w.Rand)
	w.Meso.Step(mesKeep, mesKick, w.Rand)
	w.Veer.Step(dirKeep, dirKick, w.Rand)
	w.Front.Step(tmpKeep, tmpKick, w.Rand)
	w.Minute++
	day := 2 * math.Pi * float64(w.Minute%1440) / 1440 // the epoch is a midnight in UTC
	w.Prev = w.Next
	w.Next = air{
		// At sea the wind is a little stronger by night, the air warmest in the afternoon.
		Wind:   w.MeanWind * math.Exp(.20*w.Synoptic.X+.08*w.Meso.X-.5*(.20*.20+.08*.08)) * (1 + .06*math.Cos(day)),
		DirDeg: w.MeanDir + 28*w.Veer.X,
		TempC:  w.MeanTempC + 2.2*w.Front.X - 2.5*math.Cos(day-math.Pi/6),
	}
}

// at returns the air at a second of the epoch; seconds must not go back by more than a minute.
func (w *Weather) at(sec int64) air {
	for w.Minute*60 < sec {
		w.minute()
	}
	f := 1 - float64(w.Minute*60-sec)/60
	return air{w.Prev.Wind + f*(w.Next.Wind-w.Prev.Wind), w.Prev.DirDeg + f*(w.Next.DirDeg-w.Prev.DirDeg), w.Prev.TempC + f*(w.Next.TempC-w.Prev.TempC)}
}
