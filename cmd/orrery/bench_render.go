package main

import (
	"context"
	"fmt"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/render/g3ngl"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui"
)

// benchRender draws without a display what a plant may ask for, beside stock g3n and f3d where there is something to compare.
func benchRender(ctx context.Context) ([]figure, error) {
	var out []figure
	for _, part := range []func(context.Context) ([]figure, error){benchFarm, benchDistinct, benchHeavy, benchPictures, benchPresenters} {
		figures, err := part(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, figures...)
	}
	return out, nil
}

// benchFarm draws the demo in the three looks, with four samples per pixel: the sharp picture that stands when nothing moves.
func benchFarm(ctx context.Context) ([]figure, error) {
	r, err := g3ngl.NewHeadless(g3ngl.Options{})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	p, err := project.LoadFS(demo.Open(), "twin.yaml")
	if err != nil {
		return nil, err
	}
	scenery, err := ui.LoadScenery(ctx, p, nil, nil)
	if err != nil {
		return nil, err
	}
	var out []figure
	for _, c := range []struct {
		look render.Look
		name string
		bar  float64
	}{{render.Operate, "Operate", 200}, {render.Engineer, "Engineer", 250}, {render.Review, "Review", 500}} {
		took, _, err := turning(r, scenery.Scene, scenery.Camera(p.Viewpoints[0]), render.Options{WidthPx: 1280, HeightPx: 720, Look: c.look, Palette: render.Night()}, 10)
		if err != nil {
			return nil, err
		}
		out = append(out, atMost(fmt.Sprintf("the wind farm, %s look, 1280×720, median", c.name), median(took), "ms", c.bar))
	}
	return out, nil
}

// shot is what one frame took.
type shot struct {
	build, total time.Duration // making the frame; that and drawing it, up to the picture
	stats        render.Stats
}

// shoot draws one frame at once.
func shoot(r *g3ngl.Renderer, b *render.Builder, s *scene.Scene, c scene.Camera, o render.Options) (shot, error) {
	begin := time.Now()
	o.Hovered = scene.NoNode
	f := b.Build(s, c, o)
	defer f.Release()
	built := time.Since(begin)
	_, st, err := r.SnapshotStats(f)
	return shot{built, time.Since(begin), st}, err
}

// turning draws a slowly turning view n times, after two frames that build batches and programs.
func turning(r *g3ngl.Renderer, s *scene.Scene, camera scene.Camera, o render.Options, n int) (took []time.Duration, last render.Stats, err error) {
	b := render.NewBuilder()
	orbit := scene.NewOrbit(camera)
	for i := range n + 2 {
		orbit.Grab(camera.Target)
		orbit.Turn(2, 0, float64(o.HeightPx))
		one, err := shoot(r, b, s, orbit.Camera(), o)
		if err != nil {
			return nil, last, err
		}
		if last = one.stats; i >= 2 {
			took = append(took, one.total)
		}
	}
	return took, last, nil
}

const distinctNodes = 10_000

// distinct is boxes with a mesh and a material each, like Khronos' NodePerformanceTest.
func distinct() *scene.Scene {
	s := scene.New()
	for i := range distinctNodes {
		m := s.AddMaterial(scene.Material{BaseColor: [4]float32{float32(i%7) / 7, float32(i%11) / 11, .5, 1}, Roughness: .6})
		mesh := s.MustAddMesh(scene.NewBox(.5+float64(i%5)/16, .5+float64(i%13)/13, .5+float64(i%7)/23, m))
		s.AddNode(scene.Root, scene.Node{Mesh: mesh, Local: scene.At(float64(i%100)-50, 0, float64(i/100)-50)})
	}
	return s
}

// benchDistinct draws 10,000 distinct nodes with a camera that moves, in turn with stock g3n.
func benchDistinct(context.Context) ([]figure, error) {
	s := distinct()
	var out []figure
	for _, size := range [][2]int{{64, 64}, {1280, 720}} {
		figures, err := besideStock(s, size[0], size[1])
		if err != nil {
			return nil, err
		}
		out = append(out, figures...)
	}
	return out, nil
}

func besideStock(s *scene.Scene, w, h int) ([]figure, error) {
	r, err := g3ngl.NewHeadless(g3ngl.Options{Samples: 1}) // as g3n has it here
	if err != nil {
		return nil, err
	}
	defer r.Close()
	peer, err := g3ngl.NewPeer(s, w, h)
	if err != nil {
		return nil, err
	}
	defer peer.Close()
	b := render.NewBuilder()
	o := render.Options{WidthPx: w, HeightPx: h, Palette: render.Day(), Look: render.Engineer}
	var ours, theirs, submit []time.Duration
	var draws, passes int
	for i := range 14 {
		c := scene.Camera{Eye: mgl64.Vec3{float64(i), 110, 110}}
		one, err := shoot(r, b, s, c, o)
		if err != nil {
			return nil, err
		}
		other := peer.Frame(c)
		if other.Err != nil {
			return nil, other.Err
		}
		if i >= 2 {
			ours, theirs = append(ours, one.total), append(theirs, other.Total)
			submit = append(submit, one.build+one.stats.Prepare)
		}
		draws, passes = other.Draws, one.stats.MaxDraws
	}
	name := fmt.Sprintf("10,000 distinct nodes, %d×%d: ", w, h)
	peerMs := median(theirs)
	return []figure{
		atMost(name+"draw calls of a pass", float64(passes), "calls", 20).against("stock g3n", float64(draws)),
		atMost(name+"frame, culling and lists by the CPU, median", median(submit), "ms", 2),
		atMost(name+"whole frame, camera moving, median", median(ours), "ms", peerMs/4).against("stock g3n", peerMs),
	}, nil
}
