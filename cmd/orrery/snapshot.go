package main

import (
	"context"
	"fmt"
	"image"
	"image/png"
	"maps"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/assets/process"
	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/render/g3ngl"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/twin/scenario"
	"github.com/orrery-twin/orrery/twin/timeline"
	"github.com/orrery-twin/orrery/ui"
	"github.com/orrery-twin/orrery/ui/theme"
	"github.com/orrery-twin/orrery/ui/viewport"
)

// snapshotOptions say what to draw.
type snapshotOptions struct {
	past
	reading
	viewing
	out, size, viewpoint, theme, scenario string
	sets                                  []string
}

func snapshotCommand() *cobra.Command {
	var o snapshotOptions
	cmd := &cobra.Command{
		Use:   "snapshot TWIN|MODEL -o PNG",
		Short: "Draw a twin at any moment, or a model, into a PNG; needs no display",
		Long: `Draw a twin as it stood or as it is expected to stand, or a model file. TWIN may be the word demo.

--at takes a time, or a distance from the newest recorded moment: -48h is the past, +48h the future as predicted.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return takeSnapshot(cmd.Context(), args[0], o)
		},
	}
	o.past.flags(cmd)
	o.reading.flags(cmd)
	o.viewing.flags(cmd)
	cmd.Flags().StringVarP(&o.out, "out", "o", "", "PNG to write")
	cmd.Flags().StringVar(&o.size, "size", "1280x720", "size in pixels")
	cmd.Flags().StringVar(&o.viewpoint, "viewpoint", "", "a viewpoint of the twin file; default: the first")
	cmd.Flags().StringVar(&o.theme, "theme", "night", "day or night")
	cmd.Flags().StringVar(&o.scenario, "scenario", "", "a scenario of the twin file, for moments of the future")
	cmd.Flags().StringArrayVar(&o.sets, "set", nil, "PARAMETER=VALUE, for moments of the future")
	cmd.MarkFlagRequired("out")
	return cmd
}

func takeSnapshot(ctx context.Context, path string, o snapshotOptions) error {
	var w, h int
	if _, err := fmt.Sscanf(o.size, "%dx%d", &w, &h); err != nil || w < 16 || h < 16 || w > 16384 || h > 16384 {
		return fmt.Errorf("--size %s: write WIDTHxHEIGHT, 16 to 16384", o.size)
	}
	opts, err := o.viewing.options()
	if err != nil {
		return err
	}
	opts.WidthPx, opts.HeightPx, opts.Palette = w, h, render.Night()
	theme.SetMode(theme.AlwaysNight, theme.Night)
	if o.theme == "day" {
		opts.Palette = render.Day()
		theme.SetMode(theme.AlwaysDay, theme.Day)
	}
	renderer := startHeadless()
	if assets.IsModel(path) {
		meant, err := o.reading.options()
		if err != nil {
			return err
		}
		meant.Still = true
		m, err := assets.Open(ctx, path, meant)
		if err != nil {
			return err
		}
		printWarnings(m.Warnings)
		s := m.Scene
		camera, err := o.apply(s, firstView(s, float64(w)/float64(h)), &opts)
		if err != nil {
			return err
		}
		if opts.Section == nil { // which would show where little is left
			thin(s, camera, h)
		}
		return drawPNG(renderer, s, camera, opts, o.out, func(img *image.RGBA) {
			if !o.bare {
				c := o.composition(camera, opts)
				c.Scene = s
				viewport.Compose(img, c)
			}
		})
	}
	s, now, err := o.open(ctx, path)
	if err != nil {
		return err
	}
	defer s.close()
	scenery, err := ui.LoadScenery(ctx, s.project, nil, nil)
	if err != nil {
		return err
	}
	snap, err := s.stateAt(ctx, now, o)
	if err != nil {
		return err
	}
	view, err := viewpointOf(s.project, o.viewpoint)
	if err != nil {
		return err
	}
	_, last, _ := s.store.Extent()
	m := ui.Moment{Project: s.project, Scenery: scenery, Snapshot: snap, At: now, Mode: timeline.Past, Selected: view.Select}
	if now.After(last) {
		m.Mode = timeline.Future
	} else if m.Alarms, err = s.alarmsAt(ctx, now); err != nil {
		return err
	}
	m.Pose()
	if view.Select != twin.NoAsset {
		opts.Selected = []scene.NodeID{scenery.Node(view.Select)}
	}
	camera, err := o.apply(scenery.Scene, scenery.Camera(view), &opts)
	if err != nil {
		return err
	}
	return drawPNG(renderer, scenery.Scene, camera, opts, o.out, func(img *image.RGBA) {
		if !o.bare {
			m.Compose(img, o.composition(camera, opts))
		}
		stamp(img, float32(o.scale), now, last, s.project.Site.Zone)
	})
}

// alarmsAt returns the priority of the most urgent alarm of each asset at a recorded moment.
func (s *station) alarmsAt(ctx context.Context, at time.Time) ([]twin.Priority, error) {
	book, err := alarm.New(s.tree, s.project.Alarms)
	if err != nil {
		return nil, err
	}
	if err := restoreAlarms(ctx, book, s.journal, at); err != nil {
		return nil, err
	}
	out := make([]twin.Priority, len(s.tree.Assets()))
	for _, a := range book.Active() {
		if p := &out[a.Definition.Asset]; a.Flags.Active && (*p == 0 || a.Definition.Priority < *p) {
			*p = a.Definition.Priority
		}
	}
	return out, nil
}

// stamp frames a picture by its time, as the window does, so that nobody takes what was or what may be for what is.
func stamp(img *image.RGBA, scale float32, at, last time.Time, zone *time.Location) {
	pen := theme.NewPen(img, scale)
	w, h := pen.Size()
	when := at.In(zone).Format("Mon 2 Jan 2006 15:04:05 MST")
	back, text := theme.Color(theme.Past), "RECORDED  "+when
	if at.After(last) {
		back, text = theme.Color(theme.Future), "PREDICTED  "+when
		const t = theme.FutureFrame
		for _, r := range [][4]float32{{0, 0, w, t}, {0, h - t, w, t}, {0, t, t, h - 2*t}, {w - t, t, t, h - 2*t}} {
			pen.Fill(r[0], r[1], r[2], r[3], theme.Color(theme.Panel))
			pen.Hatch(r[0], r[1], r[2], r[3], 10, 6, back)
		}
	} else {
		pen.Border(0, 0, w, h, theme.PastFrame, back)
	}
	tw := pen.Measure(text, theme.FontSmallBold) + 20
	pen.RoundRect(14, 14, tw, 24, theme.Radius, back)
	pen.Text(24, 30, text, theme.FontSmallBold, theme.Color(theme.OnAccent))
}

// stateAt is the snapshot of a moment: from the history up to its newest sample, from a forecast beyond it.
func (s *station) stateAt(ctx context.Context, at time.Time, o snapshotOptions) (*twin.Snapshot, error) {
	snap := &twin.Snapshot{}
	_, last, _ := s.store.Extent()
	if !at.After(last) {
		return snap, s.store.LatestAt(ctx, at, snap)
	}
	preset, err := presetOf(s.project, o.scenario)
	if err != nil {
		return nil, err
	}
	given, err := parameterValues(s.project, o.sets)
	if err != nil {
		return nil, err
	}
	values := map[string]float64{}
	maps.Copy(values, preset.Values)
	maps.Copy(values, given)
	ahead, err := s.futures(ctx, last, 64, at.Sub(last)+time.Hour, terminalProgress("fitting the models"))
	if err != nil {
		return nil, err
	}
	run, err := ahead.compute(ctx, scenario.Scenario{Name: scenario.Base, Values: values})
	if err != nil {
		return nil, err
	}
	if !run.At(at, snap) {
		return nil, fmt.Errorf("--at: the forecast ends at %s", run.Horizon.Format(time.RFC3339))
	}
	return snap, nil
}

func viewpointOf(p *project.Project, id string) (project.Viewpoint, error) {
	var known []string
	for _, v := range p.Viewpoints {
		if id == "" || v.ID == id {
			return v, nil
		}
		known = append(known, v.ID)
	}
	if len(known) == 0 {
		return project.Viewpoint{Asset: twin.NoAsset, Select: twin.NoAsset, Eye: [3]float64{100, 80, 200}}, nil
	}
	return project.Viewpoint{}, fmt.Errorf("--viewpoint %s: the twin file has %s", id, strings.Join(known, ", "))
}

// startHeadless starts a renderer while something else is done, and returns what waits for it.
func startHeadless() func() (*g3ngl.Renderer, error) {
	start := sync.OnceValues(func() (*g3ngl.Renderer, error) { return g3ngl.NewHeadless(g3ngl.Options{}) })
	go start()
	return start
}

// thin replaces meshes that have more triangles than a picture needs by coarser ones that look the same from the camera.
func thin(s *scene.Scene, camera scene.Camera, heightPx int) {
	const (
		from   = 1_000_000 // triangles: fewer are drawn before they are thinned
		cellPx = 3         // side of the cells in which one vertex is left
		offPx  = 1         // that surfaces may stray, as everywhere in still pictures
	)
	by, pixels, some := make([]*scene.Mesh, len(s.Meshes())), pixelsOf(s, camera, heightPx), false
	for id, m := range s.Meshes() {
		if m == nil || m.Triangles() < from || len(m.Lines)+len(m.Points)+len(m.Edges) > 0 {
			continue
		}
		if lod, ok := process.Thin(m, cellPx*pixels[id]); ok && float64(lod.ErrorM) <= offPx*pixels[id] {
			by[id], some = process.Alone(m, lod), true
		}
	}
	if some {
		_ = s.ReplaceMeshes(by) // which changes all or nothing
	}
}

// firstView is how a model is first seen: whole, from a corner.
func firstView(s *scene.Scene, aspect float64) scene.Camera {
	box := s.Bounds(scene.Root)
	return scene.Camera{Eye: box.Center().Add([3]float64{1, .7, 1.6}), Target: box.Center()}.Framed(box, aspect)
}

// pixelsOf returns how wide a pixel is on each mesh where it is nearest to the camera, in the units of the mesh.
func pixelsOf(s *scene.Scene, camera scene.Camera, heightPx int) []float64 {
	out := make([]float64, len(s.Meshes()))
	for id, world := range s.Worlds() {
		b := s.WorldBounds(scene.NodeID(id))
		near := camera.Eye
		for k := range near {
			near[k] = min(max(near[k], b.Min[k]), b.Max[k])
		}
		scale := 0.0
		for axis := range 3 {
			scale = max(scale, world.Col(axis).Vec3().Len())
		}
		m, size := s.Node(scene.NodeID(id)).Mesh, camera.PixelSize(near, float64(heightPx))/max(scale, 1e-30)
		if out[m] == 0 || size < out[m] {
			out[m] = size
		}
	}
	return out
}

// drawPNG draws one frame without a display, lets after, if any, draw over it, and writes it.
func drawPNG(renderer func() (*g3ngl.Renderer, error), s *scene.Scene, camera scene.Camera, opts render.Options, file string, after func(*image.RGBA)) error {
	r, err := renderer()
	if err != nil {
		return err
	}
	defer r.Close()
	frame := render.NewBuilder().Build(s, camera, opts)
	defer frame.Release()
	img, err := r.Snapshot(frame)
	if err != nil {
		return err
	}
	if after != nil {
		after(img)
	}
	return writePNG(file, img)
}

func writePNG(file string, img image.Image) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(f, img)
}
