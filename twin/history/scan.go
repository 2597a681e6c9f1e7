package history

import (
	"context"
	"fmt"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
)

// chunkVisitor is called for the chunks of one series, in the order of time.
type chunkVisitor func(m chunks.Meta) error

// scan visits the chunks that have samples in [from, to) ms, series by series. begin is called for each series with
// its path and returns its visitor, or nil to skip it; end is called when the visitor has seen all. Chunks may reach
// out of the span; they stay valid until scan returns.
func (s *Store) scan(ctx context.Context, from, to int64, begin func(path string) chunkVisitor, end func() error, matchers ...*labels.Matcher) error {
	return s.scanIn(ctx, s.db.ChunkQuerier, from, to, begin, end, matchers...)
}

// opener opens a part of the database, or all of it, for reading a span of time; both ends are in it.
type opener func(from, to int64) (storage.ChunkQuerier, error)

func (s *Store) scanIn(ctx context.Context, open opener, from, to int64, begin func(path string) chunkVisitor, end func() error, matchers ...*labels.Matcher) error {
	if to <= from {
		return nil
	}
	q, err := open(from, to-1)
	if err != nil {
		return fmt.Errorf("history: read: %w", err)
	}
	defer q.Close() //nolint:errcheck // only reading
	hints := &storage.SelectHints{Start: from, End: to - 1, DisableTrimming: true}
	set := q.Select(ctx, false, hints, matchers...)
	var it chunks.Iterator
	for set.Next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		one := set.At()
		visit := begin(one.Labels().Get("path"))
		if visit == nil {
			continue
		}
		it = one.Iterator(it)
		for it.Next() {
			if err := visit(it.At()); err != nil {
				return err
			}
		}
		if err := it.Err(); err != nil {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			s.suspect(one.Labels().Get("path"), err) // the other series have nothing to do with it
		}
		if err := end(); err != nil {
			return err
		}
	}
	if err := set.Err(); err != nil {
		return fmt.Errorf("history: read: %w", err)
	}
	return ctx.Err()
}

// matching selects the series of one kind; path narrows it to one signal unless empty.
func matching(series, path string) []*labels.Matcher {
	m := []*labels.Matcher{labels.MustNewMatcher(labels.MatchEqual, nameLabel, series)}
	if path != "" {
		m = append(m, labels.MustNewMatcher(labels.MatchEqual, "path", path))
	}
	return m
}

// samples iterates over the samples of chunks and keeps its iterator between them.
type samples struct{ it chunkenc.Iterator }

// each calls f for each sample of a chunk until it returns false.
func (d *samples) each(c chunkenc.Chunk, f func(ms int64, v float64) bool) error {
	d.it = c.Iterator(d.it)
	for d.it.Next() == chunkenc.ValFloat {
		if !f(d.it.At()) {
			return nil
		}
	}
	if err := d.it.Err(); err != nil {
		return fmt.Errorf("history: read: %w", err)
	}
	return nil
}

// last returns the last sample of a chunk before ms.
func (d *samples) last(c chunkenc.Chunk, before int64) (entry, error) {
	e := entry{ms: never}
	err := d.each(c, func(ms int64, v float64) bool {
		if ms >= before {
			return false
		}
		e = entry{ms, v}
		return true
	})
	return e, err
}
