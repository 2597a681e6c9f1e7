package picture

import (
	"image"
	"io"

	"golang.org/x/image/webp"
)

// videoYCbCr is a picture of lossy WebP. Its luma is from 16 to 235 and its chroma from 16 to 240 (ITU-R BT.601), where
// image.YCbCr means 0 to 255, and its chroma, of half the size, is to be interpolated (RFC 6386, section 9.2; libwebp
// does so too).
type videoYCbCr struct {
	*image.YCbCr
	alpha   []uint8 // nil: opaque
	aStride int
}

// decodeWebP decodes a WebP file.
func decodeWebP(r io.Reader) (image.Image, error) {
	m, err := webp.Decode(r)
	switch m := m.(type) {
	case *image.YCbCr:
		return videoYCbCr{m, nil, 0}, err
	case *image.NYCbCrA:
		return videoYCbCr{&m.YCbCr, m.A, m.AStride}, err
	}
	return m, err
}

// draw converts the rows of r, which are whole, of a picture whose corner is 0, 0.
func (m videoYCbCr) draw(out *image.NRGBA, r image.Rectangle) {
	width := m.Rect.Dx()
	cb, cr := make([]int32, (width+1)/2), make([]int32, (width+1)/2)
	eachRow(out, r, func(pix []uint8, _, y int) {
		m.blendRows(y, m.Cb, cb)
		m.blendRows(y, m.Cr, cr)
		luma := m.Y[y*m.YStride:][:width]
		for x, v := range luma {
			near := x / 2
			far := min(max(near-1+x%2*2, 0), len(cb)-1)
			p := pix[4*x : 4*x+4]
			p[0], p[1], p[2] = videoRGB(int32(v), (3*cb[near]+cb[far]+8)>>4, (3*cr[near]+cr[far]+8)>>4)
			p[3] = 255
		}
		if m.alpha != nil {
			for x, a := range m.alpha[y*m.aStride:][:width] {
				pix[4*x+3] = a
			}
		}
	})
}

// blendRows mixes the row of chroma that is nearest to a row of luma with the next nearest one: 3 to 1, in quarters.
func (m videoYCbCr) blendRows(y int, plane []uint8, out []int32) {
	rows := (m.Rect.Dy() + 1) / 2
	near := y / 2
	far := min(max(near-1+y%2*2, 0), rows-1)
	a, b := plane[near*m.CStride:][:len(out)], plane[far*m.CStride:][:len(out)]
	for i := range out {
		out[i] = 3*int32(a[i]) + int32(b[i])
	}
}

// videoRGB converts by ITU-R BT.601 in whole numbers: 255/219 of the luma and 255/224 times the usual factors of the
// chroma, in 16384ths.
func videoRGB(y, cb, cr int32) (r, g, b uint8) {
	const half = 1 << 13
	l := 19077 * (y - 16)
	cb, cr = cb-128, cr-128
	return clamp14(l + 26149*cr + half), clamp14(l - 6419*cb - 13320*cr + half), clamp14(l + 33050*cb + half)
}

// clamp14 gives the whole part of 16384ths, within 0 and 255.
func clamp14(v int32) uint8 { return uint8(min(max(v>>14, 0), 255)) }
