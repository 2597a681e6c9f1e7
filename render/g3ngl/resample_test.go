package g3ngl

import (
	"bytes"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/orrery-twin/orrery/scene"
)

// However an image is resampled, each pixel is a mean: the weights are positive, add up to 1 and lie in the image.
func TestTapsAreMeans(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		from, to := rapid.IntRange(1, 300).Draw(rt, "from"), rapid.IntRange(1, 300).Draw(rt, "to")
		wrap, nearest := scene.Wrap(rapid.IntRange(0, 2).Draw(rt, "wrap")), rapid.Bool().Draw(rt, "nearest")
		for i, ts := range taps(from, to, wrap, nearest) {
			sum := float32(0)
			for _, tp := range ts {
				if tp.at < 0 || tp.at >= from || tp.weight < 0 {
					rt.Fatalf("pixel %d takes %+v", i, tp)
				}
				sum += tp.weight
			}
			if math.Abs(float64(sum)-1) > 1e-4 {
				rt.Fatalf("the weights of pixel %d are %v", i, sum)
			}
		}
	})
}

func TestMipmapsAreOfLightAndOfWhatIsSeen(t *testing.T) {
	black, white := []uint8{0, 0, 0, 255}, []uint8{255, 255, 255, 255}
	checks := bytes.Join([][]byte{black, white, white, black}, nil)
	if got := halved(checks, 2, true); got[0] != 188 || got[3] != 255 { // half of the light is 188 in sRGB
		t.Errorf("colours: %v", got)
	}
	if got := halved(checks, 2, false); got[0] != 128 {
		t.Errorf("numbers: %v", got)
	}
	hidden := bytes.Join([][]byte{{255, 0, 0, 255}, {0, 255, 0, 0}, {0, 255, 0, 0}, {0, 255, 0, 0}}, nil)
	if got := halved(hidden, 2, true); got[0] < 250 || got[1] > 20 || got[3] != 64 {
		t.Errorf("what is invisible shines through: %v", got)
	}
	none := bytes.Repeat([]byte{40, 90, 200, 0}, 4)
	if got := halved(none, 2, true); !bytes.Equal(got, none[:4]) {
		t.Errorf("the colour of what is invisible is lost: %v", got)
	}
}

func TestSquaredKeepsColours(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {3, 5}, {64, 64}, {200, 30}, {1000, 999}} {
		img := &scene.Image{Width: size[0], Height: size[1], Pix: bytes.Repeat([]byte{200, 100, 50, 180}, size[0]*size[1])}
		for i, v := range squared(&scene.Texture{Image: img}, 64, true) {
			if want := img.Pix[i%4]; math.Abs(float64(v)-float64(want)) > 1 {
				t.Fatalf("%v: value %d is %d, want %d", size, i, v, want)
			}
		}
	}
	img := &scene.Image{Width: 64, Height: 64, Pix: make([]uint8, 4*64*64)}
	if got := squared(&scene.Texture{Image: img}, 64, true); &got[0] != &img.Pix[0] {
		t.Error("an image that fits was copied")
	}
}

func TestNaturalSides(t *testing.T) {
	for _, c := range []struct{ w, h, want int }{
		{1, 1, 64}, {64, 64, 64}, {70, 70, 64}, {100, 100, 128}, {1000, 1000, 1024}, {1024, 512, 1024}, {2048, 2048, 2048}, {8192, 8192, 2048},
		{4096, 16, 512}, {16, 4096, 512}, {1 << 16, 1, 512},
	} {
		if got := naturalSide(&scene.Image{Width: c.w, Height: c.h}, maxSide); got != c.want {
			t.Errorf("%d×%d: %d, want %d", c.w, c.h, got, c.want)
		}
	}
}
