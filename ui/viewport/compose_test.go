package viewport

import (
	"image"
	"image/color"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/scene"
)

func TestComposeDrawsWhatTheWindowShows(t *testing.T) {
	s := scene.New()
	box := s.AddNode(scene.Root, scene.Node{Name: "box", Mesh: s.MustAddMesh(scene.NewBox(2, 2, 2, 0))})
	c := Composition{Scene: s, Camera: scene.Camera{Eye: mgl64.Vec3{0, 0, 12}}, Scale: 2,
		Labels:   []Label{{Node: box, Name: "Pump", Value: "42 °C"}},
		Legend:   Legend{Title: "Oil", Low: "0", High: "90", Stops: []color.NRGBA{{A: 255}, {R: 255, A: 255}}},
		Measures: []scene.Measure{{Kind: scene.Distance, Points: []mgl64.Vec3{{-1, -1, 1}, {1, -1, 1}}}}}
	img := image.NewRGBA(image.Rect(0, 0, 1600, 1000))
	Compose(img, c)
	drawn := func(r image.Rectangle) (n int) {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			for x := r.Min.X; x < r.Max.X; x++ {
				if img.RGBAAt(x, y).A > 0 {
					n++
				}
			}
		}
		return n
	}
	for what, r := range map[string]image.Rectangle{
		"the label of the box":  image.Rect(500, 200, 1100, 480),
		"the measure":           image.Rect(500, 520, 1100, 800),
		"the legend":            image.Rect(0, 800, 500, 1000),
		"the scale bar":         image.Rect(1200, 900, 1600, 1000),
		"the cube":              image.Rect(1400, 0, 1600, 200),
		"no tools, the looks …": image.Rect(0, 0, 600, 100),
	} {
		if n := drawn(r); (n > 100) == (what[:2] == "no") {
			t.Errorf("%s: %d pixels", what, n)
		}
	}
	if n := len(c.Glyphs()); n == 0 {
		t.Error("the measure has no lines")
	}
}
