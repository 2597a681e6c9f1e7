package history

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/prometheus/prometheus/tsdb"

	"github.com/orrery-twin/orrery/twin"
)

// An import may bring months that lie before what the store has. The database takes late samples one by one, into a
// second log and into memory. Here they become blocks instead, with all that makes a block of ours readable: values
// held at the full ten minutes, and the activity of its minutes.

const (
	behindMs = holdMs  // an imported sample that is further behind the newest of all is put aside
	pastRows = 1 << 20 // samples put aside before they are sorted and written
	logRows  = 4 << 20 // samples that an import puts into the log before blocks are made of it
	pastDir  = "import.tmp"
)

// past gathers imported samples that lie behind, and writes them run by run: a run is sorted by time.
type past struct {
	s      *Store
	rows   []staged
	logged int // samples that went into the log since it was looked at
	run    *pastRun
	sum    *tally
}

func newPast(s *Store, sum *tally) *past {
	return &past{s: s, sum: sum}
}

// behind reports whether a sample belongs here. The caller holds Store.write.
func (p *past) behind(sample twin.Sample) bool {
	next := p.s.w.nextMs
	return next != never && floorMs(sample.Time) < next-behindMs
}

// add puts a sample aside.
func (p *past) add(sample twin.Sample) {
	v, ok := encode(sample)
	id := int(sample.Signal)
	if !ok || id < 0 || id >= len(p.s.w.series) {
		p.sum.invalid++
		return
	}
	p.rows = append(p.rows, staged{id, entry{floorMs(sample.Time), p.s.states.toStored(id, v)}})
}

// write stores what was put aside. Samples of the time that is still in the log go there, late as they are.
func (p *past) write(ctx context.Context) error {
	if len(p.rows) == 0 {
		return nil
	}
	byTime := func(a, b staged) int { return cmp.Compare(a.ms, b.ms) }
	if !slices.IsSortedFunc(p.rows, byTime) {
		slices.SortStableFunc(p.rows, byTime)
	}
	if p.run != nil && p.rows[0].ms < p.run.at {
		if err := p.finish(ctx); err != nil {
			return err
		}
	}
	if err := p.s.shortenLog(ctx); err != nil {
		return err
	}
	limit := p.s.logBegins()
	split, _ := slices.BinarySearchFunc(p.rows, limit, func(r staged, ms int64) int { return cmp.Compare(r.ms, ms) })
	if err := p.writeRun(ctx, p.rows[:split]); err != nil {
		return err
	}
	if err := p.writeLate(p.rows[split:]); err != nil {
		return err
	}
	p.rows = p.rows[:0]
	return nil
}

func (p *past) writeRun(ctx context.Context, rows []staged) error {
	if len(rows) == 0 {
		return nil
	}
	if p.run == nil {
		p.run = newPastRun(p.s, p.sum)
	}
	for i, r := range rows {
		if i%importRows == 0 {
			if err := errors.Join(ctx.Err(), p.s.room(0)); err != nil {
				return err
			}
		}
		if err := p.run.add(ctx, r.id, r.entry); err != nil {
			return fmt.Errorf("history: import: %w", err)
		}
	}
	return nil
}

// writeLate appends samples as late ones, whatever Options.Late says.
func (p *past) writeLate(rows []staged) error {
	s := p.s
	for part := range slices.Chunk(rows, importRows) {
		s.write.Lock()
		t, err := s.appendRows(part)
		s.write.Unlock()
		if err != nil {
			return err
		}
		p.sum.add(t)
	}
	return nil
}

// appendRows stores encoded samples in a commit. The caller holds Store.write.
func (s *Store) appendRows(rows []staged) (tally, error) {
	if err := s.room(len(rows)); err != nil {
		return tally{}, err
	}
	s.begin()
	for _, r := range rows {
		if err := s.stageEntry(r.id, r.entry); err != nil {
			return tally{}, s.abandon(len(rows), err)
		}
	}
	t, err := s.commit()
	if err != nil {
		return t, s.abandon(len(rows), err)
	}
	s.win.reset(slices.Clone(s.w.next), s.w.nextMs)
	return t, nil
}

// finish makes the run a part of the store.
func (p *past) finish(ctx context.Context) error {
	if p.run == nil {
		return nil
	}
	run := p.run
	p.run = nil
	err := run.finish(ctx)
	return errors.Join(err, os.RemoveAll(run.dir))
}

// shortenLog makes blocks of all but the newest hours of the log.
func (s *Store) shortenLog(ctx context.Context) error {
	head := s.db.Head()
	if head.MaxTime()-head.MinTime() < 2*tsdb.DefaultBlockDuration {
		return nil
	}
	if err := s.db.Compact(ctx); err != nil {
		return fmt.Errorf("history: compact: %w", err)
	}
	return nil
}

// logBegins returns the start of the block that the log will become: all samples of before may be written as blocks.
func (s *Store) logBegins() int64 {
	from := s.db.Head().MinTime()
	for _, b := range s.db.Blocks() {
		if meta := b.Meta(); !meta.Compaction.FromOutOfOrder() {
			from = max(from, meta.MaxTime)
		}
	}
	return floorDiv(min(from, s.newest()), tsdb.DefaultBlockDuration) * tsdb.DefaultBlockDuration
}

// newest returns the time of the newest sample of all, never when there is none.
func (s *Store) newest() int64 {
	s.win.mu.RLock()
	defer s.win.mu.RUnlock()
	return s.win.headMs
}

// adopt moves finished blocks into the store's folder and makes the database read them.
func (s *Store) adopt(ctx context.Context, blocks []string) error {
	for _, dir := range blocks {
		if err := os.Rename(dir, filepath.Join(s.opts.Dir, filepath.Base(dir))); err != nil {
			return err
		}
	}
	return s.db.CompactOOOHead(ctx) // which reads the folder again
}
