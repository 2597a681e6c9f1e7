package assets

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/orrery-twin/orrery/assets/cache"
	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/assets/process"
	"github.com/orrery-twin/orrery/scene"
)

// Limits are sizes beyond which a file is refused. A zero means the default.
type Limits = loading.Limits

// Progress is how far a load has come.
type Progress = loading.Progress

// Stage is a part of a load, in words for people.
type Stage = loading.Stage

// Precision says how finely the curved surfaces of CAD files are cut into triangles.
type Precision string

// The precisions.
const (
	Coarse Precision = "coarse"
	Normal Precision = "normal" // the default
	Fine   Precision = "fine"
)

// ParsePrecision reads a precision; empty is normal.
func ParsePrecision(text string) (Precision, error) {
	switch p := Precision(text); p {
	case "":
		return Normal, nil
	case Coarse, Normal, Fine:
		return p, nil
	}
	return "", fmt.Errorf("assets: precision %q: there are coarse, normal and fine", text)
}

// Options configure Load. The zero value is good.
type Options struct {
	Limits    Limits
	Progress  func(Progress)     // called from the goroutines of the load, one at a time; may be nil
	Preview   func(*scene.Scene) // gets scenes that are not finished: boxes, then the largest meshes; may be nil
	Unit      Unit               // overrides what the file says
	Up        Up                 // overrides what the file says
	Precision Precision          // of CAD files
	Cache     *cache.Cache       // where prepared models are kept; nil for nowhere
	Still     bool               // for one picture: leave out coarser versions and trees for picking, and the cache
	Raw       bool               // leave out all that viewing needs: tangents, coarser versions, trees for picking
}

// Model is a scene read from a file.
type Model struct {
	Scene    *scene.Scene
	Format   string   // name of the format
	Warnings []string // what was left out, for people
	Files    []string // that were read, the model first: slash-separated names in its file system
	Unit     Unit     // that the numbers of the file were taken in
	Up       Up
	Cached   bool // whether it came from the cache
}

// Open reads the model file at a path of this machine. Files that it refers to are read in its folder alone.
func Open(ctx context.Context, path string, opts Options) (*Model, error) {
	folder, err := loading.OpenFolder(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("assets: %s: %w", path, err)
	}
	defer folder.Close()
	return Load(ctx, folder, filepath.Base(path), opts)
}

// Load reads the model name, slash-separated, in fsys.
func Load(ctx context.Context, fsys fs.FS, name string, opts Options) (m *Model, err error) {
	defer func() {
		if cause := context.Cause(ctx); err != nil && ctx.Err() != nil {
			err = cause
		}
		if err != nil {
			m, err = nil, fmt.Errorf("assets: %s: %w", name, err)
		}
	}()
	imp, err := choose(fsys, name)
	if err != nil {
		var at *fs.PathError
		if errors.As(err, &at) {
			err = at.Err
		}
		return nil, err
	}
	job := loading.New(ctx, fsys, name, opts.Limits)
	defer job.Close()
	job.OnProgress(opts.Progress)
	if opts.Preview != nil {
		job.OnPreview(func(s *scene.Scene) {
			imp.stated(s).stand(s, opts.Unit, opts.Up)
			opts.Preview(s)
		})
	}
	var slot *cache.Slot
	if opts.Cache != nil && !opts.Raw && !opts.Still {
		var e *cache.Entry
		if e, slot = opts.Cache.Find(ctx, fsys, name, opts.settings()); e != nil {
			return imp.model(e.Scene, e.Warnings, e.Files, &opts, true), nil
		}
	}
	err = loading.Guard(func() error {
		s, err := imp.read(job, &opts)
		if err != nil {
			return err
		}
		m = &Model{Scene: s}
		return prepare(job, s, &opts)
	})
	if err != nil {
		return nil, err
	}
	if slot != nil {
		job.Report(loading.Storing, 0, 0)
		e := &cache.Entry{Scene: m.Scene, Format: imp.Name, Warnings: job.Warnings(), Files: job.Files(), Missing: job.Missing()}
		if err := slot.Store(ctx, e); err != nil && ctx.Err() == nil {
			job.Warn("the prepared model could not be kept for the next time: %v", err)
		}
	}
	return imp.model(m.Scene, job.Warnings(), job.Files(), &opts, false), nil
}

// prepare makes a scene ready to be seen, shows it, and then makes it quick to draw.
func prepare(job *loading.Job, s *scene.Scene, o *Options) error {
	if o.Raw || o.Still {
		var err error
		if o.Still {
			err = process.MakeTangents(job, s)
		}
		s.Deform()
		return err
	}
	if err := process.Basics(job, s); err != nil {
		return err
	}
	if job.WantsPreview() {
		whole := s.Clone()
		whole.Deform()
		job.Preview(whole)
	}
	coarser, err := process.Coarser(job, s.Meshes())
	if err != nil {
		return err
	}
	if err := s.ReplaceMeshes(coarser); err != nil {
		return err
	}
	s.Deform() // at last: bent copies of a mesh need no coarser versions
	return nil
}

// settings names what of the options changes the scene before it is turned upright.
func (o *Options) settings() string { return string(o.Precision) }

// model turns a scene upright and says how.
func (imp *importer) model(s *scene.Scene, warnings, files []string, o *Options, cached bool) *Model {
	l := imp.stated(s).stand(s, o.Unit, o.Up)
	return &Model{Scene: s, Format: imp.Name, Warnings: warnings, Files: files, Unit: l.unit, Up: l.up, Cached: cached}
}

// stated is how the file of a scene is meant: as it says itself, or else as usual for its format.
func (imp *importer) stated(s *scene.Scene) lying {
	l := imp.lying
	if u, err := ParseUnit(s.Document().Unit); err == nil && u != "" {
		l.unit = u
	}
	return l
}
