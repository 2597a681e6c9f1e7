package engine

import (
	"math/bits"
	"time"
)

// rate turns a rising count into a rate per second, smoothed over about two seconds.
type rate struct {
	at    time.Time
	count uint64
	value float64
}

func (r *rate) next(now time.Time, count uint64) float64 {
	if r.at.IsZero() {
		r.at, r.count = now, count
		return 0
	}
	dt := now.Sub(r.at).Seconds()
	if dt < 0.1 {
		return r.value
	}
	instant := float64(count-r.count) / dt
	weight := min(dt/2, 1)
	r.value += (instant - r.value) * weight
	if r.value < 0.05 {
		r.value = 0
	}
	r.at, r.count = now, count
	return r.value
}

// latency is a histogram over the last 10 to 20 s, with 8 buckets for each doubling from 1 µs on.
type latency struct {
	halves [2]struct {
		counts [8 * 40]uint32
		total  uint32
	}
	at      time.Time // when the older half was begun
	current int
}

const latencyHalf = 10 * time.Second

func (l *latency) turn(now time.Time) {
	if l.at.IsZero() || now.Before(l.at) {
		l.at = now
	}
	for i := 0; now.Sub(l.at) >= latencyHalf; i++ {
		l.current ^= 1
		l.halves[l.current].counts = [8 * 40]uint32{}
		l.halves[l.current].total = 0
		if l.at = l.at.Add(latencyHalf); i == 1 {
			l.at = now
		}
	}
}

func (l *latency) add(now time.Time, d time.Duration) {
	l.turn(now)
	h := &l.halves[l.current]
	h.counts[bucket(d)]++
	h.total++
}

// bucket is 8·⌊log₂ µs⌋ plus the next three bits.
func bucket(d time.Duration) int {
	us := uint64(max(d, 0) / time.Microsecond)
	if us < 8 {
		return int(us)
	}
	n := bits.Len64(us) // ≥ 4
	return min((n-3)*8+int(us>>(n-4)&7), 8*40-1)
}

// upper is the upper end of a bucket.
func upper(i int) time.Duration {
	if i < 8 {
		return time.Duration(i+1) * time.Microsecond
	}
	n := i/8 + 3
	return time.Duration(uint64(8+i%8+1)<<(n-4)) * time.Microsecond
}

func (l *latency) percentiles(now time.Time) (p50, p95 time.Duration) {
	l.turn(now)
	a, b := &l.halves[0], &l.halves[1]
	total := a.total + b.total
	if total == 0 {
		return 0, 0
	}
	sum := uint32(0)
	for i := range a.counts {
		sum += a.counts[i] + b.counts[i]
		if p50 == 0 && 2*uint64(sum) >= uint64(total) {
			p50 = upper(i)
		}
		if 20*uint64(sum) >= 19*uint64(total) {
			return p50, upper(i)
		}
	}
	return p50, upper(len(a.counts) - 1)
}
