package g3ngl

import (
	"math"

	"github.com/orrery-twin/orrery/scene"
)

// toLinear is the transfer function of IEC 61966-2-1 by sRGB value, fromLinear its inverse by linear value in 4096 steps.
var toLinear, fromLinear = transferTables()

func transferTables() (to [256]float32, from [4097]uint8) {
	for i := range to {
		c := float64(i) / 255
		if c <= 0.04045 {
			to[i] = float32(c / 12.92)
		} else {
			to[i] = float32(math.Pow((c+0.055)/1.055, 2.4))
		}
	}
	for i := range from {
		c := float64(i) / 4096
		if c <= 0.0031308 {
			c *= 12.92
		} else {
			c = 1.055*math.Pow(c, 1/2.4) - 0.055
		}
		from[i] = uint8(c*255 + 0.5)
	}
	return to, from
}

// linearOf returns the table by which values of an image are averaged.
func linearOf(colour bool) *[256]float32 {
	if colour {
		return &toLinear
	}
	return &plainValues
}

var plainValues = func() (out [256]float32) {
	for i := range out {
		out[i] = float32(i) / 255
	}
	return out
}()

func stored(v float32, colour bool) uint8 {
	if colour {
		return fromLinear[int(v*4096+0.5)]
	}
	return uint8(v*255 + 0.5)
}

// halved returns the next mipmap of a square image: the mean of each four pixels, of light where they are colours, and
// weighted by alpha, so that what is invisible does not shine through.
func halved(pixels []uint8, side int, colour bool) []uint8 {
	half := side / 2
	out := make([]uint8, half*half*4)
	table := linearOf(colour)
	for y := range half {
		upper := pixels[2*y*side*4:][:side*4]
		lower := pixels[(2*y+1)*side*4:][:side*4]
		for x := range half {
			quad := [4][]uint8{upper[8*x : 8*x+4], upper[8*x+4 : 8*x+8], lower[8*x : 8*x+4], lower[8*x+4 : 8*x+8]}
			a, b, c, d := quad[0][3], quad[1][3], quad[2][3], quad[3][3]
			o := out[(y*half+x)*4:][:4]
			if a == b && b == c && c == d {
				for k := range 3 {
					o[k] = stored((table[quad[0][k]]+table[quad[1][k]]+table[quad[2][k]]+table[quad[3][k]])*0.25, colour)
				}
				o[3] = a
				continue
			}
			var sum [3]float32
			var weight float32
			for _, q := range quad {
				w := float32(q[3]) + leastAlpha
				weight += w
				for k := range sum {
					sum[k] += w * table[q[k]]
				}
			}
			for k := range sum {
				o[k] = stored(min(sum[k]/weight, 1), colour)
			}
			o[3] = uint8((int(a) + int(b) + int(c) + int(d) + 2) / 4)
		}
	}
	return out
}

// leastAlpha is the weight of pixels that are invisible, of 255: enough to keep their colour where all are.
const leastAlpha = 1.0 / 64

// tap is a part of a sum of pixels.
type tap struct {
	at     int
	weight float32
}

// taps says for each pixel of a row of to pixels which of from pixels make it: all that it covers, or, where the image is
// enlarged, the two beside it. Their weights add up to 1.
func taps(from, to int, wrap scene.Wrap, nearest bool) [][]tap {
	out := make([][]tap, to)
	scale := float64(from) / float64(to)
	for i := range out {
		switch center := (float64(i) + 0.5) * scale; {
		case nearest:
			out[i] = []tap{{min(int(center), from-1), 1}}
		case scale > 1:
			a, b := float64(i)*scale, float64(i+1)*scale
			for j := int(a); j < from && float64(j) < b-1e-9; j++ {
				if w := (math.Min(float64(j+1), b) - math.Max(float64(j), a)) / scale; w > 0 {
					out[i] = append(out[i], tap{j, float32(w)})
				}
			}
		default:
			left := math.Floor(center - 0.5)
			f := float32(center - 0.5 - left)
			out[i] = []tap{{wrapped(int(left), from, wrap), 1 - f}, {wrapped(int(left)+1, from, wrap), f}}
		}
	}
	return out
}

// wrapped returns the pixel at a place that may lie one beyond the border.
func wrapped(i, n int, wrap scene.Wrap) int {
	if i >= 0 && i < n {
		return i
	}
	if wrap == scene.Repeat {
		return (i + n) % n
	}
	return max(0, min(i, n-1))
}

// squared returns the pixels of a texture's image in a square of this side; they are the image's own if it fits.
func squared(t *scene.Texture, side int, colour bool) []uint8 {
	img := t.Image
	if img.Width == side && img.Height == side {
		return img.Pix
	}
	across, down := taps(img.Width, side, t.WrapU, t.Nearest), taps(img.Height, side, t.WrapV, t.Nearest)
	table := linearOf(colour)
	out := make([]uint8, side*side*4)
	var rows [2]struct {
		of  int // row of the image + 1
		sum []float32
	}
	row := func(y int) []float32 {
		r := &rows[y%len(rows)]
		if r.of != y+1 {
			if r.sum == nil {
				r.sum = make([]float32, side*4)
			}
			squeeze(img.Pix[y*img.Width*4:][:img.Width*4], across, table, r.sum)
			r.of = y + 1
		}
		return r.sum
	}
	sum := make([]float32, side*4)
	for y := range side {
		clear(sum)
		for _, t := range down[y] {
			for i, v := range row(t.at) {
				sum[i] += t.weight * v
			}
		}
		unweigh(sum, out[y*side*4:][:side*4], colour)
	}
	return out
}

// squeeze resamples a row: colours weighted by alpha, and that weight.
func squeeze(pixels []uint8, across [][]tap, table *[256]float32, out []float32) {
	for x, ts := range across {
		var r, g, b, a float32
		for _, t := range ts {
			p := pixels[4*t.at : 4*t.at+4]
			w := t.weight * (float32(p[3]) + leastAlpha)
			r, g, b, a = r+w*table[p[0]], g+w*table[p[1]], b+w*table[p[2]], a+w
		}
		o := out[4*x : 4*x+4]
		o[0], o[1], o[2], o[3] = r, g, b, a
	}
}

func unweigh(sum []float32, out []uint8, colour bool) {
	for i := 0; i < len(sum); i += 4 {
		w := sum[i+3]
		for k := range 3 {
			out[i+k] = stored(min(max(sum[i+k]/w, 0), 1), colour)
		}
		out[i+3] = uint8(min(max(w-leastAlpha, 0), 255) + 0.5)
	}
}
