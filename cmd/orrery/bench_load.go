package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"time"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/assets/cache"
	"github.com/orrery-twin/orrery/assets/demo"
	"github.com/orrery-twin/orrery/render"
	"github.com/orrery-twin/orrery/render/g3ngl"
	"github.com/orrery-twin/orrery/scene"
	"github.com/orrery-twin/orrery/twin/project"
	"github.com/orrery-twin/orrery/ui"
)

// benchLoad reads the demo, and models that it makes for this.
func benchLoad(ctx context.Context) ([]figure, error) {
	out, err := benchDemo(ctx)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "orrery-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	for _, part := range []func(context.Context, string) ([]figure, error){benchMeshes, benchDraco, benchGLB, benchCAD} {
		figures, err := part(ctx, dir)
		if err != nil {
			return nil, err
		}
		out = append(out, figures...)
	}
	return out, nil
}

// benchDemo reads the demo: twin file, models, scene.
func benchDemo(ctx context.Context) ([]figure, error) {
	begin := time.Now()
	p, err := project.LoadFS(demo.Open(), "twin.yaml")
	if err != nil {
		return nil, err
	}
	read := time.Since(begin)
	begin = time.Now()
	if _, err := ui.LoadScenery(ctx, p, nil, nil); err != nil {
		return nil, err
	}
	built := time.Since(begin)
	begin = time.Now()
	if _, err := project.LoadFS(demo.WindFarm(2000), "twin.yaml"); err != nil {
		return nil, err
	}
	return []figure{
		atMost("read the demo's twin file", ms(read), "ms", 100),
		atMost("read its models and build the scene", ms(built), "ms", 1000),
		atMost("read a twin file of 2,000 turbines", ms(time.Since(begin)), "ms", 1000),
	}, nil
}

// open reads a model three times and returns the best: what else the machine does only adds.
func open(ctx context.Context, path string, o assets.Options) (best time.Duration, m *assets.Model, err error) {
	for range 3 {
		runtime.GC()
		begin := time.Now()
		if m, err = assets.Open(ctx, path, o); err != nil {
			return 0, nil, err
		}
		if took := time.Since(begin); best == 0 || took < best {
			best = took
		}
	}
	return best, m, nil
}

// benchMeshes reads formats of plain meshes.
func benchMeshes(ctx context.Context, dir string) ([]figure, error) {
	small := filepath.Join(dir, "small.stl")
	if err := writeSTL(small, 2); err != nil {
		return nil, err
	}
	idle, err := peakMemory(ctx, small)
	if err != nil {
		return nil, err
	}
	var out []figure
	for _, c := range []struct {
		file  string
		make  func(string) error
		name  string
		bar   float64
		perMB bool
	}{
		{"wave.stl", func(p string) error { return writeSTL(p, 708) }, "read a binary STL of 1.0 M triangles", 300, false},
		{"wave.obj", func(p string) error { return writeOBJ(p, 700) }, "read OBJ", 100, true},
		{"wave.3mf", func(p string) error { return write3MF(p, 220) }, "read a 3MF of 97 k triangles", 250, false},
	} {
		path := filepath.Join(dir, c.file)
		if err := c.make(path); err != nil {
			return nil, err
		}
		took, m, err := open(ctx, path, assets.Options{Raw: true})
		if err != nil {
			return nil, err
		}
		st, err := os.Stat(path)
		if err != nil {
			return nil, err
		}
		if c.perMB {
			out = append(out, atLeast(fmt.Sprintf("%s, %d MB", c.name, st.Size()>>20), float64(st.Size())/1e6/took.Seconds(), "MB/s", c.bar))
		} else {
			out = append(out, atMost(c.name, ms(took), "ms", c.bar))
		}
		peak, err := peakMemory(ctx, path)
		if err != nil {
			return nil, err
		}
		if peak > 0 {
			allowed := 2*float64(st.Size()) + 40*float64(m.Counts().Triangles)
			out = append(out, atMost("  its peak of memory, of 2 × file + 40 B/triangle", float64(peak-idle)/allowed, "", 1))
		}
	}
	return out, nil
}

// benchDraco reads a compressed mesh, if the encoder of Draco is here to make one.
func benchDraco(ctx context.Context, dir string) ([]figure, error) {
	if _, err := exec.LookPath("draco_encoder"); err != nil {
		fmt.Fprintln(os.Stderr, "draco_encoder is not installed: no figure for Draco")
		return nil, nil
	}
	path := filepath.Join(dir, "draco.gltf")
	if err := writeDraco(ctx, dir, path, 546); err != nil {
		return nil, err
	}
	took, m, err := open(ctx, path, assets.Options{Raw: true})
	if err != nil {
		return nil, err
	}
	return []figure{atMost(fmt.Sprintf("read glTF with Draco, %d k triangles", m.Counts().Triangles/1000), ms(took), "ms", 250)}, nil
}

// benchGLB opens a GLB of 100 MB to its first pixels, to the end, and again from the cache.
func benchGLB(ctx context.Context, dir string) ([]figure, error) {
	path := filepath.Join(dir, "plant.glb")
	if err := writePlant(path, 100<<20); err != nil {
		return nil, err
	}
	r, err := g3ngl.NewHeadless(g3ngl.Options{})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	kept, err := cache.Open(cache.Options{Dir: filepath.Join(dir, "cache")})
	if err != nil {
		return nil, err
	}
	made := make(chan struct{}, 1)
	r.OnPicture(func() {
		select {
		case made <- struct{}{}:
		default:
		}
	})
	builder := render.NewBuilder()
	draw := func(s *scene.Scene) error { // up to its first picture, as a window shows it
		camera := scene.Camera{Eye: [3]float64{1, .7, 1.6}}.Framed(s.Bounds(scene.Root), 16./9)
		f := builder.Build(s, camera, render.Options{WidthPx: 1280, HeightPx: 720, Look: render.Engineer, Palette: render.Day(), Hovered: scene.NoNode})
		generation := f.Generation
		r.Submit(f)
		for {
			select {
			case <-made:
			case <-ctx.Done():
				return ctx.Err()
			}
			if p, ok := r.Acquire(); ok {
				shown := p.Generation >= generation
				r.Release(p, 0)
				if shown {
					return r.Err()
				}
			}
		}
	}
	box := scene.New()
	box.AddNode(scene.Root, scene.Node{Name: "box", Mesh: box.MustAddMesh(scene.NewBox(1, 1, 1, 0))})
	if err := draw(box); err != nil { // the window that a model is dropped on has drawn before
		return nil, err
	}
	var first, whole atomic.Int64
	debug.FreeOSMemory()
	begin := time.Now()
	_, err = assets.Open(ctx, path, assets.Options{Cache: kept, Preview: func(s *scene.Scene) {
		if whole.Store(int64(time.Since(begin))); first.Load() != 0 {
			return
		}
		if draw(s) == nil {
			first.Store(int64(time.Since(begin)))
		}
	}})
	if err != nil {
		return nil, err
	}
	full := time.Since(begin)
	again, m, err := open(ctx, path, assets.Options{Cache: kept})
	if err != nil {
		return nil, err
	}
	if !m.Cached {
		return nil, errors.New("the model was not kept in the cache")
	}
	raw, _, err := open(ctx, path, assets.Options{Raw: true})
	if err != nil {
		return nil, err
	}
	return []figure{
		atMost("GLB of 100 MB: first pixels", ms(time.Duration(first.Load())), "ms", 300),
		atMost("  decoded", ms(raw), "ms", 1500),
		atMost("  all of it to be seen and picked", ms(time.Duration(whole.Load())), "ms", 1500),
		atMost("  with coarser versions, kept in the cache", ms(full), "ms", 4000),
		atMost("  again, from the cache", ms(again), "ms", 500),
	}, nil
}

// benchCAD converts an assembly beside f3d, if both are here. $ORRERY_BENCH_STEP names another file.
func benchCAD(ctx context.Context, dir string) ([]figure, error) {
	file := os.Getenv("ORRERY_BENCH_STEP")
	if file == "" {
		return nil, nil
	}
	if _, err := exec.LookPath("f3d"); err != nil {
		fmt.Fprintln(os.Stderr, "f3d is not installed: no figure for STEP")
		return nil, nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	ours, theirs := []time.Duration{}, []time.Duration{}
	picture := filepath.Join(dir, "cad.png")
	for range 5 {
		for _, c := range []struct {
			times *[]time.Duration
			args  []string
		}{
			{&ours, []string{self, "snapshot", file, "-o", picture, "--size", "320x240", "--look", "engineer"}},
			{&theirs, []string{"f3d", file, "--output", picture, "--resolution", "320,240"}},
		} {
			begin := time.Now()
			if text, err := exec.CommandContext(ctx, c.args[0], c.args[1:]...).CombinedOutput(); err != nil {
				if c.args[0] == "f3d" && ctx.Err() == nil {
					fmt.Fprintf(os.Stderr, "f3d does not run here (%v; it needs a display): no figure for STEP\n", err)
					return nil, nil
				}
				return nil, fmt.Errorf("%s: %w: %s", filepath.Base(c.args[0]), err, lastLine(string(text)))
			}
			*c.times = append(*c.times, time.Since(begin))
		}
	}
	peer := quantile(theirs, 0.5)
	return []figure{atMost("STEP to a picture, whole process", quantile(ours, 0.5), "ms", 1.1*peer).against("f3d", peer)}, nil
}

// peakMemory reads a model in a process of its own and returns the most memory that it had, 0 where no system tells.
func peakMemory(ctx context.Context, path string) (int64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	text, err := exec.CommandContext(ctx, self, "info", "--json", path).Output()
	if err != nil {
		return 0, err
	}
	var info modelInfo
	if err := json.Unmarshal(text, &info); err != nil {
		return 0, err
	}
	return info.Peak, nil
}

// peakOfProcess is the most memory that this process had resident, in bytes, where Linux tells it.
func peakOfProcess() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(text), "VmHWM:")
	var kB int64
	fmt.Sscan(after, &kB)
	return kB << 10
}
