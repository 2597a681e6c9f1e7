package sim

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Past reads what was measured; a history is one.
type Past interface {
	LatestAt(ctx context.Context, t time.Time, into *twin.Snapshot) error
}

// Record is what was measured along the part of a grid that lies in the past: a snapshot for each step, the last for all
// that follow. The zero Record knows nothing.
type Record struct{ snaps []*twin.Snapshot }

// ReadRecord reads the steps of a grid up to now. A nil past gives the zero Record.
func ReadRecord(ctx context.Context, past Past, grid Grid, now time.Time) (Record, error) {
	var r Record
	if past == nil {
		return r, nil
	}
	for k := 0; k <= grid.N; k++ {
		t := grid.Time(k)
		last := !t.Before(now)
		if last {
			t = now
		}
		snap := &twin.Snapshot{}
		if err := past.LatestAt(ctx, t, snap); err != nil {
			return r, fmt.Errorf("sim: what was measured at %s: %w", t.Format(time.DateTime), err)
		}
		if r.snaps = append(r.snaps, snap); last {
			break
		}
	}
	return r, nil
}

// At returns the value of a signal in step k, if it can be relied on, SI.
func (r Record) At(k int, sig twin.SignalID) (v float64, ok bool) {
	if len(r.snaps) == 0 || sig == twin.NoSignal {
		return 0, false
	}
	x := r.snaps[min(max(k, 0), len(r.snaps)-1)].At(sig)
	return x.Value, x.Quality.Usable() && !math.IsNaN(x.Value) && !math.IsInf(x.Value, 0)
}

// Last returns the newest value of a signal, if it can be relied on, SI.
func (r Record) Last(sig twin.SignalID) (v float64, ok bool) { return r.At(len(r.snaps)-1, sig) }
