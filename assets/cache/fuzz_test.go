package cache

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

func bytesOfFile(t testing.TB, s *scene.Scene) []byte {
	c, fsys := opened(t, Options{}), folder()
	if err := c.Store(ctx, fsys, "plant/pump.gltf", "mm", &Entry{Scene: s}); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(files(t, c)[0])
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// readWhole reads a file as Find does and uses what came out.
func readWhole(t *testing.T, data []byte) {
	src, err := openSource(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return
	}
	if text, err := src.single(ctx, filesSection); err == nil {
		_ = text
	}
	e, err := readEntry(ctx, src)
	if err != nil {
		return
	}
	s := e.Scene
	for _, c := range s.Document().Clips {
		s.Pose(&c, 0.5)
	}
	scene.NewPicker(s).Pick(scene.Ray{Direction: [3]float64{0, -1, 0}}, scene.PickOptions{})
	if _, err := encode(e); err != nil {
		t.Errorf("what was read cannot be stored: %v", err)
	}
}

// FuzzFile gives the reader of whole files bytes whose checksums are right, or it would never see more than those.
func FuzzFile(f *testing.F) {
	f.Add(bytesOfFile(f, everything(f)))
	small := scene.New()
	small.AddNode(scene.Root, scene.Node{Mesh: small.MustAddMesh(scene.NewBox(1, 1, 1, 0))})
	f.Add(bytesOfFile(f, small))
	f.Fuzz(func(t *testing.T, data []byte) {
		readWhole(t, data)
		readWhole(t, mended(data))
	})
}

// mended puts the right checksums into a file.
func mended(data []byte) []byte {
	data = bytes.Clone(data)
	if len(data) < headerSize {
		return data
	}
	copy(data, magic)
	binary.LittleEndian.PutUint32(data[8:], formatVersion)
	binary.LittleEndian.PutUint64(data[16:], uint64(len(data)))
	n := int64(binary.LittleEndian.Uint32(data[12:]))
	if n*sectionSize > int64(len(data)-headerSize) {
		return data
	}
	table := data[headerSize : headerSize+n*sectionSize]
	for i := range n {
		var s section
		s.read(table[i*sectionSize:])
		if s.offset <= uint64(len(data)) && s.stored <= uint64(len(data))-s.offset {
			binary.LittleEndian.PutUint32(table[i*sectionSize+32:], crc32.Checksum(data[s.offset:s.offset+s.stored], castagnoli))
		}
	}
	binary.LittleEndian.PutUint32(data[24:], crc32.Checksum(table, castagnoli))
	binary.LittleEndian.PutUint32(data[28:], crc32.Checksum(data[:28], castagnoli))
	return data
}

// FuzzMeta gives the decoder its small parts, with the arrays of a good file beside them.
func FuzzMeta(f *testing.F) {
	e, err := encode(&Entry{Scene: everything(f)})
	if err != nil {
		f.Fatal(err)
	}
	var blocks [][]byte
	for _, b := range e.arena.blocks {
		all := alignedBuffer(int(b.length))
		at := uint64(0)
		for _, p := range b.pieces {
			copy(all[at:], p)
			at = aligned(at + uint64(len(p)))
		}
		blocks = append(blocks, all)
	}
	f.Add(e.buf)
	f.Fuzz(func(t *testing.T, meta []byte) {
		got, err := decode(meta, blocks)
		if err != nil {
			return
		}
		for _, c := range got.Scene.Document().Clips {
			got.Scene.Pose(&c, 0.5)
		}
		got.Scene.Bounds(scene.Root)
		if _, err := encode(got); err != nil {
			t.Errorf("what was read cannot be stored: %v", err)
		}
	})
}
