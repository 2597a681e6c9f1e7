package g3ngl

import (
	"image/color"
	"math"
	"testing"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// painted returns an image whose pixels come from a function of u and v.
func painted(side int, at func(u, v float64) color.NRGBA) *scene.Image {
	img := &scene.Image{Width: side, Height: side, Pix: make([]uint8, 4*side*side)}
	for y := range side {
		for x := range side {
			c := at((float64(x)+0.5)/float64(side), (float64(y)+0.5)/float64(side))
			copy(img.Pix[4*(y*side+x):], []uint8{c.R, c.G, c.B, c.A})
		}
	}
	return img
}

// compass has a colour in each quarter, red at the upper left, and a dark bar along the upper border of that quarter.
func compass(side int) *scene.Image {
	return painted(side, func(u, v float64) color.NRGBA {
		switch {
		case u < 0.5 && v < 0.12:
			return color.NRGBA{20, 20, 20, 255}
		case u < 0.5 && v < 0.5:
			return color.NRGBA{210, 40, 40, 255}
		case v < 0.5:
			return color.NRGBA{40, 160, 60, 255}
		case u < 0.5:
			return color.NRGBA{40, 80, 200, 255}
		}
		return color.NRGBA{235, 235, 220, 255}
	})
}

// leaves has round holes where alpha is 0.
func leaves(side int) *scene.Image {
	return painted(side, func(u, v float64) color.NRGBA {
		du, dv := math.Mod(4*u, 1)-0.5, math.Mod(4*v, 1)-0.5
		a := 255 * math.Max(0, math.Min(1, (math.Hypot(du, dv)-0.3)*12+0.5))
		return color.NRGBA{70, 140, 50, uint8(a)}
	})
}

// bumps is a normal map of round bumps.
func bumps(side int) *scene.Image {
	return painted(side, func(u, v float64) color.NRGBA {
		x, y := 2*math.Mod(2*u, 1)-1, 1-2*math.Mod(2*v, 1) // y up, as the normals of glTF
		n := mgl64.Vec3{0, 0, 1}
		if r := math.Hypot(x, y); r < 0.8 {
			n = mgl64.Vec3{x, y, math.Sqrt(1 - r*r)}
		}
		f := func(c float64) uint8 { return uint8((c*0.5+0.5)*255 + 0.5) }
		return color.NRGBA{f(n[0]), f(n[1]), f(n[2]), 255}
	})
}

// gallery is a scene of quads, each with a material of its own, in rows of four, seen from the front.
type gallery struct {
	*scene.Scene
	t *testing.T
	n int
}

func newGallery(t *testing.T) *gallery { return &gallery{Scene: scene.New(), t: t} }

func (g *gallery) texture(tex scene.Texture) scene.TextureID {
	id, err := g.AddTexture(tex)
	if err != nil {
		g.t.Fatal(err)
	}
	return id
}

// square returns a quad of 2×2 m that faces +Z, with texture coordinates from lo to hi, v down.
func square(m scene.MaterialID, lo, hi float32) *scene.Mesh {
	return &scene.Mesh{
		Positions: []float32{-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0}, Normals: []float32{0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1},
		UVs: []float32{lo, hi, hi, hi, hi, lo, lo, lo}, Indices: []uint32{0, 1, 2, 0, 2, 3}, Parts: []scene.Part{{Count: 6, Material: m}},
	}
}

// hang puts a mesh at the next place.
func (g *gallery) hang(m *scene.Mesh) scene.NodeID {
	x, y := float64(g.n%4), float64(g.n/4)
	g.n++
	return g.AddNode(scene.Root, scene.Node{Mesh: g.MustAddMesh(m), Local: scene.At(2.4*x-3.6, 1.2-2.4*y, 0)})
}

func white() scene.Material {
	return scene.Material{BaseColor: [4]float32{1, 1, 1, 1}, Roughness: 0.8, NormalScale: 1, OcclusionStrength: 1}
}

func (g *gallery) material(set func(*scene.Material)) scene.MaterialID {
	m := white()
	set(&m)
	return g.AddMaterial(m)
}

func front() scene.Camera { return scene.Camera{Eye: mgl64.Vec3{0, 0, 8.2}} }

// show compares the gallery with a golden picture.
func (g *gallery) show(r *Renderer, name string, look render.Look, camera scene.Camera, set func(*render.Options)) {
	g.t.Helper()
	o := render.Options{WidthPx: 640, HeightPx: 360, Palette: render.Day(), Look: look}
	if set != nil {
		set(&o)
	}
	f := render.NewBuilder().Build(g.Scene, camera, o)
	defer f.Release()
	img, err := r.Snapshot(f)
	if err != nil {
		g.t.Fatal(err)
	}
	expect(g.t, name, img)
}

// box returns a box with the whole texture on each side, upright on the four walls.
func box(m scene.MaterialID) *scene.Mesh {
	out := &scene.Mesh{}
	for _, turn := range []mgl64.Quat{
		mgl64.QuatIdent(), mgl64.QuatRotate(math.Pi/2, mgl64.Vec3{0, 1, 0}), mgl64.QuatRotate(math.Pi, mgl64.Vec3{0, 1, 0}),
		mgl64.QuatRotate(-math.Pi/2, mgl64.Vec3{0, 1, 0}), mgl64.QuatRotate(-math.Pi/2, mgl64.Vec3{1, 0, 0}), mgl64.QuatRotate(math.Pi/2, mgl64.Vec3{1, 0, 0}),
	} {
		base, q := uint32(len(out.Positions)/3), square(m, 0, 1)
		for i := 0; i < 12; i += 3 {
			p := turn.Rotate(mgl64.Vec3{float64(q.Positions[i]), float64(q.Positions[i+1]), 1})
			n := turn.Rotate(mgl64.Vec3{0, 0, 1})
			out.Positions = append(out.Positions, float32(p[0]), float32(p[1]), float32(p[2]))
			out.Normals = append(out.Normals, float32(n[0]), float32(n[1]), float32(n[2]))
		}
		out.UVs = append(out.UVs, q.UVs...)
		for _, i := range q.Indices {
			out.Indices = append(out.Indices, base+i)
		}
	}
	out.Parts = []scene.Part{{Count: len(out.Indices), Material: m}}
	return out
}

func TestGoldenTextures(t *testing.T) {
	r := headless(t, Options{})
	g := newGallery(t)
	tex := g.texture(scene.Texture{Image: compass(128)})
	m := g.material(func(m *scene.Material) { m.BaseColorMap.Texture = tex })
	g.AddNode(scene.Root, scene.Node{Mesh: g.MustAddMesh(box(m))})
	corner := scene.Camera{Eye: mgl64.Vec3{3, 2.4, 4.5}}
	g.show(r, "textured-engineer", render.Engineer, corner, nil)
	g.show(r, "textured-review", render.Review, corner, nil)
	g.show(r, "textured-operate", render.Operate, corner, nil)
}

func TestGoldenWraps(t *testing.T) {
	r := headless(t, Options{})
	g := newGallery(t)
	img := compass(64)
	for _, tex := range []scene.Texture{
		{}, {WrapU: scene.Clamp, WrapV: scene.Clamp}, {WrapU: scene.Mirror, WrapV: scene.Mirror}, {WrapU: scene.Mirror, WrapV: scene.Clamp},
	} {
		tex.Image = img
		id := g.texture(tex)
		g.hang(square(g.material(func(m *scene.Material) { m.BaseColorMap.Texture = id; m.Unlit = true }), -1, 2))
	}
	tiny := &scene.Image{Width: 3, Height: 2, Pix: []uint8{255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 0, 255, 0, 255, 255, 255, 255, 0, 255, 255}}
	for _, tex := range []scene.Texture{
		{}, {Nearest: true}, {WrapU: scene.Clamp, WrapV: scene.Clamp}, {Nearest: true, WrapU: scene.Mirror},
	} {
		copied := *tiny
		tex.Image = &copied
		id := g.texture(tex)
		g.hang(square(g.material(func(m *scene.Material) { m.BaseColorMap.Texture = id; m.Unlit = true }), -0.25, 1.25))
	}
	g.show(r, "wraps", render.Engineer, front(), nil)
}

func TestGoldenTextureTransforms(t *testing.T) {
	r := headless(t, Options{})
	g := newGallery(t)
	tex := g.texture(scene.Texture{Image: compass(128)})
	for _, mp := range []scene.Map{
		{}, {Offset: [2]float32{0.25, 0}}, {Offset: [2]float32{0, 0.25}}, {Scale: [2]float32{2, 1}},
		{RotationRad: math.Pi / 2}, {RotationRad: math.Pi / 6}, {Scale: [2]float32{2, 0.5}, RotationRad: math.Pi / 2, Offset: [2]float32{0.1, 0.2}}, {Second: true},
	} {
		mp.Texture = tex
		q := square(g.material(func(m *scene.Material) { m.BaseColorMap = mp; m.Unlit = true }), 0, 1)
		q.UVs2 = []float32{0, 2, 2, 2, 2, 0, 0, 0}
		g.hang(q)
	}
	g.show(r, "uv-transforms", render.Engineer, front(), nil)
}

func TestGoldenVertexColours(t *testing.T) {
	r := headless(t, Options{})
	g := newGallery(t)
	plain := g.material(func(*scene.Material) {})
	tinted := g.material(func(m *scene.Material) { m.BaseColor = [4]float32{1, 0.3, 0.3, 1} })
	glass := g.material(func(m *scene.Material) { m.Blend = true })
	tex := g.texture(scene.Texture{Image: compass(64)})
	textured := g.material(func(m *scene.Material) { m.BaseColorMap.Texture = tex })
	for _, m := range []scene.MaterialID{plain, tinted, glass, textured} {
		q := square(m, 0, 1)
		q.Colors = []uint8{255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 0}
		g.hang(q)
	}
	g.show(r, "vertex-colours", render.Engineer, front(), nil)
	g.show(r, "vertex-colours-review", render.Review, front(), nil)
}

func TestGoldenMasks(t *testing.T) {
	r := headless(t, Options{})
	g := newGallery(t)
	tex := g.texture(scene.Texture{Image: leaves(128)})
	back := g.material(func(m *scene.Material) { m.BaseColor = [4]float32{0.6, 0.1, 0.1, 1} })
	g.AddNode(scene.Root, scene.Node{Mesh: g.MustAddMesh(square(back, 0, 1)), Local: scene.At(0, 0, -1).Scaled(4)})
	mask := func(m *scene.Material) { m.BaseColorMap.Texture = tex; m.Mask, m.Cutoff = true, 0.5 }
	first := g.hang(square(g.material(mask), 0, 1))
	g.hang(square(g.material(func(m *scene.Material) { mask(m); m.Cutoff = 0.05 }), 0, 1))
	g.hang(square(g.material(func(m *scene.Material) { m.BaseColorMap.Texture = tex; m.Blend = true }), 0, 1))
	g.hang(square(g.material(func(m *scene.Material) { m.BaseColorMap.Texture = tex }), 0, 1)) // opaque, whatever its alpha
	selected := func(o *render.Options) { o.Selected = []scene.NodeID{first} }
	g.show(r, "mask-engineer", render.Engineer, front(), selected)
	g.show(r, "mask-operate", render.Operate, front(), selected)
	ghost := g.Clone()
	ghost.SetLocal(first, scene.At(-3.6, -1.2, 0.5))
	g.show(r, "mask-ghost", render.Operate, front(), func(o *render.Options) { o.Ghosts = []render.Ghost{{Scene: ghost}} })
}

func TestGoldenUnlit(t *testing.T) {
	r := headless(t, Options{})
	g := newGallery(t)
	tex := g.texture(scene.Texture{Image: compass(64)})
	for _, unlit := range []bool{true, false} {
		flat := g.material(func(m *scene.Material) { m.BaseColor = [4]float32{0.8, 0.4, 0.05, 1}; m.Unlit = unlit })
		picture := g.material(func(m *scene.Material) { m.BaseColorMap.Texture = tex; m.Unlit = unlit })
		ball := scene.NewSphere(1, 48, flat)
		g.hang(ball)
		turned := g.hang(square(picture, 0, 1))
		g.SetLocal(turned, g.Node(turned).Local.Turned(-1, mgl64.Vec3{0, 1, 0}))
	}
	g.show(r, "unlit-review", render.Review, front(), nil)
	g.show(r, "unlit-engineer", render.Engineer, front(), nil)
}

// TestGoldenNormalMaps hangs bumps beside each other: with tangents of the file, without, mirrored, and turned. All of them
// must rise towards the viewer in the same light.
func TestGoldenNormalMaps(t *testing.T) {
	r := headless(t, Options{})
	g := newGallery(t)
	tex := g.texture(scene.Texture{Image: bumps(256)})
	m := g.material(func(m *scene.Material) {
		m.NormalMap.Texture = tex
		m.Roughness = 0.5
		m.BaseColor = [4]float32{0.5, 0.5, 0.5, 1}
	})
	tangents := square(m, 0, 1)
	tangents.Tangents = []float32{1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1}
	g.hang(tangents)
	g.hang(square(m, 0, 1))
	mirrored := square(m, 0, 1) // u runs to the left
	mirrored.UVs = []float32{1, 1, 0, 1, 0, 0, 1, 0}
	g.hang(mirrored)
	withTangents := square(m, 0, 1)
	withTangents.UVs = mirrored.UVs
	withTangents.Tangents = []float32{-1, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0, -1}
	g.hang(withTangents)
	turned := g.hang(square(m, 0, 1))
	g.SetLocal(turned, g.Node(turned).Local.Turned(math.Pi/2, mgl64.Vec3{0, 0, 1}))
	flipped := g.hang(tangents.Fork()) // an object that is mirrored
	local := g.Node(flipped).Local
	local.Scale = mgl64.Vec3{-1, 1, 1}
	g.SetLocal(flipped, local)
	weak := g.material(func(m *scene.Material) {
		m.NormalMap.Texture = tex
		m.NormalScale = 0.25
		m.Roughness = 0.5
		m.BaseColor = [4]float32{0.5, 0.5, 0.5, 1}
	})
	g.hang(square(weak, 0, 1))
	g.hang(square(g.material(func(m *scene.Material) { m.Roughness = 0.5; m.BaseColor = [4]float32{0.5, 0.5, 0.5, 1} }), 0, 1))
	g.show(r, "normal-maps-review", render.Review, front(), nil)
	g.show(r, "normal-maps-engineer", render.Engineer, front(), nil)
}

func TestGoldenSurfaceMaps(t *testing.T) {
	r := headless(t, Options{})
	g := surfaceGallery(t)
	g.show(r, "surfaces-review", render.Review, front(), nil)
	g.show(r, "surfaces-engineer", render.Engineer, front(), nil)
}

// surfaceGallery hangs up spheres with all maps and layers: eight kinds of surfaces.
func surfaceGallery(t *testing.T) *gallery {
	g := newGallery(t)
	ramp := g.texture(scene.Texture{Image: painted(64, func(u, v float64) color.NRGBA {
		return color.NRGBA{uint8(255 * v), uint8(255 * u), uint8(255 * math.Round(v)), 255}
	})})
	glow := g.texture(scene.Texture{Image: painted(64, func(u, v float64) color.NRGBA {
		if math.Mod(8*u, 1) < 0.5 {
			return color.NRGBA{255, 120, 0, 255}
		}
		return color.NRGBA{0, 0, 0, 255}
	})})
	base := [4]float32{0.7, 0.5, 0.2, 1}
	sphere := func(m scene.MaterialID) *scene.Mesh { return wrappedSphere(m) }
	g.hang(sphere(g.material(func(m *scene.Material) {
		m.BaseColor, m.Metallic, m.Roughness = base, 1, 1
		m.MetallicRoughnessMap.Texture = ramp
	})))
	g.hang(sphere(g.material(func(m *scene.Material) { m.BaseColor = base; m.OcclusionMap.Texture = ramp })))
	g.hang(sphere(g.material(func(m *scene.Material) {
		m.BaseColor, m.Metallic, m.Roughness = base, 1, 1
		m.MetallicRoughnessMap.Texture, m.OcclusionMap.Texture = ramp, ramp
	})))
	g.hang(sphere(g.material(func(m *scene.Material) {
		m.BaseColor = base
		m.Emissive = [3]float32{1, 1, 1}
		m.EmissiveMap.Texture = glow
	})))
	layers := func(set func(*scene.Layers)) scene.MaterialID {
		l := scene.PlainLayers()
		set(&l)
		return g.material(func(m *scene.Material) { m.BaseColor, m.Roughness, m.Layers = [4]float32{0.5, 0.05, 0.05, 1}, 0.7, &l })
	}
	g.hang(sphere(layers(func(l *scene.Layers) { l.Clearcoat, l.ClearcoatRoughness = 1, 0.1 })))
	g.hang(sphere(layers(func(l *scene.Layers) { l.SheenColor, l.SheenRoughness = [3]float32{0.9, 0.8, 0.6}, 0.4 })))
	g.hang(sphere(layers(func(l *scene.Layers) { l.IOR = 2.4; l.SpecularColor = [3]float32{0.4, 0.6, 1} })))
	g.hang(sphere(layers(func(l *scene.Layers) { l.Transmission = 1 })))
	return g
}

// wrappedSphere is a sphere with texture coordinates.
func wrappedSphere(m scene.MaterialID) *scene.Mesh {
	s := scene.NewSphere(1, 48, m)
	for i := 0; i < len(s.Positions); i += 3 {
		x, y, z := float64(s.Positions[i]), float64(s.Positions[i+1]), float64(s.Positions[i+2])
		s.UVs = append(s.UVs, float32(math.Atan2(x, z)/(2*math.Pi)+0.5), float32(0.5-math.Asin(math.Max(-1, math.Min(1, y)))/math.Pi))
	}
	return s
}

func TestGoldenLinesAndPoints(t *testing.T) {
	r := headless(t, Options{})
	g := newGallery(t)
	red := g.material(func(m *scene.Material) { m.BaseColor = [4]float32{0.8, 0.05, 0.05, 1} })
	plain := g.material(func(*scene.Material) {})
	spiral := func(part scene.Part, points, colours bool) *scene.Mesh {
		m := &scene.Mesh{}
		for i := range 200 {
			a, h := float64(i)*0.2, float64(i)/100-1
			m.Positions = append(m.Positions, float32(math.Cos(a)), float32(h), float32(math.Sin(a)))
			if colours {
				m.Colors = append(m.Colors, uint8(i), uint8(255-i), 60, 255)
			}
			if points {
				m.Points = append(m.Points, uint32(i))
			} else if i > 0 {
				m.Lines = append(m.Lines, uint32(i-1), uint32(i))
			}
		}
		if part.Count = len(m.Points) + len(m.Lines); points {
			m.PointParts = []scene.Part{part}
		} else {
			m.LineParts = []scene.Part{part}
		}
		return m
	}
	g.hang(spiral(scene.Part{Material: red}, false, false))
	g.hang(spiral(scene.Part{Material: plain}, false, true))
	g.hang(spiral(scene.Part{Material: red}, true, false))
	g.hang(spiral(scene.Part{Material: plain}, true, true))
	alarmed := g.hang(spiral(scene.Part{Material: plain}, false, true))
	g.SetState(alarmed, scene.Alarm(2))
	g.SetTint(g.hang(spiral(scene.Part{Material: red}, true, true)), color.NRGBA{R: 0, G: 120, B: 255, A: 255})
	selected := g.hang(spiral(scene.Part{Material: plain}, false, true))
	faded := g.hang(spiral(scene.Part{Material: red}, true, false))
	g.SetOpacity(faded, 0.3)
	choose := func(o *render.Options) { o.Selected = []scene.NodeID{selected} }
	g.show(r, "lines-engineer", render.Engineer, front(), choose)
	g.show(r, "lines-operate", render.Operate, front(), choose)
	g.show(r, "lines-review", render.Review, front(), choose)
}

// Textured single-sided surfaces are not there from behind, double-sided ones are; where the scene is cut, all backs show.
func TestGoldenSides(t *testing.T) {
	r := headless(t, Options{})
	g := newGallery(t)
	tex := g.texture(scene.Texture{Image: compass(64)})
	for _, double := range []bool{false, true} {
		m := g.material(func(m *scene.Material) { m.BaseColorMap.Texture = tex; m.DoubleSided = double })
		for _, back := range []bool{false, true} {
			q := g.hang(square(m, 0, 1))
			if back {
				g.SetLocal(q, g.Node(q).Local.Turned(math.Pi, mgl64.Vec3{0, 1, 0}))
			}
		}
	}
	single := g.material(func(m *scene.Material) { m.BaseColorMap.Texture = tex })
	mirrored := g.hang(square(single, 0, 1)) // still seen from the front
	local := g.Node(mirrored).Local
	local.Scale = mgl64.Vec3{-1, 1, 1}
	g.SetLocal(mirrored, local)
	g.show(r, "sides", render.Engineer, front(), nil)
	g.show(r, "sides-cut", render.Engineer, front(), func(o *render.Options) {
		o.Section = &scene.Section{Planes: []scene.Plane{scene.PlaneThrough(mgl64.Vec3{0, 2, 0}, mgl64.Vec3{0, -1, 0})}}
	})
}

// On textures, what is abnormal must stand out as on plain surfaces.
func TestGoldenStatesOnTextures(t *testing.T) {
	r := headless(t, Options{})
	for name, look := range map[string]render.Look{"textured-states-engineer": render.Engineer, "textured-states-review": render.Review, "textured-states-operate": render.Operate} {
		g := newGallery(t)
		tex := g.texture(scene.Texture{Image: compass(128)})
		m := g.material(func(m *scene.Material) {
			m.BaseColorMap.Texture = tex
			m.Emissive = [3]float32{0.3, 0.3, 0.3}
			m.EmissiveMap.Texture = tex
		})
		unlit := g.material(func(m *scene.Material) { m.BaseColorMap.Texture = tex; m.Unlit = true })
		mesh := box(m)
		nodes := []scene.NodeID{}
		for range 7 {
			nodes = append(nodes, g.hang(mesh.Fork()))
		}
		nodes = append(nodes, g.hang(box(unlit)))
		for i, n := range nodes {
			g.SetLocal(n, g.Node(n).Local.Turned(-0.6, mgl64.Vec3{0, 1, 0}).Scaled(0.7))
			switch i {
			case 1:
				g.SetTint(n, color.NRGBA{R: 0, G: 140, B: 200, A: 200})
			case 2, 3:
				g.SetState(n, scene.Alarm(i-1))
			case 4:
				g.SetState(n, scene.Stale)
			case 5:
				g.SetState(n, scene.Bad)
			case 6:
				g.SetState(n, scene.Predicted)
			case 7:
				g.SetState(n, scene.Alarm(1))
			}
		}
		g.show(r, name, look, front(), nil)
	}
}
