package render

import (
	"fmt"
	"image/color"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

// field returns n boxes in groups of ten, and a camera that sees part of them.
func field(n int) (*scene.Scene, scene.Camera) {
	s := scene.New()
	box := s.MustAddMesh(scene.NewBox(1, 1, 1, 0))
	group := scene.Root
	for i := range n {
		if i%10 == 0 {
			group = s.AddNode(scene.Root, scene.Node{Name: fmt.Sprint("g", i), Local: scene.At(float64(i/10%100)*12, 0, float64(i/1000)*2)})
		}
		s.AddNode(group, scene.Node{Name: fmt.Sprint("n", i), Mesh: box, Local: scene.At(float64(i%10), 0, 0)})
	}
	return s, scene.Camera{Eye: mgl64.Vec3{600, 80, 300}, Target: mgl64.Vec3{600, 0, 100}}
}

// BenchmarkBuild100k tells what a frame of 100,000 nodes costs: at rest, while the camera moves, and with what views ask
// for. "copy" is what it costs to copy the objects and their boxes.
func BenchmarkBuild100k(b *testing.B) {
	s, camera := field(100_000)
	leaf := func(i int) scene.NodeID { return scene.NodeID(2 + i/10*11 + i%10) }
	half := &scene.Section{Planes: []scene.Plane{scene.PlaneThrough(mgl64.Vec3{600, 0, 100}, mgl64.Vec3{1, 0, 0})}}
	for _, c := range []struct {
		name    string
		options func(o *Options)
		change  func(k int)
	}{
		{"still", nil, nil},
		{"section", func(o *Options) { o.Section = half }, nil},
		{"x-ray", func(o *Options) { o.XRay = true }, nil},
		{"selected", func(o *Options) { o.Selected = []scene.NodeID{leaf(5000)} }, nil},
		{"100 move", nil, func(k int) {
			for i := range 100 {
				s.SetLocal(leaf(i*1000), scene.At(0, float64(k), 0))
			}
		}},
		{"10000 recoloured", nil, func(k int) {
			for i := range 10_000 {
				s.SetTint(leaf(i*10), color.NRGBA{R: uint8(k), A: 255})
			}
		}},
		{"100000 recoloured", nil, func(k int) {
			for i := range 100_000 {
				s.SetTint(leaf(i), color.NRGBA{R: uint8(k), A: 255})
			}
		}},
	} {
		b.Run(c.name, func(b *testing.B) {
			bl, k := NewBuilder(), 0
			o := opts()
			if c.options != nil {
				c.options(&o)
			}
			b.ReportAllocs()
			for b.Loop() {
				if c.change != nil {
					k++
					c.change(k)
				}
				camera.Eye[0] += 1e-3
				bl.Build(s, camera, o).Release()
			}
		})
	}
	b.Run("copy", func(b *testing.B) {
		f := NewBuilder().Build(s, camera, opts())
		objects, extents := make([]Object, len(f.Objects)), make([]Extent, len(f.Extents))
		for b.Loop() {
			copy(objects, f.Objects)
			copy(extents, f.Extents)
		}
	})
}

// BenchmarkRecolour10k is what it takes until 10,000 objects with new colours are in a frame.
func BenchmarkRecolour10k(b *testing.B) {
	s, camera := field(10_000)
	bl, k := NewBuilder(), 0
	for b.Loop() {
		k++
		for id := scene.NodeID(2); int(id) < s.Len(); id++ {
			s.SetTint(id, color.NRGBA{R: uint8(k), A: 255})
		}
		bl.Build(s, camera, opts()).Release()
	}
}

func BenchmarkCull100k(b *testing.B) {
	s, camera := field(100_000)
	f := NewBuilder().Build(s, camera, opts())
	frustum := f.Frustum()
	b.Run("flat", func(b *testing.B) {
		seen := 0
		for b.Loop() {
			seen = 0
			for i := range f.Extents {
				if frustum.Sees(&f.Extents[i]) {
					seen++
				}
			}
		}
		b.ReportMetric(float64(seen), "seen")
	})
	b.Run("blocks", func(b *testing.B) {
		seen := 0
		for b.Loop() {
			seen = 0
			frustum.EachSeen(&f.Pose, func(int) { seen++ })
		}
		b.ReportMetric(float64(seen), "seen")
	})
}
