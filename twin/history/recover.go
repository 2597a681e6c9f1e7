package history

import (
	"context"

	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb"
	"github.com/prometheus/prometheus/tsdb/chunks"
)

// lateOf is one series of the log of late samples.
type lateOf struct {
	kind byte
	path string
}

// bySeries groups the entries of the log.
func bySeries(entries []lateEntry) map[lateOf][]entry {
	out := map[lateOf][]entry{}
	for _, e := range entries {
		key := lateOf{e.kind, e.path}
		out[key] = append(out[key], e.entry)
	}
	return out
}

// giveBack appends the late samples that the database has not.
func (s *Store) giveBack(ctx context.Context, entries []lateEntry) error {
	if len(entries) == 0 {
		return nil
	}
	start := s.oldestOnDisk()
	app := s.db.AppenderV2(ctx)
	missing := 0
	for key, list := range bySeries(entries) {
		have, err := s.times(ctx, key, list, s.db.ChunkQuerier)
		if err != nil {
			return releaseApp(app, err)
		}
		to := named(lateSeries[key.kind], key.path)
		for _, e := range list {
			if have[e.ms] || e.ms < start-s.opts.Late.Milliseconds() {
				continue
			}
			have[e.ms] = true
			if _, err := app.Append(0, to, 0, e.ms, e.v, nil, nil, storage.AppendV2Options{}); tolerable(err) != nil {
				return releaseApp(app, err)
			}
			missing++
		}
	}
	if missing == 0 {
		return app.Rollback()
	}
	s.counts.recovered.Add(uint64(missing))
	return app.Commit()
}

// prune leaves out of the log what is in a block, or would be deleted there.
func (s *Store) prune(ctx context.Context, entries []lateEntry) error {
	var oldest int64
	written := map[lateOf]map[int64]bool{}
	blocks := s.db.Blocks()
	if len(blocks) > 0 {
		oldest = blocks[0].MinTime()
		for key, list := range bySeries(entries) {
			all := map[int64]bool{}
			for _, b := range blocks {
				some, err := s.times(ctx, key, list, func(from, to int64) (storage.ChunkQuerier, error) {
					if !b.OverlapsClosedInterval(from, to) {
						return storage.NoopChunkedQuerier(), nil
					}
					return tsdb.NewBlockChunkQuerier(b, from, to)
				})
				if err != nil {
					return err
				}
				for ms := range some {
					all[ms] = true
				}
			}
			written[key] = all
		}
	}
	kept := entries[:0]
	for _, e := range entries {
		if gone := len(blocks) > 0 && e.ms < oldest-s.opts.Late.Milliseconds(); !gone && !written[lateOf{e.kind, e.path}][e.ms] {
			kept = append(kept, e)
		}
	}
	return s.w.late.rewrite(kept)
}

// times returns the times that a series has over the span of a list.
func (s *Store) times(ctx context.Context, key lateOf, list []entry, open opener) (map[int64]bool, error) {
	from, to := list[0].ms, list[0].ms
	for _, e := range list {
		from, to = min(from, e.ms), max(to, e.ms)
	}
	have := map[int64]bool{}
	var d samples
	err := s.scanIn(ctx, open, from, to+1, func(string) chunkVisitor {
		return func(m chunks.Meta) error {
			return d.each(m.Chunk, func(ms int64, _ float64) bool {
				have[ms] = true
				return ms <= to
			})
		}
	}, func() error { return nil }, matching(lateSeries[key.kind], key.path)...)
	return have, err
}
