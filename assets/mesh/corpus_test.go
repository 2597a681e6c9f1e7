package mesh

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
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
	n, cpu := 0, cpuSeconds()
	for b.Loop() {
		job := loading.New(context.Background(), folder, name, loading.Limits{})
		s, err := from(job)
		job.Close()
		if err != nil {
			b.Fatal(err)
		}
		n = triangles(s)
	}
	b.ReportMetric(1000*(cpuSeconds()-cpu)/float64(b.N), "cpu-ms/op")
	b.ReportMetric(float64(n), "triangles")
}

// formats are the readers by the extension of their files.
var formats = []struct {
	ext  string
	read reader
}{{".stl", ReadSTL}, {".obj", ReadOBJ}, {".ply", ReadPLY}, {".3mf", Read3MF}}

// refusedFiles are those of the corpus that are broken, with a part of the reason.
var refusedFiles = map[string]string{
	"assimp/PLY/issue623.ply": "line 14", // rows lack what the header says
	"draco/inf_nan.obj":       "no face",
}

// otherFaces are files in which assimp finds another number of faces, with the reason; otherBounds those with other bounds.
var (
	otherFaces = map[string]string{
		"assimp/OBJ/spider.obj":           "the file has 1368 triangles; assimp leaves out those without area",
		"loaders/ply/test/data/bunny.ply": "its triangles are one strip, which assimp takes for a polygon",
	}
	otherBounds = map[string]bool{"loaders/ply/test/data/bunny.ply": true}
)

// assimpInfo asks assimp for the number of faces of a file, and for its bounds.
func assimpInfo(t *testing.T, name string) (faces int, box scene.Bounds, ok bool) {
	out, err := exec.Command("assimp", "info", filepath.Join(corpus, name)).Output()
	if err != nil {
		return 0, box, false
	}
	for _, l := range strings.Split(string(out), "\n") {
		key, value, _ := strings.Cut(l, ":")
		_, _ = fmt.Sscanf(strings.TrimSpace(value), "%d", &faces)
		if key != "Faces" {
			faces = 0
		} else {
			ok = true
			break
		}
	}
	for to, what := range map[*mgl64.Vec3]string{&box.Min: "Minimum point", &box.Max: "Maximum point"} {
		if _, rest, found := strings.Cut(string(out), what); found {
			_, err := fmt.Sscanf(strings.TrimSpace(rest), "(%f %f %f)", &to[0], &to[1], &to[2])
			ok = ok && err == nil
		}
	}
	return faces, box, ok
}

// TestAgainstAssimp compares counts and bounds with those of another reader.
func TestAgainstAssimp(t *testing.T) {
	if _, err := exec.LookPath("assimp"); err != nil {
		t.Skip("assimp is not installed (Debian: assimp-utils)")
	}
	compared := 0
	for _, f := range formats {
		for _, name := range corpusFiles(f.ext) {
			faces, box, ok := assimpInfo(t, name)
			s, _, err := openFile(t, f.read, name)
			if !ok || err != nil {
				continue // the corpus test says whether we may refuse it
			}
			if f.ext == ".3mf" { // assimp leaves numbers and axes as they are
				s.SetLocal(1, scene.Transform{})
			}
			compared++
			own := 0
			for _, m := range s.Meshes()[1:] {
				own += m.Triangles() + len(m.Lines)/2 + len(m.Points)
			}
			if reason, known := otherFaces[name]; !known && own != faces {
				t.Errorf("%s: %d faces, assimp finds %d", name, own, faces)
			} else if known {
				t.Logf("%s: %d faces, assimp finds %d: %s", name, own, faces, reason)
			}
			if b := bounds(s); !otherBounds[name] && b.Min.Sub(box.Min).Len()+b.Max.Sub(box.Max).Len() > 1e-5*(1+box.Diagonal()) {
				t.Errorf("%s: bounds %v, assimp finds %v", name, b, box)
			}
		}
	}
	if compared == 0 {
		t.Skipf("no models in %s", corpus)
	}
	t.Logf("%d files compared", compared)
}

// openFile reads a file of the corpus.
func openFile(t *testing.T, from reader, name string) (*scene.Scene, []string, error) {
	folder, err := loading.OpenFolder(filepath.Join(corpus, filepath.Dir(name)))
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Close()
	job := loading.New(context.Background(), folder, filepath.Base(name), loading.Limits{})
	defer job.Close()
	s, err := from(job)
	return s, job.Warnings(), err
}

func TestCorpus(t *testing.T) {
	total := 0
	for _, f := range formats {
		for _, name := range corpusFiles(f.ext) {
			total++
			s, warnings, err := openFile(t, f.read, name)
			want, broken := refusedFiles[name]
			switch {
			case err != nil:
				t.Logf("%s: %v", name, err)
				if !broken || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: refused: %v", name, err)
				}
				continue
			case broken:
				t.Errorf("%s: read, though it is broken", name)
			}
			for _, m := range s.Meshes()[1:] {
				if err := m.Check(); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			t.Logf("%s: %d nodes, %d materials, %d triangles, %q", name, s.Len()-1, len(s.Materials())-1, triangles(s), warnings)
		}
	}
	if total == 0 {
		t.Skipf("no models in %s", corpus)
	}
}
