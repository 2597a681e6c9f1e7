package g3ngl

import (
	"fmt"
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

// bench is a scene of machine parts on a floor, for what is drawn beside the surfaces.
type bench struct {
	*scene.Scene
	steel, red, blue, clear scene.MaterialID
}

func newBench() *bench {
	b := &bench{Scene: scene.New()}
	b.steel = b.AddMaterial(scene.Material{Name: "steel", BaseColor: [4]float32{0.45, 0.47, 0.5, 1}, Metallic: 0.6, Roughness: 0.4})
	b.red = b.AddMaterial(scene.Material{Name: "red", BaseColor: [4]float32{0.5, 0.08, 0.05, 1}, Roughness: 0.5})
	b.blue = b.AddMaterial(scene.Material{Name: "blue", BaseColor: [4]float32{0.05, 0.16, 0.42, 1}, Roughness: 0.4})
	b.clear = b.AddMaterial(scene.Material{Name: "glass", BaseColor: [4]float32{0.7, 0.85, 0.9, 0.3}, Blend: true, Roughness: 0.1})
	return b
}

func (b *bench) add(name string, m *scene.Mesh, at scene.Transform) scene.NodeID {
	return b.AddNode(scene.Root, scene.Node{Name: name, Mesh: b.MustAddMesh(m), Local: at})
}

// pipe is a hollow cylinder along Y, closed at its ends.
func pipe(inner, outer, height float64, m scene.MaterialID) *scene.Mesh {
	s := scene.NewShape("pipe")
	s.Lathe(mgl64.Vec3{}, []scene.Ring{{Radius: inner}, {Radius: outer}, {Radius: outer, Y: height}, {Radius: inner, Y: height}, {Radius: inner}}, 48)
	return s.Mesh(m)
}

func (b *bench) frame(t *testing.T, r *Renderer, name string, c scene.Camera, o render.Options) {
	t.Helper()
	if o.WidthPx == 0 {
		o.WidthPx, o.HeightPx = 640, 400
	}
	f := render.NewBuilder().Build(b.Scene, c, o)
	defer f.Release()
	img, err := r.Snapshot(f)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, name, img)
}

// palettes are the two times of day, with what their pictures are called.
var palettes = map[string]render.Palette{"day": render.Day(), "night": render.Night()}

// machines stands a pipe with a core, a ball in a block, a thick plate and an open tube in a row.
func machines() *bench {
	b := newBench()
	b.add("pipe", pipe(0.55, 1, 2, b.steel), scene.At(-4.2, 0, 0))
	b.add("core", scene.NewCylinder(0.3, 0.3, 2, 32, b.red), scene.At(-4.2, 0, 0))
	b.add("block", scene.NewBox(2, 2, 2, b.blue), scene.At(-1.4, 1, 0))
	b.add("ball", scene.NewSphere(0.6, 40, b.red), scene.At(-1.4, 1, 0))
	b.add("tilted", scene.NewBox(0.6, 2.6, 1.6, b.steel), scene.At(1.4, 1.1, 0).Turned(0.5, mgl64.Vec3{0, 0, 1}))
	tube := scene.NewShape("tube") // one skin without ends
	tube.Lathe(mgl64.Vec3{}, []scene.Ring{{Radius: 0.9}, {Radius: 0.9, Y: 2}}, 40)
	b.add("tube", tube.Mesh(b.blue), scene.At(4, 0, 0))
	return b
}

func TestGoldenCaps(t *testing.T) {
	r := headless(t, Options{})
	view := scene.Camera{Eye: mgl64.Vec3{1.5, 6, 10}, Target: mgl64.Vec3{0, 0.9, 0}, FovYRad: 0.6}
	half := &scene.Section{Planes: []scene.Plane{scene.PlaneThrough(mgl64.Vec3{0, 1.2, 0}, mgl64.Vec3{0, -1, 0.25})}}
	inside := scene.BoxSection(scene.Bounds{Min: mgl64.Vec3{-4.2, -1, -1.5}, Max: mgl64.Vec3{3.6, 1.4, 0.3}}, scene.KeepInside)
	corner := scene.BoxSection(scene.Bounds{Min: mgl64.Vec3{-4.2, 0.9, 0}, Max: mgl64.Vec3{10, 9, 9}}, scene.KeepOutside)
	for name, p := range palettes {
		machines().frame(t, r, "caps-half-"+name, view, render.Options{Palette: p, Look: render.Engineer, Section: half})
	}
	machines().frame(t, r, "caps-operate", view, render.Options{Palette: render.Day(), Section: inside})
	machines().frame(t, r, "caps-box", view, render.Options{Palette: render.Day(), Look: render.Engineer, Section: inside})
	machines().frame(t, r, "caps-corner", view, render.Options{Palette: render.Night(), Look: render.Engineer, Section: corner})
	machines().frame(t, r, "caps-review", view, render.Options{Palette: render.Day(), Look: render.Review, Section: corner})
	b := machines()
	for i, state := range []scene.State{scene.Alarm(1), scene.Stale, scene.Bad, scene.Predicted} {
		b.SetState(scene.NodeID([]int{1, 3, 4, 5}[i]), state)
	}
	b.frame(t, r, "caps-states", view, render.Options{Palette: render.Day(), Look: render.Engineer, Section: half})
}

// tanks stands tanks of glass in a row, filled in part.
func tanks() *bench {
	b := newBench()
	water := b.AddMaterial(scene.Material{Name: "water", BaseColor: [4]float32{0.02, 0.2, 0.45, 1}, Roughness: 0.2})
	for i, share := range []float32{0.05, 0.4, 0.75, 1} {
		x := float64(i)*2.4 - 3.6
		b.add("glass", scene.NewCylinder(1, 1, 2.4, 40, b.clear), scene.At(x, 0, 0))
		content := b.add("content", scene.NewCylinder(0.95, 0.95, 2.3, 40, water), scene.At(x, 0.05, 0))
		b.add("stirrer", scene.NewCylinder(0.08, 0.08, 2.6, 16, b.steel), scene.At(x, 0.1, 0))
		st := b.Node(content).Style
		st.Level = scene.Level{On: true, Share: share}
		if i == 2 {
			st.State = scene.Stale
		}
		b.SetStyle(content, st)
	}
	return b
}

func TestGoldenLevels(t *testing.T) {
	r := headless(t, Options{})
	view := scene.Camera{Eye: mgl64.Vec3{1.5, 5, 9}, Target: mgl64.Vec3{0, 1.1, 0}}
	for name, p := range palettes {
		tanks().frame(t, r, "levels-"+name, view, render.Options{Palette: p, Look: render.Engineer})
	}
	tanks().frame(t, r, "levels-operate", view, render.Options{Palette: render.Day()})
	tanks().frame(t, r, "levels-review", view, render.Options{Palette: render.Day(), Look: render.Review, Selected: []scene.NodeID{5}})
}

func TestGoldenEffects(t *testing.T) {
	r := headless(t, Options{})
	heat := &scene.Gradient{Colours: []color.NRGBA{{30, 60, 160, 255}, {60, 170, 160, 255}, {240, 220, 90, 255}, {190, 30, 30, 255}}}
	across := &scene.Gradient{Axis: mgl64.Vec3{1, 0, 0}, Colours: []color.NRGBA{{255, 255, 255, 0}, {190, 30, 30, 255}}}
	parts := func() *bench {
		b := newBench()
		for i := range 6 {
			id := b.add(fmt.Sprint(i), pipe(0.4, 0.8, 2.4, b.steel), scene.At(float64(i)*2-5, 0, 0))
			st := b.Node(id).Style
			switch i {
			case 0:
				st.Gradient = heat
			case 1:
				st.Gradient = across
			case 2:
				st.Glow = color.NRGBA{255, 150, 40, 255}
			case 3:
				st.Glow = color.NRGBA{60, 200, 255, 110}
			case 4: // the alarm wins
				st.Gradient, st.Glow, st.State = heat, color.NRGBA{60, 200, 255, 255}, scene.Alarm(1)
			case 5:
				st.Gradient, st.State = heat, scene.Stale
			}
			b.SetStyle(id, st)
		}
		return b
	}
	view := scene.Camera{Eye: mgl64.Vec3{0, 5, 11}, Target: mgl64.Vec3{0, 1.1, 0}}
	for _, l := range []render.Look{render.Operate, render.Engineer, render.Review} {
		for name, p := range palettes {
			parts().frame(t, r, "effects-"+l.String()+"-"+name, view, render.Options{Palette: p, Look: l})
		}
	}
}

func TestGoldenGrid(t *testing.T) {
	r := headless(t, Options{})
	for name, p := range palettes {
		machines().frame(t, r, "grid-"+name, scene.Camera{Eye: mgl64.Vec3{6, 5, 14}, Target: mgl64.Vec3{0, 1, 0}}, render.Options{Palette: p, Look: render.Engineer, Grid: true})
	}
	machines().frame(t, r, "grid-parallel", scene.Camera{Eye: mgl64.Vec3{6, 6, 12}, Target: mgl64.Vec3{0, 1, 0}, Ortho: true}, render.Options{Palette: render.Day(), Grid: true})
	b := &bench{Scene: farm()}
	b.frame(t, r, "grid-sea", overview(), render.Options{Palette: render.Day(), Grid: true})
}

// glyphs draws every kind over a few machines, some of it behind them.
func signs() *bench {
	b := machines()
	line := func(g scene.Glyph) { b.AddGlyph(g) }
	orange, teal, ink := color.NRGBA{232, 117, 17, 255}, color.NRGBA{30, 140, 150, 255}, color.NRGBA{43, 102, 168, 255}
	var bow []mgl64.Vec3
	for i := range 40 {
		a := float64(i) / 39 * math.Pi
		bow = append(bow, mgl64.Vec3{-5.5 * math.Cos(a), 0.4 + 2.9*math.Sin(a), 1.3 * math.Sin(a)})
	}
	line(scene.Glyph{Kind: scene.Flow, Points: bow, WidthM: 0.22, Colour: teal, PhaseM: 0.2})
	line(scene.Glyph{Kind: scene.Segment, Points: []mgl64.Vec3{{-5.6, 0, 2}, {-2, 0, 2}, {-2, 0, -2}, {2.6, 2.4, -1.6}, {5.6, 0, 2}}, WidthPx: 3, Colour: ink, OnTop: true})
	line(scene.Glyph{Kind: scene.Trail, Points: bow, Node: scene.Root, WidthPx: 5, Colour: orange})
	line(scene.Glyph{Kind: scene.Dot, Points: []mgl64.Vec3{{-5.6, 0, 2}, {5.6, 0, 2}, {2.6, 2.4, -1.6}}, WidthPx: 9, Colour: ink, OnTop: true})
	line(scene.Glyph{Kind: scene.Arrow, Points: []mgl64.Vec3{{-1.4, 2.1, 0}, {-1.4, 3.4, 0}}, WidthM: 0.12, Colour: orange})
	line(scene.Glyph{Kind: scene.Arrow, Points: []mgl64.Vec3{{5.4, 1.2, -1.4}, {-3, 1.2, -1.4}}, WidthM: 0.16, Colour: teal, OnTop: true})
	line(scene.Glyph{Kind: scene.Segment, Points: []mgl64.Vec3{{-5, 0, 3}, {5, 0, 3}}, WidthPx: 7, Colour: ink, State: scene.Stale})
	line(scene.Glyph{Kind: scene.Segment, Points: []mgl64.Vec3{{-5, 0, 3.6}, {5, 0, 3.6}}, WidthPx: 7, Colour: ink, State: scene.Predicted})
	for i := range 12 {
		for k := range 5 {
			p := mgl64.Vec3{float64(i) - 5.5, 3.4 + 0.3*float64(k), -2.5 - float64(k)}
			line(scene.Glyph{Kind: scene.Arrow, Points: []mgl64.Vec3{p, p.Add(mgl64.Vec3{0.2 + 0.1*float64(k), 0.25 * math.Sin(float64(i)), 0.3})}, WidthPx: 3, Colour: ink})
		}
	}
	return b
}

func TestGoldenGlyphs(t *testing.T) {
	r := headless(t, Options{})
	view := scene.Camera{Eye: mgl64.Vec3{3, 5, 12}, Target: mgl64.Vec3{0, 1.5, 0}}
	for name, p := range palettes {
		signs().frame(t, r, "glyphs-"+name, view, render.Options{Palette: p})
	}
	signs().frame(t, r, "glyphs-fine", view, render.Options{Palette: render.Day(), WidthPx: 1280, HeightPx: 800, PixelScale: 2})
}

// cluster is many translucent boxes that reach into each other, with a solid ball among them.
func cluster(n int) *bench {
	b := newBench()
	rnd := rand.New(rand.NewSource(5))
	for i := range n {
		m := []scene.MaterialID{b.steel, b.red, b.blue}[i%3]
		at := scene.At(rnd.Float64()*6-3, rnd.Float64()*3, rnd.Float64()*4-2).Turned(rnd.Float64()*3, mgl64.Vec3{1, 1, 0}.Normalize())
		b.SetOpacity(b.add(fmt.Sprint(i), scene.NewBox(1.4, 1, 0.8, m), at), 0.4)
	}
	b.add("ball", scene.NewSphere(0.6, 32, b.red), scene.At(0, 1.5, 0))
	return b
}

func TestGoldenLayers(t *testing.T) {
	r := headless(t, Options{})
	view := scene.Camera{Eye: mgl64.Vec3{2, 4, 9}, Target: mgl64.Vec3{0, 1.4, 0}}
	for name, p := range palettes {
		cluster(40).frame(t, r, "layers-"+name, view, render.Options{Palette: p, Look: render.Engineer})
	}
	cluster(40).frame(t, r, "layers-review", view, render.Options{Palette: render.Day(), Look: render.Review})
	b := cluster(40)
	for i, state := range []scene.State{scene.Alarm(1), scene.Alarm(2), scene.Stale, scene.Bad, scene.Predicted} {
		b.SetState(scene.NodeID(3+7*i), state)
	}
	b.frame(t, r, "layers-states", view, render.Options{Palette: render.Day(), Look: render.Engineer})
	far := scene.Camera{Eye: mgl64.Vec3{-13, 98, 24}, Target: mgl64.Vec3{0, 92, 0}}
	(&bench{Scene: farm()}).frame(t, r, "xray-review", far, render.Options{Palette: render.Night(), Look: render.Review, XRay: true})
	(&bench{Scene: farm()}).frame(t, r, "xray-operate", far, render.Options{Palette: render.Day(), XRay: true})
}

// One translucent surface looks the same, whether it is sorted or gathered.
func TestOneLayerIsAsIfSorted(t *testing.T) {
	r := headless(t, Options{})
	picture := func(n int) *image.RGBA {
		b := newBench()
		for i := range n {
			b.SetOpacity(b.add(fmt.Sprint(i), scene.NewPlane(0.8, b.red), scene.At(float64(i%5)-2, 0, float64(i/5))), 0.4)
		}
		f := render.NewBuilder().Build(b.Scene, scene.Camera{Eye: mgl64.Vec3{0, 6, 6}}, render.Options{WidthPx: 200, HeightPx: 150, Palette: render.Day(), Look: render.Engineer})
		img, _ := snap(t, r, f)
		return img
	}
	sorted, gathered := picture(sortedMost), picture(sortedMost+4)
	for _, at := range []image.Point{{70, 75}, {100, 75}, {130, 75}} { // in the first row
		a, b := sorted.RGBAAt(at.X, at.Y), gathered.RGBAAt(at.X, at.Y)
		if apart(a.R, uint32(b.R)<<8)+apart(a.G, uint32(b.G)<<8)+apart(a.B, uint32(b.B)<<8) > 6 {
			t.Errorf("at %v it is %v sorted and %v gathered", at, a, b)
		}
		if background := sorted.RGBAAt(2, 2); a == background {
			t.Errorf("at %v nothing is seen", at)
		}
	}
}

func TestGoldenWire(t *testing.T) {
	r := headless(t, Options{})
	view := scene.Camera{Eye: mgl64.Vec3{2.5, 4, 9}, Target: mgl64.Vec3{0, 1, 0}}
	for name, p := range palettes {
		b := machines()
		b.SetState(3, scene.Stale)
		b.SetState(5, scene.Alarm(2))
		b.frame(t, r, "wire-"+name, view, render.Options{Palette: p, Look: render.Engineer, Wire: true})
	}
	machines().frame(t, r, "wire-operate", view, render.Options{Palette: render.Day(), Wire: true})
	machines().frame(t, r, "wire-review", view, render.Options{Palette: render.Day(), Look: render.Review, Wire: true})
}

// lights stands small parts far away and large ones near by, in every state.
func lights() *bench {
	b := newBench()
	states := []scene.State{0, scene.Alarm(1), scene.Alarm(2), scene.Alarm(3), scene.Alarm(4), scene.Stale, scene.Bad, scene.Predicted, scene.Alarm(1) | scene.Stale}
	for row, size := range []float64{1.4, 0.5, 0.12} {
		for i, state := range states {
			m := []scene.MaterialID{b.steel, b.red, b.blue}[i%3]
			b.SetState(b.add(fmt.Sprint(row, i), scene.NewBox(size, size, size, m), scene.At(float64(i)*2-8, 2-float64(row)*1.7, 0).Turned(0.5, mgl64.Vec3{0, 1, 0})), state)
		}
	}
	for i, state := range states { // and seen through
		id := b.add(fmt.Sprint("clear", i), scene.NewSphere(0.6, 32, b.blue), scene.At(float64(i)*2-8, -3, 0))
		b.SetOpacity(id, 0.2)
		b.SetState(id, state)
		var spiral scene.Mesh
		for k := range 90 {
			a := float64(k) * 0.2
			spiral.Positions = append(spiral.Positions, float32(0.6*math.Cos(a)), float32(k)*0.01, float32(0.6*math.Sin(a)))
			spiral.Points = append(spiral.Points, uint32(k))
			if k > 0 && i%2 == 0 {
				spiral.Lines = append(spiral.Lines, uint32(k-1), uint32(k))
			}
		}
		b.SetState(b.add(fmt.Sprint("lines", i), &spiral, scene.At(float64(i)*2-8, -5, 0)), state)
	}
	return b
}

func TestGoldenStatesOfParts(t *testing.T) {
	r := headless(t, Options{})
	view := scene.Camera{Eye: mgl64.Vec3{0, 0, 17}, Target: mgl64.Vec3{0, -1, 0}}
	for _, l := range []render.Look{render.Operate, render.Engineer, render.Review} {
		for name, p := range palettes {
			lights().frame(t, r, "parts-"+l.String()+"-"+name, view, render.Options{Palette: p, Look: l, WidthPx: 960, HeightPx: 540})
		}
	}
	lights().frame(t, r, "parts-fine", view, render.Options{Palette: render.Day(), Look: render.Engineer, WidthPx: 1920, HeightPx: 1080, PixelScale: 2})
}

func TestGoldenOutlines(t *testing.T) {
	r := headless(t, Options{})
	view := scene.Camera{Eye: mgl64.Vec3{2.5, 4, 10}, Target: mgl64.Vec3{0, 1, 0}}
	for name, p := range palettes {
		b := machines()
		b.add("wall", scene.NewBox(2.4, 1, 0.2, b.red), scene.At(-1.4, 0.5, 2))
		o := render.Options{Palette: p, Look: render.Engineer, Selected: []scene.NodeID{2, 3, 4}, Hovered: 5}
		b.frame(t, r, "outlines-"+name, view, o)
		o.WidthPx, o.HeightPx, o.PixelScale = 1280, 800, 2
		b.frame(t, r, "outlines-fine-"+name, view, o)
	}
}

// Whatever is asked for at once, no pass over 10,000 objects takes more than a handful of draw calls.
func TestFewDrawCallsWithEverything(t *testing.T) {
	r := headless(t, Options{Samples: 1})
	s := distinct(benchNodes)
	var selected []scene.NodeID
	for id := scene.NodeID(1); id <= benchNodes; id++ {
		switch id % 7 {
		case 0:
			s.SetState(id, scene.Alarm(1+int(id)%4))
		case 1:
			s.SetState(id, scene.Stale)
		case 2:
			s.SetOpacity(id, 0.4)
		case 3:
			selected = append(selected, id)
		case 4:
			st := s.Node(id).Style
			st.Level = scene.Level{On: true, Share: 0.5}
			s.SetStyle(id, st)
		}
	}
	wind(s, 3000)
	o := render.Options{
		WidthPx: 320, HeightPx: 200, Palette: render.Day(), Look: render.Engineer, Selected: selected, Hovered: selected[0], Wire: true, Grid: true,
		Section: &scene.Section{Planes: []scene.Plane{scene.PlaneThrough(mgl64.Vec3{0, 0.1, 0}, mgl64.Vec3{0, -1, 0.1})}},
		Ghosts:  []render.Ghost{{Scene: s.Clone()}},
	}
	_, st := snap(t, r, render.NewBuilder().Build(s, above(benchNodes), o))
	if st.MaxDraws > 20 || st.Draws > 120 {
		t.Errorf("%d draw calls, %d in one pass", st.Draws, st.MaxDraws)
	}
}

// wind adds arrows and a few trails to a scene.
func wind(s *scene.Scene, n int) {
	for i := range n {
		p := mgl64.Vec3{float64(i%60)*2 - 60, 3 + math.Sin(float64(i)), float64(i/60)*2 - 50}
		g := scene.Glyph{Kind: scene.Arrow, Points: []mgl64.Vec3{p, p.Add(mgl64.Vec3{1, 0.2 * math.Cos(float64(i)), 0.5})}, WidthPx: 2, Colour: color.NRGBA{43, 102, 168, 255}}
		if i%10 == 0 {
			g.Kind, g.OnTop = scene.Trail, i%20 == 0
			for k := range 12 {
				g.Points = append(g.Points, p.Add(mgl64.Vec3{float64(k), math.Sin(float64(k)), 0}))
			}
		}
		s.AddGlyph(g)
	}
}

// BenchmarkGlyphs draws 3,000 arrows and trails, all of them moved in each frame.
func BenchmarkGlyphs(b *testing.B) {
	r := headless(b, Options{})
	s := scene.New()
	wind(s, 3000)
	bl := render.NewBuilder()
	o := render.Options{WidthPx: 1280, HeightPx: 720, Palette: render.Day()}
	m := &meter{b: b, begun: processorTime()}
	i := 0
	for b.Loop() {
		i++
		camera := scene.Camera{Eye: mgl64.Vec3{math.Sin(float64(i)), 40, 90}}
		start := time.Now()
		f := bl.Build(s, camera, o)
		_, st, err := r.SnapshotStats(f)
		if err != nil {
			b.Fatal(err)
		}
		m.add(st, time.Since(start))
		f.Release()
	}
	m.report()
}
