package scenario

import (
	"bytes"
	"container/list"
	"context"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"time"
)

// Cache keeps payloads of results by the ID of their jobs: in memory up to a bound, the least used first forgotten, and in
// a folder if there is one. All methods are safe for concurrent use.
type Cache struct {
	mu     sync.Mutex
	most   int64 // bytes in memory
	held   int64
	used   *list.List // of kept, the newest use first
	byID   map[string]*list.Element
	folder string
	disk   int64 // bytes in the folder
	room   int64 // the most of them
}

type kept struct {
	id      string
	payload []byte
}

// NewCache makes a cache of at most so many bytes of payloads in memory.
func NewCache(bytes int64) *Cache {
	return &Cache{most: bytes, used: list.New(), byID: map[string]*list.Element{}}
}

// OpenCache makes a cache that keeps results in a folder as well, which it makes if need be, up to so many bytes; the oldest
// go first. What cannot be read there counts as absent.
func OpenCache(bytes int64, folder string, diskBytes int64) (*Cache, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, fmt.Errorf("scenario: cache: %w: give a folder that can be written", err)
	}
	c := NewCache(bytes)
	c.folder, c.room = folder, diskBytes
	c.prune()
	return c, nil
}

// Get returns the payload of a job, which must not be changed.
func (c *Cache) Get(id string) ([]byte, bool) {
	c.mu.Lock()
	if e, ok := c.byID[id]; ok {
		c.used.MoveToFront(e)
		c.mu.Unlock()
		return e.Value.(*kept).payload, true
	}
	c.mu.Unlock()
	payload, ok := c.read(id)
	if ok {
		c.remember(id, payload)
	}
	return payload, ok
}

// Put keeps a payload, which must not be changed after.
func (c *Cache) Put(id string, payload []byte) {
	c.remember(id, payload)
	c.write(id, payload)
}

// Len is how many payloads are in memory.
func (c *Cache) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used.Len()
}

func (c *Cache) remember(id string, payload []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byID[id]; ok {
		c.used.MoveToFront(e)
		return
	}
	c.byID[id] = c.used.PushFront(&kept{id, payload})
	for c.held += size(id, payload); c.held > c.most && c.used.Len() > 0; {
		last := c.used.Back()
		k := c.used.Remove(last).(*kept)
		delete(c.byID, k.id)
		c.held -= size(k.id, k.payload)
	}
}

func size(id string, payload []byte) int64 { return int64(len(id)+len(payload)) + 160 } // with what list and map need

var plainID = regexp.MustCompile(`^[0-9a-f]{8,64}$`)

// file is where a result lies; an ID that is no hash has no place.
func (c *Cache) file(id string) string {
	if c.folder == "" || !plainID.MatchString(id) {
		return ""
	}
	return filepath.Join(c.folder, id[:2], id)
}

const maxCached = 64 << 20 // bytes of a file

// read reads a file: the first 32 bytes are the hash of ID and payload.
func (c *Cache) read(id string) ([]byte, bool) {
	name := c.file(id)
	if name == "" {
		return nil, false
	}
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() || info.Size() > maxCached {
		return nil, false
	}
	b, err := os.ReadFile(name)
	if err != nil || len(b) < sha256.Size {
		return nil, false
	}
	if sum := seal(id, b[sha256.Size:]); !bytes.Equal(sum[:], b[:sha256.Size]) {
		os.Remove(name) // torn, or another's
		return nil, false
	}
	return b[sha256.Size:], true
}

func seal(id string, payload []byte) [sha256.Size]byte {
	return sha256.Sum256(append([]byte(id+"\x00"), payload...))
}

// write writes a file as a whole or not at all. A full disk costs the cache, not the result.
func (c *Cache) write(id string, payload []byte) {
	name := c.file(id)
	if name == "" || len(payload) > maxCached-sha256.Size {
		return
	}
	if _, err := os.Stat(name); err == nil {
		return
	}
	if os.MkdirAll(filepath.Dir(name), 0o755) != nil {
		return
	}
	f, err := os.CreateTemp(filepath.Dir(name), "new-")
	if err != nil {
		return
	}
	sum := seal(id, payload)
	_, err = f.Write(append(sum[:], payload...))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil || os.Rename(f.Name(), name) != nil {
		os.Remove(f.Name())
		return
	}
	c.mu.Lock()
	c.disk += int64(len(payload)) + sha256.Size
	full := c.disk > c.room
	c.mu.Unlock()
	if full {
		c.prune()
	}
}

// prune counts the folder and removes the oldest files until three quarters of the room are left.
func (c *Cache) prune() {
	type file struct {
		name string
		size int64
		age  time.Time
	}
	var all []file
	var sum int64
	filepath.WalkDir(c.folder, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || !plainID.MatchString(d.Name()) {
			return nil
		}
		if info, err := d.Info(); err == nil {
			all = append(all, file{name, info.Size(), info.ModTime()})
			sum += info.Size()
		}
		return nil
	})
	if sum > c.room {
		slices.SortFunc(all, func(a, b file) int { return a.age.Compare(b.age) })
		for _, f := range all {
			if sum <= c.room/4*3 {
				break
			}
			if os.Remove(f.name) == nil {
				sum -= f.size
			}
		}
	}
	c.mu.Lock()
	c.disk = sum
	c.mu.Unlock()
}

// Cached is an Executor that answers from a cache what it knows and keeps what another computes. Errors are not kept.
type Cached struct {
	Executor Executor
	Cache    *Cache
}

// Run implements Executor.
func (c *Cached) Run(ctx context.Context, jobs iter.Seq[Job], result func(Result)) error {
	var mu sync.Mutex
	answered := map[string]bool{}
	say := func(r Result) {
		mu.Lock()
		defer mu.Unlock()
		if !answered[r.ID] {
			answered[r.ID] = true
			result(r)
		}
	}
	unknown := func(yield func(Job) bool) {
		for j := range jobs {
			if payload, ok := c.Cache.Get(j.ID); ok {
				say(Result{ID: j.ID, Payload: payload})
				continue
			}
			if !yield(j) {
				return
			}
		}
	}
	return c.Executor.Run(ctx, unknown, func(r Result) {
		if r.Err == nil {
			c.Cache.Put(r.ID, r.Payload)
		}
		say(r)
	})
}
