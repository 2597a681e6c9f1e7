package ktx2

import (
	"context"
	"encoding/binary"
	"errors"
)

// Symbols of a slice (KTX specification, appendix "ETC1S Slice Block Decoding").
const (
	predictLeft      = 0 // the endpoint of a block is that of the one to the left …
	predictAbove     = 1
	predictAboveLeft = 2
	predictDelta     = 3 // … or differs by a coded number from that of the one before

	repeatPredictors   = 256 // behind all four-block predictors: the last one some times more
	minPredictorRepeat = 3
	minSelectorRun     = 3
	longSelectorRun    = 63 // the length of the run follows as a number
)

var errSlice = errors.New("its ETC1S data are broken")

// etc1sBlock is a block by its indices into the codebooks.
type etc1sBlock struct{ endpoint, selector uint16 }

// slice decodes the blocks of one picture, or of its alpha, row by row.
type slice struct {
	book *etc1sBook
	b    bitReader

	row, above []etc1sBlock
	y          int
	below      []uint8 // predictors of the next row, 2 bits a block, by pairs of blocks

	predictors      uint32 // the last symbol: predictors of 2 × 2 blocks
	predictorRepeat uint64
	endpoint        uint32 // of the last block
	selectorRun     uint64
	recent          recency
}

func newSlice(book *etc1sBook, data []byte, widthBlocks int) *slice {
	return &slice{
		book: book, b: bitReader{data: data},
		row: make([]etc1sBlock, widthBlocks), above: make([]etc1sBlock, widthBlocks),
		below:  make([]uint8, (widthBlocks+1)/2),
		recent: newRecency(book.history),
	}
}

// next decodes the next row of blocks. It is valid until the one after it.
func (s *slice) next() ([]etc1sBlock, bool) {
	s.row, s.above = s.above, s.row
	var predictors uint32
	for x := range s.row {
		if x%2 == 0 {
			predictors = s.pairPredictors(x / 2)
		}
		endpoint, ok := s.readEndpoint(x, predictors&3)
		predictors >>= 2
		selector := s.readSelector()
		if !ok || s.b.bad || int(endpoint) >= len(s.book.palettes) || int(selector) >= len(s.book.selectors) {
			return nil, false
		}
		s.endpoint = endpoint
		s.row[x] = etc1sBlock{uint16(endpoint), uint16(selector)}
	}
	s.y++
	return s.row, true
}

// pairPredictors gives the predictors of two blocks of the row. One symbol holds those of 2 × 2 blocks.
func (s *slice) pairPredictors(pair int) uint32 {
	if s.y%2 == 1 {
		return uint32(s.below[pair])
	}
	if s.predictorRepeat > 0 {
		s.predictorRepeat--
	} else if symbol := s.book.endpointPredictor.read(&s.b); symbol == repeatPredictors {
		s.predictorRepeat = s.b.varint(4) + minPredictorRepeat - 1
	} else {
		s.predictors = symbol
	}
	s.below[pair] = uint8(s.predictors >> 4)
	return s.predictors & 15
}

func (s *slice) readEndpoint(x int, predictor uint32) (uint32, bool) {
	switch predictor {
	case predictLeft:
		return s.endpoint, x > 0
	case predictAbove:
		return uint32(s.above[x].endpoint), s.y > 0
	case predictAboveLeft:
		if x == 0 || s.y == 0 {
			return 0, false
		}
		return uint32(s.above[x-1].endpoint), true
	}
	endpoint := s.endpoint + s.book.endpointDelta.read(&s.b)
	if n := uint32(len(s.book.palettes)); endpoint >= n {
		endpoint -= n
	}
	return endpoint, true
}

// readSelector reads an index of the codebook, or a place in the list of recent ones, or a run of the first of that list.
func (s *slice) readSelector() uint32 {
	known := uint32(len(s.book.selectors))
	symbol := known
	if s.selectorRun > 0 {
		s.selectorRun--
	} else if symbol = s.book.selector.read(&s.b); symbol == known+uint32(len(s.recent.values)) {
		run := uint64(s.book.selectorRun.read(&s.b))
		if run == longSelectorRun {
			run = s.b.varint(7)
		}
		s.selectorRun = run + minSelectorRun - 1
		symbol = known
	}
	if symbol < known {
		s.recent.add(symbol)
		return symbol
	}
	if int(symbol-known) >= len(s.recent.values) {
		s.b.bad = true
		return 0
	}
	return s.recent.use(symbol - known)
}

// recency is a list of values in which those that are used often come to the front: about move-to-front, but cheaper.
type recency struct {
	values []uint32
	at     int // where the next new value goes, in the rear half
}

func newRecency(size int) recency { return recency{make([]uint32, size), size / 2} }

func (r *recency) add(v uint32) {
	if len(r.values) == 0 {
		return
	}
	r.values[r.at] = v
	if r.at++; r.at == len(r.values) {
		r.at = len(r.values) / 2
	}
}

func (r *recency) use(i uint32) uint32 {
	v := r.values[i]
	r.values[i], r.values[i/2] = r.values[i/2], v
	return v
}

// decodeETC1S decodes one picture from its slices; alpha may be nil.
func decodeETC1S(ctx context.Context, book *etc1sBook, color, alpha []byte, m *Image) error {
	m.allocate()
	if err := decodeSlice(ctx, book, color, m, putColors); err != nil || alpha == nil {
		return err
	}
	return decodeSlice(ctx, book, alpha, m, putAlphas)
}

func decodeSlice(ctx context.Context, book *etc1sBook, data []byte, m *Image, put func(row []uint8, palette *[4]rgba, selectors uint32)) error {
	s := newSlice(book, data, (m.Width+3)/4)
	stride := 4 * m.Width
	for y := 0; y < m.Height; y += 4 {
		if err := ctx.Err(); err != nil {
			return err
		}
		blocks, ok := s.next()
		if !ok {
			return errSlice
		}
		rows := m.Pix[y*stride : min(y+4, m.Height)*stride]
		for x, block := range blocks {
			palette, selectors := &book.palettes[block.endpoint], book.selectors[block.selector]
			for at := 16 * x; at < len(rows); at += stride {
				put(rows[at:at+min(16, stride-16*x)], palette, selectors)
				selectors >>= 8
			}
		}
	}
	return nil
}

// putColors draws a row of a block.
func putColors(row []uint8, palette *[4]rgba, selectors uint32) {
	for ; len(row) >= 4; row = row[4:] {
		binary.LittleEndian.PutUint32(row, uint32(palette[selectors&3]))
		selectors >>= 2
	}
}

// putAlphas draws a row of a block of an alpha slice: its green is the alpha of the picture.
func putAlphas(row []uint8, palette *[4]rgba, selectors uint32) {
	for ; len(row) >= 4; row = row[4:] {
		row[3] = uint8(palette[selectors&3] >> 8)
		selectors >>= 2
	}
}
