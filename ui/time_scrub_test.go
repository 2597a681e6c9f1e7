package ui

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/history"
	"github.com/orrery-twin/orrery/ui/theme"
)

// TestWhatIsSteadyNeverFlickersWhileScrubbing drags over a real store that takes in values all the while: a state that
// never changed must not be seen otherwise in any frame.
func TestWhatIsSteadyNeverFlickersWhileScrubbing(t *testing.T) {
	b := newBench(t, fyne.NewSize(1280, 720), theme.AlwaysNight).open()
	desk := b.desk
	tree := desk.Project.Tree
	state, ok := tree.SignalByPath("farm/T03/state")
	if !ok {
		t.Fatal("no signal of states")
	}
	begin := b.now.Add(-time.Hour)
	store, err := history.Open(context.Background(), tree, history.Options{Dir: t.TempDir(), Clock: func() time.Time { return testNow.Add(time.Hour) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.shell.closeDesk(); store.Close() })
	const steady = 1
	sample := func(at time.Time) []twin.Sample {
		var out []twin.Sample
		for i := range tree.Signals() {
			v := float64(at.Unix() % 50)
			if twin.SignalID(i) == state {
				v = steady
			}
			out = append(out, twin.Sample{Signal: twin.SignalID(i), Time: at.UnixNano(), Value: v, Quality: twin.Good})
		}
		return out
	}
	last := begin
	for ; last.Before(b.now); last = last.Add(time.Second) {
		if err := store.Append(sample(last)); err != nil {
			t.Fatal(err)
		}
	}
	live := fakeSnapshot(tree, b.now, twin.Live)
	live.Values[state] = twin.Value{Time: b.now.UnixNano(), Value: steady, Quality: twin.Good}
	desk.Engine = &fakeEngine{snap: live}
	desk.History = store
	desk.Timeline.GoLive()
	if err := b.shell.Open(desk); err != nil {
		t.Fatal(err)
	}
	x := b.shell.desk
	x.bounds()
	stop, ended := make(chan struct{}), make(chan struct{})
	appended := 0
	go func() {
		defer close(ended)
		for at := last; ; at = at.Add(time.Second) {
			select {
			case <-stop:
				return
			default:
				if store.Append(sample(at)) == nil {
					appended++
				}
			}
		}
	}()
	rnd := rand.New(rand.NewPCG(1, 2))
	moments := map[int64]bool{}
	for turn := range 600 {
		if turn%100 == 0 {
			x.Timeline.GoLive() // leave now again and again
		} else {
			x.Timeline.DragTo(begin.Add(time.Minute + time.Duration(rnd.Int64N(int64(58*time.Minute)))))
		}
		b.now = b.now.Add(time.Millisecond)
		x.frame()
		snap := b.shell.view.snap
		moments[snap.Time] = true
		if got := snap.Values[state]; got.Value != steady || got.Quality == twin.Offline {
			t.Fatalf("frame %d, %v: the steady state reads %v, %v", turn, time.Unix(0, snap.Time), got.Value, got.Quality)
		}
		if turn%3 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	close(stop)
	<-ended
	if len(moments) < 20 || appended == 0 {
		t.Errorf("the drag saw %d moments while %d seconds were stored: nothing was tried", len(moments), appended)
	}
}
