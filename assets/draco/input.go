package draco

import (
	"encoding/binary"
	"math"
)

// input reads from a slice. After reading beyond its end all values are zero and failed is set.
type input struct {
	data   []byte
	failed bool
}

func (in *input) left() int { return len(in.data) }

// take returns the next n bytes, or nil.
func (in *input) take(n int) []byte {
	if n < 0 || n > len(in.data) {
		in.failed, in.data = true, nil
		return nil
	}
	out := in.data[:n:n]
	in.data = in.data[n:]
	return out
}

func (in *input) u8() uint8 {
	if b := in.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (in *input) u16() uint16 {
	if b := in.take(2); b != nil {
		return binary.LittleEndian.Uint16(b)
	}
	return 0
}

func (in *input) u32() uint32 {
	if b := in.take(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (in *input) i32() int32   { return int32(in.u32()) }
func (in *input) f32() float32 { return math.Float32frombits(in.u32()) }

// varint reads groups of seven bits, the lowest first.
func (in *input) varint() uint64 {
	var v uint64
	for shift := 0; shift < 64; shift += 7 {
		b := in.u8()
		v |= uint64(b&127) << shift
		if b < 128 {
			return v
		}
	}
	in.failed = true
	return 0
}

// count reads a number that must not be greater than most.
func (in *input) count(most int) int {
	v := in.varint()
	if v > uint64(max(most, 0)) {
		in.failed = true
		return 0
	}
	return int(v)
}

// budget bounds the steps of a pass over the corners around all vertices, so that tables which contradict themselves cost
// no more than good ones.
type budget struct{ left int }

func (b *budget) step() bool {
	b.left--
	return b.left >= 0
}

// bitReader reads single bits, the lowest of each byte first. Beyond the end it reads zeros.
type bitReader struct {
	data []byte
	at   int // bit
}

func (b *bitReader) read(n int) uint32 {
	var v uint32
	for i := range n {
		if at := b.at >> 3; at < len(b.data) {
			v |= uint32(b.data[at]>>(b.at&7)&1) << i
		}
		b.at++
	}
	return v
}

// done returns the bytes after those that were read in part or whole.
func (b *bitReader) done() []byte { return b.data[min((b.at+7)/8, len(b.data)):] }

// over reports whether more bits were read than there are.
func (b *bitReader) over() bool { return b.at > 8*len(b.data) }
