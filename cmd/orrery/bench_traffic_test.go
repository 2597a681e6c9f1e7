package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/city"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/traffic"
)

// cityOfTheDemo is the traffic study of the demo district, and the project that holds it.
func cityOfTheDemo(t testing.TB) (*project.Project, *traffic.Study) {
	t.Helper()
	fsys, err := demo.Twin("city")
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
	s, err := traffic.NewStudy(p.Studies[0].Definition, sim.Site{Tree: p.Tree, Files: fsys})
	if err != nil {
		t.Fatal(err)
	}
	return p, s
}

// countedAt lets the emulated district run, and reads its detectors as the app would.
func countedAt(p *project.Project, c *city.City, at int64) *twin.Snapshot {
	c.Advance(at)
	snap := &twin.Snapshot{}
	snap.Reset(len(p.Tree.Signals()))
	var r site.Reading
	for _, d := range c.Devices() {
		asset, ok := p.Tree.AssetByPath("district/" + d.Topic())
		if !ok {
			continue
		}
		d.Report(at, &r)
		for i, name := range d.Plate().Channels {
			if id := p.Tree.Find(asset, name); id != twin.NoSignal {
				snap.Values[id] = twin.Value{Value: p.Tree.Signal(id).Unit.SI(r.Value[i]), Time: c.Now().UnixNano(), Quality: twin.Good}
			}
		}
	}
	return snap
}

// What the demo asks of its district: closed streets cost time, also by its live counts; with the demand that the twin file assumes, the
// new off-ramp saves some. By the counts, which part of the traffic goes to the motorway decides, and the answer may be that nothing can
// be told.
func TestCityAnswers(t *testing.T) {
	p, s := cityOfTheDemo(t)
	epoch := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	now := epoch.Add(2*24*time.Hour + 16*time.Hour)
	live := countedAt(p, city.New(19, epoch), 2*86400+16*3600)
	for _, c := range []struct {
		scenario string
		live     *twin.Snapshot
		sign     float64 // of the difference; 0: it must not cost time
	}{{"marathon", nil, 1}, {"marathon", live, 1}, {"ramp", nil, -1}, {"ramp", live, 0}} {
		changes, err := changesOf(p, c.scenario)
		if err != nil {
			t.Fatal(err)
		}
		a, err := s.Answer(context.Background(), sim.Question{Changes: changes, Now: now, Live: c.live, Runs: 6})
		if err != nil {
			t.Fatalf("%s: %v", c.scenario, err)
		}
		t.Logf("%s %s (%s, %v)", a.Headline, strings.Join(a.More, " "), a.Rests, a.Elapsed)
		trip := a.Figures[0]
		if told := trip.Distinguishable(); c.sign != 0 && !told || trip.Difference.Value*c.sign < 0 || c.sign == 0 && trip.Difference.Low > 0 {
			t.Errorf("%s: %+v", c.scenario, trip)
		}
		if counted := strings.Contains(a.Rests, "live counts of 5"); counted != (c.live != nil) || len(a.Ranks) == 0 || len(a.Parts) < 3 {
			t.Errorf("%s: %q, %d ranks, %d parts", c.scenario, a.Rests, len(a.Ranks), len(a.Parts))
		}
	}
}
