package history

import (
	"context"
	"iter"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Options configure a Store. Dir is needed, the rest may be left out.
type Options struct {
	Dir        string
	Retention  time.Duration                    // older samples are deleted; 0 keeps all
	MaxBytes   int64                            // the oldest samples are deleted beyond; 0 means no bound
	Late       time.Duration                    // how far behind the newest sample a late one may be; 1 h
	Window     time.Duration                    // span around the cursor that Prefetch decodes; 30 min
	CacheBytes int64                            // bound of decoded samples in memory; 64 MiB
	Reserve    int64                            // stop appending when the disk has less room; 256 MiB
	Free       func(dir string) (uint64, error) // room on the disk; nil asks the file system
	Clock      func() time.Time                 // nil means time.Now
}

// Point is one stored value.
type Point struct {
	Time    int64   // ns since the Unix epoch
	Value   float64 // SI; NaN when Quality is of BadClass
	Quality twin.Quality
}

// Column sums up the usable samples of one pixel column.
type Column struct {
	Min, Max, Mean, First, Last float64 // SI; NaN when Count is 0
	Count                       int
	Bad                         int // markers of a source that was gone or of a broken sensor
}

// Stats tells how the store is doing. It is a plain value.
type Stats struct {
	Bytes       int64 // on disk
	Series      int
	Samples     uint64 // stored since Open
	Duplicates  uint64 // same signal and time again
	TooOld      uint64 // later than Options.Late
	Late        uint64 // late, but taken
	Invalid     uint64 // of a signal that the tree does not have, a prediction, or a time of the future
	Refused     uint64 // for want of room on the disk or after an error
	DiskFull    bool
	FreeBytes   int64  // room on the disk
	CacheBytes  int64  // decoded samples in memory
	Error       string // of the last failed append or compaction; empty when all is well
	First, Last time.Time
}

// Imported counts what became of imported samples.
type Imported struct {
	Samples, Duplicates, TooOld, Invalid uint64
	First, Last                          time.Time
	Elapsed                              time.Duration
}

// Store is an open history. LatestAt, Range, Columns, Density, Extent, Prefetch and Stats are safe for concurrent use
// with each other and with one writer; Append and Import are for one goroutine at a time.
type Store struct{}

// Open opens or makes the history in opts.Dir for the signals of tree.
func Open(ctx context.Context, tree *twin.Tree, opts Options) (*Store, error) { return &Store{}, nil }

// Append stores samples. When it returns nil they survive the death of the process.
func (s *Store) Append(batch []twin.Sample) error { return nil }

// Import stores many samples, sorted by time.
func (s *Store) Import(ctx context.Context, batches iter.Seq2[[]twin.Sample, error]) (Imported, error) {
	return Imported{}, nil
}

// LatestAt fills a snapshot with the values as they stood at t.
func (s *Store) LatestAt(ctx context.Context, t time.Time, into *twin.Snapshot) error { return nil }

// Range appends the samples of a signal in [from, to) to dst.
func (s *Store) Range(ctx context.Context, sig twin.SignalID, from, to time.Time, dst []Point) ([]Point, error) {
	return dst, nil
}

// Columns sums up the samples of a signal in n equal columns of [from, to).
func (s *Store) Columns(ctx context.Context, sig twin.SignalID, from, to time.Time, n int, dst []Column) ([]Column, error) {
	return dst, nil
}

// Density returns for n equal columns of [from, to) how much of the signals was delivered, 0 to 1.
func (s *Store) Density(ctx context.Context, from, to time.Time, n int) ([]float32, error) {
	return nil, nil
}

// Extent returns the times of the first and the last sample; false when there is none.
func (s *Store) Extent() (first, last time.Time, ok bool) { return }

// Prefetch decodes around t in the background, ahead in the direction of dir.
func (s *Store) Prefetch(t time.Time, dir int) {}

// Stats tells how the store is doing.
func (s *Store) Stats() Stats { return Stats{} }

// Close writes what is pending and closes the store.
func (s *Store) Close() error { return nil }
