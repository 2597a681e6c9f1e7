package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const pumpTwin = `orrery: 1
name: Pump hall
kinds:
  pump:
    signals:
      speed: {unit: rpm}
      pressure: {unit: bar}
assets:
  hall: {label: Pump hall}
  hall/P1: {kind: pump}
`

// Samples go in as one format and come out as all, and go into an empty history again.
func TestImportAndExport(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	file("a/twin.yaml", pumpTwin)
	log := file("log.csv", "time;speed;pressure [kPa]\n2026-11-20 14:30:00;1500,5;\n2026-11-20 14:30:01;1501;350\nsoon;1;1\n2026-11-20 14:30:02;;351\n")
	ctx := context.Background()
	a := filepath.Join(dir, "a")
	if err := importFiles(ctx, a, []string{log}, importOptions{prefix: "hall/P1/", json: true}); err != nil {
		t.Fatal(err)
	}
	if err := importFiles(ctx, a, []string{log}, importOptions{maps: []string{"speed=hall/P9/speed"}}); err == nil || !strings.Contains(err.Error(), "hall/P9/speed") {
		t.Errorf("a signal that is not there: %v", err)
	}
	var first string
	for _, name := range []string{"out.csv", "out.parquet", "out.mcap", "blocks"} {
		out, format := filepath.Join(dir, name), ""
		if name == blocksFormat {
			format = name
		}
		if err := export(ctx, a, exportOptions{out: out, format: format, past: past{json: true}}); err != nil {
			t.Fatal(err)
		}
		b := filepath.Dir(file(name+".twin/twin.yaml", pumpTwin))
		if err := importFiles(ctx, b, []string{out}, importOptions{json: true}); err != nil {
			t.Fatal(err)
		}
		again := filepath.Join(dir, name+".csv")
		if err := export(ctx, b, exportOptions{out: again, past: past{json: true}}); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(again)
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(data)
			if want := "time,hall/P1/speed [rpm],hall/P1/pressure [bar]\n2026-11-20T14:30:00Z,1500.5,\n2026-11-20T14:30:01Z,1501,3.5\n2026-11-20T14:30:02Z,,3.51\n"; first != want {
				t.Errorf("exported:\n%swant:\n%s", first, want)
			}
		} else if string(data) != first {
			t.Errorf("by way of %s:\n%s", name, data)
		}
	}
	if err := export(ctx, a, exportOptions{out: filepath.Join(dir, "x.xlsx")}); err == nil {
		t.Error("a spreadsheet was written")
	}
	if err := export(ctx, a, exportOptions{out: filepath.Join(dir, "x.csv"), signals: []string{"nothing/*"}}); err == nil {
		t.Error("no signal was written")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
