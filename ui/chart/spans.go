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

// minMax draws measured columns: the span from the lowest to the highest value of each, joined to its neighbours, and
// where that span is wider than a line, faint with the mean drawn over it.
func minMax(img *image.RGBA, x0 int, cols []Column, y func(float64) float64, width float64, c color.NRGBA) {
	half := width / 2
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
	if noisy := wide > len(cols)/8; noisy {
		ink = faint
		defer line(img, x0, bridged(means), width, 0, c)
	}
	last := math.NaN()
	gap := 0
	for i := range cols {
		if cols[i].Count == 0 {
			if gap++; gap > bridge {
				last = math.NaN()
			}
			continue
		}
		top, bottom := y(cols[i].Max), y(cols[i].Min)
		if !math.IsNaN(last) {
			for g := 1; g <= gap; g++ {
				v := last + (means[i]-last)*float64(g)/float64(gap+1)
				span(img, x0+i-gap-1+g, v-half, v+half, ink)
			}
			top, bottom = math.Min(top, last), math.Max(bottom, last)
		}
		span(img, x0+i, top-half, bottom+half, ink)
		last, gap = y(cols[i].Last), 0
	}
}

// bridged fills gaps of one or two columns by interpolation, in place.
func bridged(ys []float64) []float64 {
	for i := 1; i < len(ys); i++ {
		if !math.IsNaN(ys[i]) || math.IsNaN(ys[i-1]) {
			continue
		}
		for n := 1; n <= bridge && i+n < len(ys); n++ {
			if !math.IsNaN(ys[i+n]) {
				ys[i] = ys[i-1] + (ys[i+n]-ys[i-1])/float64(n+1)
				break
			}
		}
	}
	return ys
}
