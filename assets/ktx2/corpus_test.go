package ktx2

import (
	"context"
	"os"
	"path/filepath"
	"testing"
)

const corpus = "../../../shared/data/models/loaders/textures/test/data"

// The hashes are of the pixels to which the reference transcoder of Basis Universal (in three.js 0.187) decodes level 0.
var corpusPixels = map[string]string{
	"kodim23.ktx2":            "cf04becbe0cf676b",
	"test_etc1s.ktx2":         "f16f41a605f3a2fb",
	"test_uastc.ktx2":         "9dcbaeeea5f5be16",
	"alpha3.basis":            "cb162cc468dfc22e",
	"kodim01.basis":           "4d8208fa6db5beab",
	"kodim20.basis":           "9175d8d401270713",
	"kodim20_1024x1024.basis": "ca12e5ff226a2190",
}

func TestFilesOfOthers(t *testing.T) {
	if _, err := os.Stat(corpus); err != nil {
		t.Skip("no textures of others in ../shared/data/models")
	}
	for name, want := range corpusPixels {
		data, err := os.ReadFile(filepath.Join(corpus, name))
		if err != nil {
			t.Error(err)
			continue
		}
		m, err := Decode(context.Background(), data, Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := digest(m.Pix); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
