package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/orrery-twin/orrery/twin"
	"github.com/orrery-twin/orrery/twin/alarm"
)

// History keeps samples. Append must not keep the batch; an error means that nothing of it was stored and that it may
// be tried again.
type History interface {
	Append(batch []twin.Sample) error
}

// Journal keeps events.
type Journal interface {
	Append(ctx context.Context, events ...twin.Event) error
}

// Options configure an Engine. Tree is needed, the rest may be left out.
type Options struct {
	Tree    *twin.Tree
	History History
	Journal Journal
	Alarms  *alarm.Book // belongs to the engine from now on
	Sources []twin.Source
	Clock   func() time.Time // time.Now
	Tick    time.Duration    // 10 ms
	Queue   int              // samples that may wait for a tick, 262,144
	Backlog int              // samples that may wait for the history, 1,048,576
	Initial *twin.Snapshot   // values to begin with, as the history knows them
}

// FutureLimit is how far ahead of our clock a time stamp may be.
const FutureLimit = 5 * time.Second

const (
	publishEvery = time.Second / 60
	lookEvery    = 500 * time.Millisecond // for values that grew stale, and at the sources
	alarmsEvery  = 250 * time.Millisecond // how often values of standing alarms are refreshed
	// offlineStep is put between the last value and Offline when their order is in doubt; the history tells
	// milliseconds apart.
	offlineStep = int64(time.Millisecond)
)

// Stats tells how the engine is doing. It is a plain value.
type Stats struct {
	SamplesPerSec float64
	Samples       uint64        // taken in
	Dropped       uint64        // for want of room
	Late          uint64        // older than the current value: kept in the history only
	Future        uint64        // stamped more than FutureLimit ahead, or not at all: set to our clock
	Invalid       uint64        // of signals that the tree does not have, or without quality
	LatencyP50    time.Duration // device time stamp → snapshot, over the last 10 to 20 s; within 13 %
	LatencyP95    time.Duration
	DataAge       time.Duration // of the newest value; 0 when there is none
	Snapshots     uint64        // published
	HistoryError  string        // empty when all is well; else a sentence
	HistoryLost   uint64        // samples that the history did not take
	HistoryQueue  int           // samples that wait for it
	JournalError  string
	JournalLost   uint64
	AlarmsRaised  int  // in the last 10 minutes
	Flood         bool // of alarms
}

// Engine owns the current values. Make it with New.
type Engine struct {
	opts Options
	tree *twin.Tree

	in      inbox
	snap    atomic.Pointer[twin.Snapshot]
	log     eventLog
	history *historian
	journal *secretary
	sources []*sourceRun

	alarmMu sync.Mutex // guards opts.Alarms
	alarms  atomic.Pointer[[]alarm.Occurrence]

	// Of the owner alone:
	values     []twin.Value
	measured   []int64 // time of the newest value that was not Offline
	newest     int64
	dirty      bool
	generation uint64
	published  time.Time
	looked     time.Time
	listed     time.Time
	alarmGen   uint64
	fresh      []int64 // device times of values not yet published, a sample of them
	offline    []bool  // by asset
	ahead      map[twin.AssetID]bool
	rate       rate
	latency    latency

	running   atomic.Bool
	late      atomic.Uint64
	future    atomic.Uint64
	invalid   atomic.Uint64
	taken     atomic.Uint64
	snapshots atomic.Uint64
	statsMu   sync.Mutex
	stats     Stats // the fields that the owner computes
}

// New makes an engine. It runs once Run is called; until then samples wait in the queue.
func New(opts Options) (*Engine, error) {
	if opts.Tree == nil {
		return nil, errors.New("engine: no tree is given")
	}
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if opts.Tick <= 0 {
		opts.Tick = 10 * time.Millisecond
	}
	if opts.Queue <= 0 {
		opts.Queue = 1 << 18
	}
	if opts.Backlog <= 0 {
		opts.Backlog = 1 << 20
	}
	n := len(opts.Tree.Signals())
	e := &Engine{
		opts: opts, tree: opts.Tree, values: make([]twin.Value, n), measured: make([]int64, n),
		offline: make([]bool, len(opts.Tree.Assets())), ahead: map[twin.AssetID]bool{},
	}
	e.in.limit = opts.Queue
	for _, s := range opts.Sources {
		e.sources = append(e.sources, &sourceRun{source: s})
	}
	if opts.History != nil {
		e.history = newHistorian(opts.History, opts.Backlog)
	}
	if opts.Journal != nil {
		e.journal = newSecretary(opts.Journal)
	}
	e.alarms.Store(&[]alarm.Occurrence{})
	if s := opts.Initial; s != nil {
		for i := range min(n, len(s.Values)) {
			v := s.Values[i]
			if v.Quality == twin.Stale { // an assessment, to be made anew
				v.Quality = twin.Good
			}
			if v.Quality == twin.NoData || v.Quality == twin.Predicted {
				continue
			}
			e.values[i], e.measured[i] = v, v.Time
			e.newest = max(e.newest, v.Time)
			if v.Quality == twin.Offline {
				e.offline[opts.Tree.Signals()[i].Asset] = true
			}
		}
	}
	e.publish(opts.Clock())
	return e, nil
}

// Push implements twin.Sink: it copies what it takes and never blocks.
func (e *Engine) Push(batch []twin.Sample) int { return e.in.push(batch) }

// Snapshot returns the newest snapshot, never nil. It is immutable.
func (e *Engine) Snapshot() *twin.Snapshot { return e.snap.Load() }

// Run runs the engine and its sources until ctx ends, and then waits until all is written. It may be called once.
func (e *Engine) Run(ctx context.Context) error {
	if !e.running.CompareAndSwap(false, true) {
		return errors.New("engine: it runs already, or has run: make a new one")
	}
	var sources, writers sync.WaitGroup
	stop := make(chan struct{})
	if e.history != nil {
		writers.Go(func() { e.history.run(stop, e.noteHistory) })
	}
	if e.journal != nil {
		writers.Go(func() { e.journal.run(stop) })
	}
	for _, s := range e.sources {
		sources.Go(func() { s.run(ctx, e) })
	}
	tick := time.NewTicker(e.opts.Tick)
	for live := true; live; {
		select {
		case <-ctx.Done():
			live = false
		case <-tick.C:
			e.step(e.opts.Clock())
		}
	}
	tick.Stop()
	sources.Wait()
	e.step(e.opts.Clock())
	e.publish(e.opts.Clock())
	close(stop)
	writers.Wait()
	return nil
}

// step is one tick of the owner.
func (e *Engine) step(now time.Time) {
	batch := e.in.take()
	var events []twin.Event
	e.alarmMu.Lock()
	if len(batch) > 0 {
		events = e.ingest(batch, now)
	}
	if e.opts.Alarms != nil {
		events = append(events, e.opts.Alarms.Advance(now)...)
		e.listAlarms(now, false)
	}
	e.Record(events...) // under the lock, as those of operate are: in the order in which they happened
	e.alarmMu.Unlock()
	if len(batch) > 0 && e.history != nil {
		e.history.push(batch)
	}

	since := now.Sub(e.published)
	looked := now.Sub(e.looked) >= lookEvery || now.Before(e.looked)
	if looked {
		e.looked = now
		e.watchSources(now)
		e.sum(now)
	}
	if e.dirty && (since >= publishEvery || since < 0) || !e.dirty && looked && e.agedSince(now) {
		e.publish(now)
	}
}

// ingest updates the current values. It returns the batch's events, and corrects time stamps within the batch.
func (e *Engine) ingest(batch []twin.Sample, now time.Time) (events []twin.Event) {
	ns := now.UnixNano()
	limit := ns + int64(FutureLimit)
	var gone, back []twin.AssetID
	book := e.opts.Alarms
	var late, future, invalid uint64
	for i := range batch {
		s := &batch[i]
		if s.Signal < 0 || int(s.Signal) >= len(e.values) || s.Quality == twin.NoData || s.Quality == twin.Predicted {
			invalid++
			s.Signal = twin.NoSignal
			continue
		}
		asset := e.tree.Signal(s.Signal).Asset
		if s.Time > limit || s.Time <= 0 {
			future++
			if !e.ahead[asset] && s.Time > limit {
				e.ahead[asset] = true
				events = append(events, e.clockEvent(asset, time.Duration(s.Time-ns), now))
			}
			s.Time = ns
		}
		cur := &e.values[s.Signal]
		if !e.accept(s, cur) {
			late++
			continue
		}
		v := twin.Value{Value: s.Value, Time: s.Time, Quality: s.Quality}
		if s.Quality == twin.Offline {
			if !e.offline[asset] {
				e.offline[asset] = true
				gone = append(gone, asset)
			}
		} else {
			e.measured[s.Signal] = s.Time
			if e.offline[asset] {
				e.offline[asset] = false
				back = append(back, asset)
			}
			if len(e.fresh) < 1024 {
				e.fresh = append(e.fresh, s.Time)
			}
		}
		*cur = v
		e.newest = max(e.newest, s.Time)
		e.dirty = true
		if book != nil && book.Watches(s.Signal) {
			v.Quality = twin.Assess(e.tree.Signal(s.Signal), v, time.Unix(0, v.Time))
			book.Observe(s.Signal, v)
		}
	}
	e.late.Add(late)
	e.future.Add(future)
	e.invalid.Add(invalid)
	e.taken.Add(uint64(len(batch)) - invalid)
	events = append(events, e.deviceEvents(gone, "offline", now)...)
	return append(events, e.deviceEvents(back, "online", now)...)
}

// accept reports whether a sample becomes the current value. It may move an Offline behind the value that it ends.
func (e *Engine) accept(s *twin.Sample, cur *twin.Value) bool {
	if s.Quality == twin.Offline {
		if cur.Quality == twin.Offline {
			return s.Time > cur.Time
		}
		if s.Time <= cur.Time && cur.Time-s.Time <= int64(FutureLimit) {
			s.Time = cur.Time + offlineStep
		}
		return s.Time > cur.Time
	}
	if cur.Quality == twin.Offline {
		return s.Time >= e.measured[s.Signal]
	}
	return s.Time >= cur.Time
}

// publish makes the current values visible.
func (e *Engine) publish(now time.Time) {
	e.generation++
	signals := e.tree.Signals()
	s := &twin.Snapshot{Generation: e.generation, Time: now.UnixNano(), Origin: twin.Live, Values: make([]twin.Value, len(e.values))}
	for i := range e.values {
		v := e.values[i]
		if v.Quality != twin.NoData {
			v.Quality = twin.Assess(&signals[i], v, now)
			s.Values[i] = v
		}
	}
	e.snap.Store(s)
	e.snapshots.Add(1)
	for _, t := range e.fresh {
		e.latency.add(now, time.Duration(s.Time-t))
	}
	e.fresh = e.fresh[:0]
	e.dirty, e.published = false, now
}

// agedSince reports whether a value has another quality than in the newest snapshot, only because time went by.
func (e *Engine) agedSince(now time.Time) bool {
	shown := e.snap.Load().Values
	signals := e.tree.Signals()
	for i := range e.values {
		if v := e.values[i]; v.Quality != twin.NoData && twin.Assess(&signals[i], v, now) != shown[i].Quality {
			return true
		}
	}
	return false
}

// listAlarms publishes the list of alarms when it changed, and now and then while one stands. alarmMu is held.
func (e *Engine) listAlarms(now time.Time, force bool) {
	book := e.opts.Alarms
	gen := book.Generation()
	standing := len(*e.alarms.Load()) > 0 && now.Sub(e.listed) >= alarmsEvery
	if gen == e.alarmGen && !standing && !force {
		return
	}
	e.alarmGen, e.listed = gen, now
	list := book.Active()
	e.alarms.Store(&list)
}

// deviceEvents notes which assets came or went: of those in one branch of the tree the topmost alone.
func (e *Engine) deviceEvents(assets []twin.AssetID, action string, now time.Time) (events []twin.Event) {
	if len(assets) == 0 {
		return nil
	}
	slices.Sort(assets)
	in := make(map[twin.AssetID]bool, len(assets))
	for _, a := range assets {
		in[a] = true
	}
next:
	for _, a := range assets {
		for p := e.tree.Asset(a).Parent; p != twin.NoAsset; p = e.tree.Asset(p).Parent {
			if in[p] {
				continue next
			}
		}
		events = append(events, twin.Event{
			Time: now, Kind: twin.DeviceEvent, Asset: a, Signal: twin.NoSignal, Action: action,
			Text: fmt.Sprintf("%s is %s", e.tree.Asset(a).Path, action),
		})
	}
	return events
}

func (e *Engine) clockEvent(asset twin.AssetID, by time.Duration, now time.Time) twin.Event {
	return twin.Event{
		Time: now, Kind: twin.DeviceEvent, Asset: asset, Signal: twin.NoSignal, Action: "clock",
		Text: fmt.Sprintf("the clock of %s is %s ahead of ours: its values get the time of their arrival", e.tree.Asset(asset).Path, round(by)),
	}
}

func round(d time.Duration) string {
	if d > 48*time.Hour {
		return fmt.Sprintf("%.0f days", math.Round(d.Hours()/24))
	}
	return d.Round(time.Second).String()
}

// sum computes the figures of Stats that take the owner's state.
func (e *Engine) sum(now time.Time) {
	p50, p95 := e.latency.percentiles(now)
	e.statsMu.Lock()
	defer e.statsMu.Unlock()
	e.stats.SamplesPerSec = e.rate.next(now, e.taken.Load())
	e.stats.LatencyP50, e.stats.LatencyP95 = p50, p95
	e.stats.DataAge = 0
	if e.newest > 0 {
		e.stats.DataAge = max(time.Duration(now.UnixNano()-e.newest), 0)
	}
}

// Stats tells how the engine is doing; rates and latencies are refreshed twice a second.
func (e *Engine) Stats() Stats {
	e.statsMu.Lock()
	s := e.stats
	e.statsMu.Unlock()
	s.Samples, s.Dropped, s.Snapshots = e.taken.Load(), e.in.droppedCount(), e.snapshots.Load()
	s.Late, s.Future, s.Invalid = e.late.Load(), e.future.Load(), e.invalid.Load()
	if e.history != nil {
		s.HistoryError, s.HistoryLost, s.HistoryQueue = e.history.state()
	}
	if e.journal != nil {
		s.JournalError, s.JournalLost = e.journal.state()
	}
	if e.opts.Alarms != nil {
		e.alarmMu.Lock()
		s.AlarmsRaised, s.Flood = e.opts.Alarms.Flood()
		e.alarmMu.Unlock()
	}
	return s
}
