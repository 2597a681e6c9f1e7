package ktx2

// packedFormat is a format of single pixels: unsigned normalized channels in a little-endian number of 1 to 8 bytes.
type packedFormat struct {
	name         string
	linear, srgb uint32 // numbers in Vulkan
	bytes        int
	channels     [4]channel // red, green, blue, alpha
}

// channel is the place of a channel in the number; 0 bits: the format has none.
type channel struct{ shift, bits uint }

// packedFormats are formats of the Vulkan specification, section "Formats". Names give the channels from the lowest byte
// on, but those of PACK formats from the highest bit on.
var packedFormats = []packedFormat{
	{"R8", 9, 15, 1, [4]channel{{0, 8}}},
	{"R8G8", 16, 22, 2, [4]channel{{0, 8}, {8, 8}}},
	{"R8G8B8", 23, 29, 3, [4]channel{{0, 8}, {8, 8}, {16, 8}}},
	{"B8G8R8", 30, 36, 3, [4]channel{{16, 8}, {8, 8}, {0, 8}}},
	{"R8G8B8A8", 37, 43, 4, [4]channel{{0, 8}, {8, 8}, {16, 8}, {24, 8}}},
	{"B8G8R8A8", 44, 50, 4, [4]channel{{16, 8}, {8, 8}, {0, 8}, {24, 8}}},
	{"A8B8G8R8", 51, 57, 4, [4]channel{{0, 8}, {8, 8}, {16, 8}, {24, 8}}},
	{"R16", 70, 0, 2, [4]channel{{0, 16}}},
	{"R16G16", 77, 0, 4, [4]channel{{0, 16}, {16, 16}}},
	{"R16G16B16", 84, 0, 6, [4]channel{{0, 16}, {16, 16}, {32, 16}}},
	{"R16G16B16A16", 91, 0, 8, [4]channel{{0, 16}, {16, 16}, {32, 16}, {48, 16}}},
	{"R4G4B4A4", 2, 0, 2, [4]channel{{12, 4}, {8, 4}, {4, 4}, {0, 4}}},
	{"B4G4R4A4", 3, 0, 2, [4]channel{{4, 4}, {8, 4}, {12, 4}, {0, 4}}},
	{"R5G6B5", 4, 0, 2, [4]channel{{11, 5}, {5, 6}, {0, 5}}},
	{"B5G6R5", 5, 0, 2, [4]channel{{0, 5}, {5, 6}, {11, 5}}},
	{"R5G5B5A1", 6, 0, 2, [4]channel{{11, 5}, {6, 5}, {1, 5}, {0, 1}}},
	{"B5G5R5A1", 7, 0, 2, [4]channel{{1, 5}, {6, 5}, {11, 5}, {0, 1}}},
	{"A1R5G5B5", 8, 0, 2, [4]channel{{10, 5}, {5, 5}, {0, 5}, {15, 1}}},
	{"A2R10G10B10", 58, 0, 4, [4]channel{{20, 10}, {10, 10}, {0, 10}, {30, 2}}},
	{"A2B10G10R10", 64, 0, 4, [4]channel{{0, 10}, {10, 10}, {20, 10}, {30, 2}}},
}

// straight8 are the channels of pixels that need no change.
var straight8 = [4]channel{{0, 8}, {8, 8}, {16, 8}, {24, 8}}

func (p packedFormat) format() *format {
	f := &format{name: p.name, side: 1, bytes: p.bytes, pixels: p.decode}
	if p.channels == straight8 {
		f.pixels = func(data, pix []uint8) { copy(pix, data) }
	} else if p.bytewise() {
		f.pixels = p.decodeBytes
	}
	return f
}

// bytewise tells that each channel is a byte.
func (p *packedFormat) bytewise() bool {
	for _, c := range p.channels {
		if c.bits != 8 && c.bits != 0 {
			return false
		}
	}
	return true
}

// decodeBytes decodes a row of a format whose channels are bytes.
func (p packedFormat) decodeBytes(data, pix []uint8) {
	source := [12]uint8{8: 0, 9: 255} // of a pixel, then what stands for channels that are missing
	at := [4]uint{8, 8, 8, 9}
	for i, c := range p.channels {
		if c.bits > 0 {
			at[i] = c.shift / 8
		}
	}
	for ; len(pix) >= 4; pix, data = pix[4:], data[p.bytes:] {
		copy(source[:], data[:p.bytes])
		pix[0], pix[1], pix[2], pix[3] = source[at[0]], source[at[1]], source[at[2]], source[at[3]]
	}
}

// decode decodes a row. A colour that the format lacks is 0, and alpha 1.
func (p packedFormat) decode(data, pix []uint8) {
	for ; len(pix) >= 4; pix, data = pix[4:], data[p.bytes:] {
		var number uint64
		for i, b := range data[:p.bytes] {
			number |= uint64(b) << (8 * i)
		}
		pix[3] = 255
		for i, c := range p.channels {
			if c.bits > 0 {
				most := uint64(1)<<c.bits - 1
				pix[i] = uint8((number>>c.shift&most*255 + most/2) / most)
			}
		}
	}
}
