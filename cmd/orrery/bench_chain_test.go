package main

import (
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/supply"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/sim"
	"github.com/orrery-twin/orrery/twin/sim/flow/chain"
)

// hourlyLog is what an emulated plant reported at each full hour.
type hourlyLog struct {
	epoch time.Time
	snaps []*twin.Snapshot
}

// LatestAt implements sim.Past.
func (l *hourlyLog) LatestAt(_ context.Context, t time.Time, into *twin.Snapshot) error {
	k := min(int(t.Sub(l.epoch)/time.Hour), len(l.snaps)-1)
	if k < 0 {
		into.Reset(len(l.snaps[0].Values))
		return nil
	}
	into.Time, into.Values = l.snaps[k].Time, append(into.Values[:0], l.snaps[k].Values...)
	return nil
}

// sailFor lets the emulated chain live for some days and keeps what it reports, in SI.
func sailFor(p *project.Project, seed uint64, days int) *hourlyLog {
	log := &hourlyLog{epoch: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}
	plant := supply.New(seed, log.epoch)
	var r site.Reading
	names := map[string]string{"port_state": "state"}
	for hour := range days*24 + 1 {
		plant.Advance(int64(hour) * 3600)
		snap := &twin.Snapshot{Time: log.epoch.Add(time.Duration(hour) * time.Hour).UnixNano()}
		snap.Reset(len(p.Tree.Signals()))
		for _, d := range plant.Devices() {
			d.Report(int64(hour)*3600, &r)
			for i, channel := range d.Plate().Channels {
				if other, ok := names[channel]; ok {
					channel = other
				}
				if id, ok := p.Tree.SignalByPath("chain/" + d.Topic() + "/" + channel); ok {
					snap.Values[id] = twin.Value{Value: p.Tree.Signal(id).Unit.SI(r.Value[i]), Time: snap.Time, Quality: twin.Good}
				}
			}
		}
		log.snaps = append(log.snaps, snap)
	}
	return log
}

// misses are how far a forecast was from what came, 72 h later: positions of ships in nautical miles, cargo and yards as shares of what fits.
type misses struct{ position, cargo, yard []float64 }

func (m *misses) judge(t *testing.T, p *project.Project, job *sim.Job, snap *twin.Snapshot) {
	t.Helper()
	foretold := map[twin.SignalID]float64{}
	for i, c := range job.Channels {
		v := slices.Clone(job.Model.Output(i))
		slices.Sort(v)
		foretold[c.Signal] = v[len(v)/2]
	}
	get := func(path string) (came, was float64) {
		id, ok := p.Tree.SignalByPath(path)
		if !ok {
			t.Fatalf("there is no signal %s", path)
		}
		return snap.At(id).Value, foretold[id]
	}
	for _, a := range p.Tree.Assets() {
		switch a.Kind {
		case "ship":
			lat, latF := get(a.Path + "/latitude")
			lon, lonF := get(a.Path + "/longitude")
			cargo, cargoF := get(a.Path + "/cargo")
			m.position = append(m.position, chain.Distance(chain.Position{Lat: lat, Lon: lon}, chain.Position{Lat: latF, Lon: lonF})/1852)
			m.cargo = append(m.cargo, math.Abs(cargo-cargoF)/14000)
		case "port":
			yard, yardF := get(a.Path + "/yard")
			m.yard = append(m.yard, math.Abs(yard-yardF))
		}
	}
}

func middle(v []float64) float64 {
	v = slices.Clone(v)
	slices.Sort(v)
	return v[len(v)/2]
}

// The twin knows nothing of the emulated chain but what it reports. Its forecast of three days is near what comes.
func TestForecastOfTheChainComesTrue(t *testing.T) {
	p, study, err := chainOfTheDemo()
	if err != nil {
		t.Fatal(err)
	}
	var m misses
	for seed := range uint64(3) {
		log := sailFor(p, seed+1, 24)
		study.Remember(log)
		for _, day := range []int{12, 16, 20} {
			now := log.epoch.Add(time.Duration(day) * 24 * time.Hour)
			job, err := study.Build(t.Context(), sim.Request{Now: now, Horizon: 72 * time.Hour, Step: time.Hour, Members: 16, Seed: 1})
			if err != nil {
				t.Fatal(err)
			}
			for k := range 72 {
				job.Model.Step(k)
			}
			m.judge(t, p, job, log.snaps[day*24+72])
		}
	}
	position, cargo, yard := middle(m.position), average(m.cargo), average(m.yard)
	t.Logf("of %d ships and %d yards: position %.0f NM (median), cargo %.1f %%, yard %.1f points (means)", len(m.position), len(m.yard), position, 100*cargo, 100*yard)
	if position > 120 || cargo > .1 || yard > .16 {
		t.Errorf("three days ahead it is off by %.0f NM, %.1f %% of a cargo and %.1f points of a yard", position, 100*cargo, 100*yard)
	}
}

func average(v []float64) (m float64) {
	for _, x := range v {
		m += x / float64(len(v))
	}
	return m
}

// Each preset of the demo can be asked, and the storm has an answer with a port that can be told from waiting.
func TestPresetsOfTheChainCanBeAsked(t *testing.T) {
	p, study, err := chainOfTheDemo()
	if err != nil {
		t.Fatal(err)
	}
	log := sailFor(p, 2, 11)
	study.Remember(log)
	now := log.epoch.Add(11 * 24 * time.Hour)
	for _, preset := range p.Scenarios {
		changes, err := changesOf(p, preset.ID)
		if err != nil {
			t.Fatal(err)
		}
		a, err := study.Answer(t.Context(), sim.Question{Changes: changes, Runs: 4, Now: now, Live: log.snaps[len(log.snaps)-1]})
		if err != nil || a.Runs != 4 || a.Headline == "" {
			t.Error(preset.ID, err)
			continue
		}
		t.Log(preset.ID, a.Headline)
	}
	if len(p.Scenarios) < 5 {
		t.Error(len(p.Scenarios), "presets")
	}
	storm, err := changesOf(p, "storm")
	if err != nil {
		t.Fatal(err)
	}
	a, err := study.Answer(t.Context(), sim.Question{Changes: storm, Runs: 30})
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Ranks) < 3 || a.Ranks[0].Gain.High >= 0 {
		t.Errorf("%s %+v", a.Headline, a.Ranks)
	}
}
