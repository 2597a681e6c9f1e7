package history

import (
	"context"
	"fmt"
	"iter"
	"math"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/orrery-twin/orrery/twin"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		appendUntilKilled(dir)
		return
	}
	if dir := os.Getenv(readOnlyEnv); dir != "" {
		openReadOnly(dir)
		return
	}
	goleak.VerifyTestMain(m)
}

// epoch is an arbitrary moment on a full ten minutes.
var epoch = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// farm makes a tree of turbines with 12 signals each. Every third signal has a time-out of 30 s, every fourth a range.
func farm(tb testing.TB, turbines int) *twin.Tree {
	tb.Helper()
	assets := []twin.Asset{{Path: "farm", Name: "farm", Parent: twin.NoAsset}}
	var signals []twin.Signal
	for i := range turbines {
		path := fmt.Sprintf("farm/T%02d", i+1)
		assets = append(assets, twin.Asset{Path: path, Name: path[5:], Parent: 0})
		for j := range 12 {
			sig := twin.Signal{Asset: twin.AssetID(i + 1), Path: fmt.Sprintf("%s/s%d", path, j)}
			if j%3 == 0 {
				sig.Timeout = 30 * time.Second
			}
			if j%4 == 0 {
				sig.Min, sig.Max = -1e6, 1e6
			}
			signals = append(signals, sig)
		}
	}
	tree, err := twin.NewTree(assets, signals)
	if err != nil {
		tb.Fatal(err)
	}
	return tree
}

// open opens a store that is closed with the test. Its clock stands 30 days after epoch.
func open(tb testing.TB, tree *twin.Tree, opts Options) *Store {
	tb.Helper()
	if opts.Dir == "" {
		opts.Dir = tb.TempDir()
	}
	if opts.Clock == nil {
		opts.Clock = func() time.Time { return epoch.Add(30 * 24 * time.Hour) }
	}
	s, err := Open(context.Background(), tree, opts)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// wave is the value of a signal at a moment: full-precision noise around a slow wave for two of three, steps for one.
func wave(id int, ms int64) float64 {
	if id%3 == 2 {
		return float64(ms / 600_000 % 7)
	}
	h := uint64(ms)*0x9e3779b97f4a7c15 + uint64(id)*0xbf58476d1ce4e5b9
	h ^= h >> 29
	return 300 + 20*math.Sin(float64(ms)/3.6e6+float64(id)) + float64(h%1000)/1e3
}

// ticks yields the samples of all signals from..to with a step, one batch per tick.
func ticks(tree *twin.Tree, from, to time.Time, step time.Duration) iter.Seq2[[]twin.Sample, error] {
	return func(yield func([]twin.Sample, error) bool) {
		batch := make([]twin.Sample, len(tree.Signals()))
		for t := from; t.Before(to); t = t.Add(step) {
			for i := range batch {
				batch[i] = twin.Sample{Signal: twin.SignalID(i), Quality: twin.Good, Time: t.UnixNano(), Value: wave(i, t.UnixMilli())}
			}
			if !yield(batch, nil) {
				return
			}
		}
	}
}

// both yields one sequence after the other.
func both(a, b iter.Seq2[[]twin.Sample, error]) iter.Seq2[[]twin.Sample, error] {
	return func(yield func([]twin.Sample, error) bool) {
		for batch, err := range a {
			if !yield(batch, err) {
				return
			}
		}
		for batch, err := range b {
			if !yield(batch, err) {
				return
			}
		}
	}
}

const (
	week = 7 * 24 * time.Hour
	day  = 24 * time.Hour
)

// importWeek fills a store as a fresh twin is filled: 7 days at 10 s, the last hour at 1 s.
func importWeek(tb testing.TB, s *Store) Imported {
	tb.Helper()
	fine := epoch.Add(week - time.Hour)
	got, err := s.Import(context.Background(), both(ticks(s.tree, epoch, fine, 10*time.Second), ticks(s.tree, fine, epoch.Add(week), time.Second)))
	if err != nil {
		tb.Fatal(err)
	}
	return got
}
