package ui

import (
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui/theme"
)

func TestTheStageColoursAndNamesWhatDiffers(t *testing.T) {
	b := newBindingBench(t, fyne.NewSize(1280, 720), theme.AlwaysNight)
	s := b.world
	t01, t02 := b.asset("farm/T01"), b.asset("farm/T02")
	tint := func() (a, b uint8) {
		n1, n2 := s.scenery.nodes[t01], s.scenery.nodes[t02]
		return s.scenery.Scene.Node(n1).Style.Tint.A, s.scenery.Scene.Node(n2).Style.Tint.A
	}
	before1, before2 := tint()
	s.Shade([]Shade{{t01, .8, "+12 % energy"}, {t02, -.05, "−0.4 % energy"}}, "as it is")
	b.frames(200 * time.Millisecond)
	if a1, a2 := tint(); a1 == before1 || a2 == before2 {
		t.Errorf("tints %d %d", a1, a2)
	}
	if l := s.legendOf(timeline.Live); l.Title != "Difference from as it is" || l.Low != "worse" || len(l.Stops) != 13 {
		t.Errorf("legend %+v", l)
	}
	labels, _ := s.allLabels(b.snap, b.now)
	said := map[string]bool{}
	for _, l := range labels {
		said[l.Value] = true
	}
	if !said["+12 % energy"] || said["−0.4 % energy"] {
		t.Errorf("labels %v", said)
	}
	theme.SetMode(theme.AlwaysDay, theme.Day)
	if a1, _ := tint(); a1 == before1 {
		t.Error("the change of the theme took the colours away")
	}
	s.Shade(nil, "")
	if a1, a2 := tint(); a1 != before1 || a2 != before2 {
		t.Errorf("after it %d %d", a1, a2)
	}
	if l := s.legendOf(timeline.Live); l.Low == "worse" {
		t.Error("the legend stays")
	}
}
