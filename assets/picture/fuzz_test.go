package picture

import (
	"context"
	"image"
	"os"
	"path/filepath"
	"testing"
)

func FuzzDecode(f *testing.F) {
	for _, data := range testFiles(f) {
		f.Add(data)
	}
	m := testPictures()["NRGBA"].(*image.NRGBA)
	for pixelBytes := 1; pixelBytes <= 4; pixelBytes++ {
		f.Add(encodeTGA(m, pixelBytes, true, tgaFromTop))
	}
	for _, other := range testPictures() {
		f.Add(encodePNG(f, other))
	}
	files, _ := filepath.Glob("../../../shared/data/models/*/*.*")
	for _, name := range files {
		if data, err := os.ReadFile(name); err == nil && find(data) != nil && len(data) < 50_000 {
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Decode(context.Background(), "", data, Limits{Pixels: 1 << 18})
		if err != nil {
			return
		}
		if m.Width < 1 || m.Height < 1 || len(m.Pix) != 4*m.Width*m.Height {
			t.Errorf("%d × %d pixels in %d bytes", m.Width, m.Height, len(m.Pix))
		}
		Fit(m, 8, Colors)
	})
}
