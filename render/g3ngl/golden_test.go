package g3ngl

import (
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

var update = flag.Bool("update", false, "accept the present pictures as the expected ones")

// How far a picture may be from the expected one: drivers round edges differently. A missing or shifted object is far more.
const (
	maxMeanDiff = 1.0   // of 255, over all pixels
	pixelDiff   = 40    // of 255: from here on a pixel counts as different
	maxDiffer   = 0.004 // of all pixels
)

func headless(t testing.TB, o Options) *Renderer {
	t.Helper()
	r, err := NewHeadless(o)
	if err != nil {
		t.Skipf("no EGL here: %v", err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// expect compares a picture with testdata/golden/name.png. Where they differ it leaves both and their difference in
// testdata/failed.
func expect(t *testing.T, name string, got *image.RGBA) {
	t.Helper()
	golden := filepath.Join("testdata", "golden", name+".png")
	if *update {
		writePNG(t, golden, got)
		return
	}
	file, err := os.Open(golden)
	if err != nil {
		t.Fatalf("%v; run with -update and look at the picture", err)
	}
	defer file.Close()
	decoded, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if decoded.Bounds() != got.Bounds() {
		t.Fatalf("%s is %v, expected %v", name, got.Bounds(), decoded.Bounds())
	}
	diff := image.NewRGBA(got.Bounds())
	var sum float64
	differ := 0
	for y := 0; y < got.Rect.Dy(); y++ {
		for x := 0; x < got.Rect.Dx(); x++ {
			r, g, b, _ := decoded.At(x, y).RGBA()
			c := got.RGBAAt(x, y)
			d := max(apart(c.R, r), apart(c.G, g), apart(c.B, b))
			sum += float64(d)
			if d >= pixelDiff {
				differ++
			}
			diff.SetRGBA(x, y, color.RGBA{R: uint8(min(255, 4*d)), G: uint8(min(255, 4*d)), B: uint8(min(255, 4*d)), A: 255})
		}
	}
	pixels := float64(got.Rect.Dx() * got.Rect.Dy())
	if sum/pixels > maxMeanDiff || float64(differ)/pixels > maxDiffer {
		failed := filepath.Join("testdata", "failed", name)
		writePNG(t, failed+".png", got)
		writePNG(t, failed+"-diff.png", diff)
		t.Errorf("%s: mean difference %.2f, %.2f %% of the pixels differ; see %s.png", name, sum/pixels, 100*float64(differ)/pixels, failed)
	}
}

func apart(a uint8, b uint32) int { return int(math.Abs(float64(a) - float64(b>>8))) }

func writePNG(t *testing.T, path string, img image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, img); err != nil {
		t.Fatal(err)
	}
}

// TestGolden draws the farm in all looks and with everything that a view can ask for.
func TestGolden(t *testing.T) {
	r := headless(t, Options{})
	day, night := render.Day(), render.Night()
	gearbox := func(s *scene.Scene, o *render.Options) {
		g := node(t, s, "T01/nacelle/gearbox")
		s.SetState(g, scene.Alarm(2))
		o.Selected = []scene.NodeID{g}
	}
	for _, c := range []struct {
		name    string
		camera  scene.Camera
		palette render.Palette
		look    render.Look
		set     func(*scene.Scene, *render.Options)
	}{
		{"operate-day", overview(), day, render.Operate, nil},
		{"operate-night", overview(), night, render.Operate, nil},
		{"engineer-day", overview(), day, render.Engineer, nil},
		{"engineer-night", overview(), night, render.Engineer, nil},
		{"review-day", overview(), day, render.Review, nil},
		{"review-night", overview(), night, render.Review, nil},
		{"gearbox-day", closeup(), day, render.Operate, gearbox},
		{"gearbox-night", closeup(), night, render.Operate, gearbox},
		{"gearbox-engineer", closeup(), day, render.Engineer, gearbox},
		{"gearbox-review", closeup(), day, render.Review, gearbox},
		{"hover", overview(), night, render.Operate, func(s *scene.Scene, o *render.Options) { o.Hovered = node(t, s, "T01") }},
		{"ghost-night", overview(), night, render.Operate, ghost(t)},
		{"ghost-day", overview(), day, render.Operate, ghost(t)},
		{"section-half", closeup(), day, render.Operate, func(s *scene.Scene, o *render.Options) {
			gearbox(s, o)
			o.Selected = nil
			o.Section = &scene.Section{Planes: []scene.Plane{scene.PlaneThrough(mgl64.Vec3{0, 92.4, 0}, mgl64.Vec3{0, -1, 0})}, ShellsOnly: true}
		}},
		{"section-corner", closeup(), day, render.Engineer, func(s *scene.Scene, o *render.Options) {
			o.Section = scene.BoxSection(scene.Bounds{Min: mgl64.Vec3{-20, 91.5, 0}, Max: mgl64.Vec3{20, 99, 30}}, scene.KeepOutside)
		}},
		{"xray", closeup(), day, render.Engineer, func(s *scene.Scene, o *render.Options) {
			gearbox(s, o)
			o.XRay = true
		}},
		{"parallel", scene.Camera{Eye: mgl64.Vec3{300, 400, 500}, Target: mgl64.Vec3{0, 50, -250}, Ortho: true}, day, render.Engineer, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := farm()
			o := options(c.palette, c.look)
			if c.set != nil {
				c.set(s, &o)
			}
			f := render.NewBuilder().Build(s, c.camera, o)
			defer f.Release()
			img, err := r.Snapshot(f)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, c.name, img)
		})
	}
}

// lineup returns five turbines side by side, one in each state, and a camera for them.
func lineup(t *testing.T) (*scene.Scene, scene.Camera) {
	s := scene.New()
	model := turbine()
	for i := 0; i < 5; i++ {
		path := fmt.Sprintf("T%02d", i+1)
		s.Instantiate(model, scene.Root, path, scene.At(float64(i-2)*95, 0, 0).Turned(-1.15, mgl64.Vec3{0, 1, 0}))
		s.SetLocal(node(t, s, path+"/nacelle/rotor"), scene.At(7.2, 0, 0).Turned(0.3, mgl64.Vec3{1, 0, 0}))
	}
	s.SetState(node(t, s, "T02"), scene.Stale)
	s.SetState(node(t, s, "T03"), scene.Bad)
	s.SetState(node(t, s, "T04"), scene.Predicted)
	for i, part := range []string{"tower", "nacelle/rotor/blade1", "nacelle/rotor/blade2", "nacelle/rotor/blade3"} {
		s.SetState(node(t, s, "T05/"+part), scene.Alarm(i+1))
	}
	return s, scene.Camera{Eye: mgl64.Vec3{0, 90, 330}, Target: mgl64.Vec3{0, 76, 0}}
}

// TestGoldenStates draws each state beside a normal turbine: what is uncertain must not look good.
func TestGoldenStates(t *testing.T) {
	r := headless(t, Options{})
	s, camera := lineup(t)
	for name, p := range map[string]render.Palette{"states-day": render.Day(), "states-night": render.Night()} {
		f := render.NewBuilder().Build(s, camera, options(p, render.Operate))
		img, err := r.Snapshot(f)
		f.Release()
		if err != nil {
			t.Fatal(err)
		}
		expect(t, name, img)
	}
}

func ghost(t *testing.T) func(*scene.Scene, *render.Options) {
	return func(s *scene.Scene, o *render.Options) {
		g := s.Clone()
		for i := 1; i <= 6; i++ {
			rotor := node(t, g, fmt.Sprintf("T%02d/nacelle/rotor", i))
			g.SetLocal(rotor, scene.At(7.2, 0, 0).Turned(float64(i)*0.7+0.4, mgl64.Vec3{1, 0, 0}))
		}
		g.SetLocal(node(t, g, "T01/nacelle"), scene.At(0, 92, 0).Turned(0.35, mgl64.Vec3{0, 1, 0}))
		o.Ghosts = []render.Ghost{{Scene: g}}
	}
}
