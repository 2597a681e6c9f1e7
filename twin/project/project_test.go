package project

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
)

// models stands in for the model files: the twin file says only where they are.
var models = map[string]bool{"models/turbine.glb": true, "models/sea.glb": true, "pump.glb": true}

func files(text string) fstest.MapFS {
	out := fstest.MapFS{"twin.yaml": {Data: []byte(text)}}
	for name := range models {
		out[name] = &fstest.MapFile{}
	}
	return out
}

func demoText(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("../../assets/demo/windfarm/twin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func demo(t testing.TB) *Project {
	t.Helper()
	p, err := LoadFS(files(demoText(t)), "twin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9*(1+math.Abs(want)) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestTreeOfTheDemo(t *testing.T) {
	p := demo(t)
	if got := len(p.Tree.Assets()); got != 1+6*6 {
		t.Errorf("%d assets, want the farm and 6 turbines with 5 parts each", got)
	}
	if got := len(p.Tree.Signals()); got != 6*13 {
		t.Errorf("%d signals, want 13 per turbine", got)
	}
	id, ok := p.Tree.SignalByPath("farm/T03/gearbox/oil_temp")
	if !ok {
		t.Fatal("no oil temperature")
	}
	s := p.Tree.Signal(id)
	if s.Label != "Oil temp" || s.Unit.Symbol != "°C" || s.Timeout != 10*time.Second || s.Computed {
		t.Errorf("oil_temp = %+v", *s)
	}
	near(t, "upper end of normal", s.Normal[1], 349.15)
	near(t, "lower end of the range", s.Min, 233.15)
	state := p.Tree.Signal(p.Tree.Find(0, "state"))
	if state.Kind != twin.Enum || len(state.States) != 5 || state.Max != 4 {
		t.Errorf("state = %+v", *state)
	}
	wear := p.Tree.Signal(p.Tree.Find(0, "wear"))
	if !wear.Computed || wear.Timeout != 0 {
		t.Errorf("wear = %+v", *wear)
	}
	if farm := p.Tree.Asset(0); farm.Label != "North Sea farm" || farm.Kind != "farm" || len(farm.Children) != 6 {
		t.Errorf("the root is %+v", *farm)
	}
	if k := p.Kind("turbine"); k == nil || len(k.Assets) != 6 {
		t.Errorf("kind turbine = %+v", k)
	}
}

func TestModelsNodesAndBindingsOfTheDemo(t *testing.T) {
	p := demo(t)
	if len(p.Models) != 7 || p.Models[0].File != "models/sea.glb" {
		t.Errorf("models = %+v", p.Models)
	}
	t01, _ := p.Tree.AssetByPath("farm/T01")
	if p.Places[t01].PositionM != [3]float64{-310, 0, -600} {
		t.Errorf("T01 stands at %v", p.Places[t01].PositionM)
	}
	gearbox, _ := p.Tree.AssetByPath("farm/T01/gearbox")
	found := false
	for _, n := range p.Nodes {
		if n.Asset == gearbox {
			found = n.Model == t01 && n.Node == "gearbox"
		}
	}
	if !found {
		t.Error("the gearbox of T01 is not tied to the node of its turbine")
	}
	var ramp *Binding
	for i, b := range p.Bindings {
		if b.Asset == gearbox && b.Property == ColorRamp {
			ramp = &p.Bindings[i]
		}
	}
	if ramp == nil || ramp.Model != t01 || len(ramp.Ramp) != 4 || ramp.Ramp[2].Color.Token != "high" {
		t.Fatalf("colour of the gearbox = %+v", ramp)
	}
	near(t, "third stop", ramp.Ramp[2].At, 349.15)
}

func TestAlarmsSourcesAndControlOfTheDemo(t *testing.T) {
	p := demo(t)
	var oil, tripped *Alarm
	for i := range p.Alarms {
		switch p.Alarms[i].ID {
		case "farm/T03/gearbox/oil_high":
			oil = &p.Alarms[i]
		case "farm/T03/tripped":
			tripped = &p.Alarms[i]
		}
	}
	if oil == nil || oil.Condition != alarm.High || oil.Priority != twin.High || oil.OnDelay != time.Minute {
		t.Fatalf("oil alarm = %+v", oil)
	}
	near(t, "limit", oil.Limit, 349.15)
	near(t, "dead-band", oil.Deadband, 2)
	if tripped == nil || tripped.Condition != alarm.Equals || tripped.Limit != 3 || tripped.Priority != twin.Critical {
		t.Errorf("trip = %+v", tripped)
	}
	src := p.Sources[0]
	if !src.Embedded || src.Address != "127.0.0.1:1883" || len(src.Routes) != 2 || len(src.Routes[0].Fields) != 12 {
		t.Errorf("source = %+v", src)
	}
	for _, f := range src.Routes[0].Fields {
		if f.Key == "power" {
			near(t, "2 kW", f.Unit.SI(2), 2000)
		}
	}
	t03, _ := p.Tree.AssetByPath("farm/T03")
	c := p.ControlOf(t03)
	if len(c) != 1 || c[0].Topic != "windfarm/T03/cmd" || c[0].Ack != "windfarm/T03/ack" || c[0].ID != "farm/T03/power_limit" {
		t.Fatalf("control = %+v", c)
	}
	near(t, "least limit", c[0].Min, 0.1)
	near(t, "tolerance", c[0].Tolerance, 0.01)
	if end := p.Simulations[0].Options["end_of_life_vibration"]; !end.Number || math.Abs(end.Value-0.0071) > 1e-12 {
		t.Errorf("end of life = %+v", end)
	}
	if q := p.Parameter("mean_wind"); q == nil || q.Default != 9.2 || p.Horizon != 14*24*time.Hour {
		t.Errorf("mean wind = %+v", q)
	}
	if len(p.Hash) != 64 || p.Site.Zone.String() != "Europe/Oslo" {
		t.Errorf("hash %q, zone %v", p.Hash, p.Site.Zone)
	}
}

const small = `orrery: 1
name: Pump
kinds:
  bearing:
    signals:
      temp: {unit: °C, range: [0, 100]}
    alarms:
      hot: {signal: temp, high: 80}
  pump:
    models:
      - {file: pump.glb}
    signals:
      speed: {unit: rpm, range: [0, 3000]}
    parts:
      front: {kind: bearing, nodes: [front_bearing]}
      back:
        kind: bearing
        alarms:
          cold: {signal: temp, low: 5}
assets:
  hall: {}
  hall/P1:
    kind: pump
    heading: 90
    override:
      signals:
        speed: {range: [0, 1500]}
      alarms:
        front/hot: {high: 70, priority: critical}
        back/hot: {enabled: false}
  hall/P2: {kind: pump}
`

func TestPartsOfAKindAndOverrides(t *testing.T) {
	p, err := LoadFS(files(small), "twin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range p.Alarms {
		got = append(got, a.ID)
	}
	want := "hall/P1/front/hot hall/P1/back/cold hall/P2/front/hot hall/P2/back/hot hall/P2/back/cold"
	if strings.Join(got, " ") != want {
		t.Errorf("alarms %v, want %s", got, want)
	}
	near(t, "own limit", p.Alarms[0].Limit, 343.15)
	if p.Alarms[0].Priority != twin.Critical {
		t.Error("the own priority was lost")
	}
	near(t, "limit of the kind", p.Alarms[2].Limit, 353.15)
	s1, _ := p.Tree.SignalByPath("hall/P1/speed")
	s2, _ := p.Tree.SignalByPath("hall/P2/speed")
	if p.Tree.Signal(s1).Max >= p.Tree.Signal(s2).Max {
		t.Error("the own range reached the other pump, or nobody")
	}
	p1, _ := p.Tree.AssetByPath("hall/P1")
	near(t, "heading", p.Places[p1].HeadingRad, math.Pi/2)
	if k := p.Kind("bearing"); len(k.Assets) != 4 {
		t.Errorf("%d bearings, want 4", len(k.Assets))
	}
}

func TestLoadFromAFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "twin.yaml"), []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Load(dir)
	var faults Errors
	if !errors.As(err, &faults) || len(faults) != 1 || !strings.Contains(faults[0].What, "is not there") {
		t.Fatalf("a missing model gave %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "pump.glb"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := Load(filepath.Join(dir, "twin.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Dir != dir {
		t.Errorf("folder %q", p.Dir)
	}
	if _, err := p.FS.Open("pump.glb"); err != nil {
		t.Errorf("a model cannot be opened: %v", err)
	}
	if _, err := p.FS.Open("../outside"); err == nil {
		t.Error("the folder of the twin can be left")
	}
	if _, err := Load(filepath.Join(dir, "nothing.yaml")); err == nil || errors.As(err, &faults) && len(faults) == 0 {
		t.Errorf("a missing file gave %v", err)
	}
}

func TestAliasesAndMergeKeys(t *testing.T) {
	p, err := LoadFS(files(`orrery: 1
name: A
kinds:
  a:
    signals:
      one: &temp {unit: °C, range: [0, 100], timeout: 5s}
      two: {<<: *temp, timeout: 7s}
      three: *temp
assets:
  x: {kind: a}
`), "twin.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []time.Duration{5 * time.Second, 7 * time.Second, 5 * time.Second} {
		if s := p.Tree.Signals()[i]; s.Timeout != want || s.Unit.Symbol != "°C" {
			t.Errorf("%s = %+v", s.Name, s)
		}
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{"10s": 10 * time.Second, "14d": 336 * time.Hour, "1d12h": 36 * time.Hour, "0.5d": 12 * time.Hour} {
		if got, err := parseDuration(text); err != nil || got != want {
			t.Errorf("%s = %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "5", "d", "1dd", "x", "9999999d"} {
		if got, err := parseDuration(text); err == nil {
			t.Errorf("%q = %v", text, got)
		}
	}
}

func TestDidYouMean(t *testing.T) {
	for word, want := range map[string]string{"signls": "signals", "Timeout": "timeout", "timoeut": "timeout", "zzz": ""} {
		if got := nearest(word, []string{"signals", "timeout", "range"}); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
