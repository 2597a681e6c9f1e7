package scenario

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func numbered(n int) iter.Seq[Job] {
	return func(yield func(Job) bool) {
		for i := range n {
			if !yield(Job{ID: fmt.Sprintf("%08x", i), Payload: []byte{byte(i)}}) {
				return
			}
		}
	}
}

func double(_ context.Context, j Job) ([]byte, error) {
	switch j.Payload[0] {
	case 13:
		return nil, errors.New("unlucky")
	case 14:
		var m map[string]int
		m["x"] = 1
	}
	return []byte{2 * j.Payload[0]}, nil
}

func collect(t *testing.T, e Executor, jobs iter.Seq[Job]) map[string]Result {
	t.Helper()
	out := map[string]Result{}
	err := e.Run(context.Background(), jobs, func(r Result) {
		if _, twice := out[r.ID]; twice {
			t.Errorf("%s is answered twice", r.ID)
		}
		out[r.ID] = r
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPoolAnswersEachJobOnce(t *testing.T) {
	twice := func(yield func(Job) bool) {
		for range 2 {
			for j := range numbered(100) {
				if !yield(j) {
					return
				}
			}
		}
	}
	got := collect(t, &Pool{Work: double, Workers: 3}, twice)
	if len(got) != 100 || got["00000007"].Payload[0] != 14 {
		t.Fatalf("%d results", len(got))
	}
	if err := got["0000000d"].Err; err == nil || err.Error() != "unlucky" {
		t.Errorf("error %v", err)
	}
	if err := got["0000000e"].Err; err == nil || !strings.Contains(err.Error(), "broke down") || !strings.Contains(err.Error(), "pool_test.go:") {
		t.Errorf("a panic: %v", err)
	}
}

func TestPoolStopsSoon(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	var done atomic.Int64
	p := &Pool{Workers: 2, Work: func(ctx context.Context, j Job) ([]byte, error) {
		if done.Add(1) == 10 {
			cancel()
		}
		return nil, ctx.Err()
	}}
	results := 0
	err := p.Run(ctx, numbered(math.MaxInt), func(Result) { results++ })
	if !errors.Is(err, context.Canceled) || results < 8 || results > 11 {
		t.Errorf("%v after %d results", err, results)
	}
}

func TestCacheIsBoundedAndComesBackFromDisk(t *testing.T) {
	dir := t.TempDir()
	c, err := OpenCache(10*(160+8+100), dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	payload := bytes.Repeat([]byte("x"), 100)
	for i := range 50 {
		c.Put(fmt.Sprintf("%08x", i), payload)
	}
	if c.Len() != 10 {
		t.Errorf("%d in memory", c.Len())
	}
	c.Put("../../etc/passwd", payload) // no hash: kept in memory alone
	again, err := OpenCache(1<<20, dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := again.Get("00000003"); !ok || !bytes.Equal(got, payload) {
		t.Error("what was written is gone")
	}
	name := filepath.Join(dir, "00", "00000004")
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	b[40]++
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, ok := again.Get("00000004"); ok {
		t.Error("a damaged file was believed")
	}
	if _, ok := again.Get("../../etc/passwd"); ok {
		t.Error("an ID left the folder")
	}
	blocked := filepath.Join(dir, "00", "00000003", "x")
	if _, err := OpenCache(1, blocked, 1); err == nil {
		t.Error("a folder below a file")
	}
	small, err := OpenCache(1<<20, dir, 20*132)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range 50 {
		if _, ok := small.Get(fmt.Sprintf("%08x", i)); ok {
			n++
		}
	}
	if n != 15 {
		t.Errorf("%d files are left of a room for 20", n)
	}
}

func TestCachedComputesOnlyWhatIsNew(t *testing.T) {
	var n atomic.Int64
	work := func(ctx context.Context, j Job) ([]byte, error) { n.Add(1); return double(ctx, j) }
	e := &Cached{&Pool{Work: work}, NewCache(1 << 20)}
	if got := collect(t, e, numbered(20)); len(got) != 20 || n.Load() != 20 {
		t.Fatalf("%d results of %d jobs", len(got), n.Load())
	}
	if got := collect(t, e, numbered(30)); len(got) != 30 || n.Load() != 20+10+2 { // errors are tried again
		t.Errorf("%d results, %d computed", len(got), n.Load())
	}
}

func burn(ctx context.Context, j Job) ([]byte, error) {
	x := float64(j.Payload[0])
	for range 20_000 {
		x = math.Sqrt(x + 1)
	}
	return []byte{byte(x)}, nil
}

// The share of the cores that does work: 1 is all of it.
func BenchmarkPoolEfficiency(b *testing.B) {
	var alone, pooled time.Duration
	for b.Loop() {
		begin := time.Now()
		for j := range numbered(500) {
			if y, err := burn(context.Background(), j); err != nil || len(y) != 1 || y[0] > 2 {
				b.Fatal(y, err)
			}
		}
		alone += time.Since(begin)
		begin = time.Now()
		if err := (&Pool{Work: burn, Workers: 2}).Run(context.Background(), numbered(500), func(Result) {}); err != nil {
			b.Fatal(err)
		}
		pooled += time.Since(begin)
	}
	b.ReportMetric(float64(alone)/2/float64(pooled), "efficiency")
}

func BenchmarkCached(b *testing.B) {
	e := &Cached{&Pool{Work: burn}, NewCache(1 << 20)}
	run := func() {
		if err := e.Run(context.Background(), numbered(1000), func(Result) {}); err != nil {
			b.Fatal(err)
		}
	}
	run()
	for b.Loop() {
		run()
	}
}

// The main goroutine of a program with windows is bound to its thread.
func TestPoolFromAGoroutineWithItsOwnThread(t *testing.T) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	n := 0
	echo := func(_ context.Context, j Job) ([]byte, error) { return j.Payload, nil }
	if err := (&Pool{Work: echo, Workers: 2}).Run(context.Background(), numbered(100), func(Result) { n++ }); err != nil || n != 100 {
		t.Errorf("%v, %d results", err, n)
	}
}
