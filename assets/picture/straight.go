package picture

import (
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/draw"
)

// rowsAtOnce is how many rows are converted between two looks at the context.
const rowsAtOnce = 256

// straight converts a decoded picture to pixels of 8 bits per channel with alpha that is not multiplied in. A picture that
// is smaller than the canvas, as the first frame of an animation may be, leaves the rest transparent.
func straight(ctx context.Context, m image.Image, width, height int) ([]uint8, error) {
	canvas := image.Rect(0, 0, width, height)
	b := m.Bounds()
	if pix, ok := ready(m, canvas); ok {
		return pix, nil
	}
	if b.Size() == canvas.Size() { // wherever it lies
		canvas = b
	}
	out := &image.NRGBA{Pix: make([]uint8, 4*width*height), Stride: 4 * width, Rect: canvas}
	b = b.Intersect(canvas)
	convert := converter(m)
	for y := b.Min.Y; y < b.Max.Y; y += rowsAtOnce {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		convert(out, image.Rect(b.Min.X, y, b.Max.X, min(y+rowsAtOnce, b.Max.Y)))
	}
	return out.Pix, nil
}

// ready gives the pixels of a picture that needs no change.
func ready(m image.Image, canvas image.Rectangle) ([]uint8, bool) {
	switch m := m.(type) {
	case *image.NRGBA:
		if m.Rect == canvas && m.Stride == 4*canvas.Dx() {
			return m.Pix[:m.Stride*canvas.Dy()], true
		}
	case *image.RGBA:
		if m.Rect == canvas && m.Stride == 4*canvas.Dx() && m.Opaque() {
			return m.Pix[:m.Stride*canvas.Dy()], true
		}
	}
	return nil, false
}

// converter gives the function that converts the pixels in r, which lies in both pictures.
func converter(m image.Image) func(out *image.NRGBA, r image.Rectangle) {
	switch m := m.(type) {
	case *image.YCbCr, *image.Gray, *image.CMYK:
		return func(out *image.NRGBA, r image.Rectangle) { drawOpaque(out, r, m) }
	case videoYCbCr:
		return m.draw
	case *image.Paletted:
		palette := straightPalette(m.Palette)
		return func(out *image.NRGBA, r image.Rectangle) {
			eachRow(out, r, func(pix []uint8, x, y int) {
				for i, c := range m.Pix[m.PixOffset(x, y):][:len(pix)/4] {
					binary.LittleEndian.PutUint32(pix[4*i:], palette[c])
				}
			})
		}
	case *image.Gray16:
		return func(out *image.NRGBA, r image.Rectangle) {
			eachRow(out, r, func(pix []uint8, x, y int) {
				src := m.Pix[m.PixOffset(x, y):]
				for i := 0; i < len(pix); i += 4 {
					v := from16(src[i/2:])
					pix[i], pix[i+1], pix[i+2], pix[i+3] = v, v, v, 255
				}
			})
		}
	case *image.NRGBA64:
		return func(out *image.NRGBA, r image.Rectangle) {
			eachRow(out, r, func(pix []uint8, x, y int) {
				src := m.Pix[m.PixOffset(x, y):]
				for i := range pix {
					pix[i] = from16(src[2*i:])
				}
			})
		}
	case *image.RGBA64:
		return func(out *image.NRGBA, r image.Rectangle) {
			eachRow(out, r, func(pix []uint8, x, y int) {
				src := m.Pix[m.PixOffset(x, y):]
				for i := 0; i < len(pix); i += 4 {
					divide16(pix[i:i+4], src[2*i:2*i+8])
				}
			})
		}
	}
	return func(out *image.NRGBA, r image.Rectangle) { draw.Draw(out, r, m, r.Min, draw.Src) }
}

// drawOpaque draws a picture without alpha. Then it is all the same whether alpha is multiplied in, and the standard
// library has a fast way for the one of the two.
func drawOpaque(out *image.NRGBA, r image.Rectangle, m image.Image) {
	draw.Draw(&image.RGBA{Pix: out.Pix, Stride: out.Stride, Rect: out.Rect}, r, m, r.Min, draw.Src)
}

// eachRow calls f with the pixels of each row of r and the place of the first.
func eachRow(out *image.NRGBA, r image.Rectangle, f func(pix []uint8, x, y int)) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		at := out.PixOffset(r.Min.X, y)
		f(out.Pix[at:at+4*r.Dx()], r.Min.X, y)
	}
}

// straightPalette gives the colours as numbers with red lowest. Indices beyond the palette are transparent.
func straightPalette(p color.Palette) (out [256]uint32) {
	for i, c := range p[:min(len(p), len(out))] {
		n := color.NRGBAModel.Convert(c).(color.NRGBA)
		out[i] = uint32(n.R) | uint32(n.G)<<8 | uint32(n.B)<<16 | uint32(n.A)<<24
	}
	return out
}

// from16 rounds a big-endian number of 16 bits to 8.
func from16(b []uint8) uint8 {
	return uint8(((uint32(b[0])<<8|uint32(b[1]))*255 + 32767) / 65535)
}

// divide16 converts a pixel of 16 bits per channel with alpha multiplied in.
func divide16(pix, src []uint8) {
	v := func(i int) uint32 { return uint32(src[2*i])<<8 | uint32(src[2*i+1]) }
	a := v(3)
	pix[3] = from16(src[6:])
	for c := range 3 {
		if a == 0 {
			pix[c] = 0
		} else {
			pix[c] = uint8((min(v(c), a)*255 + a/2) / a)
		}
	}
}
