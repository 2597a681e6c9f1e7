package viewport

import (
	"image"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
)

// fakeRenderer answers each frame at once with a grey picture.
type fakeRenderer struct {
	frames  int
	last    render.Options
	device  render.Device
	picture *image.RGBA
	ready   bool
	call    func()
	drafts  int
}

func (r *fakeRenderer) Submit(f *render.Frame) {
	r.frames++
	if f.Draft {
		r.drafts++
	}
	r.picture = image.NewRGBA(image.Rect(0, 0, f.WidthPx, f.HeightPx))
	for i := range r.picture.Pix {
		r.picture.Pix[i] = 128
	}
	f.Release()
	r.ready = true
	r.call()
}
func (r *fakeRenderer) OnPicture(f func()) { r.call = f }
func (r *fakeRenderer) Acquire() (render.Picture, bool) {
	ok := r.ready
	r.ready = false
	return render.Picture{Image: r.picture}, ok
}
func (r *fakeRenderer) Release(render.Picture, uintptr)             {}
func (r *fakeRenderer) Snapshot(*render.Frame) (*image.RGBA, error) { return r.picture, nil }
func (r *fakeRenderer) Device() render.Device                       { return r.device }
func (r *fakeRenderer) Err() error                                  { return nil }
func (r *fakeRenderer) Close() error                                { return nil }

// stand is a viewport over a box of 10 m in a test window.
type stand struct {
	*Viewport
	renderer *fakeRenderer
	now      time.Time
	box      scene.NodeID
	window   fyne.Window
}

func newStand(t *testing.T) *stand {
	t.Helper()
	test.NewTempApp(t)
	s := scene.New()
	box := s.AddNode(scene.Root, scene.Node{Name: "box", Mesh: s.MustAddMesh(scene.NewBox(10, 10, 10, 0)), Asset: "farm/T01"})
	st := &stand{renderer: &fakeRenderer{}, now: time.Unix(0, 0), box: box}
	st.Viewport = New(Options{Scene: s, Camera: scene.Camera{Eye: mgl64.Vec3{0, 0, 50}}, Renderer: st.renderer, Clock: func() time.Time { return st.now }})
	st.window = test.NewWindow(st.Viewport)
	st.window.SetPadded(false)
	st.window.Resize(fyne.NewSize(400, 300))
	t.Cleanup(st.window.Close)
	st.window.Canvas().Capture() // a paint tells the size
	return st
}

// run advances n frames of 16 ms.
func (s *stand) run(n int) {
	for range n {
		s.now = s.now.Add(16 * time.Millisecond)
		s.Advance(16 * time.Millisecond)
		s.window.Canvas().Capture()
	}
}

func mouse(p fyne.Position, b desktop.MouseButton, m fyne.KeyModifier) *desktop.MouseEvent {
	return &desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p}, Button: b, Modifier: m}
}

func TestNothingIsDrawnWhenNothingChanges(t *testing.T) {
	s := newStand(t)
	s.run(3)
	n := s.renderer.frames
	if n == 0 {
		t.Fatal("nothing was drawn at all")
	}
	s.run(200)
	if s.renderer.frames != n {
		t.Errorf("%d frames of a scene at rest", s.renderer.frames-n)
	}
	s.Scene().SetOpacity(s.box, .5)
	s.run(3)
	if s.renderer.frames != n+1 {
		t.Errorf("%d frames after one change", s.renderer.frames-n)
	}
}

func TestSoftwareRenderersAreNotDrivenHard(t *testing.T) {
	s := newStand(t)
	s.renderer.device.Software = true
	s.run(3)
	n := s.renderer.frames
	for i := range 125 { // two seconds in which something moves each frame
		s.Scene().SetLocal(s.box, scene.At(float64(i)*.01, 0, 0))
		s.run(1)
	}
	if got := s.renderer.frames - n; got > 2*MaxSoftwareFPS+2 || got < MaxSoftwareFPS {
		t.Errorf("%d frames in two seconds, at most %d a second are wanted", got, MaxSoftwareFPS)
	}
}

func TestDragOrbitsAndClickSelects(t *testing.T) {
	s := newStand(t)
	s.run(2)
	var picked []scene.NodeID
	var doubles int
	s.OnSelect = func(n scene.NodeID, double bool) {
		picked = append(picked, n)
		if double {
			doubles++
		}
	}
	centre, corner := fyne.NewPos(200, 150), fyne.NewPos(20, 280)
	before := s.Camera()
	s.MouseDown(mouse(centre, desktop.MouseButtonPrimary, 0))
	for i := range 20 {
		s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: centre.AddXY(float32(i)*4, 0)}})
		s.run(1)
	}
	s.DragEnd()
	s.run(2)
	after := s.Camera()
	if before.Eye.Sub(after.Eye).Len() < 5 || after.Distance() < 49 || after.Distance() > 51 {
		t.Errorf("the eye went from %v to %v", before.Eye, after.Eye)
	}
	if len(picked) != 0 {
		t.Error("a drag selected something")
	}
	if s.renderer.drafts == 0 {
		t.Error("moving frames were not marked as drafts")
	}
	for _, p := range []fyne.Position{centre, corner} {
		s.MouseDown(mouse(p, desktop.MouseButtonPrimary, 0))
		s.MouseUp(mouse(p, desktop.MouseButtonPrimary, 0))
		s.now = s.now.Add(time.Second)
	}
	if len(picked) != 2 || picked[0] != s.box || picked[1] != scene.NoNode {
		t.Errorf("clicks picked %v", picked)
	}
	for range 2 {
		s.MouseDown(mouse(centre, desktop.MouseButtonPrimary, 0))
		s.MouseUp(mouse(centre, desktop.MouseButtonPrimary, 0))
		s.now = s.now.Add(100 * time.Millisecond)
	}
	if doubles != 1 {
		t.Errorf("%d double clicks", doubles)
	}
}

func TestPanFollowsTheHandAndWheelKeepsThePoint(t *testing.T) {
	s := newStand(t)
	s.run(2)
	at := fyne.NewPos(230, 140)
	grabbed := s.pointAt(at)
	s.MouseDown(mouse(at, desktop.MouseButtonSecondary, 0))
	to := at.AddXY(60, 30)
	for i := range 31 {
		s.MouseMoved(mouse(at.AddXY(2*float32(i), float32(i)), desktop.MouseButtonSecondary, 0))
	}
	s.MouseMoved(mouse(to, 0, 0)) // the button was released
	x, y, _, _ := s.Camera().Project(grabbed, 400, 300)
	if d := (mgl64.Vec2{x - float64(to.X), y - float64(to.Y)}).Len(); d > clickSlop+1 {
		t.Errorf("the point under the hand is %.1f px away from it", d)
	}
	point := s.pointAt(to)
	far := s.Camera().Distance()
	s.Scrolled(&fyne.ScrollEvent{PointEvent: fyne.PointEvent{Position: to}, Scrolled: fyne.NewDelta(0, 75)})
	s.run(60)
	if near := s.Camera().Distance(); near >= far {
		t.Errorf("zooming in went from %.1f m to %.1f m", far, near)
	}
	x, y, _, _ = s.Camera().Project(point, 400, 300)
	if d := (mgl64.Vec2{x - float64(to.X), y - float64(to.Y)}).Len(); d > 2 {
		t.Errorf("the point under the pointer moved by %.1f px", d)
	}
}

func TestLabelsDoNotOverlap(t *testing.T) {
	s := newStand(t)
	var labels []Label
	for i := range 30 {
		n := s.Scene().AddNode(scene.Root, scene.Node{Name: "n", Local: scene.At(float64(i)-15, 0, 0), Mesh: s.Scene().Node(s.box).Mesh})
		labels = append(labels, Label{Node: n, Name: "T0", Value: "2.31 MW", Rank: i, Priority: twin.Priority(i % 5)})
	}
	s.SetLabels(labels)
	s.run(2)
	var shown []*tag
	for _, tg := range s.overlay.tags {
		if tg.used {
			shown = append(shown, tg)
		}
	}
	if len(shown) == 0 || shown[0].label.Rank != 0 {
		t.Fatalf("%d labels are shown, the first is %+v", len(shown), shown)
	}
	for i, a := range shown {
		for _, b := range shown[:i] {
			if a.pos.X < b.pos.X+b.size.Width && b.pos.X < a.pos.X+a.size.Width && a.pos.Y < b.pos.Y+b.size.Height && b.pos.Y < a.pos.Y+a.size.Height {
				t.Fatalf("labels at %v and %v overlap", a.pos, b.pos)
			}
		}
	}
}

func TestToolsAnswer(t *testing.T) {
	s := newStand(t)
	s.run(2)
	s.MouseDown(mouse(fyne.NewPos(inset+toolSize+10+lookWidth+20, inset+10), desktop.MouseButtonPrimary, 0))
	if s.Look() != render.Engineer {
		t.Errorf("look %v after a click on Engineer", s.Look())
	}
	if s.input.held != 0 {
		t.Error("a click on a tool began a drag")
	}
	before := s.Camera().Eye
	x, y, _ := s.overlay.arm(axes[0])
	s.MouseDown(mouse(s.overlay.hud[2].pos.AddXY(x, y), desktop.MouseButtonPrimary, 0))
	s.run(80)
	if eye := s.Camera().Eye; eye.Sub(before).Len() < 10 || eye[0] < 40 {
		t.Errorf("the view from the east has its eye at %v", eye)
	}
}

func TestTimeModeIsFramed(t *testing.T) {
	s := newStand(t)
	for mode, want := range map[TimeMode]float32{LiveFrame: 0, PastFrame: 2, FutureFrame: 6} {
		s.SetTimeMode(mode)
		c := s.overlay.frame[0]
		if visible := c.raster.Visible(); visible != (want > 0) || visible && c.size.Height != want {
			t.Errorf("mode %d: visible %v, %v Dp", mode, visible, c.size.Height)
		}
	}
}

func BenchmarkAdvanceAtRest(b *testing.B) {
	test.NewTempApp(b)
	s := scene.New()
	s.AddNode(scene.Root, scene.Node{Name: "box", Mesh: s.MustAddMesh(scene.NewBox(10, 10, 10, 0))})
	v := New(Options{Scene: s, Camera: scene.Camera{Eye: mgl64.Vec3{0, 0, 50}}, Renderer: &fakeRenderer{}})
	for b.Loop() {
		v.Advance(16 * time.Millisecond)
	}
}
