package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
)

func TestMain(m *testing.M) {
	retryEvery = 20 * time.Millisecond
	goleak.VerifyTestMain(m)
}

var epoch = time.Unix(1_790_000_000, 0)

// plant is a tree of a farm with two turbines, each with a gearbox: signals power, oil, power, oil.
func plant(t testing.TB) *twin.Tree {
	t.Helper()
	tree, err := twin.NewTree(
		[]twin.Asset{{Path: "farm", Parent: twin.NoAsset}, {Path: "farm/T1", Parent: 0}, {Path: "farm/T1/gearbox", Parent: 1},
			{Path: "farm/T2", Parent: 0}, {Path: "farm/T2/gearbox", Parent: 3}},
		[]twin.Signal{{Path: "farm/T1/power", Asset: 1, Timeout: 5 * time.Second}, {Path: "farm/T1/gearbox/oil", Asset: 2, Min: 200, Max: 400},
			{Path: "farm/T2/power", Asset: 3}, {Path: "farm/T2/gearbox/oil", Asset: 4}})
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(s float64) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = epoch.Add(time.Duration(s * float64(time.Second)))
	return c.now
}

func sample(id twin.SignalID, s, v float64) twin.Sample {
	return twin.Sample{Signal: id, Time: epoch.Add(time.Duration(s * float64(time.Second))).UnixNano(), Value: v, Quality: twin.Good}
}

func quality(s twin.Sample, q twin.Quality) twin.Sample {
	s.Quality = q
	return s
}

// rig is an engine driven by hand.
type rig struct {
	*Engine
	clock clock
	seen  uint64
}

func newRig(t testing.TB, opts Options) *rig {
	t.Helper()
	r := &rig{}
	r.clock.set(0)
	opts.Clock = r.clock.Now
	if opts.Tree == nil {
		opts.Tree = plant(t)
	}
	e, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	r.Engine = e
	return r
}

// at pushes samples and ticks at time s.
func (r *rig) at(s float64, samples ...twin.Sample) *twin.Snapshot {
	r.Push(samples)
	r.step(r.clock.set(s))
	return r.Snapshot()
}

// news returns the actions and texts of the new events.
func (r *rig) news() string {
	events, next := r.Events(r.seen)
	r.seen = next
	var out []string
	for _, e := range events {
		out = append(out, e.Action+": "+e.Text)
	}
	return strings.Join(out, "; ")
}

func TestNothingLooksGoodBeforeItCame(t *testing.T) {
	r := newRig(t, Options{})
	s := r.Snapshot()
	if s == nil || s.Generation == 0 || len(s.Values) != 4 {
		t.Fatalf("first snapshot %+v", s)
	}
	for i, v := range s.Values {
		if v.Quality != twin.NoData {
			t.Errorf("value %d is %v", i, v.Quality)
		}
	}
}

func TestPublishesOnlyChangesAndAtMost60Hz(t *testing.T) {
	r := newRig(t, Options{})
	first := r.at(1, sample(0, 1, 7))
	if v := first.At(0); v.Value != 7 || v.Quality != twin.Good || first.Origin != twin.Live {
		t.Fatalf("value %+v", v)
	}
	if r.at(1.1) != first {
		t.Error("published without a change")
	}
	n := 0
	last := first
	for i := range 1000 {
		if s := r.at(2+float64(i)/1000, sample(0, 2+float64(i)/1000, float64(i))); s != last {
			n, last = n+1, s
			if s.Generation <= first.Generation {
				t.Fatal("the generation does not rise")
			}
		}
	}
	if n < 50 || n > 60 {
		t.Errorf("%d snapshots in a second, want at most 60 and nearly that", n)
	}
	if first.At(0).Value != 7 {
		t.Error("a published snapshot changed")
	}
}

func TestValuesGrowStaleInTheSnapshot(t *testing.T) {
	r := newRig(t, Options{})
	r.at(0, sample(0, 0, 7), sample(2, 0, 7))
	for s := 0.1; s < 5; s += 0.1 {
		r.at(s)
	}
	if q := r.Snapshot().At(0).Quality; q != twin.Good {
		t.Errorf("after 5 s: %v", q)
	}
	for s := 5.0; s < 6; s += 0.1 {
		r.at(s)
	}
	s := r.Snapshot()
	if s.At(0).Quality != twin.Stale || s.At(0).Value != 7 || s.At(2).Quality != twin.Good {
		t.Errorf("after 6 s: %+v %+v", s.At(0), s.At(2))
	}
	if s := r.at(7, sample(0, 7, 8), sample(1, 7, 500)); s.At(0).Quality != twin.Good || s.At(1).Quality != twin.OutOfRange {
		t.Errorf("new values: %+v %+v", s.At(0), s.At(1))
	}
}

func TestLateDataGoesToTheHistoryOnly(t *testing.T) {
	h := &store{}
	r := newRig(t, Options{History: h})
	r.at(10, sample(0, 10, 1))
	if s := r.at(11, sample(0, 3, 99), sample(0, 9.999, 98)); s.At(0).Value != 1 {
		t.Errorf("late data moved the value: %+v", s.At(0))
	}
	if s := r.at(12, sample(0, 10, 2)); s.At(0).Value != 2 {
		t.Errorf("a correction for the same time was not taken: %+v", s.At(0))
	}
	if st := r.Stats(); st.Late != 2 || st.Samples != 4 {
		t.Errorf("stats %+v", st)
	}
	if _, _, n := r.history.state(); n != 4 {
		t.Errorf("%d samples on their way to the history, want 4", n)
	}
}

func TestFutureTimeStampsAreSetToOurClock(t *testing.T) {
	r := newRig(t, Options{})
	s := r.at(10, sample(0, 14.9, 1), sample(2, 15.1, 2), sample(3, 1e6, 3))
	now := epoch.Add(10 * time.Second).UnixNano()
	if s.At(0).Time != now+4_900_000_000 || s.At(2).Time != now || s.At(3).Time != now {
		t.Errorf("times %d %d %d", s.At(0).Time-now, s.At(2).Time-now, s.At(3).Time-now)
	}
	if st := r.Stats(); st.Future != 2 {
		t.Errorf("stats %+v", st)
	}
	news := r.news()
	if !strings.Contains(news, "clock of farm/T2 is 5s ahead") || !strings.Contains(news, "clock of farm/T2/gearbox is 12 days ahead") {
		t.Errorf("events %q", news)
	}
	r.at(11, sample(2, 99, 1))
	if news := r.news(); news != "" {
		t.Errorf("said twice: %q", news)
	}
}

func TestOfflineAndBack(t *testing.T) {
	r := newRig(t, Options{})
	r.at(10, sample(0, 12, 1), sample(1, 12, 300), sample(2, 10, 1)) // the clock of T1 is 2 s ahead
	off := func(id twin.SignalID, s float64) twin.Sample { return quality(sample(id, s, math.NaN()), twin.Offline) }
	s := r.at(10.5, off(0, 10.5), off(1, 10.5))
	if s.At(0).Quality != twin.Offline || s.At(1).Quality != twin.Offline || s.At(2).Quality != twin.Good {
		t.Errorf("offline: %+v", s.Values)
	}
	if s.At(0).Time <= epoch.Add(12*time.Second).UnixNano() {
		t.Error("offline does not stand behind the last value")
	}
	if news := r.news(); news != "offline: farm/T1 is offline" {
		t.Errorf("events %q, want one for the topmost asset", news)
	}
	if s := r.at(11, off(0, 10.9)); s.At(0).Quality != twin.Offline {
		t.Errorf("%+v", s.At(0))
	}
	// A value from before it went, late: still offline. A newer one ends it.
	if s := r.at(12, sample(0, 11, 5)); s.At(0).Quality != twin.Offline {
		t.Errorf("a late value ended offline: %+v", s.At(0))
	}
	if s := r.at(13, sample(0, 12.0005, 6), sample(1, 13, 300)); s.At(0).Quality != twin.Good || s.At(0).Value != 6 {
		t.Errorf("back: %+v", s.At(0))
	}
	if news := r.news(); news != "online: farm/T1 is online" {
		t.Errorf("events %q", news)
	}
	// An offline from a backlog, long before the newest value, changes nothing.
	if s := r.at(30, sample(0, 30, 7), off(0, 20)); s.At(0).Quality != twin.Good {
		t.Errorf("an old offline ended a newer value: %+v", s.At(0))
	}
}

func TestInvalidSamplesAreCounted(t *testing.T) {
	h := &store{}
	r := newRig(t, Options{History: h})
	s := r.at(1, sample(-1, 1, 1), sample(4, 1, 1), quality(sample(0, 1, 1), twin.NoData), quality(sample(0, 1, 1), twin.Predicted), sample(0, 1, 5))
	if s.At(0).Value != 5 || r.Stats().Invalid != 4 || r.Stats().Samples != 1 {
		t.Errorf("%+v %+v", s.At(0), r.Stats())
	}
	if _, _, n := r.history.state(); n != 1 {
		t.Errorf("%d samples on their way to the history", n)
	}
}

func TestEstimatedValuesAreTaken(t *testing.T) {
	r := newRig(t, Options{})
	if s := r.at(1, quality(sample(0, 1, 5), twin.Estimated)); s.At(0).Quality != twin.Estimated {
		t.Errorf("%+v", s.At(0))
	}
}

func TestQueueIsBounded(t *testing.T) {
	r := newRig(t, Options{Queue: 100})
	batch := make([]twin.Sample, 80)
	for i := range batch {
		batch[i] = sample(0, float64(i), float64(i))
	}
	if a, b := r.Push(batch), r.Push(batch); a != 80 || b != 20 {
		t.Errorf("taken %d and %d", a, b)
	}
	if r.Stats().Dropped != 60 {
		t.Errorf("dropped %d", r.Stats().Dropped)
	}
	r.at(100)
	if r.Push(batch) != 80 {
		t.Error("no room after a tick")
	}
}

func TestInitialValues(t *testing.T) {
	tree := plant(t)
	init := &twin.Snapshot{Values: make([]twin.Value, 4)}
	init.Values[0] = twin.Value{Value: 5, Time: epoch.Add(-time.Hour).UnixNano(), Quality: twin.Stale}
	init.Values[2] = twin.Value{Value: 6, Time: epoch.Add(-time.Hour).UnixNano(), Quality: twin.Good}
	r := newRig(t, Options{Tree: tree, Initial: init})
	s := r.Snapshot()
	if s.At(0).Quality != twin.Stale || s.At(0).Value != 5 || s.At(2).Value != 6 || s.At(1).Quality != twin.NoData {
		t.Errorf("%+v", s.Values)
	}
	if s := r.at(1, sample(0, 1, 7)); s.At(0).Quality != twin.Good {
		t.Errorf("%+v", s.At(0))
	}
}

func TestAlarmsThroughTheEngine(t *testing.T) {
	tree := plant(t)
	book, err := alarm.New(tree, []alarm.Definition{{ID: "hot", Asset: 2, Signal: 1, Condition: alarm.High, Limit: 350, OnDelay: 2 * time.Second, Priority: twin.High, Message: "Hot"}})
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, Options{Tree: tree, Alarms: book})
	r.at(0, sample(1, 0, 360))
	r.at(1, sample(1, 1, 500)) // implausible: neither raises nor clears, and the delay starts anew
	r.at(1.5, sample(1, 1.5, 365))
	if len(r.Alarms()) != 0 {
		t.Error("raised too early")
	}
	r.at(3.6)
	list := r.Alarms()
	if len(list) != 1 || list[0].State() != alarm.Unacked {
		t.Fatalf("alarms %+v", list)
	}
	if err := r.Acknowledge("hot", "ann"); err != nil {
		t.Fatal(err)
	}
	if a := r.Alarms(); a[0].State() != alarm.Acked || list[0].State() != alarm.Unacked {
		t.Errorf("after the acknowledgement: %+v; the old list must not change", a)
	}
	if err := r.Acknowledge("hot", "ann"); err == nil || r.Acknowledge("cold", "ann") == nil {
		t.Error("acknowledged what cannot be")
	}
	if err := r.Shelve("hot", "ann", "known", time.Hour); err != nil {
		t.Fatal(err)
	}
	if err := r.Unshelve("hot", "ann"); err != nil {
		t.Fatal(err)
	}
	r.at(4, sample(1, 4, 340))
	if got := r.news(); !strings.HasPrefix(got, "raised: Hot") || !strings.Contains(got, "acknowledged: ") || !strings.Contains(got, "cleared: ") {
		t.Errorf("events %q", got)
	}
	r.at(4.3, sample(1, 4.3, 341))
	if a := r.Alarms(); len(a) != 1 || a[0].Current.Value != 341 || a[0].State() != alarm.RTNUnacked {
		t.Errorf("alarms %+v", a)
	}
	if newRig(t, Options{}).Acknowledge("x", "ann") == nil {
		t.Error("an engine without alarms acknowledged one")
	}
}

func TestEventLogIsABoundedRing(t *testing.T) {
	r := newRig(t, Options{})
	if events, next := r.Events(0); events != nil || next != 0 {
		t.Errorf("%v %d", events, next)
	}
	for i := range keepEvents + 10 {
		r.Record(twin.Event{Text: fmt.Sprint(i)})
	}
	events, next := r.Events(0)
	if len(events) != keepEvents || next != keepEvents+10 || events[0].Text != "10" || events[len(events)-1].Text != fmt.Sprint(keepEvents+9) {
		t.Errorf("%d events to %d, first %q", len(events), next, events[0].Text)
	}
	if events[0].Time.IsZero() {
		t.Error("an event has no time")
	}
	if events, _ := r.Events(next); len(events) != 0 {
		t.Errorf("%d events after the newest", len(events))
	}
	if events, _ := r.Events(next + 5); len(events) != keepEvents {
		t.Errorf("a number of another engine: %d events", len(events))
	}
}

// store is a history that can fail.
type store struct {
	mu      sync.Mutex
	err     error
	samples []twin.Sample
}

func (s *store) Append(batch []twin.Sample) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	s.samples = append(s.samples, batch...)
	return nil
}

func (s *store) set(err error) {
	s.mu.Lock()
	s.err = err
	s.mu.Unlock()
}

func (s *store) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.samples)
}

// notebook is a journal that can fail.
type notebook struct {
	mu     sync.Mutex
	err    error
	events []twin.Event
}

func (n *notebook) Append(_ context.Context, events ...twin.Event) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.err != nil {
		return n.err
	}
	n.events = append(n.events, events...)
	return nil
}

// fake is a source under the control of the test.
type fake struct {
	mu     sync.Mutex
	health twin.Health
	fail   error
	push   chan []twin.Sample
}

func (f *fake) Name() string { return "fake" }

func (f *fake) Run(ctx context.Context, sink twin.Sink) error {
	for {
		select {
		case <-ctx.Done():
			return f.fail
		case b := <-f.push:
			if f.fail != nil {
				return f.fail
			}
			sink.Push(b)
		}
	}
}

func (f *fake) Health() twin.Health {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.health
}

func (f *fake) set(s twin.LinkState, detail string) {
	f.mu.Lock()
	f.health = twin.Health{State: s, Detail: detail}
	f.mu.Unlock()
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

func start(t *testing.T, opts Options) (e *Engine, stop func()) {
	t.Helper()
	e, err := New(opts)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	var once sync.Once
	stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				t.Errorf("Run: %v", err)
			}
		})
	}
	t.Cleanup(stop)
	return e, stop
}

func nowSample(id twin.SignalID, v float64) twin.Sample {
	return twin.Sample{Signal: id, Time: time.Now().UnixNano(), Value: v, Quality: twin.Good}
}

func TestRunWritesEverythingBeforeItEnds(t *testing.T) {
	h, n, src := &store{}, &notebook{}, &fake{push: make(chan []twin.Sample)}
	e, stop := start(t, Options{Tree: plant(t), History: h, Journal: n, Sources: []twin.Source{src}})
	src.set(twin.Connected, "")
	for i := range 500 {
		src.push <- []twin.Sample{nowSample(0, float64(i)), nowSample(1, 300)}
	}
	e.Record(twin.Event{Action: "test"})
	eventually(t, "connected is noted", func() bool { events, _ := e.Events(0); return len(events) == 2 })
	stop()
	if h.count() != 1000 {
		t.Errorf("%d samples in the history, want 1000", h.count())
	}
	if len(n.events) != 2 {
		t.Errorf("events %+v", n.events)
	}
	if v := e.Snapshot().At(0); v.Value != 499 {
		t.Errorf("last value %+v", v)
	}
	if err := e.Run(context.Background()); err == nil {
		t.Error("it ran twice")
	}
}

func TestFullDiskDegradesAndRecovers(t *testing.T) {
	h, n := &store{}, &notebook{}
	h.set(errors.New("disk full"))
	n.err = errors.New("disk full")
	e, stop := start(t, Options{Tree: plant(t), History: h, Journal: n, Backlog: 100})
	for i := range 250 {
		e.Push([]twin.Sample{nowSample(0, float64(i))})
		time.Sleep(100 * time.Microsecond)
	}
	eventually(t, "the failure shows", func() bool {
		s := e.Stats()
		return strings.Contains(s.HistoryError, "disk full") && strings.Contains(s.JournalError, "disk full")
	})
	eventually(t, "live values go on", func() bool { return e.Snapshot().At(0).Value == 249 })
	h.set(nil)
	n.mu.Lock()
	n.err = nil
	n.mu.Unlock()
	eventually(t, "it recovers", func() bool { s := e.Stats(); return s.HistoryError == "" && s.JournalError == "" && h.count() > 0 })
	stop()
	s := e.Stats()
	if got := uint64(h.count()) + s.HistoryLost; got != 250 || h.count() < 100 {
		t.Errorf("%d stored and %d lost, want 250 together", h.count(), s.HistoryLost)
	}
	if last := h.samples[len(h.samples)-1]; last.Value != 249 {
		t.Errorf("the newest were not kept: %+v", last)
	}
	if len(n.events) != 2 || n.events[0].Action != "failed" || n.events[1].Action != "recovered" {
		t.Errorf("events %+v", n.events)
	}
}

func TestEndsEvenWhenNothingCanBeWritten(t *testing.T) {
	h, n := &store{err: errors.New("gone")}, &notebook{err: errors.New("gone")}
	e, stop := start(t, Options{Tree: plant(t), History: h, Journal: n})
	e.Push([]twin.Sample{nowSample(0, 1)})
	e.Record(twin.Event{Action: "test"})
	eventually(t, "taken", func() bool { return e.Stats().Samples == 1 })
	stop()
	if s := e.Stats(); s.HistoryLost != 1 || s.JournalLost == 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestSourcesAreWatched(t *testing.T) {
	good, bad := &fake{}, &fake{fail: errors.New("no such host in the twin file"), push: make(chan []twin.Sample, 1)}
	bad.push <- nil
	e, _ := start(t, Options{Tree: plant(t), Sources: []twin.Source{good, bad}})
	good.set(twin.Connected, "")
	text := func() string {
		events, _ := e.Events(0)
		var out strings.Builder
		for _, ev := range events {
			out.WriteString(ev.Text + "\n")
		}
		return out.String()
	}
	eventually(t, "connected", func() bool { return strings.Contains(text(), "source fake: connected") })
	good.set(twin.Lost, "the broker hung up")
	eventually(t, "lost", func() bool { return strings.Contains(text(), "source fake: connection lost: the broker hung up") })
	eventually(t, "failed", func() bool { return strings.Contains(text(), "does not work as it is set up") })
	h := e.Health()
	if len(h) != 2 || h[0].State != twin.Lost || h[1].State != twin.Refused || !strings.Contains(h[1].Detail, "no such host") {
		t.Errorf("health %+v", h)
	}
}

// TestSnapshotsAreConsistent has many readers look at snapshots while values change: within one snapshot the two
// signals that are always pushed together must agree, and an old snapshot must not change.
func TestSnapshotsAreConsistent(t *testing.T) {
	e, stop := start(t, Options{Tree: plant(t), Tick: time.Millisecond})
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				s := e.Snapshot()
				a, b := s.At(2), s.At(3)
				if a.Value != b.Value {
					t.Errorf("generation %d: %g and %g", s.Generation, a.Value, b.Value)
					return
				}
			}
		})
	}
	for i := range 3000 {
		e.Push([]twin.Sample{nowSample(2, float64(i)), nowSample(3, float64(i))})
	}
	close(done)
	readers.Wait()
	stop()
}

// TestCurrentValueIsTheNewestInEventTime: whatever the order of arrival, each signal ends at its newest sample, and
// everything goes to the history.
func TestCurrentValueIsTheNewestInEventTime(t *testing.T) {
	tree := plant(t)
	rapid.Check(t, func(t *rapid.T) {
		var c clock
		c.set(0)
		h := &store{}
		e, err := New(Options{Tree: tree, History: h, Clock: c.Now})
		if err != nil {
			t.Fatal(err)
		}
		times := rapid.Permutation([]int{1, 2, 3, 4, 5, 6, 7, 8}).Draw(t, "order")
		for i, s := range times {
			e.Push([]twin.Sample{sample(2, float64(s), float64(s))})
			if rapid.Bool().Draw(t, "tick") || i == len(times)-1 {
				e.step(c.set(10 + float64(i)))
			}
		}
		if v := e.Snapshot().At(2); v.Value != 8 {
			t.Fatalf("order %v ends at %g", times, v.Value)
		}
		if _, _, n := e.history.state(); n != 8 {
			t.Fatalf("%d in the history's queue", n)
		}
	})
}

func TestLatencyHistogram(t *testing.T) {
	var l latency
	now := epoch
	for i := range 1000 {
		l.add(now, time.Duration(i)*time.Millisecond)
	}
	for i := range 2000 {
		want := time.Duration(i*i) * time.Microsecond
		if b := bucket(want); upper(b) <= want || float64(upper(b)) > 1.13*float64(want)+2000 {
			t.Fatalf("%v falls into the bucket that ends at %v", want, upper(b))
		}
	}
	p50, p95 := l.percentiles(now)
	if p50 < 500*time.Millisecond || p50 > 570*time.Millisecond || p95 < 950*time.Millisecond || p95 > 1080*time.Millisecond {
		t.Errorf("p50 %v, p95 %v", p50, p95)
	}
	l.add(now.Add(15*time.Second), time.Millisecond)
	if p50, _ := l.percentiles(now.Add(15 * time.Second)); p50 < 400*time.Millisecond {
		t.Errorf("p50 %v: the older half is gone too early", p50)
	}
	l.add(now.Add(25*time.Second), time.Millisecond)
	if _, p95 := l.percentiles(now.Add(25 * time.Second)); p95 > 2*time.Millisecond {
		t.Errorf("p95 %v: old latencies stay for ever", p95)
	}
	if p50, p95 := l.percentiles(now.Add(time.Hour)); p50 != 0 || p95 != 0 {
		t.Errorf("after an hour of silence: %v %v", p50, p95)
	}
}

func TestRate(t *testing.T) {
	var r rate
	n, v := uint64(0), 0.0
	for i := range 40 {
		v = r.next(epoch.Add(time.Duration(i)*500*time.Millisecond), n)
		n += 12000
	}
	if math.Abs(v-24000) > 100 {
		t.Errorf("rate %g, want 24000", v)
	}
	for i := range 60 {
		v = r.next(epoch.Add(time.Duration(40+i)*500*time.Millisecond), n)
	}
	if v != 0 {
		t.Errorf("rate %g after silence", v)
	}
}

// farm makes a tree of assets with signals each.
func farm(b testing.TB, assets, each int) *twin.Tree {
	a := []twin.Asset{{Path: "farm", Parent: twin.NoAsset}}
	var s []twin.Signal
	for i := range assets {
		id := twin.AssetID(len(a))
		a = append(a, twin.Asset{Path: fmt.Sprintf("farm/D%04d", i), Parent: 0})
		for k := range each {
			s = append(s, twin.Signal{Path: fmt.Sprintf("farm/D%04d/s%d", i, k), Name: fmt.Sprintf("s%d", k), Asset: id, Timeout: 10 * time.Second, Min: -1e9, Max: 1e9})
		}
	}
	tree, err := twin.NewTree(a, s)
	if err != nil {
		b.Fatal(err)
	}
	return tree
}

// BenchmarkTick is one tick at 24,000 samples/s over 24,000 signals, with publication of the snapshot.
func BenchmarkTick(b *testing.B) {
	r := newRig(b, Options{Tree: farm(b, 2000, 12)})
	batch := make([]twin.Sample, 400)
	now, k := 1.0, 0
	b.ReportAllocs()
	for b.Loop() {
		now += 0.017
		for i := range batch {
			batch[i] = sample(twin.SignalID(k%24000), now, 1)
			k++
		}
		r.at(now, batch...)
	}
}

// BenchmarkIngest is the cost of one sample in the owner.
func BenchmarkIngest(b *testing.B) {
	r := newRig(b, Options{Tree: farm(b, 2000, 12)})
	batch := make([]twin.Sample, 24000)
	now := 1.0
	n := 0
	for b.Loop() {
		now++
		for i := range batch {
			batch[i] = sample(twin.SignalID(i), now, 1)
		}
		r.ingest(batch, r.clock.set(now))
		n += len(batch)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/sample")
}
