package mesh

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/orrery-twin/orrery/assets/loading"
)

// corpus is a folder of models of all kinds that lies beside the repository on some machines.
const corpus = "../../../shared/data/models"

// corpusFiles returns the files of the corpus with an extension, by their names in it.
func corpusFiles(ext string) []string {
	var out []string
	_ = filepath.WalkDir(corpus, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.EqualFold(filepath.Ext(path), ext) {
			name, _ := filepath.Rel(corpus, path)
			out = append(out, name)
		}
		return nil
	})
	return out
}

// seed adds the small files of the corpus.
func seed(f *testing.F, ext string) {
	for _, name := range corpusFiles(ext) {
		if data, err := os.ReadFile(filepath.Join(corpus, name)); err == nil && len(data) < 20<<10 {
			f.Add(data)
		}
	}
}

// survive reads what may be anything, and checks what comes of it.
func survive(t *testing.T, from reader, name string, data []byte) {
	s, _, err := open(from, name, data)
	if err != nil {
		if strings.Contains(err.Error(), "did not foresee") {
			t.Fatal(err)
		}
		return
	}
	for _, m := range s.Meshes()[1:] {
		if err := m.Check(); err != nil {
			t.Fatal(err)
		}
	}
}

// benchmark reads a file that lies in a folder, so that it is mapped, as in use.
func benchmark(b *testing.B, from reader, name string, data []byte) {
	dir := b.TempDir()
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		b.Fatal(err)
	}
	folder, err := loading.OpenFolder(dir)
	if err != nil {
		b.Fatal(err)
	}
	defer folder.Close()
	b.SetBytes(int64(len(data)))
	n := 0
	for b.Loop() {
		job := loading.New(context.Background(), folder, name, loading.Limits{})
		s, err := from(job)
		job.Close()
		if err != nil {
			b.Fatal(err)
		}
		n = triangles(s)
	}
	b.ReportMetric(float64(n), "triangles")
}
