package ui

import (
	"context"
	"io/fs"
	"path/filepath"
	"sync"
	"time"

	"github.com/orrery-twin/orrery/assets"
	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/scene"
)

// maxReading is how many files are read at once. Each already uses all processors where it can.
const maxReading = 2

// openJob reads one model file in the background. What the reader tells is taken over by the frame tick, so a file
// that reports a thousand times a second costs the window nothing.
type openJob struct {
	name    string // for people
	path    string // on this machine; with fsys, the name in it
	fsys    fs.FS  // of a twin's own models; nil: the folder of path
	read    Loader
	again   bool                  // it is shown already: this is a newer version
	preview func(*reading)        // a scene that is not finished came; may be nil
	done    func(*reading, error) // the file was read, or could not be

	stop      context.CancelFunc
	started   bool
	cancelled bool
	failure   error // the row stays until it is dismissed

	mu    sync.Mutex // guards what the reader tells
	step  assets.Progress
	share float64 // of the whole that is done
	view  *reading
	model *reading
	err   error
	ended bool
}

// reading is what a reader made of a file, measured in the background so that the window need not.
type reading struct {
	scene  *scene.Scene
	model  *assets.Model   // nil of a preview
	base   scene.Transform // of the root of the scene, which is taken off: it makes metres and Y up of the numbers of the file
	box    scene.Bounds    // around the numbers of the file
	counts assets.Counts
	stamp  stamp // of the file before it was read
}

func measure(s *scene.Scene, m *assets.Model) *reading {
	r := &reading{scene: s, model: m, base: s.Node(scene.Root).Local}
	s.SetLocal(scene.Root, scene.Transform{}.Normalized())
	r.box = s.Bounds(scene.Root)
	if m != nil {
		r.counts = m.Counts()
	}
	return r
}

// told is what a reader has told so far.
type told struct {
	view  *reading
	model *reading
	err   error
	ended bool
}

// take returns what was told; a preview is given out once.
func (j *openJob) take() told {
	j.mu.Lock()
	defer j.mu.Unlock()
	t := told{j.view, j.model, j.err, j.ended}
	j.view = nil
	return t
}

func (j *openJob) run(ctx context.Context) {
	before := stampOf(j.fsys, j.path)
	m, err := j.load(ctx)
	var r *reading
	if err == nil && j.fsys == nil {
		r = measure(m.Scene, m)
	} else if err == nil {
		r = &reading{scene: m.Scene, model: m}
	}
	if r != nil {
		r.stamp = before
	}
	j.mu.Lock()
	j.model, j.err, j.ended = r, err, true
	j.mu.Unlock()
}

func (j *openJob) load(ctx context.Context) (m *assets.Model, err error) {
	fsys, name := j.fsys, j.path
	if fsys == nil {
		folder, err := loading.OpenFolder(filepath.Dir(j.path))
		if err != nil {
			return nil, err
		}
		defer folder.Close()
		fsys, name = folder, filepath.Base(j.path)
	}
	// A broken file must not take the window down, whatever it does to an importer.
	err = loading.Guard(func() error {
		m, err = j.read(ctx, fsys, name, j.options())
		return err
	})
	return m, err
}

func (j *openJob) options() assets.Options {
	o := assets.Options{Progress: func(p assets.Progress) {
		j.mu.Lock()
		j.step = p
		if f := overall(p); f > j.share {
			j.share = f
		}
		j.mu.Unlock()
	}}
	if j.preview != nil {
		o.Preview = func(s *scene.Scene) {
			r := measure(s, nil)
			j.mu.Lock()
			j.view = r
			j.mu.Unlock()
		}
	}
	return o
}

// stages are the parts of the whole that the stages take, roughly: what a bar shows must only rise.
var stages = []struct {
	stage    assets.Stage
	words    string
	from, to float64
}{
	{loading.Reading, "Reading", 0, .1},
	{loading.Converting, "Converting", .1, .6},
	{loading.Decoding, "Decoding", .1, .6},
	{loading.Pictures, "Decoding pictures", .6, .75},
	{loading.Preparing, "Preparing", .75, .95},
	{loading.Storing, "Storing for the next time", .95, 1},
}

// overall is the share of the whole that is done.
func overall(p assets.Progress) float64 {
	for _, s := range stages {
		if s.stage == p.Stage {
			return s.from + (s.to-s.from)*max(0, p.Fraction())
		}
	}
	return 0
}

// loader reads files, a few at once, in the order in which they were asked for. It belongs to the Fyne goroutine.
type loader struct {
	jobs []*openJob // waiting, running, failed; those cancelled until they have come to an end
}

// add queues a job.
func (l *loader) add(j *openJob) { l.jobs = append(l.jobs, j) }

// cancel drops a job: its row is gone at once, and the reader stops as soon as it looks at its context.
func (l *loader) cancel(j *openJob) {
	j.cancelled = true
	if j.stop != nil {
		j.stop()
	}
}

// close cancels all.
func (l *loader) close() {
	for _, j := range l.jobs {
		l.cancel(j)
	}
}

// rows lists the jobs that are to be seen.
func (l *loader) rows() []*openJob {
	var out []*openJob
	for _, j := range l.jobs {
		if !j.cancelled {
			out = append(out, j)
		}
	}
	return out
}

// busy reports whether a file is being read or waits for it.
func (l *loader) busy() bool {
	for _, j := range l.jobs {
		if !j.cancelled && j.failure == nil {
			return true
		}
	}
	return false
}

// tick takes over what the readers tell and starts those that may.
func (l *loader) tick() {
	running := 0
	now := l.jobs
	left := make([]*openJob, 0, len(now))
	for _, j := range now {
		switch t := j.take(); {
		case !j.started && j.cancelled, j.failure != nil && j.cancelled:
		case t.ended && j.failure == nil:
			if j.stop(); !j.cancelled {
				j.done(t.model, t.err)
				if j.failure = t.err; t.err != nil {
					left = append(left, j)
				}
			}
		default:
			if t.view != nil && !j.cancelled && j.preview != nil {
				j.preview(t.view)
			}
			if j.started && j.failure == nil {
				running++
			}
			left = append(left, j)
		}
	}
	l.jobs = append(left, l.jobs[len(now):]...) // what the jobs that ended have asked for
	for _, j := range l.jobs {
		if running < maxReading && !j.started {
			ctx, stop := context.WithCancel(context.Background())
			j.stop, j.started = stop, true
			running++
			go j.run(ctx)
		}
	}
}

// state words how far a job is; share is negative while it waits.
func (j *openJob) state() (words string, share float64) {
	if !j.started {
		return "Waiting", -1
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, s := range stages {
		if s.stage == j.step.Stage {
			return s.words, j.share
		}
	}
	if words = sentence(string(j.step.Stage)); words == "" {
		words = "Reading"
	}
	return words, j.share
}

// settle is how long a file must rest before it is read again: programs write in several goes.
const settle = 500 * time.Millisecond
