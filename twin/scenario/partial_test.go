package scenario

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

// fragile is a clock that breaks at a step, and that has to be closed.
type fragile struct {
	sim.Model
	at     int
	broken error
	closed *bool
}

func (f *fragile) Err() error   { return f.broken }
func (f *fragile) Close() error { *f.closed = true; return nil }
func (f *fragile) Step(k int) {
	if k >= f.at {
		f.broken = errors.New("the spring broke")
		return
	}
	f.Model.Step(k)
}

type fragileBuilder struct {
	*wooden
	at     int
	closed bool
}

func (b *fragileBuilder) Build(ctx context.Context, q sim.Request) (*sim.Job, error) {
	job, err := b.wooden.Build(ctx, q)
	if err == nil {
		job.Model = &fragile{Model: job.Model, at: b.at, closed: &b.closed}
	}
	return job, err
}

// What a model came to before it broke is kept, marked, and says why it ends.
func TestAModelThatBreaksLeavesAPartialRun(t *testing.T) {
	b := &fragileBuilder{wooden: plant(t), at: 6}
	run, err := Compute(context.Background(), b, Scenario{}, noon, Options{Tree: b.tree, Clock: fixed})
	if err != nil {
		t.Fatal(err)
	}
	end := noon.Add(time.Hour)
	if !run.Partial || !run.Valid || !run.Horizon.Equal(end) || run.Reason != "ends at 2026-06-01 13:00:00: the spring broke" || !b.closed {
		t.Errorf("%+v, closed %v", run, b.closed)
	}
	var s twin.Snapshot
	if !run.At(end, &s) || s.At(0).Quality != twin.Predicted || run.At(end.Add(time.Minute), &s) {
		t.Error("it does not hold what was computed, or goes on")
	}
	full := mustRun(t, b.wooden, 1)
	run.At(end, &s)
	if m, _, _, _ := full.bands.At(0, end); m != s.At(0).Value {
		t.Errorf("%g at the end, %g without the break", s.At(0).Value, m)
	}
	if _, ok := Compare(run, full); ok {
		t.Error("a part was compared with a whole")
	}
	if aged := run.with([]string{"temp is stale", ""}, ""); !strings.HasPrefix(aged.Reason, "ends at") || !strings.Contains(aged.Reason, "A: temp is stale") || !aged.Valid {
		t.Errorf("%q", aged.Reason)
	}
	b.at = 0
	if _, err := Compute(context.Background(), b, Scenario{}, noon, Options{Tree: b.tree, Clock: fixed}); err == nil || err.Error() != "the spring broke" {
		t.Errorf("nothing was computed: %v", err)
	}
}

// A scenario that was never computed says why, and predicts nothing.
func TestWhatCannotBeComputedSaysWhy(t *testing.T) {
	w := plant(t)
	w.broken = errors.New("pump.fmu is not trusted yet")
	r := New(Options{Tree: w.tree, Builder: w, Clock: fixed, Refresh: -1})
	defer r.Close()
	until(t, "the reason", func() bool { return r.Latest(Base) != nil })
	run := r.Latest(Base)
	var s twin.Snapshot
	if run.Valid || run.Reason != "could not be computed: pump.fmu is not trusted yet" || run.At(noon, &s) && s.At(0).Quality == twin.Predicted || run.Predicts(0) {
		t.Errorf("%+v", run)
	}
	if len(s.Values) != len(w.tree.Signals()) || len(run.Failures()) > 0 || len(run.Columns(0, noon, noon.Add(time.Hour), 3, nil)) != 3 {
		t.Error("it is not fit to be shown")
	}
	if _, ok := run.Energy(1); ok {
		t.Error("energy of nothing")
	}
	w.mu.Lock()
	w.broken = nil
	w.mu.Unlock()
	r.Refresh()
	until(t, "the return", func() bool { return r.Latest(Base).Valid })
}
