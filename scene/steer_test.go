package scene

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"
)

func TestSteerFliesAndRunsOut(t *testing.T) {
	o := NewOrbit(Camera{Eye: mgl64.Vec3{0, 0, 20}})
	o.SetBounds(Bounds{mgl64.Vec3{-50, -50, -50}, mgl64.Vec3{50, 50, 50}})
	o.Steer(mgl64.Vec3{0, 0, 1})
	for range 60 {
		o.Update(1.0 / 60)
	}
	eye := o.Camera().Eye
	if went := 20 - eye[2]; went < 0.7*o.Speed() || went > o.Speed() {
		t.Errorf("in a second it went %.2f m of %.2f", went, o.Speed())
	}
	if d := o.Camera().Distance(); math.Abs(d-20) > 1e-9 {
		t.Errorf("the target stayed behind: %.2f", d)
	}
	o.Look(math.Pi/2, 0) // to the left, while it flies
	if o.Camera().Eye.Sub(eye).Len() > 1e-9 || !o.Moving() {
		t.Error("turning the head moved the eye or ended the flight")
	}
	o.Update(1.0 / 60)
	if o.Camera().Eye[0] >= eye[0] {
		t.Error("it does not fly where it looks")
	}
	o.Steer(mgl64.Vec3{})
	n := 0
	for ; o.Moving() && n < 600; n++ {
		o.Update(1.0 / 60)
	}
	if n < 3 || n > 60 {
		t.Errorf("it ran out in %d frames", n)
	}
	if o.Update(1.0 / 60) {
		t.Error("it still moves")
	}
}

func TestSteerForwardEnlargesAParallelView(t *testing.T) {
	o := NewOrbit(Camera{Eye: mgl64.Vec3{0, 0, 20}, Ortho: true})
	o.Steer(mgl64.Vec3{0, 0, 1})
	for range 30 {
		o.Update(1.0 / 60)
	}
	if c := o.Camera(); c.HalfHeight() >= NewOrbit(Camera{Eye: mgl64.Vec3{0, 0, 20}}).Camera().HalfHeight() || c.Target.Len() > 1e-9 {
		t.Errorf("%+v", c)
	}
}

func TestOrthoKeepsTheSizeAtTheTarget(t *testing.T) {
	o := NewOrbit(Camera{Eye: mgl64.Vec3{3, 4, 20}, Target: mgl64.Vec3{1, 1, 1}})
	right, _, _ := o.Camera().Axes()
	p := o.Camera().Target.Add(right)
	x0, y0, _, _ := o.Camera().Project(p, 1000, 700)
	o.SetOrtho(true)
	if x1, y1, _, _ := o.Camera().Project(p, 1000, 700); math.Hypot(x1-x0, y1-y0) > 1e-6 {
		t.Errorf("from %.3f, %.3f to %.3f, %.3f", x0, y0, x1, y1)
	}
}

// Whatever is asked of it, the camera stays finite, upright, and near the scene.
func TestOrbitStaysFiniteAndUpright(t *testing.T) {
	wild := rapid.OneOf(rapid.Float64Range(-200, 200), rapid.SampledFrom([]float64{0, math.NaN(), math.Inf(1), 1e300, -1e-300}))
	rapid.Check(t, func(rt *rapid.T) {
		n := func() float64 { return wild.Draw(rt, "number") }
		v := func() mgl64.Vec3 { return mgl64.Vec3{n(), n(), n()} }
		o := NewOrbit(Camera{Eye: v(), Target: v(), Up: v(), FovYRad: n()})
		o.SetBounds(Bounds{mgl64.Vec3{-9, -9, -9}, mgl64.Vec3{9, 9, 9}})
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			switch rapid.IntRange(0, 8).Draw(rt, "what") {
			case 0:
				o.SetCamera(Camera{Eye: v(), Target: v(), Up: v(), FovYRad: n()})
			case 1:
				o.Fly(Camera{Eye: v(), Target: v()})
			case 2:
				o.Steer(v())
			case 3:
				o.Look(n(), n())
			case 4:
				o.Grab(v())
				o.Turn(n(), n(), 500)
			case 5:
				o.Zoom(n(), v())
			case 6:
				o.Walk(n(), n(), n())
			case 7:
				o.Grab(v())
				o.Pan(n(), n(), 500)
			case 8:
				o.Follow(v())
			}
			o.Update(n())
			c := o.Camera()
			if !c.Finite() || c.Distance() == 0 {
				rt.Fatalf("%+v", c)
			}
			if _, up, _ := c.Axes(); !(up[1] > 0) {
				rt.Fatalf("up is %v", up)
			}
		}
	})
}
