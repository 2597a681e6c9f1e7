package wind

import (
	"math"

	"github.com/orrery-twin/orrery/twin/sim"
)

// daySec is the period of the daily cycle.
const daySec = 86400

// Process is a quantity that swings about a mean with the hour of the day and wanders on two time scales: the sum of a
// constant, one harmonic of the day and two Ornstein–Uhlenbeck processes. Its parameters are not known but believed:
// each draw is one set of parameters from their posterior, so that a forecast holds the doubt that a short record leaves
// (seven days see only a few weather systems).
type Process struct {
	Prior Prior
	Draws []Draw
}

// Draw is one set of parameters of a Process.
type Draw struct {
	SlowTauSec, SlowSD float64 // the passing of weather systems
	FastTauSec, FastSD float64 // what changes within hours
}

// Prior is what is believed before a record is seen. Times and deviations are log-normal: a median and the standard
// deviation of the logarithm.
type Prior struct {
	Mean, MeanSD float64 // of the process
	DailySD      float64 // of each of the two coefficients of the daily harmonic
	Slow, Fast   Wander
	NuggetSD     float64 // of what a single observation adds
}

// Wander is the prior of one Ornstein–Uhlenbeck process.
type Wander struct{ TauSec, TauSpread, SD, SDSpread float64 }

// Belief is the belief about the process at one time: mean and covariance of (mean, cos, sin, slow, fast).
type Belief struct {
	Mean [5]float64
	Cov  [5][5]float64
}

// start is the belief before the first observation.
func (p *Prior) start(d Draw) (s Belief) {
	s.Mean[0] = p.Mean
	s.Cov[0][0] = p.MeanSD * p.MeanSD
	s.Cov[1][1] = p.DailySD * p.DailySD
	s.Cov[2][2] = p.DailySD * p.DailySD
	s.Cov[3][3] = d.SlowSD * d.SlowSD
	s.Cov[4][4] = d.FastSD * d.FastSD
	return s
}

// forward carries the belief ahead by dt seconds.
func (s *Belief) forward(d Draw, dtSec float64) {
	a, b := math.Exp(-dtSec/d.SlowTauSec), math.Exp(-dtSec/d.FastTauSec)
	s.Mean[3] *= a
	s.Mean[4] *= b
	for i := range 5 {
		s.Cov[3][i] *= a
		s.Cov[4][i] *= b
	}
	for i := range 5 {
		s.Cov[i][3] *= a
		s.Cov[i][4] *= b
	}
	s.Cov[3][3] += d.SlowSD * d.SlowSD * (1 - a*a)
	s.Cov[4][4] += d.FastSD * d.FastSD * (1 - b*b)
}

// observe takes in a value seen at a time (seconds since the Unix epoch) and returns the logarithm of its likelihood
// (Kalman filter with a scalar observation).
func (s *Belief) observe(z, unixSec, nuggetSD float64) float64 {
	sin, cos := math.Sincos(2 * math.Pi * math.Mod(unixSec, daySec) / daySec)
	h := [5]float64{1, cos, sin, 1, 1}
	var ph [5]float64
	e, v := z, nuggetSD*nuggetSD
	for i := range 5 {
		for j := range 5 {
			ph[i] += s.Cov[i][j] * h[j]
		}
		e -= h[i] * s.Mean[i]
	}
	for i := range 5 {
		v += h[i] * ph[i]
	}
	for i := range 5 {
		g := ph[i] / v
		s.Mean[i] += g * e
		for j := range 5 {
			s.Cov[i][j] -= g * ph[j]
		}
	}
	return -.5 * (e*e/v + math.Log(v))
}

// Filter runs over a record in equal steps that ends at endSec, NaN for gaps, and returns the belief at its end and the
// logarithm of the likelihood.
func (p *Prior) Filter(d Draw, z []float64, endSec, stepSec float64) (Belief, float64) {
	s := p.start(d)
	var sum float64
	for i, x := range z {
		if i > 0 {
			s.forward(d, stepSec)
		}
		if !math.IsNaN(x) {
			sum += s.observe(x, endSec-(float64(len(z)-i)-.5)*stepSec, p.NuggetSD)
		}
	}
	s.forward(d, stepSec/2)
	return s, sum
}

// FitProcess draws n sets of parameters from their posterior given a record in equal steps that ends at endSec (seconds
// since the Unix epoch), NaN for gaps: random-walk Metropolis on the logarithms (Haario et al. 2001 for the step size)
// with the exact likelihood.
func FitProcess(p Prior, z []float64, endSec, stepSec float64, n int, noise sim.Noise) *Process {
	const burn, thin = 400, 6
	at := [4]float64{math.Log(p.Slow.TauSec), math.Log(p.Slow.SD), math.Log(p.Fast.TauSec), math.Log(p.Fast.SD)}
	middle := at
	spread := [4]float64{p.Slow.TauSpread, p.Slow.SDSpread, p.Fast.TauSpread, p.Fast.SDSpread}
	draw := func(x [4]float64) Draw { return Draw{math.Exp(x[0]), math.Exp(x[1]), math.Exp(x[2]), math.Exp(x[3])} }
	score := func(x [4]float64) float64 {
		d := draw(x)
		var lp float64
		for i := range x {
			e := (x[i] - middle[i]) / spread[i]
			lp -= .5 * e * e
		}
		if d.SlowTauSec < 2*d.FastTauSec { // the two would change names
			return math.Inf(-1)
		}
		_, ll := p.Filter(d, z, endSec, stepSec)
		return lp + ll
	}
	here := score(at)
	out := &Process{Prior: p, Draws: make([]Draw, 0, n)}
	size, taken := .7, 0
	for i := 0; len(out.Draws) < n; i++ {
		next := at
		for j := range next {
			next[j] += size * .6 * spread[j] * noise.NormFloat64()
		}
		there := score(next)
		accept := math.Log(noise.Float64()) < there-here
		if accept {
			at, here = next, there
			taken++
		}
		if i < burn && i%25 == 24 { // aim at one proposal in three
			size *= math.Exp(float64(taken)/25 - .33)
			size = min(max(size, .05), 3)
			taken = 0
		}
		if i >= burn && i%thin == 0 {
			out.Draws = append(out.Draws, draw(at))
		}
	}
	return out
}

// sample draws a state from the belief.
func (s *Belief) sample(noise sim.Noise) [5]float64 {
	var l [5][5]float64 // Cholesky factor; a direction without doubt stays at its mean
	for j := range 5 {
		v := s.Cov[j][j]
		for k := range j {
			v -= l[j][k] * l[j][k]
		}
		if v <= 1e-14 {
			continue
		}
		l[j][j] = math.Sqrt(v)
		for i := j + 1; i < 5; i++ {
			c := s.Cov[i][j]
			for k := range j {
				c -= l[i][k] * l[j][k]
			}
			l[i][j] = c / l[j][j]
		}
	}
	var u [5]float64
	for i := range u {
		u[i] = noise.NormFloat64()
	}
	x := s.Mean
	for i := range 5 {
		for j := range i + 1 {
			x[i] += l[i][j] * u[j]
		}
	}
	return x
}

// Path fills out with the process ahead of startSec in equal steps: out[k] is its value in the middle of step k.
func (p *Process) Path(draw int, from *Belief, startSec, stepSec float64, noise sim.Noise, out []float64) {
	d := p.Draws[draw%len(p.Draws)]
	x := from.sample(noise)
	a, b := math.Exp(-stepSec/d.SlowTauSec), math.Exp(-stepSec/d.FastTauSec)
	sa, sb := d.SlowSD*math.Sqrt(1-a*a), d.FastSD*math.Sqrt(1-b*b)
	sin, cos := math.Sincos(2 * math.Pi * math.Mod(startSec+stepSec/2, daySec) / daySec)
	ds, dc := math.Sincos(2 * math.Pi * stepSec / daySec)
	for k := range out {
		x[3] = a*x[3] + sa*noise.NormFloat64()
		x[4] = b*x[4] + sb*noise.NormFloat64()
		out[k] = x[0] + x[1]*cos + x[2]*sin + x[3] + x[4]
		sin, cos = sin*dc+cos*ds, cos*dc-sin*ds
	}
}
