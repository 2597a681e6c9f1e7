package environment

import (
	"math"
	"testing"
)

func even(Vec) Vec { return Vec{1, 1, 1} }

// TestFurnace lights with radiance 1 from all sides: nothing may be lost or made.
func TestFurnace(t *testing.T) {
	m := New(even)
	for i, l := range m.Levels() {
		if want := builtinSide >> i; l.Side != want || len(l.Pix) != 6*want*want*3 {
			t.Fatalf("level %d is %d wide with %d numbers", i, l.Side, len(l.Pix))
		}
		for _, v := range l.Pix {
			if math.Abs(float64(v)-1) > 1e-4 {
				t.Fatalf("level %d has %v in even light of 1", i, v)
			}
		}
	}
	h := m.Harmonics()
	for _, n := range []Vec{{1, 0, 0}, {0, -1, 0}, Vec{1, 2, -3}.unit()} {
		if got := h.Diffuse(n)[1]; math.Abs(float64(got)-1) > 1e-3 {
			t.Errorf("a white surface sends %v back", got)
		}
	}
}

// TestHarmonics compares with the irradiance of a sky that is bright above and dark below, and of a cosine: both have
// closed forms. By Ramamoorthi and Hanrahan (2001) a cosine lobe lies in bands 0 to 2 up to 1 %.
func TestHarmonics(t *testing.T) {
	for _, c := range []struct {
		name      string
		radiance  func(Vec) Vec
		diffuse   func(y float64) float64
		tolerance float64
	}{
		{"a gradient", func(d Vec) Vec { return Vec{1 + d[1], 1 + d[1], 1 + d[1]} }, func(y float64) float64 { return 1 + 2*y/3 }, 0.002},
		{"half a sky", func(d Vec) Vec {
			if d[1] > 0 {
				return Vec{1, 1, 1}
			}
			return Vec{}
		}, func(y float64) float64 { return (1 + y) / 2 }, 0.002},
		{"a quadratic", func(d Vec) Vec { v := d[1] * d[1]; return Vec{v, v, v} }, func(y float64) float64 { return (1 + y*y) / 4 }, 0.002},
	} {
		h := New(c.radiance).Harmonics()
		for y := -1.0; y <= 1; y += 0.25 {
			n := Vec{float32(math.Sqrt(1 - y*y)), float32(y), 0}
			if got, want := float64(h.Diffuse(n)[0]), c.diffuse(y); math.Abs(got-want) > c.tolerance {
				t.Errorf("%s: %.4f at %v, expected %.4f", c.name, got, y, want)
			}
		}
	}
}

// TestPrefilter compares a blurred picture with the same integral by many rays, at the border of half a sky.
func TestPrefilter(t *testing.T) {
	sky := func(d Vec) Vec { v := smooth(-0.2, 0.2, d[1]); return Vec{v, v, v} }
	m := New(sky)
	for _, l := range m.Levels()[1:] {
		for y := range l.Side {
			n := onFace(4, 1/float32(l.Side), (float32(y)+0.5)*2/float32(l.Side)-1).unit()
			want := Vec{}
			side := Vec{0, 1, 0}.cross(n).unit()
			up := n.cross(side)
			for _, r := range raysOf(l.Roughness, 4096, 128) {
				d := side.scaled(r.toward[0]).plus(up.scaled(r.toward[1])).plus(n.scaled(r.toward[2]))
				want = want.plus(sky(d).scaled(r.weight))
			}
			got := l.Pix[((4*l.Side+y)*l.Side+l.Side/2)*3]
			if math.Abs(float64(got-want[0])) > 0.045 {
				t.Errorf("roughness %.2f, row %d of %d: %.3f, expected %.3f", l.Roughness, y, l.Side, got, want[0])
			}
		}
	}
}

// TestSeams looks for steps where the faces of the cube meet.
func TestSeams(t *testing.T) {
	f := facesOf(16, func(d Vec) Vec { return Vec{d[0] + 1, d[1] + 1, d[2] + 1} })
	for a := 0.0; a < 2*math.Pi; a += 0.01 {
		for _, d := range []Vec{
			{float32(math.Cos(a)), float32(math.Sin(a)), 0}, {0, float32(math.Cos(a)), float32(math.Sin(a))}, Vec{float32(math.Cos(a)), 0.5, float32(math.Sin(a))}.unit(),
		} {
			got := f.sample(d)
			for k := range d {
				if math.Abs(float64(got[k]-d[k]-1)) > 0.02 {
					t.Fatalf("toward %v: %v", d, got)
				}
			}
		}
	}
}

// TestTable compares with closed forms: a mirror reflects all (scale and bias are those of Schlick's law), and with values that
// were integrated by 10⁶ uniform directions.
func TestTable(t *testing.T) {
	for _, nv := range []float64{0.1, 0.5, 0.9} {
		scale, bias := splitSum(0.001, nv)
		want := math.Pow(1-nv, 5)
		if math.Abs(scale-(1-want)) > 0.01 || math.Abs(bias-want) > 0.01 {
			t.Errorf("a mirror at %v: %.4f %.4f, expected %.4f %.4f", nv, scale, bias, 1-want, want)
		}
	}
	for _, c := range []struct{ rough, nv float64 }{{0.5, 0.3}, {0.8, 0.7}, {1, 0.2}, {1, 0.9}} {
		scale, bias := splitSum(c.rough, c.nv)
		ws, wb := byAllDirections(c.rough, c.nv)
		if math.Abs(scale-ws) > 0.02 || math.Abs(bias-wb) > 0.02 {
			t.Errorf("roughness %v at %v: %.4f %.4f, expected %.4f %.4f", c.rough, c.nv, scale, bias, ws, wb)
		}
	}
	for i := 0; i < len(Table()); i += 3 {
		if e := Table()[i] + Table()[i+1]; e <= 0 || e > 1.005 {
			t.Fatalf("entry %d reflects %v", i/3, e)
		}
	}
}

// byAllDirections integrates the reflection of GGX over the hemisphere in even steps.
func byAllDirections(rough, nv float64) (scale, bias float64) {
	a2 := math.Pow(rough, 4)
	v := [3]float64{math.Sqrt(1 - nv*nv), 0, nv}
	const steps = 1000
	for i := range steps {
		nl := (float64(i) + 0.5) / steps
		sin := math.Sqrt(1 - nl*nl)
		for k := range steps {
			phi := math.Pi * (float64(k) + 0.5) / steps
			h := [3]float64{v[0] + sin*math.Cos(phi), sin * math.Sin(phi), v[2] + nl}
			length := math.Sqrt(h[0]*h[0] + h[1]*h[1] + h[2]*h[2])
			nh, vh := h[2]/length, (h[0]*v[0]+h[2]*v[2])/length
			q := nh*nh*(a2-1) + 1
			visible := 0.5 / (nl*math.Sqrt(nv*nv*(1-a2)+a2) + nv*math.Sqrt(nl*nl*(1-a2)+a2))
			w := a2 / (math.Pi * q * q) * visible * nl * 2 * math.Pi / (steps * steps)
			grazing := math.Pow(1-vh, 5)
			scale += w * (1 - grazing)
			bias += w * grazing
		}
	}
	return scale, bias
}

// TestBuiltin checks that the built-in light is near neutral, brighter by day, from above, and has no sun.
func TestBuiltin(t *testing.T) {
	day, night := Builtin(), BuiltinNight()
	if day.ID() == night.ID() || day.ID() == 0 || Builtin() != day {
		t.Error("maps are not told apart")
	}
	up, down := Vec{0, 1, 0}, Vec{0, -1, 0}
	d, n := day.Harmonics(), night.Harmonics()
	if a, b := d.Diffuse(up).luminance(), d.Diffuse(down).luminance(); a < 0.7 || a > 1.3 || b > 0.7*a || b < 0.1 {
		t.Errorf("by day %v from above, %v from below", a, b)
	}
	if a, b := d.Diffuse(up).luminance(), n.Diffuse(up).luminance(); b > 0.5*a {
		t.Errorf("at night %v, by day %v", b, a)
	}
	if c := d.Diffuse(up); max(c[0], c[1], c[2]) > 1.1*min(c[0], c[1], c[2]) {
		t.Errorf("white looks like %v", c)
	}
	if _, ok := day.Sun(); ok {
		t.Error("there is a sun")
	}
}
