package remote

import (
	"encoding/binary"
	"hash/crc32"
	"math"

	"github.com/orrery-twin/orrery/twin"
)

const (
	magic     = "OrrSend\x01"
	head      = 8        // of a record: length and sum
	maxRecord = 64 << 20 // bytes
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encoder writes the records of one file.
type encoder struct {
	known []bool // by signal: the file has its path
	buf   []byte
}

// record encodes a batch and counts its samples; the result is valid until the next call. Nil when there are none.
func (e *encoder) record(tree *twin.Tree, batch []twin.Sample) (rec []byte, samples int) {
	e.buf = append(e.buf[:0], make([]byte, head)...)
	var was int64
	for i := range batch {
		s := &batch[i]
		p, ok := encode(s)
		if !ok || s.Signal < 0 || int(s.Signal) >= len(e.known) {
			continue
		}
		if !e.known[s.Signal] {
			e.known[s.Signal] = true
			path := tree.Signal(s.Signal).Path
			e.buf = binary.AppendUvarint(append(e.buf, 1), uint64(s.Signal))
			e.buf = append(binary.AppendUvarint(e.buf, uint64(len(path))), path...)
		}
		e.buf = binary.AppendUvarint(append(e.buf, 2), uint64(s.Signal))
		e.buf = binary.AppendVarint(e.buf, p.ms-was)
		e.buf = binary.LittleEndian.AppendUint64(e.buf, math.Float64bits(p.v))
		was = p.ms
		samples++
	}
	if samples == 0 {
		return nil, 0
	}
	binary.LittleEndian.PutUint32(e.buf, uint32(len(e.buf)-head))
	binary.LittleEndian.PutUint32(e.buf[4:], crc32.Checksum(e.buf[head:], castagnoli))
	return e.buf, samples
}

// decoder reads the records of one file from its beginning: they build on each other.
type decoder struct {
	paths map[uint64]string
}

// record returns the length of the record that data begins with; 0 when it is not whole. sound says that it matches its
// sum; then its samples went to take.
func (d *decoder) record(data []byte, take func(path string, p point)) (n int, sound bool) {
	if len(data) < head {
		return 0, false
	}
	size := binary.LittleEndian.Uint32(data)
	if size == 0 || size > maxRecord || uint64(size) > uint64(len(data)-head) {
		return 0, false
	}
	n = head + int(size)
	body := data[head:n]
	if crc32.Checksum(body, castagnoli) != binary.LittleEndian.Uint32(data[4:]) {
		return n, false
	}
	return n, d.entries(body, take)
}

// all reads the records that data consists of.
func (d *decoder) all(data []byte, take func(path string, p point)) {
	for len(data) > 0 {
		n, _ := d.record(data, take)
		if n == 0 {
			return
		}
		data = data[n:]
	}
}

func (d *decoder) entries(b []byte, take func(path string, p point)) bool {
	if d.paths == nil {
		d.paths = map[uint64]string{}
	}
	var was int64
	for len(b) > 0 {
		kind := b[0]
		id, k := binary.Uvarint(b[1:])
		if k <= 0 {
			return false
		}
		b = b[1+k:]
		switch kind {
		case 1:
			n, k := binary.Uvarint(b)
			if k <= 0 || n > uint64(len(b)-k) {
				return false
			}
			d.paths[id] = string(b[k : k+int(n)])
			b = b[k+int(n):]
		case 2:
			ms, k := binary.Varint(b)
			if k <= 0 || len(b) < k+8 {
				return false
			}
			was += ms
			path, ok := d.paths[id]
			if ok {
				take(path, point{was, math.Float64frombits(binary.LittleEndian.Uint64(b[k:]))})
			}
			b = b[k+8:]
		default:
			return false
		}
	}
	return true
}
