package chart

import (
	"image"
	"image/color"
	"math"
)

// span blends one pixel column of img from y0 to y1 (fractions of pixels, anti-aliased at both ends).
func span(img *image.RGBA, x int, y0, y1 float64, c color.NRGBA) {
	b := img.Rect
	if x < b.Min.X || x >= b.Max.X || math.IsNaN(y0) || math.IsNaN(y1) || y1 <= y0 {
		return
	}
	y0, y1 = math.Max(y0, float64(b.Min.Y)), math.Min(y1, float64(b.Max.Y))
	for y := int(y0); float64(y) < y1; y++ {
		cover := math.Min(y1, float64(y+1)) - math.Max(y0, float64(y))
		blend(img.Pix[img.PixOffset(x, y):], c, cover)
	}
}

// blend mixes a colour over an opaque pixel.
func blend(p []uint8, c color.NRGBA, cover float64) {
	a := uint32(cover*float64(c.A) + .5)
	p[0] = uint8((uint32(p[0])*(255-a) + uint32(c.R)*a + 127) / 255)
	p[1] = uint8((uint32(p[1])*(255-a) + uint32(c.G)*a + 127) / 255)
	p[2] = uint8((uint32(p[2])*(255-a) + uint32(c.B)*a + 127) / 255)
	p[3] = 255
}

// line draws a function of the pixel column: ys[i] is its height at column x0+i, NaN where there is none. dash is the
// length in pixels of a stroke and of the gap after it; 0 draws solid.
func line(img *image.RGBA, x0 int, ys []float64, width float64, dash int, c color.NRGBA) {
	half := width / 2
	for i, y := range ys {
		if math.IsNaN(y) || dash > 0 && (i/dash)%2 == 1 {
			continue
		}
		low, high, steep := y, y, 0.0
		for _, j := range [2]int{i - 1, i + 1} {
			if j < 0 || j >= len(ys) || math.IsNaN(ys[j]) {
				continue
			}
			mid := (y + ys[j]) / 2
			low, high, steep = math.Min(low, mid), math.Max(high, mid), math.Max(steep, math.Abs(ys[j]-y))
		}
		// A slanted stroke of the same width covers more of a column.
		h := half * math.Min(math.Sqrt(1+steep*steep), 2)
		span(img, x0+i, low-h, high+h, c)
	}
}

// bridge is how many empty columns a line passes over: a sampling effect; more is a gap.
const bridge = 2

// holds is how many empty columns a line passes over.
func (s *Series) holds() int { return max(bridge, s.Hold) }

// minMax draws measured columns: the span from the lowest to the highest value of each, joined to its neighbours, and
// where that span is wider than a line, faint with the mean drawn over it.
func minMax(img *image.RGBA, x0 int, s *Series, y func(float64) float64, width float64, c color.NRGBA) {
	half, cols := width/2, s.Columns
	faint := c
	faint.A = uint8(float64(c.A) * .42)
	means := make([]float64, len(cols))
	wide := 0
	for i := range cols {
		means[i] = math.NaN()
		if cols[i].Count > 0 {
			means[i] = y(cols[i].Mean)
			if y(cols[i].Min)-y(cols[i].Max) > 3*width {
				wide++
			}
		}
	}
	ink := c
	if noisy := !s.Steps && wide > len(cols)/8; noisy {
		ink = faint
		defer line(img, x0, bridged(means, s.holds()), width, 0, c)
	}
	last, gap := math.NaN(), 0
	if s.Back > 0 && s.Back <= s.holds() {
		last, gap = y(s.Before), s.Back-1
	}
	for i := range cols {
		if cols[i].Count == 0 {
			if gap++; gap > s.holds() && i < s.end() {
				last = math.NaN()
			}
			continue
		}
		top, bottom := y(cols[i].Max), y(cols[i].Min)
		if !math.IsNaN(last) {
			last = join(img, x0, i, gap, last, means[i], s.Steps, half, ink)
			top, bottom = math.Min(top, last), math.Max(bottom, last)
		}
		span(img, x0+i, top-half, bottom+half, ink)
		last, gap = y(cols[i].Last), 0
	}
	if end := s.end(); s.Steps && !math.IsNaN(last) && gap > len(cols)-end {
		join(img, x0, end, min(gap-(len(cols)-end), end), last, last, true, half, ink)
	}
}

// end is the column before which a value may be held.
func (s *Series) end() int {
	if s.End > 0 {
		return min(s.End, len(s.Columns))
	}
	return len(s.Columns)
}

// join draws a line over the gap columns before column i, from one height to another, level for steps. It returns the
// height at its end. Columns left of the plot are not drawn.
func join(img *image.RGBA, x0, i, gap int, from, to float64, steps bool, half float64, c color.NRGBA) float64 {
	before := from
	for g := 1; g <= gap; g++ {
		v := from
		if !steps {
			v += (to - from) * float64(g) / float64(gap+1)
		}
		if at := i - gap - 1 + g; at >= 0 {
			span(img, x0+at, math.Min(before, v)-half, math.Max(before, v)+half, c)
		}
		before = v
	}
	return before
}

// bridged fills gaps of up to n columns by interpolation, in place.
func bridged(ys []float64, n int) []float64 {
	last := -1
	for i := range ys {
		if math.IsNaN(ys[i]) {
			continue
		}
		if gap := i - last - 1; last >= 0 && gap > 0 && gap <= n {
			for k := 1; k <= gap; k++ {
				ys[last+k] = ys[last] + (ys[i]-ys[last])*float64(k)/float64(gap+1)
			}
		}
		last = i
	}
	return ys
}
