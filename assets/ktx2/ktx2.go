package ktx2

import (
	"bytes"
	"context"
	"errors"
	"fmt"
)

// MaxPixels is how many pixels a picture may have when Options.MaxPixels is 0: 8192 × 8192.
const MaxPixels = 64 << 20

// maxSide is more pixels than a texture of any graphics card has in one direction.
const maxSide = 1 << 16

// Options choose what to decode. The zero value decodes the largest level of the first layer and face.
type Options struct {
	Level, Layer, Face int   // indices from 0
	MaxPixels          int64 // a larger picture is refused; 0: MaxPixels
}

// Image is a decoded picture.
type Image struct {
	Width, Height int
	Pix           []uint8 // r, g, b, alpha per pixel, not premultiplied, rows from the top
	SRGB          bool    // the colours are sRGB-encoded; else they are linear. Alpha is always linear
}

// Config tells what a file holds.
type Config struct {
	Format                string // of the blocks or pixels, such as "ETC1S" or "BC7"
	Width, Height         int    // of level 0, in pixels
	Levels, Layers, Faces int    // each at least 1
	SRGB                  bool   // the colours are sRGB-encoded
	Alpha                 bool   // there is an alpha channel
}

// The first bytes of a KTX 2.0 file (KTX specification, section 3.1) and of a .basis file.
var (
	ktx2Magic  = []byte("\xabKTX 20\xbb\r\n\x1a\n")
	basisMagic = []byte("sB\x13\x00")
)

// Is reports whether data begin as a KTX 2.0 or .basis file does.
func Is(data []byte) bool {
	return bytes.HasPrefix(data, ktx2Magic) || bytes.HasPrefix(data, basisMagic)
}

// allocate makes the pixels, when nothing is left to check before.
func (m *Image) allocate() { m.Pix = make([]uint8, 4*m.Width*m.Height) }

// file is a file of either kind whose header is checked.
type file interface {
	config() Config
	look() view
	size(o Options) (width, height int, err error)
	decode(ctx context.Context, o Options, m *Image) error // m has its size, and gets pixels
}

func parse(data []byte) (f file, err error) {
	switch {
	case bytes.HasPrefix(data, ktx2Magic):
		f, err = parseKTX(data)
	case bytes.HasPrefix(data, basisMagic):
		f, err = parseBasis(data)
	default:
		err = errors.New("it is neither a KTX 2.0 nor a .basis file")
	}
	if err != nil {
		return nil, fmt.Errorf("ktx2: %w", err)
	}
	return f, nil
}

// DecodeConfig reads the header alone. Decode may still refuse the file.
func DecodeConfig(data []byte) (Config, error) {
	f, err := parse(data)
	if err != nil {
		return Config{}, err
	}
	return f.config(), nil
}

// Decode decodes one picture of a KTX 2.0 or .basis file.
//
// UASTC blocks are decoded as the reference transcoder does, by the linear rule of ASTC, sRGB or not. Pictures that are
// stored mirrored, swizzled or premultiplied, and say so, are set right.
func Decode(ctx context.Context, data []byte, o Options) (*Image, error) {
	f, err := parse(data)
	if err != nil {
		return nil, err
	}
	m, err := decode(ctx, f, o)
	if err != nil {
		return nil, fmt.Errorf("ktx2: %w", err)
	}
	return m, nil
}

func decode(ctx context.Context, f file, o Options) (*Image, error) {
	c := f.config()
	for _, choice := range []struct {
		what      string
		index, of int
	}{{"level", o.Level, c.Levels}, {"layer", o.Layer, c.Layers}, {"face", o.Face, c.Faces}} {
		if choice.index < 0 || choice.index >= choice.of {
			return nil, fmt.Errorf("it has no %s %d, only 0 to %d", choice.what, choice.index, choice.of-1)
		}
	}
	width, height, err := f.size(o)
	if err != nil {
		return nil, err
	}
	if o.MaxPixels <= 0 {
		o.MaxPixels = MaxPixels
	}
	if width > maxSide || height > maxSide || int64(width)*int64(height) > o.MaxPixels {
		return nil, fmt.Errorf("it has %d × %d pixels, more than the limit of %d million; make it smaller", width, height, o.MaxPixels>>20)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m := &Image{Width: width, Height: height, SRGB: c.SRGB}
	if err := f.decode(ctx, o, m); err != nil {
		return nil, err
	}
	f.look().apply(m)
	return m, nil
}
