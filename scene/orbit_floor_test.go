package scene

import (
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

// A view that looks up a little must not go below the sea when it goes far enough to see the whole farm.
func TestFramingStaysAboveTheGround(t *testing.T) {
	farm := Bounds{mgl64.Vec3{-400, -20, -2000}, mgl64.Vec3{700, 150, 10}}
	framed := func(floor bool) Camera {
		o := NewOrbit(Camera{Eye: mgl64.Vec3{-5, 56, 250}, Target: mgl64.Vec3{-5, 65, 0}})
		if floor {
			o.SetFloor(0)
		}
		o.Frame(farm, 1.6)
		for range 100 {
			o.Update(0.02)
		}
		return o.Camera()
	}
	if y := framed(false).Eye[1]; y > 0 {
		t.Fatalf("the eye is at %.1f m: this proves nothing", y)
	}
	c := framed(true)
	if c.Eye[1] < 0 {
		t.Errorf("the eye is at %.1f m", c.Eye[1])
	}
	for _, p := range farm.Corners() {
		x, y, _, ok := c.Project(p, 2, 2/1.6)
		if !ok || x < 0 || x > 2 || y < 0 || y > 2/1.6 {
			t.Errorf("corner %v is out of the view", p)
		}
	}
}
