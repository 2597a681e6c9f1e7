package main

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
)

const heatedTwin = `orrery: 1
name: Pump hall
kinds:
  pump:
    signals:
      power: {unit: kW}
      oil: {unit: °C}
assets:
  P1: {kind: pump}
  P2: {kind: pump}
scenarios:
  horizon: 2d
  parameters:
    hA: {label: Cooling, unit: "1", min: 50, max: 400, default: 100}
equations:
  heat:
    inputs:
      power: {unit: kW, signal: power}
    parameters:
      hA: {value: 100, range: [50, 400]}
      C: 100 kJ/K
    states:
      T: {value: 20 °C, signal: oil}
    equations: |
      dT/dt = (power - hA * "1 W/K" * (T - "10 °C")) / C
    outputs:
      T: {expr: T, signal: oil}
      power: power
    events:
      too_hot: {when: 'T > "150 °C"', stop: true}
simulation:
  - {kind: pump, model: heat}
`

// A twin whose models are equations of its own file is computed from what was measured: 12 kW over 100 W/K is 120 K.
func TestATwinOfEquationsIsComputed(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "twin.yaml"), []byte(heatedTwin), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := project.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := openStation(context.Background(), p, stationOptions{data: filepath.Join(dir, ".orrery")})
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC).UnixNano()
	var batch []twin.Sample
	for _, v := range []struct {
		path  string
		value float64
	}{{"P1/power", 12e3}, {"P1/oil", 300}, {"P2/power", 15e3}, {"P2/oil", 310}} {
		id, _ := p.Tree.SignalByPath(v.path)
		batch = append(batch, twin.Sample{Signal: id, Quality: twin.Good, Time: at, Value: v.value})
	}
	if err := s.store.Append(batch); err != nil {
		t.Fatal(err)
	}
	s.close()
	for set, want := range map[string]float64{"hA=100": 130, "hA=200": 70} {
		out, words, ok := orrery(t, "sim", dir, "--for", "24h", "--set", set, "-o", filepath.Join(dir, "run.csv"), "--json")
		if !ok {
			t.Fatal(out, words)
		}
		var doc map[string]any
		if err := json.Unmarshal([]byte(out), &doc); err != nil {
			t.Errorf("%v: %s", err, out)
		}
		text, err := os.ReadFile(filepath.Join(dir, "run.csv"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		end := strings.Split(lines[len(lines)-1], ",")
		if v, err := strconv.ParseFloat(end[1], 64); err != nil || math.Abs(v-want) > .5 {
			t.Errorf("%s: P1 ends as %v, want %g °C", set, end, want)
		}
	}
	if out, words, ok := orrery(t, "predict", dir); !ok || !strings.Contains(out, "too hot") {
		t.Errorf("%s %s: P2 reaches 150 °C, its end", out, words)
	}
}
