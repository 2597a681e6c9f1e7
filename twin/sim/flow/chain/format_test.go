package chain

import (
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// FORMAT.md has each key of each struct, and no other.
func TestFormatHasAllKeys(t *testing.T) {
	b, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string][]string{}
	section := ""
	first := regexp.MustCompile("^\\| ((?:`[a-z0-9_]+`(?:, )?)+) \\|")
	for _, line := range strings.Split(string(b), "\n") {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			section = title
		}
		if m := first.FindStringSubmatch(line); m != nil {
			for _, key := range strings.Split(m[1], ", ") {
				documented[section] = append(documented[section], strings.Trim(key, "`"))
			}
		}
	}
	seen := map[string]bool{}
	var walk func(x reflect.Type)
	walk = func(x reflect.Type) {
		for x.Kind() == reflect.Slice {
			x = x.Elem()
		}
		if x.Kind() != reflect.Struct || x.PkgPath() != reflect.TypeFor[Model]().PkgPath() || seen[x.Name()] {
			return
		}
		seen[x.Name()] = true
		keys, have := keysOf(x), documented[x.Name()]
		for _, k := range keys {
			if !slices.Contains(have, k) {
				t.Errorf("FORMAT.md: %s lacks %s", x.Name(), k)
			}
		}
		for _, k := range have {
			if !slices.Contains(keys, k) {
				t.Errorf("FORMAT.md: %s has %s, which there is not", x.Name(), k)
			}
		}
		for i := range x.NumField() {
			walk(x.Field(i).Type)
		}
	}
	walk(reflect.TypeFor[Model]())
	if len(seen) < 12 {
		t.Errorf("only %d structs were seen", len(seen))
	}
}

// Each kind of mistake is a fault with its place and what to do.
func TestBadModels(t *testing.T) {
	good := small(t)
	for _, c := range []struct{ old, with, place, what, remedy string }{
		{`"berths": 2, "cranes": 10`, `"brths": 2, "cranes": 10`, "ports[0].brths", "no such key", "berths"},
		{`"berths": 2, "cranes": 10`, `"berths": 0, "cranes": 10`, "ports[0].berths", "out of range", "give 1"},
		{`"berths": 2, "cranes": 10`, `"berths": "two", "cranes": 10`, "ports[0].berths", `the text "two"`, "whole number"},
		{`"berths": 2, "cranes": 10`, `"berths": 2`, "ports[0].cranes", "out of range", "stay"},
		{`"at": [1, 104]`, `"at": [104, 1]`, "ports[0].at", "no place", "latitude"},
		{`"speed": "23 kn"`, `"speed": "23 kg"`, "classes[0].speed", "mass", "0.8 m/s"},
		{`"speed": "23 kn"`, `"speed": "fast"`, "classes[0].speed", "no quantity", "number and a unit"},
		{`"draught": "15 m"`, `"draught": "18 m"`, "ships[0].class", "draught of 18 m", "smaller class"},
		{`"rotation": ["east", "west"]`, `"rotation": ["east", "wets"]`, "services[0].rotation[1]", `no port "wets"`, "west"},
		{`"rotation": ["east", "west"]`, `"rotation": ["east"]`, "services[0].rotation", "round of 1", "2 to"},
		{`["ushant", "far"]`, `["east", "far"]`, "", "", ""},
		{`"gibraltar", "ushant", "west"`, `"gibraltar"], ["ushant", "west"`, "services[0].rotation[0]", "no lane leads from east to west", "join"},
		{`"from": "west", "to": "inland", "time": "lognormal(18 h, 4 h)"`, `"from": "west", "to": "inland", "time": "normal(18 h, 4 h)"`, "links[0].time", "unknown law", "lognormal"},
		{`"to": "east", "teu_per_week": 1500`, `"to": "far", "teu_per_week": 1500`, "demand[1]", "no service and no link", "add a link"},
		{`"name": "s2"`, `"name": "s1"`, "ships[1].name", "stands for", "name of its own"},
		{`"class": "big", "service": "line"},`, `"class": "bag", "service": "line"},`, "ships[1].class", `no class "bag"`, "big"},
		{`"fade": "4 d"`, `"fade": "4 min"`, "storms[0].fade", "out of range", "3 d"},
		{`"runs": 8`, `"runs": 1e9`, "settings.runs", "number 1e9", "whole number"},
		{`"teu_per_week": 2500`, `"teu_per_week": 1e300`, "demand[0].teu_per_week", "out of range", "give 0"},
		{`"ports": [`, `"ports": {`, "", "not readable", "FORMAT.md"},
	} {
		if !strings.Contains(good, c.old) {
			t.Fatalf("the small chain has no %s", c.old)
		}
		_, err := NewStudy([]byte(strings.Replace(good, c.old, c.with, 1)), sim.Site{})
		if c.what == "" {
			if err != nil {
				t.Errorf("%s: %v", c.with, err)
			}
			continue
		}
		var faults sim.Faults
		if !errors.As(err, &faults) {
			t.Errorf("%s: %v", c.with, err)
			continue
		}
		if !slices.ContainsFunc(faults, func(f sim.Fault) bool {
			return f.Place == c.place && strings.Contains(f.What, c.what) && strings.Contains(f.Remedy, c.remedy)
		}) {
			t.Errorf("%s: no fault at %q with %q and %q among %+v", c.with, c.place, c.what, c.remedy, faults)
		}
	}
}

func tree(t testing.TB) *twin.Tree {
	t.Helper()
	var assets []twin.Asset
	var signals []twin.Signal
	add := func(path string, parent twin.AssetID, sigs ...twin.Signal) {
		assets = append(assets, twin.Asset{Path: path, Name: path[strings.LastIndex(path, "/")+1:], Parent: parent})
		for _, s := range sigs {
			s.Asset, s.Path = twin.AssetID(len(assets)-1), path+"/"+s.Name
			signals = append(signals, s)
		}
	}
	n := func(name string) twin.Signal { return twin.Signal{Name: name} }
	add("net", twin.NoAsset)
	add("net/east", 0)
	add("net/west", 0, n("yard"), n("stock"), twin.Signal{Name: "state", Kind: twin.Enum, States: []string{"open", "wind_hold", "closed"}}, n("queue"), n("berths"), n("moved"))
	add("net/s1", 0, n("lat"), n("lon"), n("heading"), twin.Signal{Name: "state", Kind: twin.Enum, States: []string{"waiting", "sailing", "handling"}}, n("cargo"), n("order"), n("speed"), n("eta"))
	add("net/low", 0, n("lat"), n("lon"), n("wind"), n("radius"))
	tr, err := twin.NewTree(assets, signals)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

func TestBadBindings(t *testing.T) {
	good := small(t)
	if _, err := NewStudy([]byte(good), sim.Site{Tree: tree(t)}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, with, place, remedy string }{
		{`"asset": "net/west"`, `"asset": "net/wset"`, "ports[1].asset", "net/west"},
		{`"queue": "queue"`, `"queue": "quue"`, "ports[1].live.queue", "queue"},
		{`"state": "state", "cargo"`, `"state": "cargo", "cargo"`, "ships[0].live.state", "sailing"},
		{`"asset": "net/low", `, ``, "storms[0].live", "asset"},
	} {
		_, err := NewStudy([]byte(strings.Replace(good, c.old, c.with, 1)), sim.Site{Tree: tree(t)})
		var faults sim.Faults
		if !errors.As(err, &faults) || faults[0].Place != c.place || !strings.Contains(faults[0].Remedy, c.remedy) {
			t.Errorf("%s: %v", c.with, err)
		}
	}
}

// Fields take what people write, and say what is wrong with what they do not.
func TestFields(t *testing.T) {
	p := mustPlan(t, small(t))
	knobs := p.knobs()
	try := func(field, value string) (*Model, error) {
		return p.m.with(knobs, []sim.Change{{Field: field, Value: value}})
	}
	for _, c := range []struct {
		field, value string
		get          func(m *Model) float64
		want         float64
	}{
		{"line.speed", "-10%", func(m *Model) float64 { return float64(m.Services[0].Speed) }, .9 * 19 * 1852 / 3600},
		{"line.speed", "15", func(m *Model) float64 { return float64(m.Ships[2].Speed) }, 15 * 1852. / 3600},
		{"s1.speed", "10 m/s", func(m *Model) float64 { return float64(m.Ships[0].Speed) }, 10},
		{"west.closed_for", "2 d", func(m *Model) float64 { return m.Ports[1].ClosedFor.Mean() }, 2 * daySec},
		{"west.closed_for", "36", func(m *Model) float64 { return m.Ports[1].ClosedFor.Mean() }, 36 * 3600},
		{"west.closed_for", "lognormal(2 d, 1 d)", func(m *Model) float64 { return m.Ports[1].ClosedFor.P[1] }, daySec},
		{"west.closed_from", "12", func(m *Model) float64 { return float64(m.Ports[1].ClosedFrom) }, 12 * 3600},
		{"west.berths", "+50%", func(m *Model) float64 { return float64(m.Ports[1].Berths) }, 3},
		{"feeder.extra", "2", func(m *Model) float64 { return float64(m.Services[1].Extra) }, 2},
		{"demand.factor", "+10%", func(m *Model) float64 { return m.Demand[0].TEU }, 2750},
		{"low.heading", "90", func(m *Model) float64 { return m.Storms[0].Heading }, 90},
	} {
		m, err := try(c.field, c.value)
		if err != nil {
			t.Errorf("%s=%s: %v", c.field, c.value, err)
			continue
		}
		if got := c.get(m); math.Abs(got-c.want) > 1e-9*c.want {
			t.Errorf("%s=%s is %g, want %g", c.field, c.value, got, c.want)
		}
	}
	if float64(p.m.Services[0].Speed) != 19*1852./3600 || p.m.Ships[2].Speed != 0 {
		t.Error("a change changed the model that it is a change of")
	}
	for _, c := range []struct{ field, value, says string }{
		{"line.sped", "10", "line.speed"}, {"line.speed", "1000", "out of range"}, {"line.speed", "fast", "no quantity"}, {"west.closed_for", "often", "no quantity"}, {"west.berths", "NaN", "out of range"},
	} {
		if _, err := try(c.field, c.value); err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s=%s: %v", c.field, c.value, err)
		}
	}
	s, err := NewStudy([]byte(small(t)), sim.Site{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Answer(t.Context(), sim.Question{Changes: []sim.Change{{Field: "west.divert", Value: "nrth"}}}); err == nil || !strings.Contains(fmt.Sprint(err), "north") {
		t.Errorf("a port that there is not: %v", err)
	}
}
