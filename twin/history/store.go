package history

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/fileutil"
	"github.com/prometheus/prometheus/util/compression"

	"github.com/orrery-twin/orrery/twin"
)

// nameLabel is the label that holds the name of a series.
const nameLabel = "__name__"

// Series on disk; FORMAT.md describes them.
const (
	seriesSignal   = "orrery_signal"
	seriesHeld     = "orrery_held"
	seriesHeldTime = "orrery_held_time"
	seriesMinute   = "orrery_minute_signals"
)

// Store is an open history. Append and Import take turns: there is one writer at a time. Everything else may be called
// at any time from any goroutine.
type Store struct {
	tree   *twin.Tree
	opts   Options
	lock   fileutil.Releaser
	db     *tsdb.DB
	opened atomic.Pointer[tsdb.DB] // db, for what the database calls from its own goroutine
	byPath map[string]int
	states states

	findings []Finding // of Open
	ledger   ledger
	backups  sync.Mutex // one at a time

	win *window
	act *activity

	life   sync.RWMutex // held for reading by each call, for writing by Close
	closed bool

	write sync.Mutex // the writer's state
	w     writer

	loads     loads
	prefetch  chan request
	fresh     chan struct{}      // blocks came
	pyramided atomic.Int64       // times that all blocks were looked through for pyramids
	stop      context.CancelFunc // ends the goroutines below
	stopping  context.Context
	running   sync.WaitGroup
	cursorMs  atomic.Int64
	compacted atomic.Int64 // compactions asked for that have not ended

	firstMs atomic.Int64 // of the first sample, never when there is none

	counts struct {
		samples, duplicates, tooOld, late, invalid, thinned, refused, recovered, unreadable atomic.Uint64
		diskFull                                                                            atomic.Bool
		free                                                                                atomic.Int64
	}
	fault atomic.Pointer[fault]

	bytesMu sync.Mutex // of the two below
	bytes   int64
	bytesAt time.Time
}

// Open opens or makes the history in opts.Dir for the signals of tree. Signals that were stored but are not in the
// tree stay on disk and are not read. A directory that is open already gives an *InUseError.
func Open(ctx context.Context, tree *twin.Tree, opts Options) (*Store, error) {
	if opts.Dir == "" {
		return nil, errors.New("history: no directory given")
	}
	opts = opts.withDefaults()
	if err := os.MkdirAll(opts.Dir, 0o777); err != nil {
		return nil, fmt.Errorf("history: %w: choose a folder that can be written, with --data", err)
	}
	lock, err := lockDir(opts.Dir)
	if err != nil {
		return nil, err
	}
	n := len(tree.Signals())
	s := &Store{tree: tree, opts: opts, lock: lock, byPath: make(map[string]int, n),
		win: newWindow(n, spanFor(n), opts.CacheBytes), act: newActivity(), prefetch: make(chan request, 1), fresh: make(chan struct{}, 1)}
	for i := range tree.Signals() {
		s.byPath[tree.Signals()[i].Path] = i
	}
	s.firstMs.Store(never)
	s.cursorMs.Store(never)
	late, lateEntries, cut, err := openLate(opts.Dir)
	if err != nil {
		return nil, releaseAfter(lock, fmt.Errorf("history: open %s: %w", opts.Dir, err))
	}
	s.w.late = late
	if cut != nil {
		s.found(*cut)
	}
	if s.states, err = openStates(opts.Dir, tree); err != nil {
		return nil, releaseAfter(lock, errors.Join(err, late.file.Close()))
	}
	if err := errors.Join(os.RemoveAll(filepath.Join(opts.Dir, pastDir)), os.RemoveAll(filepath.Join(opts.Dir, backupDir))); err != nil {
		return nil, releaseAfter(lock, errors.Join(fmt.Errorf("history: %w", err), late.file.Close()))
	}
	snapshot := vetSnapshot(opts.Dir)
	behind, err := s.vetLog()
	if err = errors.Join(snapshot, err, s.vetBlocks(ctx)); err != nil {
		return nil, releaseAfter(lock, errors.Join(fmt.Errorf("history: %s: %w", opts.Dir, err), late.file.Close()))
	}
	if s.db, err = tsdb.Open(opts.Dir, slog.New(faultHandler{s}), nil, s.dbOptions(), nil); err != nil {
		return nil, releaseAfter(lock, errors.Join(fmt.Errorf("history: open %s: %w", opts.Dir, err), late.file.Close()))
	}
	s.opened.Store(s.db)
	if err := dropSnapshots(opts.Dir); err != nil {
		return nil, releaseAfter(lock, errors.Join(fmt.Errorf("history: open %s: %w", opts.Dir, err), s.db.Close(), late.file.Close()))
	}
	s.missing()
	lateEntries = append(lateEntries, behind...)
	if err := errors.Join(s.giveBack(ctx, lateEntries), s.prune(ctx, lateEntries), s.restore(ctx)); err != nil {
		return nil, releaseAfter(lock, errors.Join(fmt.Errorf("history: read %s: %w", opts.Dir, err), s.db.Close(), late.file.Close()))
	}
	s.askClock()
	if s.counts.unreadable.Load() == 0 {
		s.fault.Store(nil) // what the database repaired while it started is over
	}
	s.stopping, s.stop = context.WithCancel(context.Background())
	s.running.Add(2)
	go s.prefetcher(s.stopping)
	go s.pyramids(s.stopping)
	s.freshBlocks()
	return s, nil
}

// spanFor returns the span of a decoded block, ms: shorter for big trees, so that one block stays cheap to decode.
func spanFor(signals int) int64 {
	switch {
	case signals <= 500:
		return 10 * minuteMs
	case signals <= 2000:
		return 2 * minuteMs
	}
	return minuteMs
}

// segmentBytes is the size of the files of a block: they are allocated in full and cut afterwards.
const segmentBytes = 64 << 20

// maxBlock returns the span of the largest blocks, ms: the grain of retention.
func (s *Store) maxBlock() int64 {
	span := 9 * tsdb.DefaultBlockDuration // 18 h
	if r := s.opts.Retention.Milliseconds() / 10; r > 0 {
		span = max(min(span, r), tsdb.DefaultBlockDuration)
	}
	return span
}

func (s *Store) dbOptions() *tsdb.Options {
	o := tsdb.DefaultOptions()
	o.BlocksToDelete = s.beyond
	o.MaxBlockDuration = s.maxBlock()
	o.OutOfOrderTimeWindow = 100 * 365 * 24 * 60 * minuteMs // stage keeps to Options.Late, giveBack must not
	o.WALCompression = compression.Snappy
	o.WALSegmentSize = 32 << 20
	o.MaxBlockChunkSegmentSize = segmentBytes
	o.StripeSize = 1 << 10
	o.IsolationDisabled = true // there is one writer; without it, reading a chunk of the log costs as much as it has chunks
	o.NoLockfile = true        // we hold our own, which names the holder
	o.FloatChunkEncoding = chunkenc.EncXOR
	o.EnableMemorySnapshotOnShutdown = true // see closed.go
	o.BlockCompactionExcludeFunc = s.aheadOfHead
	return o
}

// aheadOfHead keeps a block of late samples from being merged while the samples of its time that came in order are
// still in the write-ahead log alone. The merged block would count as in order, and the next start would take the log
// up to its end for already written: Prometheus loses these samples then (its issue 18379 is of this family).
func (s *Store) aheadOfHead(meta *tsdb.BlockMeta) bool {
	if !meta.Compaction.FromOutOfOrder() {
		return false
	}
	db := s.opened.Load()
	if db == nil {
		return true
	}
	for _, m := range db.BlockMetas() {
		if !m.Compaction.FromOutOfOrder() && m.MaxTime >= meta.MaxTime {
			return false
		}
	}
	return true
}

// enter keeps the store open until leave is called.
func (s *Store) enter() (leave func(), err error) {
	s.life.RLock()
	if s.closed {
		s.life.RUnlock()
		return nil, ErrClosed
	}
	return s.life.RUnlock, nil
}

// Close writes what is pending and closes the store. It waits for calls that are under way.
func (s *Store) Close() error {
	s.stop()
	s.running.Wait()
	s.life.Lock()
	defer s.life.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.write.Lock()
	defer s.write.Unlock()
	flushed := s.flushMinutes(math.MaxInt64)
	closed := s.db.Close()
	if closed == nil {
		closed = markClosed(s.opts.Dir)
	}
	return errors.Join(flushed, closed, s.w.late.file.Close(), s.lock.Release())
}

// Extent returns the times of the first and the last sample; false when there is none.
func (s *Store) Extent() (first, last time.Time, ok bool) {
	leave, err := s.enter()
	if err != nil {
		return
	}
	defer leave()
	return s.extent()
}

func (s *Store) extent() (first, last time.Time, ok bool) {
	s.win.mu.RLock()
	lastMs := s.win.headMs
	s.win.mu.RUnlock()
	firstMs := s.firstMs.Load()
	if lastMs == never || firstMs == never {
		return
	}
	if blocks := s.db.Blocks(); len(blocks) > 0 && (s.opts.Retention > 0 || s.opts.MaxBytes > 0) {
		if start := blocks[0].MinTime(); start > firstMs && start <= lastMs {
			firstMs = start // the rest was deleted
			s.firstMs.Store(start)
			s.act.forget(start)
		}
	}
	return time.UnixMilli(firstMs), time.UnixMilli(lastMs), true
}

// named returns the labels of a series of ours; path is empty for the one of the whole store.
func named(series, path string) labels.Labels {
	if path == "" {
		return labels.FromStrings(nameLabel, series)
	}
	return labels.FromStrings(nameLabel, series, "path", path)
}
