package scene

import (
	"image/color"
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
	"pgregory.net/rapid"
)

func TestMeasures(t *testing.T) {
	a, b, c := mgl64.Vec3{1, 0, 0}, mgl64.Vec3{0, 0, 0}, mgl64.Vec3{0, 0, 2}
	for _, m := range []struct {
		Measure
		want float64
	}{
		{Measure{Distance, []mgl64.Vec3{a, c}}, math.Sqrt(5)},
		{Measure{Angle, []mgl64.Vec3{a, b, c}}, math.Pi / 2},
		{Measure{Angle, []mgl64.Vec3{a, b, {-3, 0, 0}}}, math.Pi},
		{Measure{Angle, []mgl64.Vec3{a, b, {2, 0, 0}}}, 0},
		{Measure{EdgeLength, []mgl64.Vec3{b, c}}, 2},
		{Measure{Radius, []mgl64.Vec3{b, a}}, 1},
	} {
		if got := m.Value(); math.Abs(got-m.want) > 1e-12 || !m.Complete() {
			t.Errorf("%+v: %v, want %v", m.Measure, got, m.want)
		}
	}
	half := Measure{Angle, []mgl64.Vec3{a, b}}
	if half.Complete() || !math.IsNaN(half.Value()) || half.Delta() != (mgl64.Vec3{-1, 0, 0}) {
		t.Errorf("half an angle: %v %v %v", half.Complete(), half.Value(), half.Delta())
	}
	if len(half.Glyphs(color.NRGBA{}, 1)) != 2 || (Measure{}).Glyphs(color.NRGBA{}, 1) != nil {
		t.Error("glyphs of what is half there")
	}
}

// Whatever the points, what is drawn is finite and an arc stays about its corner.
func TestMeasuresAreDrawnFinite(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SampledFrom([]float64{0, 1, -1, 1e-9, 1e6, 3.5})
		v := rapid.Custom(func(t *rapid.T) mgl64.Vec3 { return mgl64.Vec3{x.Draw(t, "x"), x.Draw(t, "y"), x.Draw(t, "z")} })
		m := Measure{Kind: MeasureKind(rapid.IntRange(0, 4).Draw(t, "kind")), Points: rapid.SliceOfN(v, 0, 3).Draw(t, "points")}
		for _, g := range m.Glyphs(color.NRGBA{A: 255}, 2) {
			if !g.finite() {
				t.Fatalf("%+v draws %+v", m, g)
			}
		}
		if at := m.Anchor(); math.IsNaN(at.Len()) {
			t.Fatalf("%+v is anchored at %v", m, at)
		}
	})
}

func TestViewpointsComeBack(t *testing.T) {
	s, parts, lonely := stack()
	s.SetHidden(lonely, true)
	s.SetHidden(parts[1], true)
	s.SetExplode(0.5)
	v := ViewpointOf(s, Camera{Eye: mgl64.Vec3{1, 2, 3}})
	s.ShowAll()
	s.SetExplode(0)
	s.Remove(lonely)
	if missing := v.Restore(s); len(missing) != 1 || missing[0] != "lonely" {
		t.Errorf("missing: %v", missing)
	}
	if !s.Hidden(parts[1]) || s.Hidden(parts[0]) || s.Explode() != 0.5 {
		t.Errorf("hidden %v, drawn apart by %v", s.HiddenNodes(), s.Explode())
	}
}

func TestLookTurnsAboutTheEye(t *testing.T) {
	o := NewOrbit(Camera{Eye: mgl64.Vec3{3, 2, 8}, Target: mgl64.Vec3{0, 1, 0}})
	eye := o.Camera().Eye
	o.Look(0.7, -0.2)
	if c := o.Camera(); c.Eye.Sub(eye).Len() > 1e-9 || c.Target.Sub(mgl64.Vec3{0, 1, 0}).Len() < 1 {
		t.Errorf("the eye went to %v, looking at %v", c.Eye, c.Target)
	}
}
