package gltf

import (
	"encoding/binary"
	"io"
	"math"
)

// sink writes numbers, little-endian, and counts their bytes. After an error it writes nothing more.
type sink struct {
	out io.Writer
	buf []byte
	n   int64
	err error
}

// sinkSize is how much is collected before it is written.
const sinkSize = 256 << 10

func newSink(out io.Writer) *sink { return &sink{out: out, buf: make([]byte, 0, sinkSize+64)} }

func (s *sink) flush() error {
	if len(s.buf) > 0 && s.err == nil {
		_, s.err = s.out.Write(s.buf)
	}
	s.n += int64(len(s.buf))
	s.buf = s.buf[:0]
	return s.err
}

// room makes sure that the next few bytes fit.
func (s *sink) room() {
	if len(s.buf) >= sinkSize {
		_ = s.flush()
	}
}

// written is the number of bytes so far.
func (s *sink) written() int64 { return s.n + int64(len(s.buf)) }

func (s *sink) bytes(p []byte) {
	if len(p) > sinkSize {
		_ = s.flush()
		if s.err == nil {
			_, s.err = s.out.Write(p)
		}
		s.n += int64(len(p))
		return
	}
	s.room()
	s.buf = append(s.buf, p...)
}

func (s *sink) u8(v uint8) {
	s.room()
	s.buf = append(s.buf, v)
}

func (s *sink) u16(v uint16) {
	s.room()
	s.buf = binary.LittleEndian.AppendUint16(s.buf, v)
}

func (s *sink) u32(v uint32) {
	s.room()
	s.buf = binary.LittleEndian.AppendUint32(s.buf, v)
}

func (s *sink) u64(v uint64) {
	s.room()
	s.buf = binary.LittleEndian.AppendUint64(s.buf, v)
}

func (s *sink) f32(v float32) { s.u32(math.Float32bits(v)) }

func (s *sink) f64(v float64) { s.u64(math.Float64bits(v)) }

// floats writes vectors; fix may change each before.
func (s *sink) floats(values []float32, width int, fix func(v []float32)) {
	if fix == nil {
		for _, v := range values {
			s.f32(v)
		}
		return
	}
	var row [16]float32
	for i := 0; i+width <= len(values); i += width {
		copy(row[:width], values[i:])
		fix(row[:width])
		for _, v := range row[:width] {
			s.f32(v)
		}
	}
}
