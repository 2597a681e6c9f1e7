package history

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/prometheus/prometheus/tsdb/chunks"

	"github.com/orrery-twin/orrery/twin"
)

// Point is one stored sample.
type Point struct {
	Time    int64   // ns since the Unix epoch, to the millisecond
	Value   float64 // SI; NaN when Quality is Offline or SensorFault
	Quality twin.Quality
}

// Column sums up the samples of one pixel column, exactly.
type Column struct {
	Min, Max, Mean, First, Last float64 // SI; NaN when Count is 0
	Count                       int     // samples with a number, also those out of range
	Bad                         int     // samples that said Offline or SensorFault
}

// Range appends the samples of a signal in [from, to) to dst and returns it, oldest first. Qualities are those at the
// time of each sample, so none is Stale. On error it returns what it has.
func (s *Store) Range(ctx context.Context, sig twin.SignalID, from, to time.Time, dst []Point) ([]Point, error) {
	info := s.signal(sig)
	err := s.each(ctx, sig, from, to, func(ms int64, v float64) {
		x := entry{ms, v}.value(info, time.UnixMilli(ms))
		dst = append(dst, Point{x.Time, x.Value, x.Quality})
	})
	return dst, err
}

// Columns sums up the samples of a signal in n equal columns of [from, to), appends them to dst and returns it. Column
// i covers [from + i·w, from + (i+1)·w) with w = (to−from)/n, to the millisecond.
func (s *Store) Columns(ctx context.Context, sig twin.SignalID, from, to time.Time, n int, dst []Column) ([]Column, error) {
	if n <= 0 || !to.After(from) {
		return dst, nil
	}
	at := len(dst)
	for range n {
		dst = append(dst, Column{})
	}
	cols := dst[at:]
	start := floorMs(from.UnixNano())
	span := floorMs(to.UnixNano()-1) + 1 - start
	var c *Column                // that of the last sample
	next := int64(math.MinInt64) // the offset where the one after it begins
	err := s.each(ctx, sig, from, to, func(ms int64, v float64) {
		if off := ms - start; off >= next {
			i := floorDiv(off*int64(n), span)
			next = -floorDiv(-(i+1)*span, int64(n)) // rounded up
			c = &cols[i]
		}
		if v != v {
			c.Bad++
			return
		}
		if c.Count == 0 {
			c.Min, c.Max, c.First = v, v, v
		}
		c.Min, c.Max = min(c.Min, v), max(c.Max, v)
		c.Mean += v
		c.Last = v
		c.Count++
	})
	for k := range cols {
		if c := &cols[k]; c.Count > 0 {
			c.Mean /= float64(c.Count)
		} else {
			nan := math.NaN()
			c.Min, c.Max, c.Mean, c.First, c.Last = nan, nan, nan, nan, nan
		}
	}
	return dst, err
}

// Density returns for n equal columns of [from, to) how much of the signals was delivered, from 0 (a gap) to 1 (as many
// signals as in the best minute). Its grain is one minute. It reads memory only.
func (s *Store) Density(ctx context.Context, from, to time.Time, n int) ([]float32, error) {
	leave, err := s.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	if n <= 0 || !to.After(from) {
		return nil, ctx.Err()
	}
	return s.act.density(floorMs(from.UnixNano()), floorMs(to.UnixNano()), n), ctx.Err()
}

// signal returns a signal of the tree, or one without properties.
func (s *Store) signal(sig twin.SignalID) *twin.Signal {
	if sig < 0 || int(sig) >= len(s.tree.Signals()) {
		return &twin.Signal{}
	}
	return s.tree.Signal(sig)
}

// each calls f for each sample of a signal in [from, to).
func (s *Store) each(ctx context.Context, sig twin.SignalID, from, to time.Time, f func(ms int64, v float64)) error {
	leave, err := s.enter()
	if err != nil {
		return err
	}
	defer leave()
	if sig < 0 || int(sig) >= len(s.tree.Signals()) {
		return fmt.Errorf("history: no signal %d in the tree", sig)
	}
	lo, hi := floorMs(from.UnixNano()-1)+1, floorMs(to.UnixNano()-1)+1
	var d samples
	return s.scan(ctx, lo, hi, func(string) chunkVisitor {
		return func(m chunks.Meta) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return d.each(m.Chunk, func(ms int64, v float64) bool {
				if ms >= hi {
					return false
				}
				if ms >= lo {
					f(ms, s.states.toCurrent(int(sig), v))
				}
				return true
			})
		}
	}, func() error { return nil }, matching(seriesSignal, s.tree.Signal(sig).Path)...)
}
