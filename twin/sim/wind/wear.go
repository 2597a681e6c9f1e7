package wind

import "math"

// Wear is one belief about the gearbox of one turbine. Wear is measured by the level of vibration: 0 is that of a fresh
// gearbox, 1 the level at which its kind reaches its end on average.
//
// It grows with dW/dt = Rate · torque^TorqueExp · 2^((T_oil−RefK)/DoubleK) · (W + Onset)^Power: with the torque as the
// life of bearings falls with their load (ISO 281: the third power for balls, 10/3 for rollers), with the oil temperature
// as lubricants thin and age, and the faster the more is gone.
type Wear struct {
	Level     float64 // now
	Rate      float64 // 1/s
	Power     float64
	Onset     float64
	TorqueExp float64
	DoubleK   float64
	End       float64 // wear at which this unit fails: 1 on average
}

// RefK is the oil temperature at which Rate holds, 60 °C.
const RefK = 333.15

// Stress is how fast wear grows relative to rated torque at RefK. Speed and load are relative to rated.
func (w *Wear) Stress(relSpeed, relLoad, oilK float64) float64 {
	if relLoad <= 0 {
		return 0
	}
	return math.Exp(w.TorqueExp*math.Log(relLoad/max(relSpeed, .3)) + math.Ln2*(oilK-RefK)/w.DoubleK)
}

// Grow returns the level after a dose of stress (seconds at stress 1), before it when the dose is negative: the exact
// solution of the growth law.
func (w *Wear) Grow(level, dose float64) float64 {
	x := level + w.Onset
	if x <= 0 {
		return level
	}
	if e := 1 - w.Power; math.Abs(e) > 1e-6 {
		y := math.Exp(e*math.Log(x)) + e*w.Rate*dose
		if y <= 0 {
			if dose < 0 { // before wear began
				return -w.Onset
			}
			return math.Inf(1) // the law runs away within the dose
		}
		return math.Exp(math.Log(y)/e) - w.Onset
	}
	return x*math.Exp(w.Rate*dose) - w.Onset
}

// Dose is the dose of stress that takes the wear from level to end; +Inf if it never gets there.
func (w *Wear) Dose(level, end float64) float64 {
	if level >= end {
		return 0
	}
	a, b := level+w.Onset, end+w.Onset
	if a <= 0 || w.Rate <= 0 {
		return math.Inf(1)
	}
	if e := 1 - w.Power; math.Abs(e) > 1e-6 {
		return (math.Pow(b, e) - math.Pow(a, e)) / (e * w.Rate)
	}
	return math.Log(b/a) / w.Rate
}
