package flow

import (
	"context"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

func TestEnsembleIsAModel(t *testing.T) {
	o := Options{Replications: 16, Seed: 4, Start: &Start{Levels: map[string]int{"cases": 7}, States: map[string]string{"filler": "working"}, Counters: map[string]float64{"store": 1234}}}
	e, err := NewEnsemble(context.Background(), bottling(t), 60, o)
	if err != nil {
		t.Fatal(err)
	}
	var _ sim.Failer = e
	var channels []sim.Channel
	at := map[string]int{}
	for i, out := range e.Outputs() {
		at[out.Element+"."+out.Quantity] = i
		channels = append(channels, sim.Channel{Reading: out.Reading})
	}
	bands := sim.NewBands(sim.Grid{Start: time.Unix(0, 0), Step: time.Minute, N: 120}, channels)
	if err := sim.Run(context.Background(), e, bands); err != nil {
		t.Fatal(err)
	}
	if err := e.Err(); err != nil {
		t.Fatal(err)
	}
	median, low, high, ok := bands.At(at["store.made"], time.Unix(7200, 0))
	if !ok || !(low <= median && median <= high) || low < 1234+60 || high > 1234+120 {
		t.Errorf("made after two hours: %g, %g, %g; 47 an hour are made", low, median, high)
	}
	for i, o := range e.Outputs() {
		for _, v := range e.Output(i) {
			if o.Quantity == "state" && (v < 0 || v >= float64(states) || State(v).String() == "unknown") || v < 0 {
				t.Errorf("%s.%s = %g", o.Element, o.Quantity, v)
			}
		}
	}
	if _, err := NewEnsemble(context.Background(), bottling(t), 0, o); err == nil {
		t.Error("a step is above zero")
	}
}
