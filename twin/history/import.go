package history

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/orrery-twin/orrery/twin"
)

// importRows is how many samples one commit of an import takes.
const importRows = 20_000

// Imported counts what became of imported samples.
type Imported struct {
	Samples    uint64 // stored
	Duplicates uint64 // of the same signal and millisecond as one before
	TooOld     uint64 // older than what Options.Retention keeps: not stored
	Late       uint64 // of Samples, those behind the newest of their signal
	Invalid    uint64 // see Stats
	Elapsed    time.Duration
}

// Import stores many samples, such as the past of a data logger before or after live began, of any age that
// Options.Retention keeps. It is fastest when they are sorted by time, across all signals; the batches belong to the
// sequence again as soon as it goes on. It takes turns with Append, commit by commit; what lies more than ten minutes
// behind the newest sample is sorted, a million at a time, and becomes blocks. It ends early when ctx ends, when the
// sequence gives an error or when the disk is full; what was counted until then stays. Afterwards the store makes it
// compact in the background.
func (s *Store) Import(ctx context.Context, batches iter.Seq2[[]twin.Sample, error]) (Imported, error) {
	leave, err := s.enter()
	if err != nil {
		return Imported{}, err
	}
	defer leave()
	began := time.Now()
	s.db.DisableCompactions() // they would take turns with the import; one at the end does it all
	defer s.db.EnableCompactions()
	var sum tally
	err = s.importAll(ctx, batches, &sum)
	if e := s.importEnd(); err == nil {
		err = e
	}
	return Imported{Samples: sum.samples, Duplicates: sum.duplicates, TooOld: sum.tooOld, Late: sum.late,
		Invalid: sum.invalid, Elapsed: time.Since(began)}, err
}

func (s *Store) importAll(ctx context.Context, batches iter.Seq2[[]twin.Sample, error], sum *tally) error {
	behind := newPast(s, sum)
	err := s.importEach(ctx, batches, behind, sum)
	if err == nil {
		err = behind.write(ctx)
	}
	return errors.Join(err, behind.finish(s.stopping))
}

func (s *Store) importEach(ctx context.Context, batches iter.Seq2[[]twin.Sample, error], behind *past, sum *tally) error {
	rows := make([]twin.Sample, 0, importRows)
	for batch, err := range batches {
		if err != nil {
			return fmt.Errorf("history: import: %w", err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		for len(batch) > 0 {
			n := min(len(batch), importRows-len(rows))
			rows = append(rows, batch[:n]...)
			batch = batch[n:]
			if len(rows) == importRows {
				if err := s.importRows(ctx, rows, behind, sum); err != nil {
					return err
				}
				rows = rows[:0]
			}
		}
	}
	return s.importRows(ctx, rows, behind, sum)
}

// importRows stores one commit, and puts aside what lies behind.
func (s *Store) importRows(ctx context.Context, rows []twin.Sample, behind *past, sum *tally) error {
	if err := s.importCommit(rows, behind, sum); err != nil {
		return err
	}
	if behind.logged += len(rows); behind.logged > logRows { // the log is in memory, too
		behind.logged = 0
		if err := s.shortenLog(ctx); err != nil {
			return err
		}
	}
	if len(behind.rows) >= pastRows {
		return behind.write(ctx)
	}
	return nil
}

// importCommit stores one commit. The window keeps up with the newest values alone: its blocks are dropped.
func (s *Store) importCommit(rows []twin.Sample, behind *past, sum *tally) error {
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.room(len(rows)); err != nil {
		return err
	}
	s.begin()
	for _, sample := range rows {
		if behind.behind(sample) {
			behind.add(sample)
			continue
		}
		if err := s.stage(sample); err != nil {
			return s.abandon(len(rows), err)
		}
	}
	t, err := s.commit()
	if err != nil {
		return s.abandon(len(rows), err)
	}
	sum.add(t)
	s.win.reset(append([]entry(nil), s.w.next...), s.w.nextMs)
	return nil
}

// importEnd brings the window up to date and makes the database compact in the background.
func (s *Store) importEnd() error {
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.flushMinutes(floorDiv(max(s.w.nextMs, 0), minuteMs)); err != nil {
		return err
	}
	if s.w.nextMs == never {
		return nil
	}
	if err := s.rewind(s.stopping, s.w.nextMs); err != nil {
		return err
	}
	s.compacted.Add(1)
	s.running.Add(1)
	go func() {
		defer s.running.Done()
		defer s.compacted.Add(-1)
		if err := s.db.Compact(s.stopping); err != nil && s.stopping.Err() == nil {
			s.fail("history: compact: "+err.Error(), true)
		}
	}()
	return nil
}
