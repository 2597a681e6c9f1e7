package gltf

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// corpus is a collection of public models that is no part of the project.
const corpus = "../../../shared/data/models"

func corpusFiles(t testing.TB) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(corpus, func(path string, d fs.DirEntry, err error) error {
		if ext := strings.ToLower(filepath.Ext(path)); err == nil && (ext == ".gltf" || ext == ".glb") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Skipf("no corpus: %v", err)
	}
	return files
}

func loadPath(file string, l loading.Limits) (*scene.Scene, []string, error) {
	folder, err := loading.OpenFolder(filepath.Dir(file))
	if err != nil {
		return nil, nil, err
	}
	defer folder.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	job := loading.New(ctx, folder, filepath.Base(file), l)
	defer job.Close()
	s, err := Read(job)
	return s, job.Warnings(), err
}

// TestCorpus reads every model and refuses none that the Khronos validator finds valid.
func TestCorpus(t *testing.T) {
	files := corpusFiles(t)
	failed := map[string]error{}
	for _, file := range files {
		began := time.Now()
		s, warnings, err := loadPath(file, loading.Limits{})
		name, _ := filepath.Rel(corpus, file)
		if err != nil {
			failed[file] = err
			t.Logf("refused %s: %v", name, err)
			if unforeseen(err) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("%s took %v", name, took)
		}
		checkScene(t, s)
		if len(warnings) > 0 {
			t.Logf("%s: %s", name, strings.Join(warnings, "; "))
		}
	}
	t.Logf("%d files, %d loaded, %d refused", len(files), len(files)-len(failed), len(failed))
	if os.Getenv("ORRERY_GLTF_VALIDATOR") == "" {
		t.Log("which files are valid is not known: ORRERY_GLTF_VALIDATOR is not set")
		return
	}
	valid, refused := 0, 0
	verdicts := validate(t, files...)
	for _, file := range files {
		if verdicts[file].Errors > 0 {
			continue
		}
		valid++
		if err, ok := failed[file]; ok {
			refused++
			t.Logf("valid and refused: %s: %v", file, err)
		}
	}
	t.Logf("%d valid files, %d of them refused", valid, refused)
	if refused*100 > valid {
		t.Errorf("%d of %d valid files were refused", refused, valid)
	}
}

// unforeseen reports whether an error is a mistake of ours that a broken file brought to light, see loading.Guard.
func unforeseen(err error) bool { return strings.Contains(err.Error(), "did not foresee") }

// checkScene fails the test for what must hold in every scene.
func checkScene(t testing.TB, s *scene.Scene) {
	t.Helper()
	for _, m := range s.Meshes() {
		if m == nil {
			continue
		}
		if err := m.Check(); err != nil {
			t.Error(err)
		}
		for _, f := range m.Normals {
			if !(f >= -1.001 && f <= 1.001) {
				t.Errorf("mesh %q of %d vertices, %d triangles, has a normal with %g", m.Name, m.Vertices(), m.Triangles(), f)
				break
			}
		}
	}
	for i := range s.Len() {
		n := s.Node(scene.NodeID(i))
		m := s.Mesh(n.Mesh)
		if n.Skin == scene.NoSkin {
			continue
		}
		k := s.Skins()[n.Skin]
		if m == nil || len(k.Joints) == 0 || len(k.Joints) != len(k.InverseBind) || int(slices.Max(m.Joints)) >= len(k.Joints) {
			t.Errorf("node %q has a skin that does not fit its mesh", n.Path)
		}
	}
	for _, c := range s.Document().Clips {
		for _, ch := range c.Channels {
			if len(ch.TimesSec) == 0 || len(ch.Values)%len(ch.TimesSec) != 0 {
				t.Errorf("clip %q has %d values for %d times", c.Name, len(ch.Values), len(ch.TimesSec))
			}
		}
	}
	s.Bounds(scene.Root)
}

// TestCorpusBoundsAreThoseOfThePreview compares what the file states of its meshes with what was decoded: accessors,
// quantisation and compression must all be right for that.
func TestCorpusBoundsAreThoseOfThePreview(t *testing.T) {
	compared := 0
	for _, file := range corpusFiles(t) {
		if strings.Contains(file, "ZeroLengthBufferView") {
			continue // states other bounds than its data have
		}
		folder, err := loading.OpenFolder(filepath.Dir(file))
		if err != nil {
			t.Fatal(err)
		}
		job := loading.New(context.Background(), folder, filepath.Base(file), loading.Limits{})
		var boxes *scene.Scene
		job.OnPreview(func(s *scene.Scene) {
			if boxes == nil {
				boxes = s
			}
		})
		s, err := Read(job)
		job.Close()
		folder.Close()
		if err != nil {
			continue
		}
		if boxes == nil || boxes.Len() != s.Len() {
			t.Errorf("%s: the preview has other nodes", file)
			continue
		}
		for i := range s.Len() {
			n, b := s.Node(scene.NodeID(i)), boxes.Node(scene.NodeID(i))
			if n.Path != b.Path || !s.World(scene.NodeID(i)).ApproxEqualThreshold(boxes.World(scene.NodeID(i)), 1e-12) {
				t.Errorf("%s: node %q is %q in the preview", file, n.Path, b.Path)
			}
			m, box := s.Mesh(n.Mesh), boxes.Mesh(b.Mesh)
			if m == nil || box == nil {
				continue
			}
			compared++
			size := box.Bounds.Size().Len()
			for k := range 3 {
				// Vertices that nothing uses count in the file; what is packed by Draco is off by a step.
				if m.Bounds.Min[k] < box.Bounds.Min[k]-0.01*size || m.Bounds.Max[k] > box.Bounds.Max[k]+0.01*size || m.Bounds.Size().Len() < 0.8*size {
					t.Errorf("%s: mesh %q has bounds %v, the file says %v", file, m.Name, m.Bounds, box.Bounds)
					break
				}
			}
		}
	}
	t.Logf("compared the bounds of %d meshes", compared)
}
