package predict

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/wind"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCalibrationRecoversThePlant(t *testing.T) {
	p := newToy(t, 1, 4, 7, .35)
	var last float64
	c, err := Calibrate(context.Background(), p, Options{Tree: p.tree, Units: p.units, To: toyNow, Progress: func(done float64, what string) {
		if done < last || done > 1 || what == "" {
			t.Errorf("progress %v after %v: %q", done, last, what)
		}
		last = done
	}})
	if err != nil {
		t.Fatal(err)
	}
	if last != 1 {
		t.Errorf("progress ended at %v", last)
	}
	for i, id := range p.units {
		u, ok := c.Turbine(id)
		if !ok {
			t.Fatal("no model")
		}
		for k := 0; k < p.steps; k += 50 { // where the plant was
			v, want := p.signal(i, wind.WindSpeed)[k], p.signal(i, wind.Power)[k]
			if got := u.PowerW(v, 1); math.Abs(got-want) > .07*5e6 {
				t.Errorf("unit %d: %.0f W at %.1f m/s, the plant gave %.0f", i, got, v, want)
			}
		}
		if u.Oil.SD > 1 || u.Bearing.SD > 1 {
			t.Errorf("unit %d: oil within %.2f K, bearing within %.2f K", i, u.Oil.SD, u.Bearing.SD)
		}
	}
	for _, k := range []int{200, 600, p.steps - 1} {
		at := p.first.Add(time.Duration(k) * Step)
		m, lo, hi, ok := c.WearAt(p.units[0], at)
		if truth := p.wear[0][k]; !ok || math.Abs(m-truth) > .06 || lo > m || hi < m {
			t.Errorf("wear at step %d: %.3f (%.3f … %.3f), truth %.3f", k, m, lo, hi, truth)
		}
	}
	if m, _, _, ok := c.WearAt(p.units[2], toyNow); !ok || m > .15 {
		t.Errorf("a healthy gearbox has wear %.2f", m)
	}
	if _, _, _, ok := c.WearAt(p.units[0], p.first.Add(-time.Hour)); ok {
		t.Error("wear before the history")
	}
	ahead, _, _, ok := c.WearAt(p.units[0], toyNow.Add(12*time.Hour))
	if now, _, _, _ := c.WearAt(p.units[0], toyNow); !ok || ahead <= now || ahead > now+.2 {
		t.Errorf("wear carried on from %.3f to %.3f", now, ahead)
	}
	if v := c.MeanWind(); v < 6 || v > 13 {
		t.Errorf("mean wind %.1f m/s", v)
	}
}

func TestWearSamplesAreEstimates(t *testing.T) {
	p := newToy(t, 2, 2, 3, .4)
	c := p.calibrate(t)
	s := c.WearSamples(time.Hour)
	if len(s) != 2*72 {
		t.Fatalf("%d samples, want two units · 72 hours", len(s))
	}
	for i, x := range s {
		if x.Quality != twin.Estimated || p.tree.Signal(x.Signal).Name != "wear" || !p.tree.Signal(x.Signal).Computed || x.Value < 0 || x.Value > 1.5 {
			t.Fatalf("sample %d: %+v", i, x)
		}
		if i > 0 && x.Time < s[i-1].Time {
			t.Fatal("out of order")
		}
	}
	if n := c.WearNow(toyNow.Add(time.Minute)); len(n) != 2 || n[0].Quality != twin.Estimated {
		t.Errorf("wear now: %+v", n)
	}
}

// run runs a request to the end and returns the failures of the first unit in days after now.
func (p *toy) fail(t testing.TB, c *Calibration, horizon time.Duration, members int, values map[string]float64) []float64 {
	t.Helper()
	job, err := c.Build(context.Background(), sim.Request{Now: toyNow, Horizon: horizon, Step: 30 * time.Minute, Members: members, Seed: 1, Values: values})
	if err != nil {
		t.Fatal(err)
	}
	for k := range job.Grid.N {
		job.Model.Step(k)
	}
	var out []float64
	for _, s := range job.Model.FailureSec(0) {
		out = append(out, s/86400)
	}
	return out
}

// Over a fleet of a plant with other laws than the twin's, the 80 % interval must hold what comes about as often as it
// says: of 24 farms 14 to 23 (binomial, 98 %).
func TestCoverageOverAFleet(t *testing.T) {
	n, least, most := 24, 14, 23
	if testing.Short() {
		n, least, most = 3, 1, 3
	}
	inside := 0
	for i := range n {
		p := newToy(t, 100+uint64(i), 3, 7, .2+.3*float64(i)/float64(n))
		median, low, high := sim.Spread(p.fail(t, p.calibrate(t), 80*24*time.Hour, 128, nil))
		in := low <= p.fails[0] && p.fails[0] <= high
		if in {
			inside++
		}
		t.Logf("farm %d: fails after %.1f d, predicted %.1f (%.1f … %.1f) %v", i, p.fails[0], median, low, high, in)
	}
	if inside < least || inside > most {
		t.Errorf("%d of %d inside the 80 %% interval, want %d to %d", inside, n, least, most)
	}
}

func TestWhatIfsMoveTheFailureTheRightWay(t *testing.T) {
	p := newToy(t, 3, 2, 7, .5)
	c := p.calibrate(t)
	median := func(values map[string]float64) float64 {
		m, _, _ := sim.Spread(p.fail(t, c, 80*24*time.Hour, 64, values))
		return m
	}
	base := median(nil)
	for _, x := range []struct {
		name  string
		v     map[string]float64
		later bool
	}{
		{"derated to 60 %", map[string]float64{PowerLimit: .6}, true},
		{"better cooling", map[string]float64{Cooling: 1.5}, true},
		{"worse cooling", map[string]float64{Cooling: .5}, false},
		{"storms", map[string]float64{MeanWind: 13}, false},
		{"calm", map[string]float64{MeanWind: 6}, true},
	} {
		if got := median(x.v); got == base || (got > base) != x.later {
			t.Errorf("%s: fails after %.2f d, base %.2f d", x.name, got, base)
		}
	}
	if same := median(map[string]float64{PowerLimit: 1, Cooling: 1, MeanWind: c.MeanWind()}); math.Abs(same-base) > 1e-9 {
		t.Errorf("parameters at their natural values move the failure from %v to %v", base, same)
	}
}

func TestCalibrationIsDeterministic(t *testing.T) {
	p := newToy(t, 4, 2, 4, .4)
	a, b := p.fail(t, p.calibrate(t), 40*24*time.Hour, 16, nil), p.fail(t, p.calibrate(t), 40*24*time.Hour, 16, nil)
	for m := range a {
		if a[m] != b[m] {
			t.Fatalf("member %d fails after %v and %v", m, a[m], b[m])
		}
	}
}

func TestCalibrationRefusesWithARemedy(t *testing.T) {
	p := newToy(t, 5, 2, 1, .3)
	ctx := context.Background()
	for _, x := range []struct {
		name string
		opts Options
		want string
	}{
		{"no tree", Options{}, "no tree"},
		{"no units", Options{Tree: p.tree, To: toyNow}, "no units"},
		{"too short", Options{Tree: p.tree, Units: p.units, From: toyNow.Add(-time.Hour), To: toyNow}, "too short"},
		{"no wind", Options{Tree: p.tree, Units: p.units, From: toyNow.Add(-60 * 24 * time.Hour), To: toyNow.Add(-40 * 24 * time.Hour)}, "no wind was recorded"},
		{"wrong names", Options{Tree: p.tree, Units: p.units, To: toyNow, Names: map[string]string{"oil_temp": "oil"}}, `no signal "oil_temp"`},
	} {
		if _, err := Calibrate(ctx, p, x.opts); err == nil || !strings.Contains(err.Error(), x.want) {
			t.Errorf("%s: %v", x.name, err)
		}
	}
	c := p.calibrate(t)
	for _, q := range []sim.Request{{}, {Now: toyNow, Members: 4, Step: time.Second, Horizon: time.Hour}} {
		if _, err := c.Build(ctx, q); err == nil {
			t.Errorf("built %+v", q)
		}
	}
	good := sim.Request{Now: toyNow, Members: 4, Step: Step, Horizon: time.Hour}
	for _, bad := range []map[string]float64{{"colour": 1}, {PowerLimit: math.NaN()}, {Cooling: math.Inf(1)}} {
		q := good
		q.Values = bad
		if _, err := c.Build(ctx, q); err == nil {
			t.Errorf("built with %v", bad)
		}
	}
	q := good
	q.Fork = toyNow.Add(-48 * time.Hour)
	if _, err := c.Build(ctx, q); err == nil || !strings.Contains(err.Error(), "before the calibrated history") {
		t.Errorf("fork before the history: %v", err)
	}
}

func TestCancelEndsACalibration(t *testing.T) {
	p := newToy(t, 6, 6, 7, .3)
	ctx, cancel := context.WithCancel(context.Background())
	began := time.Now()
	_, err := Calibrate(ctx, p, Options{Tree: p.tree, Units: p.units, To: toyNow, Progress: func(done float64, _ string) {
		if done > .5 {
			cancel()
		}
	}})
	cancel()
	if !errors.Is(err, context.Canceled) || time.Since(began) > 3*time.Second {
		t.Errorf("ended after %v with %v", time.Since(began), err)
	}
}

// Before now the model runs along the recorded weather: it must come out where the plant was.
func TestForkInThePastFollowsThePlant(t *testing.T) {
	p := newToy(t, 7, 2, 7, .4)
	c := p.calibrate(t)
	fork := toyNow.Add(-48 * time.Hour)
	job, err := c.Build(context.Background(), sim.Request{Fork: fork, Now: toyNow, Horizon: 24 * time.Hour, Step: Step, Members: 32, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	if !job.Grid.Start.Equal(fork) || job.Grid.N != 3*144 {
		t.Fatalf("grid %+v", job.Grid)
	}
	bands := sim.NewBands(job.Grid, job.Channels)
	if err := sim.Run(context.Background(), job.Model, bands); err != nil {
		t.Fatal(err)
	}
	var oil, power, wear float64
	for k := 1; k < 288; k++ {
		at := fork.Add(time.Duration(k) * Step)
		i := p.steps - 288 + k
		o, _, _, _ := bands.At(int(wind.OilTemp), at)
		w, _, _, _ := bands.At(int(wind.WearLevel), at)
		e, _, _, _ := bands.At(int(wind.Power), at)
		oil += math.Abs(o-(p.signal(0, wind.OilTemp)[i-1]+p.signal(0, wind.OilTemp)[i])/2) / 287
		power += math.Abs(e-p.signal(0, wind.Power)[i-1]) / 287 / 5e6
		wear += math.Abs(w-p.wear[0][i]) / 287
	}
	if oil > 1 || power > .03 || wear > .08 {
		t.Errorf("mean errors along the recorded weather: oil %.2f K, power %.3f of rated, wear %.3f", oil, power, wear)
	}
	// What had happened under a limit: less power, less wear.
	derated, err := c.Build(context.Background(), sim.Request{Fork: fork, Now: toyNow, Horizon: Step, Step: Step, Members: 32, Seed: 1, Values: map[string]float64{PowerLimit: .3}})
	if err != nil {
		t.Fatal(err)
	}
	for k := range 288 {
		derated.Model.Step(k)
	}
	w, _, _, _ := bands.At(int(wind.WearLevel), toyNow)
	if d := sim.Quantile(append([]float64(nil), derated.Model.Output(int(wind.WearLevel))...), .5); d >= w {
		t.Errorf("two derated days leave wear %.3f, without %.3f", d, w)
	}
}

func TestTrustTellsAMatchFromADrift(t *testing.T) {
	judge := func(change func(p *toy)) Trust {
		p := newToy(t, 8, 2, 4, .3)
		c := p.calibrate(t)
		change(p)
		c.cache = nil
		// What is judged lies behind the calibration.
		later := toyNow.Add(6 * time.Hour)
		all, err := c.Trust(context.Background(), later)
		if err != nil {
			t.Fatal(err)
		}
		return all[0]
	}
	// Go on for six hours as before: the plant's last day once more, shifted to begin where it ended.
	goOn := func(p *toy) {
		for i := range p.data {
			n := p.steps
			copy(p.data[i][n:], p.data[i][n-36:n])
			p.data[i] = p.data[i][:n+36]
		}
		p.known += 36
	}
	if x := judge(goOn); x.Level == Red {
		t.Errorf("a plant that goes on as before: %+v", x)
	}
	hot := judge(func(p *toy) {
		goOn(p)
		oil := p.signal(0, wind.OilTemp)
		for k := len(oil) - 12; k < len(oil); k++ {
			oil[k] += 12
		}
	})
	if hot.Level != Red || hot.Oil < redFrom || !strings.Contains(hot.Text, "temperature") || hot.Score > .3 {
		t.Errorf("oil 12 K too hot: %+v", hot)
	}
	stuck := judge(func(p *toy) {
		goOn(p)
		oil := p.signal(0, wind.OilTemp)
		for k := len(oil) - 12; k < len(oil); k++ {
			oil[k] = 330
		}
	})
	if stuck.Level != Red || stuck.Frozen != "oil_temp" {
		t.Errorf("a frozen sensor: %+v", stuck)
	}
	dead := judge(func(p *toy) {
		goOn(p)
		n := len(p.signal(0, wind.Power))
		for k := n - 12; k < n; k++ {
			p.signal(0, wind.Power)[k], p.signal(0, wind.RotorSpeed)[k] = 0, 0
			p.signal(0, wind.State)[k], p.signal(0, wind.WindSpeed)[k] = wind.Running, 9+.01*float64(k%5)
		}
	})
	if dead.Level != Red || dead.Power > -redFrom {
		t.Errorf("a turbine that says it runs and gives nothing: %+v", dead)
	}
	if gone := judge(func(p *toy) {}); gone.Level != Unknown {
		t.Errorf("six hours of silence: %+v", gone)
	}
}

// A real history has holes, repairs and dead sensors. None of them may break the twin or make it invent a failure.
func TestHistoriesAsTheyAre(t *testing.T) {
	blank := func(v []float64, from, to int) {
		for k := from; k < to; k++ {
			v[k] = math.NaN()
		}
	}
	for name, spoil := range map[string]func(p *toy){
		"an outage of two days": func(p *toy) {
			for i := range p.data {
				blank(p.data[i], 300, 600)
			}
		},
		"no vibration at all":    func(p *toy) { v := p.signal(0, wind.VibrationLevel); blank(v, 0, len(v)) },
		"no oil temperature":     func(p *toy) { v := p.signal(1, wind.OilTemp); blank(v, 0, len(v)) },
		"no ambient temperature": func(p *toy) { v := p.signal(0, wind.AmbientTemp); blank(v, 0, len(v)) },
		"one turbine silent": func(p *toy) {
			for _, s := range p.tree.Asset(p.units[1]).Signals {
				if int(s) < len(p.data) {
					blank(p.data[s], 0, p.steps)
				}
			}
		},
		"repaired a day ago":      func(p *toy) { standstill(p, 0, p.steps-288, p.steps-144) },
		"tripped now":             func(p *toy) { standstill(p, 0, p.steps-20, p.steps) },
		"stopped by its operator": func(p *toy) { stop(p, 0, p.steps-20, p.steps) },
		"a dead calm at the end":  func(p *toy) { calm(p, p.steps-400, p.steps) },
		"vibration stuck at zero": func(p *toy) { clear(p.signal(0, wind.VibrationLevel)) },
		"curtailed half the time": func(p *toy) { curtail(p, 0, 500, p.steps) },
	} {
		p := newToy(t, 9, 2, 7, .3)
		spoil(p)
		c := p.calibrate(t)
		job, err := c.Build(context.Background(), sim.Request{Now: toyNow, Horizon: 7 * 24 * time.Hour, Step: 30 * time.Minute, Members: 32, Seed: 1})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for k := range job.Grid.N {
			job.Model.Step(k)
			for ch := range job.Channels {
				for m, x := range job.Model.Output(ch) {
					if math.IsNaN(x) || math.IsInf(x, 0) {
						t.Fatalf("%s: step %d channel %s member %d is %v", name, k, wind.Names[ch%int(wind.Channels)], m, x)
					}
				}
			}
		}
		failed := 0
		for _, s := range job.Model.FailureSec(1) {
			if !math.IsInf(s, 1) {
				failed++
			}
		}
		if failed > 3 {
			t.Errorf("%s: the healthy unit fails in %d of 32 members within a week", name, failed)
		}
		if _, err := c.Trust(context.Background(), toyNow); err != nil {
			t.Errorf("%s: trust: %v", name, err)
		}
	}
}

func standstill(p *toy, unit, from, to int) {
	for k := from; k < to; k++ {
		p.signal(unit, wind.State)[k] = wind.Tripped
		for _, ch := range []wind.Channel{wind.Power, wind.RotorSpeed, wind.GenSpeed, wind.VibrationLevel} {
			p.signal(unit, ch)[k] = 0
		}
	}
}

func stop(p *toy, unit, from, to int) {
	standstill(p, unit, from, to)
	for k := from; k < to; k++ {
		p.signal(unit, wind.State)[k] = wind.Stopped
		p.signal(unit, wind.WindSpeed)[k] = 10
	}
}

func calm(p *toy, from, to int) {
	for i := range p.units {
		stop(p, i, from, to)
		for k := from; k < to; k++ {
			p.signal(i, wind.WindSpeed)[k] = 1.5
		}
	}
}

func curtail(p *toy, unit, from, to int) {
	for k := from; k < to; k++ {
		p.signal(unit, wind.PowerLimit)[k] = .5
		if x := &p.signal(unit, wind.Power)[k]; *x > 2.5e6 {
			*x = 2.5e6
			p.signal(unit, wind.State)[k] = wind.Curtailed
		}
	}
}

// A turbine that its operator stopped stays stopped; one that tripped comes back when it is repaired.
func TestStandstillsGoOn(t *testing.T) {
	run := func(spoil func(p *toy)) (running, energy float64) {
		p := newToy(t, 9, 2, 4, .1)
		spoil(p)
		job, err := p.calibrate(t).Build(context.Background(), sim.Request{Now: toyNow, Horizon: 7 * 24 * time.Hour, Step: 30 * time.Minute, Members: 8, Seed: 1})
		if err != nil {
			t.Fatal(err)
		}
		for k := range job.Grid.N {
			job.Model.Step(k)
			for _, s := range job.Model.Output(int(wind.State)) {
				if s == wind.Running || s == wind.Curtailed {
					running += 1 / float64(8*job.Grid.N)
				}
			}
		}
		return running, job.Model.EnergyJ(0)[0]
	}
	usual, _ := run(func(*toy) {})
	if r, e := run(func(p *toy) { stop(p, 0, p.steps-20, p.steps) }); r != 0 || e != 0 {
		t.Errorf("stopped by its operator, yet it runs %.2f of the week", r)
	}
	if r, _ := run(func(p *toy) { standstill(p, 0, p.steps-20, p.steps) }); r < .4 || r > usual-.15 {
		t.Errorf("tripped three hours ago it runs %.2f of the week, without %.2f", r, usual)
	}
}

// A what-if of the same moment reads nothing again: that is what makes sliders quick.
func TestWhatIfsOfOneMomentReadOnce(t *testing.T) {
	p := newToy(t, 10, 3, 3, .3)
	c := p.calibrate(t)
	build := func() {
		if _, err := c.Build(context.Background(), sim.Request{Now: toyNow, Horizon: 14 * 24 * time.Hour, Step: 30 * time.Minute, Members: 16, Seed: 1}); err != nil {
			t.Fatal(err)
		}
	}
	build()
	n := p.calls
	build()
	if p.calls != n {
		t.Errorf("%d reads for the second what-if", p.calls-n)
	}
}

func BenchmarkCalibrate(b *testing.B) {
	p := newToy(b, 1, 6, 7, .35)
	for b.Loop() {
		p.calibrate(b)
	}
}

// The first answer to a slider, all in: bar 100 ms.
func BenchmarkFirstAnswer(b *testing.B) { benchAnswer(b, 16, 30*time.Minute) }

// The full answer, 64 members, 14 days, six turbines: bar 1 s.
func BenchmarkFullAnswer(b *testing.B) { benchAnswer(b, 64, 10*time.Minute) }

func benchAnswer(b *testing.B, members int, step time.Duration) {
	p := newToy(b, 1, 6, 7, .35)
	c := p.calibrate(b)
	limit := 1.0
	for b.Loop() {
		limit -= 1e-4
		job, err := c.Build(context.Background(), sim.Request{Now: toyNow, Horizon: 14 * 24 * time.Hour, Step: step, Members: members, Seed: 1, Values: map[string]float64{PowerLimit: limit}})
		if err != nil {
			b.Fatal(err)
		}
		if err := sim.Run(context.Background(), job.Model, sim.NewBands(job.Grid, job.Channels)); err != nil {
			b.Fatal(err)
		}
	}
}

func TestAFarmIsAdjustedByName(t *testing.T) {
	f := &farm{nil, &Calibration{meanMS: 9}}
	for _, bad := range []map[string]float64{{"rudder": 1}, {PowerLimit: math.NaN()}} {
		if err := f.Adjust(bad); err == nil {
			t.Errorf("%v was taken", bad)
		}
	}
	if c, err := f.calibration.change(map[string]float64{MeanWind: 18, PowerLimit: 7}); err != nil || c.WindFactor != 2 || c.PowerLimit != 1 || c.Cooling != 1 {
		t.Errorf("%+v %v", c, err)
	}
}
