package gltf

import (
	"bytes"
	"testing"
	"testing/fstest"

	"github.com/orrery-twin/orrery/scene"
)

func BenchmarkRead(b *testing.B) {
	s := scene.New()
	m := s.MustAddMesh(scene.NewSphere(1, 700, 0)) // a quarter of a million triangles or so
	s.AddNode(scene.Root, scene.Node{Name: "sphere", Mesh: m})
	var glb bytes.Buffer
	if err := Write(&glb, s, "bench"); err != nil {
		b.Fatal(err)
	}
	fsys := fstest.MapFS{"m.glb": {Data: glb.Bytes()}}
	b.SetBytes(int64(glb.Len()))
	for b.Loop() {
		mustLoad(b, fsys, "m.glb")
	}
	b.ReportMetric(float64(s.Mesh(m).Triangles()), "triangles")
}
