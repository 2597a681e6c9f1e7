package cache

import (
	"fmt"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"testing"

	"github.com/orrery-twin/orrery/scene"
)

// plant is a scene of about 100 MB: 40 meshes of 50,000 triangles with uv, 20,000 nodes, and two pictures.
func plant(b *testing.B) *scene.Scene {
	s := scene.New()
	rnd := rand.New(rand.NewSource(1))
	for k := range 2 {
		pix := make([]uint8, 4*1024*1024)
		if k == 0 {
			rnd.Read(pix)
		}
		if _, err := s.AddTexture(scene.Texture{Image: &scene.Image{Width: 1024, Height: 1024, Pix: pix}}); err != nil {
			b.Fatal(err)
		}
	}
	for k := range 40 {
		m := scene.NewSphere(1, 224, 0)
		for i := range m.Positions {
			m.Positions[i] *= 1 + 0.01*float32(math.Sin(float64(i+k)))
		}
		m.UVs = make([]float32, 2*m.Vertices())
		coarse := m.Indices[:len(m.Indices)/12*3]
		m.LODs = []scene.LOD{{Indices: coarse, Parts: []scene.Part{{Count: len(coarse)}}, ErrorM: 0.1}}
		s.MustAddMesh(m)
	}
	for i := range 20_000 {
		s.AddNode(scene.Root, scene.Node{Name: fmt.Sprint("part ", i), Mesh: scene.MeshID(1 + i%40), Local: scene.At(float64(i), 0, 0),
			Properties: []scene.Property{{Name: "layer", Value: "steel"}}})
	}
	s.Prepare()
	return s
}

func benchFolder(b *testing.B) *os.Root {
	dir := b.TempDir()
	data := make([]byte, 100<<20)
	rand.New(rand.NewSource(2)).Read(data)
	if err := os.WriteFile(filepath.Join(dir, "plant.glb"), data, 0o600); err != nil {
		b.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { root.Close() })
	return root
}

func BenchmarkLookup100MB(b *testing.B) {
	c, fsys := opened(b, Options{}), benchFolder(b).FS()
	if err := c.Store(ctx, fsys, "plant.glb", "", &Entry{Scene: plant(b)}); err != nil {
		b.Fatal(err)
	}
	st, err := os.Stat(files(b, c)[0])
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(st.Size())
	for b.Loop() {
		if _, ok := c.Lookup(ctx, fsys, "plant.glb", ""); !ok {
			b.Fatal("not found")
		}
	}
}

func BenchmarkStore100MB(b *testing.B) {
	c, fsys := opened(b, Options{}), benchFolder(b).FS()
	s := plant(b)
	_, slot := c.Find(ctx, fsys, "plant.glb", "")
	for b.Loop() {
		if err := slot.Store(ctx, &Entry{Scene: s}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSum100MB(b *testing.B) {
	fsys := benchFolder(b).FS()
	b.SetBytes(100 << 20)
	for b.Loop() {
		if _, _, err := sumOf(ctx, fsys, "plant.glb"); err != nil {
			b.Fatal(err)
		}
	}
}
