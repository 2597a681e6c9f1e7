package ktx2

import (
	"bytes"
	"context"
	"testing"
)

func TestETC1S(t *testing.T) {
	for name, c := range map[string]struct {
		endpoints, selectors, history, width, height int
		alpha, plain                                 bool
	}{
		"small":          {5, 7, 4, 16, 12, false, false},
		"with alpha":     {40, 90, 64, 61, 35, true, false},
		"plain codebook": {300, 200, 64, 64, 64, false, true},
		"long codes":     {3000, 5000, 33, 260, 130, true, false},
		"no history":     {9, 3, 0, 30, 30, false, false},
		"one pixel":      {1, 1, 1, 1, 1, true, true},
		"narrow":         {20, 20, 5, 3, 301, true, false},
		"wide":           {20, 20, 2, 301, 5, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			e := newETC1SEncoder(uint64(len(name)), c.endpoints, c.selectors, c.history)
			file, want := etc1sFixture(t, e, c.width, c.height, c.alpha, c.plain)
			m, err := Decode(context.Background(), file, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if m.Width != c.width || m.Height != c.height || !bytes.Equal(m.Pix, want) {
				t.Errorf("%d × %d pixels differ from what was written", m.Width, m.Height)
			}
			cfg, err := DecodeConfig(file)
			if err != nil || cfg != (Config{Format: "ETC1S", Width: c.width, Height: c.height, Levels: 1, Layers: 1, Faces: 1, Alpha: c.alpha}) {
				t.Errorf("%+v, %v", cfg, err)
			}
		})
	}
}
