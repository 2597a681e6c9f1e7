package chart

import (
	"math"
	"slices"
	"time"
)

// Points is a signal sample by sample: parallel slices in the order of time. A value that is NaN is a gap.
type Points struct {
	At    []int64   // ns since the Unix epoch, never falling
	Value []float64 // SI
}

// Between returns the points with from ≤ time < to. It shares memory with p.
func (p Points) Between(from, to time.Time) Points {
	i, _ := slices.BinarySearch(p.At, from.UnixNano())
	j, _ := slices.BinarySearch(p.At, to.UnixNano())
	j = max(i, j)
	return Points{p.At[i:j], p.Value[i:j]}
}

// Reduce sums points up in n pixel columns over from…to, exactly: the extremes of a column are those of its samples,
// however many there are. The result has n entries; it reuses dst when that is large enough.
func Reduce(p Points, from, to time.Time, n int, dst []Column) []Column {
	dst = slices.Grow(dst[:0], max(n, 0))[:max(n, 0)]
	start, span := from.UnixNano(), to.Sub(from)
	i, _ := slices.BinarySearch(p.At, start)
	for c := range dst {
		end := start + edge(span, c+1, n)
		j := i
		for j < len(p.At) && p.At[j] < end {
			j++
		}
		dst[c] = sum(p.Value[i:j])
		i = j
	}
	return dst
}

// edge is where column c of n begins, ns after the start of the span. It is computed without overflow for any span.
func edge(span time.Duration, c, n int) int64 {
	whole, rest := int64(span)/int64(n), int64(span)%int64(n)
	return whole*int64(c) + rest*int64(c)/int64(n)
}

// sum is the column of these values; NaN are left out.
func sum(vs []float64) Column {
	col := Column{Min: math.Inf(1), Max: math.Inf(-1), Last: math.NaN()}
	total := 0.0
	for _, v := range vs {
		if v != v {
			continue
		}
		if v < col.Min {
			col.Min = v
		}
		if v > col.Max {
			col.Max = v
		}
		total += v
		col.Last = v
		col.Count++
	}
	if col.Count == 0 {
		col.Min, col.Max, col.Mean = math.NaN(), math.NaN(), math.NaN()
		return col
	}
	col.Mean = total / float64(col.Count)
	return col
}

// Combine computes f of several signals at each moment at which one of them has a sample; the others count with their
// last value. Before all have one there is nothing. f gets one value per input, in their order, and may not keep them.
func Combine(inputs []Points, f func(values []float64) float64) Points {
	var out Points
	next, values := make([]int, len(inputs)), make([]float64, len(inputs))
	for i := range values {
		values[i] = math.NaN()
	}
	for {
		at, some := int64(math.MaxInt64), false
		for i, p := range inputs {
			if k := next[i]; k < len(p.At) {
				at, some = min(at, p.At[k]), true
			}
		}
		if !some {
			return out
		}
		for i, p := range inputs {
			for next[i] < len(p.At) && p.At[next[i]] == at {
				values[i] = p.Value[next[i]]
				next[i]++
			}
		}
		if ready(next) {
			out.At, out.Value = append(out.At, at), append(out.Value, finite(f(values)))
		}
	}
}

func ready(next []int) bool {
	return !slices.Contains(next, 0)
}

// finite turns what no plot can show into a gap.
func finite(v float64) float64 {
	if math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}
