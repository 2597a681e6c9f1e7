package wind

import (
	"math"
	"testing"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Steady states of NREL/TP-500-38060: at 8 m/s 1.779 MW and 9.155 rpm, rated 5 MW and 12.1 rpm from 11.4 m/s on, ratio 97.
func TestDefaultIsTheReferenceTurbine(t *testing.T) {
	d := Default(NREL5MW)
	for _, c := range []struct{ v, want, tol float64 }{{8, 1.779e6, .01}, {12, 5e6, .001}, {20, 5e6, .001}, {2.9, 0, 0}, {25, 0, 0}} {
		if got := d.PowerW(c.v, 1); math.Abs(got-c.want) > c.tol*c.want {
			t.Errorf("power at %g m/s = %.0f W, want %.0f within %g", c.v, got, c.want, c.tol)
		}
	}
	rpm := 60 / (2 * math.Pi)
	if got := d.RotorRadS(8) * rpm; math.Abs(got-9.155) > .02 {
		t.Errorf("rotor at 8 m/s = %.3f rpm, want 9.155", got)
	}
	if got := d.RotorRadS(15) * rpm; math.Abs(got-12.1) > .02 {
		t.Errorf("rotor at 15 m/s = %.3f rpm, want 12.1", got)
	}
	// Table 7-1: 8.70° at 14 m/s, 17.47° at 20 m/s.
	for _, c := range []struct{ v, pitch float64 }{{14, 8.70}, {20, 17.47}, {9, 0}} {
		if got := d.PitchRad(c.v, d.PowerW(c.v, 1)) / deg; math.Abs(got-c.pitch) > .4 {
			t.Errorf("pitch at %g m/s = %.2f°, want %.2f°", c.v, got, c.pitch)
		}
	}
	if got := d.PowerW(15, .7); math.Abs(got-3.5e6) > 1 {
		t.Errorf("power at 15 m/s under 70 %% = %.0f W", got)
	}
	if got := d.PitchRad(10, d.PowerW(10, .5)); got < 5*deg {
		t.Errorf("a turbine curtailed to half at 10 m/s pitches only %.1f°", got/deg)
	}
}

// A node without a fan answers a step of load with T(t) = T∞ + (T0 − T∞)·exp(−t/τ), whatever the step.
func TestThermalStepResponse(t *testing.T) {
	h := Thermal{TauSec: 3600, Base: 5, Speed: 10, Load: 20, Wear: 8}
	const sink, start = 280.0, 290.0
	final := sink + 5 + 10*.81 + (20+8*.5)*.7
	for _, dt := range []float64{30, 600, 1800} {
		k := start
		for s := 0.0; s < 7200; s += dt {
			k = h.Step(k, sink, .9, .7, .5, 1, dt)
		}
		want := final + (start-final)*math.Exp(-2)
		if math.Abs(k-want) > 1e-9 {
			t.Errorf("after 2 τ in steps of %g s: %.9f K, want %.9f", dt, k, want)
		}
	}
	if got := h.SteadyK(sink, .9, .7, .5, 1); math.Abs(got-final) > 1e-6 {
		t.Errorf("steady state %.6f K, want %.6f", got, final)
	}
	h.Share = .8 // half the cooler: g = .2 + .8·.5 = .6
	if got, want := h.SteadyK(sink, .9, .7, .5, .5), sink+(final-sink)/.6; math.Abs(got-want) > 1e-6 {
		t.Errorf("steady state with half the cooling %.3f K, want %.3f", got, want)
	}
	h.Fan, h.FanOnK = 1, sink // full on beyond 10 K: g = 2
	if got, want := h.SteadyK(sink, .9, .7, .5, 1), sink+(final-sink)/2; math.Abs(got-want) > 1e-6 {
		t.Errorf("steady state with a fan %.3f K, want %.3f", got, want)
	}
}

func TestWearGrowthSolvesItsLaw(t *testing.T) {
	for _, power := range []float64{0, .8, 1, 1.5} {
		w := Wear{Rate: 1e-6, Power: power, Onset: .1, TorqueExp: 3, DoubleK: 15}
		level, exact := .3, .3
		for range 200000 { // the law by explicit Euler in small steps of dose
			level += w.Rate * math.Pow(level+w.Onset, power) * 1
		}
		exact = w.Grow(exact, 200000)
		if math.Abs(level-exact) > 1e-6 {
			t.Errorf("power %g: %.8f, Euler %.8f", power, exact, level)
		}
		if dose := w.Dose(.3, exact); math.Abs(dose-200000) > 1e-3 {
			t.Errorf("power %g: dose %.4f back, want 200000", power, dose)
		}
		if back := w.Grow(exact, -200000); math.Abs(back-.3) > 1e-9 {
			t.Errorf("power %g: back to %.9f, want .3", power, back)
		}
	}
	w := Wear{TorqueExp: 3, DoubleK: 15}
	if got := w.Stress(1, 1, RefK+15); math.Abs(got-2) > 1e-12 {
		t.Errorf("15 K more make %.6f times the stress, want 2", got)
	}
	if got := w.Stress(.8, .4, RefK); math.Abs(got-.125) > 1e-12 {
		t.Errorf("half the torque makes %.6f of the stress, want .125", got)
	}
	if w.Stress(0, 0, RefK) != 0 {
		t.Error("a standstill wears")
	}
	if !math.IsInf((&Wear{Rate: 1, Power: 2, Onset: .1}).Grow(.5, 10), 1) {
		t.Error("a law that runs away gave a number")
	}
}

// synthetic makes a record of a turbine that follows the model, with noise.
func synthetic(u *Turbine, days int, w *Wear, seed uint64) *Record {
	n := days * 144
	r := &Record{EndSec: 1.7e9, StepSec: 600}
	for c := range r.Means {
		r.Means[c] = make([]float64, n)
	}
	noise := sim.NewNoise(seed, 0)
	oil, bear, level := 320.0, 325.0, 0.0
	if w != nil {
		level = w.Level
	}
	slow, fast := 0.0, 0.0
	for k := range n {
		slow = slow*math.Exp(-1./180) + .09*.5*noise.NormFloat64()*1.2
		fast = fast*math.Exp(-1./12) + .1*noise.NormFloat64()
		z := 3 + slow + fast
		v := z * z
		air := 283 + 3*math.Sin(2*math.Pi*float64(k)/144)
		p := u.PowerW(v, 1)
		rotor, state := u.RotorRadS(v), float64(Running)
		if p <= 0 {
			rotor, state, p = 0, Stopped, 0
		}
		relN, relP := rotor/u.Spec.RatedRotorRadS, p/u.Spec.RatedPowerW
		before, beforeB := oil, bear
		oil = u.Oil.Step(oil, air, relN, relP, level, 1, 600)
		bear = u.Bearing.Step(bear, (before+oil)/2, relN, relP, level, 1, 600)
		if w != nil {
			level = w.Grow(level, w.Stress(relN, relP, (before+oil)/2)*600)
		}
		set := func(c Channel, x float64) { r.Means[c][k] = x }
		set(WindSpeed, v)
		set(AmbientTemp, air)
		set(Power, p*(1+.01*noise.NormFloat64()))
		set(PowerLimit, 1)
		set(State, state)
		set(RotorSpeed, rotor)
		set(GenSpeed, rotor*u.Ratio)
		set(Pitch, u.PitchRad(v, p))
		set(OilTemp, (before+oil)/2+.1*noise.NormFloat64())
		set(BearingTemp, (beforeB+bear)/2+.1*noise.NormFloat64())
		set(WearLevel, level)
		set(VibrationLevel, (u.Vibration.FreshMS+(u.Spec.EndOfLifeMS-u.Vibration.FreshMS)*level)*u.Vibration.Shape(relN, relP)*(1+.005*noise.NormFloat64()))
	}
	return r
}

func TestFitRecoversTheTurbine(t *testing.T) {
	truth := Default(NREL5MW)
	truth.PowerGain *= 1.06
	truth.PowerTopW *= .99
	truth.SpeedSlope *= .97
	truth.PitchScale = 1.1
	truth.Ratio = 97.5
	truth.Oil = Thermal{TauSec: 7000, Base: 8, Speed: 9, Load: 28, Wear: 6, Share: .8}
	truth.Bearing = Thermal{TauSec: 900, Base: 3, Speed: 4, Load: 8, Wear: 5}
	w := &Wear{Level: .3, Rate: .08 / 86400, Power: 1, Onset: .1, TorqueExp: 3, DoubleK: 30}
	r := synthetic(&truth, 7, w, 1)
	got := Default(NREL5MW).Fit(r)
	for v := 4.0; v < 20; v += .5 {
		if a, b := got.PowerW(v, 1), truth.PowerW(v, 1); math.Abs(a-b) > .01*truth.Spec.RatedPowerW {
			t.Errorf("power at %g m/s: %.0f W, truth %.0f", v, a, b)
		}
		if a, b := got.RotorRadS(v), truth.RotorRadS(v); math.Abs(a-b) > .01 {
			t.Errorf("rotor at %g m/s: %.4f rad/s, truth %.4f", v, a, b)
		}
	}
	if math.Abs(got.Ratio-97.5) > .01 || math.Abs(got.PitchScale-1.1) > .03 {
		t.Errorf("ratio %.3f, pitch scale %.3f", got.Ratio, got.PitchScale)
	}
	got.FitThermal(r, r.Means[WearLevel])
	for _, c := range []struct{ n, p, wear float64 }{{1, 1, .3}, {.8, .4, .3}, {1, 1, .45}} {
		for _, node := range []struct {
			name       string
			fit, truth *Thermal
		}{{"oil", &got.Oil, &truth.Oil}, {"bearing", &got.Bearing, &truth.Bearing}} {
			a, b := node.fit.SteadyK(285, c.n, c.p, c.wear, 1), node.truth.SteadyK(285, c.n, c.p, c.wear, 1)
			if math.Abs(a-b) > 1.2 {
				t.Errorf("%s at speed %g load %g wear %g: %.2f K, truth %.2f", node.name, c.n, c.p, c.wear, a, b)
			}
		}
	}
	if got.Oil.SD > .5 || got.Bearing.SD > .5 {
		t.Errorf("unexplained: oil %.2f K, bearing %.2f K", got.Oil.SD, got.Bearing.SD)
	}
	if z := got.PowerInnovation(r, 144); math.Abs(z) > 1 {
		t.Errorf("power innovation of its own record: %.2f", z)
	}
	hot := &Record{EndSec: r.EndSec, StepSec: r.StepSec, Means: r.Means}
	hot.Means[OilTemp] = append([]float64(nil), r.Means[OilTemp]...)
	for k := 980; k < 1008; k++ {
		hot.Means[OilTemp][k] += 6
	}
	if z := got.Oil.Innovation(hot, &got.Spec, OilTemp, AmbientTemp, r.Means[WearLevel], 12, .3); z < 4 {
		t.Errorf("6 K too hot is an innovation of only %.2f", z)
	}
}

func TestFitKeepsToThePriorWithoutData(t *testing.T) {
	r := &Record{EndSec: 1.7e9, StepSec: 600}
	for c := range r.Means {
		r.Means[c] = make([]float64, 144)
		for k := range r.Means[c] {
			r.Means[c][k] = math.NaN()
		}
	}
	d := Default(NREL5MW)
	f := d.Fit(r)
	f.FitThermal(r, nil)
	if f != d {
		t.Errorf("a record of gaps moved the model: %+v", f)
	}
	if _, l := FitVibration(r, &d.Spec, d.Vibration); l.Measured != 0 {
		t.Errorf("%d measurements out of nothing", l.Measured)
	}
}

func TestFitVibrationSeparatesWearFromLoad(t *testing.T) {
	truth := Default(NREL5MW)
	truth.Vibration = Vibration{Base: .06, Speed: .38, Load: .56, FreshMS: 1.8e-3}
	w := &Wear{Level: .25, Rate: .2 / 86400, Power: 1.2, Onset: .1, TorqueExp: 3, DoubleK: 30}
	r := synthetic(&truth, 7, w, 2)
	v, l := FitVibration(r, &truth.Spec, Default(NREL5MW).Vibration)
	for k := 20; k < r.Len(); k += 30 {
		want := 1.8e-3 + (7.1e-3-1.8e-3)*r.Means[WearLevel][k]
		if math.Abs(l.Smooth[k]/want-1) > .012 {
			t.Errorf("step %d: level %.4g m/s, truth %.4g", k, l.Smooth[k], want)
		}
	}
	if math.Abs(v.Shape(.8, .4)-truth.Vibration.Shape(.8, .4)) > .01 {
		t.Errorf("shape at part load %.3f, truth %.3f", v.Shape(.8, .4), truth.Vibration.Shape(.8, .4))
	}
	if v.SD < .004 || v.SD > .0075 { // the level moves between the knots
		t.Errorf("noise %.4f, truth .005 and what the spline cannot follow", v.SD)
	}
	// After a repair only what follows counts.
	for k := 400; k < 430; k++ {
		r.Means[State][k] = Service
	}
	if _, l = FitVibration(r, &truth.Spec, truth.Vibration); l.First != 430 || !math.IsNaN(l.Smooth[400]) {
		t.Errorf("the level begins at %d, after the repair is 430", l.First)
	}
}
