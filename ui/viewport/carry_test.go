package viewport

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/orrery-twin/orrery/scene"
)

// TestAPartIsDraggedOutWithCtrl: the camera stands still meanwhile, and a click with Ctrl still selects.
func TestAPartIsDraggedOutWithCtrl(t *testing.T) {
	s := newStand(t)
	s.run(2)
	var carried []scene.NodeID
	var fell, picked int
	s.OnSelect = func(scene.NodeID, bool) { picked++ }
	drag := func(mod fyne.KeyModifier, from fyne.Position) {
		s.MouseDown(mouse(from, desktop.MouseButtonPrimary, mod))
		for i := range 10 {
			s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: from.AddXY(float32(i)*5, 0)}})
			s.run(1)
		}
		s.DragEnd()
		s.run(2)
	}
	centre, corner := fyne.NewPos(200, 150), fyne.NewPos(20, 280)
	stood := s.Camera().Eye
	drag(fyne.KeyModifierControl, centre)
	if s.Camera().Eye == stood {
		t.Error("where nobody wants parts, Ctrl keeps the camera from turning")
	}
	s.OnCarry = func(n scene.NodeID, _ fyne.Position, done bool) {
		carried = append(carried, n)
		if done {
			fell++
		}
	}
	stood = s.Camera().Eye
	drag(fyne.KeyModifierControl, centre)
	if len(carried) < 5 || carried[0] != s.box || fell != 1 || s.Camera().Eye != stood {
		t.Errorf("carried %v, let fall %d times; the eye went from %v to %v", carried, fell, stood, s.Camera().Eye)
	}
	n := len(carried)
	drag(0, centre)
	drag(fyne.KeyModifierControl, corner)
	if len(carried) != n || picked != 0 {
		t.Errorf("without Ctrl, or beside the parts, %d were carried; %d were selected", len(carried)-n, picked)
	}
	s.MouseDown(mouse(centre, desktop.MouseButtonPrimary, fyne.KeyModifierControl))
	s.MouseUp(mouse(centre, desktop.MouseButtonPrimary, fyne.KeyModifierControl))
	if picked != 1 || fell != 1 {
		t.Errorf("a click with Ctrl selected %d times and let fall %d times", picked, fell)
	}
}
