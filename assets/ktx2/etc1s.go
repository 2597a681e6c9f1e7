package ktx2

import "errors"

// ETC1S is ETC1 with one colour and one table of modifiers per block. A file has two codebooks, one of such endpoints and
// one of selectors (which pixel takes which modifier), and a picture is a grid of pairs of indices into them
// (KTX specification, appendix "BasisLZ/ETC1S Bitstream Specification").

// etc1sBook is what all pictures of an ETC1S file share.
type etc1sBook struct {
	palettes  [][4]rgba // by endpoint: the four colours of a block, by selector
	selectors []uint32  // 2 bits per pixel, the first pixel lowest, row by row from the top

	endpointPredictor, endpointDelta huffman
	selector, selectorRun            huffman
	history                          int // how many recent selectors are remembered
}

// rgba is a colour: red in the lowest 8 bits, then green, blue, alpha.
type rgba uint32

func newRGBA(r, g, b, a uint8) rgba {
	return rgba(r) | rgba(g)<<8 | rgba(b)<<16 | rgba(a)<<24
}

var (
	errCodebook    = errors.New("its ETC1S codebook is broken")
	errOldCodebook = errors.New("its selectors are in a global codebook of an early Basis Universal, which is no longer read; make it anew")
)

// readBook reads the codebooks from the three parts in which both containers store them.
func readBook(endpointCount, selectorCount int, endpoints, selectors, tables []byte) (*etc1sBook, error) {
	if endpointCount == 0 || selectorCount == 0 {
		return nil, errCodebook
	}
	book := &etc1sBook{}
	if len(selectors) > 0 && selectors[0]&3 != 0 { // bits that the specification reserves
		return nil, errOldCodebook
	}
	if !book.readEndpoints(endpointCount, endpoints) || !book.readSelectors(selectorCount, selectors) || !book.readTables(tables) {
		return nil, errCodebook
	}
	return book, nil
}

// readEndpoints reads the endpoints: differences to the one before, wrapped, by a code that depends on the value before.
func (book *etc1sBook) readEndpoints(count int, data []byte) bool {
	b := &bitReader{data: data}
	var color [3]huffman
	for i := range color {
		var ok bool
		if color[i], ok = readHuffman(b); !ok {
			return false
		}
	}
	modifier, ok := readHuffman(b)
	if !ok {
		return false
	}
	channels := 3
	if b.take(1) == 1 { // grey
		channels = 1
	}
	table := uint32(0)
	base := [3]uint32{16, 16, 16}
	for range count {
		table = (table + modifier.read(b)) & 7
		for i := range channels {
			base[i] = (base[i] + color[colorCode(base[i])].read(b)) & 31
		}
		if channels == 1 {
			base[1], base[2] = base[0], base[0]
		}
		if b.bad {
			return false
		}
		book.palettes = append(book.palettes, etc1Palette(base, table))
	}
	return true
}

// colorCode tells which of the three codes holds the difference to a value of 5 bits.
func colorCode(before uint32) int {
	switch {
	case before < 10:
		return 0
	case before < 22:
		return 1
	}
	return 2
}

// etc1Palette is the four colours of a block with a base colour of 5 bits per channel. The selectors 0 … 3 are for
// modifiers that rise.
func etc1Palette(base [3]uint32, table uint32) (p [4]rgba) {
	for s, m := range [4]int{-etc1Modifiers[table][1], -etc1Modifiers[table][0], etc1Modifiers[table][0], etc1Modifiers[table][1]} {
		var c [3]uint8
		for i, v := range base {
			c[i] = clamp8(int(v<<3|v>>2) + m)
		}
		p[s] = newRGBA(c[0], c[1], c[2], 255)
	}
	return p
}

// readSelectors reads the selectors: plain, or each xored with the one before and Huffman-coded.
func (book *etc1sBook) readSelectors(count int, data []byte) bool {
	b := &bitReader{data: data}
	b.take(2)
	plain := b.take(1) == 1
	var delta huffman
	if !plain {
		var ok bool
		if delta, ok = readHuffman(b); !ok {
			return false
		}
	}
	before := uint32(0)
	for i := range count {
		var v uint32
		for row := uint(0); row < 32; row += 8 {
			if plain || i == 0 {
				v |= b.take(8) << row
			} else {
				v |= (delta.read(b) & 255) << row
			}
		}
		if b.bad {
			return false
		}
		if !plain {
			v ^= before
			before = v
		}
		book.selectors = append(book.selectors, v)
	}
	return true
}

// readTables reads the codes that pictures are coded with.
func (book *etc1sBook) readTables(data []byte) bool {
	b := &bitReader{data: data}
	for _, h := range []*huffman{&book.endpointPredictor, &book.endpointDelta, &book.selector, &book.selectorRun} {
		var ok bool
		if *h, ok = readHuffman(b); !ok {
			return false
		}
	}
	book.history = int(b.take(13))
	return !b.bad
}
