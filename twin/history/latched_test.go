package history

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// States that are sent only when they change must read the same from wherever the cursor comes, while samples come in
// and blocks are decoded and dropped.
func TestLatchedStatesNeverFlicker(t *testing.T) {
	s := open(t, farm(t, 2), Options{CacheBytes: 200 << 10, Window: time.Minute})
	const latched, steady = 3, 15
	turned := epoch.Add(7 * time.Hour)
	mustAppend(t, s, sample(latched, epoch, 0), sample(steady, epoch, 1))
	busy := func(from, to time.Time) {
		for at := from; at.Before(to); at = at.Add(5 * time.Second) {
			batch := []twin.Sample{sample(0, at, 1), sample(1, at, 2), sample(14, at, 3)}
			if at.Equal(turned) {
				batch = append(batch, sample(latched, at, 1))
			}
			mustAppend(t, s, batch...)
		}
	}
	busy(epoch, epoch.Add(12*time.Hour))
	var live atomic.Bool
	live.Store(true)
	var all sync.WaitGroup
	for n := range 3 {
		all.Go(func() {
			r := rand.New(rand.NewPCG(uint64(n), 7))
			var snap twin.Snapshot
			at := epoch.Add(6 * time.Hour)
			for live.Load() {
				if r.IntN(4) == 0 {
					at = epoch.Add(time.Duration(r.Int64N(int64(12 * time.Hour))))
				} else if at = at.Add(time.Duration(r.IntN(600)-300) * time.Second); at.Before(epoch) {
					at = epoch
				}
				if err := s.LatestAt(t.Context(), at, &snap); err != nil {
					t.Error(err)
					return
				}
				want := 0.
				if !at.Before(turned) {
					want = 1
				}
				if v := snap.At(latched); v.Value != want || snap.At(steady).Value != 1 {
					t.Errorf("at %v the states are %v and %v, want %v and 1", at.Sub(epoch), v.Value, snap.At(steady).Value, want)
					return
				}
			}
		})
	}
	busy(epoch.Add(12*time.Hour), epoch.Add(14*time.Hour))
	live.Store(false)
	all.Wait()
}
