package history

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/klauspost/compress/snappy"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/tsdb/record"
	"github.com/prometheus/prometheus/tsdb/wlog"
)

// When the database meets a damaged record in its write-ahead log, it cuts the log there: hours of sound records may
// follow. Just before it does, salvageLog reads them; they are given back once the database is open. The format is that
// of tsdb/docs/format/wal.md of Prometheus.

const (
	pageBytes   = 32 << 10
	recordBytes = 64 << 20 // cap of one record, decompressed
)

// eachRecord calls f for each whole record of a segment of the log with the offset where it begins, and returns how many
// places were damaged. The record is valid during the call only.
func eachRecord(data []byte, f func(offset int, rec []byte)) (damaged int) {
	var partial, plain []byte
	start, within := 0, false
	emit := func(packed byte, rec []byte) {
		switch packed {
		case 0:
			f(start, rec)
			return
		case 0x08:
			if n, err := snappy.DecodedLen(rec); err == nil && n <= recordBytes {
				if plain, err = snappy.Decode(plain[:cap(plain)], rec); err == nil {
					f(start, plain)
					return
				}
			}
		}
		damaged++
	}
	for at := 0; at < len(data); {
		end := min((at/pageBytes+1)*pageBytes, len(data)) // of the page
		if end-at < 7 || data[at]&7 == 0 {
			at = end
			continue
		}
		kind, packed, body, ok := fragment(data[at:end])
		if !ok {
			damaged++
			within = false
			at = resync(data[:end], at)
			continue
		}
		switch kind {
		case 1:
			start, within = at, false
			emit(packed, body)
		case 2:
			start, within, partial = at, true, append(partial[:0], body...)
		case 3, 4:
			if !within || len(partial)+len(body) > recordBytes {
				within = false
				break
			}
			partial = append(partial, body...)
			if kind == 4 {
				within = false
				emit(packed, partial)
			}
		}
		at += 7 + len(body)
	}
	return damaged
}

// fragment reads the fragment of a record that a page goes on with; ok means that it matches its sum.
func fragment(page []byte) (kind, packed byte, body []byte, ok bool) {
	n := int(binary.BigEndian.Uint16(page[1:]))
	if len(page) < 7+n || page[0]&7 > 4 {
		return 0, 0, nil, false
	}
	body = page[7 : 7+n]
	return page[0] & 7, page[0] & 0x18, body, crc32.Checksum(body, castagnoli) == binary.BigEndian.Uint32(page[3:])
}

// resync returns where the next sound fragment begins: after the damaged one if its length is right, else on the next page.
func resync(page []byte, at int) int {
	next := at + 7 + int(binary.BigEndian.Uint16(page[at+1:]))
	if next+7 <= len(page) {
		if _, _, _, ok := fragment(page[next:]); ok || page[next]&7 == 0 {
			return next
		}
	}
	return len(page)
}

// salvaged is what was read from behind the damage of a log.
type salvaged struct {
	entries  []lateEntry
	damaged  int
	from, to int64
	unknown  uint64 // samples of series whose name was in the damaged part
}

// salvageLog reads the samples of ours that stand in the log of a store from a place on.
func salvageLog(dir string, segment int, offset int64) (*salvaged, error) {
	out := &salvaged{from: 1<<63 - 1, to: never}
	series := map[chunks.HeadSeriesRef]lateOf{}
	dec := record.NewDecoder(labels.NewSymbolTable(), slog.New(slog.DiscardHandler))
	take := func(rec []byte, wanted bool) {
		switch dec.Type(rec) {
		case record.Series:
			list, err := dec.Series(rec, nil)
			if err != nil {
				return
			}
			for _, one := range list {
				if kind := slices.Index(lateSeries[:], one.Labels.Get(nameLabel)); kind >= 0 {
					series[one.Ref] = lateOf{byte(kind), one.Labels.Get("path")}
				}
			}
		case record.Samples, record.SamplesV2:
			if !wanted {
				return
			}
			list, err := dec.Samples(rec, nil)
			if err != nil {
				return
			}
			for _, one := range list {
				of, ok := series[one.Ref]
				if !ok {
					out.unknown++
					continue
				}
				out.entries = append(out.entries, lateEntry{of.kind, of.path, entry{one.T, one.V}})
				out.from, out.to = min(out.from, one.T), max(out.to, one.T)
			}
		}
	}
	if point, _, err := wlog.LastCheckpoint(filepath.Join(dir, "wal")); err == nil {
		for _, name := range segments(point) {
			data, err := os.ReadFile(name)
			if err != nil {
				return nil, err
			}
			eachRecord(data, func(_ int, rec []byte) { take(rec, false) })
		}
	}
	for _, name := range segments(filepath.Join(dir, "wal")) {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		n, _ := strconv.Atoi(filepath.Base(name)) //nolint:errcheck // segments returns numbers alone
		damaged := eachRecord(data, func(at int, rec []byte) {
			take(rec, n > segment || n == segment && int64(at) >= offset)
		})
		if n >= segment {
			out.damaged += damaged
		}
	}
	return out, nil
}

// segments returns the files of a log in order.
func segments(dir string) []string {
	all, _ := filepath.Glob(filepath.Join(dir, "[0-9]*")) //nolint:errcheck // the pattern is sound
	return slices.DeleteFunc(all, func(name string) bool {
		_, err := strconv.Atoi(filepath.Base(name))
		return err != nil
	})
}

// repairing is called by the database before it cuts its log at an error.
func (s *Store) repairing(log string, cause error) {
	f := Finding{Place: log, What: cause.Error(), Done: "the log was cut there"}
	var at *wlog.CorruptionErr
	if errors.As(cause, &at) && at.Segment >= 0 {
		f.Place = fmt.Sprintf("%s/%08d at byte %d", log, at.Segment, at.Offset)
		f.What = at.Err.Error()
	}
	switch {
	case log == "wbl":
		f.Done = "the log was cut there; late.log has its samples"
	case at != nil:
		got, err := salvageLog(s.opts.Dir, at.Segment, at.Offset)
		if err != nil {
			f.Done += ", and what follows could not be read: " + err.Error()
			break
		}
		s.salvaged = got
		f.Done = "what was whole until there stays"
		if n := len(got.entries); n > 0 {
			f = f.spanOf(got.from, got.to)
			f.Done = fmt.Sprintf("%d samples and values held behind it were taken over", n)
		}
		f.Lost = got.unknown
	}
	s.found(f)
}

// takeSalvaged returns the late samples to be checked, with those from behind the damage of a log, which go to the log
// of late samples first: a second fault must not cost them.
func (s *Store) takeSalvaged(entries []lateEntry) ([]lateEntry, error) {
	if s.salvaged == nil {
		return entries, nil
	}
	l := s.w.late
	for i, e := range s.salvaged.entries {
		l.add(e)
		if len(l.buf) > 1<<20 || i == len(s.salvaged.entries)-1 {
			if err := l.flush(); err != nil {
				return nil, err
			}
		}
	}
	entries = append(entries, s.salvaged.entries...)
	s.salvaged = nil
	return entries, nil
}
