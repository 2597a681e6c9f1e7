package predict

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/sim/wind"
)

// readRecord reads [from, to) of a unit in equal steps.
func readRecord(ctx context.Context, r Reader, sig [wind.Channels]twin.SignalID, from, to time.Time) (*wind.Record, error) {
	n := int(to.Sub(from) / Step)
	rec := &wind.Record{EndSec: seconds(to), StepSec: Step.Seconds()}
	for c := range rec.Means {
		rec.Means[c] = make([]float64, n)
		for i := range rec.Means[c] {
			rec.Means[c][i] = math.NaN()
		}
		if sig[c] == twin.NoSignal || c == int(wind.WearLevel) || n == 0 {
			continue
		}
		if err := r.Means(ctx, sig[c], from, to, rec.Means[c]); err != nil {
			return nil, fmt.Errorf("predict: read the history of signal %d: %w", sig[c], err)
		}
	}
	return rec, nil
}

// extend returns a record with more behind it. Neither is changed.
func extend(a, b *wind.Record) *wind.Record {
	out := &wind.Record{EndSec: b.EndSec, StepSec: a.StepSec}
	for c := range out.Means {
		out.Means[c] = append(append(make([]float64, 0, len(a.Means[c])+len(b.Means[c])), a.Means[c]...), b.Means[c]...)
	}
	return out
}

func seconds(t time.Time) float64 { return float64(t.UnixNano()) / 1e9 }

// mean is the mean of what is not NaN; NaN when nothing is left.
func mean(v []float64) float64 {
	var sum float64
	n := 0
	for _, x := range v {
		if !math.IsNaN(x) {
			sum += x
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// coarse averages n steps into one, aligned to the end. It drops what is left over at the beginning.
func coarse(v []float64, n int) []float64 {
	out := make([]float64, len(v)/n)
	skip := len(v) - len(out)*n
	for i := range out {
		out[i] = mean(v[skip+i*n : skip+(i+1)*n])
	}
	return out
}
