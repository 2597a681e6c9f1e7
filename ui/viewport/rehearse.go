package viewport

import (
	"errors"
	"image"
	"image/color"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// rehearse has a renderer draw a small known picture: once for itself, which is returned, and once to be presented;
// ready is called when that one can be acquired. It takes as long as the driver needs to compile the shaders, so it runs
// in the background.
func rehearse(r render.Renderer, ready func()) (*image.RGBA, error) {
	s := scene.New()
	box := s.AddNode(scene.Root, scene.Node{Name: "box", Mesh: s.MustAddMesh(scene.NewBox(2, 2, 2, 0))})
	s.SetTint(box, color.NRGBA{R: 230, G: 60, B: 40, A: 255})
	frame := render.NewBuilder().Build(s, scene.Camera{Eye: mgl64.Vec3{3, 2, 5}}, render.Options{WidthPx: 64, HeightPx: 48, Palette: render.Day(), Hovered: scene.NoNode})
	defer frame.Release()
	want, err := r.Snapshot(frame)
	if err != nil {
		return nil, err
	}
	middle, corner := want.RGBAAt(32, 24), want.RGBAAt(1, 1)
	if int(middle.R) < int(middle.B)+60 || int(corner.R) > int(corner.B)+30 {
		return nil, errors.New("viewport: self-test: a red box on a grey sky came out otherwise")
	}
	r.OnPicture(ready)
	r.Submit(frame.Retain())
	return want, nil
}
