package ktx2

import "encoding/binary"

// ETC1 and ETC2 (Khronos Data Format Specification 1.3, chapters 21 and 22). A block is a big-endian number of 64 bits, of
// which bit 63 is the first. Pixels are counted down the columns.

// etc1Modifiers are the modifiers a and b of each table (section 21: intensity modifier sets).
var etc1Modifiers = [8][2]int{{2, 8}, {5, 17}, {9, 29}, {13, 42}, {18, 60}, {24, 80}, {33, 106}, {47, 183}}

// etc2Distances are the distances between the paint colours of the T and H modes (section 22).
var etc2Distances = [8]int{3, 6, 11, 16, 23, 32, 41, 64}

func clamp8(v int) uint8 { return uint8(max(0, min(255, v))) }

// etcBlock is a block of ETC1 or of the colours of ETC2.
type etcBlock struct {
	word  uint64
	punch bool // there is one bit of alpha per pixel
	out   *[64]uint8
}

// decodeETC2 decodes a block of 8 bytes. Blocks of ETC1 are blocks of ETC2.
func decodeETC2(block []byte, out *[64]uint8) bool {
	(&etcBlock{binary.BigEndian.Uint64(block), false, out}).decode()
	return true
}

// decodeETC2Punch decodes a block of 8 bytes with one bit of alpha per pixel.
func decodeETC2Punch(block []byte, out *[64]uint8) bool {
	(&etcBlock{binary.BigEndian.Uint64(block), true, out}).decode()
	return true
}

// decodeETC2Alpha decodes a block of 16 bytes: alpha, then colours.
func decodeETC2Alpha(block []byte, out *[64]uint8) bool {
	decodeETC2(block[8:], out)
	decodeEACAlpha(block, out)
	return true
}

// field is the number in the bits from high to low.
func (b *etcBlock) field(high, low uint) int {
	return int(b.word >> low & (1<<(high-low+1) - 1))
}

// signed is field with a sign.
func (b *etcBlock) signed(high, low uint) int {
	n := high - low + 1
	return (b.field(high, low) ^ 1<<(n-1)) - 1<<(n-1)
}

// selector is the index of a pixel.
func (b *etcBlock) selector(x, y int) int {
	i := uint(4*x + y)
	return int(b.word>>(16+i)&1<<1 | b.word>>i&1)
}

// transparent tells that pixels with the selector 2 are.
func (b *etcBlock) transparent() bool { return b.punch && b.field(33, 33) == 0 }

func (b *etcBlock) put(x, y int, c [3]int, change int) {
	i := 16*y + 4*x
	b.out[i], b.out[i+1], b.out[i+2], b.out[i+3] = clamp8(c[0]+change), clamp8(c[1]+change), clamp8(c[2]+change), 255
}

func (b *etcBlock) clear(x, y int) {
	i := 16*y + 4*x
	clear(b.out[i : i+4])
}

// decode chooses the mode: a sum that overflows in the differential mode stands for another one.
func (b *etcBlock) decode() {
	if !b.punch && b.field(33, 33) == 0 {
		b.halves(
			[3]int{17 * b.field(63, 60), 17 * b.field(55, 52), 17 * b.field(47, 44)},
			[3]int{17 * b.field(59, 56), 17 * b.field(51, 48), 17 * b.field(43, 40)})
		return
	}
	var first, second [3]int
	for i := range first {
		low := 59 - 8*uint(i)
		base := b.field(low+4, low)
		sum := base + b.signed(low-1, low-3)
		if sum < 0 || sum > 31 {
			[3]func(){b.modeT, b.modeH, b.planar}[i]()
			return
		}
		first[i], second[i] = widen(base, 5), widen(sum, 5)
	}
	b.halves(first, second)
}

// widen widens n ≥ 4 bits to 8.
func widen(v int, n uint) int { return v<<(8-n) | v>>(2*n-8) }

// halves decodes a block of two halves, each of one colour and one table of modifiers.
func (b *etcBlock) halves(first, second [3]int) {
	flip, clears := b.field(32, 32) == 1, b.transparent()
	for y := range 4 {
		for x := range 4 {
			base, table := first, b.field(39, 37)
			if flip && y >= 2 || !flip && x >= 2 {
				base, table = second, b.field(36, 34)
			}
			m := etc1Modifiers[table]
			if clears {
				m[0] = 0
			}
			switch b.selector(x, y) {
			case 0:
				b.put(x, y, base, m[0])
			case 1:
				b.put(x, y, base, m[1])
			case 2:
				if clears {
					b.clear(x, y)
				} else {
					b.put(x, y, base, -m[0])
				}
			case 3:
				b.put(x, y, base, -m[1])
			}
		}
	}
}

// modeT is for blocks in which one colour stands out.
func (b *etcBlock) modeT() {
	lone := [3]int{17 * (b.field(60, 59)<<2 | b.field(57, 56)), 17 * b.field(55, 52), 17 * b.field(51, 48)}
	mid := [3]int{17 * b.field(47, 44), 17 * b.field(43, 40), 17 * b.field(39, 36)}
	d := etc2Distances[b.field(35, 34)<<1|b.field(32, 32)]
	b.paint([4][3]int{lone, mid, mid, mid}, [4]int{0, d, 0, -d})
}

// modeH is for blocks of two pairs of colours.
func (b *etcBlock) modeH() {
	c1 := [3]int{17 * b.field(62, 59), 17 * (b.field(58, 56)<<1 | b.field(52, 52)), 17 * (b.field(51, 51)<<3 | b.field(49, 47))}
	c2 := [3]int{17 * b.field(46, 43), 17 * b.field(42, 39), 17 * b.field(38, 35)}
	i := b.field(34, 34)<<2 | b.field(32, 32)<<1
	if c1[0]<<16|c1[1]<<8|c1[2] >= c2[0]<<16|c2[1]<<8|c2[2] {
		i |= 1
	}
	d := etc2Distances[i]
	b.paint([4][3]int{c1, c1, c2, c2}, [4]int{d, -d, d, -d})
}

func (b *etcBlock) paint(colors [4][3]int, changes [4]int) {
	for y := range 4 {
		for x := range 4 {
			s := b.selector(x, y)
			if s == 2 && b.transparent() {
				b.clear(x, y)
			} else {
				b.put(x, y, colors[s], changes[s])
			}
		}
	}
}

// planar is for blocks with a smooth gradient: colours at the origin, and four pixels to the right and below.
func (b *etcBlock) planar() {
	origin := [3]int{
		widen(b.field(62, 57), 6),
		widen(b.field(56, 56)<<6|b.field(54, 49), 7),
		widen(b.field(48, 48)<<5|b.field(44, 43)<<3|b.field(41, 39), 6)}
	right := [3]int{widen(b.field(38, 34)<<1|b.field(32, 32), 6), widen(b.field(31, 25), 7), widen(b.field(24, 19), 6)}
	below := [3]int{widen(b.field(18, 13), 6), widen(b.field(12, 6), 7), widen(b.field(5, 0), 6)}
	for y := range 4 {
		for x := range 4 {
			var c [3]int
			for i, o := range origin {
				c[i] = (x*(right[i]-o) + y*(below[i]-o) + 4*o + 2) >> 2
			}
			b.put(x, y, c, 0)
		}
	}
}
