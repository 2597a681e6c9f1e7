package project

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// faultsOf loads a text and returns its faults.
func faultsOf(t testing.TB, text string) Errors {
	t.Helper()
	p, err := LoadFS(files(text), "twin.yaml")
	var faults Errors
	if err != nil && !errors.As(err, &faults) {
		t.Fatalf("not a list of faults: %v", err)
	}
	if (p == nil) != (len(faults) > 0) {
		t.Fatalf("project %v with %d faults: nothing may open by half", p != nil, len(faults))
	}
	return faults
}

// Each case changes the small twin in one place and expects one fault there.
func TestEachFaultIsSaidAtItsPlace(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"wrong key":          {"heading: 90", "headnig: 90", `twin.yaml:24:5: asset has no key "headnig" — did you mean "heading"?`},
		"unknown unit":       {"unit: rpm", "unit: rpn", `twin.yaml:13:21: unknown unit "rpn" — did you mean "rpm"?`},
		"missing model":      {"pump.glb", "pmp.glb", `twin.yaml:11:16: model "pmp.glb" is not there — did you mean "pump.glb"?`},
		"model outside":      {"pump.glb", "../pump.glb", `twin.yaml:11:16: model "../pump.glb" lies outside — write a path`},
		"unknown kind":       {"P2: {kind: pump}", "P2: {kind: pmup}", `twin.yaml:31:19: there is no kind "pmup" — did you mean "pump"?`},
		"kind of itself":     {"front: {kind: bearing", "front: {kind: pump", `twin.yaml:15:21: a kind cannot be a part of itself: pump → pump — take it out`},
		"duplicate asset":    {"hall/P2:", "hall/P1:", `twin.yaml:31:3: "hall/P1" stands twice in assets, first in line 22 — rename`},
		"no parent":          {"hall/P2:", "hal/P2:", `twin.yaml:31:3: asset "hal/P2" stands under "hal", which is not there — did you mean "hall"?`},
		"bad signal":         {"cold: {signal: temp", "cold: {signal: tmep", `twin.yaml:19:26: part back has no signal "tmep" — did you mean "temp"?`},
		"limit out of range": {"high: 80", "high: 180", `twin.yaml:8:33: limit 180 is out of the range 0.0 … 100.0 °C of "temp" — such a value`},
		"empty range":        {"range: [0, 3000]", "range: [3000, 0]", `twin.yaml:13:33: range [3000, 0] is empty — write [low, high]`},
		"not a number":       {"high: 80", "high: warm", `twin.yaml:8:33: high should be a number — write a plain number`},
		"two conditions":     {"high: 80", "high: 80, low: 2", `twin.yaml:8:13: alarm "hot" has 2 conditions — write one of`},
		"bad override":       {"front/hot:", "front/hott:", `twin.yaml:29:9: kind pump has no alarm "front/hott" — did you mean "front/hot"?`},
		"wrong priority":     {"priority: critical", "priority: urgent", `twin.yaml:29:41: priority "urgent" is unknown — use one of critical, high, low, medium`},
		"bad name":           {"speed: {unit", "sp/eed: {unit", `twin.yaml:13:7: "sp/eed" cannot be a name — use letters`},
		"version":            {"orrery: 1", "orrery: 2", `twin.yaml:1:9: version 2 of the format is not known here — open it with a newer Orrery`},
		"duplicate key":      {"name: Pump", "name: Pump\nname: Again", `twin.yaml:3:1: "name" stands twice, first in line 2 — keep one`},
		"not a mapping":      {"hall: {}", "hall: [1]", `twin.yaml:21:9: asset should be a mapping, not a list — write its keys`},
		"alias of nothing":   {"name: Pump", "name: *who", `twin.yaml:2:7: alias *who stands for nothing — write its &who before it`},
		"broken YAML":        {"name: Pump", "name: [Pump", `YAML syntax: `},
	} {
		if !strings.Contains(small, c.old) {
			t.Fatalf("%s: %q is not in the text", name, c.old)
		}
		faults := faultsOf(t, strings.Replace(small, c.old, c.new, 1))
		found := false
		for _, f := range faults {
			found = found || strings.Contains(f.Error(), c.want)
		}
		if !found {
			t.Errorf("%s:\n got %v\nwant %s", name, faults, c.want)
		}
	}
}

func TestMoreSectionsSayTheirFaults(t *testing.T) {
	text := demoText(t)
	for _, c := range []struct{ old, new, want string }{
		{"asset: farm/{1}", "asset: farm/{2}", "{2} stands for nothing: the topic has 1 +"},
		{"asset: farm/{1}", "asset: fram/{1}", `no asset matches "fram/{1}"`},
		{"topic: windfarm/+/telemetry", "topic: windfarm/T+/telemetry", "bad topic filter"},
		{"signal: yaw/yaw, unit: °}", "signal: yaw/yam, unit: °}", `no asset of this route has a signal "yaw/yam" — did you mean "yaw/yaw"?`},
		{"signal: power, unit: kW", "signal: power, unit: K", `"K" cannot be converted into "MW" of signal "power" — write a unit of power`},
		{"signal: gearbox/vibration, unit", "signal: gearbox/wear, unit", `signal "gearbox/wear" is computed by the twin`},
		{"embedded: 127.0.0.1:1883", "embedded: 127.0.0.1", "is no address to listen on"},
		{"embedded: 127.0.0.1:1883", `url: "mqtt://eve:secret@host:1883"`, "a password in the twin file"},
		{"embedded: 127.0.0.1:1883", "url: http://host", `unknown scheme "http"`},
		{"time_zone: Europe/Oslo", "time_zone: Europe/Osslo", `unknown time zone "Europe/Osslo"`},
		{"latitude: 56.6", "latitude: 566", "latitude 566 is out of range"},
		{"select: farm/T03/gearbox", "select: farm/T03/gearbix", `there is no asset "farm/T03/gearbix" — did you mean "farm/T03/gearbox"?`},
		{"default: 9.2", "default: 92", "mean_wind 92 is out of range — give 4.0 … 18.0 m/s"},
		{"values: {power_limit: 70}", "values: {power_limt: 70}", `there is no parameter "power_limt" — did you mean "power_limit"?`},
		{"kind: turbine\n    signal: power_limit", "kind: turbin\n    signal: power_limit", `there is no kind "turbin" — did you mean "turbine"?`},
		{"range: [10, 100]", "range: [10, 110]", `the range reaches beyond that of signal "power_limit"`},
		{"command: windfarm/{name}/cmd", "command: windfarm/+/cmd", `bad topic "windfarm/+/cmd"`},
		{"end_of_life_vibration: 7.1 mm/s", "end_of_life_vibration: 7.1 mm/z", `unknown unit "mm/z"`},
		{"property: rotate_angle, axis: [0, 1, 0], gain: -1", "property: rotate_angle, gain: -1", `binding lacks "axis"`},
		{"{at: 76, color: high}", "{at: 60, color: high}", "stop 60 comes after a higher one"},
		{"{at: 76, color: high}", "{at: 76, color: hihg}", `unknown colour "hihg" — did you mean "high"?`},
		{"state: tripped", "state: triped", `signal "state" has no state "triped" — did you mean "tripped"?`},
		{"stale: true", "stale: false", "an alarm that is never on"},
		{"normal: [35, 76]", "normal: [35, 176]", `the normal range of "oil_temp" reaches beyond its range`},
		{"eye: [-5, 56, 250]", "eye: [-5, 56]", "eye has 2 numbers"},
		{"fov: 30", "fov: 300", "fov 300 is out of range"},
		{"timeout: 15s", "timeout: 15 seconds", "timeout \"15 seconds\" is no duration"},
	} {
		if !strings.Contains(text, c.old) {
			t.Fatalf("%q is not in the demo", c.old)
		}
		faults := faultsOf(t, strings.Replace(text, c.old, c.new, 1))
		if !strings.Contains(faults.Error(), c.want) {
			t.Errorf("%s:\n got %v\nwant %s", c.new, faults, c.want)
		}
	}
}

func TestAllFaultsAtOnceAndInOrder(t *testing.T) {
	text := demoText(t)
	for _, c := range [][2]string{{"unit: rpm, range: [-1, 20]", "unit: rpmm, range: [-1, 20]"}, {"models/turbine.glb", "models/turbin.glb"}, {"farm/T02: {kind", "farm/T02: {knd"},
		{"tolerance: 1", "tolernce: 1"}, {"fov: 40", "fov: wide"}, {"decoder: json", "decoder: jsn"}} {
		text = strings.Replace(text, c[0], c[1], 1)
	}
	faults := faultsOf(t, text)
	for _, want := range []string{"rpmm", "turbin.glb", `"knd"`, `"tolernce"`, "fov", `"jsn"`} {
		if !strings.Contains(faults.Error(), want) {
			t.Errorf("%s is not said in\n%v", want, faults)
		}
	}
	for i := 1; i < len(faults); i++ {
		if faults[i].Line < faults[i-1].Line {
			t.Errorf("line %d after line %d", faults[i].Line, faults[i-1].Line)
		}
	}
	// A fault in a kind counts once, not once for each of its six turbines.
	if n := strings.Count(faults.Error(), "rpmm"); n != 1 {
		t.Errorf("the wrong unit is said %d times", n)
	}
}

func TestCapsHold(t *testing.T) {
	bomb := "orrery: 1\nname: B\nkinds:\n  k0: &a0 {signals: {s: {}}}\n"
	for i := 1; i < 40; i++ {
		bomb += fmt.Sprintf("  k%d: {parts: {a: {kind: k%d}, b: {kind: k%d}, c: {kind: k%d}}}\n", i, i-1, i-1, i-1)
	}
	bomb += "assets:\n  x: {kind: k39}\n"
	laughs := "orrery: 1\nname: L\nkinds:\n  k: {signals: {s: {}}}\nx0: &x0 [a, a, a, a, a, a, a, a, a]\n"
	for i := 1; i < 30; i++ {
		laughs += fmt.Sprintf("x%d: &x%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*x%d, ", i-1), 9), ", "))
	}
	parts := "orrery: 1\nname: L\nkinds:\n  k:\n    parts:\n      a0: &a0 {signals: {s: {}}}\n"
	for i := 1; i < 60; i++ {
		parts += fmt.Sprintf("      a%d: &a%d {parts: {l: *a%d, r: *a%d}}\n", i, i, i-1, i-1)
	}
	many := strings.Builder{}
	many.WriteString("orrery: 1\nname: M\nassets:\n")
	for i := range MaxAssets + 1 {
		fmt.Fprintf(&many, "  a%d: {}\n", i)
	}
	for name, c := range map[string]struct{ text, want string }{
		"kinds that multiply":   {bomb, "more than 100000 parts"},
		"aliases that multiply": {laughs, "has no key"},
		"parts by alias":        {parts + "assets:\n  x: {kind: k}\n", "has more than 100000 parts"},
		"flow brackets":         {"a: " + strings.Repeat("[\n ", 50_000), "nested deeper"},
		"dashes":                {strings.Repeat("- ", 1_000) + "a", "nested deeper"},
		"question marks":        {strings.Repeat("? a\n", 50_000), "marked by ?"},
		"indentation":           {indented(500), "nested deeper"},
		"tags":                  {"a: " + strings.Repeat("!!a ", 1_000) + "b", ""},
		"anchors":               {"a: " + strings.Repeat("&a ", 1_000) + "b", ""},
		"too many assets":       {many.String(), "more than 100000 assets"},
		"too large":             {strings.Repeat("#", MaxFileBytes+1), "larger than 16 MB"},
		"own alias":             {"orrery: 1\nname: &a [*a]\n", "stands for nothing"},
		"nothing":               {"", "empty"},
		"one long line":         {strings.Repeat("a: ", 5_000_000), "a line longer than"},
		"documents":             {strings.Repeat("--- a\n", 50_000), "a second document"},
		"empty entries":         {strings.Repeat("-\n", 100_000), "more than 65536 list entries"},
		"empty keys":            {strings.Repeat("a:\n", 100_000), "and more faults"},
		"many unknown keys":     {strings.Repeat("k: 1\n", 100_000), "and more faults"},
	} {
		start := time.Now()
		faults := faultsOf(t, c.text)
		if len(faults) == 0 || !strings.Contains(faults.Error(), c.want) {
			t.Errorf("%s: %.300v, want %q", name, faults, c.want)
		}
		if len(faults) > maxErrors+1 {
			t.Errorf("%s: %d faults", name, len(faults))
		}
		if d := time.Since(start); d > 5*time.Second {
			t.Errorf("%s took %v", name, d)
		}
	}
}

func indented(levels int) string {
	var b strings.Builder
	for i := range levels {
		fmt.Fprintf(&b, "%sa:\n", strings.Repeat(" ", i))
	}
	return b.String()
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(demoText(f)))
	f.Add([]byte("orrery: 1\nname: &a x\nassets: {a: *a, <<: {b: {}}}\n"))
	f.Add([]byte("? [a, {b: c}]\n: !!str |\n  x\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		start := time.Now()
		p, err := LoadFS(files(string(text)), "twin.yaml")
		if d := time.Since(start); d > 20*time.Second {
			t.Fatalf("took %v", d)
		}
		if (p == nil) == (err == nil) {
			t.Fatalf("project %v, error %v", p, err)
		}
		if p != nil && p.Tree == nil {
			t.Fatal("no tree")
		}
	})
}
