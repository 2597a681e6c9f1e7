package ensemble

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/orrery-twin/orrery/twin/scenario"
)

func TestEveryJobIsAnsweredOnce(t *testing.T) {
	_, link := startServer(t)
	serve(t, link, WorkerOptions{Parallel: 2})
	var last Status
	e := executor(t, link, Options{Kind: "square", Window: 100, Progress: func(s Status) { last = s }})
	c := newTally(t, func(n uint64) uint64 { return n * n })
	twice := func(yield func(scenario.Job) bool) {
		for range 2 { // the same ids again: they have their results
			for j := range numbers(3000) {
				if !yield(j) {
					return
				}
			}
		}
	}
	if err := e.Run(t.Context(), twice, c.take); err != nil {
		t.Fatal(err)
	}
	c.each(3000)
	if last.Sent != 3000 || last.Answered != 3000 || last.Failed != 0 || len(last.Workers) != 1 {
		t.Errorf("the last status is %+v", last)
	}
	if left, err := link.tokens(t.Context(), resultStream, resultSubject+"*."); err != nil || len(left) > 0 {
		t.Errorf("%d results are left on the server, %v", len(left), err)
	}
}

func TestErrorsAreResults(t *testing.T) {
	_, link := startServer(t)
	serve(t, link, WorkerOptions{Parallel: 2})
	c := newTally(t, nil)
	if err := executor(t, link, Options{Kind: "odd"}).Run(t.Context(), numbers(10), c.take); err != nil {
		t.Fatal(err)
	}
	c.each(10)
	if len(c.errs) != 5 || c.errs["job-4"] != "4 is even" {
		t.Errorf("the errors are %v", c.errs)
	}
	c = newTally(t, nil)
	if err := executor(t, link, Options{Kind: "panic"}).Run(t.Context(), numbers(1), c.take); err != nil || !strings.Contains(c.errs["job-0"], "panic: ouch") {
		t.Errorf("a job that panics: %v, %v", err, c.errs)
	}
	c = newTally(t, nil)
	if err := executor(t, link, Options{Kind: "sleep", Limit: 50 * time.Millisecond}).Run(t.Context(), func(yield func(scenario.Job) bool) {
		yield(scenario.Job{ID: "job-1", Payload: []byte{0, 0, 0, 0, 1, 0, 0, 0}}) // 4.3 s
	}, c.take); err != nil || !strings.Contains(c.errs["job-1"], "longer than 50ms") {
		t.Errorf("a job that takes too long: %v, %v", err, c.errs)
	}
}

func TestWhatCannotTravelIsRefused(t *testing.T) {
	_, link := startServer(t)
	serve(t, link, WorkerOptions{})
	got := map[string]error{}
	err := executor(t, link, Options{Kind: "square"}).Run(t.Context(), func(yield func(scenario.Job) bool) {
		_ = yield(scenario.Job{ID: "large", Payload: make([]byte, maxPayload+1)}) && yield(scenario.Job{ID: strings.Repeat("x", maxID+1)}) && yield(scenario.Job{})
	}, func(r scenario.Result) { got[r.ID] = r.Err })
	if err != nil || len(got) != 3 {
		t.Fatalf("%v, %d results", err, len(got))
	}
	for id, err := range got {
		if err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%.20q: %v", id, err)
		}
	}
	if _, err := NewExecutor(link, Options{}); err == nil {
		t.Error("an executor without a kind was made")
	}
}

func TestModelTravelsAndIsChecked(t *testing.T) {
	_, link := startServer(t)
	dir := t.TempDir()
	stop := serve(t, link, WorkerOptions{Dir: dir})
	files := fstest.MapFS{"plant/twin.yaml": {Data: []byte("orrery: 1")}, ".orrery/history": {Data: []byte("secret")}}
	m, err := Pack(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := Pack(files, nil)
	if again.Hash != m.Hash {
		t.Error("the same files have two hashes")
	}
	var got string
	ask := func() error {
		return executor(t, link, Options{Kind: "read", Model: m}).Run(t.Context(), numbers(1), func(r scenario.Result) {
			if got = string(r.Payload); r.Err != nil {
				got = r.Err.Error()
			}
		})
	}
	if err := ask(); err != nil || got != "orrery: 1" {
		t.Fatalf("%v, the worker read %q", err, got)
	}
	if _, err := os.Stat(filepath.Join(dir, "models", m.Hash, ".orrery")); err == nil {
		t.Error("hidden files travelled")
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	// Someone puts other bytes under the name of the model.
	bucket, err := link.models(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	other, _ := Pack(fstest.MapFS{"plant/twin.yaml": {Data: []byte("orrery: 2")}}, nil)
	if _, err := bucket.PutBytes(t.Context(), m.Hash, append(other.Data, make([]byte, len(m.Data)-min(len(other.Data), len(m.Data)))...)); err != nil {
		t.Fatal(err)
	}
	serve(t, link, WorkerOptions{Dir: t.TempDir()})
	if err := ask(); err == nil || !strings.Contains(err.Error(), "not what the job names") {
		t.Errorf("a forged model: %v, %q", err, got)
	}
}

func TestCancel(t *testing.T) {
	_, link := startServer(t)
	serve(t, link, WorkerOptions{Parallel: 2})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 0
	begin := time.Now()
	err := executor(t, link, Options{Kind: "sleep"}).Run(ctx, func(yield func(scenario.Job) bool) {
		for i, d := range []time.Duration{time.Millisecond, time.Millisecond, time.Hour, time.Hour, time.Hour} {
			b := make([]byte, 8)
			for k := range b {
				b[k] = byte(d >> (8 * k))
			}
			if !yield(scenario.Job{ID: string(rune('a' + i)), Payload: b}) {
				return
			}
		}
	}, func(scenario.Result) {
		if n++; n == 2 {
			time.AfterFunc(100*time.Millisecond, cancel)
		}
	})
	var open *Unfinished
	if !errors.Is(err, context.Canceled) || !errors.As(err, &open) || open.Answered != 2 || n != 2 {
		t.Errorf("%v, %d results", err, n)
	}
	if d := time.Since(begin); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
	// The slots are free again.
	c := newTally(t, func(n uint64) uint64 { return n * n })
	short, end := context.WithTimeout(t.Context(), 10*time.Second)
	defer end()
	if err := executor(t, link, Options{Kind: "square"}).Run(short, numbers(10), c.take); err != nil {
		t.Fatal(err)
	}
	c.each(10)
}

func TestNobodyThereNobodyAble(t *testing.T) {
	_, link := startServer(t)
	err := executor(t, link, Options{Kind: "square", Patience: 300 * time.Millisecond}).Run(t.Context(), numbers(3), func(scenario.Result) {})
	if err == nil || !strings.Contains(err.Error(), "orrery worker") {
		t.Errorf("with no worker: %v", err)
	}
	serve(t, link, WorkerOptions{Name: "w1"})
	for kind, want := range map[string]string{"trust": "w1: the FMU pump is not trusted here", "other": "no jobs of kind"} {
		err = executor(t, link, Options{Kind: kind}).Run(t.Context(), numbers(3), func(scenario.Result) {})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestWorkerEndsGracefully(t *testing.T) {
	s, link := startServer(t)
	url, env := s.Worker()
	p := startWorker(t, url, 2, env...)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var gone int
	c := newTally(t, churn)
	n := 0
	err := executor(t, link, Options{Kind: "work", Progress: func(s Status) { gone = s.Gone }}).Run(ctx, numbers(3000), func(r scenario.Result) {
		c.take(r)
		if n++; n == 500 {
			_ = p.cmd.Process.Signal(syscall.SIGTERM)
			startWorker(t, url, 2, env...)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	c.each(3000)
	if err := p.wait(t, 5*time.Second); err != nil {
		t.Errorf("the worker ended with %v", err)
	}
	if gone > 0 {
		t.Error("the worker did not say good-bye")
	}
}

// A job that ends the process of whoever computes it takes no other job with it, and is given up in the end.
func TestPoison(t *testing.T) {
	if testing.Short() {
		t.Skip("several workers die")
	}
	s, link := startServer(t)
	url, env := s.Worker()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	deaths := 0
	go func() { // whoever looks after the workers
		for ctx.Err() == nil {
			p := startWorker(t, url, 2, env...)
			select {
			case <-p.end:
				deaths++
			case <-ctx.Done():
			}
		}
	}()
	c := newTally(t, func(n uint64) uint64 { return n * n })
	if err := executor(t, link, Options{Kind: "poison"}).Run(ctx, numbers(60), c.take); err != nil {
		t.Fatal(err)
	}
	cancel()
	c.each(60)
	if len(c.errs) != 1 || !strings.Contains(c.errs["job-13"], "workers ended") {
		t.Errorf("the errors are %v", c.errs)
	}
	t.Logf("%d workers died", deaths)
}
