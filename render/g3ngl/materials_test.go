package g3ngl

import (
	"image/color"
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// layered is a material whose layers are changed from those that change nothing.
func (g *gallery) layered(set func(m *scene.Material, l *scene.Layers)) scene.MaterialID {
	return g.material(func(m *scene.Material) {
		l := scene.PlainLayers()
		m.Layers = &l
		set(m, &l)
	})
}

// Each ball differs from the one before it by one feature.
func TestGoldenMetalsAndVarnishes(t *testing.T) {
	r := headless(t, Options{})
	g := newGallery(t)
	steel := [4]float32{0.56, 0.57, 0.58, 1}
	metal := func(roughness float32) func(*scene.Material, *scene.Layers) {
		return func(m *scene.Material, _ *scene.Layers) { m.BaseColor, m.Metallic, m.Roughness = steel, 1, roughness }
	}
	with := func(first, then func(*scene.Material, *scene.Layers)) func(*scene.Material, *scene.Layers) {
		return func(m *scene.Material, l *scene.Layers) { first(m, l); then(m, l) }
	}
	paint := func(m *scene.Material, _ *scene.Layers) {
		m.BaseColor, m.Roughness = [4]float32{0.45, 0.03, 0.03, 1}, 0.6
	}
	for _, set := range []func(*scene.Material, *scene.Layers){
		metal(0.08),
		metal(0.45),
		with(metal(0.35), func(_ *scene.Material, l *scene.Layers) { l.Anisotropy = 0.9 }),
		with(metal(0.2), func(_ *scene.Material, l *scene.Layers) { l.Iridescence, l.IridescenceIOR, l.FilmMaxNM = 1, 1.8, 420 }),
		paint,
		with(paint, func(_ *scene.Material, l *scene.Layers) { l.Clearcoat, l.ClearcoatRoughness = 1, 0.03 }),
		with(paint, func(_ *scene.Material, l *scene.Layers) {
			l.SheenColor, l.SheenRoughness = [3]float32{1, 0.8, 0.6}, 0.4
		}),
		with(paint, func(m *scene.Material, l *scene.Layers) {
			m.Roughness, l.SpecularColor = 0.2, [3]float32{0.1, 0.6, 1}
			l.IOR = 2
		}),
	} {
		g.hang(wrappedSphere(g.layered(set)))
	}
	for name, p := range map[string]render.Palette{"materials-day": render.Day(), "materials-night": render.Night()} {
		g.show(r, name, render.Review, front(), func(o *render.Options) { o.Palette = p })
	}
}

func TestGoldenGlass(t *testing.T) {
	r := headless(t, Options{})
	g := newGallery(t)
	stripes := g.texture(scene.Texture{Image: painted(128, func(u, v float64) color.NRGBA {
		if math.Mod(10*u, 1) < 0.5 != (math.Mod(10*v, 1) < 0.5) {
			return color.NRGBA{40, 60, 90, 255}
		}
		return color.NRGBA{225, 225, 220, 255}
	})})
	wall := g.material(func(m *scene.Material) { m.BaseColorMap.Texture = stripes; m.Unlit = true })
	g.AddNode(scene.Root, scene.Node{Mesh: g.MustAddMesh(square(wall, 0, 1)), Local: scene.At(0, 0, -1.6).Scaled(6)})
	glass := func(set func(*scene.Material, *scene.Layers)) scene.MaterialID {
		return g.layered(func(m *scene.Material, l *scene.Layers) {
			m.BaseColor, m.Roughness, l.Transmission = [4]float32{1, 1, 1, 1}, 0, 1
			set(m, l)
		})
	}
	for _, set := range []func(*scene.Material, *scene.Layers){
		func(*scene.Material, *scene.Layers) {}, // thin
		func(m *scene.Material, _ *scene.Layers) { m.Roughness = 0.4 },
		func(_ *scene.Material, l *scene.Layers) { l.ThicknessM = 1.5 },
		func(_ *scene.Material, l *scene.Layers) { l.ThicknessM, l.IOR = 1.5, 2.4 },
		func(_ *scene.Material, l *scene.Layers) {
			l.ThicknessM, l.AttenuationDistanceM, l.AttenuationColor = 1.5, 0.5, [3]float32{0.1, 0.5, 0.3}
		},
		func(_ *scene.Material, l *scene.Layers) { l.ThicknessM, l.Dispersion = 1.5, 4 },
		func(m *scene.Material, l *scene.Layers) {
			m.BaseColor, l.Iridescence, l.FilmMaxNM = [4]float32{1, 1, 1, 1}, 1, 500
		},
		func(m *scene.Material, _ *scene.Layers) { m.BaseColor = [4]float32{0.9, 0.35, 0.1, 1} },
	} {
		g.hang(scene.NewSphere(1, 64, glass(set)))
	}
	g.show(r, "glass-review", render.Review, front(), nil)
	g.show(r, "glass-engineer", render.Engineer, front(), nil)
}

// A tower, its shadow and what stands in it: soft far from what casts it, none with NoShadows.
func TestGoldenShadows(t *testing.T) {
	r := headless(t, Options{})
	g := newGallery(t)
	grey := g.material(func(m *scene.Material) { m.BaseColor, m.Roughness = [4]float32{0.6, 0.6, 0.6, 1}, 0.8 })
	g.AddNode(scene.Root, scene.Node{Mesh: g.MustAddMesh(scene.NewBox(20, 0.2, 20, grey)), Local: scene.At(0, -0.1, 0)})
	for _, p := range [][4]float64{{0, 2, 0, 4}, {-3, 0.5, 1, 1}, {2.5, 0.75, 2, 1.5}} {
		g.AddNode(scene.Root, scene.Node{Mesh: g.MustAddMesh(scene.NewBox(0.8, p[3], 0.8, grey)), Local: scene.At(p[0], p[1], p[2])})
	}
	g.AddNode(scene.Root, scene.Node{Mesh: g.MustAddMesh(scene.NewSphere(0.7, 48, grey)), Local: scene.At(-1.2, 0.7, 2.6)})
	view := scene.Camera{Eye: mgl64.Vec3{7, 6, 9}, Target: mgl64.Vec3{0, 0.8, 0}}
	for name, l := range map[string]render.Light{"shadows": {}, "shadows-none": {NoShadows: true}, "shadows-bare": {NoShadows: true, NoOcclusion: true}, "shadows-bright": {ExposureEV: 1}} {
		g.show(r, name, render.Review, view, func(o *render.Options) { o.Light = l })
	}
}
