package history

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb/chunks"
)

// A block does not change once it is written. Beside its files stands a pyramid of it: for each signal the extremes, the
// sum and the count of equal spans of time, some hundred samples each, so that years are drawn without reading them all.
// FORMAT.md describes the file.

const (
	pyramidName  = "orrery.pyramid"
	pyramidMagic = "OrrPyra\x01"
	pyramidHead  = len(pyramidMagic) + 8 // number of sections (u32), CRC-32C of the directory (u32)
	sectionBytes = 32                    // of an entry of the directory
	bucketBytes  = 64
	bucketAim    = 100 // samples in a bucket, at least, on average
)

// bucket sums up the samples of a signal in a span of time; times are ms from its start.
type bucket struct {
	index                 int64 // start / width
	count, bad            uint32
	firstAt, lastAt       uint32
	min, max, sum         float64
	firstValue, lastValue float64
}

func (b *bucket) add(offset uint32, v float64) {
	if v != v {
		b.bad++
		return
	}
	if b.count == 0 {
		b.min, b.max, b.firstAt, b.firstValue = v, v, offset, v
	}
	b.min, b.max = min(b.min, v), max(b.max, v)
	b.sum += v
	b.lastAt, b.lastValue = offset, v
	b.count++
}

// section says where the buckets of a signal stand.
type section struct {
	hash    uint64 // of its path
	offset  int64
	buckets uint32
	pathLen uint16
	power   uint8 // index of widths
	sum     uint32
}

// widths are those of buckets and cells, minutes: each is a part of the next, and of a day.
var widths = [...]int64{1, 2, 10, 30, 60, 180, 360, 720, 1440}

func (s *section) width() int64 { return widths[s.power] * minuteMs }

func hashOf(path string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(path)) //nolint:errcheck // it never fails
	return h.Sum64()
}

// buildPyramid writes the pyramid of a block.
func buildPyramid(ctx context.Context, dir string) (err error) {
	b, err := openBlockFiles(dir)
	if err != nil {
		return err
	}
	defer b.close() //nolint:errcheck // only reading
	name := filepath.Join(dir, pyramidName)
	f, err := os.Create(name + ".tmp")
	if err != nil {
		return err
	}
	defer os.Remove(name + ".tmp") //nolint:errcheck // it has another name when all went well
	var sections []section
	at, err := b.signals(ctx)
	if err != nil {
		return errors.Join(err, f.Close())
	}
	offset := int64(pyramidHead + at*sectionBytes)
	var list []bucket
	var buf []byte
	err = b.each(ctx, func(ls labels.Labels, metas []chunks.Meta) error {
		if ls.Get(nameLabel) != seriesSignal {
			return nil
		}
		path := ls.Get("path")
		power, err := powerFor(metas, b)
		if err != nil || len(path) > 1<<16-1 {
			return err
		}
		if list, err = b.buckets(metas, power, list[:0]); err != nil {
			return err
		}
		buf = appendBuckets(append(buf[:0], path...), list)
		sections = append(sections, section{hashOf(path), offset, uint32(len(list)), uint16(len(path)), power, crc32.Checksum(buf, castagnoli)})
		_, err = f.WriteAt(buf, offset)
		offset += int64(len(buf))
		return err
	})
	if err == nil {
		err = writeDirectory(f, sections)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(name+".tmp", name)
}

// signals counts the signals in a block.
func (b *blockFiles) signals(ctx context.Context) (n int, err error) {
	err = b.each(ctx, func(ls labels.Labels, _ []chunks.Meta) error {
		if ls.Get(nameLabel) == seriesSignal {
			n++
		}
		return nil
	})
	return n, err
}

// powerFor returns how wide the buckets of a series are to be.
func powerFor(metas []chunks.Meta, b *blockFiles) (uint8, error) {
	var samples, span int64 = 0, 1
	for i, m := range metas {
		if i%16 != 0 && len(metas) > 64 { // chunks are much alike
			continue
		}
		c, err := b.chunk(m.Ref)
		if err != nil {
			return 0, err
		}
		samples += int64(c.NumSamples())
		span += m.MaxTime - m.MinTime + 1
	}
	power := uint8(0)
	for int(power) < len(widths)-1 && samples*widths[power]*minuteMs < bucketAim*span {
		power++
	}
	return power, nil
}

func (b *blockFiles) buckets(metas []chunks.Meta, power uint8, dst []bucket) ([]bucket, error) {
	var d samples
	width := widths[power] * minuteMs
	end := int64(math.MinInt64)
	for _, m := range metas {
		c, err := b.chunk(m.Ref)
		if err != nil {
			return dst, err
		}
		err = d.each(c, func(ms int64, v float64) bool {
			if ms >= end || len(dst) == 0 {
				index := floorDiv(ms, width)
				end = (index + 1) * width
				dst = append(dst, bucket{index: index})
			}
			k := &dst[len(dst)-1]
			k.add(uint32(ms-k.index*width), v)
			return true
		})
		if err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func appendBuckets(dst []byte, list []bucket) []byte {
	le := binary.LittleEndian
	for i := range list {
		b := &list[i]
		dst = le.AppendUint64(dst, uint64(b.index))
		dst = le.AppendUint32(le.AppendUint32(dst, b.count), b.bad)
		dst = le.AppendUint32(le.AppendUint32(dst, b.firstAt), b.lastAt)
		for _, v := range [...]float64{b.min, b.max, b.sum, b.firstValue, b.lastValue} {
			dst = le.AppendUint64(dst, math.Float64bits(v))
		}
	}
	return dst
}

func writeDirectory(f *os.File, sections []section) error {
	slices.SortFunc(sections, func(a, b section) int { return cmp.Compare(a.hash, b.hash) })
	le := binary.LittleEndian
	var dir []byte
	for _, s := range sections {
		dir = le.AppendUint64(dir, s.hash)
		dir = le.AppendUint64(dir, uint64(s.offset))
		dir = le.AppendUint32(dir, s.buckets)
		dir = le.AppendUint16(dir, s.pathLen)
		dir = append(dir, s.power, 0)
		dir = le.AppendUint32(dir, s.sum)
		dir = append(dir, 0, 0, 0, 0)
	}
	head := append([]byte(pyramidMagic), 0, 0, 0, 0, 0, 0, 0, 0)
	le.PutUint32(head[len(pyramidMagic):], uint32(len(sections)))
	le.PutUint32(head[len(pyramidMagic)+4:], crc32.Checksum(dir, castagnoli))
	_, err := f.WriteAt(append(head, dir...), 0)
	return err
}

// errNoPyramid says that a pyramid has nothing of a signal, or nothing that can be read.
var errNoPyramid = errors.New("history: no pyramid")

// pyramidOf is an open pyramid.
type pyramidOf struct {
	r        io.ReaderAt
	size     int64
	sections int
}

func openPyramid(r io.ReaderAt, size int64) (*pyramidOf, error) {
	head := make([]byte, pyramidHead)
	if _, err := r.ReadAt(head, 0); err != nil || string(head[:len(pyramidMagic)]) != pyramidMagic {
		return nil, errNoPyramid
	}
	n := binary.LittleEndian.Uint32(head[len(pyramidMagic):])
	if int64(n) > (size-int64(pyramidHead))/sectionBytes {
		return nil, errNoPyramid
	}
	return &pyramidOf{r, size, int(n)}, nil
}

func (p *pyramidOf) section(i int) (s section, err error) {
	var b [sectionBytes]byte
	if _, err := p.r.ReadAt(b[:], int64(pyramidHead+i*sectionBytes)); err != nil {
		return s, err
	}
	le := binary.LittleEndian
	return section{le.Uint64(b[:]), int64(le.Uint64(b[8:])), le.Uint32(b[16:]), le.Uint16(b[20:]), b[22], le.Uint32(b[24:])}, nil
}

// find returns the section of a signal. A signal that the block has not is no error: its section has no buckets.
func (p *pyramidOf) find(path string) (section, error) {
	want := hashOf(path)
	var failed error
	i := sort.Search(p.sections, func(i int) bool {
		s, err := p.section(i)
		failed = errors.Join(failed, err)
		return s.hash >= want
	})
	if failed != nil || i == p.sections {
		return section{}, failed
	}
	s, err := p.section(i)
	if err != nil || s.hash != want {
		return section{}, err
	}
	if int(s.power) >= len(widths) || s.offset < 0 || s.offset > p.size || int64(s.buckets)*bucketBytes+int64(s.pathLen) > p.size-s.offset {
		return s, errNoPyramid
	}
	return s, nil
}

// read calls f for the buckets of a section.
func (p *pyramidOf) read(path string, s section, buf []byte, f func(b *bucket)) ([]byte, error) {
	need := int(s.pathLen) + int(s.buckets)*bucketBytes
	buf = slices.Grow(buf[:0], need)[:need]
	if _, err := p.r.ReadAt(buf, s.offset); err != nil {
		return buf, err
	}
	if crc32.Checksum(buf, castagnoli) != s.sum || string(buf[:s.pathLen]) != path {
		return buf, errNoPyramid
	}
	le := binary.LittleEndian
	float := func(b []byte) float64 { return math.Float64frombits(le.Uint64(b)) }
	var k bucket
	for b := buf[s.pathLen:]; len(b) >= bucketBytes; b = b[bucketBytes:] {
		k = bucket{int64(le.Uint64(b)), le.Uint32(b[8:]), le.Uint32(b[12:]), le.Uint32(b[16:]), le.Uint32(b[20:]),
			float(b[24:]), float(b[32:]), float(b[40:]), float(b[48:]), float(b[56:])}
		f(&k)
	}
	return buf, nil
}

// pyramids makes the pyramids that blocks lack, one after the other, whenever blocks came.
func (s *Store) pyramids(ctx context.Context) {
	defer s.running.Done()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.fresh:
		}
		for _, b := range s.db.Blocks() {
			if ctx.Err() != nil {
				return
			}
			if _, err := os.Stat(filepath.Join(b.Dir(), pyramidName)); err == nil {
				continue
			}
			if err := buildPyramid(ctx, b.Dir()); err != nil && ctx.Err() == nil && !errors.Is(err, os.ErrNotExist) { // merged meanwhile
				s.fail(fmt.Sprintf("history: pyramid of %s: %v", filepath.Base(b.Dir()), err), true)
			}
		}
		s.pyramided.Add(1)
	}
}

// WaitForPyramids waits until compaction has ended and all blocks have their pyramids, or ctx ends.
func (s *Store) WaitForPyramids(ctx context.Context) error {
	for s.compacted.Load() > 0 {
		if err := pause(ctx, 5*time.Millisecond); err != nil {
			return err
		}
	}
	for range 2 { // one look may have begun before the last block came
		was := s.pyramided.Load()
		s.freshBlocks()
		for s.pyramided.Load() == was {
			if err := pause(ctx, time.Millisecond); err != nil {
				return err
			}
		}
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// freshBlocks tells that blocks came.
func (s *Store) freshBlocks() {
	select {
	case s.fresh <- struct{}{}:
	default:
	}
}
