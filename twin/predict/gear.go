package predict

import (
	"math"
	"sort"

	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/wind"
)

// GearPrior is what is believed about the wear of gearboxes of this kind before the record of one is seen. It was learnt
// on emulated farms that ran to failure and that no back-test uses.
type GearPrior struct {
	TorqueExp, TorqueExpSD float64    // ISO 281: 3 for balls, 10/3 for rollers
	DoubleK, DoubleSpread  float64    // median, and standard deviation of the logarithm
	Power                  [2]float64 // uniform between
	Onset, OnsetSlope      float64    // median of the onset at Power 1, and how it grows with Power
	OnsetSpread            float64    // standard deviation of its logarithm
	EndSD                  float64    // relative standard deviation of the vibration at the end of life
	Temper                 float64    // factor on the noise, for what the growth law leaves out
}

// DefaultGearPrior is the prior that calibrations use for a type of turbine: its spread of the end of life is a 90 % band.
func DefaultGearPrior(s wind.Spec) GearPrior {
	return GearPrior{
		TorqueExp: 2.9, TorqueExpSD: .35, DoubleK: 32, DoubleSpread: .35,
		Power: [2]float64{.8, 1.8}, Onset: .08, OnsetSlope: .48, OnsetSpread: .3,
		EndSD: s.EndOfLifeSpread / 1.645, Temper: 2,
	}
}

// gear is what is believed about one gearbox.
type gear struct {
	level  *wind.Level
	path   []float64   // smooth wear by step of the record; held back from the first and ahead of the last measurement
	draws  []wind.Wear // posterior, as of the end of the record
	noise  float64     // standard deviation of a 10-minute wear
	torque []float64   // by step: relative speed and load, 0 for a standstill
	speed  []float64
	oil    []float64
}

// fitVibrations separates shape and level for all units: once alone, then with the shape of the farm as prior. The level
// of a fresh gearbox is that of the best of the farm.
func fitVibrations(units []unit) []vibration {
	out := make([]vibration, len(units))
	fit := func(prior wind.Vibration) {
		for i := range units {
			out[i].Vibration, out[i].level = wind.FitVibration(units[i].record, &units[i].turbine.Spec, prior)
		}
	}
	prior := units[0].turbine.Vibration
	fit(prior)
	column := func(f func(v *wind.Vibration) float64) float64 {
		var all []float64
		for i := range out {
			all = append(all, f(&out[i].Vibration))
		}
		return sim.Quantile(all, .5)
	}
	prior.Speed, prior.Load = column(func(v *wind.Vibration) float64 { return v.Speed }), column(func(v *wind.Vibration) float64 { return v.Load })
	prior.Curve = column(func(v *wind.Vibration) float64 { return v.Curve })
	prior.Base = 1 - prior.Speed - prior.Load - prior.Curve
	fit(prior)
	var levels []float64
	for i := range out {
		if l := out[i].level; l.Measured > 0 {
			lowest := math.Inf(1)
			for _, x := range l.Smooth {
				if x < lowest {
					lowest = x
				}
			}
			levels = append(levels, lowest)
			out[i].lowest = lowest
		}
	}
	// Farms of two or three may be worn all over: the public level of a fresh gearbox bounds what is believed of it.
	fresh := prior.FreshMS
	if len(levels) > 0 {
		sort.Float64s(levels)
		fresh = min(sim.Quantile(levels, .25), 1.3*prior.FreshMS)
	}
	for i := range out {
		out[i].FreshMS = fresh
		if out[i].level.Measured > 0 {
			out[i].FreshMS = min(fresh, out[i].lowest*.985)
		}
	}
	return out
}

// vibration is the result for one unit.
type vibration struct {
	wind.Vibration
	level  *wind.Level
	lowest float64
}

// fitGear draws from the posterior of the wear of one gearbox. Given the exponents of the growth law, the transformed
// wear is a straight line over the dose of stress, whose two coefficients have an exact Gaussian posterior; the exponents
// are drawn by random-walk Metropolis on the likelihood with these two integrated out.
func fitGear(r *wind.Record, t *wind.Turbine, v vibration, p GearPrior, noise sim.Noise) *gear {
	t.Vibration = v.Vibration
	n := r.Len()
	g := &gear{level: v.level, path: make([]float64, n)}
	g.speed, g.torque, g.oil = loads(r, &t.Spec)
	span := t.Spec.EndOfLifeMS - v.FreshMS
	wear := func(level float64) float64 { return (level - v.FreshMS) / span }
	last := 0.0
	for k := n - 1; k >= 0; k-- {
		if x := v.level.Smooth[k]; !math.IsNaN(x) {
			last = max(wear(x), 0)
		} else if k < v.level.First {
			last = 0 // another gearbox: what it was worth is not known
		}
		g.path[k] = last
	}
	relative := max(v.SD, .002)
	p.EndSD = math.Hypot(p.EndSD, v.level.EndSD*p.Temper) // a level that is read too high by so much ends as much later
	blocks := g.blocks(wear, relative*p.Temper, v)
	if len(blocks) < 8 {
		g.fromPrior(p, noise)
		return g
	}
	type point [4]float64 // torque exponent, ln doubling, power, ln onset about its median
	start := point{p.TorqueExp, math.Log(p.DoubleK), (p.Power[0] + p.Power[1]) / 2, 0}
	size := point{p.TorqueExpSD, p.DoubleSpread, (p.Power[1] - p.Power[0]) / 3, p.OnsetSpread}
	law := func(x point) wind.Wear {
		onset := max(.02, p.Onset+p.OnsetSlope*(x[2]-1)) * math.Exp(x[3])
		return wind.Wear{TorqueExp: x[0], DoubleK: math.Exp(x[1]), Power: x[2], Onset: onset}
	}
	dose := make([]float64, n+1)
	score := func(x point) (line, float64) {
		if x[2] < p.Power[0] || x[2] > p.Power[1] {
			return line{}, math.Inf(-1)
		}
		w := law(x)
		g.doses(&w, dose, r.StepSec)
		l, ll := regress(blocks, dose, &w)
		for i, c := range []float64{p.TorqueExp, math.Log(p.DoubleK), x[2], 0} {
			e := (x[i] - c) / size[i]
			ll -= .5 * e * e
		}
		return l, ll
	}
	const burn, thin = 500, 8
	here := start
	at, ll := score(here)
	step, taken := .5, 0
	for i := 0; len(g.draws) < draws; i++ {
		next := here
		for j := range next {
			next[j] += step * size[j] * noise.NormFloat64()
		}
		l, trial := score(next)
		if math.Log(noise.Float64()) < trial-ll {
			here, at, ll = next, l, trial
			taken++
		}
		if i < burn && i%25 == 24 {
			step = min(max(step*math.Exp(float64(taken)/25-.3), .02), 2)
			taken = 0
		}
		if i >= burn && i%thin == 0 {
			w := law(here)
			g.draws = append(g.draws, at.draw(w, p, v.FreshMS/span, noise))
		}
	}
	// Draws come along a chain: neighbours resemble each other. Members take them in order, so shuffle.
	noise.Shuffle(len(g.draws), func(i, j int) { g.draws[i], g.draws[j] = g.draws[j], g.draws[i] })
	g.noise = relative * (v.FreshMS + last*span) / span
	return g
}

// loads returns relative speed, relative load and oil temperature per step: gaps in the loads count as the mean of the
// record, gaps in the temperature as the last one seen.
func loads(r *wind.Record, s *wind.Spec) (speed, load, oil []float64) {
	n := r.Len()
	speed, load, oil = make([]float64, n), make([]float64, n), make([]float64, n)
	typicalN, typicalP := mean(r.Means[wind.RotorSpeed])/s.RatedRotorRadS, mean(r.Means[wind.Power])/s.RatedPowerW
	lastOil := wind.RefK
	for k := range n {
		speed[k], load[k] = r.Means[wind.RotorSpeed][k]/s.RatedRotorRadS, r.Means[wind.Power][k]/s.RatedPowerW
		if math.IsNaN(speed[k]) || math.IsNaN(load[k]) {
			speed[k], load[k] = typicalN, typicalP
		}
		if !(speed[k] > 0) || !(load[k] > 0) {
			speed[k], load[k] = 0, 0
		}
		if x := r.Means[wind.OilTemp][k]; !math.IsNaN(x) {
			lastOil = x
		}
		oil[k] = lastOil
	}
	return speed, load, oil
}

// doses fills in the dose of stress up to the beginning of each step.
func (g *gear) doses(w *wind.Wear, out []float64, stepSec float64) {
	var sum float64
	for k := range g.torque {
		out[k] = sum
		if g.torque[k] > 0 {
			sum += w.Stress(g.speed[k], g.torque[k], g.oil[k]) * stepSec
		}
	}
	out[len(g.torque)] = sum
}

// block is the mean wear over an hour.
type block struct {
	step     int // in the middle
	wear, sd float64
}

const blockSteps = 6

func (g *gear) blocks(wear func(float64) float64, relative float64, v vibration) []block {
	var out []block
	span := wear(1) - wear(0)
	for k := v.level.First; k+blockSteps <= len(g.path); k += blockSteps {
		var sum, w float64
		n := 0
		for j := k; j < k+blockSteps; j++ {
			if x := v.level.Steps[j]; !math.IsNaN(x) {
				sum += x
				w += float64(j)
				n++
			}
		}
		if n < 2 {
			continue
		}
		level := sum / float64(n)
		out = append(out, block{step: int(w/float64(n) + .5), wear: wear(level), sd: level * span * relative / math.Sqrt(float64(n))})
	}
	return out
}

// line is the Gaussian posterior of wear = intercept + slope·dose in transformed wear, about the last dose.
type line struct {
	y, rate       float64 // transformed wear at the end of the record, and slope
	syy, syr, srr float64 // their covariance
	e, onset      float64
}

// regress fits the transformed wear over the dose and returns the logarithm of the likelihood with both coefficients
// integrated out, over priors that are flat in the wear now and in its growth over the record.
func regress(blocks []block, dose []float64, w *wind.Wear) (line, float64) {
	e := 1 - w.Power
	end := dose[len(dose)-1]
	scale := max(end, 1)
	var s0, s1, s2, t0, t1, tt, last float64
	for _, b := range blocks {
		x := max(b.wear+w.Onset, .2*w.Onset)
		ln := math.Log(x)
		y, slope := ln, 1/x
		if math.Abs(e) > 1e-6 {
			pow := math.Exp(e * ln)
			y, slope = pow/e, pow/x
		}
		// y is concave or convex in the wear: noise shifts its mean by half the second derivative.
		sd := b.sd * slope
		y += .5 * w.Power * slope / x * b.sd * b.sd
		d := (dose[b.step] - end) / scale
		q := 1 / (sd * sd)
		s0 += q
		s1 += q * d
		s2 += q * d * d
		t0 += q * y
		t1 += q * y * d
		tt += q * y * y
		last = slope
	}
	det := s0*s2 - s1*s1
	if !(det > 0) {
		return line{}, math.Inf(-1)
	}
	y := (s2*t0 - s1*t1) / det
	rate := (s0*t1 - s1*t0) / det
	if rate <= 0 {
		rate = 0
	}
	chi := tt - y*t0 - rate*t1
	l := line{y: y, rate: rate / scale, syy: s2 / det, syr: -s1 / det / scale, srr: s0 / det / scale / scale, e: e, onset: w.Onset}
	return l, -.5*chi - .5*math.Log(det) - 2*math.Log(last) // the last: from transformed wear to wear
}

// draw draws wear, rate and end of life.
func (l *line) draw(w wind.Wear, p GearPrior, freshOverSpan float64, noise sim.Noise) wind.Wear {
	for range 50 {
		a, b := noise.NormFloat64(), noise.NormFloat64()
		sy := math.Sqrt(l.syy)
		y := l.y + sy*a
		rest := max(l.srr-l.syr*l.syr/l.syy, 0)
		w.Rate = l.rate + l.syr/sy*a + math.Sqrt(rest)*b
		if l.e > 1e-6 || l.e < -1e-6 {
			if y*l.e <= 0 {
				continue
			}
			w.Level = math.Exp(math.Log(y*l.e)/l.e) - l.onset
		} else {
			w.Level = math.Exp(y) - l.onset
		}
		if w.Rate > 0 && w.Level < 3 {
			break
		}
	}
	w.Rate = max(w.Rate, 1e-12)
	w.Level = min(max(w.Level, -.5*w.Onset), 3)
	for range 200 {
		w.End = 1 + p.EndSD*(1+freshOverSpan)*noise.NormFloat64() // the level scatters, not the wear above fresh
		if w.End > w.Level+.005 {
			return w
		}
	}
	w.End = w.Level + .005
	return w
}

// fromPrior is for a gearbox of which next to nothing was measured: fresh or nearly so, with the life of its kind.
func (g *gear) fromPrior(p GearPrior, noise sim.Noise) {
	for range draws {
		x := p.Power[0] + (p.Power[1]-p.Power[0])*noise.Float64()
		w := wind.Wear{
			Level: .1 * noise.Float64(), Rate: .01 / 86400 * math.Exp(noise.NormFloat64()), Power: x,
			Onset:     max(.02, p.Onset+p.OnsetSlope*(x-1)) * math.Exp(p.OnsetSpread*noise.NormFloat64()),
			TorqueExp: p.TorqueExp + p.TorqueExpSD*noise.NormFloat64(), DoubleK: p.DoubleK * math.Exp(p.DoubleSpread*noise.NormFloat64()),
			End: 1 + p.EndSD*noise.NormFloat64(),
		}
		g.draws = append(g.draws, w)
	}
}

// now is the median wear at the end of the record.
func (g *gear) now() float64 {
	all := make([]float64, len(g.draws))
	for i, w := range g.draws {
		all[i] = w.Level / w.End
	}
	return sim.Quantile(all, .5)
}

// factors returns how much oil temperature and load raise the wear of this gearbox, relative to rated torque at RefK.
func (g *gear) factors() (heat, load float64) {
	w := &g.draws[0]
	var all, cold float64
	n := 0
	for k, p := range g.torque {
		if p > 0 {
			all += w.Stress(g.speed[k], p, g.oil[k])
			cold += w.Stress(g.speed[k], p, wind.RefK)
			n++
		}
	}
	if n == 0 || cold == 0 {
		return 1, 1
	}
	return all / cold, cold / float64(n)
}

// beliefs returns the wear of each member at firstSec: the draws, carried along what was recorded since they were made, or back.
func (g *gear) beliefs(now, fitted *wind.Record, s *wind.Spec, firstSec float64, members int) []wind.Wear {
	out := make([]wind.Wear, members)
	from, to := fitted.EndSec, firstSec
	sign := 1.0
	if to < from {
		from, to, sign = to, from, -1
	}
	rec := now
	if now.EndSec < to-1 {
		rec = fitted
	}
	speed, load, oil := loads(rec, s)
	lo, hi := min(max(indexAt(rec, from), 0), rec.Len()), min(max(indexAt(rec, to), 0), rec.Len())
	for m := range out {
		w := g.draws[m%len(g.draws)]
		var dose float64
		for k := lo; k < hi; k++ {
			if load[k] > 0 {
				dose += w.Stress(speed[k], load[k], oil[k]) * rec.StepSec
			}
		}
		w.Level = w.Grow(w.Level, sign*dose)
		if sign > 0 && w.Level >= w.End { // it ran past: its end lies higher than this draw believed
			w.End = w.Level + .005
		}
		out[m] = w
	}
	return out
}
