package ktx2

import "encoding/binary"

// uastcMode is one of the 19 ways to code a block (UASTC LDR 4x4 Texture Specification, "Block Modes").
type uastcMode struct {
	code     uint8 // that the block begins with …
	codeBits uint
	hintBits uint // … then hints for transcoders, which are of no use here …
	patterns []pattern
	planes   int // 2: one channel has weights of its own
	channels int // 2: luminance and alpha
	weight   uint
	endpoint astcRange

	values  *[256]uint8 // of endpoints
	subsets int
}

// uastcSolid is the mode of blocks of one colour.
const uastcSolid = 8

var uastcModes = func() [19]uastcMode {
	two := astcPatterns(2, 28, 20, 16, 29, 91, 9, 107, 72, 149, 204, 50, 114, 496, 17, 78, 39, 252, 828, 43, 156,
		116, 210, 476, 273, 684, 359, 246, 195, 694, 524)
	twoOf7 := astcPatterns(2, 36, 48, 61, 137, 161, 183, 226, 281, 302, 307, 479, 495, 593, 594, 605, 799, 812, 988, 993)
	three := astcPatterns(3, 260, 74, 32, 156, 183, 15, 745, 0, 335, 902, 254)
	modes := [19]uastcMode{
		0:          {0x01, 4, 15, nil, 1, 3, 4, range192, nil, 1},
		1:          {0x35, 6, 15, nil, 1, 3, 2, range256, nil, 1},
		2:          {0x1d, 5, 15, two, 1, 3, 3, range16, nil, 2},
		3:          {0x03, 5, 15, three, 1, 3, 2, range12, nil, 3},
		4:          {0x13, 5, 15, two, 1, 3, 2, range40, nil, 2},
		5:          {0x0b, 5, 15, nil, 1, 3, 3, range256, nil, 1},
		6:          {0x1b, 5, 15, nil, 2, 3, 2, range160, nil, 1},
		7:          {0x07, 5, 15, twoOf7, 1, 3, 2, range40, nil, 2},
		uastcSolid: {0x17, 5, 0, nil, 1, 4, 0, range256, nil, 1},
		9:          {0x0f, 5, 23, two, 1, 4, 2, range16, nil, 2},
		10:         {0x02, 3, 17, nil, 1, 4, 4, range48, nil, 1},
		11:         {0x00, 2, 17, nil, 2, 4, 2, range48, nil, 1},
		12:         {0x06, 3, 17, nil, 1, 4, 3, range192, nil, 1},
		13:         {0x1f, 5, 23, nil, 2, 4, 1, range256, nil, 1},
		14:         {0x0d, 5, 23, nil, 1, 4, 2, range256, nil, 1},
		15:         {0x05, 7, 23, nil, 1, 2, 4, range256, nil, 1},
		16:         {0x15, 6, 23, two, 1, 2, 2, range256, nil, 2},
		17:         {0x25, 6, 23, nil, 2, 2, 2, range256, nil, 1},
		18:         {0x09, 4, 15, nil, 1, 3, 5, range32, nil, 1},
	}
	for i := range modes {
		modes[i].values = modes[i].endpoint.endpoints()
	}
	return modes
}()

func astcPatterns(subsets uint32, seeds ...uint32) []pattern {
	out := make([]pattern, len(seeds))
	for i, seed := range seeds {
		out[i] = astcPattern(seed, subsets)
	}
	return out
}

// uastcModeOf is the mode by the first 7 bits of a block, or 255.
var uastcModeOf = func() (out [128]uint8) {
	for first := range out {
		out[first] = 255
		for i := range uastcModes {
			if m := &uastcModes[i]; first&(1<<m.codeBits-1) == int(m.code) {
				out[first] = uint8(i)
			}
		}
	}
	return out
}()

// word128 is a block of 16 bytes, read from the lowest bit.
type word128 struct{ low, high uint64 }

func newWord128(block []byte) word128 {
	return word128{binary.LittleEndian.Uint64(block), binary.LittleEndian.Uint64(block[8:])}
}

// take reads n ≤ 32 bits.
func (w *word128) take(n uint) uint32 {
	v := uint32(w.low & (1<<n - 1))
	w.low = w.low>>n | w.high<<(64-n)
	w.high >>= n
	return v
}

// decodeUASTC decodes a block of 16 bytes. It reports false when the block is of no mode or pattern.
func decodeUASTC(block []byte, out *[64]uint8) bool {
	mode := uastcModeOf[block[0]&127]
	if mode == 255 {
		return false
	}
	m := &uastcModes[mode]
	w := newWord128(block)
	w.take(m.codeBits)
	if mode == uastcSolid {
		fillBlock(out, w.take(32))
		return true
	}
	w.take(m.hintBits)
	one := pattern{anchors: 1}
	shape := &one
	if m.patterns != nil {
		i := w.take(7 - uint(m.subsets))
		if int(i) >= len(m.patterns) {
			return false
		}
		shape = &m.patterns[i]
	}
	apart := -1 // the channel with weights of its own
	if m.planes == 2 {
		apart = 3
		if m.channels > 2 {
			apart = int(w.take(2))
		}
	}
	var ends [18]uint8
	m.readEndpoints(&w, ends[:m.subsets*m.channels*2])
	m.blend(&w, shape, apart, &ends, out)
	return true
}

func fillBlock(out *[64]uint8, color uint32) {
	for i := 0; i < len(out); i += 4 {
		binary.LittleEndian.PutUint32(out[i:], color)
	}
}

// How many bits hold n trits or quints, packed as digits of one number ("Endpoint encoding").
var (
	tritBits  = [6]uint{0, 2, 4, 5, 7, 8}
	quintBits = [4]uint{0, 3, 5, 7}
)

// readEndpoints reads the endpoints of all subsets: by channel, the low and the high one.
func (m *uastcMode) readEndpoints(w *word128, ends []uint8) {
	base, packed := uint32(m.endpoint.base), 0
	var digits [18]uint32
	for at := 0; base > 1 && at < len(ends); at += packed {
		var n uint
		if base == 3 {
			packed = min(5, len(ends)-at)
			n = tritBits[packed]
		} else {
			packed = min(3, len(ends)-at)
			n = quintBits[packed]
		}
		number := w.take(n)
		for i := range packed {
			digits[at+i] = number % base
			number /= base
		}
	}
	for i := range ends {
		ends[i] = m.values[digits[i]<<m.endpoint.bits|w.take(uint(m.endpoint.bits))]
	}
}

// blend reads the weights and mixes the endpoints by them. The first weight of each subset, in each plane, lacks its
// highest bit, which is 0.
func (m *uastcMode) blend(w *word128, shape *pattern, apart int, ends *[18]uint8, out *[64]uint8) {
	var mixes [3]mix
	for s := range m.subsets {
		e := ends[s*m.channels*2:]
		if m.channels == 2 {
			mixes[s] = newMix([8]uint8{e[0], e[1], e[0], e[1], e[0], e[1], e[2], e[3]})
		} else {
			mixes[s] = newMix([8]uint8{e[0], e[1], e[2], e[3], e[4], e[5], 255, 255})
			if m.channels == 4 {
				mixes[s] = newMix([8]uint8(e[:8]))
			}
		}
	}
	weights := astcWeights[m.weight]
	second := uint32(0) // the bits of the channel with weights of its own
	if apart >= 0 {
		second = 0xff << (8 * apart)
	}
	for i := range 16 {
		n := m.weight - uint(shape.anchors>>i&1)
		colors := &mixes[shape.subset[i]]
		pixel := colors.at(weights[w.take(n)])
		if second != 0 {
			pixel = pixel&^second | colors.at(weights[w.take(n)])&second
		}
		binary.LittleEndian.PutUint32(out[4*i:], pixel)
	}
}
