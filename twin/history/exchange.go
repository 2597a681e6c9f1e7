package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"

	"github.com/orrery-twin/orrery/twin"
)

// exchangeSpan is that of a block for others: what Prometheus itself writes.
const exchangeSpan = 2 * time.Hour

// BlockWriter writes samples as blocks of a Prometheus database, for promtool, Thanos, Mimir and others: a series
// orrery_signal{path="…"} for each signal, as remote write calls it, values SI, offline as the stale marker, a faulty
// sensor as NaN. It holds the samples of two hours in memory.
type BlockWriter struct {
	ctx    context.Context
	dir    string
	tree   *twin.Tree
	more   map[string]string
	series []labels.Labels
	refs   []storage.SeriesRef
	block  *tsdb.BlockWriter
	app    storage.AppenderV2
	rows   int
	span   int64 // number of the two hours that are held
}

// NewBlockWriter writes into a folder, which it makes. The labels are those of all series, beside their path.
func NewBlockWriter(ctx context.Context, dir string, tree *twin.Tree, more map[string]string) (*BlockWriter, error) {
	if left, err := os.ReadDir(dir); err == nil && len(left) > 0 {
		return nil, fmt.Errorf("history: blocks: %s is not empty: choose a new folder", dir)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("history: blocks: %w", err)
	}
	return &BlockWriter{ctx: ctx, dir: dir, tree: tree, more: more, series: make([]labels.Labels, len(tree.Signals())), refs: make([]storage.SeriesRef, len(tree.Signals()))}, nil
}

// Write takes samples in the order of time.
func (w *BlockWriter) Write(batch []twin.Sample) error {
	for _, x := range batch {
		v, ok := encode(x)
		if !ok || x.Signal < 0 || int(x.Signal) >= len(w.series) {
			continue
		}
		ms := floorMs(x.Time)
		if span := floorDiv(ms, exchangeSpan.Milliseconds()); w.block == nil || span != w.span {
			if err := errors.Join(w.flush(), w.begin(span)); err != nil {
				return err
			}
		}
		ref, err := w.app.Append(w.refs[x.Signal], w.labels(x.Signal), 0, ms, v, nil, nil, storage.AppendV2Options{})
		if err != nil && !errors.Is(err, storage.ErrDuplicateSampleForTimestamp) {
			return fmt.Errorf("history: blocks: %s at %s: %w", w.tree.Signal(x.Signal).Path, time.UnixMilli(ms).UTC().Format(time.RFC3339Nano), err)
		}
		w.refs[x.Signal] = ref
		if w.rows++; w.rows%importRows == 0 {
			if err := w.app.Commit(); err != nil {
				return fmt.Errorf("history: blocks: %w", err)
			}
			w.app = w.block.AppenderV2(w.ctx)
		}
	}
	return w.ctx.Err()
}

func (w *BlockWriter) labels(id twin.SignalID) labels.Labels {
	if w.series[id].Len() == 0 {
		all := maps.Clone(w.more)
		if all == nil {
			all = map[string]string{}
		}
		all[nameLabel], all["path"] = seriesSignal, w.tree.Signal(id).Path
		w.series[id] = labels.FromMap(all)
	}
	return w.series[id]
}

func (w *BlockWriter) begin(span int64) (err error) {
	w.span = span
	clear(w.refs)
	if w.block, err = tsdb.NewBlockWriter(slog.New(slog.DiscardHandler), w.dir, exchangeSpan.Milliseconds()); err != nil {
		return fmt.Errorf("history: blocks: %w", err)
	}
	w.app = w.block.AppenderV2(w.ctx)
	return nil
}

// flush writes the block in the making.
func (w *BlockWriter) flush() error {
	if w.block == nil {
		return nil
	}
	err := w.app.Commit()
	if err == nil {
		_, err = w.block.Flush(w.ctx)
	}
	if err = errors.Join(err, w.block.Close()); err != nil {
		err = fmt.Errorf("history: blocks: %w", err)
	}
	w.block, w.app = nil, nil
	return err
}

// Close writes what is still held.
func (w *BlockWriter) Close() error { return w.flush() }

// Series tells which signal a series of a foreign database is: by its text, as name{label="value"}, and its labels, of
// which __name__ is its name. The unit is that of its numbers; false leaves the series out.
type Series func(text string, labels map[string]string) (id twin.SignalID, u twin.Unit, ok bool)

// OwnSeries knows the series that a BlockWriter or a remote write made.
func OwnSeries(tree *twin.Tree) Series {
	return func(_ string, ls map[string]string) (twin.SignalID, twin.Unit, bool) {
		id, ok := tree.SignalByPath(ls["path"])
		return id, twin.Unit{}, ok && ls[nameLabel] == seriesSignal
	}
}

// longestBlock is more than any honest block covers: Prometheus makes none of more than a tenth of what it keeps.
const longestBlock = 3 * 366 * 24 * time.Hour

// windowMs is how much of all series is read at a time, that samples come in the order of time.
const windowMs = 10 * 60 * 1000

// IsBlocks reports whether a folder holds blocks of a Prometheus database.
func IsBlocks(dir string) bool {
	metas, err := filepath.Glob(filepath.Join(dir, "*", "meta.json"))
	return err == nil && len(metas) > 0
}

// ReadBlocks yields the samples of the blocks of a foreign Prometheus database, block by block in the order of time; a
// batch is valid until the next one. Nothing is written into its folder. unknown is told of each series that is left
// out, once; it may be nil. Histograms are left out as well.
func ReadBlocks(ctx context.Context, dir string, which Series, unknown func(series string)) iter.Seq2[[]twin.Sample, error] {
	return func(yield func([]twin.Sample, error) bool) {
		r := &blockReader{ctx: ctx, which: which, unknown: unknown, known: map[uint64]knownSeries{}}
		blocks, err := openBlocks(dir)
		defer func() {
			for _, b := range blocks {
				b.Close() //nolint:errcheck // only reading
			}
		}()
		if err != nil {
			yield(nil, err)
			return
		}
		for _, b := range blocks {
			meta := b.Meta()
			if meta.MaxTime-meta.MinTime > longestBlock.Milliseconds() || meta.MaxTime < meta.MinTime {
				yield(nil, fmt.Errorf("history: block %s says that it covers more than three years: its meta.json is damaged", meta.ULID))
				return
			}
			for from := meta.MinTime; from < meta.MaxTime; from += windowMs {
				batch, err := r.window(b, from, min(from+windowMs, meta.MaxTime))
				if err != nil {
					yield(nil, fmt.Errorf("history: block %s: %w", meta.ULID, err))
					return
				}
				if len(batch) > 0 && !yield(batch, nil) {
					return
				}
			}
		}
	}
}

// openBlocks opens the blocks in a folder, oldest first. What was opened is returned with an error, too.
func openBlocks(dir string) ([]*tsdb.Block, error) {
	metas, err := filepath.Glob(filepath.Join(dir, "*", "meta.json"))
	if err != nil {
		return nil, fmt.Errorf("history: %w", err)
	}
	if len(metas) == 0 {
		return nil, fmt.Errorf("history: %s holds no blocks: name the data folder of a Prometheus database", dir)
	}
	var out []*tsdb.Block
	for _, name := range metas {
		b, err := tsdb.OpenBlock(slog.New(slog.DiscardHandler), filepath.Dir(name), chunkenc.NewPool(), nil)
		if err != nil {
			return out, fmt.Errorf("history: block %s: %w", filepath.Base(filepath.Dir(name)), err)
		}
		out = append(out, b)
	}
	slices.SortFunc(out, func(a, b *tsdb.Block) int { return cmp.Compare(a.Meta().MinTime, b.Meta().MinTime) })
	return out, nil
}

type knownSeries struct {
	id   twin.SignalID
	unit twin.Unit
	ok   bool
}

// blockReader reads windows of blocks.
type blockReader struct {
	ctx     context.Context
	which   Series
	unknown func(string)
	known   map[uint64]knownSeries // by hash of the labels
	batch   []twin.Sample
	it      chunkenc.Iterator
}

func (r *blockReader) window(b *tsdb.Block, from, to int64) ([]twin.Sample, error) {
	q, err := tsdb.NewBlockQuerier(b, from, to-1)
	if err != nil {
		return nil, err
	}
	defer q.Close() //nolint:errcheck // only reading
	r.batch = r.batch[:0]
	set := q.Select(r.ctx, false, nil, labels.MustNewMatcher(labels.MatchNotEqual, nameLabel, ""))
	for set.Next() {
		if err := r.ctx.Err(); err != nil {
			return nil, err
		}
		one := set.At()
		k := r.signal(one.Labels())
		if !k.ok {
			continue
		}
		r.it = one.Iterator(r.it)
		for r.it.Next() == chunkenc.ValFloat {
			ms, v := r.it.At()
			r.batch = append(r.batch, foreignSample(k, ms, v))
		}
		if err := r.it.Err(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(r.batch, func(a, b twin.Sample) int { return cmp.Compare(a.Time, b.Time) })
	return r.batch, set.Err()
}

func (r *blockReader) signal(ls labels.Labels) knownSeries {
	hash := ls.Hash()
	k, seen := r.known[hash]
	if !seen {
		k.id, k.unit, k.ok = r.which(ls.String(), ls.Map())
		r.known[hash] = k
		if name := ls.Get(nameLabel); !k.ok && r.unknown != nil && name != seriesHeld && name != seriesHeldTime && name != seriesMinute {
			r.unknown(ls.String())
		}
	}
	return k
}

func foreignSample(k knownSeries, ms int64, v float64) twin.Sample {
	x := twin.Sample{Signal: k.id, Time: ms * 1e6, Quality: twin.Good}
	switch {
	case value.IsStaleNaN(v):
		x.Quality = twin.Offline
	case math.IsNaN(v) || math.IsInf(v, 0):
		x.Quality = twin.SensorFault
	default:
		x.Value = k.unit.SI(v)
	}
	return x
}
