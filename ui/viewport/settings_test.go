package viewport

import (
	"math"
	"testing"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

func TestSettingsReachTheFrame(t *testing.T) {
	s := newStand(t)
	for name, set := range map[string]func(on bool){
		"wire": s.SetWire, "grid": s.SetGrid, "edges": func(on bool) { s.SetEdges(!on) }, "light": func(on bool) { s.SetLight(render.Light{NoShadows: on}) },
	} {
		s.run(3)
		n := s.renderer.frames
		set(true)
		s.run(3)
		o := s.options(false)
		if !o.Wire && !o.Grid && !o.NoEdges && !o.Light.NoShadows {
			t.Errorf("%s does not reach the frame", name)
		}
		set(true)
		s.run(3)
		if got := s.renderer.frames - n; got != 1 {
			t.Errorf("%s: %d frames after one change", name, got)
		}
		set(false)
		if o := s.options(false); o.Wire || o.Grid || o.NoEdges || o.Light != (render.Light{}) {
			t.Errorf("%s cannot be switched off", name)
		}
	}
}

func TestQualityBoundsSizeAndRate(t *testing.T) {
	s := newStand(t)
	s.SetQuality(Quality{Scale: .5, FPS: 10})
	s.run(3)
	if s.renderer.width != 200 {
		t.Errorf("pictures are %d px wide at half the size of a view of 400", s.renderer.width)
	}
	n := s.renderer.frames
	for i := range 125 { // two seconds in which something moves each frame
		s.Scene().SetLocal(s.box, scene.At(float64(i)*.01, 0, 0))
		s.run(1)
	}
	if got := s.renderer.frames - n; got > 22 || got < 16 {
		t.Errorf("%d frames in two seconds at ten a second", got)
	}
	for _, q := range []Quality{{}, {Scale: math.NaN(), FPS: -1}, {Scale: 7, FPS: 1000}, {Scale: 1e-9}} {
		if got := q.normalized(); got != (Quality{Scale: 1, FPS: MaxFPS}) {
			t.Errorf("%v is taken as %v", q, got)
		}
	}
}

func TestShiftIsNoMoveOfTheHand(t *testing.T) {
	s := newStand(t)
	before, moves := s.Camera(), s.Moves()
	s.Shift([3]float64{1, 2, 3})
	now := s.Camera()
	if now.Eye.Sub(before.Eye).Len() < 3.7 || now.Target.Sub(before.Target).Len() < 3.7 {
		t.Errorf("the camera went from %v to %v", before, now)
	}
	if s.Moves() != moves {
		t.Error("it was counted as a move")
	}
}
