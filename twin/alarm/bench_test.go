package alarm

import (
	"fmt"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

func tenThousand(b *testing.B) *Book {
	b.Helper()
	const n = 10000
	tr := tree(b, n, 10*time.Second)
	defs := make([]Definition, n)
	for i := range defs {
		defs[i] = Definition{ID: fmt.Sprint(i), Signal: twin.SignalID(i), Condition: []Condition{High, Low, Stale}[i%3], Limit: 10, Deadband: 1, OnDelay: time.Second}
		if i%3 == 1 {
			defs[i].Limit = -10
		}
	}
	book, err := New(tr, defs)
	if err != nil {
		b.Fatal(err)
	}
	return book
}

// BenchmarkTick is one tick of the engine: 10,000 definitions, 240 signals changed (24,000 at 1 Hz every 10 ms).
func BenchmarkTick(b *testing.B) {
	book := tenThousand(b)
	t, k := int64(0), 0
	b.ReportAllocs()
	for b.Loop() {
		t += int64(10 * time.Millisecond)
		for range 240 {
			book.Observe(twin.SignalID(k%10000), twin.Value{Value: float64(k % 7), Time: epoch.UnixNano() + t, Quality: twin.Good})
			k++
		}
		if e := book.Advance(time.Unix(0, epoch.UnixNano()+t)); len(e) > 0 && e[0].Action != "raised" {
			b.Fatal(e[0])
		}
	}
}

// BenchmarkIdle is a tick in which nothing changed.
func BenchmarkIdle(b *testing.B) {
	book := tenThousand(b)
	for i := range 10000 {
		book.Observe(twin.SignalID(i), twin.Value{Value: 1, Time: epoch.UnixNano(), Quality: twin.Good})
	}
	now := epoch.Add(time.Second)
	b.ReportAllocs()
	for b.Loop() {
		book.Advance(now)
	}
}

// BenchmarkAvalanche raises and clears all 10,000 at once.
func BenchmarkAvalanche(b *testing.B) {
	book := tenThousand(b)
	t := epoch
	for b.Loop() {
		for _, v := range []float64{0, 20, -20} {
			t = t.Add(2 * time.Second)
			for i := range 10000 {
				book.Observe(twin.SignalID(i), twin.Value{Value: v, Time: t.UnixNano(), Quality: twin.Good})
			}
			book.Advance(t.Add(time.Second))
		}
	}
}
