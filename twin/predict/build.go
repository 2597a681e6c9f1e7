package predict

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/wind"
)

// The parameters of a wind farm that a what-if may change, SI.
const (
	PowerLimit = "power_limit" // fraction of rated power
	MeanWind   = "mean_wind"   // m/s, long-term mean of the farm wind
	Cooling    = "cooling"     // efficiency of the oil coolers, 1 as they are
)

// present is what is known as of one moment: it is read and filtered once and then serves every what-if of that moment.
type present struct {
	now     time.Time
	records []*wind.Record // by unit: up to now, in whole steps
	start   []wind.Start   // by unit
	wind    []wind.Belief  // by draw
	air     []wind.Belief
	skies   map[skyKey]*wind.Sky // guarded by Calibration.mu
}

type skyKey struct {
	start          int64
	steps, members int
	step           time.Duration
	seed           uint64
}

// cached is how many moments are kept.
const cached = 3

// at returns what is known as of now. Whoever keeps it makes what-ifs of that moment quick.
func (c *Calibration) at(ctx context.Context, now time.Time, keep bool) (*present, error) {
	c.mu.Lock()
	for _, p := range c.cache {
		if p.now.Equal(now) {
			c.mu.Unlock()
			return p, nil
		}
	}
	c.mu.Unlock()
	p, err := c.look(ctx, now)
	if err != nil || !keep {
		return p, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, other := range c.cache { // somebody else was as quick
		if other.now.Equal(now) {
			return other, nil
		}
	}
	c.cache = append(c.cache, p)
	if len(c.cache) > cached {
		c.cache = append(c.cache[:0], c.cache[1:]...)
	}
	return p, nil
}

// look reads what happened since the calibration and takes stock.
func (c *Calibration) look(ctx context.Context, now time.Time) (*present, error) {
	n := len(c.units)
	p := &present{now: now, records: make([]*wind.Record, n), start: make([]wind.Start, n), skies: map[skyKey]*wind.Sky{}}
	since := now.Sub(c.To)
	for i := range c.units {
		u := &c.units[i]
		switch {
		case since >= Step:
			to := c.To.Add(since.Truncate(Step))
			more, err := readRecord(ctx, c.reader, u.signals, c.To, to)
			if err != nil {
				return nil, err
			}
			p.records[i] = extend(u.record, more)
		case since <= -Step: // as of a moment of the past
			p.records[i] = cut(u.record, seconds(now))
			if p.records[i].Len() == 0 {
				return nil, fmt.Errorf("predict: no history before %s: the calibrated history begins at %s", now.Format(time.RFC3339), c.From.Format(time.RFC3339))
			}
		default:
			p.records[i] = u.record
		}
		if err := c.stand(ctx, p, i, now); err != nil {
			return nil, err
		}
	}
	step := weatherSteps * Step.Seconds()
	end := p.records[0].EndSec
	farm, air := c.farmWind(p.records), farmAir(p.records)
	root, airs := roots(farm), coarse(air, weatherSteps)
	for _, d := range c.climate.Wind.Draws {
		b, _ := c.climate.Wind.Prior.Filter(d, root, end, step)
		p.wind = append(p.wind, b)
	}
	for _, d := range c.climate.Air.Draws {
		b, _ := c.climate.Air.Prior.Filter(d, airs, end, step)
		p.air = append(p.air, b)
	}
	return p, nil
}

// cut returns the part of a record before a time.
func cut(r *wind.Record, endSec float64) *wind.Record {
	keep := max(0, r.Len()-int(math.Ceil((r.EndSec-endSec)/r.StepSec-1e-6)))
	out := &wind.Record{EndSec: r.EndSec - float64(r.Len()-keep)*r.StepSec, StepSec: r.StepSec}
	for ch := range out.Means {
		out.Means[ch] = r.Means[ch][:keep]
	}
	return out
}

// lately is the span whose mean is the state at the present.
const lately = 2 * time.Minute

// stand fills in the state of unit i at now.
func (c *Calibration) stand(ctx context.Context, p *present, i int, now time.Time) error {
	u, rec := &c.units[i], p.records[i]
	value := func(ch wind.Channel) float64 {
		if u.signals[ch] != twin.NoSignal {
			var one [1]float64
			if err := c.reader.Means(ctx, u.signals[ch], now.Add(-lately), now, one[:]); err == nil && !math.IsNaN(one[0]) {
				return one[0]
			}
		}
		return lastOf(rec.Means[ch], 6)
	}
	s := &p.start[i]
	s.OilK, s.BearingK, s.Limit, s.YawRad = value(wind.OilTemp), value(wind.BearingTemp), value(wind.PowerLimit), value(wind.Yaw)
	airK := value(wind.AmbientTemp)
	if math.IsNaN(airK) {
		airK = 283.15
	}
	if math.IsNaN(s.OilK) {
		s.OilK = airK + 25
	}
	if math.IsNaN(s.BearingK) {
		s.BearingK = s.OilK + 5
	}
	if math.IsNaN(s.Limit) {
		s.Limit = 1
	}
	if math.IsNaN(s.YawRad) {
		s.YawRad = 0
	}
	state := value(wind.State)
	switch {
	case state > wind.Curtailed+.5:
		stood := 0.0 // how long it has stood already
		for k := rec.Len() - 1; k >= 0 && rec.Means[wind.State][k] > wind.Curtailed+.5; k-- {
			stood += rec.StepSec
		}
		s.DownSec = max(u.turbine.Spec.RepairSec-stood, 3600)
	case heldAt(rec, rec.Len()-1, &u.turbine.Spec):
		s.Held = true
	}
	return nil
}

// heldAt reports whether a turbine stood in step k although the wind would have let it run: its operator stopped it.
func heldAt(r *wind.Record, k int, s *wind.Spec) bool {
	v := r.Means[wind.WindSpeed][k]
	return r.Means[wind.State][k] < .1 && v > s.CutIn+1.5 && v < s.CutOut-4
}

func lastOf(v []float64, within int) float64 {
	for k := len(v) - 1; k >= max(0, len(v)-within); k-- {
		if !math.IsNaN(v[k]) {
			return v[k]
		}
	}
	return math.NaN()
}

// farm is a farm whose parameters go by the names of the calibration.
type farm struct {
	*wind.Farm
	calibration *Calibration
}

// Adjust implements sim.Adjuster.
func (f *farm) Adjust(values map[string]float64) error {
	change, err := f.calibration.change(values)
	if err == nil {
		f.Change(change)
	}
	return err
}

// change reads parameters, SI.
func (c *Calibration) change(values map[string]float64) (wind.Change, error) {
	out := wind.Change{PowerLimit: math.NaN(), WindFactor: 1, Cooling: 1}
	for name, v := range values {
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			return out, fmt.Errorf("predict: build: parameter %s is no number", name)
		case name == PowerLimit:
			out.PowerLimit = min(max(v, 0), 1)
		case name == MeanWind:
			out.WindFactor = max(v, 0) / c.meanMS
		case name == Cooling:
			out.Cooling = min(max(v, 0), 5)
		default:
			return out, fmt.Errorf("predict: build: the model knows no parameter %q, it knows %s, %s and %s", name, PowerLimit, MeanWind, Cooling)
		}
	}
	return out, nil
}

// Build implements sim.Builder: it makes the farm ready to run from a fork on, along the recorded weather up to now and
// along drawn weather from there. The weather, the wear and all other chance depend on Now and Seed alone.
func (c *Calibration) Build(ctx context.Context, q sim.Request) (*sim.Job, error) {
	if q.Members <= 0 || q.Step < time.Minute || q.Horizon < q.Step {
		return nil, errors.New("predict: build: members, step (a minute or more) and horizon must be positive")
	}
	if q.Fork.IsZero() || q.Fork.After(q.Now) {
		q.Fork = q.Now
	}
	p, err := c.at(ctx, q.Now, true)
	if err != nil {
		return nil, err
	}
	past := int((q.Now.Sub(q.Fork) + q.Step - 1) / q.Step)
	q.Fork = q.Now.Add(-time.Duration(past) * q.Step)
	first := seconds(q.Fork)
	if earliest := p.records[0].EndSec - float64(p.records[0].Len())*Step.Seconds(); first < earliest-Step.Seconds() {
		return nil, fmt.Errorf("predict: build: fork at %s lies before the calibrated history: choose one after %s", q.Fork.Format(time.RFC3339), c.From.Format(time.RFC3339))
	}
	ahead := int(q.Horizon / q.Step)
	sky := c.sky(p, q, ahead)
	change, err := c.change(q.Values)
	if err != nil {
		return nil, err
	}
	units := make([]wind.Unit, len(c.units))
	job := &sim.Job{Grid: sim.Grid{Start: q.Fork, Step: q.Step, N: past + ahead}}
	for i := range c.units {
		u := &c.units[i]
		units[i] = wind.Unit{Turbine: u.turbine, Start: p.start[i], Wear: u.gear.beliefs(p.records[i], u.record, &u.turbine.Spec, first, q.Members)}
		if past > 0 {
			units[i].Past = along(p.records[i], &u.turbine.Spec, first, q.Step.Seconds(), past)
			c.startAt(&units[i].Start, p.records[i], first)
		}
		for ch := range wind.Channels {
			job.Channels = append(job.Channels, sim.Channel{Signal: u.signals[ch], Reading: reading(ch)})
		}
		inputs := []twin.SignalID{}
		for _, ch := range []wind.Channel{wind.WindSpeed, wind.Power, wind.OilTemp, wind.VibrationLevel} {
			inputs = append(inputs, u.signals[ch])
		}
		job.Units = append(job.Units, sim.Unit{Asset: u.asset, Part: u.part, Name: label(c.opts.Tree.Asset(u.part)), Driver: u.driver, Inputs: inputs})
	}
	job.Model = &farm{wind.NewFarm(units, sky, past, q.Step.Seconds(), change, q.Seed), c}
	job.Rests = fmt.Sprintf("models fitted to %.1f days of history up to %s, %d members", c.To.Sub(c.From).Hours()/24, c.To.UTC().Format("2006-01-02 15:04 UTC"), q.Members)
	return job, nil
}

func label(a *twin.Asset) string {
	if a.Name != "" {
		return a.Name
	}
	return a.Label
}

func reading(ch wind.Channel) sim.Reading {
	switch ch {
	case wind.State, wind.PowerLimit, wind.Yaw:
		return sim.Held
	}
	return sim.Smooth
}

// sky returns the weather ahead of now; what-ifs of one moment share it.
func (c *Calibration) sky(p *present, q sim.Request, steps int) *wind.Sky {
	key := skyKey{q.Now.UnixNano(), steps, q.Members, q.Step, q.Seed}
	c.mu.Lock()
	s := p.skies[key]
	c.mu.Unlock()
	if s != nil {
		return s
	}
	s = wind.NewSky(c.climate, p.wind, p.air, seconds(q.Now), steps, q.Step.Seconds(), q.Members, q.Seed)
	c.mu.Lock()
	if len(p.skies) > 4 {
		clear(p.skies)
	}
	p.skies[key] = s
	c.mu.Unlock()
	return s
}

// along resamples a record to the steps of a run that begins at firstSec.
func along(r *wind.Record, s *wind.Spec, firstSec, stepSec float64, steps int) wind.Past {
	out := wind.Past{Wind: make([]float64, steps), Air: make([]float64, steps), Limit: make([]float64, steps), Held: make([]bool, steps)}
	for j := range steps {
		lo, hi := indexAt(r, firstSec+float64(j)*stepSec), indexAt(r, firstSec+float64(j+1)*stepSec)
		lo, hi = min(max(lo, 0), r.Len()-1), min(max(hi, lo+1), r.Len())
		if lo+1 > hi {
			hi = lo + 1
		}
		out.Wind[j], out.Air[j] = mean(r.Means[wind.WindSpeed][lo:hi]), mean(r.Means[wind.AmbientTemp][lo:hi])
		out.Limit[j] = mean(r.Means[wind.PowerLimit][lo:hi])
		out.Held[j] = heldAt(r, lo, s)
	}
	return out
}

// indexAt is the step that begins at or holds a time.
func indexAt(r *wind.Record, sec float64) int {
	return int(math.Floor((sec-(r.EndSec-float64(r.Len())*r.StepSec))/r.StepSec + .5))
}

// startAt moves the start of a unit back to a recorded moment.
func (c *Calibration) startAt(s *wind.Start, r *wind.Record, firstSec float64) {
	k := min(max(indexAt(r, firstSec)-1, 0), r.Len()-1)
	pick := func(ch wind.Channel, into *float64) {
		if v := lastOf(r.Means[ch][:k+1], 6); !math.IsNaN(v) {
			*into = v
		}
	}
	pick(wind.OilTemp, &s.OilK)
	pick(wind.BearingTemp, &s.BearingK)
	pick(wind.PowerLimit, &s.Limit)
	pick(wind.Yaw, &s.YawRad)
	s.Held, s.DownSec = false, 0
	for ; k < r.Len() && r.Means[wind.State][k] > wind.Curtailed+.5; k++ { // it stood then: for as long as it did
		s.DownSec += r.StepSec
	}
}
