package project

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

const fmuText = `orrery: 1
name: Pump hall
kinds:
  pump:
    signals:
      power: {unit: kW}
      oil: {unit: °C}
assets:
  P1: {kind: pump}
fmus:
  heat:
    label: Pump, warm
    file: models/pump.fmu
    type: model-exchange
    inputs:
      P: power
      ambient: {variable: "env.T[1]", value: 15 °C, unit: K}
    parameters:
      hA: 120
      dirt: {range: [0, 0.4], sd: 0.1}
    starts: {T: {signal: oil}}
    outputs: {T: oil}
    failed: broken
    step: 10s
    settle: 2h
    tolerance: 0.00001
simulation:
  - {kind: pump, model: heat}
`

func withFMU(text string) fstest.MapFS {
	return fstest.MapFS{"twin.yaml": {Data: []byte(text)}, "models/pump.fmu": {Data: []byte("PK")}}
}

func TestFMUsAreRead(t *testing.T) {
	p, err := LoadFS(withFMU(fmuText), "twin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	f := p.FMUOf("heat")
	if f == nil || f.Label != "Pump, warm" || f.File != "models/pump.fmu" || f.Type != "model-exchange" || f.Failed != "broken" || f.Step != 10*time.Second ||
		f.Settle != 2*time.Hour || f.Tolerance != 1e-5 || f.Line != 11 || p.FMUOf("cold") != nil {
		t.Fatalf("%+v", f)
	}
	in, par := f.Inputs, f.Parameters
	if len(in) != 2 || in[0].Signal != "power" || in[0].Variable != "P" || in[1].Name != "ambient" || in[1].Variable != "env.T[1]" || in[1].Unit.Symbol != "K" ||
		in[1].Value.Number != 15 || in[1].Value.Unit.Symbol != "°C" || f.Starts[0].Signal != "oil" || f.Outputs[0].Signal != "oil" {
		t.Errorf("%+v", f)
	}
	if !par[0].Value.Given || par[0].Value.Number != 120 || par[0].Value.Unit != nil || par[1].Value.Given || par[1].Range[1].Number != .4 || par[1].SD.Number != .1 {
		t.Errorf("%+v", par)
	}
	for place, want := range map[string]string{"inputs.ambient": "twin.yaml:17:7: x — y", "file": "twin.yaml:13:11: x — y", "nowhere": "twin.yaml:13:11: x — y", "failed": "twin.yaml:23:13: x — y"} {
		if got := f.Fault(place, "x", "y").Error(); got != want {
			t.Errorf("%s: %s, want %s", place, got, want)
		}
	}
	s := schema(t)
	for _, fault := range validate(s, s, data(t, fmuText), "") {
		t.Error(fault)
	}
}

func TestFaultsOfFMUsHaveTheirPlace(t *testing.T) {
	for _, c := range [][3]string{
		{"models/pump.fmu", "models/pumpe.fmu", `twin.yaml:13:11: there is no file "models/pumpe.fmu"`},
		{"models/pump.fmu", "../pump.fmu", `twin.yaml:13:11: "../pump.fmu" leads out of the folder`},
		{"model-exchange", "exchange", `twin.yaml:14:11: type "exchange" is unknown`},
		{"P: power", "P: powr", `twin.yaml:16:10: kind pump has no signal "powr" — did you mean "power"?`},
		{"{signal: oil}", "{signal: ol}", `twin.yaml:21:26: kind pump has no signal "ol"`},
		{"15 °C", "15 °X", `unknown unit "°X"`},
		{"unit: K", "unit: k", `unknown unit "k"`},
		{"hA: 120", "hA: much", `twin.yaml:19:11: hA "much" is no quantity`},
		{"[0, 0.4]", "[0.4, 0]", `twin.yaml:20:21: the range is empty`},
		{"[0, 0.4]", "[0]", `range has 1 ends`},
		{"sd: 0.1", "sd: -1", `sd -1 is out of range`},
		{"hA: 120", "hA: {signal: oil}", `a parameter follows no signal`},
		{"outputs: {T: oil}", "outputs: {}", `the FMU heat shows nothing`},
		{"outputs: {T: oil}", "outputs: {T: {signal: oil, value: 1}}", `an output has no value`},
		{"outputs: {T: oil}", "outputs: {T: {}}", `the output T leads nowhere`},
		{"P: power", "'der(P)': power", `"der(P)" cannot be a name`},
		{"settle: 2h", "settle: 2", `settle "2" is no duration`},
		{"failed: broken", "fails: broken", `fmu has no key "fails"`},
		{"file: models/pump.fmu", "", `fmu lacks "file"`},
		{"fmus:", "equations: {heat: {states: {x: 0}, equations: dx/dt = 0}}\nfmus:", `there are equations "heat" already`},
	} {
		text := strings.Replace(fmuText, c[0], c[1], 1)
		if text == fmuText {
			t.Fatalf("no %q", c[0])
		}
		if _, err := LoadFS(withFMU(text), "twin.yaml"); err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Errorf("%s:\n got %v\nwant %s", c[1], err, c[2])
		}
	}
}

// The example in the reference is right.
func TestTheExampleOfFMUsIsRight(t *testing.T) {
	reference, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(reference), "## fmu\n")
	_, rest, _ := strings.Cut(section, "```yaml\n")
	text, _, _ := strings.Cut(rest, "```")
	text = "orrery: 1\nname: x\nassets: {a: {kind: k}}\nkinds: {k: {signals: {power: {unit: kW}, ambient: {unit: °C}, oil_temp: {unit: °C}, casing_temp: {unit: °C}}}}\n" +
		"simulation: [{kind: k, model: pump_heat}]\n" + text
	if _, err := LoadFS(withFMU(text), "twin.yaml"); err != nil {
		t.Error(err)
	}
	s := schema(t)
	for _, fault := range validate(s, s, data(t, text), "") {
		t.Error(fault)
	}
}

func FuzzFMUs(f *testing.F) {
	f.Add("P: power", "{range: [0, 0.4], sd: 0.1}", "10s")
	f.Add("P: {variable: x, signal: power, value: 1 kW}", "[", "-")
	f.Fuzz(func(t *testing.T, input, parameter, step string) {
		text := fmuText
		for _, r := range [][2]string{{"P: power", input}, {"{range: [0, 0.4], sd: 0.1}", parameter}, {"10s", step}} {
			text = strings.Replace(text, r[0], r[1], 1)
		}
		p, err := LoadFS(withFMU(text), "twin.yaml")
		if (p == nil) == (err == nil) {
			t.Fatal("neither or both")
		}
		if err != nil {
			_ = Excerpts(err, []byte(text))
		}
	})
}
