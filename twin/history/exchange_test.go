package history

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// What is written as blocks for others comes back as it was, qualities too.
func TestBlocksRoundTrip(t *testing.T) {
	tree := farm(t, 2)
	dir := filepath.Join(t.TempDir(), "blocks")
	w, err := NewBlockWriter(context.Background(), dir, tree, map[string]string{"twin": "test"})
	if err != nil {
		t.Fatal(err)
	}
	var want []twin.Sample
	for sec := 0; sec < 5*3600; sec += 7 { // three blocks
		var batch []twin.Sample
		for id := range tree.Signals() {
			x := sample(id, epoch.Add(time.Duration(sec)*time.Second), float64(sec)/8+float64(id))
			switch {
			case sec%700 == 0 && id == 3:
				x.Quality, x.Value = twin.Offline, 0
			case sec%1400 == 7 && id == 4:
				x.Quality, x.Value = twin.SensorFault, 0
			}
			batch = append(batch, x)
		}
		want = append(want, batch...)
		if err := w.Write(batch); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if !IsBlocks(dir) {
		t.Fatal("no blocks were written")
	}
	got := map[[2]int64]twin.Sample{}
	var last int64
	for batch, err := range ReadBlocks(context.Background(), dir, OwnSeries(tree), func(series string) { t.Errorf("%s is not known", series) }) {
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range batch {
			if x.Time < last {
				t.Fatal("samples are not in the order of time")
			}
			last = x.Time
			got[[2]int64{int64(x.Signal), x.Time}] = x
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d samples came back, %d were written", len(got), len(want))
	}
	for _, x := range want {
		if g := got[[2]int64{int64(x.Signal), x.Time}]; g != x {
			t.Fatalf("%+v came back as %+v", x, g)
		}
	}
	if _, err := NewBlockWriter(context.Background(), dir, tree, nil); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("a folder with blocks: %v", err)
	}
}

func TestForeignBlocks(t *testing.T) {
	tree := farm(t, 1)
	s := open(t, tree, Options{})
	if _, err := s.Import(context.Background(), ticks(tree, epoch, epoch.Add(time.Hour), time.Second)); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "backup")
	if _, err := s.Backup(context.Background(), backup); err != nil {
		t.Fatal(err)
	}
	kilo := twin.Unit{Symbol: "kW", Dimension: "power", Scale: 1000}
	only := func(text string, ls map[string]string) (twin.SignalID, twin.Unit, bool) {
		return 5, kilo, ls["path"] == "farm/T01/s5"
	}
	unknown, samples := map[string]int{}, 0
	for batch, err := range ReadBlocks(context.Background(), backup, only, func(series string) { unknown[series]++ }) {
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range batch {
			if x.Signal != 5 {
				t.Fatalf("signal %d", x.Signal)
			}
			samples++
		}
	}
	if samples != 3600 || len(unknown) != 11 {
		t.Errorf("%d samples, %d series left out; want 3600 and 11", samples, len(unknown))
	}
	for _, bad := range []struct{ name, meta, want string }{
		{"none", "", "holds no blocks"},
		{"torn", `{"ulid":"01`, "block torn"},
	} {
		dir := filepath.Join(t.TempDir(), bad.name)
		if err := os.MkdirAll(filepath.Join(dir, bad.name), 0o755); err != nil {
			t.Fatal(err)
		}
		if bad.meta != "" {
			if err := os.WriteFile(filepath.Join(dir, bad.name, "meta.json"), []byte(bad.meta), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var failed error
		for _, err := range ReadBlocks(context.Background(), dir, OwnSeries(tree), nil) {
			failed = err
		}
		if failed == nil || !strings.Contains(failed.Error(), bad.want) {
			t.Errorf("%s: %v, want %q", bad.name, failed, bad.want)
		}
	}
}
