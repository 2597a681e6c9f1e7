package ktx2

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

func FuzzDecode(f *testing.F) {
	for vulkan, k := range vulkanFormats {
		f.Add(fixture{vulkan: vulkan, width: 5, height: 6, levels: [][]byte{randomBlocks(k.format, 5, 6)}}.bytes(f))
	}
	for i, c := range []struct {
		endpoints, selectors, history int
		alpha, plain                  bool
	}{{3, 4, 2, false, false}, {20, 30, 8, true, false}, {9, 9, 0, true, true}} {
		file, _ := etc1sFixture(f, newETC1SEncoder(uint64(i), c.endpoints, c.selectors, c.history), 21, 10, c.alpha, c.plain)
		f.Add(file)
	}
	for packing := range supercompression(4) {
		f.Add(uastcFixture(f, 20, 16, packing))
	}
	f.Add(basisFixture(0))
	files, _ := filepath.Glob(corpus + "/*")
	for _, name := range files {
		if data, err := os.ReadFile(name); err == nil && Is(data) && len(data) < 100_000 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := DecodeConfig(data)
		if err != nil {
			return
		}
		o := Options{MaxPixels: 1 << 18, Level: c.Levels - 1, Layer: c.Layers - 1, Face: c.Faces - 1}
		for _, o := range []Options{{MaxPixels: 1 << 18}, o} {
			m, err := Decode(context.Background(), data, o)
			if err == nil && (m.Width < 1 || m.Height < 1 || len(m.Pix) != 4*m.Width*m.Height) {
				t.Errorf("%d × %d pixels in %d bytes", m.Width, m.Height, len(m.Pix))
			}
		}
	})
}
