package history

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// Stats tells how the store is doing. It is a plain value.
type Stats struct {
	Bytes       int64  // on disk; at most 5 s old
	Series      int    // signals with at least one sample
	Samples     uint64 // stored since Open
	Duplicates  uint64 // same signal and millisecond again: the first one stays
	TooOld      uint64 // behind the newest sample by more than Options.Late: not stored
	Late        uint64 // behind the newest sample of their signal, but stored
	Recovered   uint64 // late samples, and the bookkeeping of them, that had to be given back to the database at Open
	Invalid     uint64 // of no signal of the tree, without data, predicted, or more than MaxAhead ahead of the clock
	Thinned     uint64 // left out as the recording of their signal says, see twin.Recording
	Refused     uint64 // for want of room on the disk, or because writing failed
	Unreadable  uint64 // times that a series could not be read to its end, see Check
	DiskFull    bool   // nothing is stored until there is room
	FreeBytes   int64  // room on the disk when it was last looked at, by Append
	CacheBytes  int64  // decoded samples in memory
	Compacting  bool   // an import is being made compact in the background
	Error       string // the last failure to write or to compact; empty when all is well
	First, Last time.Time
}

// Stats tells how the store is doing.
func (s *Store) Stats() Stats {
	leave, err := s.enter()
	if err != nil {
		return Stats{Error: err.Error()}
	}
	defer leave()
	c := &s.counts
	st := Stats{Samples: c.samples.Load(), Duplicates: c.duplicates.Load(), TooOld: c.tooOld.Load(), Late: c.late.Load(),
		Invalid: c.invalid.Load(), Thinned: c.thinned.Load(), Refused: c.refused.Load(), Recovered: c.recovered.Load(), Unreadable: c.unreadable.Load(), DiskFull: c.diskFull.Load(), FreeBytes: c.free.Load(),
		CacheBytes: s.win.size(), Compacting: s.compacted.Load() > 0, Bytes: s.size()}
	if f := s.fault.Load(); f != nil && (!f.background || time.Since(f.at) < faultShown) {
		st.Error = f.text
	}
	st.First, st.Last, _ = s.extent()
	s.win.mu.RLock()
	for _, e := range s.win.head {
		if e.ms != never {
			st.Series++
		}
	}
	s.win.mu.RUnlock()
	return st
}

// size returns the bytes on disk, looked up every 5 s at most.
func (s *Store) size() int64 {
	s.bytesMu.Lock()
	defer s.bytesMu.Unlock()
	if now := time.Now(); now.Sub(s.bytesAt) > 5*time.Second {
		s.bytes, s.bytesAt = s.db.Head().Size(), now
		for _, b := range s.db.Blocks() {
			s.bytes += b.Size()
		}
	}
	return s.bytes
}

// faultShown is how long a failure of the database's own goroutine is shown: nothing tells when it is over.
const faultShown = 10 * time.Minute

// fault is the last failure; background means that it came from the database's own goroutine.
type fault struct {
	text       string
	at         time.Time
	background bool
}

func (s *Store) fail(text string, background bool) {
	s.fault.Store(&fault{text, time.Now(), background})
}

// healed ends a failure of appending: a commit has gone well.
func (s *Store) healed() {
	if f := s.fault.Load(); f != nil && !f.background {
		s.fault.CompareAndSwap(f, nil)
	}
}

// faultHandler keeps the errors that the database logs from its own goroutine.
type faultHandler struct{ s *Store }

func (h faultHandler) Enabled(_ context.Context, l slog.Level) bool { return l >= slog.LevelWarn }
func (h faultHandler) WithAttrs([]slog.Attr) slog.Handler           { return h }
func (h faultHandler) WithGroup(string) slog.Handler                { return h }

func (h faultHandler) Handle(_ context.Context, r slog.Record) error {
	text := r.Message
	var cause error
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "err" {
			text += ": " + a.Value.String()
			cause, _ = a.Value.Any().(error)
		}
		return true
	})
	if h.s.opened.Load() == nil && cause != nil {
		switch r.Message { // of the database while it opens, just before it repairs
		case "Encountered WAL read error, attempting repair":
			h.s.repairing("wal", cause)
		case "Encountered WBL read error, attempting repair":
			h.s.repairing("wbl", cause)
		case "Loading on-disk chunks failed":
			h.s.found(Finding{Place: "chunks_head", What: cause.Error(), Done: "made again from the log"})
		}
	}
	if r.Level < slog.LevelError {
		return nil
	}
	h.s.fail("history: "+text, true)
	return nil
}

// Dir returns the folder of the store.
func (s *Store) Dir() string { return s.opts.Dir }

// Blocks counts the blocks and the samples in them, the bookkeeping of the store included, and looks up the room on the
// disk, in bytes.
func (s *Store) Blocks() (blocks int, samples uint64, free int64) {
	leave, err := s.enter()
	if err != nil {
		return 0, 0, 0
	}
	defer leave()
	for _, b := range s.db.Blocks() {
		meta := b.Meta()
		blocks++
		samples += meta.Stats.NumSamples
	}
	if n, err := s.opts.Free(s.opts.Dir); err == nil {
		free = int64(min(n, 1<<62))
	}
	return blocks, samples, free
}

// BlockBytes returns the bytes that blocks have on disk, with their pyramids.
func (s *Store) BlockBytes() (int64, error) {
	leave, err := s.enter()
	if err != nil {
		return 0, err
	}
	defer leave()
	var sum int64
	for _, b := range s.db.Blocks() {
		_, n, err := sizeOf(b.Dir())
		if err != nil {
			return sum, fmt.Errorf("history: %w", err)
		}
		sum += n
	}
	return sum, nil
}

// Tree returns the tree whose signals the store keeps.
func (s *Store) Tree() *twin.Tree { return s.tree }
