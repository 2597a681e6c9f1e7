package ui

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/orrery-twin/orrery/assets"
)

// maxFolder is how many models of a dropped folder are opened.
const maxFolder = 100

// Drop opens what was dropped on the window: a twin by its file or folder, models by their files, and the models of a
// folder that is no twin. A file of samples is imported into the open twin. Call it on the Fyne goroutine; it looks at
// the files in the background.
func (s *Shell) Drop(paths []string) {
	if len(paths) == 1 && slices.Contains(sampleFiles, strings.ToLower(filepath.Ext(paths[0]))) {
		s.ImportSamples(paths[0])
		return
	}
	s.background(func() {
		twin, models, err := sortDrop(paths)
		fyne.Do(func() {
			s.Fail(err)
			switch {
			case twin != "":
				s.openPath(twin)
			case len(models) > 0:
				s.OpenModels(models...)
			}
		})
	})
}

// sortDrop tells the first twin from models. It touches the disk.
func sortDrop(paths []string) (twin string, models []string, err error) {
	for _, p := range paths {
		switch strings.ToLower(filepath.Ext(p)) {
		case ".yaml", ".yml", ".orrery":
			return p, nil, nil
		}
		info, statErr := os.Stat(p)
		if statErr != nil || !info.IsDir() {
			models = append(models, p) // what cannot be read is said in its row
			continue
		}
		if _, err := os.Stat(filepath.Join(p, "twin.yaml")); err == nil {
			return p, nil, nil
		}
		inside, listErr := modelsIn(p)
		switch {
		case listErr != nil:
			err = listErr
		case len(inside) == 0:
			err = fmt.Errorf("%s holds neither a twin.yaml nor a model that can be read", filepath.Base(p))
		}
		models = append(models, inside...)
	}
	return "", models, err
}

// modelsIn lists the model files of a folder, without those in folders below it.
func modelsIn(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("the folder cannot be read: %w", err)
	}
	var out []string
	for _, e := range entries {
		if !e.IsDir() && readable(e.Name()) {
			out = append(out, filepath.Join(dir, e.Name()))
		}
	}
	if len(out) > maxFolder {
		return nil, fmt.Errorf("%s holds %d models: choose at most %d of them in Open model…", filepath.Base(dir), len(out), maxFolder)
	}
	return out, nil
}

// readable reports whether a name has the extension of a model that can be read.
func readable(name string) bool {
	return slices.Contains(extensions(), strings.ToLower(filepath.Ext(name)))
}

// extensions lists those of models that can be read, with their dots.
func extensions() []string {
	var out []string
	for _, f := range assets.Formats() {
		out = append(out, f.Extensions...)
	}
	return out
}

// OpenModels reads model files in the background and shows them: beside the open twin, or on the desk of models. From the
// start page it asks Start.OpenModels for a desk; while a twin is being opened the models wait for it. Call it on the
// Fyne goroutine.
func (s *Shell) OpenModels(paths ...string) {
	own := make([]string, 0, len(paths))
	for _, p := range paths {
		if abs, err := filepath.Abs(p); err == nil {
			p = abs
		}
		if !slices.Contains(own, p) {
			own = append(own, p)
		}
	}
	switch {
	case len(own) == 0:
	case s.desk != nil && s.desk.models != nil:
		s.desk.models.open(own)
		s.desk.tickModels(s.clock(), 0)
	case s.desk != nil:
		s.Fail(errors.New("this view cannot show models"))
	case s.start != nil && s.start.start.OpenModels != nil:
		s.start.start.OpenModels(own)
	case s.start != nil:
		s.Fail(errors.New("this window cannot show models alone; start orrery view with their paths"))
	default:
		s.waiting = append(s.waiting, own...)
	}
}

// openWaiting opens what was dropped while the desk was made ready.
func (x *session) openWaiting() {
	paths := x.s.waiting
	x.s.waiting = nil
	if len(paths) > 0 && x.models != nil {
		x.models.open(paths)
	}
}
