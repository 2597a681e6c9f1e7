package bind

import (
	"image/color"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
)

func TestShadesLieOverColoursAndLeaveNothingBehind(t *testing.T) {
	s := scene.New()
	own := color.NRGBA{R: 9, A: 50}
	style := scene.Style{Visible: true, Opacity: 1}
	bound := s.AddNode(scene.Root, scene.Node{Name: "bound", Local: scene.At(0, 0, 0), Style: style})
	style.Tint = own
	plain := s.AddNode(scene.Root, scene.Node{Name: "plain", Local: scene.At(0, 0, 0), Style: style})
	red, blue := color.NRGBA{R: 200, A: 255}, color.NRGBA{B: 200, A: 180}
	set := New(s, []Binding{{Signal: 0, Node: bound, Property: Colour, Ramp: []Stop{{At: 0, Colour: red}, {At: 10, Colour: red}}}})
	snap := &twin.Snapshot{Generation: 1, Values: []twin.Value{{Value: 5, Quality: twin.Good}}}
	apply := func() {
		snap.Generation++
		snap.Values[0].Value++
		set.Apply(snap, time.Second, time.Second)
	}
	apply()
	tints := func() [2]color.NRGBA {
		return [2]color.NRGBA{s.Node(bound).Style.Tint, s.Node(plain).Style.Tint}
	}
	if got := tints(); got != [2]color.NRGBA{red, own} {
		t.Fatalf("at first %v", got)
	}
	set.Shade(map[scene.NodeID]color.NRGBA{plain: blue})
	apply()
	if got := tints(); got != [2]color.NRGBA{{}, blue} {
		t.Errorf("one shaded: %v", got)
	}
	set.Shade(map[scene.NodeID]color.NRGBA{bound: blue})
	apply()
	if got := tints(); got != [2]color.NRGBA{blue, own} {
		t.Errorf("the other shaded: %v", got)
	}
	set.Shade(nil)
	if got := tints(); got != [2]color.NRGBA{red, own} {
		t.Errorf("after it: %v", got)
	}
}
