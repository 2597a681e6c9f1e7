package history

import (
	"context"
	"math"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// What a signal's recording leaves out is never missed by more than it says, and nothing looks stale for it.
func TestRecordingThins(t *testing.T) {
	const slow, coarse, none, all = 0, 1, 2, 3
	proto := farm(t, 1)
	signals := append([]twin.Signal(nil), proto.Signals()...)
	signals[slow].Record = twin.Recording{Every: 10 * time.Second}
	signals[coarse].Record, signals[coarse].Timeout = twin.Recording{Deadband: .5}, time.Minute
	signals[none].Record = twin.Recording{Off: true}
	tree, err := twin.NewTree(proto.Assets(), signals)
	if err != nil {
		t.Fatal(err)
	}
	s := open(t, tree, Options{})
	const seconds = 600
	value := func(sec int) float64 { return 2 * math.Sin(float64(sec)/40) }
	for sec := range seconds {
		at := epoch.Add(time.Duration(sec) * time.Second)
		var batch []twin.Sample
		for id := range 4 {
			batch = append(batch, sample(id, at, value(sec)))
		}
		if sec == 305 {
			batch[coarse].Quality = twin.Offline // a change of quality is kept however small
		}
		mustAppend(t, s, batch...)
	}
	points := func(id int) []Point {
		list, err := s.Range(context.Background(), twin.SignalID(id), epoch, epoch.Add(time.Hour), nil)
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	if n := len(points(slow)); n != seconds/10 {
		t.Errorf("%d values at most each 10 s, want %d", n, seconds/10)
	}
	if n := len(points(none)); n != 0 {
		t.Errorf("%d values of a signal that is not recorded", n)
	}
	if n := len(points(all)); n != seconds {
		t.Errorf("%d values, want all %d", n, seconds)
	}
	kept := points(coarse)
	if len(kept) >= seconds/4 || len(kept) < seconds/30 {
		t.Errorf("%d of %d values kept beyond the dead-band", len(kept), seconds)
	}
	offline := 0
	for sec := range seconds {
		at := epoch.Add(time.Duration(sec) * time.Second)
		v := latest(t, s, at).At(coarse)
		if v.Quality == twin.Offline {
			offline++
			continue
		}
		if v.Quality != twin.Good || math.Abs(v.Value-value(sec)) > .5 {
			t.Fatalf("second %d: %v %s, was %v", sec, v.Value, v.Quality, value(sec))
		}
	}
	if offline != 1 {
		t.Errorf("offline in %d seconds, want 1", offline)
	}
	if st := s.Stats(); int(st.Samples+st.Thinned) != 4*seconds {
		t.Errorf("%d stored and %d left out of %d", st.Samples, st.Thinned, 4*seconds)
	}
}

func TestLoadedTellsWhatIsDecoded(t *testing.T) {
	s := open(t, farm(t, 1), Options{})
	fill(t, s, epoch, epoch.Add(6*time.Hour), 10*time.Second)
	at := epoch.Add(2 * time.Hour)
	holds := func() bool {
		for _, l := range s.Loaded() {
			if !l.From.Before(l.To) {
				t.Fatalf("loaded from %v to %v", l.From, l.To)
			}
			if !at.Before(l.From) && at.Before(l.To) {
				return true
			}
		}
		return false
	}
	if holds() {
		t.Error("a moment that nobody asked for is loaded")
	}
	s.Prefetch(at, 1)
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("what was asked for is never loaded: %v", s.Loaded())
		}
	}
}
