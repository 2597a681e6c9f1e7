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
// follow. Before it opens the log, salvageLog reads them; they are given back once the database is open. The format is that
// of tsdb/docs/format/wal.md of Prometheus.

const (
	pageBytes   = 32 << 10
	recordBytes = 64 << 20 // cap of one record, decompressed
)

// eachRecord calls f for each whole record of a segment of the log with the offset where it begins, and returns where
// those begin that are damaged. The record is valid during the call only.
func eachRecord(data []byte, f func(offset int, rec []byte)) (damaged []int) {
	var partial, plain []byte
	var packing byte // of the record in parts
	start, within := 0, false
	emit := func(packed byte, rec []byte) {
		var sound bool
		if plain, sound = unpack(packed, rec, plain); !sound {
			damaged = append(damaged, start)
		}
		if len(plain) > 0 {
			f(start, plain)
		}
	}
	for at := 0; at < len(data); {
		end := min((at/pageBytes+1)*pageBytes, len(data)) // of the page
		if end-at < 7 || data[at] == 0 {
			at = end
			continue
		}
		kind, packed, body, ok := fragment(data[at:end])
		if !ok {
			if !within {
				start = at
			}
			damaged = append(damaged, start)
			within = false
			at = resync(data[:end], at)
			continue
		}
		if begins := kind <= 2; begins == within { // a part is missing before it
			if !within {
				start = at
			}
			damaged = append(damaged, start)
		}
		switch {
		case kind == 1:
			start, within = at, false
			emit(packed, body)
		case kind == 2:
			start, within, packing, partial = at, true, packed, append(partial[:0], body...)
		case !within || len(partial)+len(body) > recordBytes:
			within = false
		default:
			partial = append(partial, body...)
			if packed != packing {
				damaged = append(damaged, start) // the sum does not cover how a part is packed
			}
			if kind == 4 {
				within = false
				emit(packing, partial)
			}
		}
		at += 7 + len(body)
	}
	return damaged
}

// unpack decompresses a record into dst, which it may keep. Not sound means that it is not packed as it says; what comes
// back is empty when it could not be read at all.
func unpack(packed byte, rec, dst []byte) (out []byte, sound bool) {
	var dec record.Decoder
	raw := len(rec) > 0 && dec.Type(rec) != record.Unknown
	if packed == 0 && raw {
		return append(dst[:0], rec...), true
	}
	if n, err := snappy.DecodedLen(rec); err == nil && n <= recordBytes {
		if out, err := snappy.Decode(dst[:cap(dst)], rec); err == nil && len(out) > 0 && dec.Type(out) != record.Unknown {
			return out, packed == 0x08
		}
	}
	if raw {
		return append(dst[:0], rec...), false
	}
	return dst[:0], false
}

// fragment reads the fragment of a record that a page goes on with; ok means that it matches its sum.
func fragment(page []byte) (kind, packed byte, body []byte, ok bool) {
	n := int(binary.BigEndian.Uint16(page[1:]))
	if kind := page[0] & 7; len(page) < 7+n || kind == 0 || kind > 4 {
		return 0, 0, nil, false
	}
	body = page[7 : 7+n]
	return page[0] & 7, page[0] & 0x18, body, crc32.Checksum(body, castagnoli) == binary.BigEndian.Uint32(page[3:])
}

// resync returns where the next sound fragment begins: after the damaged one if its length is right, else on the next page.
func resync(page []byte, at int) int {
	next := at + 7 + int(binary.BigEndian.Uint16(page[at+1:]))
	if next+7 <= len(page) {
		if _, _, _, ok := fragment(page[next:]); ok || page[next] == 0 {
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
			out.damaged += len(damaged)
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

// vetLog looks for damage in the write-ahead log. It takes over what stands behind it, and cuts the log before it: the
// entries go to the log of late samples, and are returned.
func (s *Store) vetLog() ([]lateEntry, error) {
	all := segments(filepath.Join(s.opts.Dir, "wal"))
	for i, name := range all {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		damaged := eachRecord(data, func(int, []byte) {})
		if len(damaged) == 0 {
			continue
		}
		segment, _ := strconv.Atoi(filepath.Base(name)) //nolint:errcheck // segments returns numbers alone
		f := Finding{Place: fmt.Sprintf("wal/%08d at byte %d", segment, damaged[0]), What: "a record was not written to its end", Done: "what was whole until there stays"}
		got, err := salvageLog(s.opts.Dir, segment, int64(damaged[0]))
		if err != nil {
			return nil, err
		}
		if n := len(got.entries); n > 0 || i < len(all)-1 {
			f.What = "a record is damaged"
			f.Done = fmt.Sprintf("%d samples and values held behind it were taken over; the files as they were are in %s", n, damagedDir)
			if n > 0 {
				f = f.spanOf(got.from, got.to)
			}
			if err := errors.Join(s.w.late.addAll(got.entries), keepDamaged(s.opts.Dir, "wal-"+filepath.Base(name), data)); err != nil {
				return nil, err
			}
			for _, later := range all[i+1:] {
				if err := moveAway(s.opts.Dir, later, "wal-"+filepath.Base(later)); err != nil {
					return nil, err
				}
			}
		}
		f.Lost = got.unknown
		s.found(f)
		if err := dropSnapshots(s.opts.Dir); err != nil { // it says up to where the log is in it
			return nil, err
		}
		return got.entries, cutSegment(name, data, damaged[0])
	}
	return nil, nil
}

// cutSegment ends a segment before the record at an offset: what is left of its page is zero.
func cutSegment(name string, data []byte, offset int) error {
	data = append(data[:offset:offset], make([]byte, (pageBytes-offset%pageBytes)%pageBytes)...)
	if err := os.WriteFile(name+".tmp", data, 0o666); err != nil {
		return err
	}
	return os.Rename(name+".tmp", name)
}

// repairing is called by the database before it cuts a log at an error.
func (s *Store) repairing(log string, cause error) {
	f := Finding{Place: log, What: cause.Error(), Done: "the log was cut there; late.log has its samples"}
	var at *wlog.CorruptionErr
	if errors.As(cause, &at) && at.Segment >= 0 {
		f.Place, f.What = fmt.Sprintf("%s/%08d at byte %d", log, at.Segment, at.Offset), at.Err.Error()
	}
	if log == "wal" {
		f.Done = "the log was cut there"
	}
	s.found(f)
}
