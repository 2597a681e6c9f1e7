package mesh

import (
	"bytes"
	"fmt"
	"math"
	"sync/atomic"

	"github.com/orrery-twin/orrery/assets/loading"
)

// plyRows is the number of rows that are read in one go.
const plyRows = 1 << 14

// plyRow is a row of an element: a number or a list per property.
type plyRow struct {
	numbers []float64
	lists   [][]float64
}

// layOut finds where the rows of each element are, and whether all are there. Loose text is not cut into chunks.
func (f *plyFile) layOut(loose bool) error {
	f.loose = loose
	at := 0
	for i := range f.elements {
		e := &f.elements[i]
		e.chunks, e.size = nil, e.fixedSize()
		if e.count == 0 || len(e.properties) == 0 {
			continue
		}
		var end int
		var err error
		switch {
		case f.order != nil && e.size > 0:
			end, err = f.layOutFixed(e, at)
		case f.order != nil:
			end, err = f.layOutLists(e, at)
		case loose:
			end, err = f.layOutLoose(e, at)
		default:
			end, err = f.layOutLines(e, at)
		}
		if err != nil {
			return err
		}
		at = end
	}
	return nil
}

// fixedSize is the size of a binary row without lists.
func (e *plyElement) fixedSize() int {
	size := 0
	for _, p := range e.properties {
		if p.list {
			return 0
		}
		size += p.kind.size()
	}
	return size
}

func (e *plyElement) cutShort(rows int) error {
	return fmt.Errorf("the file is cut short: it says that it has %d rows of element %.40s and holds %d; copy or export it again", e.count, e.name, rows)
}

// addChunk notes that rows lie in the body between two offsets.
func (f *plyFile) addChunk(e *plyElement, from, to int) {
	e.chunks = append(e.chunks, chunk{f.body.at + from, f.body.text[from:to:to]})
}

func (f *plyFile) layOutFixed(e *plyElement, at int) (int, error) {
	if have := (len(f.body.text) - at) / e.size; have < e.count {
		return 0, e.cutShort(have)
	}
	for row := 0; row < e.count; row += plyRows {
		n := min(plyRows, e.count-row)
		f.addChunk(e, at, at+n*e.size)
		at += n * e.size
	}
	return at, nil
}

// layOutLists walks over binary rows that have lists.
func (f *plyFile) layOutLists(e *plyElement, at int) (int, error) {
	b, start := f.body.text, at
	for row := range e.count {
		if row > 0 && row%plyRows == 0 {
			f.addChunk(e, start, at)
			start = at
			if err := f.job.Err(); err != nil {
				return 0, err
			}
		}
		for i := range e.properties {
			p := &e.properties[i]
			size := p.kind.size()
			if p.list {
				if len(b)-at < p.counts.size() {
					return 0, e.cutShort(row)
				}
				n := f.number(b[at:], p.counts)
				at += p.counts.size()
				if n < 0 || n > float64((len(b)-at)/size) {
					return 0, e.cutShort(row)
				}
				size *= int(n)
			}
			if len(b)-at < size {
				return 0, e.cutShort(row)
			}
			at += size
		}
	}
	f.addChunk(e, start, at)
	return at, nil
}

// layOutLines counts lines that are not empty, each of which is a row.
func (f *plyFile) layOutLines(e *plyElement, at int) (int, error) {
	b, start, rows := f.body.text, at, 0
	for rows < e.count {
		if at >= len(b) {
			return 0, &badText{f.body.at + at, e.cutShort(rows).Error()}
		}
		end := afterLine(b, at)
		if !blank(b[at:end]) {
			if rows > 0 && rows%plyRows == 0 {
				f.addChunk(e, start, at)
				start = at
				if err := f.job.Err(); err != nil {
					return 0, err
				}
			}
			rows++
		}
		at = end
	}
	f.addChunk(e, start, at)
	return at, nil
}

func blank(b []byte) bool {
	for _, c := range b {
		if !isSpace(c) {
			return false
		}
	}
	return true
}

// layOutLoose walks over numbers, wherever lines end.
func (f *plyFile) layOutLoose(e *plyElement, at int) (int, error) {
	text := line(f.body.text[at:])
	start := at
	row := e.newRow()
	for k := range e.count {
		if k > 0 && k%plyRows == 0 {
			here := len(f.body.text) - len(text)
			f.addChunk(e, start, here)
			start = here
			if err := f.job.Err(); err != nil {
				return 0, err
			}
		}
		if err := f.textRow(e, &text, &f.body, row); err != nil {
			return 0, err
		}
	}
	end := len(f.body.text) - len(text)
	f.addChunk(e, start, end)
	return end, nil
}

func (e *plyElement) newRow() *plyRow {
	return &plyRow{make([]float64, len(e.properties)), make([][]float64, len(e.properties))}
}

// rows calls use for each row of an element, in parallel by chunks, in order within each; begin gets the number of a
// chunk and returns what its rows are used for.
func (f *plyFile) rows(e *plyElement, begin func(k int) (use func(row int, r *plyRow) error)) error {
	var done atomic.Int64
	total := int64(len(f.body.text))
	return f.job.Parallel(len(e.chunks), func(k int) error {
		c := &e.chunks[k]
		use, r := begin(k), e.newRow()
		first := k * plyRows
		text := line(c.text)
		for row := first; row < min(e.count, first+plyRows); row++ {
			if f.order != nil {
				text = text[f.binaryRow(e, text, r):]
			} else if err := f.textRow(e, &text, c, r); err != nil {
				return err
			}
			if err := use(row, r); err != nil {
				return err
			}
		}
		f.job.Report(loading.Decoding, done.Add(int64(len(c.text))), total)
		return nil
	})
}

// binaryRow reads a row, which layOut has seen to be whole, and returns its size.
func (f *plyFile) binaryRow(e *plyElement, b []byte, r *plyRow) int {
	at := 0
	for i := range e.properties {
		p := &e.properties[i]
		size := p.kind.size()
		if !p.list {
			r.numbers[i] = f.number(b[at:], p.kind)
			at += size
			continue
		}
		n := int(f.number(b[at:], p.counts))
		at += p.counts.size()
		values := r.lists[i][:0]
		for range n {
			values = append(values, f.number(b[at:], p.kind))
			at += size
		}
		r.lists[i] = values
	}
	return at
}

// number reads a binary number.
func (f *plyFile) number(b []byte, k plyKind) float64 {
	switch k {
	case plyInt8:
		return float64(int8(b[0]))
	case plyUint8:
		return float64(b[0])
	case plyInt16:
		return float64(int16(f.order.Uint16(b)))
	case plyUint16:
		return float64(f.order.Uint16(b))
	case plyInt32:
		return float64(int32(f.order.Uint32(b)))
	case plyUint32:
		return float64(f.order.Uint32(b))
	case plyFloat32:
		return float64(math.Float32frombits(f.order.Uint32(b)))
	}
	return math.Float64frombits(f.order.Uint64(b))
}

// textRow reads a row. In text that is cut into lines, the rest of its line is left out.
func (f *plyFile) textRow(e *plyElement, text *line, c *chunk, r *plyRow) error {
	text.skip()
	start := *text
	l := *text
	if !f.loose {
		l, *text = cutLine(*text)
	}
	for i := range e.properties {
		p := &e.properties[i]
		v, ok := l.float()
		if ok && p.list {
			n := v
			if ok = n >= 0 && n <= float64(len(l)); ok {
				values := r.lists[i][:0]
				for range int(n) {
					if v, ok = l.float(); !ok {
						break
					}
					values = append(values, v)
				}
				r.lists[i] = values
			}
		}
		if !ok {
			return c.badAt(start, "a row of element %.40s has %d properties, which %.60q does not give", e.name, len(e.properties), plainText(bytes.TrimSpace(firstLine(start))))
		}
		r.numbers[i] = v
	}
	if f.loose {
		*text = l
	}
	return nil
}
