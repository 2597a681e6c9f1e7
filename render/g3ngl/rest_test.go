//go:build unix

package g3ngl

import (
	"testing"
	"time"

	"github.com/orrery-twin/orrery/render"
)

// A picture is smoothed while nothing changes, and then nothing is drawn until something does.
func TestNothingIsDrawnAtRest(t *testing.T) {
	r := headless(t, Options{Samples: 1})
	w := watch(t, r)
	bl := render.NewBuilder()
	o := render.Options{WidthPx: 160, HeightPx: 90, Palette: render.Day(), Look: render.Engineer}
	s := plant(20, 16, false)
	r.Submit(bl.Build(s, around(20, 0), o))
	if st := w.until(func(s render.Stats) bool { return s.Smoothed > 1 }).Stats; !complete(st) {
		t.Errorf("smoothed before it was complete: %+v", st)
	}
	before := processorTime()
	select {
	case <-w.made:
		t.Error("a picture was made of what does not change")
	case <-time.After(700 * time.Millisecond):
	}
	if used := processorTime() - before; used > 70*time.Millisecond {
		t.Errorf("rest took %v of processor time in 700 ms", used)
	}
	f := bl.Build(s, around(20, 1), o)
	generation := f.Generation
	r.Submit(f)
	if p := w.next(); p.Generation != generation {
		t.Errorf("after a rest came picture %d, not %d", p.Generation, generation)
	}
}

// Drafts that have more faces than there is time for show the most important ones, and the still frame after them shows all.
func TestDraftsGiveWayToWholePictures(t *testing.T) {
	const n = 1500
	r := headless(t, Options{})
	if !r.Device().Software {
		t.Skip("a GPU draws this at once")
	}
	w := watch(t, r)
	bl := render.NewBuilder()
	o := render.Options{WidthPx: 320, HeightPx: 180, Palette: render.Day(), Look: render.Engineer}
	s := plant(n, 40, false)
	r.Submit(bl.Build(s, around(n, 0), o))
	all := w.until(complete).Stats
	o.Draft = true
	var draft render.Stats
	for i := range 6 {
		r.Submit(bl.Build(s, around(n, 0.01*float64(i+1)), o))
		draft = w.next().Stats
	}
	if draft.Refined >= 1 || draft.Skipped == 0 || draft.Triangles == 0 || draft.Triangles > all.Triangles/2 {
		t.Errorf("a draft of %d triangles, %.2f refined, %d skipped; a whole picture has %d", draft.Triangles, draft.Refined, draft.Skipped, all.Triangles)
	}
	o.Draft = false
	r.Submit(bl.Build(s, around(n, 0.07), o))
	if st := w.until(complete).Stats; st.Skipped != 0 || st.Triangles < all.Triangles/2 {
		t.Errorf("the picture at rest has %d triangles, %d objects are left out; before it had %d", st.Triangles, st.Skipped, all.Triangles)
	}
}
