package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/scene"
)

// benchPictures has models drawn into files by this program and by f3d, in turn, the start of the process included. f3d 1.3
// needs a display, so it gets a virtual one that was started before. $ORRERY_BENCH_MODELS names a folder to take a small and
// a medium model from.
func benchPictures(ctx context.Context) ([]figure, error) {
	const title = "model to picture, whole process, 1280×720"
	if _, err := exec.LookPath("f3d"); err != nil {
		return []figure{unmeasured(title, "f3d is not installed")}, nil
	}
	display, stop, err := virtualDisplay(ctx)
	if err != nil {
		return []figure{unmeasured(title, "f3d has no display: "+err.Error())}, nil
	}
	defer stop()
	dir, err := os.MkdirTemp("", "orrery-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	folder := os.Getenv("ORRERY_BENCH_MODELS")
	small, err := modelFor(folder, filepath.Join(dir, "small.obj"), 60_000, 20)
	if err != nil {
		return nil, err
	}
	medium, err := modelFor(folder, filepath.Join(dir, "medium.obj"), 3_000_000, 150)
	if err != nil {
		return nil, err
	}
	large := filepath.Join(dir, "large.glb")
	if err := writeLarge(large, 1582); err != nil {
		return nil, err
	}
	var out []figure
	for _, c := range []struct {
		name, file string
		runs       int
	}{{"small", small, 9}, {"medium", medium, 9}, {"5 M triangles", large, 3}} {
		ours, theirs, err := inTurn(ctx, c.file, filepath.Join(dir, "picture.png"), display, c.runs)
		if err != nil {
			return nil, err
		}
		st, err := os.Stat(c.file)
		if err != nil {
			return nil, err
		}
		name := fmt.Sprintf("%s: %s, %.3g MB, median of %d", title, c.name, float64(st.Size())/1e6, c.runs)
		out = append(out, atMost(name, median(ours), "ms", .7*median(theirs)).against("f3d", median(theirs)))
	}
	return out, nil
}

// inTurn runs both programs so many times, after one time each that fills the caches of the system.
func inTurn(ctx context.Context, model, picture, display string, runs int) (ours, theirs []time.Duration, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, nil, err
	}
	for i := range runs + 1 {
		for _, c := range []struct {
			times *[]time.Duration
			args  []string
		}{
			{&ours, []string{self, "snapshot", model, "-o", picture, "--size", "1280x720", "--look", "engineer"}},
			{&theirs, []string{"f3d", model, "--output", picture, "--resolution", "1280,720"}},
		} {
			os.Remove(picture)
			cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
			cmd.Env = append(os.Environ(), "DISPLAY="+display)
			begin := time.Now()
			text, err := cmd.CombinedOutput()
			took := time.Since(begin)
			if err == nil {
				_, err = os.Stat(picture)
			}
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w: %s", filepath.Base(c.args[0]), err, lastLine(string(text)))
			}
			if i > 0 {
				*c.times = append(*c.times, took)
			}
		}
	}
	return ours, theirs, nil
}

// virtualDisplay returns the display that there is, or starts one without a screen.
func virtualDisplay(ctx context.Context) (name string, stop func(), err error) {
	if name := os.Getenv("DISPLAY"); name != "" {
		return name, func() {}, nil
	}
	if _, err := exec.LookPath("Xvfb"); err != nil {
		return "", nil, errors.New("Xvfb is not installed")
	}
	said, tell, err := os.Pipe()
	if err != nil {
		return "", nil, err
	}
	defer said.Close()
	cmd := exec.CommandContext(ctx, "Xvfb", "-displayfd", "3", "-screen", "0", "1920x1200x24", "-nolisten", "tcp")
	cmd.ExtraFiles = []*os.File{tell}
	err = cmd.Start()
	tell.Close()
	if err != nil {
		return "", nil, err
	}
	stop = func() {
		cmd.Process.Kill()
		cmd.Wait()
	}
	number, err := bufio.NewReader(said).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, errors.New("Xvfb does not start")
	}
	return ":" + strings.TrimSpace(number), stop, nil
}

// modelFor returns the model of a folder whose size, in bytes, is nearest, or makes one of n × n squares where there is no
// folder.
func modelFor(folder, made string, size int64, n int) (string, error) {
	if folder == "" {
		return made, writeOBJ(made, n)
	}
	best, off := "", math.Inf(1)
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !slices.Contains([]string{".obj", ".stl", ".ply", ".glb"}, strings.ToLower(filepath.Ext(path))) {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if o := math.Abs(math.Log(float64(info.Size()+1) / float64(size))); o < off {
			best, off = path, o
		}
		return nil
	})
	if err == nil && best == "" {
		err = fmt.Errorf("%s holds no .obj, .stl, .ply or .glb", folder)
	}
	return best, err
}

// writeLarge writes a GLB of one mesh of n × n squares.
func writeLarge(path string, n int) error {
	points, triangles := wave(n)
	m := &scene.Mesh{}
	for _, p := range points {
		m.Positions = append(m.Positions, p[0], p[2], -p[1])
	}
	for _, t := range triangles {
		m.Indices = append(m.Indices, t[:]...)
	}
	s := scene.New()
	s.AddMaterial(scene.Material{BaseColor: [4]float32{.6, .6, .65, 1}, Roughness: .5})
	id, err := s.AddMesh(m)
	if err != nil {
		return err
	}
	s.AddNode(scene.Root, scene.Node{Name: "wave", Mesh: id})
	return create(path, func(w *bufio.Writer) error { return assets.Write(w, s, "orrery bench") })
}
