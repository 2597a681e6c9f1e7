package ktx2

// What UASTC shares with ASTC (Khronos Data Format Specification 1.3, chapter 23).

// A range of ASTC is a number of levels of a quantized value: 2^bits, or 3 or 5 times that.
type astcRange struct {
	levels, bits int
	base         int    // 1, 3 (values have a trit) or 5 (a quint)
	b            string // section 23.13: from the highest of 9 bits, the bit of the value that each is, a the lowest
	c            int
}

// The ranges that UASTC uses for endpoints, with the parameters of the table in section 23.13.
var (
	range12  = astcRange{12, 2, 3, "b000b0bb0", 93}
	range16  = astcRange{16, 4, 1, "", 0}
	range32  = astcRange{32, 5, 1, "", 0}
	range40  = astcRange{40, 3, 5, "cb0000cbc", 26}
	range48  = astcRange{48, 4, 3, "dcb000dcb", 22}
	range160 = astcRange{160, 5, 5, "edcb0000e", 6}
	range192 = astcRange{192, 6, 3, "fedcb000f", 5}
	range256 = astcRange{256, 8, 1, "", 0}
)

// endpoints gives the 8-bit value of each quantized endpoint (section 23.13). The index is digit<<bits | low bits.
func (r astcRange) endpoints() *[256]uint8 {
	var out [256]uint8
	for v := range r.levels {
		out[v] = r.endpoint(v)
	}
	return &out
}

func (r astcRange) endpoint(v int) uint8 {
	if r.base == 1 { // repeat the bits
		x := v << (8 - r.bits)
		return uint8(x | x>>r.bits)
	}
	b := 0
	for _, letter := range r.b {
		b <<= 1
		if letter != '0' {
			b |= v >> (letter - 'a') & 1
		}
	}
	a := -(v & 1) & 511
	t := (v>>r.bits*r.c + b) ^ a
	return uint8(a&0x80 | t>>2)
}

// Weights of 1 to 5 bits, in 64ths (section 23.17).
var astcWeights = [6][]uint64{
	1: {0, 64},
	2: {0, 21, 43, 64},
	3: {0, 9, 18, 27, 37, 46, 55, 64},
	4: {0, 4, 8, 12, 17, 21, 25, 29, 35, 39, 43, 47, 52, 56, 60, 64},
	5: {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62, 64},
}

// mix is two colours between which astc interpolates: red and green, then blue and alpha, in halves of a number, widened
// to 16 bits by repetition (section 23.18, linear decoding).
type mix struct{ low, high [2]uint64 }

// newMix takes the low and the high value of each channel.
func newMix(ends [8]uint8) (m mix) {
	for i := range m.low {
		e := ends[4*i:]
		m.low[i] = uint64(e[0])*257 | uint64(e[2])*257<<32
		m.high[i] = uint64(e[1])*257 | uint64(e[3])*257<<32
	}
	return m
}

// at gives the colour at a weight in 64ths, red lowest.
func (m *mix) at(weight uint64) (pixel uint32) {
	const half = 32 | 32<<32
	for i := range m.low {
		both := (m.low[i]*(64-weight) + m.high[i]*weight + half) >> 14
		pixel |= uint32((both&255 | both>>24&(255<<8)) << (16 * i))
	}
	return pixel
}

// pattern tells the subset of each of 16 pixels, and the first pixel of each subset.
type pattern struct {
	subset  [16]uint8
	anchors uint16 // bit i: pixel i is the first of its subset
}

// astcPattern makes the pattern of a seed for 2 or 3 subsets of a block of 4 by 4 pixels (section 23.22).
func astcPattern(seed, subsets uint32) (p pattern) {
	seen := [3]bool{}
	for i := range p.subset {
		s := astcSubset(seed, uint32(i%4), uint32(i/4), subsets)
		p.subset[i] = s
		if !seen[s] {
			seen[s] = true
			p.anchors |= 1 << i
		}
	}
	return p
}

func astcSubset(seed, x, y, subsets uint32) uint8 {
	x, y = 2*x, 2*y // blocks of less than 31 pixels
	number := astcHash(seed + (subsets-1)*1024)
	shifts := [2]uint32{5, 5}
	if subsets == 3 {
		shifts[1] = 6
	}
	if seed&2 != 0 {
		shifts[0] = 4
	}
	if seed&1 == 0 {
		shifts[0], shifts[1] = shifts[1], shifts[0]
	}
	var slope [6]uint32
	for i := range slope {
		s := number >> (4 * i) & 15
		slope[i] = s * s >> shifts[i%2]
	}
	a := (slope[0]*x + slope[1]*y + number>>14) & 63
	b := (slope[2]*x + slope[3]*y + number>>10) & 63
	c := (slope[4]*x + slope[5]*y + number>>6) & 63
	if subsets < 3 {
		c = 0
	}
	switch {
	case a >= b && a >= c:
		return 0
	case b >= c:
		return 1
	}
	return 2
}

// astcHash is the hash52 of section 23.22.
func astcHash(p uint32) uint32 {
	p ^= p >> 15
	p -= p << 17
	p += p << 7
	p += p << 4
	p ^= p >> 5
	p += p << 16
	p ^= p >> 7
	p ^= p >> 3
	p ^= p << 6
	p ^= p >> 17
	return p
}
