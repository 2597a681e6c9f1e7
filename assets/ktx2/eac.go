package ktx2

import "encoding/binary"

// EAC: alpha of ETC2, and formats of one and two channels of 11 bits (Khronos Data Format Specification 1.3, chapter 22).

// eacModifiers are the modifiers by table and index.
var eacModifiers = [16][8]int{
	{-3, -6, -9, -15, 2, 5, 8, 14}, {-3, -7, -10, -13, 2, 6, 9, 12}, {-2, -5, -8, -13, 1, 4, 7, 12}, {-2, -4, -6, -13, 1, 3, 5, 12},
	{-3, -6, -8, -12, 2, 5, 7, 11}, {-3, -7, -9, -11, 2, 6, 8, 10}, {-4, -7, -8, -11, 3, 6, 7, 10}, {-3, -5, -8, -11, 2, 4, 7, 10},
	{-2, -6, -8, -10, 1, 5, 7, 9}, {-2, -5, -8, -10, 1, 4, 7, 9}, {-2, -4, -8, -10, 1, 3, 7, 9}, {-2, -5, -7, -10, 1, 4, 6, 9},
	{-3, -4, -7, -10, 2, 3, 6, 9}, {-1, -2, -3, -10, 0, 1, 2, 9}, {-4, -6, -8, -9, 3, 5, 7, 8}, {-3, -5, -7, -9, 2, 4, 6, 8},
}

// eachEAC calls put for each pixel, by its place in a block of 4 bytes a pixel, with the base value, the modifier and the
// multiplier of it. Pixels are counted down the columns.
func eachEAC(block []byte, put func(at, base, modifier, multiplier int)) {
	word := binary.BigEndian.Uint64(block)
	base, multiplier, table := int(word>>56), int(word>>52&15), &eacModifiers[word>>48&15]
	for i := range 16 {
		put(i%4*16+i/4*4, base, table[word>>(45-3*i)&7], multiplier)
	}
}

// decodeEACAlpha decodes alpha of 8 bits.
func decodeEACAlpha(block []byte, out *[64]uint8) {
	eachEAC(block, func(at, base, modifier, multiplier int) {
		out[at+3] = clamp8(base + modifier*multiplier)
	})
}

// eacChannel decodes a channel of 11 bits, and rounds it to 8.
func eacChannel(block []byte, out *[64]uint8, channel int) {
	eachEAC(block, func(at, base, modifier, multiplier int) {
		step := max(1, 8*multiplier)
		v := max(0, min(2047, 8*base+4+modifier*step))
		out[at+channel] = uint8((v*255 + 1023) / 2047)
	})
}

// decodeEAC decodes a block of one channel, of 8 bytes.
func decodeEAC(block []byte, out *[64]uint8) bool {
	fillBlock(out, 0xff000000)
	eacChannel(block, out, 0)
	return true
}

// decodeEACTwo decodes a block of two channels, of 16 bytes.
func decodeEACTwo(block []byte, out *[64]uint8) bool {
	decodeEAC(block, out)
	eacChannel(block[8:], out, 1)
	return true
}
