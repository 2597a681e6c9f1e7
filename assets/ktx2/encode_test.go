package ktx2

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// code is a canonical Huffman code to write with.
type code struct {
	lengths []uint8
	codes   []uint16
}

// balanced makes a code in which all symbols have about the same length.
func balanced(symbols int) code {
	c := code{make([]uint8, symbols), make([]uint16, symbols)}
	longest := max(1, bits.Len(uint(symbols-1)))
	short := 1<<longest - symbols
	for i := range c.lengths {
		c.lengths[i] = uint8(longest)
		if i < short && symbols > 1 {
			c.lengths[i]--
		}
	}
	c.assign()
	return c
}

// skewed makes a code whose first symbols have 1, 2, 3 … bits and the others 15 and 16.
func skewed(symbols int) code {
	c := code{make([]uint8, symbols), make([]uint16, symbols)}
	free := 1 << 16
	for i := range c.lengths {
		left := symbols - i - 1
		l := min(i+1, 16)
		for l < 16 && free-1<<(16-l) < left { // leave room for the others
			l++
		}
		if left == 0 { // all that is left
			l = max(1, 17-bits.Len(uint(free)))
		}
		c.lengths[i] = uint8(l)
		free -= 1 << (16 - l)
	}
	for i := symbols - 1; free > 0 && i >= 0; i-- { // shorten codes until the code is complete
		for c.lengths[i] > 1 && free >= 1<<(16-c.lengths[i]) {
			free -= 1 << (16 - c.lengths[i])
			c.lengths[i]--
		}
	}
	c.assign()
	return c
}

func (c *code) assign() {
	next := uint16(0)
	for l := uint8(1); l <= 16; l++ {
		next <<= 1
		for i, length := range c.lengths {
			if length == l {
				c.codes[i] = bits.Reverse16(next) >> (16 - l)
				next++
			}
		}
	}
}

func (c *code) put(w *bitWriter, symbol int) {
	w.put(uint64(c.codes[symbol]), uint(c.lengths[symbol]))
}

// putTable writes the lengths: each by its own 5-bit symbol, zeros and repetitions by runs where they are long enough.
func (c *code) putTable(w *bitWriter) {
	lengths := balanced(21)
	w.put(uint64(len(c.lengths)), 14)
	w.put(21, 5)
	for _, symbol := range lengthOrder {
		w.put(uint64(lengths.lengths[symbol]), 3)
	}
	for i := 0; i < len(c.lengths); {
		run := 1
		for i+run < len(c.lengths) && c.lengths[i+run] == c.lengths[i] {
			run++
		}
		symbol, n := int(c.lengths[i]), 1
		switch zero := c.lengths[i] == 0; {
		case zero && run >= 11:
			symbol, n = 18, min(run, 138)
		case zero && run >= 3:
			symbol, n = 17, run
		case i > 0 && c.lengths[i-1] == c.lengths[i] && run >= 7:
			symbol, n = 20, min(run, 134)
		case i > 0 && c.lengths[i-1] == c.lengths[i] && run >= 3:
			symbol, n = 19, run
		}
		if symbol >= 17 {
			lengths.put(w, symbol)
			w.put(uint64(n-lengthRuns[symbol].minimum), lengthRuns[symbol].bits)
		} else {
			lengths.put(w, symbol)
		}
		i += n
	}
}

// etc1sEncoder writes random ETC1S data and remembers what they mean.
type etc1sEncoder struct {
	r         *rand.Rand
	bases     [][3]uint32
	tables    []uint32
	selectors []uint32
	history   int

	predictor, delta, selector, run code
}

func newETC1SEncoder(seed uint64, endpoints, selectors, history int) *etc1sEncoder {
	e := &etc1sEncoder{r: rand.New(rand.NewPCG(seed, 2)), history: history}
	for range endpoints {
		e.bases = append(e.bases, [3]uint32{e.r.Uint32N(32), e.r.Uint32N(32), e.r.Uint32N(32)})
		e.tables = append(e.tables, e.r.Uint32N(8))
	}
	for range selectors {
		e.selectors = append(e.selectors, e.r.Uint32())
	}
	e.predictor, e.delta = balanced(257), skewed(endpoints)
	e.selector, e.run = balanced(selectors+history+1), balanced(64)
	return e
}

func (e *etc1sEncoder) endpointData() []byte {
	var w bitWriter
	color, table := balanced(32), balanced(8)
	for range 3 {
		color.putTable(&w)
	}
	table.putTable(&w)
	w.put(0, 1)
	before, beforeTable := [3]uint32{16, 16, 16}, uint32(0)
	for i, base := range e.bases {
		table.put(&w, int((e.tables[i]-beforeTable)&7))
		for c := range base {
			color.put(&w, int((base[c]-before[c])&31))
		}
		before, beforeTable = base, e.tables[i]
	}
	return w.data
}

func (e *etc1sEncoder) selectorData(plain bool) []byte {
	var w bitWriter
	w.put(0, 2)
	bytes := skewed(256)
	if plain {
		w.put(1, 1)
	} else {
		w.put(0, 1)
		bytes.putTable(&w)
	}
	before := uint32(0)
	for i, s := range e.selectors {
		for row := 0; row < 32; row += 8 {
			if plain || i == 0 {
				w.put(uint64(s>>row&255), 8)
			} else {
				bytes.put(&w, int((s^before)>>row&255))
			}
		}
		before = s
	}
	return w.data
}

func (e *etc1sEncoder) tableData() []byte {
	var w bitWriter
	for _, c := range []*code{&e.predictor, &e.delta, &e.selector, &e.run} {
		c.putTable(&w)
	}
	w.put(uint64(e.history), 13)
	return w.data
}

func putVarint(w *bitWriter, v uint64, n uint) {
	for v >= 1<<n {
		w.put(v&(1<<n-1)|1<<n, n+1)
		v >>= n
	}
	w.put(v, n+1)
}

// slice writes random blocks in all ways that there are, and gives them, row by row.
func (e *etc1sEncoder) slice(width, height int) (data []byte, blocks []etc1sBlock) {
	var w bitWriter
	blocks = make([]etc1sBlock, width*height)
	predictors := e.choosePredictors(width, height)
	recent := newRecency(e.history)
	lastSymbol, repeat, run := -1, 0, 0
	endpoint := 0
	for y := range height {
		for x := range width {
			if x%2 == 0 && y%2 == 0 {
				repeat, lastSymbol = e.putPredictors(&w, predictors, x/2, y/2, (width+1)/2, repeat, lastSymbol)
			}
			b := &blocks[y*width+x]
			switch predictors[y/2*((width+1)/2)+x/2] >> (2 * (y%2*2 + x%2)) & 3 {
			case predictAbove:
				endpoint = int(blocks[(y-1)*width+x].endpoint)
			case predictAboveLeft:
				endpoint = int(blocks[(y-1)*width+x-1].endpoint)
			case predictDelta:
				change := e.r.IntN(len(e.bases))
				e.delta.put(&w, change)
				endpoint = (endpoint + change) % len(e.bases)
			}
			b.endpoint = uint16(endpoint)
			b.selector, run = e.putSelector(&w, &recent, run, width*height-y*width-x)
		}
	}
	return w.data, blocks
}

// choosePredictors chooses those of each 2 × 2 blocks, such that none looks outside, often the same as before.
func (e *etc1sEncoder) choosePredictors(width, height int) []int {
	cols, rows := (width+1)/2, (height+1)/2
	out := make([]int, cols*rows)
	for i := range out {
		if i > 0 && e.r.IntN(4) > 0 && i/cols > 0 && i%cols > 0 && (i-1)/cols > 0 && (i-1)%cols > 0 {
			out[i] = out[i-1]
			continue
		}
		for k := range 4 {
			x, y := i%cols*2+k%2, i/cols*2+k/2
			p := e.r.IntN(4)
			if p == predictLeft && x == 0 || p == predictAbove && y == 0 || p == predictAboveLeft && (x == 0 || y == 0) {
				p = predictDelta
			}
			out[i] |= p << (2 * k)
		}
	}
	return out
}

// putPredictors writes a symbol, or the length of a run of the last one.
func (e *etc1sEncoder) putPredictors(w *bitWriter, predictors []int, col, row, cols, repeat, last int) (int, int) {
	if repeat > 0 {
		return repeat - 1, last
	}
	at := row*cols + col
	n := 0
	for at+n < len(predictors) && predictors[at+n] == last {
		n++
	}
	if n >= minPredictorRepeat {
		e.predictor.put(w, repeatPredictors)
		putVarint(w, uint64(n-minPredictorRepeat), 4)
		return n - 1, last
	}
	e.predictor.put(w, predictors[at])
	return 0, predictors[at]
}

// putSelector writes an index, a recent one, or a run, which ends with the blocks that are left.
func (e *etc1sEncoder) putSelector(w *bitWriter, recent *recency, run, left int) (uint16, int) {
	if run > 0 {
		return uint16(recent.use(0)), run - 1
	}
	known := len(e.selectors)
	if e.history > 0 {
		switch choice := e.r.IntN(6); {
		case choice == 0 && left >= minSelectorRun:
			run = min(left, minSelectorRun+e.r.IntN(100))
			e.selector.put(w, known+e.history)
			if run-minSelectorRun >= longSelectorRun {
				e.run.put(w, longSelectorRun)
				putVarint(w, uint64(run-minSelectorRun), 7)
			} else {
				e.run.put(w, run-minSelectorRun)
			}
			return uint16(recent.use(0)), run - 1
		case choice <= 2:
			i := e.r.IntN(e.history)
			e.selector.put(w, known+i)
			return uint16(recent.use(uint32(i))), 0
		}
	}
	s := e.r.IntN(known)
	e.selector.put(w, s)
	recent.add(uint32(s))
	return uint16(s), 0
}

// etc1sFixture is a random picture with its pixels.
func etc1sFixture(t testing.TB, e *etc1sEncoder, width, height int, alpha, plain bool) (file, pix []byte) {
	cols, rows := (width+3)/4, (height+3)/4
	color, blocks := e.slice(cols, rows)
	channels := []uint8{0}
	level := color
	entry := []uint32{0, 0, uint32(len(color)), 0, 0}
	var alphas []etc1sBlock
	if alpha {
		var data []byte
		data, alphas = e.slice(cols, rows)
		entry[3], entry[4] = uint32(len(color)), uint32(len(data))
		level = append(level, data...)
		channels = append(channels, channelETC1SAlpha)
	}
	parts := [][]byte{e.endpointData(), e.selectorData(plain), e.tableData()}
	le := binary.LittleEndian
	global := le.AppendUint16(nil, uint16(len(e.bases)))
	global = le.AppendUint16(global, uint16(len(e.selectors)))
	for _, p := range parts {
		global = le.AppendUint32(global, uint32(len(p)))
	}
	global = le.AppendUint32(global, 0)
	for _, v := range entry {
		global = le.AppendUint32(global, v)
	}
	for _, p := range parts {
		global = append(global, p...)
	}
	file = fixture{width: uint32(width), height: uint32(height), packing: basisLZ, global: global, levels: [][]byte{level},
		descriptor: describe(modelETC1S, 1, 0, channels...)}.bytes(t)
	return file, e.render(width, height, blocks, alphas)
}

// render draws blocks by the definition of ETC1.
func (e *etc1sEncoder) render(width, height int, blocks, alphas []etc1sBlock) []byte {
	pix := make([]byte, 4*width*height)
	for y := range height {
		for x := range width {
			at := y/4*((width+3)/4) + x/4
			for c := range 3 {
				pix[4*(y*width+x)+c] = e.value(blocks[at], x, y, c)
			}
			pix[4*(y*width+x)+3] = 255
			if alphas != nil {
				pix[4*(y*width+x)+3] = e.value(alphas[at], x, y, 1)
			}
		}
	}
	return pix
}

func (e *etc1sEncoder) value(b etc1sBlock, x, y, channel int) uint8 {
	s := e.selectors[b.selector] >> (8*(y%4) + 2*(x%4)) & 3
	modifier := etc1Modifiers[e.tables[b.endpoint]][[4]int{1, 0, 0, 1}[s]]
	if s < 2 {
		modifier = -modifier
	}
	base := int(e.bases[b.endpoint][channel])
	return clamp8((base<<3 | base>>2) + modifier)
}
