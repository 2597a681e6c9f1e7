package g3ngl

import (
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

func TestTmpLooks(t *testing.T) {
	r, err := NewHeadless(Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	t.Log(r.Device())
	dir := "/tmp/render"
	os.MkdirAll(dir, 0o755)
	save := func(name string, f *render.Frame) {
		img, st, err := r.SnapshotStats(f)
		f.Release()
		if err != nil {
			t.Fatal(name, err)
		}
		t.Logf("%s %+v", name, st)
		w, _ := os.Create(filepath.Join(dir, name+".png"))
		png.Encode(w, img)
		w.Close()
	}
	s := farm()
	b := render.NewBuilder()
	for name, p := range map[string]render.Palette{"day": render.Day(), "night": render.Night()} {
		for l := render.Operate; l <= render.Review; l++ {
			save(name+"-"+l.String(), b.Build(s, overview(), options(p, l)))
		}
		o := options(p, render.Operate)
		g := node(t, s, "T01/nacelle/gearbox")
		s.SetState(g, scene.Alarm(2))
		s.SetState(node(t, s, "T05"), scene.Stale)
		s.SetState(node(t, s, "T02"), scene.Bad)
		s.SetState(node(t, s, "T03"), scene.Predicted)
		o.Selected = []scene.NodeID{g}
		o.Hovered = node(t, s, "T04")
		save(name+"-alarm", b.Build(s, overview(), o))
		save(name+"-close", b.Build(s, closeup(), o))
		o.Look = render.Engineer
		save(name+"-close-eng", b.Build(s, closeup(), o))
		o.Look = render.Review
		save(name+"-close-rev", b.Build(s, closeup(), o))
		o.Look = render.Operate
		ghost := s.Clone()
		for i := 1; i <= 6; i++ {
			ghost.SetLocal(node(t, ghost, "T0"+string(rune('0'+i))+"/nacelle/rotor"), scene.At(7.2, 0, 0).Turned(float64(i)*0.7+0.5, mgl64.Vec3{1, 0, 0}))
		}
		ghost.SetLocal(node(t, ghost, "T01/nacelle"), scene.At(0, 92, 0).Turned(0.3, mgl64.Vec3{0, 1, 0}))
		o.Ghosts = []render.Ghost{{Scene: ghost}}
		save(name+"-ghost", b.Build(s, overview(), o))
		o.Ghosts = nil
		o.Section = &scene.Section{Planes: []scene.Plane{scene.PlaneThrough(mgl64.Vec3{0, 92, 0}, mgl64.Vec3{0, -1, 0.0})}, ShellsOnly: true}
		o.Selected = nil
		save(name+"-section", b.Build(s, closeup(), o))
		o.Section = &scene.Section{Planes: []scene.Plane{scene.PlaneThrough(mgl64.Vec3{0, 92, 0}, mgl64.Vec3{0, -1, 0}), scene.PlaneThrough(mgl64.Vec3{0, 92, 0}, mgl64.Vec3{0, 0, -1})}, Keep: scene.KeepOutside}
		o.Look = render.Engineer
		save(name+"-cutout", b.Build(s, closeup(), o))
		o.Section = nil
		o.XRay = true
		o.Selected = []scene.NodeID{g}
		save(name+"-xray", b.Build(s, closeup(), o))
		for _, n := range []string{"T01/nacelle/gearbox", "T05", "T02", "T03"} {
			s.SetState(node(t, s, n), 0)
		}
	}
}
