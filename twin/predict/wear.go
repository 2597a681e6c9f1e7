package predict

import (
	"math"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/wind"
)

// WearAt returns the estimated wear of a unit's gearbox at t: the median and the 80 % interval, 0 fresh, 1 the end of
// life. The interval holds what is not known about the end of this very unit. Within the calibrated history it rests on the
// vibration of that time; up to a day after it the wear is carried on at the pace of the last day. ok is false elsewhere.
func (c *Calibration) WearAt(asset twin.AssetID, t time.Time) (median, low, high float64, ok bool) {
	u := c.unit(asset)
	if u == nil || t.Before(c.From) || t.After(c.To.Add(24*time.Hour)) {
		return 0, 0, 0, false
	}
	all := make([]float64, len(u.gear.draws))
	if t.After(c.To) {
		day := min(int(24*time.Hour/Step), u.record.Len())
		last := u.gear.path[len(u.gear.path)-1]
		ahead := t.Sub(c.To).Seconds() / (float64(day) * Step.Seconds())
		for i, w := range u.gear.draws {
			var dose float64
			for k := u.record.Len() - day; k < u.record.Len(); k++ {
				if u.gear.torque[k] > 0 {
					dose += w.Stress(u.gear.speed[k], u.gear.torque[k], u.gear.oil[k]) * Step.Seconds()
				}
			}
			all[i] = (last + max(0, w.Grow(w.Level, dose*ahead)-w.Level)) / w.End
		}
	} else {
		k := min(max(indexAt(u.record, seconds(t)), 0), u.record.Len()-1)
		if k < u.gear.level.First || u.gear.level.Measured == 0 {
			return 0, 0, 0, false
		}
		for i, w := range u.gear.draws {
			all[i] = u.gear.path[k] / w.End
		}
	}
	median, low, high = sim.Spread(all)
	return median, low, high, true
}

// WearSamples returns the estimated wear of all units over the calibrated history, every step, as samples of quality
// Estimated in order of time. Units whose tree has no signal for it are left out.
func (c *Calibration) WearSamples(step time.Duration) []twin.Sample {
	step = max(step, time.Minute)
	var out []twin.Sample
	for t := c.From.Add(Step); !t.After(c.To); t = t.Add(step) {
		for i := range c.units {
			u := &c.units[i]
			sig := u.signals[wind.WearLevel]
			if sig == twin.NoSignal {
				continue
			}
			if m, _, _, ok := c.WearAt(u.asset, t); ok && !math.IsNaN(m) {
				out = append(out, twin.Sample{Signal: sig, Quality: twin.Estimated, Time: t.UnixNano(), Value: m})
			}
		}
	}
	return out
}

// WearNow returns the estimated wear of all units at t as samples of quality Estimated, for the live values.
func (c *Calibration) WearNow(t time.Time) []twin.Sample {
	var out []twin.Sample
	for i := range c.units {
		u := &c.units[i]
		sig := u.signals[wind.WearLevel]
		if sig == twin.NoSignal {
			continue
		}
		if m, _, _, ok := c.WearAt(u.asset, t); ok {
			out = append(out, twin.Sample{Signal: sig, Quality: twin.Estimated, Time: t.UnixNano(), Value: m})
		}
	}
	return out
}
