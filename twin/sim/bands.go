package sim

import (
	"math"
	"time"
)

// Bands keeps for each channel and each time of a grid the median and the ends of the 80 % interval over the members.
// Storage is float32: for a temperature in kelvin that is 0.00003 K.
type Bands struct {
	Grid     Grid
	channels []Channel
	data     []band // [channel][k], k = 0 … Grid.N
}

type band struct{ median, low, high float32 }

// NewBands makes empty bands for the channels of a job.
func NewBands(grid Grid, channels []Channel) *Bands {
	return &Bands{grid, channels, make([]band, len(channels)*(grid.N+1))}
}

// set stores time k of a channel. It rearranges scratch, which holds the values of the members.
func (b *Bands) set(channel, k int, scratch []float64) {
	at := &b.data[channel*(b.Grid.N+1)+k]
	first := scratch[0]
	same := true
	for _, x := range scratch {
		if x != first {
			same = false
			break
		}
	}
	if same {
		*at = band{float32(first), float32(first), float32(first)}
		return
	}
	var median, low, high float64
	if b.channels[channel].Reading == Held {
		median, low, high = rank(scratch, .5), rank(scratch, .1), rank(scratch, .9)
	} else {
		median, low, high = Spread(scratch)
	}
	*at = band{float32(median), float32(low), float32(high)}
}

// Cut returns the bands of the first n steps alone. It takes the memory of b.
func (b *Bands) Cut(n int) *Bands {
	if n = max(n, 0); n >= b.Grid.N {
		return b
	}
	out := &Bands{b.Grid, b.channels, b.data[:0]}
	out.Grid.N = n
	for c := range b.channels {
		out.data = append(out.data, b.row(c)[:n+1]...) // never ahead of what is read
	}
	return out
}

func (b *Bands) row(channel int) []band {
	n := b.Grid.N + 1
	return b.data[channel*n : (channel+1)*n]
}

// At returns the band of a channel at time t, SI; ok is false outside the grid. It costs the same whatever t.
func (b *Bands) At(channel int, t time.Time) (median, low, high float64, ok bool) {
	since := t.Sub(b.Grid.Start)
	if since < 0 || b.Grid.Step <= 0 || since > time.Duration(b.Grid.N)*b.Grid.Step {
		return 0, 0, 0, false
	}
	row := b.row(channel)
	k := int(since / b.Grid.Step)
	x := row[k]
	if b.channels[channel].Reading == Held || k == b.Grid.N {
		return float64(x.median), float64(x.low), float64(x.high), true
	}
	y := row[k+1]
	f := float64(since-time.Duration(k)*b.Grid.Step) / float64(b.Grid.Step)
	mix := func(p, q float32) float64 { return float64(p) + f*(float64(q)-float64(p)) }
	return mix(x.median, y.median), mix(x.low, y.low), mix(x.high, y.high), true
}

// BandColumn is one pixel column of a channel, SI: the mean of the medians in it and the outermost ends of the
// intervals, so that no excursion is lost. All are NaN outside the grid.
type BandColumn struct{ Median, Low, High float64 }

// Columns appends n equal columns of [from, to) of a channel to dst. Its cost is that of n columns plus the steps in them.
func (b *Bands) Columns(channel int, from, to time.Time, n int, dst []BandColumn) []BandColumn {
	if n <= 0 || !from.Before(to) {
		return dst
	}
	row := b.row(channel)
	width := to.Sub(from) / time.Duration(n)
	nan := BandColumn{math.NaN(), math.NaN(), math.NaN()}
	for i := range n {
		lo := from.Add(time.Duration(i) * width)
		hi := lo.Add(width)
		first := ceilDiv(lo.Sub(b.Grid.Start), b.Grid.Step)
		last := ceilDiv(hi.Sub(b.Grid.Start), b.Grid.Step) - 1
		first, last = max(first, 0), min(last, b.Grid.N)
		if first > last { // no step falls into it
			c := nan
			if m, l, h, ok := b.At(channel, lo.Add(width/2)); ok {
				c = BandColumn{m, l, h}
			}
			dst = append(dst, c)
			continue
		}
		c := BandColumn{0, math.Inf(1), math.Inf(-1)}
		for _, x := range row[first : last+1] {
			c.Median += float64(x.median)
			c.Low, c.High = min(c.Low, float64(x.low)), max(c.High, float64(x.high))
		}
		if b.channels[channel].Reading == Held {
			c.Median = float64(row[(first+last)/2].median)
		} else {
			c.Median /= float64(last - first + 1)
		}
		dst = append(dst, c)
	}
	return dst
}

func ceilDiv(a, b time.Duration) int {
	q := a / b
	if a%b > 0 {
		q++
	}
	return int(q)
}
