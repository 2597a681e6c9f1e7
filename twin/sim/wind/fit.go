package wind

import (
	"math"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Fit returns t with its power curve, drive train and pitch schedule fitted to a record by least squares. Public data act
// as a prior, so that what the record does not show stays near them.
func (t Turbine) Fit(r *Record) Turbine {
	t.fitPower(r)
	t.fitSpeed(r)
	t.fitPitch(r)
	return t
}

func (t *Turbine) fitPower(r *Record) {
	var v, p []float64
	for k := range r.Len() {
		if r.free(k, &t.Spec) && r.Means[WindSpeed][k] > t.Spec.CutIn+.5 && r.Means[WindSpeed][k] < t.Spec.CutOut-2 {
			v, p = append(v, r.Means[WindSpeed][k]), append(p, r.Means[Power][k])
		}
	}
	if len(v) < 30 {
		return
	}
	was, rated := *t, t.Spec.RatedPowerW
	scale := []float64{.05 * was.PowerGain, .01 * rated, .02 * rated, .3}
	trial := *t
	set := func(x []float64) {
		trial.PowerGain, trial.PowerLossW, trial.PowerTopW, trial.PowerKneeW = x[0], x[1], x[2], was.PowerKneeW*math.Exp(x[3])
	}
	const typical = .02 // of rated: the spread of 10-minute means about a curve
	x, _ := leastSquares(func(x, res []float64) {
		set(x)
		for i := range v {
			res[i] = (trial.PowerW(v[i], 1) - p[i]) / rated / typical
		}
		m := len(v)
		res[m] = (x[0] - was.PowerGain) / (.15 * was.PowerGain)
		res[m+1] = (x[1] - was.PowerLossW) / (.02 * rated)
		res[m+2] = (x[2] - was.PowerTopW) / (.02 * rated)
		res[m+3] = x[3] / 1.2
	}, []float64{was.PowerGain, was.PowerLossW, was.PowerTopW, 0}, scale, len(v)+4, 30)
	set(x)
	t.PowerGain, t.PowerLossW, t.PowerTopW, t.PowerKneeW = trial.PowerGain, trial.PowerLossW, trial.PowerTopW, trial.PowerKneeW
	var sum float64
	for i := range v {
		e := (t.PowerW(v[i], 1) - p[i]) / max(p[i], .1*rated)
		sum += e * e
	}
	t.PowerSD = math.Sqrt(sum / float64(len(v)))
}

func (t *Turbine) fitSpeed(r *Record) {
	var v, n, ratio []float64
	for k := range r.Len() {
		if !r.Running(k, &t.Spec) {
			continue
		}
		v, n = append(v, r.Means[WindSpeed][k]), append(n, r.Means[RotorSpeed][k])
		if g := r.Means[GenSpeed][k]; !math.IsNaN(g) {
			ratio = append(ratio, g/r.Means[RotorSpeed][k])
		}
	}
	if len(v) < 30 {
		return
	}
	was, trial := *t, *t
	set := func(x []float64) {
		trial.SpeedSlope, trial.SpeedTop, trial.SpeedKnee, trial.Spec.MinRotorRadS = x[0], x[1], was.SpeedKnee*math.Exp(x[2]), x[3]
	}
	x, _ := leastSquares(func(x, res []float64) {
		set(x)
		for i := range v {
			res[i] = (trial.RotorRadS(v[i]) - n[i]) / .02
		}
		m := len(v)
		res[m] = (x[0] - was.SpeedSlope) / (.1 * was.SpeedSlope)
		res[m+1] = (x[1] - was.SpeedTop) / (.03 * was.SpeedTop)
		res[m+2] = x[2] / 1.2
		res[m+3] = (x[3] - was.Spec.MinRotorRadS) / (.1 * was.Spec.MinRotorRadS)
	}, []float64{was.SpeedSlope, was.SpeedTop, 0, was.Spec.MinRotorRadS}, []float64{.02, .03, .3, .03}, len(v)+4, 30)
	set(x)
	t.SpeedSlope, t.SpeedTop, t.SpeedKnee, t.Spec.MinRotorRadS = trial.SpeedSlope, trial.SpeedTop, trial.SpeedKnee, trial.Spec.MinRotorRadS
	if len(ratio) > 0 {
		t.Ratio = sim.Quantile(ratio, .5)
	}
}

func (t *Turbine) fitPitch(r *Record) {
	var num, den float64
	unit := *t
	unit.PitchScale = 1
	for k := range r.Len() {
		pitch := r.Means[Pitch][k]
		if !r.Running(k, &t.Spec) || math.IsNaN(pitch) {
			continue
		}
		if x := unit.PitchRad(r.Means[WindSpeed][k], r.Means[Power][k]); x > 3*deg {
			num += x * pitch
			den += x * x
		}
	}
	if den > 0 {
		t.PitchScale = min(max((num+9*deg*deg)/(den+9*deg*deg), .5), 2)
	}
}

// FitThermal fits the oil and the bearing node by running them along the record. wear is the wear at each step; whether
// it heats the gearbox is left to the record.
func (t *Turbine) FitThermal(r *Record, wear []float64) {
	t.Oil = fitNode(t.Oil, r, &t.Spec, r.Means[OilTemp], r.Means[AmbientTemp], wear, true)
	t.Bearing = fitNode(t.Bearing, r, &t.Spec, r.Means[BearingTemp], r.Means[OilTemp], wear, false)
}

// fitNode fits one thermal node. It runs freely from its first measured value; a gap in its inputs starts it anew.
func fitNode(h Thermal, r *Record, s *Spec, measured, sink, wear []float64, fan bool) Thermal {
	usable := 0
	for _, x := range measured {
		if !math.IsNaN(x) {
			usable++
		}
	}
	if usable < 50 {
		return h
	}
	was, trial := h, h
	free := []float64{math.Log(was.TauSec), was.Base, was.Speed, was.Load, was.Wear, was.Fan, was.FanOnK}
	scale := []float64{.3, 3, 5, 5, 3, .3, 4}
	if was.FanOnK == 0 {
		free[6] = 330
	}
	if !fan {
		free, scale = free[:5], scale[:5]
	}
	set := func(x []float64) {
		trial.TauSec, trial.Base, trial.Speed, trial.Load, trial.Wear = math.Exp(min(max(x[0], 4), 12)), x[1], x[2], x[3], x[4]
		if fan {
			trial.Fan, trial.FanOnK = max(x[5], 0), x[6]
		}
	}
	start := append([]float64(nil), free...)
	size := len(measured) + len(free)
	const typical = .7 // K: what a lumped model leaves unexplained
	x, _ := leastSquares(func(x, res []float64) {
		set(x)
		clear(res)
		trial.follow(r, s, measured, sink, wear, func(k int, model float64) { res[k] = (model - measured[k]) / typical })
		m := len(measured)
		prior := []float64{.7, 5, 15, 15, 5, .7, 12}
		for j := range x {
			res[m+j] = (x[j] - start[j]) / prior[j]
		}
	}, free, scale, size, 40)
	set(x)
	var sum float64
	n := 0
	trial.follow(r, s, measured, sink, wear, func(k int, model float64) {
		sum += (model - measured[k]) * (model - measured[k])
		n++
	})
	if n > 0 {
		trial.SD = math.Sqrt(sum / float64(n))
	}
	return trial
}

// follow runs the node along a record and reports its mean over each step in which it was measured. wear may be nil.
func (h *Thermal) follow(r *Record, s *Spec, measured, sink, wear []float64, report func(k int, model float64)) {
	at, known := 0.0, false
	for k := range measured {
		n, p, ok := r.loads(k, s)
		if !ok || math.IsNaN(sink[k]) {
			known = false
			continue
		}
		if !known {
			if math.IsNaN(measured[k]) {
				continue
			}
			at, known = measured[k], true
			continue
		}
		w := 0.0
		if wear != nil {
			w = wear[k]
		}
		next := h.Step(at, sink[k], n, p, w, 1, r.StepSec)
		if !math.IsNaN(measured[k]) {
			report(k, (at+next)/2)
		}
		at = next
	}
}

// Innovation runs the node along a record and returns the mean difference of measured and computed over the last steps,
// in standard deviations of the fit (at least leastSD kelvin); NaN when too little was measured.
func (h *Thermal) Innovation(r *Record, s *Spec, channel, sink Channel, wear []float64, last int, leastSD float64) float64 {
	var sum float64
	n := 0
	h.follow(r, s, r.Means[channel], r.Means[sink], wear, func(k int, model float64) {
		if k >= r.Len()-last {
			sum += r.Means[channel][k] - model
			n++
		}
	})
	if n < last/2 {
		return math.NaN()
	}
	return sum / float64(n) / max(h.SD, leastSD)
}

// PowerInnovation returns the mean difference of measured and computed power over the last steps of a record, in
// standard deviations of the fit; NaN when it ran too little. The deviations of neighbouring steps are taken as dependent.
func (t *Turbine) PowerInnovation(r *Record, last int) float64 {
	var sum float64
	n := 0
	for k := max(0, r.Len()-last); k < r.Len(); k++ {
		state, v := r.Means[State][k], r.Means[WindSpeed][k]
		if state < Running-1e-6 || state > Curtailed+1e-6 || !(v > t.Spec.CutIn+1 && v < t.Spec.CutOut-2) || math.IsNaN(r.Means[Power][k]) {
			continue // a turbine that says it runs and gives nothing counts
		}
		limit := r.Means[PowerLimit][k]
		if math.IsNaN(limit) {
			limit = 1
		}
		p := t.PowerW(v, limit)
		sum += (r.Means[Power][k] - p) / max(p, .1*t.Spec.RatedPowerW)
		n++
	}
	if n < last/2 {
		return math.NaN()
	}
	return sum / float64(n) / max(t.PowerSD, .01)
}
