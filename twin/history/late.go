package history

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"path/filepath"
)

// The database keeps samples that come behind the newest of their series in memory-mapped chunks and in a log of their
// own until it compacts them. When it starts it drops some of them: those whose series was forgotten and made again in
// between, and those in chunk files that it takes for damaged. So the store keeps a log of late samples itself, checks
// at Open that the database has them all, and gives it again what it lacks. FORMAT.md describes the file.

const (
	lateName  = "late.log"
	lateMagic = "OrrLate\x01"
	lateLimit = 4 << 20 // size at which entries that reached a block are left out
)

// lateEntry is a sample of one of our series; kind is an index into lateSeries.
type lateEntry struct {
	kind byte
	path string
	entry
}

var lateSeries = [...]string{seriesSignal, seriesHeld, seriesHeldTime, seriesMinute}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// lateLog is the open file and the record in the making.
type lateLog struct {
	file  *os.File
	size  int64
	limit int64
	buf   []byte
}

// openLate opens or makes the log of a store and returns its entries. Damaged records are left out; a log that had some is
// kept beside, and told.
func openLate(dir string) (*lateLog, []lateEntry, *Finding, error) {
	f, err := os.OpenFile(filepath.Join(dir, lateName), os.O_RDWR|os.O_CREATE, 0o666)
	if err != nil {
		return nil, nil, nil, err
	}
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, nil, nil, errors.Join(err, f.Close())
	}
	l := &lateLog{file: f, limit: lateLimit}
	if len(data) == 0 {
		data = []byte(lateMagic)
		if _, err := f.WriteAt(data, 0); err != nil {
			return nil, nil, nil, errors.Join(err, f.Close())
		}
	}
	entries, good := parseLate(data)
	l.size = good
	var cut *Finding
	if good < int64(len(data)) {
		entries = entries[:len(entries):len(entries)]
		more, damaged := parseBehind(data, good)
		entries = append(entries, more...)
		cut = &Finding{Place: fmt.Sprintf("%s at byte %d", lateName, good), What: fmt.Sprintf("%d of %d bytes make no record", damaged, len(data)), Done: fmt.Sprintf("%d entries behind them were taken over", len(more))}
		if len(more) > 0 || good < int64(len(lateMagic)) { // more than a write that was cut off
			if err := keepDamaged(dir, lateName, data); err != nil {
				return nil, nil, nil, errors.Join(err, f.Close())
			}
		}
		if err := l.rewrite(entries); err != nil {
			return nil, nil, nil, errors.Join(err, f.Close())
		}
	}
	return l, entries, cut, nil
}

// parseBehind reads the records behind damage in the log: those that begin where the damaged one says it ends.
func parseBehind(data []byte, good int64) (entries []lateEntry, damaged int) {
	at := int(good)
	if at == 0 {
		at = min(len(lateMagic), len(data)) // the first bytes are not ours
		damaged = at
	}
	for at+8 <= len(data) {
		n := uint64(binary.LittleEndian.Uint32(data[at:]))
		if n == 0 || n > uint64(len(data)-at-8) {
			break
		}
		next := at + 8 + int(n)
		body := data[at+8 : next]
		was := len(entries)
		ok := crc32.Checksum(body, castagnoli) == binary.LittleEndian.Uint32(data[at+4:])
		if ok {
			entries, ok = parseRecord(body, entries)
		}
		if !ok {
			entries = entries[:was]
			damaged += 8 + int(n)
		}
		at = next
	}
	return entries, damaged + len(data) - at
}

// keepDamaged keeps a file that is about to be mended.
func keepDamaged(dir, name string, data []byte) error {
	to, err := damagedPath(dir, name)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o666)
}

// parseLate returns the entries of a log and how many of its bytes are sound.
func parseLate(data []byte) (entries []lateEntry, good int64) {
	if len(data) < len(lateMagic) || string(data[:len(lateMagic)]) != lateMagic {
		return nil, 0
	}
	at := len(lateMagic)
	for {
		rest := data[at:]
		if len(rest) < 8 {
			return entries, int64(at)
		}
		n, sum := binary.LittleEndian.Uint32(rest), binary.LittleEndian.Uint32(rest[4:])
		if uint64(n) > uint64(len(rest)-8) || n == 0 || crc32.Checksum(rest[8:8+n], castagnoli) != sum {
			return entries, int64(at)
		}
		var ok bool
		if entries, ok = parseRecord(rest[8:8+n], entries); !ok {
			return entries, int64(at)
		}
		at += 8 + int(n)
	}
}

func parseRecord(b []byte, entries []lateEntry) ([]lateEntry, bool) {
	was := len(entries)
	for len(b) > 0 {
		kind := b[0]
		n, k := binary.Uvarint(b[1:])
		if k <= 0 || int(kind) >= len(lateSeries) || n > uint64(len(b)-1-k) {
			return entries[:was], false
		}
		path := string(b[1+k : 1+k+int(n)])
		b = b[1+k+int(n):]
		ms, k := binary.Varint(b)
		if k <= 0 || len(b) < k+8 {
			return entries[:was], false
		}
		entries = append(entries, lateEntry{kind, path, entry{ms, math.Float64frombits(binary.LittleEndian.Uint64(b[k:]))}})
		b = b[k+8:]
	}
	return entries, true
}

// add puts an entry into the record in the making.
func (l *lateLog) add(e lateEntry) {
	if len(l.buf) == 0 {
		l.buf = append(l.buf, 0, 0, 0, 0, 0, 0, 0, 0)
	}
	l.buf = append(l.buf, e.kind)
	l.buf = binary.AppendUvarint(l.buf, uint64(len(e.path)))
	l.buf = append(l.buf, e.path...)
	l.buf = binary.AppendVarint(l.buf, e.ms)
	l.buf = binary.LittleEndian.AppendUint64(l.buf, math.Float64bits(e.v))
}

// addAll puts entries into the log.
func (l *lateLog) addAll(entries []lateEntry) error {
	for i, e := range entries {
		l.add(e)
		if len(l.buf) > 1<<20 || i == len(entries)-1 {
			if err := l.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// flush hands the record to the operating system.
func (l *lateLog) flush() error {
	if len(l.buf) == 0 {
		return nil
	}
	binary.LittleEndian.PutUint32(l.buf, uint32(len(l.buf)-8))
	binary.LittleEndian.PutUint32(l.buf[4:], crc32.Checksum(l.buf[8:], castagnoli))
	n, err := l.file.WriteAt(l.buf, l.size)
	l.buf = l.buf[:0]
	if err != nil {
		return fmt.Errorf("log of late samples: %w", err)
	}
	l.size += int64(n)
	return nil
}

// rewrite replaces the log by one with these entries.
func (l *lateLog) rewrite(entries []lateEntry) error {
	name := l.file.Name()
	f, err := os.OpenFile(name+".tmp", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	next := &lateLog{file: f, size: int64(len(lateMagic))}
	_, err = f.WriteAt([]byte(lateMagic), 0)
	for i, e := range entries {
		next.add(e)
		if err == nil && (i == len(entries)-1 || len(next.buf) > 1<<20) {
			err = next.flush()
		}
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	old := l.file
	l.file, l.size = f, next.size
	l.limit = max(lateLimit, 2*l.size)
	return old.Close()
}

// entries reads the log again.
func (l *lateLog) entries() ([]lateEntry, error) {
	data := make([]byte, l.size)
	if _, err := l.file.ReadAt(data, 0); err != nil {
		return nil, err
	}
	entries, _ := parseLate(data)
	return entries, nil
}
