//go:build unix

package g3ngl

import (
	"image/color"
	"math"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// wall is a scene that fills the view with 64 quads whose materials have these maps, of 1024² pixels in all.
func wall(textured bool, maps int) *scene.Scene {
	s := scene.New()
	img := painted(1024, func(u, v float64) color.NRGBA {
		return color.NRGBA{uint8(127 + 127*math.Sin(80*u)), uint8(127 + 127*math.Sin(90*v)), 200, 255}
	})
	tex, _ := s.AddTexture(scene.Texture{Image: img})
	for i := range 64 {
		m := white()
		m.BaseColor[0] = float32(i) / 64
		if textured {
			m.BaseColorMap.Texture = tex
		}
		if maps > 1 {
			m.MetallicRoughnessMap.Texture, m.NormalMap.Texture = tex, tex
			m.OcclusionMap.Texture, m.EmissiveMap.Texture = tex, tex
			m.Emissive = [3]float32{0.1, 0.1, 0.1}
		}
		q := s.MustAddMesh(square(s.AddMaterial(m), 0, 1))
		s.AddNode(scene.Root, scene.Node{Mesh: q, Local: scene.At(float64(i%8)*2-7, float64(i/8)*2-7, 0)})
	}
	return s
}

// BenchmarkTextured fills 1280×720 pixels with plain and with textured surfaces.
func BenchmarkTextured(b *testing.B) {
	for _, c := range []struct {
		name     string
		look     render.Look
		textured bool
		maps     int
	}{
		{"engineer plain", render.Engineer, false, 0}, {"engineer base colour", render.Engineer, true, 1}, {"engineer five maps", render.Engineer, true, 5},
		{"review plain", render.Review, false, 0}, {"review base colour", render.Review, true, 1}, {"review five maps", render.Review, true, 5},
	} {
		b.Run(c.name, func(b *testing.B) {
			r := headless(b, Options{Samples: 4})
			bl := render.NewBuilder()
			s := wall(c.textured, c.maps)
			measure(b, r, bl, s, scene.Camera{Eye: mgl64.Vec3{0, 0, 14}}, render.Options{WidthPx: 1280, HeightPx: 720, Palette: render.Day(), Look: c.look})
		})
	}
}

// measure draws one frame again and again.
func measure(b *testing.B, r *Renderer, bl *render.Builder, s *scene.Scene, c scene.Camera, o render.Options) {
	m := &meter{b: b}
	var st render.Stats
	frame := func() {
		start := time.Now()
		f := bl.Build(s, c, o)
		var err error
		if _, st, err = r.SnapshotStats(f); err != nil {
			b.Fatal(err)
		}
		m.add(st, time.Since(start))
		f.Release()
	}
	frame() // loads
	*m = meter{b: b, begun: processorTime()}
	for b.Loop() {
		frame()
	}
	m.report()
	b.ReportMetric(float64(st.Triangles), "triangles")
}

// crowd is a big scene: n distinct spheres of 20 thousand triangles in rows to the horizon, with or without levels of detail
// of a quarter, a sixteenth and a 64th of the triangles.
func crowd(n int, detail bool) *scene.Scene {
	s := scene.New()
	for i := range n {
		m := s.AddMaterial(scene.Material{BaseColor: [4]float32{float32(i%7) / 7, 0.5, 0.4, 1}, Roughness: 0.5})
		mesh := scene.NewSphere(0.4, 142, m)
		if detail {
			withLevels(mesh, 142, m)
		}
		s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(mesh), Local: scene.At(float64(i%20)-9.5, 0, -float64(i/20)*1.5)})
	}
	return s
}

// withLevels adds spheres of fewer segments as levels of detail; their deviation is that of the chords.
func withLevels(m *scene.Mesh, segments int, material scene.MaterialID) {
	for i, every := range []int{2, 4, 8} {
		coarse := scene.NewSphere(0.4, segments/every, material)
		base := uint32(m.Vertices())
		m.Positions, m.Normals = append(m.Positions, coarse.Positions...), append(m.Normals, coarse.Normals...)
		l := scene.LOD{Parts: []scene.Part{{Count: len(coarse.Indices), Material: material}}}
		for _, v := range coarse.Indices {
			l.Indices = append(l.Indices, base+v)
		}
		half := math.Pi / float64(segments/every)
		l.ErrorM = float32(0.4*(1-math.Cos(half))) + 1e-6*float32(i)
		m.LODs = append(m.LODs, l)
	}
}

// BenchmarkLevelsOfDetail draws 400 spheres of 20 thousand triangles: eight million triangles in full detail.
func BenchmarkLevelsOfDetail(b *testing.B) {
	for _, c := range []struct {
		name          string
		detail, draft bool
	}{{"full", false, false}, {"levels", true, false}, {"levels, draft", true, true}} {
		b.Run(c.name, func(b *testing.B) {
			r := headless(b, Options{Samples: 1})
			o := render.Options{WidthPx: 1280, HeightPx: 720, Palette: render.Day(), Look: render.Engineer, NoEdges: true, Draft: c.draft}
			measure(b, r, render.NewBuilder(), crowd(400, c.detail), scene.Camera{Eye: mgl64.Vec3{0, 6, 14}, Target: mgl64.Vec3{0, 0, -8}}, o)
		})
	}
}

// BenchmarkLoad100MB takes a scene of about 100 MB from the scene to the picture; most of it is packed beside drawing.
func BenchmarkLoad100MB(b *testing.B) {
	s := crowd(190, false)
	r := headless(b, Options{Samples: 1})
	o := render.Options{WidthPx: 640, HeightPx: 360, Palette: render.Day()}
	bytes := 0
	for b.Loop() {
		f := render.NewBuilder().Build(s, scene.Camera{Eye: mgl64.Vec3{0, 6, 14}}, o) // a new builder: nothing is known
		_, st, err := r.SnapshotStats(f)
		if err != nil {
			b.Fatal(err)
		}
		f.Release()
		empty := render.NewBuilder().Build(scene.New(), scene.Camera{}, o)
		if _, _, err := r.SnapshotStats(empty); err != nil {
			b.Fatal(err)
		}
		empty.Release()
		bytes = st.Loaded
	}
	b.SetBytes(int64(bytes))
}

// BenchmarkImage prepares an image of 2048² pixels with its mipmaps, from one of 3000×2000.
func BenchmarkImage(b *testing.B) {
	img := &scene.Image{Width: 3000, Height: 2000, Pix: make([]uint8, 4*3000*2000)}
	for i := range img.Pix {
		img.Pix[i] = uint8(i * i >> 7)
	}
	b.SetBytes(int64(len(img.Pix)))
	for b.Loop() {
		pixels := squared(&scene.Texture{Image: img}, 2048, true)
		for side := 2048; side > 1; side /= 2 {
			pixels = halved(pixels, side, true)
		}
	}
}
