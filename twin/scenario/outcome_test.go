package scenario

import (
	"context"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
)

func TestOutcomesTravel(t *testing.T) {
	kW, _ := twin.ParseUnit("kW")
	o := &Outcome{Headline: "station 4", Runs: 30, Elapsed: 1500 * time.Millisecond, Partial: true, Figures: []sim.Figure{
		{ID: "a", Label: "A", Unit: kW, Decimals: 2, Good: sim.Less, Base: sim.Mean{Value: .1, Low: 1e-300, High: math.Inf(1)}, Changed: sim.Exact(1. / 3), Difference: sim.Mean{Value: -1, Low: math.Inf(-1), High: 5}}}}
	got, err := DecodeOutcome(o.Encode())
	if err != nil || !reflect.DeepEqual(o, got) {
		t.Fatalf("%+v, %v", got, err)
	}
	o.Figures[0].Base = sim.Exact(math.NaN())
	if got, err = DecodeOutcome(o.Encode()); err != nil || !math.IsNaN(got.Figures[0].Base.Value) {
		t.Errorf("NaN: %+v, %v", got, err)
	}
	if got.Figure("a") == nil || got.Figure("b") != nil {
		t.Error("figures by ID")
	}
}

func TestTasksTravelAndAreAnswered(t *testing.T) {
	task := Task{Study: "line", Changes: []sim.Change{{Field: "x", Value: "3"}}, Now: time.Unix(1e9, 0).UTC(), Horizon: 3600, Runs: 4, Seed: 9}
	got, err := DecodeTask(task.Encode())
	if err != nil || !reflect.DeepEqual(task, got) {
		t.Fatalf("%+v, %v", got, err)
	}
	work := StudyWork(map[string]sim.Study{"line": parabola{}})
	payload, err := work(context.Background(), Job{Payload: task.Encode()})
	if err != nil {
		t.Fatal(err)
	}
	if o, err := DecodeOutcome(payload); err != nil || o.Figure("y").Changed.Value != 9 {
		t.Errorf("%+v, %v", o, err)
	}
	task.Study = "other"
	if _, err := work(context.Background(), Job{Payload: task.Encode()}); err == nil || !strings.Contains(err.Error(), `no study "other"`) {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"", "{", `{"shell": "rm"}`, `{"runs": -1}`, `{"runs": 1e9}`, `{"horizon_s": 1e300}`, `{"changes": [{"Field": "a\nb", "Value": "1"}]}`, `{"changes": [{}]}`} {
		if _, err := work(context.Background(), Job{Payload: []byte(bad)}); err == nil {
			t.Errorf("%s was taken", bad)
		}
	}
}

// parabola is a study with y = x² + z, z = 0 where nothing is changed, and w = x + z.
type parabola struct{}

func (parabola) Fields() []sim.Field {
	return []sim.Field{{ID: "x", Label: "X", Value: 1, Min: -10, Max: 10}, {ID: "z", Label: "Z", Value: 0, Min: -10, Max: 10}}
}

func (parabola) Answer(ctx context.Context, q sim.Question) (*sim.Answer, error) {
	v, err := Values(parabola{}.Fields(), q.Changes)
	if err != nil {
		return nil, err
	}
	x, z := 1., 0.
	if got, ok := v["x"]; ok {
		x = got
	}
	if got, ok := v["z"]; ok {
		z = got
	}
	if x == 7 {
		return nil, errors.New("the model does not hold at 7")
	}
	y := x*x + z
	figure := func(id string, base, now float64) sim.Figure {
		return sim.Figure{ID: id, Label: strings.ToUpper(id), Decimals: 1, Good: sim.More, Base: sim.Exact(base), Changed: sim.Exact(now), Difference: sim.Exact(now - base)}
	}
	return &sim.Answer{Headline: "a parabola", Figures: []sim.Figure{figure("y", 1, y), figure("w", 1, x+z)}, Runs: max(q.Runs, 1)}, ctx.Err()
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"study":"line","changes":[{"Field":"x","Value":"3"}],"runs":4}`))
	f.Add((&Outcome{Figures: []sim.Figure{{ID: "a", Base: sim.Exact(math.Inf(1))}}}).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if task, err := DecodeTask(b); err == nil {
			if again, err := DecodeTask(task.Encode()); err != nil || len(again.Changes) != len(task.Changes) {
				t.Fatalf("%+v: %v", task, err)
			}
		}
		if o, err := DecodeOutcome(b); err == nil {
			if again, err := DecodeOutcome(o.Encode()); err != nil || len(again.Figures) != len(o.Figures) {
				t.Fatalf("%+v: %v", o, err)
			}
		}
	})
}
