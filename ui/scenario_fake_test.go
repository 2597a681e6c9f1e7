package ui

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/ui/theme"
)

// fakeStudy is a line whose output follows the speed of its filler up to that of its capper. It takes as long as its gate.
type fakeStudy struct {
	mu     sync.Mutex
	fields []sim.Field
	asked  []sim.Question
	gate   chan struct{} // a full answer waits for it; nil: none waits
	fault  error
	units  [2]twin.Unit
}

func newFakeStudy(t testing.TB) *fakeStudy {
	s := &fakeStudy{units: [2]twin.Unit{unit(t, ""), unit(t, "%")}}
	pct := s.units[1]
	for i, name := range []string{"Depalletiser", "Rinser", "Filler", "Capper", "Labeller", "Packer"} {
		asset := "farm/T0" + string(rune('1'+i))
		id := strings.ToLower(name)
		s.fields = append(s.fields,
			sim.Field{ID: id + ".speed", Label: name + ": speed", Unit: pct, Value: 1, Min: .2, Max: 1.5, Text: "100 %", Asset: asset},
			sim.Field{ID: id + ".repair", Label: name + ": time to repair", Unit: unit(t, "min"), Value: 360, Min: 60, Max: math.NaN(), Text: "6 min", Asset: asset},
			sim.Field{ID: id + ".failures", Label: name + ": time between failures", Unit: unit(t, "h"), Value: math.NaN(), Min: math.NaN(), Max: math.NaN(), Text: "weibull(2 h, 1.5)", Asset: asset})
	}
	return s
}

func (s *fakeStudy) Fields() []sim.Field { return s.fields }

func (s *fakeStudy) Answer(ctx context.Context, q sim.Question) (*sim.Answer, error) {
	s.mu.Lock()
	s.asked = append(s.asked, q)
	gate, fault := s.gate, s.fault
	s.mu.Unlock()
	if fault != nil {
		return nil, fault
	}
	speed := map[string]float64{}
	for _, c := range q.Changes {
		for i := range s.fields {
			if f := &s.fields[i]; f.ID == c.Field {
				v, ok := valueOf(f, c.Value)
				if !ok && !math.IsNaN(f.Value) {
					return nil, fmt.Errorf("flow: field %s: %q is no number: write one", c.Field, c.Value)
				}
				speed[c.Field] = v
			}
		}
	}
	at := func(name string) float64 {
		if v, ok := speed[name+".speed"]; ok {
			return v
		}
		return 1
	}
	if gate != nil && q.Runs == 0 {
		if q.Progress != nil {
			q.Progress(.4)
		}
		select {
		case <-gate:
		case <-ctx.Done():
			return &sim.Answer{Headline: "Half an answer", Partial: true, Runs: 3, Computed: testNow}, ctx.Err()
		}
	}
	out := 41200 * min(at("filler"), 1.06*at("capper"))
	noise := 60.0
	if q.Runs > 0 {
		noise *= 4
	}
	mean := func(v float64) sim.Mean { return sim.Mean{Value: v, Low: v - noise, High: v + noise} }
	d := sim.Mean{Value: out - 41200, Low: out - 41200 - noise/2, High: out - 41200 + noise/2}
	stops := (at("rinser") - 1) * 20
	a := &sim.Answer{Headline: "The filler is the bottleneck: ten percent more speed there buys +6.0 % output",
		More: []string{"The capper follows: it stops the line for 21 % of the time", "The labeller never waits"}, Runs: 20, Computed: testNow, Elapsed: 300 * time.Millisecond,
		Rests: "8 h from the present state",
		Figures: []sim.Figure{
			{ID: "output", Label: "Bottles an hour", Unit: s.units[0], Good: sim.More, Base: mean(41200), Changed: mean(out), Difference: d},
			{ID: "stops", Label: "Minutes stopped", Unit: s.units[0], Decimals: 1, Good: sim.Less, Base: sim.Exact(38.4), Changed: sim.Exact(38.4 + stops), Difference: sim.Mean{Value: stops, Low: stops - 2.2, High: stops + 2.2}},
			{ID: "waste", Label: "Waste", Unit: s.units[1], Decimals: 2, Good: sim.Less, Base: sim.Exact(.0123), Changed: sim.Exact(.0123 + (at("filler")-1)*.02), Difference: sim.Exact((at("filler") - 1) * .02)},
		},
		Ranks: []sim.Rank{
			{Asset: "farm/T03", Label: "Filler", Share: .61, Gain: sim.Mean{Value: .06, Low: .057, High: .063}, Lever: "filler.speed=+10%", Why: "the only bottleneck for 61 % of the time"},
			{Asset: "farm/T04", Label: "Capper", Share: .21, Gain: sim.Mean{Value: .002, Low: -.001, High: .005}, Lever: "capper.speed=+10%", Why: "for 21 % of the time"},
			{Asset: "farm/T01", Label: "Depalletiser", Share: .12, Lever: "depalletiser.speed=+10%"},
			{Asset: "farm/T06", Label: "Packer", Share: .06},
		},
		Parts: []sim.Part{{Asset: "farm/T03", Shade: math.Min(1, (out-41200)/3000), Text: fmt.Sprintf("%+.1f %% flow", (out/41200-1)*100)}, {Asset: "farm/T04", Shade: -.4, Text: "waits more"}}}
	if len(q.Changes) == 0 {
		a.Parts = nil
		for i := range a.Figures {
			a.Figures[i].Difference = sim.Mean{}
		}
	} else {
		a.Headline = fmt.Sprintf("%.0f bottles an hour instead of 41200", out)
	}
	return a, nil
}

func (s *fakeStudy) questions() []sim.Question {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]sim.Question(nil), s.asked...)
}

// asking opens a desk with a study and a preset, and shows the page of scenarios with the panel beside the view.
func asking(t testing.TB, size fyne.Size, mode theme.Mode) (*bench, *fakeStudy) {
	study := newFakeStudy(t)
	b := newBench(t, size, mode)
	b.furnish = func(d *Desk) {
		d.Studies = []NamedStudy{{"line", "Bottling line", study}}
		d.Presets = []Preset{{ID: "faster", Label: "Filler +10 %", Changes: []sim.Change{{Field: "filler.speed", Value: "+10%"}}}}
		d.Project.Horizon = 8 * time.Hour
	}
	b.open()
	b.shell.run("scenario.open")
	b.settle()
	return b, study
}

var errNoLine = errors.New(`flow: the model cannot run: elements[3].capacity: is -1: write a number above 0`)
