package picture

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
)

// TGA (Truevision TGA File Format Specification 2.0). The files have no identifier at their beginning.

// Kinds of TGA pictures. With tgaPacked added they are run-length coded.
const (
	tgaPalette = 1
	tgaColor   = 2
	tgaGrey    = 3
	tgaPacked  = 8

	tgaHeaderSize = 18
	tgaFromRight  = 0x10 // bits of the picture descriptor
	tgaFromTop    = 0x20
	tgaAlphaBits  = 0x0f
)

// tgaHeader is the header of a file.
type tgaHeader struct {
	kind                      uint8
	packed                    bool
	width, height             int
	bytes                     int // of a pixel
	alpha                     bool
	flipX, flipY              bool
	paletteFirst, paletteSize int
	paletteBytes              int // of an entry
	palette, pixels           int // where they begin
}

// readTGAHeader reads the header. It reports false when no TGA file begins so.
func readTGAHeader(data []byte) (h tgaHeader, ok bool) {
	if len(data) < tgaHeaderSize {
		return h, false
	}
	u16 := func(at int) int { return int(binary.LittleEndian.Uint16(data[at:])) }
	h = tgaHeader{
		kind: data[2] &^ tgaPacked, packed: data[2]&tgaPacked != 0,
		width: u16(12), height: u16(14), bytes: (int(data[16]) + 7) / 8,
		flipX: data[17]&tgaFromRight != 0, flipY: data[17]&tgaFromTop == 0,
		palette: tgaHeaderSize + int(data[0]),
	}
	if h.kind < tgaPalette || h.kind > tgaGrey || data[17]&0xc0 != 0 || data[1] > 1 || h.width == 0 || h.height == 0 {
		return h, false
	}
	if data[1] == 1 {
		h.paletteFirst, h.paletteSize, h.paletteBytes = u16(3), u16(5), (int(data[7])+7)/8
	}
	h.pixels = h.palette + h.paletteSize*h.paletteBytes
	alphaBits := int(data[17] & tgaAlphaBits)
	switch h.kind {
	case tgaPalette:
		return h, data[1] == 1 && h.bytes == 1 && h.paletteBytes >= 2 && h.paletteBytes <= 4
	case tgaGrey:
		h.alpha = h.bytes == 2
		return h, h.bytes == 1 || h.bytes == 2 && alphaBits == 8
	}
	h.alpha = h.bytes == 4 || h.bytes == 2 && alphaBits == 1
	return h, h.bytes >= 2 && h.bytes <= 4
}

// decodeTGA decodes a file whose header is checked.
func decodeTGA(ctx context.Context, data []byte) ([]uint8, error) {
	h, _ := readTGAHeader(data)
	if h.pixels > len(data) {
		return nil, io.ErrUnexpectedEOF
	}
	palette, src := data[h.palette:h.pixels], data[h.pixels:]
	most := len(src) / h.bytes // pixels that the data can hold
	if h.packed {
		most = len(src) / (1 + h.bytes) * 128
	}
	if h.width*h.height > most {
		return nil, io.ErrUnexpectedEOF
	}
	pix := make([]uint8, 4*h.width*h.height)
	raw := tgaPixels{src: src, bytes: h.bytes, packed: h.packed}
	for y := range h.height {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row := y
		if h.flipY {
			row = h.height - 1 - y
		}
		for x := range h.width {
			p, ok := raw.next()
			if !ok {
				return nil, io.ErrUnexpectedEOF
			}
			if h.kind == tgaPalette {
				i := int(p[0]) - h.paletteFirst
				if i < 0 || i >= h.paletteSize {
					return nil, errors.New("a pixel has a colour that the palette lacks")
				}
				p = palette[i*h.paletteBytes:][:h.paletteBytes]
			}
			col := x
			if h.flipX {
				col = h.width - 1 - x
			}
			h.put(pix[4*(row*h.width+col):], p)
		}
	}
	if h.bytes == 4 {
		opaqueIfEmpty(pix)
	}
	return pix, nil
}

// put converts a pixel: grey, grey and alpha, 5 bits per channel, or 8 bits.
func (h *tgaHeader) put(pix, p []uint8) {
	pix[3] = 255
	switch {
	case h.kind == tgaGrey:
		pix[0], pix[1], pix[2] = p[0], p[0], p[0]
		if h.alpha {
			pix[3] = p[1]
		}
	case len(p) == 2:
		v := binary.LittleEndian.Uint16(p)
		for c := range 3 {
			five := uint8(v >> (10 - 5*c) & 31)
			pix[c] = five<<3 | five>>2
		}
		if h.alpha && v>>15 == 0 {
			pix[3] = 0
		}
	default:
		pix[0], pix[1], pix[2] = p[2], p[1], p[0]
		if len(p) == 4 {
			pix[3] = p[3]
		}
	}
}

// opaqueIfEmpty makes a picture opaque that is wholly transparent: its writer left the alpha channel alone.
func opaqueIfEmpty(pix []uint8) {
	for i := 3; i < len(pix); i += 4 {
		if pix[i] != 0 {
			return
		}
	}
	for i := 3; i < len(pix); i += 4 {
		pix[i] = 255
	}
}

// tgaPixels gives the stored pixels one by one.
type tgaPixels struct {
	src    []uint8
	bytes  int
	packed bool
	left   int // pixels of the packet
	run    []uint8
}

func (t *tgaPixels) next() ([]uint8, bool) {
	if t.packed && t.left == 0 {
		if len(t.src) < 1+t.bytes {
			return nil, false
		}
		head := t.src[0]
		t.src = t.src[1:]
		t.left, t.run = int(head&127)+1, nil
		if head&128 != 0 {
			t.run, t.src = t.src[:t.bytes], t.src[t.bytes:]
		}
	}
	t.left--
	if t.run != nil {
		return t.run, true
	}
	if len(t.src) < t.bytes {
		return nil, false
	}
	p := t.src[:t.bytes]
	t.src = t.src[t.bytes:]
	return p, true
}
