package viewport

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"
	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/ui/theme"
)

// The tests below show a viewport in a real window of a virtual display and look at the screen. Fyne wants the main
// goroutine, so the window lives in a process of its own: this test binary, started again.
const windowEnv = "ORRERY_VIEWPORT_WINDOW"

func TestMain(m *testing.M) {
	if way := os.Getenv(windowEnv); way != "" {
		showWindow(way, os.Getenv(windowEnv+"_OUT"))
		return
	}
	os.Exit(m.Run())
}

// scene of the window: a red cube in the middle of nothing, and a green button painted over the view by Fyne.
var (
	cubeTint    = color.NRGBA{R: 220, G: 40, B: 30, A: 255}
	buttonGreen = color.NRGBA{R: 20, G: 170, B: 60, A: 255}
)

// seen is an invisible widget that counts how often Fyne walks through the window to paint it.
type seen struct{ widget.BaseWidget }

var walks atomic.Int64

func newSeen() *seen {
	s := &seen{}
	s.ExtendBaseWidget(s)
	return s
}

func (s *seen) Visible() bool {
	walks.Add(1)
	return s.BaseWidget.Visible()
}

func (s *seen) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(canvas.NewRectangle(color.Transparent))
}

// report is what the window tells the test.
type report struct {
	Presenter string
	Shots     []string
	Settled   uint64 // paints until the edges were smooth, after the first picture
	IdlePaint uint64 // pictures presented while nothing changed
	IdleFrame uint64
	Hidden    uint64   // frames drawn while the window was hidden
	Walks     float64  // paints of the window per presented picture
	Flicker   []string // taken while the size changed
	FPS       float64
	PictureMS float64 // CPU of the process per presented picture
	AloneMS   float64 // CPU per picture that is drawn but not presented
	PaintMS   float64 // CPU of a paint of the window without a new picture
	CostMS    float64 // what is left: CPU of bringing a picture into the window
	PresentMS float64 // of which the copy into the window's texture
	BuildMS   float64
	RenderMS  float64
	StartMS   float64 // until the first picture
	LongestMS float64 // longest time between two ticks while starting
	Software  bool
	Err       string
}

// showWindow is the main function of the process with the window. way is shared, readback, or lost: shared until it fails.
func showWindow(way, out string) {
	a := app.NewWithID("orrery.viewport.test")
	a.Settings().SetTheme(theme.Fyne{})
	s := scene.New()
	box := s.AddNode(scene.Root, scene.Node{Name: "box", Asset: "box", Mesh: s.MustAddMesh(scene.NewBox(10, 10, 10, 0))})
	s.SetTint(box, cubeTint)
	option := way
	if way == "lost" {
		option = sharedWay
	}
	v := New(Options{Scene: s, Camera: scene.Camera{Eye: mgl64.Vec3{0, 0, 40}}, Presenter: option})
	button := canvas.NewRectangle(buttonGreen)
	button.SetMinSize(fyne.NewSize(80, 40))
	w := a.NewWindow("viewport")
	w.SetPadded(false)
	over := container.NewVBox(container.NewHBox(button))
	w.SetContent(container.NewStack(v, newSeen(), container.NewPadded(container.NewPadded(container.NewPadded(container.NewPadded(container.NewPadded(
		container.NewBorder(nil, nil, nil, nil, container.NewBorder(nil, over, nil, nil))))))))) // low left
	w.Resize(fyne.NewSize(1280, 720))
	begin, last, longest := time.Now(), time.Now(), time.Duration(0)
	tick := &fyne.Animation{Duration: time.Hour, RepeatCount: fyne.AnimationRepeatForever, Tick: func(float32) {
		now := time.Now()
		longest = max(longest, now.Sub(last))
		v.Advance(now.Sub(last))
		last = now
	}}
	var rep report
	end := a.Quit // the app ends under the view
	if way == sharedWay {
		w.SetOnClosed(func() { v.Close() })
		end = w.Close
	}
	go func() {
		defer func() { fyne.Do(end) }()
		drive(v, w, s, box, way, out, &rep, begin, &longest)
		text, _ := json.Marshal(rep)
		fmt.Println("REPORT " + string(text))
	}()
	a.Lifecycle().SetOnStarted(tick.Start)
	w.ShowAndRun()
	v.Close()
}

// drive is the hand that uses the window.
func drive(v *Viewport, w fyne.Window, s *scene.Scene, box scene.NodeID, way, out string, rep *report, begin time.Time, longest *time.Duration) {
	stats := func() (st Stats) { fyne.DoAndWait(func() { st = v.Stats() }); return st }
	until := func(what string, ok func(Stats) bool) bool {
		for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			if ok(stats()) {
				return true
			}
		}
		rep.Err = "timed out: " + what
		return false
	}
	rest := func() {
		time.Sleep(400 * time.Millisecond)
		for n := stats(); ; {
			time.Sleep(300 * time.Millisecond)
			if now := stats(); now.Paints == n.Paints && now.Frames == n.Frames {
				return
			} else {
				n = now
			}
		}
	}
	take := func(name string) string {
		file := filepath.Join(out, name+".png")
		if text, err := exec.Command("import", "-window", "root", file).CombinedOutput(); err != nil {
			rep.Err = fmt.Sprintf("import: %v %s", err, text)
		}
		return file
	}
	shoot := func(name string) {
		rest()
		rep.Shots = append(rep.Shots, take(name))
	}
	if !until("first picture", func(st Stats) bool { return st.Paints > 0 || st.Err != nil }) {
		return
	}
	rep.StartMS = ms(time.Since(begin))
	fyne.DoAndWait(func() { rep.LongestMS = ms(*longest) })
	if way == "lost" {
		fyne.DoAndWait(func() { v.presenter.(*shared).giveUp(errors.New("the test pulled the plug")) })
		until("picture after the fallback", func(st Stats) bool { return st.Presenter == "readback" && st.Paints > 1 })
	}
	shoot("first")

	// Edges are smoothed at rest, once: after that nothing may be painted.
	before := stats()
	settling := before.Paints
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		time.Sleep(2 * time.Second)
		now := stats()
		if now.Paints == before.Paints {
			break
		}
		before = now
	}
	rep.Settled = before.Paints - settling
	time.Sleep(time.Second)
	after := stats()
	rep.IdlePaint, rep.IdleFrame = after.Paints-before.Paints, after.Frames-before.Frames

	// Something moves at every tick: what does a picture cost?
	one := walks.Load()
	fyne.DoAndWait(func() { canvas.Refresh(v.overlay.looks.raster) })
	time.Sleep(500 * time.Millisecond)
	one = max(walks.Load()-one, 1)
	walked := walks.Load()
	cpu, paints, start := cpuTime(), stats().Paints, time.Now()
	for turn := 0.0; time.Since(start) < 3*time.Second; turn += .05 {
		fyne.DoAndWait(func() {
			c := v.Camera()
			c.Eye = mgl64.Vec3{0, .3, 40} // the smallest change that draws anew
			if int(turn*20)%2 == 0 {
				c.Eye[1] = .31
			}
			v.SetCamera(c)
		})
		time.Sleep(12 * time.Millisecond)
	}
	st := stats()
	n := float64(st.Paints - paints)
	rep.FPS, rep.PictureMS = n/time.Since(start).Seconds(), ms(cpuTime()-cpu)/max(n, 1)
	rep.Walks = float64(walks.Load()-walked) / float64(one) / max(n, 1)
	rep.AloneMS, rep.PaintMS = alone(v), paint(v)
	rep.CostMS = rep.PictureMS - rep.AloneMS - rep.PaintMS
	rep.PresentMS, rep.BuildMS, rep.RenderMS, rep.Software = ms(st.Present), ms(st.Build), ms(st.Render.Total), st.Device.Software
	fyne.DoAndWait(func() { v.SetCamera(scene.Camera{Eye: mgl64.Vec3{0, 0, 40}}) })

	for i := range 6 {
		fyne.DoAndWait(func() { w.Resize(fyne.NewSize(1200-50*float32(i), 700-15*float32(i))) })
		time.Sleep(time.Duration(20+10*i) * time.Millisecond)
		rep.Flicker = append(rep.Flicker, take(fmt.Sprint("flicker", i)))
	}
	fyne.DoAndWait(func() { w.Resize(fyne.NewSize(900, 620)) })
	shoot("smaller")
	fyne.DoAndWait(func() { s.SetTint(box, color.NRGBA{R: 30, G: 60, B: 220, A: 255}) })
	shoot("blue")
	fyne.DoAndWait(w.Hide)
	time.Sleep(300 * time.Millisecond)
	frames := stats().Frames
	for i := range 20 {
		fyne.DoAndWait(func() { s.SetLocal(box, scene.At(float64(i)*.001, 0, 0)) })
		time.Sleep(20 * time.Millisecond)
	}
	rep.Hidden = stats().Frames - frames
	fyne.DoAndWait(w.Show)
	fyne.DoAndWait(func() { s.SetTint(box, cubeTint) })
	shoot("again")
	rep.Presenter = stats().Presenter
	if err := stats().Err; err != nil {
		rep.Err = err.Error()
	}
}

// alone returns the CPU time of a picture that nobody looks at.
func alone(v *Viewport) float64 {
	ready := make(chan struct{}, 1)
	var frame *render.Frame
	fyne.DoAndWait(func() {
		v.flying.drawing = true // no frames of the view's own meanwhile
		frame = v.builder.Build(v.scene, v.orbit.Camera(), v.options(false))
		v.renderer.OnPicture(func() { ready <- struct{}{} })
	})
	const n = 30
	begin := cpuTime()
	for range n {
		v.renderer.Submit(frame.Retain())
		<-ready
		if pic, ok := v.renderer.Acquire(); ok {
			v.renderer.Release(pic, 0)
		}
	}
	cost := ms(cpuTime()-begin) / n
	fyne.DoAndWait(func() {
		frame.Release()
		v.renderer.OnPicture(v.picture)
		v.flying = flight{}
	})
	return cost
}

// paint returns the CPU time of a paint of the window in which the picture stays.
func paint(v *Viewport) float64 {
	time.Sleep(time.Second)
	const n = 30
	begin, from := cpuTime(), walks.Load()
	for range n {
		fyne.DoAndWait(func() { canvas.Refresh(v.overlay.looks.raster) })
		for w, k := walks.Load(), 0; walks.Load() == w && k < 500; k++ {
			time.Sleep(2 * time.Millisecond)
		}
	}
	if walks.Load() == from {
		return 0
	}
	return ms(cpuTime()-begin) / n
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }

func cpuTime() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// display starts a virtual display and returns its name.
func display(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"Xvfb", "import"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed: %v", tool, err)
		}
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	x := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1400x900x24", "-nolisten", "tcp")
	x.ExtraFiles = []*os.File{w}
	if err := x.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		x.Process.Kill()
		x.Wait()
	})
	w.Close()
	name, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	return ":" + strings.TrimSpace(name)
}

// window shows a viewport in a process of its own and returns what happened.
func window(t *testing.T, way string) (report, []image.Image, string) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the virtual display is X11's")
	}
	name := display(t)
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "DISPLAY="+name, windowEnv+"="+way, windowEnv+"_OUT="+t.TempDir(), "FYNE_SCALE=1", "LANG=en_US.UTF-8", "WAYLAND_DISPLAY=")
	var log strings.Builder
	cmd.Stderr = &log
	timer := time.AfterFunc(2*time.Minute, func() { cmd.Process.Kill() })
	defer timer.Stop()
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("the window's process: %v\n%s\n%s", err, text, log.String())
	}
	var rep report
	_, after, ok := strings.Cut(string(text), "REPORT ")
	if !ok || json.Unmarshal([]byte(after), &rep) != nil {
		t.Fatalf("no report\n%s\n%s", text, log.String())
	}
	var shots []image.Image
	for _, file := range append(rep.Shots, rep.Flicker...) {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		shots = append(shots, img)
		if keep := os.Getenv("ORRERY_KEEP"); keep != "" {
			data, _ := os.ReadFile(file)
			os.WriteFile(filepath.Join(keep, way+"-"+filepath.Base(file)), data, 0o644)
		}
	}
	return rep, shots, log.String()
}

// near reports whether a pixel has a hue like c.
func near(img image.Image, x, y int, c color.NRGBA) bool {
	r, g, b, _ := img.At(x, y).RGBA()
	d := func(a uint32, b uint8) int { return max(int(a>>8)-int(b), int(b)-int(a>>8)) }
	return d(r, c.R) < 60 && d(g, c.G) < 60 && d(b, c.B) < 60
}

// count returns how many pixels have a hue like c.
func count(img image.Image, c color.NRGBA) (n int) {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y += 2 {
		for x := b.Min.X; x < b.Max.X; x += 2 {
			if near(img, x, y, c) {
				n += 4
			}
		}
	}
	return n
}

func TestInARealWindow(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 15 s per way to present")
	}
	for way, want := range map[string]string{"shared": "shared texture", "readback": "readback", "lost": "readback"} {
		t.Run(way, func(t *testing.T) {
			rep, shots, log := window(t, way)
			t.Logf("%+v", rep)
			if rep.Err != "" || rep.Presenter != want {
				t.Fatalf("presented by %q, want %q: %s\n%s", rep.Presenter, want, rep.Err, log)
			}
			if way == "lost" != strings.Contains(log, "read back") {
				t.Errorf("the log: %s", log)
			}
			blue := color.NRGBA{R: 30, G: 60, B: 220, A: 255}
			for i, c := range []struct {
				name string
				w, h int
				tint color.NRGBA
			}{{"first", 1280, 720, cubeTint}, {"smaller", 900, 620, cubeTint}, {"blue", 900, 620, blue}, {"again", 900, 620, cubeTint}} {
				img := shots[i]
				// The front of the cube is 10 m at 35 m: 0.39 of the height of 40°.
				edge := float64(c.h) * 10 / (2 * 35 * .36397)
				if n := count(img, c.tint); float64(n) < .85*edge*edge || float64(n) > 1.15*edge*edge {
					t.Errorf("%s: %d pixels of the cube, want about %.0f", c.name, n, edge*edge)
				}
				if n := count(img, buttonGreen); n < 80*40*8/10 {
					t.Errorf("%s: %d pixels of the button that Fyne paints over the view", c.name, n)
				}
			}
			for i, img := range shots[len(rep.Shots):] {
				if n := count(img, cubeTint); n < 20_000 {
					t.Errorf("while the size changed, picture %d had %d pixels of the cube", i, n)
				}
			}
			if rep.Settled > 2 {
				t.Errorf("%d paints until the edges were smooth", rep.Settled)
			}
			if rep.IdlePaint != 0 || rep.IdleFrame != 0 {
				t.Errorf("at rest: %d paints, %d frames", rep.IdlePaint, rep.IdleFrame)
			}
			if rep.Hidden > maxUnpainted {
				t.Errorf("%d frames for a hidden window", rep.Hidden)
			}
		})
	}
}
