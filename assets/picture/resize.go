package picture

import (
	"math"
	"sync"

	"github.com/orrery-twin/orrery/scene"
)

// Content is what the numbers of a picture mean.
type Content uint8

// The kinds of content.
const (
	Colors Content = iota // red, green and blue are sRGB-encoded: base colour, emission
	Data                  // all channels are linear: roughness, occlusion, normals
)

// Halve returns the picture at half its width and height, rounded down but at least 1. Each pixel is the average of what
// it covers. Colours are averaged as light, not as sRGB numbers, and weighted by alpha, so that what cannot be seen does
// not show.
func Halve(m *scene.Image, c Content) *scene.Image {
	out := &scene.Image{Name: m.Name, Width: max(1, m.Width/2), Height: max(1, m.Height/2)}
	out.Pix = make([]uint8, 4*out.Width*out.Height)
	columns, rows := halves(m.Width), halves(m.Height)
	light := lights()
	for y, row := range rows {
		for x, column := range columns {
			pix := out.Pix[4*(y*out.Width+x):][:4]
			if c == Colors {
				averageColors(light, m, column, row, pix)
			} else {
				averageData(m, column, row, pix)
			}
		}
	}
	return out
}

// Fit returns the picture halved until neither side is longer than maxSide, or the picture itself when it fits already.
func Fit(m *scene.Image, maxSide int, c Content) *scene.Image {
	for max(m.Width, m.Height) > max(1, maxSide) {
		m = Halve(m, c)
	}
	return m
}

// taps are up to three pixels in a row, or rows, that a pixel of half the size covers, with their weights.
type taps struct {
	first   int
	weights [3]uint32
	n       int
}

// halves gives the taps for each of n/2 pixels. When n = 2k+1 is odd each covers (2k+1)/k pixels: pixel i has the
// share k-i of pixel 2i, all k of the next and i+1 of the one behind, of 2k+1.
func halves(n int) []taps {
	if n == 1 {
		return []taps{{0, [3]uint32{1}, 1}}
	}
	out := make([]taps, n/2)
	for i := range out {
		out[i] = taps{2 * i, [3]uint32{1, 1}, 2}
		if n%2 == 1 {
			k := n / 2
			out[i] = taps{2 * i, [3]uint32{uint32(k - i), uint32(k), uint32(i + 1)}, 3}
		}
	}
	return out
}

// averageData averages each channel.
func averageData(m *scene.Image, column, row taps, out []uint8) {
	var sum [4]uint64
	var total uint64
	for j := range row.n {
		src := m.Pix[4*((row.first+j)*m.Width+column.first):]
		for i := range column.n {
			w := uint64(row.weights[j]) * uint64(column.weights[i])
			total += w
			for c := range sum {
				sum[c] += w * uint64(src[4*i+c])
			}
		}
	}
	for c := range sum {
		out[c] = uint8((sum[c] + total/2) / total)
	}
}

// averageColors averages colours as light, weighted by alpha.
func averageColors(light *lightTables, m *scene.Image, column, row taps, out []uint8) {
	var seen, all [3]uint64 // sums with and without the weight of alpha
	var alpha, total uint64
	for j := range row.n {
		src := m.Pix[4*((row.first+j)*m.Width+column.first):]
		for i := range column.n {
			p := src[4*i : 4*i+4]
			w := uint64(row.weights[j]) * uint64(column.weights[i])
			wa := w * uint64(p[3])
			total += w
			alpha += wa
			for c := range seen {
				v := uint64(light.fromSRGB[p[c]])
				seen[c] += wa * v
				all[c] += w * v
			}
		}
	}
	out[3] = uint8((alpha + total/2) / total)
	sum, weight := &seen, alpha
	if alpha == 0 {
		sum, weight = &all, total
	}
	for c := range sum {
		out[c] = light.toSRGB[(sum[c]+weight/2)/weight]
	}
}

// lightTables convert between sRGB-encoded values and light from 0 to 65535.
type lightTables struct {
	fromSRGB [256]uint16
	toSRGB   [65536]uint8
}

// lights makes the tables once (IEC 61966-2-1, sRGB).
var lights = sync.OnceValue(func() *lightTables {
	t := &lightTables{}
	for i := range t.fromSRGB {
		v := float64(i) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		t.fromSRGB[i] = uint16(math.Round(65535 * v))
	}
	for i := range t.toSRGB {
		v := float64(i) / 65535
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		t.toSRGB[i] = uint8(math.Round(255 * v))
	}
	return t
})
