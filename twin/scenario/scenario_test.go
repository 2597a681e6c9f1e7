package scenario

import (
	"context"
	"errors"
	"math"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// clock is a wooden plant of two units: each member wears at its own pace times (load + ½), and fails at 1.
type clock struct {
	grid   sim.Grid
	load   float64
	wear   [2][]float64
	failed [2][]float64
	energy [2][]float64
}

func (c *clock) Members() int               { return len(c.wear[0]) }
func (c *clock) Output(i int) []float64     { return c.wear[i] }
func (c *clock) FailureSec(u int) []float64 { return c.failed[u] }
func (c *clock) EnergyJ(u int) []float64    { return c.energy[u] }
func (c *clock) Adjust(values map[string]float64) error {
	if v, ok := values["load"]; ok && v < 0 {
		return errors.New("a load below zero")
	}
	if c.load = 1; len(values) > 0 {
		c.load = values["load"]
	}
	return nil
}
func (c *clock) Step(k int) {
	dt := c.grid.Step.Seconds()
	for u := range c.wear {
		for m := range c.wear[u] {
			pace := (1 + .02*float64(m)) / (12 * 86400) * (c.load + .5) / 1.5
			if u == 1 {
				pace /= 100
			}
			before := c.wear[u][m]
			c.wear[u][m] += pace * dt
			c.energy[u][m] += c.load * 1e6 * dt
			if c.wear[u][m] >= 1 && math.IsInf(c.failed[u][m], 1) {
				c.failed[u][m] = float64(k)*dt + (1-before)/pace
			}
		}
	}
}

// wooden builds clocks.
type wooden struct {
	tree   *twin.Tree
	built  atomic.Int32
	slow   time.Duration
	mu     sync.Mutex
	broken error
}

func (w *wooden) Build(ctx context.Context, q sim.Request) (*sim.Job, error) {
	w.built.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return nil, w.broken
	}
	if w.slow > 0 {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(w.slow):
		}
	}
	past := int(q.Now.Sub(q.Fork) / q.Step)
	c := &clock{grid: sim.Grid{Start: q.Now.Add(-time.Duration(past) * q.Step), Step: q.Step, N: past + int(q.Horizon/q.Step)}, load: 1}
	if v, ok := q.Values["load"]; ok {
		c.load = v
	}
	for u := range c.wear {
		c.wear[u], c.failed[u], c.energy[u] = make([]float64, q.Members), make([]float64, q.Members), make([]float64, q.Members)
		for m := range c.failed[u] {
			c.failed[u][m] = math.Inf(1)
		}
	}
	return &sim.Job{Model: c, Grid: c.grid, Channels: []sim.Channel{{Signal: 0}, {Signal: 2}},
		Units: []sim.Unit{{Asset: 1, Part: 1, Name: "bearing", Inputs: []twin.SignalID{1}}, {Asset: 2, Part: 2, Name: "bearing", Inputs: []twin.SignalID{3}}}}, nil
}

func plant(t *testing.T) *wooden {
	t.Helper()
	tree, err := twin.NewTree([]twin.Asset{{Path: "farm", Name: "farm", Parent: twin.NoAsset}, {Path: "farm/A", Name: "A"}, {Path: "farm/B", Name: "B"}},
		[]twin.Signal{{Path: "farm/A/wear", Asset: 1, Name: "wear"}, {Path: "farm/A/temp", Asset: 1, Name: "temp", Label: "Oil temp", Timeout: 10 * time.Second},
			{Path: "farm/B/wear", Asset: 2, Name: "wear"}, {Path: "farm/B/temp", Asset: 2, Name: "temp", Timeout: 10 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	return &wooden{tree: tree}
}

var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func fixed() time.Time { return noon }

func until(t *testing.T, what string, f func() bool) {
	t.Helper()
	for range 1000 {
		if f() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("waited in vain for %s", what)
}

func TestFirstACoarseAnswerThenTheFullOne(t *testing.T) {
	w := plant(t)
	var mu sync.Mutex
	var seen []*Run
	r := New(Options{Tree: w.tree, Builder: w, Clock: fixed, Refresh: -1, OnUpdate: func(run *Run) { mu.Lock(); seen = append(seen, run); mu.Unlock() }})
	defer r.Close()
	until(t, "the full answer", func() bool { b := r.Latest(Base); return b != nil && !b.Coarse })
	mu.Lock()
	defer mu.Unlock()
	if len(seen) != 2 || !seen[0].Coarse || seen[0].Members != 16 || seen[1].Coarse || seen[1].Members != 64 {
		t.Fatalf("answers: %d", len(seen))
	}
	b := seen[1]
	if !b.Fork.Equal(noon) || !b.Horizon.Equal(noon.Add(14*24*time.Hour)) || !b.Valid {
		t.Errorf("run %v … %v, valid %v", b.Fork, b.Horizon, b.Valid)
	}
	// Member m fails after 12/(1+m/50) days: half of 64 members by m = 31.5.
	f := b.Failures()
	if len(f) != 1 || f[0].Asset != 1 || f[0].Probability != 1 {
		t.Fatalf("failures %+v", f)
	}
	life := .5 * (12/1.62 + 12/1.64) * 24
	want := noon.Add(time.Duration(life * float64(time.Hour)))
	if d := f[0].Median.Sub(want); d.Abs() > 5*time.Minute {
		t.Errorf("median %v, want %v", f[0].Median, want)
	}
	if !f[0].Low.Before(f[0].Median) || !f[0].Median.Before(f[0].High) {
		t.Errorf("interval %v … %v about %v", f[0].Low, f[0].High, f[0].Median)
	}
	if r.Busy(Base) || r.Err(Base) != nil {
		t.Error("busy after the end")
	}
}

func TestOpenEndsStayOpen(t *testing.T) {
	w := plant(t)
	run, err := Compute(context.Background(), w, Scenario{Values: map[string]float64{"load": .35}}, noon, Options{Tree: w.tree, Clock: fixed})
	if err != nil {
		t.Fatal(err)
	}
	f, ok := run.Failure(1) // pace·14 d ≥ 1 from (1+m/50) ≥ 1.513 on: m ≥ 26, so 38 of 64
	if !ok || math.Abs(f.Probability-38./64) > 1e-9 || f.Median.IsZero() || f.Low.IsZero() || !f.High.IsZero() {
		t.Errorf("failure %+v: the high end must be open", f)
	}
	if f, ok := run.Failure(2); !ok || f.Probability != 0 || !f.Median.IsZero() || !f.Low.IsZero() {
		t.Errorf("a unit that does not fail: %+v", f)
	}
	if len(run.Failures()) != 1 {
		t.Error("a failure that nobody expects is listed")
	}
}

func TestNewestRequestWins(t *testing.T) {
	w := plant(t)
	r := New(Options{Tree: w.tree, Builder: w, Clock: fixed, Refresh: -1})
	defer r.Close()
	for i := range 200 {
		r.Start(Scenario{Name: "B", Values: map[string]float64{"load": float64(i) / 100}})
	}
	until(t, "the last request", func() bool { b := r.Latest("B"); return b != nil && !b.Coarse && b.Scenario.Values["load"] == 1.99 })
	until(t, "the base", func() bool { b := r.Latest(Base); return b != nil && !b.Coarse })
	if n := w.built.Load(); n > 250 {
		t.Errorf("%d models built for 200 requests", n)
	}
	r.Drop("B")
	if r.Latest("B") != nil {
		t.Error("a dropped scenario is still there")
	}
}

func TestCompareIsPaired(t *testing.T) {
	w := plant(t)
	r := New(Options{Tree: w.tree, Builder: w, Clock: fixed, Refresh: -1})
	defer r.Close()
	r.Start(Scenario{Name: "B", Values: map[string]float64{"load": .9}})
	until(t, "both", func() bool {
		a, b := r.Latest(Base), r.Latest("B")
		return a != nil && b != nil && !a.Coarse && !b.Coarse
	})
	c, ok := Compare(r.Latest(Base), r.Latest("B"))
	if !ok || c.Members != 64 || len(c.Shifts) != 2 {
		t.Fatalf("comparison %+v %v", c, ok)
	}
	if math.Abs(c.Energy.Median+.1) > 1e-9 || math.Abs(c.Energy.High-c.Energy.Low) > 1e-9 {
		t.Errorf("energy %+v, want −10 %% for every member", c.Energy)
	}
	// Each member lives 1.5/1.4 times as long: the shift is a 14th of its life.
	s := c.Shifts[0]
	if want := 12 / 1.63 / 14; math.Abs(s.Days.Median-want) > .02 || !s.Certain {
		t.Errorf("shift %+v, want %.3f days", s, want)
	}
	if s.Text() != "bearing fails 0.5 d later (0.4 … 0.8)" {
		t.Errorf("text %q", s.Text())
	}
	if other := c.Shifts[1]; !math.IsNaN(other.Days.Median) || other.Members != 0 {
		t.Errorf("a unit that fails in neither: %+v", other)
	}
	// The coarse answer of B compares with the coarse one of the base.
	if b := r.Latest("B"); b.rough != nil {
		if c, ok := Compare(r.Latest(Base), b.rough); !ok || c.Members != 16 {
			t.Errorf("coarse comparison: %v, %d members", ok, c.Members)
		}
	}
	later, err := Compute(context.Background(), w, Scenario{}, noon.Add(time.Hour), Options{Tree: w.tree})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := Compare(r.Latest(Base), later); ok {
		t.Error("runs of two moments were paired")
	}
	if c, ok := Compare(r.Latest(Base), mustRun(t, w, .1)); !ok || !math.IsInf(c.Shifts[0].Days.High, 1) || math.IsInf(c.Shifts[0].AtLeastDays.High, 0) {
		t.Errorf("a failure that leaves the horizon: %+v %v", c.Shifts, ok)
	}
}

func mustRun(t *testing.T, w *wooden, load float64) *Run {
	t.Helper()
	run, err := Compute(context.Background(), w, Scenario{Values: map[string]float64{"load": load}}, noon, Options{Tree: w.tree, Clock: fixed})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

func TestAtAndColumns(t *testing.T) {
	w := plant(t)
	run := mustRun(t, w, 1)
	var s twin.Snapshot
	if !run.At(noon.Add(6*24*time.Hour), &s) || s.Origin != twin.Simulated {
		t.Fatal("nothing six days ahead")
	}
	v := s.At(0)
	if want := .5 * 1.63; math.Abs(v.Value-want) > .01 || v.Quality != twin.Predicted || v.Time != noon.Add(6*24*time.Hour).UnixNano() {
		t.Errorf("wear of A %+v, want %.3f", v, want)
	}
	if lo, hi, ok := s.Interval(0); !ok || lo >= v.Value || hi <= v.Value {
		t.Errorf("interval %v … %v", lo, hi)
	}
	if s.At(1).Quality != twin.NoData {
		t.Error("a signal without a model has a value")
	}
	g := s.Generation
	for _, at := range []time.Time{noon.Add(-time.Second), noon.Add(15 * 24 * time.Hour)} {
		if run.At(at, &s) || s.At(0).Quality != twin.NoData {
			t.Errorf("a value at %v", at)
		}
	}
	if s.Generation <= g {
		t.Error("the generation stands still")
	}
	cols := run.Columns(0, noon, noon.Add(14*24*time.Hour), 7, nil)
	if len(cols) != 7 || cols[3].Median < cols[2].Median || cols[3].Low >= cols[3].High {
		t.Errorf("columns %+v", cols)
	}
	for _, c := range run.Columns(1, noon, noon.Add(time.Hour), 2, nil) {
		if !math.IsNaN(c.Median) {
			t.Error("a column of a signal without a model")
		}
	}
	if n := testing.AllocsPerRun(100, func() { run.At(noon.Add(time.Hour), &s) }); n != 0 {
		t.Errorf("At allocates %v times", n)
	}
}

func TestForkInThePastCountsEnergyFromNow(t *testing.T) {
	w := plant(t)
	run, err := Compute(context.Background(), w, Scenario{Fork: noon.Add(-24 * time.Hour)}, noon, Options{Tree: w.tree, Horizon: 48 * time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	if !run.Fork.Equal(noon.Add(-24*time.Hour)) || !run.Horizon.Equal(noon.Add(48*time.Hour)) {
		t.Errorf("run %v … %v", run.Fork, run.Horizon)
	}
	if e, ok := run.Energy(1); !ok || math.Abs(e.Median-48*3600*1e6) > 1e-3*e.Median {
		t.Errorf("energy %+v, want two days of 1 MW", e)
	}
}

func TestForecastsAreWithdrawnAndRestored(t *testing.T) {
	w := plant(t)
	var now, seen atomic.Int64
	now.Store(noon.UnixNano())
	seen.Store(noon.UnixNano())
	snapshot := func() *twin.Snapshot {
		s := &twin.Snapshot{Values: make([]twin.Value, 4)}
		s.Values[1] = twin.Value{Value: 300, Time: seen.Load(), Quality: twin.Good}
		s.Values[3] = twin.Value{Value: 300, Time: now.Load(), Quality: twin.Good}
		return s
	}
	r := New(Options{Tree: w.tree, Builder: w, Clock: func() time.Time { return time.Unix(0, now.Load()) }, Refresh: -1, Snapshot: snapshot})
	defer r.Close()
	until(t, "the base", func() bool { b := r.Latest(Base); return b != nil && !b.Coarse })
	first := r.Latest(Base)
	now.Add(int64(2 * time.Minute)) // the time-out is 10 s; but how long it was stale is counted from when it was noticed
	time.Sleep(1200 * time.Millisecond)
	now.Add(int64(2 * time.Minute))
	until(t, "the withdrawal", func() bool { ok, _ := r.Latest(Base).Validity(1); return !ok })
	b := r.Latest(Base)
	if ok, why := b.Validity(1); ok || why != "Oil temp is stale for 2m0s" {
		t.Errorf("A: %v %q", ok, why)
	}
	if ok, _ := b.Validity(2); !ok || !b.Valid || b.Reason == "" {
		t.Errorf("B must stand: %v, run %v %q", ok, b.Valid, b.Reason)
	}
	var s twin.Snapshot
	if b.At(b.Fork.Add(time.Hour), &s); s.At(0).Quality != twin.NoData || s.At(2).Quality != twin.Predicted {
		t.Errorf("withdrawn %v, standing %v", s.At(0).Quality, s.At(2).Quality)
	}
	if len(b.Failures()) != 0 {
		t.Error("a withdrawn failure is listed")
	}
	if ok, _ := first.Validity(1); !ok {
		t.Error("a published run was changed")
	}
	seen.Store(now.Load())
	until(t, "the return", func() bool { ok, _ := r.Latest(Base).Validity(1); return ok })
	until(t, "a new run", func() bool { return r.Latest(Base).Now.After(first.Now) })
}

func TestAModelThatCannotBeBuilt(t *testing.T) {
	w := plant(t)
	r := New(Options{Tree: w.tree, Clock: fixed, Refresh: -1})
	defer r.Close()
	if _, err := r.Wait(context.Background(), Scenario{}); err == nil {
		t.Error("a run without a model")
	}
	r.SetBuilder(w)
	until(t, "the base", func() bool { b := r.Latest(Base); return b != nil && !b.Coarse })
	w.mu.Lock()
	w.broken = errors.New("no wind was recorded")
	w.mu.Unlock()
	r.Refresh()
	until(t, "the withdrawal", func() bool { return !r.Latest(Base).Valid })
	if b := r.Latest(Base); b.Reason != "could not be computed again: no wind was recorded" || r.Err(Base) == nil {
		t.Errorf("reason %q, error %v", b.Reason, r.Err(Base))
	}
	w.mu.Lock()
	w.broken = nil
	w.mu.Unlock()
	r.Refresh()
	until(t, "the return", func() bool { return r.Latest(Base).Valid && r.Err(Base) == nil })
}

func TestCloseEndsALongRun(t *testing.T) {
	w := plant(t)
	w.slow = time.Hour
	r := New(Options{Tree: w.tree, Builder: w, Clock: fixed})
	until(t, "work", func() bool { return r.Busy(Base) && w.built.Load() > 0 })
	began := time.Now()
	r.Close()
	if d := time.Since(began); d > 2*time.Second {
		t.Errorf("Close took %v", d)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Compute(ctx, plant(t), Scenario{}, noon, Options{Tree: w.tree}); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run: %v", err)
	}
}
