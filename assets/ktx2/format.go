package ktx2

import (
	"context"
	"errors"
)

var errBlock = errors.New("one of its blocks is broken")

// format is how the pixels of a level are coded: blocks of pixels, each of the same number of bytes.
type format struct {
	name   string
	side   int                                    // pixels of a block in both directions
	bytes  int                                    // of a block
	block  func(data []byte, out *[64]uint8) bool // decodes a block of 4 × 4 pixels, false: it is broken
	pixels func(data, pix []uint8)                // for a side of 1: decodes a row of pixels
}

func (f *format) blocks(pixels int) int { return (pixels + f.side - 1) / f.side }

// size is the number of bytes of a picture.
func (f *format) size(width, height int) uint64 {
	return uint64(f.blocks(width)) * uint64(f.blocks(height)) * uint64(f.bytes)
}

// decode decodes a picture row by row of blocks.
func (f *format) decode(ctx context.Context, next source, m *Image) error {
	m.allocate()
	stride, rowBytes := 4*m.Width, f.blocks(m.Width)*f.bytes
	for y := 0; y < m.Height; y += f.side {
		if err := ctx.Err(); err != nil {
			return err
		}
		data, err := next(rowBytes)
		if err != nil {
			return err
		}
		rows := m.Pix[y*stride : min(y+f.side, m.Height)*stride]
		if f.pixels != nil {
			f.pixels(data, rows)
		} else if !f.decodeRow(data, rows, stride) {
			return errBlock
		}
	}
	return nil
}

// decodeRow decodes a row of blocks. What sticks out of the picture is dropped.
func (f *format) decodeRow(data []byte, rows []uint8, stride int) bool {
	var out [64]uint8
	for x := 0; x < stride; x += 16 {
		if !f.block(data[:f.bytes], &out) {
			return false
		}
		data = data[f.bytes:]
		n := min(16, stride-x)
		for at, row := x, 0; at < len(rows); at, row = at+stride, row+16 {
			copy(rows[at:at+n], out[row:row+16])
		}
	}
	return true
}

// known is a format of Vulkan.
type known struct {
	*format
	srgb, alpha bool
}

var uastc = &format{name: "UASTC", side: 4, bytes: 16, block: decodeUASTC}

// vulkanFormats are the formats that are read, by their numbers (Vulkan specification, VkFormat).
var vulkanFormats = func() map[uint32]known {
	out := map[uint32]known{}
	add := func(f *format, alpha bool, linear, srgb uint32) {
		out[linear] = known{f, false, alpha}
		if srgb != 0 {
			out[srgb] = known{f, true, alpha}
		}
	}
	for _, p := range packedFormats {
		add(p.format(), p.channels[3].bits > 0, p.linear, p.srgb)
	}
	block := func(name string, bytes int, decode func([]byte, *[64]uint8) bool) *format {
		return &format{name: name, side: 4, bytes: bytes, block: decode}
	}
	add(block("BC1", 8, decodeBC1Opaque), false, 131, 132)
	add(block("BC1", 8, decodeBC1), true, 133, 134)
	add(block("BC2", 16, decodeBC2), true, 135, 136)
	add(block("BC3", 16, decodeBC3), true, 137, 138)
	add(block("BC4", 8, decodeBC4), false, 139, 0)
	add(block("BC5", 16, decodeBC5), false, 141, 0)
	add(block("BC7", 16, decodeBC7), true, 145, 146)
	add(block("ETC2", 8, decodeETC2), false, 147, 148)
	add(block("ETC2 with 1-bit alpha", 8, decodeETC2Punch), true, 149, 150)
	add(block("ETC2 with alpha", 16, decodeETC2Alpha), true, 151, 152)
	add(block("EAC", 8, decodeEAC), false, 153, 0)
	add(block("EAC with two channels", 16, decodeEACTwo), false, 155, 0)
	return out
}()
