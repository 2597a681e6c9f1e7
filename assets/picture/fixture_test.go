package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math/bits"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
)

// Size of the test pictures: odd, so that nothing is a multiple of a block.
const testWidth, testHeight = 37, 23

// testColor is a smooth picture in which all channels differ.
func testColor(x, y int) color.NRGBA64 {
	return color.NRGBA64{R: uint16(x * 1700), G: uint16(y * 2800), B: uint16((x + y) * 1000), A: uint16(65535 - x*900)}
}

// paint makes a picture of the given kind of image; opaque leaves alpha aside.
func paint(m interface {
	image.Image
	Set(x, y int, c color.Color)
}, opaque bool) image.Image {
	for y := range testHeight {
		for x := range testWidth {
			c := testColor(x, y)
			if opaque {
				c.A = 65535
			}
			m.Set(x, y, c)
		}
	}
	return m
}

var testRect = image.Rect(0, 0, testWidth, testHeight)

// testPictures are pictures of every kind that decoders give.
func testPictures() map[string]image.Image {
	palette := color.Palette{color.NRGBA{200, 100, 50, 128}, color.Transparent}
	for i := range 30 {
		palette = append(palette, color.NRGBA{uint8(8 * i), uint8(255 - 8*i), uint8(3 * i), 255})
	}
	ycc := image.NewYCbCr(testRect, image.YCbCrSubsampleRatio420)
	for i := range ycc.Y {
		ycc.Y[i] = uint8(3 * i)
	}
	for i := range ycc.Cb {
		ycc.Cb[i], ycc.Cr[i] = uint8(5*i), uint8(255-7*i)
	}
	return map[string]image.Image{
		"NRGBA":    paint(image.NewNRGBA(testRect), false),
		"RGBA":     paint(image.NewRGBA(testRect), true),
		"RGBA mul": paint(image.NewRGBA(testRect), false),
		"Gray":     paint(image.NewGray(testRect), true),
		"Gray16":   paint(image.NewGray16(testRect), true),
		"NRGBA64":  paint(image.NewNRGBA64(testRect), false),
		"RGBA64":   paint(image.NewRGBA64(testRect), false),
		"CMYK":     paint(image.NewCMYK(testRect), true),
		"Paletted": paint(image.NewPaletted(testRect, palette), false),
		"YCbCr":    ycc,
		"Alpha":    paint(image.NewAlpha(testRect), false),
	}
}

func encode(t testing.TB, write func(b *bytes.Buffer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func encodePNG(t testing.TB, m image.Image) []byte {
	return encode(t, func(b *bytes.Buffer) error { return png.Encode(b, m) })
}

// testFiles are files of each format.
func testFiles(t testing.TB) map[string][]byte {
	p := testPictures()
	opaque := p["RGBA"]
	return map[string][]byte{
		"PNG":  encodePNG(t, p["NRGBA"]),
		"JPEG": encode(t, func(b *bytes.Buffer) error { return jpeg.Encode(b, opaque, nil) }),
		"GIF":  encode(t, func(b *bytes.Buffer) error { return gif.Encode(b, opaque, nil) }),
		"BMP":  encode(t, func(b *bytes.Buffer) error { return bmp.Encode(b, opaque) }),
		"TIFF": encode(t, func(b *bytes.Buffer) error {
			return tiff.Encode(b, p["NRGBA"], &tiff.Options{Compression: tiff.Deflate})
		}),
		"WebP":    encodeWebP(p["NRGBA"].(*image.NRGBA)),
		"TGA":     encodeTGA(p["NRGBA"].(*image.NRGBA), 4, false, 0),
		"KTX 2.0": encodeKTX(p["NRGBA"].(*image.NRGBA)),
	}
}

// encodeWebP writes a lossless WebP file in which each channel is a plain byte (WebP Lossless Bitstream Specification).
func encodeWebP(m *image.NRGBA) []byte {
	var data []byte
	n := 0
	put := func(v uint32, count int) {
		for range count {
			if n%8 == 0 {
				data = append(data, 0)
			}
			data[n/8] |= byte(v&1) << (n % 8)
			v >>= 1
			n++
		}
	}
	put(0x2f, 8)
	put(uint32(m.Rect.Dx()-1), 14)
	put(uint32(m.Rect.Dy()-1), 14)
	put(1, 1)                                           // alpha is used
	put(0, 3+1+1+1)                                     // version, transforms, colour cache, meta codes
	for _, symbols := range []int{280, 256, 256, 256} { // codes of green, red, blue, alpha: 256 of 8 bits
		put(0, 1)
		put(8, 4)    // 12 lengths of the code for lengths …
		put(1<<6, 9) // 17, 18, 0: one bit for 0 …
		put(0, 3*8)  // 1, 2, 3, 4, 5, 16, 6, 7: none
		put(1, 3)    // 8: one bit
		put(0, 1)    // all symbols follow
		put(1<<31|(1<<31-1), 32)
		for i := 32; i < symbols; i++ {
			if i < 256 {
				put(1, 1)
			} else {
				put(0, 1)
			}
		}
	}
	put(1, 4) // distances: one symbol, 0
	for i := 0; i < len(m.Pix); i += 4 {
		for _, c := range []int{1, 0, 2, 3} {
			put(uint32(bits.Reverse8(m.Pix[i+c])), 8)
		}
	}
	if len(data)%2 == 1 {
		data = append(data, 0)
	}
	le := binary.LittleEndian
	out := le.AppendUint32([]byte("RIFF"), uint32(12+len(data)))
	out = le.AppendUint32(append(out, "WEBPVP8L"...), uint32(len(data)))
	return append(out, data...)
}

// encodeTGA writes a TGA file with pixels of 1 (grey) to 4 bytes.
func encodeTGA(m *image.NRGBA, pixelBytes int, packed bool, descriptor byte) []byte {
	width, height := m.Rect.Dx(), m.Rect.Dy()
	kind := byte(tgaColor)
	if pixelBytes == 1 {
		kind = tgaGrey
	}
	if packed {
		kind |= tgaPacked
	}
	out := make([]byte, tgaHeaderSize)
	out[0], out[2], out[16], out[17] = 3, kind, byte(8*pixelBytes), descriptor
	binary.LittleEndian.PutUint16(out[12:], uint16(width))
	binary.LittleEndian.PutUint16(out[14:], uint16(height))
	out = append(out, "ID!"...)
	for y := range height {
		row := height - 1 - y
		if descriptor&tgaFromTop != 0 {
			row = y
		}
		for x := range width {
			if descriptor&tgaFromRight != 0 {
				x = width - 1 - x
			}
			p := m.Pix[m.PixOffset(x, row):][:4]
			if packed {
				out = append(out, byte(128*(x%2))) // packets of one pixel, plain and repeated
			}
			switch pixelBytes {
			case 1:
				out = append(out, p[0])
			case 2:
				v := uint16(p[0]>>3)<<10 | uint16(p[1]>>3)<<5 | uint16(p[2]>>3) | uint16(p[3]>>7)<<15
				out = binary.LittleEndian.AppendUint16(out, v)
			default:
				out = append(out, []byte{p[2], p[1], p[0], p[3]}[:pixelBytes]...)
			}
		}
	}
	return out
}

// encodeKTX writes a KTX 2.0 file of plain pixels.
func encodeKTX(m *image.NRGBA) []byte {
	le := binary.LittleEndian
	out := []byte("\xabKTX 20\xbb\r\n\x1a\n")
	for _, v := range []uint32{37, 1, uint32(m.Rect.Dx()), uint32(m.Rect.Dy()), 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0} {
		out = le.AppendUint32(out, v)
	}
	for _, v := range []uint64{104, uint64(len(m.Pix)), uint64(len(m.Pix))} {
		out = le.AppendUint64(out, v)
	}
	return append(out, m.Pix...)
}
