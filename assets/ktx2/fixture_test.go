package ktx2

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// fixture describes a KTX 2.0 file to be written.
type fixture struct {
	vulkan                       uint32
	width, height, layers, faces uint32
	packing                      supercompression
	descriptor, metadata, global []byte
	levels                       [][]byte // as they are before packing
}

// bytes writes the file.
func (f fixture) bytes(t testing.TB) []byte {
	t.Helper()
	var parts bytes.Buffer
	base := headerSize + levelEntrySize*len(f.levels)
	put := func(data []byte) (offset uint64) {
		offset = uint64(base + parts.Len())
		if len(data) == 0 {
			offset = 0
		}
		parts.Write(data)
		return offset
	}
	le := binary.LittleEndian
	out := append([]byte(nil), ktx2Magic...)
	for _, v := range []uint32{f.vulkan, 1, f.width, f.height, 0, f.layers, max(1, f.faces), uint32(len(f.levels)), uint32(f.packing),
		uint32(put(f.descriptor)), uint32(len(f.descriptor)), uint32(put(f.metadata)), uint32(len(f.metadata))} {
		out = le.AppendUint32(out, v)
	}
	out = le.AppendUint64(out, put(f.global))
	out = le.AppendUint64(out, uint64(len(f.global)))
	for _, level := range f.levels {
		packed := pack(t, f.packing, level)
		unpacked := uint64(len(level))
		if f.packing == basisLZ {
			unpacked = 0
		}
		out = le.AppendUint64(out, put(packed))
		out = le.AppendUint64(out, uint64(len(packed)))
		out = le.AppendUint64(out, unpacked)
	}
	return append(out, parts.Bytes()...)
}

func pack(t testing.TB, packing supercompression, data []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	switch packing {
	case zstandard:
		w, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(data)
		w.Close()
	case zlibDeflate:
		w := zlib.NewWriter(&b)
		w.Write(data)
		w.Close()
	default:
		return data
	}
	return b.Bytes()
}

// describe writes a data format descriptor of a universal format with the given channels.
func describe(model, transfer, flags uint8, channels ...uint8) []byte {
	size := 24 + sampleSize*len(channels)
	le := binary.LittleEndian
	out := le.AppendUint32(nil, uint32(4+size))
	out = le.AppendUint32(out, 0)
	out = le.AppendUint16(out, 2)
	out = le.AppendUint16(out, uint16(size))
	out = append(out, model, 1, transfer, flags, 3, 3, 0, 0)
	planes := [8]byte{16}
	if model == modelETC1S {
		planes = [8]byte{}
	}
	out = append(out, planes[:]...)
	for i, channel := range channels {
		length := byte(127)
		if model == modelETC1S {
			length = 63
		}
		out = le.AppendUint16(out, uint16(64*i))
		out = append(out, length, channel, 0, 0, 0, 0)
		out = le.AppendUint32(out, 0)
		out = le.AppendUint32(out, 0xffffffff)
	}
	return out
}

// keyValues writes metadata: key, value, key, value …
func keyValues(pairs ...string) (out []byte) {
	for i := 0; i < len(pairs); i += 2 {
		entry := pairs[i] + "\x00" + pairs[i+1] + "\x00"
		out = binary.LittleEndian.AppendUint32(out, uint32(len(entry)))
		out = append(out, entry...)
		for len(out)%4 != 0 {
			out = append(out, 0)
		}
	}
	return out
}

// bitWriter writes fields as bitReader reads them.
type bitWriter struct {
	data []byte
	n    uint
}

func (w *bitWriter) put(v uint64, n uint) {
	for ; n > 0; n-- {
		if w.n%8 == 0 {
			w.data = append(w.data, 0)
		}
		w.data[w.n/8] |= byte(v&1) << (w.n % 8)
		v >>= 1
		w.n++
	}
}

// uastcBlock is a valid block of a mode whose other fields are random.
func uastcBlock(r *rand.Rand, mode int) []byte {
	m := &uastcModes[mode]
	var w bitWriter
	w.put(uint64(m.code), m.codeBits)
	w.put(r.Uint64(), m.hintBits)
	if m.patterns != nil {
		w.put(r.Uint64N(uint64(len(m.patterns))), 7-uint(m.subsets))
	}
	for w.n < 128 {
		w.put(r.Uint64(), 1)
	}
	return w.data
}

// uastcFixture is a picture of all modes in turn.
func uastcFixture(t testing.TB, width, height uint32, packing supercompression) []byte {
	r := rand.New(rand.NewPCG(7, 1))
	var data []byte
	for i := range int(uastc.size(int(width), int(height)) / 16) {
		data = append(data, uastcBlock(r, i%len(uastcModes))...)
	}
	return fixture{width: width, height: height, packing: packing, levels: [][]byte{data},
		descriptor: describe(modelUASTC, transferSRGB, 0, channelUASTCRGBA)}.bytes(t)
}
