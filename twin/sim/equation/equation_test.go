package equation

import (
	"context"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/sim"
)

func compile(t testing.TB, text *expression.SystemText) *Program {
	t.Helper()
	s, err := expression.CompileSystem(text)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Compile(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func variables(pairs ...string) []expression.VariableText {
	var out []expression.VariableText
	for i := 0; i < len(pairs); i += 2 {
		out = append(out, expression.VariableText{Name: pairs[i], Value: pairs[i+1], Mark: i})
	}
	return out
}

func passage(text string) []expression.Passage { return []expression.Passage{{Text: text}} }

// thermal is a chain of four temperatures with wear and stored heat: six states, of which one has an exponential.
func thermal() *expression.SystemText {
	return &expression.SystemText{
		Inputs: variables("P", "1000 kW", "Tamb", "12 °C"),
		Parameters: variables("eta", "0.97", "hA", "120 W/K", "C", "40 kJ/K", "K12", "500 W/K", "K23", "600 W/K", "K34", "80 W/K",
			"M", "1e-6 1/s", "T0", "70 °C", "a", "0.05 1/K"),
		States: variables("T1", "20 °C", "T2", "20 °C", "T3", "20 °C", "T4", "20 °C", "wear", "0", "Q", "0 J"),
		Equations: passage(`
dT1/dt = (P*(1 - eta) - hA*(T1 - Tamb) - K12*(T1 - T2)) / C
dT2/dt = (K12*(T1 - T2) - K23*(T2 - T3)) / C
dT3/dt = (K23*(T2 - T3) - hA*(T3 - Tamb) - K34*(T3 - T4)) / C
dT4/dt = (K34*(T3 - T4) - hA*(T4 - Tamb)) / (2*C)
dwear/dt = M*exp(a*(T3 - T0))
dQ/dt = wear > 0.5 ? P*0.9 : P
`),
		Outputs: []expression.OutputText{{Name: "oil", Unit: "°C", Text: "T3"}, {Name: "wear", Text: "wear"}, {Name: "power", Unit: "kW", Text: "P*(1 - wear)"}},
	}
}

// What the program computes is what the trees say, whatever was folded, fused or used again.
func TestProgramsComputeWhatTheTreesSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := &expression.SystemText{Inputs: variables("u", "2"), Parameters: variables("p", "3", "q", "0.5"), States: variables("x", "1", "y", "2"),
			Equations: passage("dx/dt = " + formula(t, 4) + "\ndy/dt = z + " + formula(t, 3) + "\nz = " + formula(t, 3))}
		s, err := expression.CompileSystem(text)
		if err != nil {
			t.Fatal(err, text.Equations[0].Text)
		}
		p, err := Compile(s)
		if err != nil {
			t.Fatal(err)
		}
		const n = 5
		m := p.machine(n)
		var cols [n][]float64 // by lane: all symbols
		draw := rapid.Float64Range(-3, 3)
		in := draw.Draw(t, "u")
		m.fill(s.InputSymbol(0), in)
		y := make([]float64, 2*n)
		for j := range n {
			v := []float64{1.5, in, draw.Draw(t, "p"), draw.Draw(t, "q"), draw.Draw(t, "x"), draw.Draw(t, "y")}
			for i := range 2 {
				m.row(int32(s.ParameterSymbol(i)))[j] = v[s.ParameterSymbol(i)]
				y[i*n+j] = v[s.StateSymbol(i)]
			}
			for i := range s.Definitions {
				v = append(v, evaluate(s.Definitions[i].Tree, v))
			}
			cols[j] = v
		}
		m.prepareAll()
		dy := make([]float64, 2*n)
		m.setState(1.5, y)
		m.run(p.rates.code, n)
		m.take(&p.rates, dy, n)
		for i := range 2 {
			for j := range n {
				want, got := evaluate(s.Rates[i], cols[j]), dy[i*n+j]
				if math.Abs(got-want) > 1e-9*math.Max(1, math.Abs(want)) && !(math.IsNaN(got) && math.IsNaN(want)) && !math.IsInf(want, 0) {
					t.Fatalf("lane %d, rate %d of\n%s\n= %g, want %g", j, i, text.Equations[0].Text, got, want)
				}
			}
		}
	})
}

// formula draws a text over the names of the test above.
func formula(t *rapid.T, depth int) string {
	pick := rapid.IntRange(0, 17).Draw(t, "form")
	if depth == 0 || pick < 3 {
		return rapid.SampledFrom([]string{"x", "y", "p", "q", "u", "1", "0", "2.5", "-x", "p*q"}).Draw(t, "leaf")
	}
	a, b := formula(t, depth-1), formula(t, depth-1)
	switch pick {
	case 3, 4:
		return "(" + a + " + " + b + ")"
	case 5, 6:
		return "(" + a + " - " + b + ")"
	case 7, 8, 9:
		return a + "*(" + b + ")"
	case 10:
		return a + "/(1.5 + abs(" + b + "))"
	case 11:
		return "(" + a + ")^2"
	case 12:
		return "(" + a + " > " + b + " ? " + a + " : " + b + ")"
	case 13:
		return "min(" + a + ", max(" + b + ", 0.1))"
	case 14:
		return "exp(-abs(" + a + "))"
	case 15:
		return "clamp(" + a + ", -1, 1) + mix(1, 2, clamp(" + b + ", 0, 1))"
	case 16:
		return "(" + a + " > 0 && !(" + b + " < 1) || " + a + " < -1 ? 1 : 2)"
	}
	return "sqrt(abs(" + a + "))^3 - tan(" + b + ")*0 + atan(" + a + ")/\"1 rad\""
}

// evaluate computes a tree the slow way.
func evaluate(t *expression.Tree, v []float64) float64 {
	arg := func(i int) float64 { return evaluate(t.Args[i], v) }
	switch t.Op {
	case expression.Constant:
		return t.Value
	case expression.Input:
		return v[t.Input]
	case expression.Choose:
		if arg(0) != 0 {
			return arg(1)
		}
		return arg(2)
	case expression.And:
		return truth(arg(0) != 0 && arg(1) != 0)
	case expression.Or:
		return truth(arg(0) != 0 || arg(1) != 0)
	case expression.Clamp:
		return expression.ApplyClamp(arg(0), arg(1), arg(2))
	case expression.Mix:
		return expression.ApplyMix(arg(0), arg(1), arg(2))
	}
	if t.Op.Unary() {
		return expression.Apply1(t.Op, arg(0))
	}
	return expression.Apply2(t.Op, arg(0), arg(1))
}

func TestConstantWorkIsDoneOnce(t *testing.T) {
	p := compile(t, thermal())
	if n := len(p.rates.code); n > 30 {
		t.Errorf("%d instructions for one right-hand side: %v", n, p.rates.code)
	}
	for _, in := range p.rates.code {
		if in.op == op(expression.Divide) {
			t.Error("a division by what does not change")
		}
	}
}

func ensemble(t testing.TB, o Options) *Ensemble {
	t.Helper()
	e, err := NewEnsemble(o)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// One temperature has a closed form: T = Te + (T0 − Te)·exp(−hA·t/C) with Te = Tamb + P/hA.
func TestOneTemperatureIsExact(t *testing.T) {
	p := compile(t, &expression.SystemText{
		Inputs: variables("P", "6 kW", "Tamb", "10 °C"), Parameters: variables("hA", "100 W/K", "C", "1 MJ/K"), States: variables("T", "20 °C"),
		Equations: passage("dT/dt = (P - hA*(T - Tamb))/C"), Outputs: []expression.OutputText{{Name: "T", Text: "T"}}})
	p.System.Parameters[0].SD = 10
	const n = 150
	e := ensemble(t, Options{Program: p, Members: n, StepSec: 600, RelTol: 1e-8, Seed: 3})
	for k := range 100 {
		e.Step(k)
	}
	if e.Err() != nil {
		t.Fatal(e.Err())
	}
	spread := map[float64]bool{}
	for m, got := range e.Output(0) {
		hA := e.blocks[m/lanes].row(int32(p.System.ParameterSymbol(0)))[m%lanes]
		spread[hA] = true
		end := 283.15 + 6000/hA
		want := end + (293.15-end)*math.Exp(-hA*60000/1e6)
		if math.Abs(got-want) > 1e-4 {
			t.Errorf("member %d with hA = %.1f: %.6f K, want %.6f", m, hA, got, want)
		}
	}
	if len(spread) != n {
		t.Errorf("%d different members of %d", len(spread), n)
	}
}

// Members that go together are where each would be by itself.
func TestTogetherAndAlone(t *testing.T) {
	p := compile(t, thermal())
	for i := range p.System.Parameters[:4] {
		p.System.Parameters[i].SD = .02 * p.System.Parameters[i].Value
	}
	many := ensemble(t, Options{Program: p, Members: 70, StepSec: 600, Seed: 5, RelTol: 1e-8})
	alone := ensemble(t, Options{Program: p, Members: 70, StepSec: 600, Seed: 5, RelTol: 1e-8})
	for k := range 50 {
		many.Step(k)
		for _, b := range alone.blocks {
			b.alone = 5
		}
		alone.Step(k)
	}
	if many.Stats().Alone != 0 || alone.Stats().Steps != 0 || many.Err() != nil || alone.Err() != nil {
		t.Errorf("stats %+v and %+v, %v %v", many.Stats(), alone.Stats(), many.Err(), alone.Err())
	}
	for c := range 3 {
		for m, x := range many.Output(c) {
			if y := alone.Output(c)[m]; math.Abs(x-y) > 1e-6*math.Max(1e-3, math.Abs(y)) {
				t.Errorf("output %d of member %d: %.9g together, %.9g alone", c, m, x, y)
			}
		}
	}
}

// A thermostat with hysteresis: T goes between 19 and 21 °C by logarithms; each member has its own heater.
func thermostat() *expression.SystemText {
	return &expression.SystemText{
		Parameters: []expression.VariableText{{Name: "heat", Value: "20 K", SD: "2 K", Range: [2]string{"15 K", "30 K"}}, {Name: "tau", Value: "1000 s"}, {Name: "outside", Value: "10 °C"}},
		States:     variables("T", "15 °C", "on", "1", "count", "0"),
		Equations:  passage("dT/dt = (outside + on*heat - T)/tau\ndon/dt = 0\ndcount/dt = 0"),
		Outputs:    []expression.OutputText{{Name: "T", Text: "T", Unit: "°C"}, {Name: "count", Text: "count"}, {Name: "heating", Text: "on * \"1 kW\"", Unit: "W"}},
		Events: []expression.EventText{
			{Name: "off", When: `T >= "21 °C"`, Set: []expression.AssignmentText{{State: "on", Text: "0"}, {State: "count", Text: "count + 1"}}},
			{Name: "on", When: `T < "19 °C"`, Set: []expression.AssignmentText{{State: "on", Text: "1"}}},
		},
	}
}

func TestEventsOfMembers(t *testing.T) {
	p := compile(t, thermostat())
	const n, stepSec, steps = 100, 60., 400
	e := ensemble(t, Options{Program: p, Members: n, StepSec: stepSec, Seed: 1, Units: []Counted{{Failure: 0, Power: 2}}})
	for k := range steps {
		e.Step(k)
	}
	if e.Err() != nil {
		t.Fatal(e.Err())
	}
	for m := range n {
		heat := e.blocks[m/lanes].row(int32(p.System.ParameterSymbol(0)))[m%lanes]
		first := 1000 * math.Log((heat-5)/(heat-11)) // from 15 to 21 °C with heat
		cool, warm := 1000*math.Log(11./9), 1000*math.Log((heat-9)/(heat-11))
		want := 1 + math.Floor((steps*stepSec-first)/(cool+warm))
		if got := e.Output(1)[m]; got != want {
			t.Errorf("member %d with %.2f K: switched off %g times, want %g", m, heat, got, want)
		}
		if got := e.FailureSec(0)[m]; math.Abs(got-first) > 1e-2 {
			t.Errorf("member %d: first off at %.4f s, want %.4f", m, got, first)
		}
	}
	if s := e.Stats(); s.Steps == 0 || s.Alone == 0 || s.Alone > s.Events {
		t.Errorf("stats %+v: a member goes alone only where something happens", s)
	}
}

func TestAStoppedMemberStands(t *testing.T) {
	text := &expression.SystemText{Parameters: []expression.VariableText{{Name: "v", Value: "1 m/s", SD: "0.1 m/s"}}, States: variables("x", "0 m"),
		Equations: passage("dx/dt = v"), Outputs: []expression.OutputText{{Name: "x", Text: "x"}}, Events: []expression.EventText{{Name: "wall", When: `x > "10 m"`, Stop: true}}}
	e := ensemble(t, Options{Program: compile(t, text), Members: 20, StepSec: 3, Units: []Counted{{Failure: 0, Power: -1}}})
	for k := range 8 {
		e.Step(k)
	}
	for m, x := range e.Output(0) {
		if math.Abs(x-10) > 1e-6 || math.IsInf(e.FailureSec(0)[m], 1) || e.Err() != nil {
			t.Errorf("member %d stands at %g, failed at %g, %v", m, x, e.FailureSec(0)[m], e.Err())
		}
	}
}

// ROBER as an engineer would write it, with its sum as an algebraic equation; the end value is that of the test set.
func TestStiffAndAlgebraicMembers(t *testing.T) {
	for _, last := range []string{"dc/dt = 3e7*b^2", "0 = a + b + c - 1"} {
		text := &expression.SystemText{States: variables("a", "1", "b", "0", "c", "0"),
			Equations: passage("da/dt = -0.04*a + 1e4*b*c\ndb/dt = 0.04*a - 1e4*b*c - 3e7*b^2\n" + last),
			Outputs:   []expression.OutputText{{Name: "a", Text: "a"}, {Name: "b", Text: "b"}}}
		text.States[1].Range = [2]string{"0", "1e-9"} // tells its size
		p := compile(t, text)
		e := ensemble(t, Options{Program: p, Members: 3, StepSec: 1e11 / 4, RelTol: 1e-6})
		for k := range 4 {
			e.Step(k)
		}
		if e.Err() != nil {
			t.Fatal(e.Err())
		}
		for m := range 3 {
			a, b := e.Output(0)[m], e.Output(1)[m]
			if math.Abs(a/.2083340149701255e-7-1) > 1e-4 || math.Abs(b/.8333360770334713e-13-1) > 1e-4 {
				t.Errorf("%s: member %d ends at %g, %g", last, m, a, b)
			}
		}
	}
}

func TestFailuresOfMembers(t *testing.T) {
	for text, want := range map[string]string{
		"dx/dt = x^2":                        "x changes without bound",
		"dx/dt = 1/max(0, 1 - time/\"1 s\")": "division by zero",
		"dx/dt = -sqrt(x - 5)":               "no number",
	} {
		p := compile(t, &expression.SystemText{States: variables("x", "1"), Equations: passage(text), Outputs: []expression.OutputText{{Name: "x", Text: "x"}}})
		e := ensemble(t, Options{Program: p, Members: 2, StepSec: .3})
		bands := sim.NewBands(sim.Grid{Start: time.Unix(0, 0), Step: 300 * time.Millisecond, N: 10}, make([]sim.Channel, 1))
		err := sim.Run(context.Background(), e, bands)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "member 0") {
			t.Errorf("%s: error %v, want %q", text, err, want)
		}
		if x := e.Output(0)[0]; math.IsNaN(x) || math.IsInf(x, 0) {
			t.Errorf("%s: %g shown", text, x)
		}
	}
	if _, err := Compile(&expression.System{}); err == nil {
		t.Error("a model without states was compiled")
	}
	p := compile(t, thermal())
	for _, o := range []Options{{Members: -1, StepSec: 1}, {StepSec: 0}, {StepSec: 1, Values: map[string]float64{"nothing": 1}}, {StepSec: 1, Units: []Counted{{Failure: 7}}},
		{StepSec: 1, RelTol: 7}, {StepSec: 1, Values: map[string]float64{"eta": math.NaN()}}} {
		o.Program = p
		if _, err := NewEnsemble(o); err == nil {
			t.Errorf("%+v made an ensemble", o)
		}
	}
}

func TestInputsDrive(t *testing.T) {
	p := compile(t, &expression.SystemText{Inputs: variables("v", "0 m/s"), States: variables("x", "0 m"), Equations: passage("dx/dt = v"),
		Outputs: []expression.OutputText{{Name: "x", Text: "x"}, {Name: "v", Text: "v"}}})
	e := ensemble(t, Options{Program: p, Members: 5, StepSec: 2, Drive: func(k int, in []float64) { in[0] = float64(k) }})
	want := 0.
	for k := range 10 {
		e.Step(k)
		if want += 2 * float64(k); math.Abs(e.Output(0)[3]-want) > 1e-9 {
			t.Fatalf("after step %d at %g, want %g", k, e.Output(0)[3], want)
		}
	}
}

func TestTheSameBitsAgainWhateverTheWorkers(t *testing.T) {
	p := compile(t, thermostat())
	run := func(workers int) []float64 {
		e := ensemble(t, Options{Program: p, Members: 130, StepSec: 60, Seed: 9, Workers: workers})
		for k := range 60 {
			e.Step(k)
		}
		return e.Output(0)
	}
	a, b := run(1), run(2)
	for m := range a {
		if a[m] != b[m] {
			t.Fatalf("member %d: %v and %v", m, a[m], b[m])
		}
	}
}

func TestStepsAllocateNothing(t *testing.T) {
	e := ensemble(t, Options{Program: compile(t, thermostat()), Members: 100, StepSec: 60, Seed: 1})
	k := 0
	if n := testing.AllocsPerRun(100, func() { e.Step(k); k++ }); n > 0 {
		t.Errorf("%.1f allocations per step", n)
	}
}

// FuzzRun runs whatever compiles: no panic, and no number that is none in a state without an error.
func FuzzRun(f *testing.F) {
	for _, s := range []string{"dx/dt = -x\ndy/dt = x*y", "dx/dt = 1/y\ndy/dt = -1", "dx/dt = y\n0 = x - y", "dx/dt = x^x\ndy/dt = log(x)", "dx/dt = x > y ? -1 : 1\ndy/dt = 0", "dx/dt=time/\"1 s\"\ndy/dt=tan(x)"} {
		f.Add(s, "x > y")
	}
	f.Fuzz(func(t *testing.T, equations, when string) {
		s, err := expression.CompileSystem(&expression.SystemText{States: variables("x", "1", "y", "2"), Equations: passage(equations),
			Outputs: []expression.OutputText{{Name: "x", Text: "x"}, {Name: "y", Text: "y"}},
			Events:  []expression.EventText{{Name: "e", When: when, Set: []expression.AssignmentText{{State: "x", Text: "1"}}}}})
		if err != nil {
			return
		}
		p, err := Compile(s)
		if err != nil {
			return
		}
		e, err := NewEnsemble(Options{Program: p, Members: 3, StepSec: .1, RelTol: 1e-3})
		if err != nil {
			return
		}
		for k := range 3 {
			e.Step(k)
			y := make([]float64, 2)
			e.State(2, y)
			if e.Err() == nil && (math.IsNaN(y[0]+y[1]) || math.IsInf(y[0], 0)) {
				t.Fatalf("%q: state %v without an error", equations, y)
			}
		}
	})
}

func BenchmarkRate64(b *testing.B) {
	p := compile(b, thermal())
	m := p.machine(lanes)
	y := make([]float64, len(p.System.States)*lanes)
	for i := range y {
		y[i] = 300 + float64(i%7)
	}
	dy := make([]float64, len(y))
	b.ReportAllocs()
	for b.Loop() {
		m.setState(0, y)
		m.run(p.rates.code, lanes)
		m.take(&p.rates, dy, lanes)
	}
	b.ReportMetric(lanes*float64(b.N)/b.Elapsed().Seconds()/1e6, "M_rates/s")
}

// 64 members over 14 days in steps of ten minutes.
func BenchmarkFortnight64(b *testing.B) {
	p := compile(b, thermal())
	p.System.Parameters[1].SD = 3
	b.ReportAllocs()
	rates := 0
	for b.Loop() {
		e := ensemble(b, Options{Program: p, Members: 64, StepSec: 600, RelTol: 1e-5})
		for k := range 2016 {
			e.Step(k)
		}
		rates += e.Stats().Rates
	}
	b.ReportMetric(float64(rates)/b.Elapsed().Seconds()/1e6, "M_rates/s")
}

// 64 members of a stiff model over a day in steps of ten minutes: a shaft that twists between rotor and generator.
func BenchmarkStiffDay64(b *testing.B) {
	p := compile(b, &expression.SystemText{
		Inputs: variables("M", "4e6 N·m"), Parameters: variables("J", "4e7 kg·m²", "j", "500 kg·m²", "n", "97", "K", "8.7e8 N·m/rad", "D", "6e7 N·m·s/rad", "k", "4 N·m·s^2/rad^2"),
		States:    variables("w", "1 rad/s", "g", "97 rad/s", "twist", "0 rad"),
		Equations: passage("slip = w - g/n\ntorque = K*twist + D*slip\ndtwist/dt = slip\ndw/dt = (M - torque)/J\ndg/dt = (torque/n - k*g*abs(g))/j"),
		Outputs:   []expression.OutputText{{Name: "g", Text: "g", Unit: "rpm"}}})
	p.System.Parameters[5].SD = .1
	b.ReportAllocs()
	for b.Loop() {
		e := ensemble(b, Options{Program: p, Members: 64, StepSec: 600, RelTol: 1e-5, Drive: func(k int, in []float64) { in[0] = 4e6 * (1 + .2*math.Sin(float64(k)/9)) }})
		for k := range 144 {
			e.Step(k)
		}
		if e.Err() != nil {
			b.Fatal(e.Err())
		}
	}
}

func BenchmarkThermostat64(b *testing.B) {
	e := ensemble(b, Options{Program: compile(b, thermostat()), Members: 64, StepSec: 60, Seed: 1})
	k := 0
	b.ReportAllocs()
	for b.Loop() {
		e.Step(k)
		k++
	}
}
