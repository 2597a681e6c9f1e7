package cache

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

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

// Cache is a folder of prepared models. It may be used from several goroutines.
type Cache struct {
	dir      string
	maxBytes int64
}

const (
	defaultMaxBytes = 4 << 30
	suffix          = ".orrery-model"
	temporary       = ".part"
	// temporaryLife is the age at which a file that nobody finished goes away.
	temporaryLife = time.Hour
)

// Open opens the cache and makes its folder.
func Open(o Options) (*Cache, error) {
	if !sameByteOrder {
		return nil, errors.New("cache: this machine keeps numbers in another order of bytes than the files of the cache")
	}
	if o.Dir == "" {
		dir, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("cache: no folder for it: %w", err)
		}
		o.Dir = filepath.Join(dir, "orrery", "models")
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = defaultMaxBytes
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("cache: make its folder: %w", err)
	}
	c := &Cache{dir: o.Dir, maxBytes: o.MaxBytes}
	c.tidy()
	return c, nil
}

// Dir returns the folder of the cache.
func (c *Cache) Dir() string { return c.dir }

// Slot is the place of a model that is not in the cache: what its file held when Find looked.
type Slot struct {
	cache    *Cache
	fsys     fs.FS
	name     string
	settings string
	key      string // of the contents; empty until they were hashed
	size     int64
	began    time.Time
}

// Lookup returns what is stored for the model name in fsys as it is now, read with these settings. Anything that goes
// wrong is a miss.
func (c *Cache) Lookup(ctx context.Context, fsys fs.FS, name, settings string) (*Entry, bool) {
	e, _ := c.Find(ctx, fsys, name, settings)
	return e, e != nil
}

// Find is Lookup that returns, on a miss, the slot to store the model in. Both are nil when the model file cannot be read
// or the context ends.
func (c *Cache) Find(ctx context.Context, fsys fs.FS, name, settings string) (*Entry, *Slot) {
	slot := c.slot(fsys, name, settings)
	if slot == nil {
		return nil, nil
	}
	if len(c.versions(sizePrefix(slot.size))) == 0 {
		return nil, slot // no need to hash it
	}
	if slot.hash(ctx) != nil {
		return nil, nil
	}
	for _, file := range c.versions(slot.key) {
		e, err := slot.read(ctx, file)
		switch {
		case ctx.Err() != nil:
			return nil, nil
		case errors.Is(err, errStale):
		case err != nil:
			_ = os.Remove(file) // it would be a miss for ever
		default:
			now := time.Now()
			_ = os.Chtimes(file, now, now) // used last
			return e, nil
		}
	}
	return nil, slot
}

func (c *Cache) slot(fsys fs.FS, name, settings string) *Slot {
	began := time.Now()
	info, err := fs.Stat(fsys, name)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	return &Slot{cache: c, fsys: fsys, name: name, settings: settings, size: info.Size(), began: began}
}

// hash finds the key, if it is not known yet.
func (s *Slot) hash(ctx context.Context) error {
	if s.key != "" {
		return nil
	}
	sum, _, err := sumOf(ctx, s.fsys, s.name)
	if err != nil {
		return err
	}
	s.key = sizePrefix(s.size) + keyOf(sum, s.name, s.settings)
	return nil
}

// sizePrefix is how the names of all entries begin whose model has a length.
func sizePrefix(size int64) string { return fmt.Sprintf("%x-", size) }

// versions returns the files whose names begin with a key or a length, the newest first. A key has one for each state of
// the files beside the model.
func (c *Cache) versions(prefix string) []string {
	entries, _ := os.ReadDir(c.dir)
	var files []string
	age := map[string]time.Time{}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix) || !strings.HasSuffix(e.Name(), suffix) {
			continue
		}
		if info, err := e.Info(); err == nil {
			file := filepath.Join(c.dir, e.Name())
			files, age[file] = append(files, file), info.ModTime()
		}
	}
	slices.SortFunc(files, func(a, b string) int { return age[b].Compare(age[a]) })
	return files
}

// errStale says that files beside the model have changed.
var errStale = errors.New("cache: the files of the model have changed")

// read reads a file of the cache if it holds for the slot's model.
func (s *Slot) read(ctx context.Context, file string) (*Entry, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	src, err := openSource(f, st.Size())
	if err != nil {
		return nil, err
	}
	text, err := src.single(ctx, filesSection)
	if err != nil {
		return nil, err
	}
	var m made
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, errDamaged
	}
	if !m.holds(ctx, s.fsys, s.name) {
		return nil, errStale
	}
	e, err := readEntry(ctx, src)
	if err != nil {
		return nil, err
	}
	e.Files = []string{s.name}
	for _, f := range m.Files {
		name, _ := beside(s.name, f.Name)
		e.Files = append(e.Files, name)
	}
	for _, f := range m.Missing {
		name, _ := beside(s.name, f)
		e.Missing = append(e.Missing, name)
	}
	return e, nil
}

// readEntry reads the scene of a file.
func readEntry(ctx context.Context, src *source) (*Entry, error) {
	meta, err := src.single(ctx, metaSection)
	if err != nil {
		return nil, err
	}
	blocks, err := src.loadAll(ctx, blockSection)
	if err != nil {
		return nil, err
	}
	return decode(meta, blocks)
}
