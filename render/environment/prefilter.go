package environment

import "math"

// ray is a direction that is sampled around the normal (z), how much it counts, and how blurred the picture may be there.
type ray struct {
	toward Vec
	weight float32
	level  float32
}

// prefilter blurs a picture by the microfacets of each roughness, seen along the normal (Karis, "Real shading in Unreal
// Engine 4", 2013, section "Image-based lighting"): level 0 is a mirror, the last has roughness 1.
func prefilter(c chain) []Level {
	count := 1
	for side := c[0].side; side > leastSide; side /= 2 {
		count++
	}
	out := make([]Level, count)
	for i := range out {
		rough := float32(i) / float32(max(count-1, 1))
		out[i] = Level{Side: c[i].side, Roughness: rough, Pix: make([]float32, 6*c[i].side*c[i].side*3)}
		var rays []ray
		if i > 0 {
			rays = raysOf(rough, 24<<min(i, 5)/2, c[0].side)
		}
		out[i].fill(c, i, rays)
	}
	return out
}

// fill computes all pixels.
func (l *Level) fill(c chain, at int, rays []ray) {
	f := c[at]
	each(6*l.Side, func(row int) {
		face, y := row/l.Side, row%l.Side
		for x := range l.Side {
			v := *f.at(face, x, y)
			if len(rays) > 0 {
				v = c.blurred(f.toward(face, x, y), rays)
			}
			copy(l.Pix[(row*l.Side+x)*3:], v[:])
		}
	})
}

// blurred is the mean of the rays around a normal.
func (c chain) blurred(n Vec, rays []ray) Vec {
	side := Vec{0, 0, 1}
	if abs(n[2]) > 0.9 {
		side = Vec{1, 0, 0}
	}
	t := side.cross(n).unit()
	b := n.cross(t)
	var sum Vec
	for i := range rays {
		r := &rays[i]
		d := Vec{
			t[0]*r.toward[0] + b[0]*r.toward[1] + n[0]*r.toward[2],
			t[1]*r.toward[0] + b[1]*r.toward[1] + n[1]*r.toward[2],
			t[2]*r.toward[0] + b[2]*r.toward[1] + n[2]*r.toward[2],
		}
		sum = sum.plus(c.sample(d, r.level).scaled(r.weight))
	}
	return sum
}

// raysOf spreads rays as the GGX microfacets of a roughness mirror the eye. Each looks at a picture as blurred as the rays are
// apart (Křivánek and Colbert, "Real-time shading with filtered importance sampling", 2008), so that few of them do.
// side is that of the sharpest picture.
func raysOf(rough float32, count, side int) []ray {
	a := float64(rough) * float64(rough)
	pixel := 4 * math.Pi / (6 * float64(side) * float64(side))
	out := make([]ray, 0, count)
	sum := 0.0
	for i := range count {
		u, v := (float64(i)+0.5)/float64(count), inverseRadix2(uint32(i))
		cos := math.Sqrt((1 - u) / (1 + (a*a-1)*u))
		sin := math.Sqrt(1 - cos*cos)
		z := 2*cos*cos - 1 // the eye is at the normal: mirrored by the facet
		if z <= 0 {
			continue
		}
		sinPhi, cosPhi := math.Sincos(2 * math.Pi * v)
		q := cos*cos*(a*a-1) + 1
		density := a * a / (math.Pi * q * q) / 4
		level := 0.5*math.Log2(1/(float64(count)*density)/pixel) + 0.5
		out = append(out, ray{Vec{float32(2 * cos * sin * cosPhi), float32(2 * cos * sin * sinPhi), float32(z)}, float32(z), float32(max(level, 0))})
		sum += z
	}
	for i := range out {
		out[i].weight /= float32(sum)
	}
	return out
}

// inverseRadix2 mirrors the bits of a number at the point: the second coordinate of Hammersley's points.
func inverseRadix2(i uint32) float64 {
	i = i<<16 | i>>16
	i = i&0x00ff00ff<<8 | i&0xff00ff00>>8
	i = i&0x0f0f0f0f<<4 | i&0xf0f0f0f0>>4
	i = i&0x33333333<<2 | i&0xcccccccc>>2
	i = i&0x55555555<<1 | i&0xaaaaaaaa>>1
	return float64(i) / (1 << 32)
}
