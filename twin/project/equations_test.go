package project

import (
	"os"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/twin/sim/component"
)

const heatedText = `orrery: 1
name: Pump hall
kinds:
  pump:
    signals:
      power: {unit: kW}
      ambient: {unit: °C}
assets:
  P1: {kind: pump}
equations:
  heat:
    inputs:
      power: {unit: kW, value: 5, signal: power}
      ambient: {unit: °C, value: 15, signal: ambient}
    parameters:
      eta: {value: 0.97, range: [0.9, 1]}
      hA: {value: 120 W/K, range: [60, 300], sd: 5}
      C: 40 kJ/K
    states:
      T: {value: 20 °C}
    equations: |
      # the oil
      loss = power * (1 - eta)
      dT/dt = (loss - hA*(T - ambient) - wall.a.Q) / C
      wall_T = T
    outputs:
      oil: {expr: T, unit: °C, signal: ambient}
      loss: loss
    events:
      trip: {when: 'T > "90 °C"', set: {T: '"20 °C"'}, stop: true}
    components:
      wall: {type: conductance, set: {G: 30 W/K}}
      casing: {type: thermal_mass}
      air: {type: ambient}
    connections:
      - [casing.a, wall.a]
      - [wall.b, air.a]
simulation:
  - {kind: pump, model: heat}
`

func TestEquationsAreRead(t *testing.T) {
	p, err := LoadFS(files(heatedText), "twin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	m := p.EquationsOf("heat")
	if m == nil || len(m.System.States) != 2 || len(m.System.Parameters) != 5 || m.System.Parameters[1].SD != 5 || m.System.Parameters[1].Max != 300 || m.Line != 11 {
		t.Fatalf("%+v", m)
	}
	if m.InputSignals[0] != "power" || m.OutputSignals[0] != "ambient" || len(m.OutputSignals) != len(m.System.Outputs) || len(m.StateSignals) != 2 {
		t.Errorf("signals %q %q %q", m.InputSignals, m.StateSignals, m.OutputSignals)
	}
	if !m.System.Events[0].Stop || p.Simulations[0].Model != "heat" || p.EquationsOf("cold") != nil {
		t.Errorf("%+v", p.Simulations)
	}
}

func TestFaultsOfEquationsHaveTheirPlace(t *testing.T) {
	for _, c := range [][3]string{
		{"hA*(T - ambient)", "hA*(T - ambiant)", `twin.yaml:24:31: there is nothing named "ambiant" — use one of ambient`},
		{"hA*(T - ambient)", "hA*(T - 20)", `twin.yaml:24:29: subtracting a temperature and a number`},
		{"wall_T = T", "dT/dt = 0", `twin.yaml:25:7: the rate of T stands twice`},
		{"- wall.a.Q) / C", "- wall.a.Q)", `twin.yaml:24:15: the rate of T cannot be a power`},
		{"value: 120 W/K", "value: 500 W/K", `twin.yaml:17:7: the value of hA lies outside its range — give 60 … 300 W/K`},
		{"C: 40 kJ/K", "C: 40 furlongs", `twin.yaml:18:10: the value of C: unknown unit "furlongs"`},
		{"{expr: T, unit: °C", "{expr: T, unit: kW", `twin.yaml:27:19: oil is a temperature, not in kW`},
		{"loss: loss", "loss: lost", `twin.yaml:28:13: there is nothing named "lost"`},
		{"'T > \"90 °C\"'", "'T > 90'", `twin.yaml:30:23: comparing a temperature and a number`},
		{"stop: true", "stop: maybe", `twin.yaml:30`},
		{"type: conductance", "type: conductanse", `twin.yaml:32:20: there is no component "conductanse"`},
		{"G: 30 W/K", "H: 30 W/K", `twin.yaml:32:42: Conductance has nothing named "H"`},
		{"[casing.a, wall.a]", "[casing.b, wall.a]", `twin.yaml:36:9: Thermal mass casing has no port "b"`},
		{"signal: power", "signal: powr", `twin.yaml:13:43: kind pump has no signal "powr" — did you mean "power"?`},
		{"signal: power", "signal: ambient", `twin.yaml:13:43: the input power is a power, the signal "ambient" is in "°C"`},
		{"hA*(T - ambient)", "T", `twin.yaml:24:21: subtracting a power and a temperature`},
		{"range: [60, 300]", "range: [60]", `range has 1 ends`},
		{"value: 0.97", "valeu: 0.97", `variable has no key "valeu"`},
		{"equations: |", "equations: [a]\n    x: |", `equations has no key "x"`},
	} {
		text := strings.Replace(heatedText, c[0], c[1], 1)
		if text == heatedText {
			t.Fatalf("no %q", c[0])
		}
		_, err := LoadFS(files(text), "twin.yaml")
		if err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s:\n got %v\nwant %s", c[1], err, c[2])
		}
	}
}

func TestTheExampleOfEquationsIsRight(t *testing.T) {
	reference, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(reference), "## equations\n")
	_, rest, _ := strings.Cut(section, "```yaml\n")
	text, _, _ := strings.Cut(rest, "```")
	head := "orrery: 1\nname: x\nassets: {a: {kind: k}}\nkinds: {k: {signals: {power: {unit: kW}, ambient_temp: {unit: °C}}, parts: {gearbox: {signals: {oil_temp: {unit: °C}}}}}}\nsimulation: [{kind: k, model: gearbox_heat}]\n"
	if _, err := LoadFS(files(head+text), "twin.yaml"); err != nil {
		t.Error(err)
	}
	s := schema(t)
	for _, text := range []string{head + text, heatedText} {
		for _, fault := range validate(s, s, data(t, text), "") {
			t.Error(fault)
		}
	}
}

func TestExcerptsPointAtThePlace(t *testing.T) {
	text := strings.Replace(heatedText, "hA*(T - ambient)", "hA*(T - ambiant)", 1)
	_, err := LoadFS(files(text), "twin.yaml")
	got := strings.Split(Excerpts(err, []byte(text)), "\n")
	if len(got) != 3 || got[1] != "          dT/dt = (loss - hA*(T - ambiant) - wall.a.Q) / C" || strings.Index(got[2], "^") != strings.Index(got[1], "ambiant") {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
	if got := Excerpts(os.ErrNotExist, nil); got != os.ErrNotExist.Error() {
		t.Error(got)
	}
	if got := excerpt(strings.Repeat("x", 4000), 3000); len(got) > 200 || !strings.HasSuffix(got, "^") {
		t.Error(got)
	}
}

// The table of components in FORMAT.md is that of the library.
func TestTheReferenceListsEachComponent(t *testing.T) {
	reference, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(reference), component.Table()) {
		t.Errorf("FORMAT.md lacks this table:\n%s", component.Table())
	}
}

func FuzzEquations(f *testing.F) {
	f.Add("dT/dt = 0", "40 kJ/K", "thermal_mass", "casing.a", "T")
	f.Add("dT/dt = (loss -\n C", "[", "pump", "wall.b", "wall.a.Q")
	f.Add("a: b", "{}", "'", "[a", "| x")
	f.Fuzz(func(t *testing.T, equations, value, kind, port, show string) {
		text := heatedText
		for _, r := range [][2]string{{"wall_T = T", equations}, {"40 kJ/K", value}, {"thermal_mass", kind}, {"wall.b", port}, {"loss: loss", "loss: " + show}} {
			text = strings.Replace(text, r[0], r[1], 1)
		}
		p, err := LoadFS(files(text), "twin.yaml")
		if (p == nil) == (err == nil) {
			t.Fatal("neither or both")
		}
		if err != nil {
			_ = Excerpts(err, []byte(text))
		}
	})
}
