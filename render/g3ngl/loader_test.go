package g3ngl

import (
	"image"
	"image/color"
	"math"
	"math/rand"
	"testing"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/scene"
)

// differing counts the values of two pictures that are more than a little apart.
func differing(a, b *image.RGBA) (n int) {
	for i := range a.Pix {
		if math.Abs(float64(a.Pix[i])-float64(b.Pix[i])) > 2 {
			n++
		}
	}
	return n
}

// However meshes, materials and nodes came and went, the picture is that of a renderer that sees them for the first time.
func TestLoadedInStepsEqualsLoadedAtOnce(t *testing.T) {
	live, fresh := headless(t, Options{}), headless(t, Options{})
	rnd := rand.New(rand.NewSource(7))
	s := scene.New()
	img := compass(64)
	tex, _ := s.AddTexture(scene.Texture{Image: img})
	shapes := []func(scene.MaterialID) *scene.Mesh{
		func(m scene.MaterialID) *scene.Mesh { return scene.NewBox(1, 1, 1, m) },
		func(m scene.MaterialID) *scene.Mesh { return scene.NewSphere(0.7, 24, m) },
		box, wrappedSphere,
		func(m scene.MaterialID) *scene.Mesh {
			q := square(m, 0, 1)
			q.Colors = []uint8{255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 255}
			return q
		},
	}
	var meshes []scene.MeshID
	material := func() scene.MaterialID {
		m := white()
		m.BaseColor = [4]float32{rnd.Float32(), rnd.Float32(), rnd.Float32(), 1}
		if rnd.Intn(2) == 0 {
			m.BaseColorMap.Texture = tex
		}
		return s.AddMaterial(m)
	}
	for range 12 {
		meshes = append(meshes, s.MustAddMesh(shapes[rnd.Intn(len(shapes))](material())))
	}
	add := func() {
		s.AddNode(scene.Root, scene.Node{Mesh: meshes[rnd.Intn(len(meshes))], Local: scene.At(rnd.Float64()*10, rnd.Float64()*8, rnd.Float64())})
	}
	for range 30 {
		add()
	}
	b := render.NewBuilder()
	o := small()
	o.Look = render.Engineer
	c := scene.Camera{Eye: mgl64.Vec3{5, 4, 16}, Target: mgl64.Vec3{5, 4, 0}}
	for round := range 25 {
		for range 5 {
			switch rnd.Intn(5) {
			case 0, 1:
				if m := meshes[rnd.Intn(len(meshes))]; s.Mesh(m) != nil {
					if err := s.ReplaceMesh(m, shapes[rnd.Intn(len(shapes))](material())); err != nil {
						t.Fatal(err)
					}
				}
			case 2:
				id := scene.MaterialID(1 + rnd.Intn(len(s.Materials())-1))
				m := s.Materials()[id]
				m.BaseColor[0] = rnd.Float32()
				m.BaseColorMap.Texture = tex - m.BaseColorMap.Texture
				m.BaseColorMap.Scale = [2]float32{1, 1}
				s.SetMaterial(id, m)
			case 3:
				if id := scene.NodeID(1 + rnd.Intn(s.Len()-1)); s.Has(id) && s.Len()%3 == 0 {
					s.Remove(id)
					meshes = remaining(s, meshes)
				}
			case 4:
				add()
			}
		}
		got, _ := snap(t, live, b.Build(s, c, o))
		want, _ := snap(t, fresh, render.NewBuilder().Build(s, c, o))
		if n := differing(got, want); n > 40 {
			t.Fatalf("round %d: %d values differ", round, n)
		}
	}
}

// remaining leaves out meshes that are gone.
func remaining(s *scene.Scene, all []scene.MeshID) (out []scene.MeshID) {
	for _, m := range all {
		if s.Mesh(m) != nil {
			out = append(out, m)
		}
	}
	return out
}

// Replacing one mesh of many sends that mesh alone.
func TestReplacingAMeshSendsOnlyThat(t *testing.T) {
	r := headless(t, Options{})
	s := distinct(2000)
	b := render.NewBuilder()
	o := small()
	_, st := snap(t, r, b.Build(s, above(2000), o))
	all := st.Loaded
	ball := scene.NewSphere(0.5, 16, 1)
	if err := s.ReplaceMesh(7, ball); err != nil {
		t.Fatal(err)
	}
	_, st = snap(t, r, b.Build(s, above(2000), o))
	if most := ball.Vertices()*vertexBytes + len(ball.Indices)*(4+2*edgeBytes); st.Loaded == 0 || st.Loaded > most || all < 1000*24*vertexBytes {
		t.Errorf("%d bytes at first; %d for one mesh, want %d at most", all, st.Loaded, most)
	}
	m := s.Materials()[3]
	m.BaseColor = [4]float32{1, 0, 0, 1}
	s.SetMaterial(3, m)
	if _, st = snap(t, r, b.Build(s, above(2000), o)); st.Loaded != 0 {
		t.Errorf("%d bytes for a colour", st.Loaded)
	}
	s.Remove(5)
	if _, st = snap(t, r, b.Build(s, above(2000), o)); st.Loaded != 0 || st.Objects != 1999 {
		t.Errorf("%d bytes for a node less, %d objects", st.Loaded, st.Objects)
	}
	for k := range 1990 { // most of the batch goes: it is packed anew, but for what stays
		s.Remove(scene.NodeID(s.Len() - 1 - k))
	}
	if _, st = snap(t, r, b.Build(s, above(2000), o)); st.Loaded > all/20 {
		t.Errorf("%d bytes when most went", st.Loaded)
	}
}

// heavy is a scene of n spheres of 20 thousand triangles, all different.
func heavy(n int) *scene.Scene {
	s := scene.New()
	for i := range n {
		m := s.AddMaterial(scene.Material{BaseColor: [4]float32{float32(i%7) / 7, 0.5, 0.4, 1}, Roughness: 0.5})
		s.AddNode(scene.Root, scene.Node{Mesh: s.MustAddMesh(scene.NewSphere(0.4+0.001*float64(i%100), 142, m)), Local: scene.At(float64(i%20), float64(i/20), 0)})
	}
	return s
}

// gallery2048 is a scene of quads with pictures of 2048² pixels.
func gallery2048(t *testing.T, n int) *scene.Scene {
	g := newGallery(t)
	for i := range n {
		tex := g.texture(scene.Texture{Image: painted(2048, func(u, v float64) color.NRGBA { return color.NRGBA{uint8(20 * i), uint8(255 * u), 60, 255} })})
		g.hang(square(g.material(func(m *scene.Material) { m.BaseColorMap.Texture = tex }), 0, 1))
	}
	return g.Scene
}

// A big model arrives in pieces: frames go on meanwhile, each with more of it, and without another frame being asked for.
// Pictures on surfaces come last.
func TestBigModelsArriveInPieces(t *testing.T) {
	for _, c := range []struct {
		name    string
		scene   *scene.Scene
		objects int
		camera  scene.Camera
	}{
		{"meshes of 90 MB", heavy(80), 80, scene.Camera{Eye: mgl64.Vec3{9.5, 1.5, 30}, Target: mgl64.Vec3{9.5, 1.5, 0}}},
		{"pictures of 130 MB", gallery2048(t, 8), 8, front()},
		{"programs for eight kinds of surfaces", surfaceGallery(t).Scene, 8, front()},
	} {
		t.Run(c.name, func(t *testing.T) { arrives(t, c.scene, c.camera, c.objects) })
	}
}

func arrives(t *testing.T, s *scene.Scene, c scene.Camera, want int) {
	r := headless(t, Options{Samples: 1})
	pictures := make(chan struct{}, 1000)
	r.OnPicture(func() { pictures <- struct{}{} })
	o := small()
	o.Look = render.Engineer
	var last render.Picture
	var objects []int
	begin := time.Now()
	r.Submit(render.NewBuilder().Build(s, c, o))
	for last.Image == nil || last.Stats.Pending > 0 || last.Stats.Refined < 1 {
		select {
		case <-pictures:
		case <-time.After(60 * time.Second):
			t.Fatalf("no further picture after %d: %v", len(objects), r.Err())
		}
		p, ok := r.Acquire()
		if !ok {
			continue
		}
		if last.Image != nil {
			r.Release(last, 0)
		}
		last = p
		if n := len(objects); n > 0 && p.Stats.Objects < objects[n-1] {
			t.Errorf("objects vanished: %d after %d", p.Stats.Objects, objects[n-1])
		}
		objects = append(objects, p.Stats.Objects)
	}
	t.Logf("%d pictures in %v, with %v objects", len(objects), time.Since(begin).Round(time.Millisecond), objects)
	if len(objects) < 2 || objects[len(objects)-1] != want {
		t.Errorf("objects of the pictures: %v", objects)
	}
	whole, _ := snap(t, headless(t, Options{Samples: 1}), render.NewBuilder().Build(s, c, o))
	if n := differing(whole, last.Image); n > 0 {
		t.Errorf("%d values differ from the picture that was drawn at once", n)
	}
	rests(t, r, pictures)
}

// rests expects that when all is there the picture is made smooth and then nothing more is drawn.
func rests(t *testing.T, r *Renderer, pictures <-chan struct{}) {
	t.Helper()
	select {
	case <-pictures:
	case <-time.After(60 * time.Second):
		t.Fatal("the picture was not made smooth")
	}
	if p, ok := r.Acquire(); !ok || p.Stats.Smoothed < 2 || p.Stats.Refined < 1 {
		t.Errorf("instead of a smooth picture: %v, %+v", ok, p.Stats)
	} else {
		r.Release(p, 0)
	}
	select {
	case <-pictures:
		t.Error("it went on when all was there")
	case <-time.After(2 * smoothAfter):
	}
}

// While a mesh is being replaced, the old one stays; a scene that was never shown does not borrow from the one before.
func TestAnotherSceneStartsClean(t *testing.T) {
	r := headless(t, Options{})
	first, second := boxes(30), scene.New()
	ball := second.AddNode(scene.Root, scene.Node{Mesh: second.MustAddMesh(scene.NewSphere(1, 32, 0)), Local: scene.At(5, 4, 0)})
	second.SetState(ball, scene.Alarm(1))
	c := scene.Camera{Eye: mgl64.Vec3{5, 4, 16}, Target: mgl64.Vec3{5, 4, 0}}
	b := render.NewBuilder()
	for range 3 {
		if _, st := snap(t, r, b.Build(first, c, small())); st.Objects != 30 {
			t.Errorf("%d boxes", st.Objects)
		}
		img, st := snap(t, r, b.Build(second, c, small()))
		if _, _, n := centroid(img); st.Objects != 1 || n < 50 {
			t.Errorf("%d objects, %d red pixels", st.Objects, n)
		}
	}
}

func TestTextureLimits(t *testing.T) {
	const limit = 4 << 20
	r := headless(t, Options{TextureBytes: limit})
	g := newGallery(t)
	for i := range 8 {
		tex := g.texture(scene.Texture{Image: painted(512, func(u, v float64) color.NRGBA { return color.NRGBA{uint8(30 * i), 100, uint8(255 * u), 255} })})
		g.hang(square(g.material(func(m *scene.Material) { m.BaseColorMap.Texture = tex; m.Unlit = true }), 0, 1))
	}
	o := small()
	o.Look = render.Engineer
	b := render.NewBuilder()
	img, st := snap(t, r, b.Build(g.Scene, front(), o))
	if st.Textures.Images != 8 || st.Textures.Reduced == 0 || st.Textures.Reduced == 8 || st.Textures.Bytes > limit {
		t.Errorf("%+v with a limit of %d bytes", st.Textures, limit)
	}
	for i := range 8 { // all of them show
		x, y, _, _ := front().Project(mgl64.Vec3{2.4*float64(i%4) - 3.6, 1.2 - 2.4*float64(i/4), 0}, 160, 120)
		if c := img.RGBAAt(int(x), int(y)); math.Abs(float64(c.R)-float64(30*i)) > 12 || math.Abs(float64(c.G)-100) > 12 {
			t.Errorf("picture %d is %v in the middle", i, c)
		}
	}
	for id := 1; id < g.Len(); id++ { // nothing shows them any more
		g.Remove(scene.NodeID(id))
	}
	if _, st = snap(t, r, b.Build(g.Scene, front(), o)); st.Textures.Images != 0 || st.Textures.Bytes != 0 {
		t.Errorf("after all went: %+v", st.Textures)
	}
}

// detailed returns a sphere with two coarser versions.
func detailed(m scene.MaterialID) *scene.Mesh {
	s := scene.NewSphere(1, 64, m)
	half := func(in []uint32, every int) (out []uint32) { // leaves triangles out: good enough to be counted
		for i := 0; i+2 < len(in); i += 3 * every {
			out = append(out, in[i:i+3]...)
		}
		return out
	}
	s.LODs = []scene.LOD{{Indices: half(s.Indices, 4), ErrorM: 0.02}, {Indices: half(s.Indices, 16), ErrorM: 0.1}}
	for i := range s.LODs {
		s.LODs[i].Parts = []scene.Part{{Count: len(s.LODs[i].Indices), Material: m}}
	}
	return s
}

func TestLevelsOfDetail(t *testing.T) {
	for _, instanced := range []bool{false, true} {
		r := headless(t, Options{})
		s := scene.New()
		mesh := s.MustAddMesh(detailed(0))
		full := s.Mesh(mesh).Triangles()
		const n = 12
		for i := range n {
			if !instanced {
				mesh = s.MustAddMesh(s.Mesh(mesh).Fork())
			}
			s.AddNode(scene.Root, scene.Node{Mesh: mesh, Local: scene.At(float64(i%4)*3, float64(i/4)*3, 0)})
		}
		b := render.NewBuilder()
		o := small()
		o.NoEdges = true
		at := func(distance float64, draft bool) render.Stats {
			o.Draft = draft
			_, st := snap(t, r, b.Build(s, scene.Camera{Eye: mgl64.Vec3{4.5, 3, distance}, Target: mgl64.Vec3{4.5, 3, 0}}, o))
			return st
		}
		// A pixel at this size and angle is 0.02 m at about 3.3 m, and 0.1 m at about 16.5 m.
		near, far := at(12.5, false), at(150, false)
		if near.Triangles != n*len(s.Mesh(mesh).LODs[0].Indices)/3 || far.Triangles != n*len(s.Mesh(mesh).LODs[1].Indices)/3 {
			t.Errorf("instanced %v: %d triangles near, %d far, of %d", instanced, near.Triangles, far.Triangles, n*full)
		}
		if draft := at(12.5, true); draft.Triangles >= near.Triangles {
			t.Errorf("instanced %v: %d triangles in a draft, %d else", instanced, draft.Triangles, near.Triangles)
		}
		if near.MaxDraws > 2 || far.MaxDraws > 2 {
			t.Errorf("instanced %v: %d and %d draws", instanced, near.MaxDraws, far.MaxDraws)
		}
		if st := at(3, false); st.Triangles/st.Objects <= near.Triangles/near.Objects {
			t.Errorf("instanced %v: close by %d triangles, farther away %d", instanced, st.Triangles, near.Triangles)
		}
	}
}
