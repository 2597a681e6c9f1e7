package mesh

import (
	"fmt"
	"path"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/orrery-twin/orrery/assets/loading"
	"github.com/orrery-twin/orrery/assets/picture"
	"github.com/orrery-twin/orrery/scene"
)

// allPictures is how many times the pixels of the largest picture that is allowed all pictures may have together.
const allPictures = 16

// gallery decodes the pictures that a model names, each once. It may be used from several goroutines.
type gallery struct {
	job    *loading.Job
	fetch  func(name string) ([]byte, error)
	pixels atomic.Int64

	mu       sync.Mutex
	pictures map[string]*onePicture
}

type onePicture struct {
	once  sync.Once
	image *scene.Image
	err   error
}

func newGallery(job *loading.Job, fetch func(name string) ([]byte, error)) *gallery {
	return &gallery{job: job, fetch: fetch, pictures: map[string]*onePicture{}}
}

// decode decodes all pictures with these names, on all processors.
func (g *gallery) decode(names []string) error {
	var done atomic.Int64
	return g.job.Parallel(len(names), func(i int) error {
		g.picture(names[i])
		g.job.Report(loading.Pictures, done.Add(1), int64(len(names)))
		return nil
	})
}

// picture returns a picture, or nil and a warning.
func (g *gallery) picture(name string) *scene.Image {
	g.mu.Lock()
	p := g.pictures[name]
	if p == nil {
		p = &onePicture{}
		g.pictures[name] = p
	}
	g.mu.Unlock()
	p.once.Do(func() {
		if p.image, p.err = g.load(name); p.err != nil && g.job.Err() == nil {
			g.job.Warn("texture %.100s is left out: %v", label(name), p.err)
		}
	})
	return p.image
}

// label is the part of a picture's name that people know: what precedes a zero byte says where it is from.
func label(name string) string { return name[strings.LastIndexByte(name, 0)+1:] }

func (g *gallery) load(name string) (*scene.Image, error) {
	data, err := g.fetch(name)
	if err != nil {
		return nil, err
	}
	limit := g.job.Limits().ImagePixels
	if left := allPictures*limit - g.pixels.Load(); left < limit {
		if limit = left; limit <= 0 {
			return nil, fmt.Errorf("all pictures together have more than %d million pixels", allPictures*g.job.Limits().ImagePixels>>20)
		}
	}
	m, err := picture.Decode(g.job.Context(), path.Base(label(name)), data, picture.Limits{Pixels: limit})
	if err != nil {
		return nil, err
	}
	g.pixels.Add(int64(m.Width) * int64(m.Height))
	return m, nil
}

// beside finds a file that a model names: in a folder, beside the model, or there by its bare name where the path is one
// of another machine.
func beside(job *loading.Job, folder, name string) ([]byte, error) {
	slashed := strings.ReplaceAll(name, `\`, "/")
	bare := path.Base(slashed)
	var first error
	tried := map[string]bool{}
	for _, candidate := range []string{path.Join(folder, slashed), slashed, path.Join(folder, bare), bare} {
		if strings.HasPrefix(slashed, "/") && candidate != bare && candidate != path.Join(folder, bare) {
			candidate = slashed // refused, and said so
		}
		if tried[candidate] {
			continue
		}
		tried[candidate] = true
		data, err := job.Resource(candidate)
		if err == nil {
			return data, nil
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}
