package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestPlotWritesWhatItSays plots an hour of a pump in each format and view.
func TestPlotWritesWhatItSays(t *testing.T) {
	dir := t.TempDir()
	twin := filepath.Join(dir, "twin")
	if err := os.MkdirAll(twin, 0o755); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	log.WriteString("time,hall/P1/speed [rpm],hall/P1/pressure [bar]\n")
	for i := range 3600 {
		fmt.Fprintf(&log, "2024-11-20T14:%02d:%02dZ,%d,%.2f\n", i/60, i%60, 1000+i%60, 3+float64(i)/3600)
	}
	file := filepath.Join(dir, "log.csv")
	for name, text := range map[string]string{filepath.Join(twin, "twin.yaml"): pumpTwin, file: log.String()} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	if err := importFiles(ctx, twin, []string{file}, importOptions{json: true}); err != nil {
		t.Fatal(err)
	}
	base := plotOptions{size: "800x300", scale: 1, theme: "night", signals: []string{"hall/P1/*", "hall/P1/speed:moving-average:5m", "hall/P1/pressure:deriv"}, expressions: []string{`faster = P1.speed - "1000 rpm"`}}
	for name, magic := range map[string]string{"a.png": "\x89PNG", "a.svg": "<?xml", "a.pdf": "%PDF", "a.csv": "time,hall/P1/speed [rpm]", "a.parquet": "PAR1"} {
		o := base
		o.out = filepath.Join(dir, name)
		if err := plot(ctx, twin, o); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		data, err := os.ReadFile(o.out)
		if err != nil || !bytes.HasPrefix(data, []byte(magic)) {
			t.Errorf("%s begins with %q, %v", name, data[:min(len(data), 30)], err)
		}
		if name == "a.csv" {
			head, _, _ := strings.Cut(string(data), "\n")
			if want := "speed.moving_average_over_5_min [rpm],hall/P1/pressure.derivative [bar/min],hall/faster [rpm]"; !strings.HasSuffix(head, want) {
				t.Errorf("the columns are %s", head)
			}
			if rows := strings.Count(string(data), "\n"); rows != 3601 {
				t.Errorf("%d rows", rows)
			}
		}
	}
	for _, view := range []string{"histogram", "spectrum", "xy"} {
		o := base
		o.view, o.out, o.json = view, filepath.Join(dir, view+".svg"), true
		if err := plot(ctx, twin, o); err != nil {
			t.Errorf("%s: %v", view, err)
		}
	}
	for want, change := range map[string]func(*plotOptions){
		"no derivation":    func(o *plotOptions) { o.signals = []string{"hall/P1/speed:curl"} },
		"window":           func(o *plotOptions) { o.signals = []string{"hall/P1/speed:RMS:soon"} },
		"matches none":     func(o *plotOptions) { o.signals = []string{"hall/P9/*"} },
		"--expr":           func(o *plotOptions) { o.expressions = []string{"P1.speed + P1.pressure"} },
		"tells no format":  func(o *plotOptions) { o.out = "a.gif" },
		"--view":           func(o *plotOptions) { o.view = "pie" },
		"--compare":        func(o *plotOptions) { o.compare = []string{"yesterday"} },
		"--size":           func(o *plotOptions) { o.size = "large" },
		"what is to be pl": func(o *plotOptions) { o.signals, o.expressions = nil, nil },
	} {
		o := base
		o.out = filepath.Join(dir, "bad.png")
		change(&o)
		if err := plot(ctx, twin, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "bad.png")); err == nil {
		t.Error("a plot that failed left a file")
	}
}
