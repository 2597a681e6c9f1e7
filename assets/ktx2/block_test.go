package ktx2

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"slices"
	"testing"
)

// digest is the beginning of the hash of pixels.
func digest(pix []uint8) string {
	sum := sha256.Sum256(pix)
	return hex.EncodeToString(sum[:8])
}

// randomBlocks are blocks in which all modes of a format occur.
func randomBlocks(f *format, width, height int) []byte {
	r := rand.New(rand.NewPCG(1, 2))
	data := make([]byte, f.size(width, height))
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	if f.name == "BC7" {
		for i := 0; i < len(data); i += 16 {
			mode := i / 16 % 9 // 8: of no mode
			data[i] = data[i]&^(1<<mode-1) | 1<<mode
			if mode == 8 {
				data[i] = 0
			}
		}
	}
	return data
}

// The hashes are of pixels to which Mesa 22.3 decodes the same random blocks, bit by bit.
func TestBlocksAsMesaDecodesThem(t *testing.T) {
	for vulkan, want := range map[uint32]string{
		145: "10f618d5c5b76b18", 147: "99acff7ac4cd1626", 149: "29d987efb3fc8b3d", 151: "bc30cd94f1ae13b0", 153: "e4b36f8a85a1dd15", 155: "1e5b577dbab27da5",
	} {
		const width, height = 64, 64
		data := randomBlocks(vulkanFormats[vulkan].format, width, height)
		m, err := Decode(context.Background(), fixture{vulkan: vulkan, width: width, height: height, levels: [][]byte{data}}.bytes(t), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := digest(m.Pix); got != want {
			t.Errorf("format %d: %s, want %s", vulkan, got, want)
		}
	}
}

// The hash is of the pixels to which the reference transcoder of Basis Universal (in three.js 0.187) decodes the file.
func TestUASTCAsTheTranscoderDecodesIt(t *testing.T) {
	for _, packing := range []supercompression{notPacked, zstandard, zlibDeflate} {
		m, err := Decode(context.Background(), uastcFixture(t, 253, 129, packing), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := digest(m.Pix), "1286fa37e54ecc98"; got != want || !m.SRGB {
			t.Errorf("supercompression %d: %s, want %s", packing, got, want)
		}
	}
}

// The patterns of two seeds, as the UASTC specification prints them.
func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		seed, subsets uint32
		want          []uint8
	}{
		{28, 2, []uint8{0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1}},
		{524, 2, []uint8{1, 0, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 0, 0}},
		{260, 3, []uint8{0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 2, 1, 1, 2, 2}},
		{254, 3, []uint8{0, 0, 2, 2, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 2, 2}},
	} {
		if got := astcPattern(c.seed, c.subsets); !slices.Equal(got.subset[:], c.want) {
			t.Errorf("seed %d: %v", c.seed, got.subset)
		}
	}
}

func TestUnknownModes(t *testing.T) {
	var out [64]uint8
	block := make([]byte, 16)
	block[0] = 0x45 // reserved
	if decodeUASTC(block, &out) {
		t.Error("a block of the reserved mode was decoded")
	}
	block[0], block[2], block[3] = 0x13, 0xf0, 0xff // mode 4, pattern 31
	if decodeUASTC(block, &out) {
		t.Error("a block with an unknown pattern was decoded")
	}
}

// BC1: two given colours and those between; the order tells whether there is a transparent one.
func TestBC1(t *testing.T) {
	block := func(a, b uint16) []byte {
		d := binary.LittleEndian.AppendUint16(nil, a)
		d = binary.LittleEndian.AppendUint16(d, b)
		return append(d, 0xe4, 0xe4, 0xe4, 0xe4) // 0, 1, 2, 3 in each row
	}
	for _, c := range []struct {
		a, b   uint16
		decode func([]byte, *[64]uint8) bool
		want   []uint8
	}{
		{0xffff, 0x0000, decodeBC1, []uint8{255, 255, 255, 255, 0, 0, 0, 255, 170, 170, 170, 255, 85, 85, 85, 255}},
		{0x0000, 0xffff, decodeBC1, []uint8{0, 0, 0, 255, 255, 255, 255, 255, 128, 128, 128, 255, 0, 0, 0, 0}},
		{0x0000, 0xffff, decodeBC1Opaque, []uint8{0, 0, 0, 255, 255, 255, 255, 255, 128, 128, 128, 255, 0, 0, 0, 255}},
		{0xf800, 0x001f, decodeBC1, []uint8{255, 0, 0, 255, 0, 0, 255, 255, 170, 0, 85, 255, 85, 0, 170, 255}},
	} {
		var out [64]uint8
		c.decode(block(c.a, c.b), &out)
		for y := range 4 {
			if got := out[16*y : 16*y+16]; !bytes.Equal(got, c.want) {
				t.Errorf("%04x %04x: %v, want %v", c.a, c.b, got, c.want)
			}
		}
	}
}

// BC2 to BC5: each channel by its definition.
func TestBC2To5(t *testing.T) {
	channel := func(a, b byte) []byte { return []byte{a, b, 0x88, 0xc6, 0xfa, 0x88, 0xc6, 0xfa} } // 0 … 7 twice
	high := []uint8{210, 0, 180, 150, 120, 90, 60, 30}
	low := []uint8{0, 250, 50, 100, 150, 200, 0, 255}
	white := bytes.Repeat([]byte{255}, 8)
	pick := func(out [64]uint8, c int) (v []uint8) {
		for i := c; i < 32; i += 4 {
			v = append(v, out[i])
		}
		return v
	}
	var out [64]uint8
	decodeBC4(channel(210, 0), &out)
	if got := pick(out, 0); !bytes.Equal(got, high) || out[1] != 0 || out[3] != 255 {
		t.Errorf("BC4: %v", got)
	}
	decodeBC5(append(channel(210, 0), channel(0, 250)...), &out)
	if r, g := pick(out, 0), pick(out, 1); !bytes.Equal(r, high) || !bytes.Equal(g, low) || out[2] != 0 {
		t.Errorf("BC5: %v, %v", r, g)
	}
	decodeBC3(append(channel(0, 250), white...), &out)
	if got := pick(out, 3); !bytes.Equal(got, low) || out[0] != 255 {
		t.Errorf("BC3: %v", got)
	}
	decodeBC2(append([]byte{0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe}, white...), &out)
	if got := pick(out, 3); !bytes.Equal(got, []uint8{0, 17, 34, 51, 68, 85, 102, 119}) {
		t.Errorf("BC2: %v", got)
	}
}
