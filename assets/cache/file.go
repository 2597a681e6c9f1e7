package cache

import (
	"context"
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"os"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"
)

// What FORMAT.md says of the first bytes of a file.
const (
	magic         = "ORRERYMC"
	formatVersion = 2
	headerSize    = 64
	sectionSize   = 40
	maxSections   = 1 << 20
)

// Kinds of sections.
const (
	filesSection uint32 = 1 + iota // what the model was made of, as JSON
	metaSection                    // see encode.go
	blockSection                   // arrays
)

// Encodings of sections.
const (
	plain uint32 = iota
	packed
)

// maxUnpacked bounds the length of a packed section: no picture has more pixels than the app's limit.
const maxUnpacked = 1 << 28

// section is an entry of the table.
type section struct {
	kind, encoding uint32
	offset         uint64 // in the file, a multiple of alignment
	stored, length uint64 // bytes in the file, bytes unpacked
	sum            uint32 // CRC-32C of the bytes in the file
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func (s *section) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, s.kind)
	b = binary.LittleEndian.AppendUint32(b, s.encoding)
	b = binary.LittleEndian.AppendUint64(b, s.offset)
	b = binary.LittleEndian.AppendUint64(b, s.stored)
	b = binary.LittleEndian.AppendUint64(b, s.length)
	b = binary.LittleEndian.AppendUint32(b, s.sum)
	return binary.LittleEndian.AppendUint32(b, 0)
}

func (s *section) read(b []byte) {
	s.kind, s.encoding = binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:])
	s.offset, s.stored = binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b[16:])
	s.length, s.sum = binary.LittleEndian.Uint64(b[24:]), binary.LittleEndian.Uint32(b[32:])
}

// header returns the first bytes of a file with this table.
func header(table []byte, sections int, size uint64) []byte {
	b := append(make([]byte, 0, headerSize), magic...)
	b = binary.LittleEndian.AppendUint32(b, formatVersion)
	b = binary.LittleEndian.AppendUint32(b, uint32(sections))
	b = binary.LittleEndian.AppendUint64(b, size)
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(table, castagnoli))
	b = binary.LittleEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
	return b[:headerSize]
}

// source is a file that is read.
type source struct {
	io.ReaderAt
	size     uint64
	sections []section
}

// openSource reads the header and the table and checks that sections lie one behind the other in the file.
func openSource(r io.ReaderAt, size int64) (*source, error) {
	var head [headerSize]byte
	if size < headerSize {
		return nil, errDamaged
	}
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return nil, err
	}
	if string(head[:8]) != magic || binary.LittleEndian.Uint32(head[8:]) != formatVersion ||
		binary.LittleEndian.Uint64(head[16:]) != uint64(size) ||
		binary.LittleEndian.Uint32(head[28:]) != crc32.Checksum(head[:28], castagnoli) {
		return nil, errDamaged
	}
	n := binary.LittleEndian.Uint32(head[12:])
	if n > maxSections || int64(n)*sectionSize > size-headerSize {
		return nil, errDamaged
	}
	table := make([]byte, n*sectionSize)
	if _, err := r.ReadAt(table, headerSize); err != nil {
		return nil, err
	}
	if binary.LittleEndian.Uint32(head[24:]) != crc32.Checksum(table, castagnoli) {
		return nil, errDamaged
	}
	s := &source{ReaderAt: r, size: uint64(size), sections: make([]section, n)}
	end := uint64(headerSize + len(table))
	for i := range s.sections {
		k := &s.sections[i]
		k.read(table[i*sectionSize:])
		if k.offset < end || k.offset%alignment != 0 || k.offset > s.size || k.stored > s.size-k.offset ||
			k.encoding > packed || k.encoding == plain && k.length != k.stored || k.encoding == packed && k.length > maxUnpacked {
			return nil, errDamaged
		}
		end = k.offset + k.stored
	}
	return s, nil
}

// readStep is how many bytes are read between two looks at the context.
const readStep = 16 << 20

// load reads a section into an aligned buffer and checks it.
func (s *source) load(ctx context.Context, k *section) ([]byte, error) {
	if k.stored > math.MaxInt-alignment || k.length > math.MaxInt-alignment {
		return nil, errDamaged
	}
	buf := alignedBuffer(int(k.stored))
	sum := uint32(0)
	for at := 0; at < len(buf); at += readStep {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part := buf[at:min(at+readStep, len(buf))]
		if _, err := s.ReadAt(part, int64(k.offset)+int64(at)); err != nil {
			return nil, err
		}
		sum = crc32.Update(sum, castagnoli, part)
	}
	if sum != k.sum {
		return nil, errDamaged
	}
	if k.encoding == plain {
		return buf, nil
	}
	return unpack(buf, int(k.length))
}

// unpack decodes zstd (RFC 8878) into an aligned buffer of exactly length bytes.
func unpack(buf []byte, length int) ([]byte, error) {
	var head zstd.Header
	if head.Decode(buf) != nil || !head.HasFCS || head.FrameContentSize != uint64(length) {
		return nil, errDamaged
	}
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	dst := alignedBuffer(length)
	out, err := z.DecodeAll(buf, dst[:0])
	if err != nil || len(out) != length || length > 0 && &out[0] != &dst[0] {
		return nil, errDamaged
	}
	return out, nil
}

// loadAll reads the sections of a kind, on all processors.
func (s *source) loadAll(ctx context.Context, kind uint32) ([][]byte, error) {
	var list []*section
	for i := range s.sections {
		if s.sections[i].kind == kind {
			list = append(list, &s.sections[i])
		}
	}
	out := make([][]byte, len(list))
	var first atomic.Pointer[error]
	inParallel(len(list), func(i int) bool {
		b, err := s.load(ctx, list[i])
		if err != nil {
			first.CompareAndSwap(nil, &err)
		}
		out[i] = b
		return err == nil
	})
	if err := first.Load(); err != nil {
		return nil, *err
	}
	return out, ctx.Err()
}

// single reads the section of a kind of which there is one.
func (s *source) single(ctx context.Context, kind uint32) ([]byte, error) {
	for i := range s.sections {
		if s.sections[i].kind == kind {
			return s.load(ctx, &s.sections[i])
		}
	}
	return nil, errDamaged
}

// sink is a file that is written from front to back.
type sink struct {
	ctx      context.Context
	f        *os.File
	at       uint64
	sections []section
}

// newSink leaves room for the header and a table of n sections.
func newSink(ctx context.Context, f *os.File, n int) *sink {
	return &sink{ctx: ctx, f: f, at: aligned(headerSize + uint64(n)*sectionSize)}
}

// add writes a section of pieces, each at a multiple of alignment within it.
func (s *sink) add(kind, encoding uint32, length uint64, pieces ...[]byte) error {
	k := section{kind: kind, encoding: encoding, offset: s.at}
	var zeros [alignment]byte
	put := func(b []byte) error {
		for len(b) > 0 {
			if err := s.ctx.Err(); err != nil {
				return err
			}
			part := b[:min(len(b), readStep)]
			if _, err := s.f.WriteAt(part, int64(s.at)); err != nil {
				return err
			}
			k.sum = crc32.Update(k.sum, castagnoli, part)
			s.at += uint64(len(part))
			b = b[len(part):]
		}
		return nil
	}
	for i, p := range pieces {
		if i > 0 {
			if err := put(zeros[:aligned(s.at)-s.at]); err != nil {
				return err
			}
		}
		if err := put(p); err != nil {
			return err
		}
	}
	k.stored = s.at - k.offset
	if k.length = length; encoding == plain {
		k.length = k.stored
	}
	s.sections = append(s.sections, k)
	s.at = aligned(s.at)
	return nil
}

// finish writes the header and the table.
func (s *sink) finish() error {
	var table []byte
	end := uint64(headerSize + len(s.sections)*sectionSize)
	for i := range s.sections {
		table = s.sections[i].append(table)
		end = s.sections[i].offset + s.sections[i].stored
	}
	_, err := s.f.WriteAt(append(header(table, len(s.sections), end), table...), 0)
	return err
}
