package main

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// twoStations is a twin whose study is a line of two machines, the second the slower one.
const twoStations = `orrery: 1
name: Two stations
kinds:
  hall: {}
assets:
  hall: {kind: hall}
studies:
  line:
    label: Line
    model: flow
    definition:
      horizon: 2 h
      elements:
        - {name: parts, kind: source}
        - {name: first, kind: machine, cycle: exponential(10 s)}
        - {name: between, kind: buffer, capacity: 3}
        - {name: second, kind: machine, cycle: exponential(12 s)}
        - {name: store, kind: sink}
      links:
        - {from: parts, to: first}
        - {from: first, to: between}
        - {from: between, to: second}
        - {from: second, to: store}
`

func lineTwin(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "twin.yaml")
	if err := os.WriteFile(file, []byte(twoStations), 0o644); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSweepWritesATableAndRanks(t *testing.T) {
	twin := lineTwin(t)
	file := filepath.Join(t.TempDir(), "out.csv")
	out, words, ok := orrery(t, "sweep", twin, "--runs", "4", "--set", "second.speed=80..120", "--set", "between.capacity=choices(1, 5)", "--design", "grid", "--levels", "3", "-o", file, "--goal", "throughput", "--maximise")
	if !ok || !strings.Contains(out, "The best is second.speed=120, between.capacity=5") || !strings.Contains(out, "6 of 6 runs") {
		t.Fatalf("%s%s", out, words)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) != 7 || rows[0][0] != "second.speed [%]" || !strings.HasPrefix(rows[0][2], "throughput") {
		t.Fatalf("%v %v", rows, err)
	}
	slow, _ := strconv.ParseFloat(rows[2][2], 64)
	fast, _ := strconv.ParseFloat(rows[6][2], 64)
	if !(fast > slow*1.1) {
		t.Errorf("throughput %g at 80 %%, %g at 120 %%", slow, fast)
	}
	out, words, ok = orrery(t, "sweep", twin, "--runs", "4", "--set", "second.speed=90..110", "--set", "first.speed=90..110", "--design", "tornado")
	if i, j := strings.Index(out, "second.speed"), strings.Index(out, "first.speed"); !ok || i < 0 || j < i {
		t.Errorf("tornado: %s%s", out, words)
	}
}

func TestSweepEstimatesIndicesAndSearches(t *testing.T) {
	twin := lineTwin(t)
	sets := []string{"--runs", "2", "--set", "second.speed=70..130", "--set", "first.speed=99..101"}
	var s sweepJSON
	out, words, ok := orrery(t, append([]string{"sweep", twin, "--design", "sobol", "--samples", "32", "--json"}, sets...)...)
	if err := json.Unmarshal([]byte(out), &s); !ok || err != nil || s.Done != 128 || len(s.Effects) != 2 || s.Failed != 0 {
		t.Fatalf("%v %.300s%s", err, out, words)
	}
	if e := s.Effects[0]; e.Field != "second.speed" || *e.Total.Value < .8 || *e.Total.Value > 1.3 || *s.Effects[1].Total.Value > .1 {
		t.Errorf("%+v", e)
	}
	out, words, ok = orrery(t, append([]string{"sweep", twin, "--design", "morris", "--samples", "4", "--json"}, sets...)...)
	if err := json.Unmarshal([]byte(out), &s); !ok || err != nil || *s.Effects[0].MuStar.Value < 5**s.Effects[1].MuStar.Value {
		t.Errorf("%v %.300s%s", err, out, words)
	}
	// The throughput rises with the speed: the lowest speed that keeps the limit is wanted.
	out, words, ok = orrery(t, append([]string{"sweep", twin, "--goal", "throughput", "--minimise", "--subject-to", "throughput>=-5%", "--most", "60", "--json"}, sets...)...)
	var best struct {
		Best     pointJSON
		Feasible bool
	}
	if err := json.Unmarshal([]byte(out), &best); !ok || err != nil || !best.Feasible {
		t.Fatalf("%v %.300s%s", err, out, words)
	}
	if f := best.Best.Figures[0]; math.Abs(*f.Changed.Value/(*f.Base.Value*.95)-1) > .01 {
		t.Errorf("%g of %g at %v", *f.Changed.Value, *f.Base.Value, best.Best.Set)
	}
}

func TestSweepGoesOnFromItsCache(t *testing.T) {
	twin, cache := lineTwin(t), t.TempDir()
	args := []string{"sweep", twin, "--runs", "2", "--set", "second.speed=90..110", "--cache", cache, "--json"}
	first, words, ok := orrery(t, args...)
	if !ok {
		t.Fatal(words)
	}
	second, words, ok := orrery(t, args...)
	var a, b sweepJSON
	if json.Unmarshal([]byte(first), &a) != nil || json.Unmarshal([]byte(second), &b) != nil || !ok {
		t.Fatal(words)
	}
	for k := range a.Points {
		if x, y := a.Points[k].Figures[0].Changed, b.Points[k].Figures[0].Changed; *x.Value != *y.Value || *x.High != *y.High {
			t.Errorf("point %d: %v and %v", k, *x.Value, *y.Value)
		}
	}
	files := 0
	filepath.Walk(cache, func(_ string, info os.FileInfo, _ error) error {
		if info.Mode().IsRegular() {
			files++
		}
		return nil
	})
	if files != 5 {
		t.Errorf("%d answers are kept", files)
	}
}

func TestSweepSaysWhatIsWrong(t *testing.T) {
	twin := lineTwin(t)
	for _, c := range []struct{ args, want string }{
		{"--set second.speed=5", "nothing varies"},
		{"--set second.sped=5..10", "second.speed"},
		{"--set second.speed=120..80", "the smaller one first"},
		{"--set second.speed=80..12x", "12x"},
		{"--set second.speed", "FIELD=VALUE"},
		{"--set second.speed=80..120 --design pie", "grid, random, tornado"},
		{"--set second.speed=80..120 --goal throughput", "--maximise or --minimise"},
		{"--set second.speed=80..120 --maximise", "need a --goal"},
		{"--set second.speed=80..120 --goal glory --maximise --runs 1 --most 5", "choose one of throughput"},
		{"--set second.speed=80..120 --goal throughput --maximise --subject-to wip=3", "FIGURE<=VALUE"},
		{"--set second.speed=80..120 --levels 9999999", "are the most"},
		{"--set second.speed=80..120 -o out.mcap", ".csv or .parquet"},
		{"--set second.speed=80..120 --figure glory --levels 2 --runs 1", "--figure glory"},
	} {
		_, words, ok := orrery(t, append([]string{"sweep", twin}, strings.Fields(c.args)...)...)
		if ok || !strings.Contains(words, c.want) || strings.Contains(words, "goroutine") {
			t.Errorf("sweep %s: success %v, words %q, want %q", c.args, ok, words, c.want)
		}
	}
}
