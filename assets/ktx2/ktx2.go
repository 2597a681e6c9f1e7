package ktx2

import (
	"bytes"
	"context"
	"errors"
)

// MaxPixels is how many pixels a picture may have when Options.MaxPixels is 0: 8192 × 8192.
const MaxPixels = 64 << 20

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

// DecodeConfig reads the header alone. Decode may still refuse the file.
func DecodeConfig(data []byte) (Config, error) {
	return Config{}, errors.New("ktx2: it is neither a KTX 2.0 nor a .basis file")
}

// Decode decodes one picture of a KTX 2.0 or .basis file.
func Decode(ctx context.Context, data []byte, opts Options) (*Image, error) {
	return nil, errors.New("ktx2: it is neither a KTX 2.0 nor a .basis file")
}
