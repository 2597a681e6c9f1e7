package picture

import (
	"bytes"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

func TestHalve(t *testing.T) {
	two := func(a, b []uint8) *scene.Image {
		return &scene.Image{Name: "m", Width: 2, Height: 1, Pix: append(append([]uint8{}, a...), b...)}
	}
	for name, c := range map[string]struct {
		m       *scene.Image
		content Content
		want    []uint8
	}{
		"black and white as light":    {two([]uint8{0, 0, 0, 255}, []uint8{255, 255, 255, 255}), Colors, []uint8{188, 188, 188, 255}},
		"black and white as numbers":  {two([]uint8{0, 0, 0, 255}, []uint8{255, 255, 255, 255}), Data, []uint8{128, 128, 128, 255}},
		"what is transparent":         {two([]uint8{10, 20, 30, 255}, []uint8{255, 255, 255, 0}), Colors, []uint8{10, 20, 30, 128}},
		"alpha is a number like any":  {two([]uint8{10, 20, 30, 255}, []uint8{20, 40, 60, 1}), Data, []uint8{15, 30, 45, 128}},
		"all is transparent":          {two([]uint8{10, 20, 30, 0}, []uint8{10, 20, 30, 0}), Colors, []uint8{10, 20, 30, 0}},
		"one pixel stays":             {&scene.Image{Width: 1, Height: 1, Pix: []uint8{1, 2, 3, 4}}, Colors, []uint8{1, 2, 3, 4}},
		"three: a third each":         {&scene.Image{Width: 1, Height: 3, Pix: []uint8{0, 0, 0, 0, 30, 30, 30, 30, 90, 90, 90, 90}}, Data, []uint8{40, 40, 40, 40}},
		"five: two and a half pixels": {&scene.Image{Width: 5, Height: 1, Pix: []uint8{10, 0, 0, 0, 10, 0, 0, 0, 100, 0, 0, 0, 20, 0, 0, 0, 20, 0, 0, 0}}, Data, []uint8{28, 0, 0, 0, 36, 0, 0, 0}},
	} {
		if got := Halve(c.m, c.content); !bytes.Equal(got.Pix, c.want) || got.Name != c.m.Name {
			t.Errorf("%s: %v, want %v", name, got.Pix, c.want)
		}
	}
}

// A picture of one colour keeps it, whatever its size.
func TestHalveKeepsColours(t *testing.T) {
	for v := range 256 {
		for _, width := range []int{2, 3, 7, 64} {
			m := &scene.Image{Width: width, Height: 5, Pix: bytes.Repeat([]uint8{uint8(v), uint8(255 - v), 7, 200}, 5*width)}
			for _, c := range []Content{Colors, Data} {
				out := Halve(m, c)
				if out.Width != width/2 || out.Height != 2 || !bytes.Equal(out.Pix, m.Pix[:len(out.Pix)]) {
					t.Fatalf("%d, width %d: %v", v, width, out.Pix[:4])
				}
			}
		}
	}
}

func TestFit(t *testing.T) {
	m := &scene.Image{Width: 1000, Height: 10, Pix: make([]uint8, 40000)}
	if out := Fit(m, 1000, Colors); out != m {
		t.Error("a picture that fits was changed")
	}
	if out := Fit(m, 64, Data); out.Width != 62 || out.Height != 1 || len(out.Pix) != 4*62 {
		t.Errorf("%d × %d", out.Width, out.Height)
	}
	if out := Fit(m, 0, Data); out.Width != 1 || out.Height != 1 {
		t.Errorf("%d × %d", out.Width, out.Height)
	}
}
