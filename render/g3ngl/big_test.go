//go:build unix

package g3ngl

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// plant is n distinct spheres of segments × segments / 2 × 2 triangles in a block with aisles, with levels of detail or
// without any.
func plant(n, segments int, detail bool) *scene.Scene {
	s := scene.New()
	wide := int(math.Ceil(math.Cbrt(float64(n) * 4)))
	for i := range n {
		m := s.AddMaterial(scene.Material{BaseColor: [4]float32{float32(i%7) / 7, 0.5, float32(i%5) / 5, 1}, Roughness: 0.5})
		mesh := scene.NewSphere(0.4, segments, m)
		if detail {
			withLevels(mesh, segments, m)
		}
		x, y, z := i%wide, i/wide%max(1, wide/4), i/wide/max(1, wide/4)
		s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(mesh), Local: scene.At(float64(x-wide/2), float64(y), float64(z-wide/2))})
	}
	return s
}

// around looks at the plant from a place on a circle.
func around(n int, angle float64) scene.Camera {
	wide := math.Cbrt(float64(n) * 4)
	return scene.Camera{
		Eye:    mgl64.Vec3{1.1 * wide * math.Sin(angle), 0.5 * wide, 1.1 * wide * math.Cos(angle)},
		Target: mgl64.Vec3{0, 0.1 * wide, 0},
	}
}

// watcher takes pictures as a window does.
type watcher struct {
	t    testing.TB
	r    *Renderer
	made chan struct{}
	held render.Picture
}

func watch(t testing.TB, r *Renderer) *watcher {
	w := &watcher{t: t, r: r, made: make(chan struct{}, 1000)}
	r.OnPicture(func() { w.made <- struct{}{} })
	return w
}

// next waits for the next picture.
func (w *watcher) next() render.Picture {
	w.t.Helper()
	for {
		select {
		case <-w.made:
		case <-time.After(120 * time.Second):
			w.t.Fatalf("no picture: %v", w.r.Err())
		}
		if p, ok := w.r.Acquire(); ok {
			if w.held.Generation != 0 {
				w.r.Release(w.held, 0)
			}
			w.held = p
			return p
		}
	}
}

// until waits for a picture of which something is true.
func (w *watcher) until(ok func(render.Stats) bool) render.Picture {
	w.t.Helper()
	for {
		if p := w.next(); ok(p.Stats) {
			return p
		}
	}
}

func complete(s render.Stats) bool { return s.Pending == 0 && s.Refined == 1 }

// BenchmarkPlant moves around a plant of ten million triangles in ten thousand objects, in drafts, and then stops.
func BenchmarkPlant(b *testing.B) {
	const n = 10_000
	for _, c := range []struct {
		name   string
		detail bool
	}{{"levels", true}, {"full", false}} {
		b.Run(c.name, func(b *testing.B) {
			r := headless(b, Options{})
			s := plant(n, 32, c.detail)
			w := watch(b, r)
			bl := render.NewBuilder()
			o := render.Options{WidthPx: 1280, HeightPx: 720, Palette: render.Day(), Look: render.Engineer}
			r.Submit(bl.Build(s, around(n, 0), o))
			st := w.until(complete).Stats
			var drafts, stops []time.Duration
			var last render.Stats
			for b.Loop() {
				o.Draft = true
				for i := range 20 {
					begin := time.Now()
					r.Submit(bl.Build(s, around(n, 0.05*float64(i)), o))
					last = w.next().Stats
					drafts = append(drafts, time.Since(begin))
				}
				o.Draft = false
				begin := time.Now()
				r.Submit(bl.Build(s, around(n, 0.95), o))
				st = w.until(complete).Stats
				stops = append(stops, time.Since(begin))
			}
			slices.Sort(drafts)
			slices.Sort(stops)
			ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 }
			b.ReportMetric(ms(drafts[len(drafts)*95/100]), "moving-p95-ms")
			b.ReportMetric(ms(drafts[len(drafts)/2]), "moving-p50-ms")
			b.ReportMetric(ms(stops[0]), "whole-ms")
			b.ReportMetric(float64(st.Triangles), "triangles")
			b.ReportMetric(float64(st.Covered), "covered")
			b.ReportMetric(float64(st.MeshBytes)/float64(n*s.Meshes()[1].Triangles()), "gpu-B/triangle")
			b.ReportMetric(float64(last.Skipped), "draft-skipped")
			b.ReportMetric(last.Refined, "draft-refined")
		})
	}
}
