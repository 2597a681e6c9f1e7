package history

import (
	"bytes"
	"context"
	"iter"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// built waits until all blocks have their pyramids.
func built(t testing.TB, s *Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.WaitForPyramids(ctx); err != nil {
		t.Fatal("pyramids are not built: ", err)
	}
	if text := s.Stats().Error; text != "" {
		t.Fatal(text)
	}
}

// plainly sums up by samples alone.
func plainly(t *testing.T, s *Store, sig twin.SignalID, from, to time.Time, n int) []Column {
	t.Helper()
	c := &summing{start: from.UnixMilli(), span: to.Sub(from).Milliseconds(), cols: make([]sums, n), next: math.MinInt64}
	if err := s.eachMs(context.Background(), sig, from.UnixMilli(), to.UnixMilli(), c.sample); err != nil {
		t.Fatal(err)
	}
	var out []Column
	for i := range c.cols {
		out = append(out, c.cols[i].column())
	}
	return out
}

func sameColumns(t *testing.T, what string, got, want []Column) {
	t.Helper()
	for i, w := range want {
		g := got[i]
		if g.Count != w.Count || g.Bad != w.Bad || w.Count > 0 && (g.Min != w.Min || g.Max != w.Max || g.First != w.First || g.Last != w.Last || math.Abs(g.Mean-w.Mean) > 1e-9*math.Abs(w.Mean)) {
			t.Fatalf("%s: column %d of %d is %+v, want %+v", what, i, len(want), g, w)
		}
	}
}

// without leaves a signal out.
func without(id twin.SignalID, all iter.Seq2[[]twin.Sample, error]) iter.Seq2[[]twin.Sample, error] {
	return func(yield func([]twin.Sample, error) bool) {
		for batch, err := range all {
			if !yield(slices.DeleteFunc(slices.Clone(batch), func(x twin.Sample) bool { return x.Signal == id }), err) {
				return
			}
		}
	}
}

// total sums up columns.
func total(cols []Column) (out Column) {
	out.Min, out.Max = math.Inf(1), math.Inf(-1)
	for _, c := range cols {
		out.Bad += c.Bad
		if c.Count > 0 {
			out.Min, out.Max, out.Mean, out.Count = min(out.Min, c.Min), max(out.Max, c.Max), out.Mean+c.Mean*float64(c.Count), out.Count+c.Count
		}
	}
	return out
}

// What is drawn by pyramids is what the samples say: the past in blocks, late samples in the log, and what is live.
func TestPyramidsAgreeWithSamples(t *testing.T) {
	ctx := context.Background()
	s := open(t, farm(t, 1), Options{})
	for _, part := range []iter.Seq2[[]twin.Sample, error]{ticks(s.tree, epoch, epoch.Add(6*day), 20*time.Second), ticks(s.tree, epoch.Add(6*day), epoch.Add(6*day+5*time.Hour), time.Second)} {
		if _, err := s.Import(ctx, without(11, part)); err != nil {
			t.Fatal(err)
		}
	}
	built(t, s)
	for n := range 40 {
		at := epoch.Add(6*day + 5*time.Hour + time.Duration(n)*10*time.Second)
		mustAppend(t, s, sample(0, at, float64(n)), twin.Sample{Signal: 1, Quality: twin.Offline, Time: at.UnixNano()})
	}
	var seldom []twin.Sample // of a signal that most blocks have not
	for n := range 3 {
		seldom = append(seldom, sample(11, epoch.Add(time.Duration(n)*day), float64(n)))
	}
	var late []twin.Sample
	for n := range 100 { // into what has a pyramid already
		late = append(late, sample(0, epoch.Add(3*day+time.Duration(n)*time.Minute+time.Second), 1000+float64(n)))
	}
	for _, round := range []string{"blocks and log", "with a late import", "opened again"} {
		switch round {
		case "with a late import":
			if got, err := s.Import(ctx, batchesOf(append(late, seldom...))); err != nil || got.Samples != 103 {
				t.Fatal(got, err)
			}
		case "opened again":
			s = reopen(t, s)
			built(t, s)
		}
		for _, hours := range []int{1, 2, 6, 24} {
			from := epoch.Add(time.Duration(hours) * time.Hour)
			n := 6 * 24 / hours
			for _, sig := range []twin.SignalID{0, 1, 2, 11} {
				got, err := s.Columns(ctx, sig, from, from.Add(time.Duration(n*hours)*time.Hour), n, nil)
				if err != nil {
					t.Fatal(err)
				}
				sameColumns(t, round, got, plainly(t, s, sig, from, from.Add(time.Duration(n*hours)*time.Hour), n))
			}
		}
		rng := rand.New(rand.NewPCG(3, 4))
		for range 30 { // borders on no cell: nothing is lost, nothing counted twice
			from := epoch.Add(time.Duration(rng.Int64N(int64(3 * day)))).Truncate(time.Millisecond)
			to := from.Add(time.Duration(rng.Int64N(int64(4*day))) + day).Truncate(time.Millisecond)
			n := 1 + rng.IntN(100)
			got, err := s.Columns(ctx, 0, from, to, n, nil)
			if err != nil {
				t.Fatal(err)
			}
			g, w := total(got), total(plainly(t, s, 0, from, to, n))
			if g.Count != w.Count || g.Min != w.Min || g.Max != w.Max || math.Abs(g.Mean-w.Mean) > 1e-6*math.Abs(w.Mean) {
				t.Fatalf("%s, %v to %v in %d: %+v, want %+v", round, from, to, n, g, w)
			}
		}
	}
	g := newGrid(0, 10, 3)
	if g.set(0, 9, true); g.gaps(0, 10)[0] != (stretch{9, 10}) {
		t.Error(g.gaps(0, 10))
	}
}

// A damaged pyramid is made again, and the samples are read meanwhile.
func TestDamagedPyramid(t *testing.T) {
	s := open(t, farm(t, 1), Options{})
	fill(t, s, epoch, epoch.Add(2*day), 20*time.Second)
	built(t, s)
	names, err := filepath.Glob(filepath.Join(s.opts.Dir, "*", pyramidName))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	want := plainly(t, s, 0, epoch, epoch.Add(2*day), 12)
	for _, share := range []float64{0, 0.01, 0.6} {
		for _, name := range names {
			spoil(t, name, share)
		}
		got, err := s.Columns(context.Background(), 0, epoch, epoch.Add(2*day), 12, nil)
		if err != nil {
			t.Fatal(err)
		}
		sameColumns(t, "damaged", got, want)
	}
}

func FuzzPyramid(f *testing.F) {
	s := open(f, farm(f, 1), Options{})
	fill(f, s, epoch, epoch.Add(20*time.Hour), time.Minute)
	built(f, s)
	names, err := filepath.Glob(filepath.Join(s.opts.Dir, "*", pyramidName))
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := openPyramid(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		for _, path := range []string{"farm/T01/s0", "farm/T01/s7", ""} {
			if sec, err := p.find(path); err == nil {
				if _, err := p.read(path, sec, nil, func(*bucket) {}); err == nil && len(data) < int(sec.buckets)*bucketBytes {
					t.Fatal("more buckets than bytes")
				}
			}
		}
	})
}

// BenchmarkColumnsHundredMillion draws 100 million samples of one signal in 1,800 columns.
func BenchmarkColumnsHundredMillion(b *testing.B) {
	s := hundredMillion(b)
	var cols []Column
	first, last, _ := s.Extent()
	for b.Loop() {
		var err error
		if cols, err = s.Columns(context.Background(), 0, first, last.Add(time.Millisecond), 1800, cols[:0]); err != nil {
			b.Fatal(err)
		}
	}
	if n := total(cols).Count; n != 100_000_000 {
		b.Fatalf("%d samples", n)
	}
	b.ReportMetric(float64(s.Stats().Bytes)/1e8, "B/sample")
}

// hundredMillion records a signal at 100 Hz.
func hundredMillion(b *testing.B) *Store {
	tree, err := twin.NewTree([]twin.Asset{{Path: "a", Parent: twin.NoAsset}}, []twin.Signal{{Path: "a/s"}})
	if err != nil {
		b.Fatal(err)
	}
	s := open(b, tree, Options{})
	_, err = s.Import(context.Background(), func(yield func([]twin.Sample, error) bool) {
		batch := make([]twin.Sample, 20_000)
		for n := 0; n < 100_000_000; n += len(batch) {
			for i := range batch {
				at := epoch.Add(time.Duration(n+i) * 10 * time.Millisecond)
				batch[i] = twin.Sample{Quality: twin.Good, Time: at.UnixNano(), Value: math.Round(100*math.Sin(float64(n+i)/700)) / 4}
			}
			if !yield(batch, nil) {
				return
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	built(b, s)
	return s
}
