package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/orrery-twin/orrery/assets/ktx2"
	"github.com/orrery-twin/orrery/scene"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"
)

// Bounds on the size of a picture.
const (
	DefaultPixels = 64 << 20 // width × height, when Limits do not say
	maxSide       = 1 << 16  // the most that a texture of a scene may have
)

// Limits are sizes beyond which a picture is refused.
type Limits struct {
	Pixels int64 // width × height; 0: DefaultPixels
}

// Config tells what a file holds.
type Config struct {
	Format        string // such as "PNG"
	Width, Height int    // in pixels
}

// format is a file format of pictures.
type format struct {
	name   string
	is     func(data []byte) bool
	config func(r io.Reader) (image.Config, error)
	decode func(r io.Reader) (image.Image, error)
	most   int64 // pixels that a byte of the file can stand for; 0: no bound is known
	deaf   bool  // the decoder computes for long without reading, so that it cannot be stopped then
}

// The formats that the standard library and golang.org/x/image read. A byte of Deflate stands for 1032 bytes at most, one
// of LZW for 4096 · 8/12, and those for 8 pixels each. JPEG has at least one bit for 64 pixels.
var formats = []format{
	{"PNG", begins("\x89PNG\r\n\x1a\n"), png.DecodeConfig, png.Decode, 8 * 1032, false},
	{"JPEG", begins("\xff\xd8\xff"), jpeg.DecodeConfig, jpeg.Decode, 512, true},
	{"WebP", isWebP, webp.DecodeConfig, decodeWebP, 0, true},
	{"GIF", begins("GIF8"), gif.DecodeConfig, gif.Decode, 2731, false},
	{"TIFF", isTIFF, tiff.DecodeConfig, tiff.Decode, 8 * 2731, false},
	{"BMP", begins("BM"), bmp.DecodeConfig, bmp.Decode, 8, false},
}

// pngBits is the number of bits of a pixel (PNG specification, section 11.2.1: bit depth and colour type), at least 1.
func pngBits(data []byte) int64 {
	const depthAt, typeAt = 24, 25
	channels := map[byte]int64{2: 3, 4: 2, 6: 4}
	return max(1, int64(data[depthAt])) * max(1, channels[data[typeAt]])
}

func begins(magic string) func([]byte) bool {
	return func(data []byte) bool { return bytes.HasPrefix(data, []byte(magic)) }
}

func isWebP(data []byte) bool {
	return len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP"
}

func isTIFF(data []byte) bool {
	return bytes.HasPrefix(data, []byte("II*\x00")) || bytes.HasPrefix(data, []byte("MM\x00*"))
}

// foreign are formats that are known and not read.
var foreign = []struct {
	name string
	is   func(data []byte) bool
}{
	{"DDS", begins("DDS ")},
	{"KTX 1", begins("\xabKTX 11\xbb")},
	{"OpenEXR", begins("\x76\x2f\x31\x01")},
	{"Radiance HDR", begins("#?")},
	{"Photoshop", begins("8BPS")},
	{"AVIF or HEIF", func(data []byte) bool { return len(data) >= 12 && string(data[4:8]) == "ftyp" }},
	{"JPEG XL", func(data []byte) bool {
		return bytes.HasPrefix(data, []byte("\xff\x0a")) || bytes.HasPrefix(data, []byte("\x00\x00\x00\x0cJXL "))
	}},
	{"JPEG 2000", begins("\x00\x00\x00\x0cjP  ")},
	{"SVG", func(data []byte) bool {
		head := bytes.TrimLeft(data[:min(len(data), 256)], "\xef\xbb\xbf \t\r\n")
		return bytes.HasPrefix(head, []byte("<svg")) || bytes.HasPrefix(head, []byte("<?xml"))
	}},
}

var errUnknown = errors.New("picture: it is of no kind that is known; PNG, JPEG, WebP, KTX 2.0, BMP, GIF, TIFF and TGA are read")

// refusal tells why data of no format that is read are refused.
func refusal(data []byte) error {
	for _, f := range foreign {
		if f.is(data) {
			return fmt.Errorf("picture: it is a picture of kind %s, which is not read; save it as PNG", f.name)
		}
	}
	return errUnknown
}

func find(data []byte) *format {
	for i := range formats {
		if formats[i].is(data) {
			return &formats[i]
		}
	}
	return nil
}

// DecodeConfig reads the header alone. Decode may still refuse the file.
func DecodeConfig(data []byte) (Config, error) {
	if ktx2.Is(data) {
		c, err := ktx2.DecodeConfig(data)
		return Config{"KTX 2.0", c.Width, c.Height}, err
	}
	if f := find(data); f != nil {
		return f.size(data)
	}
	if h, ok := readTGAHeader(data); ok {
		return Config{"TGA", h.width, h.height}, nil
	}
	return Config{}, refusal(data)
}

// size reads the header.
func (f *format) size(data []byte) (c Config, err error) {
	defer func() {
		if err != nil {
			err = broken(f.name, err)
		}
	}()
	defer catch(&err)
	h, err := f.config(bytes.NewReader(data))
	return Config{f.name, h.Width, h.Height}, err
}

// catch turns a panic into an error.
func catch(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%v", r)
	}
}

// Decode decodes a picture. The name is given to the picture; the content says of which format it is. Of animations and of
// files with several pictures it takes the first. Colour profiles and rotations beside the pixels are left aside, as glTF
// demands.
func Decode(ctx context.Context, name string, data []byte, limits Limits) (*scene.Image, error) {
	if limits.Pixels <= 0 {
		limits.Pixels = DefaultPixels
	}
	c, err := DecodeConfig(data)
	if err != nil {
		return nil, err
	}
	if err := limits.check(c); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	m := &scene.Image{Name: name, Width: c.Width, Height: c.Height}
	switch c.Format {
	case "KTX 2.0":
		k, err := ktx2.Decode(ctx, data, ktx2.Options{MaxPixels: limits.Pixels})
		if err != nil {
			return nil, err
		}
		m.Pix = k.Pix
	case "TGA":
		m.Pix, err = decodeTGA(ctx, data)
	default:
		m.Pix, err = find(data).pixels(ctx, data, c)
	}
	if err != nil {
		return nil, broken(c.Format, err)
	}
	return m, nil
}

func (l Limits) check(c Config) error {
	switch {
	case c.Width < 1 || c.Height < 1:
		return fmt.Errorf("picture: its size is %d × %d pixels", c.Width, c.Height)
	case c.Width > maxSide || c.Height > maxSide || int64(c.Width)*int64(c.Height) > l.Pixels:
		return fmt.Errorf("picture: it has %d × %d pixels, more than the limit of %d million; make it smaller", c.Width, c.Height, l.Pixels>>20)
	}
	return nil
}

// pixels decodes the pixels of a picture whose size is allowed.
func (f *format) pixels(ctx context.Context, data []byte, c Config) ([]uint8, error) {
	pixels := int64(c.Width) * int64(c.Height)
	if f.name == "PNG" { // the bound is for pixels of one bit
		pixels *= pngBits(data)
	}
	if f.most > 0 && pixels > f.most*int64(len(data)) {
		return nil, io.ErrUnexpectedEOF
	}
	run := f.run
	if f.deaf && int64(c.Width)*int64(c.Height) > longPixels {
		run = f.runAside
	}
	m, err := run(ctx, data)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return straight(ctx, m, c.Width, c.Height)
}

// run decodes. A decoder of others that panics has met a broken file.
func (f *format) run(ctx context.Context, data []byte) (m image.Image, err error) {
	defer catch(&err)
	return f.decode(&reader{ctx: ctx, data: data})
}

// longPixels is the size of pictures that a decoder works at for longer than a person likes to wait.
const longPixels = 8 << 20

// runAside decodes beside the caller, who goes on when the context ends. The decoder then runs to its end for nothing, and
// has its own copy of the data for that.
func (f *format) runAside(ctx context.Context, data []byte) (image.Image, error) {
	type result struct {
		m   image.Image
		err error
	}
	data = bytes.Clone(data)
	done := make(chan result, 1)
	go func() {
		m, err := f.run(ctx, data)
		done <- result{m, err}
	}()
	select {
	case r := <-done:
		return r.m, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func broken(format string, err error) error {
	switch {
	case errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("picture: the %s file ends too early", format)
	}
	var j jpeg.UnsupportedError
	var p png.UnsupportedError
	var t tiff.UnsupportedError
	if errors.As(err, &j) || errors.As(err, &p) || errors.As(err, &t) {
		return fmt.Errorf("picture: the %s file is of a kind that is not read: %w", format, err)
	}
	return fmt.Errorf("picture: the %s file is broken: %w", format, err)
}

// reader reads data until the context ends, piece by piece, so that a decoder stops soon.
type reader struct {
	ctx  context.Context
	data []byte
	at   int
}

func (r *reader) Read(p []byte) (int, error) {
	n, err := r.ReadAt(p[:min(len(p), 1<<16)], int64(r.at))
	r.at += n
	if n > 0 {
		err = nil
	}
	return n, err
}

func (r *reader) ReadAt(p []byte, offset int64) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	if offset < 0 || offset >= int64(len(r.data)) {
		return 0, io.EOF
	}
	n := copy(p, r.data[offset:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}
