package ui

import (
	"math"
	"slices"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// A value that is no number moves nothing: the part stays as it last stood, and says that its data are bad.
func TestAValueThatIsNoNumberLeavesThePartAndMarksItBad(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 800), theme.AlwaysDay)
	yaw := b.scenery.find(b.asset("farm/T03"), "yaw")
	sig := b.signal("farm/T03/yaw/yaw")
	set := func(v float64) {
		next := *b.snap
		next.Generation, next.Time, next.Values = b.snap.Generation+1, b.now.UnixNano(), slices.Clone(b.snap.Values)
		next.Values[sig].Value, next.Values[sig].Time = v, next.Time
		b.snap = &next
		b.engine.mu.Lock()
		b.engine.snap = b.snap
		b.engine.mu.Unlock()
		for range 40 {
			b.rest()
		}
	}
	set(0.7)
	was := b.scenery.Scene.Node(yaw).Local
	if b.scenery.Scene.Effective(yaw).State.Has(scene.Bad) {
		t.Fatal("a good value is marked bad")
	}
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		set(v)
		if now := b.scenery.Scene.Node(yaw).Local; now != was {
			t.Errorf("%v moved the part: %v, before %v", v, now, was)
		}
		if !b.scenery.Scene.Effective(yaw).State.Has(scene.Bad) {
			t.Errorf("%v is not marked bad", v)
		}
	}
	set(0.8)
	if b.scenery.Scene.Effective(yaw).State.Has(scene.Bad) {
		t.Error("the part stays marked after a good value")
	}
}
