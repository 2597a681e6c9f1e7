package windfarm

import (
	"fmt"
	"math"
	"time"
)

// Farm is the turbines under one weather. Make it with New or Restore.
type Farm struct {
	Seed     uint64
	Epoch    time.Time // second 0: midnight in UTC, a week before the demo's now
	Sec      int64     // seconds since the epoch
	Weather  Weather
	Turbines []*Turbine

	past   [ringSec]float64 // farm wind of the last seconds, to pass down the farm
	WakeAt int64            // when the wakes are computed next
}

// ringSec is how far back the wind is kept: the time it takes to pass through the farm.
const ringSec = 900

// wakeEvery is how often the wakes are computed anew: directions change slowly.
const wakeEvery = 30

// places of the six turbines of the demo, metres east and north of T03.
var places = [][2]float64{{-346, 516}, {-257, 1116}, {0, 0}, {350, 1316}, {900, 1916}, {360, 480}}

// New makes a farm of n turbines at the epoch. More than six stand on a grid.
func New(seed uint64, epoch time.Time, n int) (*Farm, error) {
	if n < 1 || n > 5000 {
		return nil, fmt.Errorf("a farm has 1 to 5000 turbines, not %d", n)
	}
	f := &Farm{Seed: seed, Epoch: epoch.UTC().Truncate(24 * time.Hour), Weather: newWeather(seed)}
	side := int(math.Ceil(math.Sqrt(float64(n))))
	for i := range n {
		east, north := 800*float64(i%side), 800*float64(i/side)
		if n <= len(places) {
			east, north = places[i][0], places[i][1]
		}
		f.Turbines = append(f.Turbines, newTurbine(seed, fmt.Sprintf("T%02d", i+1), east, north))
	}
	f.fates()
	first := f.Weather.at(0)
	for i := range f.past {
		f.past[i] = first.Wind
	}
	for _, t := range f.Turbines {
		t.YawDeg = math.Mod(first.DirDeg+360, 360)
	}
	return f, nil
}

// Now is the time that the farm stands at.
func (f *Farm) Now() time.Time { return f.Epoch.Add(time.Duration(f.Sec) * time.Second) }

// SecondAt is the second of the epoch at a time.
func (f *Farm) SecondAt(t time.Time) int64 { return int64(t.Sub(f.Epoch) / time.Second) }

// Turbine returns the turbine with this name, or nil.
func (f *Farm) Turbine(name string) *Turbine {
	for _, t := range f.Turbines {
		if t.Name == name {
			return t
		}
	}
	return nil
}

// Advance moves the farm on to a second of the epoch, step by step.
func (f *Farm) Advance(to int64) {
	for f.Sec < to {
		f.step()
	}
}

// Skip sets the clock of a farm that has not begun yet, without living through the time until then: for load, where the
// past of thousands of turbines would take minutes and nobody asks for it.
func (f *Farm) Skip(to int64) {
	if f.Sec != 0 || to <= 0 {
		return
	}
	f.Sec, f.WakeAt = to, to
	a := f.Weather.at(to)
	for i := range f.past {
		f.past[i] = a.Wind
	}
	for _, t := range f.Turbines {
		t.YawDeg = math.Mod(a.DirDeg+360, 360)
	}
}

func (f *Farm) step() {
	f.Sec++
	a := f.Weather.at(f.Sec)
	f.past[f.Sec%ringSec] = a.Wind
	if f.Sec >= f.WakeAt {
		f.wakes(a)
		f.WakeAt = f.Sec + wakeEvery
	}
	// Where the wind blows to, east and north.
	toE, toN := -math.Sin(a.DirDeg*deg), -math.Cos(a.DirDeg*deg)
	for _, t := range f.Turbines {
		late := int64((t.EastM*toE + t.NorthM*toN) / max(a.Wind, 3))
		late = min(max(late+ringSec/2, 0), ringSec-1) // T03 sees the wind of 450 s ago, others earlier or later
		t.step(f.Sec, f.past[(f.Sec-late+ringSec)%ringSec], a.DirDeg, a.TempC)
	}
}

// wakes computes the velocity deficits after Jensen (Risø-M-2411, 1983) with a decay constant for the open sea, summed by
// squares (Katić et al., EWEC 1986).
func (f *Farm) wakes(a air) {
	const decay, reach = .04, 6000.0
	toE, toN := -math.Sin(a.DirDeg*deg), -math.Cos(a.DirDeg*deg)
	for _, t := range f.Turbines {
		sum := 0.0
		for _, up := range f.Turbines {
			dE, dN := t.EastM-up.EastM, t.NorthM-up.NorthM
			along := dE*toE + dN*toN
			if along < 2*RadiusM || along > reach || up.State == Tripped || up.State == Service || up.State == Stopped {
				continue
			}
			aside := math.Abs(dE*toN - dN*toE)
			width := RadiusM + decay*along
			if aside > width+RadiusM {
				continue
			}
			ct := .8
			if up.MeanWind > RatedWind {
				ct = .8 * math.Pow(RatedWind/up.MeanWind, 2.4)
			}
			d := (1 - math.Sqrt(1-ct)) / ((1 + decay*along/RadiusM) * (1 + decay*along/RadiusM))
			share := min(max((width+RadiusM-aside)/(2*RadiusM), 0), 1)
			sum += d * d * share * share
		}
		t.Wake = math.Sqrt(sum)
	}
}
