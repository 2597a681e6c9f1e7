package picture

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"os"
	"strings"
	"testing"
	"time"
)

// Each kind of image converts to what its own colours say.
func TestStraight(t *testing.T) {
	for name, m := range testPictures() {
		pix, err := straight(context.Background(), m, testWidth, testHeight)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(pix); i += 4 {
			c := m.At(i/4%testWidth, i/4/testWidth)
			want := color.NRGBA64Model.Convert(c).(color.NRGBA64)
			for k, v := range []uint16{want.R, want.G, want.B, want.A} {
				if d := int(pix[i+k])*257 - int(v); (d > 257 || d < -257) && want.A > 3000 {
					t.Fatalf("%s: pixel %d, channel %d is %d, want %d / 257", name, i/4, k, pix[i+k], v)
				}
			}
		}
	}
}

func TestDecode(t *testing.T) {
	for format, data := range testFiles(t) {
		cfg, err := DecodeConfig(data)
		if err != nil || cfg != (Config{format, testWidth, testHeight}) {
			t.Errorf("%s: %+v, %v", format, cfg, err)
		}
		m, err := Decode(context.Background(), "test", data, Limits{})
		if err != nil {
			t.Errorf("%s: %v", format, err)
			continue
		}
		if m.Name != "test" || m.Width != testWidth || m.Height != testHeight || len(m.Pix) != 4*testWidth*testHeight {
			t.Fatalf("%s: %q, %d × %d", format, m.Name, m.Width, m.Height)
		}
		lossy := map[string]int{"JPEG": 40, "GIF": 80}[format]
		for i := 0; i < len(m.Pix); i += 4 {
			want := testColor(i/4%testWidth, i/4/testWidth)
			for c, v := range []uint16{want.R, want.G, want.B} {
				if d := int(m.Pix[i+c]) - int(v>>8); d > 1+lossy || d < -1-lossy {
					t.Fatalf("%s: pixel %d, channel %d is %d, want %d", format, i/4, c, m.Pix[i+c], v>>8)
				}
			}
		}
	}
}

// 16 bits become 8, by rounding.
func TestSixteenBits(t *testing.T) {
	m := image.NewNRGBA64(image.Rect(0, 0, 2, 1))
	m.SetNRGBA64(0, 0, color.NRGBA64{0x0080, 0x0081, 0xff7e, 0xff80})
	m.SetNRGBA64(1, 0, color.NRGBA64{0xffff, 0x8080, 0, 0})
	out, err := Decode(context.Background(), "", encodePNG(t, m), Limits{})
	if err != nil || !bytes.Equal(out.Pix, []byte{0, 1, 254, 255, 255, 128, 0, 0}) {
		t.Errorf("%v, %v", out, err)
	}
}

func TestTGA(t *testing.T) {
	m := testPictures()["NRGBA"].(*image.NRGBA)
	for pixelBytes := 1; pixelBytes <= 4; pixelBytes++ {
		for _, packed := range []bool{false, true} {
			for _, descriptor := range []byte{0, tgaFromTop, tgaFromRight, tgaFromTop | tgaFromRight} {
				if pixelBytes == 2 {
					descriptor |= 1
				}
				out, err := Decode(context.Background(), "", encodeTGA(m, pixelBytes, packed, descriptor), Limits{})
				if err != nil {
					t.Fatal(err)
				}
				for i := 0; i < len(m.Pix); i += 4 {
					want := [4]uint8{m.Pix[i], m.Pix[i+1], m.Pix[i+2], m.Pix[i+3]}
					switch pixelBytes {
					case 1:
						want = [4]uint8{m.Pix[i], m.Pix[i], m.Pix[i], 255}
					case 2:
						for c := range 3 {
							want[c] = want[c]&^7 | want[c]>>5
						}
						want[3] = uint8(int8(want[3]) >> 7)
					case 3:
						want[3] = 255
					}
					if got := [4]uint8(out.Pix[i : i+4]); got != want {
						t.Fatalf("%d bytes, packed %v, descriptor %#x: pixel %d is %v, want %v", pixelBytes, packed, descriptor, i/4, got, want)
					}
				}
			}
		}
	}
}

func TestTGAPalette(t *testing.T) {
	head := []byte{0, 1, tgaPalette, 5, 0, 2, 0, 24, 0, 0, 0, 0, 2, 0, 1, 0, 8, tgaFromTop, 1, 2, 3, 4, 5, 6}
	m, err := Decode(context.Background(), "", append(head, 6, 5), Limits{})
	if err != nil || !bytes.Equal(m.Pix, []byte{6, 5, 4, 255, 3, 2, 1, 255}) {
		t.Errorf("%v, %v", m, err)
	}
	if _, err := Decode(context.Background(), "", append(head, 6, 7), Limits{}); err == nil {
		t.Error("a colour outside of the palette was decoded")
	}
}

// The first frame of an animation lies on its canvas.
func TestFirstFrame(t *testing.T) {
	p := color.Palette{color.NRGBA{9, 8, 7, 255}}
	data := encode(t, func(b *bytes.Buffer) error {
		return gif.EncodeAll(b, &gif.GIF{
			Image: []*image.Paletted{image.NewPaletted(image.Rect(1, 1, 2, 2), p), image.NewPaletted(image.Rect(0, 0, 3, 3), p)},
			Delay: []int{1, 1}, Config: image.Config{Width: 3, Height: 3},
		})
	})
	m, err := Decode(context.Background(), "", data, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	want := make([]byte, 36)
	copy(want[16:], []byte{9, 8, 7, 255})
	if !bytes.Equal(m.Pix, want) {
		t.Errorf("%v", m.Pix)
	}
}

func TestRefusals(t *testing.T) {
	big := encodePNG(t, image.NewPaletted(image.Rect(0, 0, 3000, 3000), color.Palette{color.Black}))
	bomb := bytes.Clone(big[:60])
	wide := encodePNG(t, image.NewGray(image.Rect(0, 0, 70000, 1)))
	for want, data := range map[string][]byte{
		"limit of 4 million":  big,
		"limit of 4 million;": wide,
		"ends too early":      encodePNG(t, image.NewGray(image.Rect(0, 0, 1000, 1000)))[:60],
		"KTX 1":               []byte("\xabKTX 11\xbb\r\n\x1a\n"),
		"AVIF":                []byte("\x00\x00\x00\x20ftypavif"),
		"SVG":                 []byte("  <svg xmlns="),
		"DDS":                 []byte("DDS |..."),
		"no kind that is":     []byte("hello"),
		"is broken":           bytes.Replace(encodePNG(t, image.NewGray(testRect)), []byte("IDAT"), []byte("IDAX"), 1),
	} {
		_, err := Decode(context.Background(), "", data, Limits{Pixels: 4 << 20})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "picture: ") {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := Decode(context.Background(), "", bomb, Limits{}); err == nil {
		t.Error("a header alone was decoded")
	}
}

// A decoder stops soon after its context ends, in the middle of a picture.
func TestCancel(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 2000, 1500))
	for i := range m.Pix {
		m.Pix[i] = uint8(i*i>>8 ^ i)
	}
	data := encode(t, func(b *bytes.Buffer) error { return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(b, m) })
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := Decode(ctx, "", data, Limits{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	if d := time.Since(start); d > 55*time.Millisecond {
		t.Errorf("it took %v to stop", d)
	}
}

// Black, white and red in the range of video, with chroma of half the size that is mixed 3 to 1 between neighbours, and
// alpha.
func TestVideoColours(t *testing.T) {
	m := videoYCbCr{image.NewYCbCr(image.Rect(0, 0, 5, 2), image.YCbCrSubsampleRatio420), []uint8{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 5}
	copy(m.Y, []uint8{16, 235, 16, 235, 81, 16, 235, 16, 235, 81})
	copy(m.Cb, []uint8{128, 128, 90})
	copy(m.Cr, []uint8{128, 128, 240})
	pix, err := straight(context.Background(), m, 5, 2)
	if err != nil {
		t.Fatal(err)
	}
	want := []uint8{0, 0, 0, 1, 255, 255, 255, 2, 0, 0, 0, 3, 255, 236, 236, 4, 210, 18, 19, 5}
	for i, v := range want {
		if d := int(pix[i]) - int(v); d > 2 || d < -2 {
			t.Errorf("%v, want %v", pix[:20], want)
			break
		}
	}
	if pix[39] != 10 {
		t.Errorf("alpha of the last pixel is %d", pix[39])
	}
}

// The same photo as PNG and as lossy WebP, by others.
func TestFilesOfOthers(t *testing.T) {
	const folder = "../../../shared/data/models/loaders/textures/test/data/"
	if _, err := os.Stat(folder); err != nil {
		t.Skip("no textures of others in ../shared/data/models")
	}
	read := func(name string) []uint8 {
		data, err := os.ReadFile(folder + name)
		if err != nil {
			t.Fatal(err)
		}
		m, err := Decode(context.Background(), name, data, Limits{})
		if err != nil {
			t.Fatal(err)
		}
		return m.Pix
	}
	want := read("shannon.png")
	for _, name := range []string{"shannon.webp", "shannon.jpg", "shannon-dxt1.ktx2", "shannon-dxt3.ktx2", "shannon-dxt5.ktx2"} {
		got, sum := read(name), 0
		if len(got) != len(want) {
			t.Errorf("%s has %d bytes, want %d", name, len(got), len(want))
			continue
		}
		for i := range got {
			sum += max(int(got[i])-int(want[i]), int(want[i])-int(got[i]))
		}
		if mean := float64(sum) / float64(len(got)); mean > 4 {
			t.Errorf("%s differs by %.1f of 255 on average", name, mean)
		}
	}
}
