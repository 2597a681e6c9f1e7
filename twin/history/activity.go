package history

import (
	"slices"
	"sync"
	"time"
)

const (
	minuteMs = int64(time.Minute / time.Millisecond)
	maxSlots = 100 // increments that one minute may have on disk
)

// activity counts, for each minute, how many signals delivered something. It answers where there is data at all:
// for the density strip, and to bound the search for the last values before a gap.
type activity struct {
	mu      sync.RWMutex
	hours   []hour // sorted, only those with data
	full    uint32 // most signals that any minute had
	pending map[int64]uint32
}

// hour holds the counts of 60 minutes.
type hour struct {
	index int64
	live  uint64     // bit m: a sample of minute m was the newest of all when it came, not a late one
	count [60]uint32 // signals with data
	slots [60]uint8  // increments on disk
}

func newActivity() *activity { return &activity{pending: map[int64]uint32{}} }

// hourOf returns the hour of a minute, made when it is new.
func (a *activity) hourOf(minute int64) *hour {
	index := floorDiv(minute, 60)
	if n := len(a.hours); n > 0 && a.hours[n-1].index == index {
		return &a.hours[n-1]
	}
	i, found := slices.BinarySearchFunc(a.hours, index, func(h hour, index int64) int { return int(h.index - index) })
	if !found {
		a.hours = slices.Insert(a.hours, i, hour{index: index})
	}
	return &a.hours[i]
}

// add counts n more signals in a minute; they are pending until they are stored.
func (a *activity) add(minute int64, n uint32, live bool) {
	h := a.count(minute, n)
	if live {
		h.live |= 1 << (minute - h.index*60)
	}
	a.pending[minute] += n
}

func (a *activity) count(minute int64, n uint32) *hour {
	h := a.hourOf(minute)
	i := minute - h.index*60
	h.count[i] += n
	a.full = max(a.full, h.count[i])
	return h
}

// restore counts an increment that is on disk, in a slot of its minute. Those from maxSlots on are of minutes that had
// late samples only.
func (a *activity) restore(minute, slot int64, n uint32) {
	h := a.count(minute, n)
	i := minute - h.index*60
	if slot < maxSlots {
		h.live |= 1 << i
	}
	if h.slots[i] < maxSlots {
		h.slots[i]++
	}
}

// of returns the count of a minute.
func (a *activity) of(minute int64) uint32 {
	h := a.hourOf(minute)
	return h.count[minute-h.index*60]
}

// takeSlot returns the next free slot of a minute; false when all are used, which only ever dims the strip.
func (a *activity) takeSlot(minute int64) (int64, bool) {
	h := a.hourOf(minute)
	i := minute - h.index*60
	if h.slots[i] >= maxSlots {
		return 0, false
	}
	h.slots[i]++
	slot := int64(h.slots[i] - 1)
	if h.live&(1<<i) == 0 {
		slot += maxSlots
	}
	return slot, true
}

// before returns the newest minute that begins before ms and had data that was not late: at the full ten minutes
// before it the values of silent signals were held. False when there is none.
func (a *activity) before(ms int64) (int64, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	last := floorDiv(ms-1, minuteMs)
	i, found := slices.BinarySearchFunc(a.hours, floorDiv(last, 60), func(h hour, index int64) int { return int(h.index - index) })
	if !found {
		i--
	}
	for ; i >= 0; i-- {
		h := &a.hours[i]
		for m := min(last-h.index*60, 59); m >= 0; m-- {
			if h.live&(1<<m) != 0 {
				return h.index*60 + m, true
			}
		}
	}
	return 0, false
}

// first returns the first minute with data.
func (a *activity) first() (int64, bool) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	for _, h := range a.hours {
		for m, c := range h.count {
			if c > 0 {
				return h.index*60 + int64(m), true
			}
		}
	}
	return 0, false
}

// forget drops the hours that lie before ms altogether.
func (a *activity) forget(ms int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	keep := floorDiv(ms, 60*minuteMs)
	i, _ := slices.BinarySearchFunc(a.hours, keep, func(h hour, index int64) int { return int(h.index - index) })
	if i > 0 {
		a.hours = slices.Delete(a.hours, 0, i)
	}
}

// density fills n columns of [from, to) ms with the mean share of signals that their minutes have.
func (a *activity) density(from, to int64, n int) []float32 {
	out := make([]float32, n)
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.full == 0 {
		return out
	}
	i, _ := slices.BinarySearchFunc(a.hours, floorDiv(from, 60*minuteMs), func(h hour, index int64) int { return int(h.index - index) })
	width := float64(to-from) / float64(n)
	for c := range out {
		lo := floorDiv(from+int64(float64(c)*width), minuteMs)
		hi := max(floorDiv(from+int64(float64(c+1)*width)-1, minuteMs), lo) // the last minute of the column
		for i < len(a.hours) && a.hours[i].index < floorDiv(lo, 60) {
			i++
		}
		var sum uint64
		for k := i; k < len(a.hours) && a.hours[k].index*60 <= hi; k++ {
			h := &a.hours[k]
			for m := max(lo-h.index*60, 0); m <= min(hi-h.index*60, 59); m++ {
				sum += uint64(h.count[m])
			}
		}
		out[c] = float32(min(float64(sum)/float64(hi-lo+1)/float64(a.full), 1))
	}
	return out
}
