package viewport

import (
	"errors"
	"image"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/ui/theme"
)

// fakeRenderer answers each frame at once with a grey picture.
type fakeRenderer struct {
	frames  int
	device  render.Device
	picture *image.RGBA
	ready   bool
	call    func()
	drafts  int
	width   int
	total   time.Duration
	broken  error // frames fail
	err     error
}

func (r *fakeRenderer) Submit(f *render.Frame) {
	r.frames++
	if f.Draft {
		r.drafts++
	}
	r.width = f.WidthPx
	if r.broken != nil {
		r.err = r.broken
		f.Release()
		return
	}
	r.err = nil
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
	return render.Picture{Image: r.picture, Stats: render.Stats{Total: r.total}}, ok
}
func (r *fakeRenderer) Release(render.Picture, uintptr)             {}
func (r *fakeRenderer) Snapshot(*render.Frame) (*image.RGBA, error) { return r.picture, nil }
func (r *fakeRenderer) Device() render.Device                       { return r.device }
func (r *fakeRenderer) Err() error                                  { return r.err }
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
		s.paint()
	}
}

// paint does what Fyne's painter does with the picture; painting the whole window in software would take long.
func (s *stand) paint() {
	r := s.presenter.(*readback).raster
	r.Generator(int(r.Size().Width), int(r.Size().Height))
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
	s.Select()
	s.SetOrtho(false)
	s.SetTimeMode(LiveFrame)
	s.SetLegend(Legend{})
	s.run(10)
	if paints := s.Stats().Paints; s.renderer.frames != n || paints != uint64(n) {
		t.Errorf("setting what is set drew %d frames, %d paints", s.renderer.frames-n, paints)
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

func TestTheLooksAnswer(t *testing.T) {
	s := newStand(t)
	s.window.Resize(fyne.NewSize(640, 360))
	s.run(2)
	s.press(fyne.NewPos(inset+lookWidth+20, inset+10))
	if s.Look() != render.Engineer {
		t.Errorf("look %v after a click on Engineer", s.Look())
	}
	if s.input.held != 0 {
		t.Error("a click on a tool began a drag")
	}
}

// press is a click without a move.
func (s *stand) press(p fyne.Position) {
	s.MouseDown(mouse(p, desktop.MouseButtonPrimary, 0))
	s.MouseUp(mouse(p, desktop.MouseButtonPrimary, 0))
	s.now = s.now.Add(time.Second)
}

func TestCubeTurnsTheCamera(t *testing.T) {
	s := newStand(t)
	s.SetCamera(scene.Camera{Eye: mgl64.Vec3{30, 25, 30}})
	s.run(3)
	dir := func() mgl64.Vec3 { c := s.Camera(); return c.Eye.Sub(c.Target).Normalize() }
	at := func(d mgl64.Vec3, reach float32) fyne.Position {
		x, y, _ := s.overlay.flat(d)
		return s.overlay.cube.pos.AddXY(gizmoSize/2+x*reach*cubeHalf, gizmoSize/2+y*reach*cubeHalf)
	}
	for _, c := range []struct {
		name string
		on   mgl64.Vec3
		want mgl64.Vec3
	}{
		{"right", mgl64.Vec3{1, 0, 0}, mgl64.Vec3{1, 0, 0}},
		{"edge of front and right", mgl64.Vec3{1, 0, 1}, mgl64.Vec3{1, 0, 1}},
		{"corner", mgl64.Vec3{.98, .98, .98}, mgl64.Vec3{1, 1, 1}},
	} {
		s.SetCamera(scene.Camera{Eye: mgl64.Vec3{30, 25, 30}})
		s.run(3)
		s.press(at(c.on, .97))
		s.run(50)
		if d := dir(); d.Sub(c.want.Normalize()).Len() > .02 {
			t.Errorf("%s: the camera looks from %v", c.name, d)
		}
	}
	s.SetCamera(scene.Camera{Eye: mgl64.Vec3{0, 0, 50}})
	s.run(3)
	before := dir()
	centre := at(mgl64.Vec3{}, 0)
	s.MouseDown(mouse(centre, desktop.MouseButtonPrimary, 0))
	for i := range 20 {
		s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: centre.AddXY(-2*float32(i), 0)}})
	}
	s.MouseUp(mouse(centre.AddXY(-40, 0), desktop.MouseButtonPrimary, 0))
	if d := dir(); d.Sub(before).Len() < .2 || s.Camera().Distance() < 49.9 {
		t.Errorf("dragging the cube: from %v to %v", before, d)
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
		if s.overlay.chip.raster.Visible() != (mode != LiveFrame) {
			t.Errorf("mode %d: the words NOT LIVE", mode)
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

// A picture that waits for a paint, as in a hidden window, keeps further frames from being drawn.
func TestNothingIsDrawnForAWindowThatDoesNotPaint(t *testing.T) {
	s := newStand(t)
	s.run(3)
	n := s.renderer.frames
	for i := range 100 {
		s.Scene().SetLocal(s.box, scene.At(float64(i)*.01, 0, 0))
		s.now = s.now.Add(16 * time.Millisecond)
		s.Advance(16 * time.Millisecond)
	}
	if got := s.renderer.frames - n; got > maxUnpainted {
		t.Errorf("%d frames that nobody sees", got)
	}
	s.run(3)
	if s.renderer.frames < n+2 {
		t.Error("painting again did not set it going")
	}
}

func TestAFrameThatFailsDoesNotStopTheView(t *testing.T) {
	s := newStand(t)
	s.run(3)
	n := s.renderer.frames
	s.renderer.broken = errors.New("the driver was reset")
	s.Redraw()
	s.run(20)
	if s.renderer.frames != n+1 || s.Stats().Err == nil {
		t.Errorf("%d frames at once, error %v", s.renderer.frames-n, s.Stats().Err)
	}
	s.renderer.broken = nil
	s.now = s.now.Add(2 * time.Second)
	s.renderer.err = errors.New("the driver was reset")
	s.Redraw()
	s.run(3)
	if s.renderer.frames < n+2 {
		t.Error("it never tried again")
	}
}

// While the CPU is too slow for the camera, drafts shrink; at rest the picture is whole again.
func TestDraftsShrinkAndRestIsSharp(t *testing.T) {
	s := newStand(t)
	s.renderer.device.Software = true
	s.renderer.total = 90 * time.Millisecond
	s.run(3)
	centre := fyne.NewPos(200, 150)
	s.MouseDown(mouse(centre, desktop.MouseButtonPrimary, 0))
	for i := range 60 {
		s.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: centre.AddXY(float32(i)*3, 0)}})
		s.run(1)
	}
	if s.renderer.width > 220 || s.renderer.width < 190 {
		t.Errorf("drafts are %d px wide in a view of 400", s.renderer.width)
	}
	s.MouseUp(mouse(centre, desktop.MouseButtonPrimary, 0))
	s.run(30)
	if s.renderer.width != 400 || s.draft || s.Stats().Scale != 1 {
		t.Errorf("at rest the picture is %d px wide", s.renderer.width)
	}
}

func TestKeys(t *testing.T) {
	s := newStand(t)
	s.run(2)
	s.press(fyne.NewPos(200, 150))
	if s.window.Canvas().Focused() != s.Viewport {
		t.Fatal("a click gave no focus")
	}
	var passed []fyne.KeyName
	s.window.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { passed = append(passed, e.Name) })
	for _, k := range []fyne.KeyName{fyne.KeySpace, fyne.Key5, fyne.KeyF, fyne.KeyLeft} {
		s.TypedKey(&fyne.KeyEvent{Name: k})
	}
	if len(passed) != 3 || !s.Ortho() {
		t.Errorf("passed on %v, parallel %v", passed, s.Ortho())
	}
	s.window.Canvas().SetOnTypedKey(nil)
	s.SetOrtho(false)
	s.TypedKey(&fyne.KeyEvent{Name: fyne.Key3})
	s.run(50)
	if eye := s.Camera().Eye; eye[0] < 40 {
		t.Errorf("the view from the right has its eye at %v", eye)
	}
}

func TestWalkingNeedsTheButton(t *testing.T) {
	s := newStand(t)
	s.run(2)
	before := s.Camera().Eye
	s.KeyDown(&fyne.KeyEvent{Name: fyne.KeyW})
	s.run(30)
	if s.Camera().Eye != before {
		t.Error("W alone walked")
	}
	s.MouseDown(mouse(fyne.NewPos(200, 150), desktop.MouseButtonSecondary, 0))
	s.KeyDown(&fyne.KeyEvent{Name: fyne.KeyW})
	s.run(30)
	s.KeyUp(&fyne.KeyEvent{Name: fyne.KeyW})
	if d := before[2] - s.Camera().Eye[2]; d < 3 || d > 30 {
		t.Errorf("walked %.1f m in half a second", d)
	}
	s.run(1)
	after := s.Camera().Eye
	s.run(10)
	if s.Camera().Eye != after {
		t.Error("it walks on")
	}
	s.MouseUp(mouse(fyne.NewPos(200, 150), desktop.MouseButtonSecondary, 0))
}

func TestClicksGoThroughWhatOverlaps(t *testing.T) {
	s := newStand(t)
	behind := s.Scene().AddNode(scene.Root, scene.Node{Name: "behind", Mesh: s.Scene().Node(s.box).Mesh, Asset: "farm/T02", Local: scene.At(0, 0, -30)})
	s.run(2)
	var picked []scene.NodeID
	s.OnSelect = func(n scene.NodeID, _ bool) { picked = append(picked, n) }
	for range 3 {
		s.press(fyne.NewPos(200, 150))
	}
	s.press(fyne.NewPos(210, 150))
	want := []scene.NodeID{s.box, behind, s.box, s.box}
	if !slices.Equal(picked, want) {
		t.Errorf("picked %v, want %v", picked, want)
	}
}

func TestLabelsHangStillAndHideBehindThings(t *testing.T) {
	s := newStand(t)
	sc := s.Scene()
	mesh := sc.Node(s.box).Mesh
	mill := sc.AddNode(scene.Root, scene.Node{Name: "mill", Asset: "farm/T02", Local: scene.At(0, 0, -40)})
	sc.AddNode(mill, scene.Node{Name: "tower", Mesh: mesh})
	rotor := sc.AddNode(mill, scene.Node{Name: "rotor", Mesh: sc.MustAddMesh(scene.NewBox(60, 1, 1, 0))})
	s.opts.Turns = func(id scene.NodeID) bool { return id == rotor }
	s.overlay.hooks = hooks{scene: sc, turns: s.opts.Turns}
	shown := func() map[scene.NodeID]fyne.Position {
		out := map[scene.NodeID]fyne.Position{}
		for _, t := range s.overlay.tags {
			if t.used {
				out[t.label.Node] = t.pos
			}
		}
		return out
	}
	s.SetLabels([]Label{{Node: mill, Name: "T02", Rank: 2}, {Node: s.box, Name: "T01", Rank: 3}})
	s.run(2)
	if got := shown(); len(got) != 1 {
		t.Fatalf("a part behind another has a label: %v", got)
	}
	s.SetLabels([]Label{{Node: mill, Name: "T02", Rank: 2, Priority: twin.High}, {Node: s.box, Name: "T01", Rank: 3}})
	if got := shown(); len(got) != 2 {
		t.Errorf("what is in alarm was hidden: %v", got)
	}
	s.SetCamera(scene.Camera{Eye: mgl64.Vec3{60, 60, 60}})
	s.SetLabels([]Label{{Node: mill, Name: "T02", Rank: 2}})
	s.run(5)
	at := shown()[mill]
	for i := range 20 {
		sc.SetLocal(rotor, scene.Transform{}.Turned(float64(i)*.3, mgl64.Vec3{0, 0, 1}))
		s.run(3)
		if now := shown()[mill]; now != at {
			t.Fatalf("the label moved from %v to %v while the rotor turned", at, now)
		}
	}
}

func TestLabelTextFits(t *testing.T) {
	test.NewTempApp(t)
	s := newStand(t)
	for _, l := range []Label{{Name: "T01", Value: "2.31 MW"}, {Name: "Gearbox", Value: "78.4 °C ± 3.2", Priority: twin.High}, {Name: "Main bearing"}} {
		w, h := s.overlay.labelSize(&l)
		img := image.NewRGBA(image.Rect(0, 0, int(w)+60, int(h)))
		p := theme.NewPen(img, 1)
		drawLabel(p, &l, w, h)
		for y := range int(h) {
			for x := int(w) - 4; x < int(w)+60; x++ {
				if c := img.RGBAAt(x, y); c.A == 255 && x >= int(w) {
					t.Fatalf("%s: ink at %d,%d beyond its %g Dp", l.Name, x, y, w)
				}
			}
		}
	}
}

func TestPointer(t *testing.T) {
	now := time.Unix(0, 0)
	at := func(x, y float32) fyne.Position { return fyne.NewPos(x, y) }
	for _, c := range []struct {
		name string
		b    desktop.MouseButton
		mod  fyne.KeyModifier
		want deed
	}{
		{"left", desktop.MouseButtonPrimary, 0, turned},
		{"Shift left", desktop.MouseButtonPrimary, fyne.KeyModifierShift, panned},
		{"middle", desktop.MouseButtonTertiary, 0, panned},
		{"Ctrl middle", desktop.MouseButtonTertiary, fyne.KeyModifierControl, zoomed},
		{"right", desktop.MouseButtonSecondary, 0, panned},
	} {
		var p pointer
		p.press(c.b, c.mod, at(10, 10), now)
		if d, _, _ := p.drag(at(12, 12), now); d != nothingDone || p.active(now) {
			t.Errorf("%s: a tremble is a drag", c.name)
		}
		d, dx, dy := p.drag(at(20, 14), now)
		if d != c.want || dx != 10 || dy != 4 { // all of the way, so that the grabbed point stays under the hand
			t.Errorf("%s: %d by %g, %g", c.name, d, dx, dy)
		}
		if !p.active(now) || p.active(now.Add(time.Second)) {
			t.Errorf("%s: active", c.name)
		}
		if p.release(at(20, 14), now) != nothingDone {
			t.Errorf("%s: a drag ended as a click", c.name)
		}
		if d, _, _ := p.drag(at(50, 50), now); d != nothingDone {
			t.Errorf("%s: drags without a button", c.name)
		}
	}
	var p pointer
	click := func(x float32, after time.Duration) deed {
		now = now.Add(after)
		p.press(desktop.MouseButtonPrimary, 0, at(x, 0), now)
		return p.release(at(x, 0), now)
	}
	for i, c := range []struct {
		x     float32
		after time.Duration
		want  deed
		again int
	}{{0, 0, clicked, 1}, {1, time.Second, clicked, 2}, {1, 100 * time.Millisecond, doubleClicked, 0}, {1, 100 * time.Millisecond, clicked, 1},
		{50, 100 * time.Millisecond, clicked, 1}} {
		if got := click(c.x, c.after); got != c.want || p.again != c.again {
			t.Errorf("click %d: %d, again %d", i, got, p.again)
		}
	}
}
