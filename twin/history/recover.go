package history

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/tsdb/record"
	"github.com/prometheus/prometheus/tsdb/wlog"
)

// The database keeps late samples in a log of their own (wbl) until it compacts them, and loads them from there and
// from memory-mapped chunks when it starts. When a series was forgotten and made again in between, or a chunk file is
// damaged, it drops such chunks although the log still has their samples. So we read that log ourselves before it
// starts, and give it again what it lacks.

// lateSamples are the samples in the log of late ones, by the labels of their series.
type lateSamples map[uint64]*lateSeries

type lateSeries struct {
	labels  labels.Labels
	samples []entry
}

// readLate reads the log of late samples of a closed database. What cannot be read is left to the database's own
// repair.
func readLate(dir string) lateSamples {
	byRef := map[chunks.HeadSeriesRef][]entry{}
	eachRecord(filepath.Join(dir, wlog.WblDirName), func(d *record.Decoder, rec []byte) {
		switch d.Type(rec) {
		case record.Samples, record.SamplesV2:
			list, err := d.Samples(rec, nil)
			if err != nil {
				return
			}
			for _, s := range list {
				byRef[s.Ref] = append(byRef[s.Ref], entry{s.T, s.V})
			}
		}
	})
	if len(byRef) == 0 {
		return nil
	}
	out := lateSamples{}
	name := func(d *record.Decoder, rec []byte) {
		if d.Type(rec) != record.Series {
			return
		}
		list, err := d.Series(rec, nil)
		if err != nil {
			return
		}
		for _, s := range list {
			samples := byRef[s.Ref]
			if samples == nil {
				continue
			}
			delete(byRef, s.Ref)
			key := s.Labels.Hash()
			if out[key] == nil {
				out[key] = &lateSeries{labels: s.Labels.Copy()}
			}
			out[key].samples = append(out[key].samples, samples...)
		}
	}
	wal := filepath.Join(dir, "wal")
	if checkpoint, _, err := wlog.LastCheckpoint(wal); err == nil {
		eachRecord(checkpoint, name)
	}
	eachRecord(wal, name)
	return out
}

// eachRecord calls f for the records of a log until its end or its first damage.
func eachRecord(dir string, f func(d *record.Decoder, rec []byte)) {
	if entries, err := os.ReadDir(dir); err != nil || len(entries) == 0 {
		return
	}
	segments, err := wlog.NewSegmentsReader(dir)
	if err != nil {
		return
	}
	defer segments.Close() //nolint:errcheck // only reading
	d := record.NewDecoder(labels.NewSymbolTable(), slog.New(slog.DiscardHandler))
	for r := wlog.NewReader(segments); r.Next(); {
		f(&d, r.Record())
	}
}

// giveBack appends the late samples that the database has not.
func (s *Store) giveBack(ctx context.Context, late lateSamples) error {
	start, err := s.db.StartTime()
	if err != nil {
		return err
	}
	app := s.db.AppenderV2(ctx)
	var missing int
	for _, series := range late {
		from, to := series.samples[0].ms, series.samples[0].ms
		for _, e := range series.samples {
			from, to = min(from, e.ms), max(to, e.ms)
		}
		have := map[int64]bool{}
		var d samples
		err := s.scan(ctx, from, to+1, func(string) chunkVisitor {
			return func(m chunks.Meta) error {
				return d.each(m.Chunk, func(ms int64, _ float64) bool {
					have[ms] = true
					return true
				})
			}
		}, func() error { return nil }, matching(series.labels.Get(labels.MetricName), series.labels.Get("path"))...)
		if err != nil {
			return releaseApp(app, err)
		}
		for _, e := range series.samples {
			if have[e.ms] || e.ms < start {
				continue
			}
			have[e.ms] = true
			if _, err := app.Append(0, series.labels, 0, e.ms, e.v, nil, nil, storage.AppendV2Options{}); tolerable(err) != nil {
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
