package mesh

import (
	"math"

	"github.com/orrery-twin/orrery/scene"
)

// sampler reads a picture at the size of another one.
type sampler struct {
	img           *scene.Image
	width, height int
}

// at returns the pixel nearest to pixel x, y of a picture of the sampler's size.
func (s sampler) at(x, y int) []uint8 {
	if s.img.Width != s.width || s.img.Height != s.height {
		x, y = x*s.img.Width/s.width, y*s.img.Height/s.height
	}
	i := 4 * (y*s.img.Width + x)
	return s.img.Pix[i : i+4 : i+4]
}

// made returns a picture of a size whose pixels paint fills in.
func made(name string, width, height int, paint func(x, y int, to []uint8)) *scene.Image {
	out := &scene.Image{Name: name, Width: width, Height: height, Pix: make([]uint8, 4*width*height)}
	for y := range height {
		for x := range width {
			i := 4 * (y*width + x)
			paint(x, y, out.Pix[i:i+4:i+4])
		}
	}
	return out
}

// luminance is the brightness of a pixel (ITU-R BT.709).
func luminance(p []uint8) uint8 {
	return uint8((2126*uint32(p[0]) + 7152*uint32(p[1]) + 722*uint32(p[2]) + 5000) / 10000)
}

// channel returns the channel of a pixel that -imfchan names.
func channel(p []uint8, side byte) uint8 {
	switch side {
	case 'r':
		return p[0]
	case 'g':
		return p[1]
	case 'b':
		return p[2]
	case 'm':
		return p[3]
	}
	return luminance(p)
}

// withAlpha returns base, or white, with the alpha that another picture holds: in its alpha channel, if that says anything,
// or in its brightness.
func withAlpha(base, holes *scene.Image, side byte) *scene.Image {
	if side == 0 && hasAlpha(holes) {
		side = 'm'
	}
	width, height := holes.Width, holes.Height
	if base != nil {
		width, height = base.Width, base.Height
	}
	h := sampler{holes, width, height}
	return made(holes.Name, width, height, func(x, y int, to []uint8) {
		to[0], to[1], to[2] = 255, 255, 255
		if base != nil {
			copy(to, base.Pix[4*(y*width+x):][:3])
		}
		to[3] = channel(h.at(x, y), side)
	})
}

func hasAlpha(img *scene.Image) bool {
	for i := 3; i < len(img.Pix); i += 4 {
		if img.Pix[i] != 255 {
			return true
		}
	}
	return false
}

// mostlyBinary reports whether nearly all pixels are either opaque or clear: holes rather than glass.
func mostlyBinary(img *scene.Image) bool {
	between := 0
	for i := 3; i < len(img.Pix); i += 4 {
		if a := img.Pix[i]; a > 24 && a < 231 {
			between++
		}
	}
	return between*40 < len(img.Pix) // below a tenth
}

// packed puts roughness into green and metal into blue; a missing one is full, to be set by its factor.
func packed(rough, metal *scene.Image) *scene.Image {
	size := rough
	if size == nil {
		size = metal
	}
	r, m := sampler{rough, size.Width, size.Height}, sampler{metal, size.Width, size.Height}
	return made(size.Name, size.Width, size.Height, func(x, y int, to []uint8) {
		to[0], to[1], to[2], to[3] = 255, 255, 255, 255
		if rough != nil {
			to[1] = luminance(r.at(x, y))
		}
		if metal != nil {
			to[2] = luminance(m.at(x, y))
		}
	})
}

// bluish reports whether a picture holds normals in tangent space, which are around (0, 0, 1).
func bluish(img *scene.Image) bool {
	var sum [3]uint64
	n := uint64(len(img.Pix) / 4)
	for i := 0; i+3 < len(img.Pix); i += 4 {
		sum[0] += uint64(img.Pix[i])
		sum[1] += uint64(img.Pix[i+1])
		sum[2] += uint64(img.Pix[i+2])
	}
	r, g, b := sum[0]/max(n, 1), sum[1]/max(n, 1), sum[2]/max(n, 1)
	return b > 190 && r > 90 && r < 165 && g > 90 && g < 165
}

// normalsOf turns heights into normals by the differences to the neighbours of each pixel. White is four pixels above black.
func normalsOf(heights *scene.Image) *scene.Image {
	const steep = 4
	w, h := heights.Width, heights.Height
	height := func(x, y int) float64 {
		i := 4 * ((y+h)%h*w + (x+w)%w)
		return steep * float64(luminance(heights.Pix[i:i+4])) / 255
	}
	return made(heights.Name, w, h, func(x, y int, to []uint8) {
		dx, dy := (height(x-1, y)-height(x+1, y))/2, (height(x, y+1)-height(x, y-1))/2
		l := math.Sqrt(dx*dx + dy*dy + 1)
		to[0], to[1], to[2], to[3] = signed(dx/l), signed(dy/l), signed(1/l), 255
	})
}

// signed stores -1 … 1 in a byte.
func signed(v float64) uint8 { return uint8(math.Round((v + 1) * 127.5)) }
