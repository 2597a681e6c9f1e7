package scenario

import (
	"bytes"
	"context"
	"errors"
	"iter"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/recording"
	"github.com/orrery-twin/orrery/twin/scenario/design"
	"github.com/orrery-twin/orrery/twin/sim"
)

func planOf(t testing.TB, s sim.Study, make func([]design.Axis) (*design.Plan, error), changes ...string) *design.Plan {
	t.Helper()
	var list []sim.Change
	for _, c := range changes {
		x, err := sim.ParseChange(c)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, x)
	}
	axes, _, err := Axes(s.Fields(), list)
	if err != nil {
		t.Fatal(err)
	}
	p, err := make(axes)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func grid(n int) func([]design.Axis) (*design.Plan, error) {
	return func(a []design.Axis) (*design.Plan, error) { return design.Grid(a, n) }
}

func TestSweepsHoldAnAnswerForEachPoint(t *testing.T) {
	p := planOf(t, parabola{}, grid(3), "x=range(5, 7, 3)", "z=0..2")
	last := 0
	e := &Experiment{Study: parabola{}, Plan: p, Cache: NewCache(1 << 20), Progress: func(done, total int) {
		if last++; done != last || total != 9 {
			t.Errorf("progress %d of %d", done, total)
		}
	}}
	r, err := e.Run(context.Background())
	if err != nil || r.Partial || r.Done != 9 {
		t.Fatalf("%v %s", err, r.Summary())
	}
	y := r.Column("y")
	for k, want := range []float64{25, 26, 27, 36, 37, 38} {
		if y[k] != want {
			t.Errorf("point %d: %g, want %g", k, y[k], want)
		}
	}
	if n, first := r.Failed(); n != 3 || !math.IsNaN(y[6]) || !strings.Contains(first.Error(), "does not hold at 7") {
		t.Errorf("%d failed: %v", n, first)
	}
	var b bytes.Buffer
	if err := recording.WriteTable(&b, recording.CSV, r.Table()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if lines[0] != "x,z,y,y low,y high,y difference,y difference low,y difference high,w,w low,w high,w difference,w difference low,w difference high,note" ||
		lines[2] != "5,1,26,26,26,25,25,25,6,6,6,5,5,5," || lines[7] != "7,0,,,,,,,,,,,,,the model does not hold at 7" {
		t.Errorf("%q", lines)
	}
	e.Progress = nil
	e.Study = refuses{}
	if again, _ := e.Run(context.Background()); again.Column("y")[3] != 36 {
		t.Error("known answers were asked for again")
	}
}

// refuses answers nothing.
type refuses struct{ parabola }

func (refuses) Answer(context.Context, sim.Question) (*sim.Answer, error) {
	return nil, errors.New("asked again")
}

func TestPointsThatAreTheSameAreAskedOnce(t *testing.T) {
	p := planOf(t, parabola{}, design.Tornado, "x=1..2", "z=choices(0, 1)") // base, x=1 and z=0 are the plant as it is
	asked := 0
	e := &Experiment{Study: parabola{}, Plan: p, Progress: func(done, total int) { asked = total }}
	r, err := e.Run(context.Background())
	if err != nil || asked != 3 || r.Done != 5 {
		t.Fatalf("%v: %d asked, %d done", err, asked, r.Done)
	}
	s := design.Swings(p, r.Column("y"))
	if s[0].Axis != 0 || s[0].Base != 1 || s[0].High != 4 || s[1].Width() != 1 {
		t.Errorf("%+v", s)
	}
}

// slowly takes its time.
type slowly struct{ parabola }

func (slowly) Answer(ctx context.Context, q sim.Question) (*sim.Answer, error) {
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(time.Millisecond):
	}
	return parabola{}.Answer(ctx, q)
}

func TestACancelledExperimentKeepsWhatItHas(t *testing.T) {
	p := planOf(t, parabola{}, grid(1000), "x=-5..5")
	ctx, cancel := context.WithCancel(context.Background())
	r, err := (&Experiment{Study: slowly{}, Plan: p, Progress: func(done, _ int) {
		if done == 20 {
			cancel()
		}
	}}).Run(ctx)
	if !errors.Is(err, context.Canceled) || !r.Partial || r.Done < 20 || r.Done > 30 {
		t.Fatalf("%v: %s", err, r.Summary())
	}
	if table := r.Table(); table.Rows() != 1000 || !strings.Contains(r.Summary(), "stopped before its end") {
		t.Errorf("%s", r.Summary())
	}
}

// far is an executor on a machine that has the study only.
type far struct{ work Work }

func (f far) Run(ctx context.Context, jobs iter.Seq[Job], result func(Result)) error {
	for j := range jobs {
		payload, err := f.work(ctx, j)
		for range 2 { // as a redelivered job does
			result(Result{ID: j.ID, Payload: payload, Err: err})
		}
	}
	return ctx.Err()
}

func TestAnExperimentRunsElsewhere(t *testing.T) {
	p := planOf(t, parabola{}, grid(3), "x=-1..1")
	e := &Experiment{Name: "line", Plan: p, Executor: far{StudyWork(map[string]sim.Study{"line": parabola{}})}, Question: sim.Question{Changes: []sim.Change{{Field: "z", Value: "3"}}}}
	r, err := e.Run(context.Background())
	if err != nil || r.Done != 3 {
		t.Fatalf("%v: %s", err, r.Summary())
	}
	if y := r.Column("y"); y[0] != 4 || y[1] != 3 || y[2] != 4 {
		t.Errorf("%v", y)
	}
	e.Question.Live = &twin.Snapshot{}
	if _, err := e.Run(context.Background()); err == nil {
		t.Error("a snapshot travelled")
	}
}

func TestForecastsAreStudies(t *testing.T) {
	w := plant(t)
	f := &Forecast{Builder: w, Given: []sim.Field{{ID: "load", Label: "Load", Value: 1, Min: 0, Max: 2}}, Options: Options{Tree: w.tree, Members: 8}}
	p := planOf(t, f, grid(4), "load=.5..2")
	e := &Experiment{Study: f, Plan: p, Question: sim.Question{Now: noon, Horizon: 48 * time.Hour}}
	r, err := e.Run(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if n, first := r.Failed(); n > 0 {
		t.Fatal(first)
	}
	for k, load := range []float64{.5, 1, 1.5, 2} {
		got := r.Outcomes[k].Figure("energy")
		if want := load * 1e6 * 2 * daySec * 2; math.Abs(got.Changed.Value-want) > 1e-6*want || math.Abs(got.Difference.Value-(load-1)*4e6*daySec) > 1e-6*want {
			t.Errorf("load %g: %+v", load, got)
		}
	}
	if n := w.built.Load(); n != 4 {
		t.Errorf("%d models were built for 4 points", n)
	}
	if _, err := f.Answer(context.Background(), sim.Question{Now: noon, Changes: []sim.Change{{Field: "load", Value: "1..2"}}}); err == nil || !strings.Contains(err.Error(), "experiment") {
		t.Errorf("%v", err)
	}
	if _, err := f.Answer(context.Background(), sim.Question{Now: noon, Changes: []sim.Change{{Field: "lod", Value: "1"}}}); err == nil || !strings.Contains(err.Error(), "choose one of load") {
		t.Errorf("%v", err)
	}
}

// What an experiment costs beside the model.
func BenchmarkExperiment(b *testing.B) {
	p := planOf(b, parabola{}, grid(1000), "x=-5..5")
	for b.Loop() {
		if _, err := (&Experiment{Study: parabola{}, Plan: p}).Run(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
