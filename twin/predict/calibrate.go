package predict

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/wind"
)

// Calibration holds the fitted models of a farm. It is immutable but for a cache, safe for concurrent use, and a sim.Builder.
type Calibration struct {
	Elapsed time.Duration // that the fit took
	From    time.Time
	To      time.Time

	opts    Options
	reader  Reader
	units   []unit
	climate wind.Climate
	meanMS  float64 // the mean wind that is expected

	mu    sync.Mutex
	cache []*present // the newest last
}

// unit is one fitted turbine.
type unit struct {
	asset   twin.AssetID
	part    twin.AssetID
	signals [wind.Channels]twin.SignalID
	record  *wind.Record
	turbine wind.Turbine
	gear    *gear
	driver  string
}

// draws is how many draws of each posterior are kept: members beyond use them again.
const draws = 256

// Calibrate fits the models of all units to the history. It takes a second or two for a week of six turbines and works
// on all processors but one.
func Calibrate(ctx context.Context, r Reader, opts Options) (*Calibration, error) {
	began := time.Now()
	if err := opts.complete(); err != nil {
		return nil, err
	}
	c := &Calibration{From: opts.From, To: opts.To, opts: opts, reader: r, units: make([]unit, len(opts.Units))}
	progress := &progress{report: opts.Progress, total: float64(2*len(c.units) + 1)}
	for i, id := range opts.Units {
		u := &c.units[i]
		u.asset, u.part = id, id
		var err error
		if u.signals, err = opts.signals(id); err != nil {
			return nil, err
		}
		if s := u.signals[wind.WearLevel]; s != twin.NoSignal {
			u.part = opts.Tree.Signal(s).Asset
		} else {
			u.part = opts.Tree.Signal(u.signals[wind.VibrationLevel]).Asset
		}
		if u.record, err = readRecord(ctx, r, u.signals, opts.From, opts.To); err != nil {
			return nil, err
		}
		progress.step("reading the history of " + opts.Tree.Asset(id).Name)
	}
	farm := c.ratios()
	if len(farm) == 0 {
		return nil, fmt.Errorf("predict: calibrate: no wind was recorded between %s and %s: wait, or import the plant's log", opts.From.Format(time.RFC3339), opts.To.Format(time.RFC3339))
	}
	for i := range c.units {
		u := &c.units[i]
		local := u.turbine
		u.turbine = wind.Default(opts.Spec)
		u.turbine.WindRatio, u.turbine.LocalSD = local.WindRatio, local.LocalSD
		u.turbine = u.turbine.Fit(u.record)
	}
	vibrations := fitVibrations(c.units)
	err := parallel(ctx, len(c.units), func(i int) {
		u := &c.units[i]
		u.gear = fitGear(u.record, &u.turbine, vibrations[i], DefaultGearPrior(opts.Spec), sim.NewNoise(opts.Seed, 1000+uint64(i)))
		u.turbine.FitThermal(u.record, u.gear.path)
		progress.step("fitting " + opts.Tree.Asset(u.asset).Name)
	})
	if err != nil {
		return nil, err
	}
	c.drivers()
	if err := c.fitClimate(ctx, farm); err != nil {
		return nil, err
	}
	progress.step("fitted")
	c.Elapsed = time.Since(began)
	return c, nil
}

// progress reports from several goroutines, one at a time.
type progress struct {
	mu     sync.Mutex
	report func(float64, string)
	done   float64
	total  float64
}

func (p *progress) step(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done++
	if p.report != nil {
		p.report(min(1, p.done/p.total), what)
	}
}

// parallel calls f for 0 … n−1 on all processors but one and stops early when ctx ends.
func parallel(ctx context.Context, n int, f func(i int)) error {
	var wg sync.WaitGroup
	next := make(chan int)
	for range max(1, min(n, runtime.GOMAXPROCS(0)-1)) {
		wg.Go(func() {
			for i := range next {
				f(i)
			}
		})
	}
	var err error
	for i := range n {
		if err = ctx.Err(); err != nil {
			break
		}
		next <- i
	}
	close(next)
	wg.Wait()
	if err == nil {
		err = ctx.Err()
	}
	return err
}

// ratios estimates the farm wind, and of each turbine how its wind stands to it. It returns nil when there is no wind.
func (c *Calibration) ratios() []float64 {
	records := make([]*wind.Record, len(c.units))
	for i := range c.units {
		records[i] = c.units[i].record
		c.units[i].turbine.WindRatio = 1
	}
	farm := c.farmWind(records)
	any := false
	for i := range c.units {
		var own, all, sum float64
		n := 0
		v := records[i].Means[wind.WindSpeed]
		for k, x := range v {
			if !math.IsNaN(x) && !math.IsNaN(farm[k]) && farm[k] > 3 {
				own, all, n = own+x, all+farm[k], n+1
			}
		}
		if n < 20 {
			c.units[i].turbine.LocalSD = .05
			continue
		}
		any = true
		ratio := own / all
		for k, x := range v {
			if !math.IsNaN(x) && !math.IsNaN(farm[k]) && farm[k] > 3 {
				e := x/(ratio*farm[k]) - 1
				sum += e * e
			}
		}
		c.units[i].turbine.WindRatio, c.units[i].turbine.LocalSD = ratio, math.Sqrt(sum/float64(n))
	}
	if !any {
		return nil
	}
	return c.farmWind(records)
}

// farmWind is the mean over the turbines of their winds, each freed of its ratio, per step.
func (c *Calibration) farmWind(records []*wind.Record) []float64 {
	out := make([]float64, records[0].Len())
	for k := range out {
		var sum float64
		n := 0
		for i, r := range records {
			if v := r.Means[wind.WindSpeed][k]; !math.IsNaN(v) {
				sum += v / c.units[i].turbine.WindRatio
				n++
			}
		}
		out[k] = math.NaN()
		if n > 0 {
			out[k] = sum / float64(n)
		}
	}
	return out
}

func farmAir(records []*wind.Record) []float64 {
	out := make([]float64, records[0].Len())
	one := make([]float64, len(records))
	for k := range out {
		for i, r := range records {
			one[i] = r.Means[wind.AmbientTemp][k]
		}
		out[k] = mean(one)
	}
	return out
}

// weatherSteps is how many steps of the record make one of the weather's.
const weatherSteps = 3

func roots(v []float64) []float64 {
	out := coarse(v, weatherSteps)
	for i, x := range out {
		out[i] = math.Sqrt(x)
	}
	return out
}

func (c *Calibration) fitClimate(ctx context.Context, farm []float64) error {
	records := make([]*wind.Record, len(c.units))
	for i := range c.units {
		records[i] = c.units[i].record
	}
	end, step := seconds(c.To), weatherSteps*Step.Seconds()
	air := coarse(farmAir(records), weatherSteps)
	meanK := mean(air)
	if math.IsNaN(meanK) {
		meanK = 283.15
	}
	root := roots(farm)
	return parallel(ctx, 2, func(i int) {
		if i == 0 {
			p := wind.WindPrior(c.opts.Spec)
			c.climate.Wind = wind.FitProcess(p, root, end, step, draws, sim.NewNoise(c.opts.Seed, 1))
			for _, d := range c.climate.Wind.Draws {
				s, _ := p.Filter(d, root, end, step)
				c.meanMS += (s.Mean[0]*s.Mean[0] + (s.Mean[1]*s.Mean[1]+s.Mean[2]*s.Mean[2])/2 + d.SlowSD*d.SlowSD + d.FastSD*d.FastSD) / draws
			}
			return
		}
		c.climate.Air = wind.FitProcess(wind.AirPrior(meanK), air, end, step, draws, sim.NewNoise(c.opts.Seed, 2))
	})
}

// MeanWind is the mean wind that the twin expects for the farm when nobody says otherwise, m/s. It is the natural
// default of a parameter that sets the mean wind.
func (c *Calibration) MeanWind() float64 { return c.meanMS }

// Turbine returns the fitted model of a unit; ok is false when it was not calibrated.
func (c *Calibration) Turbine(id twin.AssetID) (t wind.Turbine, ok bool) {
	if u := c.unit(id); u != nil {
		return u.turbine, true
	}
	return t, false
}

func (c *Calibration) unit(id twin.AssetID) *unit {
	for i := range c.units {
		if c.opts.Tree.Under(id, c.units[i].asset) {
			return &c.units[i]
		}
	}
	return nil
}

// drivers names for each unit what drives its wear most, compared with the farm.
func (c *Calibration) drivers() {
	heat := make([]float64, len(c.units))
	load := make([]float64, len(c.units))
	for i := range c.units {
		heat[i], load[i] = c.units[i].gear.factors()
	}
	typicalHeat := sim.Quantile(append([]float64(nil), heat...), .5)
	typicalLoad := sim.Quantile(append([]float64(nil), load...), .5)
	for i := range c.units {
		h, l := heat[i]/typicalHeat, load[i]/typicalLoad
		switch u := &c.units[i]; {
		case h > 1.25 && h >= l:
			u.driver = "oil temperature"
		case l > 1.25:
			u.driver = "load"
		case u.gear.now() > .35:
			u.driver = "advanced wear"
		default:
			u.driver = "load"
		}
	}
}
