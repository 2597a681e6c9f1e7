package wind

import (
	"math"
	"testing"

	"github.com/orrery-twin/orrery/twin/sim"
)

// climate is a made-up site.
func climate(draws int) (Climate, []Belief, []Belief) {
	w := &Process{Prior: WindPrior(NREL5MW)}
	a := &Process{Prior: AirPrior(283.15)}
	var wb, ab []Belief
	for range draws {
		w.Draws = append(w.Draws, Draw{SlowTauSec: 40 * 3600, SlowSD: .5, FastTauSec: 2 * 3600, FastSD: .25})
		a.Draws = append(a.Draws, Draw{SlowTauSec: 60 * 3600, SlowSD: 2, FastTauSec: 4 * 3600, FastSD: .5})
	}
	for i := range w.Draws {
		wb = append(wb, w.Prior.start(w.Draws[i]))
		ab = append(ab, a.Prior.start(a.Draws[i]))
	}
	return Climate{w, a}, wb, ab
}

func farm(turbines, members, steps int, stepSec float64, change Change, seed uint64) *Farm {
	c, wb, ab := climate(8)
	sky := NewSky(c, wb, ab, 1.7e9, steps, stepSec, members, seed)
	var units []Unit
	for range turbines {
		u := Unit{Turbine: Default(NREL5MW), Start: Start{OilK: 330, BearingK: 338, Limit: 1}}
		for m := range members {
			u.Wear = append(u.Wear, Wear{Level: .5, Rate: .2 / 86400, Power: 1 + .01*float64(m%7), Onset: .1, TorqueExp: 3, DoubleK: 30, End: 1})
		}
		units = append(units, u)
	}
	return NewFarm(units, sky, 0, stepSec, change, seed)
}

var asItIs = Change{PowerLimit: math.NaN(), WindFactor: 1, Cooling: 1}

func TestStepAllocatesNothing(t *testing.T) {
	f := farm(2, 16, 400, 600, asItIs, 1)
	k := 0
	if n := testing.AllocsPerRun(200, func() { f.Step(k); k++ }); n != 0 {
		t.Errorf("a step allocates %v times", n)
	}
}

func TestSameSeedSameBits(t *testing.T) {
	sum := func(seed uint64) (s float64) {
		f := farm(2, 16, 300, 600, asItIs, seed)
		for k := range 300 {
			f.Step(k)
		}
		for c := range 2 * int(Channels) {
			for _, x := range f.Output(c) {
				s = s*1.0000001 + x
			}
		}
		return s
	}
	if a, b := sum(7), sum(7); a != b {
		t.Errorf("two runs of one seed differ: %v and %v", a, b)
	}
	if a, b := sum(7), sum(8); a == b {
		t.Error("two seeds give one result")
	}
}

// What a what-if does must follow from physics: less power, cooler oil, later failures, member by member.
func TestDeratingSparesEachMember(t *testing.T) {
	run := func(c Change) *Farm {
		f := farm(1, 64, 2016, 600, c, 3)
		for k := range 2016 {
			f.Step(k)
		}
		return f
	}
	a := run(asItIs)
	b := run(Change{PowerLimit: .6, WindFactor: 1, Cooling: 1})
	c := run(Change{PowerLimit: math.NaN(), WindFactor: 1, Cooling: 1.5})
	failedA, laterB, laterC := 0, 0, 0
	for m := range 64 {
		if math.IsInf(a.FailureSec(0)[m], 1) {
			continue
		}
		failedA++
		if b.FailureSec(0)[m] >= a.FailureSec(0)[m] {
			laterB++
		}
		if c.FailureSec(0)[m] >= a.FailureSec(0)[m] {
			laterC++
		}
	}
	if failedA < 20 {
		t.Fatalf("only %d of 64 members fail in the base: the test shows nothing", failedA)
	}
	if laterB != failedA || laterC != failedA {
		t.Errorf("of %d failing members %d fail later when derated and %d when cooled", failedA, laterB, laterC)
	}
}

func TestLimitAndStandstillHold(t *testing.T) {
	f := farm(1, 32, 600, 600, Change{PowerLimit: .5, WindFactor: 1.5, Cooling: 1}, 5)
	curtailed := 0
	for k := range 600 {
		f.Step(k)
		for m := range 32 {
			p, s := f.Output(int(Power))[m], f.Output(int(State))[m]
			if p > .5*NREL5MW.RatedPowerW*(1+1e-9) {
				t.Fatalf("step %d: %.0f W under a limit of half", k, p)
			}
			if (s == Tripped || s == Service || s == Stopped) != (p == 0 && f.Output(int(RotorSpeed))[m] == 0) {
				t.Fatalf("step %d: state %v with %v W", k, s, p)
			}
			if s == Curtailed {
				curtailed++
			}
		}
	}
	if curtailed == 0 {
		t.Error("nothing was ever curtailed")
	}
}

// A gearbox that fails stands for the time of repair and comes back fresh.
func TestRepairFollowsFailure(t *testing.T) {
	c, wb, ab := climate(1)
	u := Unit{Turbine: Default(NREL5MW), Start: Start{OilK: 330, BearingK: 335, Limit: 1},
		Wear: []Wear{{Level: .99, Rate: 1 / 86400., Power: 1, Onset: .1, TorqueExp: 0, DoubleK: 1e9, End: 1}}}
	f := NewFarm([]Unit{u}, NewSky(c, wb, ab, 1.7e9, 1000, 600, 1, 1), 0, 600, Change{PowerLimit: math.NaN(), WindFactor: 1.3, Cooling: 1}, 1)
	down := 0.0
	for k := range 1000 {
		f.Step(k)
		if s := f.Output(int(State))[0]; s == Tripped || s == Service {
			down += 600
		} else if down > 0 {
			break
		}
	}
	if math.Abs(down-NREL5MW.RepairSec) > 600 {
		t.Errorf("stood for %.0f s, want %.0f", down, NREL5MW.RepairSec)
	}
	if w := f.Output(int(WearLevel))[0]; w > .2 {
		t.Errorf("came back with wear %.2f", w)
	}
	// With stress 1 throughout, dW/dt = r·(W + .1) from .99 to 1 takes ln(1.1/1.09)/r.
	want := math.Log(1.1/1.09) * 86400
	if got := f.FailureSec(0)[0]; math.Abs(got-want) > 1 {
		t.Errorf("failed after %.1f s, want %.1f", got, want)
	}
}

func BenchmarkStep(b *testing.B) {
	const steps = 2016
	f := farm(6, 64, steps, 600, asItIs, 1)
	b.ReportAllocs()
	k := 0
	for b.Loop() {
		f.Step(k % steps)
		k++
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/(6*64), "ns/member-step")
}

func benchRun(b *testing.B, members, steps int, stepSec float64) {
	b.ReportAllocs()
	for b.Loop() {
		f := farm(6, members, steps, stepSec, asItIs, 1)
		channels := make([]sim.Channel, 6*int(Channels))
		bands := sim.NewBands(sim.Grid{Step: 600e9, N: steps}, channels)
		if err := sim.Run(b.Context(), f, bands); err != nil {
			b.Fatal(err)
		}
	}
}

// The first answer of a what-if: bar 100 ms.
func BenchmarkCoarse(b *testing.B) { benchRun(b, 16, 672, 1800) }

// The full answer of a what-if, 14 days of six turbines: bar 1 s.
func BenchmarkFull(b *testing.B) { benchRun(b, 64, 2016, 600) }

// A thousand members: bar 5 s on two cores.
func BenchmarkThousand(b *testing.B) { benchRun(b, 1000, 2016, 600) }

// A farm that is changed on its way shares the course of the base until then, and its weather ever after.
func TestAFarmChangesOnItsWay(t *testing.T) {
	const steps = 300
	base, other := farm(2, 8, steps, 600, asItIs, 1), farm(2, 8, steps, 600, asItIs, 1)
	for k := range steps {
		if k == 100 {
			other.Change(Change{PowerLimit: .1, WindFactor: 1.2, Cooling: 1})
		}
		if k == 200 {
			other.Change(asItIs)
		}
		base.Step(k)
		other.Step(k)
		v, w := base.Output(int(WindSpeed))[3], other.Output(int(WindSpeed))[3]
		switch {
		case k < 100 && v != w:
			t.Fatalf("step %d: wind %g and %g before the change", k, v, w)
		case k == 100 && v > 0 && !(w/v > 1 && w/v < 1.02):
			t.Errorf("the wind leaps: %g", w/v)
		case k > 180 && k < 200 && v > 0 && math.Abs(w/v-1.2) > .01:
			t.Fatalf("step %d: wind %g, want %g", k, w, 1.2*v)
		case k == 299 && v > 0 && math.Abs(w/v-1) > .001:
			t.Errorf("at the end: wind %g, want %g", w, v)
		}
		if p := other.Output(int(Power))[3]; k > 100 && k < 200 && p > .1*NREL5MW.RatedPowerW*1.001 {
			t.Fatalf("step %d: %g W", k, p)
		}
	}
}
