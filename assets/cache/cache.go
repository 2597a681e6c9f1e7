package cache

import (
	"context"
	"io/fs"

	"github.com/orrery-twin/orrery/scene"
)

// Options configure Open. The zero value is good.
type Options struct {
	Dir      string // folder of the cache; empty is orrery/models in the user's folder for caches
	MaxBytes int64  // of all entries together; 0 is 4 GiB
}

// Entry is a prepared model.
type Entry struct {
	Scene    *scene.Scene
	Format   string
	Warnings []string
	Files    []string // all files that were read, the model among them, slash-separated
	Missing  []string // files that were looked for and not there; when one appears, the entry does not hold any more
}

// Cache is a folder of prepared models.
type Cache struct {
	dir      string
	maxBytes int64
}

// Open opens the cache and makes its folder.
func Open(o Options) (*Cache, error) { return &Cache{dir: o.Dir, maxBytes: o.MaxBytes}, nil }

// Lookup returns what is stored for the model name in fsys as it is now, read with these settings. Anything that goes
// wrong is a miss.
func (c *Cache) Lookup(ctx context.Context, fsys fs.FS, name, settings string) (*Entry, bool) {
	return nil, false
}

// Store keeps a prepared model. The scene is only read. It makes room by removing what was not used for longest.
func (c *Cache) Store(ctx context.Context, fsys fs.FS, name, settings string, e *Entry) error {
	return nil
}
