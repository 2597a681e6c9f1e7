package chain

import (
	"context"
	"fmt"
	"math"
	"testing"
)

// queueOf runs a port that only others call at, and returns how many of them wait for a berth, the mean over time, per replication.
func queueOf(t *testing.T, berths int, interval, stay string, replications int) []float64 {
	t.Helper()
	p := mustPlan(t, fmt.Sprintf(`{"ports": [{"name": "p", "at": [0, 0], "berths": %d, "stay": "1 h", "other_interval": %q, "other_stay": %q}]}`, berths, interval, stay))
	var out []float64
	for r := range replications {
		w := newWorld(p, 7, r)
		w.begin(nil, 0)
		const from, span = 2000 * 3600., 60000 * 3600.
		if err := w.run(context.Background(), from); err != nil {
			t.Fatal(err)
		}
		w.restart()
		if err := w.run(context.Background(), from+span); err != nil {
			t.Fatal(err)
		}
		w.account(0)
		out = append(out, w.ports[0].line/span)
	}
	return out
}

// Queues in the roads against exact values: M/M/3 with 2.4 Erlang (Erlang C 0.647191, Lq 2.588764), M/M/1 at 0.8 (Lq 3.2), M/D/1 at 0.8 (Lq 1.6, Pollaczek–Khinchine).
func TestRoadsAsQueues(t *testing.T) {
	for _, c := range []struct {
		name           string
		berths         int
		interval, stay string
		lq             float64
	}{
		{"M/M/1", 1, "exponential(10 h)", "exponential(8 h)", 3.2},
		{"M/M/3", 3, "exponential(10 h)", "exponential(24 h)", 2.588764},
		{"M/D/1", 1, "exponential(10 h)", "8 h", 1.6},
	} {
		lq := queueOf(t, c.berths, c.interval, c.stay, 40)
		m := mean(lq)
		half := (m.High - m.Low) / 2 * 1.36 // of 99 %: t(39) 2.708 instead of 2.023, with some room for its rounding
		if math.Abs(m.Value-c.lq) > half {
			t.Errorf("%s: %.4f ships wait (± %.4f), exact %.4f", c.name, m.Value, half, c.lq)
		}
		if half > .12*c.lq {
			t.Errorf("%s: ± %.3f is too wide to say anything", c.name, half)
		}
	}
}
