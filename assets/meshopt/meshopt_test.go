package meshopt

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"os"
	"testing"
)

// vector is a buffer with what meshoptimizer 1.3, whose encoder made it, unpacks it to.
type vector struct {
	Name          string
	Mode          Mode
	Filter        Filter
	Count, Stride int
	Src, Want     []byte
}

func vectors(t testing.TB) []vector {
	t.Helper()
	f, err := os.Open("testdata/vectors.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var out []vector
	if err := json.NewDecoder(z).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestUnpacksWhatTheReferencePacked(t *testing.T) {
	for _, v := range vectors(t) {
		got := make([]byte, v.Count*v.Stride)
		if err := Decode(got, v.Count, v.Stride, v.Mode, v.Filter, v.Src); err != nil {
			t.Errorf("%s: %v", v.Name, err)
			continue
		}
		if at := differs(got, v); at >= 0 {
			t.Errorf("%s: byte %d of %d is %d, want %d", v.Name, at, len(got), got[at], v.Want[at])
		}
	}
}

// differs returns where two results differ, or -1. Filters of 16 bits may round the last one either way: the extensions
// leave the order of their sums open.
func differs(got []byte, v vector) int {
	for i := range got {
		if got[i] == v.Want[i] {
			continue
		}
		if v.Stride == 8 && v.Filter != None {
			a, b := binary.LittleEndian.Uint16(got[i&^1:]), binary.LittleEndian.Uint16(v.Want[i&^1:])
			if d := int16(a - b); d >= -1 && d <= 1 {
				continue
			}
		}
		return i
	}
	return -1
}

func TestRefusesWhatIsCutOrTooLong(t *testing.T) {
	for _, v := range vectors(t) {
		dst := make([]byte, v.Count*v.Stride)
		for _, src := range [][]byte{nil, v.Src[:1], v.Src[:len(v.Src)/2], v.Src[:len(v.Src)-1], append(bytes.Clone(v.Src[:1]), make([]byte, 3)...)} {
			if err := Decode(dst, v.Count, v.Stride, v.Mode, v.Filter, src); err == nil && len(src) < len(v.Src)-1 {
				t.Errorf("%s: %d of %d bytes were enough", v.Name, len(src), len(v.Src))
			}
		}
		other := bytes.Clone(v.Src)
		other[0] ^= 0x42
		if err := Decode(dst, v.Count, v.Stride, v.Mode, v.Filter, other); err == nil {
			t.Errorf("%s: an unknown version was read", v.Name)
		}
	}
	for _, c := range []struct{ count, stride, length int }{{-1, 4, 0}, {2, 4, 7}, {1 << 62, 4, 0}, {1, 0, 0}, {1, 260, 260}, {1, 6, 6}} {
		if err := Decode(make([]byte, c.length), c.count, c.stride, Attributes, None, make([]byte, 400)); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
	if err := Decode(make([]byte, 12), 1, 12, Attributes, Quaternion, append([]byte{0xa0}, make([]byte, 33)...)); err == nil {
		t.Error("a quaternion of 12 bytes was taken")
	}
}

func FuzzDecode(f *testing.F) {
	for _, v := range vectors(f) {
		f.Add(v.Count, v.Stride, byte(v.Mode), byte(v.Filter), v.Src)
	}
	f.Fuzz(func(t *testing.T, count, stride int, mode, filter byte, src []byte) {
		if count < 0 || count > 1<<14 || stride < 0 || stride > 256 {
			return
		}
		_ = Decode(make([]byte, count*stride), count, stride, Mode(mode), Filter(filter), src)
	})
}

// BenchmarkAttributes unpacks a million records of 16 bytes that change little.
func BenchmarkAttributes(b *testing.B) {
	for _, v := range vectors(b) {
		if v.Name != "attributes v1 level 3 smooth 300x16" && v.Name != "attributes v0 level 2 smooth 300x16" && v.Name != "octahedral16 v0" {
			continue
		}
		b.Run(v.Name, func(b *testing.B) {
			dst := make([]byte, v.Count*v.Stride)
			b.SetBytes(int64(len(dst)))
			for b.Loop() {
				if err := Decode(dst, v.Count, v.Stride, v.Mode, v.Filter, v.Src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkTriangles(b *testing.B) {
	const n = 1 << 16
	src := make([]byte, 1+n+auxBytes) // each triangle of the strip on the last edge, with a new corner
	src[0] = headerTriangles | 1
	src[1] = 0xf0
	binary.LittleEndian.PutUint32(src[1+n:], 0)
	dst := make([]byte, 3*n*4)
	b.SetBytes(int64(len(dst)))
	for b.Loop() {
		if err := Decode(dst, 3*n, 4, Triangles, None, src); err != nil {
			b.Fatal(err)
		}
	}
}
