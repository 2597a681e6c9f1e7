package main

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"math"
	"runtime"
	"slices"
	"time"

	"github.com/go-gl/mathgl/mgl64"

	"github.com/orrery-twin/orrery/assets/process"
	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/render/g3ngl"
	"github.com/orrery-twin/orrery/scene"
)

// benchHeavy moves around a plant of ten million triangles as a window does, stops, picks, and colours it.
func benchHeavy(ctx context.Context) ([]figure, error) {
	before := heap()
	h, err := newHeavy(ctx)
	if err != nil {
		return nil, err
	}
	defer h.r.Close()
	out, err := h.move(ctx)
	if err != nil {
		return nil, err
	}
	out = append(out, h.pick(), h.recolour())
	return append(out,
		atMost("10 M triangles: memory of the program, all for picking and coarser versions with it", float64(heap()-before)/float64(h.triangles), "B/triangle", 40),
		atMost("10 M triangles: memory of the GPU, meshes", float64(h.whole.MeshBytes)/float64(h.triangles), "B/triangle", 30),
	), nil
}

// heap is how much memory is in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// heavy is a plant of ten million triangles in ten thousand distinct parts, prepared as a model is that was opened, and who
// looks at it.
type heavy struct {
	scene     *scene.Scene
	picker    *scene.Picker
	wide      float64 // metres
	triangles int
	r         *g3ngl.Renderer
	builder   *render.Builder
	made      chan struct{}
	held      render.Picture
	whole     render.Stats
}

const heavyParts = 10_000

func newHeavy(ctx context.Context) (*heavy, error) {
	h := &heavy{scene: scene.New(), builder: render.NewBuilder(), made: make(chan struct{}, 1), wide: math.Ceil(math.Cbrt(4 * heavyParts))}
	h.picker = scene.NewPicker(h.scene)
	wide := int(h.wide)
	var models [3]*scene.Mesh // many small parts, some larger ones, few fine ones
	for i, rings := range [3]int{10, 32, 84} {
		models[i] = vessel(rings, rings+rings/4)
		lods, err := process.LODs(ctx, models[i])
		if err != nil {
			return nil, err
		}
		models[i].LODs = lods
	}
	for i := range heavyParts {
		m := h.scene.AddMaterial(scene.Material{BaseColor: [4]float32{float32(i%7) / 7, .5, float32(i%5) / 5, 1}, Roughness: .5})
		model, size := models[0], .2+.1*float64(i%9)/9
		switch {
		case i%50 == 7:
			model, size = models[2], .48
		case i%50 < 10:
			model, size = models[1], .4
		}
		mesh := scaled(model, size, m)
		h.triangles += mesh.Triangles()
		id, err := h.scene.AddMesh(mesh)
		if err != nil {
			return nil, err
		}
		mesh.Prepare()
		deep := max(1, wide/4)
		h.scene.AddNode(scene.Root, scene.Node{Mesh: id, Local: scene.At(float64(i%wide-wide/2), float64(i/wide%deep), float64(i/wide/deep-wide/2))})
	}
	var err error
	h.r, err = g3ngl.NewHeadless(g3ngl.Options{})
	if err != nil {
		return nil, err
	}
	h.r.OnPicture(func() {
		select {
		case h.made <- struct{}{}:
		default:
		}
	})
	return h, nil
}

// vessel is a closed surface of revolution with a wavy profile, of radius 1.
func vessel(rings, segments int) *scene.Mesh {
	m := &scene.Mesh{}
	for i := range rings + 1 {
		v := math.Pi * float64(i) / float64(rings)
		r, y := math.Sin(v)*(1-.15*math.Cos(6*v)*math.Cos(6*v)), -math.Cos(v)
		for k := range segments + 1 {
			sin, cos := math.Sincos(2 * math.Pi * float64(k%segments) / float64(segments))
			m.Positions = append(m.Positions, float32(r*cos), float32(y), float32(r*sin))
		}
	}
	row := uint32(segments + 1)
	for i := range uint32(rings) {
		for k := range uint32(segments) {
			a := i*row + k
			if i+1 < uint32(rings) {
				m.Indices = append(m.Indices, a, a+row, a+row+1)
			}
			if i > 0 {
				m.Indices = append(m.Indices, a, a+row+1, a+1)
			}
		}
	}
	return m
}

// scaled is a mesh of its own, in another size and material.
func scaled(m *scene.Mesh, by float64, material scene.MaterialID) *scene.Mesh {
	out := &scene.Mesh{Positions: slices.Clone(m.Positions), Indices: slices.Clone(m.Indices)}
	for i := range out.Positions {
		out.Positions[i] *= float32(by)
	}
	out.Parts = []scene.Part{{Count: len(out.Indices), Material: material}}
	for _, l := range m.LODs {
		out.LODs = append(out.LODs, scene.LOD{
			Indices: slices.Clone(l.Indices), ErrorM: l.ErrorM * float32(by), Parts: []scene.Part{{Count: len(l.Indices), Material: material}},
		})
	}
	return out
}

// from is a place on a circle around the plant.
func (h *heavy) from(angle float64) scene.Camera {
	return scene.Camera{
		Eye:    mgl64.Vec3{1.1 * h.wide * math.Sin(angle), .5 * h.wide, 1.1 * h.wide * math.Cos(angle)},
		Target: mgl64.Vec3{0, .1 * h.wide, 0},
	}
}

// see draws from an angle until a picture is good enough, and returns how long that took.
func (h *heavy) see(ctx context.Context, angle float64, draft bool, enough func(render.Stats) bool) (time.Duration, error) {
	begin := time.Now()
	f := h.builder.Build(h.scene, h.from(angle), render.Options{WidthPx: 1280, HeightPx: 720, Palette: render.Day(), Look: render.Engineer, Draft: draft, Hovered: scene.NoNode})
	generation := f.Generation
	h.r.Submit(f)
	for {
		select {
		case <-h.made:
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(time.Minute):
			return 0, errors.Join(errors.New("no picture within a minute"), h.r.Err())
		}
		p, ok := h.r.Acquire()
		if !ok {
			continue
		}
		if h.held.Generation != 0 {
			h.r.Release(h.held, 0)
		}
		if h.held = p; p.Generation >= generation && enough(p.Stats) {
			h.whole = p.Stats
			return time.Since(begin), nil
		}
	}
}

// move goes round, in drafts, and stops, three times.
func (h *heavy) move(ctx context.Context) ([]figure, error) {
	any := func(render.Stats) bool { return true }
	complete := func(s render.Stats) bool { return s.Pending == 0 && s.Refined == 1 }
	if _, err := h.see(ctx, 0, false, complete); err != nil {
		return nil, err
	}
	var moving, stops []time.Duration
	for turn := range 4 {
		for i := range 30 {
			took, err := h.see(ctx, float64(turn)+float64(i)/30, true, any)
			if err != nil {
				return nil, err
			}
			if turn > 0 { // the first time round it learns how fast it is
				moving = append(moving, took)
			}
		}
		took, err := h.see(ctx, float64(turn)+1, false, complete)
		if err != nil {
			return nil, err
		}
		if turn > 0 {
			stops = append(stops, took)
		}
	}
	if _, err := h.see(ctx, 4, false, func(s render.Stats) bool { return s.Smoothed > 1 }); err != nil { // nothing is drawn after that
		return nil, err
	}
	d := h.r.Device()
	name := fmt.Sprintf("%.1f M triangles in 10,000 parts, 1280×720 on %s: ", float64(h.triangles)/1e6, d.Name)
	out := []figure{
		atMost(name+"a frame while moving, p95", quantile(moving, .95), "ms", 50),
		atMost("10 M triangles: full picture after a stop, median", median(stops), "ms", 1000),
	}
	if d.Software {
		return append(out, unmeasured("10 M triangles on a GPU: 60 frames a second", "no GPU here, "+d.Name+" draws on the CPU")), nil
	}
	return append(out, atMost("10 M triangles on a GPU: a frame while moving, p95", quantile(moving, .95), "ms", 1000./60)), nil
}

// pick casts rays through a grid of pixels.
func (h *heavy) pick() figure {
	var took []time.Duration
	for i := range 2000 {
		ray := h.from(1).RayAt(float64(i%50)*25.6, float64(i/50)*18, 1280, 720)
		begin := time.Now()
		h.picker.Pick(ray, scene.PickOptions{})
		if i > 0 { // the first one builds the tree of nodes
			took = append(took, time.Since(begin))
		}
	}
	return atMost("10 M triangles: pick, p95", quantile(took, .95), "ms", 1)
}

// recolour gives all parts another colour and makes the frame for it.
func (h *heavy) recolour() figure {
	var took []time.Duration
	for i := range 30 {
		begin := time.Now()
		for k := range heavyParts {
			h.scene.SetTint(scene.NodeID(k+1), color.NRGBA{R: uint8(i), G: uint8(k), A: 200})
		}
		tinted := time.Since(begin)
		one, err := shoot(h.r, h.builder, h.scene, h.from(0), render.Options{WidthPx: 64, HeightPx: 36, Palette: render.Day(), Look: render.Engineer})
		if err != nil {
			return unmeasured("recolour 10,000 objects", err.Error())
		}
		if i > 2 {
			took = append(took, tinted+one.build+one.stats.Prepare)
		}
	}
	return atMost("recolour 10,000 objects: tints, frame, upload, choice; median", median(took), "ms", 2)
}
