package wind

import "math"

// Record is the recorded past of one turbine in equal steps: the mean of each channel over each step, SI, NaN where
// nothing usable was recorded.
type Record struct {
	EndSec  float64 // the end of the last step, seconds since the Unix epoch
	StepSec float64
	Means   [Channels][]float64
}

// Len is the number of steps.
func (r *Record) Len() int { return len(r.Means[Power]) }

// TimeSec is the middle of step k, seconds since the Unix epoch.
func (r *Record) TimeSec(k int) float64 {
	return r.EndSec - (float64(r.Len()-k)-.5)*r.StepSec
}

// Running reports whether the turbine ran all through step k.
func (r *Record) Running(k int, s *Spec) bool {
	state, n, p := r.Means[State][k], r.Means[RotorSpeed][k], r.Means[Power][k]
	if !math.IsNaN(state) && (state < Running-1e-6 || state > Curtailed+1e-6) {
		return false
	}
	return p > 0 && n > .8*s.MinRotorRadS && !math.IsNaN(r.Means[WindSpeed][k])
}

// free reports whether the turbine ran without a power limit all through step k.
func (r *Record) free(k int, s *Spec) bool {
	limit := r.Means[PowerLimit][k]
	return r.Running(k, s) && (math.IsNaN(limit) || limit > .995)
}

// loads returns speed and power relative to rated in step k; a turbine that stands has none. ok is false for a gap.
func (r *Record) loads(k int, s *Spec) (relSpeed, relLoad float64, ok bool) {
	n, p := r.Means[RotorSpeed][k], r.Means[Power][k]
	if math.IsNaN(n) || math.IsNaN(p) {
		return 0, 0, false
	}
	return max(0, n/s.RatedRotorRadS), max(0, p/s.RatedPowerW), true
}
