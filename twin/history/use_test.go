package history

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

func sample(sig int, at time.Time, v float64) twin.Sample {
	return twin.Sample{Signal: twin.SignalID(sig), Quality: twin.Good, Time: at.UnixNano(), Value: v}
}

func mustAppend(t *testing.T, s *Store, batch ...twin.Sample) {
	t.Helper()
	if err := s.Append(batch); err != nil {
		t.Fatal(err)
	}
}

func latest(t *testing.T, s *Store, at time.Time) *twin.Snapshot {
	t.Helper()
	var snap twin.Snapshot
	if err := s.LatestAt(context.Background(), at, &snap); err != nil {
		t.Fatal(err)
	}
	return &snap
}

// fill imports all signals from..to with a step.
func fill(t testing.TB, s *Store, from, to time.Time, step time.Duration) Imported {
	t.Helper()
	got, err := s.Import(context.Background(), ticks(s.tree, from, to, step))
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func settle(t testing.TB, s *Store) {
	t.Helper()
	for end := time.Now().Add(time.Minute); s.Stats().Compacting; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("compaction does not end")
		}
	}
}

func TestQualities(t *testing.T) {
	s := open(t, farm(t, 1), Options{}) // signal 0: time-out 30 s, range ±1e6; 1: neither; 4: range
	at := epoch.Add(time.Hour)
	mustAppend(t, s, sample(0, at, 5), sample(1, at, 6), sample(4, at, 2e6),
		twin.Sample{Signal: 2, Quality: twin.Offline, Time: at.UnixNano()},
		twin.Sample{Signal: 3, Quality: twin.SensorFault, Time: at.UnixNano(), Value: 7},
		sample(5, at, math.NaN()), sample(6, at, math.Inf(1)))
	for _, reopened := range []bool{false, true} {
		for after, want := range map[time.Duration][]twin.Quality{
			-time.Millisecond: {twin.NoData, twin.NoData, twin.NoData, twin.NoData, twin.NoData, twin.NoData, twin.NoData, twin.NoData},
			0:                 {twin.Good, twin.Good, twin.Offline, twin.SensorFault, twin.OutOfRange, twin.SensorFault, twin.SensorFault, twin.NoData},
			31 * time.Second:  {twin.Stale, twin.Good, twin.Offline, twin.SensorFault, twin.OutOfRange, twin.SensorFault, twin.SensorFault, twin.NoData},
			time.Hour:         {twin.Stale, twin.Stale, twin.Offline, twin.SensorFault, twin.OutOfRange, twin.SensorFault, twin.SensorFault, twin.NoData},
		} {
			snap := latest(t, s, at.Add(after))
			for id, q := range want {
				if got := snap.Values[id]; got.Quality != q || q.Class() == twin.BadClass && q != twin.NoData && got.Value == got.Value {
					t.Errorf("reopened %v: signal %d after %v: %+v, want %v", reopened, id, after, got, q)
				}
			}
			if snap.Origin != twin.Recorded || snap.Time != at.Add(after).UnixNano() || snap.Generation == 0 {
				t.Errorf("snapshot %+v", snap)
			}
		}
		if !reopened {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, farm(t, 1), Options{Dir: s.opts.Dir})
		}
	}
	cols, err := s.Columns(context.Background(), 2, at.Add(-time.Minute), at.Add(time.Minute), 2, nil)
	if err != nil || cols[1].Bad != 1 || cols[1].Count != 0 || cols[1].Min == cols[1].Min {
		t.Errorf("columns of the one that is offline: %+v, %v", cols, err)
	}
}

func TestWhatIsNotStored(t *testing.T) {
	s := open(t, farm(t, 1), Options{Clock: func() time.Time { return epoch.Add(3 * time.Hour) }})
	at := epoch.Add(2 * time.Hour)
	mustAppend(t, s, sample(0, at, 1))
	mustAppend(t, s,
		sample(0, at, 1), sample(0, at.Add(300*time.Microsecond), 2), // the same millisecond
		sample(0, at.Add(-61*time.Minute), 3), sample(7, at.Add(-61*time.Minute), 3), // too old
		sample(99, at, 4), sample(-1, at, 4), sample(1, epoch.Add(5*time.Hour), 4), // no such signals, years ahead
		twin.Sample{Signal: 1, Quality: twin.Predicted, Time: at.UnixNano()}, twin.Sample{Signal: 1, Time: at.UnixNano()},
		sample(0, at.Add(-time.Minute), 5)) // late
	mustAppend(t, s, sample(0, at.Add(-time.Minute), 6)) // the late one again
	st := s.Stats()
	if st.Samples != 2 || st.Duplicates != 3 || st.TooOld != 2 || st.Invalid != 5 || st.Late != 1 || st.Refused != 0 || st.Series != 1 {
		t.Errorf("%+v", st)
	}
	points, err := s.Range(context.Background(), 0, epoch, at.Add(time.Second), nil)
	if err != nil || len(points) != 2 || points[0].Value != 5 || points[1].Value != 1 {
		t.Errorf("%v %v", points, err)
	}
	if first, last, ok := s.Extent(); !ok || !first.Equal(at.Add(-time.Minute)) || !last.Equal(at) {
		t.Errorf("extent %v %v %v", first, last, ok)
	}
}

func TestDiskFullIsSaidAndEnds(t *testing.T) {
	var free atomic.Int64
	free.Store(1 << 30)
	s := open(t, farm(t, 1), Options{Reserve: 100 << 20, Free: func(string) (uint64, error) { return uint64(free.Load()), nil }})
	mustAppend(t, s, sample(0, epoch, 1))
	free.Store(99 << 20)
	for i := range 3 {
		if err := s.Append([]twin.Sample{sample(0, epoch.Add(time.Duration(i+1)*time.Second), 2)}); !errors.Is(err, ErrDiskFull) {
			t.Fatalf("append on a full disk: %v", err)
		}
	}
	if _, err := s.Import(context.Background(), ticks(s.tree, epoch.Add(time.Minute), epoch.Add(2*time.Minute), time.Second)); !errors.Is(err, ErrDiskFull) {
		t.Errorf("import on a full disk: %v", err)
	}
	if st := s.Stats(); !st.DiskFull || st.Refused != 3+60*12 || st.FreeBytes != 99<<20 || st.Samples != 1 {
		t.Errorf("%+v", st)
	}
	if snap := latest(t, s, epoch.Add(time.Minute)); snap.Values[0].Time != epoch.UnixNano() {
		t.Error("what was refused is shown")
	}
	free.Store(101 << 20)
	if err := s.Append([]twin.Sample{sample(0, epoch.Add(time.Hour), 3)}); !errors.Is(err, ErrDiskFull) {
		t.Errorf("room by a hair: %v", err)
	}
	free.Store(200 << 20)
	mustAppend(t, s, sample(0, epoch.Add(time.Hour), 3))
	if st := s.Stats(); st.DiskFull || st.Samples != 2 {
		t.Errorf("%+v", st)
	}
}

func TestFreeBytesOfThisDisk(t *testing.T) {
	if n, err := freeBytes(t.TempDir()); err != nil || n == 0 {
		t.Errorf("%d bytes, %v", n, err)
	}
}

func TestCacheKeepsItsBound(t *testing.T) {
	const limit = 300 << 10
	s := open(t, farm(t, 2), Options{CacheBytes: limit, Window: 6 * time.Hour})
	fill(t, s, epoch, epoch.Add(day), 5*time.Second)
	settle(t, s)
	for i := range 300 {
		latest(t, s, epoch.Add(time.Duration(rand.Int64N(int64(day)))))
		if n := s.Stats().CacheBytes; n > limit {
			t.Fatalf("%d bytes after %d reads, the bound is %d", n, i, limit)
		}
	}
	for i := range 2000 { // now one block alone is larger than the bound
		batch := make([]twin.Sample, 0, 24*20)
		for j := range 20 {
			for id := range 24 {
				batch = append(batch, sample(id, epoch.Add(day+time.Duration(i*20+j)*10*time.Millisecond), float64(i)))
			}
		}
		mustAppend(t, s, batch...)
		if n := s.Stats().CacheBytes; n > limit {
			t.Fatalf("%d bytes after %d appends, the bound is %d", n, i, limit)
		}
	}
	at := epoch.Add(day + 150*time.Second)
	if got := latest(t, s, at).Values[3]; got.Time != at.UnixNano() || got.Value != 750 {
		t.Errorf("%+v", got)
	}
	held := int64(0)
	for _, b := range s.win.blocks {
		held += b.bytes
		if real := int64(len(b.cols)) * columnBytes; b.bytes < real {
			t.Errorf("block counts %d bytes, its columns alone have %d", b.bytes, real)
		}
	}
	if held != s.win.bytes {
		t.Errorf("the blocks have %d bytes, the window counts %d", held, s.win.bytes)
	}
}

func TestPrefetchDecodesAhead(t *testing.T) {
	s := open(t, farm(t, 1), Options{Window: time.Hour})
	fill(t, s, epoch, epoch.Add(day), 10*time.Second)
	at := epoch.Add(12*time.Hour + 5*time.Minute)
	wait := func(from, to time.Duration) {
		t.Helper()
		for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
			missing := 0
			for d := from; d <= to; d += 10 * time.Minute {
				if !s.win.has(s.win.indexOf(at.Add(d).UnixMilli())) {
					missing++
				}
			}
			if missing == 0 {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%d blocks from %v to %v were not decoded", missing, from, to)
			}
		}
	}
	s.Prefetch(at, 1)
	wait(0, time.Hour)
	if s.win.has(s.win.indexOf(at.Add(-20 * time.Minute).UnixMilli())) {
		t.Error("decoded behind")
	}
	latest(t, s, at)
	latest(t, s, at.Add(-10*time.Minute)) // moves back: so does the prefetch
	wait(-time.Hour, 0)
}

func TestRetentionByTime(t *testing.T) {
	s := open(t, farm(t, 1), Options{Retention: 12 * time.Hour})
	fill(t, s, epoch, epoch.Add(2*day), time.Minute)
	settle(t, s)
	first, last, ok := s.Extent()
	if kept := last.Sub(first); !ok || kept < 11*time.Hour || kept > 18*time.Hour {
		t.Errorf("kept %v of 12 hours", kept)
	}
	if d, err := s.Density(context.Background(), epoch, epoch.Add(2*day), 4); err != nil || d[1] != 0 || d[3] < 0.9 {
		t.Errorf("density %v, %v", d, err)
	}
	if got := latest(t, s, first.Add(-time.Hour)).Values[0]; got.Quality != twin.NoData {
		t.Errorf("before the first: %+v", got)
	}
}

func TestRetentionBySize(t *testing.T) {
	s := open(t, farm(t, 1), Options{MaxBytes: 400 << 10})
	fill(t, s, epoch, epoch.Add(2*day), 10*time.Second)
	settle(t, s)
	first, last, ok := s.Extent()
	if kept := last.Sub(first); !ok || kept > 40*time.Hour || kept < 4*time.Hour {
		t.Errorf("kept %v", kept)
	}
}

func TestDensityShowsGaps(t *testing.T) {
	tree := farm(t, 2)
	s := open(t, tree, Options{})
	fill(t, s, epoch, epoch.Add(2*time.Hour), 10*time.Second)
	half := func(yield func([]twin.Sample, error) bool) { // one of the two turbines
		for batch := range ticks(tree, epoch.Add(4*time.Hour), epoch.Add(6*time.Hour), 10*time.Second) {
			if !yield(batch[:12], nil) {
				return
			}
		}
	}
	if _, err := s.Import(context.Background(), half); err != nil {
		t.Fatal(err)
	}
	check := func() {
		t.Helper()
		d, err := s.Density(context.Background(), epoch.Add(-2*time.Hour), epoch.Add(8*time.Hour), 5)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []float32{0, 1, 0, 0.5, 0} {
			if math.Abs(float64(d[i]-want)) > 0.01 {
				t.Errorf("density %v", d)
				break
			}
		}
		if d, err := s.Density(context.Background(), epoch.Add(time.Hour), epoch.Add(time.Hour+10*time.Second), 100); err != nil || d[0] != 1 || d[99] != 1 {
			t.Errorf("columns shorter than a minute: %v %v", d, err)
		}
	}
	check()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, tree, Options{Dir: s.opts.Dir})
	check()
	if first, last, ok := s.Extent(); !ok || !first.Equal(epoch) || !last.Equal(epoch.Add(6*time.Hour-10*time.Second)) {
		t.Errorf("extent after opening again: %v %v %v", first, last, ok)
	}
}

func TestImportBehindNewerData(t *testing.T) {
	s := open(t, farm(t, 1), Options{})
	fill(t, s, epoch.Add(day), epoch.Add(day+time.Hour), 10*time.Second)
	got := fill(t, s, epoch, epoch.Add(day+2*time.Hour), 10*time.Second)
	const ticksADay, ticksAnHour = 8640, 360
	if got.TooOld != 0 || got.Late != 12*ticksADay || got.Duplicates != 12*ticksAnHour || got.Samples != 12*(ticksADay+ticksAnHour) {
		t.Errorf("%+v", got)
	}
}

func TestImportEndsEarly(t *testing.T) {
	s := open(t, farm(t, 1), Options{})
	broken := errors.New("line 7")
	got, err := s.Import(context.Background(), func(yield func([]twin.Sample, error) bool) {
		_ = yield([]twin.Sample{sample(0, epoch, 1)}, nil) && yield(nil, broken)
	})
	if !errors.Is(err, broken) || got.Samples != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	got, err = s.Import(ctx, func(yield func([]twin.Sample, error) bool) {
		for batch := range ticks(s.tree, epoch, epoch.Add(week), 10*time.Second) {
			if n++; n == 10_000 {
				cancel()
			}
			if !yield(batch, nil) {
				return
			}
		}
	})
	if !errors.Is(err, context.Canceled) || got.Samples == 0 || got.Samples > 120_000 {
		t.Errorf("%+v, %v", got, err)
	}
	if n := s.Stats().Samples; n != got.Samples {
		t.Errorf("%d stored, %d reported", n, got.Samples)
	}
	settle(t, s)
}

func TestEverythingAtOnce(t *testing.T) {
	tree := farm(t, 2)
	s := open(t, tree, Options{CacheBytes: 1 << 20})
	fill(t, s, epoch, epoch.Add(day), 30*time.Second)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	ctx := context.Background()
	for i := range 3 {
		wg.Go(func() {
			var snap twin.Snapshot
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				at := epoch.Add(time.Duration(rand.Int64N(int64(day + time.Hour))))
				var err error
				switch (n + i) % 5 {
				case 0, 1:
					err = s.LatestAt(ctx, at, &snap)
				case 2:
					_, err = s.Columns(ctx, 3, epoch, at, 100, nil)
				case 3:
					_, err = s.Density(ctx, epoch, at, 100)
				case 4:
					s.Prefetch(at, n%3-1)
					s.Stats()
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	from := epoch.Add(day)
	for n := range 2000 {
		at := from.Add(time.Duration(n) * 10 * time.Second)
		batch := make([]twin.Sample, 0, 24)
		for id := range 24 {
			batch = append(batch, sample(id, at.Add(-time.Duration(rand.Int64N(int64(20*time.Minute)*int64(id%2)+1))), float64(n)))
		}
		mustAppend(t, s, batch...)
		if n%500 == 499 {
			if err := s.db.Compact(ctx); err != nil {
				t.Error(err)
			}
		}
		if got := latest(t, s, at).Values[0]; got.Value != float64(n) || got.Time != at.UnixNano() {
			t.Fatalf("what was appended is not read: %+v at tick %d", got, n)
		}
	}
	close(stop)
	wg.Wait()
	if st := s.Stats(); st.Error != "" || st.Refused > 0 {
		t.Errorf("%+v", st)
	}
}

func TestClosedStore(t *testing.T) {
	s := open(t, farm(t, 1), Options{})
	mustAppend(t, s, sample(0, epoch, 1))
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	var snap twin.Snapshot
	_, rangeErr := s.Range(ctx, 0, epoch, epoch.Add(time.Hour), nil)
	_, columnsErr := s.Columns(ctx, 0, epoch, epoch.Add(time.Hour), 3, nil)
	_, densityErr := s.Density(ctx, epoch, epoch.Add(time.Hour), 3)
	_, importErr := s.Import(ctx, ticks(s.tree, epoch, epoch.Add(time.Hour), time.Second))
	for name, err := range map[string]error{"append": s.Append(nil), "latest": s.LatestAt(ctx, epoch, &snap), "range": rangeErr,
		"columns": columnsErr, "density": densityErr, "import": importErr} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s.Prefetch(epoch, 1)
	if _, _, ok := s.Extent(); ok {
		t.Error("a closed store has an extent")
	}
}

func TestEmptyAndOddRequests(t *testing.T) {
	s := open(t, farm(t, 1), Options{})
	ctx := context.Background()
	if got := latest(t, s, epoch).Values[0]; got != (twin.Value{}) {
		t.Errorf("an empty store has %+v", got)
	}
	if _, _, ok := s.Extent(); ok {
		t.Error("an empty store has an extent")
	}
	mustAppend(t, s, sample(0, epoch, 1))
	for _, at := range []time.Time{epoch.Add(-100 * 365 * day), epoch.Add(100 * 365 * day)} {
		latest(t, s, at)
	}
	if cols, err := s.Columns(ctx, 0, epoch.Add(time.Hour), epoch, 5, nil); err != nil || len(cols) != 0 {
		t.Errorf("backward span: %v %v", cols, err)
	}
	if _, err := s.Range(ctx, 99, epoch, epoch.Add(time.Hour), nil); err == nil {
		t.Error("a signal that is not there has a range")
	}
	if got, err := s.Columns(ctx, 0, epoch.Add(-time.Hour), epoch.Add(time.Millisecond), 1, nil); err != nil || got[0].Count != 1 {
		t.Errorf("the last millisecond: %v %v", got, err)
	}
	gone, cancel := context.WithCancel(ctx)
	cancel()
	var snap twin.Snapshot
	if err := s.LatestAt(gone, epoch, &snap); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if _, err := Open(ctx, s.tree, Options{}); err == nil {
		t.Error("opened without a directory")
	}
}

func TestATreeThatChanges(t *testing.T) {
	dir := t.TempDir()
	s := open(t, farm(t, 2), Options{Dir: dir})
	fill(t, s, epoch, epoch.Add(time.Hour), 10*time.Second)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	small, err := twin.NewTree([]twin.Asset{{Path: "farm/T02", Parent: twin.NoAsset}},
		[]twin.Signal{{Path: "farm/T02/new"}, {Path: "farm/T02/s3"}})
	if err != nil {
		t.Fatal(err)
	}
	s = open(t, small, Options{Dir: dir})
	at := epoch.Add(30 * time.Minute)
	got := latest(t, s, at).Values
	if len(got) != 2 || got[0].Quality != twin.NoData || got[1].Value != wave(15, at.UnixMilli()) {
		t.Errorf("%+v", got)
	}
}

// A log that was cut or damaged at its end must not keep the store from opening, and costs no more than that end.
func TestDamagedLogTail(t *testing.T) {
	for name, damage := range map[string]func(f *os.File, size int64) error{
		"cut":     func(f *os.File, size int64) error { return f.Truncate(size - 100) },
		"garbage": func(f *os.File, size int64) error { _, err := f.WriteAt([]byte("garbage"), size-300); return err },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			s := open(t, farm(t, 1), Options{Dir: dir})
			for n := range 600 {
				mustAppend(t, s, sample(0, epoch.Add(time.Duration(n)*time.Second), float64(n)), sample(1, epoch.Add(time.Duration(n)*time.Second-time.Hour/2), 1))
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			for _, log := range []string{"wal", "wbl"} {
				files, err := filepath.Glob(filepath.Join(dir, log, "0*"))
				if err != nil || len(files) == 0 {
					t.Fatal(files, err)
				}
				f, err := os.OpenFile(files[len(files)-1], os.O_RDWR, 0)
				if err != nil {
					t.Fatal(err)
				}
				info, err := f.Stat()
				if err != nil {
					t.Fatal(err)
				}
				if err := errors.Join(damage(f, info.Size()), f.Close()); err != nil {
					t.Fatal(err)
				}
			}
			s = open(t, farm(t, 1), Options{Dir: dir})
			points, err := s.Range(context.Background(), 0, epoch, epoch.Add(time.Hour), nil)
			if err != nil || len(points) < 550 {
				t.Errorf("%d of 600 samples are left, %v", len(points), err)
			}
			mustAppend(t, s, sample(0, epoch.Add(time.Hour), 1))
		})
	}
}

func ExampleStore_Columns() {
	tree, err := twin.NewTree([]twin.Asset{{Path: "pump", Parent: twin.NoAsset}}, []twin.Signal{{Path: "pump/level"}})
	if err != nil {
		panic(err)
	}
	dir, err := os.MkdirTemp("", "history")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir) //nolint:errcheck // a temporary folder
	ctx := context.Background()
	s, err := Open(ctx, tree, Options{Dir: dir})
	if err != nil {
		panic(err)
	}
	defer s.Close() //nolint:errcheck // an example
	begin := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	for i := range 10 {
		t := begin.Add(time.Duration(i) * time.Second)
		if err := s.Append([]twin.Sample{{Signal: 0, Quality: twin.Good, Time: t.UnixNano(), Value: float64(i)}}); err != nil {
			panic(err)
		}
	}
	columns, err := s.Columns(ctx, 0, begin, begin.Add(10*time.Second), 2, nil)
	if err != nil {
		panic(err)
	}
	for _, c := range columns {
		fmt.Println(c.Count, c.Min, c.Max, c.Mean)
	}
	// Output:
	// 5 0 4 2
	// 5 5 9 7
}
