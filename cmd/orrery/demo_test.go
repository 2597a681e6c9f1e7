package main

import (
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/city"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/factory"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/site"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/supply"
	"github.com/orrery-twin/orrery/cmd/orrery-plant/windfarm"
	"github.com/orrery-twin/orrery/twin/project"
)

// plantsOfDemos makes the plant of each demo, a day after its epoch.
func plantsOfDemos(t *testing.T) map[string]site.Site {
	t.Helper()
	epoch := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	farm, err := windfarm.New(19, epoch, 6)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]site.Site{"windfarm": farm, "factory": factory.New(19, epoch), "city": city.New(19, epoch), "supply": supply.New(19, epoch)}
	for _, s := range out {
		s.Advance(86400)
	}
	return out
}

// What a plant says and what its twin file declares are the same: no channel is unknown, no signal is silent, no value is
// outside the range of its signal.
func TestPlantsAndTwinFilesAgree(t *testing.T) {
	plants := plantsOfDemos(t)
	if len(plants) != len(demos) || len(demos) != len(demoNames) {
		t.Fatalf("%d demos, %d names, %d plants", len(demos), len(demoNames), len(plants))
	}
	for name, plant := range plants {
		t.Run(name, func(t *testing.T) { heard(t, name, plant) })
	}
}

func heard(t *testing.T, name string, plant site.Site) {
	fsys, err := demo.Twin(name)
	if err != nil {
		t.Fatal(err)
	}
	p, err := project.LoadFS(fsys, project.FileName)
	if err != nil {
		t.Fatal(err)
	}
	route := p.Sources[0].Routes[0]
	if want := name + "/" + strings.Repeat("+/", strings.Count(plant.Devices()[0].Topic(), "/")+1) + "telemetry"; route.Filter != want {
		t.Errorf("the route is %s, the plant publishes on %s", route.Filter, want)
	}
	field := map[string]project.Field{}
	for _, f := range route.Fields {
		field[f.Key] = f
	}
	said := map[string]bool{}
	var r site.Reading
	for _, d := range plant.Devices() {
		path := route.Asset
		for i, part := range strings.Split(d.Topic(), "/") {
			path = strings.ReplaceAll(path, "{"+string(rune('1'+i))+"}", part)
		}
		d.Report(plant.Second(), &r)
		for i, channel := range d.Plate().Channels {
			f, ok := field[channel]
			id, there := p.Tree.SignalByPath(path + "/" + f.Signal)
			if !ok || !there {
				t.Errorf("%s says %s, the twin file knows no %s/%s", d.Topic(), channel, path, f.Signal)
				continue
			}
			s := p.Tree.Signal(id)
			said[s.Path] = true
			if v := f.Unit.SI(r.Value[i]); s.HasRange() && (v < s.Min || v > s.Max) {
				t.Errorf("%s says %s is %g, outside its range", d.Topic(), channel, r.Value[i])
			}
		}
	}
	for _, s := range p.Tree.Signals() {
		if !s.Computed && !said[s.Path] {
			t.Errorf("nobody says %s", s.Path)
		}
	}
}

// The words of the command line.
func TestDemoNames(t *testing.T) {
	for word, want := range map[string]string{"demo": "windfarm", "city": "city", "supply": "supply"} {
		if got, ok := demoNamed(word); !ok || got != want {
			t.Errorf("%s stands for %q", word, got)
		}
	}
	if _, ok := demoNamed("moonbase"); ok {
		t.Error("moonbase is a demo")
	}
}
