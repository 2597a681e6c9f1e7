package project

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// tank is a twin with one kind whose bindings are given.
func tank(bindings string) string {
	return `orrery: 1
name: Tank
kinds:
  tank:
    models: [{file: pump.glb}]
    signals:
      level: {unit: m, range: [0, 4]}
      share: {unit: "%", range: [0, 100]}
      inflow: {unit: m³/h}
      speed: {unit: m/s}
      vx: {unit: m/s}
      vy: {unit: m/s}
      vz: {unit: km/h}
      heading: {unit: °}
      shaft: {unit: rpm}
      low: {unit: °C, range: [-20, 200]}
      high: {unit: °C}
      mode: {states: [idle, filling, fault]}
      open: {type: bool}
      code: {}
    parts:
      lid:
        signals: {angle: {unit: °}}
    bindings:
` + bindings + `
assets:
  a: {kind: tank}
  b: {kind: tank}
`
}

// bound loads a tank and returns the bindings of its second instance.
func bound(t *testing.T, lines ...string) (*Project, []Binding) {
	t.Helper()
	p, err := LoadFS(files(tank("      - "+strings.Join(lines, "\n      - "))), "twin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	b, _ := p.Tree.AssetByPath("b")
	var out []Binding
	for _, one := range p.Bindings {
		if one.Asset == b {
			out = append(out, one)
		}
	}
	if len(out) != len(lines) {
		t.Fatalf("%d bindings of %d lines", len(out), len(lines))
	}
	return p, out
}

func signal(t *testing.T, p *Project, path string) twin.SignalID {
	t.Helper()
	id, ok := p.Tree.SignalByPath(path)
	if !ok {
		t.Fatalf("no signal %s", path)
	}
	return id
}

func TestEachPropertyIsRead(t *testing.T) {
	p, b := bound(t,
		`{signal: level, node: shell, property: level}`,
		`{signal: share, property: level, axis: [1, 0, 0], interpolate: linear}`,
		`{signal: level, property: level, range: [1, 3]}`,
		`{signal: mode, property: color, states: {filling: accent, fault: critical}, quality: hold}`,
		`{signal: open, property: badge, states: {true: high}, text: Open}`,
		`{signal: code, property: glow, states: {2: "#FF0000", 1: low}}`,
		`{signal: low, property: color, step: true, ramp: [{at: 0, color: clay}, {at: 100, color: high}]}`,
		`{signals: [low, 'mix(low, high, 0.5)', high], node: shell, property: gradient, axis: [0, 2, 0], ramp: [{at: 20, color: clay}, {at: 80, color: high}]}`,
		`{signal: speed, direction: heading, property: arrow, gain: 2, from: [0, 5, 0], color: accent, width: 3}`,
		`{components: [vx, vy, vz], property: arrow, gain: 1}`,
		`{signal: inflow, property: flow, gain: 12, path: [[0, 0, 0], [0, 1, 0], [2, 1, 0]], range: [0, 30]}`,
		`{property: trail, node: crane, window: 2m}`,
		`{expr: 'open ? 1 : 0', property: clip, clip: opening}`,
		`{signal: speed, property: texture_rate, axis: [1, 0, 0], gain: 0.25}`,
		`{expr: 3 * code, unit: rpm, property: rotate_rate, axis: [0, 0, 2]}`,
		`{expr: lid.angle + heading, unit: °, property: label, text: Sum, quality: hide}`,
		`{expr: (high - low) / "1 K", unit: "%", property: opacity}`,
	)
	for i, want := range []struct{ gain, offset, low, high float64 }{{.25, 0, 0, 4}, {1, 0, 0, 0}, {.5, -.5, 1, 3}} {
		near(t, "gain", b[i].Gain, want.gain)
		near(t, "offset", b[i].Offset, want.offset)
		near(t, "low", b[i].Range[0], want.low)
		near(t, "high", b[i].Range[1], want.high)
	}
	if b[1].Interpolate != Linear || b[0].Interpolate != Glide || b[0].Quality != Mark || b[3].Quality != Hold {
		t.Errorf("ways %q %q %q %q", b[1].Interpolate, b[0].Interpolate, b[0].Quality, b[3].Quality)
	}
	if s := b[3].States; len(s) != 2 || s[0].At != 1 || s[1].At != 2 || s[1].Color.Token != "critical" {
		t.Errorf("states %v", s)
	}
	if s := b[4].States; len(s) != 1 || s[0].At != 1 || b[4].Text != "Open" {
		t.Errorf("truth %v", s)
	}
	if s := b[5].States; len(s) != 2 || s[0].At != 1 || s[1].Color.R != 255 {
		t.Errorf("numbers %v", s)
	}
	if !b[6].Step {
		t.Error("no steps")
	}
	g := b[7]
	if g.Signal != signal(t, p, "b/low") || len(g.More) != 2 || g.More[0].Program == nil || g.More[0].Inputs[1] != signal(t, p, "b/high") || g.More[1].Signal != signal(t, p, "b/high") || g.Axis != [3]float64{0, 1, 0} {
		t.Errorf("gradient %+v", g)
	}
	near(t, "first stop", g.Ramp[0].At, 293.15)
	a := b[8]
	if len(a.More) != 1 || a.More[0].Signal != signal(t, p, "b/heading") || a.Zero != [3]float64{0, 0, -1} || a.Axis != [3]float64{0, -1, 0} || a.From[1] != 5 || a.WidthPx != 3 || a.Color.Token != "accent" {
		t.Errorf("arrow %+v", a)
	}
	if c := b[9]; len(c.More) != 2 || c.Signal != signal(t, p, "b/vx") || c.More[1].Signal != signal(t, p, "b/vz") {
		t.Errorf("components %+v", c)
	}
	if f := b[10]; len(f.Path) != 3 || f.Path[2] != [3]float64{2, 1, 0} {
		t.Errorf("flow %+v", f)
	}
	near(t, "range of the flow", b[10].Range[1], 30.0/3600)
	if tr := b[11]; tr.Signal != twin.NoSignal || tr.Expr != nil || tr.Window != 2*time.Minute {
		t.Errorf("trail %+v", tr)
	}
	if c := b[12]; c.Expr == nil || c.Signal != twin.NoSignal || c.Signals[0] != signal(t, p, "b/open") || c.Clip != "opening" {
		t.Errorf("clip %+v", c)
	}
	near(t, "3 × 2 rpm in rad/s", b[14].Expr.Eval([]float64{2}), 6*2*math.Pi/60)
	if l := b[15]; l.Unit.Symbol != "°" || len(l.Signals) != 2 || l.Signals[0] != signal(t, p, "b/lid/angle") || l.Text != "Sum" || l.Quality != Hide {
		t.Errorf("label %+v", l)
	}
	for i, one := range b {
		if one.Line != 25+i || one.Column != 10 || one.Owner != (Owner{Kind: "tank"}) {
			t.Errorf("binding %d stands at %d:%d of %+v", i, one.Line, one.Column, one.Owner)
		}
	}
}

func TestFaultsOfBindings(t *testing.T) {
	for text, want := range map[string]string{
		`{expr: lvel * 2, property: label}`:                                                                          `twin.yaml:25:16: there is no signal "lvel" — use one of level`,
		`{expr: 'open ? nothing : 1', property: label}`:                                                              `twin.yaml:25:24: there is no signal "nothing"`,
		`{expr: 'mode == "idle" && mode == "fautl"', property: label}`:                                               `:43: there is no state "fautl"`,
		`{expr: "mode == \"idle\" && mode == \"fautl\"", property: label}`:                                           `:45: there is no state "fautl"`,
		`{expr: low + speed, property: label}`:                                                                       "adding a temperature and a speed",
		`{expr: low > 3, property: visible}`:                                                                         `write the number with its unit in quotes, such as "70 °C"`,
		`{expr: low, signal: low, property: label}`:                                                                  "a signal and an expression — keep one",
		`{property: label}`:                                                                                          `binding lacks "signal"`,
		`{expr: "", property: label}`:                                                                                "an empty expression",
		`{expr: speed, unit: °C, property: label}`:                                                                   `the value is a speed and has no unit "°C"`,
		`{signal: speed, unit: °C, property: label}`:                                                                 `the value is a speed and has no unit "°C"`,
		`{expr: speed, property: rotate_rate, axis: [0, 1, 0]}`:                                                      "rotate_rate needs angular speed, and the expression is a speed — give a gain or a unit",
		`{signal: inflow, property: flow}`:                                                                           `flow needs speed, and signal "inflow" is in "m³/h" — give a gain`,
		`{signal: low, property: color, window: 3s, ramp: [{at: 1, color: low}, {at: 2, color: high}]}`:              "window cannot be used with color — remove it or write property: trail",
		`{signal: mode, property: color, states: {filing: low}}`:                                                     `mode has no state "filing" — did you mean "filling"?`,
		`{signal: open, property: color, states: {yes: low}}`:                                                        `open has no state "yes"`,
		`{signal: code, property: color, states: {a: low}}`:                                                          `code has no state "a"`,
		`{signal: mode, property: color, states: {idle: pink}}`:                                                      `unknown colour "pink"`,
		`{signal: mode, property: color}`:                                                                            `binding lacks "ramp"`,
		`{signal: mode, property: color, states: {idle: low}, ramp: [{at: 1, color: low}, {at: 2, color: low}]}`:     "a ramp and states — keep one",
		`{signals: [low], property: gradient, ramp: [{at: 1, color: low}, {at: 2, color: high}]}`:                    "signals has 1 entries — write two to eight",
		`{signals: [low, speed], property: gradient, ramp: [{at: 1, color: low}, {at: 2, color: high}]}`:             "speed is a speed, the first is a temperature — let all be the same",
		`{signals: [low, hihg], property: gradient, ramp: [{at: 1, color: low}, {at: 2, color: high}]}`:              `there is no signal "hihg"`,
		`{signals: [low, high], signal: low, property: gradient, ramp: [{at: 1, color: low}, {at: 2, color: high}]}`: "signal beside signals — remove it",
		`{signal: speed, property: arrow, gain: 1}`:                                                                  `binding lacks "direction"`,
		`{signal: speed, direction: low, property: arrow, gain: 1}`:                                                  "low is no angle",
		`{components: [vx, vy], property: arrow}`:                                                                    "components has 2 entries — write three",
		`{components: [vx, vy, low], property: arrow}`:                                                               "low is a temperature, the first is a speed",
		`{signal: speed, direction: heading, property: arrow, gain: 1, zero: [0, 0, 0]}`:                             "the zero has no direction",
		`{signal: speed, property: flow, path: [[0, 0, 0]]}`:                                                         "path has 1 points",
		`{signal: speed, property: flow, path: [[0, 0], [1, 0]]}`:                                                    "path has 2 numbers",
		`{signal: speed, property: flow, width: 900}`:                                                                "width 900 is out of range",
		`{property: trail, window: 3ms}`:                                                                             "window 3ms is out of range",
		`{property: trail, ramp: [{at: 1, color: low}, {at: 2, color: high}]}`:                                       "a ramp over no value",
		`{signal: share, property: clip}`:                                                                            `binding lacks "clip"`,
		`{signal: share, property: clip, clip: x, interpolate: slow}`:                                                `interpolate "slow" is unknown — use one of`,
		`{signal: share, property: opacity, quality: drop}`:                                                          `quality "drop" is unknown`,
		`{signal: share, property: opacity, range: [3, 2]}`:                                                          "range [3, 2] is empty",
		`{signal: share, property: color, step: maybe, ramp: [{at: 1, color: low}, {at: 2, color: high}]}`:           "step should be true or false",
		`{signal: share, property: badge, step: true}`:                                                               "steps without a ramp",
		`{signal: share, property: texture_rate}`:                                                                    `binding lacks "axis"`,
		`{signal: speed, property: level}`:                                                                           "level needs a number",
	} {
		faults := faultsOf(t, tank("      - "+text))
		if !strings.Contains(faults.Error(), want) || len(faults) == 0 && want != "" {
			t.Errorf("%s:\n got %v\nwant %s", text, faults, want)
		}
	}
	folded := faultsOf(t, tank("      - property: label\n        expr: |\n          speed +\n          sped"))
	if !strings.Contains(folded.Error(), `twin.yaml:28:1: there is no signal "sped"`) {
		t.Errorf("in a block: %v", folded)
	}
}

func TestOwnersKnowWhereBindingsStand(t *testing.T) {
	p, err := LoadFS(files(`orrery: 1
name: Pump
kinds:
  bearing:
    signals: {temp: {unit: °C}}
    bindings: [{signal: temp, property: label}]
  pump:
    models: [{file: pump.glb}]
    parts:
      drive:
        parts:
          front: {kind: bearing, bindings: [{signal: temp, property: label, node: x}]}
assets:
  a: {kind: pump}
  b: {}
`), "twin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Bindings) != 2 || p.Bindings[0].Owner != (Owner{"bearing", ""}) || p.Bindings[1].Owner != (Owner{"pump", "drive/front"}) {
		t.Errorf("%+v", p.Bindings)
	}
	for path, want := range map[string]Owner{"a": {"pump", ""}, "a/drive": {"pump", "drive"}, "a/drive/front": {"bearing", ""}} {
		id, _ := p.Tree.AssetByPath(path)
		if got, ok := p.Owner(id); !ok || got != want {
			t.Errorf("%s: %+v", path, got)
		}
	}
	if id, _ := p.Tree.AssetByPath("b"); id != twin.NoAsset {
		if _, ok := p.Owner(id); ok {
			t.Error("an asset without a kind owns bindings")
		}
	}
}

// A twin saved by a Windows editor reads the same, and faults name the right lines.
func TestLinesOfWindows(t *testing.T) {
	text := "\ufeff" + strings.ReplaceAll(strings.Replace(small, "name: Pump", "name: Pump # hall\n# more", 1), "\n", "\r\n")
	if _, err := LoadFS(files(text), "twin.yaml"); err != nil {
		t.Fatal(err)
	}
	faults := faultsOf(t, strings.Replace(text, "heading: 90", "headnig: 90", 1))
	if len(faults) != 1 || faults[0].Line != 25 || faults[0].Column != 5 {
		t.Errorf("%v", faults)
	}
}
