package history

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/storage"

	"github.com/orrery-twin/orrery/twin"
)

// writer is the state of the one writer, guarded by Store.write.
type writer struct {
	series     []series // by signal
	held       []series
	heldTime   []series
	minute     series
	next       []entry // newest sample of each signal, with those of the commit in the making
	nextMs     int64   // newest of all
	openMs     int64   // newest of all when the store was opened
	lastMinute []int64 // of each signal: the minute that it was last counted in
	staged     []staged
	minutes    []active
	corrected  map[correction]entry
	known      map[int64]*block // what the store had before this commit, where late samples come
	app        storage.AppenderV2
	tally      tally // of the commit in the making
	late       *lateLog
}

// inOrderMs is how far behind the newest sample of all the first one of a series may be, and is still taken as in order
// by the database: half of the time range of a block, less a margin.
const inOrderMs = 50 * minuteMs

// series is what the database needs to know to append: the reference may be outdated, then it takes the labels.
type series struct {
	ref    storage.SeriesRef
	labels labels.Labels
	kind   byte   // index into lateSeries
	path   string // of the signal
	newest int64  // of what was appended, at least
}

// staged is a sample on its way into the database.
type staged struct {
	id int
	entry
}

// active is a minute in which a signal had data; live when that was the newest of all.
type active struct {
	minute int64
	live   bool
}

// correction is a full ten minutes at which a late sample may have to be held for a signal.
type correction struct {
	id int
	at int64 // ms
}

// tally counts what became of samples.
type tally struct{ samples, duplicates, tooOld, late, invalid, thinned uint64 }

func (t *tally) add(u tally) {
	t.samples += u.samples
	t.duplicates += u.duplicates
	t.tooOld += u.tooOld
	t.late += u.late
	t.invalid += u.invalid
	t.thinned += u.thinned
}

func (w *writer) init(tree *twin.Tree, head []entry, headMs int64) {
	n := len(tree.Signals())
	if w.series == nil {
		w.openMs = never
		w.series, w.held, w.heldTime = make([]series, n), make([]series, n), make([]series, n)
		for i := range tree.Signals() {
			path := tree.Signals()[i].Path
			w.series[i] = series{labels: named(seriesSignal, path), kind: 0, path: path, newest: never}
			w.held[i] = series{kind: 1, path: path, newest: never} // most signals never need these: their labels come later
			w.heldTime[i] = series{kind: 2, path: path, newest: never}
		}
		w.minute = series{labels: named(seriesMinute, ""), kind: 3, newest: never}
		w.lastMinute = make([]int64, n)
		for i := range w.lastMinute {
			w.lastMinute[i] = never
		}
	}
	w.next, w.nextMs = slices.Clone(head), headMs
	w.openMs = max(w.openMs, headMs)
}

// Append stores samples. When it returns nil they survive the death of the process: they are with the operating system,
// in the write-ahead log. Samples that cannot be stored are left out and counted in Stats: they are no error. The error
// is ErrDiskFull, ErrClosed, or one of the file system; then nothing of the batch is stored. The batch is the caller's.
func (s *Store) Append(batch []twin.Sample) error {
	leave, err := s.enter()
	if err != nil {
		return err
	}
	defer leave()
	s.write.Lock()
	defer s.write.Unlock()
	if err := s.room(len(batch)); err != nil {
		return err
	}
	s.begin()
	for _, sample := range batch {
		if err := s.stage(sample); err != nil {
			return s.abandon(len(batch), err)
		}
	}
	if _, err := s.commit(); err != nil {
		return s.abandon(len(batch), err)
	}
	s.win.add(s.w.staged)
	return nil
}

// room fails when the disk has less than the reserve. After that it wants a little more than the reserve.
func (s *Store) room(samples int) error {
	free, err := s.opts.Free(s.opts.Dir)
	if err != nil {
		return nil //nolint:nilerr // whoever cannot tell the room goes on and fails at the write itself
	}
	s.counts.free.Store(int64(min(free, 1<<62)))
	reserve := s.opts.Reserve
	if s.counts.diskFull.Load() {
		reserve += reserve / 16
	}
	full := int64(min(free, 1<<62)) < reserve
	s.counts.diskFull.Store(full)
	if full {
		s.counts.refused.Add(uint64(samples))
		return ErrDiskFull
	}
	return nil
}

func (s *Store) begin() {
	w := &s.w
	w.app = s.db.AppenderV2(context.Background())
	w.staged, w.minutes, w.tally = w.staged[:0], w.minutes[:0], tally{}
	clear(w.corrected)
	clear(w.known)
	w.late.buf = w.late.buf[:0]
}

// stage puts one sample into the commit in the making.
func (s *Store) stage(sample twin.Sample) error {
	w := &s.w
	id := int(sample.Signal)
	v, ok := encode(sample)
	if !ok || id < 0 || id >= len(w.series) || sample.Time > s.opts.Clock().Add(MaxAhead).UnixNano() {
		w.tally.invalid++
		return nil
	}
	e := entry{floorMs(sample.Time), s.states.toStored(id, v)}
	// A clock that was set back makes samples older than what is stored; they are taken as long as it calls them new.
	if newest := min(w.nextMs, floorMs(s.opts.Clock().UnixNano())); w.nextMs != never && e.ms < newest-s.opts.Late.Milliseconds() {
		w.tally.tooOld++
		return nil
	}
	if s.thinned(id, e) {
		w.tally.thinned++
		return nil
	}
	return s.stageEntry(id, e)
}

// thinned reports whether the recording of a signal leaves out an entry that follows its newest one.
func (s *Store) thinned(id int, e entry) bool {
	sig := s.signal(twin.SignalID(id))
	if sig.Record == (twin.Recording{}) {
		return false
	}
	last := s.w.next[id]
	if e.ms <= last.ms {
		return sig.Record.Off
	}
	var before twin.Value
	if last.ms != never {
		before = twin.Value{Time: last.ms * 1e6, Value: last.v, Quality: twin.Good}
	}
	return !sig.Keeps(before, twin.Value{Time: e.ms * 1e6, Value: e.v, Quality: twin.Good})
}

// stageEntry puts an encoded sample into the commit in the making, however late it is.
func (s *Store) stageEntry(id int, e entry) error {
	w := &s.w
	last := &w.next[id]
	if e.ms == last.ms {
		w.tally.duplicates++
		return nil
	}
	followed := false
	if e.ms < last.ms {
		b, err := s.known(e.ms)
		if err != nil {
			return err
		}
		if b.at(id, e.ms).ms == e.ms {
			w.tally.duplicates++
			return nil
		}
		followed = b.last(id).ms > e.ms
	}
	if err := s.turn(e.ms); err != nil {
		return err
	}
	switch err := w.append(&w.series[id], e); {
	case err == nil:
	case errors.Is(err, storage.ErrDuplicateSampleForTimestamp):
		w.tally.duplicates++
		return nil
	case errors.Is(err, storage.ErrTooOldSample), errors.Is(err, storage.ErrOutOfBounds), errors.Is(err, storage.ErrOutOfOrderSample):
		w.tally.tooOld++
		return nil
	default:
		return err
	}
	w.tally.samples++
	if e.ms > last.ms {
		*last = e
	} else {
		w.tally.late++
	}
	live := e.ms >= w.nextMs
	w.nextMs = max(w.nextMs, e.ms)
	if !followed { // else the values held after that one are right
		s.correct(id, e)
	}
	w.staged = append(w.staged, staged{id, e})
	if m := floorDiv(e.ms, minuteMs); m != w.lastMinute[id] {
		w.lastMinute[id] = m
		w.minutes = append(w.minutes, active{m, live})
	}
	return nil
}

// known returns the decoded block around ms as it was before this commit. The database would store a late sample that it
// has once more.
func (s *Store) known(ms int64) (*block, error) {
	w := &s.w
	index := s.win.indexOf(ms)
	b := w.known[index]
	if b == nil {
		if b = s.win.block(index); b == nil {
			var err error
			if b, err = s.load(s.stopping, index); err != nil {
				return nil, err
			}
		}
		if w.known == nil {
			w.known = map[int64]*block{}
		}
		w.known[index] = b
	}
	return b, nil
}

func (w *writer) append(to *series, e entry) error {
	ref, err := w.app.Append(to.ref, to.labels, 0, e.ms, e.v, nil, nil, storage.AppendV2Options{})
	if err != nil {
		return err
	}
	to.ref = ref
	if e.ms <= max(to.newest, w.openMs) || e.ms < w.nextMs-inOrderMs {
		w.late.add(lateEntry{to.kind, to.path, e})
	}
	to.newest = max(to.newest, e.ms)
	return nil
}

// commit hands what is staged to the operating system, and counts it.
func (s *Store) commit() (tally, error) {
	w := &s.w
	if err := s.writeCorrections(); err != nil {
		return tally{}, err
	}
	if err := w.late.flush(); err != nil {
		return tally{}, err
	}
	app := w.app
	w.app = nil
	if err := app.Commit(); err != nil {
		return tally{}, err
	}
	s.healed()
	s.act.mu.Lock()
	for _, m := range w.minutes {
		s.act.add(m.minute, 1, m.live)
	}
	s.act.mu.Unlock()
	first := s.firstMs.Load()
	for _, e := range w.staged {
		if first == never || e.ms < first {
			first = e.ms
		}
	}
	s.firstMs.Store(first)
	s.count(w.tally)
	s.pruneLate()
	return w.tally, nil
}

func (s *Store) count(t tally) {
	c := &s.counts
	c.samples.Add(t.samples)
	c.duplicates.Add(t.duplicates)
	c.tooOld.Add(t.tooOld)
	c.late.Add(t.late)
	c.invalid.Add(t.invalid)
	c.thinned.Add(t.thinned)
}

// pruneLate keeps the log of late samples small. That it fails is told, but takes nothing back: the samples are stored.
func (s *Store) pruneLate() {
	l := s.w.late
	if l.size < l.limit {
		return
	}
	entries, err := l.entries()
	if err == nil {
		err = s.prune(s.stopping, entries)
	}
	if err != nil && s.stopping.Err() == nil {
		s.fail("history: log of late samples: "+err.Error(), true)
		l.limit *= 2
	}
}

// releaseApp rolls an appender back after an error.
func releaseApp(app storage.AppenderV2, err error) error { return errors.Join(err, app.Rollback()) }

// abandon takes back what is staged.
func (s *Store) abandon(samples int, err error) error {
	w := &s.w
	if w.app != nil {
		err = releaseApp(w.app, err)
		w.app = nil
	}
	s.win.mu.RLock()
	copy(w.next, s.win.head)
	w.nextMs = s.win.headMs
	s.win.mu.RUnlock()
	for i := range w.lastMinute {
		w.lastMinute[i] = never
	}
	s.counts.refused.Add(uint64(samples))
	err = fmt.Errorf("history: append: %w", err)
	s.fail(err.Error(), false)
	return err
}
