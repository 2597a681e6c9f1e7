package chain

import (
	"context"
	"errors"
	"math"
	"os"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin/sim"
)

// Whatever a definition holds, it is refused with faults, or it runs and conserves what it carries.
func FuzzDefinition(f *testing.F) {
	b, err := os.ReadFile("testdata/small.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b, "west.closed_for", "3 d")
	f.Add([]byte(pairOfPorts), "x.speed", "-50%")
	f.Add([]byte(`{"ports":[{"name":"p","at":[0,0],"berths":1,"stay":"1 h","other_interval":"exponential(2 h)","other_stay":"1 h"}]}`), "p.closed_from", "1")
	f.Fuzz(func(t *testing.T, definition []byte, field, value string) {
		s, err := NewStudy(definition, sim.Site{})
		if err != nil {
			var faults sim.Faults
			if !errors.As(err, &faults) || len(faults) == 0 {
				t.Fatalf("refused without faults: %v", err)
			}
			for _, x := range faults {
				if x.What == "" || x.Remedy == "" {
					t.Fatalf("a fault says nothing: %+v", x)
				}
			}
			return
		}
		if len(s.base.ships) > 50 || len(s.base.flows) > 50 {
			return
		}
		short := *s.base.m // long enough for each thing to happen, short enough to try many
		short.Settings.Horizon, short.Settings.Warmup = 5*daySec, 3*daySec
		if s.base, err = compile(&short); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer cancel()
		a, err := s.Answer(ctx, sim.Question{Runs: 2, Seed: 1, Changes: []sim.Change{{Field: field, Value: value}}})
		if a != nil {
			for _, x := range a.Figures {
				if math.IsNaN(x.Base.Value) || math.IsNaN(x.Changed.Value) || math.IsInf(x.Difference.Value, 0) {
					t.Fatalf("%s is %+v", x.ID, x)
				}
			}
		}
		if w, err := ready(ctx, s.base, 1, 0, nil); err == nil {
			if w.live != w.counted() || w.live != w.made-w.ended {
				t.Fatalf("%d TEU in the chain, %d counted, %d came, %d arrived", w.live, w.counted(), w.made, w.ended)
			}
		}
	})
}
