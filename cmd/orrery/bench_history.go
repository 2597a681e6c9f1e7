package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
)

// historyScale says how much orrery bench history does; tests do a little of all.
type historyScale struct {
	signals int           // of the large tree
	ticks   int           // commits of one second that are appended to it
	past    time.Duration // span that the cursor is dragged over
	step    time.Duration // between samples of it
	points  int           // of one signal, at 100 Hz
	drag    time.Duration // how long the cursor is dragged
	kills   int
	outage  int // seconds of samples that come while the cluster is away
}

var fullHistory = historyScale{signals: 10_000, ticks: 3600, past: 30 * 24 * time.Hour, step: 10 * time.Minute, points: 100_000_000,
	drag: 10 * time.Second, kills: 100, outage: 600}

func benchHistory(ctx context.Context) ([]figure, error) {
	out, err := benchDemoHistory(ctx)
	if err != nil {
		return nil, err
	}
	more, err := measureHistory(ctx, fullHistory)
	return append(out, more...), err
}

func measureHistory(ctx context.Context, scale historyScale) ([]figure, error) {
	var out []figure
	for _, part := range []func(context.Context, historyScale, string) ([]figure, error){
		benchAppend, benchDrag, benchPoints, benchSQLite, benchSKAB, benchKills, benchOutage,
	} {
		dir, err := os.MkdirTemp("", "orrery-bench")
		if err != nil {
			return nil, err
		}
		figures, err := part(ctx, scale, dir)
		debug.FreeOSMemory()
		os.RemoveAll(dir)
		if err != nil {
			return nil, err
		}
		out = append(out, figures...)
	}
	return out, nil
}

// wideTree makes a tree with n signals.
func wideTree(n int) (*twin.Tree, error) {
	signals := make([]twin.Signal, n)
	for i := range signals {
		signals[i] = twin.Signal{Path: fmt.Sprintf("plant/s%05d", i)}
	}
	return twin.NewTree([]twin.Asset{{Path: "plant", Parent: twin.NoAsset}}, signals)
}

// plantValue is the value of a signal at a second: of each four signals one walks in steps of 0.1, one is noise in full
// precision, one is a state that seldom changes, one has two decimals.
func plantValue(id int, sec int64) float64 {
	h := uint64(sec)*0x9e3779b97f4a7c15 + uint64(id)*0xbf58476d1ce4e5b9
	h ^= h >> 29
	wave := math.Sin(float64(sec)/900 + float64(id))
	switch id % 4 {
	case 0:
		return math.Round(200*wave) / 10
	case 1:
		return 50 + wave + float64(h%1_000_000)/1e7
	case 2:
		return float64((sec + int64(id)*37) / 1800 % 5)
	}
	return math.Round(2000*wave+float64(h%7)) / 100
}

// epochOfBench is a full ten minutes in the past.
func epochOfBench(back time.Duration) time.Time { return time.Now().Add(-back).Truncate(time.Hour) }

func fillTick(batch []twin.Sample, at time.Time) {
	sec := at.Unix()
	for i := range batch {
		jitter := time.Duration((sec*7+int64(i)*13)%20) * time.Millisecond // as MQTT has
		batch[i] = twin.Sample{Signal: twin.SignalID(i), Quality: twin.Good, Time: at.Add(jitter).UnixNano(), Value: plantValue(i, sec)}
	}
}

// benchAppend measures a large tree: what is appended second by second, and what of it is read.
func benchAppend(ctx context.Context, scale historyScale, dir string) ([]figure, error) {
	tree, err := wideTree(scale.signals)
	if err != nil {
		return nil, err
	}
	s, err := history.Open(ctx, tree, history.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	defer func() { s.Close() }()
	from := epochOfBench(3 * time.Hour)
	batch := make([]twin.Sample, scale.signals)
	var spent time.Duration
	var commits []time.Duration
	for n := range scale.ticks {
		fillTick(batch, from.Add(time.Duration(n)*time.Second))
		began := time.Now()
		if err := s.Append(batch); err != nil {
			return nil, err
		}
		commits = append(commits, time.Since(began))
		spent += commits[n]
	}
	span := time.Duration(scale.ticks) * time.Second
	rss := residentMB()
	var snap twin.Snapshot
	warm, err := timeLatest(ctx, s, &snap, 300, func(i int) time.Time { return from.Add(span - time.Duration(1+i%20)*time.Second) })
	if err != nil {
		return nil, err
	}
	trends, err := timeTrends(ctx, s, from, from.Add(span))
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	began := time.Now()
	if s, err = history.Open(ctx, tree, history.Options{Dir: dir, CacheBytes: 1}); err != nil {
		return nil, err
	}
	opened := time.Since(began)
	r := rand.New(rand.NewPCG(1, 2))
	cold, err := timeLatest(ctx, s, &snap, 40, func(int) time.Time { return from.Add(time.Duration(r.Int64N(int64(span)))) })
	if err != nil {
		return nil, err
	}
	wide := fmt.Sprintf("%d signals", scale.signals)
	return []figure{
		atLeast("append, "+wide+", commits of 1 s", float64(scale.signals*scale.ticks)/spent.Seconds()/1e6, "M samples/s", 1),
		atMost("one commit, p95", quantile(commits, .95), "ms", 20),
		atMost("resident, "+wide, rss, "MB", 700),
		atMost("latest-at, "+wide+", in the window, p95", quantile(warm, .95), "ms", 3),
		atMost("latest-at, "+wide+" at 1 s, cold, p95", quantile(cold, .95), "ms", 150),
		atMost("8 signals, 1 h, p95", quantile(trends, .95), "ms", 5),
		atMost("open again", opened.Seconds(), "s", 3),
	}, nil
}

// timeLatest times n reads of all signals, each at a moment that at says.
func timeLatest(ctx context.Context, s *history.Store, snap *twin.Snapshot, n int, at func(i int) time.Time) ([]time.Duration, error) {
	var out []time.Duration
	for i := range n {
		t := at(i)
		began := time.Now()
		if err := s.LatestAt(ctx, t, snap); err != nil {
			return nil, err
		}
		out = append(out, time.Since(began))
	}
	return out, nil
}

// timeTrends times the samples of eight signals, the last hour of them.
func timeTrends(ctx context.Context, s *history.Store, from, to time.Time) ([]time.Duration, error) {
	if hour := to.Add(-time.Hour); hour.After(from) {
		from = hour
	}
	var out []time.Duration
	var points []history.Point
	for range 20 {
		began := time.Now()
		points = points[:0]
		for id := range 8 {
			var err error
			if points, err = s.Range(ctx, twin.SignalID(id*101%len(s.Tree().Signals())), from, to, points); err != nil {
				return nil, err
			}
		}
		out = append(out, time.Since(began))
	}
	return out, nil
}

// residentMB returns the resident memory of this process; 0 where that is not known.
func residentMB() float64 {
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseFloat(fields[1], 64)
	if err != nil {
		return 0
	}
	return pages * float64(os.Getpagesize()) / (1 << 20)
}

// recordPast imports a month of a large tree.
func recordPast(ctx context.Context, scale historyScale, dir string) (*history.Store, time.Time, error) {
	tree, err := wideTree(scale.signals)
	if err != nil {
		return nil, time.Time{}, err
	}
	s, err := history.Open(ctx, tree, history.Options{Dir: filepath.Join(dir, "past")})
	if err != nil {
		return nil, time.Time{}, err
	}
	from := epochOfBench(scale.past)
	_, err = s.Import(ctx, func(yield func([]twin.Sample, error) bool) {
		batch := make([]twin.Sample, scale.signals)
		for at := from; at.Before(from.Add(scale.past)); at = at.Add(scale.step) {
			fillTick(batch, at)
			if !yield(batch, nil) {
				return
			}
		}
	})
	if err != nil {
		s.Close()
		return nil, from, err
	}
	return s, from, nil
}

// benchDrag drags the cursor over a month while samples come in, as the window does: each tick asks for a moment, the
// newest request wins, and what is there is shown.
func benchDrag(ctx context.Context, scale historyScale, dir string) ([]figure, error) {
	s, from, err := recordPast(ctx, scale, dir)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	for s.Stats().Compacting {
		time.Sleep(10 * time.Millisecond)
	}
	stop := make(chan struct{})
	live := make(chan error, 1)
	go func() { live <- ingestUntil(stop, s, from.Add(scale.past)) }()
	d := drag(ctx, s, from, scale.past, scale.drag)
	close(stop)
	if err := <-live; err != nil {
		return nil, err
	}
	if d.err != nil {
		return nil, d.err
	}
	r := rand.New(rand.NewPCG(3, 4))
	var snap twin.Snapshot
	cold, err := timeLatest(ctx, s, &snap, 100, func(int) time.Time { return from.Add(time.Duration(r.Int64N(int64(scale.past)))) })
	if err != nil {
		return nil, err
	}
	over := fmt.Sprintf("%d signals, %.0f days", scale.signals, scale.past.Hours()/24)
	return []figure{
		atMost("latest-at, "+over+", anywhere, cold, p95", quantile(cold, .95), "ms", 150),
		atMost("drag over "+over+" at 60/s while samples come, tick to tick, p95", quantile(d.ticks, .95), "ms", 33),
		atMost("the same, from asking to having, p95", quantile(d.waits, .95), "ms", 150),
		atLeast("the same, moments shown", float64(len(d.waits))/scale.drag.Seconds(), "1/s", 5),
	}, nil
}

// ingestUntil appends a commit of all signals each second.
func ingestUntil(stop <-chan struct{}, s *history.Store, at time.Time) error {
	batch := make([]twin.Sample, len(s.Tree().Signals()))
	for tick := time.NewTicker(time.Second); ; at = at.Add(time.Second) {
		fillTick(batch, at)
		if err := s.Append(batch); err != nil {
			return err
		}
		select {
		case <-stop:
			tick.Stop()
			return nil
		case <-tick.C:
		}
	}
}

// dragged is what a drag measured.
type dragged struct {
	ticks, waits []time.Duration
	err          error
}

// drag moves the cursor over a span within a time.
func drag(ctx context.Context, s *history.Store, from time.Time, span, within time.Duration) (d dragged) {
	type request struct{ at, asked time.Time }
	asked := make(chan request, 1)
	shown := make(chan time.Duration, 64)
	done := make(chan error, 1)
	go func() {
		var snap twin.Snapshot
		for q := range asked {
			if err := s.LatestAt(ctx, q.at, &snap); err != nil {
				done <- err
				return
			}
			select {
			case shown <- time.Since(q.asked):
			default:
			}
		}
		done <- nil
	}()
	tick := time.NewTicker(time.Second / 60)
	defer tick.Stop()
	began := time.Now()
	for last := began; last.Sub(began) < within; {
		now := <-tick.C
		now = time.Now()
		d.ticks = append(d.ticks, now.Sub(last))
		last = now
		q := request{from.Add(time.Duration(float64(span) * float64(now.Sub(began)) / float64(within))), now}
		select { // the newest wins
		case <-asked:
		default:
		}
		select {
		case asked <- q:
		default:
		}
		for more := true; more; {
			select {
			case w := <-shown:
				d.waits = append(d.waits, w)
			default:
				more = false
			}
		}
	}
	close(asked)
	d.err = <-done
	if d.err == nil && len(d.waits) == 0 {
		d.err = fmt.Errorf("no moment was shown within %v", within)
	}
	return d
}
