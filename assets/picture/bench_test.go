package picture

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

const benchSide = 1024

// photo is a picture about as hard to pack as a photo.
func photo() *image.NRGBA {
	m := image.NewNRGBA(image.Rect(0, 0, benchSide, benchSide))
	seed := uint32(1)
	for i := range m.Pix {
		seed = seed*1664525 + 1013904223
		m.Pix[i] = uint8(i/4%benchSide/4) + uint8(i/4/benchSide/4) + uint8(seed>>28)
		if i%4 == 3 {
			m.Pix[i] = 255
		}
	}
	return m
}

func BenchmarkDecode(b *testing.B) {
	m := photo()
	fast := png.Encoder{CompressionLevel: png.BestSpeed}
	deep := image.NewNRGBA64(m.Rect)
	for i, v := range m.Pix {
		deep.Pix[2*i], deep.Pix[2*i+1] = v, v
	}
	for _, c := range []struct {
		name string
		data []byte
	}{
		{"PNG", encode(b, func(w *bytes.Buffer) error { return fast.Encode(w, m) })},
		{"PNG16", encode(b, func(w *bytes.Buffer) error { return fast.Encode(w, deep) })},
		{"JPEG", encode(b, func(w *bytes.Buffer) error { return jpeg.Encode(w, m, nil) })},
		{"WebP", encodeWebP(m)},
		{"TGA", encodeTGA(m, 4, true, 0)},
		{"KTX2", encodeKTX(m)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(4 * benchSide * benchSide)
			for b.Loop() {
				if _, err := Decode(context.Background(), "", c.data, Limits{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Conversion alone, by kind of image.
func BenchmarkStraight(b *testing.B) {
	for name, m := range map[string]image.Image{
		"YCbCr":    image.NewYCbCr(image.Rect(0, 0, benchSide, benchSide), image.YCbCrSubsampleRatio420),
		"Gray":     image.NewGray(image.Rect(0, 0, benchSide, benchSide)),
		"Paletted": image.NewPaletted(image.Rect(0, 0, benchSide, benchSide), nil),
		"NRGBA64":  image.NewNRGBA64(image.Rect(0, 0, benchSide, benchSide)),
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(4 * benchSide * benchSide)
			for b.Loop() {
				if _, err := straight(context.Background(), m, benchSide, benchSide); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkHalve(b *testing.B) {
	for name, c := range map[string]struct {
		side    int
		content Content
	}{"Colors": {benchSide, Colors}, "Data": {benchSide, Data}, "OddColors": {benchSide - 1, Colors}} {
		b.Run(name, func(b *testing.B) {
			m := &scene.Image{Width: c.side, Height: c.side, Pix: photo().Pix[:4*c.side*c.side]}
			b.SetBytes(int64(len(m.Pix)))
			for b.Loop() {
				Halve(m, c.content)
			}
		})
	}
}
