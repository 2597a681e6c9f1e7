package cache

import (
	"encoding/binary"
	"errors"
	"math"
)

// writer appends the small parts of a file: numbers, texts and lists.
type writer struct{ buf []byte }

func (w *writer) uint(v uint64) { w.buf = binary.AppendUvarint(w.buf, v) }
func (w *writer) int(v int)     { w.buf = binary.AppendVarint(w.buf, int64(v)) }
func (w *writer) f32(v float32) { w.buf = binary.LittleEndian.AppendUint32(w.buf, math.Float32bits(v)) }
func (w *writer) f64(v float64) { w.buf = binary.LittleEndian.AppendUint64(w.buf, math.Float64bits(v)) }
func (w *writer) byte(v uint8)  { w.buf = append(w.buf, v) }
func (w *writer) text(s string) { w.uint(uint64(len(s))); w.buf = append(w.buf, s...) }
func (w *writer) f32s(v []float32) {
	for _, x := range v {
		w.f32(x)
	}
}

func (w *writer) f64s(v []float64) {
	for _, x := range v {
		w.f64(x)
	}
}

func (w *writer) bool(v bool) {
	if v {
		w.byte(1)
	} else {
		w.byte(0)
	}
}

// errDamaged is the error of all that cannot be read. A cache makes a miss of it.
var errDamaged = errors.New("cache: the file is damaged")

// reader takes apart what a writer made. After the first mistake it returns zeros, and err tells.
type reader struct {
	buf []byte
	err error
}

func (r *reader) fail() {
	r.err = errDamaged
	r.buf = nil
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.buf)) {
		r.fail()
		return nil
	}
	out := r.buf[:n:n]
	r.buf = r.buf[n:]
	return out
}

func (r *reader) uint() uint64 {
	v, n := binary.Uvarint(r.buf)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.buf = r.buf[n:]
	return v
}

func (r *reader) int() int {
	v, n := binary.Varint(r.buf)
	if n <= 0 || int64(int(v)) != v {
		r.fail()
		return 0
	}
	r.buf = r.buf[n:]
	return int(v)
}

// below reads a number that must be from 0 to n-1.
func (r *reader) below(n int) int {
	v := r.int()
	if v < 0 || v >= n {
		if r.err == nil {
			r.fail()
		}
		return 0
	}
	return v
}

// count reads the length of a list whose entries take at least size bytes each.
func (r *reader) count(size int) int {
	n := r.uint()
	if n > uint64(len(r.buf)/size) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *reader) byte() uint8 {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) bool() bool { return r.byte() != 0 }

func (r *reader) f32() float32 {
	if b := r.take(4); b != nil {
		return math.Float32frombits(binary.LittleEndian.Uint32(b))
	}
	return 0
}

func (r *reader) f64() float64 {
	if b := r.take(8); b != nil {
		return math.Float64frombits(binary.LittleEndian.Uint64(b))
	}
	return 0
}

// text reads a string, which shares the memory of the buffer.
func (r *reader) text() string { return textOf(r.take(r.uint())) }

func (r *reader) f32s(out []float32) {
	for i := range out {
		out[i] = r.f32()
	}
}

func (r *reader) f64s(out []float64) {
	for i := range out {
		out[i] = r.f64()
	}
}
