package viewport

import (
	"math"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

func TestLengthsInWords(t *testing.T) {
	for _, c := range []struct {
		unit   LengthUnit
		metres float64
		want   string
	}{
		{AutoLength, 12.3456, "12.35 m"}, {AutoLength, 0.0352, "35.2 mm"}, {AutoLength, 2500, "2.5 km"}, {AutoLength, 0, "0 m"}, {AutoLength, -1.5, "−1.5 m"},
		{Millimetres, 1.2345678, "1235 mm"}, {Feet, 0.3048, "1 ft"}, {Inches, 1, "39.37 in"}, {Metres, 0.0004, "0 m"}, {Centimetres, 1e-5, "0.001 cm"},
	} {
		if got := c.unit.Text(c.metres); got != c.want {
			t.Errorf("%g m: %q, want %q", c.metres, got, c.want)
		}
	}
	for most, want := range map[float64]float64{120: 100, 0.07: 0.05, 2.5: 2, 999: 500, 1: 1} {
		if got := niceLength(most, AutoLength); math.Abs(got-want) > 1e-12 {
			t.Errorf("at most %g: %g, want %g", most, got, want)
		}
	}
	if got := niceLength(1, Feet); math.Abs(got-2*0.3048) > 1e-12 {
		t.Errorf("a metre in feet: %g m", got)
	}
	if niceLength(math.NaN(), Metres) != 0 {
		t.Error("NaN has a scale")
	}
}

// toolView returns a view of two boxes, 600 × 400, seen from the front.
func toolView(t *testing.T) (v *Viewport, left, right scene.NodeID) {
	t.Helper()
	s := scene.New()
	box := s.MustAddMesh(scene.NewBox(2, 2, 2, 0))
	left = s.AddNode(scene.Root, scene.Node{Name: "left", Asset: "left", Mesh: box, Local: scene.At(-3, 0, 0)})
	right = s.AddNode(scene.Root, scene.Node{Name: "right", Asset: "right", Mesh: box, Local: scene.At(3, 0, 0)})
	test.NewTempApp(t)
	v = New(Options{Scene: s, Camera: scene.Camera{Eye: mgl64.Vec3{0, 0, 15}}, Presenter: "readback", Renderer: &fakeRenderer{call: func() {}}})
	w := test.NewTempWindow(t, v)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(600, 400))
	t.Cleanup(func() { v.Close() })
	v.overlay.follow(v.Camera())
	return v, left, right
}

// at is where a point of the world is in the view.
func at(v *Viewport, x, y, z float64) fyne.Position {
	px, py, _, _ := v.Camera().Project(mgl64.Vec3{x, y, z}, float64(v.Size().Width), float64(v.Size().Height))
	return fyne.NewPos(float32(px), float32(py))
}

func press(v *Viewport, p fyne.Position, mod fyne.KeyModifier) {
	v.MouseDown(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p}, Button: desktop.MouseButtonPrimary, Modifier: mod})
}

func click(v *Viewport, p fyne.Position) {
	v.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p}})
	v.hover()
	press(v, p, 0)
	v.MouseUp(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p}})
}

func drag(v *Viewport, from, to fyne.Position, mod fyne.KeyModifier) {
	press(v, from, mod)
	for i := float32(1); i <= 8; i++ {
		v.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(from.X+(to.X-from.X)*i/8, from.Y+(to.Y-from.Y)*i/8)}})
	}
	v.DragEnd()
}

func TestBoxSelect(t *testing.T) {
	v, left, right := toolView(t)
	var got []scene.NodeID
	var added bool
	v.OnBoxSelect = func(nodes []scene.NodeID, add bool) { got, added = nodes, add }
	before := v.Camera()
	v.SetTool(ToolBoxSelect)
	drag(v, at(v, -4.5, 1.5, 1), at(v, 2.5, -1.5, 1), 0)
	if !slices.Equal(got, []scene.NodeID{left}) || added {
		t.Errorf("to the right, what lies inside: %v, add %v", got, added)
	}
	drag(v, at(v, 2.5, 1.5, 1), at(v, -4.5, -1.5, 1), fyne.KeyModifierControl)
	if !slices.Equal(got, []scene.NodeID{left, right}) || !added {
		t.Errorf("to the left, what is touched: %v, add %v", got, added)
	}
	if v.Camera() != before {
		t.Error("the camera moved")
	}
	v.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if v.Tool() != ToolNone {
		t.Error("Escape does not end the tool")
	}
}

func TestMeasureBetweenCorners(t *testing.T) {
	v, left, _ := toolView(t)
	var told int
	v.OnMeasure = func(m []scene.Measure) { told = len(m) }
	v.SetTool(ToolMeasureDistance)
	click(v, at(v, -2.02, 0.98, 1)) // near to the corner (−2, 1, 1)
	if len(v.Measures()) != 0 || v.hint() == "" {
		t.Error("half a distance counts")
	}
	click(v, at(v, 2.02, 0.98, 1))
	m := v.Measures()
	if len(m) != 1 || told != 1 || math.Abs(m[0].Value()-4) > 1e-6 {
		t.Fatalf("measured %+v, told %d", m, told)
	}
	v.scene.SetLocal(left, scene.At(-4, 0, 0))
	if d := v.Measures()[0].Value(); math.Abs(d-5) > 1e-6 {
		t.Errorf("after the box moved: %g, want 5", d)
	}
	v.SetTool(ToolMeasureAngle)
	click(v, at(v, 3.2, 0.9, 1))
	v.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape}) // takes the point back
	if v.Tool() != ToolMeasureAngle || len(v.tools.taking.points) != 0 {
		t.Error("Escape does not take the point back first")
	}
	v.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDelete})
	if len(v.Measures()) != 0 || told != 0 {
		t.Error("Delete does not take the last measure back")
	}
	v.SetTool(ToolMeasureEdge)
	click(v, at(v, 3.98, 0.2, 1))
	if m := v.Measures(); len(m) != 1 || m[0].Kind != scene.EdgeLength || math.Abs(m[0].Value()-2) > 1e-6 {
		t.Errorf("an edge: %+v", m)
	}
}

func TestDragACut(t *testing.T) {
	v, _, _ := toolView(t)
	var now *scene.Section
	v.OnSection = func(_, s *scene.Section) { now = s }
	v.SetCamera(scene.Camera{Eye: mgl64.Vec3{6, 5, 15}})
	v.overlay.follow(v.Camera())
	v.SetSection(&scene.Section{Planes: []scene.Plane{scene.PlaneThrough(mgl64.Vec3{}, mgl64.Vec3{-1, 0, 0})}})
	v.SetTool(ToolSection)
	h := v.overlay.handles[0]
	from := fyne.NewPos(h.pos.X+handleSize/2, h.pos.Y+handleSize/2)
	drag(v, from, from.AddXY(120, 0), 0)
	if !now.Active() || now.Cuts(mgl64.Vec3{1, 0, 0}) || v.planeText(0)[:2] != "x " {
		t.Errorf("dragged to the right: %+v, %q", now, v.planeText(0))
	}
	v.SetSection(scene.BoxSection(v.cutBounds(), scene.KeepInside))
	if len(v.planeOutlines()) != 6 {
		t.Errorf("%d faces of the box are drawn", len(v.planeOutlines()))
	}
	for i := range 6 { // no face passes its opposite
		for range 3 {
			v.tools.handle = i
			v.dragPlane(fyne.NewPos(300, 200))
		}
	}
	if b := v.section; len(b.Planes) != 6 || b.Cuts(mgl64.Vec3{100, 0, 0}) == false {
		t.Errorf("the box became %+v", b)
	}
	v.SetTool(ToolSectionFace)
	v.SetSection(nil)
	click(v, at(v, 3, 0, 1))
	if v.Tool() != ToolSection || !now.Active() || math.Abs(now.Planes[0].Normal[2]+1) > 1e-6 {
		t.Errorf("along a face: tool %d, %+v", v.Tool(), now)
	}
}

func TestFlyLooksAround(t *testing.T) {
	v, _, _ := toolView(t)
	v.SetTool(ToolFly)
	eye := v.Camera().Eye
	drag(v, fyne.NewPos(300, 200), fyne.NewPos(400, 200), 0)
	if c := v.Camera(); c.Eye.Sub(eye).Len() > 1e-9 || c.Target.Len() < 1 {
		t.Errorf("the eye went to %v, looking at %v", c.Eye, c.Target)
	}
}
