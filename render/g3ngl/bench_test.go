//go:build unix

package g3ngl

import (
	"image/color"
	"math"
	"math/rand"
	"syscall"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

const benchNodes = 10_000

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

// above sees all nodes of distinct.
func above(n int) scene.Camera {
	d := math.Sqrt(float64(n))
	return scene.Camera{Eye: mgl64.Vec3{0, d * 1.1, d * 1.1}}
}

type meter struct {
	b               *testing.B
	cpu, total      time.Duration
	begun           time.Duration // processor time of the process
	draws, maxDraws int
}

func (m *meter) add(st render.Stats, total time.Duration) {
	m.cpu += st.CPU
	m.total += total
	m.draws, m.maxDraws = st.Draws, st.MaxDraws
}

// processorTime is what all threads have used: under load it says more than the clock on the wall.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func (m *meter) report() {
	m.b.ReportMetric(float64((processorTime()-m.begun).Microseconds())/1e3/float64(m.b.N), "all-cores-ms")
	m.b.ReportMetric(float64(m.cpu.Microseconds())/1e3/float64(m.b.N), "submit-ms")
	m.b.ReportMetric(float64(m.total.Microseconds())/1e3/float64(m.b.N), "total-ms")
	m.b.ReportMetric(float64(m.draws), "draws")
	m.b.ReportMetric(float64(m.maxDraws), "draws/pass")
}

// BenchmarkDistinct10k draws 10,000 distinct nodes: ours at rest, ours with each node moved and recoloured, and stock g3n
// with the same boxes, in the same size, on the same machine. Most of submit-ms under llvmpipe is the driver's drawing.
func BenchmarkDistinct10k(b *testing.B) {
	for _, size := range []struct {
		name string
		w, h int
	}{{"64x64", 64, 64}, {"1280x720", 1280, 720}} {
		for _, moving := range []bool{false, true} {
			name := size.name + "/orrery"
			if moving {
				name += " all changing"
			}
			b.Run(name, func(b *testing.B) {
				r := headless(b, Options{Samples: 1})
				s := distinct(benchNodes)
				bl := render.NewBuilder()
				o := render.Options{WidthPx: size.w, HeightPx: size.h, Palette: render.Day(), Look: render.Engineer}
				m := &meter{b: b}
				frame := func() {
					if moving {
						for i := 0; i < benchNodes; i++ {
							id := scene.NodeID(i + 1)
							t := s.Node(id).Local
							t.Translation[1] = math.Sin(float64(b.N + i))
							s.SetLocal(id, t)
							s.SetTint(id, color.NRGBA{R: uint8(i), G: uint8(b.N), A: 200})
						}
					}
					start := time.Now()
					f := bl.Build(s, above(benchNodes), o)
					_, st, err := r.SnapshotStats(f)
					if err != nil {
						b.Fatal(err)
					}
					m.add(st, time.Since(start))
					f.Release()
				}
				frame() // builds the batches
				*m = meter{b: b, begun: processorTime()}
				for b.Loop() {
					frame()
				}
				m.report()
			})
		}
		b.Run(size.name+"/stock g3n", func(b *testing.B) { benchmarkStock(b, size.w, size.h) })
	}
}

// benchmarkStock draws the same with g3n's own meshes and standard materials.
func benchmarkStock(b *testing.B, w, h int) {
	p, err := NewPeer(distinct(benchNodes), w, h)
	if err != nil {
		b.Skipf("no EGL here: %v", err)
	}
	defer p.Close()
	m := &meter{b: b}
	frame := func() {
		f := p.Frame(above(benchNodes))
		if f.Err != nil {
			b.Fatal(f.Err)
		}
		m.add(render.Stats{Draws: f.Draws, MaxDraws: f.Draws}, f.Total)
	}
	frame()
	*m = meter{b: b, begun: processorTime()}
	for b.Loop() {
		frame()
	}
	m.report()
}

// BenchmarkFarm draws the wind farm as a viewport does, with and without multisampling.
func BenchmarkFarm(b *testing.B) {
	for _, c := range []struct {
		name    string
		samples int
		look    render.Look
	}{{"operate 1x", 1, render.Operate}, {"operate 4x", 4, render.Operate}, {"review 4x", 4, render.Review}} {
		b.Run(c.name, func(b *testing.B) {
			r := headless(b, Options{Samples: c.samples})
			s := farm()
			bl := render.NewBuilder()
			o := render.Options{WidthPx: 1280, HeightPx: 720, Palette: render.Day(), Look: c.look}
			m := &meter{b: b, begun: processorTime()}
			for b.Loop() {
				start := time.Now()
				f := bl.Build(s, overview(), o)
				_, st, err := r.SnapshotStats(f)
				if err != nil {
					b.Fatal(err)
				}
				m.add(st, time.Since(start))
				f.Release()
			}
			m.report()
		})
	}
}

// BenchmarkRecolour10k changes all tints and sends them: what live colours cost the render thread beside drawing.
func BenchmarkRecolour10k(b *testing.B) {
	s := distinct(benchNodes)
	bl := render.NewBuilder()
	o := render.Options{WidthPx: 64, HeightPx: 64, Palette: render.Day()}
	k := uint8(0)
	for b.Loop() {
		k++
		for i := 0; i < benchNodes; i++ {
			st := s.Node(scene.NodeID(i + 1)).Style
			st.Tint.R, st.Tint.A = k, 255
			s.SetStyle(scene.NodeID(i+1), st)
		}
		bl.Build(s, above(benchNodes), o).Release()
	}
}

// BenchmarkPack10k packs 10,000 distinct meshes: what loading a plant costs the render thread, once.
func BenchmarkPack10k(b *testing.B) {
	s := distinct(benchNodes)
	for b.Loop() {
		for _, m := range s.Meshes()[1:] {
			packed(m, 0)
			formOf(m, true)
		}
	}
}
