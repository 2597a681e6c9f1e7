package chain

import (
	"context"
	"fmt"
	"math"
)

// Reference is a queue of ships in the roads whose mean length is known.
type Reference struct {
	Name           string
	Berths         int
	Interval, Stay string
	Waiting        float64 // ships, mean over time
}

// References are the roads of one port as M/M/1, M/M/3 and M/D/1: Lq of Erlang C, and by Pollaczek and Khinchine.
func References() []Reference {
	return []Reference{
		{"roads as M/M/1 at 0.8", 1, "exponential(10 h)", "exponential(8 h)", 3.2},
		{"roads as M/M/3 at 0.8", 3, "exponential(10 h)", "exponential(24 h)", 2.588764},
		{"roads as M/D/1 at 0.8", 1, "exponential(10 h)", "8 h", 1.6},
	}
}

// Judge runs a reference in 40 replications of 60,000 h. Off is how far the mean is from the exact value, in halves of its 99 %
// interval, so that up to 1 is right; half is that half, relative to the exact value.
func (r Reference) Judge(ctx context.Context, seed uint64) (off, half float64, err error) {
	m, err := Read(fmt.Appendf(nil, `{"ports": [{"name": "p", "at": [0, 0], "berths": %d, "stay": "1 h", "other_interval": %q, "other_stay": %q}]}`, r.Berths, r.Interval, r.Stay))
	if err != nil {
		return 0, 0, err
	}
	p, err := compile(m)
	if err != nil {
		return 0, 0, err
	}
	const runs, from, span = 40, 2000 * 3600., 60000 * 3600.
	var lengths []float64
	for n := range runs {
		w := newWorld(p, seed, n)
		w.begin(nil, 0)
		if err := w.run(ctx, from); err != nil {
			return 0, 0, err
		}
		w.restart()
		if err := w.run(ctx, from+span); err != nil {
			return 0, 0, err
		}
		w.account(0)
		lengths = append(lengths, w.ports[0].line/span)
	}
	e := mean(lengths)
	const t95, t99 = 2.0227, 2.7079 // of Student's t with 39 degrees of freedom
	wide := (e.High - e.Low) / 2 * t99 / t95
	return math.Abs(e.Value-r.Waiting) / wide, wide / r.Waiting, nil
}

// Lost runs the chain for some days and counts containers that are not where they should be: of all that ever came, those that are
// neither at their end nor in a yard, aboard or on a link. It is 0.
func (s *Study) Lost(ctx context.Context, seed uint64, days int) (teu int, err error) {
	w := newWorld(s.base, seed, 0)
	w.begin(nil, 0)
	for day := range days {
		if err := w.run(ctx, float64(day+1)*daySec); err != nil {
			return 0, err
		}
		teu = max(teu, w.made-w.ended-w.counted(), w.counted()-w.made+w.ended)
	}
	return teu, nil
}
