package g3ngl

import (
	"math"
	"math/rand"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// distinct returns a scene of n nodes with n meshes and n materials, like Khronos' NodePerformanceTest.
func distinct(n int) *scene.Scene {
	s := scene.New()
	rnd := rand.New(rand.NewSource(1))
	side := int(math.Ceil(math.Sqrt(float64(n))))
	for i := 0; i < n; i++ {
		m := s.AddMaterial(scene.Material{BaseColor: [4]float32{rnd.Float32(), rnd.Float32(), rnd.Float32(), 1}, Roughness: 0.5})
		mesh := s.MustAddMesh(scene.NewBox(0.5+rnd.Float64()*0.3, 0.5+rnd.Float64(), 0.5+rnd.Float64()*0.3, m))
		s.AddNode(scene.Root, scene.Node{Mesh: mesh, Local: scene.At(float64(i%side-side/2), 0, float64(i/side-side/2))})
	}
	return s
}

func above(n int) scene.Camera {
	d := math.Sqrt(float64(n))
	return scene.Camera{Eye: mgl64.Vec3{0, d * 0.75, d * 0.75}}
}

func BenchmarkTmpFarm(b *testing.B) {
	for _, samples := range []int{1, 4} {
		for _, edges := range []bool{false, true} {
			r, err := NewHeadless(Options{Samples: samples})
			if err != nil {
				b.Fatal(err)
			}
			s := farm()
			bl := render.NewBuilder()
			o := options(render.Day(), render.Operate)
			o.NoEdges = !edges
			name := map[int]string{1: "1x", 4: "4x"}[samples] + map[bool]string{true: "edges", false: "plain"}[edges]
			b.Run(name, func(b *testing.B) {
				var cpu, tot time.Duration
				for b.Loop() {
					f := bl.Build(s, overview(), o)
					t := time.Now()
					_, st, err := r.SnapshotStats(f)
					if err != nil {
						b.Fatal(err)
					}
					tot += time.Since(t)
					cpu += st.CPU
					f.Release()
				}
				b.ReportMetric(float64(cpu.Microseconds())/1e3/float64(b.N), "cpu-ms")
				b.ReportMetric(float64(tot.Microseconds())/1e3/float64(b.N), "total-ms")
			})
			r.Close()
		}
	}
}
