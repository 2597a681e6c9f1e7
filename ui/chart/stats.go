package chart

import (
	"math"
	"time"
)

// Statistics sums up the samples of a signal within a span, in SI.
type Statistics struct {
	Count           int
	Min, Max        float64
	MinAt, MaxAt    time.Time
	Mean, Deviation float64 // of the samples; Deviation is that of a sample (n − 1), 0 for one alone
	Weighted        float64 // mean over time: each value counts until the next
	Held            float64 // seconds in which there was a value: Weighted times Held is the integral over time
	First, Last     float64
	FirstAt, LastAt time.Time
}

// Describe computes the statistics of the points with from ≤ time < to; ok is false when there is none. Mean and
// deviation are by Welford's method, exact to rounding whatever the size of the values.
func Describe(p Points, from, to time.Time) (s Statistics, ok bool) {
	p = p.Between(from, to)
	s.Min, s.Max = math.Inf(1), math.Inf(-1)
	m2, area, held := 0.0, 0.0, 0.0
	for i, v := range p.Value {
		if math.IsNaN(v) {
			continue
		}
		at := time.Unix(0, p.At[i])
		if s.Count == 0 {
			s.First, s.FirstAt = v, at
		}
		s.Count++
		if v < s.Min {
			s.Min, s.MinAt = v, at
		}
		if v > s.Max {
			s.Max, s.MaxAt = v, at
		}
		d := v - s.Mean
		s.Mean += d / float64(s.Count)
		m2 += d * (v - s.Mean)
		s.Last, s.LastAt = v, at
		end := to.UnixNano()
		if i+1 < len(p.At) {
			end = p.At[i+1]
		}
		dt := float64(end-p.At[i]) / 1e9
		area, held = area+v*dt, held+dt
	}
	if s.Count == 0 {
		return Statistics{}, false
	}
	if s.Count > 1 {
		s.Deviation = math.Sqrt(m2 / float64(s.Count-1))
	}
	s.Weighted = s.Mean
	if held > 0 {
		s.Weighted, s.Held = area/held, held
	}
	return s, true
}
