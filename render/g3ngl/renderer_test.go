package g3ngl

import (
	"bytes"
	"image"
	"image/color"
	"math"
	"math/rand"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/go-gl/gl/v3.3-core/gl"
	"github.com/go-gl/glfw/v3.3/glfw"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

func snap(t *testing.T, r *Renderer, f *render.Frame) (*image.RGBA, render.Stats) {
	t.Helper()
	img, st, err := r.SnapshotStats(f)
	f.Release()
	if err != nil {
		t.Fatal(err)
	}
	return img, st
}

func boxes(n int) *scene.Scene {
	s := scene.New()
	box := s.MustAddMesh(scene.NewBox(1, 1, 1, 0))
	for i := 0; i < n; i++ {
		s.AddNode(scene.Root, scene.Node{Mesh: box, Local: scene.At(float64(i%8)*1.5, float64(i/8)*1.5, 0)})
	}
	return s
}

func small() render.Options {
	return render.Options{WidthPx: 160, HeightPx: 120, Palette: render.Day()}
}

// centroid returns the middle of all pixels that are clearly red.
func centroid(img *image.RGBA) (x, y float64, n int) {
	for py := 0; py < img.Rect.Dy(); py++ {
		for px := 0; px < img.Rect.Dx(); px++ {
			if c := img.RGBAAt(px, py); int(c.R) > int(c.G)+90 && int(c.R) > int(c.B)+90 {
				x, y, n = x+float64(px)+0.5, y+float64(py)+0.5, n+1
			}
		}
	}
	return x / float64(n), y / float64(n), n
}

// What the camera projects to a pixel must be drawn at that pixel, counted from the top left; and all alpha is 255.
func TestPictureAgreesWithTheCamera(t *testing.T) {
	r := headless(t, Options{})
	for _, ortho := range []bool{false, true} {
		s := scene.New()
		at := mgl64.Vec3{500_003, 4, -2}
		id := s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(scene.NewSphere(0.4, 32, 0)), Local: scene.At(at[0], at[1], at[2])})
		s.SetState(id, scene.Alarm(1))
		o := small()
		o.WidthPx, o.HeightPx = 321, 203
		c := scene.Camera{Eye: mgl64.Vec3{500_000, 1, 9}, Target: mgl64.Vec3{500_000, 2, 0}, Ortho: ortho}
		img, _ := snap(t, r, render.NewBuilder().Build(s, c, o))
		wantX, wantY, _, _ := c.Project(at, 321, 203)
		x, y, n := centroid(img)
		if n < 20 || math.Hypot(x-wantX, y-wantY) > 1 {
			t.Errorf("ortho %v: drawn at %.1f, %.1f (%d pixels), projected to %.1f, %.1f", ortho, x, y, n, wantX, wantY)
		}
		for i := 3; i < len(img.Pix); i += 4 {
			if img.Pix[i] != 255 {
				t.Fatalf("ortho %v: alpha %d", ortho, img.Pix[i])
			}
		}
	}
}

// However a scene came to be what it is, it must look the same as if it were drawn for the first time.
func TestIncrementalEqualsFresh(t *testing.T) {
	live, fresh := headless(t, Options{}), headless(t, Options{})
	rnd := rand.New(rand.NewSource(5))
	s := boxes(40)
	s.AddMaterial(scene.Material{Name: "glass", BaseColor: [4]float32{0.1, 0.3, 0.9, 0.4}, Blend: true})
	glass := s.MustAddMesh(scene.NewSphere(0.7, 16, 1))
	b := render.NewBuilder()
	o := small()
	o.Look = render.Engineer
	c := scene.Camera{Eye: mgl64.Vec3{5, 4, 16}, Target: mgl64.Vec3{5, 4, 0}}
	for round := 0; round < 12; round++ {
		for k := 0; k < 6; k++ {
			id := scene.NodeID(1 + rnd.Intn(s.Len()-1))
			switch rnd.Intn(6) {
			case 0:
				s.SetLocal(id, scene.At(rnd.Float64()*10, rnd.Float64()*8, rnd.Float64()))
			case 1:
				s.SetVisible(id, rnd.Intn(2) == 0)
			case 2:
				s.SetTint(id, color.NRGBA{R: uint8(rnd.Intn(256)), A: 255})
			case 3:
				s.SetState(id, scene.State(rnd.Intn(64)))
			case 4:
				s.SetOpacity(id, rnd.Float32())
			case 5:
				s.AddNode(scene.Root, scene.Node{Mesh: glass, Local: scene.At(rnd.Float64()*10, rnd.Float64()*8, 1)})
			}
		}
		o.Selected = []scene.NodeID{scene.NodeID(1 + rnd.Intn(s.Len()-1))}
		if round%3 == 2 {
			g := s.Clone()
			g.SetLocal(2, scene.At(3, 3, 2))
			o.Ghosts = []render.Ghost{{Scene: g}}
		} else {
			o.Ghosts = nil
		}
		got, _ := snap(t, live, b.Build(s, c, o))
		want, _ := snap(t, fresh, render.NewBuilder().Build(s, c, o))
		worst, differ := 0, 0
		for i := range got.Pix {
			if d := int(math.Abs(float64(got.Pix[i]) - float64(want.Pix[i]))); d > 2 {
				differ++
				worst = max(worst, d)
			}
		}
		if differ > 40 { // translucent things at the same depth may be blended in another order
			t.Fatalf("round %d: %d values differ, by up to %d", round, differ, worst)
		}
	}
}

func TestDrawsAndUploads(t *testing.T) {
	r := headless(t, Options{})
	s := distinct(2000)
	b := render.NewBuilder()
	o := small()
	_, st := snap(t, r, b.Build(s, above(2000), o))
	if !st.Rebuilt || st.MaxDraws > 20 || st.Objects != 2000 || st.Triangles != 24_000 {
		t.Errorf("first frame: %+v", st)
	}
	_, st = snap(t, r, b.Build(s, above(2000), o))
	if st.Rebuilt || st.Uploaded != 0 {
		t.Errorf("an unchanged frame sent %d bytes (rebuilt %v)", st.Uploaded, st.Rebuilt)
	}
	s.SetTint(7, color.NRGBA{R: 255, A: 255})
	_, st = snap(t, r, b.Build(s, above(2000), o))
	if st.Rebuilt || st.Uploaded != blockObjects*objectBytes {
		t.Errorf("one tint sent %d bytes (rebuilt %v), want one block of %d", st.Uploaded, st.Rebuilt, blockObjects*objectBytes)
	}
	s.AddNode(scene.Root, scene.Node{Mesh: 1})
	if _, st = snap(t, r, b.Build(s, above(2000), o)); st.Objects != 2001 {
		t.Errorf("after adding one: %+v", st)
	}
}

// A mesh that is used often and is big enough is instanced; the picture must not depend on it.
func TestInstancing(t *testing.T) {
	s := scene.New()
	sphere := s.MustAddMesh(scene.NewSphere(0.5, 64, 0))
	for i := 0; i < 40; i++ {
		id := s.AddNode(scene.Root, scene.Node{Mesh: sphere, Local: scene.At(float64(i%8)*1.5, float64(i/8)*1.5, 0)})
		if i == 11 {
			s.SetState(id, scene.Alarm(1))
		}
	}
	r := headless(t, Options{})
	c := scene.Camera{Eye: mgl64.Vec3{5, 3, 16}, Target: mgl64.Vec3{5, 3, 0}}
	f := render.NewBuilder().Build(s, c, small())
	img, st := snap(t, r, f)
	if st.Draws > 4 || st.Objects != 40 || st.Triangles != 40*s.Mesh(sphere).Triangles() {
		t.Errorf("%+v", st)
	}
	wantX, wantY, _, _ := c.Project(mgl64.Vec3{3 * 1.5, 1.5, 0}, 160, 120)
	if x, y, n := centroid(img); n < 5 || math.Hypot(x-wantX, y-wantY) > 1 {
		t.Errorf("the alarmed sphere is at %.1f, %.1f (%d pixels), want %.1f, %.1f", x, y, n, wantX, wantY)
	}
}

// A sea of 80 km and a box that floats a centimetre above it must not fight for depth.
func TestNoDepthFightingToTheHorizon(t *testing.T) {
	r := headless(t, Options{})
	s := scene.New()
	s.AddNode(scene.Root, scene.Node{Name: "sea", Mesh: s.MustAddMesh(scene.NewPlane(80_000, 0)), Role: scene.Ground})
	plate := s.AddNode(scene.Root, scene.Node{Name: "plate", Mesh: s.MustAddMesh(scene.NewPlane(200, 0)), Local: scene.At(0, 0.01, -900)})
	s.SetState(plate, scene.Alarm(1))
	o := small()
	o.WidthPx, o.HeightPx, o.NoEdges = 640, 360, true
	c := scene.Camera{Eye: mgl64.Vec3{0, 40, 0}, Target: mgl64.Vec3{0, 0, -900}, FovYRad: 0.3}
	img, _ := snap(t, r, render.NewBuilder().Build(s, c, o))
	_, _, n := centroid(img)
	// The plate's corners bound a trapezoid; count what it must cover.
	want := 0
	for y := 0; y < 360; y++ {
		for x := 0; x < 640; x++ {
			if p, ok := c.RayAt(float64(x)+0.5, float64(y)+0.5, 640, 360).OnPlane(scene.Plane{Normal: mgl64.Vec3{0, 1, 0}, Offset: 0.01}); ok &&
				math.Abs(p[0]) < 100 && math.Abs(p[2]+900) < 100 {
				want++
			}
		}
	}
	if want < 500 || math.Abs(float64(n-want)) > 0.1*float64(want) {
		t.Errorf("%d pixels of the plate are seen, want %d (depth %s)", n, want, r.Device().Depth)
	}
}

func TestNewestFrameWins(t *testing.T) {
	r := headless(t, Options{})
	pictures := make(chan struct{}, 100)
	r.OnPicture(func() { pictures <- struct{}{} })
	s := boxes(30)
	b := render.NewBuilder()
	c := scene.Camera{Eye: mgl64.Vec3{5, 4, 16}, Target: mgl64.Vec3{5, 4, 0}}
	var last uint64
	for i := 0; i < 50; i++ {
		f := b.Build(s, c, small())
		last = f.Generation
		r.Submit(f)
	}
	var got render.Picture
	for deadline := time.After(20 * time.Second); got.Generation != last; {
		select {
		case <-pictures:
		case <-deadline:
			t.Fatalf("the last frame never came: %v", r.Err())
		}
		if p, ok := r.Acquire(); ok {
			if p.Generation < got.Generation {
				t.Fatal("an older picture came after a newer one")
			}
			got = p
			r.Release(p, 0)
		}
	}
	if _, ok := r.Acquire(); ok {
		t.Error("the same picture was acquired twice")
	}
	if got.Image == nil || got.Image.Stride != 4*got.WidthPx || got.Stats.Total <= 0 {
		t.Errorf("picture %+v", got)
	}
	time.Sleep(50 * time.Millisecond)
	if len(pictures) > 0 {
		t.Error("something was drawn without a new frame")
	}
}

// A viewer that keeps pictures must not see them change, and must get new ones as long as it holds fewer than three.
func TestAcquiredPicturesStay(t *testing.T) {
	r := headless(t, Options{})
	ready := make(chan struct{}, 10)
	r.OnPicture(func() { ready <- struct{}{} })
	s := boxes(4)
	b := render.NewBuilder()
	c := scene.Camera{Eye: mgl64.Vec3{2, 0, 9}, Target: mgl64.Vec3{2, 0, 0}}
	next := func() render.Picture {
		t.Helper()
		r.Submit(b.Build(s, c, small()))
		select {
		case <-ready:
		case <-time.After(20 * time.Second):
			t.Fatal("no picture:", r.Err())
		}
		p, ok := r.Acquire()
		if !ok {
			t.Fatal("no picture to acquire")
		}
		return p
	}
	first := next()
	kept := bytes.Clone(first.Image.Pix)
	for i := 0; i < 5; i++ {
		s.SetTint(1, color.NRGBA{R: uint8(40 * i), A: 255})
		r.Release(next(), 0)
	}
	if !bytes.Equal(kept, first.Image.Pix) {
		t.Error("the picture changed in the viewer's hands")
	}
	r.Release(first, 0)
}

func TestSizesChange(t *testing.T) {
	r := headless(t, Options{})
	s := boxes(9)
	b := render.NewBuilder()
	for _, size := range [][2]int{{64, 48}, {333, 17}, {1, 1}, {64, 48}} {
		o := small()
		o.WidthPx, o.HeightPx, o.Selected = size[0], size[1], []scene.NodeID{1}
		img, _ := snap(t, r, b.Build(s, scene.Camera{Eye: mgl64.Vec3{2, 2, 9}, Target: mgl64.Vec3{2, 2, 0}}, o))
		if img.Rect.Dx() != size[0] || img.Rect.Dy() != size[1] {
			t.Errorf("asked for %v, got %v", size, img.Rect)
		}
	}
	o := small()
	o.WidthPx = 1 << 20
	o.HeightPx = 1
	f := b.Build(s, scene.Camera{}, o)
	defer f.Release()
	if _, err := r.Snapshot(f); err == nil || !strings.Contains(err.Error(), "too big") {
		t.Errorf("an impossible size: %v", err)
	}
	if _, err := r.Snapshot(b.Build(s, scene.Camera{}, small())); err != nil {
		t.Errorf("after it: %v", err)
	}
}

func TestEmptySceneAndClose(t *testing.T) {
	r := headless(t, Options{Samples: 1})
	snap(t, r, render.NewBuilder().Build(scene.New(), scene.Camera{}, small()))
	if d := r.Device(); d.Name == "" || d.Samples != 1 {
		t.Errorf("device %+v", d)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	f := render.NewBuilder().Build(scene.New(), scene.Camera{}, small())
	if _, err := r.Snapshot(f); err == nil {
		t.Error("a closed renderer drew")
	}
	r.Submit(f)
	if r.Err() == nil || r.Close() != nil {
		t.Error("Err or Close after Close")
	}
}

// TestSharedTextures shows what the user interface does: a second context, sharing with a hidden one, reads our textures.
func TestSharedTextures(t *testing.T) {
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		t.Skip("no display for a GLFW window; run under Xvfb")
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := glfw.Init(); err != nil {
		t.Skipf("no GLFW: %v", err)
	}
	defer glfw.Terminate()
	glfw.WindowHint(glfw.Visible, glfw.False)
	viewer, err := glfw.CreateWindow(32, 32, "viewer", nil, nil) // OpenGL 2.1, as Fyne asks for
	if err != nil {
		t.Skipf("no window: %v", err)
	}
	defer viewer.Destroy()
	viewer.MakeContextCurrent()
	if err := gl.Init(); err != nil {
		t.Fatal(err)
	}
	hidden, err := HiddenWindow(viewer)
	if err != nil {
		t.Fatal(err)
	}
	if glfw.GetCurrentContext() != viewer {
		t.Error("HiddenWindow left another context current")
	}
	destroyed := false
	r, err := NewOnWindow(hidden, Options{Publish: Textures, Destroy: func(w *glfw.Window) { w.Destroy(); destroyed = true }})
	if err != nil {
		t.Fatal(err)
	}
	ready := make(chan struct{}, 10)
	r.OnPicture(func() { ready <- struct{}{} })
	s := farm()
	b := render.NewBuilder()
	o := options(render.Night(), render.Operate)
	for i := 0; i < 5; i++ {
		o.WidthPx += 3 * (i / 2)
		f := b.Build(s, overview(), o)
		want, err := r.Snapshot(f)
		if err != nil {
			t.Fatal(err)
		}
		r.Submit(f)
		<-ready
		p, ok := r.Acquire()
		if !ok || p.Texture == 0 || p.Fence == 0 {
			t.Fatalf("picture %+v: %v", p, r.Err())
		}
		gl.WaitSync(p.Fence, 0, gl.TIMEOUT_IGNORED)
		got := make([]byte, 4*p.WidthPx*p.HeightPx)
		gl.BindTexture(gl.TEXTURE_2D, p.Texture)
		gl.GetTexImage(gl.TEXTURE_2D, 0, gl.RGBA, gl.UNSIGNED_BYTE, gl.Ptr(got))
		fence := gl.FenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
		gl.Flush()
		r.Release(p, fence)
		if !bytes.Equal(got, want.Pix) {
			t.Errorf("frame %d: the texture differs from the snapshot", i)
		}
	}
	if err := r.Close(); err != nil || !destroyed {
		t.Errorf("close: %v, window destroyed %v", err, destroyed)
	}
}
