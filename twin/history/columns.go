package history

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"time"

	"github.com/prometheus/prometheus/tsdb/chunks"
	"golang.org/x/sync/errgroup"

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
// i covers [from + i·w, from + (i+1)·w) with w = (to−from)/n, to the millisecond. Where columns are wide and hold many
// samples, pyramids of the blocks are read instead of the samples: then none is lost, but the borders between columns may
// move by up to an eighth of w.
func (s *Store) Columns(ctx context.Context, sig twin.SignalID, from, to time.Time, n int, dst []Column) ([]Column, error) {
	if n <= 0 || !to.After(from) {
		return dst, nil
	}
	leave, err := s.enter()
	if err != nil {
		return dst, err
	}
	defer leave()
	if sig < 0 || int(sig) >= len(s.tree.Signals()) {
		return dst, fmt.Errorf("history: no signal %d in the tree", sig)
	}
	c := &summing{start: floorMs(from.UnixNano()), cols: make([]sums, n), next: math.MinInt64}
	c.span = floorMs(to.UnixNano()-1) + 1 - c.start
	err = s.columns(ctx, sig, c)
	for i := range c.cols {
		dst = append(dst, c.cols[i].column())
	}
	return dst, err
}

// columns sums up by pyramids where that is exact enough, else by samples.
func (s *Store) columns(ctx context.Context, sig twin.SignalID, c *summing) error {
	lo, hi := c.start, c.start+c.span
	if s.tree.Signal(sig).Kind == twin.Enum { // their numbers are translated
		return s.bySamples(ctx, sig, lo, hi, c)
	}
	rest, err := s.byPyramids(ctx, s.tree.Signal(sig).Path, c)
	if err != nil {
		return err
	}
	for _, gap := range rest {
		if err := s.bySamples(ctx, sig, gap.from, gap.to, c); err != nil {
			return err
		}
	}
	return nil
}

// longMs is a span that is worth more than one processor.
const longMs = 60 * minuteMs

// bySamples sums up the samples in [lo, hi) ms. Where that is long, each processor takes a part with columns of its own.
func (s *Store) bySamples(ctx context.Context, sig twin.SignalID, lo, hi int64, c *summing) error {
	parts := min(int64(runtime.GOMAXPROCS(0)), max(1, (hi-lo)/longMs))
	var group errgroup.Group
	next := lo
	for k := range parts {
		from, to := next, hi
		if k < parts-1 {
			to = min(hi, max(from, c.border(lo+(k+1)*(hi-lo)/parts)))
		}
		part := &summing{start: c.start, span: c.span, cols: c.cols, next: math.MinInt64}
		group.Go(func() error { return s.eachMs(ctx, sig, from, to, part.sample) })
		next = to
	}
	return group.Wait()
}

// summing sums up samples in columns.
type summing struct {
	start, span int64 // ms
	cols        []sums
	at          *sums // column of the last sample
	next        int64 // the offset where the one after it begins
}

// sums is a column in the making.
type sums struct {
	count, bad      int
	min, max, sum   float64
	firstAt, lastAt int64
	first, last     float64
}

func (c *summing) column(ms int64) *sums {
	off := ms - c.start
	if off >= c.next {
		i := floorDiv(off*int64(len(c.cols)), c.span)
		c.next = -floorDiv(-(i+1)*c.span, int64(len(c.cols))) // rounded up
		c.at = &c.cols[i]
	}
	return c.at
}

// border is the beginning of the column that holds a time.
func (c *summing) border(ms int64) int64 {
	n := int64(len(c.cols))
	i := floorDiv((ms-c.start)*n, c.span)
	return c.start - floorDiv(-i*c.span, n) // rounded up
}

// sample takes the next sample.
func (c *summing) sample(ms int64, v float64) {
	k := c.column(ms)
	if v != v {
		k.bad++
		return
	}
	k.fold(v, v, v, ms, ms, v, v, 1)
}

// fold takes samples with these extremes and sum, of which the first and the last are known.
func (k *sums) fold(low, high, sum float64, firstAt, lastAt int64, first, last float64, count int) {
	if k.count == 0 {
		k.min, k.max, k.firstAt, k.lastAt, k.first, k.last = low, high, firstAt, lastAt, first, last
	}
	k.min, k.max = min(k.min, low), max(k.max, high)
	k.sum += sum
	if firstAt < k.firstAt {
		k.firstAt, k.first = firstAt, first
	}
	if lastAt >= k.lastAt {
		k.lastAt, k.last = lastAt, last
	}
	k.count += count
}

func (k *sums) column() Column {
	if k.count == 0 {
		nan := math.NaN()
		return Column{Min: nan, Max: nan, Mean: nan, First: nan, Last: nan, Bad: k.bad}
	}
	return Column{Min: k.min, Max: k.max, Mean: k.sum / float64(k.count), First: k.first, Last: k.last, Count: k.count, Bad: k.bad}
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
	return s.eachMs(ctx, sig, floorMs(from.UnixNano()-1)+1, floorMs(to.UnixNano()-1)+1, f)
}

// eachMs calls f for each sample of a signal in [lo, hi) ms.
func (s *Store) eachMs(ctx context.Context, sig twin.SignalID, lo, hi int64, f func(ms int64, v float64)) error {
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
