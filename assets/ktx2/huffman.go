package ktx2

import "math/bits"

// Bounds of Huffman codes (KTX specification, appendix on BasisLZ: compressed Huffman tables).
const (
	maxCodeBits  = 16
	fastCodeBits = 10 // codes up to this length are decoded by one look-up
)

// huffman decodes a canonical Huffman code (RFC 1951, section 3.2.2). The zero value has no symbols: all is invalid.
type huffman struct {
	fast   []uint32                // by the next bits: symbol<<5 | length, or 0 for longer codes
	count  [maxCodeBits + 1]uint32 // codes by length
	sorted []uint16                // symbols by code
}

// newHuffman makes the code from the length of each symbol's code, 0 for a symbol that does not occur. It reports false
// when the lengths are of no prefix code that is complete. A single symbol may have any code.
func newHuffman(lengths []uint8) (h huffman, ok bool) {
	for _, l := range lengths {
		h.count[l]++
	}
	used := uint32(len(lengths)) - h.count[0]
	h.count[0] = 0
	free := uint32(1) // codes of the current length that are not taken
	var next, place [maxCodeBits + 2]uint32
	for l := 1; l <= maxCodeBits; l++ {
		free <<= 1
		if h.count[l] > free {
			return huffman{}, false
		}
		free -= h.count[l]
		next[l+1] = (next[l] + h.count[l]) << 1
		place[l+1] = place[l] + h.count[l]
	}
	if free != 0 && used != 1 {
		return huffman{}, false
	}
	h.fast = make([]uint32, 1<<fastCodeBits)
	h.sorted = make([]uint16, used)
	for symbol, length := range lengths {
		if length == 0 {
			continue
		}
		h.sorted[place[length]] = uint16(symbol)
		place[length]++
		if length <= fastCodeBits {
			first := bits.Reverse16(uint16(next[length])) >> (16 - length)
			for i := int(first); i < len(h.fast); i += 1 << length {
				h.fast[i] = uint32(symbol)<<5 | uint32(length)
			}
		}
		next[length]++
	}
	return h, true
}

// read decodes a symbol.
func (h *huffman) read(b *bitReader) uint32 {
	b.fill()
	if len(h.fast) == 0 {
		b.bad = true
		return 0
	}
	if e := h.fast[b.acc&(1<<fastCodeBits-1)]; e != 0 {
		b.skip(uint(e & 31))
		return e >> 5
	}
	return h.readLong(b)
}

// readLong decodes a symbol bit by bit: codes of one length follow each other, and those of the next length begin behind.
func (h *huffman) readLong(b *bitReader) uint32 {
	var code, first, index uint32
	for l := uint(1); l <= maxCodeBits; l++ {
		code |= uint32(b.acc>>(l-1)) & 1
		count := h.count[l]
		if code-first < count {
			b.skip(l)
			return uint32(h.sorted[index+code-first])
		}
		index += count
		first = (first + count) << 1
		code <<= 1
	}
	b.bad = true
	return 0
}

// The order in which the lengths of the codes for lengths are stored, and the symbols beyond lengths: runs.
var lengthOrder = [21]uint8{17, 18, 19, 20, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15, 16}

var lengthRuns = [21]struct {
	bits    uint
	minimum int
}{17: {3, 3}, 18: {7, 11}, 19: {2, 3}, 20: {7, 7}}

// readHuffman reads the lengths of a code, themselves coded, and makes the code. A table of no symbols is allowed.
func readHuffman(b *bitReader) (huffman, bool) {
	total := int(b.take(14))
	if total == 0 {
		return huffman{}, !b.bad
	}
	stored := b.take(5)
	if stored < 1 || stored > uint32(len(lengthOrder)) {
		return huffman{}, false
	}
	var lengthLengths [21]uint8
	for _, symbol := range lengthOrder[:stored] {
		lengthLengths[symbol] = uint8(b.take(3))
	}
	code, ok := newHuffman(lengthLengths[:])
	if !ok {
		return huffman{}, false
	}
	lengths := make([]uint8, 0, total)
	for len(lengths) < total && !b.bad {
		symbol := code.read(b)
		if symbol <= maxCodeBits {
			lengths = append(lengths, uint8(symbol))
			continue
		}
		run := lengthRuns[symbol]
		n := run.minimum + int(b.take(run.bits))
		repeated := uint8(0)
		if symbol >= 19 {
			if len(lengths) == 0 || lengths[len(lengths)-1] == 0 {
				return huffman{}, false
			}
			repeated = lengths[len(lengths)-1]
		}
		if n > total-len(lengths) {
			return huffman{}, false
		}
		for range n {
			lengths = append(lengths, repeated)
		}
	}
	if b.bad {
		return huffman{}, false
	}
	return newHuffman(lengths)
}
