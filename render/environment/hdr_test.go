package environment

import (
	"bufio"
	"bytes"
	"fmt"
	"math"
	"strings"
	"testing"
)

// encoded writes a picture of four bytes per pixel in one of the ways that there are.
func encoded(width, height int, way string, at func(x, y int) [4]byte) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "#?RADIANCE\n# made by a test\nFORMAT=32-bit_rle_rgbe\n\n-Y %d +X %d\n", height, width)
	for y := range height {
		row := make([][4]byte, width)
		for x := range row {
			row[x] = at(x, y)
		}
		switch way {
		case "flat":
			for _, p := range row {
				b.Write(p[:])
			}
		case "old":
			for x := 0; x < width; {
				b.Write(row[x][:])
				n := 0
				for x+1+n < width && row[x+1+n] == row[x] {
					n++
				}
				for left := n; left > 0; left >>= 8 {
					b.Write([]byte{1, 1, 1, byte(left)})
				}
				x += n + 1
			}
		default:
			b.Write([]byte{2, 2, byte(width >> 8), byte(width)})
			for c := range 4 {
				for x := 0; x < width; {
					n := 1
					for x+n < width && n < 127 && row[x+n][c] == row[x][c] {
						n++
					}
					if n > 2 {
						b.Write([]byte{byte(128 + n), row[x][c]})
					} else {
						n = 1
						b.Write([]byte{1, row[x][c]})
					}
					x += n
				}
			}
		}
	}
	return b.Bytes()
}

func stripes(x, y int) [4]byte { return [4]byte{byte(20 * (y + 1)), byte(200 - x/8), 64, 129} }

func TestRead(t *testing.T) {
	for _, way := range []string{"flat", "old", "new"} {
		p, err := readPicture(reader(encoded(600, 4, way, stripes)))
		if err != nil {
			t.Errorf("%s: %v", way, err)
			continue
		}
		for _, at := range [][2]int{{0, 0}, {7, 1}, {8, 2}, {599, 3}} {
			want := fromRGBE(stripes(at[0], at[1]))
			if got := p.pix[at[1]*600+at[0]]; got != want {
				t.Errorf("%s: pixel %v is %v, expected %v", way, at, got, want)
			}
		}
	}
	if got := fromRGBE([4]byte{127, 0, 255, 129}); math.Abs(float64(got[0])-0.996) > 0.001 { // (127.5/256)·2
		t.Errorf("127 with exponent 129 is %v", got)
	}
}

// TestReadPanorama reads a sky with a sun: it is taken out, and what is left lights from above.
func TestReadPanorama(t *testing.T) {
	const w, h = 256, 128
	data := encoded(w, h, "new", func(x, y int) [4]byte {
		switch {
		case x >= 190 && x < 194 && y >= 38 && y < 42:
			return [4]byte{200, 190, 170, 128 + 14} // about 12,000
		case y < h/2:
			return [4]byte{100, 128, 160, 129}
		}
		return [4]byte{128, 110, 90, 126}
	})
	m, err := Read(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	sun, ok := m.Sun()
	if !ok {
		t.Fatal("there is no sun")
	}
	azimuth, height := (192.0/w-0.5)*2*math.Pi, math.Pi/2-40.0/h*math.Pi
	want := Vec{float32(math.Sin(azimuth) * math.Cos(height)), float32(math.Sin(height)), float32(-math.Cos(azimuth) * math.Cos(height))}
	if sun.Toward.dot(want) < 0.9995 {
		t.Errorf("the sun is toward %v, expected %v", sun.Toward, want)
	}
	angle := 16 * (2 * math.Pi / w) * (math.Pi / h) * math.Cos(height)
	if got, exact := float64(sun.Irradiance[0]), 200.5/256*(1<<14)*angle/math.Pi; math.Abs(got/exact-1) > 0.05 {
		t.Errorf("the sun sends %v, expected %v", got, exact)
	}
	shades := m.Harmonics()
	if up := shades.Diffuse(Vec{0, 1, 0}); up[2] < 1 || up[2] > 1.5 {
		t.Errorf("from above come %v", up)
	}
}

func TestReadRefuses(t *testing.T) {
	good := string(encoded(16, 8, "new", stripes))
	for name, c := range map[string]struct{ data, want string }{
		"nothing":      {"", "not a Radiance picture"},
		"a PNG":        {"\x89PNG\r\n\x1a\n", "not a Radiance picture"},
		"no pixels":    {good[:strings.Index(good, "+X")+6], "ends early"},
		"cut off":      {good[:len(good)-3], "ends early"},
		"XYZE":         {"#?RADIANCE\nFORMAT=32-bit_rle_xyze\n\n-Y 8 +X 16\n", "are not read"},
		"columns":      {"#?RADIANCE\n\n+X 8 -Y 16\n", "in rows"},
		"huge":         {"#?RADIANCE\n\n-Y 100000 +X 200000\n", "at most"},
		"negative":     {"#?RADIANCE\n\n-Y -8 +X 16\n", "at most"},
		"overflow":     {"#?RADIANCE\n\n-Y 4611686018427387904 +X 4\n", "at most"},
		"square":       {string(encoded(16, 16, "new", stripes)), "twice as wide"},
		"long header":  {"#?RADIANCE\n" + strings.Repeat("A=1\n", 100), "more than 64 lines"},
		"long line":    {"#?RADIANCE\n" + strings.Repeat("A", 10000), "more than 4096 bytes"},
		"long run":     {"#?RADIANCE\n\n-Y 8 +X 16\n\x02\x02\x00\x10\xff\x01", "longer than the row"},
		"other length": {"#?RADIANCE\n\n-Y 8 +X 16\n\x02\x02\x00\x11\xff\x01", "not that of the picture"},
		"early repeat": {"#?RADIANCE\n\n-Y 8 +X 16\n\x01\x01\x01\x10", "repeats nothing"},
	} {
		if _, err := Read(strings.NewReader(c.data)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, expected %q", name, err, c.want)
		}
	}
}

// FuzzRead feeds foreign bytes to the reader: it must return, with numbers that are numbers.
func FuzzRead(f *testing.F) {
	for _, way := range []string{"flat", "old", "new"} {
		f.Add(encoded(16, 8, way, stripes))
	}
	f.Add([]byte("#?RADIANCE\n\n-Y 8 +X 16\n\x01\x01\x01\x10"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := readPicture(reader(data))
		if err != nil {
			return
		}
		if len(p.pix) != p.width*p.height {
			t.Fatalf("%d pixels of %d×%d", len(p.pix), p.width, p.height)
		}
		for _, c := range p.pix {
			if s := sane(c); s != c && c[0] <= highest && c[1] <= highest && c[2] <= highest {
				t.Fatalf("%v", c)
			}
		}
	})
}

func reader(data []byte) *bufio.Reader { return bufio.NewReader(bytes.NewReader(data)) }
