package ktx2

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// plain is a picture of formats without blocks.
func plain(vulkan, width, height uint32, levels ...[]byte) fixture {
	return fixture{vulkan: vulkan, width: width, height: height, levels: levels}
}

func decodeAll(t *testing.T, data []byte, o Options) *Image {
	t.Helper()
	m, err := Decode(context.Background(), data, o)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPackedFormats(t *testing.T) {
	for vulkan, c := range map[uint32]struct {
		data, want []byte
	}{
		9:  {[]byte{7}, []byte{7, 0, 0, 255}},
		16: {[]byte{7, 8}, []byte{7, 8, 0, 255}},
		29: {[]byte{7, 8, 9}, []byte{7, 8, 9, 255}},
		30: {[]byte{7, 8, 9}, []byte{9, 8, 7, 255}},
		37: {[]byte{7, 8, 9, 10}, []byte{7, 8, 9, 10}},
		44: {[]byte{7, 8, 9, 10}, []byte{9, 8, 7, 10}},
		70: {[]byte{0xff, 0x7f}, []byte{127, 0, 0, 255}},
		91: {[]byte{0, 0, 0xff, 0xff, 0, 0x80, 0x80, 0x80}, []byte{0, 255, 128, 128}},
		4:  {[]byte{0xe0, 0xff}, []byte{255, 255, 0, 255}},
		2:  {[]byte{0x8f, 0x10}, []byte{17, 0, 136, 255}},
		6:  {[]byte{0x01, 0xf8}, []byte{255, 0, 0, 255}},
		8:  {[]byte{0x1f, 0x00}, []byte{0, 0, 255, 0}},
		64: {[]byte{0xff, 0x03, 0x00, 0xc0}, []byte{255, 0, 0, 255}},
	} {
		if m := decodeAll(t, plain(vulkan, 1, 1, c.data).bytes(t), Options{}); !bytes.Equal(m.Pix, c.want) {
			t.Errorf("format %d: %v, want %v", vulkan, m.Pix, c.want)
		}
	}
}

func TestLevelsLayersFaces(t *testing.T) {
	levels := [][]byte{make([]byte, 4*2*6), make([]byte, 1*2*6)}
	for l, size := range []int{4, 1} {
		for i := range levels[l] {
			levels[l][i] = byte(100*l + i/size)
		}
	}
	for _, packing := range []supercompression{notPacked, zstandard, zlibDeflate} {
		f := plain(9, 2, 2, levels...)
		f.layers, f.faces, f.packing = 2, 6, packing
		data := f.bytes(t)
		cfg, err := DecodeConfig(data)
		if err != nil || cfg != (Config{Format: "R8", Width: 2, Height: 2, Levels: 2, Layers: 2, Faces: 6}) {
			t.Errorf("%+v, %v", cfg, err)
		}
		for _, o := range []Options{{}, {Level: 1}, {Layer: 1, Face: 5}, {Level: 1, Layer: 1, Face: 2}} {
			m := decodeAll(t, data, o)
			if want := byte(100*o.Level + 6*o.Layer + o.Face); m.Width != 2>>o.Level || m.Pix[0] != want {
				t.Errorf("%+v: width %d, pixel %d, want %d", o, m.Width, m.Pix[0], want)
			}
		}
		for _, o := range []Options{{Level: 2}, {Layer: 2}, {Face: 6}, {Level: -1}} {
			if _, err := Decode(context.Background(), data, o); err == nil {
				t.Errorf("%+v was decoded", o)
			}
		}
	}
}

func TestView(t *testing.T) {
	f := plain(37, 2, 2, []byte{1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255})
	for metadata, want := range map[string][]byte{
		"KTXorientation=rd": {1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255},
		"KTXorientation=ru": {7, 8, 9, 255, 10, 11, 12, 255, 1, 2, 3, 255, 4, 5, 6, 255},
		"KTXorientation=ld": {4, 5, 6, 255, 1, 2, 3, 255, 10, 11, 12, 255, 7, 8, 9, 255},
		"KTXswizzle=bg01":   {3, 2, 0, 255, 6, 5, 0, 255, 9, 8, 0, 255, 12, 11, 0, 255},
		"KTXswizzle=xyzw":   {1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255},
	} {
		key, value, _ := strings.Cut(metadata, "=")
		f.metadata = keyValues("KTXwriter", "test", key, value)
		if m := decodeAll(t, f.bytes(t), Options{}); !bytes.Equal(m.Pix, want) {
			t.Errorf("%s: %v, want %v", metadata, m.Pix, want)
		}
	}
	f = plain(37, 1, 1, []byte{60, 100, 10, 100})
	f.descriptor = describe(1, 1, alphaPremultiplied)
	if m := decodeAll(t, f.bytes(t), Options{}); !bytes.Equal(m.Pix, []byte{153, 255, 26, 100}) {
		t.Errorf("premultiplied: %v", m.Pix)
	}
}

// basisFixture writes a .basis file of two images of UASTC blocks, the second of one pixel.
func basisFixture(flags uint16) []byte {
	blocks := append(bytes.Repeat([]byte{0x17 | 32*1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 2), make([]byte, 16)...)
	for i, color := range []uint64{0xff000001, 0xff000002, 0xff000003} { // solid blocks
		binary.LittleEndian.PutUint64(blocks[16*i:], 0x17|color<<5)
	}
	le := binary.LittleEndian
	h := make([]byte, basisHeaderSize)
	copy(h, basisMagic)
	h[14], h[17], h[20] = 2, 2, basisUASTC
	le.PutUint16(h[21:], flags)
	le.PutUint32(h[65:], basisHeaderSize)
	start := uint32(basisHeaderSize + 2*basisSliceSize)
	for i, s := range []struct{ width, height, offset, size uint32 }{{4, 8, 0, 32}, {1, 1, 32, 16}} {
		d := make([]byte, basisSliceSize)
		d[0] = byte(i)
		le.PutUint16(d[5:], uint16(s.width))
		le.PutUint16(d[7:], uint16(s.height))
		le.PutUint32(d[13:], start+s.offset)
		le.PutUint32(d[17:], s.size)
		h = append(h, d...)
	}
	return append(h, blocks...)
}

func TestBasisFile(t *testing.T) {
	data := basisFixture(basisYFlipped | basisSRGB)
	cfg, err := DecodeConfig(data)
	if err != nil || cfg != (Config{Format: "UASTC", Width: 4, Height: 8, Levels: 1, Layers: 2, Faces: 1, SRGB: true}) {
		t.Errorf("%+v, %v", cfg, err)
	}
	m := decodeAll(t, data, Options{})
	if m.Pix[0] != 2 || m.Pix[len(m.Pix)-4] != 1 {
		t.Errorf("the rows of the flipped picture begin with %d and end with %d", m.Pix[0], m.Pix[len(m.Pix)-4])
	}
	if m := decodeAll(t, data, Options{Layer: 1}); m.Width != 1 || !slices.Equal(m.Pix, []byte{3, 0, 0, 255}) {
		t.Errorf("second image: %+v", m)
	}
}

func TestRefusals(t *testing.T) {
	change := func(at int, v uint32) []byte {
		data := plain(37, 2, 2, make([]byte, 16)).bytes(t)
		binary.LittleEndian.PutUint32(data[at:], v)
		return data
	}
	for want, data := range map[string][]byte{
		"neither":              []byte("GIF89a"),
		"too early":            change(80+8, 1000), // the length of the level
		"width is 0":           change(20, 0),
		"3D":                   change(28, 4),
		"faces":                change(36, 2),
		"mip levels":           change(40, 20),
		"supercompression 9":   change(44, 9),
		"does not go with":     change(44, 1),
		"number 157 of Vulkan": change(12, 157),
		"of what format":       change(12, 0),
		"make it smaller":      change(20, 1<<31),
		"packed data are":      change(44, 2),
		"block":                fixture{width: 4, height: 4, levels: [][]byte{bytes.Repeat([]byte{0x45}, 16)}, descriptor: describe(modelUASTC, 2, 0, 0)}.bytes(t),
		"model 200":            fixture{width: 4, height: 4, levels: [][]byte{make([]byte, 16)}, descriptor: describe(200, 2, 0, 0)}.bytes(t),
		"codebooks are in":     basisFixture(basisForeign),
		"ETC1S codebook":       brokenBook(t),
	} {
		_, err := Decode(context.Background(), data, Options{})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "ktx2: ") {
			t.Errorf("%s: %v", want, err)
		}
	}
}

func brokenBook(t *testing.T) []byte {
	file, _ := etc1sFixture(t, newETC1SEncoder(1, 5, 5, 4), 8, 8, false, false)
	at := int(binary.LittleEndian.Uint64(file[64:])) + globalHeaderSize + imageEntrySize
	file[at], file[at+1], file[at+2] = 0xff, 0xff, 0xff
	return file
}

func TestCancel(t *testing.T) {
	data := uastcFixture(t, 64, 64, zstandard)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Decode(ctx, data, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// Each end and each changed byte of a file must give a picture or an error, soon.
func TestBrokenFiles(t *testing.T) {
	etc1s, _ := etc1sFixture(t, newETC1SEncoder(3, 30, 30, 9), 37, 21, true, false)
	for name, data := range map[string][]byte{"ETC1S": etc1s, "UASTC": uastcFixture(t, 12, 12, zstandard), "basis": basisFixture(0)} {
		start := time.Now()
		for i := range data {
			Decode(context.Background(), data[:i], Options{MaxPixels: 1 << 16})
			for _, bit := range []byte{1, 0x80} {
				broken := slices.Clone(data)
				broken[i] ^= bit
				Decode(context.Background(), broken, Options{MaxPixels: 1 << 16})
			}
		}
		if d := time.Since(start); d > time.Minute {
			t.Errorf("%s: %v", name, d)
		}
	}
}
