package sim

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// steady climbs by one each step; it stops at a step of its own.
type steady struct {
	v      []float64
	stop   int
	err    error
	closed *int
}

func (s *steady) Members() int             { return len(s.v) }
func (s *steady) Output(int) []float64     { return s.v }
func (s *steady) FailureSec(int) []float64 { return s.v }
func (s *steady) EnergyJ(int) []float64    { return s.v }
func (s *steady) Err() error               { return s.err }
func (s *steady) Close() error             { *s.closed++; return nil }
func (s *steady) Step(k int) {
	if k == s.stop {
		s.err = errors.New("broken")
		return
	}
	for i := range s.v {
		s.v[i]++
	}
}

// maker builds a steady model that knows one parameter, its start.
type maker struct {
	knows  string
	stop   int
	signal twin.SignalID
	closed *int
	grid   time.Duration
}

func (m maker) Knows(name string) bool { return name == m.knows }

func (m maker) Build(_ context.Context, q Request) (*Job, error) {
	if len(q.Values) > 1 || len(q.Values) == 1 && !m.Knows(m.knows) {
		return nil, errors.New("a parameter of another")
	}
	v := make([]float64, q.Members)
	for i := range v {
		v[i] = q.Values[m.knows]
	}
	return &Job{Model: &steady{v: v, stop: m.stop, closed: m.closed}, Grid: Grid{q.Now, q.Step + m.grid, 10}, Channels: []Channel{{Signal: m.signal}},
		Units: []Unit{{Name: m.knows}}, Rests: m.knows}, nil
}

func TestModelsGoSideBySide(t *testing.T) {
	closed := 0
	b := Together{maker{"a", 4, 1, &closed, 0}, maker{"b", 99, 2, &closed, 0}}
	q := Request{Now: time.Unix(0, 0), Step: time.Second, Members: 3, Values: map[string]float64{"a": 10, "b": 20}}
	job, err := b.Build(context.Background(), q)
	if err != nil {
		t.Fatal(err)
	}
	if len(job.Channels) != 2 || job.Channels[1].Signal != 2 || len(job.Units) != 2 || job.Rests != "a; b" || !b.Knows("b") || b.Knows("c") {
		t.Fatalf("%+v", job)
	}
	bands := NewBands(job.Grid, job.Channels)
	err = Run(context.Background(), job.Model, bands)
	var stopped *Stopped
	if !errors.As(err, &stopped) || stopped.Steps != 4 || err.Error() != "broken" {
		t.Fatalf("%v", err)
	}
	cut := bands.Cut(stopped.Steps)
	for c, want := range []float64{14, 24} {
		if m, _, _, ok := cut.At(c, time.Unix(4, 0)); !ok || m != want {
			t.Errorf("channel %d ends at %g", c, m)
		}
		if _, _, _, ok := cut.At(c, time.Unix(5, 0)); ok {
			t.Errorf("channel %d goes on", c)
		}
		if job.Model.FailureSec(c)[0] < want || job.Model.EnergyJ(c)[0] < want {
			t.Errorf("unit %d is another", c)
		}
	}
	if err := job.Model.(*sideBySide).Close(); err != nil || closed != 2 {
		t.Errorf("%d closed", closed)
	}
	q.Values["c"] = 1
	if _, err := b.Build(context.Background(), q); err == nil || !strings.Contains(err.Error(), `parameter "c"`) {
		t.Errorf("%v", err)
	}
	delete(q.Values, "c")
	closed = 0
	if _, err := (Together{b[0], maker{"b", 9, 2, &closed, time.Second}}).Build(context.Background(), q); err == nil || closed != 2 {
		t.Errorf("two grids: %v, %d closed", err, closed)
	}
	if _, err := (Together{}).Build(context.Background(), Request{}); err == nil {
		t.Error("nothing was built")
	}
}

// rising gives each signal the second of the time, and from second 3 on nothing to rely on.
type rising struct{}

func (rising) LatestAt(_ context.Context, t time.Time, into *twin.Snapshot) error {
	into.Reset(1)
	v := twin.Value{Value: float64(t.Unix()), Quality: twin.Good}
	if v.Value >= 3 {
		v.Value = math.NaN()
	}
	into.Values[0] = v
	return nil
}

func TestARecordHoldsWhatCanBeReliedOn(t *testing.T) {
	grid := Grid{time.Unix(0, 0), time.Second, 10}
	r, err := ReadRecord(context.Background(), rising{}, grid, time.Unix(2, 5e8))
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range []float64{0, 1, 2, 2, 2} {
		if v, ok := r.At(k, 0); !ok || v != want {
			t.Errorf("step %d: %g %v", k, v, ok)
		}
	}
	if v, ok := r.At(0, twin.NoSignal); ok {
		t.Errorf("no signal: %g", v)
	}
	if r, _ := ReadRecord(context.Background(), rising{}, grid, time.Unix(5, 0)); true {
		if v, ok := r.Last(0); ok {
			t.Errorf("what is no number counts: %g", v)
		}
	}
	if r, err := ReadRecord(context.Background(), nil, grid, grid.Start); err != nil {
		t.Error(err)
	} else if _, ok := r.Last(0); ok {
		t.Error("nothing was measured")
	}
}
