package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"syscall"
	"time"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/scenario"
)

// benches are what orrery bench measures, in this order.
var benches = []struct {
	name string
	run  func(context.Context) ([]figure, error)
}{
	{"load", benchLoad}, {"history", benchHistory}, {"sim", benchSimulation}, {"ingest", benchIngest}, {"render", benchRender}, {"ui", benchUI},
}

// quantile returns the q-quantile of durations in milliseconds.
func quantile(d []time.Duration, q float64) float64 {
	slices.Sort(d)
	return float64(d[int(q*float64(len(d)-1))]) / 1e6
}

func ms(d time.Duration) float64 { return float64(d) / 1e6 }

// recorded makes a week of history in a temporary folder, as the demo does at its first start.
func recorded(ctx context.Context) (s *station, took time.Duration, clean func(), err error) {
	dir, err := os.MkdirTemp("", "orrery-bench")
	if err != nil {
		return nil, 0, nil, err
	}
	clean = func() {
		if s != nil {
			s.close()
		}
		os.RemoveAll(dir)
	}
	defer func() {
		if err != nil {
			clean()
		}
	}()
	site := demoSiteIn("windfarm", dir)
	p, err := site.prepare(true)
	if err != nil {
		return nil, 0, nil, err
	}
	if s, err = openStation(ctx, p, stationOptions{data: site.data, readOnly: true}); err != nil {
		return nil, 0, nil, err
	}
	begin := time.Now()
	err = site.record(ctx, s, func(float64) {})
	return s, time.Since(begin), clean, err
}

// benchDemoHistory measures the first history of the demo, seven days of it.
func benchDemoHistory(ctx context.Context) ([]figure, error) {
	s, took, clean, err := recorded(ctx)
	if err != nil {
		return nil, err
	}
	defer clean()
	first, last, _ := s.store.Extent()
	span := last.Sub(first)
	r := rand.New(rand.NewPCG(1, 2))
	var snap twin.Snapshot
	var cold, warm []time.Duration
	for range 200 {
		at := first.Add(time.Duration(r.Int64N(int64(span))))
		begin := time.Now()
		if err := s.store.LatestAt(ctx, at, &snap); err != nil {
			return nil, err
		}
		cold = append(cold, time.Since(begin))
	}
	mid := first.Add(span / 2)
	for i := range 500 {
		begin := time.Now()
		if err := s.store.LatestAt(ctx, mid.Add(time.Duration(i%200)*time.Second), &snap); err != nil {
			return nil, err
		}
		if i >= 200 {
			warm = append(warm, time.Since(begin))
		}
	}
	oil := s.tree.Find(0, "oil_temp")
	var cols []history.Column
	var spans []time.Duration
	for range 20 {
		begin := time.Now()
		if cols, err = s.store.Columns(ctx, oil, first, last, 1800, cols[:0]); err != nil {
			return nil, err
		}
		spans = append(spans, time.Since(begin))
	}
	st := s.store.Stats()
	return []figure{
		atMost("first history of seven days", took.Seconds(), "s", 10),
		atMost("all signals at any moment of seven days, cold, p95", quantile(cold, .95), "ms", 20),
		atMost("within the cached window, p95", quantile(warm, .95), "ms", 1),
		atMost("one signal, seven days to 1,800 columns, p95", quantile(spans, .95), "ms", 16),
		atMost("on disk", float64(st.Bytes)/math.Max(float64(st.Samples), 1), "B/sample", 16),
	}, nil
}

func benchSim(ctx context.Context) ([]figure, error) {
	s, _, clean, err := recorded(ctx)
	if err != nil {
		return nil, err
	}
	defer clean()
	_, now, _ := s.store.Extent()
	begin := time.Now()
	cal, err := calibrate(ctx, s.project, s.store, now, func(float64, string) {})
	if err != nil {
		return nil, err
	}
	fit := time.Since(begin)
	runner := scenario.New(scenario.Options{Tree: s.tree, Builder: cal, Clock: func() time.Time { return now }, Refresh: -1})
	defer runner.Close()
	var first, full []time.Duration
	for i := range 7 {
		name := fmt.Sprint("try ", i)
		begin := time.Now()
		runner.Start(scenario.Scenario{Name: name, Values: map[string]float64{"power_limit": .5 + .05*float64(i)}})
		seen := false
		for {
			run := runner.Latest(name)
			if run != nil && !seen {
				seen = true
				first = append(first, time.Since(begin))
			}
			if run != nil && !run.Coarse {
				full = append(full, time.Since(begin))
				break
			}
			if ctx.Err() != nil || time.Since(begin) > time.Minute {
				return nil, fmt.Errorf("no answer within a minute: %w", runner.Err(name))
			}
			time.Sleep(200 * time.Microsecond)
		}
		runner.Drop(name)
	}
	fortnight, err := benchFortnight(ctx, s.tree, cal, now)
	return append([]figure{
		atMost("fit six turbines to seven days", fit.Seconds(), "s", 10),
		atMost("slider to first answer, 14 days, six turbines, median", quantile(first, .5), "ms", 100),
		atMost("slider to 64 members with interval, median", quantile(full, .5), "ms", 1000),
	}, fortnight...), err
}

// benchIngest has 2,000 emulated turbines publish twelve values a second each through the embedded broker.
func benchIngest(ctx context.Context) ([]figure, error) {
	dir, err := os.MkdirTemp("", "orrery-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	const turbines, seconds = 2000, 10
	p, err := project.LoadFS(demo.WindFarm(turbines), "twin.yaml")
	if err != nil {
		return nil, err
	}
	s, err := openStation(ctx, p, stationOptions{data: dir, listen: "127.0.0.1:0"})
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{}, 2)
	go func() { s.run(ctx); done <- struct{}{} }()
	go func() {
		runPlant(ctx, []string{"-broker", "tcp://" + s.brokers[0].Addr(), "-turbines", fmt.Sprint(turbines), "-epoch", time.Now().UTC().Format(time.RFC3339)}, io.Discard)
		done <- struct{}{}
	}()
	defer func() { cancel(); <-done; <-done; s.close() }()
	deadline := time.Now().Add(30 * time.Second)
	for s.engine.Stats().SamplesPerSec < turbines*12*.9 {
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("only %.0f values/s arrived within 30 s", s.engine.Stats().SamplesPerSec)
		}
		time.Sleep(100 * time.Millisecond)
	}
	before, cpu := s.engine.Stats(), cpuTime()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(seconds * time.Second):
	}
	after, used := s.engine.Stats(), cpuTime()-cpu
	var lost uint64
	for _, h := range s.engine.Health() {
		lost += h.Dropped
	}
	return []figure{
		atLeast("values a second through the embedded broker", float64(after.Samples-before.Samples)/seconds, "1/s", turbines*12*.98),
		atMost("dropped", float64(after.Dropped+lost+after.HistoryLost), "values", 0),
		atMost("publish to snapshot, p95", ms(after.LatencyP95), "ms", 50),
		atMost("processor, embedded broker included", 100*used.Seconds()/seconds, "% of a core", 60),
	}, nil
}

// cpuTime is the processor time that this process has used.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(d []time.Duration) float64 { return quantile(d, .5) }
