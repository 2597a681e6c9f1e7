package component_test

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/twin/expression"
	"github.com/orrery-twin/orrery/twin/sim/component"
	"github.com/orrery-twin/orrery/twin/sim/equation"
)

// part is a short form: name, kind, then pairs of a setting.
func part(name, kind string, set ...string) component.Part {
	p := component.Part{Name: name, Kind: kind}
	for i := 0; i < len(set); i += 2 {
		p.Set = append(p.Set, component.Setting{Name: set[i], Text: set[i+1]})
	}
	return p
}

func tie(ports ...string) component.Connection { return component.Connection{Ports: ports} }

// run composes a diagram and takes it to a time, and returns its outputs.
func run(t *testing.T, sec float64, d component.Diagram) map[string]float64 {
	t.Helper()
	text, err := component.Compose(d)
	if err != nil {
		t.Fatal(err)
	}
	system, err := expression.CompileSystem(text)
	if err != nil {
		t.Fatal(err)
	}
	program, err := equation.Compile(system)
	if err != nil {
		t.Fatal(err)
	}
	e, err := equation.NewEnsemble(equation.Options{Program: program, Members: 2, StepSec: sec / 50, RelTol: 1e-7})
	if err != nil {
		t.Fatal(err)
	}
	for k := range 50 {
		e.Step(k)
	}
	if e.Err() != nil {
		t.Fatal(e.Err())
	}
	out := map[string]float64{}
	for i, o := range system.Outputs {
		out[o.Name] = e.Output(i)[1]
	}
	return out
}

func near(t *testing.T, what string, got, want, share float64) {
	t.Helper()
	if !(math.Abs(got-want) <= share*math.Abs(want)) {
		t.Errorf("%s = %.9g, want %.9g", what, got, want)
	}
}

// Two masses joined by a conductance approach one another with rate G(1/C1 + 1/C2), and keep their heat.
func TestTwoMasses(t *testing.T) {
	out := run(t, 500, component.Diagram{
		Parts:       []component.Part{part("hot", "thermal_mass", "C", "20 kJ/K", "T", "80 °C"), part("cold", "thermal_mass", "C", "60 kJ/K", "T", "20 °C"), part("wall", "conductance", "G", "30 W/K")},
		Connections: []component.Connection{tie("hot.a", "wall.a"), tie("wall.b", "cold.a")},
	})
	d := 60 * math.Exp(-500*30*(1/20e3+1/60e3))
	near(t, "difference", out["hot.T"]-out["cold.T"], d, 1e-5)
	near(t, "heat", 20e3*out["hot.T"]+60e3*out["cold.T"], 20e3*353.15+60e3*293.15, 1e-9)
}

// A chain of conductances: what lies between two has no store, so that its temperature is an algebraic unknown.
func TestConductancesInARow(t *testing.T) {
	out := run(t, 1e5, component.Diagram{
		Parts: []component.Part{part("loss", "heat_source", "Q", "1.2 kW"), part("oil", "thermal_mass"), part("inner", "conductance", "G", "100 W/K"),
			part("outer", "conductance", "G", "50 W/K"), part("air", "ambient", "T", "10 °C")},
		Connections: []component.Connection{tie("loss.a", "oil.a", "inner.a"), tie("inner.b", "outer.a"), tie("outer.b", "air.a")},
	})
	near(t, "steady temperature", out["oil.T"], 283.15+1200*(1./100+1./50), 1e-6)
	near(t, "heat into the air", out["air.Q"], 1200, 1e-6)
}

// The fan of a controlled cooler: its speed is an expression over the temperature that it changes.
func TestAControlledFan(t *testing.T) {
	out := run(t, 1e5, component.Diagram{
		Parts:       []component.Part{part("loss", "heat_source", "Q", "3 kW"), part("oil", "thermal_mass"), part("fan", "fan", "speed", `clamp((oil.T - "40 °C") / "20 K", 0, 1)`), part("air", "ambient", "T", "20 °C")},
		Connections: []component.Connection{tie("loss.a", "oil.a", "fan.a"), tie("fan.b", "air.a")},
	})
	rise, speed := out["oil.T"]-293.15, (out["oil.T"]-313.15)/20
	near(t, "heat that the fan carries", (10+100*math.Pow(speed, .8))*rise, 3000, 1e-5)
	near(t, "shown speed", out["fan.speed"], speed, 1e-9)
	near(t, "power", out["fan.power"], 100*math.Pow(speed, 3), 1e-9)
}

// Counter-flow with equal streams: effectiveness N/(1+N); with a ratio of one half: (1−e^{−N/2})/(1−e^{−N/2}/2).
func TestHeatExchanger(t *testing.T) {
	for hot, want := range map[string]float64{"1000 W/K": 2. / 3, "2000 W/K": (1 - math.Exp(-1)) / (1 - .5*math.Exp(-1))} {
		out := run(t, 10, component.Diagram{
			Parts:       []component.Part{part("x", "heat_exchanger", "UA", "2 kW/K", "hot_flow", hot), part("source", "ambient", "T", "80 °C"), part("sea", "ambient", "T", "10 °C"), part("m", "thermal_mass")},
			Connections: []component.Connection{tie("source.a", "x.hot"), tie("x.cold", "sea.a")},
		})
		near(t, "effectiveness", out["x.effectiveness"], want, 1e-9)
		near(t, "heat", out["sea.Q"], want*1000*70, 1e-9)
	}
}

// A motor on a source turns at (k·v − R·M)/k² under a torque M, and reaches it with the rate k²/(R·J); its losses warm it.
func TestMotor(t *testing.T) {
	d := component.Diagram{
		Parts: []component.Part{part("grid", "voltage_source", "v", "48 V", "R", "0.04 Ω"), part("m", "motor", "R", "0.06 Ω", "k", "0.5 N·m/A"), part("flywheel", "inertia", "J", "2 kg·m²"),
			part("work", "load", "M", "30 N·m"), part("casing", "thermal_mass", "C", "5 kJ/K")},
		Connections: []component.Connection{tie("grid.e", "m.e"), tie("m.s", "flywheel.s", "work.s"), tie("m.h", "casing.a")},
	}
	end := (.5*48 - .1*30) / .25
	out := run(t, 1, d)
	near(t, "speed after 1 s", out["flywheel.w"], end*(1-math.Exp(-.25/(.1*2))), 1e-5)
	out = run(t, 60, d)
	near(t, "speed", out["flywheel.w"], end, 1e-6)
	near(t, "current", out["m.i"], 60, 1e-6)
	near(t, "power", out["grid.power"], out["work.power"]+60*60*.06, 1e-5)
}

// At rest a gearbox passes on the power less its loss, and the speeds have its ratio.
func TestGearbox(t *testing.T) {
	out := run(t, 400, component.Diagram{
		Parts: []component.Part{part("blades", "rotor", "wind", "8 m/s"), part("g", "gearbox", "ratio", "97", "K", "8.7e8 N·m/rad", "D", "6e6 N·m·s/rad", "drag", "0.3 N·m·s/rad"),
			part("shaft", "inertia", "J", "534 kg·m²", "w", "97 rad/s"), part("generator", "load", "k", "2.33 N·m·s^2/rad^2"), part("oil", "thermal_mass")},
		Connections: []component.Connection{tie("blades.s", "g.slow"), tie("g.fast", "shaft.s", "generator.s"), tie("g.h", "oil.a")},
	})
	near(t, "ratio", out["shaft.w"]/out["blades.w"], 97, 1e-4)
	near(t, "power", out["blades.power"], out["generator.power"]+out["g.loss"], 1e-3)
	if cp := out["blades.cp"]; cp < .3 || cp > .4805 {
		t.Errorf("power coefficient %.4f", cp)
	}
	if out["oil.T"] < 294 {
		t.Errorf("the loss of %g W does not warm the oil: %g K", out["g.loss"], out["oil.T"])
	}
}

// The power coefficient is at most 0.48, at a tip speed ratio of 8.1.
func TestRotor(t *testing.T) {
	best, at := 0., 0.
	for tip := 4.; tip < 12; tip += .1 {
		w := tip * 8 / 63
		out := run(t, 1e-3, component.Diagram{Parts: []component.Part{{Name: "r", Kind: "rotor", Set: []component.Setting{{Name: "w", Text: formatted(w) + " rad/s"}}}}})
		if out["r.cp"] > best {
			best, at = out["r.cp"], out["r.tip"]
		}
	}
	near(t, "best power coefficient", best, .48, 2e-3)
	near(t, "its tip speed ratio", at, 8.1, .02)
}

// Two bearings of the same rated life, one with twice the load and 10 K more: it wears 16 times as fast.
func TestBearingWears(t *testing.T) {
	wear := func(set ...string) map[string]float64 {
		return run(t, 86400, component.Diagram{
			Parts:       []component.Part{part("shaft", "inertia", "J", "1e9 kg·m²", "w", "1500 rpm"), part("b", "bearing", append(set, "life", "100 d", "rise", "0")...), part("m", "thermal_mass", "C", "1e12 J/K")},
			Connections: []component.Connection{tie("shaft.s", "b.s"), tie("b.h", "m.a")},
		})
	}
	a, b := wear(), wear("load", "2 kN", "T", "80 °C")
	near(t, "wear of a day of a hundred", a["b.wear"], .01, 1e-3)
	near(t, "wear by load and temperature", b["b.wear"]/a["b.wear"], 16, 1e-3)
	friction := 1*157.0796/(157.0796+.1) + .01*157.0796
	near(t, "loss", a["b.loss"], friction*157.0796, 1e-3)
}

// A tank empties through a valve as Torricelli says: the root of the level falls evenly. Both open into the same air.
func TestTankAndValve(t *testing.T) {
	out := run(t, 100, component.Diagram{
		Parts:       []component.Part{part("tank", "tank", "level", "4 m", "area", "2 m²"), part("v", "valve", "q0", "0.03 m³/s", "dp", "1 bar"), part("air", "reservoir")},
		Connections: []component.Connection{tie("tank.a", "v.a"), tie("v.b", "air.a")},
	})
	k := .03 * math.Sqrt(1000*9.80665/1e5) / 2
	near(t, "level", out["tank.level"], math.Pow(2-k*100/2, 2), 5e-3)
}

// Pump, pipe and two tanks: the flow is where the lift of the pump is the friction, and no liquid is lost.
func TestPumpAndPipe(t *testing.T) {
	out := run(t, 300, component.Diagram{
		Parts:       []component.Part{part("low", "tank", "area", "100 m²", "level", "2 m"), part("high", "tank", "area", "100 m²", "level", "2 m"), part("p", "pump"), part("line", "pipe", "R", "2e8 Pa·s²/m^6")},
		Connections: []component.Connection{tie("low.a", "p.a"), tie("p.b", "line.a"), tie("line.b", "high.a")},
	})
	near(t, "liquid", out["low.level"]+out["high.level"], 4, 1e-9)
	q := out["line.q"]
	// x = 1 − Δp/p1 with Δp = friction + lift; q = q1·x/√(x + 0.001)
	x := 1 - (2e8*q*q+1000*9.80665*(out["high.level"]-out["low.level"]))/3e5
	near(t, "flow", q, .02*x/math.Sqrt(x+1e-3), 1e-4)
	near(t, "flow of the pump", out["p.q"], q, 1e-6)
}

// A battery feeds a resistor through a converter: powers add up, the charge is what has flowed.
func TestBatteryAndConverter(t *testing.T) {
	out := run(t, 3600, component.Diagram{
		Parts:       []component.Part{part("b", "battery", "E0", "50 V", "dE", "0 V", "R", "0.01 Ω", "charge", "90 %"), part("c", "converter", "ratio", "0.5", "eta", "90 %", "R", "0.001 Ω"), part("r", "resistor", "R", "2 Ω")},
		Connections: []component.Connection{tie("b.e", "c.a"), tie("c.b", "r.e")},
	})
	near(t, "power through the converter", out["r.power"]+out["c.loss"], -out["b.i"]*out["b.v"], 1e-6)
	near(t, "charge", out["b.charge"], .9+out["b.i"]*3600/(100*3600), 1e-5)
	if got := out["r.power"]; got < 290 || got > 313 {
		t.Errorf("power %g W at half of 50 V across 2 Ω", got)
	}
}

func TestEachKindIsWhole(t *testing.T) {
	domains := map[component.Domain]string{component.Heat: "ambient", component.Shaft: "inertia", component.Fluid: "reservoir", component.Electric: "voltage_source"}
	names := map[string]bool{}
	for _, k := range component.Kinds() {
		names[k.Name] = true
		if k.Label == "" || k.What == "" || len(k.Ports) == 0 {
			t.Errorf("%s: says too little", k.Name)
		}
		d := component.Diagram{Parts: []component.Part{{Name: "x", Kind: k.Name}, {Name: "spare", Kind: "inertia"}}}
		for _, p := range k.Ports {
			if p.Holds {
				continue
			}
			d.Parts = append(d.Parts, component.Part{Name: "at_" + p.Name, Kind: domains[p.Domain]})
			d.Connections = append(d.Connections, tie("x."+p.Name, "at_"+p.Name+"."+portOf(domains[p.Domain])))
		}
		out := run(t, 1, d)
		for name, v := range out {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Errorf("%s: %s = %g", k.Name, name, v)
			}
		}
	}
	for _, name := range strings.Fields("thermal_mass conductance fan motor gearbox bearing pump pipe tank valve heat_exchanger battery rotor converter") {
		if !names[name] {
			t.Errorf("there is no %s", name)
		}
	}
}

func portOf(kind string) string {
	k, _ := component.Lookup(kind)
	return k.Ports[0].Name
}

func TestFaultsOfDiagrams(t *testing.T) {
	fine := component.Diagram{
		Parts:       []component.Part{{Name: "a", Kind: "thermal_mass", Mark: 1}, {Name: "w", Kind: "conductance", Mark: 2}, {Name: "b", Kind: "thermal_mass", Mark: 3}},
		Connections: []component.Connection{{Ports: []string{"a.a", "w.a"}, Mark: 4}, {Ports: []string{"w.b", "b.a"}, Mark: 5}},
	}
	for want, change := range map[string]func(*component.Diagram){
		`mark 2: there is no component "wal"`:                 func(d *component.Diagram) { d.Parts[1].Kind = "wal" },
		`mark 3: two parts are named "a"`:                     func(d *component.Diagram) { d.Parts[2].Name = "a" },
		`mark 2: "w x" cannot be a name of a part`:            func(d *component.Diagram) { d.Parts[1].Name = "w x" },
		`mark 9: Conductance has nothing named "C"`:           func(d *component.Diagram) { d.Parts[1].Set = []component.Setting{{Name: "C", Text: "1", Mark: 9}} },
		`mark 4: there is no part "x"`:                        func(d *component.Diagram) { d.Connections[0].Ports[0] = "x.a" },
		`mark 4: Conductance w has no port "c"`:               func(d *component.Diagram) { d.Connections[0].Ports[1] = "w.c" },
		`mark 5: port w.a is connected twice`:                 func(d *component.Diagram) { d.Connections[1].Ports[0] = "w.a" },
		`mark 4: a.a and b.a would both hold the temperature`: func(d *component.Diagram) { d.Connections[0].Ports[1] = "b.a" },
		`mark 5: a connection of 1 ports`:                     func(d *component.Diagram) { d.Connections[1].Ports = d.Connections[1].Ports[:1] },
		`mark 2: port b of w is not connected`:                func(d *component.Diagram) { d.Connections = d.Connections[:1] },
		`mark 4: a.a is heat, s.s is shaft`: func(d *component.Diagram) {
			d.Parts = append(d.Parts, component.Part{Name: "s", Kind: "inertia"})
			d.Connections[0].Ports[1] = "s.s"
		},
	} {
		d := component.Diagram{Parts: slices.Clone(fine.Parts)}
		for _, c := range fine.Connections {
			d.Connections = append(d.Connections, component.Connection{Ports: slices.Clone(c.Ports), Mark: c.Mark})
		}
		change(&d)
		_, err := component.Compose(d)
		var faults expression.Faults
		if !errors.As(err, &faults) {
			t.Errorf("%s: %v", want, err)
			continue
		}
		if got := "mark " + formatted(float64(faults[0].Mark)) + ": " + faults[0].What; !strings.HasPrefix(got, want) || faults[0].Remedy == "" {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	// What is set is checked for its unit and its range, at its place.
	for text, want := range map[string]string{"12 W": "in place of", "-1 W/K": "outside its range", "many": "no quantity"} {
		d := fine
		d.Parts = slices.Clone(fine.Parts)
		d.Parts[1].Set = []component.Setting{{Name: "G", Text: text, Mark: 7}}
		system, err := component.Compose(d)
		if err != nil {
			t.Fatal(err)
		}
		_, err = expression.CompileSystem(system)
		var faults expression.Faults
		if !errors.As(err, &faults) || faults[0].Mark != 7 || !strings.Contains(faults[0].What, want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
	// So is what an expression gives to an input.
	d := component.Diagram{Parts: []component.Part{part("m", "thermal_mass"), {Name: "q", Kind: "heat_source", Set: []component.Setting{{Name: "Q", Text: "m.T", Mark: 8}}}}, Connections: []component.Connection{tie("m.a", "q.a")}}
	system, err := component.Compose(d)
	if err != nil {
		t.Fatal(err)
	}
	var faults expression.Faults
	if _, err = expression.CompileSystem(system); !errors.As(err, &faults) || !slices.ContainsFunc(faults, func(f *expression.Fault) bool { return f.Mark == 8 }) {
		t.Errorf("a temperature as a heat flow: %v", err)
	}
}

func formatted(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }

// FuzzCompose wires parts at random: a system or faults, and no panic.
func FuzzCompose(f *testing.F) {
	f.Add("thermal_mass", "conductance", "a.a", "b.a", "G", "12 W/K")
	f.Add("tank", "pump", "a.a", "b.a", "speed", "sin(a.level)")
	f.Add("motor", "battery", "a.e", "b.e", "R", "x = 1\ny = 2")
	f.Fuzz(func(t *testing.T, ka, kb, pa, pb, name, text string) {
		d := component.Diagram{Parts: []component.Part{part("a", ka), part("b", kb, name, text)}, Connections: []component.Connection{tie(pa, pb)}}
		s, err := component.Compose(d)
		var faults expression.Faults
		if (s == nil) == (err == nil) || err != nil && !errors.As(err, &faults) {
			t.Fatalf("%v, %v", s, err)
		}
		if err == nil {
			if _, err = expression.CompileSystem(s); err != nil && !errors.As(err, &faults) {
				t.Fatal(err)
			}
		}
	})
}

// A row of fifty masses with conductances between them, to a checked system.
func BenchmarkCompose(b *testing.B) {
	d := component.Diagram{Parts: []component.Part{part("m0", "thermal_mass")}}
	meet := []component.Connection{tie("m0.a")}
	for i := range 49 {
		m, g := "m"+strconv.Itoa(i+1), "g"+strconv.Itoa(i)
		d.Parts = append(d.Parts, part(m, "thermal_mass"), part(g, "conductance"))
		meet[i].Ports = append(meet[i].Ports, g+".a")
		meet = append(meet, tie(m+".a", g+".b"))
	}
	d.Connections = meet
	for b.Loop() {
		text, err := component.Compose(d)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := expression.CompileSystem(text); err != nil {
			b.Fatal(err)
		}
	}
}
