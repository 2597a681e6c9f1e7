package environment

import "math"

// What counts as a sun: sunContrast times as bright as the mean of the rest, and within a cone whose mean direction is this long.
const (
	sunContrast = 30
	sunGathered = 0.985 // about 10° around
	sunShare    = 0.15  // of all light, at least
)

// withoutSun returns the picture without what is so bright and small that it casts shadows, and that light by itself.
func (f *faces) withoutSun() (*faces, Sun) {
	sum, whole := 0.0, 0.0
	f.visit(func(_ Vec, w float32, c *Vec) {
		sum += float64(w * min(c.luminance(), 100))
		whole += float64(w)
	})
	limit := float32(sum/whole) * sunContrast
	if limit <= 0 {
		return f, Sun{}
	}
	var light, toward [3]float64
	all, strong := 0.0, 0.0
	f.visit(func(d Vec, w float32, c *Vec) {
		l := c.luminance()
		all += float64(w * l)
		if l <= limit {
			return
		}
		for k := range c {
			light[k] += float64(w * c[k] * (1 - limit/l))
			toward[k] += float64(w * (l - limit) * d[k])
		}
		strong += float64(w * (l - limit))
	})
	length := math.Sqrt(toward[0]*toward[0] + toward[1]*toward[1] + toward[2]*toward[2])
	if strong < sunShare*all || length < sunGathered*strong || strong == 0 {
		return f, Sun{}
	}
	f.visit(func(_ Vec, _ float32, c *Vec) {
		if l := c.luminance(); l > limit {
			*c = c.scaled(limit / l)
		}
	})
	f.seam()
	scale := 4 * math.Pi / whole / math.Pi
	s := Sun{}
	for k := range s.Toward {
		s.Toward[k] = float32(toward[k] / length)
		s.Irradiance[k] = float32(light[k] * scale)
	}
	return f, s
}

// visit calls do for all pixels with their direction and weight.
func (f *faces) visit(do func(toward Vec, weight float32, c *Vec)) {
	for face := range 6 {
		for y := range f.side {
			for x := range f.side {
				do(f.toward(face, x, y), f.solidAngle(x, y), f.at(face, x, y))
			}
		}
	}
}
