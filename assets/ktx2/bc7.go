package ktx2

// BC7 (Khronos Data Format Specification 1.3, chapter 20; there BPTC).

// bc7Mode is one of the 8 ways to code a block (table "Mode-dependent BPTC parameters").
type bc7Mode struct {
	subsets       int
	partitionBits uint
	rotationBits  uint // which channel is exchanged with alpha
	chooseBits    uint // which of the two sets of indices is for colours
	colorBits     uint
	alphaBits     uint
	endpointP     bool // a bit for each endpoint that is the lowest of all its channels …
	subsetP       bool // … or for each subset
	indexBits     uint
	secondBits    uint // of the second set of indices
}

var bc7Modes = [8]bc7Mode{
	{3, 4, 0, 0, 4, 0, true, false, 3, 0},
	{2, 6, 0, 0, 6, 0, false, true, 3, 0},
	{3, 6, 0, 0, 5, 0, false, false, 2, 0},
	{2, 6, 0, 0, 7, 0, true, false, 2, 0},
	{1, 0, 2, 1, 5, 6, false, false, 2, 3},
	{1, 0, 2, 0, 7, 8, false, false, 2, 2},
	{1, 0, 0, 0, 7, 7, true, false, 4, 0},
	{2, 6, 0, 0, 5, 5, true, false, 2, 0},
}

// bc7Weights are the weights of indices, in 64ths, by the bits of an index.
var bc7Weights = [5][]uint64{
	2: {0, 21, 43, 64},
	3: {0, 9, 18, 27, 37, 46, 55, 64},
	4: {0, 4, 9, 13, 17, 21, 26, 30, 34, 38, 43, 47, 51, 55, 60, 64},
}

// decodeBC7 decodes a block of 16 bytes. A block of no mode is transparent black.
func decodeBC7(block []byte, out *[64]uint8) bool {
	w := newWord128(block)
	mode := 0
	for mode < 8 && w.take(1) == 0 {
		mode++
	}
	if mode == 8 {
		fillBlock(out, 0)
		return true
	}
	m := &bc7Modes[mode]
	partition := int(w.take(m.partitionBits))
	rotation := int(w.take(m.rotationBits))
	chosen := w.take(m.chooseBits)
	ends := m.readEndpoints(&w)
	subsets, anchors := m.partition(partition)
	first := readIndices(&w, m.indexBits, anchors)
	second := first
	colorBits, alphaBits := m.indexBits, m.indexBits
	if m.secondBits > 0 {
		second = readIndices(&w, m.secondBits, 1)
		alphaBits = m.secondBits
		if chosen == 1 {
			first, second, colorBits, alphaBits = second, first, alphaBits, colorBits
		}
	}
	low, high := widenLanes(ends)
	for i := range 16 {
		s := subsets >> (2 * i) & 3
		blend := func(weight uint64) uint64 {
			return (low[s]*(64-weight) + high[s]*weight + 0x20_0020_0020_0020) >> 6
		}
		v := blend(bc7Weights[colorBits][first[i]])
		if m.secondBits > 0 {
			v = v&0xffff_ffff_ffff | blend(bc7Weights[alphaBits][second[i]])&^0xffff_ffff_ffff
		}
		pix := out[4*i : 4*i+4]
		pix[0], pix[1], pix[2], pix[3] = uint8(v), uint8(v>>16), uint8(v>>32), uint8(v>>48)
		if rotation > 0 {
			pix[rotation-1], pix[3] = pix[3], pix[rotation-1]
		}
	}
	return true
}

// widenLanes puts the channels of the endpoints of each subset into numbers of 4 × 16 bits, red lowest.
func widenLanes(ends [6][4]uint8) (low, high [3]uint64) {
	lanes := func(c [4]uint8) uint64 {
		return uint64(c[0]) | uint64(c[1])<<16 | uint64(c[2])<<32 | uint64(c[3])<<48
	}
	for s := range low {
		low[s], high[s] = lanes(ends[2*s]), lanes(ends[2*s+1])
	}
	return low, high
}

// partition tells the subset of each pixel, 2 bits each, and which pixels are anchors.
func (m *bc7Mode) partition(i int) (subsets uint32, anchors uint16) {
	switch m.subsets {
	case 2:
		for pixel := range 16 {
			subsets |= uint32(bc7Partitions2[i]>>pixel&1) << (2 * pixel)
		}
		return subsets, 1 | 1<<bc7Anchor2[i]
	case 3:
		return bc7Partitions3[i], 1 | 1<<bc7Anchor3Second[i] | 1<<bc7Anchor3Third[i]
	}
	return 0, 1
}

// readEndpoints reads the two endpoints of each subset and widens them to 8 bits.
func (m *bc7Mode) readEndpoints(w *word128) (ends [6][4]uint8) {
	n := 2 * m.subsets
	depth := [4]uint{m.colorBits, m.colorBits, m.colorBits, m.alphaBits}
	for c, bits := range depth {
		for e := range n {
			ends[e][c] = uint8(w.take(bits))
		}
	}
	shared := uint8(0)
	for e := range n {
		if m.endpointP || m.subsetP && e%2 == 0 {
			shared = uint8(w.take(1))
		}
		for c, bits := range depth {
			v := ends[e][c]
			if m.endpointP || m.subsetP {
				v, bits = v<<1|shared, bits+1
			}
			if depth[c] == 0 {
				v = 255
			} else {
				v <<= 8 - bits
				v |= v >> bits
			}
			ends[e][c] = v
		}
	}
	return ends
}

// readIndices reads an index for each pixel. Those of anchors lack their highest bit, which is 0.
func readIndices(w *word128, bits uint, anchors uint16) (out [16]uint8) {
	for i := range out {
		out[i] = uint8(w.take(bits - uint(anchors>>i&1)))
	}
	return out
}
