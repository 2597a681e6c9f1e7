package g3ngl

import (
	"testing"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

func BenchmarkTmpParts(b *testing.B) {
	empty := scene.New()
	empty.AddNode(scene.Root, scene.Node{Mesh: empty.MustAddMesh(scene.NewBox(0.01, 0.01, 0.01, 0))})
	ground := scene.New()
	ground.AddNode(scene.Root, scene.Node{Mesh: ground.MustAddMesh(scene.NewPlane(80000, 0)), Role: scene.Ground})
	nosea := farm()
	id, _ := nosea.Find("sea")
	nosea.SetVisible(id, false)
	for _, samples := range []int{1, 4} {
		for name, s := range map[string]*scene.Scene{"empty": empty, "ground": ground, "nosea": nosea} {
			r, err := NewHeadless(Options{Samples: samples})
			if err != nil {
				b.Fatal(err)
			}
			bl := render.NewBuilder()
			o := options(render.Day(), render.Operate)
			o.NoEdges = true
			b.Run(name+string(rune('0'+samples)), func(b *testing.B) {
				for b.Loop() {
					f := bl.Build(s, overview(), o)
					if _, err := r.Snapshot(f); err != nil {
						b.Fatal(err)
					}
					f.Release()
				}
			})
			r.Close()
		}
	}
}
