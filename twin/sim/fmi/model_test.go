package fmi

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

func TestAnEnsembleOfFMUs(t *testing.T) {
	for _, once := range []bool{false, true} {
		f := build(t, fixture{version: 3, xml: func(s string) string {
			if once {
				return strings.ReplaceAll(s, `modelIdentifier="test"`, `modelIdentifier="test" canBeInstantiatedOnlyOncePerProcess="true"`)
			}
			return s
		}})
		grid := sim.Grid{Start: time.Unix(0, 0), Step: 50 * time.Millisecond, N: 100}
		m, err := NewModel(ctx, f, ModelOptions{Session: Options{Trust: trusting(t, f), Tool: testTool}, Grid: grid, Members: 3,
			Channels: []Channel{{Variable: "y"}},
			Values:   func(i int) []Assignment { return []Assignment{{Name: "gain", Value: Number(float64(i + 1))}} },
			Inputs:   func(_ float64, u []float64) { u[0] = 2 },
			Counted:  []Counted{{Failed: "count", Power: "y"}},
		})
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		if want := map[bool]int{false: 1, true: 3}[once]; len(m.sessions) != want {
			t.Errorf("%d processes, want %d", len(m.sessions), want)
		}
		job := m.Job()
		if err := sim.Run(ctx, job.Model, sim.NewBands(job.Grid, job.Channels)); err != nil {
			t.Fatal(err)
		}
		for i, v := range m.Output(0) {
			gain := 2 * float64(i+1)
			if want := 273.15 + gain*(1-math.Exp(-5)); math.Abs(v-want) > 1e-9 { // °C to K
				t.Errorf("member %d: %g, want %g", i, v, want)
			}
			if got := m.FailureSec(0)[i]; math.Abs(got-1) > .051 {
				t.Errorf("member %d failed at %g s", i, got)
			}
			if want := gain * (5 - (1 - math.Exp(-5))); math.Abs(m.EnergyJ(0)[i]-want) > .01*want {
				t.Errorf("member %d: %g J, want %g", i, m.EnergyJ(0)[i], want)
			}
		}
	}
}

func TestAnEnsembleStopsWithItsFMU(t *testing.T) {
	f := build(t, fixture{version: 2})
	for fault, want := range map[float64]string{1: "crashed", 6: "is no number"} {
		grid := sim.Grid{Start: time.Unix(0, 0), Step: 100 * time.Millisecond, N: 20}
		m, err := NewModel(ctx, f, ModelOptions{Session: Options{Trust: trusting(t, f), Tool: testTool}, Grid: grid, Members: 2, Channels: []Channel{{Variable: "y"}},
			Values: func(int) []Assignment { return []Assignment{{Name: "fault", Value: Number(fault)}} }})
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		job := m.Job()
		if err := sim.Run(ctx, m, sim.NewBands(job.Grid, job.Channels)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

func TestAnEnsembleForksFromAState(t *testing.T) {
	f := build(t, fixture{version: 2})
	s := start(t, f, Options{})
	in, err := s.New(ctx, Setup{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Advance(ctx, []*Instance{in}, []float64{0, 1}, nil, nil); err != nil {
		t.Fatal(err)
	}
	state, err := in.Export(ctx)
	if err != nil {
		t.Fatal(err)
	}
	grid := sim.Grid{Start: time.Unix(0, 0), Step: time.Second, N: 1}
	m, err := NewModel(ctx, f, ModelOptions{Session: Options{Trust: trusting(t, f), Tool: testTool}, Grid: grid, StartSec: 1, State: state, Channels: []Channel{{Variable: "y"}}})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	for k, want := range []float64{1 - math.Exp(-1), 1 - math.Exp(-2)} {
		if got := m.Output(0)[0] - 273.15; math.Abs(got-want) > 1e-6 {
			t.Errorf("after %d steps %g, want %g", k, got, want)
		}
		m.Step(0)
	}
}
