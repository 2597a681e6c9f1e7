package flow

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// TestCalibrateFindsWhatTheModelDoes lets the model of the shop speak for its plant: its own failures come back.
func TestCalibrateFindsWhatTheModelDoes(t *testing.T) {
	s := shopStudy(t)
	p := newPlant(&s.def.Model, 5, 0, nil)
	epoch := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	const days = 4
	log := map[string][]float64{}
	code := map[State]float64{Working: 1, Starved: 2, Blocked: 3, Down: 4}
	for sec := 1.; sec <= days*86400; sec++ {
		if err := p.run(context.Background(), sec); err != nil {
			t.Fatal(err)
		}
		for i, n := range p.nodes {
			if x, ok := n.(*station); ok {
				name := s.def.Elements[i].Name
				log[name] = append(log[name], code[x.state(0)])
			}
		}
	}
	gap := map[string]int{} // an hour of silence
	course := func(_ context.Context, sig twin.SignalID, from, to time.Time, each func(time.Time, float64)) error {
		name := s.tree.Asset(s.tree.Signal(sig).Asset).Path[len("shop/"):]
		for i, v := range log[name] {
			at := epoch.Add(time.Duration(i) * time.Second)
			if at.Before(from) || !at.Before(to) {
				continue
			}
			if i > 40_000 && i < 43_600 {
				gap[name]++
				continue
			}
			each(at, v)
		}
		each(to, math.NaN())
		return nil
	}
	fits, err := s.Calibrate(context.Background(), course, epoch, epoch.AddDate(0, 0, days))
	if err != nil || len(fits) != 2 || gap["wash"] == 0 {
		t.Fatal(err, fits)
	}
	for _, f := range fits {
		t.Log(f)
		e := s.def.Element(f.Element)
		if m := e.Failure.Mean(); m < f.Low || m > f.High || f.Stops < 50 || math.Abs(f.DownSec/120-1) > .3 || f.Repair.Law != Exponential || math.Abs(f.StepSec-1) > 1e-9 {
			t.Errorf("%v, truly %v and %v", f, e.Failure, e.Repair)
		}
	}
	fitted := s.Fitted(fits)
	if got := fitted.def.Element("wash").Failure.Mean(); got != fits[0].Failure.Mean() || s.def.Element("wash").Failure.Mean() != 1200 || len(fitted.Fields()) != len(s.Fields()) {
		t.Error("the study that was fitted has what was found, the other stays", got)
	}
	if _, err := s.Calibrate(context.Background(), course, epoch, epoch.Add(time.Minute)); !errors.Is(err, ErrUncalibrated) {
		t.Error(err)
	}
	broken := errors.New("disk")
	if _, err := s.Calibrate(context.Background(), func(context.Context, twin.SignalID, time.Time, time.Time, func(time.Time, float64)) error {
		return broken
	}, epoch, epoch); !errors.Is(err, broken) {
		t.Error(err)
	}
}
