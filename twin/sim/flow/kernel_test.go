package flow

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestEventsHappenInOrder(t *testing.T) {
	k := NewKernel()
	var got []int
	note := func(i int) { got = append(got, i) }
	k.At(2, 0, note, 5)
	k.At(1, 0, note, 2)
	k.At(1, 0, note, 3)
	k.At(1, -5, note, 1)
	k.At(1, 5, note, 4)
	gone := k.At(1.5, 0, note, 99)
	if !k.Cancel(gone) || k.Cancel(gone) || k.Cancel(Event{}) {
		t.Fatal("an event can be cancelled once")
	}
	if err := k.Run(context.Background(), 10); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, []int{1, 2, 3, 4, 5}) || k.Now() != 10 {
		t.Fatal(got, k.Now())
	}
}

func TestHeapAgainstSort(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	k := NewKernel()
	var want, got []float64
	var events []Event
	var times []float64
	for range 5000 {
		at := float64(r.IntN(500))
		times = append(times, at)
		events = append(events, k.At(at, 0, func(int) { got = append(got, k.Now()) }, 0))
	}
	for i, e := range events {
		if r.IntN(4) > 0 { // most go, so that the heap is swept
			k.Cancel(e)
		} else {
			want = append(want, times[i])
		}
	}
	slices.Sort(want)
	if k.Planned() != len(want) {
		t.Fatal(k.Planned(), len(want))
	}
	if err := k.Run(context.Background(), 1000); err != nil || !slices.Equal(got, want) {
		t.Fatal(err, len(got), len(want))
	}
}

func TestStormCancelAndBadTimes(t *testing.T) {
	k := NewKernel()
	var again func(int)
	again = func(int) { k.After(0, again, 0) }
	k.After(0, again, 0)
	if err := k.Run(context.Background(), 1); err == nil || !strings.Contains(err.Error(), "without time passing") {
		t.Fatal(err)
	}
	k = NewKernel()
	k.After(-1, again, 0)
	if err := k.Run(context.Background(), 1); err == nil || !strings.Contains(err.Error(), "not negative") {
		t.Fatal(err)
	}
	k = NewKernel()
	var tick func(int)
	tick = func(int) { k.After(1, tick, 0) }
	tick(0)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := k.Run(ctx, 1e9); !errors.Is(err, context.Canceled) || k.Events() > 1024 {
		t.Fatal(err, k.Events())
	}
}

func TestProcesses(t *testing.T) {
	k := NewKernel()
	defer k.Close()
	q, r := &Queue{Capacity: 1}, &Resource{Capacity: 1}
	var log []float64
	k.Go(func(p *Process) {
		for i := range 3 {
			p.Put(q, i)
			log = append(log, p.Now())
		}
	})
	k.Go(func(p *Process) {
		for i := range 3 {
			p.Wait(10)
			if got := p.Get(q); got != i {
				t.Errorf("got %d, want %d", got, i)
			}
		}
	})
	var taken []float64
	for range 3 {
		k.Go(func(p *Process) {
			p.Acquire(r, 1)
			taken = append(taken, p.Now())
			p.Wait(5)
			p.Release(r, 1)
		})
	}
	k.Go(func(p *Process) { p.Get(&Queue{}); t.Error("nothing can come") })
	if err := k.Run(context.Background(), 100); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(log, []float64{0, 10, 20}) || !slices.Equal(taken, []float64{0, 5, 10}) {
		t.Fatal(log, taken)
	}
	if k.Processes() != 1 {
		t.Fatal(k.Processes())
	}
}

// BenchmarkHold is the hold model: N entities, each waits U(0, 2N) again and again.
func BenchmarkHold(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(number(float64(n)), func(b *testing.B) {
			b.ReportAllocs()
			h := NewHold(n)
			for b.Loop() {
				h.Run(1000)
			}
			b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds()/1e6, "Mevents/s")
		})
	}
}

func BenchmarkProcesses(b *testing.B) {
	k := NewKernel()
	defer k.Close()
	for i := range 100 {
		k.Go(func(p *Process) {
			for {
				p.Wait(1 + float64(i)/1000)
			}
		})
	}
	b.ReportAllocs()
	start := k.Events()
	until := 0.
	for b.Loop() {
		until += 10
		if err := k.Run(context.Background(), until); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(k.Events()-start)/b.Elapsed().Seconds()/1e6, "Mevents/s")
}
