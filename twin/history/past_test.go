package history

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// BenchmarkImportPast imports a day at 1 s of twelve signals into a store that has the hours after it.
func BenchmarkImportPast(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		s := open(b, farm(b, 1), Options{Late: 400 * day})
		fill(b, s, epoch.Add(day), epoch.Add(day+6*time.Hour), time.Second)
		settle(b, s)
		b.StartTimer()
		got := fill(b, s, epoch, epoch.Add(day), time.Second)
		b.StopTimer()
		b.ReportMetric(float64(got.Samples)/got.Elapsed.Seconds()/1e3, "ksamples/s")
		b.ReportMetric(rssMB(), "MB-rss")
		settle(b, s)
		b.StartTimer()
	}
}

// batchesOf yields samples in batches.
func batchesOf(all []twin.Sample) iter.Seq2[[]twin.Sample, error] {
	return func(yield func([]twin.Sample, error) bool) {
		for part := range slices.Chunk(all, 777) {
			if !yield(part, nil) {
				return
			}
		}
	}
}

// A plant's days are cut into parts that come in any order, some live, some by import: the store must answer as if they
// had come as they happened.
func TestPastComesInAnyOrder(t *testing.T) {
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	for seed := range rounds {
		t.Run(fmt.Sprint("seed", seed), func(t *testing.T) {
			t.Parallel()
			pastInAnyOrder(t, rand.New(rand.NewPCG(uint64(seed), 7)))
		})
	}
}

func pastInAnyOrder(t *testing.T, rng *rand.Rand) {
	ctx := context.Background()
	tree := farm(t, 1)
	opts := Options{Dir: t.TempDir()}
	s := open(t, tree, opts)
	p, m := newPlant(rng, tree), &model{tree, make([][]twin.Sample, len(tree.Signals()))}
	var parts [][]twin.Sample
	for range 6 {
		var part []twin.Sample
		for range 1000 {
			part = append(part, p.tick(10*time.Second)...)
		}
		if rng.IntN(2) == 0 { // signal by signal, as some files are
			slices.SortStableFunc(part, func(a, b twin.Sample) int { return int(a.Signal - b.Signal) })
		}
		if rng.IntN(2) == 0 { // half of it now, half of it later
			var later []twin.Sample
			part = slices.DeleteFunc(part, func(x twin.Sample) bool {
				if x.Signal%2 == 0 && x.Time%3 == 0 {
					later = append(later, x)
					return true
				}
				return false
			})
			parts = append(parts, later)
		}
		parts = append(parts, part)
	}
	rng.Shuffle(len(parts), func(i, k int) { parts[i], parts[k] = parts[k], parts[i] })
	check := func(what string) {
		t.Helper()
		var snap twin.Snapshot
		for range 40 {
			at := epoch.Add(time.Duration(rng.Int64N(int64(p.now.Sub(epoch) + time.Hour))))
			if err := s.LatestAt(ctx, at, &snap); err != nil {
				t.Fatal(err)
			}
			for id, want := range m.latest(at) {
				if got := snap.Values[id]; !same(got, want) {
					t.Fatalf("%s: signal %d at %v = %+v, want %+v", what, id, at, got, want)
				}
			}
		}
	}
	for i, part := range parts {
		got, err := s.Import(ctx, batchesOf(part))
		if err != nil {
			t.Fatal(err)
		}
		if got.Samples != uint64(len(part)) || got.Duplicates+got.TooOld+got.Invalid > 0 {
			t.Fatalf("part %d of %d samples: %+v", i, len(part), got)
		}
		for _, x := range part {
			m.add(x)
		}
		check(fmt.Sprint("after part ", i))
		if rng.IntN(2) == 0 {
			settle(t, s)
			check(fmt.Sprint("after compaction of part ", i))
		}
		if rng.IntN(2) == 0 {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, tree, opts)
			check(fmt.Sprint("after part ", i, ", opened again"))
		}
	}
	complete(t, s, m)
	again, err := s.Import(ctx, batchesOf(parts[0]))
	if err != nil || again.Samples != 0 || again.Duplicates != uint64(len(parts[0])) {
		t.Errorf("the same again: %+v of %d, %v", again, len(parts[0]), err)
	}
	complete(t, s, m)
	if st := s.Stats(); st.Error != "" {
		t.Error(st.Error)
	}
}

func TestImportLeavesNothingBehindWhenItFails(t *testing.T) {
	s := open(t, farm(t, 1), Options{})
	fill(t, s, epoch.Add(2*day), epoch.Add(2*day+time.Hour), 10*time.Second)
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	_, err := s.Import(ctx, func(yield func([]twin.Sample, error) bool) {
		for batch := range ticks(s.tree, epoch, epoch.Add(2*day), time.Second) {
			if n++; n == 150_000 {
				cancel()
			}
			if !yield(batch, nil) {
				return
			}
		}
	})
	if err == nil {
		t.Fatal("the import ended well")
	}
	if left, err := filepath.Glob(filepath.Join(s.opts.Dir, pastDir)); err != nil || len(left) > 0 {
		t.Error(left, err)
	}
	points, err := s.Range(context.Background(), 0, epoch, epoch.Add(2*day), nil)
	if err != nil || uint64(len(points)*12)+12*360 > s.Stats().Samples+12 || len(points) == 0 {
		t.Errorf("%d samples, %d counted, %v", len(points), s.Stats().Samples, err)
	}
}

func TestWhatIsOlderThanRetentionIsNotImported(t *testing.T) {
	s := open(t, farm(t, 1), Options{Retention: 3 * day})
	fill(t, s, epoch.Add(5*day), epoch.Add(5*day+time.Hour), 10*time.Second)
	got := fill(t, s, epoch.Add(day), epoch.Add(4*day), time.Minute)
	if got.TooOld == 0 || got.Samples == 0 || got.TooOld+got.Samples != 3*1440*12 {
		t.Errorf("%+v", got)
	}
	settle(t, s)
	if s = reopen(t, s); s.Stats().Error != "" {
		t.Error(s.Stats().Error)
	}
}

func reopen(t *testing.T, s *Store) *Store {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return open(t, s.tree, Options{Dir: s.opts.Dir, Retention: s.opts.Retention})
}

func TestImportCleansUpAtOpen(t *testing.T) {
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, pastDir, "head"), 0o777); err != nil {
		t.Fatal(err)
	}
	open(t, farm(t, 1), Options{Dir: dir})
	if _, err := os.Stat(filepath.Join(dir, pastDir)); !os.IsNotExist(err) {
		t.Errorf("what an import left when it was killed is still there: %v", err)
	}
}
