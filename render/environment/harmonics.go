package environment

import "math"

// Harmonics is the light that a white diffuse surface sends back, by its normal (x, y, z): the sum over
//
//	1, y, z, x, xy, yz, 3z²−1, xz, x²−y²
//
// of these coefficients, one colour each. Ramamoorthi and Hanrahan, "An efficient representation for irradiance environment
// maps", 2001: nine terms are within 3 % on average for natural light.
type Harmonics [9]Vec

// basis holds the constants of the real spherical harmonics of the terms above, and the lobe of the cosine in each band over π
// (equations 3 and 8 of the paper).
var basis = func() (out [9]struct{ norm, lobe float64 }) {
	l1, l2 := math.Sqrt(3/(4*math.Pi)), math.Sqrt(15/(4*math.Pi))
	for i, norm := range [9]float64{math.Sqrt(1 / (4 * math.Pi)), l1, l1, l1, l2, l2, math.Sqrt(5 / (16 * math.Pi)), l2, l2 / 2} {
		lobe := 1.0
		switch {
		case i > 3:
			lobe = 1.0 / 4
		case i > 0:
			lobe = 2.0 / 3
		}
		out[i].norm, out[i].lobe = norm, lobe
	}
	return out
}()

func terms(d Vec) [9]float32 {
	x, y, z := d[0], d[1], d[2]
	return [9]float32{1, y, z, x, x * y, y * z, 3*z*z - 1, x * z, x*x - y*y}
}

// Diffuse is the light that a white diffuse surface with this normal sends back, never less than nothing.
func (h *Harmonics) Diffuse(normal Vec) Vec {
	var out Vec
	for i, t := range terms(normal) {
		out = out.plus(h[i].scaled(t))
	}
	return sane(out)
}

// project integrates a picture over the sphere.
func project(f *faces) Harmonics {
	var sums [9][3]float64
	whole := 0.0
	for face := range 6 {
		for y := range f.side {
			for x := range f.side {
				w := f.solidAngle(x, y)
				whole += float64(w)
				c := f.at(face, x, y)
				for i, t := range terms(f.toward(face, x, y)) {
					for k := range c {
						sums[i][k] += float64(w * t * c[k])
					}
				}
			}
		}
	}
	var out Harmonics
	for i, b := range basis {
		for k := range out[i] {
			out[i][k] = float32(sums[i][k] * 4 * math.Pi / whole * b.norm * b.norm * b.lobe)
		}
	}
	return out
}
