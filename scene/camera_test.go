package scene

import (
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"
)

func TestRayAndProjectAreInverse(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := func(name string) float64 { return rapid.Float64Range(-50, 50).Draw(rt, name) }
		c := Camera{Eye: mgl64.Vec3{f("x"), f("y"), f("z")}, Target: mgl64.Vec3{f("u"), f("v"), f("w") + 200}, Ortho: rapid.Bool().Draw(rt, "ortho")}
		x, y := rapid.Float64Range(0, 1280).Draw(rt, "px"), rapid.Float64Range(0, 720).Draw(rt, "py")
		p := c.RayAt(x, y, 1280, 720).At(rapid.Float64Range(1, 9000).Draw(rt, "d"))
		gx, gy, _, ok := c.Project(p, 1280, 720)
		if !c.Ortho && !ok || math.Abs(gx-x) > 1e-3 || math.Abs(gy-y) > 1e-3 {
			rt.Fatalf("%g, %g came back as %g, %g (%v)", x, y, gx, gy, ok)
		}
	})
}

func TestViewMatrixLooksAlongMinusZ(t *testing.T) {
	c := Camera{Eye: mgl64.Vec3{3, 4, 5}, Target: mgl64.Vec3{0, 1, 0}}
	v := c.ViewFromWorld()
	near(t, "eye", mgl64.TransformCoordinate(c.Eye, v), mgl64.Vec3{})
	near(t, "target", mgl64.TransformCoordinate(c.Target, v), mgl64.Vec3{0, 0, -c.Distance()})
	if !v.ApproxEqualThreshold(mgl64.LookAtV(c.Eye, c.Target, mgl64.Vec3{0, 1, 0}), 1e-12) {
		t.Error("differs from mathgl's LookAt")
	}
}

func TestFramedShowsAllCorners(t *testing.T) {
	b := Bounds{mgl64.Vec3{-3, 0, -8}, mgl64.Vec3{5, 40, 2}}
	for _, ortho := range []bool{false, true} {
		c := Camera{Eye: mgl64.Vec3{9, 9, 9}, Ortho: ortho}.Framed(b, 16.0/9)
		most := 0.0
		for _, p := range b.Corners() {
			x, y, _, _ := c.Project(p, 1600, 900)
			if x < 0 || x > 1600 || y < 0 || y > 900 {
				t.Errorf("ortho %v: corner %v is at %.0f, %.0f", ortho, p, x, y)
			}
			most = math.Max(most, math.Max(math.Abs(x-800)/800, math.Abs(y-450)/450))
		}
		if most < 0.7 {
			t.Errorf("ortho %v: only %.0f %% of the view is used", ortho, most*100)
		}
	}
}

func TestTurnKeepsThePivotInPlace(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		o := NewOrbit(Camera{Eye: mgl64.Vec3{0, 30, 100}, Target: mgl64.Vec3{0, 20, 0}})
		pivot := mgl64.Vec3{rapid.Float64Range(-20, 20).Draw(rt, "x"), 5, rapid.Float64Range(-20, 20).Draw(rt, "z")}
		x0, y0, d0, _ := o.Camera().Project(pivot, 1000, 1000)
		o.Grab(pivot)
		for i := 0; i < 5; i++ {
			o.Turn(rapid.Float64Range(-100, 100).Draw(rt, "dx"), rapid.Float64Range(-40, 40).Draw(rt, "dy"), 1000)
		}
		x1, y1, d1, _ := o.Camera().Project(pivot, 1000, 1000)
		if math.Abs(x1-x0)+math.Abs(y1-y0) > 1e-6*1000 || math.Abs(d1-d0) > 1e-6*d0 {
			rt.Fatalf("the pivot went from %.3f, %.3f to %.3f, %.3f", x0, y0, x1, y1)
		}
	})
}

func TestPitchIsClampedAndUpStaysUp(t *testing.T) {
	o := NewOrbit(Camera{Eye: mgl64.Vec3{0, 0, 10}})
	o.Grab(mgl64.Vec3{})
	for i := 0; i < 50; i++ {
		o.Turn(3, 400, 500)
	}
	_, up, f := o.Camera().Axes()
	if up[1] < 0 || math.Asin(-f[1]) > MaxPitchRad+1e-9 {
		t.Errorf("up %v, pitch %.4f", up, math.Asin(-f[1]))
	}
}

func TestZoomKeepsThePointUnderTheCursor(t *testing.T) {
	for _, ortho := range []bool{false, true} {
		o := NewOrbit(Camera{Eye: mgl64.Vec3{0, 10, 50}, Ortho: ortho})
		p := mgl64.Vec3{8, 3, 4}
		x0, y0, _, _ := o.Camera().Project(p, 1000, 800)
		o.Zoom(4, p)
		n := 0
		for ; o.Moving() && n < 1000; n++ {
			o.Update(1.0 / 60)
		}
		x1, y1, _, _ := o.Camera().Project(p, 1000, 800)
		if math.Abs(x1-x0)+math.Abs(y1-y0) > 0.01 {
			t.Errorf("ortho %v: the point went from %.2f, %.2f to %.2f, %.2f", ortho, x0, y0, x1, y1)
		}
		if want := 50.99 * math.Exp(-4*0.18); math.Abs(o.Camera().Distance()-want) > 0.5 {
			t.Errorf("distance %.2f, want %.2f", o.Camera().Distance(), want)
		}
		if n > 60 {
			t.Errorf("the zoom took %d frames", n)
		}
	}
}

func TestZoomOutIsCappedByTheScene(t *testing.T) {
	o := NewOrbit(Camera{Eye: mgl64.Vec3{0, 0, 50}})
	b := Bounds{mgl64.Vec3{-10, -10, -10}, mgl64.Vec3{10, 10, 10}}
	o.SetBounds(b)
	o.ZoomNow(-100, mgl64.Vec3{})
	if d := o.Camera().Distance(); d > 4*b.Diagonal()+1e-9 {
		t.Errorf("distance %.1f", d)
	}
	o.ZoomNow(1000, mgl64.Vec3{1, 1, 1})
	if d := o.Camera().Distance(); d < 0.005-1e-12 || math.IsNaN(d) {
		t.Errorf("distance %v", d)
	}
}

func TestFlightsTakeTheirTimeAndArrive(t *testing.T) {
	b := Bounds{mgl64.Vec3{90, 0, -10}, mgl64.Vec3{110, 30, 10}}
	for v := Front; v <= Iso; v++ {
		o := NewOrbit(Camera{Eye: mgl64.Vec3{5, 20, 60}})
		o.View(v)
		o.Frame(b, 1.6)
		sec := 0.0
		for o.Moving() && sec < 5 {
			o.Update(1.0 / 60)
			sec += 1.0 / 60
		}
		if sec < 0.19 || sec > 0.75 {
			t.Errorf("view %d took %.2f s", v, sec)
		}
		near(t, "target", o.Camera().Target, b.Center())
		_, _, f := o.Camera().Axes()
		want := map[View]mgl64.Vec3{Front: {0, 0, -1}, Back: {0, 0, 1}, Right: {-1, 0, 0}, Left: {1, 0, 0}, Top: {0, -1, 0}, Bottom: {0, 1, 0}, Iso: mgl64.Vec3{-1, -1, -1}.Normalize()}[v]
		if f.Sub(want).Len() > 0.02 {
			t.Errorf("view %d looks along %v, want %v", v, f, want)
		}
	}
}

func TestSetCameraComesBack(t *testing.T) {
	c := Camera{Eye: mgl64.Vec3{-20, 62, 215}, Target: mgl64.Vec3{5, 78, 0}, FovYRad: 0.6}
	got := NewOrbit(c).Camera()
	near(t, "eye", got.Eye, c.Eye)
	near(t, "target", got.Target, c.Target)
}
