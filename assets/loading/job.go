package loading

import (
	"context"
	"fmt"
	"io/fs"
	"sync"

	"github.com/orrery-twin/orrery/scene"
)

// Limits are sizes beyond which a file is refused. A zero means the default, see Defaults.
type Limits struct {
	Bytes       int64 // of the model and the files it refers to, together
	Vertices    int   // of all meshes
	Nodes       int
	Depth       int   // of the node tree
	ImagePixels int64 // of one picture
	Unpacked    int64 // bytes of what is compressed in the file, unpacked, without pictures
}

// Defaults returns the limits that the app uses.
func Defaults() Limits {
	return Limits{Bytes: 4 << 30, Vertices: 200_000_000, Nodes: 2_000_000, Depth: 512, ImagePixels: 64 << 20, Unpacked: 8 << 30}
}

func (l Limits) orDefaults() Limits {
	d := Defaults()
	pick(&l.Bytes, d.Bytes)
	pick(&l.Vertices, d.Vertices)
	pick(&l.Nodes, d.Nodes)
	pick(&l.Depth, d.Depth)
	pick(&l.ImagePixels, d.ImagePixels)
	pick(&l.Unpacked, d.Unpacked)
	return l
}

func pick[T int | int64](v *T, other T) {
	if *v <= 0 {
		*v = other
	}
}

// Stage is a part of a load.
type Stage string

// The stages, in their order.
const (
	Reading    Stage = "reading"
	Converting Stage = "converting" // in another process
	Decoding   Stage = "decoding"
	Pictures   Stage = "decoding pictures"
	Preparing  Stage = "preparing" // normals, coarser versions, what picking needs
	Storing    Stage = "storing"   // in the cache
)

// Progress is how far a load has come.
type Progress struct {
	Stage       Stage
	Done, Total int64 // of the stage, in its own units; Total 0 is unknown
}

// Fraction is Done over Total, 0 … 1, or -1 when Total is unknown.
func (p Progress) Fraction() float64 {
	if p.Total <= 0 {
		return -1
	}
	return min(max(float64(p.Done)/float64(p.Total), 0), 1)
}

// Job is one load. Make it with New and close it.
type Job struct {
	ctx    context.Context
	fsys   fs.FS
	name   string
	limits Limits
	onStep func(Progress)
	onView func(*scene.Scene)

	mu       sync.Mutex
	left     int64 // bytes that may still be read
	vertices int
	warned   map[string]bool
	warnings []string
	files    []string
	missing  []string
	unmap    map[*byte]func() // by the first byte of a mapped file
}

// New returns a job that reads the model name, slash-separated, in fsys.
func New(ctx context.Context, fsys fs.FS, name string, l Limits) *Job {
	l = l.orDefaults()
	return &Job{ctx: ctx, fsys: fsys, name: name, limits: l, left: l.Bytes, warned: map[string]bool{}, unmap: map[*byte]func(){}}
}

// OnProgress sets who hears of progress. It is called from the goroutines of the load, in no more than one at a time.
func (j *Job) OnProgress(f func(Progress)) { j.onStep = f }

// OnPreview sets who gets scenes that are not finished: boxes in the place of meshes, or only the largest meshes.
func (j *Job) OnPreview(f func(*scene.Scene)) { j.onView = f }

// Context ends when the load shall stop.
func (j *Job) Context() context.Context { return j.ctx }

// Err says that the load shall stop, or nil. Ask often.
func (j *Job) Err() error { return j.ctx.Err() }

// Name is the slash-separated name of the model in its file system.
func (j *Job) Name() string { return j.name }

// Limits returns the limits, all set.
func (j *Job) Limits() Limits { return j.limits }

// Report tells how far a stage is.
func (j *Job) Report(stage Stage, done, total int64) {
	if j.onStep == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.onStep(Progress{stage, done, total})
}

// WantsPreview reports whether somebody looks at previews; without one they need not be made.
func (j *Job) WantsPreview() bool { return j.onView != nil }

// Preview hands over a scene that is not finished yet; it belongs to the viewer from then on.
func (j *Job) Preview(s *scene.Scene) {
	if j.onView != nil && j.ctx.Err() == nil {
		j.onView(s)
	}
}

// Warn says, for people, what was not understood or left out. The same words are kept once, and a hundred at most.
func (j *Job) Warn(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.warned[text] && len(j.warnings) < 100 {
		j.warned[text] = true
		j.warnings = append(j.warnings, text)
	}
}

// Warnings returns what was warned of.
func (j *Job) Warnings() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string(nil), j.warnings...)
}

// Vertices counts n more vertices and fails when the model has too many. Ask before memory is taken for them.
func (j *Job) Vertices(n int) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if n < 0 || n > j.limits.Vertices-j.vertices {
		return fmt.Errorf("the model has more than %d vertices, which is the limit", j.limits.Vertices)
	}
	j.vertices += n
	return nil
}

// Files returns the names of all files that were read, the model first.
func (j *Job) Files() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string(nil), j.files...)
}

// Missing returns the names of the files that the model refers to and that were not there.
func (j *Job) Missing() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return append([]string(nil), j.missing...)
}

// Close gives back the memory of the files. What Bytes returned must not be used any more.
func (j *Job) Close() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, unmap := range j.unmap {
		unmap()
	}
	clear(j.unmap)
}

// Release gives back the memory of a file before Close. What File or Model returned must not be used any more.
func (j *Job) Release(data []byte) {
	if len(data) == 0 {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if unmap := j.unmap[&data[0]]; unmap != nil {
		delete(j.unmap, &data[0])
		unmap()
	}
}
