package gltf

import (
	"context"
	"testing"
	"testing/fstest"
	"time"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

func TestBoxesComeFirst(t *testing.T) {
	s := everything(t)
	job := loading.New(context.Background(), fstest.MapFS{"m.glb": {Data: written(t, s)}}, "m.glb", loading.Limits{})
	defer job.Close()
	var seen []*scene.Scene
	job.OnPreview(func(p *scene.Scene) { seen = append(seen, p) })
	got, err := Read(job)
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != 1 {
		t.Fatalf("%d previews", len(seen))
	}
	for i := range got.Len() {
		n, p := got.Node(scene.NodeID(i)), seen[0].Node(scene.NodeID(i))
		if n.Path != p.Path || n.Role != p.Role || n.Local != p.Local {
			t.Errorf("node %q is %q in the preview", n.Path, p.Path)
		}
		m, b := got.Mesh(n.Mesh), seen[0].Mesh(p.Mesh)
		if m == nil {
			continue
		}
		if b == nil || b.Triangles() != 12 || b.Bounds != m.Bounds {
			t.Errorf("node %q has a preview of %+v, its bounds are %+v", n.Path, b, m.Bounds)
		}
	}
}

// TestTheSecondPreviewHasMeshesThatAreReady takes the clock back, so that half of the meshes take long enough.
func TestTheSecondPreviewHasMeshesThatAreReady(t *testing.T) {
	s := scene.New()
	for range 10 {
		s.AddNode(scene.Root, scene.Node{Name: "ball", Mesh: s.MustAddMesh(scene.NewSphere(1, 20, 0))})
	}
	job := loading.New(context.Background(), fstest.MapFS{"m.glb": {Data: written(t, s)}}, "m.glb", loading.Limits{})
	defer job.Close()
	var seen []*scene.Scene
	job.OnPreview(func(p *scene.Scene) { seen = append(seen, p) })
	r := &reader{job: job, limits: job.Limits(), scene: scene.New(), keyCache: map[int][]float32{}}
	for _, step := range []func() error{r.open, r.planTree, func() error { r.planLODs(); r.plan(); return r.previewBoxes() }} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	r.halfway.start = time.Now().Add(-time.Minute)
	if err := r.decodeAll(); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 2 {
		t.Fatalf("%d previews", len(seen))
	}
	ready := 0
	for _, m := range seen[1].Meshes() {
		if m != nil && m.Triangles() > 12 {
			ready++
		}
	}
	if ready < 5 || ready > 9 || seen[1].Len() != 11 {
		t.Errorf("%d of 10 meshes are ready in the second preview", ready)
	}
	if err := r.fill(); err != nil { // the same meshes go into the whole scene
		t.Fatal(err)
	}
	checkScene(t, r.scene)
}
