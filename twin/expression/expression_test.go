package expression

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/twin"
)

// plant is a scope of signals for tests: path → unit.
type plant map[string]string

func (p plant) Signal(path string) (Type, bool) {
	symbol, ok := p[path]
	if !ok {
		return Type{}, false
	}
	if states, ok := strings.CutPrefix(symbol, "states "); ok {
		return TypeOf(&twin.Signal{Kind: twin.Enum, States: strings.Split(states, " ")}), true
	}
	if symbol == "bool" {
		return TypeOf(&twin.Signal{Kind: twin.Bool}), true
	}
	u, err := twin.ParseUnit(symbol)
	if err != nil {
		u = twin.Unit{}
	}
	return TypeOf(&twin.Signal{Unit: u}), true
}

func (p plant) Near() []string {
	var out []string
	for path := range p {
		out = append(out, path)
	}
	slices.Sort(out)
	return out
}

var pump = plant{"x": "", "y": "", "speed": "m/s", "belt": "km/h", "shaft": "rpm", "torque": "kN·m", "gearbox/oil_temp": "°C", "ambient": "°C",
	"flow": "m³/h", "state": "states stopped running curtailed", "on": "bool", "level": "m", "angle": "°", "drive/no-1": "kW", "hz": "Hz"}

var values = map[string]float64{"x": 3, "y": -2, "speed": 4, "belt": 2, "shaft": 10, "torque": 5000, "gearbox/oil_temp": 350, "ambient": 290,
	"flow": .5, "state": 1, "on": 1, "level": 2, "angle": math.Pi / 6, "drive/no-1": 1500, "hz": 50}

func eval(t *testing.T, text string) float64 {
	t.Helper()
	p, err := Compile(text, pump)
	if err != nil {
		t.Errorf("%s: %v", text, err)
		return math.NaN()
	}
	in := make([]float64, len(p.Names()))
	for i, name := range p.Names() {
		in[i] = values[name]
	}
	return p.Eval(in)
}

func TestValues(t *testing.T) {
	for text, want := range map[string]float64{
		"1 + 2 * 3": 7, "(1 + 2) * 3": 9, "2 ^ 3 ^ 2": 512, "-x ** 2": -9, "(-x) ** 2": 9, "7 % 3": 1, "-7 % 3": 2, "x / y": -1.5, "1e3 + 0x10 + 1_000": 2016,
		"x > y": 1, "x <= y": 0, "x == 3 && y != 3": 1, "x < 0 || y < 0": 1, "!(x > 0)": 0, "not on": 0, "on": 1, "on ? 2 : 3": 2, "1 < x < 4": 1,
		"x > 5 ? 1 : x > 2 ? 10 : 100": 10, "(x > 5 ? 1 : 2) + 1": 3, "(on && x > 1) + (on || x > 9)": 2,
		`state == "running"`: 1, `state != "running"`: 0, `state in ["stopped", "curtailed"]`: 0, `state in ["stopped", "running"] ? 5 : 6`: 5,
		`state not in ["stopped"]`: 1, "x in [1, 2, 3] && on": 1, "state == 1": 1, "state * 10": 10,
		`gearbox.oil_temp > "70 °C"`: 1, `gearbox.oil_temp - ambient`: 60, `(gearbox.oil_temp - ambient) / "60 K"`: 1, `speed + belt`: 6, `speed > "10 km/h"`: 1,
		`signal("drive/no-1") / "1.5 kW"`: 1, `signal("gearbox/oil_temp")`: 350, "min(x, y, 1)": -2, "max(x, y, 1)": 3, "clamp(x, 0, 2)": 2, "clamp(y, 0, 2)": 0,
		"mix(x, 5, 0.5)": 4, "abs(y)": 2, "sign(y)": -1, "sqrt(16)": 4, "exp(0)": 1, "log(exp(2))": 2, "log10(1000)": 3, "floor(2.7) + ceil(2.2) + round(2.5)": 8,
		"sin(angle)": .5, "cos(0)": 1, "tan(0)": 0, "asin(1)": math.Pi / 2, "acos(1)": 0, "atan(1)": math.Pi / 4, "atan2(speed, 0)": math.Pi / 2,
		"hypot(speed, \"3 m/s\")": 5, "hypot(1, 2, 2)": 3, "torque * shaft": 50000, "2 * pi": 2 * math.Pi, "+x": 3, "max(speed, 0)": 4, "speed > 0": 1,
		"sqrt(speed * speed)": 4, "level ^ 2 * level": 8, "flow / level ^ 2 + speed": 4.125, "speed > 0 ? speed : 0": 4,
	} {
		if got := eval(t, text); math.Abs(got-want) > 1e-12*math.Max(1, math.Abs(want)) {
			t.Errorf("%s = %g, want %g", text, got, want)
		}
	}
}

func TestWhatCannotBeUsedIsSaidAtItsPlace(t *testing.T) {
	long := strings.Repeat("1+", MaxText/2) + "1"
	many := plant{}
	var sum []string
	for i := range MaxNames + 1 {
		name := "s" + string(rune('a'+i))
		many[name] = ""
		sum = append(sum, name)
	}
	if _, err := Compile(strings.Join(sum, "+"), many); err == nil || !strings.Contains(err.Error(), "more than 16 signals") {
		t.Errorf("many signals: %v", err)
	}
	for text, want := range map[string]string{
		"":                                       "1:1: an empty expression",
		"x +":                                    "unexpected token EOF",
		"x + * y":                                "1:5: unexpected token",
		"x +\n  spede":                           `2:3: there is no signal "spede" — use one of speed`,
		"gearbox.oil":                            `there is no signal "gearbox/oil" — use one of gearbox/oil_temp`,
		`signal("drive/no")`:                     `1:8: there is no signal "drive/no"`,
		`signal(x)`:                              "signal needs one path in quotes",
		"gearbox.oil_temp > 70":                  `1:18: comparing a temperature and a number — write the number with its unit in quotes, such as "70 °C"`,
		"gearbox.oil_temp > 0":                   `comparing a temperature and a number`,
		"speed + level":                          "1:7: adding a speed and a length — let both be the same quantity",
		"max(speed, 3)":                          `1:12: comparing a speed and a number — write the number with its unit in quotes, such as "70 m/s"`,
		"on ? speed : level":                     "choosing between a speed and a length",
		"x ? 1 : 2":                              "1:1: a yes or no is needed here",
		"x && on":                                "1:1: a yes or no is needed here",
		"on || 1":                                "a yes or no",
		"!x":                                     "a yes or no",
		`state == "runing"`:                      `1:10: there is no state "runing" — use one of stopped, running, curtailed`,
		`speed == "fast"`:                        `"fast" is no quantity`,
		`speed > "3 furlongs"`:                   `unknown unit "furlongs"`,
		"hz == shaft":                            "comparing a frequency and an angular speed",
		"sin(speed)":                             "1:5: a plain number is needed here, not a speed",
		"speed ^ 0.5":                            "to the power of",
		"speed ^ x":                              "to the power of",
		"foo(x)":                                 `1:1: there is no function "foo" — use one of abs`,
		"sin()":                                  "sin with 0 arguments — give one",
		"min(x)":                                 "min with 1 arguments",
		"map([1, 2], # * 2)":                     `there is no function "map"`,
		"reduce(1..1000000, #acc + #)":           "there is no function",
		"1..1000000":                             `operator ".."`,
		"let a = x; a + a":                       "a form that expressions of a twin do not use",
		"x; y":                                   "a form that",
		"[1, 2]":                                 "a form that",
		"{a: 1}":                                 "a form that",
		"x[0]":                                   "no name of a signal",
		"x?.y":                                   "a form that",
		"x ?? y":                                 `operator "??"`,
		`"a" matches "(a+)+$"`:                   `"a" is no quantity`,
		"now()":                                  `there is no function "now"`,
		"x | abs()":                              "",
		"nil":                                    "a form that",
		"x.foo()":                                "a form that",
		"9999999999999999999":                    "invalid integer literal",
		`state in state`:                         "in needs a list",
		"if x > 1 { 2 } else { 3 }":              "",
		long:                                     "the expression is too long",
		strings.Repeat("(", 400) + "x":           "",
		strings.Repeat("-", 900) + "x":           "too large",
		strings.Repeat("x+", 300) + "x":          "too large",
		strings.Repeat("x^(", 60) + "x":          "",
		"x " + strings.Repeat("? 1 : x > 1", 50): "",
	} {
		_, err := Compile(text, pump)
		var e *Error
		if err != nil && !errors.As(err, &e) {
			t.Errorf("%q: error of type %T", text, err)
		}
		if want == "" {
			continue // only that it returns
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestResultsHaveTheirUnit(t *testing.T) {
	unit := func(symbol string) twin.Unit {
		u, err := twin.ParseUnit(symbol)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	for text, fits := range map[string]string{"speed * 2": "km/h", "level / speed": "min", "shaft * torque": "kW", "x / y": "%", "flow": "m³/h", "x": "%",
		"level ^ 3": "m³", "asin(x)": "°", "atan2(x, y)": "rad", "on": "1", "shaft * level": "m/s", "signal(\"drive/no-1\") / shaft": "N·m", "1 / \"2 s\"": "Hz"} {
		p, err := Compile(text, pump)
		if err != nil {
			t.Fatal(err)
		}
		for _, symbol := range twin.UnitSymbols() {
			u := unit(symbol)
			alike := dimensions[u.Dimension].like(dimensions[unit(fits).Dimension])
			if p.Result().Fits(u) != alike && u.Dimension != "angular speed" && u.Dimension != "energy" && u.Dimension != "torque" {
				t.Errorf("%s, %s: fits %q: %v", text, p.Result().Dimension, symbol, !alike)
			}
		}
	}
}

func TestTrustIsThatOfTheWorst(t *testing.T) {
	p, err := Compile("x / y", pump)
	if err != nil {
		t.Fatal(err)
	}
	s := Source{Signal: twin.NoSignal, Program: p, Inputs: []twin.SignalID{0, 1}}
	for _, c := range []struct {
		x, y twin.Value
		want float64
		q    twin.Quality
	}{
		{twin.Value{Value: 6, Quality: twin.Good}, twin.Value{Value: 2, Quality: twin.Good}, 3, twin.Good},
		{twin.Value{Value: 6, Quality: twin.Stale}, twin.Value{Value: 2, Quality: twin.Good}, 3, twin.Stale},
		{twin.Value{Value: 6, Quality: twin.Good}, twin.Value{Value: 2, Quality: twin.Offline}, 0, twin.Offline},
		{twin.Value{Value: 6, Quality: twin.Good}, twin.Value{Value: 0, Quality: twin.Good}, 0, twin.SensorFault},
		{twin.Value{Value: math.NaN(), Quality: twin.Good}, twin.Value{Value: 2, Quality: twin.Predicted}, 0, twin.SensorFault},
		{twin.Value{Value: 6, Quality: twin.Predicted}, twin.Value{Value: 2, Quality: twin.Estimated}, 3, twin.Predicted},
	} {
		got, q := s.Read(&twin.Snapshot{Values: []twin.Value{c.x, c.y}})
		if got != c.want || q != c.q {
			t.Errorf("%v / %v = %g %v, want %g %v", c.x, c.y, got, q, c.want, c.q)
		}
	}
	if x, q := (&Source{Signal: 5}).Read(&twin.Snapshot{}); x != 0 || q != twin.NoData {
		t.Errorf("a signal that is not there: %g %v", x, q)
	}
	if (&Source{Signal: twin.NoSignal}).Given() || !(&s).Given() {
		t.Error("what a source has")
	}
}

// Whatever the numbers, a program computes what Go computes.
func TestArithmeticIsThatOfGo(t *testing.T) {
	p, err := Compile("x > y ? (x - y) * 2 + abs(x) : min(x, y) / (1 + y * y)", pump)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		x, y := rapid.Float64Range(-1e6, 1e6).Draw(t, "x"), rapid.Float64Range(-1e6, 1e6).Draw(t, "y")
		want := math.Min(x, y) / (1 + y*y)
		if x > y {
			want = (x-y)*2 + math.Abs(x)
		}
		if got := p.Eval([]float64{x, y}); got != want {
			t.Fatalf("%g, want %g", got, want)
		}
	})
}

func FuzzCompile(f *testing.F) {
	for _, text := range []string{"x + y", `state in ["running"] && gearbox.oil_temp > "70 °C"`, "clamp(x, -1, 1) ^ 2 % 3", "((((x))))", "map(x, #)", "a.b.c ? 1 : 2",
		`signal("drive/no-1") / '1 kW'`, "let a = 1; a", "1..9", "x | abs", "\"\\u00e9\"", "`raw`", "/* c */ x // y", "b'\\xff'", "#", "{x: [y]}"} {
		f.Add(text)
	}
	in := make([]float64, MaxNames)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Compile(text, pump)
		if (p == nil) == (err == nil) {
			t.Fatal("neither or both")
		}
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || e.Line < 1 || e.Column < 1 || strings.Contains(err.Error(), "\n") && !strings.Contains(text, "\n") {
				t.Fatalf("error %q", err)
			}
			return
		}
		for i := range in {
			in[i] = float64(i) - 3
		}
		p.Eval(in[:len(p.Names())])
	})
}

// 10,000 bindings at 20 Hz are 200,000 evaluations a second.
func BenchmarkRead(b *testing.B) {
	for name, text := range map[string]string{"product": "x * y", "typical": `gearbox.oil_temp > "70 °C" && state == "running" ? (gearbox.oil_temp - "70 °C") / "20 K" : 0`,
		"hypot and atan2": "hypot(x, y) * sin(atan2(y, x))"} {
		p, err := Compile(text, pump)
		if err != nil {
			b.Fatal(err)
		}
		s := Source{Signal: twin.NoSignal, Program: p}
		snap := &twin.Snapshot{}
		for i, n := range p.Names() {
			s.Inputs = append(s.Inputs, twin.SignalID(i))
			snap.Values = append(snap.Values, twin.Value{Value: values[n], Quality: twin.Good})
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				s.Read(snap)
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if _, err := Compile(`gearbox.oil_temp > "70 °C" && state == "running" ? (gearbox.oil_temp - "70 °C") / "20 K" : 0`, pump); err != nil {
			b.Fatal(err)
		}
	}
}
