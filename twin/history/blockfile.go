package history

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/oklog/ulid/v2"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/tsdb/index"
)

// damagedDir is where damaged files go: nothing is thrown away.
const damagedDir = "damaged"

// blockFiles reads a block file by file, as far as it can be read.
type blockFiles struct {
	dir      string
	index    *index.Reader
	segments []*os.File // nil where one is missing
	buf      []byte
}

func openBlockFiles(dir string) (*blockFiles, error) {
	ix, err := index.NewFileReader(filepath.Join(dir, "index"), index.DecodePostingsRaw)
	if err != nil {
		return nil, err
	}
	b := &blockFiles{dir: dir, index: ix}
	entries, err := os.ReadDir(filepath.Join(dir, "chunks"))
	if err != nil && !os.IsNotExist(err) {
		return nil, errors.Join(err, ix.Close())
	}
	for _, e := range entries {
		var n int
		if _, err := fmt.Sscanf(e.Name(), "%06d", &n); err != nil || n < 1 || n > 1<<16 {
			continue
		}
		for len(b.segments) < n {
			b.segments = append(b.segments, nil)
		}
		if b.segments[n-1], err = os.Open(filepath.Join(dir, "chunks", e.Name())); err != nil {
			return nil, errors.Join(err, b.close())
		}
	}
	return b, nil
}

func (b *blockFiles) close() error {
	err := b.index.Close()
	for _, f := range b.segments {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
	}
	return err
}

// maxChunk caps the bytes of one chunk: 120 samples need some hundred.
const maxChunk = 1 << 20

// chunk reads a chunk: length (uvarint), encoding (1 byte), data, CRC-32C of the last two. It is valid until the next call.
func (b *blockFiles) chunk(ref chunks.ChunkRef) (chunkenc.Chunk, error) {
	n, at := chunks.BlockChunkRef(ref).Unpack()
	if n >= len(b.segments) || b.segments[n] == nil {
		return nil, fmt.Errorf("chunks/%06d is missing", n+1)
	}
	place := func(err error) error { return fmt.Errorf("chunks/%06d at byte %d: %w", n+1, at, err) }
	var head [binary.MaxVarintLen32 + 1]byte
	if k, err := b.segments[n].ReadAt(head[:], int64(at)); k < 2 {
		return nil, place(fmt.Errorf("cut off: %w", err))
	}
	size, k := binary.Uvarint(head[:])
	if k <= 0 || size > maxChunk {
		return nil, place(errors.New("no chunk begins there"))
	}
	if need := int(size) + 1 + crc32.Size; cap(b.buf) < need {
		b.buf = make([]byte, need)
	}
	b.buf = b.buf[:int(size)+1+crc32.Size]
	if _, err := b.segments[n].ReadAt(b.buf, int64(at+k)); err != nil {
		return nil, place(errors.New("cut off"))
	}
	body := b.buf[:1+size]
	if crc32.Checksum(body, castagnoli) != binary.BigEndian.Uint32(b.buf[1+size:]) {
		return nil, place(errors.New("its bytes do not match their sum"))
	}
	c, err := chunkenc.FromData(chunkenc.Encoding(body[0]), body[1:])
	if err != nil {
		return nil, place(err)
	}
	return c, nil
}

// each calls f for each series with its chunks.
func (b *blockFiles) each(ctx context.Context, f func(ls labels.Labels, metas []chunks.Meta) error) error {
	name, value := index.AllPostingsKey()
	p, err := b.index.Postings(ctx, name, value)
	if err != nil {
		return err
	}
	var builder labels.ScratchBuilder
	var metas []chunks.Meta
	for p.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := b.index.Series(p.At(), &builder, &metas); err != nil {
			return err
		}
		if err := f(builder.Labels(), metas); err != nil {
			return err
		}
	}
	return p.Err()
}

// inspect reads each byte of a block that stands for samples and names what cannot be read. sound is called for the
// chunks that can.
func inspect(ctx context.Context, dir string, sound func(ls labels.Labels, m chunks.Meta, c chunkenc.Chunk) error) ([]Finding, error) {
	b, err := openBlockFiles(dir)
	if err != nil {
		return nil, err
	}
	defer b.close() //nolint:errcheck // only reading
	var out []Finding
	err = b.each(ctx, func(ls labels.Labels, metas []chunks.Meta) error {
		for _, m := range metas {
			c, err := b.chunk(m.Ref)
			if err == nil {
				err = readable(c)
			}
			if err != nil {
				out = addFinding(out, ls, m, filepath.Base(dir), err)
				continue
			}
			if err := sound(ls, m, c); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// readable decodes a chunk to its end.
func readable(c chunkenc.Chunk) error {
	it := c.Iterator(nil)
	for it.Next() != chunkenc.ValNone {
	}
	return it.Err()
}

// addFinding adds a damaged chunk, to the one before it when it goes on there.
func addFinding(all []Finding, ls labels.Labels, m chunks.Meta, block string, err error) []Finding {
	what := ls.Get("path")
	if name := ls.Get(nameLabel); name != seriesSignal {
		what = strings.TrimSpace(name + " " + what)
	}
	place := block + " " + what
	if n := len(all); n > 0 && all[n-1].Place == place {
		all[n-1].To = Finding{}.spanOf(0, m.MaxTime).To
		return all
	}
	return append(all, Finding{Place: place, What: err.Error()}.spanOf(m.MinTime, m.MaxTime))
}

// salvageBlock writes what can be read of a block as a new one into the folder dst, and names what cannot.
func salvageBlock(ctx context.Context, dir, dst string) ([]Finding, []string, error) {
	meta, err := readMeta(dir)
	if err != nil {
		return nil, nil, err
	}
	maker := &blockMaker{dir: dst, span: meta.MaxTime - meta.MinTime + 1}
	defer maker.drop()
	lost, err := inspect(ctx, dir, func(ls labels.Labels, _ chunks.Meta, c chunkenc.Chunk) error {
		var ref storage.SeriesRef
		it := c.Iterator(nil)
		for it.Next() == chunkenc.ValFloat {
			ms, v := it.At()
			var err error
			if ref, err = maker.put(ctx, ref, ls, entry{ms, v}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return lost, nil, err
	}
	made, err := maker.seal(ctx, meta.Compaction.FromOutOfOrder())
	return lost, made, err
}

func readMeta(dir string) (*tsdb.BlockMeta, error) {
	text, err := os.ReadFile(filepath.Join(dir, "meta.json"))
	if err != nil {
		return nil, err
	}
	var m tsdb.BlockMeta
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("meta.json: %w", err)
	}
	if m.Version != 1 || m.MaxTime <= m.MinTime {
		return nil, errors.New("meta.json: it makes no sense")
	}
	return &m, nil
}

// remakeMeta writes the meta file of a block anew, from its index.
func remakeMeta(ctx context.Context, dir string) (*tsdb.BlockMeta, error) {
	id, err := ulid.ParseStrict(filepath.Base(dir))
	if err != nil {
		return nil, err
	}
	b, err := openBlockFiles(dir)
	if err != nil {
		return nil, err
	}
	defer b.close() //nolint:errcheck // only reading
	m := &tsdb.BlockMeta{ULID: id, MinTime: 1<<63 - 1, MaxTime: never, Version: 1, Compaction: tsdb.BlockMetaCompaction{Level: 1, Sources: []ulid.ULID{id}}}
	m.Compaction.SetOutOfOrder() // the log may reach into its time: then it must not count as written
	err = b.each(ctx, func(_ labels.Labels, metas []chunks.Meta) error {
		m.Stats.NumSeries++
		for _, c := range metas {
			m.Stats.NumChunks++
			m.MinTime, m.MaxTime = min(m.MinTime, c.MinTime), max(m.MaxTime, c.MaxTime+1)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if m.MaxTime == never {
		return nil, errors.New("the block is empty")
	}
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return nil, err
	}
	name := filepath.Join(dir, "meta.json")
	if err := os.WriteFile(name+".tmp", text, 0o666); err != nil {
		return nil, err
	}
	return m, os.Rename(name+".tmp", name)
}

// blockMaker writes samples as a block: those of each series in order, the series in any.
type blockMaker struct {
	dir  string // where the block is made
	span int64  // of what comes, ms
	head *tsdb.Head
	app  storage.AppenderV2
	rows int
}

// put appends a sample; ref is that of the series in this block, 0 at first.
func (m *blockMaker) put(ctx context.Context, ref storage.SeriesRef, ls labels.Labels, e entry) (storage.SeriesRef, error) {
	if m.head == nil {
		if err := m.begin(ctx); err != nil {
			return 0, err
		}
	}
	ref, err := m.app.Append(ref, ls, 0, e.ms, e.v, nil, nil, storage.AppendV2Options{})
	if err != nil {
		return 0, err
	}
	if m.rows++; m.rows%importRows == 0 {
		err = m.app.Commit()
		m.app = m.head.AppenderV2(ctx)
	}
	return ref, err
}

func (m *blockMaker) begin(ctx context.Context) error {
	scratch := filepath.Join(m.dir, "head")
	if err := os.MkdirAll(scratch, 0o777); err != nil {
		return err
	}
	o := tsdb.DefaultHeadOptions()
	o.ChunkRange, o.ChunkDirRoot, o.StripeSize = 2*m.span, scratch, 1<<10 // what is older than half of it would be refused
	head, err := tsdb.NewHead(nil, slog.New(slog.DiscardHandler), nil, nil, o, tsdb.NewHeadStats())
	if err != nil {
		return err
	}
	if err := head.Init(never); err != nil {
		return err
	}
	m.head, m.app, m.rows = head, head.AppenderV2(ctx), 0
	return nil
}

// seal writes the block and returns its folder; none when nothing was put.
func (m *blockMaker) seal(ctx context.Context, outOfOrder bool) ([]string, error) {
	if m.head == nil {
		return nil, nil
	}
	if err := m.app.Commit(); err != nil {
		return nil, err
	}
	head := m.head
	m.head, m.app = nil, nil
	compactor, err := tsdb.NewLeveledCompactorWithOptions(ctx, nil, slog.New(slog.DiscardHandler), []int64{2 * m.span}, chunkenc.NewPool(),
		tsdb.LeveledCompactorOptions{MaxBlockChunkSegmentSize: segmentBytes})
	if err != nil {
		return nil, err
	}
	base := &tsdb.BlockMeta{}
	if outOfOrder {
		base.Compaction.SetOutOfOrder()
	}
	ids, err := compactor.Write(m.dir, head, head.MinTime(), head.MaxTime()+1, base)
	if err != nil {
		return nil, err
	}
	var made []string
	for _, id := range ids {
		made = append(made, filepath.Join(m.dir, id.String()))
	}
	return made, head.Close()
}

// drop ends the block in the making without writing it.
func (m *blockMaker) drop() {
	if m.head == nil {
		return
	}
	m.app.Rollback() //nolint:errcheck // nothing of it is kept
	m.head.Close()   //nolint:errcheck // nothing of it is kept
	m.head, m.app = nil, nil
}
