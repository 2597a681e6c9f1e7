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

	"github.com/klauspost/compress/zstd"
)

// Store keeps a prepared model. The scene is only read. It makes room by removing what was not used for longest.
func (c *Cache) Store(ctx context.Context, fsys fs.FS, name, settings string, e *Entry) error {
	slot := c.slot(fsys, name, settings)
	if slot == nil {
		return errors.Join(ctx.Err(), fmt.Errorf("cache: %s could not be read again", name))
	}
	return slot.Store(ctx, e)
}

// Store keeps a prepared model, as Prepare and the function that it returns do.
func (s *Slot) Store(ctx context.Context, e *Entry) error {
	write, err := s.Prepare(ctx, e)
	if err != nil {
		return err
	}
	return write(ctx)
}

// Prepare looks at the files of the model and takes down the scene, all but the contents of its meshes and pictures,
// which never change. The function that it returns writes the entry; it may run in the background while the scene is
// used. A model whose files were changed since Find is refused: nobody knows which of them was read.
func (s *Slot) Prepare(ctx context.Context, e *Entry) (write func(context.Context) error, err error) {
	m, err := s.made(ctx, e)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	enc, err := encode(e)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return s.write(ctx, text, enc) }, nil
}

// made takes down what the model was made of.
func (s *Slot) made(ctx context.Context, e *Entry) (*made, error) {
	if err := s.hash(ctx); err != nil {
		return nil, fmt.Errorf("cache: %s: %w", s.name, err)
	}
	m := &made{Model: s.name}
	names := append([]string{s.name}, e.Files...)
	slices.Sort(names[1:])
	for i, name := range slices.Compact(names) {
		if i > 0 && name == s.name {
			continue
		}
		st, err := fs.Stat(s.fsys, name)
		if err != nil {
			return nil, fmt.Errorf("cache: %s: %w", name, err)
		}
		if st.ModTime().After(s.began) || i == 0 && st.Size() != s.size {
			return nil, fmt.Errorf("cache: %s was changed while the model was read", name)
		}
		if i == 0 {
			continue
		}
		short, ok := relative(s.name, name)
		if !ok {
			return nil, fmt.Errorf("cache: %s lies outside the folder of the model", name)
		}
		sum, _, err := sumOf(ctx, s.fsys, name)
		if err != nil {
			return nil, fmt.Errorf("cache: %s: %w", name, err)
		}
		m.Files = append(m.Files, side{short, st.Size(), sum.String()})
	}
	for _, name := range e.Missing {
		if short, ok := relative(s.name, name); ok && fs.ValidPath(short) && !slices.Contains(m.Missing, short) {
			m.Missing = append(m.Missing, short)
		}
	}
	return m, nil
}

// versionsKept is how many states of the files beside a model are kept.
const versionsKept = 3

// write writes the file under another name and then gives it its own, so that nobody sees half of it.
func (s *Slot) write(ctx context.Context, text []byte, e *encoder) (err error) {
	c := s.cache
	length := uint64(len(text) + len(e.buf))
	for _, b := range e.arena.blocks {
		length += b.length
	}
	if length > uint64(c.maxBytes) && !e.hasPictures() {
		return fmt.Errorf("cache: the model takes %d MB, more than the whole cache may", length>>20)
	}
	if err := os.MkdirAll(c.dir, 0o700); err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	f, err := os.CreateTemp(c.dir, "*"+temporary)
	if err != nil {
		return fmt.Errorf("cache: %w", err)
	}
	defer func() {
		if err != nil {
			_ = f.Close()
			_ = os.Remove(f.Name())
		}
	}()
	size, err := writeFile(ctx, f, text, e)
	if err != nil {
		return fmt.Errorf("cache: write: %w", err)
	}
	if size > c.maxBytes {
		return fmt.Errorf("cache: the model takes %d MB, more than the whole cache may", size>>20)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("cache: write: %w", err)
	}
	if old := c.versions(s.key); len(old) >= versionsKept {
		for _, file := range old[versionsKept-1:] {
			_ = os.Remove(file)
		}
	}
	c.makeRoom(size)
	state := digestOf(text).String()[:16]
	if err := os.Rename(f.Name(), filepath.Join(c.dir, s.key+"-"+state+suffix)); err != nil {
		return fmt.Errorf("cache: write: %w", err)
	}
	return nil
}

func (e *encoder) hasPictures() bool {
	return slices.ContainsFunc(e.arena.blocks, func(b block) bool { return b.picture })
}

// writeFile writes all sections and returns the length of the file.
func writeFile(ctx context.Context, f *os.File, text []byte, e *encoder) (int64, error) {
	out := newSink(ctx, f, 2+len(e.arena.blocks))
	if err := out.add(filesSection, plain, 0, text); err != nil {
		return 0, err
	}
	if err := out.add(metaSection, plain, 0, e.buf); err != nil {
		return 0, err
	}
	for _, b := range e.arena.blocks {
		if z := squeezed(b); z != nil {
			if err := out.add(blockSection, packed, uint64(len(b.pieces[0])), z); err != nil {
				return 0, err
			}
			continue
		}
		if err := out.add(blockSection, plain, 0, b.pieces...); err != nil {
			return 0, err
		}
	}
	return int64(out.at), out.finish()
}

const (
	// sampleSize is how much of a picture is packed to see whether it is worth it.
	sampleSize = 1 << 20
	// worthwhile is how many times smaller packing must make a picture: only such unpack as fast as the disk reads.
	worthwhile = 3
)

// squeezed packs a picture that becomes much smaller; nil for all else.
func squeezed(b block) []byte {
	if !b.picture || len(b.pieces) != 1 || len(b.pieces[0]) < alignment || len(b.pieces[0]) > maxUnpacked {
		return nil
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		return nil
	}
	defer z.Close()
	pix := b.pieces[0]
	mid := pix[len(pix)/2:]
	mid = mid[:min(len(mid), sampleSize)]
	if len(z.EncodeAll(mid, nil))*worthwhile > len(mid) {
		return nil
	}
	if out := z.EncodeAll(pix, nil); len(out)*worthwhile <= len(pix) {
		return out
	}
	return nil
}

// makeRoom removes what was not used for longest until size more bytes have room.
func (c *Cache) makeRoom(size int64) {
	type file struct {
		path string
		size int64
		used time.Time
	}
	entries, _ := os.ReadDir(c.dir)
	var files []file
	total := size
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !strings.HasSuffix(e.Name(), suffix) || !info.Mode().IsRegular() {
			continue
		}
		files = append(files, file{filepath.Join(c.dir, e.Name()), info.Size(), info.ModTime()})
		total += info.Size()
	}
	slices.SortFunc(files, func(a, b file) int { return a.used.Compare(b.used) })
	for _, f := range files {
		if total <= c.maxBytes {
			return
		}
		if os.Remove(f.path) == nil {
			total -= f.size
		}
	}
}

// tidy removes what writers left behind that were ended, and what is too much.
func (c *Cache) tidy() {
	entries, _ := os.ReadDir(c.dir)
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), temporary) {
			continue
		}
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > temporaryLife {
			_ = os.Remove(filepath.Join(c.dir, e.Name()))
		}
	}
	c.makeRoom(0)
}
