package main

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/factory"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/flow"
)

// lineOfTheDemo is the study of the bottling line and the project that holds it.
func lineOfTheDemo(t *testing.T) (*project.Project, *flow.Study) {
	t.Helper()
	fsys, err := demo.Twin("factory")
	if err != nil {
		t.Fatal(err)
	}
	p, err := project.LoadFS(fsys, project.FileName)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Studies) != 1 {
		t.Fatalf("%d studies", len(p.Studies))
	}
	s, err := flow.NewStudy(p.Studies[0].Definition, sim.Site{Tree: p.Tree})
	if err != nil {
		t.Fatal(err)
	}
	return p, s
}

// stateLog keeps the emulated line run and keeps the states of its machines.
type stateLog map[twin.SignalID][]twin.Sample

func record(t *testing.T, p *project.Project, epoch time.Time, days int) (*factory.Line, stateLog) {
	t.Helper()
	out := stateLog{}
	line := factory.New(19, epoch)
	var r site.Reading
	for sec := int64(10); sec <= int64(days)*86400; sec += 10 {
		line.Advance(sec)
		for _, d := range line.Devices() {
			sig, ok := p.Tree.SignalByPath("hall/line/" + d.Topic() + "/state")
			if !ok {
				continue
			}
			d.Report(sec, &r)
			out[sig] = append(out[sig], twin.Sample{Signal: sig, Time: epoch.Add(time.Duration(sec) * time.Second).UnixNano(), Value: r.Value[0]})
		}
	}
	return line, out
}

func (r stateLog) course(_ context.Context, sig twin.SignalID, from, to time.Time, each func(time.Time, float64)) error {
	for _, x := range r[sig] {
		if at := time.Unix(0, x.Time); !at.Before(from) && at.Before(to) {
			each(at, x.Value)
		}
	}
	return nil
}

// The twin's line has its own numbers. They agree with what the emulated line does: stops are as often as was recorded, the
// bottleneck is where the line has it (over 150 days filler +10 % buys +2.4 %, labeller +10 % +1.2 %, no other more than 0.5 %),
// and as much is made.
func TestTheTwinOfTheLineAgreesWithIt(t *testing.T) {
	p, s := lineOfTheDemo(t)
	epoch := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	const days = 10
	line, states := record(t, p, epoch, days)
	fits, err := s.Calibrate(context.Background(), states.course, epoch, epoch.AddDate(0, 0, days))
	if err != nil || len(fits) != 7 {
		t.Fatal(err, fits)
	}
	for _, f := range fits {
		if mean := s.Definition().Element(f.Element).Failure.Mean(); mean < f.Low/1.2 || mean > f.High*1.2 {
			t.Errorf("the twin file has a stop in %.0f s; %v", mean, f)
		}
	}
	for name, x := range map[string]*flow.Study{"as in the file": s, "as fitted": s.Fitted(fits)} {
		a, err := x.Answer(context.Background(), sim.Question{Changes: []sim.Change{{Field: "filler.speed", Value: "+10%"}}, Seed: 3})
		if err != nil {
			t.Fatal(err)
		}
		t.Log(name, a.Headline)
		first := []string{a.Ranks[0].Label, a.Ranks[1].Label}
		slices.Sort(first)
		if !slices.Equal(first, []string{"Filler", "Labeller"}) {
			t.Errorf("%s: %v limit the line", name, first)
		}
		made, plant := a.Figures[0].Base.Value*3600, float64(line.Machines[6].Good)/24/days
		if math.Abs(made/plant-1) > .03 {
			t.Errorf("%s: the twin makes %.0f bottles per hour, the line %.0f", name, made, plant)
		}
		if d := a.Figures[0].Difference.Value * 3600 / plant; d < .01 || d > .035 {
			t.Errorf("%s: filler +10 %% buys %+.1f %%, on the line 2.4", name, 100*d)
		}
	}
}

func TestPresetsOfTheLineCanBeAsked(t *testing.T) {
	p, s := lineOfTheDemo(t)
	for _, preset := range p.Scenarios {
		q := sim.Question{Runs: 1, Horizon: time.Hour}
		for _, text := range preset.Changes {
			c, err := sim.ParseChange(text)
			if err != nil {
				t.Fatal(err)
			}
			q.Changes = append(q.Changes, c)
		}
		if a, err := s.Answer(context.Background(), q); err != nil || a.Runs != 1 {
			t.Error(preset.ID, err)
		}
	}
	if len(p.Scenarios) < 8 {
		t.Error(len(p.Scenarios), "presets")
	}
}
