package ktx2

import "encoding/binary"

// BC1 to BC5 (Khronos Data Format Specification 1.3, chapters 18 and 19; there S3TC and RGTC).

// decodeBC1 decodes a block of 8 bytes. In blocks of three colours the fourth is transparent black.
func decodeBC1(block []byte, out *[64]uint8) bool {
	bcColors(block, out, false, 0)
	return true
}

// decodeBC1Opaque does so with opaque black.
func decodeBC1Opaque(block []byte, out *[64]uint8) bool {
	bcColors(block, out, false, 255)
	return true
}

// decodeBC2 decodes a block of 16 bytes: alpha of 4 bits, then colours.
func decodeBC2(block []byte, out *[64]uint8) bool {
	bcColors(block[8:], out, true, 255)
	alpha := binary.LittleEndian.Uint64(block)
	for i := 3; i < 64; i += 4 {
		out[i] = uint8(alpha&15) * 17
		alpha >>= 4
	}
	return true
}

// decodeBC3 decodes a block of 16 bytes: alpha as in BC4, then colours.
func decodeBC3(block []byte, out *[64]uint8) bool {
	bcColors(block[8:], out, true, 255)
	bcChannel(block, out, 3)
	return true
}

// decodeBC4 decodes a block of one channel, of 8 bytes.
func decodeBC4(block []byte, out *[64]uint8) bool {
	fillBlock(out, 0xff000000)
	bcChannel(block, out, 0)
	return true
}

// decodeBC5 decodes a block of two channels, of 16 bytes.
func decodeBC5(block []byte, out *[64]uint8) bool {
	fillBlock(out, 0xff000000)
	bcChannel(block, out, 0)
	bcChannel(block[8:], out, 1)
	return true
}

// bcColors decodes colours: two of 16 bits, two or one between them, and 2 bits per pixel. With four, there are always two
// between; else the order of the first two tells. The fourth colour is black then, of the alpha given.
func bcColors(block []byte, out *[64]uint8, four bool, blackAlpha uint8) {
	c0, c1 := binary.LittleEndian.Uint16(block), binary.LittleEndian.Uint16(block[2:])
	a, b := color565(c0), color565(c1)
	between := func(wa, wb int) rgba {
		var c [3]uint8
		for i := range c {
			c[i] = uint8((a[i]*wa + b[i]*wb + (wa+wb)/2) / (wa + wb))
		}
		return newRGBA(c[0], c[1], c[2], 255)
	}
	palette := [4]rgba{between(1, 0), between(0, 1)}
	if four || c0 > c1 {
		palette[2], palette[3] = between(2, 1), between(1, 2)
	} else {
		palette[2], palette[3] = between(1, 1), newRGBA(0, 0, 0, blackAlpha)
	}
	selectors := binary.LittleEndian.Uint32(block[4:])
	for i := 0; i < 64; i += 4 {
		binary.LittleEndian.PutUint32(out[i:], uint32(palette[selectors&3]))
		selectors >>= 2
	}
}

// color565 widens the channels of a 16-bit colour to 8 bits.
func color565(c uint16) [3]int {
	r, g, b := int(c>>11), int(c>>5&63), int(c&31)
	return [3]int{r<<3 | r>>2, g<<2 | g>>4, b<<3 | b>>2}
}

// bcChannel decodes one channel: two values, six or four between them, and 3 bits per pixel.
func bcChannel(block []byte, out *[64]uint8, channel int) {
	a, b := int(block[0]), int(block[1])
	palette := [8]uint8{block[0], block[1]}
	if a > b {
		for i := 1; i < 7; i++ {
			palette[1+i] = uint8((a*(7-i) + b*i + 3) / 7)
		}
	} else {
		for i := 1; i < 5; i++ {
			palette[1+i] = uint8((a*(5-i) + b*i + 2) / 5)
		}
		palette[6], palette[7] = 0, 255
	}
	selectors := binary.LittleEndian.Uint64(block) >> 16
	for i := channel; i < 64; i += 4 {
		out[i] = palette[selectors&7]
		selectors >>= 3
	}
}
