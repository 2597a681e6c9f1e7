package scene

import (
	"fmt"
	"math"
	"math/rand"
	"testing"

	"github.com/go-gl/mathgl/mgl64"
)

// plant returns n nodes: groups of ten below the root.
func plant(n int) *Scene {
	s := New()
	mesh := s.MustAddMesh(NewBox(1, 1, 1, 0))
	group := Root
	for i := 0; s.Len() < n+1; i++ {
		if i%10 == 0 {
			group = s.AddNode(Root, Node{Name: fmt.Sprint("g", i), Local: At(float64(i%1000), 0, float64(i/1000)*10)})
			continue
		}
		s.AddNode(group, Node{Name: fmt.Sprint("n", i), Mesh: mesh, Local: At(float64(i%10), 1, 0)})
	}
	s.Update()
	return s
}

func BenchmarkUpdate(b *testing.B) {
	for _, moving := range []int{1, 100, 10_000} {
		b.Run(fmt.Sprintf("%d of 10000", moving), func(b *testing.B) {
			s := plant(10_000)
			k := 0.0
			b.ReportAllocs()
			for b.Loop() {
				k += 0.001
				for i := 0; i < moving; i++ {
					id := NodeID(1 + i*10_000/moving)
					t := s.Node(id).Local
					t.Translation[1] = k
					s.SetLocal(id, t)
				}
				s.Update()
			}
		})
	}
}

// million returns a scene of a million triangles: a bumpy sphere and 10,000 boxes.
func million() *Scene {
	s := plant(9_000)
	sphere := NewSphere(40, 920, 0)
	for i := range sphere.Positions {
		sphere.Positions[i] *= 1 + 0.01*float32(math.Sin(float64(i)))
	}
	s.AddNode(Root, Node{Name: "sphere", Mesh: s.MustAddMesh(sphere), Local: At(500, 40, 50)})
	return s
}

func BenchmarkPick1M(b *testing.B) {
	s := million()
	total := 0
	for id := NodeID(0); int(id) < s.Len(); id++ {
		if m := s.Mesh(s.Node(id).Mesh); m != nil {
			total += m.Triangles()
		}
	}
	s.Prepare()
	p := NewPicker(s)
	rnd := rand.New(rand.NewSource(1))
	hits := 0
	for b.Loop() {
		eye := mgl64.Vec3{500, 90, 260}
		at := mgl64.Vec3{500 + rnd.NormFloat64()*30, 35 + rnd.NormFloat64()*20, 50}
		if _, ok := p.Pick(Ray{eye, at.Sub(eye).Normalize()}, PickOptions{}); ok {
			hits++
		}
	}
	b.ReportMetric(float64(total), "triangles")
	b.ReportMetric(float64(hits)/float64(b.N), "hits/op")
}

func BenchmarkRefit10k(b *testing.B) {
	s := plant(10_000)
	p := NewPicker(s)
	k := 0.0
	for b.Loop() {
		k += 0.001
		for i := 0; i < 100; i++ {
			id := NodeID(1 + i*100)
			t := s.Node(id).Local
			t.Translation[1] = k
			s.SetLocal(id, t)
		}
		p.Pick(Ray{mgl64.Vec3{500, 50, 50}, mgl64.Vec3{0, -1, 0}}, PickOptions{})
	}
}

func BenchmarkPrepare1M(b *testing.B) {
	m := NewSphere(40, 1000, 0)
	for b.Loop() {
		newTriangleTree(m.Positions, m.Indices)
	}
	b.ReportMetric(float64(m.Triangles()), "triangles")
}
